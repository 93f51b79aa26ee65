"""The tables that the migrations make are those that the code believes in."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from register.database import DatabaseTrouble, open_database
from register.model import Table


def test_migrations_and_models_agree(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
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
