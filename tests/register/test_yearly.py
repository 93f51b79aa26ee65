"""The yearly report: every figure recounted from the raw rows, read back from its pages (X-21, P-22)."""

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from config.taxonomies import Words
from register import findings, statistics
from register.database import Database, open_database
from register.export import yearly, yearly_pdf
from register.export.yearly import Grid, Report
from register.model import Action, Complaint, Finding, State, YearlyReview
from register.statistics import Audit, Period, Share
from tests.conftest import NOON
from tests.ledger import EDITION, FACTS, enter, enter_whole
from tests.register.test_indicators import fill

YEAR, LIMITS = Period(2026), yearly_pdf.Limits(10, 61)
OUT = {State.REQUALIFIED, State.MERGED}


@pytest.fixture(scope="module", params=[6, 400])
def office(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Database]:
    """An office of few complaints, or of many."""
    where = tmp_path_factory.mktemp("yearly")
    database = open_database(f"sqlite:///{where}/register.db")
    fill(database, request.param, complaints=request.param)
    with database.begin() as session:
        for year, on in (2026, date(2027, 1, 14)), (2026, date(2026, 12, 18)), (2025, NOON.date()):
            held = YearlyReview(period=str(year), held_on=on, report={}, decisions="", by="")
            session.add(held)
    yield database
    database.close()


def gathered(database: Database, year: int = 2026, edition=EDITION) -> Report:
    with database.read() as session:
        return yearly.gather(session, year, edition)


def printed(report: Report, edition=EDITION) -> list[str]:
    out = io.BytesIO()
    yearly_pdf.write(out, report, edition, LIMITS)
    opened = pypdfium2.PdfDocument(out.getvalue())
    return [page.get_textpage().get_text_range() for page in opened]


def squeezed(text: str) -> str:
    return re.sub(r"\s|\ufffe", "", text)


def said(report: Report) -> dict[str, dict[str, str]]:
    return {
        section.title: {one.label: one.said for one in section.figures}
        for section in yearly.sections(report, EDITION)
    }


def test_what_the_statistics_do_not_count_is_what_a_recount_gives(office):
    report = gathered(office)
    with office.read() as session:
        everybody = list(session.scalars(select(Complaint)))
        qualified = [
            one for one in everybody if one.received_on.year == 2026 and one.state not in OUT
        ]
        seen = list(session.scalars(select(Finding)))
        actions = list(session.scalars(select(Action)))
        assert report.figures == statistics.indicators(
            session, YEAR, EDITION.today, EDITION.periods.zone
        )
        assert report.audit == statistics.audit(session)
        assert report.undecided == len(
            [one for one in seen if one.complaint_id in {entry.id for entry in qualified}]
        )
    assert report.closed == sum(
        one.state not in OUT and one.closed_on is not None and one.closed_on.year == 2026
        for one in everybody
    )
    assert report.open == sum(one.state != State.CLOSED for one in qualified)
    assert report.pairs == Counter((one.motive, one.product) for one in qualified)
    by_month = Counter(one.received_on.month for one in qualified)
    assert [month.received for month in report.months] == [by_month[n] for n in range(1, 13)]
    assert len(report.deeds) == sum(
        any(day and day.year == 2026 for day in (one.decided_on, one.due_on, one.done_on))
        for one in actions
    )
    assert report.reviewed_on == (date(2026, 12, 18), date(2027, 1, 14))


