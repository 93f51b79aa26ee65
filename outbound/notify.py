"""Send notices to people of the office: urgent ones at once, the others in one morning digest."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.settings import Settings
from outbound.notice import write_notice
from outbound.postman import Postman, Uncertain, Undelivered
from register import notices
from register.calendar import Region, civil_date, is_business_day
from register.database import Database
from register.model import Notice

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Courier:
    """What sending a round of notices needs. One mail a person, however much there is to say."""

    database: Database
    postman: Postman
    settings: Settings

    def urgent(self, now: datetime) -> int:
        """Send what does not wait; count the people told."""
        with self.database.read() as session:
            waiting = notices.unsent(session, urgent=True)
        return sum(self._tell(person, rows, now) for person, rows in waiting.items())

    def digest(self, now: datetime) -> int:
        """Send the morning's digest, on working days from its hour on; count the people told.

        What was queued since this morning's hour waits for the next, so that there is one a day.
        """
        office = self.settings.office
        local = now.astimezone(office.zone)
        today = civil_date(now, office.zone)
        hour = self.settings.notices.digest_hour
        if local.hour < hour or not is_business_day(today, Region(office.region)):
            return 0
        this_morning = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        with self.database.read() as session:
            waiting = notices.unsent(session, urgent=False)
        told = 0
        for person, rows in waiting.items():
            due = [row for row in rows if row.queued_at <= this_morning + timedelta(minutes=1)]
            told += self._tell(person, due, now) if due else 0
        return told

    def _tell(self, person: str, rows: Sequence[Notice], now: datetime) -> bool:
        office = self.settings.office
        subject = rows[0].subject if len(rows) == 1 else f"Doléances : {len(rows)} avis"
        text = "\n\n".join([_line(row, self.settings.web.public_url) for row in rows])
        trouble = None
        try:
            self.postman.send(
                office.email, [person], write_notice(office, [person], subject, text, now)
            )
        except (Undelivered, Uncertain) as error:
            trouble = str(error)
            log.warning("a notice could not be sent: %s", trouble)
        with self.database.begin() as session:
            notices.settle(session, [row.id for row in rows], now, trouble)
        return trouble is None


def _line(row: Notice, address: str) -> str:
    if not address:
        return f"• {row.said}"
    kind, _, number = row.about.partition(" ")
    path = f"/message/{number}" if kind == "message" else f"/registre/{row.about}"
    if not (kind == "message" or row.about.startswith("REC-")):
        path = "/tableau"
    return f"• {row.said}\n  {address.rstrip('/')}{path}"
