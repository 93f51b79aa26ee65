"""What nobody looks at in time is told, then acknowledged on the last day (DESIGN §3.5, P-12, P-26)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from classifier.labels import Label
from outbound.deliver import Round
from outbound.notify import Courier
from outbound.postman import Undelivered
from register import breaker, complaints, journal, outbox
from register.calendar import Region, is_business_day
from register.model import Complaint, Message, Notice, Place, State
from review import answering, conduct, guard
from review.desk import Choice, Desk
from tests.arrivals import COMPLAINT, DOUBT, REQUEST, arrive
from tests.builders import CLIENT, a_mail
from tests.offices import ADVISER, MANAGER, OFFICER, staffed
from tests.test_procedure import Case, Postman

LAST_DAY = datetime(2026, 12, 3, 7, tzinfo=UTC)  # of a complaint received on 23 November


@pytest.fixture
def office(settings):
    return staffed(settings)


def watched(database, office, at) -> int:
    with database.begin() as session:
        return guard.watch(Desk(session, office, at))


def notices(database) -> list[Notice]:
    with database.read() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def entries(database) -> list[Complaint]:
    with database.read() as session:
        return complaints.every(session)


@pytest.mark.parametrize(
    ("day", "recipient", "urgent"),
    [
        (date(2026, 11, 24), OFFICER, False),
        (date(2026, 11, 26), OFFICER, False),
        (date(2026, 11, 30), OFFICER, True),
        (date(2026, 12, 2), MANAGER, True),
        (date(2026, 12, 4), MANAGER, True),
    ],
)
def test_who_is_told_of_what_waits_and_when(database, office, now, day, recipient, urgent):
    message = arrive(database, office, now, a_mail(), DOUBT)
    at = now.replace(month=day.month, day=day.day)
    watched(database, office, at)
    [notice] = notices(database)
    assert (notice.recipient, notice.urgent) == (recipient, urgent)
    assert f"n° {message}" in notice.said
    assert "Mangin" not in notice.said + notice.subject


def test_a_matter_is_told_once(database, office, now):
    arrive(database, office, now, a_mail(), DOUBT)
    for hours in range(24, 40):
        watched(database, office, now + timedelta(hours=hours))
    assert len(notices(database)) == 1


def test_on_the_last_day_what_is_surely_a_complaint_is_acknowledged(database, office, now):
    message = arrive(database, office, now, a_mail())
    watched(database, office, LAST_DAY - timedelta(days=1))
    assert entries(database) == []
    watched(database, office, LAST_DAY)
    watched(database, office, LAST_DAY)
    [entry] = entries(database)
    assert (entry.state, entry.registered_by) == (State.PROVISIONAL, "robot")
    postman = Postman()
    assert Round(database, postman, office, lambda: LAST_DAY + timedelta(hours=1)).deliver_one()
    with database.read() as session:
        [letter] = outbox.of_complaint(session, entry)
        row = session.get_one(Message, message)
        assert (letter.by_guard, row.place) == (True, Place.QUEUE)
        assert journal.verify(session)[1] == []
    assert entries(database)[0].acknowledged_on == date(2026, 12, 3)
    assert entries(database)[0].state == State.PROVISIONAL


@pytest.mark.parametrize(
    "why",
    ["doubtful", "signal", "withheld", "imported", "never", "weekend"],
)
def test_what_the_guard_never_acknowledges(database, office, now, why):
    triage, mail, at = COMPLAINT, a_mail(), LAST_DAY
    if why == "doubtful":
        triage = DOUBT
    elif why == "signal":
        triage = replace(COMPLAINT, signals=("AVOCAT",))
    elif why == "withheld":
        mail = a_mail(Reply_To="autre@ailleurs.example")
        triage = replace(COMPLAINT, signals=("ADRESSE_DOUTEUSE",))
    elif why == "never":
        procedure = office.procedure.model_copy(update={"acknowledge_unreviewed": "never"})
        office = office.model_copy(update={"procedure": procedure})
    elif why == "weekend":
        at = LAST_DAY - timedelta(days=2)
    arrive(database, office, now, mail, triage, imported=why == "imported")
    watched(database, office, at)
    assert entries(database) == []


def decide(database, office, at, message, label):
    with database.begin() as session:
        version = session.get_one(Message, message).version
        return Desk(session, office, at).decide(message, Choice(label, ADVISER, version))


def test_a_person_confirms_what_the_guard_entered(database, office, now):
    message = arrive(database, office, now, a_mail())
    watched(database, office, LAST_DAY)
    decide(database, office, LAST_DAY, message, Label.COMPLAINT)
    [entry] = entries(database)
    assert (entry.number, entry.state) == ("REC-2026-0001", State.TO_ACKNOWLEDGE)


def test_a_person_says_otherwise_and_a_courteous_letter_waits(database, office, now):
    message = arrive(database, office, now, a_mail())
    watched(database, office, LAST_DAY)
    Round(database, Postman(), office, lambda: LAST_DAY + timedelta(hours=1)).deliver_one()
    decide(database, office, LAST_DAY + timedelta(hours=2), message, Label.SERVICE)
    [entry] = entries(database)
    assert (entry.number, entry.state) == ("REC-2026-0001", State.REQUALIFIED)
    with database.read() as session:
        kinds = {one.kind: one.state for one in outbox.of_complaint(session, entry)}
    assert kinds == {"acknowledgement": "sent", "false_alarm": "withheld"}


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        (1, "untaken"),
        (7, "ack7"),
        (9, "ack9"),
        (9, "ack eve"),
        (11, "ack passed"),
        (30, "inform"),
        (45, "answer45"),
        (50, "answer50"),
        (58, "answer eve"),
        (62, "answer passed"),
        (334, "mediation"),
    ],
)
def test_a_complaint_that_lies_is_told_of_on_its_days(database, office, now, day, rule):
    case = Case(database, office, now)
    with database.begin() as session:  # its letter never leaves
        Desk(session, office, now).cancel(case.letters[0].id, ADVISER)
    watched(database, office, now + timedelta(days=day - 1))
    before = {one.key for one in notices(database)}
    watched(database, office, now + timedelta(days=day))
    new = {one.key for one in notices(database)} - before
    assert any(key.startswith(f"{rule} {case.number}") for key in new)


def test_a_breach_is_in_the_journal_once(database, office, now):
    case = Case(database, office, now)
    with database.begin() as session:
        Desk(session, office, now).cancel(case.letters[0].id, ADVISER)
    for day in range(11, 15):
        watched(database, office, now + timedelta(days=day))
    assert case.journal().count("ack passed") == 1


def test_what_is_dealt_with_is_not_told_of(database, office, now):
    case = Case(database, office, now)
    case.post()
    case.does(conduct.take)
    said = answering.Elsewhere(now.date(), "EXPLICATION_DONNEE", "Dit", True, "COURRIER")
    case.does(answering.record, said)
    before = keys(database, case.number)
    watched(database, office, now + timedelta(days=70))
    assert keys(database, case.number) - before == {"unclosed"}


def keys(database, number: str) -> set[str]:
    return {one.key.partition(" REC-")[0] for one in notices(database) if one.about == number}


def test_what_is_answered_and_lies_open_is_told_to_whoever_has_it(database, office, now):
    case = Case(database, office, now).answered()
    watched(database, office, now + timedelta(days=29))
    assert "unclosed" not in keys(database, case.number)
    watched(database, office, now + timedelta(days=30))
    assert "unclosed" in keys(database, case.number)


def test_what_is_reopened_is_not_forgotten_and_no_breach_is_noted(database, office, now):
    case = Case(database, office, now).answered()
    case.later(days=80).does(conduct.reopen, "Le client insiste")
    watched(database, office, case.now + timedelta(days=3))
    assert {"untaken"} <= keys(database, case.number)
    case.does(conduct.take)
    watched(database, office, case.now + timedelta(days=31))
    assert "reopened" in keys(database, case.number)
    assert "answer passed" not in case.journal()


def test_the_office_says_when_a_client_is_to_hear_and_a_file_to_be_taken(database, office, now):
    changed = {"informed_after_days": 10, "taken_within_days": 3}
    procedure = office.procedure.model_copy(update=changed)
    office = office.model_copy(update={"procedure": procedure})
    case = Case(database, office, now)
    watched(database, office, now + timedelta(days=2))
    assert "untaken" not in keys(database, case.number)
    watched(database, office, now + timedelta(days=9))
    assert keys(database, case.number) >= {"untaken"}
    assert "inform" not in keys(database, case.number)
    watched(database, office, now + timedelta(days=10))
    assert "inform" in keys(database, case.number)


def test_a_client_who_was_told_once_is_to_be_told_again(database, office, now):
    case = Case(database, office, now)
    case.later(days=20).does(conduct.inform, conduct.Told(case.now.date(), "TELEPHONE", "En cours"))
    watched(database, office, case.now + timedelta(days=29))
    assert "inform" not in keys(database, case.number)
    for days in (30, 31):
        watched(database, office, case.now + timedelta(days=days))
    assert [one.key.split()[0] for one in notices(database)].count("inform") == 1


def test_urgent_notices_leave_at_once_one_mail_a_person(database, office, now):
    for n in range(3):
        Case(database, office, now + timedelta(minutes=n))  # each is assigned: an urgent notice
    postman = Postman()
    courier = Courier(database, postman, office)
    assert courier.urgent(now) == 1
    assert courier.urgent(now) == 0
    [mail] = postman.sent
    assert b"Auto-Submitted: auto-generated" in mail
    assert b"Mangin" not in mail
    assert CLIENT.encode() not in mail


def test_the_digest_is_one_mail_on_working_mornings(database, office, now):
    arrive(database, office, now, a_mail(), DOUBT)
    watched(database, office, now + timedelta(days=1))
    postman = Postman()
    courier = Courier(database, postman, office)
    monday = datetime(2026, 11, 30, tzinfo=UTC)
    assert courier.digest(monday.replace(hour=5)) == 0  # 6 h in Paris
    assert courier.digest(datetime(2026, 11, 29, 12, tzinfo=UTC)) == 0  # a Sunday
    assert courier.digest(monday.replace(hour=8)) == 1
    assert courier.digest(monday.replace(hour=9)) == 0
    assert len(postman.sent) == 1


def test_a_notice_that_cannot_be_sent_is_tried_again_and_then_shown(database, office, now):
    Case(database, office, now)
    refusing = Courier(database, Postman(Undelivered("fermé", hopeless=False)), office)
    for _ in range(20):
        refusing.urgent(now)
    [notice] = notices(database)
    assert (notice.sent_at, notice.attempts, notice.trouble) == (None, 8, "fermé")


def test_the_breaker_stops_the_machine_and_not_people(database, office, now):
    case = Case(database, office, now)
    with database.begin() as session:
        assert breaker.stop(session, "essai", MANAGER, now)
        assert not breaker.stop(session, "encore", MANAGER, now)
    assert case.later(hours=1).post() == []
    said = {"done": "Relancé", "remaining": "La réponse"}
    case.does(conduct.write_to, "progress", said)
    assert len(case.later(hours=1).post()) == 1
    with database.begin() as session:
        assert breaker.lift(session, MANAGER, case.now)
    assert len(case.post()) == 1


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (datetime(2026, 4, 3, 9, tzinfo=UTC), 60),  # Easter, the eighth of May, Ascension
        pytest.param(datetime(2026, 1, 2, 9, tzinfo=UTC), 364, marks=pytest.mark.soak),
    ],
)
def test_a_season_and_a_year_of_an_office_that_forgets(settings, tmp_path, day, days):
    """Twenty mails a day, absences, holidays, staff who forget: nothing is acknowledged after its
    limit without somebody having been warned before.
    """
    from random import Random

    from register.database import open_database

    office = staffed(settings)
    database = open_database(f"sqlite:///{tmp_path}/year.db")
    chance, end = Random(20261123), day + timedelta(days=days)
    postman = Postman()
    n = 0
    while day < end:
        for _ in range(chance.randint(0, 3)):  # of twenty mails, those that may be complaints
            n += 1
            kind = chance.choice([COMPLAINT, COMPLAINT, DOUBT, REQUEST])
            arrive(
                database, office, day, a_mail(f"Mail {n}", f"Objet {n}", f"c{n}@x.example"), kind
            )
        if is_business_day(day.date(), Region.METROPOLE) and chance.random() < 0.5:
            judged(database, office, day, chance)
        watched(database, office, day + timedelta(hours=8))
        Courier(database, postman, office).urgent(day + timedelta(hours=8))
        away = Round(database, postman, office, lambda day=day: day + timedelta(hours=10))
        while away.deliver_one():
            pass
        day += timedelta(days=1)
    with database.read() as session:
        late = [
            entry
            for entry in complaints.every(session)
            if entry.acknowledged_on and entry.acknowledged_on > entry.ack_due
        ]
        for entry in late:
            assert warned(session, entry), entry.number
        on_time = [e for e in complaints.every(session) if e.acknowledged_on and e not in late]
        waiting = session.scalars(
            select(Message).where(Message.place == Place.QUEUE, Message.band == "complaint")
        ).all()
        old = [row for row in waiting if row.received_at < day - timedelta(days=11)]
        assert all(row.complaint_id for row in old)  # each was entered by the guard
        assert len(on_time) > days // 4
        assert journal.verify(session)[1] == []
    database.close()


def judged(database, office, day, chance):
    """A person goes through part of the queue."""
    with database.begin() as session:
        waiting = session.scalars(select(Message).where(Message.place == Place.QUEUE)).all()
        for row in waiting:
            if chance.random() < 0.3:
                label = Label.COMPLAINT if row.band == "complaint" else Label.SERVICE
                Desk(session, office, day).decide(row.id, Choice(label, OFFICER, row.version))


def warned(session, entry) -> bool:
    """Whether an urgent notice left before the limit."""
    abouts = [entry.number, f"message {entry.origin_id}"]
    rows = session.scalars(select(Notice).where(Notice.about.in_(abouts), Notice.urgent)).all()
    return any(row.sent_at and row.sent_at.date() <= entry.ack_due for row in rows)
