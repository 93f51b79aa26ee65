"""Read raw bytes as a mail. The only module that knows the shapes of mail-parser.

mail-parser knows the grammar of addresses and of trace headers; parts, words and dates are read by
us, as mail programs read them (docs/decisions/mail-reading.md).
"""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from html import escape

from mailparser.utils import get_addresses

from ingest.attachments import Means, Parts, Section, read_parts
from ingest.dates import sent_at
from ingest.documents.scans import Scanner
from ingest.forwards import original_of
from ingest.html import remote_pictures
from ingest.mail import Address, Attachment, Mail
from ingest.mime import ENCLOSED, Part, read_message
from ingest.quoting import split
from ingest.signature import signature_of
from ingest.text import decode, encoded_words, header, one_line, repaired, words

log = logging.getLogger(__name__)
logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # its errors quote people's headers

_SALVAGED = 50_000  # bytes shown of a mail without a readable structure
_GLIMPSED = 20_000
_MOST_OF_A_HEAD = 256_000
_MOST_REFERENCES = 100
_FORWARDS = 5  # mails within each other that are read for their first author

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CONTENT_HEADERS = re.compile(rb"^content-[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}")
# Of an address that no grammar allows, what clients mean: the one in brackets, or all there is.
_LOOSE = re.compile(r"([^<>@]*)<+\s*(?:mailto:)?([^\s<>@]+@[^\s<>@;,]+)[>;,\s]*(?:<\2>\s*)?")


def parse(data: bytes, scanner: Scanner | None = None) -> Mail:
    """Read a mail. Never raises: what cannot be read is said in ``Mail.defects``.

    Pictures in it are read with ``scanner``, which takes seconds; without one they are left to people.
    """
    return _with_original(_read(data, scanner), _FORWARDS)


def _read(data: bytes, scanner: Scanner | None = None) -> Mail:
    return (
        _attempt(data, scanner=scanner)
        or _attempt(_as_plain_text(data), "structure-unreadable")
        or _unread(decode(data[:_SALVAGED], None).text)
    )


def _with_original(mail: Mail, forwards: int) -> Mail:
    if not forwards:
        return mail
    first = original_of(mail, lambda inner: _with_original(_read(inner), forwards - 1))
    return replace(mail, original=first)


def glimpse(data: bytes) -> Mail:
    """The headers and the first words of a mail that is known to be dangerous to read whole."""
    return parse(_as_plain_text(data[:_GLIMPSED]))


def received_at(data: bytes) -> datetime | None:
    """When the last server took charge of a mail: its topmost Received header, if readable."""
    hops = _raw_headers(read_message(data[:_MOST_OF_A_HEAD])).get("received", [""])
    return sent_at(hops[0].rpartition(";")[2])


def _attempt(data: bytes, *defects: str, scanner: Scanner | None = None) -> Mail | None:
    try:
        return _mail(read_message(data), defects, scanner)
    except Exception as error:  # noqa: BLE001 - strangers' bytes: whatever happens, mail goes on
        log.info("a mail of %s bytes is read in part: %s", len(data), type(error).__name__)
        return None


def _split(data: bytes) -> tuple[bytes, bytes]:
    end = _HEAD_END.search(data)
    return (data[: end.end()], data[end.end() :]) if end else (data, b"")


def _as_plain_text(data: bytes) -> bytes:
    """The same headers, and the beginning of the body as if it were plain text."""
    head, body = _split(data)
    return _CONTENT_HEADERS.sub(b"", head) + body[:_SALVAGED]


def _unread(text: str) -> Mail:
    """Nothing is known but some words."""
    return replace(_mail(read_message(b""), ["unreadable"]), text=text, new_text=text)


def _mail(message: Part, defects: Iterable[str], scanner: Scanner | None = None) -> Mail:
    raw = _raw_headers(message)
    parts = read_parts(message, Means(scanner))
    text, new_text, quoted_text = _words_of(parts)
    senders = _people(raw.get("from", ())) or _people(raw.get("sender", ()))
    moment = sent_at(raw.get("date", [""])[0])
    parts.defects.update(defects, message.said, _about_headers(senders, moment, raw))
    return Mail(
        message_id=_message_id(raw.get("message-id", ())),
        in_reply_to=next(iter(_ids(raw.get("in-reply-to", ()))), ""),
        references=_ids(raw.get("references", ()))[-_MOST_REFERENCES:],
        sender=senders[0] if senders else Address("", ""),
        reply_to=_people(raw.get("reply-to", ())),
        to=_people(raw.get("to", ())),
        cc=_people(raw.get("cc", ())),
        subject=next(filter(None, map(header, raw.get("subject", ()))), ""),
        sent_at=moment,
        text=text,
        new_text=new_text,
        quoted_text=quoted_text,
        html=_safe_html(list(parts.sections.values())),
        remote_pictures=_remote_pictures(parts.sections.values()),
        attachments=tuple(parts.attachments),
        headers=tuple((name.lower(), header(str(value))) for name, value in message.raw_items()),
        content_type=_whole_type(message),
        defects=tuple(sorted(parts.defects)),
        signature=signature_of(new_text),
    )


