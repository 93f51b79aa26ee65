"""From scores of mails that a model had not seen: probability, bands, and honest figures."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, expit

from classifier.triage import Band

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Figures = dict[str, float | int | list[float]]

# Of the complaint band. 0.95 is promised; what is drawn on some mails loses a little on others.
_PRECISION = 0.96
_LIKELY = 0.5
_NEVER = 2.0  # a bound that no probability reaches


@dataclass(frozen=True)
class Slope:
    """A score as a probability (Platt): ``1 / (1 + exp(-(steep × score + shift)))``."""

    steep: float
    shift: float

    def probability(self, scores: Numbers) -> Numbers:
        return np.asarray(expit(self.steep * scores.astype(np.float64) + self.shift))


@dataclass(frozen=True)
class Bounds:
    """Below ``lower`` a mail is none, from ``upper`` on it is a complaint; between, who knows."""

    lower: float
    upper: float

    def band(self, probability: float) -> Band:
        if probability >= self.upper:
            return Band.COMPLAINT
        return Band.REVIEW if probability >= self.lower else Band.OTHER


@dataclass(frozen=True)
class HeldOut:
    """Scores that mails got from models which had seen neither their writer nor their batch."""

    scores: Numbers
    complaint: Flags
    human: Flags  # written by a person to the office: neither machine mail nor advertising
    seen: Flags  # for a person whatever the score (``classifier.gate``)
    fold: NDArray[np.int64]

    def without(self, fold: int) -> "HeldOut":
        return self._where(np.flatnonzero(self.fold != fold))

    def last(self, count: int) -> "HeldOut":
        """The scores of the last examples that were learnt."""
        return self._where(np.arange(len(self.scores) - count, len(self.scores)))

    def _where(self, rows: NDArray[np.int64]) -> "HeldOut":
        return HeldOut(
            self.scores[rows],
            self.complaint[rows],
            self.human[rows],
            self.seen[rows],
            self.fold[rows],
        )


@dataclass(frozen=True)
class Guarantee:
    """What may be said of the complaints that a model files out of sight, with 95 % confidence."""

    complaints: int  # held-out examples it rests on
    missed: int  # of them, filed
    target_recall: float

    @property
    def supported(self) -> bool:
        """Whether there are complaints enough to file anything at all."""
        return _allowed(self.complaints, self.target_recall) > 0

    @property
    def per_thousand(self) -> int:
        """At most so many complaints in 1,000 are filed (exact: the gate is an order statistic,
        what lies below it follows a beta law; Vovk, 2012).
        """
        if not self.supported:
            return 0
        highest = betaincinv(self.missed + 1, self.complaints - self.missed, 0.95)
        return math.ceil(1000 * float(highest))

    @property
    def french(self) -> str:
        target = f"{self.target_recall:.1%}".replace(".", ",").replace("%", "\u00a0%")
        complaints = f"{self.complaints:,}".replace(",", "\u202f")
        if not self.supported:
            return (
                f"{complaints} réclamations d’exemple ne suffisent pas à tenir l’objectif de "
                f"{target} : rien n’est classé sans être montré."
            )
        return (
            f"Au plus {self.per_thousand} réclamations sur 1 000 classées sans être montrées, avec "
            f"95 % de confiance, d’après {complaints} réclamations d’exemple que le modèle "
            f"n’avait pas apprises (objectif : {target} montrées)."
        )


def guarantee(held: HeldOut, slope: Slope, drawn: Bounds, target_recall: float) -> Guarantee:
    """What the bounds drawn on held-out scores allow to say."""
    filed = (slope.probability(held.scores) < drawn.lower) & ~held.seen
    return Guarantee(int(held.complaint.sum()), int(filed[held.complaint].sum()), target_recall)


def _allowed(complaints: int, target_recall: float) -> int:
    """The rank of the complaint at which the gate may stand (split conformal); 0: nowhere."""
    return int((complaints + 1) * (1 - target_recall) + 1e-9)


def bounds(held: HeldOut, slope: Slope, target_recall: float) -> Bounds:
    """The bands that keep ``target_recall`` of complaints before a person (split conformal, by the
    exact order statistic). Where there are too few complaints to tell, nothing is filed.
    """
    probabilities = slope.probability(held.scores)
    at_the_gate = np.where(held.seen, 1.0, probabilities)
    of_complaints = np.sort(at_the_gate[held.complaint])
    allowed = _allowed(len(of_complaints), target_recall)
    lower = float(of_complaints[allowed - 1]) if allowed else 0.0
    upper = _sure(probabilities, held.complaint)
    return Bounds(min(lower, upper), upper)


def _sure(probabilities: Numbers, complaint: Flags) -> float:
    """The lowest probability, of what is likelier a complaint than not, from which on
    ``_PRECISION`` of the mails were complaints.
    """
    order = np.argsort(-probabilities, kind="stable")
    sorted_ = probabilities[order]
    precision = np.cumsum(complaint[order]) / np.arange(1, len(order) + 1)
    whole = np.append(sorted_[1:] < sorted_[:-1], True)  # equal ones are on the same side
    enough = np.flatnonzero((precision >= _PRECISION) & whole & (sorted_ >= _LIKELY))
    return float(sorted_[enough[-1]]) if len(enough) else _NEVER


def interval(successes: int, trials: int) -> tuple[float, float]:
    """Exact 95 % interval of a share (Clopper and Pearson, 1934)."""
    if trials == 0:
        return 0.0, 1.0
    low = betaincinv(successes, trials - successes + 1, 0.025) if successes else 0.0
    high = betaincinv(successes + 1, trials - successes, 0.975) if successes < trials else 1.0
    return float(low), float(high)


def calibration_error(probabilities: Numbers, complaint: Flags, bins: int = 10) -> float:
    """Expected calibration error: how far probabilities are from shares, over equal bins."""
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [
        abs(probabilities[places == place].mean() - complaint[places == place].mean())
        * np.mean(places == place)
        for place in np.unique(places)
    ]
    return float(np.sum(gaps))


def average_precision(probabilities: Numbers, complaint: Flags) -> float:
    """The mean, over all complaints, of the precision among what is at least as likely as it."""
    likely = np.sort(probabilities)
    true = np.sort(probabilities[complaint])
    if not len(true):
        return 0.0
    alike = len(likely) - np.searchsorted(likely, true)
    found = len(true) - np.searchsorted(true, true)
    return float(np.mean(found / alike))


def figures(
    probabilities: Numbers, complaint: Flags, human: Flags, filed: Flags, sure: Flags
) -> Figures:
    """What an office wants to know of a model, given which mails it would file or call sure."""
    missed = int(np.sum(complaint & filed))
    total = int(complaint.sum())
    return {
        "complaints": total,
        "missed": missed,
        "recall": _rounded(1 - missed / total if total else 0.0),
        "recall_interval": [_rounded(end) for end in interval(total - missed, total)],
        "filed": _share(filed[~complaint]),
        "filed_human": _share(filed[~complaint & human]),
        "sure": _share(sure[complaint]),
        "precision": _share(complaint[sure]),
        "average_precision": _rounded(average_precision(probabilities, complaint)),
        "calibration_error": _rounded(calibration_error(probabilities, complaint)),
    }


def crossed_figures(held: HeldOut, slope: Slope, target_recall: float) -> Figures:
    """Figures with each fold judged by bounds that were drawn on the other folds alone."""
    probabilities = slope.probability(held.scores)
    filed = np.zeros(len(held.scores), dtype=bool)
    sure = np.zeros(len(held.scores), dtype=bool)
    for fold in np.unique(held.fold):
        here = held.fold == fold
        drawn = bounds(held.without(fold), slope, target_recall)
        filed[here] = (probabilities[here] < drawn.lower) & ~held.seen[here]
        sure[here] = probabilities[here] >= drawn.upper
    return figures(probabilities, held.complaint, held.human, filed, sure)


def _share(flags: Flags) -> float:
    return _rounded(flags.mean() if flags.size else 0.0)


def _rounded(value: float) -> float:
    return round(float(value), 4)
