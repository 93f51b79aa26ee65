"""The conversation that puts the program on an office's mailbox, on a real terminal."""

import os
from pathlib import Path

import pexpect

from classifier.shelf import default_directory
from tests.builders import a_mail
from tests.e2e.office import PASSWORD, PROGRAM, USER
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink


def test_from_nothing_to_a_working_file(tmp_path: Path) -> None:
    config = tmp_path / "doleances.toml"
    with (
        Dovecot() as dovecot,
        SmtpSink(encryption="starttls", users={"cabinet": "secret d’envoi"}) as sink,
    ):
        dovecot.append(USER, "INBOX", [a_mail("un"), a_mail("deux")])
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
            child.expect(pexpect.EOF)
            said = child.before
        assert child.exitstatus == 0, said
        assert sink.received == []
        check = [*PROGRAM, "--config", str(config), "check"]
        output, status = pexpect.run(" ".join(check), withexitstatus=True, env=environment)
    assert status == 0, output.decode()
    assert "ExecStart=" in said
    assert "✗" not in said
    assert config.stat().st_mode & 0o077 == 0  # it holds passwords


def say(child: "pexpect.spawn[str]", *exchange: tuple[str, str]) -> None:
    for question, answer in exchange:
        child.expect(question)
        child.sendline(answer)
