"""The office's mailboxes: what was kept of them, how far they are read, and how they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ingest.mail import Cursor, RawMail, Role
from register.database import Session
from register.model import Folder, Location, Mailbox, Message, Place, Table

_CLOCKS = timedelta(hours=24)  # by which two honest clocks may differ
_TOLD_AGAIN = timedelta(days=1)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


# --- keeping mail -----------------------------------------------------------------------------


def keep(
    session: Session, batch: Sequence[RawMail], now: datetime, *, imported: bool = False
) -> int:
    """Store mails of one folder as they came, with how far it has been read; count the new ones.

    Keeping the same mail twice changes nothing, so that any crash may be followed by a repeat, and
    another daemon may do the same at the same moment.
    """
    if not batch:
        return 0
    rows = {raw.digest: _row(raw, now, imported=imported) for raw in batch}
    known = _ids_of(session, rows)
    new = _add_new(session, Message, [row for digest, row in rows.items() if digest not in known])
    ids = _ids_of(session, rows)
    last = batch[-1]
    if _advance(session, last, now):
        _forget_former_life(session, last)
    _add_new(session, Location, [_location(raw, ids[raw.digest]) for raw in batch])
    if known and last.role == Role.INBOX:
        _take_out_of_junk(session, known.values())
    return new


def _row(raw: RawMail, now: datetime, *, imported: bool) -> dict[str, Any]:
    return {
        "digest": raw.digest,
        "data": raw.data,
        "size": raw.size,
        "truncated": raw.truncated,
        "trouble": raw.trouble or None,
        "role": raw.role.value,
        "received_at": _received(raw, now),
        "collected_at": now,
        "imported": imported,
        "place": Place.UNSORTED.value,
    }


def _received(raw: RawMail, now: datetime) -> datetime:
    """When the server took charge of a mail. Where it does not say, or says tomorrow: now."""
    return raw.arrived_at if raw.arrived_at and raw.arrived_at < now + _CLOCKS else now


def _location(raw: RawMail, message_id: int) -> dict[str, Any]:
    return {
        "mailbox": raw.mailbox,
        "folder": raw.folder,
        "uidvalidity": raw.cursor.uidvalidity,
        "uid": raw.cursor.uid,
        "message_id": message_id,
    }


def _add_new(session: Session, table: type[Table], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that are not there yet, whoever else inserts them meanwhile; count them."""
    if not rows:
        return 0
    statement = _INSERT[session.get_bind().dialect.name](table).values(list(rows))
    key = inspect(table).primary_key[-1]
    added = session.scalars(statement.on_conflict_do_nothing().returning(key))
    return len(added.all())


def _ids_of(session: Session, digests: Iterable[str]) -> dict[str, int]:
    query = select(Message.digest, Message.id).where(Message.digest.in_(list(digests)))
    return {row.digest: row.id for row in session.execute(query)}


def _advance(session: Session, last: RawMail, now: datetime) -> bool:
    """Move the cursor, which only goes forward: another daemon may have read further meanwhile.
    Say whether the folder has begun a new life.
    """
    meet(session, last.mailbox, last.folder, None, now)
    row = session.get_one(Folder, (last.mailbox, last.folder), with_for_update=True)
    reborn = row.uidvalidity != last.cursor.uidvalidity
    if reborn:
        row.uidvalidity, row.uid = last.cursor.uidvalidity, 0
    row.uid, row.read_at = max(row.uid, last.cursor.uid), now
    return reborn


def _forget_former_life(session: Session, raw: RawMail) -> None:
    """A new UIDVALIDITY makes the old UIDs of a folder meaningless (RFC 9051, 2.3.1.1)."""
    session.execute(
        delete(Location).where(
            Location.mailbox == raw.mailbox,
            Location.folder == raw.folder,
            Location.uidvalidity != raw.cursor.uidvalidity,
        )
    )


def _take_out_of_junk(session: Session, ids: Iterable[int]) -> None:
    """Somebody has moved a mail from the junk folder to another: it is mail like any other."""
    session.execute(
        update(Message)
        .where(Message.id.in_(list(ids)), Message.role == Role.JUNK)
        .values(role=Role.INBOX.value)
    )


# --- how far ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """How far a folder has been read, and what was settled when it was met."""

    cursor: Cursor
    starts_on: date | None  # mail that arrived before is none of ours
    met_at: datetime


def reach(session: Session, mailbox: str, folder: str) -> Reach | None:
    """None for a folder that has never been met."""
    row = session.get(Folder, (mailbox, folder))
    return Reach(Cursor(row.uidvalidity, row.uid), row.starts_on, row.met_at) if row else None


def meet(
    session: Session, mailbox: str, folder: str, starts_on: date | None, now: datetime
) -> Reach:
    """Note the first contact with a folder; a later one changes nothing."""
    row = {"mailbox": mailbox, "folder": folder, "uidvalidity": 0, "uid": 0, "read_at": now}
    _add_new(session, Folder, [{**row, "met_at": now, "starts_on": starts_on}])
    return cast(Reach, reach(session, mailbox, folder))


def known_uids(session: Session, mailbox: str, folder: str, uidvalidity: int) -> set[int]:
    return set(
        session.scalars(
            select(Location.uid).where(
                Location.mailbox == mailbox,
                Location.folder == folder,
                Location.uidvalidity == uidvalidity,
            )
        )
    )


# --- how they are -----------------------------------------------------------------------------


def passed(session: Session, name: str, now: datetime) -> None:
    """A pass over all folders of a mailbox came to its end: the age of this is its health."""
    row = _state(session, name)
    row.passed_at, row.failing_since, row.trouble, row.told_at = now, None, None, None


def failed(session: Session, name: str, trouble: str, now: datetime) -> None:
    """A pass broke off. ``trouble`` says why and what to do, in French."""
    row = _state(session, name)
    row.failing_since, row.trouble = row.failing_since or now, trouble


def to_be_told(session: Session, name: str, after: timedelta, now: datetime) -> str | None:
    """What people are to be told of a mailbox that has been failing so long; None when nothing, or
    when they were told within a day. Whoever asks tells: it is noted.
    """
    row = _state(session, name)
    if row.failing_since is None or now - row.failing_since < after:
        return None
    if row.told_at and now - row.told_at < _TOLD_AGAIN:
        return None
    row.told_at = now
    return row.trouble


def reconciled(session: Session, name: str, missing: int, now: datetime) -> None:
    """All UIDs of the server were compared with ours; so many had been missing."""
    row = _state(session, name)
    row.reconciled_at, row.missing = now, missing


def states(session: Session) -> dict[str, Mailbox]:
    """Every mailbox that was ever tried, by its name."""
    return {row.name: row for row in session.scalars(select(Mailbox).order_by(Mailbox.name))}


def _state(session: Session, name: str) -> Mailbox:
    _add_new(session, Mailbox, [{"name": name}])
    return session.get_one(Mailbox, name)
