"""One office tries to cross into another on the same PostgreSQL, by every way there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.pool import NullPool

from register import offices
from register.database import Database, open_database
from register.migrations import upgrade
from register.model import Counter, Table
from register.turn import turn
from register.wall import build_wall

MINE, THEIRS = "office_metz", "office_nancy"


@contextmanager
def refused(because: str = "") -> Iterator[None]:
    """For want of rights (SQLSTATE 42501), and for nothing else."""
    with pytest.raises(DBAPIError, match=because or None) as error:
        yield
    assert getattr(error.value.orig, "sqlstate", "") == "42501", error.value


@dataclass
class Two:
    """Two offices, each with a counter of its own, and the administrator of their database."""

    admin: Engine
    mine: Database
    theirs: Database
    urls: tuple[str, str]


@pytest.fixture(scope="module")
def two(postgresql) -> Iterator[Two]:
    admin_url = postgresql.url(postgresql.create_database())
    urls = (offices.create(admin_url, "metz"), offices.create(admin_url, "nancy"))
    mine, theirs = map(open_database, urls)
    admin = create_engine(admin_url, poolclass=NullPool)
    for database, count in ((mine, 1), (theirs, 41)):
        with database.begin() as session:
            session.add(Counter(series="REC-2026", last=count))
    yield Two(admin, mine, theirs, urls)
    mine.close()
    theirs.close()
    offices.drop(admin_url, "metz")
    offices.drop(admin_url, "nancy")


@pytest.fixture
def line(two) -> Iterator[Connection]:
    """My connection; nothing stays of what is done with it."""
    with two.mine.engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def granted(two) -> Iterator[Two]:
    """Somebody granted me far too much, for one test."""
    with two.admin.begin() as connection:
        for what in _TOO_MUCH:
            connection.exec_driver_sql(f"GRANT {what} TO {MINE}")
    yield two
    with two.admin.begin() as connection:
        for what in _TOO_MUCH:
            connection.exec_driver_sql(f"REVOKE {what} FROM {MINE}")


_TOO_MUCH = (
    f"USAGE ON SCHEMA {THEIRS}",
    f"ALL ON ALL TABLES IN SCHEMA {THEIRS}",
    f"EXECUTE ON ALL FUNCTIONS IN SCHEMA {THEIRS}",
)

# What I try; the first wall is the server's.
ATTEMPTS = {
    "select": f"SELECT * FROM {THEIRS}.complaint",
    "insert": f"INSERT INTO {THEIRS}.counter VALUES ('x', 1)",
    "update": f"UPDATE {THEIRS}.counter SET last = 0",
    "delete": f"DELETE FROM {THEIRS}.counter",
    "truncate": f"TRUNCATE {THEIRS}.counter",
    "copy out": f"COPY {THEIRS}.message TO STDOUT",
    "copy in": f"COPY {THEIRS}.counter FROM STDIN",
    "copy to a program": "COPY counter TO PROGRAM 'cat'",
    "a file of the server": "SELECT pg_read_file('PG_VERSION')",
    "view": f"SELECT * FROM {THEIRS}.complaint_words",
    "next number": f"SELECT nextval('{THEIRS}.complaint_id_seq')",
    "last number": f"SELECT last_value FROM {THEIRS}.complaint_id_seq",
    "function": f"SELECT {THEIRS}.doleances_fold('é')",
    "prepared": f"PREPARE p AS SELECT * FROM {THEIRS}.complaint",
    "lock": f"LOCK TABLE {THEIRS}.complaint",
    "explain": f"EXPLAIN ANALYZE SELECT * FROM {THEIRS}.complaint",
    "foreign key": f"CREATE TABLE probe (id integer REFERENCES {THEIRS}.complaint (id))",
    "inherit": f"CREATE TABLE probe () INHERITS ({THEIRS}.complaint)",
    "trigger": f"CREATE TRIGGER t BEFORE TRUNCATE ON {THEIRS}.counter EXECUTE FUNCTION own_truncation()",
    "new table there": f"CREATE TABLE {THEIRS}.x (id integer)",
    "new table in public": "CREATE TABLE public.x (id integer)",
    "new schema": "CREATE SCHEMA other",
    "temporary table": "CREATE TEMPORARY TABLE x (id integer)",
    "drop": f"DROP SCHEMA {THEIRS} CASCADE",
    "drop a table": f"DROP TABLE {THEIRS}.complaint",
    "pull down the wall": f"ALTER TABLE {THEIRS}.complaint DISABLE ROW LEVEL SECURITY",
    "grant": f"GRANT USAGE ON SCHEMA {THEIRS} TO {MINE}",
    "become them": f"SET ROLE {THEIRS}",
    "log in as them": f"SET SESSION AUTHORIZATION {THEIRS}",
    "join them": f"GRANT {THEIRS} TO {MINE}",
    "new role": "CREATE ROLE other",
    "their password": "SELECT * FROM pg_authid",
    "their search path": f"ALTER ROLE {THEIRS} SET search_path = {MINE}",
    "extension": "CREATE EXTENSION dblink",
    "switch the wall off": f"SET LOCAL row_security = off; SELECT * FROM {THEIRS}.counter",
}


@pytest.mark.parametrize("statement", ATTEMPTS)
def test_the_server_refuses(statement, line):
    with refused():
        line.exec_driver_sql(ATTEMPTS[statement])


def test_another_search_path_finds_nothing(line):
    line.exec_driver_sql(f"SET search_path = {THEIRS}, {MINE}")
    assert line.scalar(select(Counter.last)) == 1  # mine: theirs is passed over


# The second wall: rights were granted, and still nothing is crossed.


@pytest.mark.parametrize("table", [table.name for table in Table.metadata.sorted_tables])
def test_behind_a_mistaken_grant_no_table_shows_or_takes_a_row(granted, table):
    with granted.mine.engine.connect() as line:
        plan = list(line.exec_driver_sql(f'EXPLAIN SELECT * FROM {THEIRS}."{table}"').scalars())
        assert "One-Time Filter: false" in plan[1]  # most tables are empty: nothing would be read
        assert line.exec_driver_sql(f'DELETE FROM {THEIRS}."{table}"').rowcount == 0
        line.rollback()
        with refused("another office"):
            line.exec_driver_sql(f'TRUNCATE {THEIRS}."{table}" CASCADE')


def test_behind_a_mistaken_grant_nothing_is_read_written_or_copied(granted):
    with granted.mine.engine.connect() as line:
        assert line.exec_driver_sql(f"UPDATE {THEIRS}.counter SET last = 0").rowcount == 0
        assert line.scalar(text(f"SELECT count(*) FROM {THEIRS}.complaint_words")) == 0
        line.exec_driver_sql(f"SET LOCAL search_path = {THEIRS}")
        assert line.scalar(select(func.count()).select_from(Counter)) == 0
        with refused("row-level security policy"):
            line.exec_driver_sql(f"INSERT INTO {THEIRS}.counter VALUES ('x', 1)")
        line.rollback()
        line.exec_driver_sql("SET LOCAL row_security = off")
        with refused("row-level security policy"):
            line.exec_driver_sql(f"SELECT * FROM {THEIRS}.counter")
        line.rollback()
        cursor = line.connection.cursor()
        with cursor.copy(f"COPY {THEIRS}.counter TO STDOUT") as copied:
            assert list(copied) == []
    assert _count(granted.theirs) == 41


def test_their_view_reads_no_more_for_me_than_i_may(granted):
    """A view reads as its owner unless told otherwise."""
    with granted.theirs.engine.begin() as there:
        there.exec_driver_sql("CREATE VIEW leak AS TABLE counter")
        build_wall(there)
        there.exec_driver_sql(f"GRANT SELECT ON leak TO {MINE}")
    with granted.mine.read() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {THEIRS}.leak")) == 0
    with granted.theirs.engine.begin() as there:
        there.exec_driver_sql("DROP VIEW leak")


def test_made_a_member_by_mistake_i_have_no_rights_yet(two, line):
    with two.admin.begin() as connection:
        connection.exec_driver_sql(f"GRANT {THEIRS} TO {MINE}")
    try:
        with refused():
            line.exec_driver_sql(f"SELECT * FROM {THEIRS}.counter")
    finally:
        with two.admin.begin() as connection:
            connection.exec_driver_sql(f"REVOKE {THEIRS} FROM {MINE}")


def test_every_table_stands_behind_the_wall(two):
    for url in two.urls:
        assert offices.standing(url).unwalled == ()


def test_a_table_of_a_later_migration_gets_its_wall(two):
    with two.theirs.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE later (id integer)")
        connection.exec_driver_sql("INSERT INTO later VALUES (1)")
        build_wall(connection)
    assert offices.standing(two.urls[1]).unwalled == ()
    with two.theirs.engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM later")) == 1
        connection.exec_driver_sql("DROP TABLE later")


def test_no_function_or_view_runs_with_its_owners_rights(two):
    with two.theirs.read() as session:
        definers = session.scalar(
            text(
                "SELECT count(*) FROM pg_proc WHERE prosecdef "
                "AND pronamespace = current_schema()::regnamespace"
            )
        )
        views = session.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = "
                "current_schema()::regnamespace AND NOT 'security_invoker=true' = ANY "
                "(coalesce(reloptions, '{}'))"
            )
        ).all()
    assert (definers, views) == (0, [])


def test_a_single_office_has_no_wall_and_needs_none(postgresql):
    database = open_database(postgresql.url(postgresql.create_database()))
    with database.read() as session:
        walls = session.scalar(text("SELECT count(*) FROM pg_policies"))
    assert walls == 0
    database.close()


def test_search_still_goes_by_its_index(two):
    """A condition as policy would forbid it."""
    with two.mine.engine.connect() as line:
        line.exec_driver_sql("SET LOCAL enable_seqscan = off")
        asked = """EXPLAIN SELECT id FROM message_search WHERE "all" @@ to_tsquery('simple', 'x')"""
        plan = "\n".join(line.scalars(text(asked)))
        line.rollback()
    assert "Bitmap Index Scan on ix_message_search_all" in plan


# What a whole database shares.


def test_no_office_waits_for_another_ones_turn(two):
    with turn(two.mine, "sort") as mine, turn(two.theirs, "sort") as theirs:
        assert (mine, theirs) == (True, True)
        with turn(two.mine, "sort") as again:
            assert not again


def test_no_office_waits_while_another_one_migrates(two):
    with two.theirs.engine.begin() as migrating:
        upgrade(migrating)
        open_database(two.urls[0] + "?options=-c%20lock_timeout%3D2000").close()


def test_what_they_are_asking_is_not_shown(two):
    with two.theirs.engine.connect() as there, two.mine.engine.connect() as line:
        there.exec_driver_sql("SELECT 'Madame Durand'")
        pid = there.scalar(text("SELECT pg_backend_pid()"))
        asking = line.scalar(
            text("SELECT query FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid}
        )
        with refused():
            line.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        line.rollback()
        assert asking == "<insufficient privilege>"
        seen = line.scalar(
            text("SELECT count(*) FROM pg_stats WHERE schemaname = :s"), {"s": THEIRS}
        )
        assert seen == 0


def test_a_large_object_is_its_owners(two):
    with two.theirs.engine.begin() as there:
        number = there.scalar(text("SELECT lo_from_bytea(0, 'secret')"))
    with two.mine.engine.connect() as line, refused():
        line.execute(text("SELECT lo_get(:n)"), {"n": number})
    with two.theirs.engine.begin() as there:
        there.execute(text("SELECT lo_unlink(:n)"), {"n": number})


def test_no_office_takes_all_the_connections(two):
    with two.admin.connect() as connection:
        most = connection.scalar(
            text("SELECT rolconnlimit FROM pg_roles WHERE rolname = :r"), {"r": MINE}
        )
    assert most == offices.AT_ONCE


def test_a_stranger_to_the_offices_does_not_come_in(two):
    with two.admin.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE stranger LOGIN")
    url = two.admin.url.set(username="stranger")
    try:
        with pytest.raises(DatabaseError, match="permission denied"):
            create_engine(url, poolclass=NullPool).connect()
    finally:
        with two.admin.begin() as connection:
            connection.exec_driver_sql("DROP ROLE stranger")


def _count(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(Counter.last)).one()
