"""A mailbox without a password, on a real IMAP server that checks the tokens itself."""

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pexpect
import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError

from config.mailboxes import MailboxSettings
from ingest.mailbox import MailboxTrouble
from ingest.signin import sign_in, tokens_of
from tests.builders import a_mail
from tests.e2e.office import PROGRAM, USER, Office, mailbox_of
from tests.servers.dovecot import Dovecot
from tests.servers.oauth import KEY, Provider, provider, says
from tests.servers.process import free_port
from tests.servers.wire import Wire


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(token_key=KEY) as server:
        server.append(USER, "INBOX", [a_mail("un"), a_mail("deux")])
        yield server


@pytest.fixture
def here() -> Iterator[Provider]:
    with provider() as started:
        yield started


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(tmp_path: Path, here: Provider, clock: Clock) -> MailboxSettings:
    """Agreed to just now."""
    settings = MailboxSettings(
        name="contact",
        host="127.0.0.1",
        user=USER,
        auth="oauth2",
        oauth2={
            "provider": "other",
            "client_id": "doleances",
            "token_url": f"{here.address}/token",
            "device_url": f"{here.address}/device",
            "tokens": tmp_path / "tokens",
        },
    )
    tokens = tokens_of(settings, clock)
    assert tokens
    tokens.receive(here.granted())
    return settings


def signed_in(port: int, box: MailboxSettings, clock: Clock) -> int:
    """How many mails a new connection sees."""
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=5) as server:
        sign_in(server, box, clock)
        return int(server.select_folder("INBOX", readonly=True)[b"EXISTS"])


# --- signing in -------------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_a_token_opens_the_mailbox(box, here, clock, mechanism):
    with Dovecot(token_key=KEY, token_mechanisms=f"plain {mechanism}") as server:
        assert signed_in(server.port, box, clock) == 0


def test_the_mechanisms_are_asked_again_once_the_line_is_safe(dovecot, box, clock):
    trust = ssl.create_default_context(cafile=str(dovecot.ca_file))
    with IMAPClient("127.0.0.1", dovecot.port, ssl=False, timeout=5) as server:
        server.starttls(trust)
        sign_in(server, box, clock)


def test_a_server_that_takes_no_tokens_is_said(box, clock):
    with Dovecot() as server, pytest.raises(MailboxTrouble, match="ne prend pas de jetons"):
        signed_in(server.port, box, clock)


def test_a_token_that_ran_out_is_renewed_on_the_way(dovecot, box, here, clock):
    clock.now += timedelta(hours=2)
    assert signed_in(dovecot.port, box, clock) == 2
    assert signed_in(dovecot.port, box, clock) == 2
    assert here.refreshes == 1


def test_a_token_that_was_revoked_is_renewed_on_the_way(dovecot, box, here, clock):
    here.key = b"une autre clef, que nul ne sait."
    clock.now += timedelta(hours=2)
    with pytest.raises(MailboxTrouble):
        signed_in(dovecot.port, box, clock)
    here.key = KEY
    clock.now += timedelta(minutes=20)
    assert signed_in(dovecot.port, box, clock) == 2
    assert here.refreshes == 2


def test_a_server_that_takes_none_of_our_tokens_is_not_asked_for_ever(dovecot, box, here, clock):
    here.key = b"une autre clef, que nul ne sait."
    tokens = tokens_of(box, clock)
    assert tokens
    tokens.receive(here.granted())
    clock.now += timedelta(minutes=20)
    for _ in range(3):
        with pytest.raises(MailboxTrouble, match="n’accepte pas le jeton de plaintes"):
            signed_in(dovecot.port, box, clock)
    assert here.refreshes == 1


def test_a_refused_renewal_is_told_every_time(dovecot, box, here, clock):
    here.good.clear()
    clock.now += timedelta(hours=2)
    for _ in range(2):
        with pytest.raises(MailboxTrouble, match="« doleances mailbox authorize contact »"):
            signed_in(dovecot.port, box, clock)
    assert here.refreshes == 1


