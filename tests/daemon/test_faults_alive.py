"""A service that really runs, and one thing within or around it that breaks.

The others go on meanwhile; once it is mended everything is made good, and nobody had to help.
"""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import event, func, select

from classifier.model import Model
from classifier.shelf import Shelf
from daemon import collecting, loop, service, steps, watching
from daemon.house import House, utc_now
from ingest import imap
from register import journal, mailboxes, outbox
from register.model import LetterState, Location, Message, Place
from tests.builders import a_mail
from tests.daemon.houses import by_wire, healthy, house_at
from tests.e2e.office import USER, until
from tests.outbound.due import arrivals, letters_due
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port
from tests.servers.smtp import SmtpSink
from tests.servers.wire import Wire

PARTS = ("collect", "sort", "deliver", "watch", "web")  # learning has tests of its own


@dataclass
class Stage:
    """A running house, the lines to its servers, and a clock that may be moved."""

    house: House
    imap: Wire
    smtp: Wire
    sink: SmtpSink
    patch: pytest.MonkeyPatch
    drop: Callable[..., None]  # so many mails, of this text, into the mailbox
    astray: timedelta = field(default=timedelta())

    def mails(self) -> tuple[int, int]:
        """How many are kept, and how many of them have their place."""
        with self.house.database.read() as session:
            kept = session.scalar(select(func.count()).select_from(Location)) or 0
            unsorted = Message.place == Place.UNSORTED
            rest = session.scalar(select(func.count()).where(unsorted)) or 0
        return kept, kept - rest

    def due(self, letters: int) -> None:
        letters_due(self.house.database, self.house.settings, self.house.clock(), letters)

    def letters(self) -> Counter[str]:
        with self.house.database.read() as session:
            return Counter(letter.state for letter, _ in outbox.listing(session))

    def reached(self) -> set[int]:
        """How often letters, and notices to the staff, have reached the server."""
        there = arrivals(self.sink.received)
        with self.house.database.read() as session:
            letters = [there[letter.message_id] for letter, _ in outbox.listing(session)]
        return {*letters, *there.values()}

    def answers(self) -> bool:
        return healthy(self.house.settings.web.port)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def stage(
    tmp_path: Path, dovecot: Dovecot, model: Model, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """A house whose pauses are short; not yet running."""
    monkeypatch.setattr(loop, "FIRST_PAUSE", 0.05)
    for rest in ("SORT_REST", "DELIVER_REST", "WEB_REST", "WATCH_REST"):
        monkeypatch.setattr(service, rest, 0.1)
    monkeypatch.setattr(imap, "_LONGEST_IDLE", 1.0)
    Shelf(tmp_path / "models").put(model)
    with SmtpSink() as sink, Wire(dovecot.port) as read, Wire(sink.port) as sent:
        values = by_wire(read) | {"web.port": free_port(), "triage.models": f"{tmp_path}/models"}
        values |= {"mailbox.0.timeout_seconds": 1, "procedure.undo_minutes": 0}
        values |= {"smtp.host": "127.0.0.1", "smtp.port": sent.port, "smtp.tls": "none"}
        values |= {"smtp.user": "", "smtp.password": "", "smtp.timeout_seconds": 1}
        with house_at(tmp_path, dovecot, **values) as house:
            found = Stage(house, read, sent, sink, monkeypatch, dropper(dovecot))
            found.house = House(house.settings, lambda: utc_now() + found.astray)
            yield found
    dovecot.doveadm("expunge", "-u", USER, "mailbox", "INBOX", "all")


def dropper(dovecot: Dovecot) -> Callable[..., None]:
    def drop(count: int, text: str = "Je voudrais une attestation.") -> None:
        moment = datetime.now().timestamp()  # noqa: DTZ005 (only that no two mails are alike)
        dovecot.drop(USER, [a_mail(f"{text} {n}", f"N° {moment}-{n}") for n in range(count)])

    return drop


@contextmanager
def running(stage: Stage) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=service.run, args=(stage.house, stop, PARTS), name="house")
    thread.start()
    try:
        yield
        until(stage.answers)
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


# --- what breaks ------------------------------------------------------------------------------


def inside(owner: object, name: str) -> Callable[[Stage], AbstractContextManager[None]]:
    """A part's own work raises."""

    @contextmanager
    def breaks(stage: Stage) -> Iterator[None]:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("une pièce s’est cassée")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(owner, name, broken)
            yield

    return breaks


