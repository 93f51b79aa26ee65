"""Mail: where it lies, what it was, what is thought and what was decided of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from register.model.table import Table


class Place(StrEnum):
    """Where a message is. Every message is in exactly one place (DESIGN §3.4)."""

    UNSORTED = "unsorted"
    QUEUE = "queue"  # a person is to look
    FILED = "filed"  # no complaint: listed under its label, correctable
    REGISTERED = "registered"  # a complaint of the register
    FOLLOW_UP = "follow_up"  # goes on in a complaint's thread
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    OWN = "own"  # a copy of our own letter
    SENT = "sent"  # written by somebody of the office, in whatever program
    DUPLICATE = "duplicate"
    QUARANTINE = "quarantine"  # could not be read: a person must look at the original

    @property
    def french(self) -> str:
        return _PLACES[self]


_PLACES = {
    Place.UNSORTED: "à lire",
    Place.QUEUE: "à trier",
    Place.FILED: "classé",
    Place.REGISTERED: "réclamation",
    Place.FOLLOW_UP: "suite d’une réclamation",
    Place.AUTOMATIC: "message automatique",
    Place.BOUNCE: "avis de non-remise",
    Place.OWN: "copie de nos courriers",
    Place.SENT: "envoyé par le cabinet",
    Place.DUPLICATE: "doublon",
    Place.QUARANTINE: "illisible, à regarder",
}


class Folder(Table):
    """How far a folder of a mailbox has been read, and when mail was last found there."""

    __tablename__ = "folder"
    mailbox: Mapped[str] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)  # 32 bits unsigned (RFC 9051, 2.3.1.1)
    uid: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime]
    met_at: Mapped[datetime]  # the first contact
    starts_on: Mapped[date | None]  # older mail is none of ours: settled at the first contact


class Mailbox(Table):
    """How a mailbox is: when it was last read to the end, and what stands against it."""

    __tablename__ = "mailbox"
    name: Mapped[str] = mapped_column(primary_key=True)
    passed_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    trouble: Mapped[str | None]  # French, with the mend
    told_at: Mapped[datetime | None]  # when people were last told by mail that it is failing
    reconciled_at: Mapped[datetime | None]
    missing: Mapped[int] = mapped_column(default=0)  # mails the last reconciliation had to fetch


class Message(Table):
    """A mail as it arrived, and what is known of it. The same bytes are one row for ever."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    data: Mapped[bytes | None] = mapped_column(deferred=True)
    size: Mapped[int]
    truncated: Mapped[bool]
    received_at: Mapped[datetime]
    collected_at: Mapped[datetime]
    imported: Mapped[bool]  # from a back-file: nothing is ever sent on its account
    role: Mapped[str] = mapped_column(default="inbox")  # of the folder it was found in: ``Role``
    place: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=0)  # each change adds one: compare and set
    sorted_at: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(default="", index=True)
    references: Mapped[list[str]] = mapped_column(default=list)
    sender_name: Mapped[str] = mapped_column(default="")
    sender_email: Mapped[str] = mapped_column(default="", index=True)
    subject: Mapped[str] = mapped_column(default="")
    excerpt: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")  # its own words, as far as they can be searched
    sent_at: Mapped[datetime | None]
    fingerprint: Mapped[str] = mapped_column(default="", index=True)
    screening: Mapped[str] = mapped_column(default="")  # why this kind, French
    withheld_because: Mapped[str | None]
    label: Mapped[str] = mapped_column(default="", index=True)
    probability: Mapped[float | None]
    band: Mapped[str] = mapped_column(default="")
    blind: Mapped[bool] = mapped_column(default=False)  # drawn by lot: judged without the opinion
    triage: Mapped[dict[str, Any] | None]  # reasons, signals, fields, language, model
    trouble: Mapped[str | None]
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    passed_to: Mapped[str] = mapped_column(default="", index=True)  # the colleague it was passed to
    skipped_until: Mapped[datetime | None]  # seen and put off
    read_text: Mapped[str | None]  # of scans, as the machine read them (OCR)
    erased_on: Mapped[date | None]  # the words are gone; digest, dates and decision stay
    # All that the machine's yearly figures count: without the rows, heavy with words.
    __table_args__ = (Index("ix_message_decided_at", "decided_at", "label", "probability", "band"),)


class Look(Table):
    """Somebody has a message open: the others are told, nobody is kept out."""

    __tablename__ = "look"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    by: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class Location(Table):
    """Where a message lies on a server: one row for each mail of a folder (DESIGN §3.1)."""

    __tablename__ = "location"
    mailbox: Mapped[str] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)


class Decision(Table):
    """Somebody, or the model, said what a message is. Only ever added to."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    label: Mapped[str]
    by: Mapped[str]
    by_person: Mapped[bool]
    at: Mapped[datetime]
