"""Several offices on one PostgreSQL, from the command line: opened, used, backed up, moved, closed."""

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from classifier.labels import Label
from classifier.shelf import Shelf
from config.load import load
from config.settings import Settings
from daemon import backup as backups
from daemon import retraining
from daemon.cli import commands
from daemon.house import House
from register import copying, journal, offices
from register.copying import fingerprint
from register.database import open_database
from register.migrations import revisions
from register.offices import OfficeTrouble
from tests.conftest import NOON
from tests.daemon.test_retraining import NOTHING, REPROACH, decided
from tests.test_procedure import Case


class Machine:
    """A folder of settings, a database of its own, and the command line on both."""

    def __init__(self, folder: Path, admin_url: str) -> None:
        self.folder, self.admin_url = folder, admin_url

    def run(self, *arguments: str, typed: str = "") -> str:
        """What a command says; a trouble is raised."""
        done = CliRunner().invoke(commands, arguments, input=typed, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    def office(self, what: str, *arguments: str, typed: str = "") -> str:
        admin = () if what == "list" else ("--admin-url", self.admin_url)
        folder = ("--config", str(self.folder))
        return self.run("office", what, *arguments, *admin, *folder, typed=typed)

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.toml"

    def settings(self, name: str) -> Settings:
        return load(self.file(name), {})

    @contextmanager
    def house(self, name: str) -> Iterator[House]:
        house = House(self.settings(name), lambda: NOON)
        try:
            yield house
        finally:
            house.close()

    def complaint(self, name: str) -> str:
        """One is entered; its number."""
        with self.house(name) as house:
            return Case(house.database, house.settings, NOON).number

    def roles(self) -> list[str]:
        engine = create_engine(self.admin_url, poolclass=NullPool)
        with engine.connect() as connection:
            found = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'office%' ORDER BY 1"
            return list(connection.scalars(text(found)))


@pytest.fixture
def machine(tmp_path, postgresql) -> Iterator[Machine]:
    """One without offices."""
    machine = Machine(tmp_path, postgresql.url(postgresql.create_database()))
    before = set(machine.roles())
    yield machine
    assert set(machine.roles()) == before


@pytest.fixture(scope="module")
def two(tmp_path_factory, postgresql) -> Iterator[Machine]:
    """Two offices, used by all tests: to open one takes a second."""
    folder = tmp_path_factory.mktemp("offices")
    machine = Machine(folder, postgresql.url(postgresql.create_database()))
    machine.office("add", "nancy")
    machine.office("add", "metz")
    yield machine
    for name in ("nancy", "metz"):
        offices.drop(machine.admin_url, name)


def test_each_office_counts_for_itself(two):
    begun = {name: _entries(two, name) for name in ("nancy", "metz")}
    for name in ("nancy", "nancy", "metz"):
        assert two.complaint(name) == f"REC-2026-{_entries(two, name):04}"
    assert _entries(two, "nancy") - begun["nancy"] == 2
    assert _entries(two, "metz") - begun["metz"] == 1
    for name in ("nancy", "metz"):
        with two.house(name) as house, house.database.read() as session:
            assert journal.verify(session)[1] == []


def _entries(machine: Machine, name: str) -> int:
    with machine.house(name) as house, house.database.engine.connect() as connection:
        return copying.contents(connection).rows["complaint"]


def test_settings_are_the_owners_and_each_offices_own(two):
    nancy, metz = two.settings("nancy"), two.settings("metz")
    assert stat.S_IMODE(two.file("nancy").stat().st_mode) == 0o600
    assert stat.S_IMODE((two.folder / "nancy").stat().st_mode) == 0o700
    for of in (
        lambda s: s.database.url,
        lambda s: s.triage.models,
        lambda s: s.letters.folder,
        lambda s: s.web.port,
        lambda s: s.mailbox[0].password_file,
        lambda s: s.smtp.password_file,
    ):
        assert of(nancy) != of(metz)


def test_the_list_says_how_each_fares(two):
    two.file("colmar").write_text("[office]\n")
    colmar, metz, nancy = _listed(two)
    assert (metz["office"], metz["schema"], metz["fault"]) == ("metz", revisions()[-1], "")
    assert nancy["megabytes"] > 0.5
    assert "obligatoire" in colmar["fault"]
    assert "nancy" in two.office("list")
    with two.house("metz") as house, house.database.begin() as session:
        session.execute(text("ALTER TABLE complaint NO FORCE ROW LEVEL SECURITY"))
    assert _listed(two)[1]["fault"] == "sans cloison : complaint"
    with two.house("metz") as house, house.database.begin() as session:
        session.execute(text("ALTER TABLE complaint FORCE ROW LEVEL SECURITY"))
    two.file("colmar").unlink()


def _listed(machine: Machine) -> list[dict]:
    return json.loads(machine.office("list", "--json"))


@pytest.mark.parametrize("name", ["Nancy", "2rives", "a-b", "x; DROP", "é", "", "a" * 41])
def test_a_name_is_safe_everywhere(machine, name):
    with pytest.raises(OfficeTrouble, match="ne peut pas nommer"):
        machine.office("add", name)
    assert list(machine.folder.iterdir()) == []


def test_a_name_is_taken_once(two, tmp_path):
    with pytest.raises(Exception, match="existe déjà"):
        two.office("add", "nancy")
    elsewhere = Machine(tmp_path / "ailleurs", two.admin_url)
    with pytest.raises(OfficeTrouble, match="connaît déjà"):
        elsewhere.office("add", "nancy")
    assert two.complaint("nancy")


def test_what_is_begun_and_fails_leaves_nothing(machine):
    (machine.folder / "vosges").write_text("a file where the folder of secrets should be")
    with pytest.raises(FileExistsError):
        machine.office("add", "vosges")
    assert not machine.file("vosges").exists()


def test_an_address_that_is_no_postgresql_is_said(machine):
    for url in ("sqlite:///x.db", "nonsense", "postgresql://127.0.0.1:1/x"):
        with pytest.raises(OfficeTrouble, match="PostgreSQL"):
            Machine(machine.folder, url).office("add", "nancy")


def test_an_administrator_need_not_be_a_superuser(machine, postgresql, tmp_path):
    database = make_url(machine.admin_url).database
    engine = create_engine(machine.admin_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE keeper LOGIN CREATEROLE")
        connection.exec_driver_sql(f"ALTER DATABASE {database} OWNER TO keeper")
    keeper = machine.admin_url.replace("//doleances@", "//keeper@")
    modest = Machine(tmp_path, keeper)
    modest.office("add", "vosges")
    modest.complaint("vosges")
    with (
        psycopg.connect(keeper.replace("+psycopg", "")) as line,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        line.execute("SELECT * FROM office_vosges.complaint")
    modest.office("remove", "vosges", "--backup", str(tmp_path / "b"), typed="vosges\n")
    assert "office_vosges" not in machine.roles()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {database} OWNER TO doleances")
        connection.exec_driver_sql("DROP OWNED BY keeper CASCADE")
        connection.exec_driver_sql("DROP ROLE keeper")


def test_only_the_written_password_opens(two):
    """The fixture's server trusts everybody: not these two, here."""
    url = make_url(two.settings("nancy").database.url)
    with psycopg.connect(two.admin_url.replace("+psycopg", "")) as line:
        [[told]] = line.execute("SHOW hba_file").fetchall()
        rules = Path(told).read_text()
        Path(told).write_text(f"host all office_nancy,office_metz all scram-sha-256\n{rules}")
        try:
            line.execute("SELECT pg_reload_conf()")
            line.commit()
            wrong = url.set(password="autre-chose").render_as_string(hide_password=False)
            with pytest.raises(OfficeTrouble, match="authentication"):
                _until_refused(wrong)
            assert (
                offices.standing(url.render_as_string(hide_password=False)).version
                == revisions()[-1]
            )
        finally:
            Path(told).write_text(rules)
            line.execute("SELECT pg_reload_conf()")


def _until_refused(url: str) -> None:
    """The server takes a moment to read its rules."""
    for _ in range(100):
        offices.standing(url)
        sleep(0.05)


# Backup, restoration and removal of one of several.


def test_one_office_goes_back_to_its_backup_and_the_other_is_not_touched(two, tmp_path):
    two.complaint("metz")
    two.complaint("nancy")
    before = {name: _mark(two, name) for name in ("nancy", "metz")}
    saved = tmp_path / "nancy.tar.gz"
    two.run("--config", str(two.file("nancy")), "backup", str(saved))
    two.complaint("nancy")
    two.complaint("metz")
    later = _mark(two, "metz")

    done = two.office("remove", "nancy", "--backup", str(tmp_path / "derniere"), typed="nancy\n")
    assert "Sauvegarde écrite et relue" in done
    assert two.roles() == ["office_metz"]
    assert not two.file("nancy").exists()

    two.office("add", "nancy")
    two.run("--config", str(two.file("nancy")), "restore", str(saved))
    assert _mark(two, "nancy") == before["nancy"]
    assert _mark(two, "metz") == later
    assert two.complaint("nancy") == f"REC-2026-{_entries(two, 'nancy'):04}"  # the series goes on
    assert _listed(two)[1]["fault"] == ""


def _mark(machine: Machine, name: str) -> str:
    with machine.house(name) as house, house.database.engine.connect() as connection:
        return fingerprint(connection)


def test_an_office_moves_in_from_its_file_and_out_again(machine, tmp_path):
    machine.office("add", "vosges")
    url = machine.settings("vosges").database.url
    alone = tmp_path / "seul.toml"
    alone.write_text(machine.file("vosges").read_text().replace(url, "sqlite:///seul.db"))
    house = House(load(alone, {}), lambda: NOON)
    Case(house.database, house.settings, NOON)
    with house.database.engine.connect() as connection:
        before = fingerprint(connection)
    house.close()
    alone = alone.rename(tmp_path / "seul")

    machine.run("--config", str(alone), "move", url)
    assert _mark(machine, "vosges") == before
    back = f"sqlite:///{tmp_path}/retour.db"
    machine.run("--config", str(machine.file("vosges")), "move", back)
    returned = open_database(back)
    with returned.engine.connect() as connection:
        assert fingerprint(connection) == before
    returned.close()
    with pytest.raises(copying.CopyTrouble, match="contient déjà"):
        machine.run("--config", str(alone), "move", url)
    machine.office("remove", "vosges", "--backup", str(tmp_path / "b"), typed="vosges\n")


def test_nothing_is_removed_unless_its_name_is_typed(two, tmp_path):
    two.complaint("nancy")
    with pytest.raises(Exception, match="rien n’a été supprimé"):
        two.office("remove", "nancy", "--backup", str(tmp_path / "b"), typed="metz\n")
    with pytest.raises(Exception, match="n’en écrase pas"):
        two.office("remove", "nancy", "--backup", str(tmp_path / "b"), typed="nancy\n")
    assert two.complaint("nancy")


def test_nothing_is_removed_without_a_backup_that_can_be_read(two, tmp_path, monkeypatch):
    def unreadable(packed: Path) -> None:
        raise backups.BackupTrouble("La sauvegarde est abîmée")

    monkeypatch.setattr(backups, "_proved", unreadable)
    with pytest.raises(backups.BackupTrouble):
        two.office("remove", "nancy", "--backup", str(tmp_path / "b"), typed="nancy\n")
    assert two.roles() == ["office_metz", "office_nancy"]


def test_nothing_is_removed_while_its_service_runs(two, tmp_path, monkeypatch):
    monkeypatch.setattr(offices, "_LOOKS", 2)
    with (
        two.house("nancy") as house,
        house.database.engine.connect(),
        pytest.raises(OfficeTrouble, match="tourne encore"),
    ):
        offices.drop(two.admin_url, "nancy")
    assert "office_nancy" in two.roles()


def test_nothing_is_removed_that_is_not_in_the_backup(two):
    with two.house("nancy") as house, house.database.engine.connect() as connection:
        held = copying.contents(connection)
    two.complaint("nancy")
    with pytest.raises(OfficeTrouble, match="a changé depuis"):
        offices.drop(two.admin_url, "nancy", held)
    assert two.complaint("nancy")


def test_another_offices_settings_remove_nothing(two, tmp_path):
    two.file("colmar").write_text(two.file("metz").read_text())
    with pytest.raises(Exception, match="ne mène pas au schéma"):
        two.office("remove", "colmar", "--backup", str(tmp_path / "b"), typed="colmar\n")
    two.file("colmar").unlink()


# What is learnt in one office stays there.


def test_what_one_office_decides_changes_no_model_but_its_own(two, model, part, monkeypatch):
    monkeypatch.setattr(retraining, "load", lambda: list(part))
    monkeypatch.setattr(retraining, "load_frozen", list)
    for name in ("nancy", "metz"):
        Shelf(two.settings(name).triage.models).put(model)
    before = {path: path.read_bytes() for path in _models(two, "metz")}
    with two.house("nancy") as house:
        decided(house, REPROACH, Label.COMPLAINT, 1)
        decided(house, NOTHING, Label.SERVICE, 2)
        outcome = retraining.retrain(house, "deux décisions")
        assert outcome
        assert outcome.lessons >= 2
    assert len(_models(two, "nancy")) > len(before)
    assert {path: path.read_bytes() for path in _models(two, "metz")} == before
    with two.house("metz") as house:
        assert house.model.version == model.version


def _models(machine: Machine, name: str) -> list[Path]:
    return sorted(machine.settings(name).triage.models.iterdir())
