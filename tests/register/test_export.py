"""Annexe I, as a spreadsheet and a supervisor open it."""

import csv
from datetime import date

import pytest

from register.deadlines import Rules, as_json, compute
from register.export import COLUMNS, annexe_one
from register.model import Complaint


def a_complaint(**changes: object) -> Complaint:
    limits = compute(date(2026, 11, 23), None, Rules())
    facts = {
        "number": "REC-2026-0001",
        "state": "AR_ENVOYE",
        "client_name": "Jeanne Mangin",
        "received_on": date(2026, 11, 23),
        "subject": "Délai de remboursement",
        "contract_ref": "AB-123",
        "product": "AUTO",
        "service": "",
        "third_parties": [],
        "persons_concerned": ["Thomas Weber", "Garage Martin"],
        "acknowledged_on": date(2026, 12, 1),
        "note": "",
        "deadlines": as_json(limits),
    }
    return Complaint(**(facts | changes))


def rows(document: str) -> list[list[str]]:
    assert document.startswith("\ufeff")
    return list(csv.reader(document.removeprefix("\ufeff").splitlines(), delimiter=";"))


def test_the_columns_of_the_procedure_in_their_order():
    header, row = rows(annexe_one([a_complaint()]))
    assert tuple(header) == COLUMNS
    assert len(header) == 14
    assert row[:8] == [
        "REC-2026-0001",
        "Jeanne Mangin",
        "23/11/2026",
        "Délai de remboursement",
        "contrat AB-123, Auto",
        "Aucun",
        "Thomas Weber ; Garage Martin",
        "01/12/2026",
    ]


def test_an_empty_register_says_so():
    assert rows(annexe_one([]))[1] == ["Néant"]


def test_lines_end_as_a_spreadsheet_expects():
    assert annexe_one([]).endswith("\r\n")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    document = annexe_one([a_complaint(client_name=f"{start}cmd|' /C calc'!A0")])
    assert f'"{start}cmd' not in document
    assert f";{start}cmd" not in document


def test_what_is_not_yet_said_is_empty_not_none():
    [_, row] = rows(annexe_one([a_complaint(third_parties=None)]))
    assert row[5] == ""
