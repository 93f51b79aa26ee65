"""One bad mail stops nothing (DESIGN §3.3); collecting and sorting may be repeated for ever."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest

from classifier.preparing import Prepared
from classifier.triage import Triage
from daemon.judging import Judge
from daemon.steps import collect
from daemon.steps import sort as sort_step
from ingest.mail import Cursor, RawMail, Role
from ingest.reader import Received, Unread, receive
from ingest.screening import Own
from register import mailboxes, messages
from register.messages import Wanted
from register.model import Message, Place
from tests.arrivals import DOUBT
from tests.builders import a_mail, raw
from tests.conftest import NOON


@dataclass
class Mailbox:
    """A folder held in memory; breaks after so many batches if told to."""

    mails: list[bytes]
    uidvalidity: int = 1
    breaks_after: int | None = None
    name: str = "contact"
    folder: str = "INBOX"
    role: Role = Role.INBOX
    asked: list[Cursor | None] = field(default_factory=list)

    def since(
        self, cursor: Cursor | None, starts_on: date | None = None
    ) -> Iterator[list[RawMail]]:
        self.asked.append(cursor)
        last = cursor.uid if cursor and cursor.uidvalidity == self.uidvalidity else 0
        for n, data in enumerate(self.mails[last:], last + 1):
            if self.breaks_after is not None and n > self.breaks_after:
                raise ConnectionError("cut")
            yield [raw(data, n, NOON, self.uidvalidity)]


class Model:
    """Says the same of every mail, and fails on those that say "poison"."""

    version = "test"

    def classify_prepared(self, mails: Sequence[Prepared]) -> list[Triage]:
        if any("poison" in one.judged.text for one in mails):
            raise ValueError("poison")
        return [DOUBT for _ in mails]


def judge(model: Model) -> Judge:
    def here(mails: Sequence[bytes]) -> list[Received | Unread]:
        return [receive(data, Own(frozenset(), "")) for data in mails]

    return Judge(model, here)  # type: ignore[arg-type]


def sort(database, settings, now) -> int:
    return sort_step(database, judge(Model()), settings, now)


def places(database) -> list[str]:
    with database.read() as session:
        return [row.place for row in reversed(messages.listing(session, Wanted()).rows)]


def test_a_cut_line_loses_nothing(database, now):
    mailbox = Mailbox([a_mail(f"N° {n}") for n in range(5)], breaks_after=3)
    with pytest.raises(ConnectionError):
        collect(database, mailbox, now)
    mailbox.breaks_after = None
    assert collect(database, mailbox, now) == 2
    assert mailbox.asked == [Cursor(0, 0), Cursor(1, 3)]
    assert collect(database, mailbox, now) == 0


def test_a_poisonous_mail_is_before_a_person_and_the_others_are_sorted(database, settings, now):
    mails = [a_mail("un"), a_mail("poison"), a_mail("deux")]
    collect(database, Mailbox(mails), now)
    assert sort(database, settings, now) == 3
    assert places(database) == [Place.QUEUE, Place.QUARANTINE, Place.QUEUE]
    with database.read() as session:
        [poison] = messages.listing(session, Wanted(place=Place.QUARANTINE)).rows
        assert poison.trouble
        assert messages.original(session, poison.id).data == mails[1]
    assert sort(database, settings, now) == 0


def test_what_is_no_mail_is_before_a_person(database, settings, now):
    collect(database, Mailbox([bytes(range(1, 256)) * 9]), now)
    sort(database, settings, now)
    assert places(database) == [Place.QUARANTINE]


def test_what_was_too_large_says_who_wrote_it(database, settings, now):
    head = a_mail("x" * 100, "Photos du sinistre")
    with database.begin() as session:
        large = RawMail("contact", "INBOX", Cursor(1, 1), now, head, 90_000_000, truncated=True)
        mailboxes.keep(session, [large], now)
    sort(database, settings, now)
    with database.read() as session:
        [row] = session.query(Message)
    assert (row.place, row.subject) == (Place.QUARANTINE, "Photos du sinistre")
    assert "plus grand" in row.trouble


def test_two_daemons_sort_each_message_once(database, settings, now):
    collect(database, Mailbox([a_mail(f"N° {n}") for n in range(4)]), now)

    class Meanwhile(Model):
        def classify_prepared(self, mails: Sequence[Prepared]) -> list[Triage]:
            sort(database, settings, now)  # the other daemon is faster
            return super().classify_prepared(mails)

    sort_step(database, judge(Meanwhile()), settings, now)
    assert places(database) == [Place.QUEUE] * 4
    with database.read() as session:
        assert [row.version for row in session.query(Message)] == [1] * 4
