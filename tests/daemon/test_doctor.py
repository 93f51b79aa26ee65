"""The doctor finds each fault and says its mend, in both languages, on real servers."""

import os
import socket
import sqlite3
import ssl
import string
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest
import trustme

from config.write import settings_file
from daemon import doctor, lines, school, sentences
from daemon.doctor import Finding
from daemon.house import House
from tests.builders import a_mail
from tests.e2e.office import PASSWORD, USER, mailbox_of
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port
from tests.servers.smtp import SilentServer, SmtpSink

ACCENTS = """
namespace inbox {
  mailbox "Réclamations" {
    auto = subscribe
  }
  mailbox "Éléments envoyés" {
    auto = subscribe
  }
}
"""
SECRET = "secret d’envoi"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(extra=ACCENTS) as server:
        server.append(USER, "INBOX", [a_mail("un"), a_mail("deux")])
        yield server


@pytest.fixture(scope="module")
def sink() -> Iterator[SmtpSink]:
    with SmtpSink(encryption="starttls", users={"cabinet": SECRET}) as server:
        yield server


@pytest.fixture
def config(tmp_path, dovecot, sink, model, monkeypatch):
    """Writes settings in which nothing is wrong, but for what a test changes."""
    monkeypatch.setattr(House, "model", model)

    def write(changes: Mapping[str, str | int] = MappingProxyType({}), more: str = "") -> Path:
        values: dict[str, str | int] = {
            "office.email": "contact@cabinet.example",
            "office.mediator.url": "https://www.mediation-des-tilleuls.example",
            "mailbox.0.password": PASSWORD,
            "smtp.host": "127.0.0.1",
            "smtp.port": sink.port,
            "smtp.user": "cabinet",
            "smtp.password": SECRET,
            "smtp.ca_file": str(sink.ca_file),
        }
        path = tmp_path / "doleances.toml"
        path.write_text(settings_file(mailbox_of(dovecot) | values | dict(changes)) + more, "utf-8")
        (tmp_path / "models").mkdir(exist_ok=True)
        (tmp_path / "models" / f"{model.version}.npz").touch()
        return path

    return write


def kinds(findings: list[Finding]) -> set[str]:
    return {finding.kind for finding in findings if not finding.well}


def test_where_all_is_well_only_the_missing_account_is_a_fault(config):
    findings = doctor.examine(config())
    assert kinds(findings) == {"no_account"}
    [mailbox] = [one for one in findings if one.what == "Boîte contact"]
    assert "INBOX : 2 messages" in mailbox.says
    assert [one.kind for one in findings if one.mind] == ["no_notices"]


def unused() -> dict[str, str | int]:
    return {"mailbox.0.port": free_port()}


# settings that are wrong, and the faults that are found
WRONG = [
    pytest.param({"mailbox.0.password": "faux"}, {"login"}, id="password of the mailbox"),
    pytest.param({"smtp.password": "faux"}, {"login"}, id="password of sending"),
    pytest.param({"mailbox.0.host": "pas un nom"}, {"unknown_host"}, id="no such server"),
    pytest.param(unused(), {"refused"}, id="wrong port"),
    pytest.param({"smtp.port": free_port()}, {"refused"}, id="wrong port of sending"),
    pytest.param(
        {"mailbox.0.ca_file": "", "smtp.ca_file": ""}, {"self_signed"}, id="own authority"
    ),
    pytest.param({"smtp.tls": "tls"}, {"no_tls"}, id="TLS where there is none"),
    pytest.param({"mailbox.0.folder": "Reclamations"}, {"folder_near"}, id="accents of a folder"),
    pytest.param({"mailbox.0.folder": "Contentieux"}, {"folder_missing"}, id="no such folder"),
    pytest.param(
        {"office.mediator.url": "https://www.mediateur.example"},
        {"mediator_missing"},
        id="mediator",
    ),
    pytest.param({"web.host": "0.0.0.0"}, {"web_open"}, id="pages open to all"),
]


