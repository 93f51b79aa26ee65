"""What is read of letters that come back, whatever the server that writes it."""

import pytest

from ingest.bounces import Bounce, Verdict, read, same_address
from ingest.parse import parse
from ingest.screening import Kind, Own, screen
from tests.builders import a_mail
from tests.ingest.returned_mails import CASES, CLIENT, NAME, OFFICE, Case, dsn, words

OWN = Own(frozenset({OFFICE}), "cabinet.example")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_who_why_and_which_letter(case: Case):
    [bounce] = read(parse(case.data))
    assert bounce.recipient == case.recipient
    assert (bounce.verdict, bounce.status) == (case.verdict, case.status)
    assert bounce.original == case.original
    assert case.says in bounce.diagnostic
    assert "\n" not in bounce.diagnostic


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_is_known_for_a_bounce(case: Case):
    assert screen(parse(case.data), OWN).kind == Kind.BOUNCE


def test_the_table_is_as_long_as_promised():
    assert len({case.name for case in CASES}) >= 40


def test_several_recipients_each_with_its_own_verdict():
    fields = (
        f"Final-Recipient: rfc822; {CLIENT}\nAction: delayed\nStatus: 4.4.1\n\n"
        "Final-Recipient: rfc822; paul@autre.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; lu@autre.example\nAction: delivered\nStatus: 2.0.0\n"
    )
    found = [(one.recipient, one.verdict) for one in read(parse(dsn("Deux échecs.", fields)))]
    assert found == [(CLIENT, Verdict.DELAYED), ("paul@autre.example", Verdict.HARD)]


def test_two_addresses_in_words():
    text = (
        "These recipients failed:\n\n<paul@autre.example>:\n550 5.7.1 refused\n\n"
        f"<{CLIENT}>:\n550 5.1.1 unknown\n\n{{head}}"
    )
    found = {one.recipient: one.status for one in read(parse(words(text)))}
    assert found == {"paul@autre.example": "5.7.1", CLIENT: "5.1.1"}


def test_a_receipt_of_delivery_is_no_bounce():
    fields = f"Final-Recipient: rfc822; {CLIENT}\nAction: delivered\nStatus: 2.1.5"
    assert read(parse(dsn("Remis.", fields))) == ()


def test_without_any_clue():
    [bounce] = read(parse(a_mail("Votre message n’a pas pu être remis.", "Échec")))
    assert bounce == Bounce("", Verdict.HARD, "", "", "")


def test_our_own_words_are_not_taken_for_the_servers():
    """The quoted letter speaks of 450 euros and of another address."""
    text = f"<{CLIENT}>: mailbox unknown\n\n{{head}}\nIl manque 550 1.2.3 et paul@autre.example\n"
    [bounce] = read(parse(words(text)))
    assert (bounce.recipient, bounce.status) == (CLIENT, "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        dsn("x", "Final-Recipient:\nAction:\nStatus:"),
        dsn("x", "Final-Recipient: " + "a@" * 50_000),
        words("a@b." * 60_000),
        words("5.1" * 60_000),
        words("Message-ID: <" + "x" * 100_000),
        words("retry time " * 20_000),
        words("----" * 20_000),
    ],
    ids=range(8),
)
def test_hostile_ones_are_read_within_bounds(data):
    for bounce in read(parse(data)):
        assert len(bounce.diagnostic) <= 300


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (CLIENT, "Jeanne.Mangin@COURRIEL.example", True),
        ("anne@société.example", "anne@xn--socit-esab.example", True),
        (CLIENT, "jeanne@courriel.example", False),
        (CLIENT, "", False),
    ],
)
def test_one_mailbox_in_two_spellings(one, other, same):
    assert same_address(one, other) is same


def test_names_are_kept_as_they_were_given():
    [bounce] = read(
        parse(dsn("x", f"Final-Recipient: rfc822; {CLIENT}\nAction: failed\nStatus: 5.1.1"))
    )
    assert bounce.original == NAME
