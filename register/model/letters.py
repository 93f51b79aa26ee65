"""What is to be sent: letters to clients, notices to staff, and the switch that stops them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from register.model.table import Table


class LetterState(StrEnum):
    """The life of a letter in the outbox (DESIGN §3.6)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # surely not sent, a person must see to it
    UNCERTAIN = "uncertain"  # sent or not? nobody knows; never sent again by the machine
    WITHHELD = "withheld"  # not to leave without a person's word
    CANCELLED = "cancelled"

    @property
    def french(self) -> str:
        return _LETTER_STATES[self]


_LETTER_STATES = {
    LetterState.QUEUED: "en attente",
    LetterState.SENDING: "en cours d’envoi",
    LetterState.SENT: "envoyé",
    LetterState.FAILED: "échec",
    LetterState.UNCERTAIN: "envoi incertain",
    LetterState.WITHHELD: "retenu",
    LetterState.CANCELLED: "annulé",
}


class Letter(Table):
    """A letter in the outbox, from the decision that causes it to the proof that it left."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[str]
    recipient: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)  # fixed for ever when queued
    state: Mapped[str]
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]  # French: last error, or why it is withheld
    answer: Mapped[str | None]  # what the SMTP server said on accepting it
    data: Mapped[bytes | None] = mapped_column(deferred=True)  # as handed over
    turn: Mapped[int] = mapped_column(default=1)  # the how-manieth of its kind for the complaint
    answer_id: Mapped[int | None]  # of the table answer: what the letter says
    words: Mapped[dict[str, Any] | None]  # what a person wrote for it, by the template's names
    language: Mapped[str] = mapped_column(default="fr")
    template: Mapped[str] = mapped_column(default="")  # which version wrote it
    automatic: Mapped[bool] = mapped_column(default=True)  # no person had a word in it
    by_guard: Mapped[bool] = mapped_column(default=False)  # the guard of the last day sent it
    bounced_at: Mapped[datetime | None]
    bounce: Mapped[str] = mapped_column(default="")  # what the other server said; French before it
    posted_on: Mapped[date | None]  # went by post instead
    __table_args__ = (
        Index("ix_letter_state_due_at", "state", "due_at"),
        Index("ix_letter_one_of_a_kind", "complaint_id", "kind", "turn", unique=True),
    )


class Notice(Table):
    """A mail to somebody of the office. Its key says what it is about: told once, not again."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # « assigned REC-2026-0001 marc@… »
    recipient: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    said: Mapped[str]
    about: Mapped[str] = mapped_column(default="", index=True)
    urgent: Mapped[bool]  # leaves at once; the others wait for the morning's digest
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]


class Breaker(Table):
    """Automatic mail is stopped while there is such a row that nobody has lifted."""

    __tablename__ = "breaker"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    because: Mapped[str]
    lifted_at: Mapped[datetime | None] = mapped_column(index=True)
    lifted_by: Mapped[str] = mapped_column(default="")
