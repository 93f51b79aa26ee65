"""Keeping up with a mailbox on a real Dovecot: news, broken lines, poison, and the nightly count."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread
from time import sleep

import pytest

from config.settings import Notices
from daemon import collecting, loop
from daemon.house import House
from daemon.loop import Part
from ingest import imap
from ingest.mail import Role
from ingest.mailbox import MailboxTrouble
from ingest.parse import parse
from ingest.screening import Kind, Own, screen
from register import mailboxes
from register.model import Location, Message
from tests.builders import a_mail
from tests.daemon.houses import FOLDERS, by_wire, house_at, one_pass, stored
from tests.e2e.office import USER, until
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink
from tests.servers.wire import Wire


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(extra=FOLDERS) as server:
        yield server


@pytest.fixture
def house(tmp_path, dovecot: Dovecot) -> Iterator[House]:
    with house_at(tmp_path, dovecot) as opened:
        yield opened


@contextmanager
def kept_up(house: House) -> Iterator[None]:
    """The daemon's part for the mailbox, with its reconnections."""
    [mailbox] = house.mailboxes
    stop = Event()

    def step() -> bool:
        collecting.keep_up(house, mailbox, stop)
        return False

    thread = Thread(target=loop.run, args=([Part("collect", step, 0.1)], stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


# --- where mail is looked for -----------------------------------------------------------------


def test_junk_and_sent_mail_are_found_by_flag_or_by_their_french_names(house):
    with house.mailboxes[0].open() as opened:
        found = {folder.folder: folder.role for folder in opened.folders()}
    assert found == {
        "INBOX": Role.INBOX,
        "Indésirables": Role.JUNK,
        "Messages envoyés": Role.SENT,
    }


@pytest.mark.parametrize(
    "name",
    ["INBOX.Éléments envoyés", "Sent Items", "INBOX/Sent", "Envoyés", "Courrier/Objets envoyés"],
)
def test_names_of_the_folder_of_sent_mail(name):
    separator = b"." if "." in name else b"/"
    assert imap._found([((), separator, "INBOX"), ((), separator, name)], Role.SENT) == name


@pytest.mark.parametrize("name", ["Sentinelle", "Contrats envoyés à signer", "INBOX"])
def test_what_is_no_folder_of_sent_mail(name):
    assert imap._found([((), b"/", name)], Role.SENT) == ""


def test_the_office_may_do_without_them(tmp_path, dovecot):
    changes = {"mailbox.0.junk_folder": "", "mailbox.0.sent_folder": ""}
    with house_at(tmp_path, dovecot, **changes) as house, house.mailboxes[0].open() as opened:
        assert [folder.folder for folder in opened.folders()] == ["INBOX"]


def test_every_mail_knows_where_it_was_found(house, dovecot):
    dovecot.append(USER, "INBOX", [a_mail("un")])
    dovecot.append(USER, "Indésirables", [a_mail("deux")])
    dovecot.append(USER, "Messages envoyés", [a_mail("trois")])
    assert one_pass(house) == 3
    assert [row.role for row in stored(house)] == ["inbox", "junk", "sent"]


def test_old_sent_mail_is_none_of_ours(house, dovecot):
    long_ago = datetime.now(UTC) - timedelta(days=200)
    dovecot.append(USER, "Messages envoyés", [a_mail("ancien")], long_ago)
    assert one_pass(house) == 0


def test_mail_before_the_day_on_which_the_office_starts_is_left_alone(tmp_path, dovecot):
    dovecot.append(USER, "INBOX", [a_mail("ancien")], datetime(2025, 12, 30, tzinfo=UTC))
    dovecot.append(USER, "INBOX", [a_mail("récent")], datetime(2026, 1, 2, tzinfo=UTC))
    with house_at(tmp_path, dovecot) as house:
        [box] = house.settings.mailbox
        start = box.model_copy(update={"starts_on": date(2026, 1, 1)})
        house = House(house.settings.model_copy(update={"mailbox": (start,)}))
        assert one_pass(house) == 1
        house.close()


# --- news -------------------------------------------------------------------------------------


@pytest.fixture
def only_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the server's own word ends a wait."""
    monkeypatch.setattr(imap, "_LONGEST_IDLE", 3600.0)


@pytest.mark.usefixtures("only_idle")
def test_the_server_tells_of_new_mail(house, dovecot):
    with kept_up(house):
        dovecot.append(USER, "INBOX", [a_mail("un")])
        until(lambda: len(stored(house)) == 1)
        dovecot.append(USER, "INBOX", [a_mail("deux")])
        until(lambda: len(stored(house)) == 2)


@pytest.mark.usefixtures("only_idle")
def test_what_comes_between_the_pass_and_the_wait_is_not_waited_for(house, dovecot):
    [mailbox] = house.mailboxes
    with mailbox.open() as opened:
        collecting.read(house, mailbox, opened.folders())
        dovecot.append(USER, "INBOX", [a_mail()])
        opened.wait(3600, Event())
        assert collecting.read(house, mailbox, opened.folders()) == 1


@pytest.mark.usefixtures("only_idle")
def test_a_wait_ends_when_the_daemon_stops(house):
    with kept_up(house):
        until(lambda: is_well(house))


def test_without_idle_the_folder_is_looked_at_again(tmp_path, dovecot):
    with house_at(tmp_path, dovecot, **{"mailbox.0.poll_seconds": 1}) as house:
        box = house.settings.mailbox[0].model_copy(update={"idle": False})
        house = House(house.settings.model_copy(update={"mailbox": (box,)}))
        with kept_up(house):
            until(lambda: is_well(house))
            dovecot.append(USER, "INBOX", [a_mail()])
            until(lambda: len(stored(house)) == 1)
        house.close()


# --- broken lines -----------------------------------------------------------------------------


def trouble(house: House) -> str | None:
    with house.database.read() as session:
        state = mailboxes.states(session).get("contact")
    return state.trouble if state else None


def is_well(house: House) -> bool:
    with house.database.read() as session:
        state = mailboxes.states(session).get("contact")
    return bool(state and state.passed_at and not state.trouble)


def test_a_line_that_falls_silent_is_found_out_and_made_anew(tmp_path, dovecot, monkeypatch):
    monkeypatch.setattr(imap, "_LONGEST_IDLE", 2.0)
    with Wire(dovecot.port) as wire, house_at(tmp_path, dovecot, **by_wire(wire)) as house:
        with kept_up(house):
            until(lambda: is_well(house))
            wire.freeze()
            dovecot.append(USER, "INBOX", [a_mail()])
            until(lambda: len(stored(house)) == 1)
        assert wire.connections == 2


def test_a_server_that_dies_while_we_wait_is_waited_for(house, dovecot):
    with kept_up(house):
        until(lambda: is_well(house))
        dovecot.kill()
        until(lambda: trouble(house) is not None)
        assert "ne répond pas" in trouble(house)
        dovecot.start()
        dovecot.append(USER, "INBOX", [a_mail()])
        until(lambda: len(stored(house)) == 1 and is_well(house))


def test_a_server_that_shows_us_out_is_asked_again(house, dovecot):
    with kept_up(house):
        until(lambda: is_well(house))
        dovecot.doveadm("kick", USER)
        dovecot.append(USER, "INBOX", [a_mail()])
        until(lambda: len(stored(house)) == 1)


def test_people_are_told_by_another_way_once_a_day(tmp_path, dovecot):
    with SmtpSink() as sink, Wire(dovecot.port) as wire:
        changes = by_wire(wire) | {
            "office.email": "contact@cabinet.example",
            "smtp.host": "127.0.0.1",
            "smtp.port": sink.port,
            "smtp.tls": "none",
            "smtp.user": "",
            "mailbox.0.password": "faux",
        }
        with house_at(tmp_path, dovecot, **changes) as opened:
            told = Notices(to=("claire@ailleurs.example",))
            house = replace(opened, settings=opened.settings.model_copy(update={"notices": told}))
            start = datetime.now(UTC)
            for minutes in (0, 10, 16, 40, 24 * 60 + 17):
                later = replace_clock(house, start + timedelta(minutes=minutes))
                with pytest.raises(MailboxTrouble):
                    collecting.keep_up(later, later.mailboxes[0], Event())
                later.close()
            house.close()
    assert [letter.recipients for letter in sink.received] == [("claire@ailleurs.example",)] * 2
    notice = parse(sink.received[0].data)
    assert "n’est plus relevée" in notice.subject
    assert "mot de passe" in notice.text
    assert screen(notice, Own(frozenset({"contact@cabinet.example"}), "cabinet.example")).kind == (
        Kind.AUTOMATIC
    )


# --- poison -----------------------------------------------------------------------------------

MAILS = [a_mail("bon", "un"), a_mail("du poison", "deux"), a_mail("bon", "trois")]


def test_a_mail_on_which_the_line_breaks_is_left_to_a_person(tmp_path, dovecot):
    dovecot.append(USER, "INBOX", MAILS)

    def cut(said: bytes) -> bytes | None:
        return None if b"du poison" in said else said

    with Wire(dovecot.port, cut) as wire, house_at(tmp_path, dovecot, **by_wire(wire)) as house:
        for _ in range(2):
            with pytest.raises(MailboxTrouble):
                one_pass(house)
        assert one_pass(house) == 2
        assert [bool(row.trouble) for row in stored(house)] == [False, True, False]
        assert "INBOX" in stored(house)[1].trouble
        assert one_pass(house) == 0


def test_a_mail_that_our_library_cannot_take_is_left_to_a_person_in_the_same_pass(
    tmp_path, dovecot
):
    dovecot.append(USER, "INBOX", MAILS)

    def garble(said: bytes) -> bytes:
        return said.replace(b"INTERNALDATE", b"INTERNALDAT(") if b"du poison" in said else said

    with Wire(dovecot.port, garble) as wire, house_at(tmp_path, dovecot, **by_wire(wire)) as house:
        assert one_pass(house) == 3
        assert [bool(row.trouble) for row in stored(house)] == [False, True, False]


# --- the first contact and the nightly count --------------------------------------------------


def test_what_lay_there_long_before_is_a_back_file(house, dovecot):
    now = datetime.now(UTC)
    dovecot.append(USER, "INBOX", [a_mail("ancien")], now - timedelta(days=60))
    dovecot.append(USER, "INBOX", [a_mail("récent")], now - timedelta(days=3))
    one_pass(house)
    assert [row.imported for row in stored(house)] == [True, False]
    later = replace_clock(house, now + timedelta(days=30))
    dovecot.append(USER, "INBOX", [a_mail("pendant l’absence")], now - timedelta(days=1))
    one_pass(later)
    assert [row.imported for row in stored(house)] == [True, False, False]
    assert stored(house)[-1].received_at.date() == (now - timedelta(days=1)).date()
    later.close()


def replace_clock(house: House, now: datetime) -> House:
    return replace(house, clock=lambda: now)


def test_what_is_missing_is_fetched_by_night(house, dovecot):
    dovecot.append(USER, "INBOX", MAILS)
    one_pass(house)
    with house.database.begin() as session:
        lost = session.query(Message).filter_by(subject="")[1]
        session.query(Location).filter_by(message_id=lost.id).delete()
        session.delete(lost)
    [mailbox] = house.mailboxes
    assert one_pass(house) == 0
    with mailbox.open() as opened:
        assert collecting.make_good(house, mailbox, opened.folders()) == 1
        assert collecting.make_good(house, mailbox, opened.folders()) == 0
    assert len(stored(house)) == 3
    assert not collecting.reconciliation_due(house, mailbox)
    tomorrow = replace_clock(house, datetime.now(UTC) + timedelta(days=1))
    assert collecting.reconciliation_due(tomorrow, mailbox)
    tomorrow.close()


def test_a_mail_gone_from_the_server_stays_here(house, dovecot):
    dovecot.append(USER, "INBOX", MAILS)
    one_pass(house)
    with dovecot.connect(USER) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
        client.expunge()
        client.move([3], "Indésirables")
    assert one_pass(house) == 0
    assert len(stored(house)) == 3


def test_two_daemons_on_one_mailbox_keep_each_mail_once(house, dovecot, database):
    dovecot.drop(USER, [a_mail(f"N° {n}") for n in range(300)])
    houses = [replace(house) for _ in range(3)]
    for other in houses:
        other.__dict__["database"] = database
    start = Event()

    def collect(one: House) -> None:
        start.wait()
        one_pass(one)

    threads = [Thread(target=collect, args=(one,)) for one in houses]
    for thread in threads:
        thread.start()
    sleep(0.1)
    start.set()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.query(Message).count() == session.query(Location).count() == 300
