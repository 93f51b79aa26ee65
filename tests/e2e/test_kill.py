"""Nothing is lost, nothing is doubled, whatever is killed (DESIGN §3.1)."""

import random
import sqlite3
from pathlib import Path

from tests.builders import a_mail
from tests.e2e.office import USER, Office, mailbox_of, until
from tests.servers.dovecot import Dovecot

MAILS = 1000
KILLS = 3


def stored(office: Office) -> int:
    path = office.config.parent / "doleances.db"
    if not path.exists():
        return 0
    with sqlite3.connect(path) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM location").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # the tables are not there yet


def test_a_thousand_mails_and_three_kills(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    marks = sorted(chance.sample(range(50, MAILS - 50), KILLS))
    with Dovecot() as dovecot:
        office = Office(tmp_path, mailbox_of(dovecot))
        mails = [a_mail(f"Message numéro {n}.", f"N° {n}") for n in range(MAILS)]
        delivered = 0
        for mark in [*marks, MAILS]:
            with office.daemon("--only", "collect", "--only", "sort") as process:
                while stored(office) < mark:
                    assert process.poll() is None, office.log
                    if delivered < MAILS:
                        dovecot.drop(USER, mails[delivered : delivered + 40])
                        delivered += 40
                    goal = min(delivered, mark)
                    until(lambda goal=goal: stored(office) >= goal)
                if mark == MAILS:
                    until(lambda: all_sorted(office))
                process.kill()  # SIGKILL: no chance to tidy up
                process.wait()
        [line] = office.json("reconcile")
    assert (line["on_server"], line["in_database"], line["missing_uids"]) == (MAILS, MAILS, [])
    with sqlite3.connect(tmp_path / "doleances.db") as connection:
        [subjects, rows] = connection.execute(
            "SELECT count(DISTINCT subject), count(*) FROM message"
        ).fetchone()
    assert (subjects, rows) == (MAILS, MAILS)


def all_sorted(office: Office) -> bool:
    with sqlite3.connect(office.config.parent / "doleances.db") as connection:
        query = "SELECT count(*) FROM message WHERE place = 'unsorted'"
        return int(connection.execute(query).fetchone()[0]) == 0


def test_a_daemon_told_to_stop_stops(tmp_path: Path) -> None:
    with Dovecot() as dovecot:
        dovecot.drop(USER, [a_mail()])
        office = Office(tmp_path, mailbox_of(dovecot))
        with office.daemon() as process:
            until(lambda: stored(office) == 1)
            process.terminate()
            assert process.wait(timeout=30) == 0
    assert "Traceback" not in office.log
