"""Learning as an office sees it: the command line, and the daemon by itself."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from classifier.shelf import Shelf, default_directory
from register import trainings
from register.database import open_database
from register.model import Training
from tests.builders import a_mail
from tests.e2e.office import Office, until

REPROACH = "Bonjour, voilà deux mois que j’attends et personne ne répond. C’est inadmissible."
REQUEST = "Bonjour, pouvez-vous m’envoyer mon attestation d’assurance ? Merci d’avance."


@pytest.fixture
def office(tmp_path) -> Office:
    """An office with models of its own."""
    shutil.copytree(default_directory(), tmp_path / "models")
    values = {"triage.models": str(tmp_path / "models"), "triage.retrain_after": 2}
    return Office(tmp_path, values)


@pytest.fixture
def taught(office, tmp_path) -> Office:
    """… where somebody has decided on two mails."""
    for name, text in (("un", REPROACH), ("deux", REQUEST)):
        (tmp_path / f"{name}.eml").write_bytes(
            a_mail(text, subject=name, sender=f"{name}@x.example")
        )
    office.json("import", str(tmp_path / "un.eml"), str(tmp_path / "deux.eml"))
    for message_id, label in ((1, "complaint"), (2, "service")):
        office.json("queue", "decide", str(message_id), "--as", label, "--by", "claire")
    return office


def test_evaluation_shows_what_went_wrong(office, tmp_path):
    line = {"id": "x-1", "subject": "Attestation", "text": REQUEST, "label": "complaint"}
    file = tmp_path / "mails.jsonl"
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    told = office.run("evaluate", str(file)).stdout
    assert "Montrées à une personne" in told
    assert "x-1" in told
    figures = office.json("evaluate", str(file))
    assert figures["confusion"] == {"complaint": {"service": 1}}
    assert figures["worst"][0]["id"] == "x-1"
    (tmp_path / "vide.jsonl").write_text("", encoding="utf-8")
    refused = office.run("evaluate", str(tmp_path / "vide.jsonl"))
    assert refused.returncode == 1
    assert "aucun message" in refused.stderr


def test_the_daemon_learns_by_itself_and_somebody_goes_back(taught):
    before = taught.json("model", "list")[0]

    with taught.daemon("--only", "learn"):  # the whole corpus, behind everything else
        until(lambda: _models(taught)[0]["version"] != before["version"], 300)
        until(lambda: _ended(taught))
    now, former, *_ = taught.json("model", "list")
    assert former["version"] == before["version"]
    assert now["examples"] == before["examples"] + 2
    assert "sur 1 000" in now["guarantee"]

    stats = taught.json("stats")
    assert stats["decisions"]["decided"] == 2
    assert stats["audit"]["miss_rate"] is None
    assert stats["model"]["version"] == now["version"]
    assert "Décisions apprises  2" in taught.run("stats").stdout
    assert taught.json("model", "reconsidered") == []

    back = taught.run("model", "rollback", "--by", "claire")
    assert before["version"] in back.stdout
    assert taught.json("stats")["model"]["version"] == before["version"]


def test_a_daemon_told_to_stop_leaves_learning_at_once(taught):
    before = sorted(path.name for path in _folder(taught).iterdir())
    with taught.daemon("--only", "learn") as daemon:
        until(lambda: _latest(taught) is not None)
        daemon.terminate()
        daemon.wait(20)
    assert sorted(path.name for path in _folder(taught).iterdir()) == before


def _folder(office: Office) -> Path:
    return office.config.parent / "models"


def _models(office: Office) -> list[Mapping[str, Any]]:
    return [entry.card for entry in Shelf(_folder(office)).list()]


def _ended(office: Office) -> bool:
    training = _latest(office)
    return training is not None and training.ended_at is not None


def _latest(office: Office) -> Training | None:
    database = open_database(f"sqlite:///{office.config.parent}/doleances.db")
    with database.read() as session:
        found = trainings.latest(session)
    database.close()
    return found
