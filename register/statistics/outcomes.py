"""What came of complaints: answers, money, recourse, mediation; what was found and mended."""

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
    refused = Answer.outcome.in_(REFUSALS)
    gestures, compensations, refusals, with_recourse = session.execute(
        select(
            func.coalesce(func.sum(Answer.gesture_cents), 0),
            func.coalesce(func.sum(Answer.compensation_cents), 0),
            count(refused),
            count(refused & Answer.recourse.is_(True)),
        )
        .join(Complaint, Complaint.id == Answer.complaint_id)
        .where(qualified_in(period), Answer.state == AnswerState.SENT)
    ).one()
    mediations, opinions = session.execute(
        select(
            count(Complaint.mediation_on.between(period.first, period.last)),
            count(Complaint.mediation_opinion_on.between(period.first, period.last)),
        ).where(Complaint.state.not_in(OUT))
    ).one()
    by_nature = _findings(session, period, Finding.nature)
    return Outcomes(
        by_outcome=_by_outcome(session, period),
        gesture_cents=int(gestures),
        compensation_cents=int(compensations),
        refusals_with_recourse=Share(with_recourse, refusals),
        mediations=mediations,
        opinions=opinions,
        findings=sum(by_nature.values()),
        findings_by_nature=by_nature,
        findings_by_cause=_findings(session, period, Finding.cause),
    )


def _by_outcome(session: Session, period: Period) -> Counts:
    standing = (
        select(func.max(Answer.id))
        .join(Complaint, Complaint.id == Answer.complaint_id)
        .where(qualified_in(period), Answer.state == AnswerState.SENT)
        .group_by(Answer.complaint_id)
    )
    query = select(Answer.outcome, func.count()).where(Answer.id.in_(standing))
    return ordered(session.execute(query.group_by(Answer.outcome)).all())


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
