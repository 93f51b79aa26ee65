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
# Names that Python does not know, and charsets that are sent for their ancestors.
_ALSO_CALLED = {
    "latin-9": "iso8859-15",
    "x-mac-roman": "mac-roman",
    "x-macroman": "mac-roman",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
    "x-cp1252": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
}
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
_CHARSET_NAME = re.compile(r"[\w:.+-]+", re.ASCII)  # before comments, « //TRANSLIT », quotes
_ESCAPED_BYTES = re.compile("[\udc80-\udcff]")

# RFC 2047 as it is met: glued to text, with spaces or a "?" inside, with a language
# (RFC 2231, 5), cut at the end of the header.
_WORD = re.compile(
    r"=\?(?P<charset>[^?\s*]*)(?:\*[^?\s]*)?\?(?P<way>[bBqQ])\?"
    r"(?:(?P<said>[^?]*(?:\?(?!=)[^?]*){0,3})\?=|(?P<cut>[^?\s<>]*)\??\Z)"
)
_QUOTED_PRINTABLE = re.compile(rb"=([0-9A-Fa-f]{2})")
_COVER = re.compile("\ue000(\\d+)\ue001")
_COVER_SIGNS = re.compile("[\ue000\ue001]")
_FOLD = re.compile(r"\r?\n[ \t]+")

_BASE64_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_FOREIGN_TO_BASE64 = bytes(set(range(256)) - set(_BASE64_SIGNS))
_PADDING = re.compile(rb"=[=\s]*")
_MOST_PIECES = 1_000  # lines that are padded each
_TWO_WORDS = re.compile(
    rb"(?<!\S)[A-Za-z'\x80-\xff]{2,15}[,.;:!?]?[ \t][A-Za-z'\x80-\xff]{1,15}(?![A-Za-z0-9+/=])"
)
_SPACE_AT_LINE_END = re.compile(rb"[ \t]\r?\n")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


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
        if (text := _wide(data, codec)) is not None:
            return text, False
    elif data.isascii():
        return data.decode("ascii"), False
    # Text in another charset is hardly ever valid UTF-8 by accident; the reverse label is common.
    if (text := _strictly(data, "utf-8")) is not None:
        return text, codec not in (None, "utf-8")
    if (text := _utf8_but_its_end(data)) is not None:
        return text, True
    return _not_utf8(data, codec)


def _wide(data: bytes, codec: str) -> str | None:
    """Text in a charset that declares itself by nothing; what cannot be in it is in another."""
    if codec.startswith(("utf-16", "utf-32")):
        if b"\0" not in data and _strictly(data, "utf-8") is not None:
            return None
        if codec == "utf-16":  # without a mark, the byte that is nought tells (RFC 2781, 4.3)
            codec = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
    return _strictly(data, codec)


def _utf8_but_its_end(data: bytes) -> str | None:
    """UTF-8 that was cut in the middle of its last character."""
    try:
        text = codecs.utf_8_decode(data, "strict", False)[0]
    except UnicodeDecodeError:
        return None
    return None if text.isascii() else text


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
    said = _CHARSET_NAME.search(declared or "")
    if said is None:
        return None
    try:
        name = codecs.lookup(_ALSO_CALLED.get(said[0].lower(), said[0])).name
    except (LookupError, ValueError):
        return None
    return None if name.replace("_", "-") in _NOT_CHARSETS else name


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
        if codec != "utf-8":
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
    held: list[re.Match[str]] = []
    end = 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        if not held or between.strip() or word["charset"].lower() != held[0]["charset"].lower():
            read.append(_read_together(held))
            read.append("" if held and not between.strip() else between)
            held = []
        held.append(word)
        end = word.end()
    return "".join(read) + _read_together(held) + text[end:]


