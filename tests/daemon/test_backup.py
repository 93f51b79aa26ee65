"""A backup is worth what can be restored from it (P-27, DESIGN §3.6)."""

import tarfile
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from config.load import load
from config.write import settings_file
from daemon import backup
from daemon.backup import BackupTrouble
from daemon.house import House
from ingest.mail import Cursor
from register import complaints, copying, journal, mailboxes, outbox
from register.copying import CopyTrouble
from register.database import DatabaseTrouble, open_database
from register.model import LetterState, Message
from tests.builders import a_mail, raw
from tests.test_procedure import Case


@pytest.fixture
def house(database, settings, now, tmp_path):
    """An office with one complaint answered and one whose acknowledgement is still to leave."""
    config = tmp_path / "doleances.toml"
    url = database.engine.url.render_as_string(hide_password=False)
    values = {"database.url": url, "procedure.undo_minutes": 0}
    config.write_text(settings_file(values), encoding="utf-8")
    (tmp_path / "models").mkdir(exist_ok=True)
    (tmp_path / "models" / "un-modele").write_text("appris")
    opened = House(load(config, {}), lambda: now)
    Case(database, opened.settings, now).post()
    Case(database, opened.settings, now + timedelta(days=2))
    yield opened
    opened.close()


@pytest.fixture
def config(tmp_path):
    return tmp_path / "doleances.toml"


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request, tmp_path):
    """The address of an empty database on another machine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ailleurs.db"
    server = request.getfixturevalue("postgresql")
    return server.url(server.create_database())


def test_what_comes_back_is_what_was_there(house, config, tmp_path, elsewhere):
    saved = tmp_path / "sauvegarde.tar.gz"
    manifest = backup.back_up(house, config, saved)
    again, held = backup.restore(saved, elsewhere, tmp_path / "autres-modeles")
    assert (again, held) == (manifest, 1)
    there = open_database(elsewhere)
    with there.read() as session:
        assert [entry.number for entry in complaints.every(session)] == [
            "REC-2026-0001",
            "REC-2026-0002",
        ]
        assert journal.verify(session)[1] == []
    there.close()
    assert (tmp_path / "autres-modeles" / "un-modele").read_text() == "appris"


def test_nothing_is_sent_again_and_life_goes_on(house, config, tmp_path, elsewhere, now):
    saved = tmp_path / "sauvegarde.tar.gz"
    backup.back_up(house, config, saved)
    backup.restore(saved, elsewhere, tmp_path / "autres-modeles")
    there = open_database(elsewhere)
    with there.begin() as session:
        assert outbox.begin(session, now + timedelta(days=9)) == []
        states = {letter.state for letter, _ in outbox.listing(session)}
        assert states == {LetterState.SENT, LetterState.UNCERTAIN}
    assert Case(there, house.settings, now).number == "REC-2026-0003"
    there.close()


def test_mail_read_before_is_not_read_twice(house, config, tmp_path, elsewhere, now):
    saved = tmp_path / "sauvegarde.tar.gz"
    backup.back_up(house, config, saved)
    backup.restore(saved, elsewhere, tmp_path / "autres-modeles")
    there = open_database(elsewhere)
    with there.begin() as session:
        known = session.query(Message).count()
        reach = mailboxes.reach(session, "contact", "INBOX")
        assert reach
        assert reach.cursor == Cursor(1, 2)
        first = session.get_one(Message, 1).data
        mailboxes.keep(session, [raw(first, 1, now), raw(a_mail("Neuf"), 3, now)], now)
        assert session.query(Message).count() == known + 1
    there.close()


def test_a_register_that_holds_something_is_never_overwritten(house, config, tmp_path):
    saved = tmp_path / "sauvegarde.tar.gz"
    backup.back_up(house, config, saved)
    with pytest.raises(CopyTrouble, match="déjà des données"):
        backup.restore(saved, house.settings.database.url, tmp_path / "autres-modeles")


def test_a_key_opens_what_it_closed_and_nothing_else_does(house, config, tmp_path):
    public = backup.new_key(tmp_path / "clef")
    backup.new_key(tmp_path / "autre-clef")
    saved = tmp_path / "sauvegarde.age"
    backup.back_up(house, config, saved, public)
    assert b"Mangin" not in saved.read_bytes()
    url = f"sqlite:///{tmp_path}/ailleurs.db"
    for identity, words in ((None, "chiffrée"), (tmp_path / "autre-clef", "n’ouvre pas")):
        with pytest.raises(BackupTrouble, match=words):
            backup.restore(saved, url, tmp_path / "m", identity)
    manifest, _ = backup.restore(saved, url, tmp_path / "m", tmp_path / "clef")
    assert manifest.rows["complaint"] == 2


def test_a_key_is_never_written_over(tmp_path):
    backup.new_key(tmp_path / "clef")
    with pytest.raises(BackupTrouble, match="ne s’écrase pas"):
        backup.new_key(tmp_path / "clef")


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "absent", "altered"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(house, config, tmp_path, damage):
    saved = tmp_path / "sauvegarde.tar.gz"
    backup.back_up(house, config, saved)
    if damage == "cut":
        saved.write_bytes(saved.read_bytes()[:-2000])
    elif damage == "text":
        saved.write_text("ceci n’est pas une sauvegarde")
    elif damage == "empty":
        saved.write_bytes(b"")
    elif damage == "absent":
        saved.unlink()
    else:
        altered(saved, tmp_path / "room", openly=True)
    with pytest.raises(BackupTrouble):
        backup.restore(saved, f"sqlite:///{tmp_path}/ailleurs.db", tmp_path / "m")
    assert not (tmp_path / "ailleurs.db").exists()


def altered(saved, room, *, openly):
    """The same archive with one client's name changed: in the register, or in a file beside it
    that SQLite would take for what the register has still to write.
    """
    with tarfile.open(saved) as archive:
        archive.extractall(room, filter="data")
    engine = create_engine(f"sqlite:///{room}/register.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE complaint SET client_name = 'Autre'"))
    if openly:
        engine.dispose()
    with tarfile.open(saved, "w:gz") as archive:
        for path in room.iterdir():
            archive.add(path, path.name)


def test_what_was_put_beside_the_register_is_left_out(house, config, tmp_path):
    saved = tmp_path / "sauvegarde.tar.gz"
    backup.back_up(house, config, saved)
    altered(saved, tmp_path / "room", openly=False)
    url = f"sqlite:///{tmp_path}/ailleurs.db"
    backup.restore(saved, url, tmp_path / "m")
    there = open_database(url)
    with there.read() as session:
        assert {entry.client_name for entry in complaints.every(session)} == {"Jeanne Mangin"}
    there.close()


def test_nothing_is_unpacked_outside_or_through_a_link(house, config, tmp_path):
    saved, outside = tmp_path / "sauvegarde.tar.gz", tmp_path / "dehors"
    backup.back_up(house, config, saved)
    with tarfile.open(saved) as archive:
        ours = [(member, archive.extractfile(member)) for member in archive if member.isreg()]
        with tarfile.open(tmp_path / "hostile", "w:gz") as hostile:
            for member, file in ours:
                hostile.addfile(member, file)
            for name, to in (
                ("models/../../../dehors", ""),
                ("models/a", str(outside)),
                ("models/a", ""),
                ("register.db", str(outside)),
                ("models", ""),
                ("/models/b", ""),
                ("models//" + str(outside), ""),
            ):
                member = tarfile.TarInfo(name)
                member.type, member.linkname = (tarfile.SYMTYPE if to else tarfile.REGTYPE), to
                hostile.addfile(member)
    models = tmp_path / "modeles"
    backup.restore(tmp_path / "hostile", f"sqlite:///{tmp_path}/ailleurs.db", models)
    assert not outside.exists()
    assert not (models / "a").is_symlink()
    assert not (models / "b").exists()


def test_a_backup_that_cannot_be_written_says_so(house, config, tmp_path):
    with pytest.raises(BackupTrouble, match="place sur le disque"):
        backup.back_up(house, config, tmp_path / "nulle-part" / "x.tar.gz")


def test_a_register_moves_to_another_database_whole(house, elsewhere):
    target = open_database(elsewhere)
    held = copying.copy(house.database, target)
    with house.database.engine.connect() as before, target.engine.connect() as after:
        assert copying.contents(after) == held == copying.contents(before)
        assert copying.fingerprint(before) == copying.fingerprint(after)
    target.close()


def test_a_newer_register_is_refused_by_an_older_program(tmp_path):
    url = f"sqlite:///{tmp_path}/neuf.db"
    open_database(url).close()
    with create_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTrouble, match="plus récent"):
        open_database(url)
