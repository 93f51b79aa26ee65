"""Hostile HTML in a real browser: nothing runs, nothing is asked for, nothing gets out of its frame."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from register.database import Database, open_database
from tests.arrivals import DOUBT, arrive
from tests.builders import a_mail
from tests.conftest import NOON, an_office
from tests.e2e.hostile_html import HOSTILE
from tests.review.site import EMAIL, PASSWORD, site
from tests.servers.chromium import chromium, visit

SIGN = "Bonjour, une attestation svp."
# Whether the mail is shown, how much that may act or has a name is in it, and whether it acted.
_HARMLESS = f"""[
  document.body.innerText.includes("{SIGN}"),
  document.querySelectorAll(
    "script,img,iframe,object,embed,form,input,svg,math,base,link,meta[http-equiv]").length,
  document.querySelectorAll("[style],[id],[name],[onclick],[onerror]").length,
  window.hacked ?? null,
]"""


@dataclass
class Desk:
    """Somebody at the desk, and whatever a page does that none of ours does."""

    page: Page
    base: str
    misdeeds: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        for ask in ("request", "requestfailed"):
            context.on(ask, lambda request: self._asked(request.url))  # type: ignore[call-overload]
        context.on("page", lambda page: self.misdeeds.append(f"window {page.url}"))
        self.page.on("dialog", lambda dialog: self._dialog(dialog.message, dialog.dismiss))
        self.page.on("download", lambda download: self.misdeeds.append(f"download {download.url}"))
        self.page.on("pageerror", lambda error: self.misdeeds.append(f"error {error}"))

    def _asked(self, url: str) -> None:
        if not url.startswith(
            tuple(
                f"{self.base}/{ours}" for ours in ("message/", "static/", "compteurs", "evenements")
            )
        ):
            self.misdeeds.append(f"request {url[:80]}")

    def _dialog(self, message: str, dismiss: object) -> None:
        self.misdeeds.append(f"dialog {message}")
        dismiss()  # type: ignore[operator]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('hostile')}/desk.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def numbers(register, tmp_path_factory) -> list[int]:
    settings = an_office(tmp_path_factory.mktemp("office"))
    found = []
    for n, html in enumerate(HOSTILE):
        body = f"<html><p>{SIGN}</p>{html}</html>"
        mail = a_mail(body, f"Objet {n}", f"client{n}@x{n}.example")
        mail = mail.replace(b"text/plain", b"text/html")
        found.append(arrive(register, settings, NOON, mail, DOUBT))
    return found


@pytest.fixture(scope="module")
def desk(register, numbers, tmp_path_factory) -> Iterator[Desk]:
    settings = an_office(tmp_path_factory.mktemp("desk"))
    with site(register, settings, lambda: NOON) as known, chromium() as browser:
        base = f"http://127.0.0.1:{known.port}"
        with visit(browser, base) as context:
            page = context.new_page()
            page.goto("/connexion")
            page.get_by_label("Adresse électronique").fill(EMAIL)
            page.get_by_label("Mot de passe").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{base}/")
            desk = Desk(page, base)
            desk.watch(context)
            yield desk


def test_there_are_enough():
    assert len(set(HOSTILE)) == len(HOSTILE) >= 100


def test_in_its_frame_it_does_nothing(desk, numbers):
    """The frame of the page, its sandbox and all, shows one after the other."""
    page = desk.page
    page.goto(f"/message/{numbers[0]}")
    expect(page.locator("#compteurs")).to_contain_text("à trier")  # nothing moves any more
    page.get_by_text("Mise en forme d’origine").click()
    frame = page.frame_locator("iframe")
    frame.get_by_text(SIGN).wait_for()
    page.evaluate("document.querySelector('#compteurs').removeAttribute('hx-get')")
    outside = "(() => { const all = document.documentElement.cloneNode(true);"
    outside += "for (const one of all.querySelectorAll('iframe, nav, .onlookers')) one.remove();"
    outside += "return all.innerHTML + getComputedStyle(document.body).backgroundColor; })()"
    before = page.evaluate(outside)
    for number, html in zip(numbers, HOSTILE, strict=True):
        page.evaluate(
            "to => new Promise(done => { const it = document.querySelector('iframe');"
            "it.onload = done; it.src = to; })",
            f"/message/{number}/forme",
        )
        assert page.frames[1].evaluate(_HARMLESS) == [True, 0, 0, None], html
        assert page.evaluate("window.hacked") is None, html
        assert desk.misdeeds == [], html
    assert page.evaluate(outside) == before
    assert page.url.endswith(f"/message/{numbers[0]}")


def test_opened_alone_it_does_nothing_either(desk, numbers):
    """As when somebody opens the frame in a tab of its own; some of each family."""
    page = desk.page
    for number, html in list(zip(numbers, HOSTILE, strict=True))[::5]:
        page.goto(f"/message/{number}/forme")
        assert page.evaluate(_HARMLESS) == [True, 0, 0, None], html
        assert desk.misdeeds == [], html
        assert page.url == f"{desk.base}/message/{number}/forme"


def test_a_link_says_where_it_leads(register, desk, tmp_path):
    body = '<a href="https://voleur.example/x">https://banque.example</a>'
    mail = a_mail(body, "Lien", "lien@x.example").replace(b"text/plain", b"text/html")
    number = arrive(register, an_office(tmp_path), NOON, mail, DOUBT)
    desk.page.goto(f"/message/{number}/forme")
    shown = desk.page.evaluate("getComputedStyle(document.querySelector('a'), '::after').content")
    assert "voleur.example" in desk.page.locator("a").get_attribute("href")
    assert "voleur.example" in shown
