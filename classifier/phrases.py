"""Tables of turns of phrase: which of hundreds a text contains is found in one pass over it."""

import re
from collections.abc import Iterator, Mapping

import re2

from classifier.text import any_of

_AROUND = ("(?!", "(?=", "(?<!", "(?<=")  # RE2 knows none of these
_MEMORY = 64 << 20  # bytes at most for a table's states; a text can not make it slower than linear


class Phrases(Mapping[str, re.Pattern[str]]):
    """Patterns by name, for folded text.

    RE2 says in time linear in the text's length which may be there, whatever a stranger wrote;
    only those are then looked for with ``re``.
    """

    def __init__(self, written: Mapping[str, str], **names: str) -> None:
        self._patterns = {name: any_of(lines, **names) for name, lines in written.items()}
        self._names = tuple(self._patterns)
        options = re2.Options()
        options.dot_nl, options.max_mem = True, _MEMORY
        self._all = re2.Set.SearchSet(options)
        for pattern in self._patterns.values():
            self._all.Add(_wider(pattern.pattern))
        self._all.Compile()

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self._patterns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def perhaps_in(self, folded: str) -> list[str]:
        """The names of all patterns that are in a text, in order; a few more may be among them."""
        return [self._names[place] for place in sorted(self._all.Match(folded) or ())]


def _wider(pattern: str) -> str:
    """The same pattern without what may not stand around a match: it matches at least as much."""
    kept, at = [], 0
    while at < len(pattern):
        if pattern[at] == "\\":
            kept.append(pattern[at : at + 2])
            at += 2
        elif pattern.startswith(_AROUND, at):
            at = _closing(pattern, at) + 1
        else:
            kept.append(pattern[at])
            at += 1
    return "".join(kept)


_PIECE = re.compile(r"\\.|\[\^?\]?[^\]]*\]|.", re.DOTALL)


def _closing(pattern: str, opening: int) -> int:
    """Where the bracket that opens at ``opening`` closes; those in classes are only letters."""
    depth = 0
    for piece in _PIECE.finditer(pattern, opening):
        depth += (piece[0] == "(") - (piece[0] == ")")
        if depth == 0:
            return piece.start()
    raise ValueError(f"a bracket of {pattern} is not closed")
