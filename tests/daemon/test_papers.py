"""`register attach`: a paper that came by post stands in its file, with its digest."""

import hashlib
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from config.trouble import Trouble
from daemon.cli import commands
from register import journal
from register.database import open_database
from register.model import Document
from tests.ledger import CLAIRE, FACTS, enter

PAPER = b"%PDF-1.4 invented"


@pytest.fixture
def config(tmp_path, settings):
    """The settings file of an office with one entry."""
    database = open_database(settings.database.url)
    enter(database, replace(FACTS, sensitive=True))
    database.close()
    return tmp_path / "doleances.toml"


def run(config, *words: str):
    return CliRunner().invoke(commands, ["--config", str(config), "register", "attach", *words])


def test_a_paper_is_kept_byte_for_byte_and_said_in_the_journal(config, settings, tmp_path):
    path = tmp_path / "Lettre de Mme Roy.pdf"
    path.write_bytes(PAPER)
    said = run(config, "rec-2026-0001", str(path), "--by", CLAIRE, "--kind", "lettre du client")
    assert said.exit_code == 0, said.output
    assert hashlib.sha256(PAPER).hexdigest() in said.output
    database = open_database(settings.database.url)
    with database.read() as session:
        [kept] = session.scalars(select(Document))
        assert (kept.data, kept.kind, kept.sensitive) == (PAPER, "lettre du client", True)
        line = journal.history(session, "REC-2026-0001")[-1]
        assert (line.actor, line.action, line.payload["digest"]) == (
            CLAIRE,
            "paper kept",
            kept.digest,
        )
    database.close()


@pytest.mark.parametrize(
    ("number", "data", "said"),
    [
        ("REC-2026-0009", PAPER, "pas de réclamation"),
        ("REC-2026-0001", b"", "est vide"),
        ("REC-2026-0001", b"x" * 20_000_001, "dépasse 20 Mo"),
    ],
)
def test_what_cannot_be_kept_is_refused(config, tmp_path, number, data, said):
    path = tmp_path / "p.pdf"
    path.write_bytes(data)
    answer = run(config, number, str(path), "--by", CLAIRE)
    assert isinstance(answer.exception, Trouble)
    assert said in str(answer.exception)
