"""A mailbox on an IMAP server. It belongs to the office: we only look.

One connection reads all folders of a mailbox in turn and then waits for news (IDLE, RFC 2177) for
no longer than half a minute: the next look at the folders is the watchdog of the connection.
"""

import logging
import re
import ssl
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Event
from time import monotonic
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from config.mailboxes import MailboxSettings
from ingest.mail import Cursor, RawMail, Role
from ingest.mailbox import MailboxTrouble
from ingest.signin import sign_in

_WINDOW = 20_000  # UIDs asked for at once: a longer answer line breaks imaplib's limit of 1 MB
_BATCH = 50
_BATCH_BYTES = 20_000_000
_LONGEST_IDLE = (
    25.0  # seconds: with the time-out of the next look, a dead line is known in a minute
)
_STEP = 2.0  # seconds within which a wait notices that it shall end
_CONNECT_SECONDS = 15.0
_KEYWORD = "$Doleances"
log = logging.getLogger(__name__)

_Answers = dict[int, dict[bytes, Any]]
_Place = tuple[str, int, int]  # folder, UIDVALIDITY, UID

# By their flag (RFC 6154), else by the names that servers and programs in France give them.
_SPECIAL = {
    Role.JUNK: (
        rb"\Junk",
        r"junk(?: e-?mail)?|spams?|(?:courriers? )?ind[ée]sirables?|pourriels?|bulk(?: mail)?",
    ),
    Role.SENT: (
        rb"\Sent",
        r"sent(?: (?:items|messages|mail))?"
        r"|(?:[ée]l[ée]ments|messages|objets|courriers?|mails?)[ -]envoy[ée]s?|envoy[ée]s?"
        r"|gesendete?(?: \w+)?",
    ),
}


@dataclass(frozen=True)
class ImapMailbox:
    """Where a mailbox is and how to sign in. ``open`` it to read."""

    settings: MailboxSettings
    # Mails on which the connection broke: one that does so twice is left to a person.
    suspects: Counter[_Place] = field(default_factory=Counter, compare=False, repr=False)

    @property
    def name(self) -> str:
        return self.settings.name

    @contextmanager
    def open(self) -> Iterator["OpenMailbox"]:
        """A signed-in connection. Raises ``MailboxTrouble`` with the fault and its mend, also for
        what fails while it is used.
        """
        try:
            server = _connect(self.settings)
        except (IMAPClientError, OSError, UnicodeError) as error:  # a host may be no name at all
            raise MailboxTrouble(_french(self.settings, error)) from error
        try:
            yield OpenMailbox(self, server)
        except (IMAPClientError, OSError) as error:
            raise MailboxTrouble(_french(self.settings, error)) from error
        finally:
            _hang_up(server)


@dataclass(frozen=True)
class OpenMailbox:
    """A mailbox as long as its connection lasts."""

    mailbox: ImapMailbox
    server: IMAPClient
    # The UIDNEXT each folder had when it was last read.
    next_uid: dict[str, int | None] = field(default_factory=dict)

    def folders(self) -> list["ImapFolder"]:
        """The folders that the office lists, then those for junk and for sent mail, if any."""
        settings = self.mailbox.settings
        special = {
            Role.JUNK: self._special(settings.junk_folder, Role.JUNK),
            Role.SENT: self._special(settings.sent_folder, Role.SENT),
        }
        roles = {name: role for role, name in special.items() if name}
        names = dict.fromkeys([*settings.folders, *roles])
        return [ImapFolder(self, name, roles.get(name, Role.INBOX)) for name in names]

    def _special(self, setting: str, role: Role) -> str:
        return setting if setting != "auto" else _found(self.server.list_folders(), role)

    def wait(self, seconds: float, stop: Event) -> None:
        """Return when the first folder may hold something new, or after so many seconds.

        A broken connection raises; one that is silently dead is found out by the next look.
        """
        if not (self.mailbox.settings.idle and self.server.has_capability("IDLE")):
            stop.wait(seconds)
            return
        folder = self.mailbox.settings.folders[0]
        if self.examine(folder)[1] != self.next_uid.get(folder):
            return  # something came between the pass and now
        end = monotonic() + min(seconds, _LONGEST_IDLE)
        self.server.idle()
        while not stop.is_set() and (left := end - monotonic()) > 0:
            if self._heard(min(_STEP, left)):
                break
        self.server.idle_done()

    def _heard(self, seconds: float) -> bool:
        asked = monotonic()
        lines = self.server.idle_check(timeout=seconds)
        if any(line[0] == b"BYE" for line in lines):
            raise IMAPClientAbortError("BYE")
        # imapclient answers « nothing » at once, for ever, when the connection is closed.
        if not lines and monotonic() - asked < seconds / 2:
            raise IMAPClientAbortError("EOF")
        return any(len(line) > 1 and line[1] in (b"EXISTS", b"RECENT") for line in lines)

    def examine(self, folder: str) -> tuple[int, int | None]:
        """Open a folder for looking: its UIDVALIDITY, and its UIDNEXT where the server says it."""
        found = self.server.select_folder(folder, readonly=True)
        following = found.get(b"UIDNEXT")
        return int(found[b"UIDVALIDITY"]), None if following is None else int(following)


