"""What law and supervisors ask beyond the procedure (X-01 … X-39), clause by clause.

Clauses that other tests keep are in ``docs/conformity.md`` with those tests.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from register import complaints, findings, outbox, parties
from register.deadlines import Rules, compute
from register.model import LetterState, Notice, State
from register.parties import Named
from review import answering, closing, conduct, guard
from review.answering import Draft
from review.desk import ROBOT, Desk, Refused, Seen, Told
from tests.offices import ADVISER, CLERK, MANAGER, OFFICER, staffed
from tests.test_procedure import ANSWER, WHOLE, Case, words_of


@pytest.fixture
def office(settings):
    return staffed(settings)


@pytest.fixture
def file(database, office, now):
    return Case(database, office, now)


@pytest.mark.parametrize("quality", ["PROSPECT", "TIERS_LESE", "BENEFICIAIRE", "ANCIEN_CLIENT"])
@pytest.mark.parametrize("channel", ["COURRIER", "ENQUETE", "RESEAU_SOCIAL"])
def test_x01_anybody_may_complain_by_any_channel(database, office, now, quality, channel):
    facts = replace(WHOLE, quality=quality, channel=channel, basis="ACPR", contract_ref="")
    with database.begin() as session:
        entry = Desk(session, office, now).enter(Told(facts, now.date(), now.date()), CLERK)
        assert (entry.quality, entry.basis, entry.channel) == (quality, "ACPR", channel)


def test_x04_who_only_spoke_is_invited_to_write_and_both_days_are_kept(database, office, now):
    facts = replace(WHOLE, channel="TELEPHONE")
    with database.begin() as session:
        desk = Desk(session, office, now)
        entry = desk.enter(Told(facts, now.date(), note="Toujours pas rappelée"), CLERK)
        [acknowledgement] = outbox.of_complaint(session, entry)
        assert acknowledgement.state == LetterState.WITHHELD
        letter = conduct.write_to(desk, Seen(entry.number, 0, CLERK), "invitation", {})
        assert letter.kind == "invitation"
    with database.begin() as session:
        desk = Desk(session, office, now + timedelta(days=4))
        entry = conduct.formalised(desk, Seen(entry.number, 1, CLERK), date(2026, 11, 27))
        assert (entry.received_on, entry.written_on) == (now.date(), date(2026, 11, 27))


def test_x04_a_written_complaint_needs_no_invitation(file):
    with pytest.raises(Refused, match="déjà écrite"):
        file.does(conduct.write_to, "invitation", {})


def test_x05_the_acknowledgement_is_a_dated_trace_with_the_number(file):
    [letter] = file.post()
    text = words_of(letter)
    assert file.number in text
    assert "23 novembre 2026" in text


@pytest.mark.parametrize(
    ("changed", "aim"),
    [
        ({}, date(2026, 12, 23)),  # the matter is delay itself (M09)
        ({"motive": "M05"}, None),
        ({"motive": "M05", "second_motive": "M12"}, date(2026, 12, 23)),
        ({"motive": "M05", "gravity": 3}, date(2026, 12, 23)),
        ({"gravity": 4}, date(2026, 12, 8)),
        ({"motive": "M05", "gravity": 1}, None),
    ],
)
def test_x07_what_demands_it_is_to_be_answered_sooner(database, office, now, changed, aim):
    file = Case(database, office, now, replace(WHOLE, **changed))
    assert complaints.aim(file.entry) == aim
    assert file.entry.answer_due == date(2027, 1, 23)  # no limit moves
    told = []
    for day in ((aim or date(2026, 12, 23)) + timedelta(days=n) for n in (-7, -3)):
        with database.begin() as session:
            guard.watch(
                Desk(session, office, now.replace(year=day.year, month=day.month, day=day.day))
            )
            rows = session.scalars(select(Notice).where(Notice.key.startswith("aim "))).all()
            told.append([row.recipient for row in rows])
    assert told == [[], [ADVISER] if aim else []]


@pytest.mark.parametrize("outcome", ["EXPLICATION_DONNEE", "ACCEPTEE_TOTALEMENT", "REJETEE"])
def test_x08_every_answer_names_the_mediator(file, outcome):
    file.does(answering.draft, replace(ANSWER, outcome=outcome), by=OFFICER)
    answer = file.does(answering.sign, by=OFFICER)
    assert (answer.recourse, answer.mediator) == (True, file.office.office.mediator.name)
    sent = [words_of(data) for data in file.later(hours=1).post()]
    [told] = [text for text in sent if "virement" in text]
    for known in (file.office.office.mediator.name, file.office.office.mediator.url):
        assert known in told


def test_x09_the_mediator_opens_after_two_months_and_closes_after_a_year(file):
    limits = file.entry.deadlines["mediation"]
    assert limits == {"opens": "2027-01-24", "ends": "2027-11-23"}
    assert compute(date(2026, 11, 23), date(2026, 11, 20), Rules()).mediation_opens == date(
        2027, 1, 21
    )


def test_x12_x24_what_is_another_s_is_passed_on_and_the_client_told(file):
    file.does(conduct.redirect, "Valmeuse Assurances, service réclamations", {"why": "L’assureur"})
    entry = file.entry
    assert (entry.state, entry.redirected_to[:8]) == (State.REDIRECTED, "Valmeuse")
    assert entry.redirected_on == file.now.date()
    assert "redirect" in [letter.kind for letter in file.letters]
    assert entry.answer_due == date(2027, 1, 23)  # no clock stops


def test_x13_nobody_judges_his_own_cause(database, office, now):
    case = Case(database, office, now, replace(WHOLE, persons_concerned=(Named("Claire Weber"),)))
    assert case.entry.responsible != ADVISER
    case.does(answering.draft, ANSWER)
    answer = case.does(answering.sign, by=ADVISER)
    assert answer.signed_at is None
    answer = case.does(answering.sign, by=MANAGER)
    assert (answer.signatory, answer.second_signatory) == (ADVISER, MANAGER)


def test_x17_root_causes_come_together_over_files(database, office, now):
    for n in range(3):
        case = Case(database, office, now + timedelta(days=n))
        case.does(closing.find, closing.Found("DYSFONCTIONNEMENT", "x", cause="ORGANISATION"))
    with database.read() as session:
        assert len(findings.pending(session)) == 3
        [again] = findings.recurrences(session, now.date() + timedelta(days=3))
        assert (again.motive, again.product) == ("M09", "AUTO")


def test_x19_a_client_is_told_the_cause_and_the_new_day_of_a_late_answer(file):
    told = conduct.Told(file.now.date(), "TELEPHONE", "L’expert tarde", date(2027, 2, 10))
    file.does(conduct.inform, told)
    with file.database.read() as session:
        [kept] = complaints.rows_of(
            session, conduct.Information, conduct.Information.complaint_id == file.entry.id
        )
        assert (kept.said, kept.new_date) == ("L’expert tarde", date(2027, 2, 10))


def test_x19_a_letter_that_announces_a_new_day_leaves_it_in_the_register(file):
    said = {"done": "Relancé", "cause": "L’expert tarde", "new_date": "2027-02-10"}
    file.does(conduct.write_to, "progress", said)
    with file.database.read() as session:
        [kept] = complaints.rows_of(
            session, conduct.Information, conduct.Information.complaint_id == file.entry.id
        )
    assert (kept.said, kept.new_date) == ("Relancé", date(2027, 2, 10))
    with pytest.raises(Refused, match="ne se lit pas"):
        file.does(conduct.write_to, "progress", said | {"new_date": "bientôt"})


@pytest.mark.parametrize("competence", ["CABINET", "ASSUREUR", "PARTAGEE"])
def test_x20_who_is_to_answer_is_said(database, office, now, competence):
    entry = Case(database, office, now, replace(WHOLE, competence=competence)).entry
    assert entry.competence == competence


def test_x27_litigation_holds_the_file(file):
    file.does(conduct.litigation, date(2026, 12, 1), by=MANAGER)
    assert file.entry.held_because != ""


def test_x33_the_machine_decides_nothing_about_a_person(file):
    file.does(answering.draft, replace(ANSWER, outcome="REJETEE"))
    for act in (answering.sign, closing.none_found):
        with pytest.raises(Refused):
            file.does(act, by=ROBOT)
    with pytest.raises(Refused):
        file.does(closing.close, "", by=ROBOT)


def test_x36_no_word_of_a_mail_becomes_a_template(database, office, now):
    hostile = replace(WHOLE, subject="{{ office.name }}", contract_ref="{% raw %}")
    case = Case(database, office, now, hostile)
    [letter] = case.post()
    assert "{% raw %}" in words_of(letter)


def test_reopened_files_go_to_other_eyes(file):
    file.answered().does(conduct.reopen, "La cliente maintient sa demande")
    entry = file.entry
    assert (entry.state, entry.closed_on) == (State.REOPENED, None)
    assert entry.responsible == OFFICER
    assert entry.answer_due == date(2027, 1, 23)  # the first writing governs


def test_duplicates_are_one_file_with_the_first_clock(file):
    second = Case(file.database, file.office, file.now - timedelta(days=3))
    second.does(conduct.merge, file.number)
    assert (second.entry.state, second.entry.linked_how) == (State.MERGED, "DOUBLON")
    assert file.entry.received_on == date(2026, 11, 20)
    with file.database.read() as session:
        assert parties.of(session, file.entry).others == ()


def test_what_is_granted_and_refused_stands_apart_in_the_letter(file):
    parts = {"granted": "Les frais de mars.", "refused": "Ceux d’avril.", "x": "inconnu"}
    draft = replace(ANSWER, outcome="ACCEPTEE_PARTIELLEMENT", words=parts)
    answer = file.does(answering.draft, draft, by=OFFICER)
    assert answer.words == {"granted": "Les frais de mars.", "refused": "Ceux d’avril."}
    file.does(answering.sign, by=OFFICER)
    [text] = [words_of(data) for data in file.later(hours=1).post() if "virement" in words_of(data)]
    assert "CE QUE NOUS ACCORDONS Les frais de mars." in text
    assert "CE QUE NOUS NE POUVONS PAS ACCORDER Ceux d’avril." in text
    assert "POURQUOI" not in text


def test_what_was_submitted_and_is_written_on_is_no_longer_to_be_signed(file):
    file.does(answering.draft, ANSWER)
    file.does(answering.submit)
    assert file.entry.state == State.TO_SIGN
    file.does(answering.draft, replace(ANSWER, body="Autrement dit."))
    assert file.entry.state == State.EXAMINED
    file.does(answering.sign)
    assert file.entry.state == State.TO_SIGN


def test_an_answer_of_draft_points_is_not_signed_half(file):
    half = Draft("EXPLICATION_DONNEE", "s", "b", ("un", "deux"), frozenset({0}))
    file.does(answering.draft, half)
    with pytest.raises(Refused, match="deux"):
        file.does(answering.sign)
