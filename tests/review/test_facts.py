"""What staff typed becomes facts, or a sentence beside the field."""

import pytest

from config.taxonomies import Words
from register.complaints import Facts
from register.model import Message
from register.parties import Named
from review.facts import BadFacts, as_list, as_text, cents, euros, proposed, typed

WORDS = Words()


@pytest.mark.parametrize(
    ("typed_in", "meant"),
    [
        ("", None),
        ("  ;  ", None),
        ("Aucun", ()),
        ("aucune", ()),
        ("Néant", ()),
        ("non précisé", ()),
        ("Garage Martin", (Named("Garage Martin"),)),
        ("AXA (assureur)", (Named("AXA", "ASSUREUR"),)),
        ("Paul (expert de l’assureur, 12/B)", (Named("Paul", "EXPERT", "12/B"),)),
        ("Garage Petit (Nancy)", (Named("Garage Petit (Nancy)"),)),
        (
            " Garage  Martin ; M. Petit, expert\nAucune SA",
            tuple(map(Named, ("Garage Martin", "M. Petit, expert", "Aucune SA"))),
        ),
    ],
)
def test_empty_is_not_none(typed_in, meant):
    assert as_list(typed_in) == meant


@pytest.mark.parametrize(
    "value", [None, (), (Named("A"),), (Named("A", "ASSUREUR", "n° 3"), Named("B, C"))]
)
def test_there_and_back(value):
    assert as_list(as_text(value)) == value


def test_what_is_not_typed_stays():
    base = Facts(client_name="Jeanne", third_parties=(Named("A"),))
    assert typed(base, {"product": "AUTO"}, WORDS) == Facts(
        client_name="Jeanne", third_parties=(Named("A"),), product="AUTO"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("product", "VOITURE"),
        ("motive", "M77"),
        ("client_email", "pas une adresse"),
        ("client_email", "a@b.fr\r\nBcc: x@y.fr"),
        ("subject", "x" * 301),
        ("client_name", "x" * 10_000_000),
        ("third_parties", "x;" * 2000),
        ("quality", "ROI"),
        ("gravity", "5"),
        ("gravity", "-1"),
        ("claimed_cents", "beaucoup"),
        ("claimed_cents", "1e400"),
        ("claimed_cents", "9" * 30),
    ],
)
def test_what_cannot_stand_is_said_beside_its_field(field, value):
    with pytest.raises(BadFacts) as caught:
        typed(Facts(), {field: value}, WORDS)
    assert list(caught.value.faults) == [field]


def test_several_faults_are_said_together():
    with pytest.raises(BadFacts) as caught:
        typed(Facts(), {"product": "X", "motive": "Y"}, WORDS)
    assert set(caught.value.faults) == {"product", "motive"}


def test_an_unknown_field_is_nobodys_business():
    assert typed(Facts(), {"state": "CLOTUREE", "number": "1"}, WORDS) == Facts()


@pytest.mark.parametrize(
    ("by_office", "found", "client"),
    [
        (True, ("Paul Henry", "paul@x.example"), ("Paul Henry", "paul@x.example")),
        (True, ("Paul Henry", ""), ("Paul Henry", "model@x.example")),
        (False, ("Paul Henry", "paul@x.example"), ("Model", "model@x.example")),
    ],
)
def test_a_colleague_who_forwards_is_not_the_client(by_office, found, client):
    forwarded = {"name": found[0], "email": found[1], "sent_at": None, "by_office": by_office}
    fields = {"client_name": "Model", "client_email": "model@x.example"}
    message = Message(triage={"fields": fields, "forwarded": forwarded})
    facts = proposed(message)
    assert (facts.client_name, facts.client_email) == client


@pytest.mark.parametrize(
    ("typed_in", "amount", "shown"),
    [
        ("", None, ""),
        ("150", 15000, "150,00"),
        ("150,5", 15050, "150,50"),
        ("1 234,56 €", 123456, "1\u202f234,56"),
        ("12.345.678,90 euros", 1234567890, "12\u202f345\u202f678,90"),
    ],
)
def test_amounts_are_read_and_shown_as_the_french_write_them(typed_in, amount, shown):
    assert cents(typed_in) == amount
    assert euros(amount) == shown
    assert cents(shown) == amount
