"""What is wrong with a line to a server, told by its kind; and what its clock says."""

import difflib
import re
import socket
import ssl
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from config.mailboxes import MailboxSettings
from config.settings import SmtpSettings

_SECONDS = 10.0
# OpenSSL's X509_V_ERR_… (x509_vfy.h)
_CERTIFICATE = {
    9: "not_yet_valid",
    10: "expired",
    18: "self_signed",
    19: "self_signed",
    20: "self_signed",
    21: "self_signed",
    62: "wrong_name",
    64: "wrong_name",
}
# By name: the libraries that raise them live in other rooms.
_SIGN_IN = frozenset({"LoginError", "SMTPAuthenticationError"})
_MUTE = frozenset({"SMTPTimeoutError", "SMTPConnectTimeoutError", "SMTPReadTimeoutError"})
_DATE = re.compile(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}"
)


@dataclass(frozen=True)
class Line:
    """A line of the settings; ``key`` is the table it stands in."""

    key: str
    settings: MailboxSettings | SmtpSettings

    @property
    def facts(self) -> dict[str, object]:
        """What a sentence about it may tell of."""
        one = self.settings
        where = f"{one.host}:{one.port}"
        return {"key": self.key, "host": one.host, "where": where, "user": one.user}


def kind_of(error: BaseException) -> str | None:
    """The kind of fault behind what a room raised, as ``daemon.sentences`` calls it."""
    kinds = (_kind(cause) for cause in _causes(error))
    return next((kind for kind in kinds if kind), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """What was raised and what it was raised for, the innermost first: it knows best."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return reversed(chain)


def _kind(error: BaseException) -> str | None:
    name = type(error).__name__
    if name in _SIGN_IN:
        return "login"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(error.verify_code)
    if isinstance(error, ssl.SSLError):
        return "no_tls"
    if isinstance(error, socket.gaierror):
        return "unknown_host"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "mute" if isinstance(error, TimeoutError) or name in _MUTE else None


def nearest(folder: str, known: Sequence[str]) -> str:
    """The folder that was probably meant: accents, capitals and a letter apart; empty if none."""
    plain = {_plain(name): name for name in known}
    close = difflib.get_close_matches(_plain(folder), list(plain), n=1, cutoff=0.75)
    return plain[close[0]] if close else ""


def _plain(name: str) -> str:
    parted = unicodedata.normalize("NFD", name.casefold())
    return "".join(c for c in parted if not unicodedata.combining(c))


def clock_of(settings: SmtpSettings) -> datetime | None:
    """The time of the outgoing server, where its greeting says it (Exim, Exchange, sendmail do)."""
    try:
        with socket.create_connection((settings.host, settings.port), _SECONDS) as line:
            if settings.tls != "tls":
                return _date_in(line.recv(1000))
            context = ssl.create_default_context(cafile=settings.ca_file)
            with context.wrap_socket(line, server_hostname=settings.host) as sealed:
                return _date_in(sealed.recv(1000))
    except (OSError, UnicodeError):
        return None  # the line has a point of its own


def _date_in(greeting: bytes) -> datetime | None:
    found = _DATE.search(greeting)
    if not found:
        return None
    try:
        return parsedate_to_datetime(found[0].decode("ascii"))
    except ValueError:
        return None
