"""The daemon's work, as steps. A step does one thing and says how much of it there was."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from classifier.corpus import judged_from_mail
from classifier.model import Model
from classifier.triage import Triage
from config.settings import Settings
from ingest.mail import Mail
from ingest.mailbox import Mailbox
from ingest.parse import parse
from ingest.screening import Own, screen
from register import messages
from register.claim import Stale, claim
from register.database import Database
from register.model import Message
from review.desk import Desk, Read

log = logging.getLogger(__name__)

BATCH = 50


def collect(database: Database, mailbox: Mailbox, now: datetime) -> int:
    """Keep every new mail of a folder; the cursor is committed with each batch. Counts the new."""
    with database.read() as session:
        cursor = messages.cursor(session, mailbox.name, mailbox.folder)
    fresh = 0
    for batch in mailbox.since(cursor):
        with database.begin() as session:
            fresh += messages.keep(session, batch, now)
    with database.begin() as session:
        messages.read_through(session, mailbox.name, mailbox.folder, now)
    if fresh:
        log.info("mailbox %s: %s new mails kept", mailbox.name, fresh)
    return fresh


@dataclass(frozen=True)
class Unreadable:
    """The machine could not make enough of a mail: a person looks at the original."""

    reason: str  # French
    mail: Mail | None = None  # what could be read all the same, to show who wrote


@dataclass(frozen=True)
class Sorter:
    """Reads and judges mails. Pure over bytes; only ``sort`` touches the database."""

    model: Model
    settings: Settings
    own: Own

    def sort(self, database: Database, now: datetime, limit: int = BATCH) -> int:
        """Put the oldest unsorted messages in their places; count them.

        Nothing is read or judged inside a transaction, so that no stranger's mail holds a lock.
        """
        with database.read() as session:
            waiting = messages.unsorted(session, limit)
        reads = self.read([(message.data or b"", message.truncated) for message in waiting])
        with database.begin() as session:
            desk = Desk(session, self.settings, now)
            for message, read in zip(waiting, reads, strict=True):
                _put_in_place(desk, message, read)
        return len(waiting)

    def read(self, originals: Sequence[tuple[bytes, bool]]) -> list[Read | Unreadable]:
        """Read and judge originals, each with whether it was cut to its headers."""
        mails = [_open(data, truncated=truncated) for data, truncated in originals]
        verdicts = self._judge([mail for mail in mails if isinstance(mail, Mail)])
        return [
            mail if isinstance(mail, Unreadable) else self._read(mail, verdicts) for mail in mails
        ]

    def _read(self, mail: Mail, verdicts: Iterator[Triage | Unreadable]) -> Read | Unreadable:
        verdict = next(verdicts)
        if isinstance(verdict, Unreadable):
            return verdict
        return Read(mail, screen(mail, self.own), verdict)

    def _judge(self, mails: Sequence[Mail]) -> Iterator[Triage | Unreadable]:
        """One opinion for each mail. If a batch fails, each is judged alone to find the culprit."""
        staff = [colleague.name for colleague in self.settings.staff]
        try:
            judged = [judged_from_mail(mail) for mail in mails]
            office = self.settings.office.name
            yield from self.model.classify(judged, staff=staff, office=office) if judged else ()
        except Exception:  # whatever a stranger's mail did to the model, a person looks at it
            log.exception("a batch of %s mails could not be judged", len(mails))
            if len(mails) == 1:
                yield Unreadable("le classement automatique a échoué sur ce message")
            else:
                for mail in mails:
                    yield from self._judge([mail])


def _open(data: bytes, *, truncated: bool) -> Mail | Unreadable:
    mail = parse(data)
    if truncated:
        reason = "message plus grand que la limite : seuls ses en-têtes ont été lus"
        return Unreadable(reason, mail)
    if not (mail.sender.email or mail.subject or mail.message_id):
        return Unreadable("aucun en-tête lisible : ce n’est peut-être pas un courriel")
    return mail


def _put_in_place(desk: Desk, seen: Message, read: Read | Unreadable) -> None:
    """Each message in a savepoint of its own: one that fails is for a person, the rest go on."""
    session = desk.session
    try:
        with session.begin_nested():
            message = claim(session, Message, seen.id, seen.version)
            if isinstance(read, Read):
                desk.suggest(message, read)
            else:
                desk.give_up(message, read.reason, read.mail)
    except Stale:
        return  # another daemon has sorted it meanwhile
    except Exception:
        log.exception("message %s left to a person", seen.id)
        message = claim(session, Message, seen.id, seen.version)
        desk.give_up(message, "le classement automatique a échoué sur ce message")
