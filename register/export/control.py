"""The register for a control: Annexe I and all else that regulation §3.3 wants beside it."""

from collections.abc import Callable
from datetime import date

from config.taxonomies import (
    BASES,
    CAUSES,
    CHANNELS,
    COMPETENCES,
    COMPLAINANTS,
    MOTIVES,
    NATURES,
    OUTCOMES,
)
from register.calendar import ONE_DAY, civil_date
from register.deadlines import Limit, from_json
from register.export.annexe import ANNEXE, action_state, guarded
from register.export.cases import Case
from register.export.cells import Cell, Column, Edition, day, euros, listed, said
from register.model import Action, ActionState, Answer, Complaint, Finding, State
from register.retention import ENDED, kept_until

_NO_DUTY = (State.REQUALIFIED, State.MERGED)


def _of_entry(read: Callable[[Complaint], Cell]) -> Callable[[Case, Edition], Cell]:
    return lambda case, _: read(case.complaint)


def _of_answer(read: Callable[[Answer], Cell]) -> Callable[[Case, Edition], Cell]:
    return lambda case, _: read(case.answer) if case.answer else ""


def _of_findings(read: Callable[[Finding], str]) -> Callable[[Case, Edition], Cell]:
    return lambda case, _: listed(map(read, case.findings))


def _of_actions(read: Callable[[Action], str]) -> Callable[[Case, Edition], Cell]:
    """One word for each action, in their order, so that the columns can be read across."""
    return lambda case, _: " ; ".join(read(one) or "—" for one in case.actions)


def _limit(duty: str, reference: str) -> Callable[[Case, Edition], Cell]:
    return lambda case, _: getattr(_limits(case, duty), reference)


def _kept(duty: str, reference: str) -> Callable[[Case, Edition], Cell]:
    """O or N by the dates; nothing while the limit still runs. An answer stands for an
    acknowledgement that never left (P-10).
    """

    def cell(case: Case, edition: Edition) -> Cell:
        last: date = getattr(_limits(case, duty), reference)
        answered = case.first_answered_on
        done = answered if duty == "answer" else case.complaint.acknowledged_on or answered
        if done:
            return "O" if done <= last else "N"
        due = case.complaint.state not in _NO_DUTY and last < edition.today
        return "N" if due else ""

    return cell


def _limits(case: Case, duty: str) -> Limit:
    limit: Limit = getattr(from_json(case.complaint.deadlines), duty)
    return limit


def _motive(case: Case, edition: Edition) -> Cell:
    def called(code: str) -> str:
        french = edition.words.motives.get(code) or MOTIVES.get(code, "")
        return f"{code} {french}".strip()

    return listed(called(code) for code in (case.complaint.motive, case.complaint.second_motive))


def _redirection_told(case: Case, edition: Edition) -> Cell:
    told = case.redirection_told_at
    return civil_date(told, edition.periods.zone) if told else ""


def _informed(case: Case, _: Edition) -> Cell:
    return listed(said(one.on) for one in case.informed)


def _signatories(case: Case, edition: Edition) -> Cell:
    answer = case.answer
    signed = (answer.signatory, answer.second_signatory) if answer else ()
    return listed(edition.name(one) for one in signed if one)


def _opinion(case: Case, edition: Edition) -> Cell:
    entry = case.complaint
    words = guarded(case, edition, entry.mediation_opinion)
    return listed((said(day(entry.mediation_opinion_on)), words))


def _effect(action: Action) -> str:
    shown = {ActionState.EFFECTIVE: "efficace", ActionState.INEFFECTIVE: "inefficace"}
    parts = (shown.get(ActionState(action.state), ""), action.checked)
    return ", ".join(part for part in parts if part)


def _purge_planned(case: Case, edition: Edition) -> Cell:
    entry = case.complaint
    if entry.purged_on or entry.state not in ENDED:
        return ""
    return "gelée" if entry.held_because else kept_until(entry, edition.periods) + ONE_DAY


(
    NUMBER,
    CLIENT,
    RECEIVED,
    SUBJECT,
    ABOUT,
    OTHERS,
    AIMED,
    ACKNOWLEDGED,
    ANSWERED,
    ANSWER,
    RECOURSE,
    FINDINGS,
    ACTIONS,
    OBSERVATIONS,
) = ANNEXE


