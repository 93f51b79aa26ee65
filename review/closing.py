"""What a complaint teaches, what is done about it, and its end (P-19 … P-21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.rights import Act
from config.sentence import Sentence
from config.taxonomies import ACTION_KINDS, CAUSES, NATURES, PARTIES, PROCESSES, RECURRENCES
from register import findings
from register.calendar import civil_date
from register.claim import claim
from register.lifecycle import file_of, move
from register.model import (
    Action,
    ActionFinding,
    ActionState,
    Complaint,
    Finding,
    State,
    YearlyReview,
)
from review.desk import ROBOT, Desk, Refused, Seen

# How a corrective action goes on (regulation §5.8).
MOVES = {
    ActionState.PROPOSED: {ActionState.DECIDED, ActionState.GIVEN_UP},
    ActionState.DECIDED: {ActionState.PLANNED, ActionState.RUNNING, ActionState.DONE},
    ActionState.PLANNED: {ActionState.RUNNING, ActionState.DONE},
    ActionState.RUNNING: {ActionState.DONE},
    ActionState.DONE: {ActionState.EFFECTIVE, ActionState.INEFFECTIVE},
    ActionState.EFFECTIVE: {ActionState.INEFFECTIVE},
    ActionState.INEFFECTIVE: {ActionState.PLANNED, ActionState.RUNNING, ActionState.GIVEN_UP},
    ActionState.SUSPENDED: {ActionState.PLANNED, ActionState.RUNNING, ActionState.GIVEN_UP},
    ActionState.GIVEN_UP: {ActionState.PROPOSED},
}
_STOPPABLE = {ActionState.DECIDED, ActionState.PLANNED, ActionState.RUNNING}


@dataclass(frozen=True)
class Found:
    """A dysfunction, as somebody describes it."""

    nature: str
    said: str
    process: str = ""
    cause: str = ""
    gravity: int = 2
    recurrence: str = "ISOLE"
    due_to: str = ""


@dataclass(frozen=True)
class Remedy:
    """A corrective action, as somebody proposes it."""

    kind: str
    said: str
    owner: str
    due_on: date | None
    criterion: str = ""
    check_on: date | None = None
    findings: tuple[int, ...] = ()


@dataclass(frozen=True)
class Step:
    """How far an action has come."""

    to: ActionState
    on: date | None = None
    proof: str = ""
    checked: str = ""
    because: str = ""


def find(desk: Desk, seen: Seen, found: Found) -> Finding:
    """Note a dysfunction, a breach or a bad practice that a complaint brought to light."""
    complaint = desk.known(seen.number, seen.version)
    wrong = [
        Sentence("{name} « {code} » inconnu", name=Sentence(name), code=code)
        for name, code, words in (
            ("nature", found.nature, NATURES),
            ("processus", found.process, PROCESSES),
            ("cause", found.cause, CAUSES),
            ("récurrence", found.recurrence, RECURRENCES),
            ("acteur", found.due_to, PARTIES),
        )
        if (code or name == "nature") and code not in words
    ]
    if not found.said.strip():
        wrong.append(Sentence("dites en quoi il consiste"))
    if not 1 <= found.gravity <= 4:
        wrong.append(Sentence("la gravité va de 1 à 4"))
    if wrong:
        raise Refused(
            Sentence("Le dysfonctionnement n’est pas noté : {wrong}.", wrong=tuple(wrong))
        )
    complaint.no_findings_by = ""
    finding = Finding(
        complaint_id=complaint.id,
        nature=found.nature,
        process=found.process,
        cause=found.cause,
        gravity=found.gravity,
        recurrence=found.recurrence,
        due_to=found.due_to,
        said=found.said.strip()[:2000],
        at=desk.now,
        by=seen.by,
    )
    desk.session.add(finding)
    desk.session.flush()
    desk.journal(seen.by, "found dysfunction", complaint.number, {"nature": found.nature})
    return finding


def none_found(desk: Desk, seen: Seen) -> Complaint:
    """Say that a complaint brought no dysfunction to light: a person's word (P-19)."""
    if seen.by == ROBOT:
        raise Refused("« Aucun dysfonctionnement » : seule une personne peut le dire.")
    desk.refuse_without(Act.CLOSE, seen.by)
    complaint = desk.known(seen.number, seen.version)
    if findings.of_complaint(desk.session, complaint):
        raise Refused("Des dysfonctionnements sont notés : retirez-les d’abord.")
    complaint.no_findings_by = seen.by
    desk.journal(seen.by, "no dysfunction", complaint.number, {})
    return complaint


