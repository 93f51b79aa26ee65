"""What is due, as a calendar that people subscribe to (RFC 5545): numbers and duties, no names.

Whoever knows the address reads it: calendars cannot sign in. The secret lies in the register as it
is, since whoever holds the register knows the deadlines anyway.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import PlainTextResponse, Response

from classifier.text import fold
from config.rights import Role
from register import accounts, findings, journal, overview
from register.calendar import civil_date
from register.database import Session
from register.journal import Act
from register.model import Account
from review.visit import Visit

_MOST = 500  # days in one feed: a calendar with more is of no use
_HOURS = timedelta(hours=1)


@dataclass(frozen=True)
class Due:
    """One entry of the feed."""

    key: str  # the same from one reading to the next
    day: date
    said: str
    path: str


def feed(visit: Visit) -> Response:
    """The feed behind a secret; a wrong one is told from a revoked one by nobody."""
    with visit.database.read() as session:
        account = accounts.of_calendar(session, visit.request.path_params["token"])
        if account is None:
            return PlainTextResponse("Il n’y a rien à cette adresse.\n", status_code=404)
        due = list(_due(session, account, visit))[:_MOST]
    return Response(_written(due, visit), media_type="text/calendar; charset=utf-8")


def renew(visit: Visit) -> Response:
    """A new secret, or none: the address known until now is mute from here on."""
    with visit.database.begin() as session:
        account = accounts.named(session, visit.by)
        assert account is not None
        new = visit.form.get("do") == "new"
        account.calendar = secrets.token_urlsafe(32) if new else None
        act = Act(visit.by, "calendar opened" if new else "calendar closed", account.email, {})
        journal.record(session, act, visit.now)
    return visit.see("/tableau")


def address(visit: Visit, account: Account | None) -> str:
    """The address to subscribe to; empty while there is none."""
    if account is None or not account.calendar:
        return ""
    base = visit.settings.web.public_url or str(visit.request.base_url)
    return f"{base.rstrip('/')}/echeances/{account.calendar}.ics"


def _due(session: Session, account: Account, visit: Visit) -> Iterator[Due]:
    """What falls to somebody: his complaints, his actions and, for those in charge, what is nobody's."""
    today = civil_date(visit.now, visit.settings.office.zone)
    leads = visit.settings.colleague(account.email).role in (Role.OFFICER, Role.MANAGER)
    for duty in overview.all_duties(session, today):
        entry = duty.complaint
        if entry.responsible == account.email or (leads and not entry.responsible):
            key = fold(duty.what).replace(" ", "-")
            said = f"{entry.number} : {duty.what}"
            yield Due(f"{entry.number}.{key}", duty.due, said, f"/registre/{entry.number}")
    names = {fold(account.email), fold(account.name)}
    for one in findings.board(session, today):
        if findings.is_open(one.action) and one.action.due_on and fold(one.action.owner) in names:
            said = f"Action corrective n° {one.action.id}"
            yield Due(f"action-{one.action.id}", one.action.due_on, said, "/actions")


def _written(due: list[Due], visit: Visit) -> bytes:
    # Here only: a tenth of every start, for a page that many offices never open.
    from icalendar import Calendar, Event

    office = visit.settings.office
    told = Calendar()
    told.add("prodid", "-//Doleances//Echeances//FR")
    told.add("version", "2.0")
    told.add("method", "PUBLISH")
    told.add("x-wr-calname", f"Réclamations, {office.name}")
    told.add("refresh-interval", _HOURS, {"value": "DURATION"})
    told.add("x-published-ttl", "PT1H")
    for one in due:
        event = Event()
        event.add("uid", f"{one.key}@{office.domain}".lower())
        event.add("dtstamp", visit.now)
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
        event.add("summary", one.said)
        event.add("transp", "TRANSPARENT")
        if visit.settings.web.public_url:
            event.add("url", visit.settings.web.public_url.rstrip("/") + one.path)
        told.add_component(event)
    written: bytes = told.to_ical()
    return written
