"""The daemon: which parts run, and one pass of each for the command line."""

import logging
from collections.abc import Sequence
from threading import Event

from daemon import collecting, retraining, steps
from daemon.house import House
from daemon.loop import Part
from daemon.loop import run as run_parts
from ingest.imap import ImapMailbox
from register import outbox
from register.model import LetterState
from review.web import serve

log = logging.getLogger(__name__)

SORT_REST, DELIVER_REST, LEARN_REST, WEB_REST = 2.0, 5.0, 60.0, 5.0


def run(house: House, stop: Event, only: Sequence[str] = ()) -> None:
    """Run the daemon until ``stop``. The database is opened first: a fault there ends it at once."""
    house.database  # noqa: B018 (opened for its faults)
    wanted = only or tuple(_PARTS)
    parts = [part for name in wanted for part in _PARTS[name](house, stop)]
    log.info("running: %s", ", ".join(part.name for part in parts))
    run_parts(parts, stop)
    house.close()
    log.info("stopped")


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
    work = house.round
    work.find_abandoned()
    while work.deliver_one():
        pass
    return outbox_counts(house)


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
        collecting.keep_up(house, mailbox, stop)
        return False

    return Part(f"collect {mailbox.name}", step, float(mailbox.settings.poll_seconds))


def _sorter(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        return steps.sort(house.database, house.judge, house.settings, house.clock()) > 0

    return [Part("sort", step, SORT_REST)]


def _deliverer(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        work = house.round
        return any([work.find_abandoned(), work.deliver_one()])

    return [Part("deliver", step, DELIVER_REST)]


def _learner(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        with house.database.read() as session:
            because = retraining.due(session, house.settings, house.clock())
        if because:
            retraining.in_background(house.settings, because, stop)
        return False

    return [Part("learn", step, LEARN_REST)]


def _web(house: House, stop: Event) -> list[Part]:
    def step() -> bool:
        serve(house.database, house.settings, house.clock, stop)
        return False

    return [Part("web", step, WEB_REST)]


_PARTS = {
    "collect": _collectors,
    "sort": _sorter,
    "deliver": _deliverer,
    "learn": _learner,
    "web": _web,
}
