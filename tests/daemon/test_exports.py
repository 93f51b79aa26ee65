"""`register export` and `register proof` as they are typed: bytes to a file or a pipe, never a terminal."""

import csv
import io
import sys
import zipfile
from pathlib import Path

import pexpect
import pytest
from click.testing import CliRunner

from config.trouble import Trouble
from config.write import settings_file
from daemon.cli import commands
from register import journal
from register.database import open_database
from tests.ledger import enter_whole


@pytest.fixture
def config(tmp_path) -> Path:
    path = tmp_path / "doleances.toml"
    path.write_text(settings_file({}), encoding="utf-8")
    opened = open_database(f"sqlite:///{tmp_path}/doleances.db")
    enter_whole(opened)
    opened.close()
    return path


def run(config: Path, *words: str) -> bytes:
    typed = ["--config", str(config), "register", *words]
    return CliRunner().invoke(commands, typed, catch_exceptions=False).stdout_bytes


def lines(config: Path, about: str) -> list[tuple[str, str, dict]]:
    opened = open_database(f"sqlite:///{config.parent}/doleances.db")
    with opened.read() as session:
        found = [(one.actor, one.action, one.payload) for one in journal.history(session, about)]
    opened.close()
    return found


def test_annexe_one_goes_to_a_pipe_as_bytes_and_is_in_the_journal(config):
    out = run(config, "export").decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(out, newline=""), delimiter=";")
    assert row["N°"] == "REC-2026-0001"
    [(actor, action, payload)] = lines(config, "register")
    assert (actor, action) == ("administration", "exported")
    assert (payload["format"], payload["kind"], payload["count"]) == ("csv", "annexe", 1)


@pytest.mark.parametrize(
    ("form", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF-")]
)
def test_a_control_is_written_to_a_file(config, form, begins):
    output = config.parent / f"registre.{form}"
    words = ("--format", form, "--kind", "controle", "--by", "Henri Klein", "-o", str(output))
    assert "Registre écrit dans" in run(config, "export", *words).decode()
    assert output.read_bytes().startswith(begins)
    assert lines(config, "register")[0][0] == "Henri Klein"


def test_proofs_are_a_zip(config):
    output = config.parent / "preuves.zip"
    run(config, "proof", "rec-2026-0001", "-o", str(output))
    assert "VERIFICATION.txt" in zipfile.ZipFile(output).namelist()
    assert zipfile.is_zipfile(io.BytesIO(run(config, "proof", "REC-2026-0001")))
    assert [line[1] for line in lines(config, "REC-2026-0001")] == ["proofs", "proofs"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["proof", "REC-2026-0009"], "pas de réclamation REC-2026-0009"),
        (["export", "-o", "/nowhere/registre.csv"], "ne peut pas être écrit"),
    ],
)
def test_what_cannot_be_done_is_said(config, words, said):
    with pytest.raises(Trouble, match=said):
        run(config, *words)


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        (["export", "--format", "xlsx"], "registre.xlsx"),
        (["proof", "REC-2026-0001"], "preuves.zip"),
    ],
)
def test_a_terminal_is_spared_what_it_cannot_show(config, words, instead):
    program = [sys.executable, "-m", "daemon", "--config", str(config), "register", *words]
    shown, status = pexpect.run(" ".join(program), withexitstatus=True, timeout=60)
    said = " ".join(shown.decode().split())
    assert status == 1
    assert f"« -o {instead} »" in said
    assert "Traceback" not in said
    assert lines(config, "register") == lines(config, "REC-2026-0001") == []
