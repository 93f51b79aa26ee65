"""How a model fares on labelled mails."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifier.calibration import Numbers, figures
from classifier.corpus import Example
from classifier.labels import Label
from classifier.learning import is_human, truth
from classifier.model import Model
from classifier.triage import Band, Triage

_WORST = 20


@dataclass(frozen=True)
class Error:
    """A mail on which the model was far from what people say."""

    id: str
    label: str
    proposed: str
    band: str
    probability: float


@dataclass(frozen=True)
class Report:
    """Figures at the gate as used (bands and forced reviews included), and where it goes wrong."""

    model: str
    mails: int
    figures: Mapping[str, object]
    confusion: Mapping[str, Mapping[str, int]]  # label → proposed label → mails
    worst: tuple[Error, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "model": self.model,
            "mails": self.mails,
            **self.figures,
            "confusion": {label: dict(row) for label, row in self.confusion.items()},
            "worst": [vars(error) for error in self.worst],
        }


def evaluate(model: Model, examples: Sequence[Example]) -> Report:
    """Judge every example as a mail that arrives, and compare."""
    triages = model.classify([example.judged for example in examples])
    probabilities = np.array([triage.probability for triage in triages], dtype=np.float64)
    filed = np.array([triage.band == Band.OTHER for triage in triages], dtype=bool)
    sure = np.array([triage.band == Band.COMPLAINT for triage in triages], dtype=bool)
    complaint = truth(examples)
    return Report(
        model=model.version,
        mails=len(examples),
        figures=figures(probabilities, complaint, is_human(examples), filed, sure),
        confusion=_confusion(examples, triages),
        worst=_worst(examples, triages, probabilities),
    )


def _confusion(
    examples: Sequence[Example], triages: Sequence[Triage]
) -> dict[str, Mapping[str, int]]:
    pairs = Counter((e.label, t.label) for e, t in zip(examples, triages, strict=True))
    return {
        label.value: {p.value: pairs[label, p] for p in Label if pairs[label, p]}
        for label in Label
        if any(pairs[label, p] for p in Label)
    }


def _worst(
    examples: Sequence[Example], triages: Sequence[Triage], probabilities: Numbers
) -> tuple[Error, ...]:
    """Missed complaints first, then the mails whose probability is furthest from the truth."""
    pairs = list(zip(examples, triages, strict=True))
    off = np.abs(truth(examples) - probabilities)
    missed = np.array([e.label == Label.COMPLAINT and t.band == Band.OTHER for e, t in pairs])
    order = sorted(range(len(pairs)), key=lambda place: (not missed[place], -off[place]))
    wrong = [pairs[place] for place in order if off[place] > 0.5 or missed[place]][:_WORST]
    return tuple(
        Error(e.id, e.label.value, t.label.value, t.band.value, round(t.probability, 4))
        for e, t in wrong
    )
