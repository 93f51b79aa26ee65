"""What stands in the cells of an export, and how it is written down in French."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from config.taxonomies import Words
from register.calendar import civil_date
from register.export.cases import Case
from register.french import short_date
from register.retention import Periods

Cell = str | date | Decimal
Row = tuple[Cell, ...]
NONE = "Néant"
HIDDEN = "[donnée sensible]"

# What no export can carry or show: controls, half characters, what turns a line around.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_BREAKS = re.compile("[ \t\n\v\f\r\x85\u2028\u2029]+")  # not the spaces of French typography


@dataclass(frozen=True)
class Edition:
    """An export being made: for which office, when, by whom, in whose words."""

    office: str
    at: datetime
    by: str  # as people call him
    periods: Periods
    words: Words
    names: Mapping[str, str]  # of colleagues, by address
    sensitive: bool = False  # whoever asked may read health data, and did ask for them

    @property
    def today(self) -> date:
        return civil_date(self.at, self.periods.zone)

    @property
    def local(self) -> datetime:
        return self.at.astimezone(self.periods.zone)

    @property
    def said(self) -> str:
        day = short_date(self.today)
        return f"Édité le {day} à {self.local:%H} h {self.local:%M} par {clean(self.by)}"

    def name(self, email: str) -> str:
        return self.names.get(email, email)


@dataclass(frozen=True)
class Column:
    """A column of an export; ``width`` in points of a page on which fourteen stand abreast."""

    name: str
    width: int
    of: Callable[[Case, Edition], Cell]


def row(columns: Iterable[Column], case: Case, edition: Edition) -> Row:
    """The cells of a case, fit to be written to any form."""
    cells = (column.of(case, edition) for column in columns)
    return tuple(clean(cell) if isinstance(cell, str) else cell for cell in cells)


def clean(text: str) -> str:
    """A stranger's text on one line, without what breaks a file or deceives its reader."""
    return _BREAKS.sub(" ", _UNFIT.sub("", text)).strip()


def said(cell: Cell) -> str:
    """A cell as people read it: ``23/11/2026``, ``1250,00``."""
    if isinstance(cell, date):
        return _day(cell)
    return str(cell).replace(".", ",") if isinstance(cell, Decimal) else cell


_day = lru_cache(maxsize=4096)(short_date)  # the same days come again and again


def listed(things: Iterable[str]) -> str:
    return " ; ".join(thing for thing in things if thing)


def day(on: date | None) -> Cell:
    return on or ""


def euros(cents: int) -> Cell:
    return (Decimal(cents) / 100).quantize(Decimal("0.01")) if cents else ""
