"""The office's procedure, clause by clause (P-00 … P-30): each test fails when its clause is broken.

The first journey of each clause stands here; its corners are tested beside the code that keeps it.
"""

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select, text

from classifier.labels import Label
from classifier.triage import Band, Reason
from config.load import SettingsTrouble, load
from config.taxonomies import NATURES
from config.write import settings_file
from outbound.deliver import Round
from outbound.postman import Undelivered
from register import answers, complaints, findings, integrity, journal, outbox, parties
from register.complaints import Facts, missing
from register.deadlines import Rules, compute
from register.lifecycle import Forbidden
from register.model import (
    ActionState,
    Answer,
    AnswerState,
    Complaint,
    Entry,
    Letter,
    LetterState,
    Message,
    Notice,
    Place,
    State,
)
from register.outbox import ACKNOWLEDGEMENT
from register.parties import Named
from review import answering, closing, conduct
from review.answering import Draft, Elsewhere
from review.closing import Found, Remedy, Step
from review.desk import ROBOT, Choice, Desk, Refused, Seen, Told
from tests.arrivals import COMPLAINT, DOUBT, REQUEST, arrive, decide
from tests.builders import CLIENT, a_mail
from tests.offices import ADVISER, CLERK, MANAGER, OFFICER, staffed

WHOLE = Facts(
    client_name="Jeanne Mangin",
    client_email=CLIENT,
    subject="Délai de remboursement",
    product="AUTO",
    third_parties=(),
    persons_concerned=(),
    motive="M09",
)
ANSWER = Draft(
    outcome="EXPLICATION_DONNEE",
    summary="Le délai vient de l’assureur ; virement fait.",
    body="Madame, votre virement est parti ce jour.",
    points=("deux mois d’attente",),
    points_met=frozenset({0}),
)


@pytest.fixture
def office(settings):
    return staffed(settings)


@pytest.fixture
def file(database, office, now):
    """One complaint of the register, entered by its adviser, and a hand to work on it."""
    case = Case(database, office, now)
    yield case
    with database.read() as session:  # whatever was done was done by the program, and shows it
        tampered = "tampered" in case.__dict__
        assert bool(list(integrity.faults(session, mails=True))) is tampered


class Case:
    """A complaint as the tests handle it: every act is one transaction by a named person."""

    def __init__(self, database, office, now, facts=WHOLE):
        self.database, self.office, self.now = database, office, now
        with database.read() as session:
            before = len(complaints.every(session))
        mail = a_mail(f"Voilà {before + 2} mois que j’attends.", Message_ID=f"<{before}@x.example>")
        message_id = arrive(database, office, now, mail)
        with database.begin() as session:
            version = session.get_one(Message, message_id).version
            choice = Choice(Label.COMPLAINT, ADVISER, version, facts)
            complaint = Desk(session, office, now).decide(message_id, choice)
            assert complaint
            self.number, self.message_id = complaint.number, message_id

    @property
    def entry(self) -> Complaint:
        with self.database.read() as session:
            found = complaints.named(session, self.number)
            assert found
            return found

    @property
    def letters(self) -> list[Letter]:
        with self.database.read() as session:
            return outbox.of_complaint(session, self.entry)

    def does(self, what, *args, by=ADVISER):
        with self.database.begin() as session:
            desk = Desk(session, self.office, self.now)
            return what(desk, Seen(self.number, self.entry.version, by), *args)

    def later(self, **passed) -> "Case":
        self.now += timedelta(**passed)
        return self

    def post(self) -> list[bytes]:
        """Send what is due; what was sent."""
        postman = Postman()
        away = Round(self.database, postman, self.office, lambda: self.now)
        while away.deliver_one():
            pass
        return postman.sent

    def answered(self, draft=ANSWER, by=ADVISER) -> "Case":
        self.does(answering.draft, draft, by=by)
        self.does(answering.sign, by=by)
        self.later(minutes=30).post()
        return self

    def journal(self) -> list[str]:
        with self.database.read() as session:
            return [line.action for line in journal.history(session, self.number)]


