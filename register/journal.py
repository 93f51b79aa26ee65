"""The journal: who did what to which file, when. Only added to; every line seals the one before.

A line's seal covers the seal before it, the line itself and the digest of its payload. The payload
may be erased (GDPR) and the chain still holds; changed or removed lines break it (P-27).
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, select

from register import integrity
from register.database import Session
from register.model import Counter, Entry
from register.numbers import next_number

_SERIES = "journal"
FIRST = "0" * 64


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
    record_all(session, [act], now)


def record_all(session: Session, acts: Sequence[Act], now: datetime) -> None:
    """Add a line for each of these acts, in their order. See ``record``."""
    if not acts:
        return
    first = next_number(session, _SERIES, len(acts))
    previous = session.scalar(select(Entry.seal).where(Entry.seq == first - 1)) or FIRST
    entries = {act.about for act in acts if act.about.startswith("REC-")}
    standing = integrity.seals_of(session, entries) if entries else {}
    for seq, act in enumerate(acts, first):
        sealed = {"entry": standing[act.about]} if act.about in standing else {}
        entry = _sealed(seq, previous, replace(act, payload=act.payload | sealed), now)
        session.add(entry)
        previous = entry.seal
    session.flush()


def _sealed(seq: int, previous: str, act: Act, now: datetime) -> Entry:
    salt = secrets.token_hex(16)
    # kept as it is sealed, to be verified as it is
    payload = json.loads(_encoded_in_order(act.payload))
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
    line = (seq, entry.at.timestamp(), entry.actor, entry.action, entry.about, entry.payload_digest)
    entry.seal = _seal(previous, line)
    return entry


def told(session: Session, actor: str, action: str, about: str, since: datetime) -> bool:
    """Whether somebody did a thing since a moment."""
    query = select(Entry.seq).where(
        Entry.about == about, Entry.actor == actor, Entry.action == action, Entry.at >= since
    )
    return session.scalar(query.limit(1)) is not None


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
    # Columns, not rows of the model: half a million lines in seconds.
    columns = (Entry.seq, Entry.at, Entry.actor, Entry.action, Entry.about)
    sealed = (cast(Entry.payload, Text), Entry.salt, Entry.payload_digest, Entry.seal)
    query = select(*columns, *sealed).order_by(Entry.seq).execution_options(yield_per=1000)
    previous, expected = FIRST, 1
    for seq, at, actor, action, about, payload, salt, digest, seal in session.execute(query):
        if seq != expected:
            yield f"ligne {expected} : absente"
        if payload not in (None, "null") and not _is_what_was_sealed(salt, payload, digest):
            yield f"ligne {seq} : contenu modifié"
        if _seal(previous, (seq, at.timestamp(), actor, action, about, digest)) != seal:
            yield f"ligne {seq} : chaîne rompue"
        previous, expected = seal, seq + 1


_encoded = json.JSONEncoder().encode
_encoded_in_order = json.JSONEncoder(sort_keys=True).encode


def _digest(salt: str, payload: dict[str, Any]) -> str:
    return hashlib.sha256((salt + _encoded_in_order(payload)).encode()).hexdigest()


def _is_what_was_sealed(salt: str, payload: str, digest: str) -> bool:
    """``payload`` as it is kept; older lines were not kept in the order in which they are sealed."""
    if hashlib.sha256((salt + payload).encode()).hexdigest() == digest:
        return True
    return _digest(salt, json.loads(payload)) == digest


def _seal(previous: str, line: tuple[int, float, str, str, str, str]) -> str:
    # A list, so that no text of one field can pass for the beginning of the next.
    return hashlib.sha256(_encoded([previous, *line]).encode()).hexdigest()
