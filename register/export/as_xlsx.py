"""XLSX: text is text, dates are dates; a header that stays, a filter, and a sheet that vouches."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from register.export.cells import Cell
from register.export.sheet import Rows, Sheet

LONGEST = 32_767  # characters of a cell: Excel's limit
_HEADER = 3  # row, after the title, the edition and a gap
_CHARACTER = 4.6  # points
_OPTIONS = {
    "constant_memory": True,  # each row leaves the memory with the next
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WRAPPED = {"text_wrap": True, "valign": "top"}


def write(out: BinaryIO, sheet: Sheet, rows: Rows) -> None:
    book = Workbook(out, _OPTIONS)
    book.set_properties(
        {
            "title": sheet.title,
            "author": sheet.edition.by,
            "company": sheet.edition.office,
            "created": sheet.edition.local.replace(tzinfo=None),
        }
    )
    title = book.add_format({"bold": True, "font_size": 14})
    header = book.add_format({**_WRAPPED, "bold": True, "bg_color": "#DDE6EE", "bottom": 1})
    page = book.add_worksheet("Registre")
    _set_up(page, sheet)
    page.write_string(0, 0, f"{sheet.title} — {sheet.edition.office}", title)
    page.write_string(1, 0, f"{sheet.edition.said}.")
    for n, column in enumerate(sheet.columns):
        page.write_string(_HEADER, n, column.name, header)
    last = _write_rows(page, rows, _formats(book))
    page.autofilter(_HEADER, 0, last, len(sheet.columns) - 1)
    _vouch(book.add_worksheet("Édition"), sheet, rows, title)
    book.close()


def _set_up(page: Worksheet, sheet: Sheet) -> None:
    for n, column in enumerate(sheet.columns):
        page.set_column(n, n, max(11, column.width / _CHARACTER))
    page.freeze_panes(_HEADER + 1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADER)
    page.set_footer("&L&A&RPage &P sur &N")


def _formats(book: Workbook) -> dict[type, Format]:
    return {
        str: book.add_format(_WRAPPED),
        date: book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"}),
        Decimal: book.add_format({"num_format": "#,##0.00", "valign": "top"}),
    }


def _write_rows(page: Worksheet, rows: Rows, formats: dict[type, Format]) -> int:
    n = _HEADER
    for n, row in enumerate(rows, _HEADER + 1):
        for column, cell in enumerate(row):
            _write_cell(page, n, column, cell, formats)
    return n


def _write_cell(
    page: Worksheet, row: int, column: int, cell: Cell, formats: dict[type, Format]
) -> None:
    if isinstance(cell, date):
        page.write_datetime(row, column, cell, formats[date])
    elif isinstance(cell, Decimal):
        page.write_number(row, column, float(cell), formats[Decimal])
    elif cell:
        fits = cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}…"
        page.write_string(row, column, fits, formats[str])


def _vouch(page: Worksheet, sheet: Sheet, rows: Rows, title: Format) -> None:
    """What can only be said once every row has gone by: their number and their digest."""
    page.set_column(0, 0, 100)
    page.write_string(0, 0, "Cette édition", title)
    lines: Iterable[str] = (
        sheet.title,
        sheet.edition.office,
        f"{sheet.edition.said}.",
        rows.counted,
        f"SHA-256 des lignes : {rows.digest}",
        "C’est l’empreinte du fichier CSV des mêmes lignes : qui doute la recalcule.",
    )
    for n, text in enumerate(lines, 1):
        page.write_string(n, 0, text)
