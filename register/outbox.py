"""The outbox: letters are queued with the decision that causes them, and sent later.

A letter in ``sending`` that is never settled means that nobody knows whether it left. It becomes
``uncertain`` and only two things end that: our own copy found in the office's mailbox, or a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from register import answers
from register.database import Session
from register.model import Complaint, Letter, LetterState, State

ACKNOWLEDGEMENT = "acknowledgement"
PENDING = (LetterState.QUEUED, LetterState.WITHHELD, LetterState.FAILED, LetterState.UNCERTAIN)


@dataclass(frozen=True)
class Order:
    """A letter to be written and sent: what, to whom, and when at the earliest."""

    kind: str
    recipient: str
    message_id: str
    due_at: datetime
    withheld_because: str | None = None  # French; then it waits for a person's word
    automatic: bool = True  # no person had a word in it
    by_guard: bool = False
    answer_id: int | None = None  # the answer that it carries
    words: dict[str, str] | None = None  # what a person wrote for it, by the template's names
    language: str = "fr"
    again: bool = False  # one more of its kind, not the same one again


def queue(session: Session, complaint: Complaint, order: Order, now: datetime) -> Letter:
    """Put a letter in the outbox. One of a kind and complaint is one row for ever, and keeps the
    Message-ID that it was first given; ``again`` asks for a further one on purpose.
    """
    same = (Letter.complaint_id == complaint.id, Letter.kind == order.kind)
    letter = session.scalar(select(Letter).where(*same).order_by(-Letter.turn).limit(1))
    turn = letter.turn + 1 if letter else 1
    if letter is None or order.again:
        letter = Letter(
            complaint_id=complaint.id,
            kind=order.kind,
            message_id=order.message_id,
            state=LetterState.CANCELLED,
            queued_at=now,
            recipient="",
            due_at=now,
            turn=turn,
        )
        session.add(letter)
    if letter.state == LetterState.CANCELLED:
        letter.recipient, letter.due_at, letter.queued_at = order.recipient, order.due_at, now
        letter.state = LetterState.WITHHELD if order.withheld_because else LetterState.QUEUED
        letter.trouble = order.withheld_because
        letter.automatic, letter.by_guard = order.automatic, order.by_guard
        letter.answer_id, letter.words = order.answer_id, order.words
        letter.language = order.language
    session.flush()
    return letter


def begin_next(session: Session, now: datetime) -> Letter | None:
    """Take the next due letter out of everybody else's reach."""
    next_due = (
        select(Letter.id)
        .where(Letter.state == LetterState.QUEUED, Letter.due_at <= now)
        .order_by(Letter.due_at, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = session.scalar(
        update(Letter)
        .where(Letter.id == next_due, Letter.state == LetterState.QUEUED)
        .values(state=LetterState.SENDING, begun_at=now, attempts=Letter.attempts + 1)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return session.get(Letter, taken, populate_existing=True) if taken else None


@dataclass(frozen=True)
class Sent:
    """The letter left: when, on which civil day of the office, and what the server said."""

    at: datetime
    day: date
    answer: str


@dataclass(frozen=True)
class Unsent:
    """The letter surely did not leave. Without ``again_at`` a person must see to it."""

    trouble: str
    again_at: datetime | None


@dataclass(frozen=True)
class Unknown:
    """Nobody can say whether the letter left."""

    trouble: str


Outcome = Sent | Unsent | Unknown


def settle(session: Session, letter: Letter, outcome: Outcome) -> None:
    """Write what became of a letter that was begun."""
    if isinstance(outcome, Sent):
        letter.state, letter.trouble = LetterState.SENT, None
        letter.sent_at, letter.answer = outcome.at, outcome.answer
        _acknowledged(session, letter, outcome.day)
        if letter.answer_id:
            answers.left(session, letter, outcome.day)
    elif isinstance(outcome, Unsent):
        letter.state = LetterState.QUEUED if outcome.again_at else LetterState.FAILED
        letter.due_at = outcome.again_at or letter.due_at
        letter.trouble = outcome.trouble
    else:
        letter.state, letter.trouble = LetterState.UNCERTAIN, outcome.trouble


def _acknowledged(session: Session, letter: Letter, day: date) -> None:
    """The acknowledgement's date stands in the register (P-11), the first one for ever."""
    complaint = session.get_one(Complaint, letter.complaint_id)
    if letter.kind != ACKNOWLEDGEMENT or complaint.acknowledged_on:
        return
    complaint.acknowledged_on = day
    complaint.ack_mode = "AUTO"
    complaint.version += 1
    if complaint.state == State.TO_ACKNOWLEDGE:
        complaint.state = State.ACKNOWLEDGED


def abandoned(session: Session, before: datetime) -> list[Letter]:
    """Letters begun before a moment and never settled: their daemon died while sending."""
    return list(
        session.scalars(
            select(Letter).where(Letter.state == LetterState.SENDING, Letter.begun_at < before)
        )
    )


def claim(session: Session, letter_id: int, states: Iterable[LetterState]) -> Letter | None:
    """Take a letter for a person's word, if it is in one of these states; else None."""
    taken = session.scalar(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state.in_(list(states)))
        .values(begun_at=None)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return session.get(Letter, taken, populate_existing=True) if taken else None


def written_to(session: Session, recipient: str, since: datetime) -> bool:
    """Say whether an acknowledgement has gone, or is about to go, to an address since a moment."""
    return (
        session.scalar(
            select(Letter.id)
            .where(
                Letter.recipient == recipient,
                Letter.queued_at >= since,
                Letter.state.in_([LetterState.QUEUED, LetterState.SENDING, LetterState.SENT]),
            )
            .limit(1)
        )
        is not None
    )


def written_since(session: Session, since: datetime, domain: str = "") -> int:
    """How many acknowledgements have gone, or are about to go, since a moment; to one domain."""
    query = select(func.count()).where(
        Letter.queued_at >= since,
        Letter.state.in_([LetterState.QUEUED, LetterState.SENDING, LetterState.SENT]),
    )
    if domain:
        query = query.where(Letter.recipient.endswith(f"@{domain}", autoescape=True))
    return session.scalar(query.select_from(Letter)) or 0


def of_complaint(session: Session, complaint: Complaint) -> list[Letter]:
    return list(
        session.scalars(
            select(Letter).where(Letter.complaint_id == complaint.id).order_by(Letter.id)
        )
    )


def listing(session: Session, state: str = "") -> list[tuple[Letter, Complaint]]:
    """Every letter with its complaint, the newest first."""
    query = select(Letter, Complaint).join(Complaint, Complaint.id == Letter.complaint_id)
    if state:
        query = query.where(Letter.state == state)
    found = session.execute(query.order_by(Letter.id.desc()))
    return [(letter, complaint) for letter, complaint in found]


def as_sent(session: Session, letter_id: int) -> Letter | None:
    """A letter with its bytes."""
    return session.get(Letter, letter_id, options=[undefer(Letter.data)], populate_existing=True)
