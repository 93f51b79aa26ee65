"""Speed of the journey's first half, as ratios against mbsync in the same run.

Mails lie in a real Dovecot. The reference is mbsync downloading the same folder into a Maildir;
beside it: fetching and keeping (collect), reading, judging and placing what was kept (sort), and
both as the daemon does them, side by side. The memory of the house is told as it grows.
"""

from __future__ import annotations

import logging
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

if __name__ == "__main__":  # the reading processes import this file too, and need none of it
    from classifier.corpus import load as load_corpus
    from config.load import load
    from config.write import settings_file
    from daemon import service, steps
    from daemon.collecting import read
    from daemon.house import House
    from register import messages
    from tests.builders import a_mail
    from tests.e2e.office import PASSWORD, USER, mailbox_of
    from tests.servers.dovecot import Dovecot

MAILS = int(os.environ.get("MAILS", "10000"))
MBSYNC = """\
IMAPAccount office
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None

IMAPStore far
Account office

MaildirStore near
Path {folder}/near/
Inbox {folder}/near/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Sync Pull
Create Near
SyncState *
"""


def mails() -> list[bytes]:
    """As many as wanted, no two alike, of the lengths that the corpus has."""
    corpus, chance = load_corpus(), random.Random(20261123)
    found = []
    for n in range(MAILS):
        one, other = chance.choice(corpus).judged, chance.choice(corpus).judged
        said = f"{one.text}\n\nDossier n° {n}\n\nLe 3 mars 2026 à 10:12, le cabinet a écrit :\n"
        quoted = "\n".join("> " + line for line in other.text.splitlines())
        found.append(a_mail(said + quoted, one.subject or f"Dossier {n}"))
    return found


def timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def mbsync(folder: Path, dovecot: Dovecot) -> None:
    configuration = folder / "mbsyncrc"
    values = {"port": dovecot.port, "user": USER, "password": PASSWORD}
    configuration.write_text(MBSYNC.format(folder=folder, **values))
    (folder / "near").mkdir()
    subprocess.run(
        ["mbsync", "-q", "-c", str(configuration), "all"], check=True, stdin=subprocess.DEVNULL
    )
    assert len(list((folder / "near/INBOX").glob("*/*:2,*"))) == MAILS


def collect(house: House) -> None:
    [mailbox] = house.mailboxes
    with mailbox.open() as opened:
        assert read(house, mailbox, opened.folders()) == MAILS


def sort(house: House) -> None:
    done, told, judge = 0, 0, house.judge
    while count := steps.sort(house.database, judge, house.settings, house.clock()):
        done += count
        if done - told >= MAILS // 4 or done == MAILS:
            told = done
            print(f"    after {done:6} mails: {memory():4.0f} MB resident", flush=True)


def side_by_side(house: House) -> None:
    """As the daemon: one thread collects while another sorts."""
    ended = Event()

    def collecting() -> None:
        collect(house)
        ended.set()

    thread = Thread(target=collecting)
    thread.start()
    while not ended.is_set():
        service.sort_all(house)
        ended.wait(0.05)
    thread.join()
    service.sort_all(house)


def memory() -> float:
    """Megabytes of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    logging.disable()
    with tempfile.TemporaryDirectory() as folder, Dovecot() as dovecot:
        dovecot.drop(USER, mails())
        houses = []
        for name in ("apart", "together"):
            config = Path(folder) / name / "doleances.toml"
            config.parent.mkdir()
            values = mailbox_of(dovecot) | {"mailbox.0.password": PASSWORD}
            values |= {"mailbox.0.port": dovecot.port, "mailbox.0.tls": "none"}  # as for mbsync
            config.write_text(settings_file(values), encoding="utf-8")
            houses.append(House(load(config, {})))
        one, other = houses
        list(one.judge([]))  # the model is loaded once at the start of a daemon, not per mail
        reference = timed(lambda: mbsync(Path(folder), dovecot))
        kept = timed(lambda: collect(one))
        placed = timed(lambda: sort(one))
        list(other.judge([]))
        both = timed(lambda: side_by_side(other))
        with other.database.read() as session:
            assert messages.counts(session)["unsorted"] == 0
        for house in houses:
            house.close()
    for name, seconds in (
        ("mbsync", reference),
        ("collect", kept),
        ("sort", placed),
        ("collect and sort", both),
    ):
        rate, ratio = MAILS / seconds, seconds / reference
        print(f"{name:18}{rate:8.0f} mails/s {ratio:6.2f} times mbsync")


if __name__ == "__main__":
    main()
