"""Four daemons on one PostgreSQL, killed at random: nothing doubled, nothing lost (DESIGN §4)."""

import random
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select

from register.database import Database, open_database
from register.model import Location, Message, Place
from tests.builders import a_mail
from tests.e2e.office import USER, Office, mailbox_of, until
from tests.servers.dovecot import Dovecot

DAEMONS, MAILS, KILLS = 4, 200, 8


def count(database: Database, table: type, *where: object) -> int:
    with database.read() as session:
        query = select(func.count()).select_from(table).where(*where)  # type: ignore[arg-type]
        return session.scalar(query) or 0


def test_four_daemons_share_the_work_while_any_is_killed(tmp_path: Path, postgresql) -> None:
    chance = random.Random(20261123)
    url = postgresql.url(postgresql.create_database())
    database = open_database(url)
    with Dovecot() as dovecot, ExitStack() as running:
        values = mailbox_of(dovecot) | {"database.url": url}
        office = Office(tmp_path, values)
        daemons = {}

        def start(n: int) -> None:
            daemons[n] = running.enter_context(office.daemon("--only", "collect", "--only", "sort"))

        for n in range(DAEMONS):
            start(n)
        marks = sorted(chance.sample(range(10, MAILS - 10), KILLS))
        delivered = 0
        for mark in [*marks, MAILS]:
            while delivered < mark:
                size = min(20, mark - delivered)
                dovecot.drop(USER, [mail(delivered + k) for k in range(size)])
                delivered += size
            until(lambda mark=mark: count(database, Location) >= mark - 20)
            if mark < MAILS:
                n = chance.randrange(DAEMONS)
                daemons[n].kill()
                daemons[n].wait()
                start(n)
        until(lambda: count(database, Location) == MAILS)
        until(lambda: count(database, Message, Message.place == Place.UNSORTED) == 0)
    assert count(database, Message) == MAILS
    with database.read() as session:
        subjects = session.scalar(select(func.count(Message.subject.distinct())))
    assert subjects == MAILS
    database.close()


def mail(n: int) -> bytes:
    return a_mail(
        f"Message numéro {n}.", f"N° {n}", f"c{n}@x.example", Message_ID=f"<{n}@x.example>"
    )
