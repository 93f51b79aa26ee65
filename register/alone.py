"""One daemon for one SQLite file: a second one is told so, and does not begin."""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.trouble import Trouble
from register.database import Database


class NotAlone(Trouble):
    """Another process does this work on the same file already."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Un autre service Doléances travaille déjà sur {path}. Un fichier SQLite n’en supporte "
            "qu’un : arrêtez l’autre (« systemctl stop doleances »), ou passez à PostgreSQL, que "
            "plusieurs services peuvent partager."
        )


@contextmanager
def alone(database: Database, works: Iterable[str]) -> Iterator[None]:
    """Hold these works for ourselves. Raises ``NotAlone`` if another process has one of them.

    Each work is a byte of one file that the kernel locks for a process (fcntl(2)): free the moment
    it dies, and a house may still be split among processes that do different works. PostgreSQL
    gives turns instead (``register.turn``).
    """
    name = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or not name or name == ":memory:":
        yield
        return
    with ExitStack() as held:
        lock = os.open(f"{name}-daemon", os.O_RDWR | os.O_CREAT, 0o600)
        held.callback(os.close, lock)  # gives back every byte
        for work in works:
            byte = int.from_bytes(hashlib.sha256(work.encode()).digest()[:4])
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
            except OSError as error:
                raise NotAlone(Path(name)) from error
        yield


def somebody_works(database: Database, works: Iterable[str]) -> bool:
    """Whether a daemon is running on this file, as far as this machine can tell."""
    try:
        with alone(database, works):
            return False
    except NotAlone:
        return True
