"""Mails → the terms that are weighed: words, pieces of words and cues of every clause, and of the
subject. Apart, since it can be done in another process, which need not load what models are made of.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from classifier.cues import heard
from classifier.reasons import Span
from classifier.text import clauses, fold, pieces, words
from classifier.triage import Judged

_LONGEST = 20_000  # characters weighed; long mails say what they have to say before


class Part:
    """A clause or a subject, folded and cut into words once for all kinds of terms."""

    def __init__(self, text: str) -> None:
        self.folded = fold(text)
        self.words = words(self.folded)
        self.marked = [_figure(word) for word in self.words]  # figures only by their kind


def _figure(word: str) -> str:
    if not word.isdigit():
        return word
    return "#" if len(word) <= 2 else "##"


def _phrase_terms(part: Part) -> list[str]:
    """Runs of one to three words."""
    return _runs(part.marked, (1, 2, 3))


def _pair_terms(part: Part) -> list[str]:
    return _runs(part.marked, (1, 2))


def _runs(found: Sequence[str], sizes: Iterable[int]) -> list[str]:
    return [
        " ".join(found[start : start + size])
        for size in sizes
        for start in range(len(found) - size + 1)
    ]


def _piece_terms(part: Part) -> list[str]:
    return [piece for word in part.words if word.isalpha() for piece in pieces(word)]


def _cue_terms(part: Part) -> list[str]:
    return heard(part.folded)


@dataclass(frozen=True)
class Kind:
    """One kind of terms, taken from one part of the mail."""

    name: str
    of_text: bool  # of the text, clause by clause; else of the subject
    terms: Callable[[Part], list[str]]
    weight: float


# Weights and kinds as compared in docs/decisions/classifier.md.
KINDS = (
    Kind("text words", True, _phrase_terms, 1.0),
    Kind("text pieces", True, _piece_terms, 0.7),
    Kind("text cues", True, _cue_terms, 0.15),
    Kind("subject words", False, _pair_terms, 0.3),
    Kind("subject pieces", False, _piece_terms, 0.3),
)


@dataclass(frozen=True)
class Apart:
    """A mail taken apart: where its clauses stand and, for each kind by its name, the terms of every
    clause, or of the subject alone: a line for each, since many wait to be counted and words by
    the thousand are heavy.
    """

    spans: Sequence[Span]
    terms: dict[str, list[str]]


def take_apart(mail: Judged) -> Apart:
    """Everything of a mail that any model may weigh."""
    text = mail.text[:_LONGEST]
    spans = clauses(text)
    subject, said = [Part(mail.subject[:_LONGEST])], [Part(text[start:end]) for start, end in spans]
    return Apart(
        spans,
        {
            kind.name: ["\n".join(kind.terms(part)) for part in (said if kind.of_text else subject)]
            for kind in KINDS
        },
    )
