"""Learning the linear model, and judging them on mails whose writers and matters they never saw."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from classifier.calibration import Flags, HeldOut, Slope
from classifier.cases import Cases
from classifier.corpus import Example, corpus_digest
from classifier.features import Floats, Matrix, Space
from classifier.gate import signs_of
from classifier.labels import Label
from classifier.linear import LABELS, Linear, complaint_scores
from classifier.model import TARGET_RECALL, Model, recipe
from classifier.tally import Tally

_FOLDS = 5
STRENGTH = 20.0  # C: little shrinkage, the vectors are about as long as one
TOLERANCE = 1e-3  # further steps change no figure
_TOO_BIG = 0.2  # of all examples: one group as big as a fold makes folds of very different sizes
_MACHINE = frozenset({Label.AUTOMATIC, Label.SPAM})

Rows = NDArray[np.int64]


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


def truth(examples: Sequence[Example]) -> Flags:
    return np.array([example.label == Label.COMPLAINT for example in examples], dtype=bool)


def is_human(examples: Sequence[Example]) -> Flags:
    """Which were written by a person to the office: neither by machines nor as advertising."""
    return np.array([example.label not in _MACHINE for example in examples], dtype=bool)


def fit(vectors: Matrix, examples: Sequence[Example]) -> Linear:
    """A label of which there is no example never wins."""
    learner = LogisticRegression(C=STRENGTH, tol=TOLERANCE, max_iter=300)
    with threadpool_limits(limits=1):  # more threads wait for each other: twice as slow
        weights = np.array([example.weight for example in examples])
        learner.fit(vectors, [example.label.value for example in examples], weights)
    known = [LABELS.index(Label(name)) for name in learner.classes_]
    coefficients = np.zeros((len(Label), vectors.shape[1]), dtype=np.float32)
    intercepts = np.full(len(Label), -np.inf, dtype=np.float32)
    # Of two labels, scikit-learn keeps one row: what speaks for the second.
    coefficients[known] = _both(learner.coef_)
    intercepts[known] = _both(learner.intercept_)
    return Linear(coefficients, intercepts)


def _both(rows: Floats) -> Floats:
    return np.concatenate([-rows, rows]) / 2 if len(rows) == 1 else rows


def held_out(tally: Tally, examples: Sequence[Example], seed: int) -> HeldOut:
    """Score every example by a model of the other folds; even the words are learnt without it."""
    complaint = truth(examples)
    scores = np.zeros(len(examples))
    likeliest = np.zeros(len(examples), dtype=np.int64)
    fold_of = np.zeros(len(examples), dtype=np.int64)
    for fold, (learnt, judged) in enumerate(_folds(complaint, groups(examples), seed)):
        space, model = fit_rows(tally, examples, learnt)
        probabilities = model.probabilities(tally.vectors(space, judged))
        scores[judged] = complaint_scores(probabilities)
        likeliest[judged] = probabilities.argmax(axis=1)
        fold_of[judged] = fold
    seen = [
        signs_of(example.judged).must_be_seen(LABELS[label])
        for example, label in zip(examples, likeliest, strict=True)
    ]
    return HeldOut(scores, complaint, is_human(examples), np.array(seen), fold_of)


def _folds(complaint: Flags, tied: Sequence[str], seed: int) -> list[tuple[Rows, Rows]]:
    count = min(_FOLDS, len(set(tied)))
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    return list(splitter.split(complaint, complaint, tied))


def fit_rows(tally: Tally, examples: Sequence[Example], rows: Rows) -> tuple[Space, Linear]:
    """The space and the model of some examples."""
    space = tally.learn(rows)
    return space, fit(tally.vectors(space, rows), [examples[row] for row in rows])


def slope_of(held: HeldOut) -> Slope:
    fitted = LogisticRegression(C=1e6).fit(held.scores.reshape(-1, 1), held.complaint)
    return Slope(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))


def train(
    examples: Sequence[Example], *, target_recall: float = TARGET_RECALL, seed: int = 0
) -> Model:
    """Learn a model, and judge it on mails whose writers and batches it had not seen."""
    tally = Tally.of([example.judged for example in examples])
    rows = np.arange(len(examples))
    space, linear = fit_rows(tally, examples, rows)
    held = held_out(tally, examples, seed)
    return Model(
        version=_version(examples, seed),
        recipe=recipe(),
        corpus=corpus_digest(),
        target_recall=target_recall,
        space=space,
        linear=linear,
        cases=Cases.of(examples, tally.likeness(space, rows)),
        held_out=held,
        slope=slope_of(held),
    )


def _version(examples: Sequence[Example], seed: int) -> str:
    whole = hashlib.sha256(f"{recipe()} {seed}".encode())
    for example in examples:
        whole.update(json.dumps(asdict(example), sort_keys=True).encode())
    return f"{recipe()}.{whole.hexdigest()[:8]}"
