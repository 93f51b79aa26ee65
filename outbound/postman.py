"""Hand letters to an SMTP server, and know whether they left."""

import asyncio
import logging
import re
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
)

from config.settings import SmtpSettings
from config.trouble import Trouble
from ingest.oauth.account import OAuthTrouble

log = logging.getLogger(__name__)

# Seconds for each stage of a dialogue, whatever the time-out of one command. Reached and addressed
# twice at most, a letter's dialogue ends well before the lease after which it counts as abandoned.
_TO_REACH, _TO_ADDRESS, _TO_HAND_OVER, _TO_LEAVE = 60.0, 60.0, 240.0, 10.0
LONGEST = 2 * (_TO_REACH + _TO_ADDRESS) + _TO_HAND_OVER + _TO_LEAVE  # seconds
_PER_CONNECTION = 100  # letters; many servers hang up after some hundred
_LONGEST_ANSWER = 500  # characters kept of what a server says
# « Not now, nobody »: what servers say of the pace, not of the letter, whatever the code.
_TOO_FAST = re.compile(
    r"\b[45]\.4\.5\b|rate[- ]?limit|too (?:many|fast)|throttl|slow down|sending (?:limit|quota|rate)"
    r"|limit(?:e)? (?:d['’]envoi|exceeded)|quota d['’]envoi|exceeded .{0,40}(?:rate|per (?:hour|day|minute))",
    re.IGNORECASE,
)
T = TypeVar("T")


class Postman(Protocol):
    def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
        """Send a letter to its first recipient, with copies to the others; what the server said.

        Raises ``Undelivered`` only when the letter surely did not leave, ``Uncertain`` when
        nobody can know.
        """


class Undelivered(Trouble):
    """The letter did not leave; ``hopeless`` when trying again cannot help; ``closed`` when the
    server takes no letter at all for now, so that none is at fault and all wait.
    """

    def __init__(self, reason: str, *, hopeless: bool, closed: bool = False) -> None:
        super().__init__(reason)
        self.hopeless = hopeless
        self.closed = closed


class Uncertain(Exception):
    """The line broke after the letter was handed over: sent, or not?"""


class _HungUp(Undelivered):
    """The server hung up, or says it does, before it had the letter."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, hopeless=False, closed=True)


@dataclass(frozen=True)
class SmtpPostman:
    """Speaks the stages one by one, to know where it broke."""

    settings: SmtpSettings
    token: Callable[[], str] | None = None  # where passwords are not taken

    def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
        """See ``Postman.send``: one letter over a connection of its own."""
        with self.burst() as line:
            return line.send(sender, recipients, data)

    @contextmanager
    def burst(self) -> Iterator["Line"]:
        """One connection for some letters on end, made when the first one needs it."""
        with asyncio.Runner() as runner:
            line = Line(self, runner)
            try:
                yield line
            finally:
                line.close()

    def try_out(self) -> None:
        """Connect and sign in, send nothing. Raises ``Undelivered``."""
        asyncio.run(self._try_out())

    async def _try_out(self) -> None:
        await take_leave(await self.reach())

    async def reach(self) -> SMTP:
        """A signed-in connection. Raises ``Undelivered``."""
        server = self._server()
        try:
            async with asyncio.timeout(_TO_REACH):
                await self._sign_in(server)
        except BaseException as error:
            await _hang_up(server)
            if isinstance(error, OAuthTrouble):
                raise Undelivered(str(error), hopeless=False, closed=True) from error
            if isinstance(error, SMTPException | OSError | ValueError):
                # Nothing of this is the letter's fault: it waits until the server is mended.
                raise Undelivered(self._french(error), hopeless=False, closed=True) from error
            raise
        return server

    async def _sign_in(self, server: SMTP) -> None:
        await server.connect()
        if self.token:
            token = await asyncio.to_thread(self.token)  # it may ask the provider
            await server.auth_xoauth2(self.settings.user, token)
        elif self.settings.user:
            await server.login(self.settings.user, self.settings.secret())
        if server.is_ehlo_or_helo_needed:  # what it can take is known before a letter is shown
            try:
                await server.ehlo()
            except SMTPHeloError:
                await server.helo()

    def _server(self) -> SMTP:
        context = None
        if self.settings.tls != "none":
            context = ssl.create_default_context(cafile=self.settings.ca_file)
        return SMTP(
            hostname=self.settings.host,
            port=self.settings.port,
            use_tls=self.settings.tls == "tls",
            # Never left to chance: the library would send in clear where STARTTLS is missing.
            start_tls=self.settings.tls == "starttls",
            tls_context=context,
            timeout=self.settings.timeout_seconds,
        )

    async def address(self, server: SMTP, letter: "_Letter") -> str:
        """Name sender and recipients; what is to be told of copies that are refused."""
        options, encoding = letter.options(server)
        sender, client, *copies = (_enveloped(one) for one in letter.people)
        await self._ask(server.mail(sender, options=options, encoding=encoding), _of_the_sender)
        await self._ask(server.rcpt(client, encoding=encoding), _of_the_letter)
        told = [await self._copy_to(server, copy, encoding) for copy in copies]
        return "".join(told)

    async def _ask(
        self, said: Awaitable[T], verdict: Callable[[SMTPResponseException], Undelivered]
    ) -> T:
        try:
            return await said
        except SMTPResponseException as refusal:
            raise _hung_up(refusal) or verdict(refusal) from refusal
        except (SMTPException, OSError) as error:
            raise _HungUp(self._french(error)) from error
        except ValueError as error:
            reason = f"l’adresse ne peut pas être donnée au serveur : {error}"
            raise Undelivered(reason, hopeless=True) from error

    async def _copy_to(self, server: SMTP, recipient: str, encoding: str) -> str:
        """The client's letter matters more than our copy of it."""
        try:
            await self._ask(server.rcpt(recipient, encoding=encoding), _of_the_letter)
        except _HungUp:
            raise
        except Undelivered as refusal:
            log.warning("copy of a letter: %s", refusal)
            return f" ; la copie au cabinet est refusée ({refusal})"
        return ""

    def _french(self, error: Exception) -> str:
        where = f"serveur d’envoi {self.settings.host}:{self.settings.port}"
        if isinstance(error, SMTPAuthenticationError) and self.token:
            return (
                f"{where} : jeton refusé ({error.code}). Vérifiez smtp.user, que l’envoi authentifié "
                "est ouvert à cette boîte chez le fournisseur, et sends = true lors de l’accord."
            )
        if isinstance(error, SMTPAuthenticationError):
            return f"{where} : identifiant ou mot de passe refusé. Corrigez smtp.user et le mot de passe."
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"{where} : certificat non reconnu ({error.verify_message}). Vérifiez smtp.host ou donnez smtp.ca_file."
        if isinstance(error, SMTPResponseException):
            return f"{where} : refus ({_said(error)})."
        reason = _readable(str(error)) or type(error).__name__
        return f"{where} : pas de réponse utilisable ({reason}). Vérifiez smtp.host, smtp.port, smtp.tls et le réseau."


