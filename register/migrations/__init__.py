"""The history of the schema: each change carries the data of those who have used the one before."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from config.trouble import Trouble

_LOCK = 0x0D01EA  # any number that is ours: two daemons must not migrate at once


class Newer(Trouble):
    """La base vient d’un programme plus récent : rien n’a été changé. Installez la version qui l’a écrite, ou remettez en place une sauvegarde d’avant."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to its newest form, or an older one, in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = _config()
    config.attributes["connection"] = connection
    history = ScriptDirectory.from_config(config)
    wanted = history.get_revision(revision)
    current = MigrationContext.configure(connection).get_current_revision()
    if current and current not in {known.revision for known in history.walk_revisions()}:
        raise Newer
    if current != wanted.revision:
        command.upgrade(config, revision)


def is_table(name: str | None, kind: str, _: object) -> bool:
    """For Alembic's comparison: the indexes of search are kept by the database itself, not by
    ``register.model``.
    """
    return kind != "table" or "_search" not in (name or "")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
