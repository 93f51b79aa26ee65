"""The parts of a mail: its body, and everything that came with it, read as far as it can be."""

import mimetypes
import re
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import cached_property
from pathlib import PurePosixPath

from ingest import html
from ingest.documents.document import Enclosed
from ingest.documents.kinds import Kind, kind_of
from ingest.documents.read import open_winmail, read_document
from ingest.documents.scans import Scanner, is_sign_of_house
from ingest.documents.signed import content_of
from ingest.mail import Attachment
from ingest.mime import ENCLOSED, Part, read_message
from ingest.text import decode, one_line, unflow, words

_MOST_PARTS = 1_000
_MOST_TEXT = 1_000_000  # characters of a plain body; the original keeps the rest
_MOST_BYTES = 30_000_000  # of a body, pictures within HTML included

_PGP = "application/pgp-encrypted"
_ENVELOPES = 3  # opened of those that lie within each other
_MOST_TROUBLES = 3  # told of an enclosed mail

# Kinds of text that people do not read as it stands.
_FILES_OF_TEXT = ("text/rtf", "text/calendar", "text/vcard", "text/x-vcard", "text/x-amp-html")
_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<!--[^>]*-->\s*)?(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE
)
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
    besides: list[str] = field(default_factory=list)  # the same body in Outlook's own form
    envelopes: int = 0  # S/MIME ones that were opened

    def text(self) -> str:
        said = "\n".join(section.text for section in self.sections.values()).strip()
        return said or "\n".join(self.besides).strip()


@dataclass(frozen=True)
class Means:
    """What may be spent on a mail."""

    scanner: Scanner | None = None  # reads its pictures; None: they are left to people
    forwards: int = 5  # how deep forwards within forwards are read


def read_parts(root: Message, means: Means) -> Parts:
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
            parts.attachments.append(_enclosed(part, means))
        elif _is_body(part, first=not parts.sections, whole=part is root):
            _take_text(parts, part, number if section is None else section)
        elif signed := _signed(parts, part):
            waiting.append((signed, section))
        else:
            _take_files(parts, part, means)
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
    if part.get_content_maintype() == "multipart":  # one whose boundaries never came
        return True
    if whole:  # unknown kinds of text are read as plain (RFC 2046, 4.1.4)
        kind = part.get_content_type()
        return kind.startswith("text/") and kind not in _FILES_OF_TEXT
    if part.get_content_type() not in ("text/plain", "text/html"):
        return False
    return part.get_content_disposition() != "attachment" and (first or not part.get_filename())


def _take_text(parts: Parts, part: Message, number: int) -> None:
    text, guessed = decode(_payload(part)[:_MOST_BYTES], part.get_content_charset())
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


def _signed(parts: Parts, part: Message) -> Part | None:
    """The mail in an S/MIME envelope that is signed, not encrypted (RFC 8551, 3.5.2)."""
    name = _filename(part)
    if _kind(part, name) is not Kind.SIGNED or parts.envelopes == _ENVELOPES:
        return None
    if PurePosixPath(PurePosixPath(name).stem).suffix:  # « devis.pdf.p7m » is a file
        return None
    content = content_of(_payload(part))
    if not content:
        return None
    parts.envelopes += 1
    inner = read_message(content)
    parts.defects |= inner.said
    return inner


def _take_files(parts: Parts, part: Message, means: Means) -> None:
    """A file, or those that Outlook has packed into one."""
    name = _filename(part)
    kind = _kind(part, name)
    if kind is Kind.TNEF:
        winmail = open_winmail(_payload(part))
        parts.besides.append(winmail.text)
        parts.attachments += (_unpacked(file, means) for file in winmail.inside)
        if winmail.text or winmail.inside:
            return
        parts.defects.add("tnef-unread")
    encrypted = kind in (Kind.SIGNED, Kind.ENCRYPTED) or part.get_content_type() == _PGP
    parts.defects.update(["encrypted"] * encrypted)
    parts.attachments.append(_file(part, name, kind, means))


def _file(part: Message, name: str, kind: Kind, means: Means) -> Attachment:
    said, data = part.get_content_type(), _payload(part)
    if kind is Kind.MAIL:  # a mail sent as any file
        text, trouble = _said_in(read_message(data), means)
        return Attachment(name, said, data, text, trouble)
    if kind is Kind.IMAGE and _is_shown_inline(part) and is_sign_of_house(data):
        return Attachment(name, said, data)
    read = read_document(name, said, data, means.scanner, part.get_content_charset())
    return Attachment(name, said, data, read.text, read.trouble)


def _unpacked(file: Enclosed, means: Means) -> Attachment:
    """A file out of winmail.dat."""
    kind = file.kind or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    read = read_document(file.name, kind, file.data, means.scanner)
    return Attachment(safe_name(file.name, kind), kind, file.data, read.text, read.trouble)


def _kind(part: Message, name: str) -> Kind:
    return kind_of(name, part.get_content_type(), _payload(part))


def _is_shown_inline(part: Message) -> bool:
    return "content-id" in part or part.get_content_disposition() == "inline"


def _enclosed(part: Message, means: Means) -> Attachment:
    """A mail, or a report about one, that came inside this mail."""
    kind, inner = part.get_content_type(), _inner(part)
    data = b"\n".join(_flattened(message) for message in inner) or _payload(part)
    trouble = ""
    if kind not in ENCLOSED or not inner:
        text = decode(data, None).text.strip()
    else:
        text, trouble = _said_in(inner[0], means)
    return Attachment(_filename(part), kind, data, text[:_MOST_TEXT], trouble)


def _said_in(message: Message, means: Means) -> tuple[str, str]:
    """What an enclosed mail and its files say, of a mere forward what the forwarded mails say; and
    what could not be read of them.
    """
    if not means.forwards:
        return "", ""
    parts = read_parts(message, replace(means, forwards=means.forwards - 1))
    text = parts.text()
    texts = [text] if text else [mail.text for mail in parts.attachments if _is_mail(mail)]
    files = [file for file in parts.attachments if not _is_mail(file)]
    texts += [f"[{file.filename}]\n{file.text}" for file in files if file.text and _is_file(file)]
    troubles = [f"« {file.filename} » : {file.trouble}" for file in files if file.trouble]
    return "\n\n".join(texts), " ; ".join(troubles[:_MOST_TROUBLES])


def _is_mail(attachment: Attachment) -> bool:
    return attachment.content_type in ENCLOSED


def _is_file(attachment: Attachment) -> bool:
    """Not a report of a server, nor the headers of a mail that came back."""
    return not attachment.content_type.startswith(("message/", "text/rfc822-headers"))


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


# --- names ----------------------------------------------------------------------------------


def _filename(part: Message) -> str:
    return safe_name(words(part.get_filename() or ""), part.get_content_type())


def safe_name(said: str, kind: str) -> str:
    """A name without path, control character or sign that a system forbids; never empty."""
    base = one_line(said).replace("\\", "/").rstrip("/").rpartition("/")[2]
    base = _NOT_IN_NAMES.sub("_", base).strip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > 10:
        return base[:_NAME_LENGTH] or f"piece-jointe{_extension(kind)}"
    return f"{stem[: _NAME_LENGTH - len(extension) - 1]}.{extension}"


def _extension(kind: str) -> str:
    if kind in ENCLOSED:
        return ".eml"
    return _EXTENSIONS.get(kind) or mimetypes.guess_extension(kind, strict=False) or ".bin"
