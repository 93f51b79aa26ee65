"""A case file: what is known, what is done, and what a person may do next."""

from collections.abc import Mapping
from datetime import date
from email import message_from_bytes
from email.policy import default
from typing import Any

from starlette.responses import Response

from config import taxonomies as words
from config.rights import Act
from config.sentence import Sentence
from config.settings import Settings
from outbound.templates import TemplateTrouble
from outbound.write import draft as as_mail
from outbound.write import enclose
from register import answers, complaints, findings, journal, outbox, parties
from register.calendar import civil_date
from register.claim import Stale
from register.complaints import Facts, missing
from register.database import Session
from register.lifecycle import MOVES, File, Forbidden, file_of, needs
from register.model import (
    Answer,
    AnswerState,
    Complaint,
    Document,
    Entry,
    Information,
    Letter,
    LetterState,
    Message,
    Place,
    Remark,
    State,
)
from register.outbox import ACKNOWLEDGEMENT
from review import answering
from review.confidential import admit
from review.desk import ROBOT, Desk, Refused, Seen
from review.facts import BadFacts, as_form, as_text, euros
from review.pages.acts import BY_LETTER, LANGUAGES, PAPERS, TOLD_BY, Form, read, steps
from review.pages.journal import ACTION_STATES, FIELDS, LETTERS, Papers, timeline, told
from review.pages.mail import framed
from review.standing import Standing, limit, next_step
from review.visit import NotThere, Visit, number

_STALE = (
    "Quelqu’un vient de modifier ce dossier : votre changement n’a pas été enregistré. "
    "Voici ce qu’il est devenu."
)
# What is said once an act is done, and where the page opens then.
_DONE: Mapping[str, str] = {
    "corriger": "L’entrée est corrigée.",
    "accuse": "L’accusé donné est noté.",
    "envoyer": "La lettre part maintenant.",
    "retirer-lettre": "La lettre est annulée : elle ne partira pas.",
    "postee": "L’envoi par la poste est noté.",
    "prendre": "Vous avez pris le dossier en charge.",
    "confier": "Le dossier est confié ; la personne en est prévenue.",
    "attendre": "C’est noté. Le délai court toujours.",
    "noter": "La note est ajoutée.",
    "joindre": "Le document est joint au dossier.",
    "informer": "L’information donnée au client est notée.",
    "ecrire": "La lettre est prête : elle part après le temps d’annulation.",
    "ecrite": "La mise par écrit est notée ; les délais sont recalculés.",
    "reorienter": "La réorientation est notée ; le client en est prévenu s’il a une adresse.",
    "mediation": "La saisine du médiateur est notée ; le dossier est gelé.",
    "avis": "L’avis du médiateur est noté.",
    "contentieux": "Le contentieux est noté ; le dossier est gelé.",
    "assureur-rc": "La déclaration à l’assureur du cabinet est notée.",
    "geler": "Le gel de conservation est à jour.",
    "requalifier": "L’entrée est requalifiée : son numéro et la raison restent au registre.",
    "fusionner": "Le doublon est fusionné.",
    "rouvrir": "Le dossier est rouvert.",
    "brouillon": "Le brouillon est enregistré.",
    "soumettre": "La réponse est soumise à la signature.",
    "signer": "La réponse est signée.",
    "renvoyer": "La réponse est renvoyée pour correction.",
    "retirer-signature": "La signature est retirée : la lettre ne partira pas.",
    "reponse": "La réponse est notée.",
    "sans-reponse": "La réponse notée est retirée.",
    "constat": "Le dysfonctionnement est noté.",
    "aucun-constat": "C’est noté : aucun dysfonctionnement.",
    "retirer-constat": "Le dysfonctionnement est retiré ; le journal garde qu’il y était.",
    "action": "L’action est proposée.",
    "sans-action": "C’est noté : aucune action corrective.",
    "cloturer": "Le dossier est clos.",
    "1": "Le dossier est enregistré.",
}
_BACK_TO: Mapping[str, str] = {
    "brouillon": "#reponse",
    "constat": "#constats",
    "retirer-constat": "#constats",
    "action": "#constats",
    "noter": "#notes",
    "joindre": "#documents",
}
# How the register's fields stand together on the page.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Client": (
        "client_name",
        "client_email",
        "client_phone",
        "client_address",
        "client_kind",
        "complainant",
        "quality",
    ),
    "Réclamation": ("subject", "motive", "second_motive", "demand", "claimed_cents"),
    "Contrat": ("product", "contract_ref", "insurer", "claim_ref", "service"),
    "Parties": ("persons_concerned", "third_parties"),
    "Traitement": ("channel", "received_by", "basis", "competence", "gravity", "sensitive"),
}


