"""The indicators of §3.4, counted once more from the raw rows of a random register, in plain Python."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from config.taxonomies import CHANNELS, CLIENTS, MOTIVES, OUTCOMES, PARTIES, PRODUCTS, REFUSALS
from register.database import Database
from register.deadlines import Rules, as_json, compute
from register.model import (
    Action,
    ActionState,
    Answer,
    Complaint,
    Finding,
    Information,
    Message,
    Party,
    State,
)
from register.statistics import Period, Share, indicators
from register.statistics import as_json as document
from tests.conftest import NOON

PARIS = ZoneInfo("Europe/Paris")
TODAY = NOON.date()
PERIODS = [Period(2026), Period(2025), *(Period(2026, quarter) for quarter in (1, 2, 3, 4))]


def test_a_quarter_is_three_months():
    bounds = [(Period(2026, n).first, Period(2026, n).last) for n in (1, 2, 3, 4)]
    assert bounds[0] == (date(2026, 1, 1), date(2026, 3, 31))
    assert bounds[3] == (date(2026, 10, 1), date(2026, 12, 31))
    assert all(after[0] - before[1] == timedelta(1) for before, after in pairwise(bounds))
    assert (Period(2024).first, Period(2024).last) == (date(2024, 1, 1), date(2024, 12, 31))
    assert [one.french for one in PERIODS[1:4]] == [
        "année 2025",
        "1er trimestre 2026",
        "2e trimestre 2026",
    ]
    first, end = Period(2026, 2).moments(PARIS)
    assert first.isoformat() == "2026-04-01T00:00:00+02:00"
    assert end.isoformat() == "2026-07-01T00:00:00+02:00"


def test_of_an_empty_register_everything_is_nothing(database):
    with database.read() as session:
        found = indicators(session, Period(2026), TODAY, PARIS)
    assert (found.volumes.received, found.outcomes.gesture_cents, found.bot.judged) == (0, 0, 0)
    assert found.delays.answer.median is None
    assert found.outcomes.refusals_with_recourse.share is None
    assert document(found)["delays"]["automatic"] == {"count": 0, "of": 0, "share": None}


@pytest.fixture(params=[1, 2, 3])
def filled(request: pytest.FixtureRequest, database: Database) -> Database:
    fill(database, request.param)
    return database


def fill(database: Database, seed: int, complaints: int = 120) -> None:
    """A register drawn by lot, the same for the same seed."""
    lot = random.Random(seed)
    with database.begin() as session:
        for n in range(1, complaints + 1):
            session.add(complaint(lot, n))
        session.flush()
        for table in (party, answer, finding, information):
            session.add_all(table(lot, lot.randrange(1, complaints + 1)) for _ in range(150))
        session.add_all(action(lot) for _ in range(60))
        session.add_all(message(lot, n) for n in range(150))


def some_day(lot: random.Random) -> date:
    edges = [
        date(2026, 1, 1),
        date(2025, 12, 31),
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2026, 12, 31),
    ]
    return lot.choice(
        [*edges, *(date(2025, 10, 1) + timedelta(lot.randrange(450)) for _ in range(15))]
    )


def maybe(lot: random.Random, day: date, span: int) -> date | None:
    return day + timedelta(lot.randrange(span)) if lot.random() < 0.7 else None


def complaint(lot: random.Random, n: int) -> Complaint:
    received = some_day(lot)
    sent = received - timedelta(lot.randrange(8))
    limits = compute(received, sent, Rules(ack_days=lot.choice([5, 10])))
    acknowledged, answered = maybe(lot, received, 20), maybe(lot, received, 90)
    return Complaint(
        number=f"REC-2026-{n:04}",
        state=lot.choice([*State, State.CLOSED, State.CLOSED, State.EXAMINED]),
        channel=lot.choice([*CHANNELS, "VIA_ASSUREUR", "VIA_AUTORITE"]),
        client_name="",
        client_email=lot.choice(["", *(f"c{one}@courriel.example" for one in range(60))]),
        client_kind=lot.choice(["", *CLIENTS]),
        received_on=received,
        sent_on=sent,
        subject="",
        contract_ref="",
        product=lot.choice(["", *list(PRODUCTS)[:5]]),
        service="",
        insurer=lot.choice(["", "Mutuelle du Grand Est", "Assurances de l’Orne"]),
        motive=lot.choice(["", *list(MOTIVES)[:5]]),
        language="fr",
        handed_at=lot.choice([None, NOON]),
        linked_id=lot.choice([None, None, None, 1]),
        deadlines=as_json(limits) if lot.random() < 0.9 else {},
        ack_due=limits.ack.operational,
        answer_due=limits.answer.operational,
        acknowledged_on=acknowledged,
        ack_mode=lot.choice(["AUTO", "MANUEL"]) if acknowledged else lot.choice(["", "SANS_OBJET"]),
        answered_on=answered,
        redirected_on=lot.choice([None, None, received]),
        mediation_on=lot.choice([None, some_day(lot)]),
        mediation_opinion_on=lot.choice([None, some_day(lot)]),
        registered_at=NOON,
        registered_by="",
    )


def party(lot: random.Random, of: int) -> Party:
    return Party(
        complaint_id=of,
        aimed=lot.random() < 0.7,
        name="X",
        role=lot.choice(["", *list(PARTIES)[:4]]),
    )


def answer(lot: random.Random, of: int) -> Answer:
    return Answer(
        complaint_id=of,
        state=lot.choice(["sent", "sent", "sent", "draft", "dropped", "signed"]),
        outcome=lot.choice(["", *OUTCOMES]),
        gesture_cents=lot.choice([0, 1999, 5000]),
        compensation_cents=lot.choice([0, 123_456]),
        recourse=lot.random() < 0.8,
        written_by="",
        written_at=NOON,
    )


def finding(lot: random.Random, of: int) -> Finding:
    return Finding(
        complaint_id=of,
        nature=lot.choice(["DYSFONCTIONNEMENT", "MANQUEMENT"]),
        cause=lot.choice(["", "OUTIL", "EFFECTIF"]),
        said="",
        at=NOON,
        by="",
    )


def information(lot: random.Random, of: int) -> Information:
    return Information(complaint_id=of, on=some_day(lot), channel="", said="", by="")


def action(lot: random.Random) -> Action:
    return Action(
        kind="CORRECTIVE",
        state=lot.choice(list(ActionState)),
        said="",
        owner="",
        proposed_by="",
        proposed_at=NOON,
        decided_on=lot.choice([None, some_day(lot)]),
        due_on=lot.choice([None, some_day(lot)]),
        done_on=lot.choice([None, some_day(lot)]),
    )


def message(lot: random.Random, n: int) -> Message:
    midnight = datetime.combine(date(2026, 4, 1), datetime.min.time(), PARIS)
    decided = [
        None,
        midnight,
        midnight - timedelta(microseconds=1),
        NOON - timedelta(lot.randrange(500)),
    ]
    return Message(
        digest=str(n),
        size=1,
        truncated=False,
        received_at=NOON,
        collected_at=NOON,
        imported=False,
        place="filed",
        label=lot.choice(["complaint", "complaint", "service"]),
        probability=lot.choice([None, 0.0, 0.5, 0.49, 1.0]),
        band=lot.choice(["complaint", "review", "other"]),
        decided_at=lot.choice(decided),
    )


def test_every_figure_is_what_a_recount_gives(filled):
    with filled.read() as session:
        rows = {
            table: list(session.scalars(select(table)))
            for table in (Complaint, Party, Answer, Finding, Information, Action, Message)
        }
        for period in PERIODS:
            found = indicators(session, period, TODAY, PARIS)
            check_volumes(found.volumes, rows, period)
            check_delays(found.delays, rows, period)
            check_outcomes(found.outcomes, rows, period)
            check_mending(found.mending, rows[Action], period)
            check_bot(found.bot, rows[Message], period)
            told = document(found)
            assert told["outcomes"]["gesture_euros"] == found.outcomes.gesture_cents / 100
            assert told["period"]["first"] == period.first.isoformat()


OUT = {State.REQUALIFIED, State.MERGED}


def within(period: Period, day: date | None) -> bool:
    return day is not None and period.first <= day <= period.last


def qualified_in(rows, period: Period) -> list[Complaint]:
    received = [one for one in rows[Complaint] if within(period, one.received_on)]
    return [one for one in received if one.state not in OUT]


def check_volumes(volumes, rows, period: Period) -> None:
    received = [one for one in rows[Complaint] if within(period, one.received_on)]
    qualified = qualified_in(rows, period)
    ids = {one.id for one in qualified}
    assert (volumes.received, volumes.qualified) == (len(received), len(qualified))
    assert volumes.requalified == sum(one.state == State.REQUALIFIED for one in received)
    assert volumes.merged == sum(one.state == State.MERGED for one in received)
    assert volumes.provisional == sum(one.state == State.PROVISIONAL for one in qualified)
    for counts, name in (
        (volumes.by_motive, "motive"),
        (volumes.by_product, "product"),
        (volumes.by_insurer, "insurer"),
        (volumes.by_channel, "channel"),
        (volumes.by_client, "client_kind"),
    ):
        assert counts == Counter(getattr(one, name) for one in qualified)
        assert list(counts.values()) == sorted(counts.values(), reverse=True)
    aimed = {(one.complaint_id, one.role) for one in rows[Party] if one.aimed}
    assert volumes.by_party == Counter(role for of, role in aimed if of in ids)
    known = [one for one in rows[Complaint] if one.client_email and one.state not in OUT]
    assert volumes.repeated == sum(
        one.linked_id is not None
        or any(had.client_email == one.client_email and had.id < one.id for had in known)
        for one in qualified
    )
    assert volumes.through_others == sum(one.channel.startswith("VIA_") for one in qualified)
    assert volumes.handed_on == sum(one.handed_at is not None for one in qualified)
    assert volumes.redirected == sum(one.redirected_on is not None for one in qualified)


def check_delays(delays, rows, period: Period) -> None:
    qualified = qualified_in(rows, period)
    ids = {one.id for one in qualified}
    assert delays.informed == sum(one.complaint_id in ids for one in rows[Information])
    acknowledged = [one for one in qualified if one.acknowledged_on]
    automatic = [one for one in acknowledged if one.ack_mode == "AUTO"]
    assert delays.automatic == Share(len(automatic), len(acknowledged))
    took = [(one.acknowledged_on - one.received_on).days for one in acknowledged]
    check_days(delays.acknowledgement, took)
    check_days(
        delays.answer,
        [(one.answered_on - one.received_on).days for one in qualified if one.answered_on],
    )
    for reference in ("office", "acpr"):
        ack = [
            (min(filter(None, (one.acknowledged_on, one.answered_on)), default=None),
             limit(one, "ack", reference)) for one in qualified
        ]  # fmt: skip
        assert getattr(delays.acknowledgement, f"in_time_{reference}") == in_time(ack)
        answers = [(one.answered_on, limit(one, "answer", reference)) for one in qualified]
        assert getattr(delays.answer, f"in_time_{reference}") == in_time(answers)


def check_outcomes(outcomes, rows, period: Period) -> None:
    ids = {one.id for one in qualified_in(rows, period)}
    sent = [one for one in rows[Answer] if one.state == "sent" and one.complaint_id in ids]
    standing = {one.complaint_id: one.outcome for one in sorted(sent, key=lambda one: one.id)}
    assert outcomes.by_outcome == Counter(standing.values())
    assert outcomes.gesture_cents == sum(one.gesture_cents for one in sent)
    assert outcomes.compensation_cents == sum(one.compensation_cents for one in sent)
    refusals = [one for one in sent if one.outcome in REFUSALS]
    assert outcomes.refusals_with_recourse == Share(
        sum(one.recourse for one in refusals), len(refusals)
    )
    standing_ones = [one for one in rows[Complaint] if one.state not in OUT]
    assert outcomes.mediations == sum(within(period, one.mediation_on) for one in standing_ones)
    assert outcomes.opinions == sum(
        within(period, one.mediation_opinion_on) for one in standing_ones
    )
    seen = [one for one in rows[Finding] if one.complaint_id in ids]
    assert outcomes.findings == len(seen)
    assert outcomes.findings_by_nature == Counter(one.nature for one in seen)
    assert outcomes.findings_by_cause == Counter(one.cause for one in seen)


def check_mending(mending, actions: list[Action], period: Period) -> None:
    done = [one for one in actions if within(period, one.done_on)]
    assert mending.decided == sum(within(period, one.decided_on) for one in actions)
    assert (mending.done, mending.effective) == (
        len(done),
        sum(one.state == ActionState.EFFECTIVE for one in done),
    )
    assert mending.late == sum(
        one.done_on > one.due_on
        if one.done_on
        else one.due_on < TODAY and one.state != ActionState.GIVEN_UP
        for one in actions
        if within(period, one.due_on)
    )


def check_bot(bot, messages: list[Message], period: Period) -> None:
    both = [
        (one.label == "complaint", one.probability >= 0.5, one.band != "other")
        for one in messages
        if one.decided_at
        and one.probability is not None
        and within(period, one.decided_at.astimezone(PARIS).date())
    ]
    hits = sum(was and leant for was, leant, _ in both)
    complaints = sum(was for was, _, _ in both)
    assert bot.judged == len(both)
    assert bot.recall == Share(hits, complaints)
    assert bot.shown == Share(sum(was and shown for was, _, shown in both), complaints)
    assert bot.precision == Share(hits, sum(leant for _, leant, _ in both))
    assert bot.corrected == Share(sum(was != leant for was, leant, _ in both), len(both))


def limit(one: Complaint, duty: str, reference: str) -> date:
    if not one.deadlines:
        return one.ack_due if duty == "ack" else one.answer_due
    return date.fromisoformat(one.deadlines[duty][reference])


def in_time(pairs) -> Share:
    over = [(done, limit) for done, limit in pairs if done is not None or limit < TODAY]
    return Share(sum(done is not None and done <= limit for done, limit in over), len(over))


def check_days(delay, took: list[int]) -> None:
    assert delay.median == (median(took) if took else None)
    assert delay.longest == max(took, default=None)
    if took:
        # Nine in ten took no longer, and with one day less it would not be so.
        assert sum(days <= delay.p90 for days in took) >= 0.9 * len(took)
        assert sum(days < delay.p90 for days in took) < ceil(0.9 * len(took))
