"""The technical journal: one line each, kept for as long as said, and nobody's data in it."""

import email
import email.policy
import json
import logging
import os
import re
import subprocess
from datetime import UTC, datetime
from email.utils import getaddresses

import pytest
from sqlalchemy.exc import StatementError

from config.settings import LogSettings
from daemon import logs
from daemon.demo.samples import samples
from register.model import Message
from tests.e2e.office import PROGRAM

DAY = 86_400


@pytest.fixture(autouse=True)
def root():
    """The journal of the tests themselves is put back."""
    logger = logging.getLogger()
    before, level = logger.handlers[:], logger.level
    yield logger
    for handler in set(logger.handlers) - set(before):
        handler.close()
    logger.handlers[:], logger.level = before, level


def test_json_is_one_object_a_line(capsys):
    logs.begin("json", verbose=False)
    try:
        raise ValueError("deux\nlignes")
    except ValueError:
        logging.getLogger("daemon.essai").exception("message %s écarté", 7)
    logging.getLogger("daemon.essai").debug("unsaid")
    [line] = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == (
        "error",
        "daemon.essai",
        "message 7 écarté",
    )
    assert told["part"] == "MainThread"
    assert "ValueError: deux\nlignes" in told["error"]
    assert datetime.fromisoformat(told["at"]).tzinfo == UTC


def test_a_file_turns_by_size_and_day_and_forgets(tmp_path, capsys):
    path = tmp_path / "log" / "doleances.log"
    path.parent.mkdir()
    path.write_text("hier\n")
    yesterday = datetime.now(UTC).timestamp() - DAY
    os.utime(path, (yesterday, yesterday))
    old = path.with_name("doleances.log.7")
    old.write_text("il y a longtemps\n")
    os.utime(old, (yesterday - 10 * DAY, yesterday - 10 * DAY))
    logs.begin("text", verbose=False)
    logs.into_file(LogSettings(file=path, megabytes=1, days=5))
    assert not old.exists()
    log = logging.getLogger("daemon.essai")
    log.info("aujourd’hui")
    assert path.with_name("doleances.log.1").read_text() == "hier\n"
    assert "aujourd’hui" in path.read_text()
    for _ in range(3):
        log.info("x" * 400_000)
    assert sorted(one.name for one in path.parent.iterdir()) == [
        "doleances.log",
        "doleances.log.1",
        "doleances.log.2",
    ]
    assert path.stat().st_mode & 0o007 == 0
    assert capsys.readouterr().err == ""


def test_a_file_that_cannot_be_is_a_clear_word(tmp_path):
    (tmp_path / "file").touch()
    logs.begin("text", verbose=False)
    with pytest.raises(logs.LogTrouble, match=r"log\.file"):
        logs.into_file(LogSettings(file=tmp_path / "file" / "doleances.log"))


def personal() -> set[str]:
    """Addresses, names and subjects of the demo's mails, long enough to be nobody else's word."""
    found: set[str] = set()
    for sample, _ in samples(datetime.now(UTC)):
        mail = email.message_from_bytes(sample.data, policy=email.policy.compat32)
        for name, address in getaddresses(mail.get_all("from", [])):
            decoded = str(email.header.make_header(email.header.decode_header(name)))
            found |= {address, decoded}
        found.add(str(mail.get("subject", "")))
    ours = re.compile(r"cabinet-lorrain\.example|^contact", re.IGNORECASE)
    return {one for one in found if len(one) > 8 and not ours.search(one)}


def test_the_demo_leaves_nobody_s_data_in_the_journal():
    done = subprocess.run(
        [*PROGRAM, "--verbose", "--log-format", "json", "demo", "--once"],
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = personal()
    assert len(wanted) > 100
    assert len([json.loads(line) for line in done.stderr.splitlines()]) > 5
    assert sorted(one for one in wanted if one in done.stderr) == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_failing_statement_does_not_quote_what_people_wrote(database, capsys, form):
    logs.begin(form, verbose=False)
    try:
        with database.begin() as session:
            session.add(Message(digest="d", subject="Sujet secret\n\nsur deux lignes"))
            session.flush()
    except StatementError as error:
        logging.getLogger("daemon.essai").exception("sort failed: %s", error)
    said = capsys.readouterr().err
    assert "INSERT INTO message" in said
    assert "secret" not in said
    assert "deux lignes" not in said