@pytest.mark.parametrize("language", sentences.LANGUAGES)
@pytest.mark.parametrize(("changes", "faults"), WRONG)
def test_what_is_wrong_is_found_with_its_mend(config, changes, faults, language):
    changes = dict(changes)
    folder = changes.pop("mailbox.0.folder", None)
    path = config({key: value for key, value in changes.items() if value != ""})
    text = path.read_text(encoding="utf-8")
    for key in (key for key, value in changes.items() if value == ""):
        kept = [line for line in text.splitlines() if not line.startswith(key.rpartition(".")[2])]
        text = "\n".join(kept)
    if folder:
        text = text.replace('# folders = ["INBOX"]', f'folders = ["INBOX", "{folder}"]')
    path.write_text(text, encoding="utf-8")
    findings = doctor.examine(path, language)
    assert kinds(findings) == {*faults, "no_account"}
    for one in findings:
        assert "{" not in one.says
        if one.kind == "folder_near":
            assert "« Réclamations »" in one.says or "“Réclamations”" in one.says
        if one.kind == "login":
            assert one.what in ("Boîte contact", "Envoi", "Mailbox contact", "Sending")


@contextmanager
def serving(tmp_path: Path, **issued: object) -> Iterator[tuple[int, Path]]:
    """An SMTP server over TLS whose certificate is not as it should be."""
    authority = trustme.CA()
    names = issued.pop("names", ["127.0.0.1"])
    certificate = authority.issue_cert(*names, **issued)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_greet, args=(listener, context))
    thread.start()
    try:
        yield listener.getsockname()[1], tmp_path / "ca.pem"
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a caller
        thread.join()
        listener.close()


def _greet(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        line.settimeout(10)
        with suppress(OSError), context.wrap_socket(line, server_side=True) as sealed:
            sealed.sendall(b"220 mail.example ESMTP\r\n")


LONG_AGO, LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("issued", "fault"),
    [
        ({"not_after": LONG_AGO}, "expired"),
        ({"not_before": LATER, "not_after": LATER + timedelta(days=1)}, "not_yet_valid"),
        ({"names": ["imap.ailleurs.example"]}, "wrong_name"),
    ],
)
def test_a_certificate_that_is_not_good_is_told_apart(config, tmp_path, issued, fault):
    with serving(tmp_path, **dict(issued)) as (port, authority):
        values = {"smtp.port": port, "smtp.tls": "tls", "smtp.ca_file": str(authority)}
        assert kinds(doctor.examine(config(values))) == {fault, "no_account"}


def test_a_mute_server_is_told_so(config):
    with SilentServer() as mute:
        values = {
            "mailbox.0.port": mute.port,
            "mailbox.0.tls": "none",
            "mailbox.0.timeout_seconds": 1,
        }
        assert kinds(doctor.examine(config(values))) == {"mute", "no_account"}


STAFF = """
[[staff]]
name = "Thomas Weber"
email = "thomas.weber@cabinet.example"
role = "{role}"
"""


@pytest.mark.parametrize(
    ("role", "faults"),
    [("conseiller", {"no_manager"}), ("referent", {"no_manager"}), ("dirigeant", set())],
)
def test_somebody_must_be_in_charge(config, role, faults):
    findings = doctor.examine(config(more=STAFF.format(role=role)))
    assert kinds(findings) == {*faults, "no_account"}


def test_a_time_zone_of_nobody_is_worth_minding(config):
    findings = doctor.examine(config({"office.timezone": "Etc/UTC"}))
    assert [one.kind for one in findings if one.mind] == ["no_notices", "zone_odd"]


