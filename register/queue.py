"""The review queue: what a person is to look at, the greatest legal risk first, and who looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from classifier.text import fold
from register.database import Session
from register.model import Look, Message, Place

LOOKING = timedelta(seconds=90)  # a page that is open says so twice a minute
_OLD = timedelta(days=6)  # of the ten days to acknowledge, four are left
_WAITING = Message.place.in_([Place.QUEUE, Place.QUARANTINE])


@dataclass(frozen=True)
class Wanted:
    """A view of the queue. ``mine``: an address, to see only what was passed to its owner."""

    band: str = ""
    mine: str = ""
    limit: int = 100


def waiting(session: Session, now: datetime, wanted: Wanted | None = None) -> list[Message]:
    """What waits, in the order of legal risk: what is old and may be a complaint, then what was
    taken for one, then doubt, then what could not be read, then the rest; the oldest first in
    each. What somebody has put off comes last until its time.
    """
    view = wanted or Wanted()
    query = select(Message).where(*_filters(view))
    query = query.order_by(_risk(now), Message.received_at, Message.id).limit(view.limit)
    return list(session.scalars(query))


def undecided(session: Session) -> list[Message]:
    """What may be a complaint and waits for a person, in the order of arrival."""
    query = select(Message).where(
        Message.place == Place.QUEUE, Message.band.in_(["complaint", "review"])
    )
    return list(session.scalars(query.order_by(Message.id)))


def count(session: Session, wanted: Wanted | None = None) -> int:
    view = wanted or Wanted()
    return session.scalar(select(func.count()).select_from(Message).where(*_filters(view))) or 0


def _filters(view: Wanted) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = [_WAITING]
    if view.band == "blind":
        filters.append(Message.blind.is_(True))
    elif view.band == "unread":
        filters.append(Message.band == "")
    elif view.band:
        filters += [Message.band == view.band, ~Message.blind]
    if view.mine:
        filters.append(Message.passed_to == view.mine)
    return filters


def _risk(now: datetime) -> ColumnElement[int]:
    # A mail drawn by lot stands among the doubtful, so that its place tells nothing of it.
    doubtful = or_(Message.blind, Message.band == "review")
    likely = (Message.band == "complaint") & ~Message.blind
    return case(
        (Message.skipped_until > now, 6),
        ((likely | doubtful) & (Message.received_at < now - _OLD), 0),
        (likely, 1),
        (doubtful, 2),
        (Message.band == "", 3),
        else_=4,
    )


def around(rows: Sequence[Message], message_id: int) -> tuple[int | None, int | None]:
    """The message before and the one after in a queue; outside of it, nothing and the first."""
    ids = [row.id for row in rows]
    if message_id not in ids:
        return None, ids[0] if ids else None
    at = ids.index(message_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)


def alike(rows: Sequence[Message], row: Message) -> list[Message]:
    """Others of the queue that say the same: the same sender with the same subject but for its
    figures, or the same first words.
    """
    mark = _mark(row)
    return [
        one
        for one in rows
        if one.id != row.id
        and not one.blind
        and (_mark(one) == mark or (len(row.excerpt) > 40 and one.excerpt == row.excerpt))
    ]


def _mark(row: Message) -> tuple[str, str]:
    return row.sender_email, "".join(char for char in fold(row.subject) if not char.isdigit())


def look(session: Session, message_id: int, by: str, now: datetime) -> None:
    """Note that somebody has a message open; it runs out by itself."""
    session.execute(delete(Look).where(Look.until < now))
    seen = session.get(Look, (message_id, by))
    if seen is None:
        session.add(Look(message_id=message_id, by=by, until=now + LOOKING))
    else:
        seen.until = now + LOOKING
    session.flush()


def onlookers(session: Session, message_id: int, by: str, now: datetime) -> list[str]:
    """Who else has a message open."""
    column: InstrumentedAttribute[str] = Look.by
    rows = session.scalars(
        select(column)
        .where(Look.message_id == message_id, Look.by != by, Look.until > now)
        .order_by(column)
    )
    return list(rows)
