"""The queue as people work in it: its order, who looks, what is passed on, put off, done at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from classifier.labels import Label
from register import queue
from register.model import Message, Notice, Place
from register.queue import Wanted
from review import sorting
from review.desk import Desk, Refused
from tests.arrivals import COMPLAINT, DOUBT, REQUEST, arrive
from tests.builders import a_mail
from tests.offices import ADVISER, CLERK, OFFICER, staffed


@pytest.fixture
def office(settings):
    triage = settings.triage.model_copy(update={"auto_file": False})
    return staffed(settings).model_copy(update={"triage": triage})


def letter(n, subject="Objet", sender=None):
    return a_mail(f"Bonjour, message numéro {n}.", subject, sender or f"c{n}@x.example")


def ids(database, now, wanted=None):
    with database.read() as session:
        return [row.id for row in queue.waiting(session, now, wanted)]


def test_the_greatest_legal_risk_comes_first(database, office, now):
    old = now - timedelta(days=7)
    request = arrive(database, office, old, letter(1), REQUEST)
    doubt = arrive(database, office, now, letter(2), DOUBT)
    sure = arrive(database, office, now, letter(3), COMPLAINT)
    older_doubt = arrive(database, office, old, letter(4), DOUBT)
    assert ids(database, now) == [older_doubt, sure, doubt, request]


def test_views_show_their_part_and_count_it(database, office, now):
    sure = arrive(database, office, now, letter(1), COMPLAINT)
    arrive(database, office, now, letter(2), REQUEST)
    assert ids(database, now, Wanted("complaint")) == [sure]
    assert ids(database, now, Wanted(mine=CLERK)) == []
    with database.read() as session:
        assert queue.count(session) == 2
        assert queue.count(session, Wanted("complaint")) == 1


def act(database, office, now, what, *args):
    with database.begin() as session:
        return what(Desk(session, office, now), *args)


def test_what_is_put_off_comes_last_until_its_time(database, office, now):
    first = arrive(database, office, now, letter(1), COMPLAINT)
    second = arrive(database, office, now, letter(2), REQUEST)
    act(database, office, now, sorting.put_off, first, 0, ADVISER)
    assert ids(database, now) == [second, first]
    assert ids(database, now + timedelta(hours=5)) == [first, second]


def test_what_is_passed_on_is_the_colleague_s_and_told(database, office, now):
    message = arrive(database, office, now, letter(1), COMPLAINT)
    act(database, office, now, sorting.pass_on, message, 0, OFFICER, CLERK)
    assert ids(database, now, Wanted(mine=OFFICER)) == [message]
    with database.read() as session:
        [notice] = session.scalars(select(Notice)).all()
        assert (notice.recipient, notice.urgent) == (OFFICER, False)
    with pytest.raises(Refused, match="collaborateur"):
        act(database, office, now, sorting.pass_on, message, 1, "x@y.example", CLERK)


def test_mails_that_say_the_same_are_decided_together(database, office, now):
    shop = "Boutique <news@boutique.example>"
    alike = [
        arrive(database, office, now, letter(n, f"Offre n° {n}", shop), REQUEST) for n in range(3)
    ]
    other = arrive(database, office, now, letter(9, "Offre n° 9"), REQUEST)
    with database.read() as session:
        rows = queue.waiting(session, now)
        found = queue.alike(rows, rows[0])
        assert {row.id for row in found} == set(alike) - {rows[0].id}
    seen = [(one, 0) for one in alike]
    assert act(database, office, now, sorting.decide_alike, seen, Label.SPAM, ADVISER) == 3
    with database.read() as session:
        assert {session.get_one(Message, one).place for one in alike} == {Place.FILED}
        assert session.get_one(Message, other).place == Place.QUEUE


def test_all_or_none_is_decided_and_complaints_never_together(database, office, now):
    first, second = (arrive(database, office, now, letter(n), REQUEST) for n in (1, 2))
    with pytest.raises(Exception, match="Quelqu’un d’autre"):
        act(
            database,
            office,
            now,
            sorting.decide_alike,
            [(first, 0), (second, 7)],
            Label.SPAM,
            CLERK,
        )
    assert set(ids(database, now)) == {first, second}
    with pytest.raises(Refused, match="message par message"):
        act(database, office, now, sorting.decide_alike, [(first, 0)], Label.COMPLAINT, CLERK)


def test_who_looks_is_shown_until_it_runs_out(database, office, now):
    message = arrive(database, office, now, letter(1), COMPLAINT)
    with database.begin() as session:
        queue.look(session, message, ADVISER, now)
        queue.look(session, message, ADVISER, now)
        queue.look(session, message, CLERK, now)
    with database.read() as session:
        assert queue.onlookers(session, message, CLERK, now) == [ADVISER]
        assert queue.onlookers(session, message, CLERK, now + timedelta(minutes=3)) == []


@pytest.mark.parametrize("what", [sorting.put_off, sorting.pass_on])
def test_what_is_decided_waits_no_more(database, office, now, what):
    message = arrive(database, office, now, letter(1), REQUEST)
    act(database, office, now, sorting.decide_alike, [(message, 0)], Label.SPAM, ADVISER)
    args = (message, 1, OFFICER, CLERK) if what is sorting.pass_on else (message, 1, CLERK)
    with pytest.raises(Refused, match="déjà décidé"):
        act(database, office, now, what, *args)
