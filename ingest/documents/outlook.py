""".msg: a mail as Outlook keeps it in a file ([MS-OXMSG], within the compound file of [MS-CFB])."""

import io
import re

import olefile

from ingest.documents import mapi
from ingest.documents.document import (
    DAMAGED,
    LOCKED,
    MOST_INFLATED,
    TOO_LARGE,
    Document,
    Enclosed,
    Unreadable,
)

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROPERTIES = "__properties_version1.0"
_PROPERTY = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})", re.IGNORECASE)
_MOST_FILES = 200
_MOST_STREAMS = 5_000
_FIXED = (mapi.SHORT, mapi.LONG, mapi.BOOLEAN, mapi.TIME)
_WANTED = {
    *(mapi.SUBJECT, mapi.SENDER_NAME, mapi.SENDER_ADDRESS, mapi.SENDER_SMTP),
    *(mapi.BODY, mapi.BODY_RTF, mapi.BODY_HTML),
    *(mapi.ATTACHED, mapi.SHORT_NAME, mapi.LONG_NAME, mapi.MIME_TYPE),
}
_INNER_MAIL = f"__substg1.0_{mapi.ATTACHED:04X}{mapi.OBJECT:04X}"
_OF_OLD = {
    "WordDocument": "ancien format Word (.doc)",
    "Workbook": "ancien format Excel (.xls)",
    "Book": "ancien format Excel (.xls)",
    "PowerPoint Document": "ancien format PowerPoint (.ppt)",
}


def read_compound(data: bytes, *, deeper: int = 2) -> Document:
    """A mail of Outlook; of the other compound files, what they are."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return _read(file, deeper)
    except (OSError, ValueError, IndexError, RecursionError) as error:
        raise Unreadable(DAMAGED) from error


def _read(file: olefile.OleFileIO, deeper: int) -> Document:
    streams = [tuple(path) for path in file.listdir()]
    held = sum(file.get_size(list(path)) for path in streams[:_MOST_STREAMS])
    if len(streams) > _MOST_STREAMS or held > MOST_INFLATED:  # many may stand at the same place
        raise Unreadable(TOO_LARGE)
    roots = {path[0] for path in streams}
    if _PROPERTIES in roots:
        return _mail(file, streams, (), deeper)
    if "EncryptedPackage" in roots:  # how Office locks its newer files ([MS-OFFCRYPTO])
        raise Unreadable(LOCKED)
    raise Unreadable(next((_OF_OLD[name] for name in _OF_OLD if name in roots), "format inconnu"))


Path = tuple[str, ...]


def _mail(file: olefile.OleFileIO, streams: list[Path], at: Path, deeper: int) -> Document:
    """The mail whose streams lie below a place, and the files with it."""
    below = {path[len(at)] for path in streams if path[: len(at)] == at and len(path) > len(at)}
    stores = sorted(name for name in below if name.startswith("__attach_version1.0_"))
    properties = _properties(file, streams, at)
    inside = []
    for store in stores[:_MOST_FILES]:
        place = (*at, store)
        said = _properties(file, streams, place) | {
            mapi.CODEPAGE: mapi.number(properties, mapi.CODEPAGE)
        }
        name = mapi.string(said, mapi.LONG_NAME) or mapi.string(said, mapi.SHORT_NAME)
        if (inner := (*place, _INNER_MAIL)) in {path[: len(inner)] for path in streams}:
            found = _mail(file, streams, inner, deeper - 1) if deeper else Document()
            if found.text:
                inside.append(Enclosed(name or "message", "text/plain", found.text.encode()))
            inside += found.inside
        elif isinstance(attached := said.get(mapi.ATTACHED), bytes):
            inside.append(Enclosed(name, mapi.string(said, mapi.MIME_TYPE), attached))
    return mapi.letter(properties, tuple(inside))


def _properties(
    file: olefile.OleFileIO, streams: list[Path], at: Path
) -> dict[int, str | bytes | int]:
    """The properties at one place: short ones in one stream together, the others in their own."""
    found: dict[int, str | bytes | int] = {}
    head = 8 if at and at[-1].startswith("__attach") else 24 if at else 32
    if (*at, _PROPERTIES) in streams:
        entries = file.openstream([*at, _PROPERTIES]).read()[head:]
        for place in range(0, len(entries) - 15, 16):
            kind = int.from_bytes(entries[place : place + 2], "little")
            tag = int.from_bytes(entries[place + 2 : place + 4], "little")
            if kind in _FIXED:
                width = 8 if kind == mapi.TIME else 4
                found[tag] = int.from_bytes(entries[place + 8 : place + 8 + width], "little")
    for path in streams:
        named = _PROPERTY.fullmatch(path[-1]) if path[:-1] == at else None
        if named is None:
            continue
        tag, kind = int(named[1], 16), int(named[2], 16)
        if tag in _WANTED and kind in (mapi.UNICODE, mapi.STRING8, mapi.BINARY):
            value = file.openstream(list(path)).read()
            found[tag] = value.decode("utf-16-le", "replace") if kind == mapi.UNICODE else value
    return found
