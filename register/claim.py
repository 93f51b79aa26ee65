"""Compare and set: whoever changes a row says which version was seen, and comes first or not at all."""

from typing import TypeVar

from sqlalchemy import update

from config.trouble import Trouble
from register.database import Session
from register.model import Action, Complaint, Member, Message

Versioned = TypeVar("Versioned", Message, Complaint, Action, Member)


class Stale(Trouble):
    """Quelqu’un d’autre vient de modifier ceci : rien n’a été changé. Regardez, puis recommencez."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def claim(session: Session, table: type[Versioned], row_id: int, version: int) -> Versioned:
    """Take a row for changing, if it is still as it was seen. Raises ``Stale``."""
    taken = session.scalar(
        update(table)
        .where(table.id == row_id, table.version == version)
        .values(version=version + 1)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise Stale
    return session.get_one(table, row_id, populate_existing=True)
