"""Erase what has outlived its purpose: only on the word of whoever has the right (GDPR)."""

from config.rights import Act
from register import person, retention
from register.person import Erasure, Request
from register.retention import Certificate, Due, Periods
from review.desk import Desk


def periods(desk: Desk) -> Periods:
    """How long this office keeps what."""
    kept = desk.settings.retention
    return Periods(
        desk.settings.office.zone,
        complaint_years=kept.complaint_years,
        prospect_years=kept.prospect_years,
        mail_months=kept.mail_months,
        access_months=kept.access_months,
    )


def due(desk: Desk) -> Due:
    """What the calendar proposes today."""
    return retention.due(desk.session, periods(desk), desk.now)


def purge(desk: Desk, what: Due, by: str) -> Certificate:
    """Erase what was proposed. Raises ``Refused`` for whoever has not the right."""
    desk.refuse_without(Act.PURGE, by)
    return retention.purge(desk.session, what, periods(desk), by, desk.now)


def forget(desk: Desk, request: Request) -> Erasure:
    """Grant a person's request as far as nothing forbids. Raises ``Refused`` as above."""
    desk.refuse_without(Act.PURGE, request.by)
    return person.erase(desk.session, request, periods(desk), desk.now)
