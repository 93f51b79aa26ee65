"""One daemon for one SQLite file; PostgreSQL may have several."""

import subprocess
import sys
from pathlib import Path

import pytest

from register.alone import NotAlone, alone, somebody_works
from register.database import open_database

HOLD = """
import sys
from register.alone import alone
from register.database import open_database
with alone(open_database(sys.argv[1]), sys.argv[2:]):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(url: str, *works: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url, *works],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()  # as hard as can be: nothing is left behind
    process.communicate()


def test_a_second_daemon_on_a_file_is_told_so_and_a_dead_one_holds_nothing(tmp_path):
    url = f"sqlite:///{tmp_path}/doleances.db"
    database = open_database(url)
    first = holder(url, "collect", "sort")
    try:
        assert somebody_works(database, ["sort"])
        told = pytest.raises(NotAlone, match=r"Un autre service Doléances.*doleances\.db")
        with told, alone(database, ["web", "collect"]):
            pass
        with alone(database, ["web", "deliver"]):  # a house split among processes
            pass
    finally:
        end(first)
    assert not somebody_works(database, ["collect", "sort"])
    database.close()


def test_several_share_postgresql(postgresql):
    url = postgresql.url(postgresql.create_database())
    database = open_database(url)
    first = holder(url, "collect")
    try:
        with alone(database, ["collect"]):
            pass
    finally:
        end(first)
    database.close()
