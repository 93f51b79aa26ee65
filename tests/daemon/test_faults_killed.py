"""A service in a process of its own, as systemd runs it: too little disk, too little memory, and killed."""

import os
import resource
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select

from classifier.model import Model
from classifier.shelf import Shelf
from config.load import load
from config.settings import Settings
from outbound.deliver import Round
from outbound.postman import SmtpPostman
from register import journal, outbox
from register.database import Database, open_database
from register.model import LetterState, Location, Message
from tests.builders import a_mail
from tests.daemon.houses import healthy
from tests.e2e.office import USER, Office, mailbox_of, until
from tests.e2e.test_kill import all_sorted, stored
from tests.outbound.due import arrivals, letters_due
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port
from tests.servers.smtp import Delay, SmtpSink

PARTS = [word for part in ("collect", "sort", "deliver", "web") for word in ("--only", part)]
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
MAILS, LETTERS = 20, 8  # that come between two deaths
LONG_SOAK = 3600.0  # seconds


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink(Delay("RCPT", 0.02)) as server:  # so that death finds letters on their way
        yield server


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot, sink: SmtpSink, model: Model) -> Iterator[Office]:
    Shelf(tmp_path / "models").put(model)
    values = mailbox_of(dovecot) | {"web.port": free_port(), "triage.models": f"{tmp_path}/models"}
    values |= {"smtp.host": "127.0.0.1", "smtp.port": sink.port, "smtp.tls": "none"}
    yield Office(tmp_path, values | {"smtp.per_minute": 0})
    dovecot.doveadm("expunge", "-u", USER, "mailbox", "INBOX", "all")


def answers(office: Office) -> bool:
    return healthy(load(office.config, {}).web.port)


def full(office: Office, pid: int) -> tuple[int, int]:
    """No file may grow beyond what the register and its log have now."""
    sizes = [path.stat().st_size for path in office.config.parent.glob("doleances.db*")]
    return (max(sizes), resource.RLIM_INFINITY)


def cramped(office: Office, pid: int) -> tuple[int, int]:
    """What the process has, and no more."""
    [pages] = Path(f"/proc/{pid}/statm").read_text().split()[:1]
    return (int(pages) * resource.getpagesize(), resource.RLIM_INFINITY)


@pytest.mark.parametrize(
    ("which", "bound", "said"),
    [
        pytest.param(resource.RLIMIT_FSIZE, full, "collect contact failed", id="disk"),
        pytest.param(resource.RLIMIT_AS, cramped, "failed (1 in a row)", id="memory"),
    ],
)
def test_too_little_is_said_and_borne_until_there_is_more(
    office: Office, dovecot: Dovecot, which: int, bound: Callable[..., tuple[int, int]], said: str
) -> None:
    dovecot.drop(USER, [a_mail(f"Message {n}.", f"N° {n}") for n in range(3)])
    with office.daemon(*PARTS) as process:
        until(lambda: stored(office) == 3 and all_sorted(office) and answers(office))
        resource.prlimit(process.pid, which, bound(office, process.pid))
        dovecot.drop(USER, [a_mail("x" * 12_000_000, f"Gros {n}") for n in range(2)])
        until(lambda: said in office.log)
        assert process.poll() is None
        resource.prlimit(process.pid, which, NO_LIMIT)
        until(lambda: stored(office) == 5 and all_sorted(office) and answers(office))
        process.terminate()
        assert process.wait(30) == 0
    assert stored(office) == 5


# --- killed -----------------------------------------------------------------------------------


def family(pid: int) -> Iterator[int]:
    """A process and all that it began: those that read mail, and those that begin them."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def counted(database: Database) -> Counter[str]:
    with database.read() as session:
        return Counter(letter.state for letter, _ in outbox.listing(session))


def settle(database: Database, settings: Settings, sink: SmtpSink, letters: int) -> None:
    """What was cut off on its way is settled by the copy; then every letter has arrived once."""
    there = arrivals(sink.received)
    assert set(there.values()) == {1}, "a letter was doubled"
    later = datetime.now(UTC) + timedelta(days=1)
    house = Round(database, SmtpPostman(settings.smtp), settings, lambda: later)
    house.find_abandoned()
    house.prove(lambda name: name in there)
    found = counted(database)
    assert found[LetterState.SENT] == len(there)
    assert set(found) <= {LetterState.SENT, LetterState.UNCERTAIN}
    assert found.total() == letters
    with database.read() as session:
        assert journal.verify(session)[1] == []
        assert session.scalar(select(func.count(Message.subject.distinct()))) == session.scalar(
            select(func.count()).select_from(Location)
        )


def orphan(office: Office, dovecot: Dovecot, pid: int) -> None:
    """Kill the processes that read mail once there are some: others take their place."""
    for helpers_live in (True, False):
        goal = stored(office) + 3
        dovecot.drop(USER, [a_mail(f"Encore {goal}-{n}", f"Encore {goal}-{n}") for n in range(3)])
        until(lambda goal=goal: stored(office) == goal and all_sorted(office))
        if helpers_live:
            helpers = [*family(pid)][1:]
            assert helpers
            for helper in helpers:
                os.kill(helper, signal.SIGKILL)


def besiege(office: Office, dovecot: Dovecot, sink: SmtpSink, over: Callable[[int], bool]) -> None:
    """Mails and letters come while the service is killed at random."""
    settings, chance, deaths = load(office.config, {}), Random(20261123), 0
    database = open_database(settings.database.url)
    while not over(deaths):
        with office.daemon(*PARTS) as process:
            seen = stored(office)
            now = datetime.now(UTC)
            dovecot.drop(USER, [a_mail(f"Message {n}.", f"N° {deaths}-{n}") for n in range(MAILS)])
            letters_due(database, settings, now, LETTERS, f"le{deaths}.example")
            until(lambda seen=seen: stored(office) > seen)
            sleep(chance.uniform(0, 0.8))
            process.kill()
            process.wait()
        deaths += 1
    with office.daemon(*PARTS) as process:
        until(lambda: stored(office) == deaths * MAILS and all_sorted(office))
        until(lambda: LetterState.QUEUED not in counted(database))
        orphan(office, dovecot, process.pid)
        assert process.poll() is None
        process.terminate()
        assert process.wait(30) == 0
    settle(database, settings, sink, deaths * LETTERS)
    database.close()


def test_killed_three_times_and_robbed_of_its_helpers(office, dovecot, sink):
    besiege(office, dovecot, sink, lambda deaths: deaths == 3)


@pytest.mark.soak
def test_an_hour_of_deaths(office, dovecot, sink):
    end = monotonic() + LONG_SOAK
    besiege(office, dovecot, sink, lambda _: monotonic() > end)
