"""The rights of a person over what is kept of him: to see it, to have it erased (GDPR 15 and 17)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from register import journal
from register.answers import history
from register.complaints import mails_of
from register.database import Session
from register.journal import Act
from register.model import Complaint, Message, Place, State
from register.outbox import of_complaint
from register.retention import Periods, due, erase_complaint, erase_messages

_ENDED = (State.CLOSED, State.REQUALIFIED, State.MERGED)


@dataclass(frozen=True)
class Held:
    """Everything kept of one person: entries and mails, known by his address."""

    email: str
    complaints: tuple[Complaint, ...]
    messages: tuple[Message, ...]  # his own; nobody else's words are his to see


def held(session: Session, email: str) -> Held:
    """Look a person up by address; one who wrote on behalf of another is found by his mails."""
    address = email.strip().lower()
    entries = session.scalars(
        select(Complaint).where(Complaint.client_email == address).order_by(Complaint.id)
    ).all()
    mails = session.scalars(
        select(Message)
        .options(undefer(Message.data))
        .where(Message.sender_email == address, Message.sender_email != "")
        .order_by(Message.id)
    ).all()
    return Held(address, tuple(entries), tuple(mails))


def as_document(session: Session, found: Held) -> dict[str, Any]:
    """What the person may be given: his complaints, the letters to him, his mails and what was
    made of them. What colleagues noted, who is blamed and other people's mail are not in it
    (regulation §8.3).
    """
    return {
        "adresse": found.email,
        "reclamations": [_entry(session, entry) for entry in found.complaints],
        "messages": [_message(message) for message in found.messages],
    }


def _entry(session: Session, entry: Complaint) -> dict[str, Any]:
    return {
        "numero": entry.number,
        "etat": State(entry.state).french,
        "nom": entry.client_name,
        "telephone": entry.client_phone,
        "adresse_postale": entry.client_address,
        "recue_le": entry.received_on.isoformat(),
        "objet": entry.subject,
        "demande": entry.demand,
        "contrat": entry.contract_ref,
        "sinistre": entry.claim_ref,
        "accuse_le": entry.acknowledged_on.isoformat() if entry.acknowledged_on else None,
        "repondue_le": entry.answered_on.isoformat() if entry.answered_on else None,
        "delais": entry.deadlines["explanation"],
        "reponses": [
            {"sens": one.outcome, "resume": one.summary, "texte": one.body, **(one.words or {})}
            for one in history(session, entry)
            if one.sent_on
        ],
        "lettres": [
            {"genre": letter.kind, "etat": letter.state, "envoyee_le": _iso(letter.sent_at)}
            for letter in of_complaint(session, entry)
        ],
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "recu_le": _iso(message.received_at),
        "objet": message.subject,
        "classement": Place(message.place).french,
        "etiquette": message.label,
        "decide_par": "une personne" if message.decided_at else "le programme",
        "extrait": message.excerpt,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@dataclass(frozen=True)
class Erasure:
    """What came of a request to erase: entries erased, mails erased, and what must stay, why."""

    complaints: tuple[str, ...]
    messages: int
    refused: tuple[tuple[str, str], ...]  # number, reason in French


@dataclass(frozen=True)
class Request:
    """That somebody asks to be forgotten, and who answers for granting it."""

    email: str
    because: str
    by: str


def erase(session: Session, request: Request, periods: Periods, now: datetime) -> Erasure:
    """Erase what nothing obliges the office to keep (art. 17.3): the reasons are the answer to give.

    A complaint stays while it is open, held, or within its period: it may have to be proved.
    """
    found = held(session, request.email)
    today = now.astimezone(periods.zone).date()
    over = {number for number, _ in due(session, periods, now).complaints}
    refused = tuple(_refusals(found, over))
    gone = [entry for entry in found.complaints if entry.number in over]
    for entry in gone:
        erase_complaint(session, entry, today)
    kept = {number for number, _ in refused}
    needed = {
        mail.id
        for entry in found.complaints
        if entry.number in kept
        for mail in mails_of(session, entry)
    }
    loose = [
        one.id
        for one in found.messages
        if one.id not in needed and one.erased_on is None and one.place != Place.QUEUE
    ]
    erase_messages(session, loose, today)
    payload: dict[str, object] = {
        "complaints": [entry.number for entry in gone],
        "messages": len(loose),
        "refused": [number for number, _ in refused],
        "reason": request.because,
    }
    journal.record(session, Act(request.by, "erased", "register", payload), now)
    return Erasure(tuple(entry.number for entry in gone), len(loose), refused)


def _refusals(found: Held, over: set[str]) -> Iterator[tuple[str, str]]:
    for entry in found.complaints:
        if entry.purged_on or entry.number in over:
            continue
        if entry.held_because:
            yield entry.number, f"conservée : {entry.held_because}"
        elif entry.state not in _ENDED:
            yield entry.number, "réclamation en cours de traitement"
        else:
            yield entry.number, "nécessaire à la preuve jusqu’à la fin de sa durée de conservation"


def known_addresses(session: Session, words: str) -> list[str]:
    """Addresses that a name or part of an address may mean, for whoever handles the request."""
    like = f"%{words.strip().lower()}%"
    rows = session.scalars(
        select(Complaint.client_email)
        .where(or_(Complaint.client_email.like(like), Complaint.client_name.ilike(like)))
        .distinct()
        .limit(20)
    )
    return sorted(address for address in rows if address)
