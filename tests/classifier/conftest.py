"""A model learnt once from part of the corpus, and mails to judge."""

import pytest

from classifier.corpus import Example, load
from classifier.model import Model, train

_PART = 700  # examples: enough for every label, few enough to learn from in seconds


@pytest.fixture(scope="session")
def corpus() -> list[Example]:
    return load()


@pytest.fixture(scope="session")
def part(corpus: list[Example]) -> list[Example]:
    """Whole batches, spread over the hands, so that honest splits stay possible."""
    batches = sorted({example.batch for example in corpus})
    kept = set(batches[:: max(1, len(corpus) // _PART)])
    return [example for example in corpus if example.batch in kept]


@pytest.fixture(scope="session")
def rest(corpus: list[Example], part: list[Example]) -> list[Example]:
    """Mails whose batches the model has not seen."""
    known = {example.batch for example in part}
    return [example for example in corpus if example.batch not in known][:400]


@pytest.fixture(scope="session")
def model(part: list[Example]) -> Model:
    return train(part, target_recall=0.98)
