"""Annexe I: the fourteen columns of the procedure, in its order (regulation §3.3)."""

from config.taxonomies import ACTION_KINDS, NATURES, OUTCOMES, PROCESSES, PRODUCTS, REFUSALS, Words
from register.export.cases import Case
from register.export.cells import HIDDEN, Cell, Column, Edition, day, listed, said
from register.findings import is_late
from register.model import Action, ActionState, Complaint, Finding, State
from register.parties import Named

NOT_CONCERNED = "sans objet"
_WORDS = Words()


def about(complaint: Complaint, words: Words = _WORDS) -> str:
    """The contract, product or service a complaint is about (P-06), in one line."""
    named = [
        complaint.contract_ref and f"contrat {complaint.contract_ref}",
        product(complaint, words),
        words.services.get(complaint.service, complaint.service),
    ]
    return ", ".join(word for word in named if word)


def product(complaint: Complaint, words: Words) -> str:
    """As the office calls it; a code that it no longer offers stays readable."""
    code = complaint.product
    return words.products.get(code) or PRODUCTS.get(code, code)


def subject(case: Case, edition: Edition) -> Cell:
    return guarded(case, edition, case.complaint.subject)


def acknowledged(case: Case, _: Edition) -> Cell:
    """The day, or that the answer stands for it (P-10)."""
    entry = case.complaint
    return entry.acknowledged_on or (NOT_CONCERNED if entry.ack_mode == "SANS_OBJET" else "")


def answered(case: Case, edition: Edition) -> Cell:
    """What the answer that stands says, in short (P-18); its sense where nobody summed it up."""
    answer = case.answer
    if answer is None:
        return ""
    return guarded(case, edition, answer.summary) or OUTCOMES.get(answer.outcome, "")


def recourse(case: Case, _: Edition) -> Cell:
    """Whether the answer names the ways of recourse, where it has to (P-15)."""
    answer = case.answer
    if answer is None:
        return NOT_CONCERNED if case.complaint.state == State.REQUALIFIED else ""
    if answer.recourse:
        return "O"
    return "N" if answer.outcome in REFUSALS else NOT_CONCERNED


def findings(case: Case, edition: Edition) -> Cell:
    """What was found, « Aucun » where somebody said so, nothing while nobody did (P-19)."""
    if case.findings:
        return listed(_finding(one, guarded(case, edition, one.said)) for one in case.findings)
    return "Aucun" if case.complaint.no_findings_by else ""


def actions(case: Case, edition: Edition) -> Cell:
    """Every action with who, until when and how far; or why there is none (P-21)."""
    entry = case.complaint
    if case.actions:
        return listed(_action(one, edition) for one in case.actions)
    if entry.no_actions_because:
        return f"Aucune — {entry.no_actions_because}"
    none_needed = entry.no_findings_by and not case.findings
    return "Aucune — pas de dysfonctionnement identifié" if none_needed else ""


def observations(case: Case, edition: Edition) -> Cell:
    entry = case.complaint
    return listed(
        (
            _REMARKABLE.get(State(entry.state), ""),
            entry.held_because and f"Conservation gelée : {entry.held_because}",
            f"Données personnelles effacées le {said(entry.purged_on)}" if entry.purged_on else "",
            guarded(case, edition, entry.note),
        )
    )


ANNEXE = (
    Column("N°", 57, lambda case, _: case.complaint.number),
    Column("Nom du client", 52, lambda case, _: case.complaint.client_name),
    Column("Date de réception", 43, lambda case, _: case.complaint.received_on),
    Column("Objet de la réclamation", 76, subject),
    Column(
        "Contrat, produit ou service visé",
        54,
        lambda case, edition: about(case.complaint, edition.words),
    ),
    Column(
        "Intervenants autres que le professionnel",
        62,
        lambda case, _: parties(case.parties.others, "Aucun"),
    ),
    Column(
        "Personnes visées par la réclamation",
        56,
        lambda case, _: parties(case.parties.aimed, "Non précisé"),
    ),
    Column("Date de l’accusé de réception", 43, acknowledged),
    Column("Date de la réponse", 43, lambda case, _: day(case.answered_on)),
    Column("Réponse apportée", 76, answered),
    Column("Voies de recours indiquées", 44, recourse),
    Column("Dysfonctionnements identifiés", 75, findings),
    Column("Actions correctives", 70, actions),
    Column("Observations", 55, observations),
)

_REMARKABLE = {
    State.REQUALIFIED: "Requalifiée : n’est pas une réclamation",
    State.MERGED: "Doublon, fusionné avec un autre dossier",
    State.REOPENED: "Rouverte",
    State.MEDIATION: "En médiation",
    State.LITIGATION: "En contentieux",
}


def parties(named: tuple[Named, ...] | None, none: str) -> str:
    """A list of parties; ``none`` where somebody said that there are none (P-07: empty ≠ none)."""
    if named is None:
        return ""
    return listed(map(str, named)) or none


def action_state(action: Action, edition: Edition) -> str:
    """How far an action is; late is computed, not a state (regulation §5.8)."""
    late = " (en retard)" if is_late(action, edition.today) else ""
    return f"{ActionState(action.state).french}{late}"


def guarded(case: Case, edition: Edition, words: str) -> str:
    """What people wrote of a file; of a sensitive one only for whoever may read it and asked to."""
    return HIDDEN if words and case.complaint.sensitive and not edition.sensitive else words


def _finding(finding: Finding, what: str) -> str:
    kind = NATURES.get(finding.nature, finding.nature)
    where = PROCESSES.get(finding.process, finding.process)
    return f"{kind}{f' ({where})' if where else ''} : {what}"


def _action(action: Action, edition: Edition) -> str:
    about_it = [
        f"responsable {edition.name(action.owner)}" if action.owner else "",
        f"échéance {said(action.due_on)}" if action.due_on else "",
        action_state(action, edition),
    ]
    kind = ACTION_KINDS.get(action.kind, action.kind)
    return f"{kind} : {action.said} ({', '.join(word for word in about_it if word)})"
