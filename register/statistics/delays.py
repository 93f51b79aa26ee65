"""How long clients waited, against the limits of both references (regulation §0.4, §7.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import median
from typing import NamedTuple

from sqlalchemy import func, select

from register.database import Session
from register.model import Complaint, Information
from register.statistics.machine import count
from register.statistics.period import Period, Share
from register.statistics.volumes import qualified_in


@dataclass(frozen=True)
class Delay:
    """Of one duty: in time out of those whose limit has come or that are done; calendar days from
    receipt, None where none is done. ``p90``: nine in ten took no longer (nearest rank).
    """

    in_time_office: Share
    in_time_acpr: Share
    median: float | None
    p90: int | None
    longest: int | None


@dataclass(frozen=True)
class Delays:
    """Of the complaints received in a period."""

    acknowledgement: Delay
    automatic: Share  # acknowledgements that left by themselves
    answer: Delay
    informed: int  # that clients were told how it goes, by letter or otherwise (P-13)


class _Done(NamedTuple):
    received: date
    done: date | None
    office: date
    acpr: date


def delays(session: Session, period: Period, today: date) -> Delays:
    """An answer within the limit of the acknowledgement stands for it (P-10): the days to the
    acknowledgement count acknowledgements only, being in time counts both.
    """
    limits = Complaint.deadlines
    rows = session.execute(
        select(
            *(Complaint.received_on, Complaint.acknowledged_on, Complaint.answered_on),
            *(Complaint.ack_due, Complaint.answer_due),
            limits[("ack", "office")].as_string(),
            limits[("ack", "acpr")].as_string(),
            limits[("answer", "office")].as_string(),
            limits[("answer", "acpr")].as_string(),
        ).where(qualified_in(period))
    ).all()
    acknowledged, answered, days = [], [], []
    for received, ack_on, answer_on, ack_due, answer_due, *limit in rows:
        first = min((day for day in (ack_on, answer_on) if day), default=None)
        ack = [_day(one, ack_due) for one in limit[:2]]
        answer = [_day(one, answer_due) for one in limit[2:]]
        acknowledged.append(_Done(received, first, *ack))
        answered.append(_Done(received, answer_on, *answer))
        if ack_on:
            days.append((ack_on - received).days)
    automatic, every = session.execute(
        select(count(Complaint.ack_mode == "AUTO"), func.count()).where(
            qualified_in(period), Complaint.acknowledged_on.is_not(None)
        )
    ).one()
    informed = session.scalar(
        select(func.count())
        .select_from(Information)
        .join(Complaint, Complaint.id == Information.complaint_id)
        .where(qualified_in(period))
    )
    took = [(one.done - one.received).days for one in answered if one.done]
    return Delays(
        acknowledgement=_delay(acknowledged, days, today),
        automatic=Share(automatic, every),
        answer=_delay(answered, took, today),
        informed=informed or 0,
    )


def _day(kept: str | None, otherwise: date) -> date:
    """A limit as it was counted; the one that was kept where the register knows but one."""
    return date.fromisoformat(kept) if kept else otherwise


def _delay(rows: Sequence[_Done], days: Sequence[int], today: date) -> Delay:
    ranked = sorted(days)
    return Delay(
        in_time_office=_in_time(((one.done, one.office) for one in rows), today),
        in_time_acpr=_in_time(((one.done, one.acpr) for one in rows), today),
        median=float(median(ranked)) if ranked else None,
        p90=ranked[ceil(0.9 * len(ranked)) - 1] if ranked else None,
        longest=ranked[-1] if ranked else None,
    )


def _in_time(rows: Iterable[tuple[date | None, date]], today: date) -> Share:
    """What is not done and may still be is neither."""
    judged = [(done, limit) for done, limit in rows if done or limit < today]
    return Share(sum(done is not None and done <= limit for done, limit in judged), len(judged))
