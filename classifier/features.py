"""Terms → vectors: how often each stands in a mail, and how seldom it is elsewhere.

A text is counted clause by clause and summed up, so that every clause's share in the verdict is
known exactly: that is where the reasons come from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifier.terms import Apart, Kind

Floats = NDArray[np.floating[Any]]
Terms = NDArray[np.object_]
Matrix = Any  # scipy.sparse.csr_matrix: scipy has no types


@dataclass(frozen=True)
class Batch:
    """Mails taken apart for counting."""

    mails: Sequence[Apart]

    def parts(self, kind: Kind) -> list[str]:
        """The terms of all clauses, or of all subjects, one after the other; a line for each term."""
        return [terms for mail in self.mails for terms in mail.terms[kind.name]]

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """For each clause, the number of its mail."""
        return np.repeat(np.arange(len(self.mails)), [len(mail.spans) for mail in self.mails])

    def summed(self, kind: Kind, counts: Matrix) -> Matrix:
        """Counts of parts → counts of mails."""
        if not kind.of_text:
            return counts
        clauses = len(self.owners)
        ones = np.ones(clauses, dtype=np.float32)
        places = (self.owners, np.arange(clauses))
        whose = sparse.csr_matrix((ones, places), (len(self.mails), clauses))
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
    def places(self) -> dict[str, int]:
        return {term: place for place, term in enumerate(self.terms)}

    def count(self, parts: Sequence[str]) -> Matrix:
        """How often each term stands in each part; terms that were not learnt count for nothing."""
        found = (map(self.places.get, part.splitlines()) for part in parts)
        known = [[place for place in places if place is not None] for places in found]
        ends = np.cumsum([0, *map(len, known)])
        columns = np.fromiter(chain.from_iterable(known), dtype=np.int32, count=ends[-1])
        ones = np.ones(len(columns), dtype=np.float32)
        counts = sparse.csr_matrix((ones, columns, ends), (len(parts), len(self.terms)))
        counts.sum_duplicates()
        return counts

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

    def count(self, mails: Sequence[Apart]) -> Counted:
        batch = Batch(mails)
        parts = tuple(block.count(batch.parts(block.kind)) for block in self.blocks)
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
        total = np.zeros((len(counted.batch.owners), len(coefficients)), dtype=np.float64)
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
