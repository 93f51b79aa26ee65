"""What of a mail is weighed: words and pieces of words, of the text and of the subject.

A text is counted clause by clause and summed up, so that every clause's share in the verdict is
known exactly: that is where the reasons come from.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from classifier.cues import heard
from classifier.text import clauses, fold, pieces, words
from classifier.triage import Judged

Floats = NDArray[np.floating[Any]]
Terms = NDArray[np.object_]
Matrix = Any  # scipy.sparse.csr_matrix: scipy has no types
_LONGEST = 20_000  # characters weighed; long mails say what they have to say before
# What fewer mails have teaches nothing about others: four, or one in a thousand of many.
SELDOM = 4
_ONE_IN = 1000


def _phrase_terms(text: str) -> list[str]:
    """Runs of one to three words; figures only by their kind."""
    return _runs(text, (1, 2, 3))


def _pair_terms(text: str) -> list[str]:
    return _runs(text, (1, 2))


def _runs(text: str, sizes: Iterable[int]) -> list[str]:
    found = [_figure(word) for word in words(fold(text))]
    return [
        " ".join(found[start : start + size])
        for size in sizes
        for start in range(len(found) - size + 1)
    ]


def _figure(word: str) -> str:
    if not word.isdigit():
        return word
    return "#" if len(word) <= 2 else "##"


def _piece_terms(text: str) -> list[str]:
    return [piece for word in words(fold(text)) if word.isalpha() for piece in pieces(word)]


def _cue_terms(text: str) -> list[str]:
    return heard(fold(text))


@dataclass(frozen=True)
class Kind:
    """One kind of terms, taken from one part of the mail."""

    name: str
    of_text: bool  # of the text, clause by clause; else of the subject
    terms: Callable[[str], list[str]]
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
class Batch:
    """Mails taken apart for counting."""

    subjects: list[str]
    spans: list[list[tuple[int, int]]]  # for each mail, where its clauses stand
    clauses: list[str]  # of all mails, one after the other

    @classmethod
    def of(cls, mails: Sequence[Judged]) -> Self:
        spans = [clauses(mail.text[:_LONGEST]) for mail in mails]
        texts = [
            mail.text[start:end]
            for mail, found in zip(mails, spans, strict=True)
            for start, end in found
        ]
        return cls([mail.subject[:_LONGEST] for mail in mails], spans, texts)

    def parts(self, kind: Kind) -> list[str]:
        return self.clauses if kind.of_text else self.subjects

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """For each clause, the number of its mail."""
        return np.repeat(np.arange(len(self.spans)), [len(found) for found in self.spans])

    def summed(self, kind: Kind, counts: Matrix) -> Matrix:
        """Counts of parts → counts of mails."""
        if not kind.of_text:
            return counts
        ones = np.ones(len(self.clauses), dtype=np.float32)
        places = (self.owners, np.arange(len(self.clauses)))
        whose = sparse.csr_matrix((ones, places), (len(self.spans), len(self.clauses)))
        summed = (whose @ counts).tocsr()
        summed.sort_indices()  # sums of floats depend on their order: alone or in a batch, the same
        return summed


@dataclass(frozen=True)
class Block:
    """The terms of one kind that have been learnt, each with its rarity."""

    kind: Kind
    terms: Terms
    idf: Floats

    @cached_property
    def counter(self) -> CountVectorizer:
        return _counter(self.kind, {term: place for place, term in enumerate(self.terms)})

    def weigh(self, counts: Matrix) -> Matrix:
        """Term counts of mails → vectors of the kind's length: log frequency × rarity."""
        weighed = counts.copy()
        weighed.data = 1 + np.log(weighed.data)
        weighed = weighed @ sparse.diags(self.idf)
        lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        lengths[lengths == 0] = 1
        return sparse.diags((self.kind.weight / lengths).astype(np.float32)) @ weighed


@dataclass(frozen=True)
class Counted:
    """Mails counted in the terms of a space: what vectors and shares are computed from."""

    batch: Batch
    parts: tuple[Matrix, ...]  # for each block, the counts of clauses or subjects
    mails: tuple[Matrix, ...]  # for each block, the counts of whole mails


