"""What the rest of the house expects of any source of mail."""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from config.trouble import Trouble
from ingest.mail import Cursor, RawMail, Role


class Mailbox(Protocol):
    """One folder of one mailbox, to be read and never changed."""

    @property
    def name(self) -> str:
        """Of the mailbox, as the settings call it."""

    @property
    def folder(self) -> str: ...

    @property
    def role(self) -> Role: ...

    def since(
        self, cursor: Cursor | None, starts_on: date | None = None
    ) -> Iterator[list[RawMail]]:
        """Yield the mails after ``cursor`` in batches, oldest first, leaving them unread.

        Mails that arrived before ``starts_on`` are none of ours. A cursor of another UIDVALIDITY
        counts as none. Raises ``MailboxTrouble``.
        """


class MailboxTrouble(Trouble):
    """The mailbox could not be read: what happened, and what to do about it, in French."""
