"""The mailbox is the office's: it is read to the last mail, and never changed (DESIGN §3.2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.mailboxes import MailboxSettings
from ingest.imap import ImapFolder, ImapMailbox
from ingest.mail import Cursor, RawMail
from ingest.mailbox import MailboxTrouble
from tests.builders import a_mail
from tests.e2e.office import PASSWORD, USER
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_port


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def folder(dovecot: Dovecot, request: pytest.FixtureRequest) -> str:
    """A folder of its own for each test, with an accent in its name."""
    name = f"Réclamations {request.node.name[:40]}".replace("[", "-").replace("]", "")
    dovecot.append(USER, name, [a_mail(f"Numéro {n}") for n in (1, 2, 3)])
    return name


def mailbox(dovecot: Dovecot, *folders: str, **changes: object) -> ImapMailbox:
    values: dict[str, object] = {
        "name": "contact",
        "host": "127.0.0.1",
        "port": dovecot.tls_port,
        "user": USER,
        "password": PASSWORD,
        "ca_file": dovecot.ca_file,
        "timeout_seconds": 5,
        "folders": folders or ("INBOX",),
    }
    return ImapMailbox(MailboxSettings(**(values | changes)))


@contextmanager
def first_folder(box: ImapMailbox) -> Iterator[ImapFolder]:
    with box.open() as opened:
        yield opened.folders()[0]


def read(box: ImapMailbox, cursor: Cursor | None = None) -> list[RawMail]:
    with first_folder(box) as folder:
        return [raw for batch in folder.since(cursor) for raw in batch]


def numbers(mails: list[RawMail]) -> list[str]:
    return [raw.data.decode().strip()[-1] for raw in mails]


def test_all_then_none_then_what_came_since(dovecot, folder):
    box = mailbox(dovecot, folder)
    mails = read(box)
    assert numbers(mails) == ["1", "2", "3"]
    assert read(box, mails[-1].cursor) == []
    assert numbers(read(box, mails[0].cursor)) == ["2", "3"]


def test_a_mail_somebody_has_opened_is_read_all_the_same(dovecot, folder):
    with dovecot.connect(USER) as client:
        client.select_folder(folder)
        client.add_flags(client.search("ALL"), [b"\\Seen"])
    assert len(read(mailbox(dovecot, folder))) == 3


def test_reading_leaves_no_trace(dovecot, folder):
    def state() -> list[tuple[int, tuple[bytes, ...]]]:
        with dovecot.connect(USER) as client:
            client.select_folder(folder, readonly=True)
            return sorted((uid, flags) for uid, flags in client.get_flags(client.search()).items())

    before = state()
    read(mailbox(dovecot, folder))
    assert [(uid, set(flags) - {b"\\Recent"}) for uid, flags in before] == [
        (uid, set(flags) - {b"\\Recent"}) for uid, flags in state()
    ]


def test_the_folder_is_only_examined(dovecot, folder):
    """A mail is \\Recent until somebody SELECTs its folder; to EXAMINE leaves it so (RFC 3501)."""
    read(mailbox(dovecot, folder))
    with dovecot.connect(USER) as client:
        assert client.select_folder(folder, readonly=True)[b"RECENT"] == 3


def test_a_new_uidvalidity_is_read_from_the_start(dovecot, folder):
    box = mailbox(dovecot, folder)
    cursor = read(box)[-1].cursor
    dovecot.new_uidvalidity(USER, folder)
    assert len(read(box, cursor)) == 3


def test_a_mail_larger_than_the_limit_comes_as_its_headers(dovecot, folder):
    dovecot.append(USER, folder, [a_mail("x" * 20_000, "Très gros")])
    *small, large = read(mailbox(dovecot, folder, max_bytes=10_000))
    assert [raw.truncated for raw in small] == [False] * 3
    assert large.truncated
    assert b"xxxx" not in large.data
    assert large.size > 20_000


def test_starttls_with_a_checked_certificate(dovecot, folder):
    assert len(read(mailbox(dovecot, folder, port=dovecot.port, tls="starttls"))) == 3


@pytest.mark.parametrize(
    ("changes", "mend"),
    [
        ({"password": "faux"}, "mot de passe"),
        ({"ca_file": None}, "certificat"),
        ({"port": free_port()}, "host"),
        ({"host": "nulle..part"}, "host"),
    ],
)
def test_what_is_wrong_is_said_with_its_mend(dovecot, changes, mend):
    with pytest.raises(MailboxTrouble, match=mend):
        read(mailbox(dovecot, **changes))


def test_an_unknown_folder_is_said(dovecot):
    with pytest.raises(MailboxTrouble, match="folders"):
        read(mailbox(dovecot, "Nulle part"))


def test_the_path_of_the_authority_may_be_wrong(dovecot):
    with pytest.raises(MailboxTrouble):
        read(mailbox(dovecot, ca_file=Path("/nulle/part.pem")))
