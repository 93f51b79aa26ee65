"""The people of the office are kept in the browser: who comes, changes, leaves, is away (P-16, P-26)."""

from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape

import pytest

from classifier.labels import Label
from config.rights import Act, Role
from config.staff import Absence, Colleague, Qualification
from register import complaints, journal
from register import staff as kept
from register.model import Complaint
from review import accounts
from review import staff as office
from review.desk import Desk
from review.pages.journal import SENTENCES
from tests.arrivals import arrive, decide
from tests.builders import a_mail
from tests.offices import CLERK, OFFICER
from tests.review.site import EMAIL, PASSWORD, site

ADVISER, NEW = "anne@cabinet.example", "nadia@cabinet.example"
NADIA = {
    "qui": "",
    "version": "0",
    "name": " Nadia  Roth ",
    "email": "Nadia@cabinet.example",
    "role": "conseiller",
    "ceiling": "1 200,50",
    "knows-0-AUTO": "on",
    "knows-0-MRH": "on",
    "since-0": "2026-01-01",
    "until-0": "2027-12-31",
}


@pytest.fixture
def people(settings):
    """The settings file's: a clerk, an adviser for everything, an officer, and at this browser the
    manager.
    """
    staff = (
        Colleague(name="Paul Petit", email=CLERK),
        Colleague(
            name="Anne Weber",
            email=ADVISER,
            role=Role.ADVISER,
            qualifications=(Qualification(products=("*",)),),
        ),
        Colleague(
            name="Marie Colin",
            email=OFFICER,
            role=Role.OFFICER,
            absences=(Absence(first=date(2026, 12, 21), last=date(2027, 1, 3)),),
        ),
        Colleague(name="Claire Humbert", email=EMAIL, role=Role.MANAGER),
    )
    return settings.model_copy(update={"staff": staff})


@pytest.fixture
def browser(database, people, now):
    with site(database, people, lambda: now) as opened:
        opened.sign_in()
        yield opened


@contextmanager
def at(database, people, now):
    """The desk as it is staffed now."""
    with database.begin() as session:
        yield Desk(session, kept.staffed(session, people), now)


def said(answer) -> str:
    return unescape(answer.text)


def a_complaint(database, settings, now, words="Personne ne me rappelle.") -> Complaint:
    number = arrive(database, settings, now, a_mail(words, sender=f"{len(words)}@courriel.example"))
    with database.begin() as session:
        decided = decide(session, kept.staffed(session, settings), now, number, Label.COMPLAINT)
        assert decided
        found = complaints.named(session, decided)
    assert found
    return found


# --- who is of the office ---------------------------------------------------------------------------


def test_a_colleague_is_added_and_may_at_once_what_the_role_allows(browser, database, people, now):
    assert "Ajouter un collaborateur" in said(browser.get("/administration"))
    assert browser.post("/administration/personne", NADIA).status == 303
    page = said(browser.get("/administration?fait=equipe"))
    assert "Nadia Roth" in page
    assert "L’équipe est enregistrée" in page
    with at(database, people, now) as desk:
        nadia = office.colleague(desk, NEW)
        assert nadia
        assert nadia.name == "Nadia Roth"
        assert nadia.gesture_ceiling is not None
        assert float(nadia.gesture_ceiling) == 1200.5
        [held] = nadia.qualifications
        assert (held.products, held.until) == (("AUTO", "MRH"), date(2027, 12, 31))
        assert desk.settings.may(NEW, Act.ACCEPT)
        assert not desk.settings.may(NEW, Act.REJECT)


