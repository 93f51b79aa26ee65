"""Notices to people of the office: queued once for each matter, sent together, tried a few times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from register.database import Session
from register.model import Notice

ATTEMPTS = 8


def queue(session: Session, notices: Iterable[Notice]) -> int:
    """Put notices by that nobody was told yet (their key says what of); count them."""
    wanted = {one.key: one for one in notices}
    known = set(session.scalars(select(Notice.key).where(Notice.key.in_(list(wanted)))))
    new = [one for key, one in wanted.items() if key not in known]
    session.add_all(new)
    session.flush()
    return len(new)


def keys(session: Session) -> set[str]:
    """What people have been told of, as far back as notices are kept."""
    return set(session.scalars(select(Notice.key)))


def unsent(session: Session, *, urgent: bool) -> dict[str, list[Notice]]:
    """What waits, by recipient, the oldest first; what failed too often is left for the pages."""
    rows = session.scalars(
        select(Notice)
        .where(Notice.sent_at.is_(None), Notice.urgent.is_(urgent), Notice.attempts < ATTEMPTS)
        .order_by(Notice.id)
    )
    by_person: dict[str, list[Notice]] = {}
    for row in rows:
        by_person.setdefault(row.recipient, []).append(row)
    return by_person


@dataclass(frozen=True)
class Unsent:
    """Why notices did not leave. Where the server takes no mail at all it was no attempt."""

    trouble: str
    closed: bool = False


def settle(session: Session, ids: Iterable[int], now: datetime, unsent: Unsent | None) -> None:
    """Write that notices left together, or why they did not."""
    for row in session.scalars(select(Notice).where(Notice.id.in_(list(ids)))):
        row.attempts += not (unsent and unsent.closed)
        row.trouble = unsent.trouble if unsent else None
        if unsent is None:
            row.sent_at = now


def failed(session: Session) -> list[Notice]:
    """What nobody could be told by mail."""
    query = select(Notice).where(Notice.sent_at.is_(None), Notice.attempts >= ATTEMPTS)
    return list(session.scalars(query.order_by(Notice.id)))
