"""Files with sensitive data: who may open them, and a note of whoever did (regulation §5.9, §8.4)."""

from collections.abc import Collection
from datetime import timedelta

from config.rights import Act
from register import complaints, journal
from register.database import Session
from register.model import Complaint, Message
from review.visit import Visit

ONE_READING = timedelta(hours=1)  # within which turning the pages of a file is one reading


class Restricted(Exception):
    """A file that the visitor may not open; the argument is its number."""


def admit(visit: Visit, entry: Complaint | None) -> None:
    """Let a visitor see what belongs to a file, and note it where the file is sensitive.

    Whoever is in charge of a file may open it. Raises ``Restricted``. What belongs to no file yet is anybody's who sorts the mail.
    """
    if entry is None or not entry.sensitive:
        return
    if not visit.may(Act.READ_SENSITIVE) and entry.responsible != visit.by:
        raise Restricted(entry.number)
    since = visit.now - ONE_READING
    with visit.database.begin() as session:
        if not journal.told(session, visit.by, "read", entry.number, since):
            line = journal.Act(visit.by, "read", entry.number, {})
            journal.record(session, line, visit.now)


def admit_to_mail(visit: Visit, row: Message) -> None:
    """The same for a mail that lies in a file."""
    if row.complaint_id:
        with visit.database.read() as session:
            entry = session.get_one(Complaint, row.complaint_id)
        admit(visit, entry)


def hidden(visit: Visit, session: Session, rows: Collection[Message]) -> set[int]:
    """The messages of a list of which the visitor may not know more than that they are there."""
    if visit.may(Act.READ_SENSITIVE):
        return set()
    files = complaints.sensitive(session, {row.complaint_id for row in rows if row.complaint_id})
    return {row.id for row in rows if row.complaint_id in files}