def withdraw(desk: Desk, seen: Seen, finding_id: int) -> Complaint:
    """Take a finding back; the journal keeps that it was there."""
    complaint = desk.known(seen.number, seen.version)
    finding = desk.session.get(Finding, finding_id)
    if finding is None or finding.complaint_id != complaint.id:
        raise Refused("Ce dysfonctionnement n’est pas de ce dossier.")
    findings.remove(desk.session, finding)
    desk.journal(seen.by, "withdrew dysfunction", complaint.number, {"said": finding.said})
    return complaint


def no_action(desk: Desk, seen: Seen, because: str) -> Complaint:
    """Say that what was found calls for no action, and why (P-21)."""
    desk.refuse_without(Act.DECIDE_ACTION, seen.by)
    if not because.strip():
        raise Refused("Dites pourquoi aucune action n’est décidée.")
    complaint = desk.known(seen.number, seen.version)
    complaint.no_actions_because = because.strip()[:500]
    desk.journal(seen.by, "no action", complaint.number, {"reason": complaint.no_actions_because})
    return complaint


def close(desk: Desk, seen: Seen, because: str) -> Complaint:
    """End a complaint. Raises ``Forbidden`` with everything that is still wanting."""
    if seen.by == ROBOT:
        raise Refused("Le programme ne clôt pas de dossier.")
    desk.refuse_without(Act.CLOSE, seen.by)
    complaint = desk.known(seen.number, seen.version)
    who, today = desk.settings.colleague(seen.by), civil_date(desk.now, desk.settings.office.zone)
    if not who.knows(complaint.product, today):
        raise Refused("Vous n’êtes pas qualifié pour ce produit à ce jour (P-16).")
    move(file_of(desk.session, complaint), State.CLOSED)
    complaint.closed_on, complaint.closed_because = today, because.strip()[:300]
    desk.journal(seen.by, "closed", complaint.number, {"reason": complaint.closed_because})
    return complaint


@dataclass(frozen=True)
class Minutes:
    """The review of a period: who met when, what was decided (P-22)."""

    period: str  # « 2026 », « 2026-T2 »
    held_on: date
    present: tuple[str, ...]
    decisions: str


def review(desk: Desk, minutes: Minutes, report: Mapping[str, Any], by: str) -> YearlyReview:
    """Keep the minutes with the figures as they were shown. Raises ``Refused``."""
    desk.refuse_without(Act.DECIDE_ACTION, by)
    if not minutes.present or not minutes.decisions.strip():
        raise Refused("Dites qui était là et ce qui a été décidé, même « rien à changer ».")
    if minutes.held_on > civil_date(desk.now, desk.settings.office.zone):
        raise Refused("La revue ne peut pas dater de l’avenir.")
    kept = YearlyReview(
        period=minutes.period[:20],
        held_on=minutes.held_on,
        present=list(minutes.present),
        report=dict(report),
        decisions=minutes.decisions.strip()[:10_000],
        by=by,
    )
    desk.session.add(kept)
    desk.session.flush()
    desk.journal(by, "reviewed", f"review {minutes.period}", {"on": minutes.held_on.isoformat()})
    return kept


# --- corrective actions --------------------------------------------------------------------


