"""The people of the office in the browser: who they are, what they may do, when they are away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from config.rights import Role
from config.sentence import Sentence
from config.staff import EVERYTHING, Absence, Colleague, Qualification
from config.values import email_address
from register import staff as kept
from register.calendar import civil_date
from register.database import Session
from review import accounts
from review import staff as office
from review.desk import Desk, Refused
from review.facts import BadFacts, cents, day
from review.pages.acts import read
from review.visit import NotThere, Visit, number

SOON = timedelta(days=60)  # before a qualification ends: time to renew it
_LONGEST_NAME = 100
_MOST = 20  # groups of products that one form holds
_HOME = "/administration"


@dataclass(frozen=True)
class Shown:
    """An absence of today or to come, as a list shows it."""

    who: Colleague
    absence: Absence
    substitute: str  # name; "" for nobody in particular
    clash: bool  # the substitute is away as well
    number: int  # by which it is withdrawn; 0: it stands in the settings file


def absences(visit: Visit, session: Session, of: str = "") -> list[Shown]:
    """Those of everybody, or ``of`` one address, the first to come first."""
    today = civil_date(visit.now, visit.settings.office.zone)
    people = {one.email: one for one in visit.settings.staff}
    numbers = {(row.email, row.first, row.last): row.id for row in kept.declared(session)}
    found = []
    for one in people.values():
        for absence in one.absences:
            if absence.last < today or (of and one.email != of):
                continue
            other = people.get(absence.substitute or "")
            clash = other is not None and any(office.meet(absence, each) for each in other.absences)
            number = numbers.get((one.email, absence.first, absence.last), 0)
            name = other.name if other else absence.substitute or ""
            found.append(Shown(one, absence, name, clash, number))
    return sorted(found, key=lambda shown: shown.absence.first)


def qualified(one: Colleague, today: date) -> Iterator[tuple[Qualification, bool, str]]:
    """Each qualification, whether it is for all products, and « échue », « finit bientôt » or ""."""
    for known in one.qualifications:
        state = ""
        if known.until and known.until < today:
            state = "échue"
        elif known.until and known.until - today <= SOON:
            state = "finit bientôt"
        yield known, EVERYTHING in known.products, state


def show(visit: Visit) -> Response:
    """The form for somebody new, or for the colleague that the address names."""
    return _page(visit, visit.asked("qui"))


def settle(visit: Visit) -> Response:
    known = visit.form.get("qui", "")
    try:
        read(visit.form)
        version = number(visit.form.get("version", "")) or 0
        with visit.database.begin() as session:
            desk = Desk(session, visit.settings, visit.now)
            office.settle(
                desk, _typed(visit, office.colleague(desk, known), known), version, visit.by
            )
    except BadFacts as error:
        return _page(visit, known, status=422, faults=error.faults)
    except Refused as error:
        return _page(visit, known, status=422, said=str(error))
    return visit.see(f"{_HOME}?fait=equipe")


def leave(visit: Visit) -> Response:
    with visit.database.begin() as session:
        desk = Desk(session, visit.settings, visit.now)
        office.leave(desk, visit.form.get("qui", ""), visit.by)
    return visit.see(f"{_HOME}?fait=depart")


def invite(visit: Visit) -> Response:
    """A link by which a colleague chooses a password: shown once, to be handed over."""
    email = visit.form.get("qui", "")
    with visit.database.begin() as session:
        one = office.colleague(Desk(session, visit.settings, visit.now), email)
        if one is None:
            raise NotThere
        token = accounts.invite(session, one.email, one.name, visit.now)
    place = visit.settings.web.public_url.rstrip("/") or str(visit.request.base_url).rstrip("/")
    return _page(visit, email, link=f"{place}/invitation/{token}")


def declare_absence(visit: Visit) -> Response:
    """One's own, from one's account; anybody's, from the settings page."""
    try:
        with visit.database.begin() as session:
            desk = Desk(session, visit.settings, visit.now)
            who = visit.form.get("qui", "") or visit.by
            office.declare(desk, who, _typed_absence(visit.form), visit.by)
    except BadFacts as error:
        # Whole sentences of a small form, said above it.
        raise Refused(Sentence("{fault} Rien n’a été noté.", fault=error.args[0])) from error
    return visit.see(_back(visit, "absence"))


def withdraw_absence(visit: Visit) -> Response:
    with visit.database.begin() as session:
        office.withdraw(Desk(session, visit.settings, visit.now), visit.id(), visit.by)
    return visit.see(_back(visit, "retour"))


def _back(visit: Visit, done: str) -> str:
    """Where what was done is said: at the head of the settings, or beside one's own absences."""
    if visit.form.get("page") == "compte":
        return f"/compte?fait={done}#absences"
    return f"{_HOME}?fait={done}"


