"""A register with entries in it, and its editions, for the tests of what leaves the house. All invented."""

import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.taxonomies import Words
from register import complaints
from register.complaints import Facts, Opening
from register.database import Database, Session
from register.deadlines import Rules, compute
from register.export import Edition, Format, Kind, Written, export
from register.model import (
    Action,
    ActionFinding,
    Answer,
    Complaint,
    Finding,
    Information,
    Letter,
)
from register.parties import Named
from register.retention import Periods

CLAIRE, MARIE = "claire@cabinet.example", "marie@cabinet.example"
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)  # 12 h in Paris
EDITION = Edition(
    office="Cabinet Lorrain d’Assurances",
    at=NOON,
    by="Henri Klein",
    periods=Periods(ZoneInfo("Europe/Paris")),
    words=Words(),
    names={CLAIRE: "Claire Weber", MARIE: "Marie Colin"},
)
FACTS = Facts(
    client_name="Jeanne Mangin",
    client_email="jeanne@x.example",
    quality="ASSURE",
    subject="Délai de remboursement",
    contract_ref="AB-123",
    product="AUTO",
    service="SINISTRE",
    insurer="Mutuelle de l’Est",
    claim_ref="S-77",
    third_parties=(Named("Garage Martin", "GARAGE_AGREE"),),
    persons_concerned=(Named("Thomas Weber", "COLLABORATEUR_CONSEILLER"),),
    motive="M12",
    received_by=MARIE,
)


def enter(
    database: Database, facts: Facts = FACTS, received: date = date(2026, 9, 7), **changes: Any
) -> int:
    """An entry, sent by its client two days before it came; its id."""
    limits = compute(received, date.fromordinal(received.toordinal() - 2), Rules())
    with database.begin() as session:
        entry = complaints.enter(session, Opening(facts, limits), CLAIRE, NOON)
        for name, value in changes.items():
            setattr(entry, name, value)
        return entry.id


def enter_whole(database: Database) -> int:
    """An entry that has been all the way: acknowledged, answered late, closed, with an action."""
    entry_id = enter(
        database,
        state="CLOTUREE",
        responsible=CLAIRE,
        acknowledged_on=date(2026, 9, 16),
        ack_mode="AUTO",
        answered_on=date(2026, 11, 6),
        redirected_to="Mutuelle de l’Est, réclamations",
        redirected_on=date(2026, 9, 10),
        mediation_on=date(2026, 11, 10),
        mediation_opinion_on=date(2026, 11, 20),
        mediation_opinion="Favorable au cabinet",
        closed_on=date(2026, 11, 21),
    )
    with database.begin() as session:
        _answer(session, entry_id)
        _find(session, entry_id)
        _tell(session, entry_id)
    return entry_id


def _answer(session: Session, entry_id: int) -> None:
    for outcome, summary, state in (
        ("REJETEE", "Brouillon abandonné", "dropped"),
        ("ACCEPTEE_PARTIELLEMENT", "Moitié de la franchise remboursée", "sent"),
    ):
        session.add(
            Answer(
                complaint_id=entry_id,
                state=state,
                outcome=outcome,
                summary=summary,
                body="Madame, la moitié de votre franchise vous est remboursée.",
                gesture_cents=125050,
                recourse=True,
                mediator="La Médiation de l’Assurance",
                written_by=CLAIRE,
                written_at=NOON,
                signatory=CLAIRE,
                second_signatory=MARIE,
                signed_at=NOON,
                sent_on=date(2026, 11, 6) if state == "sent" else None,
                message_id=None,
                document_id=None,
            )
        )


def _find(session: Session, entry_id: int) -> None:
    findings = [
        Finding(
            complaint_id=entry_id,
            nature=nature,
            process="SINISTRE",
            cause="ORGANISATION",
            recurrence=recurrence,
            said=said,
            at=NOON,
            by=CLAIRE,
        )
        for nature, recurrence, said in (
            ("DYSFONCTIONNEMENT", "ISOLE", "Dossier sans suite pendant les congés"),
            ("MANQUEMENT", "REPETE", "Rappel au client oublié"),
        )
    ]
    action = Action(
        kind="CORRECTIVE",
        state="DECIDEE",
        said="Boîte de relève partagée",
        owner=MARIE,
        proposed_by=CLAIRE,
        proposed_at=NOON,
        decided_on=date(2026, 11, 7),
        due_on=date(2026, 11, 15),
        done_on=None,
        check_on=None,
    )
    session.add_all([*findings, action])
    session.flush()
    session.add_all(ActionFinding(action_id=action.id, finding_id=one.id) for one in findings)


def _tell(session: Session, entry_id: int) -> None:
    for day in (date(2026, 10, 5), date(2026, 10, 28)):
        session.add(
            Information(
                complaint_id=entry_id,
                on=day,
                channel="COURRIEL",
                said="Point",
                new_date=None,
                by=CLAIRE,
            )
        )
    session.add(
        Letter(
            complaint_id=entry_id,
            kind="redirect",
            recipient="jeanne@x.example",
            message_id=f"<redirect-{entry_id}@cabinet.example>",
            state="sent",
            queued_at=NOON,
            due_at=NOON,
            begun_at=None,
            sent_at=datetime(2026, 9, 10, 22, 30, tzinfo=UTC),  # the 11th in Paris
            trouble=None,
            answer="250 2.0.0 OK 1abc",
            data=b"Subject: =?utf-8?q?R=C3=A9orientation?=\r\n\r\nBonjour\r\n",
            answer_id=None,
            words=None,
            bounced_at=None,
            posted_on=None,
        )
    )


def change(database: Database, entry_id: int, **values: Any) -> None:
    with database.begin() as session:
        entry = session.get_one(Complaint, entry_id)
        for name, value in values.items():
            setattr(entry, name, value)


def exported(
    database: Database, kind: Kind, form: Format, edition: Edition = EDITION
) -> tuple[bytes, Written]:
    out = io.BytesIO()
    with database.read() as session:
        written = export(session, kind, form, edition, out)
    return out.getvalue(), written
