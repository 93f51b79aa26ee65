"""The tables of the register. Rows are plain: no relationships, no lazy loading."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from register.moment import Moment


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


class State(StrEnum):
    """Where a complaint stands in its treatment (regulation §5.5)."""

    TO_ACKNOWLEDGE = "AR_A_ENVOYER"
    ACKNOWLEDGED = "AR_ENVOYE"
    ANSWERED = "REPONDUE"
    REQUALIFIED = "REQUALIFIEE"  # no complaint after all; row and number stay

    @property
    def french(self) -> str:
        return _STATES[self]


_STATES = {
    State.TO_ACKNOWLEDGE: "accusé à envoyer",
    State.ACKNOWLEDGED: "accusé envoyé",
    State.ANSWERED: "réponse envoyée",
    State.REQUALIFIED: "requalifiée",
}


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


class Table(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads a class attribute)
        datetime: Moment,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        bytes: LargeBinary,
    }
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


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
    words: Mapped[str] = mapped_column(default="")  # sender, subject, excerpt, folded for search
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


class Standing(StrEnum):
    """Whether what a person decided is learnt from."""

    LEARNT = "learnt"
    DOUBTED = "doubted"  # stands against all that is known: not learnt before a second look
    CONFIRMED = "confirmed"  # the second look said that it was right
    SET_ASIDE = "set_aside"  # the second look said not to learn from it


class Lesson(Table):
    """What a person's decision teaches: the mail as it is judged, and what it was said to be."""

    __tablename__ = "lesson"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    label: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    corrected: Mapped[bool]  # the machine had leant the other way
    standing: Mapped[str] = mapped_column(index=True)
    doubt: Mapped[str] = mapped_column(default="")  # why it is doubted, French
    matter: Mapped[str]  # lessons of one matter never stand on both sides of an honest split
    judged: Mapped[dict[str, Any]]  # the fields of ``classifier.triage.Judged``


class Training(Table):
    """One learning: what was learnt, how it fared against the model in service, what followed."""

    __tablename__ = "training"
    id: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    because: Mapped[str]  # French
    model: Mapped[str] = mapped_column(default="")  # version
    lessons: Mapped[int] = mapped_column(default=0)
    promoted: Mapped[bool] = mapped_column(default=False)
    contest: Mapped[dict[str, Any] | None]  # champion and challenger on each set, and the verdict
    reconsidered: Mapped[list[int] | None]  # filed messages that this model would have shown
    trouble: Mapped[str | None]


class Complaint(Table):
    """An entry of the register (annexe I): the six fields of the procedure, dates, proofs."""

    __tablename__ = "complaint"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    origin_id: Mapped[int | None] = mapped_column(unique=True)  # message; no key: it points here
    state: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str]
    client_name: Mapped[str]  # P-03
    client_email: Mapped[str] = mapped_column(index=True)
    received_on: Mapped[date]  # P-04
    sent_on: Mapped[date]
    subject: Mapped[str]  # P-05
    contract_ref: Mapped[str]  # P-06, with the next two
    product: Mapped[str]
    service: Mapped[str]
    third_parties: Mapped[list[str] | None]  # P-07; None: not yet said, []: none
    persons_concerned: Mapped[list[str] | None]  # P-08
    motive: Mapped[str]
    language: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    deadlines: Mapped[dict[str, Any]]  # both references with their derivation, as computed then
    ack_due: Mapped[date] = mapped_column(index=True)
    answer_due: Mapped[date] = mapped_column(index=True)
    acknowledged_on: Mapped[date | None]  # P-11
    answered_on: Mapped[date | None]  # P-14
    answer_id: Mapped[int | None]  # the message by which the office answered; no key, as above
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]


class Counter(Table):
    """The last number given in a series; numbers have no gaps."""

    __tablename__ = "counter"
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


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
    __table_args__ = (Index("ix_letter_state_due_at", "state", "due_at"),)


class Entry(Table):
    """A line of the journal: append-only, each line sealed with the one before (P-27)."""

    __tablename__ = "journal"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    payload: Mapped[dict[str, Any] | None]  # may be erased: the seal holds its digest only
    salt: Mapped[str]
    payload_digest: Mapped[str]
    seal: Mapped[str]


class Account(Table):
    """A person who may sign in at the desk."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SignIn(Table):
    """A browser where somebody is signed in; the token itself is never stored."""

    __tablename__ = "sign_in"
    token_digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str]
    expires_at: Mapped[datetime]


class Attempt(Table):
    """A refused sign-in, counted to slow down whoever guesses passwords."""

    __tablename__ = "sign_in_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
