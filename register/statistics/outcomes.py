"""What came of complaints: answers, money, recourse, mediation; what was found and mended."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from config.taxonomies import REFUSALS
from register.database import Session
from register.model import (
    Action,
    ActionState,
    Answer,
    AnswerState,
    Complaint,
    Finding,
)
from register.statistics.machine import count
from register.statistics.period import Period, Share
from register.statistics.volumes import OUT, Counts, ordered, qualified_in


@dataclass(frozen=True)
class Outcomes:
    """Of the complaints received in a period, but mediations: of those opened or judged in it."""

    by_outcome: Counts  # of the answer that stands, which is the last one sent
    gesture_cents: int  # of every answer sent
    compensation_cents: int
    refusals_with_recourse: Share  # rejected wholly or in part: all must say the recourse (P-15)
    mediations: int
    opinions: int  # of the mediator
    findings: int
    findings_by_nature: Counts
    findings_by_cause: Counts


@dataclass(frozen=True)
class Mending:
    """Corrective actions: decided, done, due in a period. ``late``: not done by the day it was due.
    ``effective``: of those done, what was checked and found to help.
    """

    decided: int
    done: int
    late: int
    effective: int


def outcomes(session: Session, period: Period) -> Outcomes:
    sent = session.execute(
        select(
            Answer.complaint_id,
            Answer.outcome,
            Answer.recourse,
            Answer.gesture_cents,
            Answer.compensation_cents,
        )
        .where(
            # Not joined: SQLite would look up the entry of every answer ever sent.
            Answer.complaint_id.in_(select(Complaint.id).where(qualified_in(period))),
            Answer.state == AnswerState.SENT,
        )
        .order_by(Answer.id)
    ).all()
    refusals = [row.recourse for row in sent if row.outcome in REFUSALS]
    standing = {row.complaint_id: row.outcome for row in sent}  # the last one stands
    mediations, opinions = session.execute(
        select(
            count(Complaint.mediation_on.between(period.first, period.last)),
            count(Complaint.mediation_opinion_on.between(period.first, period.last)),
        ).where(Complaint.state.not_in(OUT))
    ).one()
    by_nature = _findings(session, period, Finding.nature)
    return Outcomes(
        by_outcome=ordered(Counter(standing.values()).items()),
        gesture_cents=sum(row.gesture_cents for row in sent),
        compensation_cents=sum(row.compensation_cents for row in sent),
        refusals_with_recourse=Share(sum(refusals), len(refusals)),
        mediations=mediations,
        opinions=opinions,
        findings=sum(by_nature.values()),
        findings_by_nature=by_nature,
        findings_by_cause=_findings(session, period, Finding.cause),
    )


def _findings(session: Session, period: Period, column: InstrumentedAttribute[str]) -> Counts:
    query = (
        select(column, func.count())
        .join(Complaint, Complaint.id == Finding.complaint_id)
        .where(qualified_in(period))
        .group_by(column)
    )
    return ordered(session.execute(query).all())


def mending(session: Session, period: Period, today: date) -> Mending:
    decided, done, late, effective = session.execute(
        select(
            count(_within(period, Action.decided_on)),
            count(_within(period, Action.done_on)),
            count(
                _within(period, Action.due_on)
                & or_(
                    Action.done_on > Action.due_on,
                    Action.done_on.is_(None)
                    & (Action.due_on < today)
                    & (Action.state != ActionState.GIVEN_UP),
                )
            ),
            count(_within(period, Action.done_on) & (Action.state == ActionState.EFFECTIVE)),
        )
    ).one()
    return Mending(decided, done, late, effective)


def _within(period: Period, day: InstrumentedAttribute[date | None]) -> ColumnElement[bool]:
    return day.between(period.first, period.last)