CONTROL = (
    NUMBER,
    Column("Statut", 55, _of_entry(lambda entry: State(entry.state).french)),
    Column("Base (cabinet/ACPR)", 60, _of_entry(lambda entry: BASES.get(entry.basis, entry.basis))),
    CLIENT,
    Column(
        "Qualité du réclamant",
        60,
        _of_entry(lambda entry: COMPLAINANTS.get(entry.quality, entry.quality)),
    ),
    Column("Canal", 50, _of_entry(lambda entry: CHANNELS.get(entry.channel, entry.channel))),
    Column("Date d’envoi", 43, _of_entry(lambda entry: entry.sent_on)),
    RECEIVED,
    Column("Reçue par", 55, lambda case, edition: edition.name(case.complaint.received_by)),
    Column(
        "Personne en charge", 55, lambda case, edition: edition.name(case.complaint.responsible)
    ),
    SUBJECT,
    Column("Motif (code et libellé)", 65, _motive),
    ABOUT,
    Column("Compagnie", 55, _of_entry(lambda entry: entry.insurer)),
    Column("N° de contrat", 55, _of_entry(lambda entry: entry.contract_ref)),
    Column("N° de sinistre", 55, _of_entry(lambda entry: entry.claim_ref)),
    OTHERS,
    AIMED,
    Column(
        "Entité compétente",
        55,
        _of_entry(lambda entry: COMPETENCES.get(entry.competence, entry.competence)),
    ),
    Column("Réorientée vers", 60, _of_entry(lambda entry: entry.redirected_to)),
    Column("Réorientée le", 43, _of_entry(lambda entry: day(entry.redirected_on))),
    Column("Client informé de la réorientation le", 43, _redirection_told),
    Column("Échéance AR (cabinet)", 43, _limit("ack", "office")),
    Column("Échéance AR (ACPR)", 43, _limit("ack", "acpr")),
    ACKNOWLEDGED,
    Column("AR dans le délai du cabinet (O/N)", 40, _kept("ack", "office")),
    Column("AR dans le délai de l’ACPR (O/N)", 40, _kept("ack", "acpr")),
    Column("Échéance réponse (cabinet)", 43, _limit("answer", "office")),
    Column("Échéance réponse (ACPR)", 43, _limit("answer", "acpr")),
    ANSWERED,
    Column("Réponse dans le délai du cabinet (O/N)", 40, _kept("answer", "office")),
    Column("Réponse dans le délai de l’ACPR (O/N)", 40, _kept("answer", "acpr")),
    Column("Informations intermédiaires (dates)", 55, _informed),
    Column(
        "Sens de la réponse",
        60,
        _of_answer(lambda answer: OUTCOMES.get(answer.outcome, answer.outcome)),
    ),
    ANSWER,
    Column("Geste commercial (€)", 45, _of_answer(lambda answer: euros(answer.gesture_cents))),
    Column("Signataire", 55, _signatories),
    RECOURSE,
    Column("Médiateur indiqué", 60, _of_answer(lambda answer: answer.mediator)),
    Column("Médiation saisie le", 43, _of_entry(lambda entry: day(entry.mediation_on))),
    Column("Avis du médiateur", 60, _opinion),
    FINDINGS,
    Column(
        "Nature du dysfonctionnement",
        60,
        _of_findings(lambda one: NATURES.get(one.nature, one.nature)),
    ),
    Column("Cause", 60, _of_findings(lambda one: CAUSES.get(one.cause, one.cause) or "—")),
    Column(
        "Récurrent (O/N)", 40, _of_findings(lambda one: "N" if one.recurrence == "ISOLE" else "O")
    ),
    ACTIONS,
    Column(
        "Action : responsable",
        55,
        lambda case, edition: " ; ".join(edition.name(one.owner) or "—" for one in case.actions),
    ),
    Column("Action : échéance", 43, _of_actions(lambda one: said(day(one.due_on)))),
    Column(
        "Action : statut",
        55,
        lambda case, edition: listed(action_state(one, edition) for one in case.actions),
    ),
    Column("Action : réalisée le", 43, _of_actions(lambda one: said(day(one.done_on)))),
    Column("Action : efficacité", 55, _of_actions(_effect)),
    Column("Date de clôture", 43, _of_entry(lambda entry: day(entry.closed_on))),
    Column("Date de purge prévue", 43, _purge_planned),
    OBSERVATIONS,
)
