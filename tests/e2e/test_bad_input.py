"""What goes wrong is one clear line with its mend, a non-zero exit, and no traceback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import a_mail
from tests.e2e.office import USER, Office, mailbox_of
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port
from tests.servers.smtp import SmtpSink


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def office(dovecot: Dovecot, tmp_path: Path) -> Office:
    return Office(tmp_path, mailbox_of(dovecot))


def refused(office: Office, *command: str) -> str:
    """The one line that a failing command says."""
    done = office.run(*command)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    [*_, line] = done.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"mailbox.0.password": "faux"}, "mot de passe"),
        ({"mailbox.0.port": free_port()}, "mailbox.host"),
        ({"mailbox.0.host": "nulle..part"}, "mailbox.host"),
        ({"mailbox.0.ca_file": ""}, "certificat"),
    ],
)
def test_a_mailbox_that_cannot_be_read(office, dovecot, values, words):
    changed = mailbox_of(dovecot) | values
    if values.get("mailbox.0.ca_file") == "":
        del changed["mailbox.0.ca_file"]
    office.write(changed)
    assert words in refused(office, "poll", "--once")


def test_an_unknown_key(office):
    text = office.config.read_text(encoding="utf-8")
    office.config.write_text(text.replace("host =", "hots =", 1), encoding="utf-8")
    line = refused(office, "poll", "--once")
    assert "mailbox[1].hots" in line
    assert "« host »" in line


@pytest.mark.parametrize("url", ["sqlite:////proc/x.db", "sqlite:////nulle/part/x.db"])
def test_a_database_that_cannot_be_written(office, dovecot, url):
    office.write(mailbox_of(dovecot) | {"database.url": url})
    assert "Base de données" in refused(office, "register", "list")


def test_no_settings_at_all(office):
    office.config.unlink()
    assert "doleances init" in refused(office, "run")


def test_a_mail_of_random_bytes_is_before_a_person(office, dovecot):
    chaos = bytes(range(1, 256)) * 20
    dovecot.append(USER, "INBOX", [a_mail("Bonjour."), chaos, a_mail("Bonsoir.")])
    counted = office.json("poll", "--once")
    assert (counted["collected"], counted["sorted"]) == (3, 3)
    queue = office.json("queue", "list")
    [odd] = [message for message in queue if message["place"] == "quarantine"]
    assert odd["trouble"]


# The example's mediator is a fault of its own.
MEDIATOR = {"office.mediator.url": "https://www.mediation-des-tilleuls.example"}


def test_check_names_every_fault_at_once(office, dovecot):
    wrong = {"mailbox.0.password": "faux", "smtp.host": "127.0.0.1", "smtp.port": free_port()}
    office.write(mailbox_of(dovecot) | wrong)
    done = office.run("check", "--json")
    assert done.returncode != 0
    faults = [one["kind"] for one in json.loads(done.stdout) if not one["well"]]
    assert faults == ["login", "refused", "no_account", "mediator_missing"]


@pytest.mark.parametrize(("lang", "word"), [("fr", "refuse"), ("en", "refuses the user name")])
def test_check_speaks_the_language_asked_for(office, dovecot, lang, word):
    office.write(mailbox_of(dovecot) | {"mailbox.0.password": "faux"})
    done = office.run("check", "--lang", lang)
    assert word in done.stdout
    assert ("Database" in done.stdout) == (lang == "en")


def test_check_is_content_when_all_is_well(office, dovecot):
    with SmtpSink() as sink:
        office.write(
            mailbox_of(dovecot)
            | MEDIATOR
            | {"smtp.host": "127.0.0.1", "smtp.port": sink.port, "smtp.tls": "none"}
        )
        added = office.run(
            "user",
            "add",
            "claire@cabinet.example",
            "--name",
            "Claire",
            env={"DOLEANCES_PASSWORD": "un long secret"},
        )
        assert added.returncode == 0, added.stderr
        found = office.json("check")
    assert all(one["well"] for one in found)
    # This Dovecot keeps no sent mail; and nobody is named to be told.
    assert [one["kind"] for one in found if one["mind"]] == ["no_sent_folder", "no_notices"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("queue", "show", "999"), "queue list"),
        (("register", "show", "REC-1999-0001"), "register list"),
        (("letters", "send", "999", "--by", "x"), "lettre"),
        (("import", "/nulle/part"), "/nulle/part"),
        (("deadlines", "compute", "--received", "hier"), "AAAA-MM-JJ"),
        (("user", "add", "a@b.example", "--name", "A", "--password", "court"), "10"),
        (("user", "disable", "personne@x.example"), "personne@x.example"),
    ],
)
def test_commands_that_ask_for_what_is_not_there(office, command, words):
    assert words in refused(office, *command)
