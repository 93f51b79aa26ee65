"""Ask the office's mailboxes whether letters left of which nobody knows it."""

from contextlib import ExitStack

from daemon.house import House
from register import outbox


def prove(house: House) -> int:
    """Look for the copies of uncertain letters; count those found. The mailboxes are opened only
    where there is such a letter. Raises ``MailboxTrouble``: one that is silent proves no absence.
    """
    with house.database.read() as session:
        if not outbox.uncertain(session):
            return 0
    with ExitStack() as stack:
        opened = [stack.enter_context(mailbox.open()) for mailbox in house.mailboxes]
        folders = [folder for mailbox in opened for folder in mailbox.folders()]
        return house.round.prove(lambda name: any(folder.holds(name) for folder in folders))
