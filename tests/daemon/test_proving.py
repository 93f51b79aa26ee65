"""Uncertain letters: the office's mailbox is asked for their copies (DESIGN §3.6)."""

from datetime import timedelta

import pytest

from daemon.proving import prove
from ingest.mailbox import MailboxTrouble
from outbound.deliver import LEASE
from register import outbox
from register.model import LetterState
from tests.builders import a_mail
from tests.daemon.houses import house_at
from tests.e2e.office import USER
from tests.outbound.due import letters_due
from tests.servers.dovecot import Dovecot


@pytest.fixture(scope="module")
def dovecot():
    with Dovecot() as server:
        yield server


def doubtful(house, count: int) -> list[str]:
    """Message-IDs of letters whose sending was cut short."""
    now = house.clock()
    letters_due(house.database, house.settings, now - timedelta(days=1), count)
    with house.database.begin() as session:
        outbox.begin(session, now - 2 * LEASE, count)
    house.round.find_abandoned()
    with house.database.read() as session:
        return [letter.message_id for letter in outbox.uncertain(session)]


def test_a_copy_in_any_folder_settles_its_letter(tmp_path, dovecot):
    with house_at(tmp_path, dovecot) as house:
        arrived, kept, lost = doubtful(house, 3)
        dovecot.append(USER, "INBOX", [a_mail(Message_ID=arrived), a_mail(In_Reply_To=lost)])
        dovecot.append(USER, "Sent", [a_mail(Message_ID=kept)])
        assert prove(house) == 2
        with house.database.read() as session:
            states = {letter.message_id: letter.state for letter, _ in outbox.listing(session)}
        assert states == {
            arrived: LetterState.SENT,
            kept: LetterState.SENT,
            lost: LetterState.UNCERTAIN,  # an answer to it is no copy of it
        }
        assert prove(house) == 0


def test_a_mailbox_that_is_silent_proves_nothing(tmp_path):
    with Dovecot() as server, house_at(tmp_path, server) as house:
        assert len(doubtful(house, 1)) == 1
        server.stop()
        with pytest.raises(MailboxTrouble):
            prove(house)
        with house.database.read() as session:
            [letter] = outbox.uncertain(session)
        assert "aucune copie" not in (letter.trouble or "")


def test_nobody_is_asked_while_nothing_is_in_doubt(tmp_path, dovecot):
    with house_at(tmp_path, dovecot, **{"mailbox.0.port": 1}) as house:
        assert prove(house) == 0
