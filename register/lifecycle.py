"""From one state of a complaint to the next: which moves there are, and what each one needs.

The first states of regulation §5.5, RECUE and A_QUALIFIER, are a message's: a complaint is one from
the moment a person says so. « À compléter » is no state but ``complaints.missing``: a name that is
not yet known must not hold the acknowledgement up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from config.sentence import Sentence
from config.taxonomies import REFUSALS
from config.trouble import Trouble
from register.complaints import missing
from register.database import Session
from register.model import ActionFinding, Answer, AnswerState, Complaint, Finding, State

_IN_HAND: Final = frozenset(
    {State.EXAMINED, State.AWAITING_CLIENT, State.AWAITING_THIRD_PARTY, State.TO_SIGN}
)
_ASIDE: Final = frozenset(
    {State.REDIRECTED, State.MEDIATION, State.LITIGATION, State.REQUALIFIED, State.MERGED}
)
_ACK: Final = frozenset({State.TO_ACKNOWLEDGE, State.ACKNOWLEDGED})

# A move back to one of _ACK is what remains when something is taken back: an answer noted by
# mistake, a requalification, an acknowledgement that came back undelivered.
MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.PROVISIONAL: _ACK | {State.REQUALIFIED, State.MERGED},
    State.TO_ACKNOWLEDGE: _IN_HAND | _ASIDE | {State.ACKNOWLEDGED, State.ANSWERED},
    State.ACKNOWLEDGED: _IN_HAND | _ASIDE | {State.TO_ACKNOWLEDGE, State.ANSWERED},
    **{
        state: (_IN_HAND | _ASIDE | _ACK | {State.ANSWERED, State.REOPENED}) - {state}
        for state in _IN_HAND
    },
    State.ANSWERED: _ACK
    | _IN_HAND
    | {State.CLOSED, State.REOPENED, State.MEDIATION, State.LITIGATION, State.REQUALIFIED},
    State.CLOSED: frozenset({State.REOPENED, State.MEDIATION, State.LITIGATION}),
    State.REOPENED: _IN_HAND
    | {State.ANSWERED, State.REDIRECTED, State.MEDIATION, State.LITIGATION, State.MERGED},
    State.REDIRECTED: _IN_HAND
    | {State.ANSWERED, State.CLOSED, State.MEDIATION, State.LITIGATION, State.REQUALIFIED},
    State.MEDIATION: _IN_HAND | {State.ANSWERED, State.CLOSED, State.LITIGATION},
    State.LITIGATION: _IN_HAND | {State.ANSWERED, State.CLOSED, State.MEDIATION},
    State.REQUALIFIED: _ACK,
    State.MERGED: _ACK | {State.EXAMINED},
}


class Forbidden(Trouble):
    """A move that the life cycle does not have, or whose needs are not met; in French."""


@dataclass(frozen=True)
class File:
    """What is on file of a complaint, as far as moves depend on it."""

    complaint: Complaint
    answer: Answer | None = None  # the one that stands
    findings: int = 0
    actions: int = 0


def file_of(session: Session, complaint: Complaint) -> File:
    """Look up what is on file."""
    sent = Answer.state == AnswerState.SENT
    newest = select(Answer).where(Answer.complaint_id == complaint.id, sent).order_by(-Answer.id)
    findings = select(Finding.id).where(Finding.complaint_id == complaint.id)
    linked = (
        select(ActionFinding.action_id).where(ActionFinding.finding_id.in_(findings)).distinct()
    )
    return File(
        complaint,
        session.scalar(newest.limit(1)),
        len(session.scalars(findings).all()),
        len(session.scalars(linked).all()),
    )


def move(file: File, to: State) -> None:
    """Put a complaint in another state. Raises ``Forbidden`` with every reason against it."""
    before = State(file.complaint.state)
    if to == before:
        return
    if to not in MOVES[before]:
        raise Forbidden(
            Sentence(
                "{number} est « {before} » : on ne passe pas de là à « {after} ».",
                number=file.complaint.number,
                before=Sentence(before.french),
                after=Sentence(to.french),
            )
        )
    if lacking := list(needs(file, to)):
        raise Forbidden(
            Sentence(
                "{number} ne peut pas être « {state} » : {lacking}.",
                number=file.complaint.number,
                state=Sentence(to.french),
                lacking=tuple(lacking),
            )
        )
    file.complaint.state = to


def needs(file: File, to: State) -> list[str]:
    """What still stands against a state, in French (regulation §3.1 and §5.5)."""
    if to == State.ACKNOWLEDGED and not file.complaint.acknowledged_on:
        return [Sentence("aucun accusé n’est parti (date et preuve manquent)")]
    if to == State.ANSWERED:
        return _to_be_answered(file)
    if to == State.CLOSED:
        return _to_be_closed(file)
    return []


def _to_be_answered(file: File) -> list[str]:
    complaint, answer = file.complaint, file.answer
    lacking: list[str] = []
    if complaint.answered_on is None:
        lacking.append(Sentence("la date de la réponse manque"))
    if answer is None or not answer.outcome:
        lacking.append(Sentence("le sens de la réponse manque (P-15)"))
    elif answer.outcome in REFUSALS and not answer.recourse:
        lacking.append(Sentence("les voies de recours ne sont pas indiquées (P-15)"))
    return lacking


def _to_be_closed(file: File) -> list[str]:
    complaint, answer = file.complaint, file.answer
    lacking = _to_be_answered(file)
    if answer is not None and not answer.summary:
        lacking.append(Sentence("la réponse apportée n’est pas résumée (P-18)"))
    if not file.findings and not complaint.no_findings_by:
        lacking.append(Sentence("dites les dysfonctionnements identifiés, ou « aucun » (P-19)"))
    if file.findings and not file.actions and not complaint.no_actions_because:
        lacking.append(
            Sentence("dites les actions correctives, ou pourquoi il n’y en a pas (P-21)")
        )
    lacking.extend(
        Sentence("« {name} » n’est pas renseigné", name=Sentence(name))
        for name in missing(complaint)
    )
    return lacking
