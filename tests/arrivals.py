"""Mails that have arrived, and decisions about them, for the tests."""

from dataclasses import replace
from datetime import datetime

from classifier.labels import Label
from classifier.triage import Band, Fields, Triage
from config.settings import Settings
from ingest.parse import parse
from ingest.screening import Own, screen
from register import mailboxes, messages
from register.database import Database, Session
from register.model import Message
from review.desk import Choice, Desk, Read
from tests.builders import CLIENT, raw

COMPLAINT = Triage(
    label=Label.COMPLAINT,
    probability=0.97,
    band=Band.COMPLAINT,
    reasons=(),
    signals=(),
    fields=Fields(
        client_name="Jeanne Mangin", client_email=CLIENT, subject="Délai", product="AUTO"
    ),
    model="test",
)
REQUEST = replace(COMPLAINT, label=Label.SERVICE, probability=0.02, band=Band.OTHER)
DOUBT = replace(COMPLAINT, label=Label.SERVICE, probability=0.4, band=Band.REVIEW)


def arrive(
    database: Database,
    settings: Settings,
    now: datetime,
    data: bytes,
    triage: Triage = COMPLAINT,
    *,
    imported: bool = False,
) -> int:
    """Let a mail arrive and be sorted with a given opinion; the message's id."""
    own = Own(settings.own_addresses, settings.office.domain)
    mail = parse(data)
    with database.begin() as session:
        reach = mailboxes.reach(session, "contact", "INBOX")
        uid = (reach.cursor.uid if reach else 0) + 1
        mailboxes.keep(session, [raw(data, uid, now)], now, imported=imported)
        [message] = messages.unsorted(session, 10)
        Desk(session, settings, now).suggest([(message, Read(mail, screen(mail, own), triage))])
        return message.id


def decide(
    session: Session, settings: Settings, now: datetime, message_id: int, label: Label
) -> str | None:
    """A person decides on the version she sees; the complaint's number if it is one."""
    message = session.get_one(Message, message_id)
    choice = Choice(label, "claire", message.version)
    complaint = Desk(session, settings, now).decide(message_id, choice)
    return complaint.number if complaint else None
