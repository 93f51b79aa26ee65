"""The journal's lines, and the counters that number without gaps."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from register.model.table import Table


class Counter(Table):
    """The last number given in a series; numbers have no gaps."""

    __tablename__ = "counter"
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class Entry(Table):
    """A line of the journal: append-only, each line sealed with the one before (P-27)."""

    __tablename__ = "journal"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    payload: Mapped[dict[str, Any] | None]  # may be erased: the seal holds its digest only
    salt: Mapped[str]
    payload_digest: Mapped[str]
    seal: Mapped[str]
