"""The register and the mail as they are leafed through: filters, words, pages, what is hidden."""

import re
from html import unescape

import pytest

from config.rights import Role
from config.staff import Colleague
from register import complaints, mailboxes
from register.complaints import Facts, Opening
from register.deadlines import Rules, compute
from register.model import Complaint, Message
from tests.builders import a_mail, raw
from tests.review.site import EMAIL, site

MANY = 61


@pytest.fixture
def register(database, now):
    day = now.date()
    with database.begin() as session:
        for n in range(1, MANY + 1):
            facts = Facts(
                f"Client {n}", subject=f"Dégât n° {n} <b>", product="AUTO" if n > 5 else "MRH"
            )
            opening = Opening(facts, compute(day, day, Rules()), None, "la <i>chaudière</i>")
            complaints.enter(session, opening, "claire", now)
        session.get_one(Complaint, 3).sensitive = True
        mailboxes.keep(session, [raw(a_mail(f"N° {n}"), n, now) for n in range(1, MANY + 1)], now)
        for row in session.query(Message):
            row.subject, row.text = "Sinistre", f"voici <script>tempête</script> {row.id}"
    return database


@pytest.fixture
def browser(register, settings, now):
    with site(register, settings, lambda: now) as browser:
        browser.get("/connexion")
        assert browser.sign_in().status == 303
        yield browser


def shown(page: str) -> list[str]:
    return re.findall(r'href="/registre/(REC-2026-\d+)"', page)


def following(page: str) -> str:
    found = re.search(r'href="([^"]+)">Suite', page)
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize("words", ["", "degat", "client"])
def test_the_register_is_leafed_through(browser, words):
    page = browser.get(f"/registre?mots={words}&produit=AUTO").text
    first, after = shown(page), following(page)
    page = browser.get(after).text
    assert (len(first), following(page)) == (50, "")
    numbers = [f"REC-2026-{n:04}" for n in range(MANY, 5, -1)]
    assert first + shown(page) == numbers


def test_what_was_found_is_marked_and_stays_text(browser):
    page = browser.get("/registre?mots=chaudi").text
    assert "la &lt;i&gt;<mark>chaudière</mark>&lt;/i&gt;" in page
    page = browser.get("/courrier?mots=tempete").text
    assert "&lt;script&gt;<mark>tempête</mark>&lt;/script&gt;" in page
    assert "<script>tempête" not in page


def test_the_mail_is_leafed_through(browser):
    for words in ("", "sinistre", "tempete"):
        page, ids = browser.get(f"/courrier?mots={words}").text, []
        for _ in range(3):
            ids += re.findall(r'href="/message/(\d+)"', page)
            if not following(page):
                break
            page = browser.get(following(page)).text
        assert ids == [str(n) for n in range(MANY, 0, -1)]


def test_filters_that_make_no_sense_are_said_or_change_nothing(browser):
    page = browser.get("/registre?avant=demain").text
    assert "« demain » n’est pas une date" in page and 'aria-invalid="true"' in page
    for asked in ("annee=x", "annee=0", "annee=99999", "suite=9.9", "mots=%00%22*", "retard="):
        assert len(shown(browser.get(f"/registre?{asked}").text)) == 50
    for asked in (
        "annee=1999",
        "retard=1",
        "etat=CLOTUREE",
        "motif=M01",
        "responsable=x",
        "avant=2026-11-01",
    ):
        page = browser.get(f"/registre?{asked}").text
        assert shown(page) == [] and "avec ces critères" in page
    assert len(shown(browser.get("/registre?avant=2026-12-31&annee=2026").text)) == 50


def test_sensitive_words_are_neither_shown_nor_found_by_who_may_not_read_them(
    register, settings, now
):
    staff = (
        Colleague(name="Claire", email=EMAIL, role=Role.CLERK),
        Colleague(name="Odile", email="odile@cabinet.example", role=Role.OFFICER),
    )
    with site(register, settings.model_copy(update={"staff": staff}), lambda: now) as browser:
        browser.get("/connexion")
        browser.sign_in()
        page = browser.get("/registre?produit=MRH").text
        assert "Dégât n° 3 " not in page and "[donnée sensible]" in page and "Dégât n° 4" in page
        assert shown(browser.get("/registre?mots=Client+3").text)[-1] == "REC-2026-0003"
        assert "REC-2026-0003" not in shown(
            browser.get("/registre?mots=chaudiere&produit=MRH").text
        )
