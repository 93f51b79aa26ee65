"""The invented mails of the demonstration, and what a careful person says they are."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any

from classifier.labels import Label


@dataclass(frozen=True)
class Sample:
    """An invented mail, and what a careful person says it is (``samples/expected.json``)."""

    name: str
    data: bytes
    expected: dict[str, Any]

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()

    @property
    def label(self) -> Label:
        return Label(self.expected["expect"])


def samples(now: datetime) -> list[tuple[Sample, datetime]]:
    """The invented mails with their moments of arrival, redated into the days before ``now``."""
    folder = files("daemon").joinpath("samples")
    expected = json.loads(folder.joinpath("expected.json").read_text(encoding="utf-8"))
    originals = {name: folder.joinpath(name).read_bytes() for name in sorted(expected)}
    dates = {name: _date(data) for name, data in originals.items()}
    newest = max(date for date in dates.values() if date)
    found = []
    for name, data in originals.items():
        arrived = _arrival(dates[name] or newest, newest, now)
        found.append((Sample(name, _redated(data, arrived), expected[name]), arrived))
    return found


def _arrival(written: datetime, newest: datetime, now: datetime) -> datetime:
    """Three weeks of mails become one week, so that most acknowledgements are still in time."""
    return (now - timedelta(minutes=30) - (newest - written) / 3).replace(microsecond=0)


_DATE = re.compile(rb"^Date: (.*?)\r?$", re.MULTILINE)


def _date(data: bytes) -> datetime | None:
    found = _DATE.search(data.partition(b"\r\n\r\n")[0])
    try:
        return parsedate_to_datetime(found[1].decode()) if found else None
    except ValueError:
        return None


def _redated(data: bytes, moment: datetime) -> bytes:
    head, end, body = data.partition(b"\r\n\r\n")
    line = f"Date: {format_datetime(moment)}".encode()
    return _DATE.sub(line + b"\r", head + b"\r\n", count=1)[:-2] + end + body if end else data
