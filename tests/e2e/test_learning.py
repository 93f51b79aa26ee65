"""Learning as an office sees it: the command line, and the daemon by itself."""

import json
import shutil
from pathlib import Path

import pytest

from classifier.shelf import Shelf, default_directory
from register import trainings
from register.database import open_database
from tests.builders import a_mail
from tests.e2e.office import Office, until

REPROACH = "Bonjour, voilà deux mois que j’attends et personne ne répond. C’est inadmissible."
REQUEST = "Bonjour, pouvez-vous m’envoyer mon attestation d’assurance ? Merci d’avance."


@pytest.fixture
def office(tmp_path) -> Office:
    """An office with models of its own, and two mails that somebody has decided on."""
    models = tmp_path / "models"
    shutil.copytree(default_directory(), models)
    office = Office(tmp_path, {"triage.models": str(models), "triage.retrain_after": 2})
    for name, text in (("un", REPROACH), ("deux", REQUEST)):
        (tmp_path / f"{name}.eml").write_bytes(
            a_mail(text, subject=name, sender=f"{name}@x.example")
        )
    office.json("import", str(tmp_path / "un.eml"), str(tmp_path / "deux.eml"))
    for message_id, label in ((1, "complaint"), (2, "service")):
        office.json("queue", "decide", str(message_id), "--as", label, "--by", "claire")
    return office


def test_learning_judging_and_going_back(office, tmp_path):
    before = office.json("model", "list")[0]
    learnt = office.json("train")
    assert learnt["promoted"], learnt["contest"]
    assert learnt["lessons"] == 2
    now, former, *_ = office.json("model", "list")
    assert (now["version"], former["version"]) == (learnt["version"], before["version"])
    assert now["examples"] == before["examples"] + 2
    assert "sur 1 000" in now["guarantee"]

    stats = office.json("stats")
    assert stats["decisions"]["decided"] == 2
    assert stats["audit"]["miss_rate"] is None
    assert stats["model"]["version"] == learnt["version"]
    assert "Décisions apprises  2" in office.run("stats").stdout
    assert office.json("model", "reconsidered") == []

    back = office.run("model", "rollback", "--by", "claire")
    assert before["version"] in back.stdout
    assert office.json("stats")["model"]["version"] == before["version"]


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


def test_the_daemon_learns_by_itself(office):
    def in_service() -> str:
        return Shelf(models_of(office)).list()[0].card["version"]

    before = in_service()

    with office.daemon("--only", "learn"):
        until(
            lambda: in_service() != before, 300
        )  # learning the whole corpus, behind everything else


def models_of(office: Office) -> Path:
    return office.config.parent / "models"


def test_a_daemon_told_to_stop_leaves_learning_at_once(office):
    before = sorted(path.name for path in models_of(office).iterdir())
    with office.daemon("--only", "learn") as daemon:
        until(lambda: _begun(office))
        daemon.terminate()
        daemon.wait(20)
    assert sorted(path.name for path in models_of(office).iterdir()) == before


def _begun(office: Office) -> bool:
    database = open_database(f"sqlite:///{office.config.parent}/doleances.db")
    with database.read() as session:
        found = trainings.latest(session) is not None
    database.close()
    return found
