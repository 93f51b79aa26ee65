"""A private PostgreSQL: the database of the offices that have one."""

import os
import pwd
import signal
from itertools import count
from pathlib import Path
from typing import Self

import psycopg

from tests.servers import require
from tests.servers.process import PATIENCE, Process, discard, free_port, logs, private_folder, run

# PostgreSQL refuses to run as root
OWNER = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
ADMINISTRATOR = "doleances"


class PostgreSQL:
    """Databases that need no password, on ``port``; ``url`` is the address of one of them."""

    def __init__(self) -> None:
        self.port = free_port()
        self._folder = private_folder("postgresql", OWNER)
        self._data = self._folder / "data"
        self._made = count(1)
        self._process = Process(
            (
                _program("postgres"),
                *("-D", self._data),
                *("-c", "listen_addresses=127.0.0.1"),
                *("-c", f"port={self.port}"),
                *("-c", f"unix_socket_directories={self._folder}"),
                # fast, and a kill still loses nothing: only synchronous_commit=off would
                *("-c", "fsync=off"),
                *("-c", "full_page_writes=off"),
            ),
            self._folder,
            self.port,
            OWNER,
        )

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        if not self._data.exists():
            self._initialise()
        self._process.start(self._answers)

    def stop(self) -> None:
        """Cut every connection and stop; the data stay for the next start."""
        self._process.stop(signal.SIGINT)

    def kill(self) -> None:
        """Stop as in a crash; the data stay for the next start."""
        # its children are in groups of their own: only the server can end them at once
        self._process.stop(signal.SIGQUIT)

    def close(self) -> None:
        """End the server and throw its data away."""
        self.kill()
        discard(self._folder)

    @property
    def log(self) -> str:
        return logs(self._folder)

    def create_database(self, template: str = "template0") -> str:
        """The name of a new database: empty, or a copy of ``template``, which nobody may be using."""
        name = f"test_{next(self._made)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Throw the database away, whoever is still connected to it."""
        self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, database: str) -> str:
        """The address as SQLAlchemy wants it."""
        return f"postgresql+psycopg://{ADMINISTRATOR}@127.0.0.1:{self.port}/{database}"

    def _administer(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.encode())

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=ADMINISTRATOR,
            dbname="postgres",
            connect_timeout=int(PATIENCE),
            autocommit=True,
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        run(
            (
                _program("initdb"),
                *("-D", self._data),
                *("-U", ADMINISTRATOR),
                *("-A", "trust"),
                *("-E", "UTF8"),
                "--locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ),
            self._folder,
            OWNER,
        )


def _program(name: str) -> Path:
    """Debian keeps the programs of each version apart, and off the PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest = max(versions, key=lambda path: int(path.parent.name), default=None)
    return require(str(newest / name) if newest else name, "postgresql")
