"""What learning from an office's years of decisions costs: time as a ratio, and memory.

The decisions are shipped mails with words left out at random, so that no two are the same; what
they teach is of no interest here. The yardstick is plain TF-IDF with logistic regression on the
same mails in the same run:
    python bench/retrain.py [decisions]
"""

import random
import resource
import sys
from dataclasses import replace
from time import perf_counter

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from classifier.corpus import Example, load
from classifier.labels import Label
from classifier.learning import train

_DECISIONS = 20_000
_LEFT_OUT = 0.15  # of the words
_OF_ONE_CLIENT = 4


def decisions(corpus: list[Example], count: int) -> list[Example]:
    chance = random.Random(0)
    return [_decision(chance, chance.choice(corpus), n) for n in range(count)]


def _decision(chance: random.Random, example: Example, n: int) -> Example:
    lines = example.judged.text.split("\n")
    text = "\n".join(
        " ".join(word for word in line.split() if chance.random() > _LEFT_OUT) for line in lines
    )
    client = f"client {n // _OF_ONE_CLIENT}"
    judged = replace(example.judged, text=text)
    return replace(
        example, judged=judged, writer=client, batch=f"message {n}", id=f"message {n}", weight=2.0
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _DECISIONS
    corpus = load()
    examples = [*corpus, *decisions(corpus, count)]
    started = perf_counter()
    plain = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    plain.fit(
        [f"{e.judged.subject}\n{e.judged.text}" for e in examples],
        [e.label == Label.COMPLAINT for e in examples],
    )
    yardstick = perf_counter() - started
    started = perf_counter()
    train(examples)
    seconds = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"examples     {len(corpus)} shipped + {count} decisions")
    print(f"learning     {seconds:.1f} s = {seconds / yardstick:.1f} × plain ({yardstick:.1f} s)")
    print(f"memory       {peak:.2f} GB at most")


if __name__ == "__main__":
    main()
