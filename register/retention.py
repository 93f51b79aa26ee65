"""How long data are kept, and their erasure: proposed by the calendar, done by a person (GDPR).

What is erased leaves a trace without a person in it: number, dates, codes and decision of an entry,
the digest of a mail, so that it is not taken in again, and the journal's chain (regulation §8.2).
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from register import journal
from register.calendar import add_months, civil_date
from register.database import Session
from register.journal import Act
from register.model import (
    Answer,
    Attempt,
    Complaint,
    Document,
    Entry,
    Finding,
    Information,
    Lesson,
    Letter,
    Message,
    Notice,
    Party,
    Place,
    Remark,
    SignIn,
    State,
)

ENDED = (State.CLOSED, State.REQUALIFIED, State.MERGED)
_SETTLED = (Place.FILED, Place.AUTOMATIC, Place.BOUNCE, Place.DUPLICATE, Place.OWN, Place.SENT)


@dataclass(frozen=True)
class Periods:
    """The office's periods, in years and months (regulation §8.2), and its own time."""

    zone: ZoneInfo
    complaint_years: int = 5
    prospect_years: int = 3
    mail_months: int = 6
    access_months: int = 12


@dataclass(frozen=True)
class Due:
    """What the calendar proposes to erase on a day."""

    complaints: tuple[tuple[str, date], ...]  # number, and the day from which the period ran
    messages: tuple[int, ...]
    traces: int  # expired sign-ins and refused ones, notices sent

    def __bool__(self) -> bool:
        return bool(self.complaints or self.messages or self.traces)


@dataclass(frozen=True)
class Certificate:
    """What was erased: counts, the numbers, and a digest of exactly what, for the journal."""

    on: date
    by: str
    complaints: tuple[str, ...]
    messages: int
    traces: int
    digest: str


def due(session: Session, periods: Periods, now: datetime) -> Due:
    """Look up what has outlived its period. A file that is held is never among it."""
    today, old = civil_date(now, periods.zone), _before(periods.access_months, periods, now)
    traces = sum(
        session.scalar(select(func.count()).select_from(table).where(condition)) or 0
        for table, condition in _traces(old)
    )
    return Due(
        tuple(_complaints_due(session, periods, today)),
        tuple(session.scalars(select(Message.id).where(*_mails_due(periods, now)))),
        traces,
    )


def _complaints_due(session: Session, periods: Periods, today: date) -> Iterable[tuple[str, date]]:
    rows = session.scalars(
        select(Complaint)
        .where(
            Complaint.state.in_(ENDED),
            Complaint.held_because == "",
            Complaint.purged_on.is_(None),
        )
        .order_by(Complaint.id)
    )
    for entry in rows:
        if kept_until(entry, periods) < today:
            yield entry.number, _counted_from(entry)


def kept_until(entry: Complaint, periods: Periods) -> date:
    """The last day of the period of an entry that has ended and is not held."""
    years = periods.prospect_years if entry.quality == "PROSPECT" else periods.complaint_years
    return add_months(_counted_from(entry), 12 * years)


def _counted_from(entry: Complaint) -> date:
    return entry.closed_on or entry.answered_on or entry.received_on


