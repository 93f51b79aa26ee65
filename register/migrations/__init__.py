"""The history of the schema: each change carries the data of those who have used the one before."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_LOCK = 0x0D01EA  # any number that is ours: two daemons must not migrate at once


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to its newest form, or an older one, in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    wanted = ScriptDirectory.from_config(config).get_revision(revision)
    if MigrationContext.configure(connection).get_current_revision() != wanted.revision:
        command.upgrade(config, revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
