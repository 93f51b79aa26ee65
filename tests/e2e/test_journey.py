"""The whole journey on real servers: Dovecot, Exim, the daemon, and the date in the register."""

import sqlite3
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from tests.builders import CLIENT, a_mail
from tests.e2e.office import USER, Office, mailbox_of, until
from tests.servers.dovecot import Dovecot
from tests.servers.exim import Exim

OFFICE = "contact@cabinet.example"


def test_a_complaint_is_acknowledged_and_the_date_stands(tmp_path: Path) -> None:
    with Dovecot() as dovecot, Exim([CLIENT, OFFICE]) as exim:
        dovecot.append(USER, "INBOX", [a_mail(Message_ID="<1@courriel.example>")])
        office = Office(
            tmp_path,
            mailbox_of(dovecot)
            | {
                "smtp.host": "127.0.0.1",
                "smtp.port": exim.port,
                "smtp.tls": "starttls",
                "smtp.ca_file": str(exim.ca_file),
            },
        )
        with office.daemon("--only", "collect", "--only", "sort", "--only", "deliver"):
            until(lambda: office.json("queue", "list"))
            [waiting] = office.json("queue", "list")
            decided = office.json(
                "queue",
                "decide",
                str(waiting["id"]),
                "--as",
                "complaint",
                "--by",
                "claire",
                "--field",
                "product=SANTE_IND",
                "--field",
                "third_parties=Aucun",
            )
            assert decided["complaint"].startswith("REC-")
            [letter] = exim.wait_for(CLIENT)
            [copy] = exim.wait_for(OFFICE)
            until(lambda: office.json("register", "list")[0]["acknowledged_on"])
            # The office's mailbox gets its copy, as it would from its provider.
            dovecot.append(USER, "INBOX", [copy])
            until(lambda: len(office.json("letters", "list")) == 1)
            until(lambda: _places(office) == {"own", "registered"})
        [entry] = office.json("register", "list")
        [sent] = office.json("letters", "list")
    assert entry["third_parties"] == []
    assert entry["product"] == "SANTE_IND"
    assert sent["state"] == "sent"
    assert sent["answer"].startswith("250")
    mail = message_from_bytes(letter, policy=default)
    assert mail["In-Reply-To"] == "<1@courriel.example>"
    assert entry["number"] in mail.get_body(("plain",)).get_content()
    shown = office.run("register", "verify")
    assert shown.returncode == 0, shown.stderr


def _places(office: Office) -> set[str]:
    with sqlite3.connect(office.config.parent / "doleances.db") as connection:
        return {place for (place,) in connection.execute("SELECT place FROM message")}
