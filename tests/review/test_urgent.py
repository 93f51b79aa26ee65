"""What cannot wait for the morning: the breaker, letters that came back, ways that are closed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outbound.deliver import Round
from outbound.notify import Courier
from outbound.postman import Uncertain, Undelivered
from register import breaker, journal, mailboxes, outbox
from register.model import LetterState, Notice
from review import conduct, guard
from review.desk import Desk
from tests.arrivals import arrive
from tests.offices import ADVISER, MANAGER, OFFICER, staffed
from tests.review.test_returned import failed
from tests.test_procedure import Case, Postman


@pytest.fixture
def office(settings):
    return capped(staffed(settings), 3)


def capped(office, most: int):
    procedure = office.procedure.model_copy(update={"acks_per_hour": most})
    return office.model_copy(update={"procedure": procedure})


def client(database, office, at, n: int) -> Case:
    """A complaint of a client of his own, so that nothing but the cap stands in the way."""
    case = Case(database, office, at)
    with database.begin() as session:
        for letter in outbox.of_complaint(session, case.entry):
            row = outbox.as_sent(session, letter.id)
            row.recipient, row.state, row.trouble = f"c{n}@c{n}.example", LetterState.QUEUED, None
    return case


def why_stopped(database) -> str:
    with database.read() as session:
        stopped = breaker.stopped(session)
    return stopped.because if stopped else ""


def watch(database, office, at) -> None:
    with database.begin() as session:
        guard.watch(Desk(session, office, at))


def told(database, about: str) -> list[tuple[str, str]]:
    """Who is told what of a matter, urgently."""
    with database.read() as session:
        rows = session.scalars(select(Notice).where(Notice.about == about, Notice.urgent))
        return [(row.recipient, row.said) for row in rows.all() if "confiée" not in row.said]


def states(database) -> list[str]:
    with database.read() as session:
        return [letter.state for letter, _ in reversed(outbox.listing(session))]


def test_too_many_acknowledgements_in_an_hour_stop_them_all_until_a_person_lifts(
    database, office, now
):
    for n in range(3):
        client(database, office, now, n)
        assert why_stopped(database) == ""
    case = client(database, office, now, 3)
    assert "plus de 3 accusés en une heure" in why_stopped(database)
    assert case.later(hours=1).post() == []
    for _ in range(2):
        watch(database, office, case.now)
    [(person, said)] = told(database, "lettres")
    assert person == OFFICER
    assert "plus de 3 accusés" in said
    with database.begin() as session:
        assert breaker.lift(session, MANAGER, case.now)
        lines = [(line.actor, line.action) for line in journal.history(session, "outbox")]
    assert lines == [("robot", "stopped mail"), (MANAGER, "resumed mail")]
    client(database, office, case.now, 4)  # those before the lift are not counted again
    assert why_stopped(database) == ""
    assert len(case.later(hours=1).post()) == 5


def test_the_cap_counts_what_all_daemons_wrote(database, office, now):
    """Nothing is counted in a process: each complaint is entered by a desk that knows no other."""
    for n in range(4):
        client(database, office.model_copy(deep=True), now + timedelta(minutes=14 * n), n)
    assert why_stopped(database)


def test_acknowledgements_spread_over_the_day_stop_nothing(database, office, now):
    for n in range(8):
        client(database, office, now + timedelta(minutes=21 * n), n)
    assert why_stopped(database) == ""


def test_letters_that_people_write_are_no_flood(database, office, now):
    case = client(database, office, now, 0)
    for _ in range(6):
        case.does(conduct.write_to, "progress", {"done": "Relancé"})
    client(database, office, now, 1)
    assert why_stopped(database) == ""


def test_an_acknowledgement_that_came_back_is_told_once_and_is_due_again(database, office, now):
    case = Case(database, office, now)
    case.post()
    [letter] = case.letters
    arrive(database, office, now, failed(letter.message_id))
    for hours in (1, 2):
        watch(database, office, now + timedelta(hours=hours))
    [(person, said)] = told(database, case.number)
    assert person == ADVISER
    assert "revenue" in said
    assert "L’accusé reste dû" in said
    assert "nobody here" not in said


@pytest.mark.parametrize(
    ("trouble", "word"),
    [
        (Uncertain("coupure"), "nul ne sait si elle est partie"),
        (Undelivered("550 inconnu", hopeless=True), "pas pu partir"),
    ],
)
def test_a_letter_in_doubt_or_refused_is_told_once(database, office, now, trouble, word):
    case = Case(database, office, now)
    Round(database, Postman(trouble), office, lambda: now).deliver_one()
    for hours in (1, 2, 30):
        watch(database, office, now + timedelta(hours=hours))
    said = [said for _, said in told(database, case.number) if "accusé de réception" in said]
    assert len(said) == 1
    assert word in said[0]


def test_a_notice_that_bounces_causes_none(database, office, now):
    case = Case(database, office, now)
    case.post()
    postman = Postman()
    Courier(database, postman, office).urgent(now)
    [notice] = postman.sent
    name = next(line for line in notice.decode().splitlines() if line.startswith("Message-ID"))
    with database.read() as session:
        before = len(session.scalars(select(Notice)).all())
    arrive(database, office, now, failed(name.partition(": ")[2].strip(), ADVISER))
    watch(database, office, now)
    with database.read() as session:
        assert len(session.scalars(select(Notice)).all()) == before


def test_a_mailbox_out_of_order_is_told_to_the_managers_once(database, office, now):
    with database.begin() as session:
        mailboxes.failed(session, "contact", "Le mot de passe est refusé.", now)
    watch(database, office, now + timedelta(minutes=5))
    assert told(database, "boîtes") == []
    for minutes in (20, 40, 3000):
        watch(database, office, now + timedelta(minutes=minutes))
    [(person, said)] = told(database, "boîtes")
    assert person == MANAGER
    assert "« contact » n’est plus relevée : Le mot de passe est refusé." in said


def test_whom_the_settings_name_is_told_by_the_collector_and_not_twice(database, office, now):
    named = office.notices.model_copy(update={"to": ("alerte@ailleurs.example",)})
    with database.begin() as session:
        mailboxes.failed(session, "contact", "Le mot de passe est refusé.", now)
    watch(database, office.model_copy(update={"notices": named}), now + timedelta(hours=1))
    assert told(database, "boîtes") == []


def test_a_closed_server_costs_a_notice_no_attempt(database, office, now):
    Case(database, office, now)
    closed = Postman(Undelivered("connexion refusée", hopeless=False, closed=True))
    for _ in range(20):
        assert Courier(database, closed, office).urgent(now) == 0
    assert Courier(database, Postman(), office).urgent(now) == 1


def test_a_mail_of_notices_stays_short(database, office, now):
    from register import notices

    with database.begin() as session:
        notices.queue(
            session,
            [
                Notice(
                    key=f"k{n}",
                    recipient=OFFICER,
                    subject="Doléances",
                    said=f"Avis {n}",
                    about="lettres",
                    urgent=True,
                    queued_at=now,
                )
                for n in range(500)
            ],
        )
    postman = Postman()
    assert Courier(database, postman, office).urgent(now) == 1
    [mail] = postman.sent
    assert mail.count(b"Avis ") == 50
    assert b"450 autres avis" in mail


@pytest.mark.parametrize(
    ("another_left", "minutes", "held"), [(False, 20, True), (False, 5, False), (True, 20, False)]
)
def test_that_nothing_leaves_any_more_is_seen(database, office, now, another_left, minutes, held):
    client(database, office, now, 0)
    closed = Postman(Undelivered("connexion refusée", hopeless=False, closed=True))
    Round(database, closed, office, lambda: now).deliver_one()
    if another_left:
        other = client(database, office, now, 1)
        other.later(minutes=1).post()
    at = now + timedelta(minutes=minutes)
    with database.read() as session:
        assert bool(outbox.held_up(session, at - timedelta(minutes=15))) is held
