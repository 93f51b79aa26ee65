"""SMTP servers that behave as a test wants: they keep what they get, or misbehave by a script."""

import asyncio
import shutil
import socket
import ssl
import tempfile
from base64 import b64decode
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any, Literal, Self, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificates import issue
from tests.servers.process import PATIENCE

Encryption = Literal["none", "starttls", "tls"]
Stage = Literal["MAIL", "RCPT", "DATA"]


@dataclass(frozen=True)
class Received:
    """A message that the server has taken; an empty sender is ``MAIL FROM:<>``."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


@dataclass(frozen=True)
class Refuse:
    """Answer this code, with nothing stored; to this address only, this many times only, in this
    share of the cases that are left.
    """

    at: Stage
    code: int
    address: str = ""
    times: int | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Cut:
    """Cut the connection instead of answering; at DATA the message is stored already."""

    at: Stage = "DATA"
    address: str = ""
    times: int | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Delay:
    """Answer late; at DATA the message is stored already."""

    at: Stage
    seconds: float
    address: str = ""
    times: int | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Garble:
    """Answer this line, whatever it means; at DATA the message is stored already."""

    at: Stage
    line: str
    address: str = ""
    times: int | None = None
    share: float = 1.0


Misdeed = Refuse | Cut | Delay | Garble
M = TypeVar("M", Refuse, Cut, Delay, Garble)


class SmtpSink:
    """Takes every message into ``received``, as far as its ``script`` lets it.

    With ``users`` nobody sends without signing in. Clients trust ``ca_file``. Mails of more than
    ``size`` bytes are refused, which EHLO says; so are, without ``utf8``, addresses with accents.
    """

    def __init__(
        self,
        *script: Misdeed,
        encryption: Encryption = "none",
        users: Mapping[str, str] | None = None,
        tokens: Mapping[str, str] | None = None,
        size: int = 33_554_432,
        utf8: bool = False,
    ) -> None:
        self._size, self._utf8 = size, utf8
        self.received: list[Received] = []
        self.port = 0
        self.greeted = 0  # connections, broken ones too
        self._encryption = encryption
        self._users = dict(users or {})
        self._folder = Path(tempfile.mkdtemp(prefix="sink-"))
        self._certificate = issue(self._folder)
        self.ca_file = self._certificate.ca
        self._thread: Thread | None = None
        self._connections: list[SMTP] = []
        must_sign_in = bool(self._users or tokens)
        self._handler = _Handler(self.received, must_sign_in=must_sign_in)
        self._handler.tokens = dict(tokens or {})
        self.play(*script)

    def play(self, *script: Misdeed) -> None:
        """Misbehave like this from now on; without a script, behave.

        What refuses goes before what delays, and that before what cuts, wherever it stands.
        """
        self._handler.play(script)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Listen; after a stop, on the same port as before."""
        started: Future[int] = Future()
        thread = Thread(target=asyncio.run, args=(self._serve(started),), daemon=True)
        thread.start()
        self.port = started.result(PATIENCE)
        self._thread = thread

    def stop(self) -> None:
        """Cut every connection and refuse new ones; what was received stays."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(PATIENCE)
            self._thread = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _serve(self, started: "Future[int]") -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        context = self._certificate.context()
        try:
            server = await self._loop.create_server(
                lambda: self._connection(context),
                "127.0.0.1",
                self.port,
                ssl=context if self._encryption == "tls" else None,
            )
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(server.sockets[0].getsockname()[1])
        await self._stopping.wait()
        server.close()
        for connection in self._connections:
            line = connection.transport
            # Python 3.11.2 fails on cutting a TLS line that is closed already.
            if isinstance(line, asyncio.Transport) and not line.is_closing():
                line.abort()
        self._connections.clear()
        await asyncio.sleep(0)

    def _connection(self, context: ssl.SSLContext) -> SMTP:
        connection = SMTP(
            self._handler,
            hostname="localhost",
            loop=self._loop,
            tls_context=context if self._encryption == "starttls" else None,
            require_starttls=True,
            auth_require_tls=self._encryption == "starttls" or not self._users,
            authenticator=self._authenticate,
            data_size_limit=self._size,
            enable_SMTPUTF8=self._utf8,
        )
        self.greeted += 1
        self._connections.append(connection)
        return connection

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        expected = self._users.get(data.login.decode())
        return AuthResult(success=expected == data.password.decode(), handled=False)


class _Handler:
    """What aiosmtpd asks at each stage of a dialogue."""

    def __init__(self, received: list[Received], *, must_sign_in: bool) -> None:
        self._received = received
        self._must_sign_in = must_sign_in
        self.tokens: dict[str, str] = {}

    def play(self, script: Sequence[Misdeed]) -> None:
        self._script = script
        self._played: Counter[Misdeed] = Counter()
        self._chance = Random(len(script))  # the same for the same script

    async def auth_XOAUTH2(self, server: SMTP, args: Sequence[str]) -> AuthResult:
        """Microsoft's and Google's way: user and bearer token in one word."""
        said = b64decode(args[1]).decode() if len(args) > 1 else ""
        right = [
            f"user={user}\x01auth=Bearer {token}\x01\x01" for user, token in self.tokens.items()
        ]
        return AuthResult(success=said in right, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._must_sign_in and not session.authenticated:
            return "530 5.7.0 Authentication required"
        refusal = self._refusal("MAIL", {address})
        if refusal:
            return refusal
        envelope.mail_from = address
        return await self._answer(server, "MAIL", {address})

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._refusal("RCPT", {address})
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return await self._answer(server, "RCPT", {address})

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        refusal = self._refusal("DATA", envelope.rcpt_tos)
        if refusal:
            return refusal
        data = envelope.content
        assert isinstance(data, bytes)
        sender = (envelope.mail_from or "").removeprefix("<>")
        self._received.append(Received(sender, tuple(envelope.rcpt_tos), data))
        return await self._answer(server, "DATA", envelope.rcpt_tos)

    def _refusal(self, at: Stage, addresses: Collection[str]) -> str:
        refuse = self._next(Refuse, at, addresses)
        return f"{refuse.code} refused by the script" if refuse else ""

    async def _answer(self, server: SMTP, at: Stage, addresses: Collection[str]) -> str:
        delay = self._next(Delay, at, addresses)
        if delay:
            await asyncio.sleep(delay.seconds)
        if self._next(Cut, at, addresses):
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        garble = self._next(Garble, at, addresses)
        return garble.line if garble else "250 OK"

    def _next(self, kind: type[M], at: Stage, addresses: Collection[str]) -> M | None:
        """The misdeed of this kind that is due now, if any; it counts as played."""
        for misdeed in self._script:
            if not isinstance(misdeed, kind) or misdeed.at != at:
                continue
            if misdeed.address and misdeed.address not in addresses:
                continue
            if misdeed.share < 1 and self._chance.random() >= misdeed.share:
                continue
            if self._played[misdeed] != misdeed.times:
                self._played[misdeed] += 1
                return misdeed
        return None


class SilentServer:
    """Accepts connections on ``port`` and never says a word."""

    def __enter__(self) -> Self:
        # the kernel completes the connections of a socket that nobody reads
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._listener.getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
