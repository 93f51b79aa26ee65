"""The dashboard tells what rows say: recounted here from the register itself."""

from datetime import date, timedelta

import pytest

from register import complaints, overview
from review import answering, charts, conduct
from tests.offices import OFFICER, staffed
from tests.test_procedure import Case


@pytest.fixture
def office(settings):
    return staffed(settings)


def test_months_are_counted_by_receipt_and_requalified_ones_are_none(database, office, now):
    first = Case(database, office, now - timedelta(days=40))
    Case(database, office, now)
    third = Case(database, office, now)
    third.does(conduct.requalify, "Demande simple", by=OFFICER)
    first.later(days=4).post()
    on = first.now.date()
    said = answering.Elsewhere(on, "EXPLICATION_DONNEE", "Dit", True, "COURRIER")
    first.does(answering.record, said)
    with database.read() as session:
        months = overview.months(session, now.date())
    assert len(months) == 12
    assert [(m.first.month, m.received) for m in months if m.received] == [(10, 1), (11, 1)]
    october = next(m for m in months if m.first == date(2026, 10, 1))
    assert (october.to_acknowledge, october.to_answer) == (4.0, 4.0)


def test_what_is_due_is_listed_the_nearest_first_and_late_is_said(database, office, now):
    late = Case(database, office, now - timedelta(days=20))
    soon = Case(database, office, now - timedelta(days=6))
    with database.read() as session:
        found = overview.duties(session, now.date())
        assert [entry.number for entry in complaints.every(session)] == [late.number, soon.number]
    assert [(one.complaint.number, one.what, one.late) for one in found] == [
        (late.number, "accuser réception", True),
        (soon.number, "accuser réception", False),
    ]


def test_a_reopened_file_is_due_again_until_it_is_answered_again(database, office, now):
    case = Case(database, office, now).answered()
    case.later(days=80)

    def due() -> list[tuple[str, date, bool]]:
        with database.read() as session:
            found = overview.duties(session, case.now.date())
        return [(one.what, one.due, one.late) for one in found]

    assert due() == []
    case.does(conduct.reopen, "Le client insiste")
    limit = case.now.date() + overview.AGAIN
    assert due() == [("répondre à nouveau", limit, False)]
    case.later(days=31).does(conduct.take)
    assert due() == [("répondre à nouveau", limit, True)]
    case.answered()
    assert due() == []


def test_pairs_of_motive_and_product_add_up(database, office, now):
    for n in range(3):
        Case(database, office, now + timedelta(days=n))
    with database.read() as session:
        motives, products, pairs = overview.motives_by_product(session, date(2026, 1, 1))
    assert (motives, products, dict(pairs)) == (["M09"], ["AUTO"], {("M09", "AUTO"): 3})


@pytest.mark.parametrize("counts", [[0] * 12, list(range(12)), [10_000] + [0] * 11])
def test_pictures_are_drawn_whatever_the_figures(counts):
    names = [f"m{n}" for n in range(12)]
    assert b"<svg" in charts.bars(names, counts, "Reçues")
    lines = [("Accusé", [float(n) if n else None for n in counts], 10.0)]
    assert b"<svg" in charts.delays(names, lines)
