"""Champion and challenger: a new model takes over only where it loses nothing that matters."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from classifier.calibration import Flags, HeldOut, Numbers
from classifier.corpus import Example
from classifier.learning import truth
from classifier.model import Model
from classifier.triage import Band

_LOSS = 1.02  # the surprise may grow by 2 %: less is noise of the draw
_SHOWN = 1.05  # as may the mail that staff must look at
_SLACK = 2  # mails, where sets are small
_SUREST = 1e-6


@dataclass(frozen=True)
class Score:
    """How a model fares on labelled mails."""

    mails: int
    complaints: int
    missed: int  # complaints it would file out of sight
    shown: int  # other mail that it would put before a person
    loss: float  # mean surprise at the truth, in nats: less is better


@dataclass(frozen=True)
class Round:
    """Both models on one set."""

    name: str  # French
    champion: Score
    challenger: Score

    @property
    def faults(self) -> tuple[str, ...]:
        """What the challenger does worse, in French; nothing where it holds its own."""
        old, new = self.champion, self.challenger
        found = []
        if new.missed > old.missed:
            found.append(
                f"{self.name} : {new.missed} réclamations manquées au lieu de {old.missed}"
            )
        if new.shown > old.shown * _SHOWN + _SLACK:
            found.append(
                f"{self.name} : {new.shown} autres messages à relire au lieu de {old.shown}"
            )
        if new.loss > old.loss * _LOSS + 1 / (10 * max(1, new.mails)):
            found.append(
                f"{self.name} : plus souvent surpris ({new.loss:.3f} contre {old.loss:.3f})"
            )
        return tuple(found)


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
        rounds.append(
            Round("messages de contrôle", _judged(champion, frozen), _judged(challenger, frozen))
        )
    if recent:
        rounds.append(
            Round(
                "décisions récentes",
                _judged(champion, recent),
                _held_out(challenger, challenger.held_out.last(len(recent))),
            )
        )
    return Contest(tuple(rounds))


def _judged(model: Model, examples: Sequence[Example]) -> Score:
    triages = model.classify([example.judged for example in examples])
    return _score(
        truth(examples),
        np.array([triage.probability for triage in triages]),
        np.array([triage.band == Band.OTHER for triage in triages]),
    )


def _held_out(model: Model, held: HeldOut) -> Score:
    probabilities = model.slope.probability(held.scores)
    filed = (probabilities < model.bounds.lower) & ~held.seen
    return _score(held.complaint, probabilities, filed)


def _score(complaint: Flags, probabilities: Numbers, filed: Flags) -> Score:
    right = np.clip(np.where(complaint, probabilities, 1 - probabilities), _SUREST, 1)
    return Score(
        mails=len(complaint),
        complaints=int(complaint.sum()),
        missed=int(np.sum(complaint & filed)),
        shown=int(np.sum(~complaint & ~filed)),
        loss=round(float(-np.log(right).mean()), 4),
    )