def show(visit: Visit) -> Response:
    return _case(visit)


def act(visit: Visit) -> Response:
    """Do what a form of the page asks for; what stands against it is said on the page."""
    what = str(visit.request.path_params["act"])
    asked = steps(what, visit.form, visit.document)
    with visit.database.read() as session:
        known = complaints.named(session, str(visit.request.path_params["number"]))
    if not asked or known is None:
        raise NotThere
    admit(visit, known)
    version, at = number(visit.form.get("version", "")) or 0, 0
    try:
        read(visit.form)
        for at, do in enumerate(asked):
            with visit.database.begin() as session:
                seen = Seen(known.number, version + at, visit.by)
                do(Desk(session, visit.settings, visit.now), seen, visit.form)
    except BadFacts as error:
        return _case(visit, status=422, posted=what, faults=error.faults, said=str(error))
    except (Refused, Forbidden) as error:
        said = Sentence("Le brouillon est enregistré. {but}", but=str(error)) if at else str(error)
        return _case(visit, status=422, posted=what, said=said)
    except Stale:
        return _case(visit, status=409, posted=what, said=_STALE, stale=True)
    return visit.see(f"/registre/{known.number}?fait={what}{_BACK_TO.get(what, '')}")


def preview(visit: Visit) -> Response:
    """The letter that carries the answer being written, as the client would get it now."""
    with visit.database.read() as session:
        entry = _entry(visit, session)
        draft = answers.being_written(session, entry)
        kind = answering.LETTERS.get(draft.outcome) if draft else None
        if draft is None or kind is None:
            return framed("<p>Choisissez le sens de la réponse et enregistrez le brouillon.</p>")
        letter = Letter(
            complaint_id=entry.id,
            kind=kind,
            recipient="",
            message_id=f"<apercu@{visit.settings.office.domain}>",
            state=LetterState.QUEUED,
            queued_at=visit.now,
            due_at=visit.now,
            turn=1,
            answer_id=draft.id,
            language=entry.language if entry.language in LANGUAGES else "fr",
            automatic=False,
        )
        try:
            enclosure = enclose(session, letter, visit.settings)
            data = as_mail(enclosure, visit.settings.office, visit.now)
        except TemplateTrouble:
            return framed("<p>Cette lettre n’a pas encore de modèle : elle ne peut pas partir.</p>")
    body = message_from_bytes(data, policy=default).get_body(("html",))
    return framed(body.get_content() if body else "")


def _entry(visit: Visit, session: Session) -> Complaint:
    entry = complaints.named(session, str(visit.request.path_params["number"]))
    if entry is None:
        raise NotThere
    admit(visit, entry)
    return entry


def _case(visit: Visit, status: int = 200, **more: Any) -> Response:
    settings, today = visit.settings, civil_date(visit.now, visit.settings.office.zone)
    posted, said = more.get("posted", ""), more.get("said", "")
    if "body" in visit.form:  # one form, three buttons
        posted = "brouillon"
    with visit.database.read() as session:
        entry = _entry(visit, session)
        lines = journal.history(session, entry.number)
        since = _since(lines, visit.form) if more.get("stale") else []
        facts = complaints.facts_of(session, entry)
        fields, faults = as_form(facts), dict(more.get("faults", {}))
        shown = _shown(facts, settings)
        if posted == "corriger":
            merged, clashes = _merged(visit.form, fields, since, settings)
            fields, faults = fields | merged, faults | clashes
        origin = complaints.origin(session, entry)
        mails = complaints.mails_of(session, entry)
        letters = outbox.of_complaint(session, entry)
        file, draft = file_of(session, entry), answers.being_written(session, entry)
        desk = Desk(session, settings, visit.now)
        standing = _standing(desk, file, draft, letters, visit.by)
        return visit.page(
            "case.html",
            status,
            entry=entry,
            state=State(entry.state),
            step=next_step(standing),
            limits=_limits(entry, today),
            moves={to.name for to in MOVES[State(entry.state)]},
            missing=missing(entry),
            to_close=needs(file, State.CLOSED),
            may_close=_may_close(settings, entry, visit.by, today),
            fields=fields,
            shown=shown,
            names=parties.of(session, entry),
            origin=origin,
            sent=[mail for mail in mails if mail.place == Place.SENT],
            letters=[(letter, LetterState(letter.state).french) for letter in letters],
            signers=standing.signers,
            seq=lines[-1].seq if lines else 0,
            since=[(line, told(line), _changes(line)) for line in since],
            posted=posted,
            faults=faults,
            said=said,
            **_history(visit, _papers(session, entry, mails, letters, lines)),
            **_said_of_everything(visit),
            **_answers(desk, file, draft, visit.by),
            **_teachings(session, entry),
        )


