"""What staff typed becomes facts, or a sentence beside the field."""

import pytest

from register.complaints import Facts
from register.model import Message
from review.facts import BadFacts, as_list, as_text, proposed, typed


@pytest.mark.parametrize(
    ("typed_in", "meant"),
    [
        ("", None),
        ("  ;  ", None),
        ("Aucun", ()),
        ("aucune", ()),
        ("Néant", ()),
        ("non précisé", ()),
        ("Garage Martin", ("Garage Martin",)),
        (
            " Garage  Martin ; M. Petit, expert\nAucune SA",
            ("Garage Martin", "M. Petit, expert", "Aucune SA"),
        ),
    ],
)
def test_empty_is_not_none(typed_in, meant):
    assert as_list(typed_in) == meant


@pytest.mark.parametrize("value", [None, (), ("A",), ("A", "B, C")])
def test_there_and_back(value):
    assert as_list(as_text(value)) == value


def test_what_is_not_typed_stays():
    base = Facts(client_name="Jeanne", third_parties=("A",))
    assert typed(base, {"product": "AUTO"}) == Facts(
        client_name="Jeanne", third_parties=("A",), product="AUTO"
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
    ],
)
def test_what_cannot_stand_is_said_beside_its_field(field, value):
    with pytest.raises(BadFacts) as caught:
        typed(Facts(), {field: value})
    assert list(caught.value.faults) == [field]


def test_several_faults_are_said_together():
    with pytest.raises(BadFacts) as caught:
        typed(Facts(), {"product": "X", "motive": "Y"})
    assert set(caught.value.faults) == {"product", "motive"}


def test_an_unknown_field_is_nobodys_business():
    assert typed(Facts(), {"state": "CLOTUREE", "number": "1"}) == Facts()


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
