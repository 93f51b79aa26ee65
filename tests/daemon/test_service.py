"""The daemon as systemd sees it: ready, alive, stopped in time, one for each file."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from daemon import systemd
from tests.builders import a_mail
from tests.e2e.office import PROGRAM, USER, Office, mailbox_of, until
from tests.e2e.test_kill import stored
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port
from tests.servers.smtp import SilentServer


@contextmanager
def manager(folder: Path) -> Iterator[socket.socket]:
    """What systemd listens to."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(folder / "notify"))
        listener.settimeout(60)
        yield listener


def heard(listener: socket.socket, wanted: str) -> list[str]:
    """What was said until this was."""
    said: list[str] = []
    while wanted not in said:
        said += listener.recv(10_000).decode().splitlines()
    return said


@contextmanager
def running(office: Office, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    environment = os.environ | {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "2000000"}
    with (folder / "daemon.log").open("ab") as log:
        process = subprocess.Popen(
            [*PROGRAM, "--config", str(office.config), "run"], stderr=log, env=environment
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_ready_alive_and_stopped_in_time_with_nothing_lost(tmp_path: Path) -> None:
    with Dovecot() as dovecot, manager(tmp_path) as listener:
        mails = 300
        office = Office(tmp_path, mailbox_of(dovecot) | {"web.port": free_port()})
        dovecot.drop(USER, [a_mail(f"Message numéro {n}.", f"N° {n}") for n in range(mails)])
        with running(office, tmp_path) as process:
            before = heard(listener, "READY=1")
            assert "STATUS=tout fonctionne" in [*before, *heard(listener, "WATCHDOG=1")]
            second = office.run("run")
            assert second.returncode == 1
            assert "Un autre service Doléances" in second.stderr
            until(lambda: stored(office) > 0)
            begun = monotonic()
            process.send_signal(signal.SIGTERM)
            heard(listener, "STOPPING=1")
            assert process.wait(60) == 0
            took = monotonic() - begun
        assert "Traceback" not in office.log
        with running(office, tmp_path):
            until(lambda: stored(office) == mails)
        [line] = office.json("reconcile")
        assert line["missing_uids"] == []
    assert took < 30, took  # measured: about a second; the bound is for a machine in trouble


def test_a_mute_mailbox_keeps_neither_the_house_closed_nor_from_stopping(tmp_path: Path) -> None:
    with SilentServer() as mute, manager(tmp_path) as listener:
        values = {
            "mailbox.0.host": "127.0.0.1",
            "mailbox.0.port": mute.port,
            "mailbox.0.user": USER,
        }
        office = Office(tmp_path, values | {"mailbox.0.tls": "none", "web.port": free_port()})
        with running(office, tmp_path) as process:
            heard(listener, "READY=1")
            process.send_signal(signal.SIGTERM)
            heard(listener, "STOPPING=1")
            assert process.wait(60) == 0
        assert "cut off" in office.log


def test_without_a_manager_nobody_is_told(monkeypatch, caplog):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not systemd.tell("READY=1")
    assert not caplog.records


@pytest.mark.parametrize("abstract", [False, True])
def test_a_manager_is_told(monkeypatch, tmp_path, abstract):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        name = f"doleances-{os.getpid()}" if abstract else str(tmp_path / "notify")
        listener.bind("\0" + name if abstract else name)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name if abstract else name)
        assert systemd.tell("READY=1", "STATUS=tout fonctionne")
        assert listener.recv(1000).decode() == "READY=1\nSTATUS=tout fonctionne"


def test_a_manager_that_is_gone_stops_nothing(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not systemd.tell("WATCHDOG=1")
    assert "systemd cannot be told" in caplog.text


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "120000000"}, 120.0),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "bientôt"}, None),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}, 120.0),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}, None),
    ],
)
def test_how_often_a_sign_of_life_is_wanted(monkeypatch, environment, seconds):
    for name in ("WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert systemd.watchdog_seconds() == seconds
