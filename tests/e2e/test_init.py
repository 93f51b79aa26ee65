"""The conversation that puts the program on an office's mailbox, on a real terminal."""

import os
import sqlite3
from pathlib import Path

import pexpect

from classifier.shelf import default_directory
from config.mailboxes import MailboxSettings
from config.settings import Settings
from daemon import setup
from daemon.house import House
from register import breaker
from tests.builders import a_mail
from tests.e2e.office import PASSWORD, PROGRAM, USER
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port
from tests.servers.smtp import SmtpSink


def test_from_nothing_to_a_working_file(tmp_path: Path) -> None:
    config = tmp_path / "doleances.toml"
    with (
        Dovecot() as dovecot,
        SmtpSink(encryption="starttls", users={"cabinet": "secret d’envoi"}) as sink,
    ):
        dovecot.append(USER, "INBOX", [a_mail("un", "Un"), a_mail()])
        trusted = tmp_path / "authorities.pem"
        trusted.write_bytes(dovecot.ca_file.read_bytes() + sink.ca_file.read_bytes())
        environment = os.environ | {
            "SSL_CERT_FILE": str(trusted),
            "DOLEANCES_TRIAGE__MODELS": str(default_directory()),  # learnt once for all tests
        }
        child = pexpect.spawn(
            PROGRAM[0],
            [*PROGRAM[1:], "--config", str(config), "init"],
            encoding="utf-8",
            timeout=120,
            dimensions=(50, 140),
            env=environment,
        )
        with child:
            say(
                child,
                ("Nom", "Cabinet d’Essai"),
                ("Adresse", "1 rue d’Essai, 54000 Nancy"),
                ("Téléphone", "03 83 00 00 00"),
                ("Adresse électronique", "contact@cabinet.example"),
                ("Nom du médiateur", "Médiation d’Essai"),
                ("postale", "TSA 1, 75000 Paris"),
                ("site", "https://mediation.example"),
                ("Serveur", "127.0.0.1"),
                ("Port", str(dovecot.port)),
                ("Identifiant", USER),
                ("Mot de passe", "faux"),
                ("réessayer", "o"),  # refused, and asked again
                ("Serveur", ""),
                ("Port", ""),
                ("Identifiant", ""),
                ("Mot de passe", PASSWORD),
            )
            child.expect("lecture seule \\(INBOX : 2 messages")
            say(
                child,
                ("Serveur", "127.0.0.1"),
                ("Port", str(sink.port)),
                ("Identifiant", "cabinet"),
                ("Mot de passe", "secret d’envoi"),
            )
            child.expect("répond")
            say(
                child,
                ("Votre adresse", "claire@cabinet.example"),
                ("prénom", "Claire Humbert"),
                ("Mot de passe", "un long secret"),
                ("Encore", "un long secret"),
            )
            child.expect("Combien de mois")
            # Killed here, nothing may leave: no one has read what it would have done.
            assert stopped_because(tmp_path) == [
                "mise en service : la répétition n’a pas encore été approuvée"
            ]
            child.sendline("3")
            child.expect("depuis le")
            child.expect("proposé comme réclamation")
            child.expect("Rien n’a été enregistré")
            say(child, ("partir seul", "o"))
            child.expect(pexpect.EOF)
            said = child.before
        assert child.exitstatus == 0, said
        assert sink.received == []
        assert stopped_because(tmp_path) == []
        check = [*PROGRAM, "--config", str(config), "check"]
        output, status = pexpect.run(" ".join(check), withexitstatus=True, env=environment)
    assert status == 0, output.decode()
    assert "ExecStart=" in said
    assert "✗" not in said
    for file in (config, tmp_path / "doleances.db"):  # they hold passwords, and people's mail
        assert file.stat().st_mode & 0o077 == 0


def say(child: "pexpect.spawn[str]", *exchange: tuple[str, str]) -> None:
    for question, answer in exchange:
        child.expect(question)
        child.sendline(answer)


def test_without_a_rehearsal_nothing_leaves(settings: Settings, monkeypatch) -> None:
    """The mailbox of these settings is nobody's: there is nothing to read, and nothing to approve."""
    mailbox = {"host": "127.0.0.1", "port": free_port(), "user": "u", "password": "p"}
    box = MailboxSettings.model_validate({"name": "contact", **mailbox})
    triage = settings.triage.model_copy(update={"models": default_directory()})
    house = House(settings.model_copy(update={"mailbox": (box,), "triage": triage}))
    monkeypatch.setattr("click.prompt", lambda *_, **__: 6)
    setup._rehearse(house, "claire@cabinet.example")
    with house.database.read() as session:
        assert breaker.stopped(session)
    house.close()


def stopped_because(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "doleances.db") as connection:
        rows = connection.execute("SELECT because FROM breaker WHERE lifted_at IS NULL")
        return [because for (because,) in rows]
