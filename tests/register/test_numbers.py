"""Numbers have no gaps and are never given twice, on both databases (P-27)."""

from concurrent.futures import ThreadPoolExecutor

from register.database import Database
from register.numbers import next_number


class Undone(Exception):
    pass


def test_eight_at_once_and_some_who_change_their_mind(database: Database) -> None:
    def take(n: int) -> int | None:
        try:
            with database.begin() as session:
                number = next_number(session, "REC-2026")
                if n % 5 == 0:
                    raise Undone
                return number
        except Undone:
            return None

    with ThreadPoolExecutor(8) as pool:
        given = [number for number in pool.map(take, range(60)) if number]
    assert sorted(given) == list(range(1, 49))


def test_each_series_counts_for_itself(database: Database) -> None:
    with database.begin() as session:
        assert [next_number(session, name) for name in ("a", "b", "a")] == [1, 1, 2]
        assert next_number(session, "a", 5) == 3  # the first of five
        assert next_number(session, "a") == 8
