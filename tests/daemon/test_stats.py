"""`stats` as it is typed: one document, or what a person can read (regulation §3.4)."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from classifier.shelf import Shelf
from config.load import load
from config.trouble import Trouble
from config.write import settings_file
from daemon.cli import commands
from register.database import open_database
from tests.ledger import enter_whole


@pytest.fixture
def config(tmp_path, model) -> Path:
    path = tmp_path / "doleances.toml"
    path.write_text(settings_file({}), encoding="utf-8")
    Shelf(load(path, {}).triage.models).put(model)
    opened = open_database(f"sqlite:///{tmp_path}/doleances.db")
    enter_whole(opened)
    opened.close()
    return path


def run(config: Path, *words: str) -> str:
    typed = ["--config", str(config), "stats", *words]
    return CliRunner().invoke(commands, typed, catch_exceptions=False).stdout


def test_a_year_or_a_quarter_is_one_document(config):
    year = json.loads(run(config, "--year", "2026", "--json"))["register"]
    assert (year["period"]["first"], year["period"]["last"]) == ("2026-01-01", "2026-12-31")
    assert year["volumes"]["received"] == 1
    assert set(year) == {"period", "on", "volumes", "delays", "outcomes", "mending", "bot"}
    assert year["delays"]["answer"]["in_time_acpr"].keys() == {"count", "of", "share"}
    quarters = [json.loads(run(config, "--year", "2026", "--quarter", str(n), "--json")) for n in (1, 2, 3, 4)]  # fmt: skip
    assert sum(one["register"]["volumes"]["received"] for one in quarters) == 1


def test_a_person_reads_french(config):
    told = run(config, "--year", "2026")
    assert "Réclamations reçues, année 2026" in told
    for words in ("Accusés dans le délai du cabinet", "Gestes commerciaux", "Voie d’arrivée"):
        assert words in told
    empty = run(config, "--year", "1999", "--quarter", "1")
    assert "1er trimestre 1999" in empty and "Néant" in empty


def test_a_quarter_needs_its_year(config):
    with pytest.raises(Trouble, match="--year"):
        run(config, "--quarter", "2")


def test_the_yearly_report_is_written_to_a_file(config, tmp_path):
    told = run(config, "--year", "2026", "--pdf", str(tmp_path / "rapport.pdf"))
    assert told == f"Rapport annuel 2026 écrit dans {tmp_path / 'rapport.pdf'}.\n"
    assert (tmp_path / "rapport.pdf").read_bytes().startswith(b"%PDF-")
    run(config, "--pdf", str(tmp_path / "chiffres.csv"))
    assert "Volumes;Reçues dans l’année;" in (tmp_path / "chiffres.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--quarter", "1", "--year", "2026", "--pdf", "r.pdf"), "annuel"),
        (("--pdf", "/nulle/part.pdf"), "ne peut pas être écrit"),
    ],
)
def test_a_report_that_cannot_be_is_said(config, words, said):
    with pytest.raises(Trouble, match=said):
        run(config, *words)
