"""Speed of delivering: the outbox, journal and proofs included, as ratios against bare SMTP.

A real Exim takes the letters, in clear, and keeps them on its disk (fsync) without delivering them:
its own work after « 250 OK » is no part of anybody's time. The reference is ``smtplib`` over one
connection in the same run, with nothing claimed, remembered or proved: once handing over the very
same bytes, and once writing each letter from its template first, as whoever sends one must. Ours
claims each letter, writes it, keeps its bytes, hands it over, and notes proof, register and journal,
every commit on the disk (fsync). They take turns, batch by batch, so that a busy machine slows all;
the CPU's time, Exim's not counted, says what that leaves open. Each letter goes to its client and, as
a copy, to the office. ``LETTERS=500 make bench`` is quick; ``DELIVER=1`` lets Exim deliver as well.
"""

import logging
import os
import smtplib
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parent.parent))

from config.load import load
from config.settings import Settings
from config.write import settings_file
from outbound.deliver import Round
from outbound.postman import SmtpPostman
from outbound.write import enclose, write
from register import journal, outbox
from register.database import Database, open_database
from register.model import Letter, LetterState
from tests.outbound.due import letters_due
from tests.servers.exim import Exim

LETTERS = int(os.environ.get("LETTERS", "5000"))
BATCH = 100  # as many as one connection of ours carries
AT_MOST = 2.0  # times the bare sending
CLIENTS, OFFICE = "client.example", "contact@cabinet.example"


def now() -> datetime:
    return datetime.now(UTC)


def office_at(folder: Path, port: int) -> Settings:
    path = folder / "doleances.toml"
    values: dict[str, str | int] = {
        "office.email": OFFICE,
        "smtp.host": "127.0.0.1",
        "smtp.port": port,
        "smtp.tls": "none",
        "smtp.user": "",
        "smtp.per_minute": 0,
    }
    path.write_text(settings_file(values), encoding="utf-8")
    return load(path, {})


@dataclass
class Time:
    """Seconds by the clock, and of our CPU."""

    clock: float = 0
    cpu: float = 0

    def of(self, work: Callable[[], object]) -> None:
        clock, cpu = perf_counter(), process_time()
        work()
        self.clock += perf_counter() - clock
        self.cpu += process_time() - cpu


def bare(line: smtplib.SMTP, letters: list[tuple[str, bytes]]) -> None:
    for recipient, data in letters:
        line.sendmail(OFFICE, [recipient, OFFICE], data)


def as_sent(database: Database, first: int, count: int) -> list[tuple[str, bytes]]:
    """The letters that have just left, as they were handed over."""
    with database.read() as session:
        rows = [outbox.as_sent(session, number) for number in range(first + 1, first + count + 1)]
        return [(row.recipient, row.data) for row in rows if row and row.data]


def written(
    database: Database, settings: Settings, first: int, count: int
) -> list[tuple[str, bytes]]:
    """The same letters, written anew."""
    with database.read() as session:
        rows = [session.get_one(Letter, number) for number in range(first + 1, first + count + 1)]
        return [
            (row.recipient, write(enclose(session, row, settings), settings.office, now()))
            for row in rows
        ]


def main() -> int:
    logging.disable(logging.WARNING)
    people = [OFFICE, *(f"client{number}@{CLIENTS}" for number in range(LETTERS))]
    queued = "DELIVER" not in os.environ
    with tempfile.TemporaryDirectory() as name, Exim(people, only_queued=queued) as exim:
        settings = office_at(Path(name), exim.port)
        database = open_database(settings.database.url)
        letters_due(database, settings, now(), LETTERS, CLIENTS)
        ours, ready, writing = Time(), Time(), Time()
        with (
            SmtpPostman(settings.smtp).burst() as line,
            smtplib.SMTP("127.0.0.1", exim.port) as wire,
        ):
            work = Round(database, line, settings, now)
            for first in range(0, LETTERS, BATCH):
                count = min(BATCH, LETTERS - first)
                ours.of(lambda count=count: work.deliver(count))
                letters = as_sent(database, first, count)
                assert len(letters) == count
                ready.of(lambda letters=letters: bare(wire, letters))
                batch = partial(written, database, settings, first, count)
                writing.of(lambda batch=batch: bare(wire, batch()))
        with database.read() as session:
            sent = [letter.state for letter, _ in outbox.listing(session)].count(LetterState.SENT)
            _, faults = journal.verify(session)
        database.close()
    assert sent == LETTERS
    assert not faults
    print(f"{LETTERS} letters, all sent, journal whole")
    for what, time in (
        ("bare smtplib, bytes at hand", ready),
        ("bare smtplib, writing them", writing),
        ("outbox, proof, journal", ours),
    ):
        speed, cpu = LETTERS / time.clock, 1000 * time.cpu / LETTERS
        print(f"{what:<29}{time.clock:7.1f} s {speed:6.0f} letters/s {cpu:6.1f} ms of CPU each")
    ratio = ours.clock / ready.clock
    print(f"ratio to the bytes at hand   {ratio:7.2f}   (wanted: at most {AT_MOST})")
    print(f"ratio to writing and sending {ours.clock / writing.clock:7.2f}")
    return 0 if ratio <= AT_MOST else 1


if __name__ == "__main__":
    sys.exit(main())
