"""Hand letters to an SMTP server, and know whether they left."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
)

from config.settings import SmtpSettings
from config.trouble import Trouble
from ingest.oauth.account import OAuthTrouble

log = logging.getLogger(__name__)


class Postman(Protocol):
    def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
        """Send a letter to its first recipient, with copies to the others; what the server said.

        Raises ``Undelivered`` only when the letter surely did not leave, ``Uncertain`` when
        nobody can know.
        """


class Undelivered(Trouble):
    """The letter did not leave; ``hopeless`` when trying again cannot help."""

    def __init__(self, reason: str, *, hopeless: bool) -> None:
        super().__init__(reason)
        self.hopeless = hopeless


class Uncertain(Exception):
    """The line broke after the letter was handed over: sent, or not?"""


@dataclass(frozen=True)
class SmtpPostman:
    """One connection for each letter; the stages are spoken one by one to know where it broke."""

    settings: SmtpSettings
    token: Callable[[], str] | None = None  # where passwords are not taken

    def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
        return asyncio.run(self._send(sender, recipients, data))

    def try_out(self) -> None:
        """Connect and sign in, send nothing. Raises ``Undelivered``."""
        asyncio.run(self._try_out())

    async def _try_out(self) -> None:
        server = self._server()
        try:
            await self._reach(server)
            await _take_leave(server)
        finally:
            await _hang_up(server)

    async def _send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
        server = self._server()
        try:
            await self._reach(server)
            await self._address(server, sender, recipients)
            answer = await self._hand_over(server, data)
            await _take_leave(server)
            return answer
        finally:
            await _hang_up(server)

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

    async def _reach(self, server: SMTP) -> None:
        try:
            await server.connect()
            if self.token:
                token = await asyncio.to_thread(self.token)  # it may ask the provider
                await server.auth_xoauth2(self.settings.user, token)
            elif self.settings.user:
                await server.login(self.settings.user, self.settings.secret())
        except OAuthTrouble as error:
            raise Undelivered(str(error), hopeless=False) from error
        except (SMTPException, OSError, ValueError) as error:
            # Nothing of this is the letter's fault: it waits until the server is mended.
            raise Undelivered(self._french(error), hopeless=False) from error

    async def _address(self, server: SMTP, sender: str, recipients: Sequence[str]) -> None:
        try:
            await server.mail(sender)
            await server.rcpt(recipients[0])
        except SMTPResponseException as refusal:
            raise _refused(refusal) from refusal
        except (SMTPException, OSError, ValueError) as error:
            raise Undelivered(self._french(error), hopeless=False) from error
        for copy in recipients[1:]:
            await self._copy_to(server, copy)

    async def _copy_to(self, server: SMTP, recipient: str) -> None:
        try:
            await server.rcpt(recipient)
        except SMTPResponseException as refusal:
            # The client's letter matters more than our copy of it.
            log.warning("copy of a letter refused with code %s", refusal.code)
        except (SMTPException, OSError) as error:
            raise Undelivered(self._french(error), hopeless=False) from error

    async def _hand_over(self, server: SMTP, data: bytes) -> str:
        try:
            answer = await server.data(data)
        except SMTPResponseException as refusal:
            raise _refused(refusal) from refusal
        except (SMTPException, OSError) as broken:
            raise Uncertain(f"la liaison s’est rompue pendant la remise ({broken})") from broken
        return f"{answer.code} {answer.message}"

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
            return f"{where} : refus ({error.code} {error.message})."
        return f"{where} : pas de réponse utilisable ({error}). Vérifiez smtp.host, smtp.port, smtp.tls et le réseau."


async def _take_leave(server: SMTP) -> None:
    """Say goodbye. What was said before counts, whatever becomes of this."""
    with suppress(SMTPException, OSError):
        await server.quit()


async def _hang_up(server: SMTP) -> None:
    """Cut the line. A TLS goodbye would go on after the loop has ended."""
    line = server.transport
    # Python 3.11.2 fails on cutting a TLS line that is closed already.
    if isinstance(line, asyncio.WriteTransport) and not line.is_closing():
        line.abort()
    server.close()
    await asyncio.sleep(0)  # the transport closes in the loop's next turn


def _refused(refusal: SMTPResponseException) -> Undelivered:
    reason = f"le serveur refuse la lettre : {refusal.code} {refusal.message}"
    return Undelivered(reason, hopeless=refusal.code >= 500)
