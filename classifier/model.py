"""The model: from what is judged to an opinion with its probability, band and reasons."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files

import numpy as np

from classifier.calibration import (
    Bounds,
    Guarantee,
    HeldOut,
    Slope,
    bounds,
    crossed_figures,
    guarantee,
)
from classifier.cases import Cases
from classifier.features import Counted, Floats, Space
from classifier.labels import Label
from classifier.linear import COMPLAINT, LABELS, Linear, complaint_scores
from classifier.preparing import Prepared, prepare
from classifier.reasons import Span, reasons_of
from classifier.triage import Band, Judged, Triage

TARGET_RECALL = 0.995


@dataclass(frozen=True)
class Model:
    """A model that has been learnt. The same mail always gets the same opinion."""

    version: str
    recipe: str  # how it was learnt
    corpus: str  # digest of the shipped corpus at the time
    target_recall: float
    space: Space
    linear: Linear
    cases: Cases
    held_out: HeldOut
    slope: Slope  # drawn on what was held out

    @cached_property
    def bounds(self) -> Bounds:
        return bounds(self.held_out, self.slope, self.target_recall)

    @cached_property
    def guarantee(self) -> Guarantee:
        return guarantee(self.held_out, self.slope, self.bounds, self.target_recall)

    @cached_property
    def card(self) -> Mapping[str, object]:
        """What the model is, and how it fared with writers and matters it had not seen."""
        return {
            "version": self.version,
            "recipe": self.recipe,
            "corpus": self.corpus,
            "examples": len(self.held_out.scores),
            "target_recall": self.target_recall,
            "lower": round(self.bounds.lower, 4),
            "upper": round(self.bounds.upper, 4),
            "guarantee": self.guarantee.french,
            "missed_per_thousand": self.guarantee.per_thousand,
            "supported": self.guarantee.supported,
            **crossed_figures(self.held_out, self.slope, self.target_recall),
        }

    def aimed_at(self, target_recall: float) -> "Model":
        """The same model with the bands that another target asks for."""
        if target_recall == self.target_recall:
            return self
        return replace(self, target_recall=target_recall)

    def classify(
        self, mails: Sequence[Judged], *, staff: Sequence[str] = (), office: str = ""
    ) -> list[Triage]:
        """An opinion of each mail, in order. Many at once are much faster than one by one.

        ``staff`` and ``office`` are names: who may be aimed at, and who is no third party.
        """
        return self.classify_prepared([prepare(mail, staff, office) for mail in mails])

    def classify_prepared(self, mails: Sequence[Prepared]) -> list[Triage]:
        """The same where the rest was done elsewhere."""
        if not mails:
            return []
        counted = self.space.count([mail.apart for mail in mails])
        opinions = [
            self._opinion(mail, scored)
            for mail, scored in zip(mails, self._scored(counted), strict=True)
        ]
        return self._with_cases(opinions, counted)

    def _with_cases(self, opinions: list[Triage], counted: Counted) -> list[Triage]:
        """The nearest decided cases, where a person is to look."""
        shown = [place for place, triage in enumerate(opinions) if triage.band != Band.OTHER]
        nearest = self.cases.nearest(self.space.likeness(counted)[shown]) if shown else []
        for place, cases in zip(shown, nearest, strict=True):
            opinions[place] = replace(opinions[place], similar=cases)
        return opinions

    def _scored(self, counted: Counted) -> Iterator["_Scored"]:
        likely = self.linear.probabilities(self.space.vectors(counted))
        probabilities = self.slope.probability(complaint_scores(likely))
        shares = self._shares(counted, likely)
        start = 0
        for number, spans in enumerate(mail.spans for mail in counted.batch.mails):
            ranked = sorted(range(len(LABELS)), key=lambda place: -likely[number, place])
            share = shares[start : start + len(spans)].tolist()
            yield _Scored(float(probabilities[number]), [LABELS[p] for p in ranked], spans, share)
            start += len(spans)

    def _shares(self, counted: Counted, likely: Floats) -> Floats:
        """What each clause adds to the log odds of a complaint against what else its mail may be,
        each other label counting as much as it is likely.
        """
        of_labels = self.space.shares(counted, self.linear.coefficients)
        others = likely.copy()
        others[:, COMPLAINT] = 0
        others /= np.maximum(others.sum(axis=1, keepdims=True), np.finfo(others.dtype).tiny)
        against = (of_labels * others[counted.batch.owners]).sum(axis=1)
        return np.asarray((of_labels[:, COMPLAINT] - against) * self.slope.steep)

    def _opinion(self, mail: Prepared, scored: "_Scored") -> Triage:
        signs = mail.signs
        band = self.bounds.band(scored.probability)
        if band == Band.OTHER and signs.must_be_seen(scored.ranked[0]):
            band = Band.REVIEW
        return Triage(
            label=_label(band, scored.ranked),
            probability=scored.probability,
            band=band,
            reasons=reasons_of(mail.judged.text, scored.spans, scored.shares),
            signals=signs.signals,
            fields=mail.fields,
            language=signs.language,
            model=self.version,
        )


@dataclass(frozen=True)
class _Scored:
    """What the linear model says of one mail."""

    probability: float
    ranked: Sequence[Label]  # likeliest first
    spans: Sequence[Span]  # its clauses, and what each adds to the score
    shares: Sequence[float]


# What of the program decides what is learnt, besides the corpus.
_LEARNT_BY = (
    "text",
    "phrases",
    "cues",
    "terms",
    "features",
    "tally",
    "linear",
    "learning",
    "calibration",
    "gate",
    "signals",
)


@cache
def recipe() -> str:
    """The way of learning in one word: the same corpus learnt in another way is another model."""
    written = hashlib.sha256()
    for name in _LEARNT_BY:
        written.update(files("classifier").joinpath(f"{name}.py").read_bytes())
    return written.hexdigest()[:8]


def _label(band: Band, ranked: Sequence[Label]) -> Label:
    """A sure complaint is called one, a filed mail never is."""
    if band == Band.COMPLAINT:
        return Label.COMPLAINT
    return next(label for label in ranked if band == Band.REVIEW or label != Label.COMPLAINT)
