"""The case file in a real browser: an answer from its draft to its closing by keys, and WCAG 2.2 AA."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from classifier.labels import Label
from config.rights import Role
from config.staff import Colleague
from register import complaints, outbox
from register.database import Database
from register.model import LetterState, State
from tests.arrivals import arrive, decide
from tests.builders import a_mail
from tests.review.site import EMAIL, PASSWORD, site
from tests.servers.chromium import chromium, visit

NUMBER = "REC-2026-0001"
CASE = f"/registre/{NUMBER}"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.labels?.length ? one.labels[0].innerText : one.innerText;
  return (one.getAttribute("aria-label") || label || "").trim();
}"""
BODY = (
    "La franchise vol de 600 € est celle de l’article 12 de vos conditions particulières. "
    "Nous ne pouvons donc pas revenir sur ce montant."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser, register, settings, now) -> Iterator[Page]:
    """A complaints officer at the desk, with one complaint that came yesterday."""
    staff = (Colleague(name="Claire Humbert", email=EMAIL, role=Role.OFFICER),)
    office = settings.model_copy(update={"staff": staff})
    yesterday = now - timedelta(days=1)
    message_id = arrive(register, office, yesterday, a_mail("La franchise est fausse."))
    with register.begin() as session:
        assert decide(session, office, yesterday, message_id, Label.COMPLAINT) == NUMBER
    with (
        site(register, office, lambda: now) as known,
        visit(browser, f"http://127.0.0.1:{known.port}") as context,
    ):
        opened = context.new_page()
        said: list[str] = []
        opened.on(
            "console",
            # A refused form is an answer 422: the browser notes it, the page explains it.
            lambda line: None if "status of 4" in line.text else said.append(line.text),
        )
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto("/connexion")
        opened.get_by_label("Adresse électronique").fill(EMAIL)
        opened.get_by_label("Mot de passe").fill(PASSWORD)
        opened.keyboard.press("Enter")
        expect(opened.get_by_text("Claire Humbert")).to_be_visible()
        yield opened
        assert said == []


def reach(page: Page, name: str) -> None:
    """Go on with the tab key until something of that name has the focus."""
    passed = []
    for _ in range(120):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED))
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"the tab key does not reach « {name} »: {passed}")