def test_the_lines_say_the_statistics_figures(office):
    report, told = gathered(office), said(gathered(office))
    volumes, delays = report.figures.volumes, report.figures.delays
    assert told["Volumes"]["Reçues dans l’année"] == str(volumes.received)
    assert told["Volumes"]["Réclamations inscrites, comptées ci-dessous"] == str(volumes.qualified)
    assert told["Volumes"]["… requalifiées : n’étaient pas des réclamations"] == str(
        volumes.requalified
    )
    assert told["Délais"]["Réponses dans le délai de l’ACPR"] == yearly.share(
        delays.answer.in_time_acpr
    )
    assert told["Délais"]["Accusés : le plus long"] == yearly.days(delays.acknowledgement.longest)
    outcomes = report.figures.outcomes
    assert told["Réponses"]["Indemnités accordées"] == yearly.euros(outcomes.compensation_cents)
    assert told["Recours et médiation"]["Médiations ouvertes dans l’année"] == (
        str(outcomes.mediations) if outcomes.mediations else "Néant"
    )
    late = delays.answer.in_time_office
    assert told["À relever"].get("Réponses hors du délai du cabinet, ou qui manquent", "0") == str(
        late.of - late.count
    )


def test_every_figure_stands_on_one_to_four_pages(office):
    report = gathered(office)
    pages = printed(report)
    assert 1 <= len(pages) <= 4
    text = squeezed("".join(pages))
    for section in yearly.sections(report, EDITION):
        assert squeezed(section.title) in text
        for one in section.figures:
            assert squeezed(one.label) in text, one
            assert squeezed(one.said) in text, one
    for name, numbers in yearly.grid(report.pairs, EDITION).rows:
        assert squeezed(name) + "".join(str(n) for n in numbers if n) in text


def test_every_page_says_what_it_belongs_to_and_what_vouches(office):
    report = gathered(office)
    digest = yearly.digest(report, EDITION)
    pages = printed(report)
    for n, text in enumerate(pages, 1):
        flat = " ".join(text.split())
        assert "Rapport annuel 2026 sur les réclamations" in flat
        assert "Cabinet Lorrain d’Assurances" in flat
        assert "Édité le 23/11/2026 à 12 h 00 par Henri Klein." in flat
        assert f"page {n} sur {len(pages)}" in flat
        assert digest in text


def test_the_digest_is_that_of_the_csv_of_the_same_figures(office):
    report, out = gathered(office), io.BytesIO()
    yearly.write_csv(out, report, EDITION)
    assert hashlib.sha256(out.getvalue()).hexdigest() == yearly.digest(report, EDITION)
    changed = replace(report, closed=report.closed + 1)
    assert yearly.digest(changed, EDITION) != yearly.digest(report, EDITION)


def test_rare_motives_and_products_are_put_together_and_sums_hold(office):
    report = gathered(office)
    crowd = {(f"M{n:02}", f"P{n % 9}"): n + 1 for n in range(30)}
    for pairs in (report.pairs, crowd, {("", ""): 3}, {}):
        grid = yearly.grid(pairs, EDITION)
        assert sums(grid) == (sum(pairs.values()),) * 3
        assert len(grid.rows) <= yearly.MOST_MOTIVES + 1
        assert len(grid.products) <= yearly.MOST_PRODUCTS + 1


def sums(grid: Grid) -> tuple[int, int, int]:
    *rows, (_, totals) = grid.rows
    inside = sum(number for _, numbers in rows for number in numbers[:-1])
    return inside, sum(numbers[-1] for _, numbers in rows), totals[-1]


def test_of_a_year_without_complaints_each_part_says_that_there_is_nothing(database):
    report = gathered(database)
    told = said(report)
    for title in (
        *("À relever", "Délais", "Réponses", "Dysfonctionnements constatés"),
        *("Actions correctives", "Récurrences", "Revue de l’année"),
    ):
        assert list(told[title]) == ["Néant"], title
    assert told["Volumes"]["Reçues dans l’année"] == "0"
    assert told["Recours et médiation"]["Médiations ouvertes dans l’année"] == "Néant"
    estimated = "Part estimée des réclamations parmi les messages classés"
    assert told["Tri du courrier"][estimated] == "pas encore connue"
    assert len(printed(report)) <= 2


