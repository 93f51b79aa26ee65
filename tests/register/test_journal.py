"""The journal: whoever changes, removes or adds a line is found out (DESIGN §3.9)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from register import journal
from register.database import Database
from register.journal import Act
from register.model import Entry


@pytest.fixture
def written(database: Database, now) -> Database:
    with database.begin() as session:
        for n in range(5):
            act = Act("claire", "decided", f"message {n}", {"label": "complaint", "n": n})
            journal.record(session, act, now + timedelta(seconds=n))
    return database


def faults(database: Database) -> list[str]:
    with database.read() as session:
        return journal.verify(session)[1]


def test_a_journal_left_alone_holds(written):
    with written.read() as session:
        assert journal.verify(session) == (5, [])


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE journal SET actor = 'thomas' WHERE seq = 3",
        "UPDATE journal SET action = 'other' WHERE seq = 5",
        "UPDATE journal SET about = 'message 9' WHERE seq = 1",
        'UPDATE journal SET payload = \'{"label": "thanks"}\' WHERE seq = 2',
        "UPDATE journal SET payload_digest = 'x' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 3",
        "DELETE FROM journal WHERE seq = 5",
        "DELETE FROM journal WHERE seq = 1",
    ],
)
def test_tampering_is_found(written, tampering):
    with written.begin() as session:
        session.execute(text(tampering))
    assert faults(written) != []


def test_a_changed_moment_is_found(written, now):
    with written.begin() as session:
        session.get_one(Entry, 4).at = now
    assert faults(written) != []


def test_an_erased_payload_leaves_the_chain_whole(written):
    with written.begin() as session:
        session.get_one(Entry, 2).payload = None
    assert faults(written) == []


def test_many_writers_make_one_chain(database, now):
    def write(n: int) -> None:
        with database.begin() as session:
            journal.record(session, Act("robot", "sorted", f"message {n}", {}), now)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with database.read() as session:
        assert journal.verify(session) == (40, [])
