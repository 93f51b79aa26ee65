"""The mailboxes: whether each is read, and what to do when it is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from config.settings import Settings
from register import mailboxes
from register.database import Session
from register.model import Mailbox
from review.visit import Visit

OVERDUE = timedelta(minutes=15)  # without a whole pass: something stands against it


@dataclass(frozen=True)
class Health:
    """How one mailbox of the settings is."""

    name: str
    host: str
    state: Mailbox | None  # None: never tried
    well: bool


def healths(session: Session, settings: Settings, now: datetime) -> list[Health]:
    states = mailboxes.states(session)
    found = []
    for box in settings.mailbox:
        state = states.get(box.name)
        passed = state.passed_at if state else None
        longest = max(OVERDUE, timedelta(seconds=2 * box.poll_seconds))
        well = bool(passed and now - passed < longest and not (state and state.trouble))
        found.append(Health(box.name, box.host, state, well))
    return found


def listing(visit: Visit) -> Response:
    with visit.database.read() as session:
        return visit.page("mailboxes.html", boxes=healths(session, visit.settings, visit.now))
