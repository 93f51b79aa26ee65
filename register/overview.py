"""What the office looks at every morning: what is due, how many came, how long it took."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Row, and_, or_, select

from register.calendar import add_months
from register.database import Session
from register.model import Complaint, State

SOON = timedelta(days=7)
AGAIN = timedelta(days=30)  # the law gives a second answer no limit; the house does
_OUT = (State.REQUALIFIED, State.MERGED)
_OPEN = [state for state in State if state not in (*_OUT, State.CLOSED)]
_IN_HAND_AGAIN = (
    State.REOPENED,
    State.EXAMINED,
    State.AWAITING_CLIENT,
    State.AWAITING_THIRD_PARTY,
    State.TO_SIGN,
)


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
    """Acknowledgements and answers due within a week or late, the nearest first; of reopened files
    whenever they are due, since nothing else would tell of them until then.
    """
    return [
        one
        for one in all_duties(session, today)
        if one.due <= today + SOON or reopened(one.complaint)
    ]


def all_duties(session: Session, today: date) -> list[Duty]:
    """Every acknowledgement and answer that is due, whenever, the nearest first."""
    again = and_(Complaint.answered_on.is_not(None), Complaint.state.in_(_IN_HAND_AGAIN))
    rows = session.scalars(
        select(Complaint).where(
            Complaint.state.in_(_OPEN), or_(Complaint.answered_on.is_(None), again)
        )
    )
    found = [Duty(entry, what, due, due < today) for entry in rows for what, due in _due(entry)]
    return sorted(found, key=lambda one: (one.due, one.what))


def reopened(entry: Complaint) -> bool:
    """Answered once, and in hand again: the limits are past, the client waits all the same."""
    return entry.answered_on is not None and entry.state in _IN_HAND_AGAIN


def again_due(entry: Complaint) -> date:
    """By when a reopened complaint is to be answered anew."""
    return (entry.handed_at or entry.registered_at).date() + AGAIN


def _due(entry: Complaint) -> list[tuple[str, date]]:
    if reopened(entry):
        return [("répondre à nouveau", again_due(entry))]
    answer = ("répondre", entry.answer_due)
    return [answer] if entry.acknowledged_on else [("accuser réception", entry.ack_due), answer]


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
