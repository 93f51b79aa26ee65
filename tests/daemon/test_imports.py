"""What a process loads before it does its work: seconds of every start, megabytes for as long as it lives."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from classifier.model import Model
from classifier.shelf import Shelf

HOME = Path(__file__).parents[2]
LEARNING = {"sklearn", "scipy.stats", "scipy.optimize", "joblib", "threadpoolctl"}
# Exports and keys of backups, other engines and other schemas, the servers of the demonstration.
EXPORTS = {"reportlab", "xlsxwriter", "icalendar", "pyrage"}
RARE = EXPORTS | {"alembic", "psycopg", "aiosmtpd", "pymap"}
TABLES = {"rich", "tomlkit"}  # shown and written by commands that a person gives
HOUSE = {"sqlalchemy", "numpy", "scipy", "imapclient", "aiosmtplib", "starlette", "uvicorn"}
JUDGING = """
import sys
from pathlib import Path
from classifier.shelf import Shelf
from classifier.triage import Judged
model = Shelf(Path(sys.argv[1])).current()
assert model.classify([Judged("Réclamation", "Je suis mécontent de votre silence.")])
assert model.guarantee.french and model.bounds.lower < model.bounds.upper
"""


def loaded(program: str, *arguments: str) -> set[str]:
    """The modules that a program of its own has loaded at its end."""
    ending = "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", program + ending, *arguments],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ran.stdout))


@pytest.mark.parametrize(
    ("program", "wanted", "unwanted"),
    [
        pytest.param(
            "import daemon.cli",
            "click",
            HOUSE | LEARNING | RARE | TABLES | {"ingest"},
            id="any command",
        ),
        pytest.param(
            "import daemon.cli, daemon.preparing",
            "mailparser",
            HOUSE | LEARNING | RARE | TABLES,
            id="a process that reads mail",
        ),
        pytest.param(
            "import daemon.cli, daemon.commands.running",
            "uvicorn",
            LEARNING | RARE | TABLES | {"daemon.demo.play"},
            id="the service, before its first look at a mailbox",
        ),
    ],
)
def test_what_is_not_needed_is_not_loaded(program: str, wanted: str, unwanted: set[str]) -> None:
    found = loaded(program)
    assert wanted in found
    assert found & unwanted == set()


def test_a_model_judges_without_what_learning_needs(model: Model, tmp_path: Path) -> None:
    Shelf(tmp_path).put(model)
    found = loaded(JUDGING, str(tmp_path))
    assert "scipy.sparse" in found
    assert found & (LEARNING | RARE) == set()


def test_a_start_on_a_register_of_today_needs_no_migration(tmp_path: Path) -> None:
    opening = "from register.database import open_database\n"
    opening += f"open_database('sqlite:///{tmp_path}/register.db').close()"
    assert "alembic" in loaded(opening)  # the first start makes the tables
    assert "alembic" not in loaded(opening)
