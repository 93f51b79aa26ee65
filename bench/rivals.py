"""The classifier against what else could have been taken, learnt from the same corpus.

Every mail is judged by a model that had not seen its writer or its matter; the gate is drawn for
all in the same way, on the scores alone. fastText (`pip install fasttext-numpy2-wheel`) and
bogofilter (Debian's `bogofilter`) are compared where they are installed:
    python bench/rivals.py [seed]
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from classifier import learning
from classifier.calibration import HeldOut, crossed_figures
from classifier.corpus import Example, load
from classifier.labels import Label
from classifier.tally import Tally
from classifier.text import fold

# (learnt, judged) → one score for each judged mail, higher for complaints
Rival = Callable[[Sequence[Example], Sequence[Example]], Sequence[float]]


def plain(learnt: Sequence[Example], judged: Sequence[Example]) -> Sequence[float]:
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    pipeline.fit(_texts(learnt), [e.label == Label.COMPLAINT for e in learnt])
    scores: Sequence[float] = pipeline.decision_function(_texts(judged))
    return scores


def fasttext(learnt: Sequence[Example], judged: Sequence[Example]) -> Sequence[float]:
    """Words and word pairs with pieces of three to six letters, as its authors advise."""
    import fasttext as library

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "learnt.txt"
        path.write_text("\n".join(_marked(e) for e in learnt), encoding="utf-8")
        model: Any = library.train_supervised(
            str(path), epoch=25, lr=0.5, wordNgrams=2, minn=3, maxn=6, dim=50, verbose=0, thread=1
        )
    said = [model.f.predict(_line(e), 2, 0.0, "strict") for e in judged]
    return [_log_odds({label: p for p, label in one}["__label__yes"]) for one in said]


def bogofilter(learnt: Sequence[Example], judged: Sequence[Example]) -> Sequence[float]:
    """A complaint is its « spam »."""
    with tempfile.TemporaryDirectory() as folder:
        for complaint, switch in ((True, "-s"), (False, "-n")):
            mails = [e for e in learnt if (e.label == Label.COMPLAINT) == complaint]
            _bogofilter(folder, [switch, "-M"], "".join(_as_mbox(e) for e in mails))
        said = [_bogofilter(folder, ["-T"], _as_mail(e)) for e in judged]
    return [_log_odds(float(line.split()[1])) for line in said]


def _bogofilter(folder: str, switches: list[str], mails: str) -> str:
    command = ["bogofilter", "-d", folder, *switches]
    ran = subprocess.run(command, input=mails.encode(), capture_output=True, check=False)
    return ran.stdout.decode()


def _as_mail(example: Example) -> str:
    header = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
    return f"Subject: {example.judged.subject}\n{header}\n{example.judged.text}\n"


def _as_mbox(example: Example) -> str:
    return f"From a@example Mon Nov 23 09:00:00 2026\n{_as_mail(example)}\n"


def _texts(examples: Sequence[Example]) -> list[str]:
    return [f"{e.judged.subject}\n{e.judged.text}" for e in examples]


def _line(example: Example) -> str:
    return " ".join(fold(f"{example.judged.subject} {example.judged.text}").split())


def _marked(example: Example) -> str:
    side = "yes" if example.label == Label.COMPLAINT else "no"
    return f"__label__{side} {_line(example)}"


def _log_odds(probability: float) -> float:
    sure = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(sure / (1 - sure)))


def rivals() -> Iterator[tuple[str, Rival]]:
    yield "plain TF-IDF, logistic regression", plain
    if find_spec("fasttext"):
        yield "fastText", fasttext
    if shutil.which("bogofilter"):
        yield "bogofilter", bogofilter


def compare(name: str, held: HeldOut) -> None:
    scores = HeldOut(held.scores, held.complaint, held.human, held.seen & False, held.fold)
    slope = learning.slope_of(scores)
    strict, lax = (crossed_figures(scores, slope, target) for target in (0.995, 0.98))
    print(
        f"{name:<36} {strict['average_precision']:>8.3f} {strict['recall']:>12.1%}"
        f" {strict['filed']:>10.1%} {lax['recall']:>12.1%} {lax['filed']:>10.1%}"
        f" {strict['sure']:>8.1%} {strict['precision']:>10.1%}",
        flush=True,
    )


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    examples = load()
    tally = Tally.of([example.judged for example in examples])
    ours = learning.held_out(tally, examples, seed)
    print(f"{len(examples)} mails, {int(ours.complaint.sum())} complaints; scores alone")
    print(
        f"{'':<36} {'av.prec.':>8} {'shown@99.5':>12} {'filed':>10} {'shown@98':>12}"
        f" {'filed':>10} {'sure':>8} {'precision':>10}"
    )
    compare("doléances", ours)
    for name, rival in rivals():
        scores = np.zeros(len(examples))
        for fold_ in np.unique(ours.fold):
            judged = np.flatnonzero(ours.fold == fold_)
            learnt = np.flatnonzero(ours.fold != fold_)
            scores[judged] = rival([examples[n] for n in learnt], [examples[n] for n in judged])
        compare(name, HeldOut(scores, ours.complaint, ours.human, ours.seen, ours.fold))


if __name__ == "__main__":
    main()
