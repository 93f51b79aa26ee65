"""Empty the outbox, one letter at a time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.settings import Retry, Settings
from outbound.postman import Postman, Uncertain, Undelivered
from outbound.write import enclose, write
from register import breaker, journal, outbox
from register.calendar import civil_date
from register.database import Database, Session
from register.journal import Act
from register.model import Complaint, Letter
from register.outbox import Outcome, Sent, Unknown, Unsent

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # longer than any SMTP dialogue may last (outbound.postman)
ROBOT = "robot"
BURST = 20  # letters, then the daemon's other parts and its end have a word
# A copy that has not come back by then will hardly come; people are told that nothing proves it.
NO_COPY_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Round:
    """What a round to the post office needs."""

    database: Database
    postman: Postman
    settings: Settings
    clock: Callable[[], datetime]

    def deliver_one(self) -> bool:
        """Try to send the next due letter; say whether there was one."""
        return self.deliver(1) > 0

    def deliver(self, at_most: int = BURST) -> int:
        """Send what is due, as fast as the office's provider allows; count the letters tried.

        One transaction settles a letter and claims the next, half the commits of two. At any moment
        one letter at most is begun and not settled: a crash leaves no more than that in doubt.
        """
        with self.database.read() as session:
            most = outbox.room(session, self.clock(), self.settings.smtp.per_minute, at_most)
        tried = 0
        done: _Done | None = None
        while (begun := self._turn(done, claim=tried < most)) is not None:
            letter, data = begun
            done = None if data is None else _Done(letter.id, self._hand_over(letter, data))
            tried += 1
        return tried

    def find_abandoned(self) -> bool:
        """Letters whose daemon died while sending: nobody knows whether they left."""
        now = self.clock()
        with self.database.begin() as session:
            letters = outbox.abandoned(session, now - LEASE)
            for letter in letters:
                self._settle(session, letter, Unknown("le programme s’est arrêté pendant l’envoi"))
        return bool(letters)

    def prove(self, holds: Callable[[str], bool]) -> int:
        """Ask the office's mailboxes for the copies of uncertain letters; count those that left.

        ``holds`` says whether a mail of this Message-ID lies there. Only a copy settles a letter;
        its absence is told to people, who decide.
        """
        with self.database.read() as session:
            waiting = [(letter.id, letter.message_id) for letter in outbox.uncertain(session)]
        found = {letter_id: holds(message_id) for letter_id, message_id in waiting}
        with self.database.begin() as session:
            for letter_id, there in found.items():
                letter = outbox.uncertain_one(session, letter_id)
                if letter is not None and there:
                    self._settle(session, letter, self._sent(letter, _PROOF))
                elif letter is not None:
                    self._tell_absence(letter)
        return sum(found.values())

    def _turn(self, done: "_Done | None", *, claim: bool) -> "tuple[Letter, bytes | None] | None":
        """Settle the last letter; claim and write the next, kept as it is before it leaves."""
        if done is None and not claim:
            return None
        with self.database.begin() as session:
            if done is not None:
                self._settle(session, session.get_one(Letter, done.letter_id), done.outcome)
            if not claim:
                return None
            stopped = breaker.stopped(session) is not None
            letter = outbox.begin_next(session, self.clock(), by_people_only=stopped)
            return None if letter is None else (letter, self._written(session, letter))

    def _written(self, session: Session, letter: Letter) -> bytes | None:
        """The letter's bytes; None where it cannot be written, which must not stop the others."""
        try:
            enclosure = enclose(session, letter, self.settings)
            letter.template = enclosure.written_with.version
            letter.data = write(enclosure, self.settings.office, self.clock())
        except Exception:
            log.exception("letter %s cannot be written", letter.id)
            self._settle(session, letter, Unsent("la lettre n’a pas pu être écrite", None))
            return None
        return letter.data

    def _hand_over(self, letter: Letter, data: bytes) -> Outcome:
        """Speak SMTP. The office has a copy of every letter: it proves a sending cut short."""
        office = self.settings.office
        try:
            answer = self.postman.send(office.email, [letter.recipient, office.email], data)
        except Undelivered as error:
            return self._unsent(letter, error)
        except Uncertain as error:
            return Unknown(str(error))
        return self._sent(letter, answer)

    def _sent(self, letter: Letter, answer: str) -> Sent:
        """A letter of which only the copy is left to tell was handed over when it was begun."""
        at = letter.begun_at if answer == _PROOF and letter.begun_at else self.clock()
        return Sent(at, civil_date(at, self.settings.office.zone), answer)

    def _unsent(self, letter: Letter, error: Undelivered) -> Unsent:
        if error.closed:
            pause = timedelta(minutes=self.settings.retry.first_minutes)
            return Unsent(str(error), self.clock() + pause, closed=True)
        again = next_attempt(letter.attempts, self.settings.retry, self.clock())
        return Unsent(str(error), None if error.hopeless else again)

    def _settle(self, session: Session, letter: Letter, outcome: Outcome) -> None:
        before = letter.trouble
        outbox.settle(session, letter, outcome)
        if isinstance(outcome, Unsent) and outcome.closed and outcome.again_at:
            outbox.put_off(session, self.clock(), outcome.again_at)
            if outcome.trouble == before:
                return  # a day without a server is not worth three hundred lines of the journal
        _note(session, letter, self.clock())
        log.info("letter %s: %s", letter.id, letter.state)

    def _tell_absence(self, letter: Letter) -> None:
        now = self.clock()
        told = letter.trouble or ""
        if letter.begun_at and now - letter.begun_at > NO_COPY_AFTER and _ABSENT not in told:
            letter.trouble = f"{told} ; {_ABSENT}".lstrip(" ;")


@dataclass(frozen=True)
class _Done:
    """A letter that was tried, and what came of it."""

    letter_id: int
    outcome: Outcome


_PROOF = "copie retrouvée dans la boîte du cabinet"
_ABSENT = (
    "aucune copie dans la boîte du cabinet : elle n’est sans doute pas partie. Vérifiez, puis "
    "laissez-la repartir ou annulez-la"
)


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
