"""The desk in a real browser: keys only, and a hostile mail that can do nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from register import breaker, complaints
from register.database import Database
from tests.arrivals import COMPLAINT, DOUBT, arrive
from tests.builders import a_mail
from tests.review.site import EMAIL, PASSWORD, site
from tests.servers.chromium import chromium, visit

PIXEL = "http://127.0.0.1:9/pixel.gif"
HOSTILE = f"""<html><head><style>body{{background:url({PIXEL})}}</style>
<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/"></head>
<body onload="top.hacked=1"><script>top.hacked=1</script><img src="{PIXEL}" onerror="top.hacked=1">
<svg onload="top.hacked=1"></svg><iframe src="http://127.0.0.1:9/"></iframe>
<form action="http://127.0.0.1:9/"><input name=a></form><a href="javascript:top.hacked=1">ici</a>
<p>Bonjour, une attestation svp.</p></body></html>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser, register, settings, now) -> Iterator[Page]:
    """Somebody at the desk, signed in; whatever the console complains of fails the test."""
    with (
        site(register, settings, lambda: now) as known,
        visit(browser, f"http://127.0.0.1:{known.port}") as context,
    ):
        opened = context.new_page()
        said: list[str] = []
        opened.on("console", lambda line: said.append(line.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto("/connexion")
        opened.get_by_label("Adresse électronique").fill(EMAIL)
        opened.get_by_label("Mot de passe").fill(PASSWORD)
        opened.keyboard.press("Enter")
        expect(opened.get_by_text("Claire Humbert")).to_be_visible()
        yield opened
        assert said == []


def entries(register: Database) -> list[tuple[str, str]]:
    with register.read() as session:
        return [(entry.number, entry.state) for entry in complaints.every(session)]


def test_three_mails_with_keys_only(page, register, settings, now):
    for n, triage in enumerate([COMPLAINT, COMPLAINT, DOUBT], start=1):
        arrive(register, settings, now, a_mail(f"Message {n}.", f"Objet {n}"), triage)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Objet 1")
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text("REC-2026-0001")
    expect(page.get_by_role("heading", level=1)).to_have_text("Objet 2")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Objet 3")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_have_text("Objet 2")
    page.keyboard.press("s")
    expect(page.get_by_role("status")).to_contain_text("Demande de service")
    page.keyboard.press("z")  # taken back
    expect(page.get_by_role("heading", level=1)).to_have_text("Objet 2")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Objet 3")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout est trié")
    assert [number for number, _ in entries(register)] == ["REC-2026-0001", "REC-2026-0002"]


def test_keys_are_silent_while_writing(page, register, settings, now):
    arrive(register, settings, now, a_mail())
    page.goto("/")
    field = page.get_by_label("Nom du client")
    field.fill("")
    field.press_sequentially("rsj")
    expect(field).to_have_value("rsj")
    assert entries(register) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Réclamation")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text("REC-2026-0001")


def test_what_arrives_is_told_while_one_works(page, register, settings, now):
    """The figures change by themselves; what is being written, and where one reads, stays."""
    arrive(register, settings, now, a_mail("Long. " * 2000), COMPLAINT)
    page.goto("/")
    counters, said = page.locator("#compteurs"), page.locator("[aria-live]#annonce")
    expect(counters).to_contain_text("1 à trier")
    expect(page.get_by_role("link", name="Plutôt des réclamations 1")).to_be_visible()
    page.get_by_label("Nom du client").fill("Jeanne M")
    page.mouse.wheel(0, 400)
    page.wait_for_function("scrollY > 0")
    at = page.evaluate("scrollY")
    arrive(register, settings, now, a_mail("Peut-être.", "Autre", "a@b.example"), DOUBT)
    expect(counters).to_contain_text("2 à trier")
    expect(page.get_by_role("link", name="À vérifier 1")).to_be_visible()
    expect(said).to_have_text("")  # nobody is read a figure aloud at each mail
    with register.begin() as session:
        breaker.stop(session, "une boucle", EMAIL, now)
    expect(said).to_contain_text("courrier automatique arrêté")
    expect(page.get_by_label("Nom du client")).to_have_value("Jeanne M")
    assert page.evaluate("scrollY") == at


def test_without_streams_the_counters_come_all_the_same(page, register, settings, now):
    arrive(register, settings, now, a_mail())
    page.route("**/evenements", lambda route: route.fulfill(status=204))
    page.goto("/registre")
    expect(page.locator("#compteurs")).to_contain_text("1 à trier")


def test_a_hostile_mail_runs_nothing_and_asks_for_nothing(page, register, settings, now):
    data = (
        a_mail("x")
        .replace(b"text/plain", b"text/html")
        .replace(b"x\r\n", HOSTILE.encode() + b"\r\n")
    )
    arrive(register, settings, now, data)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    expect(page.locator("#compteurs")).to_contain_text("à trier")
    page.get_by_text("Mise en forme d’origine").click()
    expect(page.frame_locator("iframe").get_by_text("une attestation")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert [url for url in asked if ":9/" in url] == []


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_page_is_wider_than_the_screen(page, register, settings, now, width):
    arrive(register, settings, now, a_mail("m" * 300, "Très" + "long" * 60))
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/registre", "/lettres", "/courrier"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
