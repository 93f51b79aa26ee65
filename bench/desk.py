"""Speed of the desk: from a decision to the next mail shown, with a large register and a busy poller.

The pages run in a process of their own over a register on SQLite (MESSAGES as the first argument,
a million else), of which WAITING are still to be decided. Mails arrive all the while. First one person decides as fast as the pages let her;
then PEOPLE at once, each with a mail of her own, reading it for a second or two. The reference is
``/healthz`` asked by the same client between decisions: what a page costs that does nothing.
"""

import gzip
import multiprocessing
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.register import MESSAGES, NOW, entries, in_bulk, mails, write
from config.load import load
from config.settings import Settings
from config.write import settings_file
from register.database import Database, open_database
from register.model import Complaint, Message
from tests.arrivals import DOUBT, arrive
from tests.builders import a_mail
from tests.review.site import Browser, site

PEOPLE, DECISIONS = 20, 10
ALONE = 200
WAITING = 500


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "doleances.toml"
        config.write_text(settings_file({"mailbox.0.password": "x"}), encoding="utf-8")
        settings, url = load(config, {}), f"sqlite:///{folder}/register.db"
        database = open_database(url)
        with in_bulk(database):
            write(database, Complaint, entries())
            write(database, Message, decided_but_the_last())
        waiting = list(range(MESSAGES - WAITING + 1, MESSAGES + 1))
        with pages(url, settings) as port, arrivals(database, settings):
            browser = signed_in(port)
            told(
                "the mail's page",
                len(gzip.compress(browser.get(f"/message/{waiting[0]}").text.encode())),
            )
            seconds, bare = decide(browser, waiting[:ALONE], pause=0)
            report("one person", seconds, bare)
            shares = [waiting[ALONE + n :: PEOPLE][:DECISIONS] for n in range(PEOPLE)]
            report(f"{PEOPLE} people", *together(port, shares))
        database.close()


def decided_but_the_last() -> Iterator[dict[str, Any]]:
    for number, row in enumerate(mails(), start=1):
        yield row | {"place": "queue" if number > MESSAGES - WAITING else "filed"}


def told(what: str, size: int) -> None:
    print(f"{what:<24} {size / 1000:8.1f} kB compressed")


def report(who: str, seconds: list[float], bare: list[float]) -> None:
    """Milliseconds from the key to the next mail, in half and in all but five of a hundred cases."""
    middle, late = 1000 * median(seconds), 1000 * quantiles(seconds, n=20)[-1]
    ratio = median(seconds) / median(bare)
    print(
        f"{who:<24} {middle:8.1f} ms median {late:8.1f} ms at 95 %  × {ratio:.0f} of an empty answer"
    )


def decide(browser: Browser, numbers: list[int], pause: float) -> tuple[list[float], list[float]]:
    """Each mail is shown, decided and followed by the next; the seconds that each took."""
    seconds, bare = [], []
    for number in numbers:
        shown = browser.get(f"/message/{number}")
        assert shown.status == 200, shown.status
        sleep(random.uniform(0, 2 * pause))
        start = perf_counter()
        browser.get("/healthz")
        bare.append(perf_counter() - start)
        start = perf_counter()
        version = shown.text.partition('name="version" value="')[2].partition('"')[0]
        form = {"label": "service", "version": version, "next": str(numbers[0])}
        answer = browser.post(f"/message/{number}/decider", form)
        assert answer.status == 303, answer.text
        assert browser.get(answer.headers["location"]).status == 200
        seconds.append(perf_counter() - start)
    return seconds, bare


def together(port: int, shares: list[list[int]]) -> tuple[list[float], list[float]]:
    seconds: list[float] = []
    bare: list[float] = []

    def work(browser: Browser, share: list[int]) -> None:
        taken, empty = decide(browser, share, pause=1.5)
        seconds.extend(taken)
        bare.extend(empty)

    threads = [Thread(target=work, args=(signed_in(port), share)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seconds) == sum(map(len, shares))
    return seconds, bare


def signed_in(port: int) -> Browser:
    browser = Browser(port)
    browser.get("/connexion")
    assert browser.sign_in().status == 303
    return browser


@contextmanager
def pages(url: str, settings: Settings) -> Iterator[int]:
    """The pages in a process of their own; the port they listen on."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    ended = context.Event()
    process = context.Process(target=_serve, args=(url, settings, theirs, ended))
    process.start()
    try:
        yield ours.recv()
    finally:
        ended.set()
        process.join()


def _serve(url: str, settings: Settings, tell: object, ended: object) -> None:
    database = open_database(url)
    with site(database, settings, lambda: NOW) as known:
        tell.send(known.port)  # type: ignore[attr-defined]
        ended.wait()  # type: ignore[attr-defined]
    database.close()


@contextmanager
def arrivals(database: Database, settings: Settings) -> Iterator[None]:
    """A mail every twentieth of a second, kept and placed, until the end."""
    ended = Event()

    def poll() -> None:
        number = 0
        while not ended.wait(0.05):
            number += 1
            mail = a_mail(f"Message {number}.", f"Objet {number}")
            arrive(database, settings, NOW, mail, DOUBT)

    thread = Thread(target=poll)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    main()