# --- the words ------------------------------------------------------------------------------


def _words_of(parts: Parts) -> tuple[str, str, str]:
    """The whole text, the author's newest words, the history."""
    text = parts.text()
    if not text:
        text = "\n\n".join(map(_as_quoted, filter(_is_mail, parts.attachments)))
        return text, "", text
    return text, *split(text)


def _is_mail(attachment: Attachment) -> bool:
    return attachment.content_type in ENCLOSED


def _as_quoted(attachment: Attachment) -> str:
    """An attached mail as an inline forward would show it."""
    inner = _raw_headers(read_message(attachment.data))
    labels = {"De": "from", "Envoyé": "date", "Objet": "subject"}
    lines = [
        f"{label} : {header(inner[name][0])}" for label, name in labels.items() if name in inner
    ]
    return "\n".join([*lines, "", attachment.text]).strip()


def _remote_pictures(sections: Iterable[Section]) -> int:
    return sum(remote_pictures(said) for section in sections for said in section.html)


def _safe_html(sections: list[Section]) -> str:
    """The body's HTML made safe, with plain stretches between put into it; empty for plain mail."""
    if not any(section.html for section in sections):
        return ""
    return "\n".join(section.safe_html or _as_html(section.text) for section in sections)


def _as_html(plain: str) -> str:
    return escape(plain, quote=False).replace("\n", "<br>\n")


# --- the headers ----------------------------------------------------------------------------


def _raw_headers(message: Part) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), []).append(str(value))
    return found


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(" ".join(map(header, values)))))


def _message_id(values: Iterable[str]) -> str:
    """The mail's own name; some programs forget its brackets."""
    value = header(next(iter(values), ""))
    bare = f"<{value}>" if re.fullmatch(r"[^\s<>]+", value) else ""
    return next(iter(_MESSAGE_ID.findall(value)), bare)


def _people(values: Iterable[str]) -> tuple[Address, ...]:
    """Everybody named in address headers, once, usable or not."""
    return tuple(dict.fromkeys(person for value in values for person in _named_in(value)))


def _named_in(value: str) -> Iterator[Address]:
    text = one_line(repaired(value))
    if ";" in text and not set(':"(=') & set(text):
        text = text.replace(";", ",")  # as Outlook shows them
    people = list(_addresses(text))
    if not any(person.email for person in people) and words(text) != text:
        # Some programs encode the whole of « Jeanne <j@x.fr> », against RFC 2047, 5.
        decoded = [person for person in _addresses(one_line(words(text))) if person.email]
        people = decoded if len(decoded) == 1 else people
    nobody = not text or text.endswith(";")  # « undisclosed-recipients:; »: an empty group
    yield from people or ([] if nobody else [Address(one_line(words(text)), "")])


def _addresses(text: str) -> Iterator[Address]:
    """Addresses by their structure; names are decoded after, so no decoded bracket counts."""
    covered, uncovered = encoded_words(text)
    people = [(name, email) for name, email in get_addresses(covered) if name or email]
    loose = _LOOSE.fullmatch(covered)
    # A comma in the name makes two people of one; a quote never closed, none.
    if loose and len(people) <= 1 and (not people or not people[0][1] or "," in loose[1]):
        people = [(loose[1].strip(' \t"'), loose[2])]
    for name, email in people:
        yield Address(one_line(words(uncovered(name))), _usable(email))


def _usable(email: str) -> str:
    """An address in lower case that mail can be sent to, or nothing."""
    local, at, domain = email.strip().lower().rpartition("@")
    local = local[1:-1] if local[:1] == local[-1:] == '"' else local  # quoted without need
    try:
        email = local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return email if len(email) <= 254 and _EMAIL.fullmatch(email) else ""


def _whole_type(message: Part) -> str:
    report = message.get_param("report-type")
    suffix = f"; report-type={report.lower()}" if isinstance(report, str) and report else ""
    return one_line(message.get_content_type() + suffix)


def _about_headers(
    senders: tuple[Address, ...], moment: datetime | None, raw: dict[str, list[str]]
) -> Iterator[str]:
    if not senders or not senders[0].email:
        yield "sender-unusable"
    if len(senders) > 1 or len(raw.get("from", ())) > 1:
        yield "several-senders"
    if raw.get("date") and moment is None:
        yield "date-unreadable"
