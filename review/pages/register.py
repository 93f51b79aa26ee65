"""The register: its entries, one case with its dates and journal, and annexe I."""

from starlette.responses import Response

from classifier.text import fold
from config.taxonomies import CHANNELS
from register import complaints, journal
from register.complaints import Facts, missing
from register.export import about, annexe_one
from register.model import State
from review.desk import Desk, Refused, Told
from review.facts import BadFacts, as_form, day, typed
from review.visit import Visit

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
        document = annexe_one(session, complaints.every(session))
        act = journal.Act(visit.by, "exported", "register", {"format": "csv"})
        journal.record(session, act, visit.now)
    headers = {"Content-Disposition": f'attachment; filename="registre-{visit.now:%Y-%m-%d}.csv"'}
    return Response(document.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def blank(visit: Visit) -> Response:
    """The form for a complaint that came by telephone, visit or post."""
    return _blank(visit)


def enter(visit: Visit) -> Response:
    form = visit.form
    try:
        facts = typed(Facts(), form, visit.settings.words)
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
