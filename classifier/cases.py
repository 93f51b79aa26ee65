"""The nearest decided cases: mails that say most nearly the same, and what they were said to be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from classifier.corpus import Example
from classifier.features import Floats, Matrix
from classifier.labels import Label
from classifier.triage import Case

_SHOWN = 3
_ALIKE = 0.15  # cosine: what shares less is no neighbour
_EXCERPT = 160


@dataclass(frozen=True)
class Cases:
    """Every example that was learnt, as a vector of its words of length one."""

    ids: tuple[str, ...]
    labels: tuple[Label, ...]
    excerpts: tuple[str, ...]  # of shipped mails; the office's own are looked up by their id
    vectors: Matrix

    @classmethod
    def of(cls, examples: Sequence[Example], vectors: Matrix) -> Self:
        return cls(
            tuple(example.id for example in examples),
            tuple(example.label for example in examples),
            tuple(_excerpt(example) for example in examples),
            vectors,
        )

    def nearest(self, vectors: Matrix) -> list[tuple[Case, ...]]:
        """For each mail the most alike, nearest first."""
        alike = (vectors @ self.vectors.T).tocsr()
        return [
            self._cases(alike.indices[start:end], alike.data[start:end])
            for start, end in zip(alike.indptr[:-1], alike.indptr[1:], strict=True)
        ]

    def _cases(self, places: NDArray[np.integer[Any]], alike: Floats) -> tuple[Case, ...]:
        near = np.flatnonzero(alike >= _ALIKE)
        order = near[np.lexsort((places[near], -alike[near]))][:_SHOWN]
        return tuple(
            Case(
                self.ids[places[n]],
                self.labels[places[n]],
                self.excerpts[places[n]],
                round(float(alike[n]), 3),
            )
            for n in order
        )


def _excerpt(example: Example) -> str:
    if example.weight != 1.0:
        return ""
    said = " ".join(f"{example.judged.subject} – {example.judged.text}".split())
    return said if len(said) <= _EXCERPT else said[:_EXCERPT].rsplit(" ", 1)[0] + " …"
