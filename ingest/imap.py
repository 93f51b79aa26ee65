"""A folder on an IMAP server. The mailbox belongs to the office: we only look."""

import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from config.settings import MailboxSettings
from ingest.mail import Cursor, RawMail
from ingest.mailbox import MailboxTrouble

_WINDOW = 20_000  # UIDs asked for at once: a longer answer line breaks imaplib's limit of 1 MB
_BATCH = 50
_BATCH_BYTES = 20_000_000


@dataclass(frozen=True)
class ImapMailbox:
    """Reads one folder with EXAMINE and BODY.PEEK[]: no flag changes, nothing moves."""

    settings: MailboxSettings
    folder: str

    @property
    def name(self) -> str:
        return self.settings.name

    def since(self, cursor: Cursor | None) -> Iterator[list[RawMail]]:
        """See ``Mailbox.since``. Batches are bounded in number and in bytes."""
        with connected(self.settings) as server:
            validity = _examine(server, self.folder)
            last = cursor.uid if cursor and cursor.uidvalidity == validity else 0
            for uids in _windows(server, last):
                for batch in self._batches(server, uids):
                    yield list(self._fetch(server, validity, batch))

    def uids(self) -> tuple[int, set[int]]:
        """UIDVALIDITY and every UID the folder holds now: what reconciliation compares."""
        with connected(self.settings) as server:
            validity = _examine(server, self.folder)
            return validity, {uid for uids in _windows(server, 0) for uid in uids}

    def _batches(self, server: IMAPClient, uids: Sequence[int]) -> Iterator[dict[int, int]]:
        """Group UIDs with their sizes in bytes, so that a batch never fills the memory."""
        sizes = _answers(server, uids, [b"RFC822.SIZE"])
        batch: dict[int, int] = {}
        for uid in sorted(sizes):
            size = int(sizes[uid].get(b"RFC822.SIZE") or 0)
            full = sum(min(s, self.settings.max_bytes) for s in batch.values()) + size
            if batch and (len(batch) >= _BATCH or full > _BATCH_BYTES):
                yield batch
                batch = {}
            batch[uid] = size
        if batch:
            yield batch

    def _fetch(self, server: IMAPClient, validity: int, sizes: dict[int, int]) -> Iterator[RawMail]:
        small = [uid for uid, size in sizes.items() if size <= self.settings.max_bytes]
        large = [uid for uid in sizes if uid not in set(small)]
        found = _answers(server, small, [b"BODY.PEEK[]", b"INTERNALDATE"])
        heads = _answers(server, large, [b"BODY.PEEK[HEADER]", b"INTERNALDATE"])
        for uid in sorted(found | heads):
            answer = found.get(uid) or heads[uid]
            data = answer.get(b"BODY[]") if uid in found else answer.get(b"BODY[HEADER]")
            if data is None:
                continue  # expunged by somebody while we were reading
            yield RawMail(
                mailbox=self.name,
                folder=self.folder,
                cursor=Cursor(validity, uid),
                arrived_at=answer.get(b"INTERNALDATE"),
                data=data,
                size=sizes[uid],
                truncated=uid in heads,
            )


@contextmanager
def connected(settings: MailboxSettings) -> Iterator[IMAPClient]:
    """A signed-in connection. Raises ``MailboxTrouble`` with the fault and its mend, in French."""
    try:
        server = _connect(settings)
    except (IMAPClientError, OSError, UnicodeError) as error:  # a host may be no name at all
        raise MailboxTrouble(_french(settings, error)) from error
    try:
        yield server
    except (IMAPClientError, OSError) as error:
        raise MailboxTrouble(_french(settings, error)) from error
    finally:
        _hang_up(server)


def append(settings: MailboxSettings, folder: str, mails: Iterable[tuple[bytes, datetime]]) -> int:
    """Put mails with their moments of arrival into a folder; count them.

    For the demo's own mailbox only: nothing else in the house ever writes to one.
    """
    with connected(settings) as server:
        return len([server.append(folder, mail, msg_time=at) for mail, at in mails])


def _connect(settings: MailboxSettings) -> IMAPClient:
    context = None
    if settings.tls != "none":
        context = ssl.create_default_context(cafile=settings.ca_file)
    server = IMAPClient(
        settings.host,
        port=settings.port,
        ssl=settings.tls == "tls",
        ssl_context=context,
        timeout=settings.timeout_seconds,
    )
    # IMAPClient asks imaplib for debug level 5, which formats every mail with %r: five times
    # slower on large mail, and mail bodies in the logs. There is no public way to say no.
    server._imap.debug = 0
    server.normalise_times = False  # keep the zone of INTERNALDATE
    try:
        if settings.tls == "starttls":
            server.starttls(context)
        server.login(settings.user, settings.secret())
    except BaseException:
        server.shutdown()
        raise
    return server


def _hang_up(server: IMAPClient) -> None:
    try:
        server.logout()
    except (IMAPClientError, OSError):
        server.shutdown()


def _examine(server: IMAPClient, folder: str) -> int:
    return int(server.select_folder(folder, readonly=True)[b"UIDVALIDITY"])


def _windows(server: IMAPClient, last: int) -> Iterator[list[int]]:
    """New UIDs in ascending windows, up to the newest mail there is."""
    newest = max(server.search(["UID", "*"]), default=0)
    for first in range(last + 1, newest + 1, _WINDOW):
        until = min(first + _WINDOW - 1, newest)
        yield sorted(server.search(["UID", f"{first}:{until}"]))


def _answers(
    server: IMAPClient, uids: Sequence[int], items: list[bytes]
) -> dict[int, dict[bytes, Any]]:
    return dict(server.fetch(uids, items)) if uids else {}


def _french(settings: MailboxSettings, error: Exception) -> str:
    where = f"Boîte « {settings.name} » ({settings.host}:{settings.port})"
    if isinstance(error, LoginError):
        return (
            f"{where} : le serveur refuse l’identifiant ou le mot de passe de {settings.user}. "
            "Corrigez mailbox.user et le mot de passe."
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"{where} : le certificat n’est pas reconnu ({error.verify_message}). Vérifiez le nom "
            "du serveur, ou donnez son autorité dans mailbox.ca_file."
        )
    if isinstance(error, ssl.SSLError):
        return f"{where} : pas de TLS ici ({error.reason}). Vérifiez mailbox.port et mailbox.tls."
    if isinstance(error, OSError | UnicodeError):
        reason = getattr(error, "strerror", None) or error
        return (
            f"{where} : le serveur ne répond pas ({reason}). "
            "Vérifiez mailbox.host, mailbox.port et le réseau."
        )
    return f"{where} : le serveur refuse ({error}). Vérifiez mailbox.folders."
