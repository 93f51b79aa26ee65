"""Copy a whole register from one database to another, and prove that it is the same."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Integer, func, insert, select, text

from config.trouble import Trouble
from register.database import Database
from register.model import Complaint, Entry, Letter, LetterState, Message, Table

_BATCH = 500
_HEAVY = 20  # rows at once where a row may be a mail of 30 MB
RESTORED = (
    "reprise d’une sauvegarde : la lettre a pu partir entre-temps. Sa copie est cherchée dans la "
    "boîte ; sans elle, décidez"
)


class CopyTrouble(Trouble):
    """The copy cannot be made, or is not the same; in French."""


@dataclass(frozen=True)
class Contents:
    """What a register holds: rows of each table, and the last seal of the journal's chain."""

    rows: Mapping[str, int]
    seal: str


def contents(connection: Connection) -> Contents:
    tables = Table.metadata.sorted_tables
    rows = {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }
    newest = select(Entry.seal).order_by(-Entry.seq).limit(1)
    return Contents(rows, connection.scalar(newest) or "")


def copy(source: Database, target: Database) -> Contents:
    """Copy every row as of one moment; the target must be empty.

    Raises ``CopyTrouble`` when it is not, or when what arrived is not what left: then nothing is
    written.
    """
    with _reading(source.engine) as reading, target.engine.begin() as writing:
        if any(contents(writing).rows.values()):
            raise CopyTrouble(
                "La base d’arrivée contient déjà des données : rien n’a été copié. "
                "Donnez une base vide."
            )
        for table in Table.metadata.sorted_tables:
            _copy_table(reading, writing, table)
        left, arrived = contents(reading), contents(writing)
        if left != arrived:
            raise CopyTrouble("La copie diffère de l’original : rien n’a été écrit. Recommencez.")
        _count_on(writing)
        return arrived


def _reading(engine: Engine) -> Connection:
    """One moment of the source, however long the copy takes."""
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    return engine.connect().execution_options(read_only=True)


def _copy_table(reading: Connection, writing: Connection, table: Any) -> None:
    heavy = any(name in table.columns for name in ("data", "judged"))
    batch = _HEAVY if heavy else _BATCH
    rows = reading.execution_options(yield_per=batch).execute(select(table)).mappings()
    for part in rows.partitions(batch):
        writing.execute(insert(table), [dict(row) for row in part])


def _count_on(connection: Connection) -> None:
    """PostgreSQL numbers rows by a sequence of its own, which copied rows do not move."""
    if connection.dialect.name != "postgresql":
        return
    for table in Table.metadata.sorted_tables:
        [*keys] = table.primary_key.columns
        if (
            len(keys) == 1
            and isinstance(keys[0].type, Integer)
            and keys[0].autoincrement is not False
        ):
            key = f'"{table.name}"'
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{key}', '{keys[0].name}'), "
                    f"(SELECT coalesce(max({keys[0].name}), 1) FROM {key}), "
                    f"(SELECT count(*) > 0 FROM {key}))"
                )
            )


def hold_letters(database: Database) -> int:
    """After a restoration: what was still to leave may have left since. Nothing of it is sent
    again by the machine (DESIGN §3.6); count what waits.
    """
    doubtful = (LetterState.QUEUED, LetterState.SENDING)
    with database.begin() as session:
        letters = session.scalars(select(Letter).where(Letter.state.in_(doubtful))).all()
        for letter in letters:
            letter.state, letter.trouble = LetterState.UNCERTAIN, RESTORED
        return len(letters)


def fingerprint(connection: Connection) -> str:
    """A digest of entries, mails and chain: two registers that hold the same have the same."""
    digest = hashlib.sha256()
    for query in (
        select(Complaint.number, Complaint.state).order_by(Complaint.id),
        select(Message.digest, Message.place).order_by(Message.id),
        select(Entry.seal).order_by(Entry.seq),
    ):
        for row in connection.execution_options(yield_per=1000).execute(query):
            digest.update("\x1f".join(map(str, row)).encode() + b"\x1e")
    return digest.hexdigest()
