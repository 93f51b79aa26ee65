"""What the postman knows after each way a dialogue can end. A real server on loopback."""

from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import SmtpSettings
from ingest.oauth.account import OAuthTrouble
from outbound.postman import SmtpPostman, Uncertain, Undelivered
from tests.builders import a_mail
from tests.servers.process import free_port
from tests.servers.smtp import Cut, Refuse, SilentServer, SmtpSink

OFFICE, CLIENT = "contact@cabinet.example", "jeanne@courriel.example"


def postman(port: int, **changes: object) -> SmtpPostman:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "timeout_seconds": 2,
    }
    return SmtpPostman(SmtpSettings(**(values | changes)))


def send(port: int, **changes: object) -> str:
    return postman(port, **changes).send(OFFICE, [CLIENT, OFFICE], a_mail("Bonjour."))


def test_a_letter_arrives_with_its_copy():
    with SmtpSink() as sink:
        assert send(sink.port).startswith("250")
        [letter] = sink.received
    assert (letter.sender, letter.recipients) == (OFFICE, (CLIENT, OFFICE))
    assert b"Bonjour." in letter.data


@pytest.mark.parametrize(
    ("misdeed", "hopeless"),
    [
        (Refuse("RCPT", 450), False),
        (Refuse("RCPT", 550), True),
        (Refuse("MAIL", 451), False),
        (Refuse("DATA", 452), False),
        (Refuse("DATA", 554), True),
    ],
)
def test_a_refusal_is_surely_not_sent(misdeed, hopeless):
    with SmtpSink(misdeed) as sink:
        with pytest.raises(Undelivered) as caught:
            send(sink.port)
        assert sink.received == []
    assert caught.value.hopeless is hopeless


def test_a_refused_copy_does_not_keep_the_letter():
    with SmtpSink(Refuse("RCPT", 550, address=OFFICE)) as sink:
        send(sink.port)
        assert [letter.recipients for letter in sink.received] == [(CLIENT,)]


def test_a_cut_after_the_hand_over_is_uncertain():
    with SmtpSink(Cut("DATA")) as sink:
        with pytest.raises(Uncertain):
            send(sink.port)
        assert len(sink.received) == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
def test_a_cut_before_is_surely_not_sent(stage):
    with SmtpSink(Cut(stage)) as sink:
        with pytest.raises(Undelivered) as caught:
            send(sink.port)
        assert sink.received == []
    assert not caught.value.hopeless


def test_nobody_there():
    with pytest.raises(Undelivered, match=r"smtp\.host"):
        send(free_port())


def test_a_server_that_never_answers():
    with SilentServer() as server, pytest.raises(Undelivered) as caught:
        send(server.port, timeout_seconds=1)
    assert not caught.value.hopeless


def test_starttls_is_demanded_and_checked(tmp_path: Path):
    with SmtpSink() as clear, pytest.raises(Undelivered):
        send(clear.port, tls="starttls")  # never in clear when TLS was asked for
    with SmtpSink(encryption="starttls") as sink:
        with pytest.raises(Undelivered, match="certificat"):
            send(sink.port, tls="starttls")
        send(sink.port, tls="starttls", ca_file=sink.ca_file)
        assert len(sink.received) == 1


def test_implicit_tls():
    with SmtpSink(encryption="tls") as sink:
        assert send(sink.port, tls="tls", ca_file=sink.ca_file).startswith("250")


def test_signing_in():
    with SmtpSink(users={"cabinet": "secret"}, encryption="starttls") as sink:
        account = {"tls": "starttls", "ca_file": sink.ca_file, "user": "cabinet"}
        with pytest.raises(Undelivered, match="mot de passe") as caught:
            send(sink.port, **account, password="faux")
        assert not caught.value.hopeless  # the letter waits for the password to be mended
        send(sink.port, **account, password="secret")
        assert len(sink.received) == 1


def test_signing_in_with_the_agreement_of_a_mailbox():
    with SmtpSink(tokens={"cabinet": "jeton"}, encryption="starttls") as sink:
        account = {"tls": "starttls", "ca_file": sink.ca_file, "user": "cabinet"}
        good = replace(postman(sink.port, **account), token=lambda: "jeton")
        assert good.send(OFFICE, [CLIENT], a_mail()).startswith("250")
        old = replace(good, token=lambda: "périmé")
        with pytest.raises(Undelivered, match="jeton refusé") as caught:
            old.send(OFFICE, [CLIENT], a_mail())
        assert not caught.value.hopeless


def test_an_agreement_that_is_lost_keeps_the_letter():
    def lost() -> str:
        raise OAuthTrouble("Microsoft refuse. Lancez « doleances mailbox authorize cabinet ».")

    with SmtpSink(tokens={"cabinet": "jeton"}) as sink:
        asker = replace(postman(sink.port, user="cabinet"), token=lost)
        with pytest.raises(Undelivered, match="authorize cabinet") as caught:
            asker.send(OFFICE, [CLIENT], a_mail())
    assert not caught.value.hopeless
    assert sink.received == []
