"""Bytes to the parts of a mail (RFC 5322, RFC 2045, RFC 2046), however broken they are.

Python's own parser takes the first odd line of a head for the body, gives up at some hundred levels
and reads forty megabytes in a second. Here bytes are searched, not walked through, and what a mail
program would show is found (docs/decisions/mail-reading.md).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import unquote_to_bytes

from ingest.text import decode, from_base64, from_quoted_printable, from_uuencode, repaired, tidy

# What is a mail itself.
ENCLOSED = ("message/rfc822", "message/global")

_MOST_HEADERS = 256_000  # bytes of one head: as much of recipients takes a second to read
_MOST_PARTS = 1_001  # one more than is looked at, so that too many are noticed
_DEEPEST = 100  # parts within each other
_MOST_GUESSES = 20  # parts whose boundary is looked for
_WRAPPED = 3  # mails within mails, each of them encoded
_WHERE_META_STANDS = 2_000

_HEAD_END = re.compile(rb"\n\r?\n")
_LINE_END = re.compile(rb"\r\r\n|\n\r(?!\n)|\r\n|\n|\r")
_MBOX_LINE = re.compile(rb">?From (?! *:)[^\r\n]*\r?\n")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
# Lines that no letter begins with: before the last of them, an odd line is part of the head.
_SURELY_HEAD = re.compile(
    rb"^(?:from|to|cc|subject|date|sender|reply-to|message-id|mime-version|content-[a-z-]+"
    rb"|received|return-path|references|in-reply-to|delivered-to|x-[a-z0-9-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_DELIMITER = re.compile(rb"\n--([^\n]{0,1000})(?![^\n])")  # RFC 2046 allows 70
_PART_BEGINS = re.compile(
    rb"^--([^\r\n]{1,1000}?)[ \t]*\r?\n(?=content-[a-z-]{1,40}[ \t]*:)",
    re.IGNORECASE | re.MULTILINE,
)

_TYPE = re.compile(r"[\s\"']*([\w!#$&+.^-]+)\s*/\s*([\w!#$&+.^-]+)(?![^\s;,(\"'])")
_PARAMETER = re.compile(
    r"(?<![\w!#$&+.^`|~*'%-])([\w!#$&+.^`|~*'%-]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.DOTALL
)
_PIECE = re.compile(r"([^*]+)(?:\*(\d{1,6}))?(\*)?")
_WITH_SPACES = ("filename", "name", "boundary")
_META_CHARSET = re.compile(rb"<meta\b[^>]{0,200}charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)


class Part(Message):
    """A part over the bytes it came in: what ``Message`` promises, as mail programs read it."""

    def __init__(self, data: bytes, start: int, limit: int, default: str = "text/plain") -> None:
        super().__init__()
        self.set_default_type(default)
        self.said: set[str] = set()  # what is broken in it, as codes
        self.is_cut = False  # into the parts that its boundary announces
        self.data, self.start, self.end = data, start, len(data)
        self.body = self._read_head(limit)

    # --- what Message promises ------------------------------------------------------------------

    def get_content_type(self) -> str:
        """The type in lower case; plain text where it cannot be one (RFC 2045, 5.2)."""
        said = self._raw("content-type")
        if said is None:
            return self.get_default_type()
        kind = _TYPE.match(repaired(said))
        return f"{kind[1]}/{kind[2]}".lower() if kind else "text/plain"

    def get_param(
        self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True
    ) -> Any:
        return self._parameters.get((header, param.lower()), failobj)

    def get_content_charset(self, failobj: Any = None) -> Any:
        """What the header declares; of HTML, else what it declares itself."""
        if said := self.get_param("charset"):
            return said.lower()
        if self.get_content_type() == "text/html":
            own = _META_CHARSET.search(self.content[:_WHERE_META_STANDS])
            return own[1].decode("ascii", "replace").lower() if own else failobj
        return failobj

    def get_filename(self, failobj: Any = None) -> Any:
        said = self.get_param("filename", header="content-disposition") or self.get_param("name")
        return tidy(said.strip("'")) if said else failobj

    def is_multipart(self) -> bool:
        return self.is_cut or super().is_multipart()

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:
        if self.is_multipart():
            return None if decode else self.parts if i is None else self.parts[i]
        return self.content if decode else self.content.decode("ascii", "surrogateescape")

    def as_bytes(self, unixfrom: bool = False, policy: Any = None) -> bytes:
        """The part as it came."""
        return self.data[self.start : self.end]

    # --- what it is made of ---------------------------------------------------------------------

    @property
    def parts(self) -> list["Part"]:
        return [each for each in super().get_payload() or () if isinstance(each, Part)]

    @property
    def is_encoded(self) -> bool:
        return self.encoding in ("base64", "quotedprintable")

    @cached_property
    def content(self) -> bytes:
        """Its body without transfer encoding (RFC 2045, 6); unknown ones are taken for none."""
        body = self.data[self.body : self.end]
        match self.encoding:
            case "base64":
                return from_base64(body)
            case "quotedprintable":
                return from_quoted_printable(body)
            case "uuencode" | "uue" | "uu":
                return from_uuencode(body)
        return body

    @cached_property
    def encoding(self) -> str:
        """The letters and figures of its transfer encoding: « "Base64"; », « x-base-64 »."""
        said = re.split(r"[;(]", self._raw("content-transfer-encoding") or "", maxsplit=1)[0]
        return re.sub(r"[^a-z0-9]|^\W*x-", "", said.lower())

    @cached_property
    def boundary(self) -> bytes:
        said = str(self.get_param("boundary", "")).rstrip()
        return said.encode("utf-8", "surrogateescape")

    @cached_property
    def _parameters(self) -> dict[tuple[str, str], str]:
        return {
            (header, name): value
            for header in ("content-type", "content-disposition")
            for name, value in _parameters(repaired(self._raw(header) or "")).items()
        }

    def _raw(self, header: str) -> str | None:
        """The first of these headers, as it came."""
        return next(
            (str(value) for name, value in self.raw_items() if name.lower() == header), None
        )

    def _read_head(self, limit: int) -> int:
        """Take up the headers; give where the body begins."""
        data, at = self.data, self.start
        if data.startswith((b"\r\n", b"\n"), at):
            return data.index(b"\n", at) + 1
        blank = _HEAD_END.search(data, at, limit)
        end, body = (blank.start() + 1, blank.end()) if blank else (min(limit, len(data)),) * 2
        if end - at > _MOST_HEADERS:
            self.said.add("headers-cut")
            end = data.rfind(b"\n", at, at + _MOST_HEADERS) + 1 or at + _MOST_HEADERS
        surely = max((line.end() for line in _SURELY_HEAD.finditer(data[at:end])), default=0) + at
        name, value = "", [b""]
        while at < end:
            line_end = data.find(b"\n", at, end) + 1 or end
            line = data[at:line_end]
            if line[:1] in (b" ", b"\t"):
                value.append(line)
            elif named := _FIELD.match(line):
                self._keep(name, value)
                name, value = named[1].decode("ascii"), [line[named.end() :]]
            elif at >= surely and not _MBOX_LINE.match(line):
                body = at  # a letter without a blank line before it
                break
            at = line_end
        self._keep(name, value)
        return body

    def _keep(self, name: str, value: list[bytes]) -> None:
        if name:
            said = b"".join(value).strip(b"\r\n \t")
            self.set_raw(name, said.decode("ascii", "surrogateescape"))


def read_message(data: bytes, wrapped: int = _WRAPPED) -> Part:
    """The parts of a mail, in time and memory proportional to its length. Never raises."""
    begun = _begun(data)
    root = Part(begun, 0, len(begun))
    _cut(root, root.said)
    _open(root, wrapped)
    return root


def _begun(data: bytes) -> bytes:
    """The mail from its first header on, with line ends that are known."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # saved by an editor
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8).lstrip(b"\0\r\n\t ")
    if mbox := _MBOX_LINE.match(data):
        data = data[mbox.end() :]
    first = _LINE_END.search(data)
    if first and first[0] in (b"\r\r\n", b"\n\r"):
        return data.replace(first[0], b"\r\n")
    if first and first[0] == b"\r" and b"\n" not in data:
        return data.replace(b"\r", b"\n")
    return data


