"""A morning at the desk: forty mails between two phone calls, with the keyboard alone."""

from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from classifier.labels import Label
from register import messages
from register.database import open_database
from register.messages import Wanted
from review.pages.triage import KEYS
from tests.arrivals import COMPLAINT, DOUBT, arrive
from tests.builders import a_mail
from tests.review.site import EMAIL, PASSWORD, site
from tests.servers.chromium import chromium, visit

# What she finds: forty mails, as an office gets them.
MORNING = (
    [Label.COMPLAINT] * 9
    + [Label.SERVICE] * 10
    + [Label.INFORMATION] * 6
    + [Label.CLAIM_DECLARATION] * 5
    + [Label.CLARIFICATION, Label.ADVICE, Label.THANKS, Label.BUSINESS, Label.SPAM] * 2
)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    opened = open_database(f"sqlite:///{tmp_path_factory.mktemp('morning')}/desk.db")
    yield opened
    opened.close()


def test_forty_mails_and_the_register_on_paper(register, settings, now, tmp_path):
    for n, label in enumerate(MORNING):
        mail = a_mail(f"Message {n}.", f"Objet {n}", From=f"client{n}@maison{n}.example")
        arrive(register, settings, now, mail, COMPLAINT if label == Label.COMPLAINT else DOUBT)
    with (
        site(register, settings, lambda: now) as known,
        chromium() as browser,
        visit(browser, f"http://127.0.0.1:{known.port}") as context,
    ):
        page = context.new_page()
        page.goto("/connexion")
        page.keyboard.type(EMAIL)  # the first field has the focus
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Claire Humbert")).to_be_visible()
        triage(page)
        sheet = openpyxl.load_workbook(export(page, tmp_path)).active
    with register.read() as session:
        rows = messages.listing(session, Wanted(limit=100)).rows
        assert Counter(row.label for row in rows) == Counter(MORNING)
    entered = [row[0].value for row in sheet.iter_rows() if str(row[0].value).startswith("REC-")]
    assert sorted(entered) == [f"REC-2026-{n:04}" for n in range(1, 10)]


def triage(page: Page) -> None:
    """One key for each mail; the seventh is decided wrongly at first, and taken back."""
    for done in range(len(MORNING)):
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text("Objet")
        subject = heading.inner_text()
        label = MORNING[int(subject.removeprefix("Objet "))]
        if done == 6:
            page.keyboard.press(KEYS[Label.OTHER])
            expect(page.get_by_role("status")).to_contain_text(Label.OTHER.french)
            page.keyboard.press("z")
            expect(heading).to_have_text(subject)
        page.keyboard.press(KEYS[label])
        expect(heading).not_to_have_text(subject)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tout est trié")


def export(page: Page, folder: Path) -> Path:
    """The register as a workbook, reached by the tabulator."""
    page.goto("/registre")
    reach(page, page.get_by_text("Exporter le registre entier"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("link", name="XLSX").first)
    with page.expect_download() as arriving:
        page.keyboard.press("Enter")
    file = folder / "registre.xlsx"
    arriving.value.save_as(file)
    return file


def reach(page: Page, wanted: Locator) -> None:
    """With the tabulator, as somebody does who has no mouse."""
    while not wanted.evaluate("it => it === document.activeElement"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body"), "nobody gets there"
