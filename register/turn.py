"""Several daemons on one database: whose turn it is to do what only one may do at a time."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from register.database import Database


@contextmanager
def turn(database: Database, work: str) -> Iterator[bool]:
    """Whether it is ours to do this work now; nobody else does it meanwhile.

    PostgreSQL lends the turn to a connection: if its daemon dies, the turn is free at once. On
    SQLite there is one daemon, and it is always its turn.
    """
    if database.engine.dialect.name != "postgresql":
        yield True
        return
    key = {"key": int.from_bytes(hashlib.sha256(work.encode()).digest()[:8], "big", signed=True)}
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key))
        try:
            yield mine
        finally:
            if mine:
                _give_back(connection, key)
    finally:
        connection.close()


def _give_back(connection: Connection, key: dict[str, int]) -> None:
    with suppress(OperationalError):  # the server is gone, and the turn with it
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