@dataclass(frozen=True)
class Space:
    """All terms learnt. Turns mails into vectors, and a verdict back into shares of clauses."""

    blocks: tuple[Block, ...]

    def count(self, mails: Sequence[Judged]) -> Counted:
        batch = Batch.of(mails)
        parts = tuple(block.counter.transform(batch.parts(block.kind)) for block in self.blocks)
        summed = tuple(
            batch.summed(block.kind, counts)
            for block, counts in zip(self.blocks, parts, strict=True)
        )
        return Counted(batch, parts, summed)

    def vectors(self, counted: Counted) -> Matrix:
        weighed = (b.weigh(counts) for b, counts in zip(self.blocks, counted.mails, strict=True))
        return sparse.hstack(list(weighed)).tocsr()

    def likeness(self, counted: Counted) -> Matrix:
        """Vectors of length one of what mails say: their words alone."""
        return self.blocks[0].weigh(counted.mails[0])

    def shares(self, counted: Counted, coefficients: Floats) -> Floats:
        """What each clause adds to each class's score of its mail: one row for each clause."""
        total = np.zeros((len(counted.batch.clauses), len(coefficients)), dtype=np.float64)
        for block, rows, parts, mails in self._sliced(counted, coefficients):
            if not block.kind.of_text:
                continue
            each = block.weigh(mails).multiply(_inverse(mails)).tocsr()
            total += parts.multiply(each[counted.batch.owners]).tocsr() @ rows.T
        return total

    def _sliced(
        self, counted: Counted, coefficients: Floats
    ) -> Iterator[tuple[Block, Floats, Matrix, Matrix]]:
        start = 0
        for block, parts, mails in zip(self.blocks, counted.parts, counted.mails, strict=True):
            end = start + len(block.terms)
            yield block, coefficients[:, start:end], parts, mails
            start = end


def _inverse(counts: Matrix) -> Matrix:
    inverse = counts.copy()
    inverse.data = 1 / inverse.data
    return inverse


@dataclass(frozen=True)
class Tally:
    """Every term of a corpus counted once, from which the spaces of all folds are learnt."""

    kinds: tuple[Kind, ...]
    terms: tuple[Terms, ...]  # in alphabetical order
    counts: tuple[Matrix, ...]

    @classmethod
    def of(cls, mails: Sequence[Judged], kinds: tuple[Kind, ...] = KINDS) -> Self:
        batch = Batch.of(mails)
        counters = [_counter(kind) for kind in kinds]
        counts = [
            batch.summed(kind, counter.fit_transform(batch.parts(kind))).tocsr()
            for kind, counter in zip(kinds, counters, strict=True)
        ]
        terms = tuple(counter.get_feature_names_out() for counter in counters)
        return cls(kinds, terms, tuple(counts))

    def learn(self, rows: NDArray[np.int64]) -> Space:
        """The space of some of the mails: the terms that are not too seldom in them."""
        blocks = []
        for kind, terms, counts in zip(self.kinds, self.terms, self.counts, strict=True):
            seen_in = np.bincount(counts[rows].indices, minlength=len(terms))
            places = np.flatnonzero(seen_in >= max(SELDOM, len(rows) // _ONE_IN))
            rarity = np.log((1 + len(rows)) / (1 + seen_in[places])) + 1
            blocks.append(Block(kind, terms[places], rarity.astype(np.float32)))
        return Space(tuple(blocks))

    def vectors(self, space: Space, rows: NDArray[np.int64]) -> Matrix:
        return sparse.hstack(
            [self._weighed(space, number, rows) for number in range(len(space.blocks))]
        ).tocsr()

    def likeness(self, space: Space, rows: NDArray[np.int64]) -> Matrix:
        return self._weighed(space, 0, rows)

    def _weighed(self, space: Space, number: int, rows: NDArray[np.int64]) -> Matrix:
        block = space.blocks[number]
        places = np.searchsorted(self.terms[number], block.terms)
        return block.weigh(self.counts[number][rows][:, places])


def _counter(kind: Kind, vocabulary: dict[str, int] | None = None) -> CountVectorizer:
    return CountVectorizer(analyzer=kind.terms, vocabulary=vocabulary, dtype=np.float32)
