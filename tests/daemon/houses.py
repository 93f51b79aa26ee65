"""A house on a real Dovecot, for the tests of the daemon."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from classifier.shelf import default_directory
from config.load import load
from config.write import settings_file
from daemon import collecting
from daemon.house import House
from register import messages
from register.messages import Wanted
from register.model import Message
from tests.e2e.office import PASSWORD, mailbox_of
from tests.servers.dovecot import Dovecot
from tests.servers.wire import Wire

FOLDERS = """
namespace inbox {
  mailbox Indésirables {
    auto = subscribe
    special_use = \\Junk
  }
  mailbox "Messages envoyés" {
    auto = subscribe
  }
}
"""


@contextmanager
def house_at(folder: Path, dovecot: Dovecot, **changes: str | int) -> Iterator[House]:
    config = folder / "doleances.toml"
    values = mailbox_of(dovecot) | {"mailbox.0.password": PASSWORD, "mailbox.0.poll_seconds": 3600}
    values |= {"triage.models": str(default_directory())}  # learnt once for all tests
    config.write_text(settings_file(values | changes), encoding="utf-8")
    house = House(load(config, {}))
    yield house
    house.close()


def healthy(port: int) -> bool:
    """Whether the pages on this port say that the daemon is alive."""
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def by_wire(wire: Wire) -> dict[str, str | int]:
    """Settings of a mailbox reached in clear through a line that fails."""
    return {
        "mailbox.0.port": wire.port,
        "mailbox.0.tls": "none",
        "mailbox.0.timeout_seconds": 2,
    }


def stored(house: House) -> list[Message]:
    with house.database.read() as session:
        return list(reversed(messages.listing(session, Wanted(limit=500)).rows))


def one_pass(house: House) -> int:
    [mailbox] = house.mailboxes
    with mailbox.open() as opened:
        return collecting.read(house, mailbox, opened.folders())
