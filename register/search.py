"""Look words up in entries and mails (DESIGN §3.4), page by page at the same cost for every page.

The database keeps the index by itself (migration 0005): FTS5 on SQLite, tsvector on PostgreSQL, which
knows French stems besides. What a person types is words, never syntax. All of them must be there, the
last one perhaps only begun. Found in names and numbers comes before found in the heading, found in
the heading before found in the text; in each of the three the newest comes first.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table

from classifier.text import fold
from register.database import Session
from register.model import Complaint, Message

LONGEST, MOST_WORDS = 200, 12  # characters and words of a question; the rest is left aside
_WORD = re.compile(r"[^\W_]+")
_GRADES = ("names", "heading", "all")  # the indexes, each of which holds the one before

Row = TypeVar("Row", Complaint, Message)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and where the next page goes on: "" where there is none."""

    rows: list[Row]
    after: str


@dataclass(frozen=True)
class View:
    """What to show: words, conditions on the rows, and ``Page.after`` of the page before.

    Of rows that are ``closed`` to whoever asks, words find names and numbers only: else he could
    read them by asking for one word after the other.
    """

    words: str = ""
    filters: Sequence[ColumnElement[bool]] = ()
    closed: ColumnElement[bool] | None = None
    after: str = ""
    limit: int = 50


def page(session: Session, rows: type[Row], view: View) -> Page[Row]:
    """The next rows of a view; the newest first where no words are looked for."""
    words = _words(view.words)
    if _are_nowhere(session, rows, words[:-1]):
        return Page([], "")
    grade, before = _place(view.after)
    found: list[tuple[int, Row]] = []
    while grade < (len(_GRADES) if words else 1) and len(found) <= view.limit:
        query, key = _with(session, rows, words, grade) if words else (select(rows), rows.id)
        query = query.where(*view.filters)
        if grade and view.closed is not None:
            query = query.where(~view.closed)
        if before is not None:
            query = query.where(key < before)
        query = query.order_by(key.desc()).limit(view.limit + 1 - len(found))
        found += [(grade, row) for row in session.scalars(query)]
        grade, before = grade + 1, None
    shown = found[: view.limit]
    more = len(found) > view.limit
    return Page(
        [row for _, row in shown], f"{shown[-1][0]}.{shown[-1][1].id}" if more and shown else ""
    )


def _place(after: str) -> tuple[int, int | None]:
    """Where a page goes on; what is no such place is the beginning."""
    found = re.fullmatch(r"([0-2])\.([0-9]{1,18})", after, re.ASCII)
    return (int(found[1]), int(found[2])) if found else (0, None)


def _words(said: str) -> list[list[str]]:
    """Each word as the letters and figures that it is made of: « REC-2026-0001 » is three."""
    parts = (_WORD.findall(fold(word)) for word in said[:LONGEST].split())
    return [part for part in parts if part][:MOST_WORDS]


def _are_nowhere(session: Session, rows: type[Row], whole: list[list[str]]) -> bool:
    """Whether no row holds all of these words, none of which is only begun. SQLite gathers every
    word with the beginning of the last before it looks at the others, in vain if these are nowhere.
    """
    if not whole or session.get_bind().dialect.name == "postgresql":
        return False
    index = table(f"{rows.__tablename__}_search_{_GRADES[-1]}", column("rowid"))
    held = literal_column(index.name).op("MATCH", is_comparison=True)
    found = select(index.c.rowid).where(held(_asked_of_sqlite(whole, begun=False))).limit(1)
    return session.scalar(found) is None


def _with(
    session: Session, rows: type[Row], words: list[list[str]], grade: int
) -> tuple[Select[Row], ColumnElement[int]]:
    """The rows that one index holds and the one before does not, and that index's own key: in its
    order the rows come without being sorted.
    """
    name = f"{rows.__tablename__}_search"
    if session.get_bind().dialect.name == "postgresql":
        index, key = table(name, *map(column, ("id", *_GRADES))), "id"
        asked = _asked_of_postgresql(words)
        held = [index.c[part].op("@@", is_comparison=True)(asked) for part in _GRADES]
        better = held[grade - 1]
    else:
        indexes, key = [table(f"{name}_{part}", column("rowid")) for part in _GRADES], "rowid"
        index, expression = indexes[grade], _asked_of_sqlite(words)
        held = [
            literal_column(one.name).op("MATCH", is_comparison=True)(expression) for one in indexes
        ]
        before = select(indexes[grade - 1].c.rowid).where(held[grade - 1])
        better = index.c.rowid.in_(before)
    query = select(rows).join(index, index.c[key] == rows.id).where(held[grade])
    return query.where(~better) if grade else query, index.c[key]


# SQLite: an FTS5 expression in which every word is quoted.


def _asked_of_sqlite(words: list[list[str]], *, begun: bool = True) -> str:
    """``begun``: the last word may go on."""
    last = len(words) - 1 if begun else None
    return " AND ".join(
        f"({' OR '.join(_spelt(word, begun=n == last))})" for n, word in enumerate(words)
    )


