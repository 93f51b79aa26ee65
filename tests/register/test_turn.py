"""Among several daemons one has the turn, and a dead one's is free (PostgreSQL)."""

import pytest

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
