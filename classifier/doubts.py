"""Decisions that stand against all that is known: shown for a second look, not silently learnt.

After Northcutt, Jiang and Chuang, « Confident learning » (2021): an example is suspect when a model
that has not learnt it is as sure of the contrary as it usually is where it is right.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from classifier.corpus import Example
from classifier.labels import Label
from classifier.model import Model
from classifier.text import fold, words
from classifier.triage import Band, Judged

_FEWEST_WORDS = 5  # « Bonjour, merci » may mean anything


def doubtful(model: Model, lessons: Sequence[Example], known: Sequence[Example]) -> dict[str, str]:
    """Which lessons to look at again: id → why, in French.

    ``lessons`` are decisions that ``model`` has not learnt; ``known`` all that is learnt besides.
    """
    return _contradictory(lessons, known) | _surprising(model, lessons)


def _surprising(model: Model, lessons: Sequence[Example]) -> dict[str, str]:
    """Where the machine was sure of the contrary, by the bounds that its guarantee rests on."""
    triages = model.classify([lesson.judged for lesson in lessons])
    found = {}
    for lesson, triage in zip(lessons, triages, strict=True):
        said = lesson.label == Label.COMPLAINT
        sure = model.bounds.band(triage.probability)
        if sure == (Band.OTHER if said else Band.COMPLAINT):
            found[lesson.id] = (
                f"dite « {lesson.label.french.lower()} », alors que le programme était sûr du "
                f"contraire (réclamation à {triage.probability:.0%})"
            )
    return found


def _contradictory(lessons: Sequence[Example], known: Iterable[Example]) -> dict[str, str]:
    said = _sides(known)
    for words_, sides in _sides(lessons).items():
        said[words_] |= sides
    return {
        lesson.id: "les mêmes mots ont été dits réclamation une fois, et autre chose une autre"
        for lesson in lessons
        if len(said[_same(lesson.judged)]) > 1
    }


def _sides(examples: Iterable[Example]) -> Mapping[str, set[bool]]:
    found: dict[str, set[bool]] = defaultdict(set)
    for example in examples:
        same = _same(example.judged)
        if same.count(" ") >= _FEWEST_WORDS - 1:
            found[same].add(example.label == Label.COMPLAINT)
    return found


def _same(mail: Judged) -> str:
    return " ".join(words(fold(mail.text)))
