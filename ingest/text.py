"""Bytes to text, whatever the sender says they are. Made with French mail in mind."""

import binascii
import codecs
import itertools
import re
from collections.abc import Callable
from typing import NamedTuple

# Mailers that say latin-1 or ASCII mean windows-1252, as browsers assume (WHATWG Encoding, 4.2).
_SAID_FOR_WINDOWS = {"ascii", "iso8859-1", "cp1252"}
# Their bytes look like ASCII, or hold NULs: nothing but the declaration can tell them.
_ONLY_BY_DECLARATION = ("utf-7", "utf-16", "utf-32", "iso2022", "hz")
# Python's own inventions: not charsets, and some of them make lone surrogates.
_NOT_CHARSETS = {"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
# Soft hyphens and zero-width signs hide words from readers and from the model; overrides of the
# writing direction make a name or a subject read as another; lone surrogates and NUL are refused
# by PostgreSQL.
_UNSEEN = "\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_DROPPED = re.compile(f"[{_CONTROLS}{_UNSEEN}]")
_BREAKS = re.compile(f"[{_CONTROLS}\t\n\u2028\u2029]+")
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_C1 = re.compile("[\x80-\x9f]")
_ESCAPED_BYTES = re.compile("[\udc80-\udcff]")

# RFC 2047 as it is met: glued to text, with spaces or a "?" inside, with a language (RFC 2231, 5).
_WORD = re.compile(
    r"=\?(?P<charset>[^?\s*]+)(?:\*[^?\s]*)?\?(?P<way>[bBqQ])\?"
    r"(?P<said>[^?]*(?:\?(?!=)[^?]*){0,3})\?="
)
_QUOTED_PRINTABLE = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_COVER = re.compile("\ue000(\\d+)\ue001")
_COVER_SIGNS = re.compile("[\ue000\ue001]")
_FOLD = re.compile(r"\r?\n[ \t]+")


class Decoded(NamedTuple):
    """Text, and whether its charset had to be guessed against the declaration."""

    text: str
    guessed: bool


def decode(data: bytes, declared: str | None) -> Decoded:
    """Read bytes: UTF-8 where they are UTF-8, the declared charset where it fits, else windows."""
    text, guessed = _decode(data, declared)
    return Decoded(tidy(text), guessed)


def _decode(data: bytes, declared: str | None) -> tuple[str, bool]:
    codec = _codec(declared)
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark) and (text := _strictly(data, name)) is not None:
            return text, False
    if codec and codec.startswith(_ONLY_BY_DECLARATION):
        if (text := _strictly(data, codec)) is not None:
            return text, False
    elif data.isascii():
        return data.decode("ascii"), False
    # Text in another charset is hardly ever valid UTF-8 by accident; the reverse label is common.
    if (text := _strictly(data, "utf-8")) is not None:
        return text, codec not in (None, "utf-8")
    return _not_utf8(data, codec)


def _not_utf8(data: bytes, codec: str | None) -> tuple[str, bool]:
    if codec in (None, "utf-8") or codec in _SAID_FOR_WINDOWS:
        mixed = _mostly_utf8(data)
        return (mixed, True) if mixed else (_windows(data), codec not in _SAID_FOR_WINDOWS)
    text = _strictly(data, codec)
    # Control characters of the C1 block are never written: those bytes were windows-1252.
    if text is not None and not _C1.search(text):
        return text, False
    return _windows(data), True


def _codec(declared: str | None) -> str | None:
    """Python's name for a declared charset; None when nobody knows it."""
    try:
        name = codecs.lookup((declared or "").strip(" \"'")).name
    except (LookupError, ValueError):
        return None
    return None if name.replace("_", "-") in _NOT_CHARSETS else name


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        text.encode("utf-8")  # some codecs make lone surrogates
    except (LookupError, UnicodeError):
        return None
    return text


def _mostly_utf8(data: bytes) -> str | None:
    """UTF-8 with a few foreign bytes in it (a quote in another charset, a cut character)."""
    text = data.decode("utf-8", "surrogateescape")
    foreign = len(_ESCAPED_BYTES.findall(text))
    if sum(1 for char in text if not char.isascii()) <= 2 * foreign:
        return None
    return _ESCAPED_BYTES.sub(lambda byte: _windows(bytes([ord(byte.group()) - 0xDC00])), text)


def _windows(data: bytes) -> str:
    return data.decode("cp1252", "replace")


def tidy(text: str) -> str:
    """Line ends as ``\\n``; no control character, byte order mark or invisible sign."""
    return _DROPPED.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """What fits into a header or a list: control characters and line ends become one space."""
    return _BREAKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def header(raw: str) -> str:
    """A header value as people read it, from the string Python's parser keeps of its bytes."""
    return one_line(words(repaired(raw)))


def repaired(raw: str) -> str:
    """A header value unfolded, its raw 8-bit bytes read (RFC 6532 or worse), its words encoded."""
    if raw.isascii():
        return _FOLD.sub(" ", raw)
    try:
        data = raw.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = raw.encode("utf-8", "replace")
    return _FOLD.sub(" ", _decode(data, None)[0])


def words(text: str) -> str:
    """Decode encoded words (RFC 2047), neighbours in one charset together.

    Mailers cut words in the middle of a character, so bytes are joined before they are read.
    """
    read: list[str] = []
    held = b""
    charset, end = "", 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        if not held or between.strip() or word["charset"].lower() != charset:
            read.append(_decode(held, charset)[0])
            read.append("" if held and not between.strip() else between)
            held, charset = b"", word["charset"].lower()
        held += _bytes_of(word)
        end = word.end()
    return "".join(read) + _decode(held, charset)[0] + text[end:]


def encoded_words(text: str) -> tuple[str, Callable[[str], str]]:
    """Cover each encoded word with a sign that no structure is read into, and how to uncover it."""
    held = [word.group() for word in _WORD.finditer(text)]
    numbers = itertools.count()
    clear = _COVER_SIGNS.sub("", text) if not text.isascii() else text
    covered = _WORD.sub(lambda _: f"\ue000{next(numbers)}\ue001", clear)
    return covered, lambda part: _COVER.sub(lambda sign: held[int(sign[1])], part)


def _bytes_of(word: re.Match[str]) -> bytes:
    if word["way"] in "qQ":
        said = word["said"].replace("_", " ").encode("utf-8", "replace")
        return _QUOTED_PRINTABLE.sub(lambda code: bytes([int(code[1], 16)]), said)
    said_64 = _NOT_BASE64.sub("", word["said"])
    whole = said_64[: len(said_64) - (len(said_64) % 4 == 1)]
    return binascii.a2b_base64(whole + "=" * (-len(whole) % 4))


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines that ``format=flowed`` cut for the wire (RFC 3676, 4)."""
    joined: list[tuple[int, list[str]]] = []
    flowing = False
    for line in text.split("\n"):
        words_of_it = line.lstrip(">")
        depth = len(line) - len(words_of_it)
        content = words_of_it.removeprefix(" ")  # space-stuffing: RFC 3676, 4.4
        signature = content == "-- "
        if flowing and not signature and joined[-1][0] == depth:
            joined[-1][1].append(content)
        else:
            joined.append((depth, [content]))
        flowing = content.endswith(" ") and not signature
        if flowing and delete_space:
            joined[-1][1][-1] = content[:-1]
    return "\n".join(_requoted(depth, "".join(pieces)) for depth, pieces in joined)


def _requoted(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}" if depth else content
