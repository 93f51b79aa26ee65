"""Mails kept in files: each comes out as it went in, in a fixed order."""

import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.files import UnreadableSource, read_mails
from ingest.parse import parse
from tests.builders import a_mail

RECEIVED = b"Received: from a by b; Mon, 3 Mar 2025 10:12:00 +0100\r\n"
ARRIVED = datetime(2025, 3, 3, 9, 12, tzinfo=UTC)


def names(path: Path) -> list[str]:
    return [name for name, _, _ in read_mails(path)]


def test_one_file_is_one_mail(tmp_path):
    (tmp_path / "un.eml").write_bytes(RECEIVED + a_mail())
    assert list(read_mails(tmp_path / "un.eml")) == [("un.eml", RECEIVED + a_mail(), ARRIVED)]


def test_a_file_without_received_has_no_arrival(tmp_path):
    (tmp_path / "un.eml").write_bytes(a_mail())
    [(_, _, arrived)] = read_mails(tmp_path / "un.eml")
    assert arrived is None


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\0\xff", b"From Paris with love"])
@pytest.mark.parametrize("name", ["photo.png", "photo.eml", "sans-suffixe"])
def test_what_is_no_mail_is_yielded_all_the_same(tmp_path, data, name):
    (tmp_path / name).write_bytes(data)
    [(found, read, arrived)] = read_mails(tmp_path / name)
    assert (found, read, arrived) == (name, data, None)
    parse(read)


def test_a_folder_is_read_in_order_with_its_folders(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("z.eml", "b/a.EML", "a.eml"):
        (tmp_path / name).write_bytes(a_mail())
    (tmp_path / "notes.txt").write_text("rien")
    assert names(tmp_path) == ["a.eml", "b/a.EML", "z.eml"]


def test_an_empty_folder_has_no_mail(tmp_path):
    assert names(tmp_path) == []


def test_a_maildir_is_read_in_order_and_left_as_it_is(tmp_path):
    box = mailbox.Maildir(tmp_path / "Maildir", create=True)
    for number in range(3):
        box.add(RECEIVED + a_mail(subject=f"Mail {number}"))
    new = tmp_path / "Maildir" / "new"
    seen = sorted(new.iterdir())[0]
    seen.rename(tmp_path / "Maildir" / "cur" / f"{seen.name}:2,S")
    before = sorted(tmp_path.rglob("*"))
    found = list(read_mails(tmp_path / "Maildir"))
    assert len(found) == 3
    assert {parse(data).subject for _, data, _ in found} == {"Mail 0", "Mail 1", "Mail 2"}
    assert {arrived for _, _, arrived in found} == {ARRIVED}
    assert sorted(tmp_path.rglob("*")) == before


BODY = b"Bonjour,\n>From ici, tout va mal.\n>>From plus loin.\nFrom then on, nothing.\n"


@pytest.mark.parametrize(
    "separator",
    [
        b"From jeanne@x.example Mon Mar  3 10:12:00 2025",
        b"From - Mon Mar 03 10:12:00 2025",
        b"From 1825678345@xxx Mon Mar 03 10:12:00 +0000 2025",
        b"From MAILER-DAEMON Mon Mar  3 10:12 CET 2025",
    ],
)
@pytest.mark.parametrize("name", ["archive.mbox", "Inbox"])
def test_an_mbox_is_cut_at_its_separators_alone(tmp_path, separator, name):
    mails = b"".join(
        b"%s\nSubject: %d\n%s\n%s\n" % (separator, number, RECEIVED.replace(b"\r", b""), BODY)
        for number in (1, 2)
    )
    (tmp_path / name).write_bytes(mails)
    found = list(read_mails(tmp_path / name))
    assert [name for name, _, _ in found] == [f"{name}#1", f"{name}#2"]
    for number, (_, data, arrived) in enumerate(found, start=1):
        assert data.startswith(b"Subject: %d\n" % number)
        assert data.endswith(
            b"\nBonjour,\nFrom ici, tout va mal.\n>From plus loin.\nFrom then on, nothing.\n"
        )
        assert arrived == ARRIVED


def test_an_mbox_of_the_standard_library_is_read(tmp_path):
    box = mailbox.mbox(tmp_path / "archive.mbox", create=True)
    for number in range(3):
        box.add(a_mail(f"Corps {number}", subject=f"Mail {number}"))
    box.close()
    read = [parse(data) for _, data, _ in read_mails(tmp_path / "archive.mbox")]
    assert [(mail.subject, mail.text) for mail in read] == [
        (f"Mail {number}", f"Corps {number}") for number in range(3)
    ]


def test_a_source_that_is_not_there_is_said_in_french(tmp_path):
    with pytest.raises(UnreadableSource, match="n’existe pas") as trouble:
        names(tmp_path / "rien.eml")
    assert trouble.value.path == tmp_path / "rien.eml"


def test_a_file_that_cannot_be_read_is_said_in_french(tmp_path):
    (tmp_path / "boucle.eml").symlink_to(tmp_path / "boucle.eml")
    with pytest.raises(UnreadableSource, match="boucle"):
        names(tmp_path / "boucle.eml")
