"""A new model takes over only where it loses nothing that matters."""

from dataclasses import replace

import numpy as np
import pytest

from classifier.contest import contest
from classifier.doubts import doubtful
from classifier.labels import Label
from classifier.learning import train
from classifier.triage import Band


@pytest.fixture(scope="module")
def worse(part):
    """Learnt from a corpus in which somebody has mixed up complaints and requests."""
    turned = {Label.COMPLAINT: Label.SERVICE, Label.SERVICE: Label.COMPLAINT}
    mixed = [
        replace(example, label=turned.get(example.label, example.label)) if n % 3 else example
        for n, example in enumerate(part)
    ]
    return train(mixed, target_recall=0.98)


def test_a_model_holds_its_own_against_itself(model, rest):
    assert contest(model, model, rest, []).won


def test_a_worse_model_is_refused_with_the_reason(model, worse, rest):
    found = contest(model, worse, rest, [])
    assert not found.won
    assert any("surpris" in fault for fault in found.faults)


def test_one_complaint_more_that_is_missed_is_too_many(model, rest):
    careless = replace(model, target_recall=0.6)
    found = contest(model, careless, rest, [])
    assert any("manquées" in fault for fault in found.faults)


def test_recent_decisions_are_judged_by_models_that_had_not_seen_them(model, rest):
    """The challenger knows ``rest`` by heart; by heart counts for nothing."""
    recent = rest[:60]
    held = model.held_out
    upside_down = replace(
        held,
        scores=np.concatenate(
            [held.scores, [-9.0 if e.label == Label.COMPLAINT else 9.0 for e in recent]]
        ),
        complaint=np.concatenate([held.complaint, [e.label == Label.COMPLAINT for e in recent]]),
        human=np.concatenate([held.human, np.ones(60, bool)]),
        seen=np.concatenate([held.seen, np.zeros(60, bool)]),
        fold=np.concatenate([held.fold, np.zeros(60, int)]),
    )
    by_heart = replace(model, held_out=upside_down)
    by_heart.__dict__["bounds"] = model.bounds
    by_heart.__dict__["slope"] = model.slope
    found = contest(model, by_heart, [], recent)
    assert not found.won


def test_a_decision_is_doubted_where_the_machine_was_sure_of_the_contrary(model, rest):
    triages = model.classify([example.judged for example in rest])
    sure = [e for e, t in zip(rest, triages, strict=True) if t.band == Band.COMPLAINT]
    wrong = [replace(e, label=Label.THANKS, id=f"message {n}") for n, e in enumerate(sure)]
    assert set(doubtful(model, wrong, [])) == {lesson.id for lesson in wrong}
    right = [replace(e, label=Label.COMPLAINT) for e in wrong]
    assert doubtful(model, right, []) == {}


def test_the_same_words_said_two_things_are_both_doubted(model, rest):
    unsure = next(
        e
        for e, t in zip(rest, model.classify([e.judged for e in rest]), strict=True)
        if t.band == Band.REVIEW and len(e.judged.text.split()) > 10
    )
    one = replace(unsure, label=Label.COMPLAINT, id="message 1")
    other = replace(unsure, label=Label.SERVICE, id="message 2")
    assert set(doubtful(model, [one, other], [])) == {"message 1", "message 2"}
    assert set(doubtful(model, [one], [other])) == {"message 1"}
