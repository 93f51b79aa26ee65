"""The linear model as it judges: vectors → a probability of each label."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit, softmax

from classifier.features import Floats, Matrix
from classifier.labels import Label

LABELS = tuple(Label)  # the order of rows and columns
COMPLAINT = LABELS.index(Label.COMPLAINT)
_SUREST = 1e-9  # probabilities are kept this far from 0 and 1, so that scores stay finite


@dataclass(frozen=True)
class Linear:
    """A linear model over all labels: one row of coefficients for each, in the order of ``Label``.

    One model for all is better at complaints than complaint or not: it knows what else a mail
    may be (see docs/decisions/classifier.md).
    """

    coefficients: Floats
    intercepts: Floats

    def probabilities(self, vectors: Matrix) -> Floats:
        """One row for each mail, one column for each label; not yet calibrated."""
        return np.asarray(softmax(vectors @ self.coefficients.T + self.intercepts, axis=1))


def complaint_scores(probabilities: Floats) -> NDArray[np.float64]:
    """How much a complaint is likelier than all else together, as log odds."""
    sure = np.clip(probabilities[:, COMPLAINT].astype(np.float64), _SUREST, 1 - _SUREST)
    return np.asarray(logit(sure))