def pragma(told: str, mended: str) -> Callable[[Stage], AbstractContextManager[None]]:
    """Every connection to the register is told something before it is used."""

    @contextmanager
    def breaks(stage: Stage) -> Iterator[None]:
        engine, broken = stage.house.database.engine, True

        @event.listens_for(engine, "checkout")
        def tell(connection, record, proxy):
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA {told if broken else mended}".format(pages=pages))

        yield
        broken = False

    return breaks


@contextmanager
def no_names(stage: Stage) -> Iterator[None]:
    found = socket.getaddrinfo
    ours = (stage.imap.port, stage.smtp.port)

    def gone(host, port, *args, **kwargs):
        if port in ours:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return found(host, port, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", gone)
        stage.imap.cut()
        yield


@contextmanager
def half_open(stage: Stage) -> Iterator[None]:
    """The server has forgotten us, and nobody says so."""
    stage.imap.freeze()
    yield


@contextmanager
def babble(stage: Stage) -> Iterator[None]:
    stage.imap.garbling = lambda said: b"\x00\xff" + said[::-1]
    stage.imap.cut()
    yield
    stage.imap.garbling = lambda said: said
    stage.imap.cut()


READ_ONLY = pragma("query_only = on", "query_only = off")
FULL = pragma("max_page_count = {pages}", "max_page_count = 1000000")


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        pytest.param(inside(collecting, "read"), "collect contact failed", id="collecting"),
        pytest.param(inside(steps, "sort"), "sort failed", id="sorting"),
        pytest.param(inside(watching, "watch"), "watch failed", id="watching"),
        pytest.param(inside(service, "_deliver"), "deliver failed", id="delivering"),
        pytest.param(READ_ONLY, "readonly database", id="register read-only"),
        pytest.param(FULL, "is full", id="disk full"),
        pytest.param(no_names, "collect contact failed", id="no names"),
        pytest.param(half_open, "collect contact failed", id="half-open"),
        pytest.param(babble, "collect contact failed", id="babble"),
    ],
)
def test_one_thing_breaks_and_is_made_good(stage, caplog, breaks, said):
    def told() -> bool:
        return any(said in record.getMessage() for record in caplog.records)

    stage.drop(2)
    with running(stage):
        until(lambda: stage.mails() == (2, 2))
        with breaks(stage):
            stage.drop(3, "x" * 60_000)
            until(told)
            assert stage.answers()
        stage.due(2)
        until(lambda: stage.mails() == (5, 5))
        until(lambda: stage.letters() == {LetterState.SENT: 2})
    assert stage.reached() == {1}
    with stage.house.database.read() as session:
        assert journal.verify(session)[1] == []


def test_pages_that_cannot_open_hold_up_nobody_and_open_in_the_end(stage, caplog):
    serve, tried = service.serve, []

    def refuse(*args: object) -> None:
        tried.append(1)
        if len(tried) <= 3:
            raise OSError("address already in use")
        serve(*args)

    stage.patch.setattr(service, "serve", refuse)
    stage.drop(2)
    with running(stage):
        until(lambda: stage.mails() == (2, 2))
        until(stage.answers)
    assert caplog.text.count("web failed") == 3


def test_a_server_that_swallows_every_letter_holds_up_nothing_else(stage):
    """It accepts the connection and never says a word."""
    stage.smtp.garbling = lambda _: b""
    stage.due(3)
    with running(stage):
        until(lambda: stage.smtp.connections > 0)
        stage.drop(2)
        until(lambda: stage.mails() == (2, 2))
        assert stage.answers()
        until(lambda: stage.letters() == {LetterState.QUEUED: 3})  # the one in hand was put back
        stage.smtp.garbling = lambda said: said
        stage.astray = timedelta(hours=1)  # so long nobody knocks again
        until(lambda: stage.letters() == {LetterState.SENT: 3})
    assert stage.reached() == {1}


@pytest.mark.parametrize("day", [timedelta(days=1), timedelta(days=-1)], ids=["ahead", "back"])
def test_a_clock_that_jumps_a_day_and_comes_back(stage, day):
    with running(stage):
        for done, astray in enumerate([timedelta(), day, timedelta(), day], 1):
            stage.astray = astray
            stage.drop(2)
            stage.due(1)
            until(lambda done=done: stage.mails() == (2 * done, 2 * done))
            until(lambda done=done: stage.letters() == {LetterState.SENT: done})
        with stage.house.database.read() as session:
            assert journal.verify(session)[1] == []
            passed = mailboxes.states(session)["contact"].passed_at
    assert passed is not None
    assert stage.reached() == {1}
