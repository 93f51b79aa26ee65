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
            row.text, row.place = f"100 % dossier_{row.id}x", Place.FILED
    with database.read() as session:
        first = messages.listing(session, Wanted(limit=10))
        rest = messages.listing(session, Wanted(limit=50, after=first.after))
        assert len({row.id for row in first.rows + rest.rows}) == 25
        assert (len(first.rows), rest.after) == (10, "")
        assert len(messages.listing(session, Wanted(words="dossier_3x 100")).rows) == 1
        assert messages.listing(session, Wanted(words="dossierx3")).rows == []  # _ is no wildcard
        assert messages.listing(session, Wanted(place=Place.QUEUE)).rows == []
        every = dict.fromkeys(map(str, Place), 0)
        assert messages.counts(session) == every | {"filed": 25}
        assert messages.counts_up_to(session, 25) == every | {"filed": 25}
        assert messages.counts_up_to(session, 10) == every | {"filed": 11}  # ten and more
