"""The daemon's work, as steps. A step does one thing and says how much of it there was."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from config.settings import Settings
from daemon.judging import Judge, Original, Unreadable
from ingest.mail import RawMail, Role
from ingest.mailbox import Mailbox
from register import mailboxes, messages
from register.database import Database
from register.mailboxes import Reach
from register.staff import staffed
from review.desk import Desk, Read

log = logging.getLogger(__name__)

LOT = 1_600  # messages taken up in one step, if the memory allows
TOGETHER = 200  # placed in one transaction, while those after them are still being read
LIVE = timedelta(days=10)  # before the first contact: such mail may still be acknowledged in time
SENT_BEFORE = timedelta(days=90)  # before the first contact: answers to complaints still open


def collect(
    database: Database, mailbox: Mailbox, now: datetime, starts_on: date | None = None
) -> int:
    """Keep every new mail of a folder; the cursor is committed with each batch. Counts the new.

    What lay there long before the first contact is a back-file: nothing leaves on its account
    unless a person asks.
    """
    with database.begin() as session:
        if mailbox.role == Role.SENT:
            starts_on = max(starts_on or date.min, now.date() - SENT_BEFORE)
        reach = mailboxes.meet(session, mailbox.name, mailbox.folder, starts_on, now)
    fresh = 0
    for batch in mailbox.since(reach.cursor, reach.starts_on):
        fresh += keep(database, batch, reach, now)
    if fresh:
        log.info("mailbox %s/%s: %s new mails kept", mailbox.name, mailbox.folder, fresh)
    return fresh


def keep(database: Database, batch: Sequence[RawMail], reach: Reach, now: datetime) -> int:
    """Keep a batch of one folder in one transaction; count the new."""
    old = [raw for raw in batch if _is_old(raw, reach)]
    new = [raw for raw in batch if not _is_old(raw, reach)]
    with database.begin() as session:
        return mailboxes.keep(session, old, now, imported=True) + mailboxes.keep(session, new, now)


def _is_old(raw: RawMail, reach: Reach) -> bool:
    return raw.arrived_at is not None and raw.arrived_at < reach.met_at - LIVE


def sort(
    database: Database, judge: Judge, settings: Settings, now: datetime, limit: int = LOT
) -> int:
    """Put the oldest unsorted messages in their places; count them.

    Nothing is read or judged inside a transaction, so that no stranger's mail holds a lock.
    """
    with database.read() as session:
        waiting = messages.unsorted(session, limit)
    reads = judge([Original(row.data or b"", row.truncated, row.trouble or "") for row in waiting])
    for start in range(0, len(waiting), TOGETHER):
        rows = waiting[start : start + TOGETHER]
        _place(database, {row.id: next(reads) for row in rows}, settings, now)
    return len(waiting)


def _place(
    database: Database, seen: Mapping[int, Read | Unreadable], settings: Settings, now: datetime
) -> None:
    try:
        _put_in_place(database, seen, settings, now)
    except Exception:  # one of them: each by itself, and the culprit is left to a person
        log.exception("a batch of %s messages could not be placed", len(seen))
        for number, read in seen.items():
            _place_alone(database, number, read, settings, now)


def _put_in_place(
    database: Database, seen: Mapping[int, Read | Unreadable], settings: Settings, now: datetime
) -> None:
    """All in one transaction. What another daemon has placed meanwhile is left as it is."""
    with database.begin() as session:
        desk = Desk(session, staffed(session, settings), now)
        rows = messages.claim_unsorted(session, seen)
        pairs = [(row, read) for row in rows if isinstance(read := seen[row.id], Read)]
        desk.suggest(pairs)
        for row in rows:
            if isinstance(read := seen[row.id], Unreadable):
                desk.give_up(row, read.reason, read.mail)


def _place_alone(
    database: Database, number: int, read: Read | Unreadable, settings: Settings, now: datetime
) -> None:
    try:
        _put_in_place(database, {number: read}, settings, now)
    except Exception:
        log.exception("message %s left to a person", number)
        failed = Unreadable("le classement automatique a échoué sur ce message")
        _put_in_place(database, {number: failed}, settings, now)
