"""The program dies at each step of a sending: no letter is lost, none is doubled (DESIGN §3.6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiosmtplib
import pytest

from outbound import deliver
from outbound.deliver import AT_ONCE, FRESH, LEASE, NO_COPY_AFTER, Round
from outbound.postman import SmtpPostman, Undelivered
from register import journal, outbox
from register.database import Database
from register.model import Complaint, Letter, LetterState
from register.outbox import Sent, Unknown
from review.desk import Desk
from tests.outbound.due import arrivals, letters_due
from tests.servers.smtp import Refuse, SmtpSink

LETTERS = AT_ONCE + 2
REST = LETTERS - AT_ONCE  # of a first round, begun while the others are handed over
QUEUED, SENT, UNCERTAIN = LetterState.QUEUED, LetterState.SENT, LetterState.UNCERTAIN


class Killed(BaseException):
    """The process ends here."""


Patch = pytest.MonkeyPatch


def after(times: int, what: Callable[..., Any]) -> Callable[..., Any]:
    """Do it so many times; die the next time, before it is done."""
    left = [times]

    def dying(*args: Any, **kwargs: Any) -> Any:
        if not left[0]:
            raise Killed
        left[0] -= 1
        return what(*args, **kwargs)

    return dying


def once_done(what: Callable[..., Any], times: int = 1) -> Callable[..., Any]:
    """Do it; the so-manieth time, die when it is done."""
    left = [times]

    def dying(*args: Any, **kwargs: Any) -> Any:
        done = what(*args, **kwargs)
        left[0] -= 1
        if not left[0]:
            raise Killed
        return done

    return dying


def kill_in_claim(patch: Patch) -> None:
    patch.setattr(outbox, "begin", once_done(outbox.begin))


def kill_in_writing(patch: Patch) -> None:
    patch.setattr(deliver, "write", after(0, deliver.write))


def kill_in_writing_the_third(patch: Patch) -> None:
    patch.setattr(deliver, "write", after(2, deliver.write))


def kill_in_second_claim(patch: Patch) -> None:
    patch.setattr(outbox, "begin", once_done(outbox.begin, times=2))


def kill_before_smtp(patch: Patch) -> None:
    patch.setattr(aiosmtplib.SMTP, "connect", after(0, aiosmtplib.SMTP.connect))


def kill_after_mail(patch: Patch) -> None:
    patch.setattr(aiosmtplib.SMTP, "rcpt", after(0, aiosmtplib.SMTP.rcpt))


def kill_between_recipients(patch: Patch) -> None:
    patch.setattr(aiosmtplib.SMTP, "rcpt", after(1, aiosmtplib.SMTP.rcpt))


def kill_after_recipients(patch: Patch) -> None:
    patch.setattr(aiosmtplib.SMTP, "data", after(0, aiosmtplib.SMTP.data))


def kill_amid_data(patch: Patch) -> None:
    async def half(server: aiosmtplib.SMTP, data: bytes) -> None:
        await server.execute_command(b"DATA")
        server.transport.write(data[: len(data) // 2])
        raise Killed

    patch.setattr(aiosmtplib.SMTP, "data", half)


def kill_after_the_last_answer(patch: Patch) -> None:
    whole = aiosmtplib.SMTP.data

    async def handed_over(server: aiosmtplib.SMTP, data: bytes) -> None:
        await whole(server, data)
        raise Killed

    patch.setattr(aiosmtplib.SMTP, "data", handed_over)


def kill_before_settling(patch: Patch) -> None:
    patch.setattr(outbox, "settle", after(0, outbox.settle))


def kill_before_the_commit_of_settling(patch: Patch) -> None:
    told = journal.record_all

    def dying(session: Any, acts: Any, now: Any) -> None:
        told(session, acts, now)
        if acts:
            raise Killed

    patch.setattr(journal, "record_all", dying)


def kill_after_settling_the_second(patch: Patch) -> None:
    patch.setattr(outbox, "settle", after(2, outbox.settle))


def kill_before_the_last_are_settled(patch: Patch) -> None:
    patch.setattr(outbox, "settle", after(AT_ONCE, outbox.settle))


def kill_in_the_second_few(patch: Patch) -> None:
    patch.setattr(aiosmtplib.SMTP, "mail", after(AT_ONCE, aiosmtplib.SMTP.mail))


def kill_before_the_second_letter(patch: Patch) -> None:
    patch.setattr(aiosmtplib.SMTP, "mail", after(1, aiosmtplib.SMTP.mail))


@dataclass(frozen=True)
class Death:
    """Where the program dies, and what is then known of its letters."""

    kill: Callable[[Patch], None]
    states: tuple[LetterState, ...]  # once what was abandoned is found
    arrived: int


NONE = (QUEUED,) * LETTERS
FEW = (UNCERTAIN,) * AT_ONCE + (QUEUED,) * REST  # begun in one commit
ALL = (UNCERTAIN,) * LETTERS  # and the next in another, while those are handed over

# fmt: off
DEATHS = (
    Death(kill_in_claim, NONE, 0),
    Death(kill_in_writing, NONE, 0),
    Death(kill_in_writing_the_third, NONE, 0),
    # Those that are handed over and those begun meanwhile are in doubt, never more.
    Death(kill_before_smtp, ALL, 0),
    Death(kill_after_mail, ALL, 0),
    Death(kill_between_recipients, ALL, 0),
    Death(kill_after_recipients, ALL, 0),
    Death(kill_amid_data, ALL, 0),
    Death(kill_after_the_last_answer, ALL, 1),
    Death(kill_before_the_second_letter, ALL, 1),
    # the commit that begins the next fails: those on the wire have all left meanwhile
    Death(kill_in_second_claim, FEW, AT_ONCE),
    # the first ones' proofs are one commit, made while the next are handed over
    Death(kill_before_settling, ALL, LETTERS),
    Death(kill_after_settling_the_second, ALL, LETTERS),
    Death(kill_before_the_commit_of_settling, ALL, LETTERS),
    Death(kill_before_the_last_are_settled, (SENT,) * AT_ONCE + (UNCERTAIN,) * REST, LETTERS),
    Death(kill_in_the_second_few, (SENT,) * AT_ONCE + (UNCERTAIN,) * REST, AT_ONCE),
)
# fmt: on


def states(database: Database) -> tuple[str, ...]:
    with database.read() as session:
        return tuple(letter.state for letter, _ in reversed(outbox.listing(session)))


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: death.kill.__name__)
def test_whatever_kills_it(database, settings, now, death, monkeypatch):
    letters_due(database, settings, now, LETTERS)
    with SmtpSink() as sink:
        smtp = settings.smtp.model_copy(
            update={"host": "127.0.0.1", "port": sink.port, "tls": "none", "user": ""}
        )
        postman = SmtpPostman(smtp)
        with monkeypatch.context() as patch:
            death.kill(patch)
            with pytest.raises(Killed), postman.burst() as line:
                Round(database, line, settings, lambda: now).deliver()
        assert sum(arrivals(sink.received).values()) == death.arrived

        # Started again much later: what was begun is in doubt, and is not begun again.
        later = now + 2 * LEASE
        again = Round(database, postman, settings, lambda: later)
        again.find_abandoned()
        assert states(database) == death.states
        assert again.deliver() == death.states.count(QUEUED)
        assert set(arrivals(sink.received).values()) <= {1}

        # The mailbox is asked: a letter whose copy lies there has left, the others are a person's.
        copies = arrivals(sink.received)
        doubtful = death.states.count(UNCERTAIN)
        left = again.prove(lambda name: name in copies)
        assert states(database).count(UNCERTAIN) == doubtful - left
        _released(database, settings, later)
        again.deliver()
        assert states(database) == (SENT,) * LETTERS
        assert arrivals(sink.received) == dict.fromkeys(_names(database), 1)
    with database.read() as session:
        assert journal.verify(session)[1] == []


def _released(database, settings, now) -> None:
    with database.begin() as session:
        for letter in outbox.uncertain(session):
            Desk(session, settings, now).release(letter.id, "claire@cabinet.example")


def _names(database) -> list[str]:
    with database.read() as session:
        return [letter.message_id for letter, _ in outbox.listing(session)]


# --- proof asked for ------------------------------------------------------------------------------


@pytest.fixture
def doubtful(database, settings, now) -> Letter:
    """A letter of which nobody knows whether it left."""
    letters_due(database, settings, now, 1)
    with database.begin() as session:
        assert outbox.begin(session, now)
    Round(database, None, settings, lambda: now + 2 * LEASE).find_abandoned()
    with database.read() as session:
        [letter] = outbox.uncertain(session)
    return letter


def test_the_copy_proves_that_it_left_when_it_was_begun(database, settings, now, doubtful):
    next_day = now + timedelta(days=1)
    work = Round(database, None, settings, lambda: next_day)
    assert work.prove(lambda name: name == doubtful.message_id) == 1
    with database.read() as session:
        [(letter, complaint)] = outbox.listing(session)
        assert (letter.state, letter.sent_at, letter.trouble) == (SENT, now, None)
        assert complaint.acknowledged_on == now.date()
        assert session.get_one(Complaint, complaint.id).state == "AR_ENVOYE"
    assert work.prove(lambda name: True) == 0


def test_its_absence_is_told_and_decides_nothing(database, settings, now, doubtful):
    for hours in (0.5, 2, 3):
        moment = now + timedelta(hours=hours)
        Round(database, None, settings, lambda moment=moment: moment).prove(lambda name: False)
        with database.read() as session:
            [letter] = outbox.uncertain(session)
        told = "aucune copie" in (letter.trouble or "")
        assert told is (timedelta(hours=hours) > NO_COPY_AFTER)
    assert letter.trouble.count("aucune copie") == 1


def test_what_a_person_has_settled_meanwhile_stays(database, settings, now, doubtful):
    def meanwhile(name: str) -> bool:
        _released(database, settings, now)
        return True

    Round(database, None, settings, lambda: now).prove(meanwhile)
    assert states(database) == (QUEUED,)


# --- the pace -------------------------------------------------------------------------------------


def paced(settings, sink: SmtpSink, per_minute: int):
    smtp = {"host": "127.0.0.1", "port": sink.port, "tls": "none", "per_minute": per_minute}
    return settings.model_copy(
        update={"smtp": settings.smtp.model_copy(update=smtp | {"user": ""})}
    )


def test_no_more_a_minute_than_the_provider_allows(database, settings, now):
    letters_due(database, settings, now, 5)
    with SmtpSink() as sink:
        slow = paced(settings, sink, 2)
        for seconds, arrived in ((0, 2), (30, 2), (61, 4), (90, 4), (130, 5)):
            moment = now + timedelta(seconds=seconds)
            Round(database, SmtpPostman(slow.smtp), slow, lambda moment=moment: moment).deliver()
            assert len(sink.received) == arrived


def test_a_closed_server_is_nobodys_failed_attempt(database, settings, now):
    letters_due(database, settings, now, LETTERS)
    with SmtpSink(Refuse("MAIL", 421)) as sink:  # that ends the line
        office = paced(settings, sink, 0)
        postman = SmtpPostman(office.smtp)
        for hours in range(100):  # four days: twelve attempts would be over long before
            moment = now + timedelta(hours=hours)
            Round(database, postman, office, lambda moment=moment: moment).deliver()
        assert states(database) == (QUEUED,) * LETTERS
        assert sink.greeted <= 100  # one letter tries for all
        sink.play()
        end = now + timedelta(hours=101)
        Round(database, postman, office, lambda: end).deliver()
        assert states(database) == (SENT,) * LETTERS
    with database.read() as session:
        _, complaint = outbox.listing(session)[-1]
        actions = [line.action for line in journal.history(session, complaint.number)]
    assert len(actions) <= 3  # not one line for each hour without a server


def test_a_greylisted_letter_does_not_hold_the_others(database, settings, now):
    letters_due(database, settings, now, LETTERS)
    with SmtpSink(Refuse("RCPT", 450, address="client0@client.example", times=1)) as sink:
        office = paced(settings, sink, 0)
        postman = SmtpPostman(office.smtp)
        Round(database, postman, office, lambda: now).deliver()
        assert states(database) == (QUEUED,) + (SENT,) * (LETTERS - 1)
        soon = now + timedelta(minutes=6)
        Round(database, postman, office, lambda: soon).deliver()
        assert states(database) == (SENT,) * LETTERS


def test_letters_of_people_leave_while_those_of_the_machine_are_stopped(database, settings, now):
    letters_due(database, settings, now, 2)
    with database.begin() as session:
        [(letter, _), _] = outbox.listing(session)
        session.get_one(Letter, letter.id).automatic = False
        [(first, _)] = outbox.begin(session, now, 2, by_people_only=True)
        assert first.id == letter.id
        assert outbox.begin(session, now, 2, by_people_only=True) == []


# --- letters begun together -----------------------------------------------------------------------


class Postman:
    """Does something of its own for each letter."""

    def __init__(self, *doing: Callable[[], object]) -> None:
        self.doing, self.sent = list(doing), list[str]()

    def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
        if self.doing:
            self.doing.pop(0)()
        self.sent.append(recipients[0])
        return "250 OK"


def raising(error: BaseException) -> Callable[[], None]:
    def raises() -> None:
        raise error

    return raises


def nothing() -> None:
    pass


def test_what_its_turn_does_not_come_to_is_put_back_untouched(database, settings, now):
    letters_due(database, settings, now, LETTERS)
    moments = [now]
    postman = Postman(*[lambda: moments.append(moments[-1] + FRESH)] * LETTERS)
    slow = Round(database, postman, settings, lambda: moments[-1])
    assert slow.deliver(AT_ONCE) == 1
    assert states(database) == (SENT,) + (QUEUED,) * (LETTERS - 1)
    with database.read() as session:
        waiting = [letter for letter, _ in outbox.listing(session, QUEUED)]
        assert {(letter.attempts, letter.begun_at, letter.trouble) for letter in waiting} == {
            (0, None, None)
        }
    while slow.deliver():
        pass
    assert sorted(postman.sent) == sorted(set(postman.sent))
    assert states(database) == (SENT,) * LETTERS


def test_a_closed_server_is_not_asked_for_those_begun_ahead(database, settings, now):
    letters_due(database, settings, now, LETTERS)
    closed = raising(Undelivered("fermé", hopeless=False, closed=True))
    postman = Postman(nothing, closed)
    assert Round(database, postman, settings, lambda: now).deliver() == 2
    assert states(database) == (SENT,) + (QUEUED,) * (LETTERS - 1)
    assert not Round(database, postman, settings, lambda: now).deliver()  # all wait
    assert len(postman.sent) == 1


@pytest.mark.parametrize("error", [RuntimeError("a fault of ours"), KeyboardInterrupt()])
def test_whatever_breaks_what_is_known_is_noted(database, settings, now, error):
    letters_due(database, settings, now, LETTERS)
    postman = Postman(nothing, raising(error))
    with pytest.raises(type(error)):
        Round(database, postman, settings, lambda: now).deliver()
    sending = LetterState.SENDING  # nobody knows: it is found abandoned once its lease is over
    assert states(database) == (SENT, sending) + (QUEUED,) * (LETTERS - 2)


@pytest.mark.parametrize("letters", [AT_ONCE - 1, LETTERS])
def test_one_that_cannot_be_settled_keeps_no_other_from_it(
    database, settings, now, letters, monkeypatch, caplog
):
    letters_due(database, settings, now, letters)
    settle, third = outbox.settle, 3

    def failing(session: Any, letter: Letter, outcome: Any) -> None:
        if letter.id == third:
            raise RuntimeError("a fault of ours")
        settle(session, letter, outcome)

    monkeypatch.setattr(outbox, "settle", failing)
    with pytest.raises(RuntimeError):
        Round(database, Postman(), settings, lambda: now).deliver()
    assert states(database) == (SENT, SENT, LetterState.SENDING) + (SENT,) * (letters - 3)
    assert "letter 3" in caplog.text


def test_letters_of_one_complaint_are_never_begun_together(database, settings, now):
    letters_due(database, settings, now, 2)
    with database.begin() as session:
        [(other, _), (letter, complaint)] = outbox.listing(session)
        order = outbox.Order("progress", letter.recipient, "<more@cabinet.example>", now)
        more = outbox.queue(session, complaint, order, now)
    with database.begin() as session:
        assert [one.id for one, _ in outbox.begin(session, now, 9)] == [letter.id, other.id]
        assert outbox.begin(session, now, 9) == []
    with database.begin() as session:
        outbox.settle(session, session.get_one(Letter, letter.id), Sent(now, now.date(), "250"))
        assert [one.id for one, _ in outbox.begin(session, now, 9)] == [more.id]


def test_a_copy_that_came_back_first_is_not_doubted_any_more(database, settings, now, doubtful):
    with database.begin() as session:
        letter = session.get_one(Letter, doubtful.id)
        outbox.settle(session, letter, Sent(now, now.date(), "copie"))
        outbox.settle(session, letter, Unknown("la liaison s’est rompue"))
        assert letter.state == SENT