def test_what_somebody_was_qualified_for_stays_provable(browser, database):
    """P-16: the journal keeps each state with its day, whatever is settled afterwards."""
    browser.post("/administration/personne", NADIA)
    later = {
        "qui": NEW,
        "version": "1",
        "name": "Nadia Roth",
        "role": "referent",
        "ceiling": "",
    }
    assert browser.post("/administration/personne", later).status == 303
    with database.read() as session:
        lines = [one for one in journal.history(session, NEW) if one.action == "colleague settled"]
    first, second = (one.payload or {} for one in lines)
    assert first["before"] is None
    assert second["before"] == first["after"]
    assert first["after"]["qualifications"][0]["until"] == "2027-12-31"
    assert (second["after"]["role"], second["after"]["qualifications"]) == ("referent", [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Écrivez le nom"),
        ({"name": "x" * 101}, "100 caractères"),
        ({"email": "nadia"}, "pas une adresse électronique"),
        ({"email": "nadia@cabinet.example, autre@cabinet.example"}, "pas une adresse électronique"),
        ({"email": CLERK}, "déjà celle d’un collaborateur"),
        ({"role": "roi"}, "Choisissez un rôle"),
        ({"ceiling": "beaucoup"}, "montant en euros"),
        ({"ceiling": "-3"}, "montant en euros"),
        ({"until-0": "2025-01-01"}, "La fin précède le début"),
        ({"since-0": "hier"}, "n’est pas une date"),
        ({"until-1": "2027-01-01"}, "Cochez au moins un produit"),
        ({"name": "x" * 30_000}, "au plus 20 000"),
    ],
)
def test_what_cannot_be_settled_is_said_beside_it(browser, database, people, now, changes, words):
    answer = browser.post("/administration/personne", NADIA | changes)
    assert answer.status == 422
    assert words in said(answer)
    with at(database, people, now) as desk:
        assert office.colleague(desk, NEW) is None


def test_a_change_come_too_late_is_refused(browser):
    browser.post("/administration/personne", NADIA)
    change = {"qui": NEW, "name": "Nadia", "role": "gestionnaire"}
    assert browser.post("/administration/personne", change | {"version": "1"}).status == 303
    late = browser.post("/administration/personne", change | {"version": "1", "name": "Trop tard"})
    assert late.status == 409
    assert "Trop tard" not in said(browser.get("/administration"))


def test_what_the_desk_settles_prevails_over_the_file(browser, database, people, now):
    page = said(browser.get(f"/administration/personne?qui={ADVISER}"))
    assert 'value="Anne Weber"' in page
    change = {"qui": ADVISER, "version": "0", "name": "Anne Weber", "role": "gestionnaire"}
    assert browser.post("/administration/personne", change).status == 303
    with at(database, people, now) as desk:
        assert not desk.settings.may(ADVISER, Act.ACCEPT)
        assert len(desk.settings.staff) == len(people.staff)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("personne", {"qui": EMAIL, "version": "0", "name": "Claire", "role": "referent"}),
        ("depart", {"qui": EMAIL}),
    ],
)
def test_nobody_shuts_themselves_out(browser, database, people, now, path, form):
    assert browser.post(f"/administration/{path}", form).status == 422
    with at(database, people, now) as desk:
        assert desk.settings.may(EMAIL, Act.ADMINISTER)


def test_who_works_alone_begins_with_oneself(database, settings, now):
    with site(database, settings, lambda: now) as browser:
        browser.sign_in()
        assert "Ajoutez-vous d’abord" in said(browser.get("/administration"))
        head = NADIA | {"role": "dirigeant"}
        refused = browser.post("/administration/personne", head)
        assert refused.status == 422
        assert "Ajoutez-vous d’abord" in said(refused)
        me = {"qui": "", "version": "0", "name": "Claire", "email": EMAIL, "role": "dirigeant"}
        assert browser.post("/administration/personne", me).status == 303
        assert browser.post("/administration/personne", head).status == 303


def test_who_left_is_given_nothing_and_cannot_come_in(browser, database, people, now):
    with database.begin() as session:
        accounts.add(session, ADVISER, "Anne Weber", PASSWORD, now)
    browser.post("/administration/depart", {"qui": ADVISER})
    assert "Partis" in said(browser.get("/administration"))
    assert a_complaint(database, people, now).responsible != ADVISER
    attempt = accounts.Attempt(ADVISER, PASSWORD)
    assert accounts.sign_in(database, attempt, now, 8) is None
    # … and comes back, by being settled again and invited.
    page = said(browser.get(f"/administration/personne?qui={ADVISER}"))
    assert "ne fait plus partie" in page
    back = {"qui": ADVISER, "version": "1", "name": "Anne Weber", "role": "conseiller"}
    assert browser.post("/administration/personne", back).status == 303
    link = said(browser.post("/administration/invitation", {"qui": ADVISER}))
    token = link.split("/invitation/")[1].split("<")[0]
    accounts.accept(database, token, "un tout autre secret", now)
    assert accounts.sign_in(database, accounts.Attempt(ADVISER, "un tout autre secret"), now, 8)


def test_nobody_is_invited_who_is_not_of_the_office(browser):
    assert browser.post("/administration/invitation", {"qui": "x@ailleurs.example"}).status == 404
    assert browser.get("/administration/personne?qui=x@ailleurs.example").status == 404


# --- who is away -------------------------------------------------------------------------------------