def _mails_due(periods: Periods, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Mail of no file whose period is over; a held or open file keeps all its mail."""
    first = _before(periods.mail_months, periods, now)
    return (
        Message.place.in_(_SETTLED),
        Message.complaint_id.is_(None),
        Message.erased_on.is_(None),
        Message.collected_at < first,
    )


def _traces(
    old: datetime,
) -> list[tuple[type[SignIn] | type[Attempt] | type[Notice], ColumnElement[bool]]]:
    return [
        (SignIn, SignIn.expires_at < old),
        (Attempt, Attempt.at < old),
        (Notice, or_(Notice.sent_at < old, Notice.queued_at < old)),
    ]


def _before(months: int, periods: Periods, now: datetime) -> datetime:
    """The moment so many months ago, by the calendar."""
    today = civil_date(now, periods.zone)
    return now - (today - add_months(today, -months))


def purge(session: Session, what: Due, periods: Periods, by: str, now: datetime) -> Certificate:
    """Erase what was proposed and a person agreed to; the journal keeps the certificate.

    Entries and mails that are no longer due, held meanwhile for instance, are left.
    """
    still, today = due(session, periods, now), civil_date(now, periods.zone)
    agreed = {number for number, _ in what.complaints}
    numbers = tuple(number for number, _ in still.complaints if number in agreed)
    mails = sorted(set(what.messages) & set(still.messages))
    for number in numbers:
        entry = session.scalars(select(Complaint).where(Complaint.number == number)).one()
        erase_complaint(session, entry, today)
    digests = erase_messages(session, mails, today)
    for table, condition in _traces(_before(periods.access_months, periods, now)):
        session.execute(delete(table).where(condition))
    told = json.dumps([today.isoformat(), numbers, digests], sort_keys=True)
    seal = hashlib.sha256(told.encode()).hexdigest()
    certificate = Certificate(today, by, numbers, len(mails), still.traces, seal)
    payload: dict[str, object] = {
        "complaints": list(numbers),
        "messages": len(mails),
        "traces": still.traces,
        "digest": seal,
    }
    journal.record(session, Act(by, "purged", "register", payload), now)
    return certificate


def erase_complaint(session: Session, entry: Complaint, today: date) -> None:
    """Take the person out of an entry and of all that hangs on it; number, dates, codes stay."""
    for name in _PERSONAL:
        setattr(entry, name, "")
    entry.claimed_cents, entry.signals, entry.purged_on = None, [], today
    entry.version += 1
    mine = {
        table: table.complaint_id == entry.id
        for table in (Party, Answer, Information, Finding, Document, Letter)
    }
    session.execute(delete(Party).where(mine[Party]))
    session.execute(
        update(Answer)
        .where(mine[Answer])
        .values(body="", summary="", points=[], points_met=[], words=None)
    )
    session.execute(update(Information).where(mine[Information]).values(said=""))
    session.execute(update(Finding).where(mine[Finding]).values(said=""))
    session.execute(update(Document).where(mine[Document]).values(data=None, name=""))
    session.execute(
        update(Letter).where(mine[Letter]).values(data=None, recipient="", words=None, bounce="")
    )
    session.execute(delete(Remark).where(Remark.about == entry.number))
    # The lines stay and stay sealed; what they said goes (``journal`` seals a digest of it).
    session.execute(update(Entry).where(Entry.about == entry.number).values(payload=None))
    erase_messages(
        session,
        session.scalars(select(Message.id).where(Message.complaint_id == entry.id)).all(),
        today,
    )


_PERSONAL = (
    "client_name",
    "client_email",
    "client_phone",
    "client_address",
    "complainant",
    "subject",
    "demand",
    "contract_ref",
    "claim_ref",
    "note",
    "redirected_to",
    "mediation_opinion",
    "closed_because",
)


def erase_messages(session: Session, ids: Sequence[int], today: date) -> list[str]:
    """Take the words out of mails, and unlearn them; give the digests that stay as tombstones."""
    digests: list[str] = []
    for start in range(0, len(ids), 500):
        some = list(ids[start : start + 500])
        digests += session.scalars(
            select(Message.digest).where(Message.id.in_(some)).order_by(Message.id)
        )
        session.execute(
            update(Message)
            .where(Message.id.in_(some))
            .values(
                data=None,
                subject="",
                excerpt="",
                text="",
                sender_name="",
                sender_email="",
                message_id="",
                references=[],
                triage=None,
                read_text=None,
                trouble=None,
                erased_on=today,
                version=Message.version + 1,
            )
        )
        session.execute(delete(Lesson).where(Lesson.message_id.in_(some)))
        about = [f"message {one}" for one in some]
        session.execute(update(Entry).where(Entry.about.in_(about)).values(payload=None))
    return digests
