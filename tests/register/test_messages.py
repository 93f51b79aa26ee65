"""Every message is listed and searchable (DESIGN §3.4)."""

from datetime import timedelta

from register import mailboxes, messages
from register.messages import Wanted
from register.model import Message, Place
from tests.builders import a_mail, raw


def test_everything_is_listed_page_by_page_and_searchable(database, now):
    for n in range(25):
        with database.begin() as session:
            mail = raw(a_mail(f"N° {n}"), n + 1, now)
            mailboxes.keep(session, [mail], now + timedelta(minutes=n))
    with database.begin() as session:
        for row in session.query(Message):
            row.words, row.place = f"100 % dossier_{row.id}", Place.FILED
    with database.read() as session:
        first = messages.listing(session, Wanted(limit=10))
        rest = messages.listing(session, Wanted(limit=50, before=first[-1].id))
        assert len(first + rest) == len({row.id for row in first + rest}) == 25
        assert len(messages.listing(session, Wanted(words="dossier_3 100"))) == 1
        assert messages.listing(session, Wanted(words="dossierx3")) == []  # _ is no wildcard
        assert messages.listing(session, Wanted(place=Place.QUEUE)) == []
