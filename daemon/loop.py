"""Run the parts of the daemon until told to stop; a part that fails is tried again by itself."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

log = logging.getLogger(__name__)

LONGEST_PAUSE = 300.0


@dataclass(frozen=True)
class Part:
    """Something done again and again. ``step`` says whether there was work; if not, it rests."""

    name: str
    step: Callable[[], bool]
    rest_seconds: float


def run(parts: Sequence[Part], stop: Event) -> None:
    """Run every part in a thread of its own until ``stop`` is set, then wait for all."""
    threads = [Thread(target=_repeat, args=(part, stop), name=part.name) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _repeat(part: Part, stop: Event) -> None:
    failures = 0
    while not stop.is_set():
        try:
            worked = part.step()
        except Exception as error:  # noqa: BLE001 (the loop outlives whatever a step meets)
            failures += 1
            _say(part, error, failures)
            stop.wait(min(part.rest_seconds * 2**failures, LONGEST_PAUSE))
            continue
        if failures:
            log.warning("%s works again", part.name)
        failures = 0
        if not worked:
            stop.wait(part.rest_seconds)


def _say(part: Part, error: Exception, failures: int) -> None:
    """The first failure in full, the next ones in one line: a log must stay readable."""
    log.warning("%s failed (%s in a row): %s", part.name, failures, error)
    if failures == 1:
        log.debug("%s failed", part.name, exc_info=error)
