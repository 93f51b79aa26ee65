"""Access without a password: kept before it is used, renewed once, refused aloud (peers §16)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from config.mailboxes import MailboxSettings
from ingest.oauth import consent, endpoint, tokens
from ingest.oauth.account import Account, OAuthTrouble, of_mailbox
from ingest.oauth.tokens import Tokens
from tests.servers.oauth import Provider, Reply, provider, says
from tests.servers.process import free_port

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def here() -> Iterator[Provider]:
    with provider() as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


def account(folder: Path, here: Provider, **oauth2: object) -> Account:
    values: dict[str, object] = {
        "provider": "other",
        "client_id": "doleances",
        "scope": "courrier offline_access",
        "token_url": f"{here.address}/token",
        "device_url": f"{here.address}/device",
        "authorize_url": f"{here.address}/authorize",
        "tokens": folder / "tokens",
    }
    box = MailboxSettings(
        name="cabinet",
        host="imap.cabinet.example",
        user="contact@cabinet.example",
        auth="oauth2",
        oauth2=values | oauth2,
    )
    assert box.oauth2
    return of_mailbox(box, box.oauth2)


@pytest.fixture
def ours(tmp_path: Path, here: Provider, clock: Clock) -> Tokens:
    """Agreed to at noon, good for an hour."""
    opened = Tokens(account(tmp_path, here), clock)
    opened.receive(here.granted())
    return opened


def kept(ours: Tokens) -> dict[str, str]:
    return json.loads(ours.account.file.read_text())


# --- renewing ---------------------------------------------------------------------------------


def test_an_access_token_is_used_until_five_minutes_before_its_end(ours, here, clock):
    first = ours.access_token()
    clock.now = NOON + HOUR - timedelta(minutes=5, seconds=1)
    assert ours.access_token() == first
    assert here.refreshes == 0
    clock.now += timedelta(seconds=2)
    assert ours.access_token() != first
    assert here.refreshes == 1


def test_peer_16_every_refresh_token_is_kept(ours, here, clock):
    for turn in range(3):
        assert kept(ours)["refresh_token"] == f"renouveler-{turn}"
        clock.now += HOUR
        assert ours.access_token() == kept(ours)["access_token"]
    assert here.refreshes == 3


def test_a_provider_that_names_no_new_refresh_token_keeps_the_old_one(ours, here, clock):
    here.rotates = False
    for _ in range(2):
        clock.now += HOUR
        ours.access_token()
    assert kept(ours)["refresh_token"] == "renouveler-0"


def test_after_a_crash_between_receipt_and_keeping_the_old_one_is_tried(
    ours, here, clock, monkeypatch
):
    """Microsoft takes it a second time; what cannot be kept is not used either."""

    def crash(*_: object) -> None:
        raise OSError(28, "No space left on device")

    clock.now += HOUR
    with monkeypatch.context() as patch:
        patch.setattr(tokens, "_replace", crash)
        with pytest.raises(OAuthTrouble, match="place sur le disque"):
            ours.access_token()
    assert kept(ours)["refresh_token"] == "renouveler-0"
    here.good.add("renouveler-0")
    assert ours.access_token() == kept(ours)["access_token"]
    assert kept(ours)["refresh_token"] == "renouveler-2"


def test_ten_threads_renew_once(ours, here, clock):
    clock.now += HOUR
    start, got = Barrier(10), set()

    def ask() -> None:
        start.wait()
        got.add(ours.access_token())

    threads = [Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert here.refreshes == 1


ANOTHER = """
import sys
from datetime import datetime
from pathlib import Path
from ingest.oauth.tokens import Tokens
from tests.ingest.test_oauth import account
from tests.servers.oauth import Provider
here = Provider(port=int(sys.argv[2]))
moment = datetime.fromisoformat(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
print(Tokens(account(Path(sys.argv[1]), here), lambda: moment).access_token())
"""


def test_two_processes_renew_once(ours, here, clock, tmp_path):
    clock.now += HOUR
    command = [sys.executable, "-c", ANOTHER, str(tmp_path), str(here.port), clock.now.isoformat()]
    others = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for other in others:
        assert other.stdout and other.stdout.readline() == "ready\n"
    said = {other.communicate("\n", timeout=60)[0] for other in others}
    assert said == {kept(ours)["access_token"] + "\n"}
    assert here.refreshes == 1


@pytest.mark.parametrize(
    ("expires_in", "lasts"),
    [("3599", 3599), (3599, 3599), (None, 3600), (-5, 3600), (1e400, 3600), (10**12, 3600)],
)
def test_how_long_a_token_lasts(tmp_path, here, clock, expires_in, lasts):
    ours = Tokens(account(tmp_path, here), clock)
    ours.receive(here.granted() | {"expires_in": expires_in})
    assert ours.saved().expires_at == NOON + timedelta(seconds=lasts)


def test_the_administrator_may_have_agreed_for_all(tmp_path, here, clock):
    settings = {"flow": "client_credentials", "client_secret": "secret de l’application"}
    ours = Tokens(account(tmp_path, here, **settings), clock)
    assert ours.standing() is None
    first = ours.access_token()
    assert ours.access_token() == first
    clock.now += HOUR
    assert ours.access_token() != first
    assert [form["grant_type"] for form in here.forms] == ["client_credentials"] * 2
    ours.account.file.write_text("{")
    ours.access_token()


# --- the file ---------------------------------------------------------------------------------


def test_only_its_owner_reads_the_file(ours, clock):
    old = os.umask(0)
    try:
        clock.now += HOUR
        ours.access_token()
    finally:
        os.umask(old)
    folder = ours.account.file.parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert {path.name for path in folder.iterdir()} <= {
        "mailbox-cabinet.json",
        "mailbox-cabinet.json.lock",
    }


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"terms": 1}', "[" * 100_000, "\ufeff{}", '{"received_at": 3}'],
)
def test_a_file_of_something_else_is_said(ours, here, text):
    ours.account.file.write_text(text)
    with pytest.raises(OAuthTrouble, match="mailbox authorize cabinet"):
        ours.access_token()
    assert here.forms == []


def test_times_without_a_zone_are_none_of_ours(ours):
    ours.account.file.write_text(json.dumps(kept(ours) | {"expires_at": "2026-11-23T12:00:00"}))
    with pytest.raises(OAuthTrouble, match="pas un fichier de jetons"):
        ours.access_token()


def test_nothing_agreed_yet_is_said(tmp_path, here, clock):
    with pytest.raises(OAuthTrouble, match="Lancez « doleances mailbox authorize cabinet »"):
        Tokens(account(tmp_path, here), clock).access_token()


def test_other_terms_want_another_agreement(ours, tmp_path, here, clock):
    with pytest.raises(OAuthTrouble, match="autres réglages"):
        Tokens(account(tmp_path, here, client_id="une autre"), clock).access_token()


def test_a_name_is_no_path(tmp_path, here):
    box = MailboxSettings(
        name="../Boîte d’Éric", host="h", user="u", auth="oauth2", oauth2={"client_id": "x"}
    )
    named = of_mailbox(box, box.oauth2)
    assert named.file.parent == box.oauth2.tokens
    assert "'../Boîte d’Éric'" in named.mend


# --- what a provider may answer ---------------------------------------------------------------


def test_a_refusal_is_told_at_once_and_again_without_asking_each_time(ours, here, clock):
    here.good.clear()
    clock.now += HOUR
    for _ in range(3):
        with pytest.raises(OAuthTrouble) as caught:
            ours.access_token()
        assert not caught.value.passing
        assert "invalid_grant : AADSTS70008: jeton échu." in str(caught.value)
        assert "Trace ID" not in str(caught.value)
        assert "« doleances mailbox authorize cabinet »" in str(caught.value)
        clock.now += timedelta(minutes=5)
    assert here.refreshes == 1
    with pytest.raises(OAuthTrouble):
        ours.standing()
    clock.now += HOUR
    with pytest.raises(OAuthTrouble):
        ours.access_token()
    assert here.refreshes == 2
    ours.receive(here.granted())
    assert ours.access_token()


@pytest.mark.parametrize(
    ("reply", "passing", "words"),
    [
        (Reply(503, b"<h1>Service Unavailable</h1>"), True, "code 503"),
        (Reply(429, b""), True, "429"),
        (says("temporarily_unavailable"), True, "passagère"),
        (says("server_error", status=500), True, "passagère"),
        (says("invalid_grant", status=502), True, "code 502"),
        (Reply(403, b'{"access_token": "du mandataire"}'), True, "code 403"),
        (Reply(200, b"<html>portail du WiFi</html>"), True, "incompréhensible"),
        (Reply(200, b"[1]"), True, "incompréhensible"),
        (Reply(200, b'{"token_type": "Bearer"}'), True, "sans jeton"),
        (Reply(200, b'{"access_token": "a\\u0001b"}'), True, "sans jeton"),
        (Reply(200, b'{"access_token": 7}'), True, "sans jeton"),
        (Reply(200, b"[" * 90_000), True, "incompréhensible"),
        (Reply(200, b" " * 200_000), True, "trop longue"),
        (Reply(302, b"", {"Location": "http://127.0.0.1:1/"}), True, "code 302"),
        (Reply(404, b"not found"), True, "code 404"),
        (says("invalid_client", "AADSTS7000222: secret échu", 401), False, "secret"),
        (says("unauthorized_client"), False, "client_id"),
        (says("invalid_scope"), False, "scope"),
        (says("consent_required"), False, "mailbox authorize cabinet"),
        (Reply(200, b'{"error": "invalid_request"}'), False, "invalid_request"),
    ],
)
def test_an_outage_is_told_from_a_refusal(ours, here, clock, reply, passing, words):
    clock.now += HOUR
    here.script.append(reply)
    with pytest.raises(OAuthTrouble, match=words) as caught:
        ours.access_token()
    assert caught.value.passing == passing
    assert kept(ours)["refresh_token"] == "renouveler-0"
    assert ours.access_token()  # it was this once


def test_a_provider_that_is_silent_is_waited_for_a_while(ours, here, clock, monkeypatch):
    monkeypatch.setattr(endpoint, "_SECONDS", 0.2)
    clock.now += HOUR
    here.script.append(Reply(silent=True))
    with pytest.raises(OAuthTrouble, match="timed out"):
        ours.access_token()


def test_a_provider_that_comes_to_no_end_is_cut_short(ours, here, clock, monkeypatch):
    monkeypatch.setattr(endpoint, "_SECONDS", 0.3)
    clock.now += HOUR
    here.script.append(Reply(drips=True))
    with pytest.raises(OAuthTrouble, match="trop lente"):
        ours.access_token()


def test_nobody_there_is_an_outage(tmp_path, ours, clock):
    away = Provider(port=free_port())
    elsewhere = Tokens(account(tmp_path, away), clock)
    elsewhere.receive(away.granted())
    clock.now += HOUR
    with pytest.raises(OAuthTrouble) as caught:
        elsewhere.access_token()
    assert caught.value.passing


def test_an_outage_does_not_matter_while_the_token_lasts(ours, here, clock):
    first = ours.access_token()
    clock.now += HOUR - timedelta(minutes=2)
    here.script.append(Reply(503))
    assert ours.access_token() == first


def test_a_secret_that_cannot_be_read_is_said(tmp_path, here, clock):
    settings = {"flow": "client_credentials", "client_secret_file": tmp_path / "nulle-part"}
    with pytest.raises(OAuthTrouble, match="client_secret_file"):
        Tokens(account(tmp_path, here, **settings), clock).access_token()


def test_an_agreement_that_nobody_used_is_doubted(ours, clock):
    assert ours.standing()
    clock.now += timedelta(days=91)
    with pytest.raises(OAuthTrouble, match="depuis le 23/11/2026"):
        ours.standing()


# --- a token that the mail server will not take ------------------------------------------------


def test_a_token_revoked_before_its_time_is_replaced_once(ours, here, clock):
    first = ours.access_token()
    clock.now += timedelta(minutes=20)
    second = ours.instead_of(first)
    assert second not in (None, first)
    assert ours.instead_of(first) == second  # somebody else had the old one, too
    assert ours.instead_of(second) is None  # a token so young cannot be the reason
    assert here.refreshes == 1


# --- agreeing by a code -----------------------------------------------------------------------


@pytest.fixture
def asking(tmp_path: Path, here: Provider) -> Account:
    return account(tmp_path, here)


def agree(asking: Account, here: Provider, clock: Clock, *replies: Reply) -> list[float]:
    """The pauses between the questions."""
    invitation = consent.invite(asking, clock)
    assert (invitation.page, invitation.code) == (f"{here.address}/appareil", "WDJB-MJHT")
    here.script.extend(replies)
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        clock.now += timedelta(seconds=seconds)

    answer = consent.await_agreement(asking, invitation, clock, wait)
    Tokens(asking, clock).receive(answer)
    return pauses


def test_the_code_is_asked_after_until_the_person_has_agreed(asking, here, clock):
    pending = says("authorization_pending", status=428)
    pauses = agree(asking, here, clock, pending, says("slow_down"), pending, Reply(503), pending)
    assert pauses == [1, 1, 6, 6, 12, 12]
    assert Tokens(asking, clock).access_token()


def test_an_offer_that_was_not_taken_ends(asking, here, clock):
    with pytest.raises(OAuthTrouble, match="pas été saisi à temps"):
        agree(asking, here, clock, *[says("authorization_pending")] * 700)
    with pytest.raises(OAuthTrouble, match="pas été saisi à temps"):
        here.script.clear()
        agree(asking, here, clock, says("expired_token"))
    assert clock.now < NOON + timedelta(minutes=11)


def test_a_person_may_decline(asking, here, clock):
    with pytest.raises(OAuthTrouble, match="a été refusé"):
        agree(asking, here, clock, says("access_denied", status=403))
    assert not asking.file.exists()


@pytest.mark.parametrize(
    "answer",
    [
        {"user_code": "A", "device_code": "B"},
        {"user_code": "A", "verification_uri": "https://exemple.example"},
        {"user_code": "A", "device_code": "B", "verification_uri": "javascript:alert(1)"},
        {"user_code": "\x1b\x07", "device_code": "B", "verification_uri": "https://a.example"},
    ],
)
def test_an_offer_that_cannot_be_shown_is_none(asking, here, clock, answer):
    here.script.append(Reply(body=json.dumps(answer).encode()))
    with pytest.raises(OAuthTrouble, match="sans code"):
        consent.invite(asking, clock)


def test_access_that_would_end_within_the_hour_is_not_taken(asking, here, clock):
    only = {"access_token": "un-jeton", "expires_in": 3600}
    with pytest.raises(OAuthTrouble, match="offline_access"):
        Tokens(asking, clock).receive(only)


# --- agreeing by the browser ------------------------------------------------------------------


def challenge(errand: consent.Errand) -> str:
    return errand.page.partition("code_challenge=")[2].partition("&")[0]


def test_the_address_that_the_browser_ends_at_brings_tokens(asking, here, clock):
    sent = consent.errand(asking)
    here.codes["le-code"] = challenge(sent)
    address = f" http://localhost:8026/?state={sent.state}&code=le-code\n"
    Tokens(asking, clock).receive(consent.come_back(asking, sent, address))
    assert Tokens(asking, clock).access_token()


def test_the_browser_of_somebody_else_brings_nothing(asking, here):
    """Without the verifier a code that was overheard is worth nothing (RFC 7636)."""
    sent, other = consent.errand(asking), consent.errand(asking)
    here.codes["le-code"] = challenge(other)
    with pytest.raises(OAuthTrouble, match="invalid_grant"):
        consent.come_back(asking, sent, f"http://localhost:8026/?code=le-code&state={sent.state}")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "pas l’adresse attendue"),
        ("le-code", "pas l’adresse attendue"),
        ("http://[::1", "pas l’adresse attendue"),
        ("http://localhost:8026/?code=le-code&state=é", "pas l’adresse attendue"),
        ("http://localhost:8026/?state={state}", "pas l’adresse attendue"),
        ("http://localhost:8026/?state={state}&error=access_denied", "a été refusé"),
        ("http://localhost:8026/?state={state}&error=invalid_scope", "scope"),
    ],
)
def test_another_address_is_said(asking, here, address, words):
    sent = consent.errand(asking)
    with pytest.raises(OAuthTrouble, match=words):
        consent.come_back(asking, sent, address.format(state=sent.state))
    assert here.forms == []
