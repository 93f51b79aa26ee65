"""What the users of other programs suffered with their mail, each as a promise of ours.

The numbers are those of the list of complaints that the project began with. What concerns letters
and deadlines stands here, too, as far as a mail begins it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from threading import Thread
from unittest.mock import patch

import pytest
from imapclient.exceptions import IMAPClientError

from classifier.labels import Label
from classifier.triage import Band
from daemon import collecting, service
from daemon.house import House
from ingest import imap
from ingest.mailbox import MailboxTrouble
from ingest.parse import parse
from ingest.screening import Kind, Own, screen
from outbound.deliver import Round
from outbound.postman import Uncertain, Undelivered
from register import breaker, complaints, journal, mailboxes, messages, outbox
from register.calendar import Region, is_holiday
from register.messages import Wanted
from register.model import LetterState, Location, Message, Place
from tests.arrivals import COMPLAINT, REQUEST, arrive, decide
from tests.builders import CLIENT, a_mail
from tests.daemon.houses import by_wire, house_at, one_pass, stored
from tests.e2e.office import USER, until
from tests.servers.dovecot import Dovecot
from tests.servers.wire import Wire

OWN = Own(frozenset({"contact@cabinet.example"}), "cabinet.example")


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def house(tmp_path, dovecot: Dovecot) -> Iterator[House]:
    with house_at(tmp_path, dovecot) as opened:
        yield opened


def row_of(database, message_id: int) -> Message:
    with database.read() as session:
        return session.get_one(Message, message_id)


def confirmed(database, settings, now, message_id: int) -> str:
    with database.begin() as session:
        number = decide(session, settings, now, message_id, Label.COMPLAINT)
    assert number
    return number


def letters(database, number: str) -> list[tuple[str, str | None]]:
    with database.read() as session:
        found = outbox.of_complaint(session, complaints.named(session, number))
        return [(letter.state, letter.trouble) for letter in found]


# --- reading the mailbox ----------------------------------------------------------------------


def test_peer_01_a_mail_that_a_colleague_has_opened_is_read(house, dovecot):
    dovecot.append(USER, "INBOX", [a_mail()])
    with dovecot.connect(USER) as client:
        client.select_folder("INBOX")
        client.add_flags([1], [b"\\Seen"])
    assert one_pass(house) == 1


def test_peer_02_killed_between_fetch_and_commit_nothing_is_lost_or_marked(house, dovecot):
    dovecot.drop(USER, [a_mail(f"N° {n}") for n in range(120)])
    keep = mailboxes.keep
    calls = iter(range(9))

    def dies(session, batch, now, **more):
        count = keep(session, batch, now, **more)
        if batch and next(calls) == 1:
            raise KeyboardInterrupt  # no handler of ours stops this one, as none stops a kill
        return count

    with patch.object(mailboxes, "keep", dies), pytest.raises(KeyboardInterrupt):
        one_pass(house)
    with dovecot.connect(USER) as client:
        client.select_folder("INBOX", readonly=True)
        assert not any(b"\\Seen" in flags for flags in client.get_flags(client.search()).values())
    assert len(stored(house)) < 120
    one_pass(house)
    assert len(stored(house)) == 120


def test_peer_03_one_unreadable_mail_does_not_stop_the_others(house, dovecot):
    dovecot.append(USER, "INBOX", [a_mail(), bytes(range(1, 256)) * 9, a_mail("Autre chose.")])
    assert one_pass(house) == 3
    service.sort_all(house)
    good, poison, other = stored(house)
    assert (good.place, other.place) != (Place.QUARANTINE, Place.QUARANTINE)
    assert poison.place == Place.QUARANTINE
    assert poison.trouble
    with house.database.read() as session:
        assert messages.original(session, poison.id).data


def test_peer_04_a_huge_mail_is_registered_by_its_headers(tmp_path, dovecot):
    huge = a_mail("x" * 3_000_000, "Photos du sinistre")
    dovecot.append(USER, "INBOX", [a_mail(), huge, a_mail("Autre chose.")])
    with house_at(tmp_path, dovecot, **{"mailbox.0.max_bytes": 1_000_000}) as house:
        one_pass(house)
        service.sort_all(house)
        _, large, after = stored(house)
    assert (large.place, large.subject, large.size) == (
        Place.QUARANTINE,
        "Photos du sinistre",
        len(huge),
    )
    assert "plus grand" in large.trouble
    assert after.place != Place.UNSORTED


@pytest.mark.parametrize("after", ["keyword", "move"])
def test_peer_05_a_mail_that_cannot_be_marked_or_moved_is_read_once(tmp_path, dovecot, after):
    dovecot.append(USER, "Doléances", [a_mail("déjà rangé")])
    dovecot.append(USER, "INBOX", [a_mail()])
    with house_at(tmp_path, dovecot, **{"mailbox.0.after": after}) as house:
        refuse = patch.object(imap.IMAPClient, "_store", side_effect=IMAPClientError("NO"))
        refuse_move = patch.object(imap.IMAPClient, "move", side_effect=IMAPClientError("NO"))
        with refuse, refuse_move:
            assert [one_pass(house) for _ in range(10)] == [1, *[0] * 9]
        assert len(stored(house)) == 1
        assert one_pass(house) == 0
    with dovecot.connect(USER) as client:
        client.select_folder("INBOX", readonly=True)
        left = client.get_flags(client.search())
    assert [flags for flags in left.values() if b"$Doleances" not in flags] == []
    assert len(left) == (1 if after == "keyword" else 0)


def test_peer_06_two_pollers_make_one_row(house, dovecot):
    dovecot.drop(USER, [a_mail(f"N° {n}") for n in range(60)])
    threads = [Thread(target=one_pass, args=(house,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stored(house)) == 60
    with house.database.read() as session:
        assert session.query(Location).count() == 60


def test_peer_07_without_message_id_a_mail_is_read_and_known_again(house, dovecot):
    bare = a_mail().replace(b"Message-ID", b"X-Old-ID")
    dovecot.append(USER, "INBOX", [bare])
    assert one_pass(house) == 1
    dovecot.append(USER, "INBOX", [bare])  # delivered again under another UID
    assert one_pass(house) == 0
    assert len(stored(house)) == 1


def test_peer_08_a_rebuilt_mailbox_is_read_anew_and_nothing_is_doubled(house, dovecot):
    dovecot.append(USER, "INBOX", [a_mail("un"), a_mail("deux")])
    assert one_pass(house) == 2
    dovecot.new_uidvalidity(USER, "INBOX")
    dovecot.append(USER, "INBOX", [a_mail("trois")])
    assert one_pass(house) == 1
    assert len(stored(house)) == 3


def test_peer_09_ten_days_of_absence_lose_nothing_and_keep_the_dates(house, dovecot):
    now = datetime.now(UTC)
    earlier = replace(house, clock=lambda: now - timedelta(days=10))
    assert one_pass(earlier) == 0
    earlier.close()
    for days in (9, 6, 2):
        dovecot.append(USER, "INBOX", [a_mail(f"{days}")], now - timedelta(days=days))
    assert one_pass(house) == 3
    ages = [(now.date() - row.received_at.date()).days for row in stored(house)]
    assert ages == [9, 6, 2]


def test_peer_10_the_first_contact_only_looks_and_old_mail_is_never_answered(
    database, settings, now
):
    old = arrive(database, settings, now, a_mail(), imported=True)
    [(state, because)] = letters(database, confirmed(database, settings, now, old))
    assert (state, "archives" in because) == (LetterState.WITHHELD, True)


# --- who wrote, and may a machine answer ------------------------------------------------------


def test_peer_11_a_forward_marked_automatic_by_the_server_is_judged_all_the_same(
    database, settings, now
):
    mail = a_mail(Auto_Submitted="auto-generated")
    message_id = arrive(database, settings, now, mail)
    assert row_of(database, message_id).place == Place.QUEUE
    [(state, because)] = letters(database, confirmed(database, settings, now, message_id))
    assert (state, "Auto-Submitted" in because) == (LetterState.WITHHELD, True)


@pytest.mark.parametrize(
    ("list_id", "withheld"),
    [("<contact.cabinet.example>", False), ("<clients.autre.example>", True)],
)
def test_peer_12_only_lists_that_are_not_ours_hold_an_answer_back(list_id, withheld):
    seen = screen(parse(a_mail(List_Id=list_id, Precedence="list")), OWN)
    assert seen.kind == Kind.HUMAN
    assert bool(seen.withheld_because) is withheld


def test_peer_13_twenty_mails_of_one_address_get_one_acknowledgement(database, settings, now):
    states = []
    for n in range(20):
        mail = a_mail(f"Votre colis n° {n} arrive, quelle honte.", f"Colis {n * 37 % 11}-{n}")
        message_id = arrive(database, settings, now + timedelta(minutes=3 * n), mail)
        [(state, _)] = letters(database, confirmed(database, settings, now, message_id))
        states.append(state)
    assert states == [LetterState.QUEUED, *[LetterState.WITHHELD] * 19]


def test_peer_14_a_flood_from_one_domain_waits_for_a_person(database, settings, now):
    settings = with_caps(settings, acks_per_hour=8, acks_per_domain=5)
    states, reasons = [], []
    for n in range(12):
        domain = "crm.example" if n < 7 else f"autre{n}.example"
        mail = a_mail(f"Erreur {n}", f"N° {n}", sender=f"client{n}@{domain}")
        opinion = fields_of(f"client{n}@{domain}")
        message_id = arrive(database, settings, now, mail, opinion)
        [(state, because)] = letters(database, confirmed(database, settings, now, message_id))
        states.append(state == LetterState.QUEUED)
        reasons.append(because or "")
    assert states == [True] * 5 + [False] * 2 + [True] * 5
    assert "crm.example" in reasons[6]
    with database.read() as session:  # what is queued waits, too, until a person lifts it
        stopped = breaker.stopped(session)
    assert stopped and "8 accusés" in stopped.because


def with_caps(settings, **caps: int):
    procedure = settings.procedure.model_copy(update=caps)
    return settings.model_copy(update={"procedure": procedure})


def fields_of(email: str):
    return replace(COMPLAINT, fields=replace(COMPLAINT.fields, client_email=email))


def test_peer_15_a_bounce_causes_no_mail_at_all(database, settings, now):
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "MAILER-DAEMON@relais.example", "contact@cabinet.example"
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail.set_content("Your message could not be delivered.")
    message_id = arrive(database, settings, now, bytes(mail))
    assert row_of(database, message_id).place == Place.BOUNCE
    with database.read() as session:
        assert outbox.listing(session) == []


# --- lines that break -------------------------------------------------------------------------


def test_peer_17_a_mailbox_that_hangs_is_seen_to_be_ill(tmp_path, dovecot):
    with Wire(dovecot.port) as wire, house_at(tmp_path, dovecot, **by_wire(wire)) as house:
        [mailbox] = house.mailboxes
        with pytest.raises(MailboxTrouble), mailbox.open() as opened:
            folders = opened.folders()
            collecting.read(house, mailbox, folders)
            wire.freeze()
            collecting.read(house, mailbox, folders)
        with house.database.read() as session:
            passed = mailboxes.states(session)["contact"].passed_at
    assert passed <= datetime.now(UTC)


def test_peer_18_a_line_cut_while_waiting_is_made_anew(tmp_path, dovecot):
    with Wire(dovecot.port) as wire, house_at(tmp_path, dovecot, **by_wire(wire)) as house:
        [mailbox] = house.mailboxes
        with pytest.raises(MailboxTrouble), mailbox.open() as opened:
            collecting.read(house, mailbox, opened.folders())
            cutter = Thread(target=lambda: (until(lambda: wire.connections == 1), wire.cut()))
            cutter.start()
            for _ in range(100):
                opened.wait(3600, collecting.Event())
        cutter.join()
        dovecot.append(USER, "INBOX", [a_mail()])
        assert one_pass(house) == 1


def test_peer_19_letters_wait_until_the_server_is_back(database, settings, now):
    number = confirmed(
        database, settings, now, arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    )

    class Postman:
        down = True

        def send(self, *_: object) -> str:
            if self.down:
                raise Undelivered("connexion refusée", hopeless=False)
            return "250 OK"

    postman = Postman()
    for hours in (0, 2, 4, 6):
        moment = now + timedelta(hours=hours)
        Round(database, postman, settings, lambda moment=moment: moment).deliver_one()
    assert letters(database, number) == [(LetterState.QUEUED, "connexion refusée")]
    postman.down = False
    Round(database, postman, settings, lambda: now + timedelta(hours=8)).deliver_one()
    assert letters(database, number) == [(LetterState.SENT, None)]


def test_peer_20_a_lost_answer_is_said_and_never_sent_again(database, settings, now):
    number = confirmed(database, settings, now, arrive(database, settings, now, a_mail()))

    class Postman:
        sent = 0

        def send(self, *_: object) -> str:
            self.sent += 1
            raise Uncertain("la connexion s’est rompue après l’envoi")

    postman = Postman()
    for hours in range(3):
        moment = now + timedelta(hours=hours)
        Round(database, postman, settings, lambda moment=moment: moment).deliver_one()
    [(state, _)] = letters(database, number)
    assert (state, postman.sent) == (LetterState.UNCERTAIN, 1)


# --- threads and words ------------------------------------------------------------------------


def test_peer_21_a_stranger_who_quotes_a_number_is_only_proposed(database, settings, now):
    first = arrive(database, settings, now, a_mail())
    number = confirmed(database, settings, now, first)
    stranger = a_mail("Et mon dossier ?", f"Re: {number}", sender="Autre <autre@x.example>")
    seen = row_of(database, arrive(database, settings, now, stranger, REQUEST))
    assert (seen.place, seen.complaint_id) == (Place.QUEUE, None)
    assert seen.triage["thread"] == {"number": number, "because": "cite le numéro du dossier"}
    client = a_mail("Et mon dossier ?", f"Mon dossier {number.lower()}")
    known = row_of(database, arrive(database, settings, now, client, REQUEST))
    assert (known.place, known.complaint_id is not None) == (Place.FOLLOW_UP, True)


FRENCH = "L’indemnité « Été » a été refusée à Noël, c’est intolérable…"


@pytest.mark.parametrize(
    ("encoded", "declared"),
    [
        (FRENCH.encode("cp1252"), "iso-8859-1"),
        (FRENCH.encode("cp1252"), "windows-1258"),
        (FRENCH.encode("cp1252"), ""),
        (FRENCH.encode("cp1252"), "utf-8"),
        (FRENCH.encode("cp1252"), "x-inconnu"),
        (FRENCH.encode("utf-8"), "gb2312"),
        (FRENCH.encode("utf-8"), "us-ascii"),
        (FRENCH.encode("utf-8"), "iso-8859-1"),
        (FRENCH.encode("iso-8859-15", "replace"), "iso-8859-15"),
    ],
)
def test_peer_22_whatever_charset_is_declared_french_stays_french(encoded, declared):
    charset = f"; charset={declared}" if declared else ""
    head = f"From: {CLIENT}\r\nContent-Type: text/plain{charset}\r\n"
    head += "Content-Transfer-Encoding: 8bit\r\n\r\n"
    text = parse(head.encode() + encoded).text
    lost = "iso-8859-15" in declared
    assert text == (
        FRENCH.encode("iso-8859-15", "replace").decode("iso-8859-15") if lost else FRENCH
    )


def test_peer_23_an_answer_within_the_quote_is_read():
    mail = parse(
        a_mail(
            "Bonjour,\n\n> Avez-vous reçu le devis ?\nOui, et il est faux pour la deuxième fois.\n"
            "> Souhaitez-vous le signer ?\nNon, votre conseiller s’est moqué de moi.\n"
        )
    )
    assert "faux pour la deuxième fois" in mail.new_text
    assert "moqué de moi" in mail.new_text
    assert "Avez-vous reçu" in mail.quoted_text


def test_peer_24_saint_martin_is_no_holiday_and_easter_monday_is():
    assert not is_holiday(date(2026, 11, 10), Region.METROPOLE)
    assert is_holiday(date(2027, 3, 29), Region.METROPOLE)
    assert not is_holiday(date(2027, 3, 26), Region.METROPOLE)
    assert is_holiday(date(2027, 3, 26), Region.ALSACE_MOSELLE)


def test_peer_25_what_is_no_complaint_is_listed_and_searchable(database, settings, now):
    message_id = arrive(database, settings, now, a_mail("Une attestation svp", "École"), REQUEST)
    doubtful = replace(REQUEST, probability=0.3, band=Band.REVIEW)
    doubt = arrive(database, settings, now, a_mail("Je suis étonné."), doubtful)
    assert row_of(database, message_id).place == Place.FILED
    assert row_of(database, doubt).place == Place.QUEUE
    with database.read() as session:
        [found] = messages.listing(session, Wanted(words="ecole attestation")).rows
    assert found.id == message_id


# --- and the shorter ones ---------------------------------------------------------------------


def test_a_date_of_1970_or_2050_does_not_move_the_limits(database, settings, now):
    for wrong in ("Thu, 01 Jan 1970 00:00:00 +0000", "Sat, 01 Jan 2050 00:00:00 +0000"):
        mail = a_mail(f"Erreur de {wrong}", Date=wrong)
        number = confirmed(database, settings, now, arrive(database, settings, now, mail))
        with database.read() as session:
            assert complaints.named(session, number).received_on == now.date()


def test_quarantine_stays_until_somebody_decides(house, dovecot):
    dovecot.append(USER, "INBOX", [bytes(range(1, 256)) * 9])
    for _ in range(3):
        one_pass(house)
        service.sort_all(house)
    assert [row.place for row in stored(house)] == [Place.QUARANTINE]


def test_an_absence_note_changes_no_state(database, settings, now):
    first = arrive(database, settings, now, a_mail(Message_ID="<1@x.example>"))
    number = confirmed(database, settings, now, first)
    with database.read() as session:
        before = complaints.named(session, number).version
    note = a_mail(
        "Je suis absent.",
        "Réponse automatique",
        In_Reply_To="<1@x.example>",
        Auto_Submitted="auto-replied",
    )
    absent = row_of(database, arrive(database, settings, now, note))
    assert absent.place == Place.AUTOMATIC
    with database.read() as session:
        assert complaints.named(session, number).version == before
        assert len(journal.history(session, number)) == 2
