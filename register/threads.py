"""What a mail goes on with: its twin, the complaint of its thread, our own letter."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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


@dataclass(frozen=True)
class Forebears:
    """Everything that some mails may go on with, looked up at once."""

    letters: dict[str, tuple[int, int]]  # Message-ID → letter, complaint
    complaints: dict[str, int]  # Message-ID of a mail of its file → complaint
    numbers: dict[str, int]  # number → complaint
    twins: dict[str, list[tuple[int, datetime]]]  # fingerprint → messages and their arrival

    def thread_of(self, message: Message, clues: Clues) -> Thread:
        """The twin, the complaint and the letter that a mail belongs to."""
        twin = self._twin(message)
        for name in (message.message_id, *clues.refers_to):
            if name in self.letters:
                letter, complaint = self.letters[name]
                return Thread(twin, complaint, letter, "répond à l’une de nos lettres")
        for name in clues.refers_to:
            if name in self.complaints:
                return Thread(twin, self.complaints[name], None, "répond à un message du dossier")
        for number in _numbers(clues.said):
            if number in self.numbers:
                return Thread(twin, self.numbers[number], None, "cite le numéro du dossier")
        return Thread(twin)

    def note(self, message: Message) -> None:
        """A mail now has its place: those that are looked at after it may go on with it."""
        if message.fingerprint:
            known = (message.id, message.received_at)
            self.twins.setdefault(message.fingerprint, []).append(known)
        if message.complaint_id and message.message_id:
            self.complaints.setdefault(message.message_id, message.complaint_id)

    def _twin(self, message: Message) -> int | None:
        window = timedelta(days=TWIN_DAYS)
        alike = [
            other
            for other, received in self.twins.get(message.fingerprint, ())
            if other < message.id and abs(received - message.received_at) <= window
        ]
        return min(alike, default=None)


def forebears(session: Session, mails: Iterable[tuple[Message, Clues]]) -> Forebears:
    """Look up what some mails may go on with, in four questions however many they are."""
    pairs = list(mails)
    references = {name for _, clues in pairs for name in clues.refers_to if name}
    names = references | {message.message_id for message, _ in pairs if message.message_id}
    numbers = {number for _, clues in pairs for number in _numbers(clues.said)}
    prints = {message.fingerprint for message, _ in pairs if message.fingerprint}
    with session.no_autoflush:
        letters = session.execute(
            select(Letter.message_id, Letter.id, Letter.complaint_id).where(
                Letter.message_id.in_(names)
            )
        )
        mails_of = session.execute(
            select(Message.message_id, Message.complaint_id).where(
                Message.message_id.in_(references), Message.complaint_id.is_not(None)
            )
        )
        numbered = session.execute(
            select(Complaint.number, Complaint.id).where(Complaint.number.in_(numbers))
        )
        alike = session.execute(
            select(Message.fingerprint, Message.id, Message.received_at).where(
                Message.fingerprint.in_(prints), Message.place != Place.UNSORTED
            )
        )
        twins: dict[str, list[tuple[int, datetime]]] = {}
        for fingerprint, message_id, received_at in alike:
            twins.setdefault(fingerprint, []).append((message_id, received_at))
        return Forebears(
            letters={name: (letter, complaint) for name, letter, complaint in letters},
            complaints={name: complaint for name, complaint in mails_of if complaint},
            numbers={row.number: row.id for row in numbered},
            twins=twins,
        )


def _numbers(said: str) -> list[str]:
    """Complaints' numbers as they stand in a text, the first ones."""
    found = dict.fromkeys(f"REC-{year}-{number}" for year, number in _NUMBER.findall(said))
    return list(found)[:_MOST_NUMBERS]
