"""Speed of the journey's first half, as ratios against a bare reading in the same run.

Mails lie in a real Dovecot. The reference is imapclient alone fetching the same folder; beside it: fetching and
keeping (collect), and reading, judging and placing what was kept (sort).
"""

import logging
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from classifier.shelf import default_directory, ready
from config.load import load
from config.write import settings_file
from daemon.steps import Sorter, collect
from ingest.imap import ImapMailbox
from ingest.screening import Own
from register.database import open_database
from tests.builders import a_mail
from tests.e2e.office import PASSWORD, USER, mailbox_of
from tests.servers.dovecot import Dovecot

MAILS = 2000
TEXT = (
    "Bonjour, je vous relance au sujet de mon dossier auto n° AB-{n}. Deux mois sans réponse. " * 12
)


def main() -> None:
    logging.disable()
    with tempfile.TemporaryDirectory() as folder, Dovecot() as dovecot:
        dovecot.drop(USER, [a_mail(TEXT.format(n=n), f"Dossier {n}") for n in range(MAILS)])
        config = Path(folder) / "doleances.toml"
        values = mailbox_of(dovecot) | {"mailbox.0.password": PASSWORD}
        config.write_text(settings_file(values), encoding="utf-8")
        settings = load(config, {})
        box = ImapMailbox(settings.mailbox[0], "INBOX")
        database = open_database(settings.database.url)
        sorter = Sorter(ready(default_directory(), print), settings, Own(frozenset(), ""))
        now = datetime.now(UTC)

        started = perf_counter()
        fetched = sum(len(batch) for batch in box.since(None))
        bare = perf_counter() - started
        started = perf_counter()
        collect(database, box, now)
        kept = perf_counter() - started
        started = perf_counter()
        while sorter.sort(database, now):
            pass
        placed = perf_counter() - started
        database.close()
    assert fetched == MAILS
    print(f"fetch alone     {MAILS / bare:8.0f} mails/s   1.0")
    print(f"collect         {MAILS / kept:8.0f} mails/s   {kept / bare:.1f} times the fetch")
    print(f"sort            {MAILS / placed:8.0f} mails/s   {placed / bare:.1f} times the fetch")


if __name__ == "__main__":
    main()
