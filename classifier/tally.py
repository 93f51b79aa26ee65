"""A corpus → the terms worth weighing. Apart from ``classifier.features``, since only learning needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from classifier.features import Batch, Block, Matrix, Space, Terms
from classifier.terms import KINDS, Kind, take_apart
from classifier.triage import Judged

# What fewer mails have teaches nothing about others: four, or one in a thousand of many.
SELDOM = 4
_ONE_IN = 1000


@dataclass(frozen=True)
class Tally:
    """Every term of a corpus counted once, from which the spaces of all folds are learnt."""

    kinds: tuple[Kind, ...]
    terms: tuple[Terms, ...]  # in alphabetical order
    counts: tuple[Matrix, ...]

    @classmethod
    def of(cls, mails: Sequence[Judged], kinds: tuple[Kind, ...] = KINDS) -> Self:
        batch = Batch([take_apart(mail) for mail in mails])
        counters = [CountVectorizer(analyzer=str.splitlines, dtype=np.float32) for _ in kinds]
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
