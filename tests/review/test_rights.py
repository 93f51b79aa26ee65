"""Rights are enforced where the pages are served, whatever the pages show (regulation §5.9)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from classifier.labels import Label
from config.rights import RIGHTS, Role
from register import journal
from register.database import Database, open_database
from register.model import Complaint
from review import accounts
from review.web import PAGES, PUBLIC
from tests.arrivals import arrive, decide
from tests.builders import a_mail
from tests.conftest import NOON, an_office
from tests.offices import ADVISER, CLERK, MANAGER, OFFICER, staffed
from tests.review.site import PASSWORD, Browser, site

PEOPLE = {
    Role.CLERK: CLERK,
    Role.ADVISER: ADVISER,
    Role.OFFICER: OFFICER,
    Role.MANAGER: MANAGER,
}


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('rights')}/desk.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browsers(register, tmp_path_factory) -> Iterator[dict[Role | None, Browser]]:
    """One browser for each role, and one of somebody who is nobody."""
    with everybody(register, tmp_path_factory.mktemp("models")) as known:
        yield known


@contextmanager
def everybody(register: Database, folder: Path) -> Iterator[dict[Role | None, Browser]]:
    settings = staffed(an_office(folder))
    with site(register, settings, lambda: NOON) as nobody:
        with register.begin() as session:
            for email in PEOPLE.values():
                if email != ADVISER:  # the site has opened hers
                    accounts.add(session, email, email, PASSWORD, NOON)
        known: dict[Role | None, Browser] = {None: nobody}
        for role, email in PEOPLE.items():
            known[role] = Browser(nobody.port)
            assert known[role].sign_in(email=email).status == 303
        yield known


def ask(browser: Browser, path: str, method: str):
    path = re.sub(r"\{format\}", "csv", path)
    path = re.sub(r"\{\w+(:\w+)?\}", "999999", path)
    return browser.get(path) if method == "GET" else browser.post(path, {})


_APART = ("/deconnexion", "/evenements")  # one signs out, the other never ends
ROUTES = [one for one in PAGES if one.path not in (*PUBLIC, *_APART)]


@pytest.mark.parametrize("page", ROUTES, ids=lambda page: f"{page.method} {page.path}")
@pytest.mark.parametrize("role", [None, *Role])
def test_each_page_lets_in_whom_it_may(browsers, role, page):
    answer = ask(browsers[role], page.path, page.method)
    if role is None:
        assert (answer.status, answer.headers["location"]) == (303, "/connexion")
    elif page.act is None or role in RIGHTS[page.act]:
        assert "Réservé" not in answer.text
        assert answer.status in (200, 303, 404, 409, 422), answer.text
    else:
        assert answer.status == 403
        assert page.act.value in answer.text


def test_what_changes_something_names_its_right():
    """A change that is anybody's is so on purpose: say it here."""
    anybodys = {
        "/registre/{number}/{act}",  # each act asks for its own right at the desk
        "/lettres/arreter",  # to stop too early costs an hour
        "/lettres/reprendre",
        "/echeances",  # one's own
        "/compte/mot-de-passe",
        "/compte/code",
        "/compte/sans-code",
        "/compte/langue",
        "/compte/fermer",
        "/absence",  # one's own; the desk asks for the right to say another's
        "/absence/{id:int}/retirer",
        "/deconnexion",
    }
    unnamed = {one.path for one in PAGES if one.method == "POST" and one.act is None}
    assert unnamed - set(PUBLIC) == anybodys


# --- files with sensitive data ----------------------------------------------------------------


@pytest.fixture(scope="module")
def restricted(register, browsers, tmp_path_factory) -> tuple[int, str]:
    """A mail about somebody's health, and its file."""
    settings = an_office(tmp_path_factory.mktemp("office"))
    mail = a_mail("Ma sclérose ne vous regarde pas.", "Zébulon et ma sclérose")
    message_id = arrive(register, settings, NOON, mail)
    with register.begin() as session:
        number = decide(session, settings, NOON, message_id, Label.COMPLAINT)
    with register.begin() as session:
        entry = session.query(Complaint).one()
        entry.sensitive, entry.subject = True, "Zébulon"
    assert number
    return message_id, number


PATHS = ("/registre/{1}", "/message/{0}", "/message/{0}/original", "/message/{0}/forme",
         "/lettres/1", "/lettres/1/forme")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_sensitive_file_opens_for_those_who_may_and_for_them_only(browsers, restricted, path):
    address = path.format(*restricted)
    for role in (Role.CLERK, Role.ADVISER):
        answer = browsers[role].get(address)
        assert answer.status == 403
        assert "accès restreint" in answer.text
        assert "sclérose" not in answer.text
        assert "Zébulon" not in answer.text
    assert browsers[Role.OFFICER].get(address).status == 200


@pytest.mark.parametrize("path", ["/courrier", "/courrier?mots=scl%C3%A9rose", "/registre", "/"])
def test_lists_do_not_tell_what_the_file_would_not(browsers, restricted, path):
    assert "Zébulon" not in browsers[Role.CLERK].get(path).text
    assert "regarde pas" not in browsers[Role.CLERK].get(path).text


def test_nothing_is_done_to_a_file_that_one_may_not_open(browsers, restricted):
    answer = browsers[Role.CLERK].post(f"/registre/{restricted[1]}/noter", {"said": "vu"})
    assert answer.status in (403, 404)


def test_who_opens_a_sensitive_file_is_noted_once(register, browsers, restricted):
    _, number = restricted
    for path in PATHS[:3]:
        browsers[Role.MANAGER].get(path.format(*restricted))
    with register.read() as session:
        read = [line.actor for line in journal.history(session, number) if line.action == "read"]
    assert read.count(MANAGER) == 1
    assert CLERK not in read


def test_who_is_in_charge_of_a_sensitive_file_may_open_it(register, browsers, restricted):
    _, number = restricted
    with register.begin() as session:
        session.query(Complaint).one().responsible = ADVISER
    assert browsers[Role.ADVISER].get(f"/registre/{number}").status == 200