class Line:
    """A connection that carries letter after letter, made anew where the server ended it."""

    def __init__(self, postman: SmtpPostman, runner: asyncio.Runner) -> None:
        self._postman, self._runner = postman, runner
        self._server: SMTP | None = None
        self._carried = 0

    def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
        """See ``Postman.send``."""
        return self._runner.run(self._send(_Letter((sender, *recipients), data)))

    def close(self) -> None:
        self._runner.run(self._let_go(politely=True))

    async def _send(self, letter: "_Letter") -> str:
        if self._carried >= _PER_CONNECTION:
            await self._let_go(politely=True)
        try:
            server, told = await self._addressed(letter)
            answer = await _hand_over(server, letter.data)
        except _HungUp:
            await self._let_go()
            raise
        except Undelivered:
            await self._start_over()
            raise
        except BaseException:
            await self._let_go()
            raise
        self._carried += 1
        return answer + told

    async def _addressed(self, letter: "_Letter") -> tuple[SMTP, str]:
        """A server that waits for the letter's words. One that hung up between two letters has
        none of this one: it is called again, once.
        """
        used = self._server is not None
        try:
            return await self._address(letter)
        except _HungUp:
            if not used:
                raise
            await self._let_go()
            return await self._address(letter)

    async def _address(self, letter: "_Letter") -> tuple[SMTP, str]:
        self._server = self._server or await self._postman.reach()
        try:
            async with asyncio.timeout(_TO_ADDRESS):
                return self._server, await self._postman.address(self._server, letter)
        except TimeoutError as error:
            raise _HungUp("le serveur d’envoi répond trop lentement") from error

    async def _start_over(self) -> None:
        """Wipe the refused letter's envelope off; without that, no other letter on this line."""
        if self._server is None:
            return
        try:
            await self._server.rset()
        except (SMTPException, OSError):
            await self._let_go()

    async def _let_go(self, *, politely: bool = False) -> None:
        server, self._server, self._carried = self._server, None, 0
        if server is not None:
            await (take_leave if politely else _hang_up)(server)