# --- parts ----------------------------------------------------------------------------------


@dataclass
class _Walk:
    """Where a walk from delimiter to delimiter is: within which parts, the outermost first."""

    end: int  # of all that is walked through
    said: set[str]
    open: list[Part] = field(default_factory=list)
    owners: dict[bytes, int] = field(default_factory=dict)  # boundary to place in ``open``
    count: int = 1

    def enter(self, part: Part) -> Part | None:
        """Go into a part that has parts, into an enclosed mail too; give what has none."""
        while len(self.open) < _DEEPEST:
            if part.get_content_maintype() == "multipart":
                if not part.boundary:
                    return part
                self.open.append(part)
                self.owners[part.boundary] = len(self.open) - 1
                return None
            if part.get_content_type() not in ENCLOSED or part.is_encoded:
                return part
            self.open.append(part)
            part = self._part(part, part.body, "text/plain")
        self.said.add("structure-unreadable")
        return part

    def next_of(self, place: int, start: int) -> Part | None:
        """Begin the next part of an open part."""
        owner = self.open[place]
        digest = owner.get_content_subtype() == "digest"
        return self.enter(self._part(owner, start, ENCLOSED[0] if digest else "text/plain"))

    def leave(self, place: int, end: int) -> None:
        """Whatever is open from this place on ends here."""
        for part in self.open[place:]:
            part.end = max(end, part.body)
        del self.open[place:]
        self.owners = {each.boundary: at for at, each in enumerate(self.open) if each.boundary}

    def place(self, name: bytes) -> tuple[int | None, bool]:
        """The open part that a delimiter line belongs to, and whether it closes it."""
        if name in self.owners:
            return self.owners[name], False
        return (self.owners.get(name[:-2]), True) if name.endswith(b"--") else (None, False)

    def _part(self, owner: Part, start: int, default: str) -> Part:
        data, limit = owner.data, min(start + _MOST_HEADERS, self.end)
        blank = _HEAD_END.search(data, start, limit)
        within = _delimiters(data, start, blank.start() if blank else limit)
        limit = next((at for at, name, _ in within if self.place(name)[0] is not None), limit)
        part = Part(data, start, limit, default)
        owner.attach(part)
        self.count += 1
        return part


