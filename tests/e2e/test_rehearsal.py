"""Before anything is done: what would have been done with the last months (peers 10)."""

from datetime import UTC, datetime, timedelta

from tests.builders import a_mail
from tests.e2e.office import USER, Office, mailbox_of
from tests.servers.dovecot import Dovecot


def test_a_rehearsal_reads_and_writes_nothing(tmp_path):
    now = datetime.now(UTC)
    with Dovecot() as dovecot:
        dovecot.append(USER, "INBOX", [a_mail()], now - timedelta(days=20))
        dovecot.append(USER, "INBOX", [a_mail()], now - timedelta(days=19))
        dovecot.append(
            USER, "INBOX", [a_mail("Bonjour, merci pour tout !", "Merci")], now - timedelta(days=9)
        )
        dovecot.append(USER, "INBOX", [a_mail("Trop vieux.")], now - timedelta(days=400))
        office = Office(tmp_path, mailbox_of(dovecot))
        told = office.json("rehearse", "--months", "3")
        said = office.run("rehearse").stdout
        with dovecot.connect(USER) as client:
            client.select_folder("INBOX", readonly=True)
            flags = client.get_flags(client.search()).values()
    assert (told["read"], len(told["complaints"])) == (3, 1)
    assert told["places"]["duplicate"] == 1
    assert told["complaints"][0]["ack_due"]
    assert "Remboursement" in said
    assert "Rien n’a été enregistré" in said
    assert all(b"\\Seen" not in found for found in flags)
    assert not list(tmp_path.glob("*.db"))