@dataclass(frozen=True)
class _Letter:
    """An envelope and what is in it."""

    people: tuple[str, ...]  # the sender, the client, who else gets a copy
    data: bytes

    def options(self, server: SMTP) -> tuple[list[str], str]:
        """What MAIL must announce, and how addresses are encoded. Raises ``Undelivered`` for what
        the server says beforehand that it cannot take (RFC 1870, RFC 6531, RFC 6152).
        """
        options, encoding = [], "ascii"
        if server.supports_extension("size"):
            options.append(f"size={len(self.data)}")
            most = server.esmtp_extensions.get("size", "")
            if most.isdecimal() and 0 < int(most) < len(self.data):
                raise Undelivered(_too_large(len(self.data), int(most)), hopeless=True)
        if strange := [one for one in self.people if not one.rpartition("@")[0].isascii()]:
            if not server.supports_extension("smtputf8"):
                reason = (
                    f"l’adresse {strange[0]} contient des lettres accentuées, que le serveur "
                    "d’envoi ne sait pas transmettre (SMTPUTF8). Demandez une autre adresse au "
                    "client, ou écrivez-lui par la poste."
                )
                raise Undelivered(reason, hopeless=True)
            options.append("SMTPUTF8")
            encoding = "utf-8"
        if not self.data.isascii() and server.supports_extension("8bitmime"):
            options.append("BODY=8BITMIME")
        return options, encoding


async def _hand_over(server: SMTP, data: bytes) -> str:
    """From here on, only a clear refusal proves that the letter did not leave."""
    try:
        async with asyncio.timeout(_TO_HAND_OVER):
            answer = await server.data(data)
    except SMTPResponseException as refusal:
        if not 400 <= refusal.code < 600:  # an answer that is none
            raise Uncertain(f"réponse incompréhensible à la remise ({_said(refusal)})") from refusal
        raise _hung_up(refusal) or _of_the_letter(refusal) from refusal
    except (SMTPException, OSError) as broken:
        reason = _readable(str(broken)) or type(broken).__name__
        raise Uncertain(f"la liaison s’est rompue pendant la remise ({reason})") from broken
    return _readable(f"{answer.code} {answer.message}")


async def take_leave(server: SMTP) -> None:
    """Say goodbye and hang up. What was said before counts, whatever becomes of this."""
    with suppress(SMTPException, OSError):
        async with asyncio.timeout(_TO_LEAVE):
            await server.execute_command(b"QUIT")  # quit() would leave the line half closed
    await _hang_up(server)


async def _hang_up(server: SMTP) -> None:
    """Cut the line. A TLS goodbye would go on after the loop has ended."""
    line = server.transport
    # Python 3.11.2 fails on cutting a TLS line that is closed already.
    if isinstance(line, asyncio.WriteTransport) and not line.is_closing():
        line.abort()
    server.close()
    await asyncio.sleep(0)  # the transport closes in the loop's next turn


def _hung_up(refusal: SMTPResponseException) -> _HungUp | None:
    """421 ends the connection at any stage (RFC 5321, 3.8)."""
    return _HungUp(f"le serveur ferme : {_said(refusal)}") if refusal.code == 421 else None


def _of_the_letter(refusal: SMTPResponseException) -> Undelivered:
    said = _said(refusal)
    if _TOO_FAST.search(said):
        reason = f"le serveur n’en prend plus pour l’instant : {said}"
        return Undelivered(reason, hopeless=False, closed=True)
    return Undelivered(f"le serveur refuse la lettre : {said}", hopeless=refusal.code >= 500)


def _of_the_sender(refusal: SMTPResponseException) -> Undelivered:
    """A refused sender keeps every letter, until the settings or the account are mended."""
    if refusal.code == 552:  # RFC 1870, 6.1: this one is too large
        return _of_the_letter(refusal)
    reason = (
        f"le serveur refuse l’adresse du cabinet comme expéditeur : {_said(refusal)}. "
        "Vérifiez office.email et smtp.user auprès du fournisseur."
    )
    return Undelivered(reason, hopeless=False, closed=True)


def _enveloped(address: str) -> str:
    """An address for the envelope, its domain as the network writes it (RFC 5890). Raises
    ``Undelivered`` for what is none.
    """
    local, _, domain = address.rpartition("@")
    if not (local and domain) or any(
        c.isspace() or not c.isprintable() or c in "<>" for c in address
    ):
        raise Undelivered(f"« {_readable(address)} » n’est pas une adresse", hopeless=True)
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        reason = f"« {_readable(domain)} » n’est pas un nom de domaine"
        raise Undelivered(reason, hopeless=True) from error


def _too_large(size: int, most: int) -> str:
    weight, limit = (f"{one / 1e6:.1f}".replace(".", ",") for one in (size, most))
    return (
        f"la lettre pèse {weight} Mo et le serveur d’envoi n’en prend que {limit}. "
        "Allégez ses pièces jointes."
    )


def _said(refusal: SMTPResponseException) -> str:
    return _readable(f"{refusal.code} {refusal.message}")


def _readable(said: str) -> str:
    """A stranger's words on one line, as any database takes them."""
    plain = said.encode("utf-8", "replace").decode("utf-8")
    kept = "".join(letter if letter.isprintable() else " " for letter in plain)
    return " ".join(kept.split())[:_LONGEST_ANSWER]
