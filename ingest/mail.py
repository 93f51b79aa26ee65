"""A mail, as the server gave it and as people read it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property


@dataclass(frozen=True)
class Cursor:
    """How far a folder has been read (RFC 9051, 2.3.1.1)."""

    uidvalidity: int
    uid: int


class Role(StrEnum):
    """What a folder is for: where a mail was found says much about it."""

    INBOX = "inbox"  # mail that arrived, in whatever folder the office sorts it into
    JUNK = "junk"  # what the server held for junk: read all the same, never acknowledged unasked
    SENT = "sent"  # what the office wrote itself, from any program


@dataclass(frozen=True)
class RawMail:
    """A mail exactly as its source gave it; nothing has been interpreted.

    A mail larger than the office allows comes as its header block alone (``truncated``);
    ``size`` is what the source says the whole measures, in bytes. ``trouble`` says why the source
    could not give it at all, in French; ``data`` is then a stand-in that names the place.
    """

    mailbox: str
    folder: str
    cursor: Cursor
    arrived_at: datetime | None  # INTERNALDATE, zoned; None: as we see it
    data: bytes
    size: int
    truncated: bool = False
    role: Role = Role.INBOX
    trouble: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex: the same mail is one row for ever."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Address:
    """A person's address as a header gives it; ``email`` is lower-cased, or empty if unusable."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True)
class Attachment:
    """A part that is not the body. ``text`` is what could be read of it, often nothing;
    ``trouble`` says why a person must look at it herself, in French.
    """

    filename: str  # made safe: no path, no control character
    content_type: str
    data: bytes
    text: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class Forwarded:
    """The mail that another one brings, as far as it can be told: a person confirms it."""

    name: str
    email: str  # lower case, empty when only a name is told
    sent_at: datetime | None
    subject: str
    text: str  # the forwarded words alone, with what they quote themselves
    how: str  # inline, attached, or relayed: then the day is told, and nothing else
    cover: str  # what the forwarder says of it


@dataclass(frozen=True)
class Mail:
    """A mail as people read it. Made by ``ingest.parse``, which never raises.

    ``text`` is the whole body as plain text; ``new_text`` the newest words of its author,
    ``signature`` their last lines where these sign, and ``quoted_text`` the rest (quotes, forwarded
    history). ``original`` is the first of the mails that it forwards, if it does. ``html`` is the
    body's HTML made safe (no script, style, form or remote image), or empty. ``headers`` keeps every
    header in order, unfolded and decoded, with the name in lower case. What could not be read is said in ``defects``, in English codes.
    """

    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent_at: datetime | None  # the Date header when it can be read, zoned
    text: str
    new_text: str
    quoted_text: str
    html: str
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]
    content_type: str  # of the whole message, lower case, with report-type where given
    defects: tuple[str, ...] = ()
    signature: str = ""
    original: Forwarded | None = None
    remote_pictures: int = 0  # that the HTML would have fetched from elsewhere

    def header(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order (a header may stand twice: RFC 5322, 3.6)."""
        return tuple(value for key, value in self.headers if key == name.lower())
