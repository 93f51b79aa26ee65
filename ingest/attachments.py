"""The parts of a mail: its body, and everything that came with it, read as far as it can be."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from pathlib import PurePosixPath

from ingest import html
from ingest.mail import Attachment
from ingest.text import decode, one_line, repaired, tidy, unflow, words

_MOST_PARTS = 1_000
_MOST_TEXT = 1_000_000  # characters of a plain body; the original keeps the rest
_FORWARDS = 5  # how deep forwards within forwards are read

ENCLOSED = ("message/rfc822", "message/global")
_ENCRYPTED = ("application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")

_LOOKS_LIKE_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_STUB_LENGTH = 600
_STUB = re.compile(
    r"(?:votre|your)\s.{0,60}\b(?:ne|not|\w+n['’]t)\b.{0,60}\bhtml"
    r"|\b(?:affiche[rz]|voi[rs]|voyez|consulte[rz]|li(?:re|sez)|visualise[rz])\b"
    r".{0,60}(?:navigateur|en ligne)"
    r"|\b(?:view|read)\b.{0,60}(?:browser|online)"
    r"|(?:message|courriel|mail)\b.{0,40}\b(?:format|version|in)\s+html"
    r"|multi-?part message in mime",
    re.IGNORECASE | re.DOTALL,
)
_FAR_SHORTER = 4  # times
_MANY_LETTERS = 200
_TAG = re.compile(r"<[^<>]*>")

_NAME_LENGTH = 120
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_EXTENSIONS = {"message/delivery-status": ".txt", "text/plain": ".txt", "image/jpeg": ".jpg"}
_READABLE_SUFFIXES = (".txt", ".csv", ".md", ".log", ".ics", ".vcf")


@dataclass
class Section:
    """One stretch of the body, in plain text, in HTML, or in both as alternatives.

    What is read from it is kept: ask once the walk is over.
    """

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    @cached_property
    def safe_html(self) -> str:
        return html.to_safe("\n".join(self.html)) if self.html else ""

    @cached_property
    def text(self) -> str:
        """The plain text, unless it is a mere stand-in for the HTML."""
        plain = "\n".join(self.plain)
        if not self.html or not _stands_in(plain, _TAG.sub("", self.safe_html)):
            return plain
        return html.to_text("\n".join(self.html)) or plain


@dataclass
class Parts:
    """What a walk through a mail has found."""

    sections: dict[int, Section] = field(default_factory=dict)
    attachments: list[Attachment] = field(default_factory=list)
    defects: set[str] = field(default_factory=set)

    def text(self) -> str:
        return "\n".join(section.text for section in self.sections.values()).strip()


def read_parts(root: Message, forwards: int = _FORWARDS) -> Parts:
    """Sort the parts into body and attachments; a mail within the mail is an attachment."""
    parts = Parts()
    waiting: list[tuple[Message, int | None]] = [(root, None)]
    for number in range(_MOST_PARTS):
        if not waiting:
            return parts
        part, section = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            if section is None and part.get_content_subtype() == "alternative":
                section = number  # whatever lies within says the same in other ways
            waiting.extend((child, section) for child in reversed(_inner(part)))
        elif part.get_content_maintype() == "message":
            parts.attachments.append(_enclosed(part, forwards))
        elif _is_body(part, first=not parts.sections, whole=part is root):
            _take_text(parts, part, number if section is None else section)
        else:
            parts.attachments.append(_file(part))
            parts.defects.update(_shut(part))
    if waiting:
        parts.defects.add("too-many-parts")
    return parts


def _stands_in(plain: str, rendered: str) -> bool:
    """Say whether a plain part only says that there is an HTML one, or nearly nothing of it."""
    letters, in_html = _letters(plain), _letters(rendered)
    if letters == 0 or (in_html > _MANY_LETTERS and letters * _FAR_SHORTER < in_html):
        return True
    return len(plain) < _STUB_LENGTH and in_html > 0 and bool(_STUB.search(plain))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


# --- the body -------------------------------------------------------------------------------


def _is_body(part: Message, *, first: bool, whole: bool) -> bool:
    """A text shown to the reader. A named one is a file, unless it comes first."""
    if part.get_content_type() not in ("text/plain", "text/html"):
        return part.get_content_maintype() == "multipart"  # one whose boundaries never came
    if whole:
        return True
    return part.get_content_disposition() != "attachment" and (first or not part.get_filename())


def _take_text(parts: Parts, part: Message, number: int) -> None:
    text, guessed = decode(_payload(part), part.get_content_charset())
    section = parts.sections.setdefault(number, Section())
    if part.get_content_type() == "text/html" or _LOOKS_LIKE_HTML.match(text[:200]):
        section.html.append(text)
        cut = html.is_cut(text)
    else:
        section.plain.append(_unflowed(part, text[:_MOST_TEXT]))
        cut = len(text) > _MOST_TEXT
    parts.defects.update(["charset-guessed"] * guessed + ["text-cut"] * cut)


def _unflowed(part: Message, text: str) -> str:
    if str(part.get_param("format")).lower() != "flowed":
        return text
    return unflow(text, delete_space=str(part.get_param("delsp")).lower() == "yes")


# --- what came with it ----------------------------------------------------------------------


def _file(part: Message) -> Attachment:
    kind, data = part.get_content_type(), _payload(part)
    name = _filename(part)
    return Attachment(name, kind, data, _readable(part, name, data)[:_MOST_TEXT])


def _readable(part: Message, name: str, data: bytes) -> str:
    kind = part.get_content_type()
    suffix = PurePosixPath(name.lower()).suffix
    if kind == "application/octet-stream":  # what mailers say that do not know
        kind = "text/html" if suffix in (".html", ".htm") else kind
        kind = "text/plain" if suffix in _READABLE_SUFFIXES else kind
    if not kind.startswith("text/") or kind == "text/rtf":
        return ""
    text = decode(data, part.get_content_charset()).text
    return html.to_text(text) if kind == "text/html" else text.strip()


def _enclosed(part: Message, forwards: int) -> Attachment:
    """A mail, or a report about one, that came inside this mail."""
    kind, inner = part.get_content_type(), _inner(part)
    data = b"\n".join(_flattened(message) for message in inner) or _payload(part)
    if kind not in ENCLOSED or not inner:
        text = decode(data, None).text.strip()
    else:
        text = _said_in(inner[0], forwards - 1) if forwards else ""
    return Attachment(_filename(part), kind, data, text[:_MOST_TEXT])


def _said_in(message: Message, forwards: int) -> str:
    """What an enclosed mail says; of a mere forward, what the forwarded mails say."""
    parts = read_parts(message, forwards)
    return parts.text() or "\n\n".join(
        mail.text for mail in parts.attachments if mail.content_type in ENCLOSED
    )


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if part.is_multipart() else []


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _flattened(message: Message) -> bytes:
    try:
        return message.as_bytes(policy=message.policy.clone(max_line_length=None))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return b""  # the original mail holds it all the same


def _shut(part: Message) -> Iterator[str]:
    """What stays closed to us is said, so that a person opens it."""
    if part.get_content_type() in _ENCRYPTED:
        yield "encrypted"
    if part.get_content_type() in _TNEF:
        yield "tnef-unread"


# --- names ----------------------------------------------------------------------------------


def _filename(part: Message) -> str:
    """A name without path, control character or sign that a system forbids; never empty."""
    said = one_line(words(_labels(part).get_filename() or ""))
    base = said.replace("\\", "/").rstrip("/").rpartition("/")[2]
    base = _NOT_IN_NAMES.sub("_", base).strip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > 10:
        return base[:_NAME_LENGTH] or f"piece-jointe{_extension(part.get_content_type())}"
    return f"{stem[: _NAME_LENGTH - len(extension) - 1]}.{extension}"


def _labels(part: Message) -> Message:
    """The headers that name a part, repaired: raw 8-bit names are common."""
    labels = Message()
    for name in ("content-disposition", "content-type"):
        for key, value in part.raw_items():
            if key.lower() == name and name not in labels:
                labels[name] = tidy(repaired(str(value)))
    return labels


def _extension(kind: str) -> str:
    if kind in ENCLOSED:
        return ".eml"
    return _EXTENSIONS.get(kind) or mimetypes.guess_extension(kind, strict=False) or ".bin"
