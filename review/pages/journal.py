"""The journal's lines, told as sentences, and the time line of a case."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from classifier.labels import Label
from config.taxonomies import CHANNELS, NATURES, OUTCOMES
from register.french import short_date
from register.model import (
    ActionState,
    Document,
    Entry,
    Information,
    Letter,
    LetterState,
    Message,
    Place,
    Remark,
)

# How a letter is called where it is spoken of.
LETTERS: Mapping[str, str] = {
    "acknowledgement": "accusé de réception",
    "answer_accepted": "réponse favorable",
    "answer_partial": "réponse favorable en partie",
    "answer_rejected": "réponse de rejet",
    "answer_explained": "réponse d’explication",
    "progress": "point d’avancement",
    "redirect": "réorientation",
    "invitation": "invitation à écrire",
    "false_alarm": "excuses pour un accusé envoyé à tort",
}
ACTION_STATES: Mapping[str, str] = {state: state.french for state in ActionState}
FIELDS: Mapping[str, str] = {
    "client_name": "nom du client",
    "client_email": "adresse électronique",
    "client_phone": "téléphone",
    "client_address": "adresse postale",
    "client_kind": "type de client",
    "complainant": "nom du réclamant",
    "quality": "qualité du réclamant",
    "subject": "objet",
    "demand": "demande",
    "claimed_cents": "montant réclamé",
    "contract_ref": "contrat",
    "product": "produit",
    "service": "service",
    "insurer": "compagnie",
    "claim_ref": "sinistre",
    "third_parties": "intervenants",
    "persons_concerned": "personnes visées",
    "motive": "motif",
    "second_motive": "second motif",
    "basis": "base de qualification",
    "competence": "entité compétente",
    "gravity": "gravité",
    "sensitive": "données sensibles",
    "language": "langue",
    "channel": "voie d’arrivée",
    "received_by": "reçue par",
}
_AWAITED = {
    "client": "attend une réponse du client",
    "third_party": "attend une réponse d’un tiers",
}
Payload = Mapping[str, Any]


def told(line: Entry, name: Callable[[str], str] = str) -> str:
    """A line of the journal as a sentence whose subject is whoever acted. ``name`` says who has an
    address.
    """
    payload = line.payload or {}
    if line.action == "assigned" and "to" in payload:
        return f"a confié le dossier à {name(payload['to'])}"
    say = SENTENCES.get(line.action)
    if say is None:
        return f"a fait : {line.action}"
    return say if isinstance(say, str) else say(payload)


def _plus(sentence: str, *keys: str) -> Callable[[Payload], str]:
    """A sentence with what the payload adds to it."""

    def say(payload: Payload) -> str:
        return " — ".join([sentence, *(str(payload[key]) for key in keys if payload.get(key))])

    return say


def _on(sentence: str, *keys: str) -> Callable[[Payload], str]:
    """A sentence with its day."""

    def say(payload: Payload) -> str:
        day = f" du {_day(payload['on'])}" if payload.get("on") else ""
        return _plus(f"{sentence}{day}", *keys)(payload)

    return say


def _letter(verb: str) -> Callable[[Payload], str]:
    """A sentence about a letter, with the reason where it waits."""

    def say(payload: Payload) -> str:
        kind = LETTERS.get(payload.get("letter", ""), "lettre")
        state = payload.get("state")
        sentence = f"{verb} : {kind}" + (f", {LetterState(state).french}" if state else "")
        return _plus(sentence, "because", "proof")(payload)

    return say


def _amended(payload: Payload) -> str:
    changed = ", ".join(FIELDS.get(name, name) for name in payload.get("changes", ()))
    return f"a corrigé l’entrée ({changed})" if changed else "a corrigé l’entrée"


def _decided(payload: Payload) -> str:
    label = payload.get("label")
    return (
        f"a classé le message : {Label(label).french.lower()}" if label else "a classé le message"
    )


def _answered(payload: Payload) -> str:
    outcome = OUTCOMES.get(payload.get("outcome", ""), "")
    return _on("a noté la réponse au client")(payload) + (f" — {outcome}" if outcome else "")


def _signed(payload: Payload) -> str:
    outcome = OUTCOMES.get(payload.get("outcome", ""), "")
    gesture = f", geste de {payload['gesture']} €" if payload.get("gesture") else ""
    return f"a signé la réponse ({outcome.lower()}{gesture})" if outcome else "a signé la réponse"


def _advanced(payload: Payload) -> str:
    before, after = (ACTION_STATES.get(payload.get(key, ""), "?") for key in ("from", "to"))
    return f"a fait avancer l’action : de « {before} » à « {after} »"


def _found_dysfunction(payload: Payload) -> str:
    return f"a noté : {NATURES.get(payload.get('nature', ''), 'dysfonctionnement').lower()}"


def _sent(payload: Payload) -> str:
    kind = LETTERS.get(payload.get("letter", ""), "lettre")
    state = payload.get("state")
    attempt = payload.get("attempt", 1)
    again = f" (essai n° {attempt})" if attempt and attempt > 1 else ""
    sentence = f"a traité la lettre : {kind}, {LetterState(state).french if state else '?'}{again}"
    return _plus(sentence, "answer")(payload)


# The action of a journal's line → what is told of it: « Claire Humbert … ».
SENTENCES: Mapping[str, str | Callable[[Payload], str]] = {
    "registered": "a inscrit la réclamation au registre",
    "amended": _amended,
    "requalified": _plus("a requalifié l’entrée", "reason"),
    "decided": _decided,
    "undone": "a annulé la décision",
    "queued": _letter("a préparé une lettre"),
    "released": _letter("a fait partir une lettre"),
    "cancelled": _letter("a annulé une lettre"),
    "posted": _letter("a noté une lettre postée"),
    "letter": _sent,
    "found": _letter("a retrouvé dans la boîte la copie d’une lettre"),
    "acknowledged": _on("a noté l’accusé donné autrement, daté", "proof"),
    "answered": _answered,
    "unanswered": "a retiré la réponse notée",
    "drafted": "a enregistré un brouillon de réponse",
    "submitted": "a soumis la réponse à la signature",
    "sent back": _plus("a renvoyé la réponse pour correction", "reason"),
    "signed first": "a signé la réponse ; une seconde signature est attendue (personne visée)",
    "signed": _signed,
    "unsigned": "a retiré la signature de la réponse",
    "assigned": _plus("a confié le dossier", "to"),
    "taken": "a pris le dossier en charge",
    "awaited": lambda payload: _AWAITED.get(payload.get("whom", ""), "a repris l’instruction"),
    "noted": "a laissé une note",
    "informed": _on("a noté une information donnée au client, datée"),
    "formalised": _on("a noté la mise par écrit de la réclamation, datée"),
    "redirected": _plus("a réorienté la réclamation", "to"),
    "mediation": _on("a noté la saisine du médiateur, datée"),
    "opinion": _on("a noté l’avis du médiateur, daté"),
    "litigation": _on("a noté le passage au contentieux, daté"),
    "held": _plus("a gelé la conservation du dossier", "reason"),
    "released hold": "a levé le gel de conservation",
    "merged": _plus("a fusionné ce doublon avec un autre dossier", "into"),
    "merged with": _plus("y a joint un doublon", "of"),
    "reopened": _plus("a rouvert le dossier", "reason"),
    "attached": _plus("a rangé un message dans le dossier"),
    "found dysfunction": _found_dysfunction,
    "withdrew dysfunction": _plus("a retiré un dysfonctionnement", "said"),
    "no dysfunction": "a dit qu’aucun dysfonctionnement n’est identifié",
    "no action": _plus("a dit qu’aucune action corrective n’est décidée", "reason"),
    "proposed": _plus("a proposé une action corrective", "said"),
    "advanced": _advanced,
    "colleague settled": "a enregistré un collaborateur",
    "colleague left": "a noté le départ d’un collaborateur",
    "absence declared": "a noté une absence",
    "absence withdrawn": "a retiré une absence",
    "closed": _plus("a clôturé le dossier", "reason"),
    "guarded": "a inscrit ce message le dernier jour du délai : une personne dit si c’en est une",
    "ack passed": "constate que le délai de l’accusé est dépassé",
    "answer passed": "constate que le délai de la réponse est dépassé",
    "returned": _letter("a lu un avis de non-remise"),
    "passed": _plus("a passé le message à un collègue", "to"),
    "put off": "a remis le message à plus tard",
    "proofs": "a exporté les preuves du dossier",
    "reviewed": "a noté la revue annuelle des réclamations",
    "stopped mail": _plus("a arrêté les envois automatiques", "reason"),
    "resumed mail": "a repris les envois automatiques",
    "template approved": "a approuvé un modèle de lettre",
    "model promoted": "a mis un nouveau modèle en service",
    "model refused": "a écarté un nouveau modèle",
    "canary": "a reconnu son message d’essai",
    "quarantined": _plus("a mis le message en quarantaine", "reason"),
    "lesson confirmed": "a confirmé une décision mise en doute",
    "lesson set aside": "a écarté une décision mise en doute de ce qui s’apprend",
    "model rolled back": "est revenu au modèle d’avant",
    "account opened": "a ouvert un compte",
    "invited": "a donné un lien d’invitation",
    "password chosen": "a choisi un mot de passe par un lien d’invitation",
    "second factor on": "demande un code de son téléphone à chaque connexion",
    "second factor off": "a retiré le code demandé à la connexion",
    "account disabled": "a fermé un compte",
    "password changed": "a changé un mot de passe",
    "liability told": "a noté la déclaration à l’assureur de responsabilité du cabinet",
    "paper kept": _plus("a versé un document au dossier", "name"),
    "calendar opened": "a créé une adresse d’agenda",
    "calendar closed": "a supprimé son adresse d’agenda",
    "exported": "a exporté le registre",
    "reported": "a établi le rapport annuel",
    "read": "a ouvert ce dossier à accès restreint",
    "erased": "a effacé des données personnelles",
    "purged": "a purgé des dossiers",
}


# --- the time line -------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """Something that happened to a case. ``what`` says in a word which kind of thing it is."""

    at: datetime
    what: str
    said: str
    who: str = ""
    href: str = ""
    hour: bool = True  # False: only the day is known
    words: str = ""  # at length, as somebody wrote them


@dataclass(frozen=True)
class Papers:
    """What a case's time line is put together from."""

    mails: Iterable[Message] = ()
    letters: Iterable[Letter] = ()
    remarks: Iterable[Remark] = ()
    informed: Iterable[Information] = ()
    lines: Collection[Entry] = ()
    documents: Iterable[tuple[Document, str]] = ()  # each with its address


