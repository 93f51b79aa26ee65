"""The register as it is leafed through: filters, words, and pages that all cost the same."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from register import search
from register.database import Session
from register.model import Complaint, State
from register.search import Page, View

PAGE = 50
_OVER = (State.CLOSED, State.REQUALIFIED, State.MERGED)


@dataclass(frozen=True)
class Wanted:
    """A look at the register. ``due_before``: the next limit falls before that day; ``year``: of
    receipt; ``sensitive``: words are looked for in sensitive data too; ``after``: of the page before.
    """

    words: str = ""
    state: str = ""
    responsible: str = ""
    due_before: date | None = None
    product: str = ""
    motive: str = ""
    year: int | None = None
    late: bool = False
    sensitive: bool = True
    after: str = ""
    limit: int = PAGE


def listing(session: Session, wanted: Wanted, today: date) -> Page[Complaint]:
    """The newest entries first or, where words are looked for, as ``register.search`` has it."""
    view = View(
        wanted.words,
        tuple(_filters(wanted, today)),
        None if wanted.sensitive else Complaint.sensitive.is_(True),
        wanted.after,
        wanted.limit,
    )
    return search.page(session, Complaint, view)


def _filters(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    said = {
        Complaint.state: wanted.state,
        Complaint.responsible: wanted.responsible,
        Complaint.product: wanted.product,
        Complaint.motive: wanted.motive,
    }
    filters: list[ColumnElement[bool]] = [name == value for name, value in said.items() if value]
    if wanted.year is not None:
        first, last = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
        filters.append(Complaint.received_on.between(first, last))
    days = [wanted.due_before] if wanted.due_before else []
    return filters + [_due_before(day) for day in (*days, *([today] if wanted.late else []))]


def _due_before(day: date) -> ColumnElement[bool]:
    """As ``next_limit``, in SQL."""
    acknowledge = and_(Complaint.acknowledged_on.is_(None), Complaint.ack_due < day)
    return and_(
        Complaint.state.not_in(_OVER),
        Complaint.answered_on.is_(None),
        or_(acknowledge, Complaint.answer_due < day),
    )


def next_limit(entry: Complaint) -> tuple[str, date] | None:
    """What is due next to the client, in French, and by which day; None where nothing is.

    An answer ends the duty to acknowledge as well (P-10).
    """
    if entry.state in _OVER or entry.answered_on:
        return None
    duties = [("réponse", entry.answer_due)]
    if entry.acknowledged_on is None:
        duties.insert(0, ("accusé", entry.ack_due))
    return min(duties, key=lambda duty: duty[1])


def years(session: Session) -> list[int]:
    """The years of receipt that the register spans, the latest first."""
    first, last = session.execute(
        select(func.min(Complaint.received_on), func.max(Complaint.received_on))
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []
