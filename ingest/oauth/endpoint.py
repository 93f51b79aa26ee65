"""Ask a provider: a form posted or an address read, one JSON object answered, in bounded time and
memory.
"""

import http.client
import json
import urllib.request
from collections.abc import Mapping
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

_SECONDS = 15.0  # of silence, and for the whole of an answer
_LARGEST = 100_000  # bytes of an answer; tokens of Microsoft have a few thousand
_PASSING = frozenset({"temporarily_unavailable", "server_error"})


class Refused(Exception):
    """The provider says no: a code of RFC 6749, 5.2 or RFC 8628, 3.5, and its own words."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(f"{code} : {words}" if words else code)
        self.code = code
        self.words = words


class Unreachable(Exception):
    """No usable answer, for now: the network, an outage, or something that is no such endpoint."""


def post(url: str, form: Mapping[str, str]) -> dict[str, Any]:
    """What the endpoint answers to a form. Raises ``Refused`` or ``Unreachable``."""
    return _asked(
        urllib.request.Request(
            url, urlencode(form).encode(), {"Accept": "application/json"}, method="POST"
        )
    )


def get(url: str) -> dict[str, Any]:
    """What stands at an address. Raises ``Refused`` or ``Unreachable``."""
    return _asked(urllib.request.Request(url, headers={"Accept": "application/json"}))


def _asked(request: urllib.request.Request) -> dict[str, Any]:
    try:
        status, body = _answer(request)
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise Unreachable(str(reason)[:200] or type(error).__name__) from error
    return _judged(status, _document(body))


def _answer(request: urllib.request.Request) -> tuple[int, bytes]:
    end = monotonic() + _SECONDS
    with _opener(request.full_url).open(request, timeout=_SECONDS) as response:
        return response.status, _body(response, end)


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Follows no redirection: secrets go to the address of the settings, or nowhere. No proxy
    within this machine; elsewhere what the environment says.
    """
    here = urlsplit(url).scheme == "http"
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.ProxyHandler({} if here else None))
    opener.add_handler(urllib.request.HTTPHandler())
    opener.add_handler(urllib.request.HTTPSHandler())
    return opener


def _body(response: Any, end: float) -> bytes:
    """The body, unless it is too large or drips for too long."""
    body = b""
    while part := response.read1(_LARGEST):
        body += part
        if len(body) > _LARGEST:
            raise Unreachable("réponse trop longue")
        if monotonic() > end:
            raise Unreachable("réponse trop lente")
    return body


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _judged(status: int, document: dict[str, Any]) -> dict[str, Any]:
    code = document.get("error")
    if status >= 500 or code in _PASSING:
        raise Unreachable(f"panne passagère, code {status}")
    if isinstance(code, str) and code:
        raise Refused(in_one_line(code), in_one_line(document.get("error_description")))
    if status == 429:
        raise Unreachable("trop de demandes, code 429")
    if status != 200 or not document:
        raise Unreachable(f"réponse incompréhensible, code {status}")
    return document


def in_one_line(words: object) -> str:
    """The first line of what a provider says: it is shown on pages and terminals."""
    first = words.strip().split("\n")[0] if isinstance(words, str) else ""
    return "".join(char for char in first if char.isprintable())[:200].strip()
