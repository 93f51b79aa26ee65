"""The tables that the migrations make are those that the code believes in."""

from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from config.staff import Colleague
from register import lessons
from register.database import DatabaseTrouble, open_database
from register.migrations import is_table, upgrade
from register.model import Account, Member, Message, Table
from register.staff import staffed
from register.statistics.machine import bot
from tests.conftest import NOON


def test_migrations_and_models_agree(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": is_table}
        )
        assert compare_metadata(context, Table.metadata) == []


def test_opening_twice_changes_nothing(database):
    url = database.engine.url.render_as_string(hide_password=False)
    open_database(url).close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////nulle/part/x.db", "n’existe pas"),
        ("sqlite:////proc/x.db", "droits du dossier"),
        ("postgresql+psycopg://u@127.0.0.1:1/x", "ne répond pas"),
        ("pas une adresse", "database.url"),
    ],
)
def test_a_database_that_cannot_be_used_is_said(url, words):
    with pytest.raises(DatabaseTrouble, match=words):
        open_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request, tmp_path):
    """A database as it was when only the first tables existed, with a decided message in it."""
    url = f"sqlite:///{tmp_path}/old.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        url = server.url(server.create_database())
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, "0001")
        connection.execute(
            text(_A_MESSAGE), {"at": NOON, "data": b"Subject: Ancien\r\n\r\nBonjour"}
        )
        connection.execute(
            text(
                "INSERT INTO decision (message_id, label, by, by_person, at) "
                "VALUES (1, 'complaint', 'claire', TRUE, :at)"
            ),
            {"at": NOON},
        )
    engine.dispose()
    return url


_A_MESSAGE = (
    "INSERT INTO message (id, digest, data, size, truncated, received_at, collected_at, imported, "
    'place, version, message_id, "references", sender_name, sender_email, subject, excerpt, words, '
    "fingerprint, screening, label, band, decided_by, decided_at) VALUES (1, 'abc', :data, 26, FALSE, "
    ":at, :at, FALSE, 'filed', 3, '', '[]', 'Jeanne', 'jeanne@courriel.example', 'Ancien', 'Bonjour', "
    "'ancien', 'empreinte', '', 'service', 'other', 'claire', :at)"
)


def test_what_was_decided_is_carried_over(old):
    database = open_database(old)
    with database.begin() as session:
        row = session.get_one(Message, 1)
        assert (row.subject, row.decided_by, row.version, row.data) == (
            "Ancien",
            "claire",
            3,
            b"Subject: Ancien\r\n\r\nBonjour",
        )
        assert row.blind is False
        assert [one.id for one in lessons.untaught(session, 0, 10)] == [1]
    database.close()


def test_decisions_of_before_are_counted_from_the_index(old):
    """What was decided under 0005 stands in the index of 0006, which the figures are counted from."""
    engine = create_engine(old)
    with engine.begin() as connection:
        upgrade(connection, "0005")
        connection.execute(text("UPDATE message SET probability = 0.9, label = 'complaint'"))
        before = connection.execute(text(_DECIDED)).all()
    engine.dispose()
    database = open_database(old)
    with database.read() as session:
        found = bot(session, (NOON - timedelta(days=1), NOON + timedelta(days=1)))
        assert session.execute(text(_DECIDED)).all() == before
        if session.get_bind().dialect.name == "sqlite":
            plan = "EXPLAIN QUERY PLAN SELECT label, probability, band FROM message WHERE decided_at > '2'"
            told = str(session.execute(text(plan)).all())
            assert "COVERING INDEX ix_message_decided_at" in told
    assert (found.judged, found.recall.count, found.precision.count) == (1, 1, 1)
    database.close()


def test_what_people_did_before_0007_stands_and_the_file_still_names_them(old, settings):
    """Nobody is kept at the desk yet: the office is the settings file's until something is settled."""
    engine = create_engine(old)
    with engine.begin() as connection:
        upgrade(connection, "0006")
        connection.execute(
            text(
                "INSERT INTO account (id, email, name, password_hash, created_at, totp_step) "
                "VALUES (1, 'claire@cabinet.example', 'Claire', 'scellé', :at, 0)"
            ),
            {"at": NOON},
        )
    engine.dispose()
    file = settings.model_copy(
        update={"staff": (Colleague(name="Claire", email="claire@cabinet.example"),)}
    )
    database = open_database(old)
    with database.begin() as session:
        assert session.get_one(Account, 1).password_hash == "scellé"
        assert session.get_one(Message, 1).decided_by == "claire"
        assert staffed(session, file) == file
        session.add(Member(email="paul@cabinet.example", settled=PAUL, left_on=None))
    with database.read() as session:
        assert [one.name for one in staffed(session, file).staff] == ["Claire", "Paul"]
    database.close()


PAUL = Colleague(name="Paul", email="paul@cabinet.example").model_dump(mode="json")
_DECIDED = "SELECT id, digest, data, label, probability, band, decided_at FROM message"
