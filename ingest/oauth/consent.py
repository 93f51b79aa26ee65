"""A person agrees, once: by entering a code somewhere, or by being sent back to this machine."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from ingest.oauth import account as told
from ingest.oauth.account import Account, OAuthTrouble
from ingest.oauth.endpoint import Refused, Unreachable, in_one_line, post
from ingest.oauth.tokens import Clock, application

_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_PAUSE = 5  # seconds between two questions where nothing is said, and what slow_down adds
_LONGEST_PAUSE = 60
_PERIOD = 900  # seconds a code is taken to last where nothing is said
_LONGEST_PERIOD = 3600
# Nothing listens there: the person copies the address that her browser was sent to, so that it
# works for a service on a machine without a screen.
_BACK_HERE = "http://localhost:8026"

# --- by a code (RFC 8628) ---------------------------------------------------------------------


@dataclass(frozen=True)
class Invitation:
    """The page to open, the code to enter there, and until when."""

    page: str
    code: str
    device_code: str = field(repr=False)
    pause: int
    expires_at: datetime


def invite(account: Account, clock: Clock) -> Invitation:
    """Ask for a code (RFC 8628, 3.1). Raises ``OAuthTrouble``."""
    form = application(account) | {"scope": account.settings.scope}
    answer = _asked(account, account.settings.device_url, form)
    # Google says verification_url, as the drafts did
    page = in_one_line(answer.get("verification_uri") or answer.get("verification_url"))
    code = in_one_line(answer.get("user_code"))
    device_code = answer.get("device_code")
    if not (page.startswith(("https://", "http://")) and code and isinstance(device_code, str)):
        raise told.unreachable(account, "réponse sans code à saisir")
    period = _seconds(answer.get("expires_in"), _PERIOD, _LONGEST_PERIOD)
    return Invitation(
        page,
        code,
        device_code,
        pause=_seconds(answer.get("interval"), _PAUSE, _LONGEST_PAUSE),
        expires_at=clock() + timedelta(seconds=period),
    )


def await_agreement(
    account: Account, invitation: Invitation, clock: Clock, wait: Callable[[float], None]
) -> Mapping[str, Any]:
    """The provider's answer once the person has agreed. Raises ``OAuthTrouble``."""
    form = application(account) | {
        "grant_type": _DEVICE,
        "device_code": invitation.device_code,
    }
    pause = invitation.pause
    while clock() < invitation.expires_at:
        wait(pause)
        try:
            return post(account.settings.token_url, form)
        except Unreachable:  # ask less often (RFC 8628, 3.5)
            pause = min(2 * pause, _LONGEST_PAUSE)
        except Refused as refusal:
            if refusal.code == "slow_down":
                pause = min(pause + _PAUSE, _LONGEST_PAUSE)
            elif refusal.code == "expired_token":
                break
            elif refusal.code != "authorization_pending":
                raise _no(account, refusal) from refusal
    raise OAuthTrouble(
        f"Le code pour {account.what} n’a pas été saisi à temps : rien n’a changé. "
        f"Relancez « {account.mend} » pour en avoir un autre."
    )


# --- by the browser (RFC 8252, with PKCE, RFC 7636) -------------------------------------------


@dataclass(frozen=True)
class Errand:
    """What the browser is sent for, and the secrets by which its return is known."""

    page: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def errand(account: Account) -> Errand:
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": account.settings.client_id,
        "redirect_uri": _BACK_HERE,
        "scope": account.settings.scope,
        "state": state,
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        "login_hint": account.user,
        # Google gives a refresh token only so, and the second time only with « consent »
        "access_type": "offline",
        "prompt": "consent",
    }
    return Errand(f"{account.settings.authorize_url}?{urlencode(asked)}", state, verifier)


def come_back(account: Account, sent: Errand, address: str) -> Mapping[str, Any]:
    """The provider's answer to the code in the address the browser ended at (RFC 6749, 4.1.2).
    Raises ``OAuthTrouble``.
    """
    try:
        said = parse_qs(urlsplit(address.strip()).query, max_num_fields=50)
    except ValueError:
        said = {}
    [code], [error], [state] = (said.get(name, [""])[:1] for name in ("code", "error", "state"))
    if not secrets.compare_digest(state.encode(), sent.state.encode()) or not (code or error):
        raise OAuthTrouble(
            "Ce n’est pas l’adresse attendue : copiez en entier celle qu’affiche le navigateur à "
            f"la fin ({_BACK_HERE}/?…), du même essai. Relancez « {account.mend} »."
        )
    if error:
        raise _no(account, Refused(in_one_line(error)))
    form = application(account) | {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _BACK_HERE,
        "code_verifier": sent.verifier,
    }
    return _asked(account, account.settings.token_url, form)


def _asked(account: Account, url: str, form: Mapping[str, str]) -> dict[str, Any]:
    try:
        return post(url, form)
    except Refused as refusal:
        raise _no(account, refusal) from refusal
    except Unreachable as error:
        raise told.unreachable(account, error) from error


def _no(account: Account, refusal: Refused) -> OAuthTrouble:
    if refusal.code == "access_denied":
        return OAuthTrouble(
            f"L’accord pour {account.what} a été refusé : rien n’a changé. Relancez "
            f"« {account.mend} » et acceptez, avec un compte qui ouvre {account.user}."
        )
    return told.refused(account, refusal)


def _seconds(value: object, otherwise: int, most: int) -> int:
    return min(max(value, 1), most) if isinstance(value, int) else otherwise
