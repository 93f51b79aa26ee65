"""What breaks under an office: the disk is full, the clock jumps, names are not found.

Nothing is lost, nothing is doubled, and recovery needs nobody (DESIGN §3).
"""

import socket
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from daemon import steps
from ingest.imap import ImapMailbox
from ingest.mailbox import MailboxTrouble
from outbound.deliver import Round
from register import journal
from register.database import open_database
from register.model import Location, Message
from tests.builders import a_mail, raw
from tests.test_procedure import Case, Postman


class Folder:
    """A mailbox's folder with some mails in it."""

    name, folder = "contact", "INBOX"
    role = "inbox"

    def __init__(self, mails):
        self.mails = mails

    def since(self, cursor, starts_on=None):
        after = cursor.uid if cursor and cursor.uidvalidity == 1 else 0
        rest = [mail for mail in self.mails if mail.cursor.uid > after]
        for start in range(0, len(rest), 5):
            yield rest[start : start + 5]


def kept(database):
    with database.read() as session:
        return len(session.scalars(select(Message.id)).all()), len(
            session.scalars(select(Location.uid)).all()
        )


def test_a_full_disk_stops_the_reading_and_loses_nothing(tmp_path, now):
    database = open_database(f"sqlite:///{tmp_path}/x.db")
    folder = Folder([raw(a_mail("x" * 20_000 + str(n)), n, now) for n in range(1, 41)])
    room = {"pages": 0}

    @event.listens_for(database.engine, "checkout")
    def limit(connection, record, proxy):
        connection.execute(f"PRAGMA max_page_count = {room['pages'] or 1_000_000}")

    with database.engine.connect() as connection:
        room["pages"] = connection.exec_driver_sql("PRAGMA page_count").scalar() + 100
    with pytest.raises(OperationalError, match="full"):
        steps.collect(database, folder, now)
    mails, places = kept(database)
    assert 0 < mails == places < 40  # whole batches
    room["pages"] = 0
    steps.collect(database, folder, now)
    mails, places = kept(database)
    assert mails == places == len({mail.digest for mail in folder.mails})
    database.close()


def test_a_register_that_may_not_be_written_says_so_and_works_again(tmp_path, now):
    database = open_database(f"sqlite:///{tmp_path}/x.db")
    folder = Folder([raw(a_mail(str(n)), n, now) for n in range(1, 11)])
    closed = True

    @event.listens_for(database.engine, "checkout")
    def close(connection, record, proxy):
        connection.execute(f"PRAGMA query_only = {'on' if closed else 'off'}")

    with pytest.raises(OperationalError, match="readonly"):
        steps.collect(database, folder, now)
    closed = False
    assert steps.collect(database, folder, now) == 10
    database.close()


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(days=1)])
def test_a_clock_that_jumps_sends_nothing_twice_and_breaks_no_chain(database, settings, now, jump):
    case = Case(database, settings, now)
    postman = Postman()
    for at in (now, now + jump, now, now + jump, now + timedelta(hours=1)):
        away = Round(database, postman, settings, lambda at=at: at)
        away.find_abandoned()
        while away.deliver_one():
            pass
    assert len(postman.sent) == 1
    second = Case(database, settings, now + jump)
    assert second.number == "REC-2026-0002"
    with database.read() as session:
        assert journal.verify(session)[1] == []
    assert case.entry.acknowledged_on is not None


def test_names_that_are_not_found_are_said_and_tried_again(settings, monkeypatch):
    def gone(*args, **kwargs):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", gone)
    [box] = settings.mailbox or [None]
    with pytest.raises(MailboxTrouble, match=r"Vérifiez mailbox\.host"), ImapMailbox(box).open():
        pass
