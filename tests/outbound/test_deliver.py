"""One acknowledgement for a complaint, whatever breaks while it is sent (DESIGN §3.6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from classifier.labels import Label
from config.settings import Retry
from outbound.deliver import LEASE, Round, next_attempt
from outbound.postman import SmtpPostman, Uncertain, Undelivered
from register import complaints, outbox
from register.model import Complaint, Letter, LetterState
from tests.arrivals import arrive, decide
from tests.builders import CLIENT, a_mail
from tests.servers.smtp import Cut, Refuse, SmtpSink


@dataclass
class Postman:
    """Stands in for SMTP where only our own bookkeeping is looked at."""

    trouble: Exception | None = None
    sent: list[Sequence[str]] = field(default_factory=list)

    def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
        if self.trouble:
            raise self.trouble
        self.sent.append(recipients)
        return "250 OK"


@pytest.fixture
def number(database, settings, now) -> str:
    """A confirmed complaint whose acknowledgement is due at once."""
    message_id = arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    with database.begin() as session:
        given = decide(session, settings, now, message_id, Label.COMPLAINT)
    assert given
    return given


def the_letter(database) -> Letter:
    with database.read() as session:
        [(letter, _)] = outbox.listing(session)
    return letter


def the_complaint(database) -> Complaint:
    with database.read() as session:
        [complaint] = complaints.every(session)
    return complaint


def test_delivered_and_dated(database, settings, now, number):
    postman = Postman()
    work = Round(database, postman, settings, lambda: now)
    assert work.deliver_one()
    assert not work.deliver_one()
    assert postman.sent == [[CLIENT, "contact@cabinet.example"]]
    letter, complaint = the_letter(database), the_complaint(database)
    assert (letter.state, letter.answer) == (LetterState.SENT, "250 OK")
    assert complaint.acknowledged_on == now.date()
    assert complaint.state == "AR_ENVOYE"


def test_the_date_is_that_of_paris(database, settings, now, number):
    late = now.replace(hour=23, minute=30)  # 00:30 the next day in Paris
    Round(database, Postman(), settings, lambda: late).deliver_one()
    assert the_complaint(database).acknowledged_on.isoformat() == "2026-11-24"


def test_the_letter_as_sent_is_kept(database, settings, now, number):
    Round(database, Postman(), settings, lambda: now).deliver_one()
    with database.read() as session:
        letter = outbox.as_sent(session, the_letter(database).id)
        assert number.encode() in letter.data


def test_refused_for_now_it_is_tried_again_later(database, settings, now, number):
    down = Postman(Undelivered("en panne", hopeless=False))
    assert Round(database, down, settings, lambda: now).deliver_one()
    letter = the_letter(database)
    assert (letter.state, letter.trouble) == (LetterState.QUEUED, "en panne")
    up = Postman()
    assert not Round(database, up, settings, lambda: now).deliver_one()
    assert Round(database, up, settings, lambda: now + timedelta(hours=1)).deliver_one()
    assert len(up.sent) == 1


def test_refused_for_good_it_is_for_a_person(database, settings, now, number):
    gone = Postman(Undelivered("inconnu", hopeless=True))
    Round(database, gone, settings, lambda: now).deliver_one()
    assert the_letter(database).state == LetterState.FAILED
    assert the_complaint(database).acknowledged_on is None


def test_nobody_knows_and_the_machine_never_sends_again(database, settings, now, number):
    Round(database, Postman(Uncertain("coupure")), settings, lambda: now).deliver_one()
    later = Postman()
    assert not Round(database, later, settings, lambda: now + timedelta(days=30)).deliver_one()
    assert later.sent == []
    assert the_letter(database).state == LetterState.UNCERTAIN


class Killed(BaseException):
    """The process ends here."""


def test_killed_while_sending_it_is_uncertain(database, settings, now, number):
    class Killer(Postman):
        def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
            raise Killed

    with pytest.raises(Killed):
        Round(database, Killer(), settings, lambda: now).deliver_one()
    assert the_letter(database).state == LetterState.SENDING
    after = Postman()
    soon = Round(database, after, settings, lambda: now + timedelta(minutes=1))
    assert not soon.find_abandoned()  # its daemon may still be at it
    assert not soon.deliver_one()
    much_later = Round(database, after, settings, lambda: now + LEASE * 2)
    assert much_later.find_abandoned()
    assert not much_later.deliver_one()
    assert after.sent == []
    assert the_letter(database).state == LetterState.UNCERTAIN


def test_two_rounds_at_once_send_one_letter(database, settings, now, number):
    postman = Postman()

    class Meanwhile(Postman):
        def send(self, sender: str, recipients: Sequence[str], data: bytes) -> str:
            assert not Round(database, postman, settings, lambda: now).deliver_one()
            return "250 OK"

    Round(database, Meanwhile(), settings, lambda: now).deliver_one()
    assert postman.sent == []


@pytest.mark.parametrize(
    ("misdeed", "state"),
    [
        (Refuse("RCPT", 450), LetterState.QUEUED),
        (Refuse("RCPT", 550), LetterState.FAILED),
        (Cut("DATA"), LetterState.UNCERTAIN),
    ],
)
def test_over_a_real_dialogue(database, settings, now, number, misdeed, state):
    with SmtpSink(misdeed) as sink:
        smtp = settings.smtp.model_copy(
            update={"host": "127.0.0.1", "port": sink.port, "tls": "none", "user": ""}
        )
        Round(database, SmtpPostman(smtp), settings, lambda: now).deliver_one()
    assert the_letter(database).state == state


def test_each_wait_is_longer_and_then_a_person(now):
    retry = Retry(first_minutes=5, attempts=12)
    waits = [next_attempt(n, retry, now) - now for n in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=5)
    assert waits[-1] == timedelta(days=1)
    assert next_attempt(12, retry, now) is None


def test_a_letter_that_cannot_be_written_stops_no_other(database, settings, now, number):
    with database.begin() as session:
        session.get_one(Letter, the_letter(database).id).kind = "unknown"
    assert Round(database, Postman(), settings, lambda: now).deliver_one()
    assert the_letter(database).state == LetterState.FAILED
