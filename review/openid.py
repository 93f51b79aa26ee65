"""Who somebody is, on the word of the office's provider of accounts (OpenID Connect Core 1.0).

Authorization code flow (§3.1) with PKCE (RFC 7636), ``state`` and ``nonce``. Nothing is kept of a
sign-in under way: one secret lies in the browser's cookie, and all three are derived from it, so
that any daemon may take up what another began. Keys are fetched at each sign-in: a key that was
changed is known, one that was withdrawn no longer serves.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode, urlsplit

from config.sentence import Sentence
from config.settings import OpenIdSettings, WebSettings
from config.trouble import Trouble
from config.values import LOOPBACK
from ingest.oauth import endpoint

MINUTES = 10  # from leaving for the provider to coming back
BACK = "/connexion/retour"
_SKEW = 120  # seconds by which the provider's clock and ours may differ
_ALGORITHMS = ("RS256", "ES256", "PS256")  # never none, never one whose key both sides know
_LONGEST = 16_000  # characters of a token
_AT_ONCE = 4  # sign-ins that ask the provider; one that hangs must not hold every thread
_asking = BoundedSemaphore(_AT_ONCE)


class NotVouched(Trouble):
    """The provider does not say who this is, or says it in a way that proves nothing."""


class Silent(Trouble):
    """The provider cannot be asked, for now."""


@dataclass(frozen=True)
class _Endpoints:
    """What the provider says of itself (OpenID Connect Discovery 1.0, §3)."""

    authorization: str
    token: str
    keys: str


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def departure(web: WebSettings, secret: str, now: datetime) -> str:
    """The provider's address to which the browser is sent. Raises ``Silent``."""
    openid = _of(web)
    with _in_turn():
        address = _discovered(openid.issuer, _hour(now)).authorization
    challenge = hashlib.sha256(_derived(secret, "verifier").encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": openid.client_id,
        "redirect_uri": _back(web),
        "scope": "openid email profile",
        "state": _derived(secret, "state"),
        "nonce": _derived(secret, "nonce"),
        "code_challenge": _text(challenge),
        "code_challenge_method": "S256",
        "prompt": "select_account",  # at a shared machine, not whoever sat there before
    }
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def vouched(web: WebSettings, secret: str, answer: Mapping[str, str], now: datetime) -> str:
    """The address of whoever comes back from the provider. Raises ``NotVouched`` or ``Silent``.

    ``answer`` are the parameters of the address to which the provider sent the browser.
    """
    openid = _of(web)
    if not secret or not _same(answer.get("state", ""), _derived(secret, "state")):
        raise NotVouched(
            "Cette connexion n’a pas été commencée dans ce navigateur, ou il y a plus de dix "
            "minutes. Recommencez depuis la page de connexion."
        )
    # A provider that names itself must be ours (RFC 9207, §2.4).
    if answer.get("iss", openid.issuer) != openid.issuer:
        raise NotVouched(_UNPROVEN)
    if "error" in answer or not answer.get("code"):
        raise NotVouched(
            "Le fournisseur du compte ne vous a pas laissé entrer, ou vous avez renoncé. Réessayez, "
            "ou entrez avec votre mot de passe."
        )
    with _in_turn():
        token, keys = _exchanged(web, openid, secret, answer["code"], now)
    claims = _signed(openid, token, keys)
    _check(openid, claims, _derived(secret, "nonce"), now)
    return _address(openid, claims)


def _exchanged(
    web: WebSettings, openid: OpenIdSettings, secret: str, code: str, now: datetime
) -> tuple[str, Mapping[str, Any]]:
    """The identity token for a code, and the keys that may have signed it."""
    there = _discovered(openid.issuer, _hour(now))
    try:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": _back(web),
            "client_id": openid.client_id,
            "client_secret": openid.secret(),
            "code_verifier": _derived(secret, "verifier"),
        }
    except OSError as error:
        raise Silent(
            f"Le secret de l’application ne peut pas être lu ({error.strerror}) : prévenez la "
            "personne qui s’occupe du serveur."
        ) from error
    try:
        token = endpoint.post(there.token, form).get("id_token")
        keys = endpoint.get(there.keys)
    except endpoint.Refused as error:
        if error.code == "invalid_client":
            raise Silent(
                "Le fournisseur refuse l’application du cabinet : son secret est faux ou échu. "
                "Prévenez la personne qui s’occupe du serveur, et entrez avec votre mot de passe."
            ) from error
        raise NotVouched(_USED) from error
    except endpoint.Unreachable as error:
        raise Silent(_SILENT) from error
    if not isinstance(token, str) or len(token) > _LONGEST:
        raise NotVouched(_UNPROVEN)
    return token, keys


