"""The history of learning: when, on what, against whom, and what came of it."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from register.database import Session
from register.model import Training

_ABANDONED = timedelta(hours=1)  # a learning that has not ended by then was cut short


def begin(session: Session, because: str, now: datetime) -> Training | None:
    """Note that a learning begins; None while another one is under way."""
    running = session.scalar(
        select(Training.id)
        .where(Training.ended_at.is_(None), Training.begun_at > now - _ABANDONED)
        .limit(1)
    )
    if running is not None:
        return None
    training = Training(begun_at=now, because=because)
    session.add(training)
    session.flush()
    return training


def end(session: Session, training_id: int, now: datetime, **found: object) -> None:
    """Note what came of a learning; ``found`` are columns of ``Training``."""
    session.execute(
        update(Training).where(Training.id == training_id).values(ended_at=now, **found)
    )


def latest(session: Session) -> Training | None:
    """The last learning, ended or not."""
    return session.scalar(select(Training).order_by(Training.id.desc()).limit(1))


def ever_promoted(session: Session) -> bool:
    """Whether any learning from decisions ever came into service."""
    query = select(Training.id).where(Training.promoted.is_(True)).limit(1)
    return session.scalar(query) is not None


def of_model(session: Session, version: str) -> Training | None:
    """The learning that a model comes from; None for the shipped one."""
    return session.scalar(
        select(Training).where(Training.model == version).order_by(Training.id.desc()).limit(1)
    )


def history(session: Session, limit: int = 20) -> list[Training]:
    """Newest first."""
    return list(session.scalars(select(Training).order_by(Training.id.desc()).limit(limit)))
