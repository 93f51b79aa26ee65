"""The feed of deadlines: what falls to one person, without a name, behind a secret."""

import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar

from register import accounts as rows
from register.model import Complaint
from review import accounts, conduct
from tests.offices import ADVISER, OFFICER, staffed
from tests.review.site import EMAIL, site
from tests.test_procedure import Case

WRONG = ["x", "None", "%20", "a" * 43, "..%2f", "%C3%A9", "%00", "%ff"]


@pytest.fixture
def office(settings):
    office = staffed(settings)
    web = office.web.model_copy(update={"public_url": "https://doleances.cabinet.example"})
    return office.model_copy(update={"web": web})


def opened(browser) -> str:
    """Ask for an address as the page does; its path."""
    browser.sign_in()
    browser.get("/tableau")
    assert browser.post("/echeances", {"do": "new"}).status == 303
    return shown(browser)


def shown(browser) -> str:
    found = re.search(
        r"https://doleances\.cabinet\.example(/echeances/[^<]+)", browser.get("/tableau").text
    )
    return found[1] if found else ""


def read(browser, path: str) -> list[tuple[str, date, str]]:
    browser.cookie = ""  # a calendar is signed in nowhere
    answer = browser.get(path)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    feed = Calendar.from_ical(answer.text)
    return [
        (str(event["summary"]), event["dtstart"].dt, str(event["url"])) for event in feed.events
    ]


def test_the_feed_holds_what_is_ones_own_and_no_name(database, office, now):
    assert EMAIL == ADVISER
    done = Case(database, office, now)
    done.post()
    mine, other = (Case(database, office, now) for _ in range(2))
    other.does(conduct.hand_over, OFFICER)
    with site(database, office, lambda: now) as browser:
        path = opened(browser)
        found = read(browser, path)
        text = browser.get(path).text
    days = {one[0]: one[1] for one in found}
    with database.read() as session:
        entry = session.get_one(Complaint, mine.entry.id)
    assert days[f"{mine.number} : accuser réception"] == entry.ack_due
    assert days[f"{mine.number} : répondre"] == entry.answer_due
    assert f"{done.number} : accuser réception" not in days
    assert not any(other.number in said for said in days)
    assert found[0][2] == f"https://doleances.cabinet.example/registre/{found[0][0].split()[0]}"
    for secret in ("Mangin", "Jeanne", "remboursement", "courriel.example", "Claire"):
        assert secret not in text


def test_the_feed_tells_of_a_reopened_file(database, office, now):
    case = Case(database, office, now).answered()
    case.later(days=80).does(conduct.reopen, "Le client insiste")
    who, by = case.entry.responsible, case.now
    case.does(conduct.hand_over, EMAIL, by=OFFICER) if who != EMAIL else None
    with site(database, office, lambda: by) as browser:
        found = read(browser, opened(browser))
    assert [said for said, _, _ in found] == [f"{case.number} : répondre à nouveau"]


def test_an_entry_keeps_its_name_while_it_moves(database, office, now):
    Case(database, office, now)
    with site(database, office, lambda: now) as browser:
        path = opened(browser)
        names = [re.findall(r"UID:(\S+)", browser.get(path).text) for _ in range(2)]
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0]) == 2


def test_only_the_present_secret_opens_it(database, office, now):
    with site(database, office, lambda: now) as browser:
        first = opened(browser)
        assert browser.get(first).status == 200
        for wrong in WRONG:
            assert browser.get(f"/echeances/{wrong}.ics").status == 404, wrong
        browser.post("/echeances", {"do": "new"})
        second = shown(browser)
        assert browser.get(first).status == 404
        assert browser.get(second).status == 200
        browser.post("/echeances", {"do": "none"})
        assert shown(browser) == ""
        assert browser.get(second).status == 404


def test_a_disabled_account_has_no_feed_and_a_stranger_gets_none(database, office, now):
    with site(database, office, lambda: now) as browser:
        path = opened(browser)
        with database.begin() as session:
            accounts.disable(session, EMAIL, now + timedelta(days=1))
        assert browser.get(path).status == 404
        browser.cookie = ""
        assert browser.post("/echeances", {"do": "new"}).headers["location"] == "/connexion"
    with database.read() as session:
        assert rows.of_calendar(session, "") is None


def test_an_odd_name_of_the_office_breaks_no_line(database, office, now):
    """Long and odd office names are folded and escaped, not broken."""
    name = "Cabinet ; « Ève, Noël » " + "é" * 200
    changed = office.model_copy(update={"office": office.office.model_copy(update={"name": name})})
    Case(database, changed, now)
    with site(database, changed, lambda: now) as browser:
        path = opened(browser)
        answer = browser.get(path)
    assert all(len(line.encode()) <= 75 for line in answer.text.splitlines())
    assert str(Calendar.from_ical(answer.text)["x-wr-calname"]) == f"Réclamations, {name}"