# What is told better by the thing itself: the note, the information, the document.
_SHOWN_OTHERWISE = frozenset({"noted", "informed", "paper kept"})


def timeline(papers: Papers, zone: ZoneInfo, name: Callable[[str], str]) -> list[Event]:
    """Everything that happened to a case, the newest first. ``name`` says who has an address."""
    events = [
        *_mails(papers.mails),
        *_letters(papers.letters),
        *(
            Event(note.at, "Note", "a noté :", name(note.by), words=note.said)
            for note in papers.remarks
        ),
        *(_information(one, zone, name) for one in papers.informed),
        *_documents(papers, name),
        *(
            Event(line.at, "Journal", told(line, name), name(line.actor))
            for line in papers.lines
            if line.action not in _SHOWN_OTHERWISE
        ),
    ]
    return sorted(events, key=lambda event: event.at)[::-1]  # of one moment, the last written first


def _mails(mails: Iterable[Message]) -> Iterator[Event]:
    for mail in mails:
        ours = mail.place == Place.SENT
        yield Event(
            mail.received_at,
            "Courriel du cabinet" if ours else "Courriel reçu",
            mail.subject or "Sans objet",
            mail.sender_name or mail.sender_email,
            f"/message/{mail.id}",
        )


def _letters(letters: Iterable[Letter]) -> Iterator[Event]:
    for letter in letters:
        if letter.sent_at:
            how = "postée" if letter.posted_on else "partie"
            said = f"Lettre {how} : {LETTERS.get(letter.kind, letter.kind)}"
            yield Event(letter.sent_at, "Lettre", said, href=f"/lettres/{letter.id}")
        if letter.bounced_at:
            said = f"Lettre non remise : {letter.bounce or LETTERS.get(letter.kind, letter.kind)}"
            yield Event(letter.bounced_at, "Lettre", said, href=f"/lettres/{letter.id}")


