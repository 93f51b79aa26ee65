"""Honest splits: no writer and no batch stands on both sides."""

from collections import defaultdict

import numpy as np

from classifier.corpus import Example
from classifier.labels import Label
from classifier.learning import groups, held_out
from classifier.tally import Tally
from classifier.triage import Judged


def example(writer, batch, label=Label.SERVICE, text="Bonjour, merci."):
    return Example(Judged("", text), label, writer, batch)


def test_who_shares_a_writer_or_a_batch_shares_a_group():
    tied = groups(
        [example("a", "1"), example("a", "2"), example("b", "2"), example("c", "3")]
        + [example(f"w{n}", f"b{n}") for n in range(20)]
    )
    assert tied[0] == tied[1] == tied[2] != tied[3]
    assert len(set(tied)) == 22


def test_where_writers_tie_everything_the_batch_alone_counts():
    chain = [example(f"w{n // 2}", f"b{(n + 1) // 2}") for n in range(40)]
    assert len(set(groups(chain))) == 21


def test_examples_without_writer_and_batch_stand_alone():
    assert len(set(groups([example("", "") for _ in range(30)]))) == 30


def test_groups_are_never_parted(part):
    fold_of = defaultdict(set)
    some = part[:250]
    held = held_out(Tally.of([e.judged for e in some]), some, seed=1)
    for group, fold in zip(groups(some), held.fold, strict=True):
        fold_of[group].add(int(fold))
    assert all(len(folds) == 1 for folds in fold_of.values())
    assert np.isfinite(held.scores).all()


def test_the_shipped_corpus_is_split_by_writer_and_batch(corpus):
    writers, batches = defaultdict(set), defaultdict(set)
    for each, group in zip(corpus, groups(corpus), strict=True):
        writers[each.writer].add(group)
        batches[each.batch].add(group)
    assert all(len(found) == 1 for found in [*writers.values(), *batches.values()])
