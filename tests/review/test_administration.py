"""What the office has settled is shown as it was understood, and tried from the browser."""

from datetime import timedelta
from html import unescape

import pytest
from pydantic import SecretStr

from config.mailboxes import MailboxSettings
from config.staff import Absence, Colleague, Qualification
from register import journal
from register.model import Complaint, State
from tests.e2e.office import PASSWORD as SECRET
from tests.e2e.office import USER
from tests.review.site import EMAIL, site
from tests.servers.dovecot import Dovecot
from tests.test_procedure import Case

OWN = "acknowledgement"


@pytest.fixture
def office(settings, now, tmp_path):
    """A manager whose one qualification has ended, and a clerk who is away with her substitute."""
    today = now.date()
    away = Absence(first=today, last=today + timedelta(days=3), substitute=EMAIL)
    return settings.model_copy(
        update={
            "staff": (
                Colleague(
                    name="Claire Humbert",
                    email=EMAIL,
                    role="dirigeant",
                    gesture_ceiling=300,
                    qualifications=(
                        Qualification(products=("AUTO",), until=today - timedelta(days=1)),
                        Qualification(products=("*",), until=today + timedelta(days=9)),
                    ),
                    absences=(Absence(first=today, last=today),),
                ),
                Colleague(name="Paul Muller", email="paul@cabinet.example", absences=(away,)),
            ),
            "letters": settings.letters.model_copy(update={"folder": tmp_path / "modeles"}),
        }
    )


@pytest.fixture
def browser(register, office, now):
    with site(register, office, lambda: now) as opened:
        opened.sign_in()
        yield opened


def read(browser, path: str = "/administration") -> str:
    return unescape(browser.get(path).text)


def test_people_are_shown_with_what_has_ended_and_who_stands_in(browser):
    page = read(browser)
    assert "Claire Humbert" in page
    assert "échue" in page
    assert "finit bientôt" in page
    assert "absent lui aussi" in page
    assert "personne : ses dossiers vont au référent" in page  # nobody stands in for Claire
    assert "300 €" in page


def test_an_office_that_names_nobody_is_told_what_that_means(register, settings, now):
    with site(register, settings, lambda: now) as browser:
        browser.sign_in()
        assert "chacun peut tout faire" in read(browser)


def test_words_are_counted_in_the_register(register, office, now, browser):
    number = Case(register, office, now).number
    with register.begin() as session:
        entry = session.query(Complaint).filter_by(number=number).one()
        entry.product, entry.motive = "TROTTINETTE", "DELAI"
    page = read(browser)
    assert '<code>TROTTINETTE</code></td><td><span class="meta">retiré</span></td><td>1' in page
    row = page[page.index("<code>DELAI</code>") :]
    assert "<td>1</td>" in row[: row.index("</tr>")]


def test_a_letter_is_read_again_and_approved_in_the_version_that_was_shown(
    register, office, browser
):
    path = f"/administration/lettres/{OWN}/fr"
    page = read(browser, path)
    assert "le modèle du programme" in page
    assert "Approuver" not in page
    own = office.letters.folder / OWN
    own.mkdir(parents=True)
    shipped = subject_of_shipped()
    (own / "subject.txt").write_text(shipped.replace("Votre", "Suite à votre", 1) + "\n", "utf-8")
    page = read(browser, path)
    assert "n’est pas approuvée" in page
    assert browser.post(path, {"version": "0" * 12}).status == 422
    version = page.split('name="version" value="')[1][:12]
    assert browser.post(path, {"version": version}).status == 303
    page = read(browser, path)
    assert "le modèle du cabinet" in page
    assert f"par {EMAIL}" in page
    assert "sandbox" in page
    assert browser.get(f"{path}/forme").status == 200
    for nothing in (f"/administration/lettres/{OWN}/zz", "/administration/lettres/rien/fr"):
        assert browser.get(nothing).status == 404
    with register.read() as session:
        [line] = journal.history(session, f"template {OWN} fr")
    assert (line.actor, line.payload["version"]) == (EMAIL, version)


def subject_of_shipped() -> str:
    from outbound.templates import shipped

    template = shipped(OWN)
    return dict(template.sources)[template.name("subject.txt")].strip()


def test_a_letter_that_cannot_serve_says_why_and_cannot_be_approved(office, browser):
    own = office.letters.folder / OWN
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("Bonjour {{ client.inconnu }}\n", "utf-8")
    path = f"/administration/lettres/{OWN}/fr"
    page = read(browser, path)
    assert "ne sert pas" in page
    assert "Approuver" not in page
    assert browser.post(path, {"version": "0" * 12}).status == 422


def test_a_mailbox_is_tried_without_changing_it(register, office, now):
    with Dovecot() as dovecot:
        dovecot.drop(USER, [b"Subject: un\r\n\r\nmot"])
        box = MailboxSettings(
            name="contact",
            host="127.0.0.1",
            port=dovecot.port,
            user=USER,
            password=SECRET,
            tls="none",
        )
        wrong = box.model_copy(update={"name": "autre", "password": SecretStr("faux")})
        with site(register, office.model_copy(update={"mailbox": (box, wrong)}), lambda: now) as b:
            b.sign_in()
            assert "Essayer « contact »" in unescape(b.get("/administration").text)
            assert "INBOX (1 message)" in unescape(b.post("/administration/boites/0", {}).text)
            assert 'role="alert"' in b.post("/administration/boites/1", {}).text
            assert b.post("/administration/boites/2", {}).status == 404


def test_what_is_due_to_be_erased_is_shown_and_nothing_is_erased(register, office, now, browser):
    number = Case(register, office, now).number
    assert "Rien n’a dépassé sa durée" in read(browser, "/administration/conservation")
    with register.begin() as session:
        entry = session.query(Complaint).filter_by(number=number).one()
        entry.state, entry.closed_on = State.CLOSED, now.date() - timedelta(days=6 * 366)
    assert f"/registre/{number}" in read(browser, "/administration/conservation")
    with register.begin() as session:
        session.query(Complaint).filter_by(number=number).one().held_because = "procès en cours"
    page = read(browser, "/administration/conservation")
    assert "procès en cours" in page
    assert "Rien n’a dépassé sa durée" in page
