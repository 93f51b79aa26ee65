"""Several daemons on one database: whose turn it is to do what only one may do at a time."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from register.database import Database  # which migrates, and locks for that

_TAKE, _GIVE_BACK = (
    text("SELECT pg_try_advisory_lock(:key)"),
    text("SELECT pg_advisory_unlock(:key)"),
)


@contextmanager
def turn(database: "Database", work: str) -> Iterator[bool]:
    """Whether it is ours to do this work now; nobody else does it meanwhile.

    PostgreSQL lends the turn to a connection: if its daemon dies, the turn is free at once. On
    SQLite there is one daemon, and it is always its turn.
    """
    if database.engine.dialect.name != "postgresql":
        yield True
        return
    mine = database.turns.take(work)
    try:
        yield mine
    finally:
        if mine:
            database.turns.give_back(work)


def lock_key(connection: Connection, work: str) -> int:
    """The number of a piece of work for PostgreSQL's advisory locks, which a whole database shares:
    each office, in its schema, has its own.
    """
    said = f"{connection.dialect.default_schema_name}\0{work}"
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big", signed=True)


class Turns:
    """The turns that a daemon has, all on one connection: each mailbox has one for as long as it is
    read, and a connection for each would soon be more than the server has.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._one_at_a_time = Lock()
        self._taken: set[str] = set()  # to PostgreSQL, who asks again on one connection may have it
        self._connection: Connection | None = None

    def take(self, work: str) -> bool:
        with self._one_at_a_time:
            mine = work not in self._taken and self._told(_TAKE, work)
            if mine:
                self._taken.add(work)
            self._rest()
            return mine

    def give_back(self, work: str) -> None:
        with self._one_at_a_time:
            self._taken.discard(work)
            with suppress(OperationalError):  # the server is gone, and the turn with it
                self._told(_GIVE_BACK, work)
            self._rest()

    def _told(self, statement: TextClause, work: str) -> bool:
        if self._connection is None:
            connection = self._engine.connect()
            self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            key = {"key": lock_key(self._connection, work)}
            return bool(self._connection.scalar(statement, key))
        except OperationalError:
            self._let_go()
            raise

    def _rest(self) -> None:
        if not self._taken:
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
