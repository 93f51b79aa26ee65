"""An office, a complaint and its letters, for the tests of letters. All invented."""

from datetime import UTC, date, datetime
from typing import Any

from outbound.templates import Signatory
from outbound.write import Enclosure
from register.deadlines import Rules, as_json, compute
from register.model import Answer, Complaint, Letter, Message

ARRIVED = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)  # 10 h 05 in Paris


def a_complaint(**changes: Any) -> Complaint:
    limits = compute(date(2026, 11, 23), date(2026, 11, 22), Rules())
    facts = {
        "number": "REC-2026-0001",
        "received_on": limits.received,
        "sent_on": limits.sent,
        "deadlines": as_json(limits),
        "product": "AUTO",
        "contract_ref": "AB-123",
        "client_name": "Jeanne <b>Mangin</b>",
        "client_kind": "PARTICULIER",
        "client_address": "3 rue du Moulin\n54000 Nancy",
        "subject": "Attente au téléphone",
        "redirected_to": "",
        "sensitive": False,
        "complainant": "",
    }
    return Complaint(**(facts | changes))


def a_letter_row(kind: str, **changes: Any) -> Letter:
    facts = {
        "kind": kind,
        "recipient": "jeanne@x.example",
        "message_id": "<rec-1@cabinet.example>",
        "automatic": kind == "acknowledgement",
        "language": "fr",
    }
    return Letter(**(facts | changes))


def an_answer(**changes: Any) -> Answer:
    facts = {
        "body": "Vous avez raison sur un point.\n\nEt {{ office }} <i>tort</i> sur l’autre.",
        "points": ["Le délai", "Le montant"],
        "gesture_cents": 115000,
        "compensation_cents": 0,
    }
    return Answer(**(facts | changes))


def enclosed(kind: str, *, complaint: Complaint | None = None, **changes: Any) -> Enclosure:
    """A letter of a kind with all that it is made from."""
    answers = kind.startswith("answer_")
    return Enclosure(
        letter=a_letter_row(kind, **changes),
        complaint=complaint or a_complaint(),
        origin=Message(
            message_id="<2@x.example>", references=["<1@x.example>"], received_at=ARRIVED
        ),
        answer=an_answer() if answers else None,
        signatories=(Signatory("Marie Colin", "référent réclamations"),) if answers else (),
    )
