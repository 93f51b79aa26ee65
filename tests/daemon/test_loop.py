"""The loop outlives its parts' failures, and stops when told."""

import logging
from threading import Event

from daemon.loop import Part, run


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
