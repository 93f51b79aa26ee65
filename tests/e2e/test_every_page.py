"""Every page is fit for everybody (WCAG 2.2 AA): axe-core reads each one, filled as in an office."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from classifier.labels import Label
from classifier.triage import Reason
from config.rights import Role
from config.settings import Settings
from register import breaker, complaints, mailboxes, outbox
from register.database import Database, open_database
from review import accounts, conduct
from review.conduct import Paper
from review.desk import Desk, Seen
from review.web import PAGES
from tests.arrivals import COMPLAINT, DOUBT, REQUEST, arrive, decide, replace
from tests.builders import a_mail
from tests.conftest import NOON, an_office
from tests.offices import STAFF
from tests.review.site import EMAIL, PASSWORD, site
from tests.servers.chromium import chromium, visit

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TEXT = "Deux mois que j’attends mon remboursement, c’est inadmissible. Merci de votre patience."
PIERRE = "Pierre Thomas <pierre.thomas@courriel.example>"
CLERK = "paul@cabinet.example"
SENT, SENSITIVE, LATE = (f"REC-2026-000{n}" for n in (1, 2, 3))

# What each address stands for; a route that is in no group fails the test below.
SHOWN = {
    "/": ("/", "/?vue=review", "/?vue=blind"),
    "/message/{id:int}": ("/message/4", "/message/5", "/message/1?fait=1", "/message/8"),
    "/message/{id:int}/forme": ("/message/4/forme",),
    "/message/{id:int}/piece/{n:int}/apercu": tuple(f"/message/4/piece/{n}/apercu" for n in (1, 2)),
    "/courrier": ("/courrier", "/courrier?mots=remboursement", "/courrier?mots=introuvable"),
    "/registre": ("/registre", "/registre?mots=introuvable"),
    "/registre/nouvelle": ("/registre/nouvelle",),
    "/registre/{number}": tuple(f"/registre/{number}" for number in (SENT, SENSITIVE, LATE)),
    "/registre/{number}/apercu": (f"/registre/{SENT}/apercu",),
    "/registre/{number}/document/{id:int}/apercu": (f"/registre/{SENT}/document/1/apercu",),
    "/actions": ("/actions",),
    "/revue": ("/revue",),
    "/tableau": ("/tableau",),
    "/boites": ("/boites",),
    "/administration": ("/administration",),
    "/administration/personne": (
        "/administration/personne",
        f"/administration/personne?qui={CLERK}",
    ),
    "/administration/conservation": ("/administration/conservation",),
    "/administration/lettres/{kind}/{language}": ("/administration/lettres/progress/fr",),
    "/administration/lettres/{kind}/{language}/forme": (
        "/administration/lettres/progress/fr/forme",
    ),
    "/lettres": ("/lettres", "/lettres?etat=cancelled"),
    "/lettres/{id:int}": ("/lettres/1", "/lettres/3"),
    "/lettres/{id:int}/forme": ("/lettres/1/forme",),
    "/modele": ("/modele",),
    "/compte": ("/compte", "/compte?fait=1"),
    "/connexion": ("/connexion",),
    "/invitation/{token}": ("/invitation/abc",),
}
# Whose parts lie otherwise where there is room.
BOTH = ("/message/4", f"/registre/{SENT}", "/registre", "/courrier", "/tableau", "/actions")
# Pieces of a page, which are read where they stand.
PIECES = {"/compteurs", "/evenements", "/message/{id:int}/present"}
# Files and answers to machines: no page at all.
NO_PAGE = {
    "/message/{id:int}/original",
    "/message/{id:int}/piece/{n:int}",
    "/registre.{format}",
    "/registre/{number}/preuves",
    "/registre/{number}/document/{id:int}",
    "/tableau/{name}.svg",
    "/rapport/{year:int}.{format}",
    "/echeances/{token}.ics",
    "/connexion/openid",
    "/connexion/retour",
    "/health",
    "/healthz",
    "/readyz",
    "/metrics",
}


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('every')}/desk.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def office(register, tmp_path_factory) -> Settings:
    """Three complaints, mails of every band, a letter in every trouble, a mailbox that is not read."""
    settings = an_office(tmp_path_factory.mktemp("office"))
    claire = STAFF[1].model_copy(update={"role": Role.MANAGER})
    office = settings.model_copy(update={"staff": (claire, STAFF[0], *STAFF[2:])})
    furnish(register, office)
    return office


def furnish(register: Database, office: Settings) -> None:
    long_ago = NOON - timedelta(days=20)
    reason = Reason(
        "inadmissible", 1.5, TEXT.index("inadmissible"), TEXT.index("inadmissible") + 12
    )
    against = Reason("Merci", -1.0, TEXT.index("Merci"), TEXT.index("Merci") + 5)
    clear = replace(COMPLAINT, reasons=(reason, against))
    entered = [
        arrive(register, office, NOON, a_mail(TEXT, "Remboursement"), clear),
        arrive(
            register, office, NOON, a_mail("Refus après mon opération.", "Santé", PIERRE), clear
        ),
        arrive(register, office, long_ago, a_mail(TEXT, "Retard", List_Id="<x.example>"), clear),
    ]
    arrive(register, office, NOON, with_everything(), clear)
    arrive(register, office, NOON, a_mail(TEXT, "Peut-être", "Luc <luc@autre.example>"), DOUBT)
    arrive(register, office, NOON, a_mail("Une attestation svp.", "École"), REQUEST)
    arrive(register, office, NOON, a_mail("Une attestation.", "École", "a@b.example"), REQUEST)
    arrive(register, office, NOON, a_mail("Merci de tout.", "Merci", "c@d.example"), REQUEST)
    with register.begin() as session:
        for one in entered:
            assert decide(session, office, NOON, one, Label.COMPLAINT)
        sent_entry = complaints.named(session, SENT)
        assert sent_entry
        seen = Seen(SENT, sent_entry.version, EMAIL)
        conduct.keep_paper(
            Desk(session, office, NOON), seen, Paper("devis.pdf", a_sheet(), "devis")
        )
        entry = complaints.named(session, SENSITIVE)
        assert entry
        entry.sensitive = True
        (sent, _), (doubted, _) = outbox.begin(session, NOON, 2)
        outbox.settle(session, sent, outbox.Sent(NOON, NOON.date(), "250 ok"))
        outbox.settle(session, doubted, outbox.Unknown("la connexion s’est rompue"))
        breaker.stop(session, "une boucle", EMAIL, NOON)
        mailboxes.failed(session, "contact", "le mot de passe est refusé", NOON)


def with_everything() -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "Anne Roux <anne.roux@courriel.example>", "contact@cabinet.example"
    mail["Subject"], mail["Date"] = "Mon sinistre", "Mon, 23 Nov 2026 09:00:00 +0100"
    mail.set_content(f"{TEXT}\n\n> Bonjour,\n> votre dossier est complet.\n")
    told = '<p>Lisez <a href="https://autre.example/">notre page</a>.</p><table><tr><td>1</td></tr></table>'
    mail.add_alternative(f"<p>{TEXT}</p>{told}", subtype="html")
    mail.add_attachment(b"%PDF-1.4 rien", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment(a_sheet(), maintype="application", subtype="pdf", filename="devis.pdf")
    return bytes(mail)


def a_sheet() -> bytes:
    drawn, sheet = BytesIO(), pypdfium2.PdfDocument.new()
    for _ in range(3):
        sheet.new_page(595, 842)
    sheet.save(drawn)
    return drawn.getvalue()


@pytest.fixture(scope="module")
def pages(register, office) -> Iterator[dict[str, Page]]:
    """Two people at the desk, and somebody at the door: one browser for all."""
    with ExitStack() as stack:
        known = stack.enter_context(site(register, office, lambda: NOON))
        with register.begin() as session:
            accounts.add(session, CLERK, "Paul Petit", PASSWORD, NOON)
        browser = stack.enter_context(chromium())
        opened = {}
        for who in (EMAIL, CLERK, ""):
            context = stack.enter_context(visit(browser, f"http://127.0.0.1:{known.port}"))
            opened[who] = context.new_page()
            if who:
                context.route("**/forme", without_sandbox)
                context.route("**/apercu*", without_sandbox)
                sign_in(opened[who], who)
        yield opened


def without_sandbox(route: Route) -> None:
    """What lies in a frame, with its scripts allowed: axe-core is one."""
    answer = route.fetch()
    headers = {k: v for k, v in answer.headers.items() if k != "content-security-policy"}
    route.fulfill(response=answer, headers=headers)


def sign_in(page: Page, email: str) -> None:
    page.goto("/connexion")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def faults(page: Page) -> list[str]:
    """What axe-core finds on a page of which everything is unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    options = {"runOnly": {"type": "tag", "values": RULES}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_no_page_is_forgotten():
    routes = {page.path for page in PAGES if page.method == "GET"}
    assert routes == set(SHOWN) | PIECES | NO_PAGE


def test_no_page_has_a_fault(pages):
    found = {}
    for path in [path for paths in SHOWN.values() for path in paths]:
        page = pages["" if path.startswith(("/connexion", "/invitation")) else EMAIL]
        answer = page.goto(path)
        assert answer
        assert answer.status == 200, path
        if page.locator("#compteurs").count():
            expect(page.locator("#compteurs")).to_contain_text("à trier")
        for width in (1440, 390) if path in BOTH else (390,):
            page.set_viewport_size({"width": width, "height": 900})
            found[f"{path} at {width}"] = faults(page) + too_wide(page, width)
    assert {path: said for path, said in found.items() if said} == {}


BEYOND = """width => [...document.querySelectorAll("main *")]
    .filter(one => one.getBoundingClientRect().right > width && !one.closest(".scroll"))
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120))"""


def too_wide(page: Page, width: int) -> list[str]:
    """What a telephone would have to be pushed sideways for."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} pixels wide: {page.evaluate(BEYOND, width)}"] if wide > width else []


def test_nor_has_what_a_clerk_is_refused(pages):
    page, found = pages[CLERK], {}
    refused = {"/registre.csv": 403, f"/registre/{SENSITIVE}": 403, "/message/2": 403, "/rien": 404}
    for path, status in {
        **refused,
        f"/registre/{LATE}": 200,
        "/revue": 200,
        "/modele": 200,
    }.items():
        answer = page.goto(path)
        assert answer
        assert answer.status == status, path
        found[path] = faults(page)
    assert {path: said for path, said in found.items() if said} == {}


def test_nor_has_a_page_that_answers_a_form(pages):
    """A wrong password, a wrong invitation, a field that cannot stand, a decision come too late."""
    door, desk = pages[""], pages[EMAIL]
    door.goto("/connexion")
    door.get_by_label("Adresse électronique").fill(CLERK)
    door.get_by_label("Mot de passe").fill("faux")
    door.keyboard.press("Enter")
    expect(door.get_by_role("alert")).to_contain_text("inconnus")
    assert faults(door) == []
    door.goto("/invitation/abc")
    for field in door.locator("input[type=password]").all():
        field.fill("un autre long secret")
    door.keyboard.press("Enter")
    expect(door.get_by_role("alert")).to_be_visible()
    assert faults(door) == []

    desk.goto("/message/4")
    desk.get_by_label("Son adresse électronique").fill("pas une adresse")
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    expect(desk.get_by_text("n’est pas une adresse électronique")).to_be_visible()
    assert faults(desk) == []
    desk.goto("/message/4")
    desk.locator("form[action$=decider] [name=version]").evaluate("one => { one.value = '99' }")
    desk.keyboard.press("r")
    expect(desk.get_by_role("alert")).to_contain_text("n’a pas été enregistrée")
    assert faults(desk) == []
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    assert faults(desk) == []


def test_the_desk_as_it_is_read_out(pages):
    """What a screen reader meets on the triage screen: landmarks, the proposal, named buttons."""
    page = pages[EMAIL]
    page.goto("/message/4")
    expect(page.locator("#compteurs")).to_contain_text("à trier")
    expect(page.locator("body")).to_match_aria_snapshot("""
      - link "Aller au contenu"
      - banner:
        - navigation "Pages"
      - main:
        - complementary "La file":
          - heading "À trier 2" [level=2]
          - navigation "Vues de la file"
          - list
        - article:
          - heading "Mon sinistre" [level=1]
        - region "Décision"
    """)
    decision = page.get_by_role("region", name="Décision")
    named = [one.strip() for one in decision.get_by_role("button").all_inner_texts()]
    assert len(named) >= 14
    assert all(named)
    for label in Label:
        expect(decision.get_by_role("button", name=label.french).first).to_be_visible()
    for field in decision.locator("input:not([type=hidden]), select, textarea").all():
        expect(field).not_to_have_accessible_name("")
    expect(page.get_by_title("Mise en forme d’origine")).to_have_count(1)
    # What changes by itself is said, once, when nothing else is being said.
    said = page.locator("[aria-live], [role=status], [role=alert]")
    names = {one.get_attribute("id") or one.get_attribute("class") for one in said.all()}
    assert names == {"annonce", "onlookers"}
    page.goto("/message/1?fait=1")
    expect(page.get_by_role("status").first).to_contain_text("REC-2026-0001")
