"""Among several daemons one has the turn, and a dead one's is free (PostgreSQL)."""

from contextlib import ExitStack

import pytest
from sqlalchemy import text

from register.database import open_database
from register.turn import turn


@pytest.fixture
def two(postgresql):
    url = postgresql.url(postgresql.create_database())
    first, second = open_database(url), open_database(url)
    yield first, second
    first.close()
    second.close()


def test_one_of_two_has_the_turn(two):
    first, second = two
    with turn(first, "sort") as mine, turn(second, "sort") as yours, turn(second, "learn") as other:
        assert (mine, yours, other) == (True, False, True)
    with turn(second, "sort") as mine:
        assert mine


def test_the_turn_of_whoever_fails_is_free(two):
    first, second = two
    with pytest.raises(ValueError, match="x"), turn(first, "sort"):
        raise ValueError("x")
    with turn(second, "sort") as mine:
        assert mine


def test_on_sqlite_it_is_always_ones_turn(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/x.db")
    with turn(database, "sort") as mine, turn(database, "sort") as again:
        assert (mine, again) == (True, True)
    database.close()


def test_a_hundred_turns_take_one_connection(two):
    first, second = two
    with ExitStack() as held:
        assert all(held.enter_context(turn(first, f"mailbox {n}")) for n in range(100))
        assert not any(held.enter_context(turn(second, f"mailbox {n}")) for n in range(100))
        assert (first.engine.pool.checkedout(), second.engine.pool.checkedout()) == (1, 0)
    assert first.engine.pool.checkedout() == 0


def test_nobody_has_a_turn_twice(two):
    first, _ = two
    with turn(first, "sort") as mine, turn(first, "sort") as again:
        assert (mine, again) == (True, False)
    with turn(first, "sort") as mine:
        assert mine


def test_turns_come_back_after_the_server_was_gone(two):
    first, second = two
    with turn(first, "sort"), turn(first, "learn"), second.engine.connect() as other:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        other.execute(text(cut))
    with turn(first, "sort") as mine, turn(second, "learn") as yours:
        assert (mine, yours) == (True, True)
