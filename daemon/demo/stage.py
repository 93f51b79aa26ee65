"""The stage: an IMAP server, an SMTP sink and an open house, in a folder that is thrown away."""

import logging
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from classifier.shelf import default_directory, ready
from config.load import load
from config.mailboxes import MailboxSettings
from config.trouble import Trouble
from config.write import settings_file
from daemon.house import House, utc_now
from ingest.imap import ImapMailbox, append
from ingest.mailbox import MailboxTrouble

HOST = "127.0.0.1"
USER, PASSWORD = "claire.humbert@cabinet-lorrain.example", "demonstration"
log = logging.getLogger(__name__)

_OFFICE: dict[str, str | int] = {
    "office.name": "Cabinet Lorrain d’Assurances",
    "office.address": "12 rue des Tilleuls, 54000 Nancy",
    "office.phone": "03 83 00 00 00",
    "office.email": "contact@cabinet-lorrain.example",
    "office.mediator.name": "La Médiation des Tilleuls (exemple)",
    "office.mediator.postal": "TSA 00000, 75000 Paris Cedex 00",
    "office.mediator.url": "https://www.mediation-des-tilleuls.example",
    "mailbox.0.host": HOST,
    "mailbox.0.tls": "none",
    "mailbox.0.user": "contact",
    "mailbox.0.password": PASSWORD,
    "mailbox.0.poll_seconds": 3,
    "smtp.host": HOST,
    "smtp.tls": "none",
    "smtp.user": "",
}
_STAFF = """
[[staff]]
name = "Claire Humbert"
email = "claire.humbert@cabinet-lorrain.example"
role = "dirigeant"
[[staff]]
name = "Thomas Weber"
email = "thomas.weber@cabinet-lorrain.example"
role = "conseiller"
gesture_ceiling = 150
[[staff.qualifications]]
products = ["AUTO", "MOTO", "MRH", "PNO", "EMPRUNTEUR"]
[[staff]]
name = "Sandrine Gérard"
email = "sandrine.gerard@cabinet-lorrain.example"
"""


@dataclass
class Sink:
    """An SMTP server that keeps every letter, and hands the office its copies."""

    mailbox: MailboxSettings
    letters: list[tuple[list[str], bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.letters.append((envelope.rcpt_tos, envelope.content))
        if _OFFICE["office.email"] in envelope.rcpt_tos:
            append(self.mailbox, "INBOX", [(envelope.content, utc_now())])
        return "250 2.0.0 demo: kept"

    def delivered(self, recipient: str, message_id: str) -> bool:
        """Say whether a letter reached its recipient."""
        return any(
            recipient in recipients and message_id.encode() in data
            for recipients, data in self.letters
        )


@dataclass(frozen=True)
class Stage:
    house: House
    sink: Sink


@contextmanager
def stage(web_port: int, undo_minutes: int) -> Iterator[Stage]:
    """Servers, settings and an open house; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="doleances-demo-") as folder:
        imap_port, smtp_port = free_port(), free_port()
        config = Path(folder) / "doleances.toml"
        # A copy of this machine's models: what is learnt from the play stays in the play.
        ready(default_directory(), log.info)
        shutil.copytree(default_directory(), config.parent / "models")
        values = _OFFICE | {
            "mailbox.0.port": imap_port,
            "smtp.port": smtp_port,
            "procedure.undo_minutes": undo_minutes,
            "retry.first_minutes": 1,
            "triage.audit_share": 0,
            "web.port": web_port,
        }
        config.write_text(settings_file(values) + _STAFF, encoding="utf-8")
        house = House(load(config, {}))
        [mailbox] = house.settings.mailbox
        with _imap_server(imap_port, mailbox), _smtp_server(smtp_port, mailbox) as sink:
            try:
                yield Stage(house, sink)
            finally:
                house.close()


@contextmanager
def _imap_server(port: int, mailbox: MailboxSettings) -> Iterator[None]:
    """pymap, an IMAP server in Python that keeps its mails in memory."""
    arguments = ["--host", HOST, "--port", str(port), "--no-tls", "dict"]
    arguments += ["--demo-user", mailbox.user, "--demo-password", PASSWORD]
    server = subprocess.Popen(
        [sys.executable, "-c", "from pymap.main import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(server, mailbox)
        yield
    finally:
        server.terminate()
        server.communicate()


def _wait_for(server: "subprocess.Popen[bytes]", mailbox: MailboxSettings) -> None:
    pause = Event()
    for _ in range(150):
        try:
            with ImapMailbox(mailbox).open():
                return
        except MailboxTrouble:
            if server.poll() is not None:
                break
            pause.wait(0.1)
    server.terminate()
    output, _ = server.communicate()
    raise Trouble(
        "Le serveur IMAP de démonstration ne démarre pas. Installez les outils de démonstration : "
        f"pip install 'doleances[demo]'. ({output.decode(errors='replace').strip()[-200:]})"
    )


@contextmanager
def _smtp_server(port: int, mailbox: MailboxSettings) -> Iterator[Sink]:
    try:
        from aiosmtpd.controller import Controller
    except ModuleNotFoundError as error:
        raise Trouble(
            "Les outils de démonstration manquent : pip install 'doleances[demo]'."
        ) from error
    sink = Sink(mailbox)
    controller = Controller(sink, hostname=HOST, port=port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
