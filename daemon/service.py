"""The daemon: which parts run, and one pass of each for the command line."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from threading import Event
from time import monotonic

from config.settings import WebSettings
from daemon import collecting, proving, school, steps, systemd, watching
from daemon.house import House
from daemon.loop import Part, Watched
from daemon.loop import run as run_parts
from ingest.imap import ImapMailbox
from register import outbox
from register.alone import alone
from register.model import LetterState
from register.turn import turn
from review.web import serve

log = logging.getLogger(__name__)

SORT_REST, DELIVER_REST, LEARN_REST, WEB_REST = 2.0, 5.0, 60.0, 5.0
PROVE_REST = 300.0
WATCH_REST = 120.0
MIND_REST, OPENING_REST = 20.0, 0.2
_TO_ANSWER = 5.0  # seconds the pages may take over a sign of life


def run(house: House, stop: Event, only: Sequence[str] = ()) -> None:
    """Run the daemon until ``stop``. The database is opened first: a fault there ends it at once,
    and so does another daemon on the same SQLite file.
    """
    wanted = only or tuple(_PARTS)
    with alone(house.database, wanted):
        parts = [part for name in wanted for part in _PARTS[name](house, stop)]
        log.info("running: %s", ", ".join(part.name for part in parts))
        left = run_parts(parts, stop, Minder())
        systemd.tell("STOPPING=1")
        if left:
            log.warning("cut off, to be done again at the next start: %s", ", ".join(left))
        house.close()
    log.info("stopped")


@dataclass
class Minder:
    """Minds the parts and tells systemd: ready once they have opened, alive while none is stuck.

    A part that fails because of another server (a mailbox that refuses us) neither keeps the house
    closed nor has it restarted: the others go on, and the pages say what is wrong.
    """

    ready: bool = False
    said: str = ""

    def __call__(self, parts: Sequence[Watched]) -> float:
        """Look once; seconds until the next look."""
        if not self.ready and all(part.opened for part in parts):
            self.ready = True
            log.info("ready")
            systemd.tell("READY=1")
        if stuck := [part.part.name for part in parts if part.stuck(monotonic())]:
            log.error("stuck: %s", ", ".join(stuck))
        else:
            systemd.tell("WATCHDOG=1")
        self._say(parts)
        rest = (systemd.watchdog_seconds() or 2 * MIND_REST) / 2
        return min(rest, MIND_REST) if self.ready else OPENING_REST

    def _say(self, parts: Sequence[Watched]) -> None:
        failing = [part.part.name for part in parts if part.failing(monotonic())]
        said = f"en échec : {', '.join(failing)}" if failing else "tout fonctionne"
        if said != self.said:
            systemd.tell(f"STATUS={said}")
            self.said = said


def collect_once(house: House, mailbox: ImapMailbox) -> int:
    with mailbox.open() as opened:
        return collecting.read(house, mailbox, opened.folders())


def sort_all(house: House) -> int:
    judge = house.judge
    total = 0
    while count := steps.sort(house.database, judge, house.settings, house.clock()):
        total += count
    return total


def deliver_all(house: House) -> dict[str, int]:
    """Send what is due, then count the outbox."""
    house.round.find_abandoned()
    while _deliver(house):
        pass
    return outbox_counts(house)


def _deliver(house: House) -> int:
    """A burst of letters over one connection."""
    with house.postman.burst() as line:
        return replace(house.round, postman=line).deliver()


def outbox_counts(house: House) -> dict[str, int]:
    with house.database.read() as session:
        states = [letter.state for letter, _ in outbox.listing(session)]
    return {
        "sent": states.count(LetterState.SENT),
        "waiting": states.count(LetterState.QUEUED),
        "withheld": states.count(LetterState.WITHHELD),
        "failed": states.count(LetterState.FAILED),
        "uncertain": states.count(LetterState.UNCERTAIN),
    }


def _collectors(house: House, stop: Event) -> list[Part]:
    return [_collector(house, mailbox, stop) for mailbox in house.mailboxes]


def _collector(house: House, mailbox: ImapMailbox, stop: Event) -> Part:
    def step() -> bool:
        with turn(house.database, f"mailbox {mailbox.name}") as mine:
            if mine:
                collecting.keep_up(house, mailbox, stop)
        return False

    return Part(f"collect {mailbox.name}", step, float(mailbox.settings.poll_seconds), ours=False)


def _sorter(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        with turn(house.database, "sort") as mine:
            if not mine:
                return False
            return steps.sort(house.database, house.judge, house.settings, house.clock()) > 0

    return [Part("sort", step, SORT_REST)]


def _deliverer(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        return any([house.round.find_abandoned(), _deliver(house) > 0])

    def ask() -> bool:
        proving.prove(house)
        return False

    return [Part("deliver", step, DELIVER_REST), Part("prove", ask, PROVE_REST, ours=False)]


def _watcher(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        with turn(house.database, "watch") as mine:
            if mine:
                watching.watch(house)
        return False

    return [Part("watch", step, WATCH_REST)]


def _learner(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        with turn(house.database, "learn") as mine:
            if not mine:
                return False
            with house.database.read() as session:
                because = school.due(session, house.settings, house.clock())
            if because:
                school.in_background(house.settings, because, stop)
        return False

    return [Part("learn", step, LEARN_REST, ours=False)]


def _web(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        serve(house.database, house.settings, house.clock, stop)
        return False

    return [Part("web", step, WEB_REST, alive=lambda: _answers(house.settings.web))]


def _answers(web: WebSettings) -> bool:
    """Whether the pages give a sign of life. Where any port may be theirs, they are believed."""
    if not web.port:
        return True
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web.host, web.host)
    line = HTTPConnection(host, web.port, timeout=_TO_ANSWER)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


_PARTS = {
    "collect": _collectors,
    "sort": _sorter,
    "deliver": _deliverer,
    "watch": _watcher,
    "learn": _learner,
    "web": _web,
}
