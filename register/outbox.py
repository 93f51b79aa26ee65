"""The outbox: letters are queued with the decision that causes them, and sent later.

A letter in ``sending`` that is never settled means that nobody knows whether it left. It becomes
``uncertain`` and only two things end that: our own copy found in the office's mailbox, or a person.
A letter that came back undelivered is ``failed``: its client has not read it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased, undefer

from register import answers
from register.database import Session
from register.lifecycle import Forbidden
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


def begin(
    session: Session, now: datetime, at_most: int = 1, *, by_people_only: bool = False
) -> list[tuple[Letter, Complaint]]:
    """Take the next due letters out of everybody else's reach; where the machine's own letters are
    stopped, the next that people wrote.

    One of a complaint at a time: what becomes of it may end the next one's purpose. Nobody else
    comes between the reading and the writing: SQLite has one writer at a time, and PostgreSQL
    locks what is read here and skips what others have locked.
    """
    under_way = aliased(Letter)
    same = (under_way.complaint_id == Letter.complaint_id, under_way.state == LetterState.SENDING)
    due = [Letter.state == LetterState.QUEUED, Letter.due_at <= now, ~exists().where(*same)]
    if by_people_only:
        due.append(Letter.automatic.is_(False))
    next_due = _with_complaints.where(*due).order_by(Letter.due_at, Letter.id).limit(at_most)
    found = session.execute(
        next_due.with_for_update(of=Letter, skip_locked=True),
        execution_options={"populate_existing": True},
    )
    taken: dict[int, tuple[Letter, Complaint]] = {}
    for letter, complaint in found:
        taken.setdefault(complaint.id, (letter, complaint))
    for letter, _ in taken.values():
        letter.state, letter.begun_at = LetterState.SENDING, now
        letter.attempts += 1
    return list(taken.values())


def begun(session: Session, letter_ids: Collection[int]) -> list[tuple[Letter, Complaint]]:
    """Letters that were begun, to be settled, in this order."""
    if not letter_ids:
        return []
    found = session.execute(_with_complaints.where(Letter.id.in_(letter_ids)))
    rows = {letter.id: (letter, complaint) for letter, complaint in found}
    return [rows[letter_id] for letter_id in letter_ids]


_with_complaints = select(Letter, Complaint).join(Complaint, Complaint.id == Letter.complaint_id)


def room(session: Session, now: datetime, per_minute: int, at_most: int) -> int:
    """How many letters may be begun now: none when none is due; 0 a minute means without limit.

    Counted from the rows, so that it holds for any number of daemons and after any crash.
    """
    due = select(Letter.id).where(Letter.state == LetterState.QUEUED, Letter.due_at <= now).limit(1)
    if session.scalar(due) is None:
        return 0
    if not per_minute:
        return at_most
    begun = select(func.count()).where(Letter.begun_at > now - timedelta(minutes=1))
    return min(at_most, max(0, per_minute - (session.scalar(begun.select_from(Letter)) or 0)))


def put_off(session: Session, now: datetime, until: datetime) -> None:
    """Everything that is due, or will be by then, waits until a moment: the server is closed."""
    session.execute(
        update(Letter)
        .where(Letter.state == LetterState.QUEUED, Letter.due_at < until, Letter.due_at <= now)
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class Sent:
    """The letter left: when, on which civil day of the office, and what the server said."""

    at: datetime
    day: date
    answer: str


@dataclass(frozen=True)
class Unsent:
    """The letter surely did not leave. Without ``again_at`` a person must see to it. Where the
    server takes no letter at all (``closed``), it was no attempt of this one's.
    """

    trouble: str
    again_at: datetime | None
    closed: bool = False


@dataclass(frozen=True)
class Unknown:
    """Nobody can say whether the letter left."""

    trouble: str


@dataclass(frozen=True)
class Untouched:
    """The letter was begun with others, and its turn did not come: it was no attempt of its."""


Outcome = Sent | Unsent | Unknown | Untouched


def settle(session: Session, letter: Letter, outcome: Outcome) -> None:
    """Write what became of a letter that was begun."""
    if isinstance(outcome, Sent):
        _left(session, letter, outcome)
    elif isinstance(outcome, Unsent):
        letter.state = LetterState.QUEUED if outcome.again_at else LetterState.FAILED
        letter.due_at = outcome.again_at or letter.due_at
        letter.trouble = outcome.trouble
        letter.attempts -= outcome.closed
    elif isinstance(outcome, Untouched):
        letter.state, letter.attempts = LetterState.QUEUED, letter.attempts - 1
        letter.begun_at = letter.begun_at if letter.attempts else None
    elif letter.state == LetterState.SENDING:  # unless our copy has come back meanwhile
        letter.state, letter.trouble = LetterState.UNCERTAIN, outcome.trouble


def _left(session: Session, letter: Letter, sent: Sent) -> None:
    letter.sent_at, letter.answer = sent.at, sent.answer
    if letter.state == LetterState.FAILED and letter.bounced_at:
        return  # it was back before we had noted that it left
    letter.state, letter.trouble = LetterState.SENT, None
    letter.bounced_at, letter.bounce = None, ""
    _acknowledged(session, letter, sent.day)
    if letter.answer_id is None:
        return
    try:
        with session.begin_nested():
            answers.left(session, letter, sent.day)
    except Forbidden as error:  # the letter has left all the same: its proof is not to be lost
        letter.trouble = f"partie, mais le dossier n’a pas pu suivre : {error}"


@dataclass(frozen=True)
class Returned:
    """A letter came back: whether for good, and what the other server said."""

    for_good: bool
    said: str  # French before the server's own words


_BY_POST = "Écrivez au client par la poste, ou corrigez son adresse et laissez repartir la lettre."


def returned(session: Session, letter: Letter, back: Returned, now: datetime) -> bool:
    """Note that a letter which left was not delivered, or not yet; say whether that is new.

    For good, its date as an acknowledgement is annulled (P-11): the client never read it. What
    still waits on its way is only shown.
    """
    if letter.state not in (LetterState.SENDING, LetterState.SENT, LetterState.UNCERTAIN):
        return False
    if not back.for_good:
        known = letter.bounce == back.said
        letter.bounce = back.said
        if letter.state == LetterState.SENT:
            letter.trouble = back.said
        return not known
    letter.state, letter.bounced_at, letter.bounce = LetterState.FAILED, now, back.said
    letter.trouble = f"{back.said}. {_BY_POST}"
    complaint = session.get_one(Complaint, letter.complaint_id)
    if letter.kind == ACKNOWLEDGEMENT and _stood_for_the_acknowledgement(session, letter):
        _not_acknowledged(complaint)
    return True


def _stood_for_the_acknowledgement(session: Session, letter: Letter) -> bool:
    """Whether nothing else acknowledges: no other such letter left, no proof by a person."""
    complaint = session.get_one(Complaint, letter.complaint_id)
    others = select(Letter.id).where(
        Letter.complaint_id == letter.complaint_id,
        Letter.kind == ACKNOWLEDGEMENT,
        Letter.id != letter.id,
        Letter.state == LetterState.SENT,
    )
    return complaint.ack_mode == "AUTO" and session.scalar(others.limit(1)) is None


def _not_acknowledged(complaint: Complaint) -> None:
    complaint.acknowledged_on = None
    complaint.ack_mode = "SANS_OBJET" if complaint.answered_on else ""
    complaint.version += 1
    if complaint.state == State.ACKNOWLEDGED:
        complaint.state = State.TO_ACKNOWLEDGE


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


def named(session: Session, message_id: str) -> Letter | None:
    """The letter of a Message-ID, with its angle brackets."""
    return session.scalar(select(Letter).where(Letter.message_id == message_id))


def uncertain(session: Session) -> list[Letter]:
    """Letters of which nobody knows whether they left, the oldest first."""
    state = Letter.state == LetterState.UNCERTAIN
    return list(session.scalars(select(Letter).where(state).order_by(Letter.begun_at)))


def uncertain_one(session: Session, letter_id: int) -> Letter | None:
    """One of them for the machine to settle, unless somebody has meanwhile."""
    state = Letter.state == LetterState.UNCERTAIN
    return session.scalar(select(Letter).where(Letter.id == letter_id, state).with_for_update())


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
        Letter.kind == ACKNOWLEDGEMENT,
        Letter.queued_at >= since,
        Letter.state.in_([LetterState.QUEUED, LetterState.SENDING, LetterState.SENT]),
    )
    if domain:
        query = query.where(Letter.recipient.endswith(f"@{domain}", autoescape=True))
    return session.scalar(query.select_from(Letter)) or 0


def troubled(session: Session) -> list[tuple[Letter, Complaint]]:
    """Letters that need a person: refused, come back, or in doubt; the oldest first."""
    query = select(Letter, Complaint).join(Complaint, Complaint.id == Letter.complaint_id)
    states = [LetterState.FAILED, LetterState.UNCERTAIN]
    found = session.execute(query.where(Letter.state.in_(states)).order_by(Letter.id))
    return [(letter, complaint) for letter, complaint in found]


def held_up(session: Session, since: datetime) -> Letter | None:
    """A letter that was tried and has waited since before a moment, where none at all has left
    meanwhile: the server is out of order, not the letter.
    """
    tried = (Letter.state == LetterState.QUEUED, Letter.begun_at.is_not(None))
    letter = session.scalar(
        select(Letter).where(*tried, Letter.queued_at <= since).order_by(Letter.queued_at).limit(1)
    )
    if letter is None:
        return None
    left = select(Letter.id).where(Letter.sent_at >= letter.queued_at).limit(1)
    return None if session.scalar(left) else letter


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