def _typed_absence(form: Mapping[str, str]) -> Absence:
    first, last = (day(form, name, needed=True) for name in ("first", "last"))
    assert first is not None
    assert last is not None
    if last < first:
        raise BadFacts({"last": "L’absence finit avant de commencer."})
    return Absence(first=first, last=last, substitute=form.get("substitute") or None)


_FAULTS = {
    "name": "Écrivez le nom, en 100 caractères au plus.",
    "email": "Ce n’est pas une adresse électronique (attendu : nom@domaine.fr).",
    "taken": "Cette adresse est déjà celle d’un collaborateur : modifiez-le.",
    "role": "Choisissez un rôle.",
    "ceiling": "Écrivez un montant en euros, par exemple 150.",
    "products": "Cochez au moins un produit.",
    "order": "La fin précède le début.",
}


def _typed(visit: Visit, before: Colleague | None, known: str) -> Colleague:
    """The colleague that the form describes. Raises ``BadFacts``."""
    form = visit.form
    faults: dict[str, str] = {}
    name = " ".join(form.get("name", "").split())
    if not name or len(name) > _LONGEST_NAME:
        faults["name"] = _FAULTS["name"]
    email = _address(visit, known, faults)
    role = form.get("role", "")
    if role not in {one.value for one in Role}:
        faults["role"] = _FAULTS["role"]
    ceiling = _ceiling(form, faults)
    qualifications = _qualifications(visit, faults)
    if faults:
        raise BadFacts(faults)
    return Colleague(
        name=name,
        email=email,
        role=Role(role),
        qualifications=qualifications,
        rights=before.rights if before else (),
        gesture_ceiling=ceiling,
    )


def _address(visit: Visit, known: str, faults: dict[str, str]) -> str:
    if known:
        return known
    email = visit.form.get("email", "").strip()
    try:
        email = email_address(email)
    except ValueError:
        faults["email"] = _FAULTS["email"]
    if email in {one.email for one in visit.settings.staff}:
        faults["email"] = _FAULTS["taken"]
    return email


def _ceiling(form: Mapping[str, str], faults: dict[str, str]) -> Decimal | None:
    try:
        amount = cents(form.get("ceiling", ""))
    except ValueError:
        faults["ceiling"] = _FAULTS["ceiling"]
        return None
    return None if amount is None else Decimal(amount) / 100


def _qualifications(visit: Visit, faults: dict[str, str]) -> tuple[Qualification, ...]:
    """Groups of products ticked together, each with its days; a group left blank is none."""
    found = []
    for n in range(_MOST):
        offered = (EVERYTHING, *visit.settings.words.products)
        products = tuple(code for code in offered if visit.form.get(f"knows-{n}-{code}"))
        try:
            since, until = (
                day(visit.form, f"{end}-{n}", needed=False) for end in ("since", "until")
            )
        except BadFacts as error:
            faults.update(error.faults)
            continue
        if since and until and until < since:
            faults[f"until-{n}"] = _FAULTS["order"]
        elif products:
            found.append(Qualification(products=products, since=since, until=until))
        elif since or until:
            faults[f"since-{n}"] = _FAULTS["products"]
    return tuple(found)


def _page(visit: Visit, email: str, **more: Any) -> Response:
    with visit.database.read() as session:
        one = office.colleague(Desk(session, visit.settings, visit.now), email)
        row = kept.settled(session, email)
    if email and one is None and row is None:
        raise NotThere
    gone = one is None and row is not None
    if gone and row is not None:
        one = Colleague.model_validate(row.settled)
    version = row.version if row else 0
    status = more.pop("status", 200)
    fields = _as_form(one) if status == 200 else dict(visit.form)
    return visit.page(
        "administration_person.html",
        status,
        one=one,
        gone=gone,
        version=version if status == 200 else number(visit.form.get("version", "")) or 0,
        fields=_BLANK | fields,
        faults=more.get("faults", {}),
        said=more.get("said", ""),
        link=more.get("link", ""),
        groups=min(_MOST, _groups(fields) + 1),
        roles={role.value: role.french for role in Role},
    )


def _groups(fields: Mapping[str, str]) -> int:
    """How many groups of products hold something."""
    held = [n for n in range(_MOST) for name in fields if fields[name] and f"-{n}" in name]
    return max(held, default=-1) + 1


_BLANK = {"name": "", "email": "", "role": Role.CLERK.value, "ceiling": ""}


def _as_form(one: Colleague | None) -> dict[str, str]:
    """What the form shows of a colleague."""
    if one is None:
        return {}
    ceiling = one.gesture_ceiling
    form = {
        "name": one.name,
        "role": one.role.value,
        "ceiling": "" if ceiling is None else f"{ceiling.normalize():f}".replace(".", ","),
    }
    for n, held in enumerate(one.qualifications[:_MOST]):
        form[f"since-{n}"] = held.since.isoformat() if held.since else ""
        form[f"until-{n}"] = held.until.isoformat() if held.until else ""
        form |= {f"knows-{n}-{code}": "on" for code in held.products}
    return form
