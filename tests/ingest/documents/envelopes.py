"""S/MIME envelopes without cryptography: only what they hold matters here (RFC 5652)."""

_PKCS7 = bytes.fromhex("2a864886f70d0107")


def signed(content: bytes) -> bytes:
    """Signed data, in definite lengths."""
    return _envelope(2, _held(_value(0x04, content)))


def signed_in_pieces(content: bytes) -> bytes:
    """Signed data as OpenSSL streams it: no length is told, the content comes in pieces."""
    pieces = b"".join(_value(0x04, content[at : at + 9]) for at in range(0, len(content), 9))
    held = _endless(0x30, _oid(1) + _endless(0xA0, _endless(0x24, pieces)))
    inner = _endless(0x30, b"\x02\x01\x01" + b"\x31\x00" + held + b"\x31\x00")
    return _endless(0x30, _oid(2) + _endless(0xA0, inner))


def detached() -> bytes:
    """A signature whose content is elsewhere."""
    return _envelope(2, _value(0x30, _oid(1)))


def encrypted() -> bytes:
    return _envelope(3, _held(b""))


def _held(octets: bytes) -> bytes:
    return _value(0x30, _oid(1) + _value(0xA0, octets))


def _envelope(kind: int, held: bytes) -> bytes:
    inner = _value(0x30, b"\x02\x01\x01" + b"\x31\x00" + held + b"\x31\x00")
    return _value(0x30, _oid(kind) + _value(0xA0, inner))


def _oid(kind: int) -> bytes:
    return _value(0x06, _PKCS7 + bytes([kind]))


def _value(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def _endless(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"
