"""Properties of Outlook's mails, in winmail.dat and .msg alike ([MS-OXPROPS])."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ingest import html
from ingest.documents.document import Document, Enclosed, Unreadable, cleaned
from ingest.documents.moments import hour
from ingest.documents.rtf import body_of
from ingest.text import decode

# Types of values ([MS-OXCDATA] 2.11.1).
SHORT, LONG, BOOLEAN, TIME = 0x0002, 0x0003, 0x000B, 0x0040
OBJECT, STRING8, UNICODE, BINARY = 0x000D, 0x001E, 0x001F, 0x0102

SUBJECT, SUBMITTED, DELIVERED = 0x0037, 0x0039, 0x0E06
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
BODY, BODY_RTF, BODY_HTML = 0x1000, 0x1009, 0x1013
INTERNET_CODEPAGE, CODEPAGE = 0x3FDE, 0x3FFD
ATTACHED, SHORT_NAME, METHOD, LONG_NAME, MIME_TYPE = 0x3701, 0x3704, 0x3705, 0x3707, 0x370E
EMBEDDED_MAIL, BY_REFERENCE = 5, (2, 3, 4, 7)

Properties = Mapping[int, str | bytes | int]


def string(properties: Properties, tag: int) -> str:
    """A text among properties, whatever form it has."""
    value = properties.get(tag, "")
    if isinstance(value, bytes):
        value = decode(value.rstrip(b"\0"), charset(properties)).text
    return value.rstrip("\0").strip() if isinstance(value, str) else ""


def number(properties: Properties, tag: int) -> int:
    value = properties.get(tag, 0)
    if isinstance(value, bytes):
        return int.from_bytes(value[:4], "little")
    return value if isinstance(value, int) else 0


def charset(properties: Properties) -> str | None:
    """What the texts in bytes are written in."""
    page = number(properties, CODEPAGE) or number(properties, INTERNET_CODEPAGE)
    return {0: None, 65001: "utf-8", 28591: "iso-8859-1", 28605: "iso-8859-15"}.get(
        page, f"cp{page}"
    )


def body(properties: Properties) -> str:
    """The body of a mail from the first of its forms that says anything."""
    if said := string(properties, BODY):
        return cleaned(said)
    markup = properties.get(BODY_HTML, b"")
    if isinstance(markup, bytes):
        page = number(properties, INTERNET_CODEPAGE)
        markup = decode(markup, charset({CODEPAGE: page} if page else properties)).text
    if isinstance(markup, str) and (said := html.to_text(markup)):
        return said
    packed = properties.get(BODY_RTF, b"")
    return body_of(packed) if isinstance(packed, bytes) and packed else ""


def letter(properties: Properties, inside: tuple[Enclosed, ...]) -> Document:
    """A mail as an inline forward would show it."""
    address = string(properties, SENDER_SMTP) or string(properties, SENDER_ADDRESS)
    address = f"<{address}>" if "@" in address else ""  # others are paths within Exchange
    lines = {
        "De": f"{string(properties, SENDER_NAME)} {address}".strip(),
        "Envoyé": moment(number(properties, SUBMITTED) or number(properties, DELIVERED)),
        "Objet": string(properties, SUBJECT),
    }
    head = "\n".join(f"{name} : {said}" for name, said in lines.items() if said)
    try:
        said, trouble = body(properties), ""
    except Unreadable as error:
        said, trouble = "", str(error)
    return Document(f"{head}\n\n{said}".strip(), trouble, inside)


def moment(ticks: int) -> str:
    """A moment as letters give it, from tenths of a microsecond since 1601; nothing if it is none."""
    try:
        then = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return ""
    if then.year < 1990:
        return ""
    return f"{hour(then)} UTC"