def _history(visit: Visit, papers: Papers) -> dict[str, Any]:
    """The time line, and the documents that stand on it."""
    settings = visit.settings
    events = timeline(papers, settings.office.zone, lambda who: _name(settings, who))
    return {"events": events, "documents": papers.documents}


def _said_of_everything(visit: Visit) -> dict[str, Any]:
    """The words, people and rights that any case needs."""
    settings = visit.settings
    return {
        "as_text": as_text,
        "field_names": FIELDS,
        "words": words,
        "languages": LANGUAGES,
        "services": settings.words.services,
        "by_letter": BY_LETTER,
        "told_by": TOLD_BY,
        "papers": PAPERS,
        "letter_names": LETTERS,
        "pending": outbox.PENDING,
        "euros": euros,
        "staff": settings.staff,
        "colleague": lambda email: _name(settings, email),
        "form": visit.form,
        "saved": _DONE.get(visit.asked("fait"), ""),
    }


def _papers(
    session: Session,
    entry: Complaint,
    mails: list[Message],
    letters: list[Letter],
    lines: list[Entry],
) -> Papers:
    """Everything that has its place on the time line."""
    remarks = complaints.rows_of(session, Remark, Remark.about == entry.number)
    informed = complaints.rows_of(session, Information, Information.complaint_id == entry.id)
    about = f"message {entry.origin_id}"
    about_mail = journal.history(session, about) if entry.origin_id else []
    documents = complaints.rows_of(session, Document, Document.complaint_id == entry.id)
    kept = [(one, f"/registre/{entry.number}/document/{one.id}") for one in documents]
    return Papers(mails, letters, remarks, informed, [*about_mail, *lines], kept)


def _answers(desk: Desk, file: File, draft: Answer | None, by: str) -> dict[str, Any]:
    """What was answered, what is being written, and what stands against it."""
    against = answering.obstacles(desk, file.complaint, draft, by) if draft else []
    lacking = answering.lacking(draft) if draft else []
    return {
        "answers": answers.history(desk.session, file.complaint),
        "standing_answer": file.answer,
        "draft": draft,
        "writable": {code: words.OUTCOMES[code] for code in answering.LETTERS},
        "lacking": lacking,
        "against": [what for what in against if what not in lacking],
    }


def _teachings(session: Session, entry: Complaint) -> dict[str, Any]:
    """What the complaint brought to light, and what is done about it."""
    return {
        "findings": findings.of_complaint(session, entry),
        "actions": findings.actions_of(session, entry),
        "action_states": ACTION_STATES,
        "parts": answering.PARTS,
        "aim": complaints.aim(entry),
        "linked": session.get(Complaint, entry.linked_id) if entry.linked_id else None,
        "elsewhere": [one for one in findings.pending(session) if one[1] != entry.number],
    }


# --- how it stands -------------------------------------------------------------------------


def _standing(
    desk: Desk, file: File, draft: Answer | None, letters: list[Letter], by: str
) -> Standing:
    entry, settings = file.complaint, desk.settings
    lacking = answering.lacking(draft) if draft else []
    acks = [letter for letter in letters if letter.kind == ACKNOWLEDGEMENT]
    carrying = [letter for letter in letters if draft and letter.answer_id == draft.id]
    kept = desk.session.get(Complaint, entry.linked_id) if entry.linked_id else None

    def may_sign(email: str) -> bool:
        return draft is not None and not answering.obstacles(desk, entry, draft, email)

    return Standing(
        state=State(entry.state),
        responsible=_name(settings, entry.responsible) if entry.responsible else "",
        taken=entry.taken_at is not None,
        acknowledged=entry.acknowledged_on is not None or entry.ack_mode == "SANS_OBJET",
        ack=LetterState(acks[-1].state) if acks else None,
        ack_letter=acks[-1].id if acks else 0,
        address=bool(entry.client_email),
        answer=AnswerState(draft.state) if draft else None,
        lacking=tuple(lacking),
        may_sign=not lacking and may_sign(by),
        signers=tuple(one.name for one in settings.staff if not lacking and may_sign(one.email)),
        by_post=draft is not None and draft.channel != "COURRIEL",
        letter=LetterState(carrying[-1].state) if carrying else None,
        to_close=tuple(needs(file, State.CLOSED)),
        wants_findings=not (file.findings or entry.no_findings_by)
        or bool(file.findings and not file.actions and not entry.no_actions_because),
        may_close=_may_close(settings, entry, by, civil_date(desk.now, settings.office.zone)),
        elsewhere=entry.redirected_to,
        kept=kept.number if kept and entry.state == State.MERGED else "",
        opinion=entry.mediation_opinion_on is not None,
        origin=entry.origin_id or 0,
    )


