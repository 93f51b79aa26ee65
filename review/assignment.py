"""Who deals with a complaint, and that he is told at once (P-16, P-26)."""

from datetime import datetime

from config.settings import Settings
from config.staff import competent
from register import journal, parties
from register.calendar import civil_date
from register.database import Session
from register.french import short_date
from register.journal import Act
from register.model import Complaint, Notice


def assign(
    session: Session,
    settings: Settings,
    complaint: Complaint,
    now: datetime,
    apart_from: frozenset[str] = frozenset(),
) -> None:
    """Give a complaint to whoever is competent; nobody fit leaves it as it is, and overdue."""
    today = civil_date(now, settings.office.zone)
    blamed = parties.of(session, complaint).colleagues | apart_from
    fit = competent(settings.staff, complaint.product, today, blamed)
    if fit is not None:
        hand(session, complaint, fit.email, "robot", now)


def hand(session: Session, complaint: Complaint, to: str, by: str, now: datetime) -> None:
    """Put a complaint into somebody's hands; whoever takes it himself needs no telling."""
    complaint.responsible, complaint.handed_at, complaint.taken_at = to, now, None
    if to != by:
        session.add(
            Notice(
                key=f"assigned {complaint.number} {to} {now.isoformat()}",
                recipient=to,
                subject=f"{complaint.number} : une réclamation vous est confiée",
                said=f"La réclamation {complaint.number} vous est confiée. Prenez-la en charge ; "
                f"réponse au plus tard le {short_date(complaint.answer_due)}.",
                about=complaint.number,
                urgent=True,
                queued_at=now,
            )
        )
    journal.record(session, Act(by, "assigned", complaint.number, {"to": to}), now)
