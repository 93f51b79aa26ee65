"""Empty the outbox, a few letters at a time.

A letter is ``sending``, with the very bytes kept, before a server hears of it, and is settled after
the server's answer. ``AT_ONCE`` letters are begun in one commit, which settles those before them,
while yet others are on the wire. So a crash leaves twice as many in doubt at most: each may have left
or not, and its own Message-ID tells which by the office's copy. None is ever sent again unasked.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
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
from register.outbox import Outcome, Sent, Unknown, Unsent, Untouched

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # longer than FRESH and any SMTP dialogue (outbound.postman)
AT_ONCE = 5  # letters begun in one commit; one by one, each costs a commit and a dozen statements
# In which a begun letter must come to its dialogue, or it is put back untouched: before a slow server
# what people stop or cancel stays here, and each letter ends within its lease.
FRESH = timedelta(seconds=2)
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

        While some letters are handed over, one transaction settles those before them and claims
        the next.
        """
        with self.database.read() as session:
            most = outbox.room(session, self.clock(), self.settings.smtp.per_minute, at_most)
        tried, done = 0, list[_Done]()
        ready = self._turn(done, min(AT_ONCE, most))
        with ThreadPoolExecutor(1, "postman") as hands:
            while ready or done:
                tried += len(ready)
                more = min(AT_ONCE, most - tried) if len(ready) == AT_ONCE else 0
                carried, ahead = list[_Done](), list[_Begun]()
                carrying = hands.submit(self._carry, ready, carried)
                try:
                    ahead, done = self._turn(done, more), []
                    carrying.result()
                except (Exception, KeyboardInterrupt):  # what is known is noted all the same
                    wait([carrying])
                    self._keep([*done, *_untouched(ahead), *carried])
                    raise
                tried -= sum(isinstance(one.outcome, Untouched) for one in carried)
                ready, done = ahead, carried
                if not all(map(_goes_on, carried)):  # the server is closed to these, too
                    ready, done = [], _untouched(ahead) + carried
        return tried

    def find_abandoned(self) -> bool:
        """Letters whose daemon died while sending: nobody knows whether they left."""
        now = self.clock()
        with self.database.begin() as session:
            letters = outbox.abandoned(session, now - LEASE)
            dead = Unknown("le programme s’est arrêté pendant l’envoi")
            self._settle(session, [(letter, dead) for letter in letters])
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
                    self._settle(session, [(letter, self._sent(letter, _PROOF))])
                elif letter is not None:
                    self._tell_absence(letter)
        return sum(found.values())

    def _turn(self, done: "Sequence[_Done]", at_most: int) -> "list[_Begun]":
        """Settle the last letters; claim and write the next, kept as they are before they leave."""
        if not done and at_most <= 0:
            return []
        with self.database.begin() as session:
            rows = outbox.begun(session, [one.letter_id for one in done])
            self._settle(
                session, [(row[0], one.outcome) for row, one in zip(rows, done, strict=True)]
            )
            if at_most <= 0:
                return []
            stopped = breaker.stopped(session) is not None
            begun = outbox.begin(session, self.clock(), at_most, by_people_only=stopped)
            return [_Begun(letter, self._written(session, letter)) for letter, _ in begun]

    def _carry(self, begun: "Sequence[_Begun]", done: "list[_Done]") -> None:
        """Hand over one letter after the other, and add what came of each to ``done``.

        The rest is untouched once it is fresh no more, the server is closed, or something breaks.
        """
        waiting = [one for one in begun if one.data is not None]
        try:
            while waiting and self._is_fresh(waiting[0].letter) and all(map(_goes_on, done)):
                one = waiting.pop(0)
                done.append(_Done(one.letter.id, self._hand_over(one.letter, one.data or b"")))
        finally:
            done[:0] = _untouched(waiting)

    def _is_fresh(self, letter: Letter) -> bool:
        """By the clock of the lease: it goes on while a machine is suspended."""
        return letter.begun_at is not None and abs(self.clock() - letter.begun_at) < FRESH

    def _keep(self, done: "Sequence[_Done]") -> None:
        """Settle letters each by itself: one that cannot be settled keeps no other from it."""
        for one in done:
            try:
                self._turn([one], 0)
            except Exception:
                log.exception("what became of letter %s cannot be noted", one.letter_id)

    def _written(self, session: Session, letter: Letter) -> bytes | None:
        """The letter's bytes; None where it cannot be written, which must not stop the others."""
        try:
            enclosure = enclose(session, letter, self.settings)
            letter.template = enclosure.written_with.version
            letter.data = write(enclosure, self.settings.office, self.clock())
        except Exception:
            log.exception("letter %s cannot be written", letter.id)
            self._settle(session, [(letter, Unsent("la lettre n’a pas pu être écrite", None))])
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

    def _settle(self, session: Session, settled: Iterable[tuple[Letter, Outcome]]) -> None:
        """Write what became of letters, and tell the journal."""
        acts = [self._settled(session, letter, outcome) for letter, outcome in settled]
        journal.record_all(session, [act for act in acts if act], self.clock())

    def _settled(self, session: Session, letter: Letter, outcome: Outcome) -> Act | None:
        """Write what became of a letter; what the journal is to tell of it, if anything."""
        before = letter.trouble
        outbox.settle(session, letter, outcome)
        if isinstance(outcome, Untouched):
            return None
        log.info("letter %s: %s", letter.id, letter.state)
        if isinstance(outcome, Unsent) and outcome.closed and outcome.again_at:
            outbox.put_off(session, self.clock(), outcome.again_at)
            if outcome.trouble == before:
                return None  # a day without a server is not worth three hundred lines
        return _act(session, letter)

    def _tell_absence(self, letter: Letter) -> None:
        now = self.clock()
        told = letter.trouble or ""
        if letter.begun_at and now - letter.begun_at > NO_COPY_AFTER and _ABSENT not in told:
            letter.trouble = f"{told} ; {_ABSENT}".lstrip(" ;")


@dataclass(frozen=True)
class _Begun:
    """A letter that is ours to send; None where it cannot be written."""

    letter: Letter
    data: bytes | None


@dataclass(frozen=True)
class _Done:
    """A letter that was begun, and what came of it."""

    letter_id: int
    outcome: Outcome


def _goes_on(done: _Done) -> bool:
    """Whether the server takes other letters."""
    return not (isinstance(done.outcome, Unsent) and done.outcome.closed)


def _untouched(begun: Sequence[_Begun]) -> list[_Done]:
    return [_Done(one.letter.id, Untouched()) for one in begun]


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


def _act(session: Session, letter: Letter) -> Act:
    number = session.get_one(Complaint, letter.complaint_id).number
    payload = {"letter": letter.kind, "state": letter.state, "attempt": letter.attempts}
    if letter.answer:
        payload["answer"] = letter.answer
    return Act(ROBOT, "letter", number, payload)
