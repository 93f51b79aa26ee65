"""How a text is taken apart: folded letters, words, and clauses that know where they stand."""

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(r"[\u0300-\u036f]+")
_WORD = re.compile(r"[a-z]+|\d+|[!?€%]|\.\.\.|…")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:m|mr|mme|mlle|me|dr|st|ste|n|art|ref|tel|cf|p|ex|[a-z])$"
)
_END = re.compile(
    r"(?<![.!?…])[.!?…]++[)\"»]*+(?=\s|$)"  # the end of a sentence; dots by the thousand are tried once
    r"|;(?=\s)"
    r"|\n\s*\n"  # a paragraph
    r"|\n(?=\s*[A-ZÀ-Ý0-9•*–—-])"  # a line that begins something; otherwise a wrapped one
)
_JOINT = re.compile(
    r",\s|\s(?=(?:mais|alors que|sauf que|pourtant|or|car|parce que|et)\s)|\s[:–—-]\s"
)
_LONG = 90  # characters: a longer sentence is cut at its joints
_SHORT = 30
_PIECE = 4  # letters; three and five besides find no more (docs/decisions/classifier.md)


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """Lower case without accents: « Réclamé » and « reclame » are the same word."""
    lower = text.lower()
    if lower.isascii():
        return lower
    for letter, plain in (("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("’", "'"), ("‘", "'")):
        lower = lower.replace(letter, plain)
    return _MARKS.sub("", unicodedata.normalize("NFKD", lower))


def words(folded: str) -> list[str]:
    """The words of a folded text, marks of emotion among them."""
    return _WORD.findall(folded)


def clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a text stand, in order: ``text[start:end]``, without outer blanks."""
    found = []
    start = 0
    for end in _ends(text):
        found.extend(_cut(text, start, end))
        start = end
    return found


def _ends(text: str) -> list[int]:
    ends = [
        match.end()
        for match in _END.finditer(text)
        if match[0] != "."
        or not _ABBREVIATION.search(text[max(0, match.start() - 6) : match.start()].lower())
    ]
    return [*ends, len(text)]


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence, cut at its joints where it is long."""
    if end - start <= _LONG:
        return _trimmed(text, start, end)
    found = []
    for joint in _JOINT.finditer(text, start, end):
        if joint.end() - start >= _SHORT and end - joint.end() >= _SHORT:
            found.extend(_trimmed(text, start, joint.start()))
            start = joint.end()
    return [*found, *_trimmed(text, start, end)]


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = left + len(piece.strip())
    return [(left, right)] if right > left else []


@lru_cache(maxsize=200_000)
def pieces(word: str) -> tuple[str, ...]:
    """Runs of four letters of a word with its borders: what a typing error spares."""
    framed = f" {word} "
    return tuple(framed[start : start + _PIECE] for start in range(len(framed) - _PIECE + 1))


def any_of(lines: str, **names: str) -> re.Pattern[str]:
    """One pattern out of many, one or more on each line; a line that ends in a backslash goes on.

    ``names`` are patterns that the lines refer to in capitals. Written for folded text, so
    capitals are free.
    """
    joined = re.sub(r"\\\n\s*", "", lines)
    written = "|".join(line.strip() for line in joined.splitlines() if line.strip())
    for name, pattern in names.items():
        written = written.replace(name, pattern)
    return re.compile(written, re.DOTALL)
