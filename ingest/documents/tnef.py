"""winmail.dat: what Outlook sends to those it takes for colleagues ([MS-OXTNEF])."""

from collections.abc import Iterator
from uuid import UUID

from ingest.documents import mapi
from ingest.documents.document import DAMAGED, Document, Enclosed, Unreadable

SIGNATURE = b"\x78\x9f\x3e\x22"
_HEAD = 6
_MOST_FILES = 200
_MOST_PROPERTIES = 5_000
_NAMED = 0x8000  # tags from here on are given out anew in each file
_MULTIPLE = 0x1000  # marks the type of a property with several values


# Attributes that a file is made of ([MS-OXTNEF] 2.1.3.2), and the properties they stand for.
_PROPERTIES, _FILE = 0x00069003, 0x00069005
_RENDERING = 0x00069002  # begins each file within
_OF_MAIL = {0x00018004: mapi.SUBJECT, 0x0002800C: mapi.BODY, 0x00069007: mapi.CODEPAGE}
_OF_FILE = {0x00018010: mapi.SHORT_NAME, 0x0006800F: mapi.ATTACHED}

# Bytes of a value by its type; the others say their length ([MS-OXCDATA] 2.11.1).
_SIZES = {
    **{0x0002: 2, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 2},
    **{0x0014: 8, 0x0040: 8, 0x0048: 16},
}
_MESSAGE = UUID("00020307-0000-0000-c000-000000000046").bytes_le  # IID_IMessage


Values = dict[int, str | bytes | int]


def read_tnef(data: bytes) -> Document:
    """The body of the mail, and the files in it. What is broken off is read as far as it goes."""
    if not data.startswith(SIGNATURE):
        raise Unreadable(DAMAGED)
    mail: Values = {}
    files: list[Values] = []
    for name, value in _attributes(data):
        if name in _OF_MAIL:
            mail.setdefault(_OF_MAIL[name], value)
        elif name == _PROPERTIES:
            mail |= _properties(value)
        elif name == _RENDERING and len(files) < _MOST_FILES:
            files.append({})
        elif name in _OF_FILE and files:
            files[-1].setdefault(_OF_FILE[name], value)
        elif name == _FILE and files:
            files[-1] |= _properties(value)
    codepage = mapi.number(mail, mapi.CODEPAGE)
    inside = [_enclosed({mapi.CODEPAGE: codepage} | file) for file in files]
    try:
        said, trouble = mapi.body(mail), ""
    except Unreadable as error:
        said, trouble = "", str(error)
    return Document(said, trouble, tuple(inside))


def _enclosed(file: Values) -> Enclosed:
    name = mapi.string(file, mapi.LONG_NAME) or mapi.string(file, mapi.SHORT_NAME)
    data = file.get(mapi.ATTACHED, b"")
    data = data if isinstance(data, bytes) else b""
    if data.startswith(_MESSAGE):  # a mail as an attachment is one more winmail.dat
        return Enclosed(name, "application/ms-tnef", data[len(_MESSAGE) :])
    return Enclosed(name, mapi.string(file, mapi.MIME_TYPE), data)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Name and value of each attribute: a level, a name, a length, the value, a checksum."""
    at = _HEAD
    while at + 9 <= len(data):
        name = int.from_bytes(data[at + 1 : at + 5], "little")
        length = int.from_bytes(data[at + 5 : at + 9], "little")
        yield name, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _properties(data: bytes) -> Values:
    """Properties by their tags ([MS-OXTNEF] 2.1.3.4); named ones are none of ours."""
    found: Values = {}
    stream = _Stream(data)
    for _ in range(min(stream.number(), _MOST_PROPERTIES)):
        kind, tag = stream.number(2), stream.number(2)
        if tag >= _NAMED:
            stream.take(16)
            if stream.number():
                stream.take(stream.number())
            else:
                stream.number()
        size = _SIZES.get(kind & ~_MULTIPLE)
        many = kind & _MULTIPLE or size is None
        for _ in range(min(stream.number(), _MOST_PROPERTIES) if many else 1):
            value = stream.take(stream.number() if size is None else size)
            if tag < _NAMED:
                found.setdefault(tag, _value(kind & ~_MULTIPLE, value))
        if stream.is_over:
            break
    return found


def _value(kind: int, value: bytes) -> str | bytes | int:
    if kind == mapi.UNICODE:
        return value.decode("utf-16-le", "replace")
    if kind in _SIZES:
        return int.from_bytes(value, "little")
    return value


class _Stream:
    """Bytes taken one after the other, each value filling up four; at the end, nothing more."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.data)

    def number(self, size: int = 4) -> int:
        value = self.data[self.at : self.at + size]
        self.at += size
        return int.from_bytes(value, "little")

    def take(self, length: int) -> bytes:
        value = self.data[self.at : self.at + length]
        self.at += length + -length % 4
        return value
