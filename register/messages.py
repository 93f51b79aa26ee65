"""Messages: who wrote what, what waits, and where each of them is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from sqlalchemy import ScalarSelect, func, select, update
from sqlalchemy.orm import undefer

from ingest.mail import Mail
from register import search
from register.database import Session
from register.model import Message, Place
from register.search import Page, View

EXCERPT = 240
SEARCHED = 20_000  # characters of a mail that can be searched
AT_ONCE = 30_000_000  # bytes of originals read in one go


def describe(message: Message, mail: Mail) -> None:
    """Write who wrote what onto a message's row: what lists, searches and threads need."""
    message.message_id, message.references = mail.message_id, list(mail.references)
    message.sender_name, message.sender_email = mail.sender.name, mail.sender.email
    message.subject, message.sent_at = mail.subject, mail.sent_at
    message.excerpt = " ".join((mail.new_text or mail.text).split())[:EXCERPT]
    message.text = (mail.new_text or mail.text)[:SEARCHED]


def unsorted(session: Session, limit: int) -> list[Message]:
    """The oldest messages that have no place yet, no more at once than fit into the memory."""
    sizes = session.execute(
        select(Message.id, Message.size)
        .where(Message.place == Place.UNSORTED)
        .order_by(Message.id)
        .limit(limit)
    ).all()
    held = accumulate(size for _, size in sizes)
    ids = [
        row.id
        for row, total in zip(sizes, held, strict=True)
        if total <= max(AT_ONCE, sizes[0].size)
    ]
    query = select(Message).where(Message.id.in_(ids), Message.place == Place.UNSORTED)
    return list(session.scalars(query.order_by(Message.id).options(undefer(Message.data))))


def claim_unsorted(session: Session, ids: Iterable[int]) -> list[Message]:
    """Take messages for sorting, those that nobody else has sorted meanwhile, oldest first."""
    taken = session.scalars(
        update(Message)
        .where(Message.id.in_(list(ids)), Message.place == Place.UNSORTED)
        .values(version=Message.version + 1)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    ).all()
    query = select(Message).where(Message.id.in_(taken)).order_by(Message.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def filed_unseen(session: Session, since: datetime, after: int, limit: int) -> list[Message]:
    """Messages that no person has seen, received since a moment, in the order of their ids."""
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.place == Place.FILED,
                Message.decided_at.is_(None),
                Message.received_at >= since,
                Message.id > after,
            )
            .order_by(Message.id)
            .limit(limit)
            .options(undefer(Message.data))
        )
    )


def original(session: Session, message_id: int) -> Message | None:
    """A message with its bytes."""
    return session.get(Message, message_id, options=[undefer(Message.data)], populate_existing=True)


def from_sender(session: Session, row: Message, limit: int) -> list[Message]:
    """The latest other mails of whoever wrote this one."""
    if not row.sender_email:
        return []
    query = select(Message).where(Message.sender_email == row.sender_email, Message.id != row.id)
    return list(session.scalars(query.order_by(-Message.id).limit(limit)))


@dataclass(frozen=True)
class Wanted:
    """A look at messages: everything is listed and searchable (DESIGN §3.4). ``after``: of the page
    before.
    """

    place: str = ""
    label: str = ""
    words: str = ""
    after: str = ""
    limit: int = 50


def listing(session: Session, wanted: Wanted) -> Page[Message]:
    """Newest first or, where words are looked for, as ``register.search`` has it."""
    said = {Message.place: wanted.place, Message.label: wanted.label}
    filters = [name == value for name, value in said.items() if value]
    view = View(wanted.words, filters, after=wanted.after, limit=wanted.limit)
    return search.page(session, Message, view)


def named(session: Session, ids: Sequence[int]) -> list[Message]:
    """The messages of some ids, newest first."""
    query = select(Message).where(Message.id.in_(ids)).order_by(Message.id.desc())
    return list(session.scalars(query))


def counts(session: Session) -> dict[str, int]:
    """How many messages are in each place; every place is named."""
    found = session.execute(select(Message.place, func.count()).group_by(Message.place))
    return {place.value: 0 for place in Place} | {row[0]: row[1] for row in found}


def counts_up_to(session: Session, most: int) -> dict[str, int]:
    """The same where nobody needs a large number to the unit: no place is counted further than
    ``most`` and one, so that the cost does not grow with the mail.
    """

    def counted(place: Place) -> ScalarSelect[int]:
        some = select(Message.id).where(Message.place == place).limit(most + 1).subquery()
        return select(func.count()).select_from(some).scalar_subquery()

    row = session.execute(select(*map(counted, Place))).one()
    return dict(zip(map(str, Place), row, strict=True))


def by_message_id(session: Session, name: str) -> Message | None:
    """The first message that bears a Message-ID."""
    query = select(Message).where(Message.message_id == name).order_by(Message.id).limit(1)
    return session.scalar(query)


def with_digest(session: Session, digest: str) -> Message | None:
    """The message of these very bytes (SHA-256, hex)."""
    return session.scalar(select(Message).where(Message.digest == digest))
