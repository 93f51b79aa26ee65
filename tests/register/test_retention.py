"""What has outlived its purpose goes, and nothing else; the trace and the chain stay (GDPR)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from classifier.labels import Label
from register import journal, mailboxes, person, retention
from register.model import Entry, Lesson, Message, Place, Table
from register.person import Request
from register.retention import Periods
from review import answering, closing, conduct, privacy
from review.desk import Desk, Refused
from tests.arrivals import REQUEST, arrive, decide
from tests.builders import CLIENT, a_mail, raw
from tests.offices import ADVISER, CLERK, MANAGER, OFFICER, staffed
from tests.test_procedure import Case

PERIODS = Periods(ZoneInfo("Europe/Paris"))
SECRET = "Voilà"  # a word of the client's, in every mail of ``Case``


@pytest.fixture
def office(settings):
    return staffed(settings)


@pytest.fixture
def closed(database, office, now):
    """A complaint answered by post and closed, today."""
    case = Case(database, office, now)
    said = answering.Elsewhere(now.date(), "EXPLICATION_DONNEE", "Expliqué", True, "COURRIER")
    case.does(answering.record, said)
    case.does(closing.none_found)
    case.does(closing.close, "Cliente satisfaite")
    return case


def due(database, now):
    with database.read() as session:
        return retention.due(session, PERIODS, now)


def years_later(now, years, days=0):
    return now.replace(year=now.year + years) + timedelta(days=days)


def test_a_file_is_listed_the_day_after_its_period_and_not_before(database, closed, now):
    assert due(database, years_later(now, 5)).complaints == ()
    listed = due(database, years_later(now, 5, 1))
    assert listed.complaints == ((closed.number, now.date()),)


def test_an_open_file_is_never_listed(database, office, now):
    Case(database, office, now)
    assert not due(database, years_later(now, 30)).complaints


def test_a_held_file_is_never_listed(database, closed, now):
    closed.does(conduct.hold, "contentieux", by=OFFICER)
    assert not due(database, years_later(now, 30)).complaints
    closed.does(conduct.hold, "", by=OFFICER)
    assert due(database, years_later(now, 30)).complaints


def test_a_purge_leaves_no_word_of_the_person_anywhere(database, closed, office, now):
    later = years_later(now, 6)
    with database.begin() as session:
        desk = Desk(session, office, later)
        done = privacy.purge(desk, privacy.due(desk), MANAGER)
    assert done.complaints == (closed.number,)
    assert whole_of(database).isdisjoint({"Mangin", CLIENT, SECRET, "satisfaite", "Expliqué"})
    entry = closed.entry
    assert (entry.number, entry.purged_on, entry.product) == (closed.number, later.date(), "AUTO")
    assert entry.answered_on == now.date()
    with database.read() as session:
        assert journal.verify(session)[1] == []
        certificate = session.scalars(select(Entry).where(Entry.action == "purged")).one()
        assert certificate.payload
        assert certificate.payload["digest"] == done.digest


def whole_of(database) -> set[str]:
    """Which of the telltale words stand in any column of any table."""
    words = {"Mangin", CLIENT, SECRET, "satisfaite", "Expliqué"}
    found = set()
    with database.engine.connect() as connection:
        for table in Table.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                cells = " ".join(
                    cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
                    for cell in row
                )
                found |= {word for word in words if word in cells}
    return found


def test_the_telltale_words_are_there_before(database, closed):
    assert {"Mangin", CLIENT, "satisfaite", "Expliqué"} <= whole_of(database)


def test_erased_mail_is_not_taken_in_again(database, office, now):
    data = a_mail("Bonjour, une attestation svp.")
    first = arrive(database, office, now, data, REQUEST)
    later = years_later(now, 1)
    with database.begin() as session:
        desk = Desk(session, office, later)
        privacy.purge(desk, privacy.due(desk), MANAGER)
    with database.begin() as session:
        assert session.get_one(Message, first).erased_on == later.date()
        mailboxes.keep(session, [raw(data, 99, later)], later)
    with database.read() as session:
        [row] = session.scalars(select(Message)).all()
        assert (row.place, row.data) == (Place.FILED, None)


def test_mail_to_decide_and_mail_of_files_stays(database, office, now):
    Case(database, office, now)
    arrive(database, office, now, a_mail("Toujours rien, c’est une honte."))
    assert due(database, years_later(now, 1)).messages == ()


def test_what_is_erased_is_unlearnt(database, office, now):
    message_id = arrive(database, office, now, a_mail("Une attestation svp"))
    with database.begin() as session:
        decide(session, office, now, message_id, Label.SERVICE)
        assert session.scalars(select(Lesson)).all()
    with database.begin() as session:
        desk = Desk(session, office, years_later(now, 1))
        privacy.purge(desk, privacy.due(desk), MANAGER)
        assert session.scalars(select(Lesson)).all() == []


@pytest.mark.parametrize("by", [CLERK, ADVISER, OFFICER])
def test_only_the_manager_purges(database, closed, office, now, by):
    with pytest.raises(Refused, match="habilité"), database.begin() as session:
        desk = Desk(session, office, years_later(now, 6))
        privacy.purge(desk, privacy.due(desk), by)


def test_what_is_held_between_preview_and_yes_is_left(database, closed, office, now):
    later = years_later(now, 6)
    what = due(database, later)
    closed.does(conduct.hold, "contentieux", by=OFFICER)
    with database.begin() as session:
        assert privacy.purge(Desk(session, office, later), what, MANAGER).complaints == ()
    assert closed.entry.client_name == "Jeanne Mangin"


def test_a_person_is_given_hers_and_nobody_else_s(database, closed, office, now):
    arrive(database, office, now, a_mail("Moi aussi", sender="Paul Henry <paul@x.example>"))
    with database.read() as session:
        found = person.held(session, CLIENT.upper())
        document = str(person.as_document(session, found))
    assert closed.number in document
    assert "Paul" not in document
    assert ADVISER not in document


def test_a_request_to_erase_is_granted_as_far_as_nothing_forbids(database, closed, office, now):
    loose = arrive(database, office, now, a_mail("Une attestation svp"), REQUEST)
    request = Request(CLIENT, "demande du 3 décembre", MANAGER)
    with database.begin() as session:
        done = privacy.forget(Desk(session, office, now), request)
    assert [number for number, _ in done.refused] == [closed.number]
    assert done.messages == 1
    with database.read() as session:
        assert session.get_one(Message, loose).erased_on == now.date()
        assert session.get_one(Message, closed.message_id).erased_on is None
    with database.begin() as session:
        done = privacy.forget(Desk(session, office, years_later(now, 6)), request)
    assert done.complaints == (closed.number,)
    assert closed.entry.client_name == ""
    with database.read() as session:
        assert journal.verify(session)[1] == []


def test_the_number_of_a_purged_entry_is_never_given_again(database, closed, office, now):
    with database.begin() as session:
        desk = Desk(session, office, years_later(now, 6))
        privacy.purge(desk, privacy.due(desk), MANAGER)
    assert Case(database, office, now).number == "REC-2026-0002"
