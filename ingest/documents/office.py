"""Letters and tables of word processors and spreadsheets: XML in a zip.

Office Open XML (ECMA-376) and OpenDocument (OASIS, ISO 26300). Only words are taken, in the order
of the file; macros, fields' formulas and deleted passages are not.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NoReturn
from xml.parsers import expat

from ingest.documents.archive import Archive
from ingest.documents.document import DAMAGED, LOCKED, MOST_TEXT, Document, Unreadable, cleaned

_MOST_SPACES = 40
_BETWEEN = "\x1e"  # between the strings of a table; no XML may hold it
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class _Grammar:
    """Which elements mean words, by their names without prefix."""

    words: frozenset[str]  # empty: whatever text is in none of the silent
    silent: frozenset[str]
    signs: Mapping[str, str]  # elements that stand for a sign
    ends: Mapping[str, str]  # elements after which a new line begins
    cells: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()


# "Fallback" says once more what "Choice" says; properties hold tabs that are stops, not signs.
_WORD = _Grammar(
    words=frozenset({"t"}),
    silent=frozenset({"pPr", "rPr", "tblPr", "sectPr", "Fallback"}),
    signs={"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"},
    ends={"p": "\n"},
    cells=frozenset({"tc"}),
    rows=frozenset({"tr"}),
)
_OPEN = _Grammar(
    words=frozenset(),
    silent=frozenset(
        {"tracked-changes", "annotation", "scripts", "font-face-decls", "automatic-styles"}
        | {"desc", "title", "forms", "sequence-decls", "calculation-settings"}
    ),
    signs={"tab": "\t", "line-break": "\n", "s": " "},
    ends={"p": "\n", "h": "\n"},
    cells=frozenset({"table-cell", "covered-table-cell"}),
    rows=frozenset({"table-row"}),
)
_SHARED = _Grammar(frozenset({"t"}), frozenset({"rPh"}), {}, {"si": _BETWEEN})


class _Enough(Exception):
    """As much was read as is kept."""


@dataclass
class _Words:
    """Takes the words out of a stream of XML, whatever its length; builds no tree."""

    grammar: _Grammar
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    hushed: int = 0  # how many silent elements are open
    wanted: int = 0  # how many word elements are open
    open_cells: list[int] = field(default_factory=list)  # where in the pieces each began

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in self.grammar.silent:
            self.hushed += 1
        elif name in self.grammar.words:
            self.wanted += 1
        elif name in self.grammar.cells:
            self.open_cells.append(len(self.pieces))
        elif name in self.grammar.signs and not self.hushed:
            self._say(self.grammar.signs[name] * _times(attributes))

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in self.grammar.silent:
            self.hushed -= 1
        elif name in self.grammar.words:
            self.wanted -= 1
        elif name in self.grammar.cells:
            self._close_cell()
        elif name in self.grammar.rows:
            self._say("\n")
        elif name in self.grammar.ends and not self.hushed:
            self._say(self.grammar.ends[name])

    def text(self, said: str) -> None:
        if not self.hushed and (self.wanted or not self.grammar.words):
            self._say(said)

    def _close_cell(self) -> None:
        begun = self.open_cells.pop()
        said = " ".join("".join(self.pieces[begun:]).split())
        self.pieces[begun:] = [said, "\t"] if said else []

    def _say(self, said: str) -> None:
        self.pieces.append(said)
        self.length += len(said)
        if self.length > MOST_TEXT:
            raise _Enough


@dataclass
class _Sheet:
    """The cells of one sheet, a line for each row."""

    shared: list[str]
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    kind: str = ""
    value: list[str] = field(default_factory=list)
    wanted: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self.kind, self.value = attributes.get("t", ""), []
        self.wanted = name in ("v", "t")

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self.wanted = False
        said = ""
        if name == "c":
            said = self._shown("".join(self.value))
        elif name == "row":
            said = "\n"
        if said:
            self.pieces.append(said)
            self.length += len(said)
        if self.length > MOST_TEXT:
            raise _Enough

    def text(self, said: str) -> None:
        if self.wanted:
            self.value.append(said)

    def _shown(self, value: str) -> str:
        if self.kind == "s" and value.isdecimal():
            value = self.shared[int(value)] if int(value) < len(self.shared) else ""
        return f"{value}\t" if value else ""


def read_word(archive: Archive) -> Document:
    """A .docx or .docm: what stands at the head of its pages, its text, its notes."""
    names = archive.names()
    heads = _numbered(names, r"word/header\d*\.xml")
    notes = _numbered(names, r"word/(?:footnotes|endnotes)\.xml")
    return _all_of(archive, [*heads, "word/document.xml", *notes], _WORD)


def read_slides(archive: Archive) -> Document:
    """A .pptx."""
    return _all_of(archive, _numbered(archive.names(), r"ppt/slides/slide\d+\.xml"), _WORD)


def read_open(archive: Archive) -> Document:
    """A text, a spreadsheet or slides in OpenDocument."""
    names = archive.names()
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
        "META-INF/manifest.xml"
    ):
        raise Unreadable(LOCKED)
    return _all_of(archive, ["content.xml"], _OPEN)


def read_sheets(archive: Archive) -> Document:
    """A .xlsx: what its cells show, but for the format of numbers and dates."""
    names = archive.names()
    shared: list[str] = []
    if "xl/sharedStrings.xml" in names:
        words = _Words(_SHARED)
        _walk(archive.chunks("xl/sharedStrings.xml"), words)
        shared = "".join(words.pieces).split(_BETWEEN)
    texts, trouble = [], ""
    for name in _numbered(names, r"xl/worksheets/sheet\d+\.xml"):
        sheet = _Sheet(shared)
        trouble = _walk(archive.chunks(name), sheet) or trouble
        texts.append("".join(sheet.pieces))
        if sum(map(len, texts)) > MOST_TEXT:
            break
    return _document(texts, trouble)


def _all_of(archive: Archive, names: Iterable[str], grammar: _Grammar) -> Document:
    words, trouble = _Words(grammar), ""
    for name in names:
        trouble = _walk(archive.chunks(name), words) or trouble
        words = _Words(grammar, [*words.pieces, "\n\n"], words.length)
    return _document(["".join(words.pieces)], trouble)


def _document(texts: Iterable[str], trouble: str) -> Document:
    text = cleaned("\n\n".join(texts))
    if trouble and not text:
        raise Unreadable(trouble)
    return Document(re.sub(r"\t+(?=\n|\Z)", "", text), trouble)


def _walk(chunks: Iterable[bytes], into: _Words | _Sheet) -> str:
    """Give a stream of XML to what takes it up; why it ended early, if it did."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = into.start
    parser.EndElementHandler = into.end
    parser.CharacterDataHandler = into.text
    # No office writes a document type; those who do mean entities that grow without end.
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _Enough:
        return ""
    except expat.ExpatError:
        return DAMAGED
    except Unreadable as error:
        return str(error)
    return ""


def _refuse(*_: object) -> NoReturn:
    raise Unreadable("fichier piégé (définitions d’entités XML)")


def _times(attributes: dict[str, str]) -> int:
    """How often a sign stands: « <text:s text:c="3"/> »."""
    said = attributes.get("text:c", "1")
    return min(int(said), _MOST_SPACES) if said.isdecimal() and len(said) < 5 else 1


def _numbered(names: Iterable[str], pattern: str) -> list[str]:
    """The names of this form, by their number."""
    order = count()
    found = [name for name in names if re.fullmatch(pattern, name)]
    return sorted(
        found, key=lambda name: (int((_NUMBER.search(name[-12:]) or ["0"])[0]), next(order))
    )