def test_while_somebody_is_away_the_substitute_is_given_what_comes(database, people, now):
    today = now.date()
    assert a_complaint(database, people, now).responsible == ADVISER
    with site(database, people, lambda: now) as browser:
        browser.sign_in()
        away = {"qui": ADVISER, "first": f"{today:%Y-%m-%d}", "last": f"{today:%d/%m/%Y}"}
        assert browser.post("/absence", away | {"substitute": EMAIL}).status == 303
        page = said(browser.get("/administration?fait=absence"))
        assert "L’absence est notée" in page
        assert a_complaint(database, people, now, "Rien n’avance.").responsible == EMAIL
        number = page.split("/absence/")[1].split("/")[0]
        assert browser.post(f"/absence/{number}/retirer", {}).status == 303
        assert a_complaint(database, people, now, "Toujours rien.").responsible == ADVISER
        assert browser.post(f"/absence/{number}/retirer", {}).status == 422


def test_everybody_says_their_own_absence_and_nobody_else_s(database, people, now):
    with database.begin() as session:
        accounts.add(session, CLERK, "Paul Petit", PASSWORD, now)
    days = {"first": "2026-12-01", "last": "2026-12-04", "page": "compte"}
    with site(database, people, lambda: now) as browser:
        browser.sign_in(email=CLERK)
        assert "Mes absences" in said(browser.get("/compte"))
        assert (
            browser.post("/absence", days | {"qui": CLERK})
            .headers["location"]
            .startswith("/compte")
        )
        assert browser.post("/absence", days | {"qui": OFFICER}).status == 422
        assert "01/12/2026" in said(browser.get("/compte"))
        with at(database, people, now) as desk:
            office.declare(desk, OFFICER, Absence(first=now.date(), last=now.date()), EMAIL)
        [theirs] = [one for one in declared(database) if one.email == OFFICER]
        assert browser.post(f"/absence/{theirs.id}/retirer", {}).status == 422
    assert {one.email for one in declared(database)} == {CLERK, OFFICER}


def declared(database):
    with database.read() as session:
        return kept.declared(session)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first": "2026-12-05"}, "finit avant de commencer"),
        ({"first": "", "last": ""}, "n’est pas une date"),
        ({"first": "2026-11-01", "last": "2026-11-02"}, "déjà finie"),
        ({"qui": OFFICER, "first": "2026-12-20", "last": "2026-12-22"}, "déjà notée"),
        ({"substitute": CLERK}, "Choisissez un autre collaborateur"),
        ({"substitute": "x@ailleurs.example"}, "Choisissez un autre collaborateur"),
        (
            {"first": "2026-12-30", "last": "2026-12-31", "substitute": OFFICER},
            "Marie Colin est absent",
        ),
        ({"qui": "x@ailleurs.example"}, "Seule une personne de l’équipe"),
    ],
)
def test_an_absence_that_cannot_be_is_said(browser, database, changes, words):
    days = {"qui": CLERK, "first": "2026-12-01", "last": "2026-12-04"}
    answer = browser.post("/absence", days | changes)
    assert answer.status == 422
    assert words in said(answer)
    assert not declared(database)


def test_who_comes_back_early_was_away_until_yesterday(database, people, now):
    first = now.date()
    with at(database, people, now) as desk:
        office.declare(desk, CLERK, Absence(first=first, last=first + timedelta(days=9)), EMAIL)
    [row] = declared(database)
    with at(database, people, now + timedelta(days=3)) as desk:
        office.withdraw(desk, row.id, CLERK)
    [row] = declared(database)
    assert (row.first, row.last) == (first, first + timedelta(days=2))
    with (
        at(database, people, now + timedelta(days=3)) as desk,
        pytest.raises(Exception, match="passée"),
    ):
        office.withdraw(desk, row.id, CLERK)


def test_every_deed_is_told_in_the_journal():
    deeds = {"colleague settled", "colleague left", "absence declared", "absence withdrawn"}
    assert deeds <= set(SENTENCES)


def test_the_manager_s_own_pages_are_nobody_else_s(database, people, now):
    with database.begin() as session:
        accounts.add(session, OFFICER, "Marie Colin", PASSWORD, now)
    with site(database, people, lambda: now) as browser:
        browser.sign_in(email=OFFICER)
        page = said(browser.get("/administration"))
        assert "Ajouter un collaborateur" not in page
        assert browser.get("/administration/personne").status == 403
        assert browser.post("/administration/personne", NADIA).status == 403
