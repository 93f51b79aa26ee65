"""The register: its entries, one case with its dates and journal, and annexe I."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from classifier.text import fold
from config.taxonomies import CHANNELS
from register import complaints, journal, outbox
from register.claim import Stale
from register.complaints import Facts, missing
from register.export import about, annexe_one
from register.model import Complaint, Entry, LetterState, Place, State
from review.desk import Desk, Proof, Refused, Told
from review.facts import BadFacts, as_form, day, typed
from review.visit import NotThere, Visit, number

_STALE = (
    "Quelqu’un vient de modifier ce dossier : votre changement n’a pas été enregistré. "
    "Voici ce qu’il est devenu."
)


def listing(visit: Visit) -> Response:
    words = fold(visit.asked("mots")).split()
    with visit.database.read() as session:
        entries = complaints.every(session, state=visit.asked("etat"))
    found = [
        entry
        for entry in reversed(entries)
        if all(
            word
            in f"{entry.number} {entry.client_name} {entry.subject} {entry.contract_ref}".lower()
            for word in words
        )
    ]
    return visit.page(
        "register.html",
        entries=found,
        about=about,
        missing=missing,
        states={state.value: state.french for state in State},
        state=visit.asked("etat"),
        words=visit.asked("mots"),
    )


def export(visit: Visit) -> Response:
    with visit.database.begin() as session:
        document = annexe_one(complaints.every(session))
        act = journal.Act(visit.by, "exported", "register", {"format": "csv"})
        journal.record(session, act, visit.now)
    headers = {"Content-Disposition": f'attachment; filename="registre-{visit.now:%Y-%m-%d}.csv"'}
    return Response(document.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def case(visit: Visit) -> Response:
    return _case(visit)


def amend(visit: Visit) -> Response:
    name = str(visit.request.path_params["number"])
    version = number(visit.form.get("version", "")) or 0
    try:
        with visit.database.begin() as session:
            entry = complaints.named(session, name)
            if entry is None:
                raise NotThere
            facts = typed(complaints.facts_of(entry), visit.form)
            Desk(session, visit.settings, visit.now).amend(name, version, facts, visit.by)
    except BadFacts as error:
        return _case(visit, status=422, faults=error.faults)
    except Stale:
        return _case(visit, status=409, said=_STALE)
    return visit.see(f"/registre/{name}?fait=1")


def blank(visit: Visit) -> Response:
    """The form for a complaint that came by telephone, visit or post."""
    return _blank(visit)


def enter(visit: Visit) -> Response:
    form = visit.form
    try:
        facts = typed(Facts(), form)
        received = day(form, "received_on", needed=True)
        told = Told(
            facts,
            received or visit.now.date(),
            day(form, "sent_on", needed=False),
            form.get("note", "").strip(),
        )
        with visit.database.begin() as session:
            number = Desk(session, visit.settings, visit.now).enter(told, visit.by).number
    except BadFacts as error:
        return _blank(visit, status=422, faults=error.faults)
    except Refused as error:
        return _blank(visit, status=422, faults={"received_on": str(error)})
    return visit.see(f"/registre/{number}?fait=1")


def _blank(visit: Visit, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    today = visit.now.astimezone(visit.settings.office.zone).date().isoformat()
    empty = as_form(Facts()) | {"received_on": today, "sent_on": "", "note": ""}
    return visit.page(
        "entry.html",
        status,
        fields=empty | {"channel": "TELEPHONE"} | dict(visit.form),
        faults=faults or {},
        channels=CHANNELS,
    )


def acknowledged(visit: Visit) -> Response:
    """A person has acknowledged by post or by hand."""

    def note(desk: Desk, name: str, version: int) -> None:
        on = day(visit.form, "on", needed=True)
        said = visit.form.get("proof", "").strip()
        if on is None or not said:
            raise BadFacts({"on": "Dites quand, et ce qui le prouve."})
        desk.acknowledged(name, version, Proof(on, said[:300]), visit.by)

    return _change(visit, note)


def answered(visit: Visit) -> Response:
    """A mail that the office sent from elsewhere is the answer."""

    def note(desk: Desk, name: str, version: int) -> None:
        desk.answered(name, version, number(visit.form.get("message", "")) or 0, visit.by)

    return _change(visit, note)


def not_answered(visit: Visit) -> Response:
    def take_back(desk: Desk, name: str, version: int) -> None:
        desk.not_answered(name, version, visit.by)

    return _change(visit, take_back)


def _change(visit: Visit, change: Callable[[Desk, str, int], None]) -> Response:
    name = str(visit.request.path_params["number"])
    version = number(visit.form.get("version", "")) or 0
    try:
        with visit.database.begin() as session:
            change(Desk(session, visit.settings, visit.now), name, version)
    except (BadFacts, Refused) as error:
        return _case(visit, status=422, said=str(error))
    except Stale:
        return _case(visit, status=409, said=_STALE)
    return visit.see(f"/registre/{name}?fait=1")


def _case(visit: Visit, status: int = 200, **more: Any) -> Response:
    with visit.database.read() as session:
        entry = complaints.named(session, str(visit.request.path_params["number"]))
        if entry is None:
            raise NotThere
        mails = complaints.mails_of(session, entry)
        letters = outbox.of_complaint(session, entry)
        lines = journal.history(session, entry.number)
        origin = complaints.origin(session, entry)
        if origin:
            lines = [*journal.history(session, f"message {origin.id}"), *lines]
    return visit.page(
        "case.html",
        status,
        entry=entry,
        state=State(entry.state).french,
        missing=missing(entry),
        fields=_fields(visit, entry),
        channel=CHANNELS.get(entry.channel, entry.channel),
        mails=[mail for mail in mails if mail.place != Place.SENT],
        sent=[mail for mail in mails if mail.place == Place.SENT],
        letters=[(letter, LetterState(letter.state).french) for letter in letters],
        lines=[(line, told(line)) for line in sorted(lines, key=lambda line: line.seq)],
        faults=more.get("faults", {}),
        said=more.get("said", ""),
        saved=bool(visit.asked("fait")),
    )


def _fields(visit: Visit, entry: Complaint) -> dict[str, str]:
    facts = complaints.facts_of(entry)
    return as_form(facts) | {k: v for k, v in visit.form.items() if k in Facts.names()}


_ACTIONS = {
    "registered": "a inscrit la réclamation au registre",
    "amended": "a corrigé l’entrée",
    "requalified": "a requalifié l’entrée",
    "decided": "a décidé du message",
    "undone": "a annulé la décision",
    "queued": "a préparé l’accusé de réception",
    "released": "a fait partir une lettre",
    "cancelled": "a annulé une lettre",
    "acknowledged": "a noté un accusé donné autrement",
    "answered": "a noté la réponse au client",
    "unanswered": "a retiré la réponse notée",
    "found": "a retrouvé la copie d’une lettre dans la boîte",
    "letter": "a traité une lettre",
    "exported": "a exporté le registre",
    "quarantined": "a mis le message en quarantaine",
}


def told(line: Entry) -> str:
    """A line of the journal as a sentence."""
    payload = line.payload or {}
    sentence = _ACTIONS.get(line.action, line.action)
    if state := payload.get("state"):
        sentence += f" : {LetterState(state).french}"
    if changes := payload.get("changes"):
        sentence += f" ({', '.join(_FIELDS.get(name, name) for name in changes)})"
    for key in ("reason", "because", "answer", "proof"):
        if payload.get(key):
            sentence += f" — {payload[key]}"
    return sentence


_FIELDS = {
    "client_name": "nom du client",
    "client_email": "adresse",
    "subject": "objet",
    "contract_ref": "contrat",
    "product": "produit",
    "service": "service",
    "third_parties": "intervenants",
    "persons_concerned": "personnes visées",
    "motive": "motif",
}
