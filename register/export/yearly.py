"""The yearly report for whoever governs the office (regulation X-21, P-22): what it says.

Counts, shares, delays and codes only: no word that a client or a colleague wrote stands in it, so
that it may be handed around. Every figure is taken from ``register.statistics``; what those do not
count is counted here by the same conditions.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import BinaryIO

from sqlalchemy import select

from config.taxonomies import ACTION_KINDS, CAUSES, MOTIVES, NATURES, OUTCOMES, PRODUCTS
from register import findings, overview, statistics
from register.database import Session
from register.export import as_csv
from register.export.cells import NONE, Column, Edition, said
from register.findings import RECURRENCE_DAYS, RECURRENCE_FILES
from register.model import ActionState, Complaint, State
from register.overview import Month
from register.statistics import Audit, Indicators, Period, Share
from register.statistics.machine import count
from register.statistics.volumes import OUT, Counts, qualified_in

Pairs = Mapping[tuple[str, str], int]  # of motive and product, by code


@dataclass(frozen=True)
class Return:
    """A motive and product that came back within 90 days: the most complaints of any such days."""

    motive: str
    product: str
    most: int
    first: date
    last: date


@dataclass(frozen=True)
class Deed:
    """A corrective action, without its words: people are named in them."""

    kind: str
    state: str
    decided_on: date | None
    due_on: date | None
    done_on: date | None
    complaints: tuple[str, ...]  # numbers
    late: bool


@dataclass(frozen=True)
class Report:
    """A year as it stands on a day. ``audit`` is of all time: the sample is too small for a year.
    ``months`` are of receipt.
    """

    figures: Indicators
    closed: int  # in the year, whenever they were received
    open: int  # of those received in the year
    months: tuple[Month, ...]
    pairs: Pairs
    returns: tuple[Return, ...]
    deeds: tuple[Deed, ...]  # decided, due or done in the year
    undecided: int  # findings of the year's complaints for which nothing was decided
    audit: Audit
    reviewed_on: tuple[date, ...]

    @property
    def year(self) -> int:
        return self.figures.period.year

    @property
    def running(self) -> bool:
        """Whether more may still come in."""
        return self.figures.on <= self.figures.period.last


def gather(session: Session, year: int, edition: Edition) -> Report:
    period, today = Period(year), edition.today
    closed, still_open = session.execute(
        select(
            count(
                Complaint.closed_on.between(period.first, period.last) & Complaint.state.not_in(OUT)
            ),
            count(qualified_in(period) & (Complaint.state != State.CLOSED)),
        )
    ).one()
    rows = session.execute(
        select(Complaint.motive, Complaint.product, Complaint.received_on, Complaint.number)
        .where(qualified_in(period))
        .order_by(Complaint.received_on, Complaint.id)
    ).all()
    numbers = {row.number for row in rows}
    return Report(
        figures=statistics.indicators(session, period, today, edition.periods.zone),
        closed=closed,
        open=still_open,
        months=tuple(overview.months(session, period.last)),
        pairs=Counter((row.motive, row.product) for row in rows),
        returns=_returns([(row.motive, row.product, row.received_on) for row in rows]),
        deeds=tuple(_deeds(session, period, today)),
        undecided=sum(number in numbers for _, number in findings.pending(session)),
        audit=statistics.audit(session),
        reviewed_on=tuple(
            sorted(one.held_on for one in findings.reviews(session) if one.period == str(year))
        ),
    )


def _returns(received: Iterable[tuple[str, str, date]]) -> tuple[Return, ...]:
    """Of each motive and product, the 90 days in which the most came, where there were enough
    (P-20). Days in order.
    """
    together: dict[tuple[str, str], list[date]] = {}
    for motive, product, day in received:
        if motive:
            together.setdefault((motive, product), []).append(day)
    found = []
    for (motive, product), days in together.items():
        spans = [
            [day for day in days if first <= day < first + timedelta(days=RECURRENCE_DAYS)]
            for first in sorted(set(days))
        ]
        most = max(spans, key=len)
        if len(most) >= RECURRENCE_FILES:
            found.append(Return(motive, product, len(most), most[0], most[-1]))
    return tuple(sorted(found, key=lambda one: (-one.most, one.first, one.motive, one.product)))


def _deeds(session: Session, period: Period, today: date) -> Iterator[Deed]:
    for one in findings.board(session, today):
        action = one.action
        days = (action.decided_on, action.due_on, action.done_on)
        if any(day and period.first <= day <= period.last for day in days):
            yield Deed(action.kind, action.state, *days, one.complaints, one.late)


# --- in French -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """One line of the report. ``said`` is « Néant » where there is nothing to say."""

    label: str
    said: str


@dataclass(frozen=True)
class Section:
    title: str
    figures: tuple[Figure, ...]
    note: str = ""


def sections(report: Report, edition: Edition) -> tuple[Section, ...]:
    """The whole report in the order in which it is read; pairs and charts apart, see ``lines``."""
    return (
        _section("À relever", _striking(report)),
        _section("Volumes", _volumes(report)),
        _section("Délais", _delays(report)),
        _section("Réponses", _answers(report)),
        _section("Recours et médiation", _recourse(report)),
        _section("Dysfonctionnements constatés", _found(report)),
        _section("Actions correctives", _mended(report)),
        _section("Récurrences", _came_back(report, edition)),
        _section("Tri du courrier", _sorting(report), _SORTING),
        _section("Revue de l’année", _reviewed(report)),
    )


def _section(title: str, found: Iterable[tuple[str, object]], note: str = "") -> Section:
    figures = tuple(Figure(label, str(value)) for label, value in found)
    return Section(title, figures or (Figure(NONE, ""),), note)


def _striking(report: Report) -> Iterator[tuple[str, object]]:
    """What the meeting should talk about, each a count that ought to be none."""
    figures, mended = report.figures, report.figures.mending
    acknowledged, answered = figures.delays.acknowledgement, figures.delays.answer
    refused = figures.outcomes.refusals_with_recourse
    missing = {
        "Accusés hors du délai du cabinet, ou qui manquent": _other(acknowledged.in_time_office),
        "Accusés hors du délai de l’ACPR, ou qui manquent": _other(acknowledged.in_time_acpr),
        "Réponses hors du délai du cabinet, ou qui manquent": _other(answered.in_time_office),
        "Réponses hors du délai de l’ACPR, ou qui manquent": _other(answered.in_time_acpr),
        "Rejets qui ne disent pas les voies de recours": _other(refused),
        "Constats pour lesquels rien n’a été décidé": report.undecided,
        "Actions correctives en retard": mended.late,
        "Motifs qui reviennent": len(report.returns),
        "Réclamations trouvées dans le courrier classé": report.audit.complaints,
    }
    yield from ((label, number) for label, number in missing.items() if number)


def _other(share: Share) -> int:
    return share.of - share.count


def _volumes(report: Report) -> Iterator[tuple[str, object]]:
    volumes = report.figures.volumes
    yield "Reçues dans l’année", volumes.received
    yield "… requalifiées : n’étaient pas des réclamations", volumes.requalified
    yield "… doublons fusionnés", volumes.merged
    yield "Réclamations inscrites, comptées ci-dessous", volumes.qualified
    yield "… à confirmer", volumes.provisional
    yield "… d’un client qui avait déjà réclamé", volumes.repeated
    yield "… transmises au cabinet par un assureur ou une autorité", volumes.through_others
    yield "… réorientées vers un autre organisme", volumes.redirected
    yield "… encore ouvertes", report.open
    yield "Clôturées dans l’année, quelle que soit celle de leur réception", report.closed


def _delays(report: Report) -> Iterator[tuple[str, object]]:
    delays = report.figures.delays
    if not report.figures.volumes.qualified:
        return
    for name, delay in (("Accusés", delays.acknowledgement), ("Réponses", delays.answer)):
        yield f"{name} dans le délai du cabinet", share(delay.in_time_office)
        yield f"{name} dans le délai de l’ACPR", share(delay.in_time_acpr)
        yield f"{name} : délai médian", days(delay.median)
        yield f"{name} : neuf sur dix en", days(delay.p90)
        yield f"{name} : le plus long", days(delay.longest)
    yield "Accusés partis d’eux-mêmes", share(delays.automatic)
    yield "Informations données en cours de traitement", delays.informed


def _answers(report: Report) -> Iterator[tuple[str, object]]:
    outcomes = report.figures.outcomes
    yield from _called(outcomes.by_outcome, OUTCOMES)
    if outcomes.by_outcome:
        yield "Gestes commerciaux accordés", euros(outcomes.gesture_cents)
        yield "Indemnités accordées", euros(outcomes.compensation_cents)


def _recourse(report: Report) -> Iterator[tuple[str, object]]:
    outcomes = report.figures.outcomes
    yield (
        "Rejets, même partiels, qui disent les voies de recours",
        share(outcomes.refusals_with_recourse),
    )
    yield "Médiations ouvertes dans l’année", outcomes.mediations or NONE
    yield "Avis du médiateur rendus dans l’année", outcomes.opinions or NONE


def _found(report: Report) -> Iterator[tuple[str, object]]:
    outcomes = report.figures.outcomes
    if outcomes.findings:
        yield "Constats", outcomes.findings
        yield from _called(outcomes.findings_by_nature, NATURES, "… ")
        yield from _called(outcomes.findings_by_cause, CAUSES, "… cause : ")
        yield "… sans action décidée", report.undecided


def _mended(report: Report) -> Iterator[tuple[str, object]]:
    mended = report.figures.mending
    if report.deeds:
        yield "Décidées dans l’année", mended.decided
        yield "Faites dans l’année", mended.done
        yield "… vérifiées et efficaces", mended.effective
        yield "À faire dans l’année et en retard", mended.late
    for deed in report.deeds[:MOST_DEEDS]:
        yield _deed_called(deed), _deed_said(deed)
    if len(report.deeds) > MOST_DEEDS:
        yield "Autres actions, à la page « Actions correctives »", len(report.deeds) - MOST_DEEDS


MOST_DEEDS, MOST_NUMBERS = 15, 4


def _deed_called(deed: Deed) -> str:
    numbers = ", ".join(deed.complaints[:MOST_NUMBERS])
    more = len(deed.complaints) - MOST_NUMBERS
    about = f" ({numbers}{f' et {more} autres' if more > 0 else ''})" if numbers else ""
    return f"{ACTION_KINDS.get(deed.kind, deed.kind)}{about}"


def _deed_said(deed: Deed) -> str:
    moments = (
        f"décidée le {said(deed.decided_on)}" if deed.decided_on else "",
        f"pour le {said(deed.due_on)}" if deed.due_on else "",
        f"faite le {said(deed.done_on)}" if deed.done_on else "",
        "en retard" if deed.late else "",
    )
    return ", ".join((ActionState(deed.state).french, *filter(None, moments)))


def _came_back(report: Report, edition: Edition) -> Iterator[tuple[str, object]]:
    for one in report.returns[:MOST_DEEDS]:
        between = f"du {said(one.first)} au {said(one.last)}"
        yield both_called(one.motive, one.product, edition), f"{one.most}, {between}"
    if len(report.returns) > MOST_DEEDS:
        yield "Autres motifs qui reviennent", len(report.returns) - MOST_DEEDS


def _sorting(report: Report) -> Iterator[tuple[str, object]]:
    audit, bot = report.audit, report.figures.bot
    low, high = audit.miss_interval
    yield "Messages classés sans être montrés, depuis la mise en service", audit.filed
    yield "… tirés au hasard et rejugés à l’aveugle", audit.judged
    yield "… qui étaient des réclamations", audit.complaints
    if audit.miss_rate is None:
        yield "Part estimée des réclamations parmi les messages classés", "pas encore connue"
    else:
        between = f"entre {percent(low)} et {percent(high)}, à 95{NARROW}%"
        rate = percent(audit.miss_rate)
        yield "Part estimée des réclamations parmi les messages classés", f"{rate} ({between})"
    yield "Réclamations de l’année que la machine a reconnues", share(bot.recall)
    yield "… qu’elle a du moins montrées à une personne", share(bot.shown)
    yield "Ce qu’elle a pris pour une réclamation en était une", share(bot.precision)
    yield "Messages de l’année où une personne l’a corrigée", share(bot.corrected)


_SORTING = (
    "La machine propose, des personnes décident. Le contrôle au hasard porte sur toute la durée "
    "du service : une année seule donnerait trop peu de messages."
)


def _reviewed(report: Report) -> Iterator[tuple[str, object]]:
    for day in report.reviewed_on:
        yield "Revue tenue", f"le {said(day)}"


def _called(
    counts: Counts, french: Mapping[str, str], before: str = ""
) -> Iterator[tuple[str, object]]:
    for code, number in counts.items():
        name = french.get(code, code)
        yield f"{before}{name or (UNSAID.lower() if before else UNSAID)}", number


# --- motives and products ------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """How often each motive came for each product; the rare ones together, so that sums hold."""

    products: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


MOST_PRODUCTS, MOST_MOTIVES = 6, 12
_OTHERS, _TOTAL = "Autres", "Total"


def grid(pairs: Pairs, edition: Edition) -> Grid:
    motives, products = Counter[str](), Counter[str]()
    for (motive, product), number in pairs.items():
        motives[motive] += number
        products[product] += number
    down, across = _main(motives, MOST_MOTIVES), _main(products, MOST_PRODUCTS)
    cells = Counter[tuple[str, str]]()
    for (motive, product), number in pairs.items():
        row = motive if motive in down else _OTHERS
        column = product if product in across else _OTHERS
        for key in ((row, column), (row, _TOTAL), (_TOTAL, column), (_TOTAL, _TOTAL)):
            cells[key] += number
    across, down = (*across, _TOTAL), (*down, _TOTAL)
    return Grid(
        tuple(_product(code, edition) for code in across),
        tuple(
            (_motive(code, edition), tuple(cells[code, column] for column in across))
            for code in down
        ),
    )


def _main(counts: Counter[str], most: int) -> tuple[str, ...]:
    """The commonest codes; what is left over as one, if that spares anything."""
    codes = sorted(counts, key=lambda code: (-counts[code], code))
    return tuple(codes) if len(codes) <= most else (*codes[: most - 1], _OTHERS)


def _motive(code: str, edition: Edition) -> str:
    if code in (_OTHERS, _TOTAL):
        return code
    return edition.words.motives.get(code) or MOTIVES.get(code, code) or UNSAID


def _product(code: str, edition: Edition) -> str:
    if code in (_OTHERS, _TOTAL):
        return code
    return edition.words.products.get(code) or PRODUCTS.get(code, code) or UNSAID


def both_called(motive: str, product: str, edition: Edition) -> str:
    named = _motive(motive, edition)
    return f"{named} — {_product(product, edition)}" if product else named


# --- figures -------------------------------------------------------------------------------

NARROW, UNSAID = "\u202f", "Non précisé"
_LETTERS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.")
MONTHS = (*_LETTERS, "nov.", "déc.")


def share(of: Share) -> str:
    if of.share is None:
        return NONE
    return f"{percent(of.share)} ({of.count} sur {of.of})"


def percent(part: float) -> str:
    return f"{part * 100:.1f}".replace(".", ",") + f"{NARROW}%"


def days(number: float | None) -> str:
    if number is None:
        return NONE
    return f"{number:g}".replace(".", ",") + (" jours" if number >= 2 else " jour")


def euros(cents: int) -> str:
    return f"{cents / 100:,.2f}".replace(",", NARROW).replace(".", ",") + f"{NARROW}€"


# --- the rows, their digest, the file ------------------------------------------------------

_COLUMNS = tuple(Column(name, 0, lambda _, __: "") for name in ("Rubrique", "Indicateur", "Valeur"))


def lines(report: Report, edition: Edition) -> Iterator[tuple[str, str, str]]:
    """Every figure of the report, the ones that are drawn among them: section, name, value."""
    for section in sections(report, edition):
        yield from ((section.title, one.label, one.said) for one in section.figures)
    for name, month in zip(MONTHS, report.months, strict=True):
        yield "Mois de réception", f"{name} : réclamations", str(month.received)
        yield "Mois de réception", f"{name} : délai médian d’accusé", days(month.to_acknowledge)
        yield "Mois de réception", f"{name} : délai médian de réponse", days(month.to_answer)
    for (motive, product), number in sorted(report.pairs.items()):
        yield "Motifs et produits", both_called(motive, product, edition), str(number)


def digest(report: Report, edition: Edition) -> str:
    """SHA-256 of the CSV of the same report, as with the register's exports (see ``sheet.Rows``)."""
    whole = chain([as_csv.head(_COLUMNS)], (as_csv.line(line) for line in lines(report, edition)))
    return hashlib.sha256(b"".join(whole)).hexdigest()


def write_csv(out: BinaryIO, report: Report, edition: Edition) -> None:
    as_csv.write(out, _COLUMNS, lines(report, edition))
