"""What the forms of a case ask for: each reads what was typed and has the desk do it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from config.sentence import Sentence
from config.taxonomies import CHANNELS
from register import complaints, outbox
from register.model import Document
from review import answering, closing, conduct
from review.answering import Draft, Elsewhere
from review.closing import Found, Remedy
from review.conduct import Paper, Told
from review.desk import Desk, Proof, Refused, Seen
from review.facts import BadFacts, as_form, cents, day, typed
from review.visit import NotThere, Upload, number

Form = Mapping[str, str]
Do = Callable[[Desk, Seen, Form], object]

LANGUAGES: Mapping[str, str] = {"fr": "Français", "de": "Allemand", "en": "Anglais"}
# By which ways a letter leaves, and by which a client may be told something.
_LETTER_WAYS = ("COURRIEL", "COURRIER", "LRAR")
_OTHER_WAYS = ("TELEPHONE", "VISITE", "ESPACE_CLIENT", "MESSAGERIE")
BY_LETTER: Mapping[str, str] = {code: CHANNELS[code] for code in _LETTER_WAYS}
TOLD_BY: Mapping[str, str] = {code: CHANNELS[code] for code in _LETTER_WAYS + _OTHER_WAYS}
_LONGEST = 20_000
_MOST_CENTS = 2**31 - 1  # as wide as the column


def read(form: Form) -> None:
    """Raise ``BadFacts`` for what no form of ours may hold."""
    faults: dict[str, str] = {
        name: Sentence("{n} caractères : au plus 20 000, merci d’abréger.", n=len(value))
        for name, value in form.items()
        if len(value) > _LONGEST
    }
    if faults:
        raise BadFacts(faults)


# --- the register's own fields -------------------------------------------------------------


def _amend(desk: Desk, seen: Seen, form: Form) -> None:
    entry = complaints.named(desk.session, seen.number)
    if entry is None:
        raise NotThere
    facts = complaints.facts_of(desk.session, entry)
    shown = as_form(facts)
    # A code that the office does not offer any more may stay, it is only not chosen anew.
    changed = {name: value for name, value in form.items() if value != shown.get(name)}
    if changed.get("language", "fr") not in LANGUAGES:
        raise BadFacts({"language": "Le programme écrit en français, en allemand ou en anglais."})
    desk.amend(seen.number, seen.version, typed(facts, changed, desk.settings.words), seen.by)


def _acknowledged(desk: Desk, seen: Seen, form: Form) -> None:
    said = form.get("proof", "").strip()
    if not said:
        raise BadFacts({"proof": "Dites ce qui prouve l’accusé."})
    desk.acknowledged(seen.number, seen.version, Proof(_day(form, "on"), said[:300]), seen.by)


# --- its conduct ---------------------------------------------------------------------------


def _inform(desk: Desk, seen: Seen, form: Form) -> None:
    new = day(form, "new_date", needed=False)
    said = Told(_day(form, "on"), _code(form, "channel", TOLD_BY), form.get("said", ""), new)
    conduct.inform(desk, seen, said)


def _write_to(desk: Desk, seen: Seen, form: Form) -> None:
    new = day(form, "new_date", needed=False)
    words = {name: form[name] for name in ("done", "remaining", "cause") if form.get(name)}
    if new:
        words["new_date"] = new.isoformat()
    conduct.write_to(desk, seen, form.get("kind", ""), words)


def _redirect(desk: Desk, seen: Seen, form: Form) -> None:
    asked = ("why", "address", "their_mediator", "still_done")
    words = {name: form[name] for name in asked if form.get(name)}
    conduct.redirect(desk, seen, form.get("to", ""), words)


def _letter(desk: Desk, seen: Seen, form: Form) -> int:
    """The letter of this very case that a form is about."""
    complaint = desk.known(seen.number, seen.version)
    wanted = _row(form, "letter")
    if wanted not in [letter.id for letter in outbox.of_complaint(desk.session, complaint)]:
        raise Refused("Cette lettre n’est pas de ce dossier.")
    return wanted


def _posted(desk: Desk, seen: Seen, form: Form) -> None:
    conduct.posted(
        desk, _letter(desk, seen, form), _day(form, "on"), form.get("proof", ""), seen.by
    )


# --- its answer ----------------------------------------------------------------------------


def _draft(desk: Desk, seen: Seen, form: Form) -> None:
    """Points are ticked by their words: a line put in between moves no tick."""
    lines = (line.strip() for line in form.get("points", "").splitlines())
    points = tuple(dict.fromkeys(line[:500] for line in lines if line))[:50]
    ticked = {value for name, value in form.items() if name.startswith("met-")}
    answering.draft(
        desk,
        seen,
        Draft(
            outcome=form.get("outcome", ""),
            summary=form.get("summary", "").strip(),
            body=form.get("body", "").strip(),
            points=points,
            points_met=frozenset(at for at, point in enumerate(points) if point in ticked),
            words={name: form.get(name, "")[:5000] for name in answering.PARTS},
            gesture_cents=_amount(form, "gesture"),
            compensation_cents=_amount(form, "compensation"),
            channel=_code(form, "channel", BY_LETTER),
        ),
    )


def _record(desk: Desk, seen: Seen, form: Form, document_id: int | None = None) -> None:
    answering.record(
        desk,
        seen,
        Elsewhere(
            on=day(form, "on", needed=False),
            outcome=form.get("outcome", ""),
            summary=form.get("summary", "").strip()[:2000],
            recourse=bool(form.get("recourse")),
            channel=_code(form, "channel", TOLD_BY),
            message_id=_row(form, "message") or None,
            document_id=document_id,
            gesture_cents=_amount(form, "gesture"),
            compensation_cents=_amount(form, "compensation"),
        ),
    )


def _record_with(paper: Upload, desk: Desk, seen: Seen, form: Form) -> None:
    """An answer and the document that proves it, both or neither."""
    kind = form.get("kind") or "réponse au client"
    kept = join(paper, desk, seen, {"kind": kind})
    _record(desk, replace(seen, version=seen.version + 1), form, kept.id)


# --- its papers ----------------------------------------------------------------------------

# What a paper usually is; another word may be typed.
PAPERS = (
    "lettre du client",
    "pièce du client",
    "réponse au client",
    "accusé de réception postal",
    "lettre de l’assureur",
    "rapport d’expertise",
    "procuration ou mandat",
)


def join(paper: Upload, desk: Desk, seen: Seen, form: Form) -> Document:
    """Keep a document that came with a form. Raises ``BadFacts`` where it cannot be kept."""
    on = day(form, "document_on", needed=False)
    kept = Paper(paper.name, paper.data, form.get("kind", ""), on, form.get("document_said", ""))
    try:
        return conduct.keep_paper(desk, seen, kept)
    except Refused as error:
        raise BadFacts({"document": str(error)}) from error


def _no_document(desk: Desk, seen: Seen, form: Form) -> None:
    raise BadFacts({"document": "Choisissez le document à joindre : aucun fichier n’est venu."})


# --- what it teaches -----------------------------------------------------------------------


def _find(desk: Desk, seen: Seen, form: Form) -> None:
    closing.find(
        desk,
        seen,
        Found(
            nature=form.get("nature", ""),
            said=form.get("said", ""),
            process=form.get("process", ""),
            cause=form.get("cause", ""),
            gravity=number(form.get("gravity", "2")) or 0,
            recurrence=form.get("recurrence") or "ISOLE",
            due_to=form.get("due_to", ""),
        ),
    )


def _propose(desk: Desk, seen: Seen, form: Form) -> None:
    desk.known(seen.number, seen.version)
    ticked = (number(name.removeprefix("finding-")) for name in form if name.startswith("finding-"))
    closing.propose(
        desk,
        Remedy(
            kind=form.get("kind", ""),
            said=form.get("said", ""),
            owner=form.get("owner", ""),
            due_on=day(form, "due_on", needed=False),
            criterion=form.get("criterion", ""),
            check_on=day(form, "check_on", needed=False),
            findings=tuple(row for row in ticked if row and row <= _MOST_CENTS),
        ),
        seen.by,
    )


# --- what was typed ------------------------------------------------------------------------


def _day(form: Form, name: str) -> date:
    found = day(form, name, needed=True)
    assert found is not None
    return found


def _amount(form: Form, name: str) -> int:
    try:
        amount = cents(form.get(name, "")) or 0
    except ValueError as error:
        raise BadFacts({name: "Ce montant ne se lit pas : écrivez 1 234,56."}) from error
    if amount > _MOST_CENTS:
        raise BadFacts({name: "Ce montant dépasse ce que le registre peut garder : vérifiez-le."})
    return amount


def _code(form: Form, name: str, known: Mapping[str, str]) -> str:
    code = form.get(name) or "COURRIEL"
    if code not in known:
        raise BadFacts({name: "Choisissez une des voies proposées."})
    return code


def _row(form: Form, name: str) -> int:
    """The number of a row; 0 for none and for what cannot be one."""
    row = number(form.get(name, "")) or 0
    return row if row <= _MOST_CENTS else 0


# What a form's address asks for, step by step.
ACTS: Mapping[str, tuple[Do, ...]] = {
    "corriger": (_amend,),
    "accuse": (_acknowledged,),
    "envoyer": (lambda desk, seen, form: desk.release(_letter(desk, seen, form), seen.by),),
    "retirer-lettre": (lambda desk, seen, form: desk.cancel(_letter(desk, seen, form), seen.by),),
    "postee": (_posted,),
    "prendre": (lambda desk, seen, form: conduct.take(desk, seen),),
    "confier": (lambda desk, seen, form: conduct.hand_over(desk, seen, form.get("to", "")),),
    "attendre": (lambda desk, seen, form: conduct.wait_for(desk, seen, form.get("whom", "")),),
    "noter": (
        lambda desk, seen, form: conduct.remark(desk, seen.number, form.get("said", ""), seen.by),
    ),
    "informer": (_inform,),
    "ecrire": (_write_to,),
    "ecrite": (lambda desk, seen, form: conduct.formalised(desk, seen, _day(form, "on")),),
    "reorienter": (_redirect,),
    "mediation": (lambda desk, seen, form: conduct.seized(desk, seen, _day(form, "on")),),
    "avis": (
        lambda desk, seen, form: conduct.opinion(
            desk, seen, _day(form, "on"), form.get("said", "")
        ),
    ),
    "contentieux": (lambda desk, seen, form: conduct.litigation(desk, seen, _day(form, "on")),),
    "assureur-rc": (lambda desk, seen, form: conduct.liability_told(desk, seen, _day(form, "on")),),
    "geler": (lambda desk, seen, form: conduct.hold(desk, seen, form.get("because", "")),),
    "requalifier": (
        lambda desk, seen, form: conduct.requalify(desk, seen, form.get("because", "")),
    ),
    "fusionner": (lambda desk, seen, form: conduct.merge(desk, seen, form.get("into", "")),),
    "rouvrir": (lambda desk, seen, form: conduct.reopen(desk, seen, form.get("because", "")),),
    "brouillon": (_draft,),
    "soumettre": (_draft, lambda desk, seen, form: answering.submit(desk, seen)),
    "signer": (_draft, lambda desk, seen, form: answering.sign(desk, seen)),
    "renvoyer": (
        lambda desk, seen, form: answering.send_back(desk, seen, form.get("why", "").strip()[:500]),
    ),
    "retirer-signature": (lambda desk, seen, form: answering.unsign(desk, seen),),
    "joindre": (_no_document,),
    "reponse": (_record,),
    "sans-reponse": (lambda desk, seen, form: answering.take_back(desk, seen),),
    "constat": (_find,),
    "aucun-constat": (lambda desk, seen, form: closing.none_found(desk, seen),),
    "retirer-constat": (
        lambda desk, seen, form: closing.withdraw(desk, seen, _row(form, "finding")),
    ),
    "action": (_propose,),
    "sans-action": (
        lambda desk, seen, form: closing.no_action(desk, seen, form.get("because", "")),
    ),
    "cloturer": (lambda desk, seen, form: closing.close(desk, seen, form.get("because", "")),),
}


# … and what it asks for when a document came with it.
_WITH_DOCUMENT: Mapping[str, Callable[[Upload, Desk, Seen, Form], object]] = {
    "joindre": join,
    "reponse": _record_with,
}


def steps(what: str, form: Form, document: Upload | None = None) -> tuple[Do, ...]:
    """What is to be done, each step a transaction of its own: what somebody wrote is kept even where
    it may not be signed yet. A form that holds no text asks for the last step only.
    """
    if document and what in _WITH_DOCUMENT:
        return (partial(_WITH_DOCUMENT[what], document),)
    asked = ACTS.get(what, ())
    return asked if "body" in form else asked[-1:]