@dataclass(frozen=True)
class ImapFolder:
    """Reads one folder with EXAMINE and BODY.PEEK[]: no flag changes, nothing moves."""

    opened: OpenMailbox
    folder: str
    role: Role

    @property
    def name(self) -> str:
        return self.opened.mailbox.name

    def since(
        self, cursor: Cursor | None, starts_on: date | None = None
    ) -> Iterator[list[RawMail]]:
        """See ``Mailbox.since``. Batches are bounded in number and in bytes."""
        validity, self.opened.next_uid[self.folder] = self.opened.examine(self.folder)
        last = cursor.uid if cursor and cursor.uidvalidity == validity else 0
        for uids in _windows(self._server, last, starts_on):
            yield from self._read(validity, uids)

    def these(self, uids: Iterable[int]) -> Iterator[list[RawMail]]:
        """The mails of some UIDs, wherever the cursor stands: what reconciliation makes good."""
        validity, _ = self.opened.examine(self.folder)
        yield from self._read(validity, sorted(uids))

    def uids(self, starts_on: date | None = None) -> tuple[int, set[int]]:
        """UIDVALIDITY and every UID the folder holds now: what reconciliation compares."""
        validity, _ = self.opened.examine(self.folder)
        windows = _windows(self._server, 0, starts_on)
        return validity, {uid for uids in windows for uid in uids}

    def holds(self, message_id: str) -> bool:
        """Whether a mail of this Message-ID, with its angle brackets, lies in the folder."""
        self.opened.examine(self.folder)
        return bool(self._server.search(["HEADER", "Message-ID", message_id]))

    def settle(self, kept: Iterable[int]) -> None:
        """Do with mails that are safely kept what the office asks for; by default nothing.

        A refusal is only told: the mails are kept already, and the next pass tries again.
        """
        settings = self.opened.mailbox.settings
        if settings.after == "nothing" or self.role != Role.INBOX:
            return
        try:
            self._server.select_folder(self.folder)
            wanted = ["UNKEYWORD", _KEYWORD] if settings.after == "keyword" else ["ALL"]
            left = sorted(set(self._server.search(wanted)) & set(kept))
            if left and settings.after == "keyword":
                self._server.add_flags(left, [_KEYWORD.encode()], silent=True)
            elif left:
                self._server.move(left, settings.after_folder)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            log.warning("mailbox %s/%s cannot be tidied: %s", self.name, self.folder, error)

    @property
    def _server(self) -> IMAPClient:
        return self.opened.server

    @property
    def _limit(self) -> int:
        return self.opened.mailbox.settings.max_bytes

    def _read(self, validity: int, uids: Sequence[int]) -> Iterator[list[RawMail]]:
        sizes = {
            uid: int(answer.get(b"RFC822.SIZE") or 0)
            for uid, answer in self._answers(uids, [b"RFC822.SIZE"]).items()
        }
        for batch in _batches(sizes, self._limit):
            yield from self._mails(validity, batch)

    def _mails(self, validity: int, sizes: Mapping[int, int]) -> Iterator[list[RawMail]]:
        """A batch at once. If the server or our library chokes on it, each mail by itself."""
        places = [(self.folder, validity, uid) for uid in sizes]
        suspects = self.opened.mailbox.suspects
        try:
            if not any(suspects[place] for place in places):
                yield list(self._fetch(validity, sizes))
                return
        except (IMAPClientAbortError, OSError):
            suspects.update(places)
            raise
        except IMAPClientError:  # a refusal or an answer that cannot be read; the line still stands
            pass
        for place, size in zip(places, sizes.values(), strict=True):
            yield self._alone(place, size)

    def _alone(self, place: _Place, size: int) -> list[RawMail]:
        _, validity, uid = place
        suspects = self.opened.mailbox.suspects
        if suspects[place] > 1:
            why = "la connexion s’est rompue deux fois en le lisant"
            return [self._stand_in(validity, uid, size, why)]
        try:
            found = list(self._fetch(validity, {uid: size}))
        except (IMAPClientAbortError, OSError):
            suspects[place] += 1
            raise
        except IMAPClientError as error:
            found = [self._stand_in(validity, uid, size, str(error)[:200])]
        suspects.pop(place, None)
        return found

    def _fetch(self, validity: int, sizes: Mapping[int, int]) -> Iterator[RawMail]:
        small = [uid for uid, size in sizes.items() if size <= self._limit]
        large = [uid for uid, size in sizes.items() if size > self._limit]
        found = self._answers(small, [b"BODY.PEEK[]", b"INTERNALDATE"])
        heads = self._answers(large, [b"BODY.PEEK[HEADER]", b"INTERNALDATE"])
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
                role=self.role,
            )

    def _answers(self, uids: Sequence[int], items: list[bytes]) -> _Answers:
        return dict(self._server.fetch(uids, items)) if uids else {}

    def _stand_in(self, validity: int, uid: int, size: int, why: str) -> RawMail:
        """For a mail that the server cannot give: a person is told where it lies."""
        return RawMail(
            mailbox=self.name,
            folder=self.folder,
            cursor=Cursor(validity, uid),
            arrived_at=None,
            data=f"{self.name}/{self.folder} UIDVALIDITY {validity} UID {uid}".encode(),
            size=size,
            role=self.role,
            trouble=(
                f"le serveur n’a pas pu donner ce message ({why}) : ouvrez-le dans la boîte "
                f"« {self.name} », dossier « {self.folder} »"
            ),
        )


