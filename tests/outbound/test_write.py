"""The acknowledgement says what the procedure asks for, and nothing that a stranger slipped in."""

from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from outbound.write import Enclosure, write
from register.deadlines import Rules, as_json, compute
from register.model import Complaint, Letter, Message


def a_letter(settings, now, **changes: object) -> EmailMessage:
    limits = compute(date(2026, 11, 23), date(2026, 11, 22), Rules())
    facts = {
        "number": "REC-2026-0001",
        "received_on": limits.received,
        "sent_on": limits.sent,
        "deadlines": as_json(limits),
        "product": "AUTO",
        "contract_ref": "AB-123",
        "client_name": "Jeanne <b>Mangin</b>",
    }
    letter = Letter(
        kind="acknowledgement", recipient="jeanne@x.example", message_id="<rec-1@cabinet.example>"
    )
    origin = Message(message_id="<2@x.example>", references=["<1@x.example>"])
    enclosure = Enclosure(letter, Complaint(**(facts | changes)), origin)
    data = write(enclosure, settings.office, now)
    return message_from_bytes(data, policy=default)  # type: ignore[return-value]


def bodies(mail: EmailMessage) -> list[str]:
    return [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]


@pytest.mark.parametrize(
    "content",
    [
        "REC-2026-0001",  # A4: the number
        "lundi 23 novembre 2026",  # A4: the day of receipt
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
    for body in bodies(a_letter(settings, now)):
        assert content in body.replace("&#39;", "'")


def test_it_goes_into_the_clients_thread(settings, now):
    mail = a_letter(settings, now)
    assert mail["In-Reply-To"] == "<2@x.example>"
    assert mail["References"] == "<1@x.example> <2@x.example>"
    assert mail["Message-ID"] == "<rec-1@cabinet.example>"


def test_it_says_that_a_machine_wrote_it(settings, now):
    mail = a_letter(settings, now)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_no_word_of_the_complaint_or_of_a_stranger_is_in_it(settings, now):
    mail = a_letter(settings, now, contract_ref="<script>{{ office }}</script>")
    plain, html = bodies(mail)
    assert "Mangin" not in plain + html
    assert "<script>" not in html
    assert "{{ office }}" in plain  # text stays text, never a template


def test_a_line_break_makes_no_header(settings, now):
    office = settings.office.model_copy(update={"name": "Cabinet\r\nBcc: x@x.example"})
    with pytest.raises(ValueError, match="invalid"):
        a_letter(replace_office(settings, office), now)


def replace_office(settings, office):
    return settings.model_copy(update={"office": office})
