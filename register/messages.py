"""Messages: what arrived, how far we have read, what waits, and where each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import undefer

from classifier.text import fold
from ingest.mail import Cursor, Mail, RawMail
from register.database import Session
from register.model import Folder, Letter, Location, Message, Place

EXCERPT = 240
TWIN_DAYS = 30  # the same words by the same person within so many days are the same mail


def cursor(session: Session, mailbox: str, folder: str) -> Cursor | None:
    row = session.get(Folder, (mailbox, folder))
    return Cursor(row.uidvalidity, row.uid) if row else None


def keep(
    session: Session, batch: Sequence[RawMail], now: datetime, *, imported: bool = False
) -> int:
    """Store mails of one folder as they came, with how far it has been read; count the new ones.

    Keeping the same mail twice changes nothing, so that any crash may be followed by a repeat.
    """
    fresh = 0
    for raw in batch:
        message, new = _one_row_for_ever(session, raw, now, imported=imported)
        fresh += new
        place = (raw.mailbox, raw.folder, raw.cursor.uidvalidity, raw.cursor.uid)
        if session.get(Location, place) is None:
            _forget_former_life(session, raw)
            session.add(Location(**_location(raw), message_id=message.id))
    if batch:
        _advance(session, batch[-1], now)
    return fresh


def _location(raw: RawMail) -> dict[str, str | int]:
    return {
        "mailbox": raw.mailbox,
        "folder": raw.folder,
        "uidvalidity": raw.cursor.uidvalidity,
        "uid": raw.cursor.uid,
    }


def _one_row_for_ever(
    session: Session, raw: RawMail, now: datetime, *, imported: bool
) -> tuple[Message, bool]:
    known = with_digest(session, raw.digest)
    if known:
        return known, False
    message = Message(
        digest=raw.digest,
        data=raw.data,
        size=raw.size,
        truncated=raw.truncated,
        received_at=raw.arrived_at or now,
        collected_at=now,
        imported=imported,
        place=Place.UNSORTED,
    )
    session.add(message)
    session.flush()
    return message, True


def _forget_former_life(session: Session, raw: RawMail) -> None:
    """A new UIDVALIDITY makes the old UIDs of a folder meaningless (RFC 9051, 2.3.1.1)."""
    session.execute(
        delete(Location).where(
            Location.mailbox == raw.mailbox,
            Location.folder == raw.folder,
            Location.uidvalidity != raw.cursor.uidvalidity,
        )
    )


def _advance(session: Session, last: RawMail, now: datetime) -> None:
    """The cursor only goes forward: another daemon may have read further meanwhile."""
    row = session.get(Folder, (last.mailbox, last.folder))
    if row is None:
        row = Folder(mailbox=last.mailbox, folder=last.folder, uidvalidity=0, uid=0, read_at=now)
        session.add(row)
    if row.uidvalidity != last.cursor.uidvalidity:
        row.uidvalidity, row.uid = last.cursor.uidvalidity, 0
    row.uid, row.read_at = max(row.uid, last.cursor.uid), now


def read_through(session: Session, mailbox: str, folder: str, now: datetime) -> None:
    """Note that a pass over a folder came to its end: the age of this is the mailbox's health."""
    session.execute(
        update(Folder).where(Folder.mailbox == mailbox, Folder.folder == folder).values(read_at=now)
    )


def describe(message: Message, mail: Mail) -> None:
    """Write who wrote what onto a message's row: what lists, searches and threads need."""
    message.message_id, message.references = mail.message_id, list(mail.references)
    message.sender_name, message.sender_email = mail.sender.name, mail.sender.email
    message.subject, message.sent_at = mail.subject, mail.sent_at
    message.excerpt = " ".join((mail.new_text or mail.text).split())[:EXCERPT]
    told = (mail.sender.name, mail.sender.email, mail.subject, message.excerpt)
    message.words = fold(" ".join(told))


def unsorted(session: Session, limit: int) -> list[Message]:
    return list(
        session.scalars(
            select(Message)
            .where(Message.place == Place.UNSORTED)
            .order_by(Message.id)
            .limit(limit)
            .options(undefer(Message.data))
        )
    )