def test_a_line_that_breaks_meanwhile_is_no_refusal(dovecot, box, here, clock):
    def cut(said: bytes) -> bytes | None:
        return None if b"Logged in" in said else said

    clock.now += timedelta(minutes=20)
    with Wire(dovecot.port, cut) as wire, pytest.raises(IMAPClientAbortError):
        signed_in(wire.port, box, clock)
    assert here.refreshes == 0


# --- the office's commands --------------------------------------------------------------------


@pytest.fixture
def values(dovecot: Dovecot, here: Provider) -> dict[str, str | int]:
    return mailbox_of(dovecot) | {
        "mailbox.0.auth": "oauth2",
        "mailbox.0.oauth2.provider": "other",
        "mailbox.0.oauth2.client_id": "doleances",
        "mailbox.0.oauth2.token_url": f"{here.address}/token",
        "mailbox.0.oauth2.device_url": f"{here.address}/device",
        "mailbox.0.oauth2.authorize_url": f"{here.address}/authorize",
    }


def standing(office: Office) -> dict[str, object]:
    [row] = office.json("mailbox", "list")
    return row


def test_agreeing_by_a_code_opens_the_mailbox_and_keeps_it_open(tmp_path, values, here):
    office = Office(tmp_path, values)
    assert "mailbox authorize contact" in str(standing(office)["token_trouble"])
    done = office.run("mailbox", "authorize", "contact")
    assert done.returncode == 0, done.stderr
    assert "WDJB-MJHT" in done.stdout
    assert f"{here.address}/appareil" in done.stdout
    assert "lecture seule (INBOX : 2 messages" in done.stdout
    assert standing(office)["token_trouble"] is None
    assert standing(office)["token_expires_at"]
    assert "OAuth2" in office.run("mailbox", "list").stdout


def test_agreeing_by_the_browser(tmp_path, values, here):
    office = Office(tmp_path, values | {"mailbox.0.oauth2.flow": "browser"})
    command = [*PROGRAM[1:], "--config", str(office.config), "mailbox", "authorize", "contact"]
    with pexpect.spawn(PROGRAM[0], command, encoding="utf-8", timeout=60) as child:
        child.expect("state=([^&]+)&.*code_challenge=([^&]+)&")
        state, here.codes["le-code"] = child.match.groups()
        child.expect("Collez-la ici")
        child.sendline(f"http://localhost:8026/?code=le-code&state={state}&session_state=1")
        child.expect("lecture seule \\(INBOX : 2 messages")
        child.expect(pexpect.EOF)
    assert child.exitstatus == 0


def test_a_refusal_at_the_first_step_changes_nothing(tmp_path, values, here):
    office = Office(tmp_path, values)
    here.script.append(says("invalid_client", "AADSTS700016: application inconnue", 400))
    done = office.run("mailbox", "authorize", "contact")
    assert done.returncode == 1
    assert "AADSTS700016" in done.stderr
    assert "client_id" in done.stderr
    assert not (tmp_path / "tokens").exists()


@pytest.mark.parametrize(
    ("name", "words"), [("contat", "« contact »"), ("contact", "mot de passe")]
)
def test_what_cannot_be_agreed_to_is_said(tmp_path, name, words):
    office = Office(tmp_path, {"mailbox.0.host": "127.0.0.1", "mailbox.0.port": free_port()})
    done = office.run("mailbox", "authorize", name)
    assert done.returncode == 1
    assert words in done.stderr


def test_the_doctor_looks_at_the_token(tmp_path, values, here):
    office = Office(tmp_path, values)
    assert office.run("mailbox", "authorize", "contact").returncode == 0
    assert token_of(office)["well"]
    here.good.clear()
    file = tmp_path / "tokens" / "mailbox-contact.json"
    file.write_text(file.read_text().replace(str(datetime.now(UTC).year), "2020"))
    said = token_of(office)
    assert not said["well"]
    assert "invalid_grant" in said["says"]


def token_of(office: Office) -> dict[str, str]:
    findings = json.loads(office.run("check", "--json").stdout)
    return next(found for found in findings if found["what"] == "Jeton contact")
