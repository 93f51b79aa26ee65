"""The desk's promises, on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from classifier.labels import Label
from config.settings import Settings
from ingest.mail import Cursor, RawMail, Role
from ingest.parse import parse
from ingest.screening import Own, screen
from register import complaints, journal, mailboxes, messages, outbox
from register.claim import Stale
from register.complaints import Facts
from register.database import Database
from register.model import Complaint, Decision, Letter, LetterState, Message, Place, State
from register.outbox import Sent
from review.desk import Choice, Desk, Proof, Read, Refused, Told
from tests.arrivals import COMPLAINT, DOUBT, REQUEST, arrive, decide
from tests.builders import CLIENT, a_mail

OWN = Own(frozenset({"contact@cabinet.example"}), "cabinet.example")


def place_of(database: Database, message_id: int) -> str:
    with database.read() as session:
        return session.get_one(Message, message_id).place


def letters_of(database: Database, number: str) -> list[Letter]:
    with database.read() as session:
        complaint = complaints.named(session, number)
        assert complaint
        return outbox.of_complaint(session, complaint)


def confirm(database: Database, settings: Settings, now: datetime, message_id: int) -> str:
    with database.begin() as session:
        number = decide(session, settings, now, message_id, Label.COMPLAINT)
    assert number
    return number


def test_a_complaint_waits_for_a_person(database, settings, now):
    message_id = arrive(database, settings, now, a_mail())
    assert place_of(database, message_id) == Place.QUEUE
    with database.read() as session:
        assert complaints.every(session) == []


def test_a_confirmed_complaint_has_number_limits_and_letter_at_once(database, settings, now):
    number = confirm(database, settings, now, arrive(database, settings, now, a_mail()))
    assert number == "REC-2026-0001"
    with database.read() as session:
        complaint = complaints.named(session, number)
        assert (complaint.ack_due.isoformat(), complaint.answer_due.isoformat()) == (
            "2026-12-03",
            "2027-01-23",
        )
    [letter] = letters_of(database, number)
    assert (letter.state, letter.recipient) == (LetterState.QUEUED, CLIENT)


def test_the_limits_run_from_arrival_not_from_decision(database, settings, now):
    message_id = arrive(database, settings, now, a_mail())
    number = confirm(database, settings, now + timedelta(days=5), message_id)
    with database.read() as session:
        assert complaints.named(session, number).received_on.isoformat() == "2026-11-23"


def test_a_request_is_filed_and_listed(database, settings, now):
    message_id = arrive(database, settings, now, a_mail("Une attestation, merci."), REQUEST)
    assert place_of(database, message_id) == Place.FILED
    with database.read() as session:
        [filed] = messages.listing(session, messages.Wanted(place=Place.FILED)).rows
    assert filed.id == message_id


def test_doubt_is_never_filed(database, settings, now):
    assert place_of(database, arrive(database, settings, now, a_mail(), DOUBT)) == Place.QUEUE


@pytest.mark.parametrize(
    ("headers", "place"),
    [
        ({"Auto_Submitted": "auto-replied"}, Place.AUTOMATIC),
        ({"Auto_Submitted": "no"}, Place.QUEUE),
    ],
)
def test_machines_are_set_apart(database, settings, now, headers, place):
    message_id = arrive(database, settings, now, a_mail(**headers))
    assert place_of(database, message_id) == place


def test_a_filed_mail_can_be_corrected_into_a_complaint(database, settings, now):
    message_id = arrive(database, settings, now, a_mail(), REQUEST)
    assert confirm(database, settings, now, message_id) == "REC-2026-0001"


def test_the_same_words_twice_are_one_complaint(database, settings, now):
    arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    twin = arrive(database, settings, now, a_mail(Message_ID="<2@x.example>"))
    assert place_of(database, twin) == Place.DUPLICATE


def test_a_reply_in_the_thread_is_a_follow_up(database, settings, now):
    first = arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    number = confirm(database, settings, now, first)
    reply = a_mail("Voici mon RIB.", "Re: Remboursement", In_Reply_To="<1@x.example>")
    follow_up = arrive(database, settings, now, reply, REQUEST)
    assert place_of(database, follow_up) == Place.FOLLOW_UP
    assert len(letters_of(database, number)) == 1


def test_a_stranger_in_the_thread_is_not_let_into_the_file(database, settings, now):
    first = arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    confirm(database, settings, now, first)
    reply = a_mail("Et alors ?", sender="Autre <autre@x.example>", In_Reply_To="<1@x.example>")
    stranger = arrive(database, settings, now, reply, REQUEST)
    assert place_of(database, stranger) == Place.QUEUE
    with database.read() as session:
        assert session.get_one(Message, stranger).complaint_id is None


def test_a_stale_decision_is_refused(database, settings, now):
    message_id = arrive(database, settings, now, a_mail())
    with database.read() as session:
        seen = session.get_one(Message, message_id).version
    confirm(database, settings, now, message_id)
    with pytest.raises(Stale), database.begin() as session:
        Desk(session, settings, now).decide(message_id, Choice(Label.THANKS, "thomas", seen))
    assert place_of(database, message_id) == Place.REGISTERED


def test_undo_keeps_the_number_and_cancels_the_letter(database, settings, now):
    message_id = arrive(database, settings, now, a_mail())
    number = confirm(database, settings, now, message_id)
    with database.begin() as session:
        version = session.get_one(Message, message_id).version
        Desk(session, settings, now).undo(message_id, version, "claire")
    assert place_of(database, message_id) == Place.QUEUE
    assert [letter.state for letter in letters_of(database, number)] == [LetterState.CANCELLED]
    assert confirm(database, settings, now, message_id) == number
    assert [letter.state for letter in letters_of(database, number)] == [LetterState.QUEUED]


def test_what_has_left_cannot_be_undone_but_requalified(database, settings, now):
    message_id = arrive(database, settings, now, a_mail())
    number = confirm(database, settings, now, message_id)
    with database.begin() as session:
        [(letter, _)] = outbox.begin(session, now)
        outbox.settle(session, letter, Sent(now, now.date(), "250 OK"))
    with pytest.raises(Refused), database.begin() as session:
        version = session.get_one(Message, message_id).version
        Desk(session, settings, now).undo(message_id, version, "claire")
    with database.begin() as session:
        decide(session, settings, now, message_id, Label.SERVICE)
        complaint = complaints.named(session, number)
        assert complaint.state == State.REQUALIFIED
        assert complaint.acknowledged_on == now.date()


@pytest.mark.parametrize(
    ("mail", "triage", "imported", "word"),
    [
        (a_mail(), replace(COMPLAINT, signals=("AVOCAT",)), False, "avocat"),
        (a_mail(List_Id="<x.example>"), COMPLAINT, False, "List-Id"),
        (a_mail(), COMPLAINT, True, "archives"),
    ],
)
def test_an_acknowledgement_is_withheld_with_its_reason(
    database, settings, now, mail, triage, imported, word
):
    message_id = arrive(database, settings, now, mail, triage, imported=imported)
    [letter] = letters_of(database, confirm(database, settings, now, message_id))
    assert letter.state == LetterState.WITHHELD
    assert word in letter.trouble


def test_a_withheld_letter_leaves_on_a_word(database, settings, now):
    message_id = arrive(database, settings, now, a_mail(), imported=True)
    [letter] = letters_of(database, confirm(database, settings, now, message_id))
    with database.begin() as session:
        assert outbox.begin(session, now) == []
        Desk(session, settings, now).release(letter.id, "claire")
        assert [begun.id for begun, _ in outbox.begin(session, now)] == [letter.id]


def test_one_acknowledgement_a_day_for_one_address(database, settings, now):
    for n in (1, 2):
        message_id = arrive(database, settings, now, a_mail(f"Encore une erreur, la {n}e."))
        number = confirm(database, settings, now, message_id)
    [letter] = letters_of(database, number)
    assert letter.state == LetterState.WITHHELD


def test_our_copy_in_the_mailbox_settles_an_uncertain_letter(database, settings, now):
    number = confirm(database, settings, now, arrive(database, settings, now, a_mail()))
    with database.begin() as session:
        [(letter, _)] = outbox.begin(session, now)
        name = letter.message_id
        outbox.settle(session, letter, outbox.Unknown("coupure"))
    copy = a_mail("Accusé", sender="Cabinet <contact@cabinet.example>", Message_ID=name)
    assert place_of(database, arrive(database, settings, now, copy)) == Place.OWN
    [letter] = letters_of(database, number)
    assert letter.state == LetterState.SENT
    with database.read() as session:
        assert complaints.named(session, number).acknowledged_on == now.date()


def test_our_mark_alone_proves_nothing(database, settings, now):
    """Anybody can write it; only the name of a letter that we sent cannot be guessed."""
    confirm(database, settings, now, arrive(database, settings, now, a_mail()))
    forged = a_mail(
        "Votre réclamation est close.",
        sender="Cabinet <contact@cabinet.example>",
        Message_ID="<rec-2026-0001.acknowledgement@cabinet.example>",
        X_Doleances="REC-2026-0001 acknowledgement",
    )
    assert place_of(database, arrive(database, settings, now, forged)) == Place.QUEUE


def test_an_amended_entry_says_what_changed(database, settings, now):
    number = confirm(database, settings, now, arrive(database, settings, now, a_mail()))
    with database.begin() as session:
        complaint = complaints.named(session, number)
        facts = Facts(client_name="Jeanne Mangin-Robert", client_email=CLIENT)
        Desk(session, settings, now).amend(number, complaint.version, facts, "claire")
    with database.read() as session:
        changes = journal.history(session, number)[-1].payload["changes"]
    assert changes["client_name"] == ["Jeanne Mangin", "Jeanne Mangin-Robert"]


def test_everything_decided_is_in_a_journal_that_holds(database, settings, now):
    confirm(database, settings, now, arrive(database, settings, now, a_mail()))
    with database.read() as session:
        lines, faults = journal.verify(session)
    assert lines >= 3
    assert faults == []


def test_every_message_is_in_exactly_one_place(database, settings, now):
    for n, triage in enumerate([COMPLAINT, REQUEST, DOUBT]):
        arrive(database, settings, now, a_mail(f"Message {n}"), triage)
    with database.read() as session:
        found = messages.counts(session)
        assert sum(found.values()) == 3
        assert set(found) == {place.value for place in Place}
        assert session.query(Complaint).count() == 0


# --- answers written elsewhere ----------------------------------------------------------------


def sent_from_outlook(database, settings, now, reply_to: str, text: str = "Madame, voici.") -> int:
    """A mail of the office's folder of sent mail, sorted."""
    mail = a_mail(
        text,
        "Re: Remboursement",
        sender="Claire <contact@cabinet.example>",
        To=CLIENT,
        In_Reply_To=reply_to,
    )
    with database.begin() as session:
        found = RawMail("contact", "Envoyés", Cursor(1, 1), now, mail, len(mail), role=Role.SENT)
        mailboxes.keep(session, [found], now)
        [message] = messages.unsorted(session, 10)
        read = Read(parse(mail), screen(parse(mail), OWN), REQUEST)
        Desk(session, settings, now).suggest([(message, read)])
        return message.id


