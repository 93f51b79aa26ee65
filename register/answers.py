"""Answers to a complaint: the one being written, and the one that stands."""

from datetime import date

from sqlalchemy import select, update

from register.database import Session
from register.lifecycle import file_of, move
from register.model import Answer, AnswerState, Complaint, Letter, LetterState, State

OPEN = (AnswerState.DRAFT, AnswerState.TO_SIGN, AnswerState.SIGNED)


def being_written(session: Session, complaint: Complaint) -> Answer | None:
    """The answer that has not left yet, if somebody has begun one."""
    return session.scalar(
        select(Answer)
        .where(Answer.complaint_id == complaint.id, Answer.state.in_(OPEN))
        .order_by(-Answer.id)
        .limit(1)
    )


def history(session: Session, complaint: Complaint) -> list[Answer]:
    """Every answer of a complaint, dropped ones too, in order."""
    return list(
        session.scalars(
            select(Answer).where(Answer.complaint_id == complaint.id).order_by(Answer.id)
        )
    )


def stand(session: Session, complaint: Complaint, answer: Answer, on: date) -> None:
    """An answer has reached the client on a day: it stands, and the duty is done (P-14, P-18).

    An acknowledgement that has not left does not leave any more: the answer stands for it (P-10).
    Raises ``Forbidden`` where the life cycle has no such move.
    """
    answer.state, answer.sent_on = AnswerState.SENT, on
    complaint.answered_on, complaint.answer_id = on, answer.message_id
    session.execute(
        update(Letter)
        .where(
            Letter.complaint_id == complaint.id,
            Letter.kind == "acknowledgement",
            Letter.state.in_([LetterState.QUEUED, LetterState.WITHHELD, LetterState.FAILED]),
        )
        .values(state=LetterState.CANCELLED)
    )
    if complaint.acknowledged_on is None:
        complaint.ack_mode = "SANS_OBJET"
    session.flush()
    move(file_of(session, complaint), State.ANSWERED)


def left(session: Session, letter: Letter, day: date) -> None:
    """A letter that carries an answer has left."""
    complaint = session.get_one(Complaint, letter.complaint_id)
    answer = session.get_one(Answer, letter.answer_id)
    if answer.state == AnswerState.SIGNED:
        stand(session, complaint, answer, day)
        complaint.version += 1
