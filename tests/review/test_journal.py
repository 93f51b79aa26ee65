"""The journal's lines as sentences, and the time line of a case."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from register.model import Entry, Information, Letter, Message, Place, Remark
from review.guard import BREACHES
from review.pages.journal import FIELDS, LETTERS, SENTENCES, Papers, timeline, told

ROOT = Path(__file__).parents[2]
# Functions that write a line, and the place of the action's name among their arguments.
_WRITERS = {"journal": 1, "_journal_letter": 1, "_moved": 3}
_AT = datetime(2026, 11, 23, 11, tzinfo=UTC)
_PARIS = ZoneInfo("Europe/Paris")


def line(action: str, payload: dict[str, object] | None, actor: str = "claire", seq: int = 1):
    return Entry(seq=seq, at=_AT, actor=actor, action=action, about="x", payload=payload)


def actions() -> Iterator[str]:
    """Every action that the desk's own modules write, read from their code."""
    for path in sorted((ROOT / "review").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            name = name or (call.func.id if isinstance(call.func, ast.Name) else "")
            place = 1 if name == "Act" else _WRITERS.get(name)
            if place is not None and len(call.args) > place:
                yield from _constants(call.args[place])


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_action_has_its_sentence():
    known = set(actions()) | set(BREACHES) | {"letter", "erased", "purged", "template approved"}
    assert {"signed", "held", "released hold", "mediation", "assigned", "queued"} <= known
    assert known - SENTENCES.keys() == set()


@pytest.mark.parametrize("action", SENTENCES)
@pytest.mark.parametrize("payload", [None, {}, {"reason": "Raison", "on": "pas un jour"}])
def test_a_sentence_stands_without_its_payload(action, payload):
    """Payloads are erased with the personal data; older lines have other ones."""
    said = told(line(action, payload))
    assert said[0].islower()
    assert "None" not in said


@pytest.mark.parametrize(
    ("action", "payload", "words"),
    [
        ("amended", {"changes": {"subject": ["a", "b"]}}, "a corrigé l’entrée (objet)"),
        ("drafted", {"answer": 3, "outcome": "REJETEE"}, "a enregistré un brouillon de réponse"),
        ("signed", {"outcome": "REJETEE", "gesture": "50,00"}, "(rejetée, geste de 50,00 €)"),
        ("answered", {"on": "2026-11-20", "outcome": "REJETEE"}, "20/11/2026 — Rejetée"),
        ("queued", {"letter": "progress"}, "a préparé une lettre : point d’avancement"),
        ("letter", {"letter": "acknowledgement", "state": "sent", "attempt": 2}, "essai n° 2"),
        ("awaited", {"whom": "client"}, "attend une réponse du client"),
        ("awaited", {"whom": ""}, "a repris l’instruction"),
        ("advanced", {"from": "PROPOSEE", "to": "DECIDEE"}, "de « proposée » à « décidée »"),
        ("decided", {"label": "complaint"}, "a classé le message : réclamation"),
        ("something new", {}, "a fait : something new"),
    ],
)
def test_what_is_told(action, payload, words):
    assert words in told(line(action, payload))


def test_a_colleague_is_called_by_name():
    said = told(line("assigned", {"to": "marc@cabinet.example"}), lambda email: "Marc")
    assert said == "a confié le dossier à Marc"


def test_letters_and_fields_have_names():
    assert LETTERS["answer_rejected"] == "réponse de rejet"
    assert FIELDS["persons_concerned"] == "personnes visées"


def test_one_line_of_time_the_newest_first():
    papers = Papers(
        mails=[
            Message(
                id=4, received_at=_AT, place=Place.REGISTERED, subject="Délai", sender_name="Jeanne"
            ),
            Message(
                id=5,
                received_at=_AT + timedelta(days=4),
                place=Place.SENT,
                subject="",
                sender_name="",
                sender_email="contact@cabinet.example",
            ),
        ],
        letters=[
            Letter(id=6, kind="answer_rejected", sent_at=_AT + timedelta(days=3)),
            Letter(id=7, kind="acknowledgement"),
        ],
        remarks=[Remark(at=_AT + timedelta(days=1), by="marc", said="Relancé.")],
        informed=[
            Information(
                on=date(2026, 11, 25),
                channel="TELEPHONE",
                said="Rappel mardi",
                new_date=date(2026, 12, 1),
                by="claire",
            )
        ],
        lines=[
            line("registered", {}),
            line("noted", {}),
            line("informed", {}),
            line("taken", {}, seq=2),
        ],
    )
    events = timeline(papers, _PARIS, str.title)
    assert [event.what for event in events] == [
        "Courriel du cabinet",
        "Lettre",
        "Information",
        "Note",
        "Journal",
        "Journal",
        "Courriel reçu",
    ]
    assert events[1].said == "Lettre partie : réponse de rejet"
    assert events[2].words == "Rappel mardi"
    assert "01/12/2026" in events[2].said
    assert not events[2].hour
    assert (events[3].who, events[3].words) == ("Marc", "Relancé.")
    assert [event.said for event in events[4:6]] == [  # of one moment, the last written first
        "a pris le dossier en charge",
        "a inscrit la réclamation au registre",
    ]
