"""Is the register as the journal says? The chain, the numbers, and every entry against its seal.

Each line of the journal about an entry carries the digest of the entry as it stood then, with its
parties, answers and findings. Whoever changes a row behind the program's back is found, even where
the journal itself was left alone (P-27).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from register.database import Session
from register.model import Answer, Complaint, Entry, Finding, Message, Party, Table

_BATCH = 500
_CHANGES_SILENTLY = frozenset({"version"})


def seals(session: Session, entries: Iterable[Complaint]) -> dict[int, str]:
    """The digest of each entry with what hangs on it, by the id of the entry."""
    known = {entry.id: entry for entry in entries}
    parts: dict[int, list[Any]] = {key: [_plain(entry)] for key, entry in known.items()}
    tables: tuple[Any, ...] = (Party, Answer, Finding)  # each with a complaint_id
    for table in tables:
        rows = session.scalars(
            select(table).where(table.complaint_id.in_(known)).order_by(table.id)
        )
        for row in rows:
            parts[row.complaint_id].append([table.__tablename__, _plain(row)])
    return {
        key: hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()
        for key, part in parts.items()
    }


def seals_of(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """The digests of entries as they stand, by number; nothing where there is none of a number."""
    session.flush()
    entries = session.scalars(select(Complaint).where(Complaint.number.in_(numbers))).all()
    sealed = seals(session, entries)
    return {entry.number: sealed[entry.id] for entry in entries}


def _plain(row: Table) -> dict[str, Any]:
    return {
        column.key: _value(getattr(row, column.key))
        for column in row.__table__.columns
        if column.key not in _CHANGES_SILENTLY
    }


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    return value.isoformat() if isinstance(value, date) else value


def faults(session: Session, *, mails: bool = False) -> Iterator[str]:
    """Every entry that is not as it was last written, every gap in the numbers and, where asked
    for since all of it must be read, every mail whose bytes are not those that arrived; in French.
    """
    yield from _gaps(session)
    yield from _changed_entries(session)
    if mails:
        yield from _changed_mails(session)


def _gaps(session: Session) -> Iterator[str]:
    numbers: dict[str, list[int]] = {}
    for number in session.scalars(select(Complaint.number)):
        series, _, rank = number.rpartition("-")
        numbers.setdefault(series, []).append(int(rank))
    for series, ranks in sorted(numbers.items()):
        missing = sorted(set(range(1, max(ranks) + 1)) - set(ranks))
        yield from (f"{series}-{rank:04} : absent du registre" for rank in missing)


def _changed_entries(session: Session) -> Iterator[str]:
    last = (
        select(func.max(Entry.seq).label("seq"))
        .where(Entry.about.startswith("REC-"))
        .group_by(Entry.about)
        .subquery()
    )
    rows = session.execute(
        select(Entry.about, Entry.payload).join(last, last.c.seq == Entry.seq)
    ).all()
    sealed = {
        row.about: row.payload["entry"] for row in rows if row.payload and "entry" in row.payload
    }
    known = list(sealed)
    found = 0
    for start in range(0, len(known), _BATCH):
        some = known[start : start + _BATCH]
        entries = session.scalars(select(Complaint).where(Complaint.number.in_(some))).all()
        found += len(entries)
        now = seals(session, entries)
        for entry in entries:
            if now[entry.id] != sealed[entry.number]:
                yield f"{entry.number} : modifié sans passer par le programme"
        session.expunge_all()
    if found < len(known):
        yield f"{len(known) - found} réclamations du journal ne sont plus au registre"


def _changed_mails(session: Session) -> Iterator[str]:
    query = (
        select(Message.id, Message.digest, Message.data)
        .where(Message.data.is_not(None))
        .execution_options(yield_per=5)  # a mail may be of 30 MB
    )
    for row in session.execute(query):
        data = row.data if isinstance(row.data, bytes) else str(row.data).encode()
        if hashlib.sha256(data).hexdigest() != row.digest:
            yield f"message {row.id} : ce n’est pas le courrier qui est arrivé"
