"""Complaints: entered once for a message, numbered without gaps within a year."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import select

from register.database import Session
from register.deadlines import Deadlines, as_json
from register.model import Complaint, Message, State
from register.numbers import next_number


@dataclass(frozen=True)
class Facts:
    """The six fields of the procedure at receipt (P-03 … P-08) and what goes with them.

    In the two lists None means "not yet said" and the empty tuple "none" (P-07: empty ≠ none).
    """

    client_name: str = ""
    client_email: str = ""
    subject: str = ""
    contract_ref: str = ""
    product: str = ""
    service: str = ""
    third_parties: tuple[str, ...] | None = None
    persons_concerned: tuple[str, ...] | None = None
    motive: str = ""
    language: str = "fr"
    channel: str = "COURRIEL"

    @classmethod
    def names(cls) -> list[str]:
        return [field.name for field in fields(cls)]


@dataclass(frozen=True)
class Opening:
    """What an entry begins with: its facts, its limits, and the mail by which it came, if any."""

    facts: Facts
    deadlines: Deadlines
    origin_id: int | None = None
    note: str = ""  # what the client said, as whoever took it down heard it


def enter(session: Session, opening: Opening, by: str, now: datetime) -> Complaint:
    """Give the next number of the year and write the entry."""
    series = f"REC-{now.year}"
    complaint = Complaint(
        number=f"{series}-{next_number(session, series):04}",
        state=State.TO_ACKNOWLEDGE,
        registered_at=now,
        registered_by=by,
        origin_id=opening.origin_id,
        note=opening.note,
        **_columns(opening.facts),
        **_dates(opening.deadlines),
    )
    session.add(complaint)
    session.flush()
    return complaint


def amend(session: Session, complaint: Complaint, facts: Facts) -> dict[str, list[object]]:
    """Write other facts into an entry; say what changed, as field → [before, after]."""
    changes: dict[str, list[object]] = {}
    for name, value in _columns(facts).items():
        before = getattr(complaint, name)
        if before != value:
            changes[name] = [before, value]
            setattr(complaint, name, value)
    session.flush()
    return changes


def facts_of(complaint: Complaint) -> Facts:
    values = {name: getattr(complaint, name) for name in Facts.names()}
    for name in ("third_parties", "persons_concerned"):
        values[name] = None if values[name] is None else tuple(values[name])
    return Facts(**values)


def missing(complaint: Complaint) -> list[str]:
    """What the procedure asks for at receipt and the entry does not say yet, in French."""
    wanted = {
        "nom du client": complaint.client_name,
        "objet": complaint.subject,
        "contrat, produit ou service": complaint.contract_ref
        or complaint.product
        or complaint.service,
        "intervenants": complaint.third_parties is not None,
        "personnes visées": complaint.persons_concerned is not None,
    }
    return [name for name, value in wanted.items() if not value]


def named(session: Session, number: str) -> Complaint | None:
    return session.scalar(select(Complaint).where(Complaint.number == number.strip().upper()))


def origin(session: Session, complaint: Complaint) -> Message | None:
    """The mail by which a complaint came, None when it came otherwise."""
    return session.get(Message, complaint.origin_id) if complaint.origin_id else None


def mails_of(session: Session, complaint: Complaint) -> list[Message]:
    """Every mail of a complaint's file, in order of arrival."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.complaint_id == complaint.id)
            .order_by(Message.received_at)
        )
    )


def of_client(session: Session, email: str) -> list[Complaint]:
    """What the register holds of a client, the newest first; nothing for an unknown address."""
    query = select(Complaint).where(Complaint.client_email == email, Complaint.client_email != "")
    return list(
        session.scalars(query.where(Complaint.state != State.REQUALIFIED).order_by(-Complaint.id))
    )


def every(session: Session, *, state: str = "") -> list[Complaint]:
    """The register, in the order of its numbers."""
    query = select(Complaint).order_by(Complaint.id)
    return list(session.scalars(query.where(Complaint.state == state) if state else query))


def due_before(session: Session, day: date) -> list[Complaint]:
    """Entries not yet acknowledged whose limit falls before ``day``, the nearest first."""
    return list(
        session.scalars(
            select(Complaint)
            .where(Complaint.state == State.TO_ACKNOWLEDGE, Complaint.ack_due < day)
            .order_by(Complaint.ack_due)
        )
    )


def _columns(facts: Facts) -> dict[str, object]:
    columns: dict[str, object] = asdict(facts)
    for name in ("third_parties", "persons_concerned"):
        value = columns[name]
        columns[name] = list(value) if isinstance(value, tuple) else None
    return columns


def _dates(deadlines: Deadlines) -> dict[str, object]:
    return {
        "received_on": deadlines.received,
        "sent_on": deadlines.sent,
        "deadlines": as_json(deadlines),
        "ack_due": deadlines.ack.operational,
        "answer_due": deadlines.answer.operational,
    }
