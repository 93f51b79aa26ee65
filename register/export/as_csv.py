"""CSV as a French spreadsheet opens it: semicolons, UTF-8 with BOM, CRLF, JJ/MM/AAAA (RFC 4180)."""

import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from register.export.cells import Cell, Column, Row, said

# What a spreadsheet takes for the beginning of a formula, in full width too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write(out: BinaryIO, columns: Iterable[Column], rows: Iterable[Row]) -> None:
    out.write(head(columns))
    for row in rows:
        out.write(line(row))


def head(columns: Iterable[Column]) -> bytes:
    return "\ufeff".encode() + line(tuple(column.name for column in columns))


def line(row: Row) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(map(_cell, row))
    return text.getvalue().encode()


def _cell(cell: Cell) -> str:
    return safe(cell) if isinstance(cell, str) else said(cell)


def safe(cell: str) -> str:
    """A spreadsheet must not run what a stranger wrote (formula injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
