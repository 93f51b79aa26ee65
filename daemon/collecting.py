"""Keeping up with a mailbox: read its folders, wait for news, compare all of it by night."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from threading import Event

from daemon import steps
from daemon.house import House
from daemon.loop import last_struck
from ingest.imap import ImapFolder, ImapMailbox
from ingest.mailbox import MailboxTrouble
from outbound.notice import write_notice
from outbound.postman import Uncertain, Undelivered
from register import mailboxes

log = logging.getLogger(__name__)

_MEANS = (
    "Rien n’est perdu : ce qui arrive entre-temps attend sur le serveur et sera lu à la reprise, "
    "avec sa vraie date. Mais les délais courent. Le service réessaie seul ; « doleances check » "
    "dit où en est chaque point."
)
RECONCILE_HOUR = 2  # of the office's night


def keep_up(house: House, mailbox: ImapMailbox, stop: Event) -> None:
    """Read a mailbox again and again over one connection, until ``stop`` or until it breaks.

    Raises ``MailboxTrouble``, which the pages show until the next good pass.
    """
    try:
        with mailbox.open() as opened:
            folders = opened.folders()
            while not stop.is_set():
                read(house, mailbox, folders)
                if reconciliation_due(house, mailbox):
                    make_good(house, mailbox, folders)
                opened.wait(mailbox.settings.poll_seconds, stop)
    except MailboxTrouble as trouble:
        with house.database.begin() as session:
            mailboxes.failed(session, mailbox.name, str(trouble), house.clock())
        _tell(house, mailbox)
        raise


def _tell(house: House, mailbox: ImapMailbox) -> None:
    """Say by mail, a channel that is not this mailbox, that it has not been read for a while."""
    notices, office, now = house.settings.notices, house.settings.office, house.clock()
    if not notices.to:
        return
    after = timedelta(minutes=notices.after_minutes)
    with house.database.begin() as session:
        trouble = mailboxes.to_be_told(session, mailbox.name, after, now)
    if trouble is None:
        return
    subject = f"Doléances : la boîte « {mailbox.name} » n’est plus relevée"
    notice = write_notice(office, notices.to, subject, f"{trouble}\n\n{_MEANS}", now)
    try:
        house.postman.send(office.email, notices.to, notice)
    except (Undelivered, Uncertain) as error:
        log.warning("nobody could be told that mailbox %s fails: %s", mailbox.name, error)


def read(house: House, mailbox: ImapMailbox, folders: Sequence[ImapFolder]) -> int:
    """One pass over all folders; count the new mails."""
    start = mailbox.settings.starts_on
    fresh = 0
    for folder in folders:
        fresh += steps.collect(house.database, folder, house.clock(), start)
        if mailbox.settings.after != "nothing":
            folder.settle(_kept(house, folder))
    with house.database.begin() as session:
        mailboxes.passed(session, mailbox.name, house.clock())
    return fresh


def _kept(house: House, folder: ImapFolder) -> set[int]:
    with house.database.read() as session:
        reach = mailboxes.reach(session, folder.name, folder.folder)
        validity = reach.cursor.uidvalidity if reach else 0
        return mailboxes.known_uids(session, folder.name, folder.folder, validity)


def reconciliation_due(house: House, mailbox: ImapMailbox) -> bool:
    """Every night, and at the first contact."""
    with house.database.read() as session:
        state = mailboxes.states(session).get(mailbox.name)
    last = state.reconciled_at if state else None
    night = last_struck(RECONCILE_HOUR, house.clock(), house.settings.office.zone)
    return last is None or last < night


def make_good(house: House, mailbox: ImapMailbox, folders: Sequence[ImapFolder]) -> int:
    """Compare every UID of the server with ours and fetch what is missing; count it.

    After the pass before it nothing should be missing: what is, is worth a line in the log.
    """
    missing = 0
    for folder in folders:
        with house.database.read() as session:
            reach = mailboxes.reach(session, mailbox.name, folder.folder)
        if reach is None:
            continue
        validity, there = folder.uids(reach.starts_on)
        with house.database.read() as session:
            here = mailboxes.known_uids(session, mailbox.name, folder.folder, validity)
        lacking = {uid for uid in there - here if uid <= reach.cursor.uid}
        missing += len(lacking)
        for batch in folder.these(lacking):
            steps.keep(house.database, batch, reach, house.clock())
    if missing:
        log.warning("mailbox %s: %s mails had been missing and are kept now", mailbox.name, missing)
    with house.database.begin() as session:
        mailboxes.reconciled(session, mailbox.name, missing, house.clock())
    return missing
