"""What Outlook makes: winmail.dat ([MS-OXTNEF]), .msg ([MS-OXMSG]), compressed RTF ([MS-OXRTFCP])."""

import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

Value = str | bytes | int
MESSAGE = UUID("00020307-0000-0000-c000-000000000046").bytes_le


def compressed(rtf: bytes) -> bytes:
    """Compressed RTF, with references back where the last bytes come again."""
    out, at, flags, held = bytearray(), 0, 0, bytearray()
    count = 0
    while at <= len(rtf):
        if at == len(rtf):  # the end: a reference to where one writes
            place = (207 + at) % 4096
            flags |= 1 << count
            held += struct.pack(">H", place << 4)
            out += bytes([flags]) + held
            break
        start = rtf.rfind(rtf[at : at + 6], max(0, at - 3_000), at) if at + 6 <= len(rtf) else -1
        if start >= 0:
            flags |= 1 << count
            held += struct.pack(">H", ((207 + start) % 4096) << 4 | 4)
            at += 6
        else:
            held.append(rtf[at])
            at += 1
        count += 1
        if count == 8:
            out += bytes([flags]) + held
            flags, held, count = 0, bytearray(), 0
    return struct.pack("<IIII", len(out) + 12, len(rtf), 0x75465A4C, 0) + bytes(out)


# --- winmail.dat ----------------------------------------------------------------------------


def winmail(
    mail: Mapping[int, Value] | None = None,
    *files: Mapping[int, Value],
    attributes: tuple[tuple[int, bytes], ...] = (),
) -> bytes:
    """A mail by its properties, and files by theirs."""
    out = b"\x78\x9f\x3e\x22" + struct.pack("<H", 1)
    out += _attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
    out += _attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    for name, value in attributes:
        out += _attribute(1, name, value)
    if mail is not None:
        out += _attribute(1, 0x00069003, properties(mail))
    for file in files:
        out += _attribute(2, 0x00069002, bytes(14))
        out += _attribute(2, 0x00069005, properties(file))
    return out


def properties(values: Mapping[int, Value]) -> bytes:
    out = struct.pack("<I", len(values) + 1)
    # One with a name of its own, to be passed over.
    out += struct.pack("<HH", 0x001F, 0x8001) + bytes(16) + struct.pack("<II", 1, 6)
    out += "ab\0".encode("utf-16-le") + bytes(2) + _long("à moi\0".encode("utf-16-le"))
    for tag, value in values.items():
        if isinstance(value, int):
            out += struct.pack("<HHI", 0x0003, tag, value)
        elif isinstance(value, str):
            out += struct.pack("<HH", 0x001F, tag) + _long((value + "\0").encode("utf-16-le"))
        else:
            kind = 0x000D if value.startswith(MESSAGE) else 0x0102
            out += struct.pack("<HH", kind, tag) + _long(value)
    return out


def _long(value: bytes) -> bytes:
    return struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)


def _attribute(level: int, name: int, value: bytes) -> bytes:
    head = struct.pack("<BII", level, name, len(value))
    return head + value + struct.pack("<H", sum(value) % 65_536)


# --- .msg -----------------------------------------------------------------------------------

Store = dict[str, "bytes | Store"]


def msg(
    values: Mapping[int, Value],
    *files: Mapping[int, Value],
    sent: datetime | None = None,
    inner: Mapping[int, Value] | None = None,
    inner_file: Mapping[int, Value] | None = None,
) -> bytes:
    """A mail in a file; ``inner`` is a mail that came with it, perhaps with a file."""
    root = _store(values, 32, sent)
    for number, file in enumerate(files):
        root[f"__attach_version1.0_#{number:08X}"] = _store(file, 8)
    if inner is not None:
        held = _store({0x3707: "message", 0x3705: 5}, 8)
        held["__substg1.0_3701000D"] = mail = _store(inner, 24)
        if inner_file:
            mail["__attach_version1.0_#00000000"] = _store(inner_file, 8)
        root["__attach_version1.0_#000000FF"] = held
    return compound(root)


def _store(values: Mapping[int, Value], head: int, sent: datetime | None = None) -> Store:
    fixed, store = bytearray(head), Store()
    for tag, value in values.items():
        if isinstance(value, int):
            fixed += struct.pack("<HHIII", 0x0003, tag, 6, value, 0)
        elif isinstance(value, str):
            store[f"__substg1.0_{tag:04X}001F"] = value.encode("utf-16-le")
        else:
            store[f"__substg1.0_{tag:04X}0102"] = value
    if sent:
        ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        fixed += struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    store["__properties_version1.0"] = bytes(fixed)
    return store


def compound(root: Store) -> bytes:
    """A compound file ([MS-CFB]) with sectors of 512 bytes; each stream fills 4,096 at least, so that
    none needs the small ones.
    """
    entries: list[list[object]] = [["Root Entry", 5, -1, -1, -2]]
    data = bytearray()
    table: list[int] = []

    def chained(content: bytes) -> int:
        first, sectors = len(table), max(-(-len(content) // 512), 1)
        table.extend(range(first + 1, first + sectors))
        table.append(-2)
        data.extend(content.ljust(sectors * 512, b"\0"))
        return first

    def add(store: Store) -> int:
        """The entries of a store, each the right-hand neighbour of the one before."""
        first = last = -1
        for name, content in sorted(
            store.items(), key=lambda item: (len(item[0]), item[0].upper())
        ):
            number = len(entries)
            if isinstance(content, dict):
                entries.append([name, 1, -1, -1, 0])
                entries[number][3] = add(content)
            else:
                start = chained(content.ljust(4096, b"\0")) if content else -2
                entries.append([name, 2, -1, -1, start, max(len(content), 4096) if content else 0])
            if last >= 0:
                entries[last][2] = number
            first, last = (number if first < 0 else first), number
        return first

    entries[0][3] = add(root)
    listed = b"".join(_entry(entry) for entry in entries)
    directory = chained(listed + _entry(["", 0, -1, -1, 0]) * (-len(entries) % 4))
    fats = -(-(len(table) + 1) // 127)
    places = [len(table) + number for number in range(fats)]
    table.extend([-3] * fats)
    fat = struct.pack(f"<{len(table)}i", *table).ljust(fats * 512, b"\xff")
    head = struct.pack(
        "<8s16xHHHHH6xIIiIIiIiI",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, fats, directory, 0, 4096, -2, 0, -2, 0),
    )
    head += struct.pack(f"<{fats}i", *places).ljust(436, b"\xff")
    return head + bytes(data) + fat


def _entry(entry: list[object]) -> bytes:
    name, kind, right, child, start, *size = entry
    said = (str(name) + "\0").encode("utf-16-le") if name else b""
    return struct.pack(
        "<64sHBBiii16xI8x8xiQ", said, len(said), kind, 1, -1, right, child, 0, start, *(size or [0])
    )