def test_nobody_is_named_and_no_word_of_a_file_stands_in_it(database):
    secret = "Cancer de M. Tartempion"
    enter_whole(database)
    enter(database, replace(FACTS, subject=secret, client_name="Tartempion"), sensitive=True)
    with database.begin() as session:
        for action in session.scalars(select(Action)):
            action.said = action.criterion = action.proof = secret
        for finding in session.scalars(select(Finding)):
            finding.said = secret
    report, out = gathered(database), io.BytesIO()
    assert report.deeds
    yearly.write_csv(out, report, EDITION)
    text = "".join(printed(report)) + out.getvalue().decode()
    for word in ("Tartempion", "Cancer", "Mangin", "jeanne", "Weber", "Garage", "Mutuelle", "S-77"):
        assert word not in text, word


def test_the_miss_rate_is_said_with_its_interval(database):
    report = replace(gathered(database), audit=Audit(filed=900, drawn=60, judged=50, complaints=1))
    told = said(report)["Tri du courrier"]
    low, high = report.audit.miss_interval
    assert told["Part estimée des réclamations parmi les messages classés"] == (
        f"2,0\u202f% (entre {yearly.percent(low)} et {yearly.percent(high)}, à 95\u202f%)"
    )
    assert yearly.percent(low) == "0,1\u202f%"
    assert yearly.percent(high) == "10,6\u202f%"


@pytest.mark.parametrize(
    ("days", "most"),
    [
        ((0, 45, 89), 3),
        ((0, 45, 90), None),
        ((0, 1), None),
        ((0, 100, 130, 150, 180), 4),
        ((5, 5, 5), 3),
    ],
)
def test_what_comes_back_within_ninety_days_is_found(days, most):
    first = date(2026, 1, 5)
    came = [("M12", "AUTO", first + timedelta(n)) for n in days]
    others = [("M09", "AUTO", first), ("M12", "SANTE", first), *[("", "AUTO", first)] * 4]
    found = yearly._returns([*came, *others])
    assert [one.most for one in found] == ([most] if most else [])


def test_what_came_back_is_what_the_dashboard_said_then(database):
    for n in (0, 45, 89):
        enter(database, received=date(2026, 1, 5) + timedelta(n))
    [found] = gathered(database).returns
    with database.read() as session:
        [known] = findings.recurrences(session, found.last)
    assert (found.motive, found.product, found.most) == (
        known.motive,
        known.product,
        len(known.numbers),
    )
    [told] = said(gathered(database))["Récurrences"].values()
    assert told == "3, du 05/01/2026 au 04/04/2026"


def test_a_year_that_is_over_is_whole_and_its_late_answers_are_late(database):
    enter(database, received=date(2025, 11, 3))
    [text] = {" ".join(printed(gathered(database, 2025))[0].split())}
    assert "Chiffres de l’année entière, tels qu’ils sont connus le 23/11/2026." in text
    assert said(gathered(database, 2025))["À relever"] == {
        "Accusés hors du délai du cabinet, ou qui manquent": "1",
        "Accusés hors du délai de l’ACPR, ou qui manquent": "1",
        "Réponses hors du délai du cabinet, ou qui manquent": "1",
        "Réponses hors du délai de l’ACPR, ou qui manquent": "1",
    }


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (yearly.share(Share(0, 0)), "Néant"),
        (yearly.share(Share(2, 3)), "66,7\u202f% (2 sur 3)"),
        (yearly.days(None), "Néant"),
        (yearly.days(1.0), "1 jour"),
        (yearly.days(2.5), "2,5 jours"),
        (yearly.euros(123_456_789), "1\u202f234\u202f567,89\u202f€"),
        (yearly.euros(0), "0,00\u202f€"),
    ],
)
def test_figures_are_written_as_the_french_write_them(made, said):
    assert made == said


def test_an_office_of_long_names_and_own_words_fits(database):
    enter(database, replace(FACTS, motive="M98", product="TRES_LONG"))
    words = Words().changed(
        {"TRES_LONG": "Responsabilité environnementale " * 4}, {}, {"M98": "Anticonstitution" * 9}
    )
    edition = replace(EDITION, words=words, office="Société de courtage " * 12)
    assert 1 <= len(printed(gathered(database, edition=edition), edition)) <= 3
