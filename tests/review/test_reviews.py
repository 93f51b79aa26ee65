"""The review of a year is held on a page, with the figures as they then stood (P-22)."""

from html import unescape

import pytest

from register import findings, journal
from tests.offices import STAFF, staffed
from tests.review.site import EMAIL, site
from tests.test_procedure import Case

HELD = {
    "year": "2026",
    "held_on": "2026-11-23",
    "present": "Henri Klein\nMarie Colin\n",
    "decisions": "Un modèle.",
}


@pytest.fixture
def office(settings):
    """Claire is the officer here: she may note the review."""
    claire = next(one for one in STAFF if one.email == EMAIL).model_copy(
        update={"role": "referent"}
    )
    return staffed(settings).model_copy(update={"staff": (claire, *STAFF[2:])})


def held(database):
    with database.read() as session:
        return findings.reviews(session)


def test_the_minutes_are_kept_with_the_figures_of_the_day(database, office, now):
    Case(database, office, now)
    with site(database, office, lambda: now) as browser:
        browser.sign_in()
        page = unescape(browser.get("/revue?annee=2026").text)
        assert "<dd>1, dont 0 requalifiée</dd>" in page
        assert browser.post("/revue", HELD).headers["location"] == "/revue?fait=1"
        assert "Présents : Henri Klein, Marie Colin." in unescape(browser.get("/revue").text)
    [review] = held(database)
    assert (review.period, review.present) == ("2026", ["Henri Klein", "Marie Colin"])
    assert review.report["volumes"]["received"] == 1
    with database.read() as session:
        assert [line.action for line in journal.history(session, "review 2026")] == ["reviewed"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"present": " \n "}, "Dites qui était là"),
        ({"decisions": " "}, "Dites qui était là"),
        ({"held_on": "2027-01-04"}, "dater de l’avenir"),
        ({"held_on": "hier"}, ""),
        ({"decisions": "x" * 20_001}, "au plus 20 000"),
    ],
)
def test_what_is_no_review_is_said_and_nothing_typed_is_lost(tmp_path, office, now, changed, said):
    from register.database import open_database

    database = open_database(f"sqlite:///{tmp_path}/reviews.db")
    with site(database, office, lambda: now) as browser:
        browser.sign_in()
        answer = browser.post("/revue", HELD | changed)
        assert answer.status == 422
        assert said in unescape(answer.text)
        if "present" not in changed:
            assert "Marie Colin" in answer.text
    assert held(database) == []
    database.close()


def test_whoever_may_not_decide_may_only_read(database, settings, now):
    office = staffed(settings)
    with site(database, office, lambda: now) as browser:
        browser.sign_in()
        assert "note la revue" in browser.get("/revue").text
        assert browser.post("/revue", HELD).status == 403
    assert held(database) == []
