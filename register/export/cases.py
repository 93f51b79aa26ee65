"""The register read for an export: batch after batch, each entry with all that hangs on it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select

from register import parties
from register.database import Session
from register.model import (
    Action,
    ActionFinding,
    Answer,
    AnswerState,
    Complaint,
    Finding,
    Information,
    Letter,
    LetterState,
)
from register.parties import Parties

BATCH = 500
Hanging = TypeVar("Hanging", Answer, Finding, Information)


@dataclass(frozen=True)
class Case:
    """An entry of the register and what its rows say."""

    complaint: Complaint
    parties: Parties
    answers: tuple[Answer, ...]  # those that left, in order: the last one stands
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]
    informed: tuple[Information, ...]
    redirection_told_at: datetime | None  # when the letter about it left

    @property
    def answer(self) -> Answer | None:
        return self.answers[-1] if self.answers else None

    @property
    def answered_on(self) -> date | None:
        return self.answer.sent_on if self.answer else self.complaint.answered_on

    @property
    def first_answered_on(self) -> date | None:
        """What the limit is held against: a second answer, after a reopening, has none."""
        return self.answers[0].sent_on if self.answers else self.complaint.answered_on


def every(session: Session) -> Iterator[Case]:
    """The whole register in the order of its numbers. What was read is let go of behind, so that
    no more than a batch is ever held: whatever else the session holds is let go of too.
    """
    after = 0
    while entries := session.scalars(
        select(Complaint).where(Complaint.id > after).order_by(Complaint.id).limit(BATCH)
    ).all():
        after = entries[-1].id
        yield from of(session, entries)
        session.expunge_all()


def of(session: Session, entries: Sequence[Complaint]) -> Iterator[Case]:
    """Some entries, a handful of queries for all of them together."""
    ids = [entry.id for entry in entries]
    named = parties.of_all(session, entries)
    answers = _hanging(session, Answer, ids)
    findings = _hanging(session, Finding, ids)
    informed = _hanging(session, Information, ids)
    actions = _actions(session, ids)
    told = _redirections_told(session, ids)
    for entry in entries:
        yield Case(
            entry,
            named[entry.id],
            tuple(one for one in answers[entry.id] if one.state == AnswerState.SENT),
            tuple(findings[entry.id]),
            tuple(actions[entry.id]),
            tuple(informed[entry.id]),
            told.get(entry.id),
        )


def _hanging(
    session: Session, table: type[Hanging], ids: Sequence[int]
) -> dict[int, list[Hanging]]:
    rows: dict[int, list[Hanging]] = defaultdict(list)
    for row in session.scalars(select(table).where(table.complaint_id.in_(ids)).order_by(table.id)):
        rows[row.complaint_id].append(row)
    return rows


def _actions(session: Session, ids: Sequence[int]) -> dict[int, list[Action]]:
    """An action may answer to several findings of a complaint, and is told once."""
    rows: dict[int, list[Action]] = defaultdict(list)
    found = session.execute(
        select(Finding.complaint_id, Action)
        .join(ActionFinding, ActionFinding.finding_id == Finding.id)
        .join(Action, Action.id == ActionFinding.action_id)
        .where(Finding.complaint_id.in_(ids))
        .order_by(Action.id)
    )
    for complaint_id, action in found:
        if action not in rows[complaint_id]:
            rows[complaint_id].append(action)
    return rows


def _redirections_told(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    found = session.execute(
        select(Letter.complaint_id, Letter.sent_at)
        .where(
            Letter.complaint_id.in_(ids),
            Letter.kind == "redirect",
            Letter.state == LetterState.SENT,
        )
        .order_by(Letter.id)
    )
    return {row.complaint_id: row.sent_at for row in found if row.sent_at}
