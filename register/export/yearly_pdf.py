"""The yearly report on A4 pages: figures, and what is better seen drawn, as lines and areas.

Beside every chart stand its figures, so that nothing rests on a colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from register.export import yearly
from register.export.as_pdf import BOLD, PLAIN, Line, _legible, _width, wrap
from register.export.cells import NONE, Edition
from register.export.yearly import MONTHS, Figure, Grid, Report, Section
from register.french import short_date

WIDTH, HEIGHT = A4
MARGIN, TOP, FOOT, GUTTER = 42.0, 58.0, 44.0, 18.0
INNER: Final = WIDTH - 2 * MARGIN
SIZE, SMALL, LEADING, ROW = 8.0, 6.5, 9.8, 13.0
CHART = 92.0  # height of one chart, its names included
_INK, _RULE = (0.14, 0.19, 0.23), (0.72, 0.76, 0.80)
_BAR, _LIMIT, _SHADE = (0.0, 0.447, 0.698), (0.835, 0.369, 0.0), (0.90, 0.93, 0.96)


@dataclass(frozen=True)
class Limits:
    """In days, as broken lines in the charts."""

    acknowledgement: float
    answer: float


def write(out: BinaryIO, report: Report, edition: Edition, limits: Limits) -> None:
    paper = _Paper(Canvas(out, A4, pageCompression=1, lang="fr"), report, edition)
    striking, volumes, delays, *others = yearly.sections(report, edition)
    paper.heads()
    paper.section(striking)
    paper.section(volumes)
    paper.title("Mois de réception", 2 * CHART)
    paper.charts(report, limits)
    paper.section(delays)
    paper.title("Motifs et produits", 6 * ROW)
    paper.grid(yearly.grid(report.pairs, edition))
    for section in others:
        paper.section(section)
    paper.close(yearly.digest(report, edition))


@dataclass
class _Paper:
    """The page being filled; ``y`` is where the next thing hangs. As in the register's exports, the
    number of pages and the digest are a form that is drawn last.
    """

    canvas: Canvas
    report: Report
    edition: Edition
    number: int = 0
    y: float = field(default=HEIGHT - TOP)

    def __post_init__(self) -> None:
        self.canvas.setTitle(f"{self._named} — {self.edition.office}")
        self.canvas.setAuthor(self.edition.by)
        self.canvas.setSubject(self.edition.said)
        self.canvas.setCreator("Doléances")
        self._begin()

    @property
    def _named(self) -> str:
        return f"Rapport annuel {self.report.year} sur les réclamations"

    def heads(self) -> None:
        """What the first page begins with."""
        self._ink(BOLD, 15)
        self.canvas.drawString(MARGIN, self.y - 12, self._named)
        self.y -= 30
        day = short_date(self.report.figures.on)
        if self.report.running:
            told = f"L’année court encore : chiffres arrêtés au {day}."
        else:
            told = f"Chiffres de l’année entière, tels qu’ils sont connus le {day}."
        self.words(
            f"{told} Sont comptées les réclamations reçues dans l’année, hors celles qui ont été "
            "requalifiées ou fusionnées. Ce rapport ne nomme personne."
        )

    def words(self, text: str) -> None:
        for line in wrap(text, INNER, PLAIN, SIZE):
            self._ink(line.font, line.size)
            self.canvas.drawString(MARGIN, self.y - SIZE, line.text)
            self.y -= LEADING
        self.y -= 4

    def title(self, text: str, below: float) -> None:
        """A heading, kept on the page of what is ``below`` it."""
        self._room(22 + below)
        self.y -= 8
        self._ink(BOLD, 10)
        self.canvas.drawString(MARGIN, self.y - 10, text)
        self.y -= 15
        self._rule(_INK, 0.8)

    def section(self, section: Section) -> None:
        self.title(section.title, ROW * min(len(section.figures), 4))
        for figure in section.figures:
            self._figure(figure)
        if section.note:
            self.y -= 3
            self.words(section.note)

    def _figure(self, figure: Figure) -> None:
        label = wrap(figure.label, INNER * 0.5, PLAIN, SIZE)
        value = wrap(figure.said, INNER * 0.5, BOLD, SIZE)
        height = max(len(label), len(value)) * LEADING + ROW - LEADING
        self._room(height)
        for n, line in enumerate(label):
            self._ink(line.font, line.size)
            self.canvas.drawString(MARGIN, self.y - SIZE - 1 - n * LEADING, line.text)
        for n, line in enumerate(value):
            self._ink(line.font, line.size)
            self.canvas.drawRightString(WIDTH - MARGIN, self.y - SIZE - 1 - n * LEADING, line.text)
        self.y -= height
        self._rule(_RULE, 0.3)

    # charts

    def charts(self, report: Report, limits: Limits) -> None:
        """Volumes over the whole width, both delays abreast below."""
        if not report.figures.volumes.qualified:
            self._figure(Figure(NONE, ""))
            return
        months = report.months
        self._room(2 * CHART + 24)
        half = (INNER - GUTTER) / 2
        top = self.y - 6
        _bars(
            self.canvas,
            _Box(MARGIN, top, INNER),
            "Réclamations inscrites",
            [m.received for m in months],
        )
        below = top - CHART - 8
        left, right = _Box(MARGIN, below, half), _Box(MARGIN + half + GUTTER, below, half)
        acks, answers = [m.to_acknowledge for m in months], [m.to_answer for m in months]
        _bars(
            self.canvas,
            left,
            f"Délai médian d’accusé, en jours (limite : {limits.acknowledgement:g})",
            acks,
            limits.acknowledgement,
        )
        _bars(
            self.canvas,
            right,
            f"Délai médian de réponse, en jours (limite : {limits.answer:g})",
            answers,
            limits.answer,
        )
        self.y = below - CHART - 4

    def grid(self, grid: Grid) -> None:
        if len(grid.rows) < 2:
            self._figure(Figure(NONE, ""))
            return
        first = INNER * 0.3
        wide = (INNER - first) / len(grid.products)
        most = max(number for _, row in grid.rows[:-1] for number in row[:-1])
        heads = [wrap(name, wide, BOLD, SMALL) for name in grid.products]
        self._head(heads, first, wide)
        for n, (name, numbers) in enumerate(grid.rows):
            label = wrap(name, first, BOLD if n == len(grid.rows) - 1 else PLAIN, SIZE)
            height = len(label) * LEADING + ROW - LEADING
            if self.y - height < FOOT:
                self._turn()
                self._head(heads, first, wide)
            for column, number in enumerate(numbers):
                total = n == len(grid.rows) - 1 or column == len(numbers) - 1
                box = _Box(MARGIN + first + column * wide, self.y, wide, height)
                _cell(self.canvas, box, number, None if total else number / most)
            for line_n, line in enumerate(label):
                self._ink(line.font, line.size)
                self.canvas.drawString(MARGIN, self.y - SIZE - 1 - line_n * LEADING, line.text)
            self.y -= height
            self._rule(_RULE, 0.3)

    def _head(self, heads: Sequence[Sequence[Line]], first: float, wide: float) -> None:
        height = max(map(len, heads)) * 7.6 + 4
        for column, lines in enumerate(heads):
            for n, line in enumerate(lines):
                self._ink(line.font, line.size)
                right = MARGIN + first + (column + 1) * wide - 3
                self.canvas.drawRightString(right, self.y - 8 - n * 7.6, line.text)
        self.y -= height
        self._rule(_RULE, 0.8)

    # pages

    def _room(self, height: float) -> None:
        """Begin a page where there is none left for ``height`` points."""
        if self.y - height < FOOT and self.y < HEIGHT - TOP:
            self._turn()

    def _turn(self) -> None:
        self.canvas.showPage()
        self._begin()

    def _begin(self) -> None:
        self.number += 1
        self.y = HEIGHT - TOP
        self._ink(PLAIN, SMALL)
        canvas = self.canvas
        canvas.drawString(MARGIN, HEIGHT - 34, _legible(self._named))
        canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 34, _legible(f"{self.edition.said}."))
        office = wrap(self.edition.office, INNER * 0.75, PLAIN, SMALL)[0].text
        canvas.drawString(MARGIN, 28, office)
        count = f"page {self.number} sur "
        right = WIDTH - MARGIN - 46
        canvas.drawString(right, 28, count)
        self._place("pages", right + _width(count, PLAIN, SMALL), 28)
        self._place("vouch", MARGIN, 19)

    def _place(self, form: str, x: float, y: float) -> None:
        self.canvas.saveState()
        self.canvas.translate(x, y)
        self.canvas.doForm(form)
        self.canvas.restoreState()

    def close(self, digest: str) -> None:
        self.canvas.showPage()
        for name, text in (
            ("pages", str(self.number)),
            ("vouch", f"SHA-256 des chiffres : {digest}"),
        ):
            self.canvas.beginForm(name, 0, -3, WIDTH, LEADING)
            self._ink(PLAIN, SMALL)
            self.canvas.drawString(0, 0, text)
            self.canvas.endForm()
        self.canvas.save()

    def _ink(self, font: str, size: float) -> None:
        self.canvas.setFillColorRGB(*_INK)
        self.canvas.setFont(font, size)

    def _rule(self, colour: tuple[float, float, float], thick: float) -> None:
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(thick)
        self.canvas.line(MARGIN, self.y, WIDTH - MARGIN, self.y)


@dataclass(frozen=True)
class _Box:
    """Where something is drawn, from its upper left corner."""

    x: float
    top: float
    width: float
    height: float = CHART


def _bars(
    canvas: Canvas,
    box: _Box,
    name: str,
    values: Sequence[float | None],
    limit: float | None = None,
) -> None:
    """Twelve bars with their figures above and months below; the limit as a broken line."""
    floor, room = box.top - box.height + 12, box.height - 36
    highest = max([1.0, limit or 0.0, *(value or 0.0 for value in values)])
    canvas.setFillColorRGB(*_INK)
    canvas.setFont(BOLD, SMALL)
    canvas.drawString(box.x, box.top - 7, _legible(name))
    if limit:
        _broken_line(canvas, box, floor + room * limit / highest)
    step = box.width / len(values)
    for n, value in enumerate(values):
        middle = box.x + (n + 0.5) * step
        canvas.setFillColorRGB(*_INK)
        canvas.setFont(PLAIN, SMALL)
        canvas.drawCentredString(
            middle, floor - 8, MONTHS[n] if step > 24 else MONTHS[n][0].upper()
        )
        if value is None or (not value and limit is None):
            continue
        tall = room * value / highest
        said = f"{value:g}".replace(".", ",")
        wide = _width(said, PLAIN, SMALL) + 2
        canvas.setFillColorRGB(1, 1, 1)  # the figure stands before the broken line
        canvas.rect(middle - wide / 2, floor + tall, wide, SMALL + 2, stroke=0, fill=1)
        canvas.setFillColorRGB(*_INK)
        canvas.drawCentredString(middle, floor + tall + 2, said)
        canvas.setFillColorRGB(*_BAR)
        canvas.rect(middle - step * 0.3, floor, step * 0.6, tall, stroke=0, fill=1)
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(0.6)
    canvas.line(box.x, floor, box.x + box.width, floor)


def _broken_line(canvas: Canvas, box: _Box, y: float) -> None:
    canvas.saveState()
    canvas.setStrokeColorRGB(*_LIMIT)
    canvas.setLineWidth(0.9)
    canvas.setDash(4, 2.5)
    canvas.line(box.x, y, box.x + box.width, y)
    canvas.restoreState()


def _cell(canvas: Canvas, box: _Box, number: int, heat: float | None) -> None:
    """A count, the darker behind the more; totals bold and plain behind."""
    if heat:
        paler = [1 - (1 - part) * (0.5 + 1.5 * heat) for part in _SHADE]
        canvas.setFillColorRGB(*paler)
        canvas.rect(box.x, box.top - box.height, box.width, box.height, stroke=0, fill=1)
    if number:
        canvas.setFillColorRGB(*_INK)
        canvas.setFont(BOLD if heat is None else PLAIN, SIZE)
        canvas.drawRightString(box.x + box.width - 3, box.top - SIZE - 1, str(number))
