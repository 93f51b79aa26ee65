"""The history of the schema: each change carries the data of those who have used the one before."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from config.trouble import Trouble
from register.turn import lock_key
from register.wall import build_wall

_HERE = Path(__file__).parent


class Newer(Trouble):
    """La base vient d’un programme plus récent : rien n’a été changé. Installez la version qui l’a écrite, ou remettez en place une sauvegarde d’avant."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to its newest form, or an older one, in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        # Two daemons must not migrate at once.
        key = {"key": lock_key(connection, "migrate")}
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)
    known, current = revisions(), _current(connection)
    if current and current not in known:
        raise Newer
    if current != (known[-1] if revision == "head" else revision):
        _change(connection, revision)
        build_wall(connection)


def revisions() -> list[str]:
    """Every form of the schema, the newest last, as the files are named."""
    return sorted(path.name[:4] for path in (_HERE / "versions").glob("[0-9]*.py"))


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _change(connection: Connection, revision: str) -> None:
    # Here only: nearly every start finds the schema as it should be, and Alembic takes time and memory.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def is_table(name: str | None, kind: str, _: object) -> bool:
    """For Alembic's comparison: the indexes of search are kept by the database itself, not by
    ``register.model``.
    """
    return kind != "table" or "_search" not in (name or "")