def complaint_of(database, number: str) -> Complaint:
    with database.read() as session:
        return complaints.named(session, number)


def test_an_answer_from_outlook_is_found_but_noted_by_a_person_only(database, settings, now):
    first = arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    number = confirm(database, settings, now, first)
    sent = sent_from_outlook(database, settings, now + timedelta(days=3), "<1@x.example>")
    assert place_of(database, sent) == Place.SENT
    entry = complaint_of(database, number)
    assert entry.answered_on is None  # a person says so, not the machine


def test_mail_of_the_office_is_never_learnt_from_nor_queued(database, settings, now):
    sent = sent_from_outlook(database, settings, now, "<inconnu@x.example>")
    assert place_of(database, sent) == Place.SENT
    with database.read() as session:
        assert session.query(Decision).count() == 0


def test_a_web_form_in_our_name_is_not_taken_for_our_mail(database, settings, now):
    form = a_mail(
        "Votre conseiller m’a menti.",
        sender="Site <contact@cabinet.example>",
        Cc=CLIENT,
        Reply_To=CLIENT,
    )
    assert place_of(database, arrive(database, settings, now, form)) == Place.QUEUE


def test_mail_from_the_junk_folder_is_judged_but_not_answered_unasked(database, settings, now):
    message_id = arrive(database, settings, now, a_mail())
    with database.begin() as session:
        session.get_one(Message, message_id).role = Role.JUNK
    [letter] = letters_of(database, confirm(database, settings, now, message_id))
    assert letter.state == LetterState.WITHHELD
    assert "indésirables" in letter.trouble