def _signed(openid: OpenIdSettings, token: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a token says, if a key of the provider signed it for us (OpenID Connect Core, 3.1.3.7).
    Its dates are checked apart: the time is a value here.
    """
    import jwt  # with its cryptography, only whoever signs in this way pays for it

    try:
        head = jwt.get_unverified_header(token)
        known = [
            key
            for key in jwt.PyJWKSet.from_dict(dict(keys)).keys
            if key.public_key_use in (None, "sig") and key.key_id == head.get("kid")
        ]
        if len(known) != 1 or head.get("alg") not in _ALGORITHMS:
            raise NotVouched(_UNPROVEN)
        claims: dict[str, Any] = jwt.decode(
            token,
            known[0].key,
            algorithms=[head["alg"]],
            audience=openid.client_id,
            issuer=openid.issuer,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat", "nonce"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    # What a stranger sends in place of a token or of keys may fail in any way of its libraries.
    except (
        jwt.PyJWTError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
    ) as error:
        raise NotVouched(_UNPROVEN) from error
    return claims


def _check(openid: OpenIdSettings, claims: Mapping[str, Any], nonce: str, now: datetime) -> None:
    """Made for this sign-in, for us alone, and of about now. Raises ``NotVouched``."""
    ours = claims["aud"] in (openid.client_id, [openid.client_id])
    if not ours or claims.get("azp", openid.client_id) != openid.client_id:
        raise NotVouched(_UNPROVEN)
    if not _same(str(claims["nonce"]), nonce):
        raise NotVouched(_UNPROVEN)
    moments = [claims["iat"], claims["exp"], claims.get("nbf", claims["iat"])]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in moments):
        raise NotVouched(_UNPROVEN)
    issued, expires, begins = moments
    here = now.timestamp()
    early, late = max(issued, begins) > here + _SKEW, expires <= here - _SKEW
    if early or late or issued < here - MINUTES * 60 - _SKEW:
        raise NotVouched(_CLOCK)


def _address(openid: OpenIdSettings, claims: Mapping[str, Any]) -> str:
    """Whose account it is, lower case. Raises ``NotVouched`` where the provider does not vouch for
    the address (see docs/decisions/openid.md).
    """
    if openid.tenant is not None:
        # ``email`` is what anybody wrote into the directory; the name to sign in with is the
        # directory's own, on a domain that it has proved, unless a guest bears it.
        mine = claims.get("tid") == openid.tenant and "idp" not in claims
        address = claims.get("preferred_username") if mine else None
    else:
        address = claims.get("email") if claims.get("email_verified") is True else None
    if not isinstance(address, str) or "@" not in address or "#" in address or len(address) > 254:
        raise NotVouched(
            "Le fournisseur ne garantit pas l’adresse de ce compte : personne n’est entré. Prenez "
            "votre compte du cabinet, ou entrez avec votre mot de passe."
        )
    return address.strip().lower()


@lru_cache(maxsize=4)  # what fails is not kept
def _discovered(issuer: str, hour: int) -> _Endpoints:
    """What the provider says of itself, asked once an hour. Raises ``Silent``."""
    del hour
    try:
        document = endpoint.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    except (endpoint.Refused, endpoint.Unreachable) as error:
        raise Silent(_SILENT) from error
    found = _Endpoints(
        *(
            str(document.get(name, ""))
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        )
    )
    ours = document.get("issuer") == issuer
    if not ours or not all(
        _is_safe(one, issuer) for one in (found.authorization, found.token, found.keys)
    ):
        raise Silent(
            Sentence(
                "Le fournisseur ne se présente pas comme « {issuer} » : le réglage "
                "web.openid.issuer est à vérifier. Entrez avec votre mot de passe.",
                issuer=issuer,
            )
        )
    return found


def _is_safe(address: str, issuer: str) -> bool:
    """https, or this machine itself where the provider is on it."""
    there = urlsplit(address)
    if urlsplit(issuer).scheme == "http":
        return there.scheme == "http" and there.hostname in LOOPBACK
    return there.scheme == "https" and bool(there.hostname)


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _asking.acquire(blocking=False):
        raise Silent(_SILENT)
    try:
        yield
    finally:
        _asking.release()


def _of(web: WebSettings) -> OpenIdSettings:
    if web.openid is None:
        raise Silent("Le cabinet n’a pas réglé cette façon d’entrer.")
    return web.openid


def _back(web: WebSettings) -> str:
    return f"{web.public_url.rstrip('/')}{BACK}"


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // 3600


def _derived(secret: str, name: str) -> str:
    return _text(hmac.digest(secret.encode(), name.encode(), "sha256"))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


_SILENT = (
    "Le fournisseur du compte ne répond pas : personne n’est entré. Réessayez dans une minute, ou "
    "entrez avec votre mot de passe."
)
_USED = (
    "Cette connexion a déjà servi ou a trop attendu : personne n’est entré. Recommencez depuis la "
    "page de connexion."
)
_UNPROVEN = (
    "La réponse du fournisseur ne prouve pas qui vous êtes : personne n’est entré. Recommencez ; si "
    "cela revient, prévenez la personne qui s’occupe du serveur."
)
_CLOCK = (
    "La réponse du fournisseur est échue, ou l’heure de ce serveur est fausse : personne n’est "
    "entré. Recommencez ; si cela revient, prévenez la personne qui s’occupe du serveur."
)
