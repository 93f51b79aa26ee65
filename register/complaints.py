"""Complaints: entered once for a message, numbered without gaps within a year."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select

from register import parties
from register.database import Session
from register.deadlines import Deadlines, as_json
from register.model import Complaint, Document, Information, Message, Remark, State
from register.numbers import next_number
from register.parties import Named, Parties


@dataclass(frozen=True)
class Facts:
    """The six fields of the procedure at receipt (P-03 … P-08) and what goes with them.

    In the two lists None means "not yet said" and the empty tuple "none" (P-07: empty ≠ none).
    """

    client_name: str = ""
    client_email: str = ""
    client_phone: str = ""
    client_address: str = ""
    client_kind: str = ""
    complainant: str = ""
    quality: str = ""
    subject: str = ""
    demand: str = ""
    claimed_cents: int | None = None
    contract_ref: str = ""
    product: str = ""
    service: str = ""
    insurer: str = ""
    claim_ref: str = ""
    third_parties: tuple[Named, ...] | None = None
    persons_concerned: tuple[Named, ...] | None = None
    motive: str = ""
    second_motive: str = ""
    basis: str = "LES_DEUX"
    competence: str = "CABINET"
    gravity: int = 2
    sensitive: bool = False
    language: str = "fr"
    channel: str = "COURRIEL"
    received_by: str = ""

    @classmethod
    def names(cls) -> list[str]:
        return [field.name for field in fields(cls)]


Kept = TypeVar("Kept", Remark, Information, Document)

_LISTS = ("third_parties", "persons_concerned")  # rows of their own: see ``parties``


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
    parties.write(session, complaint, _parties(opening.facts))
    return complaint


def amend(session: Session, complaint: Complaint, facts: Facts) -> dict[str, list[object]]:
    """Write other facts into an entry; say what changed, as field → [before, after]."""
    before = facts_of(session, complaint)
    changes: dict[str, list[object]] = {}
    for name in Facts.names():
        old, new = getattr(before, name), getattr(facts, name)
        if old != new:
            changes[name] = [_plain(old), _plain(new)]
            if name not in _LISTS:
                setattr(complaint, name, new)
    if changes.keys() & set(_LISTS):
        parties.write(session, complaint, _parties(facts))
    session.flush()
    return changes


def set_limits(complaint: Complaint, deadlines: Deadlines) -> None:
    """Count an entry's limits anew: its writing, or an earlier receipt, has become known."""
    for name, value in _dates(deadlines).items():
        setattr(complaint, name, value)


def facts_of(session: Session, complaint: Complaint) -> Facts:
    named = parties.of(session, complaint)
    values = {name: getattr(complaint, name) for name in Facts.names() if name not in _LISTS}
    return Facts(**values, third_parties=named.others, persons_concerned=named.aimed)


def missing(complaint: Complaint) -> list[str]:
    """What the procedure asks for at receipt and the entry does not say yet, in French."""
    wanted = {
        "nom du client": complaint.client_name,
        "objet": complaint.subject,
        "contrat, produit ou service": complaint.contract_ref
        or complaint.product
        or complaint.service,
        "intervenants": complaint.parties_said,
        "personnes visées": complaint.aimed_said,
    }
    return [name for name, value in wanted.items() if not value]


# In how many days from receipt an answer should leave where the matter demands it.
_SOONER_BY_GRAVITY = {3: 30, 4: 15}
_SOONER_BY_MOTIVE = {"M09": 30, "M12": 30}  # the client has waited long enough already


def aim(complaint: Complaint) -> date | None:
    """The day to aim at for an answer where the matter does not bear the whole two months: serious
    (``gravity``), or about delay itself. No limit moves: None where nothing demands it.
    """
    motives = (complaint.motive, complaint.second_motive)
    days = [_SOONER_BY_MOTIVE[code] for code in motives if code in _SOONER_BY_MOTIVE]
    if complaint.gravity in _SOONER_BY_GRAVITY:
        days.append(_SOONER_BY_GRAVITY[complaint.gravity])
    sooner = complaint.received_on + timedelta(days=min(days)) if days else None
    return sooner if sooner and sooner < complaint.answer_due else None


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


def rows_of(session: Session, table: type[Kept], condition: ColumnElement[bool]) -> list[Kept]:
    """What else is kept of a file, in the order in which it was written."""
    return list(session.scalars(select(table).where(condition).order_by(table.id)))


def sensitive(session: Session, ids: Collection[int]) -> set[int]:
    """Which of these entries have sensitive data."""
    query = select(Complaint.id).where(Complaint.id.in_(ids), Complaint.sensitive)
    return set(session.scalars(query)) if ids else set()


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


def usual_products(session: Session, most: int = 5) -> list[str]:
    """The products that the last entries were most often about, for a form to offer first."""
    query = select(Complaint.product).where(Complaint.product != "").order_by(-Complaint.id)
    counted = Counter(session.scalars(query.limit(200)))
    return [product for product, _ in counted.most_common(most)]


def in_states(session: Session, states: Collection[State]) -> list[Complaint]:
    query = select(Complaint).where(Complaint.state.in_(states)).order_by(Complaint.id)
    return list(session.scalars(query))


def last_told(session: Session) -> dict[int, date]:
    """When each client last heard of his complaint, by the id of the entry (P-13)."""
    rows = session.execute(
        select(Information.complaint_id, func.max(Information.on)).group_by(
            Information.complaint_id
        )
    )
    return {row[0]: row[1] for row in rows}


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
    return {name: getattr(facts, name) for name in Facts.names() if name not in _LISTS}


def _parties(facts: Facts) -> Parties:
    return Parties(aimed=facts.persons_concerned, others=facts.third_parties)


def _plain(value: object) -> object:
    """As the journal keeps it."""
    return [str(one) for one in value] if isinstance(value, tuple) else value


def _dates(deadlines: Deadlines) -> dict[str, object]:
    return {
        "received_on": deadlines.received,
        "sent_on": deadlines.sent,
        "deadlines": as_json(deadlines),
        "ack_due": deadlines.ack.operational,
        "answer_due": deadlines.answer.operational,
    }