def append(settings: MailboxSettings, folder: str, mails: Iterable[tuple[bytes, datetime]]) -> int:
    """Put mails with their moments of arrival into a folder; count them.

    For the demo's own mailbox only: nothing else in the house ever writes to one.
    """
    with ImapMailbox(settings).open() as opened:
        return len([opened.server.append(folder, mail, msg_time=at) for mail, at in mails])


def _connect(settings: MailboxSettings) -> IMAPClient:
    context = None
    if settings.tls != "none":
        context = ssl.create_default_context(cafile=settings.ca_file)
    server = IMAPClient(
        settings.host,
        port=settings.port,
        ssl=settings.tls == "tls",
        ssl_context=context,
        timeout=SocketTimeout(
            connect=min(_CONNECT_SECONDS, settings.timeout_seconds), read=settings.timeout_seconds
        ),
    )
    # IMAPClient asks imaplib for debug level 5, which formats every mail with %r: five times
    # slower on large mail, and mail bodies in the logs. There is no public way to say no.
    server._imap.debug = 0
    server.normalise_times = False  # keep the zone of INTERNALDATE
    try:
        if settings.tls == "starttls":
            server.starttls(context)
        sign_in(server, settings)
    except BaseException:
        server.shutdown()
        raise
    return server


def _hang_up(server: IMAPClient) -> None:
    try:
        server.logout()
    except (IMAPClientError, OSError):
        server.shutdown()


def _found(folders: Sequence[tuple[Sequence[bytes], bytes, str]], role: Role) -> str:
    """The folder of a role among those a server lists; empty when there is none."""
    flag, names = _SPECIAL[role]
    for flags, _, name in folders:
        if flag in flags:
            return name
    for _, separator, name in folders:
        last = name.rpartition((separator or b"/").decode("ascii", "replace"))[2]
        if re.fullmatch(names, last.strip(), re.IGNORECASE):
            return name
    return ""


def _windows(server: IMAPClient, last: int, starts_on: date | None) -> Iterator[list[int]]:
    """New UIDs in ascending windows, up to the newest mail there is."""
    newest = max(server.search(["UID", "*"]), default=0)
    recent = ["SINCE", starts_on] if starts_on else []
    for first in range(last + 1, newest + 1, _WINDOW):
        until = min(first + _WINDOW - 1, newest)
        yield sorted(server.search(["UID", f"{first}:{until}", *recent]))


def _batches(sizes: Mapping[int, int], limit: int) -> Iterator[dict[int, int]]:
    """Group UIDs with their sizes in bytes, so that a batch never fills the memory."""
    batch: dict[int, int] = {}
    held = 0
    for uid in sorted(sizes):
        wanted = min(sizes[uid], limit)
        if batch and (len(batch) >= _BATCH or held + wanted > _BATCH_BYTES):
            yield batch
            batch, held = {}, 0
        batch[uid] = sizes[uid]
        held += wanted
    if batch:
        yield batch


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
    if isinstance(error, OSError | UnicodeError | IMAPClientAbortError):
        reason = getattr(error, "strerror", None) or error
        return (
            f"{where} : le serveur ne répond pas ({reason}). "
            "Vérifiez mailbox.host, mailbox.port et le réseau."
        )
    return f"{where} : le serveur refuse ({error}). Vérifiez mailbox.folders."