def _information(one: Information, zone: ZoneInfo, name: Callable[[str], str]) -> Event:
    how = CHANNELS.get(one.channel, one.channel).lower()
    said = f"a informé le client ({how})"
    if one.new_date:
        said += f", nouvelle date annoncée : {short_date(one.new_date)}"
    noon = datetime.combine(one.on, time(12), zone)
    return Event(noon, "Information", said, name(one.by), hour=False, words=one.said)


def _documents(papers: Papers, name: Callable[[str], str]) -> Iterator[Event]:
    """Documents, each with what its line of the journal says of it."""
    kept = [line.payload for line in papers.lines if line.action == "paper kept" and line.payload]
    told = {payload.get("document"): payload for payload in kept}
    for one, href in papers.documents:
        if not one.name:
            yield Event(one.at, "Document", "a versé un document, effacé depuis", name(one.by))
            continue
        payload = told.get(one.id, {})
        said = " — ".join(
            word for word in ("a versé un document au dossier", one.kind, one.name) if word
        )
        if payload.get("on"):
            said += f", daté du {_day(payload['on'])}"
        words = str(payload.get("said", ""))
        yield Event(one.at, "Document", said, name(one.by), href, words=words)


def _day(iso: str) -> str:
    try:
        return short_date(date.fromisoformat(iso))
    except ValueError:
        return iso
