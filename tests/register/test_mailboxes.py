"""What arrived is kept once, with how far the folder was read (DESIGN §3.1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ingest.mail import Cursor, Role
from register import mailboxes, messages
from register.model import Location, Message
from tests.builders import a_mail, raw


def keep(database, now, *mails, **more) -> int:
    with database.begin() as session:
        return mailboxes.keep(session, mails, now, **more)


def count(database, table) -> int:
    with database.read() as session:
        return session.query(table).count()


def test_message_and_cursor_are_one_commit(database, now):
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        mailboxes.keep(session, [raw(a_mail(), 7, now)], now)
        raise ZeroDivisionError
    with database.read() as session:
        assert mailboxes.reach(session, "contact", "INBOX") is None
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
        assert mailboxes.reach(session, "contact", "INBOX").cursor == Cursor(2, 1)
        assert mailboxes.known_uids(session, "contact", "INBOX", 2) == {1}
        assert mailboxes.known_uids(session, "contact", "INBOX", 1) == set()


def test_the_cursor_never_goes_back(database, now):
    keep(database, now, raw(a_mail("neuf"), 9, now))
    keep(database, now, raw(a_mail("trois"), 3, now))
    with database.read() as session:
        assert mailboxes.reach(session, "contact", "INBOX").cursor == Cursor(1, 9)


def test_uidvalidity_may_be_as_large_as_the_protocol_allows(database, now):
    keep(database, now, raw(a_mail(), 2**32 - 1, now, uidvalidity=2**32 - 1))
    with database.read() as session:
        assert mailboxes.reach(session, "contact", "INBOX").cursor == Cursor(2**32 - 1, 2**32 - 1)


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


def test_what_somebody_takes_out_of_the_junk_folder_is_mail_like_any_other(database, now):
    mail = raw(a_mail(), 1, now)
    keep(database, now, replace(mail, folder="Junk", role=Role.JUNK))
    assert [row.role for row in every(database)] == [Role.JUNK]
    assert keep(database, now, replace(mail, cursor=Cursor(1, 2))) == 0
    assert [row.role for row in every(database)] == [Role.INBOX]


def every(database) -> list[Message]:
    with database.read() as session:
        return session.query(Message).all()


def test_how_a_mailbox_is(database, now):
    later = now + timedelta(hours=1)
    with database.begin() as session:
        mailboxes.passed(session, "contact", now)
        mailboxes.failed(session, "contact", "le serveur ne répond pas", now)
        mailboxes.failed(session, "contact", "le serveur refuse", later)
    with database.read() as session:
        state = mailboxes.states(session)["contact"]
    assert (state.passed_at, state.failing_since, state.trouble) == (now, now, "le serveur refuse")
    with database.begin() as session:
        mailboxes.passed(session, "contact", later)
        mailboxes.reconciled(session, "contact", 0, later)
        state = mailboxes.states(session)["contact"]
    assert (state.passed_at, state.failing_since, state.trouble) == (later, None, None)


def test_the_first_contact_is_settled_once(database, now):
    with database.begin() as session:
        mailboxes.meet(session, "contact", "INBOX", date(2026, 5, 1), now)
        again = mailboxes.meet(session, "contact", "INBOX", None, now + timedelta(days=9))
    assert again == mailboxes.Reach(Cursor(0, 0), date(2026, 5, 1), now)
