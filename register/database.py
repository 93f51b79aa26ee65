"""Open the register's database, on SQLite or PostgreSQL, brought to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from config.trouble import Trouble
from register.migrations import Newer, upgrade
from register.turn import Turns

__all__ = ["Database", "DatabaseTrouble", "Session", "open_database"]


class DatabaseTrouble(Trouble):
    """The database cannot be used: what happened and what to do about it, in French."""


@dataclass(frozen=True)
class Database:
    """Gives transactions. Functions of ``register`` take the session and never commit."""

    engine: Engine
    _write: sessionmaker[Session]
    _read: sessionmaker[Session]
    turns: Turns  # asked for by ``register.turn``

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A writing transaction: committed at the end, undone if anything is raised."""
        with self._write.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads, and blocks no writer."""
        with self._read() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open and migrate. Raises ``DatabaseTrouble`` when that cannot be done."""
    try:
        engine = _engine(url)
        with engine.begin() as connection:
            upgrade(connection)
    except Newer as error:
        raise DatabaseTrouble(f"Base de données : {error}") from error
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as error:
        raise DatabaseTrouble(_french(url, error)) from error
    reading = engine.execution_options(read_only=True, postgresql_readonly=True)
    return Database(
        engine,
        sessionmaker(engine, expire_on_commit=False),
        sessionmaker(reading, expire_on_commit=False),
        Turns(engine),
    )


def _engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True)  # what people wrote stays out of the log
    if engine.dialect.name == "sqlite":
        _make_sqlite_strict(engine)
    event.listen(engine, "handle_error", _quote_nobody)
    return engine


def _quote_nobody(failure: ExceptionContext) -> None:
    """PostgreSQL quotes the row that it refuses (DETAIL): what people wrote stays out of the log."""
    row = getattr(getattr(failure.original_exception, "diag", None), "message_detail", None)
    if row:
        for error in (failure.original_exception, failure.sqlalchemy_exception):
            if error is not None:
                error.args = tuple(str(told).replace(row, "…") for told in error.args)


def _make_sqlite_strict(engine: Engine) -> None:
    """Readers never block, writers queue instead of failing or losing each other's updates."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy, not sqlite3, says BEGIN
        # FULL: a committed mail survives a power cut; about half the commits per second of NORMAL.
        for pragma in (
            "busy_timeout=15000",
            "journal_mode=wal",
            "synchronous=full",
            "foreign_keys=on",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A plain BEGIN takes its lock at the first write, too late: what was read may have changed.
        reading = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _french(url: str, error: Exception) -> str:
    shown = make_url(url).render_as_string(hide_password=True) if "://" in url else url
    reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    path = Path(make_url(url).database or "") if shown.startswith("sqlite") else None
    if path and not path.parent.is_dir():
        return f"Base de données : le dossier {path.parent} n’existe pas. Créez-le, ou corrigez database.url."
    if path:
        return (
            f"Base de données : {path} ne peut pas être ouverte ou écrite ({reason}). "
            "Vérifiez les droits du dossier et la place sur le disque, ou corrigez database.url."
        )
    return (
        f"Base de données : {shown} ne répond pas ({reason}). Vérifiez database.url et le serveur."
    )
