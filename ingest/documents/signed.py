"""S/MIME: what stands in a mail that is signed but not encrypted (RFC 8551, 3.5.2; RFC 5652, 5)."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from ingest.documents.document import MOST_INFLATED

_CONSTRUCTED, _TAG = 0x20, 0xDF  # a tag with and without the sign that it holds values
_OCTETS = 0x04
_PKCS7 = bytes.fromhex("2a864886f70d0107")  # 1.2.840.113549.1.7
_SIGNED, _ENVELOPED = _PKCS7 + b"\x02", _PKCS7 + b"\x03"
_COMPRESSED = bytes.fromhex("2a864886f70d0109100109")  # 1.2.840.113549.1.9.16.1.9 (RFC 3274)
_WRAPPED = 3  # what is compressed may be signed, what is signed compressed
_DEEPEST = 50


class _Malformed(ValueError):
    """These bytes are no BER."""


class _Value(NamedTuple):
    """A value in BER (X.690, 8.1): where its content stands."""

    tag: int
    start: int
    end: int


def content_of(data: bytes) -> bytes | None:
    """What was signed; None when it is encrypted, not there, or cannot be found.

    The signature is not verified: whoever signed, these are the words of the mail.
    """
    try:
        return _content(data)
    except (_Malformed, IndexError, ValueError, zlib.error):
        return None


def is_encrypted(data: bytes) -> bool:
    """Whether these bytes are a mail that only its reader's key opens."""
    try:
        kind = _values(data, *_only(data, 0, len(data))[1:])[0]
    except (_Malformed, IndexError):
        return False
    return data[kind.start : kind.end] == _ENVELOPED


def _content(data: bytes) -> bytes | None:
    """ContentInfo → SignedData → EncapsulatedContentInfo → OCTET STRING (RFC 5652, 3 and 5.1)."""
    whole = _only(data, 0, len(data))
    kind, wrapped = _values(data, whole.start, whole.end)[:2]
    said = data[kind.start : kind.end]
    if said not in (_SIGNED, _COMPRESSED):
        return None
    inner = _only(data, wrapped.start, wrapped.end)
    encapsulated = _values(data, inner.start, inner.end)[2]
    within = _values(data, encapsulated.start, encapsulated.end)
    if len(within) < 2:
        return None  # signed apart: the content is another part of the mail
    content = b"".join(_octets(data, _only(data, within[1].start, within[1].end)))
    if said == _SIGNED:
        return content
    return zlib.decompressobj().decompress(content, MOST_INFLATED)


def _octets(data: bytes, value: _Value, deep: int = 0) -> Iterator[bytes]:
    """A string of bytes, in one piece or in many."""
    if value.tag & _TAG != _OCTETS or deep > _DEEPEST:
        raise _Malformed
    if not value.tag & _CONSTRUCTED:
        yield data[value.start : value.end]
        return
    for piece in _values(data, value.start, value.end):
        yield from _octets(data, piece, deep + 1)


def _only(data: bytes, start: int, end: int) -> _Value:
    return _read(data, start, end)[0]


def _values(data: bytes, start: int, end: int) -> list[_Value]:
    found = []
    while start < end:
        value, start = _read(data, start, end)
        found.append(value)
    return found


def _read(data: bytes, at: int, end: int) -> tuple[_Value, int]:
    """The value that begins here, and where the next one does."""
    tag, start, length = _head(data, at)
    if length is not None:
        if start + length > end:
            raise _Malformed
        return _Value(tag, start, start + length), start + length
    inner, depth = start, 1  # of a length that is not told: up to the two noughts that end it
    while depth:
        if inner >= end:
            raise _Malformed
        inner_tag, begun, inner_length = _head(data, inner)
        if inner_length is None:
            depth += 1
            inner = begun
        else:
            depth -= inner_tag == 0
            inner = begun + inner_length
    return _Value(tag, start, inner - 2), inner


def _head(data: bytes, at: int) -> tuple[int, int, int | None]:
    """The tag, where the content begins, and how long it is, if that is told."""
    tag, first = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:  # tags above 30 are none of ours
        raise _Malformed
    if first < 0x80:
        return tag, at + 2, first
    if first == 0x80:
        return tag, at + 2, None
    size = first & 0x7F
    if size > 8:
        raise _Malformed
    return tag, at + 2 + size, int.from_bytes(data[at + 2 : at + 2 + size], "big")
