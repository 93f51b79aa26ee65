"""What is found in one pass is all that there is."""

import pytest

from classifier.cues import CUES
from classifier.motives import MOTIVE_WORDS
from classifier.phrases import Phrases
from classifier.products import PRODUCT_WORDS
from classifier.signals import _WORDS as SIGNAL_WORDS
from classifier.text import fold


@pytest.mark.parametrize("phrases", [CUES, MOTIVE_WORDS, PRODUCT_WORDS, SIGNAL_WORDS])
def test_one_pass_misses_nothing_that_is_in_the_corpus(phrases, corpus):
    for example in corpus[::3]:
        text = fold(example.judged.text)
        there = {name for name, pattern in phrases.items() if pattern.search(text)}
        assert there <= set(phrases.perhaps_in(text)), example.id


def test_what_may_not_stand_around_a_match_is_left_to_the_second_look():
    phrases = Phrases({"fraud": r"(?<!fight of )\bfraud\b(?! [()a]lert)", "other": "autre"})
    assert phrases.perhaps_in("a fraud (lert") == ["fraud"]
    assert not phrases["fraud"].search("a fraud alert")
    assert phrases["fraud"].search("a fraud")
    assert phrases.perhaps_in("") == []


def test_names_come_in_the_order_of_the_table():
    phrases = Phrases({"b": "deux", "a": "un", "c": "trois"})
    assert phrases.perhaps_in("un deux trois") == ["b", "a", "c"]
    assert list(phrases) == ["b", "a", "c"]
    assert len(phrases) == 3
