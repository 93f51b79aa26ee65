"""The loop outlives its parts' failures, and stops when told."""

import logging
from threading import Event, Thread, current_thread

import pytest

from daemon import loop
from daemon.loop import Part, Watched, pause_after, run


def test_a_part_that_fails_is_tried_again_and_the_others_go_on(caplog):
    stop, tried, worked = Event(), [], []

    def fails_twice() -> bool:
        tried.append(1)
        if len(tried) <= 2:
            raise ConnectionError("en panne")
        return False

    def works() -> bool:
        worked.append(1)
        if len(tried) > 2 and len(worked) > 3:
            stop.set()
        return False

    with caplog.at_level(logging.WARNING):
        run([Part("bad", fails_twice, 0.001), Part("good", works, 0.001)], stop)
    assert len(tried) >= 3
    assert "bad works again" in caplog.text
    assert caplog.text.count("bad failed") == 2


def test_a_part_with_work_does_not_rest():
    stop, done = Event(), []

    def busy() -> bool:
        done.append(1)
        if len(done) == 100:
            stop.set()
        return True

    run([Part("busy", busy, rest_seconds=3600)], stop)
    assert len(done) == 100


def test_the_pause_grows_and_is_bounded():
    assert [pause_after(n) for n in (1, 2, 3, 4, 8, 9, 10_000)] == [2, 4, 8, 16, 256, 300, 300]


def test_a_part_that_ends_in_no_time_is_cut_off_and_named(monkeypatch):
    monkeypatch.setattr(loop, "GRACE", 0.1)
    stop, held = Event(), Event()

    def hangs() -> bool:
        stop.set()
        return held.wait(60)

    assert run([Part("hung", hangs, 1)], stop) == ["hung"]
    held.set()


NEVER = Thread(target=print)  # not started: not alive
ALIVE = current_thread()


@pytest.mark.parametrize(
    ("part", "state", "opened", "stuck"),
    [
        pytest.param(Part("a", bool, 1), {}, False, False, id="not begun"),
        pytest.param(Part("a", bool, 1), {"begun": 950.0}, False, False, id="at work"),
        pytest.param(Part("a", bool, 1), {"done": 1, "begun": 950.0}, True, False, id="worked"),
        pytest.param(Part("a", bool, 1), {"done": 1, "begun": -900.0}, True, True, id="for ever"),
        pytest.param(Part("a", bool, 1), {"failures": 9}, False, False, id="fails"),
        pytest.param(
            Part("a", bool, 1, ours=False), {"failures": 9}, True, False, id="others fail"
        ),
        pytest.param(
            Part("a", bool, 1), {"done": 1, "thread": NEVER}, True, True, id="thread gone"
        ),
        pytest.param(
            Part("a", bool, 1, alive=lambda: True), {"begun": -9e9}, True, False, id="answers"
        ),
        pytest.param(
            Part("a", bool, 1, alive=lambda: False), {"begun": 990.0}, False, False, id="comes up"
        ),
        pytest.param(
            Part("a", bool, 1, alive=lambda: False), {"begun": 900.0}, False, True, id="mute"
        ),
        pytest.param(
            Part("a", bool, 1, alive=lambda: True), {"failures": 1}, False, False, id="no port"
        ),
    ],
)
def test_open_and_stuck(part, state, opened, stuck):
    watched = Watched(part, **{"thread": ALIVE} | state)
    assert (watched.opened, watched.stuck(1000.0)) == (opened, stuck)


@pytest.mark.parametrize(
    ("state", "failing"),
    [
        pytest.param({}, False, id="never failed"),
        pytest.param({"failures": 3}, True, id="rests after a failure"),
        pytest.param({"failures": 3, "begun": 990.0}, True, id="tries again"),
        pytest.param({"failures": 3, "begun": 900.0}, False, id="has stood for a while"),
    ],
)
def test_who_works_again_is_not_said_to_fail_for_days(state, failing):
    assert Watched(Part("a", bool, 1), **state).failing(1000.0) is failing
