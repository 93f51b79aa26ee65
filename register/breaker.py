"""The breaker: automatic mail stops at once, by hand or of itself; letters wait (DESIGN §3.7)."""

from datetime import datetime

from sqlalchemy import func, select

from register import journal
from register.database import Session
from register.journal import Act
from register.model import Breaker


def stopped(session: Session) -> Breaker | None:
    """Why automatic mail is stopped, since when and by whom; None while it runs."""
    query = select(Breaker).where(Breaker.lifted_at.is_(None)).order_by(Breaker.id).limit(1)
    return session.scalar(query)


def stop(session: Session, because: str, by: str, now: datetime) -> bool:
    """Stop automatic mail; say whether it ran until now."""
    if stopped(session) is not None:
        return False
    session.add(Breaker(at=now, by=by, because=because[:500]))
    session.flush()
    journal.record(session, Act(by, "stopped mail", "outbox", {"reason": because[:500]}), now)
    return True


def counted_from(session: Session, since: datetime) -> datetime:
    """From when on letters count towards the hourly cap: what left before a person lifted the
    breaker has been looked at.
    """
    lifted = session.scalar(select(func.max(Breaker.lifted_at)))
    return max(since, lifted) if lifted else since


def lift(session: Session, by: str, now: datetime) -> bool:
    """Let automatic mail leave again; say whether it was stopped."""
    row = stopped(session)
    if row is None:
        return False
    row.lifted_at, row.lifted_by = now, by
    journal.record(session, Act(by, "resumed mail", "outbox", {}), now)
    return True
