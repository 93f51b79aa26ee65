"""How fast mails are classified, as ratios against plain TF-IDF with logistic regression.

Both learn from the same examples in the same run, so the ratio means the same on any machine:
    python bench/classify.py [examples]
"""

import sys
from collections.abc import Callable, Sequence
from time import perf_counter

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from classifier.corpus import Example, load
from classifier.labels import Label
from classifier.learning import train
from classifier.triage import Judged

_EXAMPLES = 1500
_ONE_BY_ONE = 200


def plain(examples: Sequence[Example]) -> Callable[[Sequence[Judged]], object]:
    """The yardstick: words, complaint or not, no reasons, signals or fields."""
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    pipeline.fit(
        [_text(e.judged) for e in examples], [e.label == Label.COMPLAINT for e in examples]
    )
    return lambda mails: pipeline.predict_proba([_text(mail) for mail in mails])


def _text(mail: Judged) -> str:
    return f"{mail.subject}\n{mail.text}"


def rate(
    classify: Callable[[Sequence[Judged]], object], mails: Sequence[Judged], at_once: int
) -> float:
    """Mails per second in batches of ``at_once``."""
    classify(mails[:at_once])
    started = perf_counter()
    for first in range(0, len(mails), at_once):
        classify(mails[first : first + at_once])
    return len(mails) / (perf_counter() - started)


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else _EXAMPLES
    examples = load()[:wanted]
    mails = [example.judged for example in examples]
    started = perf_counter()
    yardstick = plain(examples)
    plain_seconds = perf_counter() - started
    started = perf_counter()
    model = train(examples)
    seconds = perf_counter() - started
    print(f"examples                {len(examples)}")
    print(f"learning                {seconds:.1f} s = {seconds / plain_seconds:.1f} × plain")
    for at_once, some in ((200, mails), (1, mails[:_ONE_BY_ONE])):
        ours, theirs = rate(model.classify, some, at_once), rate(yardstick, some, at_once)
        told = f"{ours:.0f} = {ours / theirs:.3f} × plain ({theirs:.0f})"
        print(f"mails/s, {at_once:>3} at once    {told}")


if __name__ == "__main__":
    main()
