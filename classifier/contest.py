"""Champion and challenger: a new model takes over only where it loses nothing that matters."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from classifier.calibration import Flags, HeldOut, Numbers
from classifier.corpus import Example
from classifier.learning import truth
from classifier.model import Model
from classifier.triage import Band

_CHANCE = 2.0  # standard errors: what differs less may be the luck of the draw
_SURPRISE = 1.05  # what grows less does no harm
_FEW = 5  # mails
_MORE_WORK = 1.25  # the gate may widen so far to keep its promise
_SUREST = 1e-6


@dataclass(frozen=True)
class Score:
    """How a model fares on labelled mails."""

    mails: int
    complaints: int
    missed: int  # complaints it would file out of sight
    shown: int  # other mail that it would put before a person
    surprise: float  # mean, at the truth, in nats: less is better


@dataclass(frozen=True)
class Round:
    """Both models on the same mails, compared mail by mail."""

    name: str  # French
    champion: Score
    challenger: Score
    faults: tuple[str, ...]  # what the challenger does worse, in French


@dataclass(frozen=True)
class Contest:
    """The rounds of a challenge. The challenger wins where no round finds fault with it."""

    rounds: tuple[Round, ...]

    @property
    def faults(self) -> tuple[str, ...]:
        return tuple(fault for round_ in self.rounds for fault in round_.faults)

    @property
    def won(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, object]:
        return {
            "won": self.won,
            "faults": list(self.faults),
            "rounds": [asdict(round_) for round_ in self.rounds],
        }


def contest(
    champion: Model, challenger: Model, frozen: Sequence[Example], recent: Sequence[Example]
) -> Contest:
    """Judge both on mails that neither has learnt.

    ``recent`` are decisions that the champion has not seen. They stand last among the examples of
    the challenger, which is judged on them by its held-out scores: by models without them.
    """
    rounds = []
    if frozen:
        both = _judged(champion, frozen), _judged(challenger, frozen)
        rounds.append(_round("messages de contrôle", *both))
    if recent:
        held = challenger.held_out.last(len(recent))
        both = _judged(champion, recent), _held_out(challenger, held)
        rounds.append(_round("décisions récentes", *both))
    return Contest(tuple(rounds))


@dataclass(frozen=True)
class _Judgement:
    """What a model says of labelled mails."""

    complaint: Flags
    filed: Flags
    surprise: Numbers

    @property
    def score(self) -> Score:
        return Score(
            mails=len(self.complaint),
            complaints=int(self.complaint.sum()),
            missed=int(np.sum(self.complaint & self.filed)),
            shown=int(np.sum(~self.complaint & ~self.filed)),
            surprise=round(float(self.surprise.mean()), 4),
        )


def _judged(model: Model, examples: Sequence[Example]) -> _Judgement:
    triages = model.classify([example.judged for example in examples])
    filed = np.array([triage.band == Band.OTHER for triage in triages])
    probabilities = np.array([triage.probability for triage in triages])
    return _judgement(truth(examples), filed, probabilities)


def _held_out(model: Model, held: HeldOut) -> _Judgement:
    probabilities = model.slope.probability(held.scores)
    filed = (probabilities < model.bounds.lower) & ~held.seen
    return _judgement(held.complaint, filed, probabilities)


def _judgement(complaint: Flags, filed: Flags, probabilities: Numbers) -> _Judgement:
    right = np.clip(np.where(complaint, probabilities, 1 - probabilities), _SUREST, 1)
    return _Judgement(complaint, filed, -np.log(right))


def _round(name: str, old: _Judgement, new: _Judgement) -> Round:
    return Round(name, old.score, new.score, tuple(_faults(name, old, new)))


def _faults(name: str, old: _Judgement, new: _Judgement) -> Iterator[str]:
    """A complaint more that is missed is one too many; what else differs may be chance."""
    before, after = old.score, new.score
    if after.missed > before.missed:
        yield f"{name} : {after.missed} réclamations manquées au lieu de {before.missed}"
    if after.shown > _MORE_WORK * before.shown and after.shown - before.shown > _FEW:
        yield f"{name} : {after.shown} autres messages à relire au lieu de {before.shown}"
    worse = after.surprise > _SURPRISE * before.surprise
    if worse and _grows(new.surprise - old.surprise):
        told = f"{after.surprise:.3f} au lieu de {before.surprise:.3f}".replace(".", ",")
        yield f"{name} : plus souvent surpris par ce que disent les personnes ({told})"


def _grows(differences: Numbers) -> bool:
    """Whether paired differences are above nothing by more than chance."""
    if len(differences) < 2:
        return False
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    return bool(differences.mean() > _CHANCE * error and error > 0)