def _cut(top: Part, said: set[str]) -> None:
    """Cut a part into its parts, at the lines that their boundaries are on (RFC 2046, 5.1)."""
    walk = _Walk(top.end, said)
    leaf = walk.enter(top)
    for start, name, after in _delimiters(top.data, top.body, top.end):
        if not walk.open:
            break
        place, closes = walk.place(name)
        if place is None:
            continue
        end = start - (2 if top.data[start - 2 : start] == b"\r\n" else 1)
        if leaf is not None:
            leaf.end = max(end, leaf.body)
            leaf = None
        walk.open[place].is_cut = True
        walk.leave(place + 1, end)
        if closes:
            walk.leave(place, after)
        elif walk.count >= _MOST_PARTS:
            break
        else:
            leaf = walk.next_of(place, after)
    if leaf is not None:
        leaf.end = max(walk.end, leaf.body)
    if any(part.is_cut for part in walk.open):
        said.add("close-boundary-not-found")
    walk.leave(0, walk.end)


def _delimiters(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """Lines that begin like a delimiter: where, what boundary they name, where the next begins."""
    for line in _DELIMITER.finditer(data, start - 1, end):
        yield line.start() + 1, line[1].rstrip(), min(line.end() + 1, end)


def _open(root: Part, wrapped: int) -> None:
    """Read what could not be cut: mails and parts in base64, parts with another boundary than said."""
    waiting = [root]
    guesses = 0 if "structure-unreadable" in root.said else _MOST_GUESSES
    while waiting:
        part = waiting.pop()
        if part.get_content_type() in ENCLOSED and part.is_encoded and wrapped:
            part.attach(inner := read_message(part.content, wrapped - 1))
            root.said |= inner.said
            continue
        if part.get_content_maintype() == "multipart" and not part.is_cut and guesses:
            guesses -= 1
            _guess(part, root.said)
        waiting += part.parts


def _guess(part: Part, said: set[str]) -> None:
    """Cut a part by the first line that looks like a delimiter, if any does."""
    if part.is_encoded:
        content = b"\n" + part.content
        part.data, part.start, part.body, part.end = content, 0, 1, len(content)
        part.encoding = ""
        _cut(part, said)
    if not part.is_cut and (begins := _PART_BEGINS.search(part.data, part.body, part.end)):
        part.boundary = begins[1]
        _cut(part, said)
    if not part.is_cut:
        said.add("start-boundary-not-found")


# --- parameters -----------------------------------------------------------------------------


def _parameters(value: str) -> dict[str, str]:
    """Parameters of a header: forgiving (RFC 2045, 5.1), in pieces and in percent (RFC 2231)."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, raw in _PARAMETER.findall(value):
        said = _unquoted(raw)
        if not raw.startswith('"') and said and not name.lower().startswith(_WITH_SPACES):
            said = said.split()[0].rstrip(",")
        piece = _PIECE.fullmatch(name.lower())
        if piece is None or piece[0] == piece[1]:
            plain.setdefault(name.lower(), said)
        else:
            numbered = pieces.setdefault(piece[1], {})
            numbered.setdefault(int(piece[2] or 0), (said, bool(piece[3])))
    return plain | {name: _joined(numbered) for name, numbered in pieces.items()}


def _unquoted(raw: str) -> str:
    if not raw.startswith('"'):
        return raw.strip()
    # Paths of Windows come with single backslashes: only what must be escaped is unescaped.
    return re.sub(r'\\(["\\])', r"\1", raw[1:].removesuffix('"'))


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    """Pieces in order; the first says the charset of all that is written in percent."""
    ordered = [numbered[number] for number in sorted(numbered)]
    first, in_percent = ordered[0]
    charset, _, rest = first.partition("'")
    if in_percent and "'" in rest:
        ordered[0] = (rest.partition("'")[2], True)
    else:
        charset = ""
    read = []
    for in_percent, pieces in groupby(ordered, key=itemgetter(1)):
        said = "".join(piece for piece, _ in pieces)
        read.append(decode(unquote_to_bytes(said), charset).text if in_percent else said)
    return "".join(read)