# --- complaints that did not come by mail -------------------------------------------------------


def entered(database, settings, now, told: Told) -> str:
    with database.begin() as session:
        return Desk(session, settings, now).enter(told, "claire").number


def test_a_complaint_by_telephone_has_number_and_limits_and_its_letter_waits(
    database, settings, now
):
    facts = Facts(client_name="Jeanne Mangin", client_email=CLIENT, channel="TELEPHONE")
    told = Told(facts, now.date(), note="Trois appels, personne ne rappelle.")
    number = entered(database, settings, now, told)
    entry = complaint_of(database, number)
    assert (number, entry.channel, entry.note) == ("REC-2026-0001", "TELEPHONE", told.note)
    assert entry.ack_due == now.date() + timedelta(days=10)
    [letter] = letters_of(database, number)
    assert letter.state == LetterState.WITHHELD
    assert "l’écrire" in letter.trouble


def test_a_letter_by_post_is_acknowledged_by_mail_if_there_is_an_address(database, settings, now):
    facts = Facts(client_name="Jeanne Mangin", client_email=CLIENT, channel="COURRIER")
    posted = (now - timedelta(days=4)).date()
    number = entered(database, settings, now, Told(facts, now.date(), posted))
    assert [letter.state for letter in letters_of(database, number)] == [LetterState.QUEUED]
    assert complaint_of(database, number).sent_on == posted


