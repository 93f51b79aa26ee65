"""The register: its entries, one case with its dates and journal, and annexe I."""

from urllib.parse import urlencode

from starlette.responses import Response

from config.rights import Act
from config.taxonomies import CHANNELS
from register import complaints, search
from register import listing as listings
from register.complaints import Facts, missing
from register.export import Format, Kind, about
from register.listing import Wanted, next_limit
from register.model import State
from register.search import LONGEST
from review.desk import Desk, Refused, Seen, Told
from review.facts import BadFacts, as_form, day, typed
from review.pages.acts import join
from review.visit import Visit, number

_STALE = (
    "Quelqu’un vient de modifier ce dossier : votre changement n’a pas été enregistré. "
    "Voici ce qu’il est devenu."
)


_FILTERS = ("mots", "etat", "responsable", "avant", "produit", "motif", "annee", "retard")


def listing(visit: Visit) -> Response:
    sensitive = visit.settings.may(visit.by, Act.READ_SENSITIVE)
    try:
        before, fault = day(visit.request.query_params, "avant", needed=False), ""
    except BadFacts as error:
        before, fault = None, error.faults["avant"]
    wanted = Wanted(
        words=visit.asked("mots")[:LONGEST],
        state=visit.asked("etat"),
        responsible=visit.asked("responsable"),
        due_before=before,
        product=visit.asked("produit"),
        motive=visit.asked("motif"),
        year=_year(visit.asked("annee")),
        late=bool(visit.asked("retard")),
        sensitive=sensitive,
        after=visit.asked("suite"),
    )
    today = visit.now.astimezone(visit.settings.office.zone).date()
    with visit.database.read() as session:
        found = listings.listing(session, wanted, today)
        extracts = search.extracts(session, found.rows, wanted.words) if wanted.words else {}
        years = listings.years(session)
    asked = {name: visit.asked(name) for name in _FILTERS}
    said = {name: value for name, value in asked.items() if value}
    return visit.page(
        "register.html",
        entries=found.rows,
        extracts=extracts,
        next_page=urlencode(said | {"suite": found.after}) if found.after else "",
        asked=asked,
        fault=fault,
        narrowed=bool(said),
        further=bool(said.keys() - {"mots", "etat", "retard"}),
        years=years,
        colleagues={one.email: one.name for one in visit.settings.staff},
        next_limit=next_limit,
        about=about,
        missing=missing,
        states={state.value: state.french for state in State},
        may_export=visit.settings.may(visit.by, Act.EXPORT),
        may_read_sensitive=sensitive,
        kinds={
            Kind.ANNEXE.value: "Annexe I",
            Kind.CONTROL.value: "Toutes les colonnes, pour un contrôle",
        },
        forms=list(Format),
    )


def _year(said: str) -> int | None:
    year = number(said)
    return year if year and year < 9999 else None


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
            desk = Desk(session, visit.settings, visit.now)
            entry = desk.enter(told, visit.by)
            number = entry.number
            if visit.document:
                seen = Seen(number, entry.version, visit.by)
                join(visit.document, desk, seen, {"kind": "lettre du client"})
    except BadFacts as error:
        return _blank(visit, status=422, faults=error.faults)
    except Refused as error:
        return _blank(visit, status=422, faults={"received_on": str(error)})
    return visit.see(f"/registre/{number}?fait=1")


def _blank(visit: Visit, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    today = visit.now.astimezone(visit.settings.office.zone).date().isoformat()
    empty = as_form(Facts()) | {"received_on": today, "sent_on": "", "note": ""}
    with visit.database.read() as session:
        usual = complaints.usual_products(session)
    return visit.page(
        "entry.html",
        status,
        fields=empty | {"channel": "TELEPHONE"} | dict(visit.form),
        faults=faults or {},
        posted="nouvelle",
        channels=CHANNELS,
        usual=usual,
    )
