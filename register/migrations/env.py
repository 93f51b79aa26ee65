"""Run by Alembic: migrate over the connection that ``register.migrations.upgrade`` hands in."""

from typing import Literal

from alembic import context

from register.migrations import is_table
from register.model import Table
from register.moment import Moment


def _render(kind: str, item: object, _: object) -> str | Literal[False]:
    """A migration must not change when our own types do: write the database's type."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    render_item=_render,
    include_name=is_table,
)
context.run_migrations()
