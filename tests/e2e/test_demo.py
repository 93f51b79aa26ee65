"""The demonstration, as a newcomer runs it."""

import json
import subprocess

from tests.e2e.office import PROGRAM


def test_the_demonstration_keeps_every_promise() -> None:
    done = subprocess.run(
        [*PROGRAM, "demo", "--once", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert len(report["mails"]) >= 60
    assert report["faults"] == []
    complaints = [mail for mail in report["mails"] if mail["place"] == "réclamation"]
    assert len(complaints) >= 20
    assert all(mail["acknowledged"] for mail in complaints)
    assert all(mail["place"] not in ("", "perdu", "à lire") for mail in report["mails"])
