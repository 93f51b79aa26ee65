"""Run the parts of the daemon until told to stop; a part that fails is tried again by itself."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from zoneinfo import ZoneInfo

log = logging.getLogger(__name__)

FIRST_PAUSE = 2.0  # seconds after a failure; doubled with each that follows
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
        begun = monotonic()
        try:
            worked = part.step()
        except Exception as error:  # noqa: BLE001 (the loop outlives whatever a step meets)
            stood_long = monotonic() - begun > LONGEST_PAUSE
            failures = 1 if stood_long else failures + 1
            _say(part, error, failures)
            stop.wait(min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE))
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


def last_struck(hour: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The latest moment, not after now, at which it was this hour of the day in a zone."""
    local = now.astimezone(zone)
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)