def propose(desk: Desk, remedy: Remedy, by: str) -> Action:
    """Propose an action for findings of any files (n–n). Raises ``Refused``."""
    desk.refuse_without(Act.PROPOSE_ACTION, by)
    wrong: list[str] = []
    if remedy.kind not in ACTION_KINDS:
        wrong.append(Sentence("« {kind} » n’est pas un genre d’action", kind=remedy.kind))
    if not remedy.said.strip():
        wrong.append(Sentence("dites ce qui est à faire"))
    if not remedy.owner.strip():
        wrong.append(Sentence("dites qui en a la charge"))
    if not remedy.findings:
        wrong.append(Sentence("dites à quel dysfonctionnement elle répond"))
    known = findings.named(desk.session, remedy.findings)
    if len(known) < len(set(remedy.findings)):
        wrong.append(Sentence("un des dysfonctionnements n’existe pas"))
    if wrong:
        raise Refused(Sentence("L’action n’est pas notée : {wrong}.", wrong=tuple(wrong)))
    action = Action(
        kind=remedy.kind,
        state=ActionState.PROPOSED,
        said=remedy.said.strip()[:2000],
        owner=remedy.owner.strip()[:200],
        proposed_by=by,
        proposed_at=desk.now,
        due_on=remedy.due_on,
        criterion=remedy.criterion.strip()[:500],
        check_on=remedy.check_on,
    )
    desk.session.add(action)
    desk.session.flush()
    for finding in known:
        desk.session.add(ActionFinding(action_id=action.id, finding_id=finding.id))
    desk.session.flush()
    desk.journal(by, "proposed", _about(action), {"kind": action.kind, "said": action.said})
    return action


def advance(desk: Desk, action_id: int, version: int, step: Step, by: str) -> Action:
    """Take an action a step further: decided, under way, done with proof, found to help or not."""
    action = claim(desk.session, Action, action_id, version)
    before = ActionState(action.state)
    if step.to not in onward(before):
        raise Refused(
            Sentence(
                "Une action « {before} » ne devient pas « {after} ».", before=before, after=step.to
            )
        )
    deciding = step.to in (ActionState.DECIDED, ActionState.GIVEN_UP, ActionState.SUSPENDED)
    if deciding:
        desk.refuse_without(Act.DECIDE_ACTION, by)
    today = civil_date(desk.now, desk.settings.office.zone)
    if wrong := _wrong(action, step, today):
        raise Refused(Sentence("L’action ne change pas : {wrong}.", wrong=tuple(wrong)))
    action.state = step.to
    if step.to == ActionState.DECIDED:
        action.decided_by, action.decided_on = by, today
        action.due_on = step.on or action.due_on
    if step.to == ActionState.DONE:
        action.done_on, action.proof = step.on or today, step.proof.strip()[:500]
    if before == ActionState.INEFFECTIVE:
        action.done_on, action.proof = None, ""  # it is to be done again
    action.checked = step.checked.strip()[:500] or action.checked
    action.because = step.because.strip()[:500]
    told = {"from": before.value, "to": step.to.value}
    desk.journal(by, "advanced", _about(action), dict(told))
    return action


def onward(before: ActionState) -> set[ActionState]:
    """The states that an action may go to from one."""
    stops = {ActionState.SUSPENDED, ActionState.GIVEN_UP} if before in _STOPPABLE else set()
    return MOVES[before] | stops


def _wrong(action: Action, step: Step, today: date) -> list[str]:
    wrong: list[str] = []
    if step.to == ActionState.DECIDED and action.due_on is None and step.on is None:
        wrong.append(Sentence("donnez-lui d’abord une échéance"))
    if step.to == ActionState.DONE and not step.proof.strip():
        wrong.append(Sentence("dites ce qui prouve qu’elle est faite (P-21)"))
    if step.to == ActionState.DONE and (step.on or today) > today:
        wrong.append(Sentence("elle ne peut pas être faite dans l’avenir"))
    if step.to in (ActionState.EFFECTIVE, ActionState.INEFFECTIVE) and not step.checked.strip():
        wrong.append(Sentence("dites ce que la vérification a montré"))
    if step.to in (ActionState.GIVEN_UP, ActionState.SUSPENDED) and not step.because.strip():
        wrong.append(Sentence("dites pourquoi"))
    return wrong


def _about(action: Action) -> str:
    return f"action {action.id}"
