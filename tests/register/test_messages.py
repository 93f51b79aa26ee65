"""What arrived is kept once, with how far the folder was read (DESIGN §3.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.mail import Cursor
from register import messages
from register.messages import Wanted
from register.model import Location, Message, Place
from tests.builders import a_mail, raw


def keep(database, now, *mails, **more) -> int:
    with database.begin() as session:
        return messages.keep(session, mails, now, **more)


def count(database, table) -> int:
    with database.read() as session:
        return session.query(table).count()


def test_message_and_cursor_are_one_commit(database, now):
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        messages.keep(session, [raw(a_mail(), 7, now)], now)
        raise ZeroDivisionError
    with database.read() as session:
        assert messages.cursor(session, "contact", "INBOX") is None
    assert count(database, Message) == 0


def test_keeping_twice_changes_nothing(database, now):
    mails = [raw(a_mail(f"N° {n}"), n, now) for n in (1, 2)]
    assert keep(database, now, *mails) == 2
    assert keep(database, now, *mails) == 0
    assert (count(database, Message), count(database, Location)) == (2, 2)


def test_the_same_bytes_in_two_places_are_one_message(database, now):
    keep(database, now, raw(a_mail(), 1, now), raw(a_mail(), 2, now))
    assert (count(database, Message), count(database, Location)) == (1, 2)


def test_a_rebuilt_folder_is_known_again_by_its_bytes(database, now):
    keep(database, now, raw(a_mail("un"), 1, now), raw(a_mail("deux"), 2, now))
    assert keep(database, now, raw(a_mail("deux"), 1, now, uidvalidity=2)) == 0
    with database.read() as session:
        assert messages.cursor(session, "contact", "INBOX") == Cursor(2, 1)
        assert messages.known_uids(session, "contact", "INBOX", 2) == {1}
        assert messages.known_uids(session, "contact", "INBOX", 1) == set()


def test_the_cursor_never_goes_back(database, now):
    keep(database, now, raw(a_mail("neuf"), 9, now))
    keep(database, now, raw(a_mail("trois"), 3, now))
    with database.read() as session:
        assert messages.cursor(session, "contact", "INBOX") == Cursor(1, 9)


def test_uidvalidity_may_be_as_large_as_the_protocol_allows(database, now):
    keep(database, now, raw(a_mail(), 2**32 - 1, now, uidvalidity=2**32 - 1))
    with database.read() as session:
        assert messages.cursor(session, "contact", "INBOX") == Cursor(2**32 - 1, 2**32 - 1)


def test_without_a_date_of_arrival_it_arrives_as_we_see_it(database, now):
    keep(database, now, replace(raw(a_mail(), 1, now), arrived_at=None))
    with database.read() as session:
        assert session.query(Message).one().received_at == now


def test_any_bytes_come_back_as_they_were(database, now):
    chaos = bytes(range(256)) * 50
    keep(database, now, raw(chaos, 1, now))
    with database.read() as session:
        [message] = messages.unsorted(session, 10)
    assert message.data == chaos


def test_everything_is_listed_page_by_page_and_searchable(database, now):
    for n in range(25):
        keep(database, now + timedelta(minutes=n), raw(a_mail(f"N° {n}"), n + 1, now))
    with database.begin() as session:
        for row in session.query(Message):
            row.words, row.place = f"100 % dossier_{row.id}", Place.FILED
    with database.read() as session:
        first = messages.listing(session, Wanted(limit=10))
        rest = messages.listing(session, Wanted(limit=50, before=first[-1].id))
        assert len(first + rest) == len({row.id for row in first + rest}) == 25
        assert len(messages.listing(session, Wanted(words="dossier_3 100"))) == 1
        assert messages.listing(session, Wanted(words="dossierx3")) == []  # _ is no wildcard
        assert messages.listing(session, Wanted(place=Place.QUEUE)) == []
