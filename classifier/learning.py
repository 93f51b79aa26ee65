"""Learning linear models, and judging them on mails whose writers and matters they never saw."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from classifier.calibration import HeldOut
from classifier.corpus import Example
from classifier.features import Matrix, Space, Tally
from classifier.labels import Label

FOLDS = 5
STRENGTH = 10.0  # C of the complaint model: little shrinkage, the vectors are of length one
LABEL_STRENGTH = 10.0
_TOO_BIG = 0.2  # of all examples: one group as big as a fold makes folds of very different sizes
_MACHINE = frozenset({Label.AUTOMATIC, Label.SPAM})

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Linear:
    """A linear model: one row of coefficients for each class (a single row for yes or no)."""

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]

    def scores(self, vectors: Matrix) -> NDArray[np.float64]:
        return np.asarray(vectors @ self.coefficients.T + self.intercepts)


def groups(examples: Sequence[Example]) -> list[str]:
    """For each example a group that no honest split may part: all that is tied by a writer or a
    batch. Where that ties nearly everything together, the batch alone.
    """
    tied = _Ties()
    for number, example in enumerate(examples):
        tied.tie(f"writer {example.writer or number}", f"batch {example.batch or number}")
    found = [tied.head(f"batch {e.batch or number}") for number, e in enumerate(examples)]
    if max(Counter(found).values(), default=0) <= _TOO_BIG * len(examples):
        return found
    return [f"batch {e.batch or number}" for number, e in enumerate(examples)]


class _Ties:
    """Union and find."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def head(self, name: str) -> str:
        above = self._above.setdefault(name, name)
        while above != name:
            name, above = above, self._above[above]
        return name

    def tie(self, one: str, other: str) -> None:
        self._above[self.head(one)] = self.head(other)


def truth(examples: Sequence[Example]) -> NDArray[np.bool_]:
    return np.array([example.label == Label.COMPLAINT for example in examples])


def is_human(examples: Sequence[Example]) -> NDArray[np.bool_]:
    """Which were written by a person to the office: neither by machines nor as advertising."""
    return np.array([example.label not in _MACHINE for example in examples])


def fit_complaint(vectors: Matrix, complaint: NDArray[np.bool_]) -> Linear:
    fitted = LogisticRegression(C=STRENGTH, max_iter=1000).fit(vectors, complaint)
    return Linear(fitted.coef_, fitted.intercept_)


def fit_labels(vectors: Matrix, labels: Sequence[Label]) -> Linear:
    """One row for each label, in the order of ``Label``; a label never seen never wins."""
    fitted = LogisticRegression(C=LABEL_STRENGTH, max_iter=1000).fit(vectors, labels)
    coefficients = np.zeros((len(Label), vectors.shape[1]), dtype=fitted.coef_.dtype)
    intercepts = np.full(len(Label), -np.inf)
    places = [list(Label).index(Label(name)) for name in fitted.classes_]
    coefficients[places] = fitted.coef_
    intercepts[places] = fitted.intercept_
    return Linear(coefficients, intercepts)


def held_out(tally: Tally, examples: Sequence[Example], seed: int) -> HeldOut:
    """Score every example by a model of the other folds; even the words are learnt without it."""
    complaint = truth(examples)
    scores = np.zeros(len(examples))
    fold_of = np.zeros(len(examples), dtype=np.int64)
    for fold, (learnt, judged) in enumerate(_folds(complaint, groups(examples), seed)):
        space, kept = tally.learn(learnt)
        model = fit_complaint(tally.vectors(space, kept, learnt), complaint[learnt])
        scores[judged] = model.scores(tally.vectors(space, kept, judged))[:, 0]
        fold_of[judged] = fold
    return HeldOut(scores, complaint, is_human(examples), fold_of)


def _folds(
    complaint: NDArray[np.bool_], tied: Sequence[str], seed: int
) -> list[tuple[Rows, Rows]]:
    count = min(FOLDS, len(set(tied)))
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    return list(splitter.split(complaint, complaint, tied))


def fit_all(tally: Tally, examples: Sequence[Example]) -> tuple[Space, Linear, Linear]:
    """The space, the complaint model and the label model of all examples."""
    rows = np.arange(len(examples))
    space, kept = tally.learn(rows)
    vectors = tally.vectors(space, kept, rows)
    complaint = fit_complaint(vectors, truth(examples))
    return space, complaint, fit_labels(vectors, [example.label for example in examples])
