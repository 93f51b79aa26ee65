"""The model: from what is judged to an opinion with its probability, band and reasons."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from classifier import learning
from classifier.calibration import Bounds, HeldOut, Slope, bounds, crossed_figures
from classifier.corpus import Example, corpus_digest
from classifier.features import Counted, Floats, Space, Tally
from classifier.fields import propose
from classifier.labels import Label
from classifier.language import language_of
from classifier.learning import Linear
from classifier.reasons import Span, reasons_of
from classifier.signals import signals_in
from classifier.triage import Band, Judged, Triage

# The day this way of learning was settled. It begins the versions: the same corpus learnt in
# another way is another model.
RECIPE = "2026-11-23"
TARGET_RECALL = 0.995
_LABELS = tuple(Label)
_COMPLAINT = _LABELS.index(Label.COMPLAINT)
# Reading another language is beyond what the corpus teaches: a person reads it (regulation, row 74).
_READ = "fr"


@dataclass(frozen=True)
class Model:
    """A model that has been learnt. The same mail always gets the same opinion."""

    version: str
    corpus: str  # digest of the shipped corpus at the time
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
        probabilities = self.slope.probability(self.held_out.scores)
        return bounds(probabilities, self.held_out.complaint, self.target_recall)

    @cached_property
    def card(self) -> Mapping[str, object]:
        """What the model is, and how it fared with writers and matters it had not seen."""
        return {
            "version": self.version,
            "corpus": self.corpus,
            "examples": len(self.held_out.scores),
            "target_recall": self.target_recall,
            "lower": round(self.bounds.lower, 4),
            "upper": round(self.bounds.upper, 4),
            **crossed_figures(self.held_out, self.slope, self.target_recall),
        }

    def aimed_at(self, target_recall: float) -> "Model":
        """The same model with the bands that another target asks for."""
        if target_recall == self.target_recall:
            return self
        return replace(self, target_recall=target_recall)

    def classify(self, mails: Sequence[Judged], *, staff: Sequence[str] = ()) -> list[Triage]:
        """An opinion of each mail, in order. Many at once are much faster than one by one."""
        if not mails:
            return []
        counted = self.space.count(mails)
        vectors = self.space.vectors(counted)
        probabilities = self.slope.probability(self.complaint.scores(vectors)[:, 0])
        likely = self.labels.scores(vectors)
        weights = self.space.shares(counted, self.complaint.coefficients[0]) * self.slope.steep
        return [
            self._opinion(mail, float(probability), scores, reasons_of(mail.text, *clauses), staff)
            for mail, probability, scores, clauses in zip(
                mails, probabilities, likely, _by_mail(counted, weights), strict=True
            )
        ]
