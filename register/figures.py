"""Figures for whoever watches over the program: counts and dates only, nobody's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute

from register import mailboxes
from register.database import Database, Session
from register.model import Complaint, Letter, Mailbox, Message, Place, State

_OUT = (State.REQUALIFIED, State.MERGED, State.CLOSED)


@dataclass(frozen=True)
class Figures:
    mailboxes: Mapping[str, Mailbox]
    queue: Mapping[str, int]  # band → messages that wait for a person
    places: Mapping[str, int]
    letters: Mapping[str, int]  # state → letters
    to_acknowledge: date | None  # the nearest limit that still runs
    to_answer: date | None


def figures(session: Session) -> Figures:
    """All of them, each from one query."""
    waiting = select(Message.band, func.count()).where(Message.place == Place.QUEUE)
    places = select(Message.place, func.count()).group_by(Message.place)
    letters = select(Letter.state, func.count()).group_by(Letter.state)
    return Figures(
        mailboxes=mailboxes.states(session),
        queue=dict(session.execute(waiting.group_by(Message.band)).all()),
        places=dict(session.execute(places).all()),
        letters=dict(session.execute(letters).all()),
        to_acknowledge=_nearest(session, Complaint.ack_due, Complaint.acknowledged_on.is_(None)),
        to_answer=_nearest(session, Complaint.answer_due, Complaint.answered_on.is_(None)),
    )


def _nearest(
    session: Session, due: InstrumentedAttribute[date], open_: ColumnElement[bool]
) -> date | None:
    query = select(func.min(due)).where(
        open_, Complaint.answered_on.is_(None), Complaint.state.not_in(_OUT)
    )
    return session.scalar(query)


def passed(database: Database) -> dict[str, datetime | None] | None:
    """When each mailbox was last read to the end; None when the database does not answer."""
    try:
        with database.read() as session:
            return {name: one.passed_at for name, one in mailboxes.states(session).items()}
    except SQLAlchemyError:
        return None


def words_in_use(session: Session) -> dict[str, dict[str, int]]:
    """How many entries bear each product, service and motive, by the names of ``Taxonomies``."""
    columns = {
        "products": Complaint.product,
        "services": Complaint.service,
        "motives": Complaint.motive,
    }
    return {
        name: dict(session.execute(select(column, func.count()).group_by(column)).all())
        for name, column in columns.items()
    }


def held(session: Session) -> list[tuple[str, str]]:
    """Entries that no purge touches: their number, and why they are held."""
    found = select(Complaint.number, Complaint.held_because).where(Complaint.held_because != "")
    return [(number, why) for number, why in session.execute(found.order_by(Complaint.id))]
