"""An office on this machine: settings in a folder, the program run as its users run it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from classifier.shelf import default_directory
from config.write import settings_file
from tests.servers.dovecot import PLAINTES, Dovecot

[(USER, PASSWORD)] = PLAINTES.items()
PROGRAM = [sys.executable, "-m", "daemon"]


class Office:
    """The settings, and the command line that goes with them."""

    def __init__(self, folder: Path, values: Mapping[str, str | int]) -> None:
        self.config = folder / "doleances.toml"
        self.write(values)

    def write(self, values: Mapping[str, str | int]) -> None:
        office: dict[str, str | int] = {
            "office.email": "contact@cabinet.example",
            "procedure.undo_minutes": 0,
            "triage.models": str(default_directory()),  # learnt once for all tests …
            "triage.retrain_after": 100_000,  # … and by none of them again
            "triage.audit_share": 0,
            "mailbox.0.password": PASSWORD,
            "mailbox.0.poll_seconds": 1,
            "smtp.password": "",
            "smtp.user": "",
            "web.port": 0,
        }
        self.config.write_text(settings_file(office | dict(values)), encoding="utf-8")

    def run(
        self, *arguments: str, env: Mapping[str, str] = {}
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*PROGRAM, "--config", str(self.config), *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=os.environ | dict(env),
        )

    def json(self, *arguments: str) -> Any:
        """The JSON that a command prints; the test fails if the command does."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def daemon(self, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
        """The daemon in a process of its own, killed at the end at the latest."""
        with (self.config.parent / "daemon.log").open("ab") as log:
            process = subprocess.Popen(
                [*PROGRAM, "--config", str(self.config), "run", *arguments], stderr=log
            )
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    @property
    def log(self) -> str:
        return (self.config.parent / "daemon.log").read_text(encoding="utf-8")


def mailbox_of(dovecot: Dovecot) -> dict[str, str | int]:
    """Settings of the one mailbox: over TLS, with a certificate that really is checked."""
    return {
        "mailbox.0.host": "127.0.0.1",
        "mailbox.0.port": dovecot.tls_port,
        "mailbox.0.user": USER,
        "mailbox.0.ca_file": str(dovecot.ca_file),
    }


def until(condition: Any, seconds: float = 90) -> None:
    """Wait for something that must come to pass."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "waited in vain"
        sleep(0.05)
