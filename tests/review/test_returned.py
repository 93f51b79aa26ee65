"""A letter that comes back is not an acknowledgement; a forged return changes nothing (P-11)."""

import pytest
from sqlalchemy import select

from classifier.labels import Label
from outbound.deliver import Round
from register import complaints, journal, outbox
from register.model import Entry, LetterState, Message, Place, State
from review.desk import Desk
from tests.arrivals import arrive, decide
from tests.builders import CLIENT, a_mail
from tests.ingest.returned_mails import NAME, OFFICE, dsn


class Postman:
    def send(self, *_: object) -> str:
        return "250 OK id=1abCdE"


@pytest.fixture
def sent(database, settings, now):
    """A complaint whose acknowledgement has left: its number and the letter's Message-ID."""
    message_id = arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    with database.begin() as session:
        number = decide(session, settings, now, message_id, Label.COMPLAINT)
    assert Round(database, Postman(), settings, lambda: now).deliver_one()
    with database.read() as session:
        [(letter, _)] = outbox.listing(session)
    return number, letter.message_id


def back(database, settings, now, data: bytes) -> int:
    """The mail arrives, is sorted as a bounce and acted upon; how many letters it marks."""
    before = told(database)
    arrived = arrive(database, settings, now, data)
    with database.read() as session:
        assert session.get_one(Message, arrived).place == Place.BOUNCE
    return len(told(database) - before)


def told(database) -> set[int]:
    """The lines of the journal that say that a letter came back."""
    with database.read() as session:
        query = select(Entry.seq).where(Entry.action == "returned")
        return set(session.scalars(query))


def failed(
    name: str, recipient: str = CLIENT, action: str = "failed", status: str = "5.1.1"
) -> bytes:
    fields = (
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 nobody here"
    )
    return dsn("Échec.", fields).replace(NAME.encode(), name.encode())


def standing(database):
    with database.read() as session:
        [(letter, complaint)] = outbox.listing(session)
        [one] = complaints.every(session)
        lines = [entry.action for entry in journal.history(session, complaint.number)]
        _, faults = journal.verify(session)
    assert faults == []
    return letter, one, lines


def test_not_delivered_it_acknowledges_nothing(database, settings, now, sent):
    _, name = sent
    assert back(database, settings, now, failed(name)) == 1
    letter, complaint, lines = standing(database)
    assert (letter.state, letter.bounced_at) == (LetterState.FAILED, now)
    assert "550 nobody here" in letter.bounce
    assert "poste" in letter.trouble
    assert letter.answer == "250 OK id=1abCdE"  # what the first server said stays known
    assert (complaint.state, complaint.acknowledged_on) == (State.TO_ACKNOWLEDGE, None)
    assert complaint.ack_mode == ""
    assert lines[-1] == "returned"


def test_told_twice_it_is_noted_once(database, settings, now, sent):
    _, name = sent
    back(database, settings, now, failed(name))
    again = failed(name).replace(b"retour.1", b"retour.2")
    assert back(database, settings, now, again) == 0
    _, _, lines = standing(database)
    assert lines.count("returned") == 1


def test_let_go_again_it_acknowledges_anew(database, settings, now, sent):
    _, name = sent
    back(database, settings, now, failed(name))
    letter, _, _ = standing(database)
    with database.begin() as session:
        Desk(session, settings, now).release(letter.id, "claire@cabinet.example")
    assert Round(database, Postman(), settings, lambda: now).deliver_one()
    letter, complaint, _ = standing(database)
    assert (letter.state, letter.bounced_at, letter.bounce) == (LetterState.SENT, None, "")
    assert (complaint.state, complaint.acknowledged_on) == (State.ACKNOWLEDGED, now.date())


def test_a_complaint_already_looked_into_keeps_its_state(database, settings, now, sent):
    number, name = sent
    with database.begin() as session:
        complaints.named(session, number).state = State.EXAMINED
    back(database, settings, now, failed(name))
    _, complaint, _ = standing(database)
    assert (complaint.state, complaint.acknowledged_on) == (State.EXAMINED, None)


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("", "4.2.1")])
def test_what_still_waits_is_only_shown(database, settings, now, sent, action, status):
    _, name = sent
    assert back(database, settings, now, failed(name, action=action, status=status)) == 1
    letter, complaint, _ = standing(database)
    assert (letter.state, letter.bounced_at) == (LetterState.SENT, None)
    assert letter.trouble == letter.bounce != ""
    assert complaint.acknowledged_on == now.date()


def test_delayed_and_then_given_up(database, settings, now, sent):
    _, name = sent
    back(database, settings, now, failed(name, action="delayed", status="4.4.1"))
    back(database, settings, now, failed(name, status="4.4.7"))
    letter, complaint, _ = standing(database)
    assert (letter.state, complaint.acknowledged_on) == (LetterState.FAILED, None)


@pytest.mark.parametrize(
    ("name", "recipient"),
    [
        ("<rec-2026-0001.acknowledgement.ffffffffffff@cabinet.example>", CLIENT),
        ("<1@x.example>", CLIENT),  # the client's own mail
        ("", CLIENT),
        ("ours", "quelqu.un@autre.example"),
        ("ours", OFFICE),  # our own copy of the letter
        ("ours", "jeanne.mangin@courriel.example.evil.example"),
    ],
)
def test_a_forged_one_changes_nothing(database, settings, now, sent, name, recipient):
    _, ours = sent
    before, _, lines = standing(database)
    data = failed(ours if name == "ours" else name, recipient)
    assert back(database, settings, now, data) == 0
    letter, complaint, after = standing(database)
    assert (letter.state, letter.trouble, letter.bounce) == (before.state, before.trouble, "")
    assert complaint.acknowledged_on == now.date()
    assert after == lines


def test_without_an_address_it_is_shown_and_annuls_nothing(database, settings, now, sent):
    _, name = sent
    data = failed(name).replace(CLIENT.encode(), b"?")
    assert back(database, settings, now, data) == 1
    letter, complaint, _ = standing(database)
    assert (letter.state, complaint.acknowledged_on) == (LetterState.SENT, now.date())


def test_back_before_we_noted_that_it_left(database, settings, now):
    """The bounce is read while the sending is not settled yet: what comes later does not undo it."""
    message_id = arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    with database.begin() as session:
        decide(session, settings, now, message_id, Label.COMPLAINT)

    class Meanwhile:
        def send(self, *_: object) -> str:
            letter, _, _ = standing(database)
            assert back(database, settings, now, failed(letter.message_id)) == 1
            return "250 OK"

    assert Round(database, Meanwhile(), settings, lambda: now).deliver_one()
    letter, complaint, _ = standing(database)
    assert (letter.state, letter.answer) == (LetterState.FAILED, "250 OK")
    assert complaint.acknowledged_on is None
