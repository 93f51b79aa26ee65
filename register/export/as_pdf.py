"""PDF to print and to file: A4 landscape, every page says whose register it is and what vouches.

Fourteen columns stand abreast as a table; more would be illegible, so that each entry then is a
block of named fields. A page is finished before the next begins: only what PDF needs is held.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, Final

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from register.export.cells import Column, Row, said
from register.export.sheet import Rows, Sheet

PLAIN, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_FONTS = {
    name: TTFont(name, Path(__file__).parent / "fonts" / f"{name}.ttf") for name in (PLAIN, BOLD)
}
for _font in _FONTS.values():
    pdfmetrics.registerFont(_font)

# Points. 7 is the smallest that reads well on paper.
WIDTH, HEIGHT = landscape(A4)
MARGIN, TOP, FOOT = 18.0, 40.0, 30.0
SIZE, HEAD_SIZE, LEADING, PAD = 7.0, 6.0, 8.6, 2.5
MOST_ABREAST: Final = 14  # columns of a table
ABREAST: Final = 6  # fields of a block
FEWEST: Final = 4  # lines of a row that are worth beginning on a page
_TIED = re.compile(" (?=[;:?!»])|(?<=«) ")
_ABSENT = "\ufffd"  # for a character that the font does not have
_SHADE, _RULE = (0.87, 0.90, 0.93), (0.60, 0.64, 0.68)


@dataclass(frozen=True)
class Line:
    text: str
    font: str = PLAIN
    size: float = SIZE


Cells = Sequence[Sequence[Line]]


def write(out: BinaryIO, sheet: Sheet, rows: Rows) -> None:
    if len(sheet.columns) <= MOST_ABREAST:
        _write_table(out, sheet, rows)
    else:
        _write_blocks(out, sheet, rows)


def _write_table(out: BinaryIO, sheet: Sheet, rows: Rows) -> None:
    widths = fitted([column.width for column in sheet.columns])
    names = [column.name for column in sheet.columns]
    head = [wrap(name, width, BOLD, HEAD_SIZE) for name, width in zip(names, widths, strict=True)]
    pages = _Pages(out, sheet, widths, head)
    for row in rows:
        cells = [wrap(said(cell), width) for cell, width in zip(row, widths, strict=False)]
        pages.put(cells, again=[*cells[0], Line("(suite)")])
    pages.close(rows)


def _write_blocks(out: BinaryIO, sheet: Sheet, rows: Rows) -> None:
    widths = fitted([1] * ABREAST)
    pages = _Pages(out, sheet, widths, [])
    for row in rows:
        fields = list(_fields(sheet.columns, row, widths[0]))
        bands = [fields[n : n + ABREAST] for n in range(0, len(fields), ABREAST)]
        pages.keep_together(bands)
        for n, band in enumerate(bands):
            pages.put(band, heavy=n == 0)
            pages.head = [wrap(f"{said(row[0])} (suite)", widths[0], BOLD)]
        pages.head = []
    pages.close(rows)


def _fields(columns: Sequence[Column], row: Row, width: float) -> Iterator[list[Line]]:
    for column, cell in zip_longest(columns, row):
        name = wrap(column.name, width, BOLD, HEAD_SIZE)
        yield [*name, *wrap(said(cell or "") or "—", width)]


def fitted(widths: Sequence[float]) -> list[float]:
    """Widths in the same proportions that fill the page."""
    share = (WIDTH - 2 * MARGIN) / sum(widths)
    return [width * share for width in widths]


@lru_cache(maxsize=8192)  # dates, O/N and names of columns come again and again
def wrap(text: str, width: float, font: str = PLAIN, size: float = SIZE) -> tuple[Line, ...]:
    """Lines that fit into a column; a word longer than the column is broken, never cut."""
    room, space = width - 2 * PAD, _width(" ", font, size)
    lines, line, taken = [], "", 0.0
    for word in _legible(text).split(" "):
        wide = _width(word, font, size)
        if line and taken + space + wide <= room:
            line, taken = f"{line} {word}", taken + space + wide
            continue
        if line:
            lines.append(line)
        *whole, line = _broken(word, room, font, size)
        lines.extend(whole)
        taken = _width(line, font, size)
    return tuple(Line(one, font, size) for one in (*lines, line))


def _broken(word: str, room: float, font: str, size: float) -> Iterator[str]:
    """A word in pieces that fit, broken after a hyphen, a stroke, an @ where there is one."""
    piece, taken = "", 0.0
    for sign in word:
        wide = _width(sign, font, size)
        if piece and taken + wide > room:
            cut = max(map(piece.rfind, "-/@")) + 1 or len(piece)
            yield piece[:cut]
            piece = piece[cut:]
            taken = _width(piece, font, size)
        piece, taken = piece + sign, taken + wide
    yield piece


@lru_cache(maxsize=32768)
def _width(text: str, font: str, size: float) -> float:
    widths: dict[int, float] = _FONTS[font].face.charWidths
    return sum(widths.get(ord(sign), 0) for sign in text) * size / 1000


def _legible(text: str) -> str:
    """What the font can show, and no line that begins with a colon or a semicolon."""
    known = _FONTS[PLAIN].face.charWidths
    # Beyond 16 bits the library draws a sign but copies another out of the page.
    shown = "".join(sign if sign <= "\uffff" and ord(sign) in known else _ABSENT for sign in text)
    return _TIED.sub("\u00a0", shown)


class _Pages:
    """The page being filled. The number of pages and the digest are known once all is written:
    they stand on every page as a form that is drawn last (ISO 32000-1, 8.10).
    """

    def __init__(self, out: BinaryIO, sheet: Sheet, widths: Sequence[float], head: Cells) -> None:
        self.sheet, self.widths, self.head = sheet, widths, head
        self.canvas = Canvas(out, (WIDTH, HEIGHT), pageCompression=1, lang="fr")
        self.canvas.setTitle(f"{sheet.title} — {sheet.edition.office}")
        self.canvas.setAuthor(sheet.edition.by)
        self.canvas.setSubject(sheet.edition.said)
        self.canvas.setCreator("Doléances")
        self.number = 0
        self._begin()

    def put(self, cells: Cells, *, again: Sequence[Line] = (), heavy: bool = False) -> None:
        """Draw a row, over several pages if it must be; ``again`` is what its first cell says there."""
        done, longest = 0, max(map(len, cells))
        while done < longest:
            room = self._lines_left()
            if room < min(longest - done, FEWEST) or (room < longest - done <= self._most):
                self._turn()
                continue
            part = [cell[done : done + room] for cell in cells]
            if done and again:
                part[0] = again[:room]
            self._draw(part, heavy=heavy and not done)
            done += room

    def keep_together(self, bands: Sequence[Cells]) -> None:
        """Begin a page where a block does not fit on what is left, but fits on a whole one."""
        height = sum(_height(band) for band in bands)
        if self.y - height < FOOT and height <= self._full - FOOT:
            self._turn()

    def close(self, rows: Rows) -> None:
        self.canvas.showPage()
        self._form("pages", str(self.number))
        self._form("vouch", f"{rows.counted} SHA-256 des lignes : {rows.digest}")
        self.canvas.save()

    def _form(self, name: str, text: str) -> None:
        self.canvas.beginForm(name, 0, -PAD, WIDTH, LEADING)
        self.canvas.setFont(PLAIN, HEAD_SIZE)
        self.canvas.drawString(0, 0, text)
        self.canvas.endForm()

    def _turn(self) -> None:
        if self.y == self._full:
            raise ValueError("a row that no page can hold")
        self.canvas.showPage()
        self._begin()

    def _begin(self) -> None:
        self.number += 1
        canvas, edition = self.canvas, self.sheet.edition
        canvas.setFont(BOLD, 11)
        canvas.drawString(MARGIN, HEIGHT - 28, _legible(self.sheet.title))
        canvas.setFont(PLAIN, SIZE)
        canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 28, _legible(f"{edition.said}."))
        canvas.setFont(PLAIN, HEAD_SIZE)
        for n, line in enumerate(wrap(edition.office, 220, PLAIN, HEAD_SIZE)[:2]):
            canvas.drawString(MARGIN, 16 - n * HEAD_SIZE, line.text)
        self._place("vouch", 240)
        count, right = f"page {self.number} sur ", WIDTH - MARGIN - 62
        canvas.drawString(right, 16, count)
        self._place("pages", right + _width(count, PLAIN, HEAD_SIZE))
        self.y = HEIGHT - TOP
        if self.head:
            self._draw(self.head, shaded=True)
        self._full, self._most = self.y, self._lines_left()

    def _place(self, form: str, x: float) -> None:
        self.canvas.saveState()
        self.canvas.translate(x, 16)
        self.canvas.doForm(form)
        self.canvas.restoreState()

    def _lines_left(self) -> int:
        return int((self.y - FOOT - 2 * PAD) // LEADING)

    def _draw(self, cells: Cells, *, shaded: bool = False, heavy: bool = False) -> None:
        canvas, bottom = self.canvas, self.y - _height(cells)
        if shaded:
            canvas.setFillColorRGB(*_SHADE)
            canvas.rect(MARGIN, bottom, WIDTH - 2 * MARGIN, self.y - bottom, stroke=0, fill=1)
            canvas.setFillColorRGB(0, 0, 0)
        x = MARGIN
        for cell, width in zip(cells, self.widths, strict=False):
            text = canvas.beginText(x + PAD, self.y - PAD - SIZE)
            for line in cell:
                text.setFont(line.font, line.size, LEADING)
                text.textLine(line.text)
            canvas.drawText(text)
            x += width
        self._rule(bottom, 0.4, _RULE)
        if heavy:
            self._rule(self.y, 1.2, (0, 0, 0))
        self.y = bottom

    def _rule(self, y: float, thick: float, colour: tuple[float, float, float]) -> None:
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(thick)
        self.canvas.line(MARGIN, y, WIDTH - MARGIN, y)


def _height(cells: Cells) -> float:
    return max(map(len, cells)) * LEADING + 2 * PAD
