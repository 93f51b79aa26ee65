"""What people's decisions teach the classifier: kept at once, learnt unless doubted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import undefer

from classifier.corpus import Example
from classifier.labels import Label
from classifier.triage import Judged
from register.database import Session
from register.model import Lesson, Message, Standing

# What the office decided counts more than what was shipped, and most where the machine was wrong.
CONFIRMED_WEIGHT, CORRECTED_WEIGHT = 2.0, 4.0
_LIKELY = 0.5


def note(session: Session, message: Message, judged: Judged, label: Label) -> None:
    """Keep what a decision teaches; a later one about the same message takes its place.

    A mail without words teaches nothing.
    """
    forget(session, message.id)
    if not (judged.text.strip() or judged.subject.strip()):
        return
    leant = message.probability is not None and message.probability >= _LIKELY
    session.add(
        Lesson(
            message_id=message.id,
            label=label,
            by=message.decided_by or "",
            at=message.decided_at,
            corrected=leant != (label == Label.COMPLAINT),
            standing=Standing.LEARNT,
            matter=_matter(message),
            judged=asdict(judged),
        )
    )


def _matter(message: Message) -> str:
    """Mails of one complaint, or the same words again, are one matter."""
    if message.complaint_id is not None:
        return f"complaint {message.complaint_id}"
    return message.fingerprint or f"message {message.id}"


def forget(session: Session, message_id: int) -> None:
    """A decision that was undone teaches nothing."""
    session.execute(delete(Lesson).where(Lesson.message_id == message_id))


def untaught(session: Session, after: int, limit: int) -> list[Message]:
    """Messages on which people decided before lessons were kept, in the order of their ids."""
    return list(
        session.scalars(
            select(Message)
            .outerjoin(Lesson, Lesson.message_id == Message.id)
            .where(Message.decided_at.is_not(None), Lesson.message_id.is_(None), Message.id > after)
            .order_by(Message.id)
            .limit(limit)
            .options(undefer(Message.data))
        )
    )


def learnable(session: Session) -> list[Lesson]:
    """Every lesson that is learnt from, oldest first."""
    standing = [Standing.LEARNT, Standing.CONFIRMED]
    query = select(Lesson).where(Lesson.standing.in_(standing))
    return list(session.scalars(query.order_by(Lesson.at, Lesson.message_id)))


def example(lesson: Lesson) -> Example:
    """A lesson as the classifier learns it."""
    judged = Judged(**lesson.judged)
    return Example(
        judged=judged,
        label=Label(lesson.label),
        writer=judged.from_email,
        batch=lesson.matter,
        id=_name(lesson.message_id),
        weight=CORRECTED_WEIGHT if lesson.corrected else CONFIRMED_WEIGHT,
    )


def _name(message_id: int) -> str:
    return f"message {message_id}"


def _message_id(name: str) -> int:
    return int(name.removeprefix("message "))


def doubt(session: Session, doubts: Mapping[str, str]) -> None:
    """Put lessons by, to be looked at again: id of the example → why, in French."""
    for name, why in doubts.items():
        session.execute(
            update(Lesson)
            .where(Lesson.message_id == _message_id(name), Lesson.standing == Standing.LEARNT)
            .values(standing=Standing.DOUBTED, doubt=why)
        )


def settle(session: Session, message_id: int, now: datetime, *, right: bool) -> bool:
    """The second look's word on a doubted lesson; whether it was still doubted.

    What is confirmed teaches from this moment on.
    """
    standing = Standing.CONFIRMED if right else Standing.SET_ASIDE
    settled = session.scalar(
        update(Lesson)
        .where(Lesson.message_id == message_id, Lesson.standing == Standing.DOUBTED)
        .values(standing=standing, at=now)
        .returning(Lesson.message_id)
    )
    return settled is not None


@dataclass(frozen=True)
class Doubted:
    """A lesson to look at again, with its message."""

    lesson: Lesson
    message: Message


def doubted(session: Session) -> Sequence[Doubted]:
    """Newest first."""
    rows = session.execute(
        select(Lesson, Message)
        .join(Message, Message.id == Lesson.message_id)
        .where(Lesson.standing == Standing.DOUBTED)
        .order_by(Lesson.at.desc())
    )
    return [Doubted(lesson, message) for lesson, message in rows]


def count(session: Session, since: datetime, until: datetime) -> int:
    """How many lessons that are learnt from were decided after one moment and up to another."""
    standing = [Standing.LEARNT, Standing.CONFIRMED]
    query = select(func.count()).where(
        Lesson.standing.in_(standing), Lesson.at > since, Lesson.at <= until
    )
    return session.scalar(query) or 0
