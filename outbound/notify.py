"""Send notices to people of the office: urgent ones at once, the others in one morning digest."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.settings import Settings
from outbound.notice import write_notice
from outbound.postman import Postman, Uncertain, Undelivered
from register import notices
from register.calendar import Region, civil_date, is_business_day
from register.database import Database
from register.model import Notice
from register.notices import Unsent

log = logging.getLogger(__name__)

_MOST = 50  # lines of one mail: more nobody reads


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
        return self._tell_all(waiting, now)

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
        before = this_morning + timedelta(minutes=1)
        due = {
            who: [row for row in rows if row.queued_at <= before] for who, rows in waiting.items()
        }
        return self._tell_all(due, now)

    def _tell_all(self, waiting: Mapping[str, Sequence[Notice]], now: datetime) -> int:
        """Tell each person; a server that takes nothing is left alone until the next round."""
        told = 0
        for person, rows in waiting.items():
            unsent = self._tell(person, rows, now) if rows else None
            if unsent and unsent.closed:
                break
            told += bool(rows) and unsent is None
        return told

    def _tell(self, person: str, rows: Sequence[Notice], now: datetime) -> Unsent | None:
        office = self.settings.office
        subject = rows[0].subject if len(rows) == 1 else f"Doléances : {len(rows)} avis"
        lines = [_line(row, self.settings.web.public_url) for row in rows[:_MOST]]
        if len(rows) > _MOST:
            lines.append(f"… et {len(rows) - _MOST} autres avis : les pages les montrent.")
        text = "\n\n".join(lines)
        unsent = None
        try:
            self.postman.send(
                office.email, [person], write_notice(office, [person], subject, text, now)
            )
        except (Undelivered, Uncertain) as error:
            unsent = Unsent(str(error), isinstance(error, Undelivered) and error.closed)
            log.warning("a notice could not be sent: %s", error)
        with self.database.begin() as session:
            notices.settle(session, [row.id for row in rows], now, unsent)
        return unsent


def _line(row: Notice, address: str) -> str:
    if not address:
        return f"• {row.said}"
    kind, _, number = row.about.partition(" ")
    pages = {"message": f"/message/{number}", "action": "/actions", "lettres": "/lettres"}
    pages |= {"boîtes": "/boites"}
    entry = f"/registre/{row.about}" if row.about.startswith("REC-") else "/tableau"
    path = pages.get(kind, entry)
    return f"• {row.said}\n  {address.rstrip('/')}{path}"
