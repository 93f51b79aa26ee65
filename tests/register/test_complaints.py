"""An entry knows what the procedure still asks for (P-03, P-05 … P-08)."""

from datetime import date

import pytest

from register import complaints
from register.complaints import Facts, Opening, missing
from register.deadlines import Rules, compute
from register.parties import Named

WHOLE = Facts(
    client_name="Jeanne Mangin",
    client_email="jeanne@x.example",
    subject="Délai",
    product="AUTO",
    third_parties=(),
    persons_concerned=(Named("Thomas Weber", "COLLABORATEUR_CONSEILLER"),),
)


def enter(database, now, facts: Facts) -> complaints.Complaint:
    limits = compute(date(2026, 11, 23), None, Rules())
    with database.begin() as session:
        return complaints.enter(session, Opening(facts, limits), "claire", now)


def test_a_whole_entry_lacks_nothing_and_comes_back_as_it_was(database, now):
    entry = enter(database, now, WHOLE)
    assert missing(entry) == []
    with database.read() as session:
        kept = complaints.named(session, "rec-2026-0001 ")
        assert kept is not None
        assert complaints.facts_of(session, kept) == WHOLE


@pytest.mark.parametrize(
    ("facts", "lacking"),
    [
        (
            Facts(),
            [
                "nom du client",
                "objet",
                "contrat, produit ou service",
                "intervenants",
                "personnes visées",
            ],
        ),
        (
            Facts(
                client_name="J",
                subject="S",
                service="Accueil",
                third_parties=(),
                persons_concerned=(),
            ),
            [],
        ),
        (
            Facts(
                client_name="J",
                subject="S",
                contract_ref="1",
                third_parties=None,
                persons_concerned=(),
            ),
            ["intervenants"],
        ),
    ],
)
def test_what_is_missing_is_named(database, now, facts, lacking):
    assert missing(enter(database, now, facts)) == lacking


def test_numbers_begin_anew_each_year(database, now):
    first, next_year = enter(database, now, WHOLE), enter(database, now.replace(year=2027), WHOLE)
    assert [first.number, next_year.number] == ["REC-2026-0001", "REC-2027-0001"]


def test_amending_names_only_what_changed(database, now):
    entry = enter(database, now, WHOLE)
    with database.begin() as session:
        kept = complaints.named(session, entry.number)
        assert kept is not None
        changes = complaints.amend(session, kept, Facts(**(vars(WHOLE) | {"subject": "Refus"})))
    assert changes == {"subject": ["Délai", "Refus"]}
