"""Empty the outbox, one letter at a time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.settings import Retry, Settings
from outbound.postman import Postman, Uncertain, Undelivered
from outbound.write import Enclosure, write
from register import complaints, journal, outbox
from register.calendar import civil_date
from register.database import Database, Session
from register.journal import Act
from register.model import Complaint, Letter
from register.outbox import Outcome, Sent, Unknown, Unsent

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # longer than any SMTP dialogue may last
ROBOT = "robot"


@dataclass(frozen=True)
class Round:
    """What a round to the post office needs."""

    database: Database
    postman: Postman
    settings: Settings
    clock: Callable[[], datetime]

    def deliver_one(self) -> bool:
        """Try to send the next due letter; say whether there was one."""
        begun = self._begin()
        if begun is None:
            return False
        letter, data = begun
        if data is not None:
            outcome = self._hand_over(letter, data)
            with self.database.begin() as session:
                self._settle(session, session.get_one(Letter, letter.id), outcome)
        return True

    def find_abandoned(self) -> bool:
        """Letters whose daemon died while sending: nobody knows whether they left."""
        now = self.clock()
        with self.database.begin() as session:
            letters = outbox.abandoned(session, now - LEASE)
            for letter in letters:
                self._settle(session, letter, Unknown("le programme s’est arrêté pendant l’envoi"))
        return bool(letters)

    def _begin(self) -> tuple[Letter, bytes | None] | None:
        """Claim and write the next letter; what will be handed over is kept before it is."""
        now = self.clock()
        with self.database.begin() as session:
            letter = outbox.begin_next(session, now)
            if letter is None:
                return None
            complaint = session.get_one(Complaint, letter.complaint_id)
            enclosure = Enclosure(letter, complaint, complaints.origin(session, complaint))
            try:
                letter.data = write(enclosure, self.settings.office, now)
            except Exception:  # one letter that cannot be written must not stop the others
                log.exception("letter %s cannot be written", letter.id)
                self._settle(session, letter, Unsent("la lettre n’a pas pu être écrite", None))
                return letter, None
            return letter, letter.data

    def _hand_over(self, letter: Letter, data: bytes) -> Outcome:
        """Speak SMTP. The office has a copy of every letter: it proves a sending cut short."""
        office = self.settings.office
        try:
            answer = self.postman.send(office.email, [letter.recipient, office.email], data)
        except Undelivered as error:
            return Unsent(str(error), None if error.hopeless else self._next_attempt(letter))
        except Uncertain as error:
            return Unknown(str(error))
        at = self.clock()
        return Sent(at, civil_date(at, office.zone), answer)

    def _settle(self, session: Session, letter: Letter, outcome: Outcome) -> None:
        outbox.settle(session, letter, outcome)
        _note(session, letter, self.clock())
        log.info("letter %s: %s", letter.id, letter.state)

    def _next_attempt(self, letter: Letter) -> datetime | None:
        return next_attempt(letter.attempts, self.settings.retry, self.clock())


def next_attempt(attempts: int, retry: Retry, now: datetime) -> datetime | None:
    """When to try again: later each time, at most a day, and after some attempts never."""
    if attempts >= retry.attempts:
        return None
    doubled: int = 2 ** min(attempts - 1, 20)
    return now + min(timedelta(minutes=retry.first_minutes) * doubled, timedelta(days=1))


def _note(session: Session, letter: Letter, now: datetime) -> None:
    number = session.get_one(Complaint, letter.complaint_id).number
    payload = {"letter": letter.kind, "state": letter.state, "attempt": letter.attempts}
    if letter.answer:
        payload["answer"] = letter.answer
    journal.record(session, Act(ROBOT, "letter", number, payload), now)
