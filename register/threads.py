"""What a mail goes on with: its twin, the complaint of its thread, our own letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from register.database import Session
from register.model import Complaint, Letter, Message, Place

TWIN_DAYS = 30  # the same words by the same person within so many days are the same mail
_NUMBER = re.compile(r"\bREC[-–‑ ](\d{4})[-–‑ ](\d{4,9})\b", re.IGNORECASE)
_MOST_NUMBERS = 20


@dataclass(frozen=True)
class Clues:
    """What a mail itself says of its forebears."""

    refers_to: Sequence[str] = ()  # Message-IDs, the nearest first
    said: str = ""  # its subject and words, where a complaint's number may stand


@dataclass(frozen=True)
class Thread:
    """What the house already knows of a mail's forebears."""

    twin: int | None = None  # the same content, kept before
    complaint: int | None = None  # the complaint whose thread this is, or whose number it says
    letter: int | None = None  # our own letter: returned, copied or answered
    because: str = ""  # why it is thought to go on with the complaint, French


def thread_of(session: Session, message: Message, clues: Clues) -> Thread:
    """Look for the twin, the complaint and the letter that a mail belongs to."""
    twin = _twin(session, message)
    letter = _letter_named(session, [message.message_id, *clues.refers_to])
    if letter:
        return Thread(twin, letter.complaint_id, letter.id, "répond à l’une de nos lettres")
    if complaint := _complaint_of(session, clues.refers_to):
        return Thread(twin, complaint, because="répond à un message du dossier")
    if complaint := _numbered(session, clues.said):
        return Thread(twin, complaint, because="cite le numéro du dossier")
    return Thread(twin)


def _letter_named(session: Session, names: Sequence[str]) -> Letter | None:
    named = [name for name in names if name]
    return session.scalar(select(Letter).where(Letter.message_id.in_(named)).limit(1))


def _complaint_of(session: Session, refers_to: Sequence[str]) -> int | None:
    return session.scalar(
        select(Message.complaint_id)
        .where(Message.message_id.in_(refers_to), Message.complaint_id.is_not(None))
        .limit(1)
    )


def _numbered(session: Session, said: str) -> int | None:
    """The complaint whose number is said first and exists."""
    found = [f"REC-{year}-{number}" for year, number in _NUMBER.findall(said)]
    numbers = list(dict.fromkeys(found))[:_MOST_NUMBERS]
    rows = session.execute(
        select(Complaint.number, Complaint.id).where(Complaint.number.in_(numbers))
    )
    ids = {row.number: row.id for row in rows}
    return next((ids[number] for number in numbers if number in ids), None)


def _twin(session: Session, message: Message) -> int | None:
    window = timedelta(days=TWIN_DAYS)
    return session.scalar(
        select(Message.id)
        .where(
            Message.fingerprint == message.fingerprint,
            Message.fingerprint != "",
            Message.id < message.id,
            Message.place != Place.UNSORTED,
            Message.received_at.between(message.received_at - window, message.received_at + window),
        )
        .order_by(Message.id)
        .limit(1)
    )
