"""Letters by the hundred through a bad server, by a program that is killed again and again.

Whatever happens, each letter reaches its client exactly once, or a person is asked (DESIGN §3.6).
"""

import logging
import multiprocessing
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from time import monotonic, sleep

import pytest

from config.settings import Settings
from outbound import deliver
from outbound.deliver import AT_ONCE, LEASE, Round
from outbound.postman import LONGEST, SmtpPostman
from register import journal, outbox
from register.database import Database, open_database
from register.model import LetterState
from review.desk import Desk
from tests.outbound.due import arrivals, letters_due
from tests.servers.smtp import Cut, Delay, Garble, Misdeed, Refuse, SmtpSink

log = logging.getLogger(__name__)
FASTER = 1200  # times: a minute of waiting is a twentieth of a second
# Each kind of trouble that offices meet, in a share of the cases. What waits is begun again.
TROUBLES: tuple[Misdeed, ...] = (
    Refuse("RCPT", 450, share=0.08),
    Refuse("RCPT", 550, share=0.02),
    Refuse("MAIL", 421, share=0.02),
    Refuse("DATA", 451, share=0.05),
    Refuse("DATA", 554, share=0.02),
    Garble("DATA", "what was that?", share=0.02),
    Cut("MAIL", share=0.02),
    Cut("RCPT", share=0.02),
    Cut("DATA", share=0.04),
)
LATE = Delay("DATA", 1.5, share=0.01)  # later than anybody waits for it
SLOW = Delay("RCPT", 0.02)  # so that death finds somebody at work
LOOKS = 25  # deaths, then people look after what they have left in doubt


def work_on(url: str, settings: Settings, begun: float, now: datetime) -> None:
    """A process that delivers until it is killed, on a clock that runs faster."""

    def clock() -> datetime:
        return now + timedelta(seconds=(monotonic() - begun) * FASTER)

    deliver.FRESH *= FASTER  # of real time, or every letter would go by itself
    postman = SmtpPostman(settings.smtp)
    house = Round(open_database(url), postman, settings, clock)
    while True:
        house.find_abandoned()
        with postman.burst() as line:
            if not replace(house, postman=line).deliver():
                sleep(0.02)


def soak(database: Database, settings: Settings, now: datetime, letters: int, kills: int) -> None:
    letters_due(database, settings, now, letters)
    url = database.engine.url.render_as_string(hide_password=False)
    workers = multiprocessing.get_context("forkserver")
    workers.set_forkserver_preload(["tests.e2e.test_sending_soak"])
    chance, begun, doubted = Random(20261123), monotonic(), 0
    with SmtpSink(*TROUBLES, LATE, SLOW) as sink:
        smtp = {"host": "127.0.0.1", "port": sink.port, "tls": "none", "user": ""}
        smtp |= {"timeout_seconds": 1, "per_minute": 0}
        office = settings.model_copy(update={"smtp": settings.smtp.model_copy(update=smtp)})
        for death in range(kills + 1):
            before = under_way(database)  # left by those who died just now
            worker = workers.Process(target=work_on, args=(url, office, begun, now))
            worker.start()
            try:
                if death == kills:
                    until_idle(database)
                else:
                    more = len(sink.received) + chance.randint(0, 2 * AT_ONCE)
                    until(lambda more=more: len(sink.received) > more or done(database))
                    sleep(chance.uniform(0, 0.15))
                assert worker.is_alive()
            finally:
                worker.kill()  # SIGKILL: no chance to tidy up
                worker.join()
            assert len(under_way(database) - before) <= 2 * AT_ONCE, "more begun than may be"
            if death % LOOKS == LOOKS - 1:  # else all would soon be in doubt, and no death strike
                doubted += looked_into(database, office, now, sink, begun)
        settle(database, office, now + timedelta(days=30), sink, doubted)


def looked_into(
    database: Database, office: Settings, now: datetime, sink: SmtpSink, begun: float
) -> int:
    """People look after what is in doubt, and let go again what has not left."""
    sleep(0.5)  # what was on the wire when its sender died has arrived, too
    later = now + timedelta(seconds=(monotonic() - begun) * FASTER)
    doubtful = agrees(database, office, later, sink)
    release(database, office, later)
    return doubtful


def agrees(database: Database, office: Settings, later: datetime, sink: SmtpSink) -> int:
    """Nobody works any more: what is known agrees with what the server has. Counts what is doubted."""
    there = arrivals(sink.received)
    assert set(there.values()) <= {1}, "a letter was doubled"
    for letter in all_letters(database):
        if letter.state == LetterState.SENT:
            assert there[letter.message_id] == 1
        if letter.state in (LetterState.QUEUED, LetterState.FAILED):
            assert there[letter.message_id] == 0
    house = Round(database, SmtpPostman(office.smtp), office, lambda: later + 2 * LEASE)
    house.find_abandoned()
    doubtful = counted(database)[LetterState.UNCERTAIN]
    house.prove(lambda name: name in there)
    assert counted(database)[LetterState.SENT] == len(there)
    return doubtful


def release(database: Database, office: Settings, now: datetime) -> None:
    with database.begin() as session:
        for letter in all_letters(database):
            if letter.state in (LetterState.UNCERTAIN, LetterState.FAILED):
                Desk(session, office, now).release(letter.id, "claire@cabinet.example")


def settle(
    database: Database, office: Settings, later: datetime, sink: SmtpSink, doubted: int
) -> None:
    """At the end people see to the rest, and each letter has reached its client once."""
    doubted += agrees(database, office, later, sink)
    assert doubted, "no death struck while a letter was on its way"
    sink.play()
    release(database, office, later)
    house = Round(database, SmtpPostman(office.smtp), office, lambda: later)
    while house.deliver():
        pass
    names = [letter.message_id for letter in all_letters(database)]
    assert arrivals(sink.received) == dict.fromkeys(names, 1)
    assert set(counted(database)) == {LetterState.SENT}
    with database.read() as session:
        assert journal.verify(session)[1] == []
    log.info("%d letters, %d times in doubt, each sent once", len(names), doubted)


def all_letters(database: Database):
    with database.read() as session:
        return [letter for letter, _ in outbox.listing(session)]


def under_way(database: Database) -> set[tuple[int, datetime]]:
    """Letters that are begun, and not settled."""
    some = (letter for letter in all_letters(database) if letter.state == LetterState.SENDING)
    return {(letter.id, letter.begun_at) for letter in some}


def counted(database: Database) -> Counter[str]:
    return Counter(letter.state for letter in all_letters(database))


def done(database: Database) -> bool:
    return not counted(database)[LetterState.QUEUED]


def until_idle(database: Database) -> None:
    until(lambda: not {LetterState.QUEUED, LetterState.SENDING} & set(counted(database)))


def until(condition, seconds: float = 120) -> None:
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "waited in vain"
        sleep(0.01)


def test_forty_letters_and_five_deaths(database, settings, now):
    soak(database, settings, now, letters=40, kills=5)


@pytest.mark.soak
def test_a_thousand_letters_and_five_hundred_deaths(database, settings, now):
    soak(database, settings, now, letters=1000, kills=500)


def test_the_lease_outlives_every_dialogue():
    assert LEASE.total_seconds() > deliver.FRESH.total_seconds() + LONGEST