def _read_together(neighbours: list[re.Match[str]]) -> str:
    if not neighbours:
        return ""
    charset = neighbours[0]["charset"]
    data = b"".join(map(_bytes_of, neighbours))
    # Others cut base64 anywhere: then it makes sense only when it is joined first.
    if len(neighbours) > 1 and _strictly(data, _codec(charset) or "utf-8") is None:
        said = "".join(_said(word) for word in neighbours if word["way"] in "bB")
        joined = from_base64(said.encode("ascii", "replace"))
        if (text := _strictly(joined, _codec(charset) or "utf-8")) is not None:
            return text
    return _decode(data, charset)[0]


def encoded_words(text: str) -> tuple[str, Callable[[str], str]]:
    """Cover each encoded word with a sign that no structure is read into, and how to uncover it."""
    held = [word.group() for word in _WORD.finditer(text)]
    numbers = itertools.count()
    clear = _COVER_SIGNS.sub("", text) if not text.isascii() else text
    covered = _WORD.sub(lambda _: f"\ue000{next(numbers)}\ue001", clear)
    return covered, lambda part: _COVER.sub(lambda sign: held[int(sign[1])], part)


def _bytes_of(word: re.Match[str]) -> bytes:
    if word["way"] in "bB":
        return from_base64(_said(word).encode("ascii", "replace"))
    said = _said(word).replace("_", " ").encode("utf-8", "replace")
    return _QUOTED_PRINTABLE.sub(lambda code: bytes([int(code[1], 16)]), said)


def _said(word: re.Match[str]) -> str:
    return word["said"] or word["cut"] or ""


# --- transfer encodings ---------------------------------------------------------------------


def from_base64(data: bytes) -> bytes:
    """Bytes from base64 (RFC 2045, 6.8), leaving out what does not belong.

    Some programs say base64 of plain words, and lists write their footer below it: where words
    begin, base64 has ended.
    """
    words_from = len(data)
    if data.translate(None, _BASE64_SIGNS):
        words_from = _words_in_base64(data)
        coded = data[:words_from]
        if b"+" not in coded and b"/" not in coded:
            coded = coded.replace(b"-", b"+").replace(b"_", b"/")  # RFC 4648, 5
        coded = coded.translate(None, _FOREIGN_TO_BASE64)
    else:
        coded = data
    *pieces, rest = _PADDING.split(coded, maxsplit=_MOST_PIECES)
    read = [*map(_whole_quads, pieces), _whole_quads(rest.replace(b"=", b""))]
    if words_from < len(data):
        read += [b"\n" if any(read) else b"", data[words_from:]]
    return b"".join(read)


def _whole_quads(coded: bytes) -> bytes:
    """Base64 without padding; a single sign left over says nothing."""
    try:
        return binascii.a2b_base64(coded)
    except binascii.Error:
        coded = coded.translate(None, b"\r\n\t ")
        whole = coded[: len(coded) - (len(coded) % 4 == 1)]
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _words_in_base64(data: bytes) -> int:
    """Where the first line of words begins, with a rule above it."""
    pair = _TWO_WORDS.search(data)
    if pair is None:
        return len(data)
    start = data.rfind(b"\n", 0, pair.start()) + 1
    above = data.rfind(b"\n", 0, max(start - 1, 0)) + 1
    return above if not data[above:start].strip(b"-_=*\r\n ") else start


def from_quoted_printable(data: bytes) -> bytes:
    """Bytes from quoted-printable (RFC 2045, 6.7); what is no code stays as it is."""
    if _SPACE_AT_LINE_END.search(data):
        data = b"\r\n".join(line.rstrip(b"\r\t ") for line in data.split(b"\n"))
    for soft_end in (b"=\r\n", b"=\n", b"=\r"):
        data = data.replace(soft_end, b"")
    return binascii.a2b_qp(data.removesuffix(b"="))


def from_uuencode(data: bytes) -> bytes:
    """Bytes from the first file in uuencode; words that hold none stay as they are."""
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data
    read, at = bytearray(), begin.end()
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        line, at = data[at:end].rstrip(b"\r\n"), end
        if line in (b"end", b"`", b""):
            break
        try:
            # Some programs pad lines wrongly: their first sign says how many bytes they hold.
            read += binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1])
        except binascii.Error:
            break
    return bytes(read)


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