def press(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("Enter")


def write(page: Page, name: str, words: str) -> None:
    reach(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def to_do(page: Page, words: str) -> None:
    expect(page.locator(".what")).to_have_text(words)


def done(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)


def deliver(register: Database) -> None:
    """The answer leaves, as the postman would have it."""
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with register.begin() as session:
        entry = complaints.named(session, NUMBER)
        assert entry
        letter = outbox.of_complaint(session, entry)[-1]
        assert (letter.kind, letter.state) == ("answer_rejected", LetterState.QUEUED)
        assert letter.recipient == entry.client_email
        outbox.settle(session, letter, outbox.Sent(at, at.date(), "250 ok"))


def test_a_refusal_from_its_draft_to_its_closing_with_keys_only(page, register):
    page.goto(CASE)
    to_do(page, "Prendre en charge")
    press(page, "Prendre en charge")
    done(page, "Vous avez pris le dossier en charge")
    to_do(page, "Écrire la réponse")

    press(page, "Écrire la réponse")  # leads to the form, and the focus goes with it
    write(page, "Points de la réclamation", "Franchise contestée")
    reach(page, "Sens de la réponse")
    page.keyboard.type("Rejet")
    write(page, "Texte de la réponse", BODY)
    write(page, "Résumé pour le registre", "Franchise de 600 € confirmée, article 12.")
    press(page, "Signer et envoyer")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Le brouillon est enregistré. La réponse ne peut pas être signée")
    expect(alert).to_contain_text("répondez à chaque point : Franchise contestée")

    reach(page, "Franchise contestée")
    page.keyboard.press("Space")
    press(page, "Enregistrer le brouillon")
    done(page, "Le brouillon est enregistré")
    to_do(page, "Signer la réponse")
    reach(page, "Voir la lettre")
    page.keyboard.press("Enter")
    letter = page.frame_locator("iframe.letter")
    expect(letter.get_by_text("article 12 de vos conditions particulières").first).to_be_visible()
    page.goto(CASE)
    press(page, "Relire et signer")
    press(page, "Signer et envoyer")
    done(page, "La réponse est signée")
    expect(page.locator("#lettres")).to_contain_text("Réponse de rejet – en attente")
    deliver(register)

    page.reload()
    to_do(page, "Compléter avant de clôturer")
    press(page, "Compléter")
    press(page, "Aucun dysfonctionnement")
    done(page, "aucun dysfonctionnement")
    press(page, "Compléter")
    write(page, "Objet de la réclamation", "Franchise")
    reach(page, "Produit")
    page.keyboard.type("Auto")
    write(page, "Personnes visées", "Non précisé")
    write(page, "Autres intervenants", "Aucun")
    press(page, "Enregistrer")
    to_do(page, "Clôturer le dossier")
    press(page, "Clôturer")  # in the head: leads to the section
    press(page, "Clôturer le dossier")
    done(page, "Le dossier est clos")
    with register.read() as session:
        entry = complaints.named(session, NUMBER)
        assert (entry.state, entry.answered_on.isoformat()) == (State.CLOSED, "2026-11-23")


def test_a_telephone_call_is_taken_down_with_keys_only(page, register):
    page.goto("/registre")
    page.keyboard.press("n")
    expect(page.get_by_role("radio", name="Téléphone")).to_be_focused()
    page.keyboard.press("ArrowRight")  # a visit
    write(page, "Nom du client", "Paul Thiry")
    write(page, "Ce que dit le client", "Personne ne rappelle depuis trois semaines.")
    press(page, "Inscrire au registre")
    expect(page.get_by_role("heading", level=1)).to_contain_text("REC-2026-0002")
    with register.read() as session:
        entry = complaints.named(session, "REC-2026-0002")
        assert (entry.channel, entry.client_name) == ("VISITE", "Paul Thiry")


def test_a_place_that_is_folded_away_opens_and_takes_the_focus(page):
    page.goto(f"{CASE}#autrement")
    expect(page.get_by_label("Réponse apportée, en résumé")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "autrement"


def test_who_is_already_at_the_place_keeps_the_focus(page):
    page.goto(CASE)
    kept = page.evaluate(
        """() => new Promise((told) => {
            addEventListener("hashchange", () => told(document.activeElement.id), { once: true });
            location.hash = "notes";
            document.querySelector("#notes textarea").focus();
        })"""
    )
    assert kept == "noter-said"


def test_what_is_being_written_is_not_lost_to_a_wrong_click(page):
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(CASE)
    page.get_by_label("Texte de la réponse").press_sequentially("Madame,")
    page.get_by_role("link", name="Courrier").click(no_wait_after=True)
    expect(page.get_by_label("Texte de la réponse")).to_have_value("Madame,")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    done(page, "Le brouillon est enregistré")
    assert asked == ["beforeunload"]


def full(page: Page) -> None:
    """A case with something in every part: a draft, a finding, an action, a note, a refused form."""
    page.goto(CASE)
    page.get_by_role("button", name="Prendre en charge").click()
    page.get_by_label("Points de la réclamation").fill("Franchise\nDélai")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_text("Noter un dysfonctionnement").click()
    page.get_by_label("En quoi il consiste").fill("Cinq appels sans rappel")
    page.get_by_role("button", name="Noter", exact=True).first.click()
    page.get_by_text("Proposer une action").click()
    page.get_by_label("Ce qui est à faire").fill("Tenir un cahier des appels")
    page.get_by_label("Qui en a la charge").fill("Odile Perrin")
    page.get_by_label("Échéance").fill("2026-11-02")
    page.get_by_role("button", name="Proposer").click()
    page.get_by_label("Ajouter une note").fill("Relancer la compagnie.")
    page.get_by_role("button", name="Ajouter").click()
    done(page, "La note est ajoutée")


def faults(page: Page) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("width", [390, 1440])
def test_everybody_can_use_it(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    full(page)
    for path in (CASE, "/actions", "/registre/nouvelle"):
        page.goto(path)
        assert faults(page) == [], path
    page.goto(CASE)
    page.get_by_label("Montant réclamé").fill("beaucoup")
    page.get_by_role("button", name="Enregistrer", exact=True).first.click()
    expect(page.get_by_role("alert")).to_contain_text("Ce montant ne se lit pas")
    assert faults(page) == []


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_page_is_wider_than_the_screen(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(CASE)
    page.get_by_label("Points de la réclamation").fill("long" * 100)
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    for path in (CASE, "/actions", "/registre/nouvelle"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_every_id_is_one_thing(page):
    full(page)
    for path in (CASE, "/actions"):
        page.goto(path)
        ids = re.findall(r'\sid="([^"]+)"', page.content())
        assert sorted(set(ids)) == sorted(ids)


def test_on_paper_there_are_no_forms(page):
    full(page)
    page.emulate_media(media="print")
    page.goto(CASE)
    expect(page.get_by_role("button", name="Enregistrer le brouillon")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("au plus tard le").first).to_be_visible()
