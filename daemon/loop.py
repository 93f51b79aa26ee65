"""Run the parts of the daemon until told to stop; a part that fails is tried again by itself."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic
from zoneinfo import ZoneInfo

log = logging.getLogger(__name__)

FIRST_PAUSE = 2.0  # seconds after a failure; doubled with each that follows
LONGEST_PAUSE = 300.0
LONGEST_STEP = 1800.0  # seconds: reading a batch of hostile mails one by one may take that long
GRACE = 4.0  # seconds for the parts to end by themselves


@dataclass(frozen=True)
class Part:
    """Something done again and again. ``step`` says whether there was work; if not, it rests.

    A step that never ends by itself says with ``alive`` whether it still does its work.
    """

    name: str
    step: Callable[[], bool]
    rest_seconds: float
    alive: Callable[[], bool] | None = None
    ours: bool = True  # works without the servers of others: the house is not open before it is


@dataclass
class Watched:
    """How a part is: written by its own thread, read by whoever minds the house."""

    part: Part
    failures: int = 0  # in a row
    begun: float | None = None  # when the step that is being done began; None between steps
    done: int = 0  # steps that ended well
    thread: Thread | None = field(default=None, repr=False)

    @property
    def opened(self) -> bool:
        """Whether it has worked once, or does not depend on us alone."""
        if not self.part.ours or self.done:
            return True
        return self.part.alive is not None and self.begun is not None and self.part.alive()

    def failing(self, now: float) -> bool:
        """Whether it failed last, and has not stood since: some steps go on for days."""
        begun = self.begun
        return self.failures > 0 and (begun is None or now - begun < _TO_OPEN)

    def stuck(self, now: float) -> bool:
        """Whether its thread is gone, or its step goes on for ever. Failing is not being stuck:
        who fails is tried again, and a restart of the whole would mend nothing.
        """
        if self.thread is not None and not self.thread.is_alive():
            return True
        begun = self.begun
        if begun is None:
            return False
        if self.part.alive is not None:
            return now - begun > _TO_OPEN and not self.part.alive()
        return now - begun > LONGEST_STEP


_TO_OPEN = 60.0  # seconds a part may take until it answers, or fails again
Mind = Callable[[Sequence[Watched]], float | None]


def run(parts: Sequence[Part], stop: Event, mind: Mind = lambda _: None) -> list[str]:
    """Run every part in a thread of its own until ``stop`` is set; the names of those that did
    not end in time. They are cut off where they are: every step may be (DESIGN §1).

    ``mind`` looks at the parts, and says in how many seconds it wants to look again, if ever.
    """
    watched = [Watched(part) for part in parts]
    for one in watched:
        one.thread = Thread(target=_repeat, args=(one, stop), name=one.part.name, daemon=True)
        one.thread.start()
    while not stop.wait(mind(watched)):
        pass
    end = monotonic() + GRACE
    threads = [one.thread for one in watched if one.thread is not None]
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    return [thread.name for thread in threads if thread.is_alive()]


def _repeat(watched: Watched, stop: Event) -> None:
    part = watched.part
    while not stop.is_set():
        watched.begun = monotonic()
        try:
            worked = part.step()
        except Exception as error:  # noqa: BLE001 (the loop outlives whatever a step meets)
            stood_long = monotonic() - watched.begun > LONGEST_PAUSE
            watched.begun = None
            watched.failures = 1 if stood_long else watched.failures + 1
            _say(part, error, watched.failures)
            stop.wait(pause_after(watched.failures))
            continue
        watched.begun = None
        watched.done += 1
        if watched.failures:
            log.warning("%s works again", part.name)
        watched.failures = 0
        if not worked:
            stop.wait(part.rest_seconds)


def pause_after(failures: int) -> float:
    """Seconds before a part that failed so often in a row is tried again."""
    return float(min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE))


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
