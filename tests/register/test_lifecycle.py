"""The states of a complaint: what leads where, and what each needs (regulation §5.5)."""

from datetime import date

import pytest

from register.lifecycle import MOVES, File, Forbidden, move
from register.model import Answer, Complaint, State

DAY = date(2026, 11, 23)


def a_file(state: State, **facts: object) -> File:
    entry = Complaint(
        number="REC-2026-0001",
        state=state,
        client_name="Jeanne",
        subject="Délai",
        contract_ref="",
        product="AUTO",
        service="",
        parties_said=True,
        aimed_said=True,
        acknowledged_on=DAY,
        answered_on=DAY,
        no_findings_by="marie",
        no_actions_because="",
    )
    for name, value in facts.items():
        setattr(entry, name, value)
    return File(entry, Answer(outcome="REJETEE", recourse=True, summary="Refus motivé"))


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("to", list(State))
def test_a_move_is_made_or_refused_with_the_reason(before, to):
    file = a_file(before)
    if to == before or to in MOVES[before]:
        move(file, to)
        assert file.complaint.state == to
    else:
        with pytest.raises(Forbidden, match=before.french):
            move(file, to)
        assert file.complaint.state == before


@pytest.mark.parametrize(
    ("before", "to"),
    [
        (State.PROVISIONAL, State.CLOSED),
        (State.TO_ACKNOWLEDGE, State.CLOSED),
        (State.ACKNOWLEDGED, State.CLOSED),
        (State.EXAMINED, State.CLOSED),
        (State.REQUALIFIED, State.CLOSED),
        (State.CLOSED, State.TO_ACKNOWLEDGE),
    ],
)
def test_what_the_regulation_forbids_is_forbidden(before, to):
    assert to not in MOVES[before]


def test_every_state_can_be_reached_and_every_move_is_between_states():
    assert set(MOVES) == set(State)
    assert set().union(*MOVES.values()) | {State.PROVISIONAL} == set(State)


def test_waiting_goes_both_ways():
    waiting = {State.EXAMINED, State.AWAITING_CLIENT, State.AWAITING_THIRD_PARTY}
    for one in waiting:
        assert waiting - {one} <= MOVES[one]


@pytest.mark.parametrize(
    ("to", "facts", "words"),
    [
        (State.ACKNOWLEDGED, {"acknowledged_on": None}, "aucun accusé"),
        (State.ANSWERED, {"answered_on": None}, "date de la réponse"),
    ],
)
def test_no_state_without_its_proof(to, facts, words):
    before = State.TO_ACKNOWLEDGE
    with pytest.raises(Forbidden, match=words):
        move(a_file(before, **facts), to)


@pytest.mark.parametrize(
    ("answer", "facts", "words"),
    [
        (None, {}, "sens de la réponse"),
        (Answer(outcome="", recourse=True, summary="x"), {}, "sens de la réponse"),
        (Answer(outcome="REJETEE", recourse=False, summary="x"), {}, "voies de recours"),
        (Answer(outcome="REJETEE", recourse=True, summary=""), {}, "résumée"),
        ("kept", {"no_findings_by": ""}, "dysfonctionnements"),
        ("kept", {"client_name": ""}, "nom du client"),
        ("kept", {"product": ""}, "contrat, produit ou service"),
        ("kept", {"parties_said": False}, "intervenants"),
        ("kept", {"aimed_said": False}, "personnes visées"),
    ],
)
def test_closing_says_everything_that_is_wanting(answer, facts, words):
    file = a_file(State.ANSWERED, **facts)
    if answer != "kept":
        file = File(file.complaint, answer)
    with pytest.raises(Forbidden, match=words):
        move(file, State.CLOSED)


def test_findings_want_an_action_or_a_reason():
    file = a_file(State.ANSWERED, no_findings_by="")
    with pytest.raises(Forbidden, match="actions correctives"):
        move(File(file.complaint, file.answer, findings=1), State.CLOSED)
    move(File(file.complaint, file.answer, findings=1, actions=1), State.CLOSED)
    assert file.complaint.state == State.CLOSED