def _may_close(settings: Settings, entry: Complaint, by: str, today: date) -> bool:
    who = settings.colleague(by)
    return who.may(Act.CLOSE) and who.knows(entry.product, today)


def _limits(entry: Complaint, today: date) -> list[Any]:
    if entry.state in (State.REQUALIFIED, State.MERGED):
        return []
    replaced = entry.acknowledged_on is None and entry.ack_mode == "SANS_OBJET"
    acknowledged = entry.answered_on if replaced else entry.acknowledged_on
    name = "Accusé (la réponse en tient lieu)" if replaced else "Accusé de réception"
    return [
        limit(name, entry.received_on, entry.ack_due, acknowledged, today),
        limit("Réponse", entry.received_on, entry.answer_due, entry.answered_on, today),
    ]


def _name(settings: Settings, email: str) -> str:
    return Sentence("Le programme") if email == ROBOT else settings.colleague(email).name


# --- what the register says ----------------------------------------------------------------


def _shown(facts: Facts, settings: Settings) -> dict[str, list[tuple[str, str]]]:
    """The entry as people read it: the fields that are filled in, each with its value in words."""
    as_typed = as_form(facts)
    of_the_office = {
        "motive": settings.words.motives,
        "second_motive": settings.words.motives,
        "product": settings.words.products,
    }
    ours: dict[str, Mapping[str, str]] = {
        "client_kind": words.CLIENTS,
        "quality": words.COMPLAINANTS,
        "channel": words.CHANNELS,
        "basis": words.BASES,
        "competence": words.COMPETENCES,
        "gravity": {str(level): french for level, french in words.GRAVITIES.items()},
        "sensitive": {"on": "Oui, accès restreint"},
    }

    def said(name: str) -> str:
        value = as_typed[name]
        if value in ours.get(name, ()):
            return Sentence(ours[name][value])
        if name == "claimed_cents" and value:
            return f"{value} €"
        return of_the_office.get(name, {}).get(value, value)

    return {
        group: [(name, said(name)) for name in names if as_typed[name]]
        for group, names in GROUPS.items()
    }


# --- what happened meanwhile ---------------------------------------------------------------


def _since(lines: list[Entry], form: Form) -> list[Entry]:
    """The lines written after a page was shown, as far as its form says when that was."""
    seen = number(form.get("seq", ""))
    return [] if seen is None else [line for line in lines if line.seq > seen]


def _changes(line: Entry) -> list[tuple[str, str, str]]:
    """What a correction changed: field, before, after."""
    changes = (line.payload or {}).get("changes") or {}
    return [
        (FIELDS.get(name, name), _typed(name, before), _typed(name, after))
        for name, (before, after) in changes.items()
    ]


def _merged(
    form: Form, current: Mapping[str, str], since: list[Entry], settings: Settings
) -> tuple[dict[str, str], dict[str, str]]:
    """What somebody typed over what others changed meanwhile: nothing of either is lost. Where both
    changed the same field, what was typed stays and what the other wrote is said beside it.
    """
    typed = {name: value for name, value in form.items() if name in Facts.names()}
    faults: dict[str, str] = {}
    for line in since:
        for name, (before, _) in ((line.payload or {}).get("changes") or {}).items():
            if name not in typed or typed[name] == current[name]:
                continue
            if typed[name] == _typed(name, before):
                del typed[name]
                continue
            faults[name] = Sentence(
                "{who} a écrit « {words} » entre-temps. "
                "Votre saisie est gardée ici : vérifiez-la avant d’enregistrer.",
                who=_name(settings, line.actor),
                words=current[name],
            )
    return typed, faults


def _typed(name: str, value: object) -> str:
    """A value of the journal as the form shows it."""
    if isinstance(value, list):
        none = "Non précisé" if name == "persons_concerned" else "Aucun"
        return " ; ".join(map(str, value)) if value else none
    if name == "claimed_cents" and isinstance(value, int):
        return euros(value)
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)