class Postman:
    """Takes every letter."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.sent: list[bytes] = []
        self.trouble = trouble

    def send(self, sender, recipients, data):
        if self.trouble:
            raise self.trouble
        self.sent.append(data)
        return "250 2.0.0 Ok: queued as A1"


def words_of(data: bytes) -> str:
    body = message_from_bytes(data, policy=default).get_body(("plain",))
    assert body
    return " ".join(str(body.get_content()).split())


def test_p00_the_office_stands_on_every_letter_and_must_name_a_mediator(file, tmp_path):
    [letter] = file.post()
    office = file.office.office
    for known in (office.name, office.address, office.phone, office.email):
        assert " ".join(known.split()) in words_of(letter)
    path = tmp_path / "no-mediator.toml"
    path.write_text(settings_file({}).replace("[office.mediator]", "[office.oubli]"))
    with pytest.raises(SettingsTrouble, match="mediator"):
        load(path, {})


def test_p01_no_internal_word_reaches_the_client(file):
    file.does(conduct.inform, conduct.Told(file.now.date(), "TELEPHONE", "Rappelée, fâchée"))
    file.does(closing.find, Found("MANQUEMENT", "Oubli du gestionnaire"))
    [letter] = file.post()
    for internal in ("fâchée", "Oubli", "dysfonctionnement", "M09", "97"):
        assert internal not in words_of(letter)


def test_p02_a_confirmed_mail_is_one_entry_however_often_it_arrives(database, office, now):
    case = Case(database, office, now)
    with database.read() as session:
        data = session.get_one(Message, case.message_id).data
    again = arrive(database, office, now, data + b"\r\n")
    with database.read() as session:
        assert session.get_one(Message, again).place == Place.DUPLICATE
        assert [entry.number for entry in complaints.every(session)] == [case.number]


def test_p03_an_unknown_name_is_asked_for_and_stops_the_closing(database, office, now):
    case = Case(database, office, now, replace(WHOLE, client_name=""))
    assert "nom du client" in missing(case.entry)
    case.answered().does(closing.none_found)
    with pytest.raises(Forbidden, match="nom du client"):
        case.does(closing.close, "")


def test_p03_who_writes_for_another_stands_beside_the_client(database, office, now):
    facts = replace(WHOLE, complainant="Maître Aubry", quality="MANDATAIRE_AVOCAT")
    entry = Case(database, office, now, facts).entry
    assert (entry.client_name, entry.complainant) == ("Jeanne Mangin", "Maître Aubry")


def test_p04_the_day_of_receipt_is_the_server_s_not_the_header_s(database, office, now):
    forged = a_mail(Date="Mon, 04 May 2020 09:00:00 +0200")
    message_id = arrive(database, office, now, forged)
    with database.begin() as session:
        number = decide(session, office, now, message_id, Label.COMPLAINT)
        assert number
        entry = complaints.named(session, number)
        assert entry
        assert entry.received_on == now.date()


def test_p05_object_and_coded_motive_are_two_fields_and_the_object_is_asked_for(file):
    assert (file.entry.subject, file.entry.motive) == ("Délai de remboursement", "M09")
    with file.database.begin() as session:
        Desk(session, file.office, file.now).amend(
            file.number, file.entry.version, replace(WHOLE, subject=""), ADVISER
        )
    assert missing(file.entry) == ["objet"]


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        (replace(WHOLE, product="", service="ACCUEIL"), False),
        (replace(WHOLE, product="", contract_ref="AB-1"), False),
        (replace(WHOLE, product=""), True),
    ],
)
def test_p06_contract_product_or_service_one_of_the_three(database, office, now, facts, lacks):
    entry = Case(database, office, now, facts).entry
    assert ("contrat, produit ou service" in missing(entry)) is lacks


def test_p07_nobody_else_is_said_not_left_empty(database, office, now):
    unsaid = Case(database, office, now, replace(WHOLE, third_parties=None))
    assert "intervenants" in missing(unsaid.entry)
    assert "intervenants" not in missing(Case(database, office, now, WHOLE).entry)


def test_p08_whoever_is_blamed_has_a_row_and_may_not_sign_alone(database, office, now):
    blamed = (Named("Claire Weber", "COLLABORATEUR_CONSEILLER"), Named("Cabinet d’expertise Roux"))
    case = Case(database, office, now, replace(WHOLE, persons_concerned=blamed))
    with database.read() as session:
        aimed = parties.of(session, case.entry)
        assert [one.email for one in aimed.aimed or ()] == [ADVISER, ""]
    case.does(answering.draft, ANSWER)
    case.does(answering.sign, by=ADVISER)
    assert case.later(hours=1).entry.answered_on is None
    assert [letter.kind for letter in case.letters] == [ACKNOWLEDGEMENT]
    case.does(answering.sign, by=OFFICER)
    case.later(hours=1).post()
    assert case.entry.answered_on is not None


def test_p09_ten_days_to_acknowledge_to_the_last_second(file):
    limits = compute(date(2026, 11, 23), None, Rules())
    assert file.entry.ack_due == limits.ack.operational == date(2026, 12, 3)
    file.now = file.now.replace(day=3, month=12, hour=22, minute=59, second=59)  # 23 h 59 in Paris
    file.post()
    assert file.entry.acknowledged_on == date(2026, 12, 3)


def test_p10_an_answer_in_time_stands_for_the_acknowledgement(database, office, now):
    office = office.model_copy(
        update={"procedure": office.procedure.model_copy(update={"undo_minutes": 60})}
    )
    case = Case(database, office, now)
    said = Elsewhere(now.date(), "EXPLICATION_DONNEE", "Expliqué par lettre", True, "COURRIER")
    case.does(answering.record, said)
    entry = case.entry
    assert (entry.state, entry.ack_mode, entry.acknowledged_on) == ("REPONDUE", "SANS_OBJET", None)
    assert [letter.state for letter in case.letters] == [LetterState.CANCELLED]
    assert case.later(hours=2).post() == []


def test_p11_the_date_comes_from_the_server_s_yes_and_from_nothing_else(database, office, now):
    case = Case(database, office, now)
    refusing = Postman(Undelivered("refusé", hopeless=True))
    assert Round(database, refusing, office, lambda: now).deliver_one()
    assert case.entry.acknowledged_on is None
    with database.begin() as session:
        Desk(session, office, now).release(case.letters[0].id, ADVISER)
    case.post()
    assert (case.entry.acknowledged_on, case.entry.ack_mode) == (now.date(), "AUTO")
    assert "queued as A1" in str(case.letters[0].answer)


def test_p12_nobody_s_complaint_is_nobody_s(file):
    assert file.entry.responsible == ADVISER
    with file.database.read() as session:
        due = complaints.due_before(session, date(2026, 12, 4))
        assert [entry.number for entry in due] == [file.number]


def test_p13_the_client_is_kept_informed_and_each_time_is_on_file(file):
    file.later(days=30).does(
        conduct.write_to, "progress", {"done": "L’assureur est relancé.", "remaining": "Sa réponse"}
    )
    assert [letter.kind for letter in file.letters] == [ACKNOWLEDGEMENT, "progress"]
    with file.database.read() as session:
        [told] = complaints.rows_of(
            session, conduct.Information, conduct.Information.complaint_id == file.entry.id
        )
        assert told.on == file.now.date()


def test_p14_two_months_to_answer_by_the_same_day_of_the_month(file):
    assert file.entry.answer_due == date(2027, 1, 23)
    assert compute(date(2026, 12, 31), None, Rules()).answer.operational == date(2027, 2, 28)
    file.answered()
    assert file.entry.answered_on == file.now.date()


@pytest.mark.parametrize("outcome", ["REJETEE", "ACCEPTEE_PARTIELLEMENT"])
def test_p15_a_refusal_without_the_ways_of_recourse_does_not_pass(file, outcome):
    said = Elsewhere(file.now.date(), outcome, "Refus motivé", False, "COURRIER")
    with pytest.raises(Refused, match="voies de recours"):
        file.does(answering.record, said, by=OFFICER)
    file.does(answering.record, replace(said, recourse=True), by=OFFICER)
    assert file.entry.state == State.ANSWERED


def test_p15_a_refusal_sent_from_the_desk_names_the_mediator(file):
    file.does(answering.draft, replace(ANSWER, outcome="REJETEE"), by=OFFICER)
    file.does(answering.sign, by=OFFICER)
    sent = [words_of(data) for data in file.later(hours=1).post()]
    mediator = file.office.office.mediator
    [refusal] = [text for text in sent if mediator.name in text and "virement" in text]
    for known in (mediator.postal, mediator.url):
        assert " ".join(known.split()) in refusal


def test_p16_only_the_qualified_answer(database, office, now):
    case = Case(database, office, now, replace(WHOLE, product="VIE"))
    assert case.entry.responsible == OFFICER  # not the adviser, who knows cars and homes
    case.does(answering.draft, ANSWER)
    with pytest.raises(Refused, match="qualifié"):
        case.does(answering.sign, by=ADVISER)
    case.does(answering.sign, by=OFFICER)


def test_p16_a_qualification_that_has_run_out_is_none(file):
    file.now = file.now.replace(year=2027, month=7)
    file.does(answering.draft, ANSWER)
    with pytest.raises(Refused, match="qualifié"):
        file.does(answering.sign)


@pytest.mark.parametrize(
    ("gesture", "by", "passes"),
    [(15_000, ADVISER, True), (15_100, ADVISER, False), (15_100, MANAGER, True)],
)
def test_p17_a_gesture_above_the_ceiling_wants_a_higher_signature(file, gesture, by, passes):
    given = replace(ANSWER, outcome="GESTE_COMMERCIAL", gesture_cents=gesture)
    file.does(answering.draft, given)
    if passes:
        file.does(answering.sign, by=by)
    else:
        with pytest.raises(Refused, match="plafond"):
            file.does(answering.sign, by=by)


@pytest.mark.parametrize("by", [CLERK, ROBOT])
def test_p17_neither_clerk_nor_machine_signs_or_refuses(file, by):
    file.does(answering.draft, replace(ANSWER, outcome="REJETEE"), by=CLERK)
    with pytest.raises(Refused):
        file.does(answering.sign, by=by)
    assert "signed" not in file.journal()


def test_p17_an_adviser_refuses_nothing_without_the_right(file):
    file.does(answering.draft, replace(ANSWER, outcome="REJETEE"))
    with pytest.raises(Refused, match="habilité"):
        file.does(answering.sign)


def test_p18_the_answer_its_day_and_its_words_are_kept(file):
    file.answered()
    with file.database.read() as session:
        answer = session.scalars(select(Answer)).one()
        assert (answer.state, answer.sent_on) == (AnswerState.SENT, file.now.date())
        assert answer.summary == ANSWER.summary
        letter = next(one for one in file.letters if one.answer_id == answer.id)
        kept = session.get_one(Letter, letter.id).data
    assert kept
    assert "votre virement est parti" in words_of(kept)
    with pytest.raises(Refused, match="résumez"):
        file.does(answering.record, Elsewhere(file.now.date(), "REJETEE", " ", True), by=OFFICER)


def test_p19_closing_wants_the_findings_or_a_person_s_none(file):
    file.answered()
    with pytest.raises(Forbidden, match="aucun"):
        file.does(closing.close, "")
    with pytest.raises(Refused, match="personne"):
        file.does(closing.none_found, by=ROBOT)
    file.does(closing.none_found)
    file.does(closing.close, "Cliente satisfaite")
    assert (file.entry.state, file.entry.no_findings_by) == (State.CLOSED, ADVISER)


@pytest.mark.parametrize("nature", list(NATURES))
def test_p20_three_kinds_of_findings_and_what_comes_back_is_seen(database, office, now, nature):
    cases = [
        Case(database, office, now + timedelta(days=20 * n)) for n in range(3)
    ]  # same motive, same product, within 90 days
    cases[0].does(closing.find, Found(nature, "Relances non suivies"))
    with database.read() as session:
        [finding] = findings.of_complaint(session, cases[0].entry)
        assert finding.nature == nature
        [again] = findings.recurrences(session, (now + timedelta(days=60)).date())
        assert again.numbers == tuple(case.number for case in cases)
        assert findings.recurrences(session, (now + timedelta(days=120)).date()) == []


def test_p21_findings_want_actions_and_actions_want_proof(file):
    finding = file.does(closing.find, Found("DYSFONCTIONNEMENT", "Pas d’agenda de relance"))
    with file.database.read() as session:
        assert [number for _, number in findings.pending(session)] == [file.number]
    remedy = Remedy(
        "CORRECTIVE", "Agenda partagé", CLERK, date(2026, 12, 1), findings=(finding.id,)
    )
    with file.database.begin() as session:
        action = closing.propose(Desk(session, file.office, file.now), remedy, CLERK)
    with pytest.raises(Refused, match="habilité"), file.database.begin() as session:
        desk = Desk(session, file.office, file.now)
        closing.advance(desk, action.id, 0, Step(ActionState.DECIDED), CLERK)
    with file.database.begin() as session:
        desk = Desk(session, file.office, file.later(days=10).now)
        closing.advance(desk, action.id, 0, Step(ActionState.DECIDED), OFFICER)
        assert [one.late for one in findings.board(session, date(2026, 12, 3))] == [True]
    with pytest.raises(Refused, match="prouve"), file.database.begin() as session:
        desk = Desk(session, file.office, file.now)
        closing.advance(desk, action.id, 1, Step(ActionState.DONE), CLERK)
    with file.database.begin() as session:
        desk = Desk(session, file.office, file.now)
        done = Step(ActionState.DONE, proof="Agenda en place le 2 décembre")
        assert closing.advance(desk, action.id, 1, done, CLERK).done_on == file.now.date()
        assert findings.pending(session) == []


def test_p23_discontent_is_proposed_with_the_client_s_own_words(database, office, now):
    reason = Reason("c’est inadmissible", 1.5, 0, 18)
    seen = arrive(database, office, now, a_mail(), replace(COMPLAINT, reasons=(reason,)))
    with database.read() as session:
        row = session.get_one(Message, seen)
        assert (row.place, row.band) == (Place.QUEUE, Band.COMPLAINT)
        assert row.triage
        assert row.triage["reasons"][0]["text"] == "c’est inadmissible"


@pytest.mark.parametrize(
    "label", [Label.SERVICE, Label.INFORMATION, Label.CLARIFICATION, Label.ADVICE]
)
def test_p24_a_plain_request_is_no_complaint_but_doubt_is_a_person_s(database, office, now, label):
    plain = arrive(
        database, office, now, a_mail("Une attestation svp"), replace(REQUEST, label=label)
    )
    doubt = arrive(database, office, now, a_mail("Toujours rien ?"), replace(DOUBT, label=label))
    with database.read() as session:
        assert session.get_one(Message, plain).place == Place.FILED
        assert session.get_one(Message, doubt).place == Place.QUEUE
        assert complaints.every(session) == []


def test_p25_by_telephone_to_the_usual_contact_with_its_own_clock(database, office, now):
    facts = replace(WHOLE, channel="TELEPHONE", received_by="Paul Petit")
    with database.begin() as session:
        told = Told(facts, now.date(), note="Personne ne rappelle.")
        entry = Desk(session, office, now).enter(told, CLERK)
        number = entry.number
    assert (entry.received_by, entry.received_on) == ("Paul Petit", now.date())
    with database.begin() as session:  # put in writing a week later: only the ACPR's clock moves
        desk = Desk(session, office, now + timedelta(days=7))
        written = conduct.formalised(desk, Seen(number, entry.version, CLERK), date(2026, 11, 30))
        assert written.ack_due == date(2026, 12, 3)
        assert written.deadlines["answer"]["acpr"] == "2027-01-30"


def test_p26_the_competent_person_is_told_the_same_minute_and_takes_charge(database, office, now):
    case = Case(database, office, now, replace(WHOLE, product="VIE"))
    with database.read() as session:
        [notice] = session.scalars(select(Notice)).all()
        assert (notice.recipient, notice.urgent, notice.queued_at) == (OFFICER, True, now)
        assert "Mangin" not in notice.said
    assert (case.entry.handed_at, case.entry.taken_at) == (now, None)
    case.post()
    case.does(conduct.take, by=OFFICER)
    assert (case.entry.taken_at, case.entry.state) == (now, State.EXAMINED)


def test_p26_whoever_is_away_is_stood_for(database, office, now):
    away = now.replace(month=12, day=28)
    case = Case(database, office, away, replace(WHOLE, product="VIE"))
    assert case.entry.responsible == MANAGER


def test_p27_nothing_is_deleted_numbers_follow_and_tampering_shows(file):
    file.does(conduct.requalify, "Demande de document, aucun reproche", by=OFFICER)
    assert file.entry.state == State.REQUALIFIED
    second = Case(file.database, file.office, file.now)
    assert second.number == "REC-2026-0002"
    with file.database.read() as session:
        assert journal.verify(session)[1] == []
    with file.database.begin() as session:
        line = session.scalars(select(Entry).where(Entry.about == file.number)).first()
        assert line
        line.payload = {"reason": "autre"}
    with file.database.read() as session:
        assert journal.verify(session)[1] != []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE complaint SET received_on = '2026-11-29' WHERE id = 1",
        "UPDATE complaint SET client_name = 'Autre' WHERE id = 1",
        "INSERT INTO party (complaint_id, aimed, name, role, ref, email) "
        "VALUES (1, TRUE, 'Marie', '', '', '')",
        "UPDATE message SET data = 'x'",
    ],
)
def test_p27_a_row_changed_behind_the_program_s_back_shows(file, change):
    file.tampered = True
    with file.database.engine.begin() as connection:
        connection.execute(text(change))
    with file.database.read() as session:
        assert journal.verify(session)[1] == []  # the journal itself was left alone


def test_p27_a_number_that_is_missing_shows(file):
    Case(file.database, file.office, file.now)
    Case(file.database, file.office, file.now)
    file.tampered = True
    with file.database.engine.begin() as connection:
        connection.execute(text("UPDATE complaint SET number = 'REC-2026-0009' WHERE id = 2"))
    with file.database.read() as session:
        assert "REC-2026-0002" in " ".join(integrity.faults(session))


def test_p27_a_clerk_proposes_but_does_not_requalify(file):
    with pytest.raises(Refused, match="habilité"):
        file.does(conduct.requalify, "Pas une réclamation", by=CLERK)


def test_p28_the_time_between_arrival_and_entry_is_known(file):
    with file.database.read() as session:
        mail = complaints.origin(session, file.entry)
        assert mail
        assert file.entry.registered_at - mail.received_at == timedelta(0)


def test_p29_a_direct_answer_wants_all_that_any_answer_wants(file):
    file.does(answering.draft, replace(ANSWER, points_met=frozenset(), summary=""))
    with pytest.raises(Refused, match=r"résumez.*deux mois"):
        file.does(answering.sign)
    file.answered()
    with pytest.raises(Forbidden, match="dysfonctionnements"):
        file.does(closing.close, "")


def test_p30_the_acknowledgement_says_the_course_and_the_last_day(file):
    [letter] = file.post()
    text = words_of(letter)
    assert "23/01/2027" in text
    assert "prend connaissance" in text
    assert file.number in text


def test_the_machine_closes_nothing_and_answers_nothing(file):
    with file.database.read() as session:
        assert answers.being_written(session, file.entry) is None
    with pytest.raises(Refused):
        file.does(closing.close, "", by=ROBOT)


def test_p22_the_review_of_a_year_rests_on_figures_that_can_be_recounted(file):
    file.answered().does(closing.none_found)
    file.does(closing.close, "")
    Case(file.database, file.office, file.now)
    with file.database.read() as session:
        entries = complaints.every(session)
        figures = {"received": len(entries), "closed": sum(bool(e.closed_on) for e in entries)}
    with file.database.begin() as session:
        desk = Desk(session, file.office, file.now)
        minutes = closing.Minutes("2026", file.now.date(), (MANAGER, OFFICER), "Agenda partagé")
        review = closing.review(desk, minutes, figures, OFFICER)
        assert review.report["received"] == figures["received"]
        assert review.report["closed"] == figures["closed"]
