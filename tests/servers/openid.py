"""A provider of accounts on this machine (OpenID Connect): honest, and lying where a test says so."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.http import serving

CLIENT, SECRET = "doleances", "secret de l’application"
Claims = dict[str, Any]


@dataclass(frozen=True)
class Key:
    name: str
    private: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    @property
    def public(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(
            jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key())
        )
        return told | {"kid": self.name, "use": "sig", "alg": "RS256"}


@dataclass
class Provider:
    """``person`` is who sits at the browser. Every code is good once, for whoever began."""

    clock: Callable[[], float]
    person: Claims = field(default_factory=dict)
    keys: list[Key] = field(default_factory=lambda: [Key("k1")])
    lies: Claims = field(default_factory=dict)  # instead of what the token would say; None: nothing
    sign: Callable[["Provider", Claims], str] | None = None
    documents: Claims = field(default_factory=dict)  # instead of what it would say of itself
    silent: bool = False
    port: int = 0
    codes: dict[str, Claims] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # paths
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def agrees(self, address: str) -> str:
        """What a browser does there: the query with which it is sent back."""
        asked = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = f"code-{next(self._numbers)}"
        self.codes[code] = asked
        return urlencode({"code": code, "state": asked["state"]})

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, Claims]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            known = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            return 200, known | self.documents
        if path == "/keys":
            return 200, {"keys": [key.public for key in self.keys]}
        if form.get("client_secret") != SECRET or form.get("client_id") != CLIENT:
            return 401, {"error": "invalid_client"}
        begun = self.codes.pop(form.get("code", ""), None)
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
        if (
            not begun
            or begun["code_challenge"] != proof
            or begun["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {"token_type": "Bearer", "access_token": "x", "id_token": self._token(begun)}

    def _token(self, begun: Claims) -> str:
        now = int(self.clock())
        said = {
            "iss": self.issuer,
            "sub": "7",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 3600,
            "nonce": begun["nonce"],
            **self.person,
        } | self.lies
        claims = {name: value for name, value in said.items() if value is not None}
        return self.sign(self, claims) if self.sign else signed(self.keys[0], claims)


def signed(key: Key, claims: Claims, name: str = "") -> str:
    return jwt.encode(claims, key.private, "RS256", {"kid": name or key.name})


@contextmanager
def provider(clock: Callable[[], float]) -> Iterator[Provider]:
    here = Provider(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({})

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say({name: value for name, [value] in parse_qs(data).items()})

        def _say(self, form: dict[str, str]) -> None:
            if here.silent:
                self.send_error(503)
                return
            status, document = here.answer(self.path, form)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as here.port:
        yield here
