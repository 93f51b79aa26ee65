"""News by server-sent events: told once, to whoever may hear them, and no longer than they may."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from threading import Event, Thread
from time import monotonic

import pytest

from register import accounts
from review import accounts as people
from review.pages import events
from review.web import serve
from tests.arrivals import COMPLAINT, DOUBT, arrive
from tests.builders import a_mail
from tests.review.site import EMAIL, PASSWORD, Browser, site
from tests.servers.process import free_port, is_free, wait_until


@pytest.fixture
def often(monkeypatch) -> None:
    monkeypatch.setattr(events, "_EVERY", 0.1)


@pytest.fixture
def looks(monkeypatch) -> list[int]:
    """As long as there were looks at the register."""
    taken: list[int] = []
    look = events.News._look
    monkeypatch.setattr(events.News, "_look", lambda *a: taken.append(1) or look(*a))
    return taken


@pytest.fixture
def browser(register, settings, now) -> Iterator[Browser]:
    with site(register, settings, lambda: now) as visitor:
        assert visitor.sign_in().status == 303
        yield visitor


@contextmanager
def listening(browser: Browser) -> Iterator[HTTPResponse]:
    line = HTTPConnection("127.0.0.1", browser.port, timeout=30)
    line.request("GET", "/evenements", headers={"Cookie": browser.cookie, "Accept": events.STREAM})
    answer = line.getresponse()
    try:
        yield answer
    finally:
        answer.close()
        line.close()


def told(answer: HTTPResponse) -> dict[str, object]:
    said = answer.readline()
    assert answer.readline() == b"\n"
    news: dict[str, object] = json.loads(said.removeprefix(b"data: "))
    return news


def test_a_mail_that_arrives_is_told(browser, often, register, settings, now):
    with listening(browser) as answer:
        assert answer.getheader("Content-Type") == "text/event-stream; charset=utf-8"
        assert answer.getheader("Cache-Control") == "no-store"
        assert told(answer)["views"] == dict.fromkeys(
            ("", "complaint", "review", "other", "blind", "unread"), 0
        )
        arrive(register, settings, now, a_mail("un", "Un", "a@b.example"), COMPLAINT)
        news = told(answer)
        assert "1 à trier" in str(news["counters"])
        arrive(register, settings, now, a_mail("deux", "Deux", "c@d.example"), DOUBT)
        assert told(answer)["views"] == {
            "": 2,
            "complaint": 1,
            "review": 1,
            "other": 0,
            "blind": 0,
            "unread": 0,
        }


def test_whoever_signs_out_hears_no_more(browser, often, looks):
    """And what has not changed was not told again in the meantime."""
    cookie = browser.cookie
    with listening(browser) as answer:
        told(answer)
        wait_until(lambda: len(looks) > 3, "more looks")
        assert browser.post("/deconnexion", {}).status == 303
        assert answer.read() == b""
    browser.cookie = cookie
    with listening(browser) as answer:
        assert answer.status == 303


def test_listening_is_no_sign_of_life(register, settings, now):
    """A page left open does not keep its owner signed in."""
    moments = [now]
    with site(register, settings, lambda: moments[0]) as browser:
        browser.sign_in()
        moments[0] += timedelta(minutes=5)
        with listening(browser) as answer:
            told(answer)
    with register.read() as session:
        [account] = accounts.every(session)
        [place] = accounts.browsers(session, account.id, now)
        assert place.seen_at == now


def test_there_is_an_end_to_how_many_listen(browser, monkeypatch):
    monkeypatch.setattr(events, "MOST", 1)
    with listening(browser) as first:
        told(first)
        with listening(browser) as second:
            assert second.status == 204
        assert browser.get("/compteurs").status == 200  # she asks now and then instead


def test_all_who_listen_share_one_look(browser, often, looks, monkeypatch):
    """So often is looked and no oftener, however many listen: however slow we are."""
    monkeypatch.setattr(events, "_HEED", 0.01)
    begun = monotonic()
    with listening(browser) as one, listening(browser) as two, listening(browser) as three:
        assert told(one) == told(two) == told(three)
        wait_until(lambda: len(looks) > 10, "more looks")
        assert len(looks) <= 3 + 1 + (monotonic() - begun) / events._EVERY


def test_the_house_closes_at_once_whoever_listens(register, settings, now):
    """``serve`` waits three seconds for pages that are being read; a stream would read for ever."""
    port, stop = free_port(), Event()
    web = settings.web.model_copy(update={"port": port})
    office = settings.model_copy(update={"web": web})
    pages = Thread(target=serve, args=(register, office, lambda: now, stop))
    pages.start()
    try:
        wait_until(lambda: not is_free(port), "the pages")
        browser = signed_in(register, port, now)
        with listening(browser) as answer:
            told(answer)
            stop.set()
            assert answer.read() == b""  # ended in order, not cut
    finally:
        stop.set()
        pages.join()


def signed_in(register, port, now) -> Browser:
    with register.begin() as session:
        people.add(session, EMAIL, "Claire Humbert", PASSWORD, now)
    browser = Browser(port)
    assert browser.sign_in().status == 303
    return browser
