"""The model: from what was judged to an opinion with its probability, band and reasons."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np

from classifier import learning
from classifier.calibration import Bounds, HeldOut, Slope, bounds, crossed_figures
from classifier.corpus import Example, corpus_digest
from classifier.features import Counted, Space, Tally
from classifier.fields import propose
from classifier.labels import Label
from classifier.language import language_of
from classifier.learning import Linear
from classifier.reasons import reasons_of
from classifier.signals import signals_in
from classifier.triage import Band, Judged, Triage

# The day this way of learning was settled. It names the versions, so that the same corpus learnt
# in another way is another model.
RECIPE = "2026-11-23"
TARGET_RECALL = 0.995
_LABELS = tuple(Label)
_COMPLAINT = _LABELS.index(Label.COMPLAINT)


@dataclass(frozen=True)
class Model:
    """A model that has been learnt. The same mail always gets the same opinion."""

    version: str
    corpus: str  # digest of the shipped corpus it was learnt with
    target_recall: float
    space: Space
    complaint: Linear
    labels: Linear
    held_out: HeldOut

    @cached_property
    def slope(self) -> Slope:
        return self.held_out.slope()

    @cached_property
    def bounds(self) -> Bounds:
        held = self.held_out
        return bounds(self.slope.probability(held.scores), held.complaint, self.target_recall)

    @cached_property
    def card(self) -> Mapping[str, object]:
        """What the model is and how it fared on writers and matters it had not seen."""
        return {
            "version": self.version,
            "examples": len(self.held_out.scores),
            "corpus": self.corpus,
            "target_recall": self.target_recall,
            "lower": round(self.bounds.lower, 4),
            "upper": round(self.bounds.upper, 4),
            "files": self.bounds.lower > 0,  # else too few complaints to file anything at all
            **crossed_figures(self.held_out, self.slope, self.target_recall),
        }

    def aimed_at(self, target_recall: float) -> "Model":
        """The same model with the bands of another target."""
        return replace(self, target_recall=target_recall)

    def classify(self, mails: Sequence[Judged], *, staff: Sequence[str] = ()) -> list[Triage]:
        """An opinion of each mail, in order. Many at once are much faster than one by one."""
        if not mails:
            return []
        counted = self.space.count(mails)
        vectors = self.space.vectors(counted)
        probabilities = self.slope.probability(self.complaint.scores(vectors)[:, 0])
        likely = self.labels.scores(vectors)
        shares = self._shares(counted)
        return [
            self._opinion(mail, float(probability), scores, spans, share, staff)
            for mail, probability, scores, (spans, share) in zip(
                mails, probabilities, likely, shares, strict=True
            )
        ]