def _spelt(word: list[str], *, begun: bool) -> Iterator[str]:
    """« soeur » stands as « sœur » too: FTS5 takes accents away and leaves ligatures."""
    said = " ".join(word)
    star = "*" if begun and len(said) > 1 else ""
    parts = re.split("(oe|ae)", said)
    choices = [(part, _LIGATURES[part]) if part in _LIGATURES else (part,) for part in parts]
    spellings = product(*choices) if len(parts) < _MANY else [parts]
    yield from (f'"{"".join(spelling)}"{star}' for spelling in spellings)


_MANY = 8  # pieces: each ligature doubles the spellings
_LIGATURES = {"oe": "œ", "ae": "æ"}


# PostgreSQL: the words as they are, or their French stems.


def _asked_of_postgresql(words: list[list[str]]) -> ColumnElement[str]:
    last = len(words) - 1
    every = [_asked(word, begun=n == last) for n, word in enumerate(words)]
    return reduce(lambda asked, one: asked.op("&&")(one), every)


def _asked(word: list[str], *, begun: bool) -> ColumnElement[str]:
    star = ":*" if begun and len("".join(word)) > 1 else ""
    said = " <-> ".join(word) + star
    plain: ColumnElement[str] = func.to_tsquery(literal_column("'pg_catalog.simple'"), said)
    if len(word) > 1:
        return plain
    stem = func.to_tsquery(literal_column("'pg_catalog.french'"), word[0])
    return plain.op("||")(stem).self_group()


# What is shown of a row that was found.


@dataclass(frozen=True)
class Segment:
    """A piece of an extract: plain text, and whether it is what was looked for."""

    text: str
    found: bool


_AROUND, _EXTRACT = 60, 220  # characters before the first word found, and in all
_SUFFIX = 4  # letters: « refus » shows « refusée » too
_PLAIN = {
    code: base
    for code in range(0xC0, 0x250)
    if (base := unicodedata.normalize("NFKD", chr(code))[0]) != chr(code)
}


def extracts(session: Session, rows: Sequence[Complaint], said: str) -> dict[int, list[Segment]]:
    """The words of each entry around what was found, by its id; nothing where only names were."""
    words = table("complaint_words", *map(column, ("id", "what", "said")))
    query = select(words).where(words.c.id.in_([row.id for row in rows]))
    return {
        one.id: _first_found((one.what, one.said), said) for one in session.execute(query).all()
    }


def extract_of(message: Message, said: str) -> list[Segment]:
    """The words of a mail around what was found, else its first."""
    found = _first_found((message.text, message.read_text or ""), said)
    return found or [Segment(message.excerpt, found=False)]


def _first_found(texts: Sequence[str], said: str) -> list[Segment]:
    cuts = (extract(words, said) for words in texts)
    return next((cut for cut in cuts if any(one.found for one in cut)), [])


def extract(words: str, said: str) -> list[Segment]:
    """A text around the first of the words that it holds, in pieces; the beginning if it holds none."""
    whole = " ".join(unicodedata.normalize("NFC", words).split())
    plain = whole.translate(_PLAIN).lower()  # letter by letter: places stay the same
    pattern = _pattern(said)
    found = list(pattern.finditer(plain)) if pattern else []
    start = max(0, found[0].start() - _AROUND) if found else 0
    if start:
        start = whole.find(" ", start, found[0].start()) + 1 or start
    end = min(len(whole), start + _EXTRACT)
    if end < len(whole):
        end = max(whole.rfind(" ", start + _AROUND, end), start + _AROUND)
    return list(_segments(whole, (start, end), found))


def _segments(
    whole: str, bounds: tuple[int, int], found: Sequence[re.Match[str]]
) -> Iterator[Segment]:
    at, end = bounds
    before = "… " if at else ""
    for match in found:
        if match.end() > end:
            break
        if before or match.start() > at:
            yield Segment(before + whole[at : match.start()], found=False)
        yield Segment(whole[match.start() : match.end()], found=True)
        at, before = match.end(), ""
    rest = before + whole[at:end] + (" …" if end < len(whole) else "")
    if rest:
        yield Segment(rest, found=False)


def _pattern(said: str) -> re.Pattern[str] | None:
    words = _words(said)
    if not words:
        return None
    last = "[^\\W_]*"
    alternatives = [
        _letters(part) + (last if word is words[-1] and part is word[-1] and len(part) > 1 else "")
        for word in words
        for part in word
    ]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])")


def _letters(part: str) -> str:
    """A word; a long one with whatever ending, as stems have it."""
    kept = part[: max(4, len(part) - 2)] if part.isalpha() else part
    ending = f"[^\\W_]{{0,{len(part) - len(kept) + _SUFFIX}}}" if part.isalpha() and len(part) > 4 else ""  # fmt: skip
    return kept.replace("oe", "(?:oe|œ)").replace("ae", "(?:ae|æ)") + ending
