"""The spreadsheet, opened again by another library."""

import io
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook, load_workbook

from register.export import Format, Kind
from register.export.annexe import ANNEXE
from tests.ledger import FACTS, enter, enter_whole, exported

HEADER = 4  # counted from one


def book(database, kind=Kind.ANNEXE) -> Workbook:
    document, _ = exported(database, kind, Format.XLSX)
    return load_workbook(io.BytesIO(document))


def row(database, kind=Kind.ANNEXE) -> dict:
    page = book(database, kind)["Registre"]
    names = [cell.value for cell in page[HEADER]]
    return dict(zip(names, page[HEADER + 1], strict=True))


def test_title_edition_and_a_header_that_stays_and_filters(database):
    enter_whole(database)
    page = book(database)["Registre"]
    assert page["A1"].value == "Registre des réclamations — Annexe I — Cabinet Lorrain d’Assurances"
    assert page["A2"].value == "Édité le 23/11/2026 à 12 h 00 par Henri Klein."
    assert [cell.value for cell in page[HEADER]] == [column.name for column in ANNEXE]
    assert page.freeze_panes == "B5"
    assert page.auto_filter.ref == "A4:N5"
    assert page.print_title_rows == "$4:$4"
    assert page.page_setup.orientation == "landscape"


def test_dates_are_dates_amounts_are_numbers_and_long_texts_wrap(database):
    enter_whole(database)
    found = row(database, Kind.CONTROL)
    at_midnight = datetime.combine(date(2026, 9, 7), time())
    received, gesture = found["Date de réception"], found["Geste commercial (€)"]
    assert (received.value, received.number_format) == (at_midnight, "dd/mm/yyyy")
    assert (gesture.value, gesture.data_type) == (1250.5, "n")
    assert found["Objet de la réclamation"].alignment.wrap_text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "https://x.example/", "=HYPERLINK(1)", "{=1}", "12", "😡 é"],
)
def test_what_a_stranger_wrote_is_text(database, text):
    enter(database, replace(FACTS, client_name=text))
    cell = row(database)["Nom du client"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(("length", "kept"), [(5000, 5000), (40_000, 32_767)])
def test_a_long_text_is_whole_as_far_as_a_cell_goes(database, length, kept):
    enter(database, replace(FACTS, subject="x" * length))
    value = row(database)["Objet de la réclamation"].value
    assert len(value) == kept
    assert value.endswith("…") == (kept < length)


def test_an_empty_register_says_so_and_is_counted(database):
    found = book(database)
    assert found["Registre"]["A5"].value == "Néant"
    assert "Néant : aucune réclamation." in [cell.value for cell in found["Édition"]["A"]]


def test_it_vouches_for_its_rows(database):
    enter_whole(database)
    document, written = exported(database, Kind.ANNEXE, Format.XLSX)
    said = [cell.value for cell in load_workbook(io.BytesIO(document))["Édition"]["A"]]
    assert "1 réclamation." in said
    assert f"SHA-256 des lignes : {written.digest}" in said


def test_a_day_is_no_moment(database):
    enter(database, received=date(2026, 1, 31))
    assert row(database)["Date de réception"].value.time() == datetime.min.time()
