"""A mail of our own goes the whole way, and stops where the way is closed."""

import pytest

from classifier.shelf import default_directory
from config.load import load
from config.write import settings_file
from daemon.canary import let_fly
from daemon.house import House
from outbound.postman import Undelivered
from register.model import Place
from tests.daemon.houses import stored
from tests.e2e.office import PASSWORD, USER, mailbox_of
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink


@pytest.fixture
def way(tmp_path):
    """Dovecot, an SMTP server, and a house between them."""
    with Dovecot() as dovecot, SmtpSink() as sink:
        config = tmp_path / "doleances.toml"
        values = mailbox_of(dovecot) | {
            "office.email": "contact@cabinet.example",
            "mailbox.0.password": PASSWORD,
            "triage.models": str(default_directory()),
            "smtp.host": "127.0.0.1",
            "smtp.port": sink.port,
            "smtp.tls": "none",
            "smtp.user": "",
        }
        config.write_text(settings_file(values), encoding="utf-8")
        house = House(load(config, {}))
        yield dovecot, sink, house
        house.close()


def test_it_arrives_and_disturbs_nobody(way):
    dovecot, sink, house = way
    flight = let_fly(house, 30)
    assert "partie" in next(flight).told
    [received] = sink.received
    dovecot.append(USER, "INBOX", [received.data])
    assert Place.OWN.french in next(flight).told
    assert [row.place for row in stored(house)] == [Place.OWN]


def test_where_it_does_not_come_back_nothing_more_is_told(way):
    _, _, house = way
    assert len(list(let_fly(house, 2))) == 1


def test_where_it_cannot_leave_that_is_said(way):
    _, sink, house = way
    sink.stop()
    with pytest.raises(Undelivered):
        list(let_fly(house, 2))
