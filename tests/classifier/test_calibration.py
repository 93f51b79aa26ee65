"""Bands and figures, as tables and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from classifier.calibration import (
    Guarantee,
    HeldOut,
    Slope,
    bounds,
    calibration_error,
    crossed_figures,
    guarantee,
    interval,
)
from classifier.labels import Label
from classifier.learning import train
from classifier.triage import Band

AS_IT_IS = Slope(1.0, 0.0)


def held(scores, complaint, seen=None):
    count = len(scores)
    return HeldOut(
        np.array(scores, dtype=float),
        np.array(complaint, dtype=bool),
        np.ones(count, dtype=bool),
        np.zeros(count, dtype=bool) if seen is None else np.array(seen, dtype=bool),
        np.arange(count) % 5,
    )


def mixed(complaints, others):
    return held([*complaints, *others], [True] * len(complaints) + [False] * len(others))


def missed(found, drawn):
    probabilities = AS_IT_IS.probability(found.scores)
    return int(np.sum(found.complaint & ~found.seen & (probabilities < drawn.lower)))


@given(
    st.lists(st.floats(-9, 9), min_size=1, max_size=300),
    st.lists(st.floats(-9, 9), max_size=50),
    st.sampled_from([0.8, 0.9, 0.98, 0.995]),
)
def test_no_more_complaints_are_lost_than_the_target_allows(complaints, others, target):
    found = mixed(complaints, others)
    drawn = bounds(found, AS_IT_IS, target)
    assert missed(found, drawn) <= (1 - target) * (len(complaints) + 1)
    assert drawn.lower <= drawn.upper


def test_too_few_complaints_to_tell_file_nothing():
    drawn = bounds(mixed([2.0] * 198, [-5.0] * 500), AS_IT_IS, 0.995)
    assert drawn.lower == 0
    assert drawn.band(0.0) == Band.REVIEW


def test_enough_complaints_let_others_be_filed():
    drawn = bounds(mixed([2.0] * 199, [-5.0] * 500), AS_IT_IS, 0.995)
    assert drawn.band(float(AS_IT_IS.probability(np.array([-5.0]))[0])) == Band.OTHER


def test_complaints_that_a_person_sees_anyway_do_not_widen_the_doubt():
    scores, complaint = [-8.0, *[2.0] * 199, *[-5.0] * 300], [True] * 200 + [False] * 300
    assert bounds(held(scores, complaint), AS_IT_IS, 0.995).lower < 0.001
    seen = [True] + [False] * 499
    assert bounds(held(scores, complaint, seen), AS_IT_IS, 0.995).lower > 0.5


def test_the_complaint_band_is_precise():
    found = mixed(list(np.linspace(-1, 6, 300)), list(np.linspace(-6, 3, 300)))
    drawn = bounds(found, AS_IT_IS, 0.9)
    sure = AS_IT_IS.probability(found.scores) >= drawn.upper
    assert sure.any()
    assert found.complaint[sure].mean() >= 0.95


def test_where_nothing_is_sure_nothing_is_called_so():
    drawn = bounds(mixed([0.0] * 50, [1.0] * 50), AS_IT_IS, 0.9)
    assert drawn.band(1.0) == Band.REVIEW


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 100, 0.0, 0.0362),
        (100, 100, 0.9638, 1.0),
        (50, 100, 0.3983, 0.6017),
        (0, 0, 0.0, 1.0),
        (1, 1, 0.025, 1.0),
    ],
)
def test_intervals_are_exact(successes, trials, low, high):
    assert interval(successes, trials) == (
        pytest.approx(low, abs=1e-4),
        pytest.approx(high, abs=1e-4),
    )


def test_calibration_error_is_the_distance_from_the_shares():
    sure = np.array([0.05] * 10 + [0.95] * 10)
    assert calibration_error(sure, np.array([False] * 10 + [True] * 10)) == pytest.approx(0.05)
    assert calibration_error(sure, np.array([True] * 10 + [False] * 10)) == pytest.approx(0.95)


def test_figures_are_of_bounds_that_never_saw_the_mail():
    """A single complaint far below all others is missed by the bounds of the other folds."""
    found = mixed([-8.0, *[3.0] * 999], [-5.0] * 500)
    figures = crossed_figures(found, AS_IT_IS, 0.995)
    assert (figures["complaints"], figures["missed"]) == (1000, 1)
    assert figures["filed"] == 1.0


# --- the guarantee --------------------------------------------------------------------------------


def test_the_guarantee_is_the_exact_bound():
    assert Guarantee(1000, 4, 0.995).per_thousand == 10  # 95 % upper bound of 4 in 1,000: 0.00913
    assert Guarantee(10_000, 49, 0.995).per_thousand == 7


def test_too_few_examples_are_said():
    few = Guarantee(150, 0, 0.995)
    assert not few.supported
    assert few.french == (
        "150 réclamations d’exemple ne suffisent pas à tenir l’objectif de 99,5\u00a0% : "
        "rien n’est classé sans être montré."
    )


def test_the_sentence_names_the_bound_the_confidence_and_the_examples():
    said = Guarantee(1000, 4, 0.995).french
    assert said.startswith(
        "Au plus 10 réclamations sur 1 000 classées sans être montrées, avec 95 %"
    )
    assert "d’après 1\u202f000 réclamations" in said


@pytest.mark.parametrize("target", [0.98, 0.99])
def test_the_guarantee_holds_in_nineteen_of_twenty_worlds(target):
    """Draw many corpora from one world; count how often the true miss rate exceeds what is said."""
    chance = np.random.default_rng(0)
    broken = 0
    for _ in range(400):
        scores = chance.normal(2, 2, 600)
        found = mixed(scores, [-9.0])
        drawn = bounds(found, AS_IT_IS, target)
        said = guarantee(found, AS_IT_IS, drawn, target).per_thousand / 1000
        true = float(norm.cdf(np.log(drawn.lower / (1 - drawn.lower)), 2, 2))
        broken += true > said
    assert broken <= 0.05 * 400 + 9  # two standard errors


def test_a_model_without_enough_examples_shows_everything(model, part):
    complaints = [e for e in part if e.label == Label.COMPLAINT][:60]
    others = [e for e in part if e.label != Label.COMPLAINT][:200]
    small = train([*complaints, *others], target_recall=0.995)
    assert not small.guarantee.supported
    bands = {triage.band for triage in small.classify([e.judged for e in others])}
    assert Band.OTHER not in bands