@pytest.mark.parametrize(("received", "sent"), [(1, None), (-3, -1)])
def test_days_that_cannot_be_are_refused(database, settings, now, received, sent):
    day = (now + timedelta(days=received)).date()
    posted = None if sent is None else (now + timedelta(days=sent)).date()
    with pytest.raises(Refused, match="vérifiez"):
        entered(database, settings, now, Told(Facts(channel="COURRIER"), day, posted))
    with database.read() as session:
        assert complaints.every(session) == []


def test_an_acknowledgement_by_post_is_noted_with_its_proof(database, settings, now):
    number = entered(database, settings, now, Told(Facts(channel="VISITE"), now.date()))
    proof = Proof(now.date(), "reçu signé")
    version = complaint_of(database, number).version
    with database.begin() as session:
        Desk(session, settings, now).acknowledged(number, version, proof, "claire")
    entry = complaint_of(database, number)
    assert (entry.acknowledged_on, entry.state) == (now.date(), State.ACKNOWLEDGED)
    assert [letter.state for letter in letters_of(database, number)] == [LetterState.CANCELLED]
    with database.read() as session:
        assert "reçu signé" in str([line.payload for line in journal.history(session, number)])
    with pytest.raises(Refused, match="déjà"), database.begin() as session:
        Desk(session, settings, now).acknowledged(number, entry.version, proof, "claire")


def test_an_acknowledgement_before_the_complaint_is_refused(database, settings, now):
    number = entered(database, settings, now, Told(Facts(channel="VISITE"), now.date()))
    with pytest.raises(Refused, match="réception"), database.begin() as session:
        yesterday = Proof((now - timedelta(days=1)).date(), "reçu")
        Desk(session, settings, now).acknowledged(number, 0, yesterday, "claire")
