"""Everything written can be found again, by words that are only words (DESIGN §3.4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, delete, text, update

from register import complaints, listing, mailboxes, messages, retention, search
from register.complaints import Facts, Opening
from register.database import Database, open_database
from register.deadlines import Rules, compute
from register.listing import Wanted, next_limit
from register.migrations import upgrade
from register.model import Answer, Complaint, Message, Party, Remark, State
from register.parties import Named
from register.search import View
from tests.builders import a_mail, raw
from tests.conftest import NOON

TODAY = date(2026, 11, 23)
JEANNE = Facts(
    client_name="Jeanne Émilie Mangin",
    client_email="jeanne.mangin@courriel.example",
    subject="Refus d’indemnisation d’un dégât des eaux",
    contract_ref="MRH-55-0042",
    claim_ref="SIN/2026/77",
    insurer="Mutuelle du Grand Est",
    persons_concerned=(Named("Garage Müller", "GARAGE_AGREE"),),
    third_parties=(),
)


def enter(database: Database, facts: Facts = JEANNE, note: str = "", day: date = TODAY) -> int:
    with database.begin() as session:
        limits = compute(day, day, Rules())
        return complaints.enter(session, Opening(facts, limits, None, note), "claire", NOON).id


def entries(database: Database, words: str, **more) -> list[int]:
    with database.read() as session:
        found = listing.listing(session, Wanted(words=words, **more), TODAY)
        return [row.id for row in found.rows]


def mail(database: Database, n: int, **columns) -> int:
    with database.begin() as session:
        mailboxes.keep(session, [raw(a_mail(f"N° {n}"), n, NOON)], NOON + timedelta(minutes=n))
        row = session.query(Message).order_by(Message.id.desc()).first()
        for name, value in columns.items():
            setattr(row, name, value)
        return row.id


def mails(database: Database, words: str, **more) -> list[int]:
    with database.read() as session:
        found = messages.listing(session, messages.Wanted(words=words, **more))
        return [row.id for row in found.rows]


FOUND = [
    "mangin",
    "MANGIN jeanne",
    "emilie",
    "ÉMILIE",
    "E\u0301milie",  # the accent apart from its letter
    "jean",  # begun
    "mangin jea",
    "REC-2026-0001",
    "0001",
    "jeanne.mangin@courriel.example",
    "courriel.example",
    "MRH-55-0042",
    "sin/2026/77",
    "dégât des eaux",
    "degat eaux",
    "d'indemnisation",
    "l’indemnisation".removeprefix("l’"),
    "grand est",
    "muller",
    "rappelé mardi",  # a note
    "huissier",  # a remark
    "franchise déduite",  # an answer's summary
    "coeur",
    "main d'œuvre",
    "main d'oeuvre",
]
NOT_FOUND = [
    "angin",
    "eanne",
    "mangin martin",
    "brouillon",  # an answer that was dropped
    "REC-2026-0002",
    "0042-55",
]


@pytest.fixture
def told(database: Database) -> Database:
    entry = enter(database, note="Client rappelé mardi : « main d’œuvre » trop chère, mal au cœur")
    with database.begin() as session:
        number = session.get_one(Complaint, entry).number
        session.add(Remark(about=number, said="Voir l’huissier", at=NOON, by="claire"))
        for state, summary in (("sent", "Franchise déduite"), ("dropped", "Brouillon")):
            session.add(
                Answer(
                    complaint_id=entry, state=state, summary=summary, written_by="", written_at=NOON
                )
            )
    enter(database, replace(JEANNE, client_name="Autre", **dict.fromkeys(
        ("client_email", "subject", "contract_ref", "claim_ref", "insurer"), ""),
        persons_concerned=None))  # fmt: skip
    return database


def test_what_an_entry_says_is_found_and_nothing_else(told):
    assert {words: entries(told, words) for words in FOUND} == {words: [1] for words in FOUND}
    assert [words for words in NOT_FOUND if 1 in entries(told, words)] == []
    assert entries(told, "rec-2026-00") == [2, 1]


# Words that no entry says, however they look; or only those that it does.
HOSTILE = {
    "mangin OR autre": [],
    "mangin AND jeanne": [],
    "NOT autre": [],
    "who:mangin": [],
    "{who}: mangin": [],
    "NEAR(mangin jeanne)": [],
    "mangin^2": [],
    "mangin | autre": [],
    "'; DROP TABLE complaint; --": [],
    "\ud800z": [],
    "مرحبا": [],
    "oeae" * 20: [],
    "a " * 5000: [],
    "mangin" * 2000: [],
    "(mangin": [1],
    "mangin:*": [1],
    "mangin & jeanne": [1],
    "mangin <-> jeanne": [1],
    "\x00mangin\x00": [1],
    '"mangin eaux"': [1],
    "%mangin_": [1],
    "mangin \\": [1],
    **{
        key: [2, 1] for key in ('"', "'", "*", "%", "_", "\\", "🦀", '"*(' * 3500)
    },  # no words at all
}


def test_words_are_never_syntax(told):
    assert {words: entries(told, words) for words in HOSTILE} == HOSTILE
    for words in ("①½ⅷ ²", "\u0301", "ﬁ", *HOSTILE):
        mails(told, words)


def test_the_index_follows_every_change(told):
    with told.begin() as session:
        entry = session.get_one(Complaint, 1)
        complaints.amend(
            session, entry, replace(JEANNE, client_name="Zoé Lux", persons_concerned=())
        )
        session.execute(delete(Remark))
        session.execute(update(Answer).where(Answer.state == "sent").values(summary="Accord"))
    for gone in ("jeanne emilie", "muller", "huissier", "franchise"):
        assert entries(told, gone) == []
    for there in ("zoe lux", "accord", "eaux"):
        assert entries(told, there) == [1]
    with told.begin() as session:
        session.execute(update(Party).values(name="personne"))
        session.execute(delete(Answer))
        session.add(Party(complaint_id=2, aimed=True, name="Expert Durand"))
    assert (entries(told, "durand"), entries(told, "accord")) == ([2], [])
    with told.begin() as session:
        session.execute(delete(Party))
        session.execute(delete(Complaint).where(Complaint.id == 2))
    assert (entries(told, "durand"), entries(told, "autre")) == ([], [])


def test_what_was_erased_cannot_be_found(told):
    message = mail(
        told, 1, subject="Colère", sender_name="Jeanne Mangin", text="fuite", read_text="scan"
    )
    assert [mails(told, one) for one in ("colere", "mangin", "fuite", "scan")] == [[message]] * 4
    with told.begin() as session:
        session.get_one(Message, message).complaint_id = 1
        retention.erase_complaint(session, session.get_one(Complaint, 1), TODAY)
    for words in (*FOUND, "rec"):
        assert 1 not in entries(told, words)
    assert [mails(told, one) for one in ("colere", "mangin", "fuite", "scan")] == [[]] * 4


def test_an_erased_mail_is_out_whatever_it_still_says(database):
    message = mail(database, 1, subject="Colère")
    with database.begin() as session:
        session.execute(update(Message).values(erased_on=TODAY))
    assert mails(database, "colere") == []
    with database.begin() as session:
        session.execute(update(Message).values(subject="Joie"))
        session.execute(update(Message).values(erased_on=None))
    assert (mails(database, "joie"), mails(database, "colere")) == ([message], [])
    with database.begin() as session:
        session.execute(text("DELETE FROM location"))
        session.execute(delete(Message))
    assert mails(database, "joie") == []


def test_names_come_before_headings_before_texts_and_then_the_newest(database):
    texts = [
        {"sender_name": "Paul", "subject": "Bonjour", "text": "la tempête"},
        {"sender_name": "Paul", "subject": "La tempête", "text": ""},
        {"sender_name": "Tempête SARL", "subject": "Devis", "text": ""},
        {"sender_name": "Paul", "subject": "Tempête", "text": "tempête tempête"},
        {"sender_name": "Paul", "subject": "", "text": "tempête " * 50},
        {"sender_name": "Paul Tempête", "subject": "tempête", "text": "tempête"},
    ]
    for n, columns in enumerate(texts, 1):
        mail(database, n, **columns)
    assert mails(database, "tempête") == [6, 3, 4, 2, 5, 1]
    assert mails(database, "paul tempête") == [6, 4, 2, 5, 1]


@pytest.mark.parametrize("words", ["", "sinistre", "sini"])
def test_pages_hold_everything_once_in_one_order(database, words):
    for n in range(1, 24):
        subject, said = ("sinistre", "") if n % 3 else ("rien", "sinistre")
        name = "Sinistre" if n % 5 == 0 else "Paul"
        mail(database, n, sender_name=name, subject=subject, text=said)
    whole = mails(database, words, limit=100)
    assert sorted(whole) == list(range(1, 24))
    paged, after = [], ""
    with database.read() as session:
        for _ in range(30):
            wanted = messages.Wanted(words=words, after=after, limit=4)
            found = messages.listing(session, wanted)
            assert len(found.rows) <= 4
            paged += [row.id for row in found.rows]
            after = found.after
            if not after:
                break
    assert paged == whole


@pytest.mark.parametrize(
    "after", ["x", "9.1", "1", "0.-1", "0.99999999999999999999", "٣.١", "0.1;"]
)
def test_a_place_that_is_none_is_the_beginning(database, after):
    mail(database, 1, subject="un")
    assert mails(database, "", after=after) == [1]


def test_filters_and_words_together(database):
    enter(database)
    enter(database, replace(JEANNE, product="AUTO", motive="M12"), day=date(2025, 9, 1))
    enter(database, replace(JEANNE, product="MRH", motive="M12"), day=date(2025, 10, 20))
    enter(database, day=date(2024, 5, 2))
    with database.begin() as session:
        second, third = session.get_one(Complaint, 2), session.get_one(Complaint, 3)
        second.state, second.answered_on = State.ANSWERED, date(2025, 10, 1)
        session.get_one(Complaint, 4).state = State.CLOSED
        third.responsible, third.acknowledged_on = "marc@cabinet.example", date(2025, 10, 25)
    cases = {
        (): [4, 3, 2, 1],
        (("state", State.ANSWERED),): [2],
        (("responsible", "marc@cabinet.example"),): [3],
        (("product", "MRH"),): [3],
        (("motive", "M12"),): [3, 2],
        (("year", 2025),): [3, 2],
        (("year", 2026),): [1],
        (("year", 1999),): [],
        (("late", True),): [3],
        (("due_before", date(2026, 12, 4)),): [3, 1],
        (("due_before", date(2026, 12, 1)),): [3],
        (("motive", "M12"), ("product", "AUTO")): [2],
    }
    for filters, expected in cases.items():
        assert entries(database, "", **dict(filters)) == expected, filters
        assert entries(database, "mangin", **dict(filters)) == expected, filters
    assert entries(database, "martin", late=True) == []
    with database.read() as session:
        assert listing.years(session) == [2026, 2025, 2024]
        limits = [next_limit(session.get_one(Complaint, one)) for one in (1, 2, 3, 4)]
    assert limits == [("accusé", date(2026, 12, 3)), None, ("réponse", date(2025, 12, 20)), None]


def test_no_entry_no_year(database):
    with database.read() as session:
        assert listing.years(session) == []


def test_french_endings_are_one_word_where_the_database_knows_them(database):
    mail(database, 1, subject="Plusieurs réclamations refusées")
    stems = database.engine.dialect.name == "postgresql"
    assert mails(database, "réclamation refusée") == ([1] if stems else [])
    assert mails(database, "réclamati") == [1]


LONG = "mot " * 200 + "Le dégât des eaux n’est pas indemnisé. " + "fin " * 200
EXTRACTS = [
    ("Le dégât des eaux", "degat", "Le [dégât] des eaux"),
    ("Le dégât des eaux", "EAUX dég", "Le [dégât] des [eaux]"),
    ("Le dégât des eaux", "des eau", "Le dégât [des] [eaux]"),
    ("dégâts", "dégât", "[dégâts]"),
    ("Ma sœur", "soeur", "Ma [sœur]"),
    ("E\u0301mile", "emile", "[Émile]"),
    ("<b>refus</b>", "refus", "<b>[refus]</b>"),
    ("N° 12-34", "12-34", "N° [12]-[34]"),
    ("rien", "absent", "rien"),
    ("İİİİ refus", "refus", "İİİİ [refus]"),
    ("", "x", ""),
    ("texte", "", "texte"),
    ("texte", '"*(', "texte"),
]


@pytest.mark.parametrize(("words", "said", "shown"), EXTRACTS)
def test_an_extract_marks_what_was_found(words, said, shown):
    cut = search.extract(words, said)
    assert "".join(f"[{one.text}]" if one.found else one.text for one in cut) == shown


def test_an_extract_of_a_long_text_is_short_and_around_it():
    cut = search.extract(LONG, "indemnisé")
    whole = "".join(one.text for one in cut)
    assert whole.startswith("… mot") and whole.endswith("fin …")
    assert [one.text for one in cut if one.found] == ["indemnisé"]
    assert len(whole) < 230
    assert len("".join(one.text for one in search.extract("x" * 100_000, "y"))) < 230


def test_extracts_of_entries_and_mails(told):
    message = mail(
        told, 1, text="un texte ordinaire", read_text="le scan dit tempête", excerpt="un"
    )
    with told.read() as session:
        [row] = search.page(session, Complaint, View("huissier")).rows
        said = search.extracts(session, [row], "huissier")[row.id]
        assert [one.text for one in said if one.found] == ["huissier"]
        assert search.extracts(session, [row], "mangin") == {row.id: []}
        row = session.get_one(Message, message)
        assert [one.text for one in search.extract_of(row, "temp") if one.found] == ["tempête"]
        assert [one.text for one in search.extract_of(row, "autre")] == ["un"]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_was_there_before_the_index_is_found(engine, request, tmp_path):
    url = f"sqlite:///{tmp_path}/old.db"
    if engine == "postgresql":
        server = request.getfixturevalue("postgresql")
        url = server.url(server.create_database())
    before = create_engine(url)
    with before.begin() as connection:
        upgrade(connection, "0004")
        for statement in _BEFORE:
            connection.execute(text(statement), {"at": NOON, "day": TODAY.isoformat()})
    before.dispose()
    database = open_database(url)
    assert entries(database, "mangin") == [1]
    assert entries(database, "garage") == [1]
    assert entries(database, "huissier") == [1]
    assert entries(database, "accord") == [1]
    assert mails(database, "fuite") == [1]
    assert mails(database, "jeanne fu") == [1]
    database.close()


_MESSAGE = (
    "INSERT INTO message (id, digest, size, truncated, received_at, collected_at, imported, role, "
    'place, version, message_id, "references", sender_name, sender_email, subject, excerpt, words, '
    "fingerprint, screening, label, band, blind, passed_to, erased_on) VALUES ({id}, 'd{id}', 26, "
    "FALSE, :at, :at, FALSE, 'inbox', 'filed', 3, '', '[]', 'Jeanne', 'j@courriel.example', "
    "'Colère', 'Une fuite', 'jeanne j@courriel.example colere une fuite', '', '', 'service', "
    "'other', FALSE, '', {erased})"
)
_BEFORE = [
    _MESSAGE.format(id=1, erased="NULL"),
    _MESSAGE.format(id=2, erased=":day"),
    "INSERT INTO complaint (id, number, state, version, channel, client_name, client_email, "
    "received_on, sent_on, subject, contract_ref, product, service, parties_said, aimed_said, "
    "motive, language, note, ack_due, answer_due, registered_at, registered_by, deadlines, signals, "
    "gravity, sensitive) VALUES (1, 'REC-2026-0001', 'CLOTUREE', 0, 'COURRIEL', 'Jeanne Mangin', "
    "'', :day, :day, 'Refus', '', '', '', FALSE, FALSE, '', 'fr', '', :day, :day, :at, '', '{}', "
    "'[]', 2, FALSE)",
    "INSERT INTO party (complaint_id, aimed, name, role, ref, email) "
    "VALUES (1, TRUE, 'Garage', '', '', '')",
    "INSERT INTO remark (about, said, at, by) VALUES ('REC-2026-0001', 'Huissier', :at, '')",
    "INSERT INTO answer (complaint_id, state, version, outcome, summary, body, points, points_met, "
    "gesture_cents, compensation_cents, recourse, mediator, written_by, written_at, signatory, "
    "second_signatory, channel) VALUES (1, 'sent', 0, '', 'Accord', '', '[]', '[]', 0, 0, FALSE, "
    "'', '', :at, '', '', 'COURRIEL')",
]
