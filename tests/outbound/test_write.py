"""Letters say what the procedure asks for, and nothing that a stranger slipped in."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from html import unescape

import pytest

from outbound.templates import KINDS, LAYOUTS, TemplateTrouble, variables
from outbound.write import Enclosure, draft, facts, sheet, write
from register.model import Message
from tests.outbound.cases import ARRIVED, a_complaint, enclosed

KIND = "acknowledgement"


def mail_of(enclosure: Enclosure, settings, now) -> EmailMessage:
    data = write(enclosure, settings.office, now)
    return message_from_bytes(data, policy=default)  # type: ignore[return-value]


def bodies(mail: EmailMessage) -> list[str]:
    """Both forms as one reads them: no tags, lines and hard spaces as plain spaces."""
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    read = unescape(re.sub(r"<(?!/?i>)[^>]+>", "", html))
    return [" ".join(one.split()) for one in (plain, read)]


@pytest.mark.parametrize(
    "content",
    [
        "REC-2026-0001",  # A4: the number
        "lundi 23 novembre 2026",  # A4: the day of receipt
        "10 h 05",  # and the hour
        "dimanche 22 novembre 2026",  # A4: the day of sending
        "prend connaissance",  # A6: the course of the processing (P-30)
        "réponse écrite et motivée",  # A6
        "22/01/2027",  # A7: the answer's limit as an explicit date (P-30)
        "tiendrons informé",  # A8
        "La Médiation de l’Exemple",  # A10
        "TSA 00000, 75000 Paris Cedex 00",  # A10
        "https://www.mediateur.example",  # A10
        "23/01/2027",  # A10: the mediator is open from
        "22/11/2027",  # A10: … until
        "Cabinet Lorrain d’Assurances",  # A1
        "03 83 00 00 00",  # A1
        "contact@cabinet.example",  # A1
        "part automatiquement",  # A12
        "AB-123",  # A5
    ],
)
def test_the_acknowledgement_says(settings, now, content):
    for body in bodies(mail_of(enclosed(KIND), settings, now)):
        assert content in body


@pytest.mark.parametrize(
    ("kind", "words", "content"),
    [
        ("progress", {"done": "Lettre\n\nécrite", "cause": "Attente"}, ["Lettre", "écrite", "Attente"]),
        ("progress", {"new_date": "2027-02-12"}, ["12/02/2027", "ne change rien à vos droits"]),
        ("progress", {"new_date": "bientôt"}, ["au plus tard le 22/01/2027"]),
        ("redirect", {"to": "Assurances Exemple", "why": "L’expertise"}, ["Assurances Exemple", "L’expertise"]),
        ("invitation", {}, ["Attente au téléphone", "C’est gratuit"]),
        ("invitation", {"said": "Trois appels"}, ["Trois appels"]),
        ("false_alarm", {"why": "Un devis"}, ["Un devis", "pris à tort"]),
        ("answer_partial", {"refused": "Les frais"}, ["Les frais", "1. Le délai", "2. Le montant",
                            "1 150,00 €", "Marie Colin, référent réclamations", "<i>tort</i>"]),
    ],
)  # fmt: skip
def test_what_a_person_wrote_is_in_the_letter(settings, now, kind, words, content):
    plain, html = bodies(mail_of(enclosed(kind, words=words), settings, now))
    for one in content:
        assert one in plain
        assert one.removeprefix("1. ").removeprefix("2. ") in html


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("answer_")])
@pytest.mark.parametrize("client", ["PARTICULIER", "ENTREPRISE", ""])
def test_every_answer_names_the_mediator(settings, now, kind, client):
    complaint = a_complaint(client_kind=client)
    for body in bodies(mail_of(enclosed(kind, complaint=complaint), settings, now)):
        for content in ("La Médiation de l’Exemple", "TSA 00000", "https://www.mediateur.example"):
            assert content in body
        assert "23/01/2027" in body
        assert "22/11/2027" in body
        assert ("activité professionnelle" in body) == (client == "ENTREPRISE")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "vous pourrez saisir"),
        (61, "dès maintenant"),
        (364, "dès maintenant"),
        (365, "lui seul"),
    ],
)
def test_the_mediator_is_open_as_long_as_he_is(settings, now, days, said):
    for body in bodies(mail_of(enclosed("answer_rejected"), settings, now + timedelta(days=days))):
        assert said in body


def test_no_limit_that_is_past_is_promised(settings, now):
    for body in bodies(mail_of(enclosed(KIND), settings, now + timedelta(days=90))):
        assert "au plus tard" not in body
        assert "sans attendre" in body


@pytest.mark.parametrize(
    ("language", "said", "kept"),
    [("de", "22.01.2027", "de"), ("en", "22 January 2027", "en"), ("it", "22/01/2027", "fr")],
)
def test_the_language_of_the_client(settings, now, language, said, kept):
    mail = mail_of(enclosed(KIND, language=language), settings, now)
    assert mail["Content-Language"] == kept
    assert f'lang="{kept}"' in mail.get_body(("html",)).get_content()
    for body in bodies(mail):
        assert said in body


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_gets_what_it_was_promised(settings, now, kind):
    told = facts(enclosed(kind), settings.office, now, by_post=False)
    assert {name for name in told if name != "office"} == {one.name for one in variables(kind)}
    assert [one.name for one in variables(kind) if not one.fits(told[one.name])] == []
    assert [one.name for one in variables(kind) if not one.fits(one.example)] == []


def test_the_hour_is_left_out_where_the_register_says_another_day(settings, now):
    moved = replace(enclosed(KIND), origin=Message(received_at=ARRIVED - timedelta(days=1)))
    for enclosure in (moved, replace(moved, origin=None)):
        for body in bodies(mail_of(enclosure, settings, now)):
            assert " h " not in body


# --- the envelope --------------------------------------------------------------------------


def test_it_goes_into_the_clients_thread(settings, now):
    mail = mail_of(enclosed(KIND), settings, now)
    assert mail["In-Reply-To"] == "<2@x.example>"
    assert mail["References"] == "<1@x.example> <2@x.example>"
    assert mail["Message-ID"] == "<rec-1@cabinet.example>"


@pytest.mark.parametrize(
    ("identifier", "references"),
    [
        ("<2@x.example>\r\nBcc: <x@x.example>", []),
        ("<" + "x" * 3000 + "@x.example>", ["<1@x.example>"]),
        ("", ["<1@x.example>"]),
        ("sans crochets", []),
        ("<é@x.example>", []),
    ],
)
def test_what_is_no_identifier_keeps_no_letter_back(settings, now, identifier, references):
    origin = Message(message_id=identifier, references=references, received_at=ARRIVED)
    mail = mail_of(replace(enclosed(KIND), origin=origin), settings, now)
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None
    assert mail["Bcc"] is None


def test_bad_references_are_left_out(settings, now):
    told = ["<1@x.example>", "a\r\nBcc: <b@x.example>", "<3 @x>"]
    origin = Message(message_id="<2@x.example>", references=told, received_at=ARRIVED)
    mail = mail_of(replace(enclosed(KIND), origin=origin), settings, now)
    assert mail["References"] == "<1@x.example> <2@x.example>"
    assert mail["Bcc"] is None


def test_only_a_machine_says_that_it_is_one(settings, now):
    mail = mail_of(enclosed(KIND), settings, now)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    for kind in ("answer_accepted", "progress"):
        by_person = mail_of(enclosed(kind), settings, now)
        assert by_person["Auto-Submitted"] is None
        assert by_person["X-Auto-Response-Suppress"] is None
        for body in bodies(by_person):
            assert "automatique" not in body


def test_no_word_of_the_complaint_or_of_a_stranger_is_in_it(settings, now):
    complaint = a_complaint(contract_ref="<script>{{ office }}</script>")
    mail = mail_of(enclosed(KIND, complaint=complaint), settings, now)
    plain = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "Mangin" not in plain + html
    assert "<script>" not in html
    assert "{{ office }}" in plain  # text stays text, never a template


@pytest.mark.parametrize(
    "name",
    [
        "Cabinet\r\nBcc: x@x.example",
        'Cabinet "Le Bon", <conseil@x.example>',
        "Dupont, Fils & Cie, courtiers en assurances depuis mille neuf cent soixante-douze, Nancy",
        "Équipe Générale, Réunie; d’Assurances é" * 3,
        "Cabinet\x00\x1b[31m",
    ],
)
def test_an_office_name_makes_no_header_and_no_other_address(settings, now, name):
    office = settings.office.model_copy(update={"name": name})
    data = write(enclosed(KIND), office, now)
    mail = message_from_bytes(data, policy=default)
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["From"].addresses] == ["contact@cabinet.example"]
    assert mail["From"].addresses[0].display_name.startswith(("Cabinet", "Dupont", "Équipe"))


def test_a_subject_is_one_line(settings, now):
    words = {"to": "Assurances\r\nBcc: x@x.example\x00", "why": "…"}
    mail = mail_of(enclosed("redirect", words=words), settings, now)
    assert mail["Bcc"] is None
    assert mail["Subject"].endswith("transmise à Assurances Bcc: x@x.example")


@pytest.mark.parametrize(
    ("recipient", "written"),
    [
        ("jeanne@x.example", "jeanne@x.example"),
        ("jeanne@exämple.example", "jeanne@xn--exmple-cua.example"),
        ("hélène@x.example", "hélène@x.example"),  # SMTPUTF8
        ('"a, b"@x.example', '"a, b"@x.example'),
    ],
)
def test_an_address_stays_what_it_is(settings, now, recipient, written):
    data = write(enclosed(KIND, recipient=recipient), settings.office, now)
    head = data.partition(b"\r\n\r\n")[0].decode()
    assert f"To: {written}\r\n" in head


@pytest.mark.parametrize(
    "recipient",
    [
        "a@x.example\r\nBcc: b@x.example",
        "é@x.example\r\nBcc: b@x.example",
        "a@x.example, b@x.example",
        "é@x.example, b@x.example",
        "é <b@x.example>",
        "",
        "a",
        "a@",
        "@x.example",
        "a@" + "é" * 80 + ".example",
    ],
)
def test_what_is_no_address_is_refused(settings, now, recipient):
    with pytest.raises((ValueError, MessageError)):
        write(enclosed(KIND, recipient=recipient), settings.office, now)


def test_a_letter_without_an_address_can_be_looked_at(settings, now):
    mail = message_from_bytes(
        draft(enclosed(KIND, recipient=""), settings.office, now), policy=default
    )
    assert mail["To"] is None
    assert "REC-2026-0001" in mail["Subject"]


def test_lines_are_short(settings, now):
    for kind in KINDS:
        data = write(enclosed(kind), settings.office, now)
        assert max(len(line) for line in data.split(b"\r\n")) <= 998
        text = message_from_bytes(data, policy=default).get_body(("plain",)).get_content()
        assert max(len(line) for line in text.splitlines()) <= 78


def test_an_unknown_letter_is_refused(settings, now):
    with pytest.raises(TemplateTrouble, match="pas une lettre connue"):
        write(enclosed("poem"), settings.office, now)


# --- by post -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("3 rue du Moulin\n54000 Nancy", ["3 rue du Moulin", "54000 Nancy"]),
        ("3 rue du Moulin, 54000 Nancy", ["3 rue du Moulin", "54000 Nancy"]),
        ("\n".join(f"ligne {n}" for n in range(9)), [f"ligne {n}" for n in range(5)]),
        ("x" * 90, ["x" * 38]),
        ("", []),
    ],
)
def test_the_window_shows_name_and_address(settings, now: datetime, address, lines):
    complaint = a_complaint(client_address=address, client_name="Jeanne Mangin")
    enclosure = enclosed(KIND, complaint=complaint)
    told = facts(enclosure, settings.office, now, by_post=True)
    assert list(told["recipient"]) == ["Jeanne Mangin", *lines]
    assert told["layout"] == LAYOUTS[True]
    page = unescape(sheet(enclosure, settings.office, now))
    assert "Jeanne Mangin" in page
    assert "répondez à ce message" not in page
    assert "automatiquement" not in page
