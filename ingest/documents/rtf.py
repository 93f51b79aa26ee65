"""Rich Text Format: its words, and the HTML that Outlook packs into it.

RTF Specification 1.9.1; [MS-OXRTFEX] HTML in RTF; [MS-OXRTFCP] its compression.
"""

import codecs
import re
from dataclasses import dataclass, field, replace

from ingest import html
from ingest.documents.document import MOST_INFLATED, MOST_TEXT, Document, Unreadable, cleaned

_TOKEN = re.compile(
    rb"\\(?:(?P<word>([a-zA-Z]{1,32})(-?\d{1,10})?) ?|'(?P<code>[0-9a-fA-F]{2})|(?P<symbol>[^a-zA-Z]))"
    rb"|(?P<brace>[{}])|(?P<plain>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_SIGNS = {
    **{"par": "\n", "line": "\n", "sect": "\n\n", "page": "\n\n", "row": "\n", "cell": "\t"},
    **{"tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’"},
    **{"ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "nestcell": "\t"},
    **{"softline": "\n", "nestrow": "\n"},
}
_SYMBOLS = {b"~": "\xa0", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n"}
# Groups that hold no words of the text.
_SILENT = frozenset(
    {
        *("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "filetbl", "listtable"),
        *("listoverridetable", "revtbl", "rsidtbl", "generator", "themedata", "datastore"),
        *("colorschememapping", "latentstyles", "xmlnstbl", "fldinst", "template", "private"),
        *("nonshppict", "mmathPr", "wgrffmtfilter", "pntext", "pntxta", "pntxtb"),
    }
)
_KNOWN = ("htmltag", "shppict")  # of those that may be passed over
_CHARSETS = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}
_DEEPEST = 10_000  # groups within each other
_MOST_TOKENS = 2_000_000


@dataclass(frozen=True)
class _Group:
    """What holds until a group is closed."""

    silent: bool = False
    skip: int = 1  # signs after each \\u that say the same for programs without Unicode
    rendered: bool = False  # within \\htmlrtf: for readers of RTF alone


@dataclass
class _Page:
    """What has been read so far, and what holds where it is being read."""

    codepage: str = "cp1252"
    is_html: bool = False
    pieces: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)  # signs of the codepage, not yet decoded
    length: int = 0
    group: _Group = field(default_factory=_Group)
    outer: list[_Group] = field(default_factory=list)
    starred: bool = False  # what follows may be passed over by whoever does not know it
    skip: int = 0  # signs still to be passed over after \\u

    def take(self, token: re.Match[bytes]) -> int:
        """Take up the next token; give how many bytes after it are not to be read."""
        ahead = 0
        match token.lastgroup:
            case "brace":
                self._brace(opens=token[0] == b"{")
            case "word":
                ahead = self._word(token[2].decode("ascii"), int(token[3]) if token[3] else None)
            case "code" | "symbol" if self.skip:
                self.skip -= 1
            case "code":
                self._write(bytes([int(token["code"], 16)]))
            case "symbol" if token["symbol"] != b"*":
                self._say(_SYMBOLS.get(token["symbol"], token["symbol"].decode("latin-1")))
            case "plain":
                self._write(token[0][self.skip :])
                self.skip = max(self.skip - len(token[0]), 0)
            case None:  # the end of a line says nothing
                return 0
        self.starred = token["symbol"] == b"*"
        return ahead

    def text(self) -> str:
        """All that was said; halves of letters beyond 16 bits are joined."""
        self._settle()
        whole = "".join(self.pieces).encode("utf-16-le", "surrogatepass")
        return whole.decode("utf-16-le", "replace")

    def _brace(self, *, opens: bool) -> None:
        self.skip = 0
        if not opens:
            self.group = self.outer.pop() if self.outer else self.group
        elif len(self.outer) > _DEEPEST:
            raise Unreadable("fichier piégé (groupes imbriqués sans fin)")
        else:
            self.outer.append(self.group)

    def _word(self, name: str, value: int | None) -> int:
        if name == "bin":
            return max(value or 0, 0)
        if name in _SILENT or (self.starred and name not in _KNOWN):
            self.group = replace(self.group, silent=True)
        elif self.skip:
            self.skip -= 1
        elif name == "u" and value is not None:  # written with a minus above 32,767
            self._say(chr(value & 0xFFFF))
            self.skip = self.group.skip
        elif name in _SIGNS:
            self._say(_SIGNS[name])
        else:
            self._rule(name, value)
        return 0

    def _rule(self, name: str, value: int | None) -> None:
        """What holds from here on."""
        match name:
            case "htmlrtf":
                self.group = replace(self.group, rendered=value != 0)
            case "fromhtml":
                self.is_html = value != 0
            case "uc":
                self.group = replace(self.group, skip=max(value or 0, 0))
            case "ansicpg" if value:
                self.codepage = _codepage(value) or self.codepage
            case "mac" | "pc" | "pca":
                self.codepage = _CHARSETS[name]

    def _say(self, text: str) -> None:
        if not (self.group.silent or self.group.rendered):
            self._settle()
            self.pieces.append(text)
            self.length += len(text)

    def _write(self, said: bytes) -> None:
        if not (self.group.silent or self.group.rendered):
            self.raw += said
            self.length += len(said)

    def _settle(self) -> None:
        if self.raw:
            self.pieces.append(self.raw.decode(self.codepage, "replace"))
            self.raw.clear()


def read_rtf(data: bytes) -> Document:
    """The words of a file in RTF, or of the HTML in it."""
    page, at = _Page(), 0
    for _ in range(_MOST_TOKENS):
        token = _TOKEN.match(data, at)
        if token is None or page.length > MOST_TEXT:
            break
        at = token.end() + page.take(token)
    said = page.text()
    return Document(html.to_text(said) if page.is_html else cleaned(said))


def body_of(data: bytes) -> str:
    """The text of an Outlook mail from its compressed RTF."""
    return read_rtf(decompressed(data)).text


def _codepage(number: int) -> str:
    name = {65001: "utf-8", 10000: "mac-roman"}.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


# --- compression ----------------------------------------------------------------------------

_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D  # "LZFu", "MELA"
_HEADER = 16
_WINDOW = 4096
# What the window holds at first ([MS-OXRTFCP] 2.1.3.1.4).
_FIRST = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern "
    rb"\fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def decompressed(data: bytes) -> bytes:
    """RTF out of its compressed form ([MS-OXRTFCP] 2.2): LZ77 over a window of 4,096 bytes."""
    kind = int.from_bytes(data[8:12], "little")
    size = min(int.from_bytes(data[4:8], "little"), MOST_INFLATED)
    if kind == _PLAIN:
        return data[_HEADER : _HEADER + size]
    if kind != _COMPRESSED:
        raise Unreadable("compression inconnue")
    window = bytearray(_FIRST.ljust(_WINDOW, b"\0"))
    place, at = len(_FIRST), _HEADER
    written = bytearray()
    while at < len(data) and len(written) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if flags >> bit & 1:
                pair = int.from_bytes(data[at : at + 2], "big")
                start, length = pair >> 4, (pair & 0xF) + 2
                if at + 2 > len(data) or start == place:  # the end
                    return bytes(written)
                at += 2
                for step in range(start, start + length):
                    byte = window[step % _WINDOW]
                    written.append(byte)
                    window[place] = byte
                    place = (place + 1) % _WINDOW
            elif at < len(data):
                written.append(data[at])
                window[place] = data[at]
                place = (place + 1) % _WINDOW
                at += 1
    return bytes(written)
