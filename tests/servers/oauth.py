"""A provider of tokens on this machine: it rotates refresh tokens, and misbehaves by a script."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from threading import Event, Lock
from time import time
from typing import Any
from urllib.parse import parse_qs

from tests.servers.http import serving

KEY = b"une clef de trente-deux octets !"


@dataclass(frozen=True)
class Reply:
    """What one request is answered instead; until the server ends ``silent`` says nothing, and
    ``drips`` never comes to an end.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    drips: bool = False


def says(error: str, words: str = "", status: int = 400) -> Reply:
    """An error as RFC 6749, 5.2 wants it."""
    return Reply(status, json.dumps({"error": error, "error_description": words}).encode())


@dataclass
class Provider:
    """Every refresh token is good once. ``forms`` is what was asked, in order."""

    user: str = "plaintes"
    key: bytes = KEY
    lifetime: int = 3600
    good: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(
        default_factory=dict
    )  # device and authorization codes → challenge
    forms: list[dict[str, str]] = field(default_factory=list)
    script: deque[Reply] = field(default_factory=deque)
    port: int = 0
    # RFC 6749, 6 leaves it to the provider whether it names a refresh token anew; Google does not.
    rotates: bool = True
    _numbers: Iterator[int] = field(default_factory=count)
    _lock: Lock = field(default_factory=Lock)
    over: Event = field(default_factory=Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def refreshes(self) -> int:
        return sum(form.get("grant_type") == "refresh_token" for form in self.forms)

    def granted(self) -> dict[str, Any]:
        """Tokens, as for somebody who has just agreed."""
        number = next(self._numbers)
        self.good.add(f"renouveler-{number}")
        return {
            "token_type": "Bearer",
            "access_token": self._signed(number),
            "refresh_token": f"renouveler-{number}",
            "expires_in": self.lifetime,
        }

    def answer(self, path: str, form: dict[str, str]) -> Reply:
        with self._lock:
            self.forms.append(form)
            if self.script:
                return self.script.popleft()
            answer = self._invitation() if path == "/device" else self._grant(form)
            if answer is None:
                return says("invalid_grant", "AADSTS70008: jeton échu.\r\nTrace ID: 123")
            return Reply(body=json.dumps(answer).encode())

    def _invitation(self) -> dict[str, Any]:
        self.codes["l-appareil"] = ""
        return {
            "device_code": "l-appareil",
            "user_code": "WDJB-MJHT",
            "verification_uri": f"{self.address}/appareil",
            "expires_in": 600,
            "interval": 1,
        }

    def _grant(self, form: dict[str, str]) -> dict[str, Any] | None:
        kind = form["grant_type"]
        if kind == "client_credentials":
            if form["client_secret"] != "secret de l’application":
                return None
            return {name: v for name, v in self.granted().items() if name != "refresh_token"}
        if kind == "refresh_token":
            if form["refresh_token"] not in self.good:
                return None
            if not self.rotates:
                return {name: v for name, v in self.granted().items() if name != "refresh_token"}
            self.good.discard(form["refresh_token"])
            return self.granted()
        challenge = self.codes.pop(form.get("code") or form["device_code"], None)
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return self.granted() if challenge in ("", _text(hashed)) else None

    def _signed(self, number: int) -> str:
        """RFC 7519 with HS256, which Dovecot can check by itself."""
        head = {"alg": "HS256", "typ": "JWT", "kid": "default"}
        body = {"sub": self.user, "jti": str(number), "exp": int(time()) + 3600}
        signed = ".".join(_text(json.dumps(part).encode()) for part in (head, body))
        return f"{signed}.{_text(hmac.digest(self.key, signed.encode(), 'sha256'))}"


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def provider() -> Iterator[Provider]:
    here = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: value for name, [value] in parse_qs(data).items()}
            reply = here.answer(self.path, form)
            if reply.silent:
                here.over.wait()
                return
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            with suppress(OSError):
                while reply.drips and not here.over.wait(0.05):
                    self.wfile.write(b" ")

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as here.port:
        try:
            yield here
        finally:
            here.over.set()
