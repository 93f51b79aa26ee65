"""Who comes in, how long they stay, and the way in for somebody new (regulation §8.4)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import pytest

from register import journal
from review import accounts
from review.desk import Refused
from tests.conftest import NOON
from tests.review.site import EMAIL, PASSWORD, Browser, site

SHIPPED = accounts.hasher  # before the tests put a quicker one in its place
NEW = "une autre longue phrase"


@dataclass
class Watch:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def browser(register, settings, watch) -> Iterator[Browser]:
    with site(register, settings, watch) as known:
        yield known


def is_in(browser: Browser) -> bool:
    return browser.get("/registre").status == 200


def test_a_stolen_register_gives_no_passwords_away():
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=[3-9],p=4\$", SHIPPED.hash("un long secret"))


def test_who_does_nothing_for_an_hour_has_left(browser, watch):
    browser.sign_in()
    watch.later(minutes=40)
    assert is_in(browser)
    watch.later(minutes=40)
    assert is_in(browser)
    watch.later(minutes=61)
    assert not is_in(browser)


def test_a_page_that_asks_by_itself_keeps_nobody_in(browser, watch):
    browser.sign_in()
    for _ in range(7):
        watch.later(minutes=10)
        answer = browser.get("/compteurs", HX_Request="true")
    assert answer.status == 303


def test_even_who_works_on_signs_in_again_in_the_end(browser, watch):
    browser.sign_in()
    for _ in range(25):
        watch.later(minutes=29)
        if not is_in(browser):
            break
    assert timedelta(hours=12) <= watch.now - NOON <= timedelta(hours=12.5)


def test_a_machine_that_guesses_is_stopped_whatever_the_account(browser, watch):
    for n in range(accounts.FROM_ONE):
        assert browser.sign_in(email=f"personne{n}@x.example").status == 401
    assert browser.sign_in().status == 429
    watch.later(minutes=16)
    assert browser.sign_in().status == 303


def test_an_invitation_lets_somebody_choose_a_password_once(register, browser, watch):
    with register.begin() as session:
        token = accounts.invite(session, "Paul@cabinet.example", "Paul Petit", watch.now)
    address = f"/invitation/{token}"
    assert "Choisissez" in browser.get(address).text
    assert browser.post(address, {"password": NEW, "again": "pas la même"}).status == 422
    assert browser.post(address, {"password": "court", "again": "court"}).status == 422
    assert browser.post(address, {"password": NEW, "again": NEW}).status == 303
    assert browser.sign_in(NEW, "paul@cabinet.example").status == 303
    again = browser.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert "déjà servi" in again.text
    with register.read() as session:
        lines = journal.history(session, "paul@cabinet.example")
    assert [line.action for line in lines] == ["invited", "password chosen"]


def test_an_old_invitation_or_a_wrong_one_opens_nothing(register, browser, watch):
    with register.begin() as session:
        token = accounts.invite(session, "paul@cabinet.example", "Paul", watch.now)
    watch.later(hours=25)
    for found in (token, "invente"):
        answer = browser.post(f"/invitation/{found}", {"password": NEW, "again": NEW})
        assert answer.status == 422
    assert browser.sign_in(NEW, "paul@cabinet.example").status == 401


def test_a_new_password_closes_every_other_browser(browser):
    other = Browser(browser.port)
    assert (browser.sign_in().status, other.sign_in().status) == (303, 303)
    browser.get("/compte")
    wrong = browser.post("/compte/mot-de-passe", {"old": "faux", "password": NEW, "again": NEW})
    assert wrong.status == 422
    assert is_in(other)
    right = browser.post("/compte/mot-de-passe", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert right.status == 303
    assert is_in(browser)
    assert not is_in(other)
    assert other.sign_in().status == 401
    assert other.sign_in(NEW).status == 303


def test_a_browser_left_somewhere_is_closed_from_here(register, browser, watch):
    other = Browser(browser.port)
    browser.sign_in()
    other.sign_in()
    shown = browser.get("/compte").text
    [digest] = [part.partition('"')[0] for part in shown.split('name="browser" value="')[1:]]
    assert browser.post("/compte/fermer", {"browser": digest}).status == 303
    assert not is_in(other)
    assert is_in(browser)


def test_nobody_closes_the_browser_of_somebody_else(register, browser, watch):
    with register.begin() as session:
        accounts.add(session, "paul@cabinet.example", "Paul", NEW, watch.now)
    paul = Browser(browser.port)
    assert paul.sign_in(NEW, "paul@cabinet.example").status == 303
    browser.sign_in()
    with register.read() as session:
        seen = accounts.visitor(session, paul.cookie.partition("=")[2], watch.now, timedelta(1))
    assert seen is not None
    browser.get("/compte")
    browser.post("/compte/fermer", {"browser": seen.browser})
    assert is_in(paul)


def test_a_closed_account_is_out_at_once(register, browser, watch):
    browser.sign_in()
    with register.begin() as session:
        accounts.disable(session, EMAIL, watch.now)
    assert not is_in(browser)
    with pytest.raises(Refused), register.begin() as session:
        accounts.change_password(session, "personne@x.example", NEW, watch.now)


# --- the second factor ------------------------------------------------------------------------


def activated(browser: Browser, watch: Watch) -> pyotp.TOTP:
    browser.sign_in()
    secret = re.search(r"<code>(\w{32})</code>", browser.get("/compte").text)
    assert secret
    telephone = pyotp.TOTP(secret[1])
    code = telephone.at(watch.now)
    answer = browser.post("/compte/code", {"secret": secret[1], "code": code})
    assert answer.status == 303
    return telephone


def test_a_code_is_asked_and_none_serves_twice(browser, watch):
    telephone = activated(browser, watch)
    other = Browser(browser.port)
    assert other.sign_in().status == 401
    assert other.sign_in(code=telephone.at(watch.now)).status == 401  # used when it was turned on
    watch.later(seconds=30)
    assert other.sign_in(code=telephone.at(watch.now)).status == 303
    third = Browser(browser.port)
    assert third.sign_in(code=telephone.at(watch.now)).status == 401
    watch.later(seconds=300)
    assert third.sign_in(code=telephone.at(watch.now - timedelta(seconds=120))).status == 401


def test_a_right_code_does_not_make_up_for_a_wrong_password(browser, watch):
    telephone = activated(browser, watch)
    watch.later(seconds=30)
    other = Browser(browser.port)
    assert other.sign_in("faux", code=telephone.at(watch.now)).status == 401


def test_a_telephone_that_has_not_the_secret_changes_nothing(browser, watch):
    browser.sign_in()
    browser.get("/compte")
    for secret in ("", "x", "A" * 32, pyotp.random_base32()):
        answer = browser.post("/compte/code", {"secret": secret, "code": "123456"})
        assert answer.status == 422
    assert Browser(browser.port).sign_in().status == 303


def test_it_is_taken_away_with_the_password_or_by_the_administrator(register, browser, watch):
    activated(browser, watch)
    browser.get("/compte")
    assert browser.post("/compte/sans-code", {"password": "faux"}).status == 422
    assert Browser(browser.port).sign_in().status == 401
    assert browser.post("/compte/sans-code", {"password": PASSWORD}).status == 303
    assert Browser(browser.port).sign_in().status == 303
    activated(browser, watch)
    with register.begin() as session:
        accounts.forget_telephone(session, EMAIL, watch.now)
    assert Browser(browser.port).sign_in().status == 303