def filed_unseen(session: Session, since: datetime, after: int, limit: int) -> list[Message]:
    """Messages that no person has seen, received since a moment, in the order of their ids."""
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.place == Place.FILED,
                Message.decided_at.is_(None),
                Message.received_at >= since,
                Message.id > after,
            )
            .order_by(Message.id)
            .limit(limit)
            .options(undefer(Message.data))
        )
    )


def original(session: Session, message_id: int) -> Message | None:
    """A message with its bytes."""
    return session.get(Message, message_id, options=[undefer(Message.data)], populate_existing=True)


@dataclass(frozen=True)
class Thread:
    """What the house already knows of a mail's forebears."""

    twin: int | None = None  # the same content, kept before
    complaint: int | None = None  # the complaint whose thread this is
    letter: int | None = None  # our own letter: returned, copied or answered


def thread_of(session: Session, message: Message, refers_to: Sequence[str]) -> Thread:
    """Look for the twin, the complaint and the letter that a mail belongs to."""
    letter = _letter_named(session, [message.message_id, *refers_to])
    complaint = letter.complaint_id if letter else _complaint_of(session, refers_to)
    return Thread(_twin(session, message), complaint, letter.id if letter else None)


def _letter_named(session: Session, names: Sequence[str]) -> Letter | None:
    named = [name for name in names if name]
    return session.scalar(select(Letter).where(Letter.message_id.in_(named)).limit(1))


def _complaint_of(session: Session, refers_to: Sequence[str]) -> int | None:
    return session.scalar(
        select(Message.complaint_id)
        .where(Message.message_id.in_(refers_to), Message.complaint_id.is_not(None))
        .limit(1)
    )


def _twin(session: Session, message: Message) -> int | None:
    window = timedelta(days=TWIN_DAYS)
    return session.scalar(
        select(Message.id)
        .where(
            Message.fingerprint == message.fingerprint,
            Message.fingerprint != "",
            Message.id < message.id,
            Message.place != Place.UNSORTED,
            Message.received_at.between(message.received_at - window, message.received_at + window),
        )
        .order_by(Message.id)
        .limit(1)
    )


# Legal risk first: what was taken for a complaint, then doubt, then the rest; oldest first in each.
_RISK = {"complaint": 0, "review": 1, "": 2, "other": 3}


def waiting(session: Session, limit: int = 500) -> list[Message]:
    """The review queue with the quarantine, in the order of legal risk."""
    rows = session.scalars(
        select(Message)
        .where(Message.place.in_([Place.QUEUE, Place.QUARANTINE]))
        .order_by(Message.received_at, Message.id)
        .limit(limit)
    )
    return sorted(rows, key=lambda row: _RISK["review"] if row.blind else _RISK.get(row.band, 2))


@dataclass(frozen=True)
class Wanted:
    """A look at messages: everything is listed and searchable (DESIGN §3.4)."""

    place: str = ""
    label: str = ""
    words: str = ""
    before: int | None = None  # id: the next page begins below it
    limit: int = 50


def listing(session: Session, wanted: Wanted) -> list[Message]:
    """Newest first."""
    query = select(Message).order_by(Message.id.desc()).limit(wanted.limit)
    if wanted.place:
        query = query.where(Message.place == wanted.place)
    if wanted.label:
        query = query.where(Message.label == wanted.label)
    if wanted.before is not None:
        query = query.where(Message.id < wanted.before)
    for word in fold(wanted.words).split():
        query = query.where(Message.words.contains(word, autoescape=True))
    return list(session.scalars(query))


def named(session: Session, ids: Sequence[int]) -> list[Message]:
    """The messages of some ids, newest first."""
    query = select(Message).where(Message.id.in_(ids)).order_by(Message.id.desc())
    return list(session.scalars(query))


def counts(session: Session) -> dict[str, int]:
    """How many messages are in each place; every place is named."""
    found = session.execute(select(Message.place, func.count()).group_by(Message.place))
    return {place.value: 0 for place in Place} | {row[0]: row[1] for row in found}


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


def with_digest(session: Session, digest: str) -> Message | None:
    """The message of these very bytes (SHA-256, hex)."""
    return session.scalar(select(Message).where(Message.digest == digest))
