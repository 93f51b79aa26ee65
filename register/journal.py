"""The journal: who did what to which file, when. Only added to; every line seals the one before.

A line's seal covers the seal before it, the line itself and the digest of its payload. The payload
may be erased (GDPR) and the chain still holds; changed or removed lines break it (P-27).
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from register import integrity
from register.database import Session
from register.model import Counter, Entry
from register.numbers import next_number

_SERIES = "journal"
_FIRST = "0" * 64


@dataclass(frozen=True)
class Act:
    """What somebody did: ``about`` is a file ("message 12", "REC-2026-0001"), ``action`` a word."""

    actor: str
    action: str
    about: str
    payload: dict[str, Any]


def record(session: Session, act: Act, now: datetime) -> None:
    """Add a line. The counter's row makes writers queue, so that each seals the one before. A line
    about an entry carries the digest of the entry as it stands: tell what was done once it is done.
    """
    seq = next_number(session, _SERIES)
    previous = session.scalar(select(Entry.seal).where(Entry.seq == seq - 1)) or _FIRST
    salt = secrets.token_hex(16)
    payload = dict(act.payload)
    if act.about.startswith("REC-") and (standing := integrity.seal_of(session, act.about)):
        payload["entry"] = standing
    entry = Entry(
        seq=seq,
        at=now,
        actor=act.actor,
        action=act.action,
        about=act.about,
        payload=payload,
        salt=salt,
        payload_digest=_digest(salt, payload),
        seal="",
    )
    entry.seal = _seal(previous, entry)
    session.add(entry)
    session.flush()


def history(session: Session, about: str) -> list[Entry]:
    return list(session.scalars(select(Entry).where(Entry.about == about).order_by(Entry.seq)))


def verify(session: Session) -> tuple[int, list[str]]:
    """Walk the whole chain: the number of lines, and every fault found, in French."""
    lines = session.scalar(select(Counter.last).where(Counter.series == _SERIES)) or 0
    faults = list(_faults(session))
    held = session.scalar(select(func.count()).select_from(Entry)) or 0
    if held != lines:
        faults.append(f"le journal compte {held} lignes, {lines} ont été écrites")
    return held, faults


def _faults(session: Session) -> Iterator[str]:
    seal, expected = _FIRST, 1
    for entry in session.scalars(
        select(Entry).order_by(Entry.seq).execution_options(yield_per=1000)
    ):
        if entry.seq != expected:
            yield f"ligne {expected} : absente"
        if entry.payload is not None and _digest(entry.salt, entry.payload) != entry.payload_digest:
            yield f"ligne {entry.seq} : contenu modifié"
        if _seal(seal, entry) != entry.seal:
            yield f"ligne {entry.seq} : chaîne rompue"
        seal, expected = entry.seal, entry.seq + 1


def _digest(salt: str, payload: dict[str, Any]) -> str:
    return hashlib.sha256((salt + json.dumps(payload, sort_keys=True)).encode()).hexdigest()


def _seal(previous: str, entry: Entry) -> str:
    # A list, so that no text of one field can pass for the beginning of the next.
    line = [
        previous,
        entry.seq,
        entry.at.timestamp(),
        entry.actor,
        entry.action,
        entry.about,
        entry.payload_digest,
    ]
    return hashlib.sha256(json.dumps(line).encode()).hexdigest()