def test_a_database_that_somebody_holds_is_told_so(config, tmp_path, monkeypatch):
    path = config()
    doctor.examine(path)
    holder = sqlite3.connect(tmp_path / "doleances.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        found = doctor.examine(path)
    finally:
        holder.close()
    assert kinds(found) == {"database_locked"}


def test_a_disk_that_is_nearly_full_is_told_so(config, monkeypatch):
    usage = SimpleNamespace(free=40_000_000)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    assert kinds(doctor.examine(config())) == {"disk_full", "no_account"}


@pytest.mark.parametrize(
    ("minutes", "faults"), [(0, set()), (3, set()), (-12, {"clock_off"}), (90, {"clock_off"})]
)
def test_a_clock_that_differs_from_the_servers_is_told_so(config, monkeypatch, minutes, faults):
    theirs = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(lines, "clock_of", lambda _: theirs)
    assert kinds(doctor.examine(config())) == {*faults, "no_account"}


def test_a_clock_before_the_program_is_told_so(config, monkeypatch):
    monkeypatch.setattr(doctor, "_BUILT", LATER)
    assert kinds(doctor.examine(config())) == {"clock_early", "no_account"}


@pytest.mark.parametrize(
    ("greeting", "says"),
    [
        (
            b"220 a ESMTP Exim 4.96 Mon, 23 Nov 2026 12:00:00 +0100\r\n",
            datetime(2026, 11, 23, 11, tzinfo=UTC),
        ),
        (
            b"220 a Microsoft ESMTP MAIL Service ready at Mon, 23 Nov 2026 11:00:00 +0000\r\n",
            datetime(2026, 11, 23, 11, tzinfo=UTC),
        ),
        (b"220 a ESMTP Postfix\r\n", None),
        (b"220 Mon, 99 Nov 2026 12:00:00 +0100\r\n", None),
        (b"", None),
    ],
)
def test_the_time_in_a_greeting(greeting, says):
    assert lines._date_in(greeting) == says


@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_an_office_template_that_does_not_serve_is_told(config, tmp_path, language):
    path = config()
    folder = tmp_path / "modeles" / "acknowledgement"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Votre message", encoding="utf-8")
    findings = doctor.examine(path, language)
    assert kinds(findings) == {"letters_bad", "no_account"}
    assert any("acknowledgement" in one.says for one in findings)


@pytest.mark.parametrize("language", sentences.LANGUAGES)
@pytest.mark.parametrize(("days", "minded"), [(6, set()), (8, {"model_due"})])
def test_a_model_that_should_have_learnt_is_worth_minding(
    config, tmp_path, model, monkeypatch, language, days, minded
):
    path = config()
    file = tmp_path / "models" / f"{model.version}.npz"
    learnt = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(file, (learnt, learnt))
    monkeypatch.setattr(school, "due", lambda *_: "chaque nuit")
    findings = doctor.examine(path, language)
    assert {one.kind for one in findings if one.mind} == {"no_notices", *minded}


def test_a_service_that_works_on_the_database_is_told(config):
    path = config()
    [quiet] = [one for one in doctor.examine(path) if one.kind.startswith("database_")]
    assert quiet.kind == "database_good"
    with another(path.with_name("doleances.db-daemon")):
        [served] = [one for one in doctor.examine(path) if one.kind.startswith("database_")]
    assert served.kind == "database_served"


@contextmanager
def another(lock: Path) -> Iterator[None]:
    """Another process that holds the whole house, as the daemon does."""
    script = "import fcntl, sys; held = open(sys.argv[1], 'w'); fcntl.lockf(held, fcntl.LOCK_EX); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        yield
        process.kill()


def test_every_sentence_is_said_somewhere():
    source = "".join(
        Path(module.__file__ or "").read_text(encoding="utf-8") for module in (doctor, lines)
    )
    said = {*sentences.SAID, *sentences.POINTS}
    assert {kind for kind in said if f'"{kind}"' not in source} == set()


def test_every_sentence_is_in_both_languages_and_tells_of_the_same():
    for said in (*sentences.SAID.values(), *sentences.POINTS.values()):
        french, english = ({name for _, name, *_ in string.Formatter().parse(one)} for one in said)
        assert french == english
        assert "'" not in said[0].replace("L'", "")


def test_a_fault_of_the_settings_file_is_one_line_each(config):
    path = config({"smtp.prot": 25, "web.port": -1})
    assert len(doctor.examine(path)) == 2
    assert kinds(doctor.examine(path)) == {"settings_fault"}
