"""What the office looks at every morning: what is due, how many came, how long it took."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Row, select

from register.calendar import add_months
from register.database import Session
from register.model import Complaint, State

SOON = timedelta(days=7)
_OUT = (State.REQUALIFIED, State.MERGED)


@dataclass(frozen=True)
class Duty:
    """Something that is due to a client by a day."""

    complaint: Complaint
    what: str  # French
    due: date
    late: bool


@dataclass(frozen=True)
class Month:
    """One month of complaints, by the day of receipt. Delays are in days, None where none."""

    first: date
    received: int
    to_acknowledge: float | None  # median
    to_answer: float | None


def duties(session: Session, today: date) -> list[Duty]:
    """Acknowledgements and answers due within a week or late, the nearest first."""
    return [one for one in all_duties(session, today) if one.due <= today + SOON]


def all_duties(session: Session, today: date) -> list[Duty]:
    """Every acknowledgement and answer that is due, whenever, the nearest first."""
    rows = session.scalars(
        select(Complaint).where(
            Complaint.state.not_in([*_OUT, State.CLOSED]), Complaint.answered_on.is_(None)
        )
    )
    found = []
    for entry in rows:
        if entry.acknowledged_on is None:
            found.append(Duty(entry, "accuser réception", entry.ack_due, entry.ack_due < today))
        found.append(Duty(entry, "répondre", entry.answer_due, entry.answer_due < today))
    return sorted(found, key=lambda one: (one.due, one.what))


def months(session: Session, today: date, count: int = 12) -> list[Month]:
    """The last months, this one among them, oldest first."""
    this = today.replace(day=1)
    firsts = [add_months(this, -n) for n in reversed(range(count))]
    rows = session.execute(
        select(Complaint.received_on, Complaint.acknowledged_on, Complaint.answered_on).where(
            Complaint.received_on >= firsts[0], Complaint.state.not_in(_OUT)
        )
    ).all()
    return [
        _month(first, [row for row in rows if _same(row.received_on, first)]) for first in firsts
    ]


def _same(day: date, first: date) -> bool:
    return (day.year, day.month) == (first.year, first.month)


def _month(first: date, rows: Sequence[Row[date, date | None, date | None]]) -> Month:
    acks = [_days(received, acknowledged) for received, acknowledged, _ in rows]
    answers = [_days(received, answered) for received, _, answered in rows]
    return Month(first, len(rows), _median(acks), _median(answers))


def _days(start: date, end: date | None) -> int | None:
    return (end - start).days if end else None


def _median(days: Sequence[int | None]) -> float | None:
    known = [one for one in days if one is not None]
    return float(median(known)) if known else None


def motives_by_product(
    session: Session, since: date, most: int = 8
) -> tuple[list[str], list[str], Counter[tuple[str, str]]]:
    """Codes of the commonest motives and products since a day, and how often each pair came."""
    rows = session.execute(
        select(Complaint.motive, Complaint.product).where(
            Complaint.received_on >= since, Complaint.state.not_in(_OUT)
        )
    ).all()
    pairs = Counter((row.motive, row.product) for row in rows)
    motives = [code for code, _ in Counter(row.motive for row in rows).most_common(most)]
    products = [code for code, _ in Counter(row.product for row in rows).most_common(most)]
    return motives, products, pairs
