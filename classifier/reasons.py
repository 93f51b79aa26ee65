"""Why: the words of the client that weighed most, each way, as spans of the judged text."""

import re
from collections.abc import Sequence

from classifier.triage import Reason

_EACH_WAY = 3
_WEIGHT = 0.05  # a clause that adds less says nothing
_FEWEST_WORDS = 3
_MOST_WORDS = 15
_WORD = re.compile(r"\S+")
_ALIKE = 0.25  # of the strongest: what weighs much less is no reason beside it

Span = tuple[int, int]


def reasons_of(text: str, spans: Sequence[Span], weights: Sequence[float]) -> tuple[Reason, ...]:
    """The strongest clauses for and against, heaviest first; ``spans`` do not overlap.

    Greetings and names are no reasons, unless the mail says nothing longer.
    """
    heavy = [
        (weight, _readable(text, span))
        for span, weight in zip(spans, weights, strict=True)
        if abs(weight) >= _WEIGHT and any(letter.isalpha() for letter in text[slice(*span)])
    ]
    phrases = [pair for pair in heavy if len(text[slice(*pair[1])].split()) >= _FEWEST_WORDS]
    chosen = [
        *_strongest([pair for pair in phrases or heavy if pair[0] > 0]),
        *_strongest([pair for pair in phrases or heavy if pair[0] < 0]),
    ]
    chosen.sort(key=lambda pair: -abs(pair[0]))
    return tuple(Reason(text[start:end], weight, start, end) for weight, (start, end) in chosen)


def _strongest(weighed: list[tuple[float, Span]]) -> list[tuple[float, Span]]:
    ordered = sorted(weighed, key=lambda pair: (-abs(pair[0]), pair[1]))[:_EACH_WAY]
    return [pair for pair in ordered if abs(pair[0]) >= _ALIKE * abs(ordered[0][0])]


def _readable(text: str, span: Span) -> Span:
    """At most ``_MOST_WORDS`` words of a clause, without what only joins it to the rest."""
    words = [match.span() for match in _WORD.finditer(text, *span)][:_MOST_WORDS]
    start, end = words[0][0], words[-1][1]
    joined = text[start:end].rstrip(" ,;:–—-\n\t\u00a0\u202f")
    return start, start + len(joined)
