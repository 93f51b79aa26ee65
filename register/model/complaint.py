"""A complaint of the register, with all that is done about it (regulation §3.1)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from register.model.table import Table


class State(StrEnum):
    """Where a complaint stands in its treatment (regulation §5.5)."""

    PROVISIONAL = "A_QUALIFIER"  # entered by the guard of the last day: a person is to confirm
    TO_ACKNOWLEDGE = "AR_A_ENVOYER"
    ACKNOWLEDGED = "AR_ENVOYE"
    EXAMINED = "EN_INSTRUCTION"
    AWAITING_CLIENT = "EN_ATTENTE_CLIENT"  # stops no clock
    AWAITING_THIRD_PARTY = "EN_ATTENTE_TIERS"  # stops no clock
    TO_SIGN = "REPONSE_A_VALIDER"
    ANSWERED = "REPONDUE"
    CLOSED = "CLOTUREE"
    REOPENED = "REOUVERTE"
    REDIRECTED = "REORIENTEE_SUIVIE"
    MEDIATION = "EN_MEDIATION"
    LITIGATION = "EN_CONTENTIEUX"
    REQUALIFIED = "REQUALIFIEE"  # no complaint after all; row and number stay
    MERGED = "DOUBLON_FUSIONNE"

    @property
    def french(self) -> str:
        return _STATES[self]


_STATES = {
    State.PROVISIONAL: "à qualifier",
    State.TO_ACKNOWLEDGE: "accusé à envoyer",
    State.ACKNOWLEDGED: "accusé envoyé",
    State.EXAMINED: "en instruction",
    State.AWAITING_CLIENT: "en attente du client",
    State.AWAITING_THIRD_PARTY: "en attente d’un tiers",
    State.TO_SIGN: "réponse à valider",
    State.ANSWERED: "réponse envoyée",
    State.CLOSED: "clôturée",
    State.REOPENED: "rouverte",
    State.REDIRECTED: "réorientée, suivie",
    State.MEDIATION: "en médiation",
    State.LITIGATION: "en contentieux",
    State.REQUALIFIED: "requalifiée",
    State.MERGED: "doublon fusionné",
}


class Complaint(Table):
    """An entry of the register (annexe I): the fields of the procedure, dates, proofs."""

    __tablename__ = "complaint"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    origin_id: Mapped[int | None] = mapped_column(unique=True)  # message; no key: it points here
    state: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=0)
    # who complains
    channel: Mapped[str]
    received_by: Mapped[str] = mapped_column(default="")  # whom the client first spoke to (P-25)
    client_name: Mapped[str]  # P-03
    client_email: Mapped[str] = mapped_column(index=True)
    client_phone: Mapped[str] = mapped_column(default="")
    client_address: Mapped[str] = mapped_column(default="")
    client_kind: Mapped[str] = mapped_column(default="")  # a consumer or not
    complainant: Mapped[str] = mapped_column(default="")  # who writes, when it is not the client
    quality: Mapped[str] = mapped_column(default="")  # of who writes: code of §5.3
    # what about
    received_on: Mapped[date] = mapped_column(index=True)  # P-04
    sent_on: Mapped[date]
    written_on: Mapped[date | None]  # of an oral complaint: when it was put in writing
    subject: Mapped[str]  # P-05
    demand: Mapped[str] = mapped_column(default="")
    claimed_cents: Mapped[int | None] = mapped_column(BigInteger)
    contract_ref: Mapped[str]  # P-06, with the next two
    product: Mapped[str]
    service: Mapped[str]
    insurer: Mapped[str] = mapped_column(default="")
    claim_ref: Mapped[str] = mapped_column(default="")
    parties_said: Mapped[bool] = mapped_column(default=False)  # P-07: « aucun » is not empty
    aimed_said: Mapped[bool] = mapped_column(default=False)  # P-08
    motive: Mapped[str]
    second_motive: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    # how it is dealt with
    basis: Mapped[str] = mapped_column(default="LES_DEUX")  # CABINET, ACPR or LES_DEUX (§0.4)
    competence: Mapped[str] = mapped_column(default="CABINET")
    gravity: Mapped[int] = mapped_column(default=2)  # 1 to 4
    sensitive: Mapped[bool] = mapped_column(default=False)  # health and the like: few may read it
    signals: Mapped[list[str]] = mapped_column(default=list)
    responsible: Mapped[str] = mapped_column(default="", index=True)  # address of a colleague
    handed_at: Mapped[datetime | None]  # P-26: told without delay …
    taken_at: Mapped[datetime | None]  # … and taken in charge
    linked_id: Mapped[int | None] = mapped_column(index=True)  # another complaint …
    linked_how: Mapped[str] = mapped_column(default="")  # … that this one repeats, goes on …
    # limits and what came of them
    deadlines: Mapped[dict[str, Any]]  # both references with their derivation, as computed then
    ack_due: Mapped[date] = mapped_column(index=True)
    answer_due: Mapped[date] = mapped_column(index=True)
    acknowledged_on: Mapped[date | None]  # P-11
    ack_mode: Mapped[str] = mapped_column(default="")  # AUTO, MANUEL or SANS_OBJET
    answered_on: Mapped[date | None]  # P-14: of the answer that stands
    answer_id: Mapped[int | None]  # the message by which the office answered; no key, as above
    redirected_to: Mapped[str] = mapped_column(default="")
    redirected_on: Mapped[date | None]
    mediation_on: Mapped[date | None]  # when the mediator was seized
    mediation_opinion_on: Mapped[date | None]
    mediation_opinion: Mapped[str] = mapped_column(default="")
    litigation_on: Mapped[date | None]
    liability_told_on: Mapped[date | None]  # to the office's own insurer
    held_because: Mapped[str] = mapped_column(default="")  # not to be purged, and why
    # closing
    no_findings_by: Mapped[str] = mapped_column(default="")  # who said that there are none (P-19)
    no_actions_because: Mapped[str] = mapped_column(default="")  # P-21
    closed_on: Mapped[date | None] = mapped_column(index=True)
    closed_because: Mapped[str] = mapped_column(default="")
    purged_on: Mapped[date | None]  # personal data are gone; number, dates and chain stay
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]


class Party(Table):
    """Somebody whom a complaint aims at (P-08), or who takes part in its matter (P-07)."""

    __tablename__ = "party"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    aimed: Mapped[bool]
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")  # code of §5.3
    ref: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")  # of a colleague: he may not sign alone


class AnswerState(StrEnum):
    DRAFT = "draft"
    TO_SIGN = "to_sign"
    SIGNED = "signed"  # on its way to the client
    SENT = "sent"
    DROPPED = "dropped"


class Answer(Table):
    """What the office answers to a complaint (P-14 … P-18). A complaint reopened has several."""

    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(default="")  # code of §5.6
    summary: Mapped[str] = mapped_column(default="")  # « réponse apportée » of annexe I
    body: Mapped[str] = mapped_column(default="")  # the words of the letter, recourse apart
    points: Mapped[list[str]] = mapped_column(default=list)  # of the complaint …
    points_met: Mapped[list[int]] = mapped_column(default=list)  # … those answered, by index
    words: Mapped[dict[str, Any] | None]  # under headings of their own, by the template's names
    gesture_cents: Mapped[int] = mapped_column(default=0)
    compensation_cents: Mapped[int] = mapped_column(default=0)
    recourse: Mapped[bool] = mapped_column(default=False)  # the ways of recourse are in it (P-15)
    mediator: Mapped[str] = mapped_column(default="")
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    signatory: Mapped[str] = mapped_column(default="")  # P-17
    second_signatory: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None]
    channel: Mapped[str] = mapped_column(default="COURRIEL")
    sent_on: Mapped[date | None]
    message_id: Mapped[int | None]  # written elsewhere: the mail found among those sent
    document_id: Mapped[int | None]  # … or the document kept


class Information(Table):
    """That a client was told how his complaint goes (P-13)."""

    __tablename__ = "information"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    on: Mapped[date]
    channel: Mapped[str]
    said: Mapped[str]
    new_date: Mapped[date | None]  # expected for the answer, when the limit will be missed
    by: Mapped[str]


class Finding(Table):
    """A dysfunction that a complaint brought to light (P-19, regulation §5.7)."""

    __tablename__ = "finding"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    nature: Mapped[str]
    process: Mapped[str] = mapped_column(default="")
    cause: Mapped[str] = mapped_column(default="")
    gravity: Mapped[int] = mapped_column(default=2)  # 1 to 4
    recurrence: Mapped[str] = mapped_column(default="ISOLE")
    due_to: Mapped[str] = mapped_column(default="")  # code of §5.3
    said: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]


class ActionState(StrEnum):
    """How far a corrective action is (regulation §5.8); late is computed, not a state."""

    PROPOSED = "PROPOSEE"
    DECIDED = "DECIDEE"
    PLANNED = "PLANIFIEE"
    RUNNING = "EN_COURS"
    DONE = "REALISEE"
    EFFECTIVE = "VERIFIEE_EFFICACE"
    INEFFECTIVE = "INEFFICACE_A_REVOIR"
    SUSPENDED = "SUSPENDUE"
    GIVEN_UP = "ABANDONNEE"

    @property
    def french(self) -> str:
        return _ACTION_STATES[self]


_ACTION_STATES = {
    ActionState.PROPOSED: "proposée",
    ActionState.DECIDED: "décidée",
    ActionState.PLANNED: "planifiée",
    ActionState.RUNNING: "en cours",
    ActionState.DONE: "réalisée",
    ActionState.EFFECTIVE: "vérifiée, efficace",
    ActionState.INEFFECTIVE: "inefficace, à revoir",
    ActionState.SUSPENDED: "suspendue",
    ActionState.GIVEN_UP: "abandonnée",
}


class Action(Table):
    """A corrective action (P-20, P-21): who does what until when, and whether it helped."""

    __tablename__ = "action"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str]  # CURATIVE, CORRECTIVE or PREVENTIVE
    state: Mapped[str] = mapped_column(index=True)
    said: Mapped[str]
    owner: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(default="")
    decided_on: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(index=True)
    done_on: Mapped[date | None]
    proof: Mapped[str] = mapped_column(default="")
    criterion: Mapped[str] = mapped_column(default="")  # how it will be seen that it helped
    check_on: Mapped[date | None]
    checked: Mapped[str] = mapped_column(default="")  # what the check found
    because: Mapped[str] = mapped_column(default="")  # why it was given up or suspended


class ActionFinding(Table):
    """Which findings an action is to mend: many to many."""

    __tablename__ = "action_finding"
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True, index=True)


class YearlyReview(Table):
    """The review of a year of complaints (P-22): who met, what was seen, what was decided."""

    __tablename__ = "yearly_review"
    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]  # « 2026 »
    held_on: Mapped[date]
    present: Mapped[list[str]] = mapped_column(default=list)
    report: Mapped[dict[str, Any]]  # the figures as they were shown
    decisions: Mapped[str]
    by: Mapped[str]


class Document(Table):
    """A paper of a file that did not come by mail: a letter scanned, an answer sent by post."""

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="")
    digest: Mapped[str]  # SHA-256 of the bytes
    data: Mapped[bytes | None] = mapped_column(deferred=True)
    sensitive: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    by: Mapped[str]


class Remark(Table):
    """What a colleague noted for the others about a file: "message 12", "REC-2026-0001"."""

    __tablename__ = "remark"
    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(index=True)
    said: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
