"""What complaints brought to light, what is done about it, and what comes back (P-19 … P-21)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, select

from register.database import Session
from register.model import (
    Action,
    ActionFinding,
    ActionState,
    Complaint,
    Finding,
    State,
    YearlyReview,
)

RECURRENCE_DAYS, RECURRENCE_FILES = 90, 3  # regulation P-20
_ENDED = (ActionState.EFFECTIVE, ActionState.GIVEN_UP)


def of_complaint(session: Session, complaint: Complaint) -> list[Finding]:
    query = select(Finding).where(Finding.complaint_id == complaint.id).order_by(Finding.id)
    return list(session.scalars(query))


def named(session: Session, ids: Iterable[int]) -> list[Finding]:
    return list(session.scalars(select(Finding).where(Finding.id.in_(list(ids)))))


def remove(session: Session, finding: Finding) -> None:
    session.execute(delete(ActionFinding).where(ActionFinding.finding_id == finding.id))
    session.delete(finding)
    session.flush()


def actions_of(session: Session, complaint: Complaint) -> list[Action]:
    """The actions that answer to a complaint's findings."""
    found = select(Finding.id).where(Finding.complaint_id == complaint.id)
    linked = select(ActionFinding.action_id).where(ActionFinding.finding_id.in_(found))
    return list(session.scalars(select(Action).where(Action.id.in_(linked)).order_by(Action.id)))


@dataclass(frozen=True)
class Board:
    """Corrective actions as the office looks at them, with the findings that each answers to."""

    action: Action
    complaints: tuple[str, ...]  # numbers
    late: bool


def board(session: Session, today: date) -> list[Board]:
    """Every action, those under way before those ended, the nearest due first."""
    rows = session.execute(
        select(Action, Complaint.number)
        .outerjoin(ActionFinding, ActionFinding.action_id == Action.id)
        .outerjoin(Finding, Finding.id == ActionFinding.finding_id)
        .outerjoin(Complaint, Complaint.id == Finding.complaint_id)
        .order_by(Action.id, Complaint.number)
    ).all()
    numbers: dict[int, list[str]] = {}
    actions: dict[int, Action] = {}
    for action, number in rows:
        actions[action.id] = action
        if number and number not in numbers.setdefault(action.id, []):
            numbers[action.id].append(number)
    shown = [
        Board(action, tuple(numbers.get(action.id, ())), is_late(action, today))
        for action in actions.values()
    ]
    far = date.max
    return sorted(shown, key=lambda one: (one.action.state in _ENDED, one.action.due_on or far))


def is_open(action: Action) -> bool:
    """Whether it is still to be done."""
    return action.done_on is None and action.state not in _ENDED


def is_late(action: Action, today: date) -> bool:
    """Late is computed, not a state (regulation §5.8)."""
    return is_open(action) and action.due_on is not None and action.due_on < today


def pending(session: Session) -> list[tuple[Finding, str]]:
    """Findings for which nobody has decided an action, nor that none is needed (P-21)."""
    linked = select(ActionFinding.finding_id)
    rows = session.execute(
        select(Finding, Complaint.number)
        .join(Complaint, Complaint.id == Finding.complaint_id)
        .where(Finding.id.not_in(linked), Complaint.no_actions_because == "")
        .order_by(Finding.id)
    )
    return [(finding, number) for finding, number in rows]


def reviews(session: Session) -> list[YearlyReview]:
    """The reviews that were held, the newest first (P-22)."""
    query = select(YearlyReview).order_by(YearlyReview.held_on.desc(), YearlyReview.id.desc())
    return list(session.scalars(query))


@dataclass(frozen=True)
class Recurrence:
    """The same motive again and again within a short time (P-20)."""

    motive: str
    product: str
    numbers: tuple[str, ...]


def recurrences(session: Session, today: date) -> list[Recurrence]:
    """Motive and product for which several complaints came within 90 days."""
    since = today - timedelta(days=RECURRENCE_DAYS)
    rows = session.execute(
        select(Complaint.motive, Complaint.product, Complaint.number)
        .where(
            Complaint.received_on > since,
            Complaint.motive != "",
            Complaint.state.not_in([State.REQUALIFIED, State.MERGED]),
        )
        .order_by(Complaint.id)
    )
    together: dict[tuple[str, str], list[str]] = {}
    for motive, product, number in rows:
        together.setdefault((motive, product), []).append(number)
    found = [
        Recurrence(motive, product, tuple(numbers))
        for (motive, product), numbers in together.items()
        if len(numbers) >= RECURRENCE_FILES
    ]
    return sorted(found, key=lambda one: -len(one.numbers))
