"""Lead a complaint from its entry to its answer: who deals with it, what is awaited, who is told."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath

from config.rights import Act
from config.sentence import Sentence
from config.taxonomies import ORAL
from ingest.attachments import safe_name
from outbound.write import message_id
from register import complaints, outbox
from register.calendar import civil_date
from register.deadlines import compute
from register.lifecycle import file_of, move
from register.model import Complaint, Document, Information, Letter, Message, Remark, State
from register.outbox import Order
from review.assignment import assign, hand
from review.desk import Desk, Refused, Seen, rules

# What a person may put before the client besides an acknowledgement and an answer.
LETTERS = {
    "progress": "point d’avancement",
    "redirect": "réorientation",
    "invitation": "invitation à écrire",
    "false_alarm": "ce n’était pas une réclamation",
}
_LONGEST = 5000
HEAVIEST = 20_000_000  # bytes of a paper
_MEDIATION = "médiation en cours"


@dataclass(frozen=True)
class Paper:
    """A document of a file that did not come by mail."""

    name: str
    data: bytes
    kind: str = ""  # French: « lettre du client », « accusé de réception postal »
    on: date | None = None  # its own day, where it has one
    said: str = ""  # what a colleague should know of it


@dataclass(frozen=True)
class Told:
    """That a client was told how things stand (P-13)."""

    on: date
    channel: str
    said: str
    new_date: date | None = None  # when the limit will be missed


# --- who deals with it ---------------------------------------------------------------------


def hand_over(desk: Desk, seen: Seen, to: str) -> Complaint:
    """Give a complaint to a colleague, who is told at once. Raises ``Refused``."""
    complaint = desk.known(seen.number, seen.version)
    if to not in {one.email for one in desk.settings.staff}:
        raise Refused(Sentence("« {to} » n’est pas un collaborateur des réglages.", to=to))
    hand(desk.session, complaint, to, seen.by, desk.now)
    return complaint


def take(desk: Desk, seen: Seen) -> Complaint:
    """Say that one deals with it."""
    complaint = desk.known(seen.number, seen.version)
    complaint.responsible, complaint.taken_at = seen.by, desk.now
    complaint.handed_at = complaint.handed_at or desk.now
    if State(complaint.state) in (State.ACKNOWLEDGED, State.REOPENED):
        move(file_of(desk.session, complaint), State.EXAMINED)
    desk.journal(seen.by, "taken", complaint.number, {})
    return complaint


def wait_for(desk: Desk, seen: Seen, whom: str) -> Complaint:
    """Note that the client, a third party or nobody is awaited. No clock stops for it."""
    to = {
        "client": State.AWAITING_CLIENT,
        "third_party": State.AWAITING_THIRD_PARTY,
        "": State.EXAMINED,
    }.get(whom)
    if to is None:
        raise Refused("Dites qui est attendu : le client ou un tiers.")
    complaint = desk.known(seen.number, seen.version)
    move(file_of(desk.session, complaint), to)
    desk.journal(seen.by, "awaited", complaint.number, {"whom": whom})
    return complaint


def remark(desk: Desk, about: str, said: str, by: str) -> Remark:
    """Leave a note for the others on a file or a message."""
    words = said.strip()
    if not words or len(words) > _LONGEST:
        raise Refused("La note est vide, ou dépasse 5 000 caractères : rien n’a été noté.")
    note = Remark(about=about, said=words, at=desk.now, by=by)
    desk.session.add(note)
    desk.journal(by, "noted", about, {})
    return note


# --- what the client is told ---------------------------------------------------------------


def inform(desk: Desk, seen: Seen, told: Told) -> Complaint:
    """Note that the client was told how things stand, by telephone or otherwise (P-13)."""
    complaint = desk.known(seen.number, seen.version)
    today = civil_date(desk.now, desk.settings.office.zone)
    if not complaint.received_on <= told.on <= today:
        raise Refused("L’information doit dater d’entre la réception et aujourd’hui.")
    if not told.said.strip():
        raise Refused("Dites ce qui a été dit au client.")
    _note(desk, complaint, told, seen.by)
    desk.journal(seen.by, "informed", complaint.number, {"on": told.on.isoformat()})
    return complaint


def _note(desk: Desk, complaint: Complaint, told: Told, by: str) -> None:
    desk.session.add(
        Information(
            complaint_id=complaint.id,
            on=told.on,
            channel=told.channel,
            said=told.said.strip()[:_LONGEST],
            new_date=told.new_date,
            by=by,
        )
    )


def write_to(desk: Desk, seen: Seen, kind: str, words: Mapping[str, str]) -> Letter:
    """Send the client a letter that is no answer: where it stands, where to write, an apology."""
    complaint = desk.known(seen.number, seen.version)
    if kind not in LETTERS:
        raise Refused(Sentence("« {kind} » n’est pas une lettre connue.", kind=kind))
    desk.refuse_without(Act.REDIRECT if kind == "redirect" else Act.INFORM, seen.by)
    if not complaint.client_email:
        raise Refused("Le client n’a pas d’adresse électronique : écrivez-lui par courrier.")
    if kind == "invitation" and complaint.channel not in ORAL:
        raise Refused("Cette réclamation est déjà écrite : il n’y a pas à inviter à l’écrire.")
    return _write(desk, complaint, kind, words, seen.by)


def _write(
    desk: Desk, complaint: Complaint, kind: str, words: Mapping[str, str], by: str
) -> Letter:
    order = Order(
        kind,
        complaint.client_email,
        message_id(complaint, kind, desk.settings.office),
        desk.now + timedelta(minutes=desk.settings.procedure.undo_minutes),
        automatic=False,
        words={name: text.strip()[:_LONGEST] for name, text in words.items()},
        again=True,
    )
    letter = outbox.queue(desk.session, complaint, order, desk.now)
    desk.journal(by, "queued", complaint.number, {"letter": kind})
    if kind == "progress":
        today = civil_date(desk.now, desk.settings.office.zone)
        said = words.get("done", "").strip() or LETTERS[kind]
        _note(desk, complaint, Told(today, "COURRIEL", said, _announced(words)), by)
    return letter


def _announced(words: Mapping[str, str]) -> date | None:
    """The new day that a letter announces for the answer (X-19). Raises ``Refused`` for no day."""
    day = words.get("new_date", "")
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        raise Refused("La nouvelle date ne se lit pas : écrivez-la ainsi, 2027-02-10.") from None


def posted(desk: Desk, letter_id: int, on: date, proof: str, by: str) -> Letter:
    """Note that a letter went by post, with its day and what shows it."""
    letter = outbox.claim(desk.session, letter_id, outbox.PENDING)
    today = civil_date(desk.now, desk.settings.office.zone)
    if letter is None:
        raise Refused("Cette lettre est partie, en cours d’envoi ou annulée.")
    complaint = desk.session.get_one(Complaint, letter.complaint_id)
    if not complaint.received_on <= on <= today:
        raise Refused("L’envoi doit dater d’entre la réception et aujourd’hui.")
    if not proof.strip():
        raise Refused("Dites ce qui prouve l’envoi : numéro de recommandé, copie…")
    letter.posted_on = on
    outbox.settle(desk.session, letter, outbox.Sent(desk.now, on, f"par la poste : {proof[:300]}"))
    desk.journal(by, "posted", complaint.number, {"letter": letter.kind, "proof": proof[:300]})
    return letter


def formalised(desk: Desk, seen: Seen, on: date) -> Complaint:
    """An oral complaint has been put in writing: the ACPR's clock runs from that day (X-04)."""
    complaint = desk.known(seen.number, seen.version)
    if complaint.channel not in ORAL:
        raise Refused("Cette réclamation n’était pas orale.")
    if on < complaint.received_on:
        raise Refused("L’écrit ne peut pas précéder la réclamation orale.")
    limits = compute(complaint.received_on, on, rules(desk.settings), oral=True)
    complaint.written_on = on
    complaints.set_limits(complaint, limits)
    desk.journal(seen.by, "formalised", complaint.number, {"on": on.isoformat()})
    return complaint


# --- what leads aside ----------------------------------------------------------------------


def redirect(desk: Desk, seen: Seen, to: str, words: Mapping[str, str]) -> Complaint:
    """Pass a complaint on to whoever is competent, and tell the client so (X-12, X-24).

    The office goes on following it: no clock stops, and it closes with the other's answer known.
    """
    desk.refuse_without(Act.REDIRECT, seen.by)
    if not to.strip():
        raise Refused("Dites à qui la réclamation est transmise.")
    complaint = desk.known(seen.number, seen.version)
    move(file_of(desk.session, complaint), State.REDIRECTED)
    complaint.redirected_to = to.strip()[:200]
    complaint.redirected_on = civil_date(desk.now, desk.settings.office.zone)
    desk.journal(seen.by, "redirected", complaint.number, {"to": complaint.redirected_to})
    if complaint.client_email:
        _write(desk, complaint, "redirect", {**words, "to": to}, seen.by)
    return complaint


def seized(desk: Desk, seen: Seen, on: date) -> Complaint:
    """The client has gone to the mediator; nothing of the file is purged meanwhile."""
    complaint = desk.known(seen.number, seen.version)
    move(file_of(desk.session, complaint), State.MEDIATION)
    complaint.mediation_on = on
    complaint.held_because = complaint.held_because or _MEDIATION
    desk.journal(seen.by, "mediation", complaint.number, {"on": on.isoformat()})
    return complaint


def opinion(desk: Desk, seen: Seen, on: date, said: str) -> Complaint:
    """The mediator has given his opinion."""
    complaint = desk.known(seen.number, seen.version)
    if complaint.mediation_on is None or on < complaint.mediation_on:
        raise Refused("Notez d’abord la saisine du médiateur, et vérifiez les dates.")
    complaint.mediation_opinion_on, complaint.mediation_opinion = on, said.strip()[:_LONGEST]
    if complaint.held_because == _MEDIATION:
        complaint.held_because = ""
    desk.journal(seen.by, "opinion", complaint.number, {"on": on.isoformat()})
    return complaint


def litigation(desk: Desk, seen: Seen, on: date) -> Complaint:
    """The matter is before a court: the file is held."""
    complaint = desk.known(seen.number, seen.version)
    move(file_of(desk.session, complaint), State.LITIGATION)
    complaint.litigation_on = on
    complaint.held_because = complaint.held_because or "contentieux en cours"
    desk.journal(seen.by, "litigation", complaint.number, {"on": on.isoformat()})
    return complaint


def liability_told(desk: Desk, seen: Seen, on: date) -> Complaint:
    """The office's own liability insurer has been told of the matter (X-27)."""
    complaint = desk.known(seen.number, seen.version)
    if not complaint.received_on <= on <= civil_date(desk.now, desk.settings.office.zone):
        raise Refused("La déclaration doit dater d’entre la réception et aujourd’hui.")
    complaint.liability_told_on = on
    desk.journal(seen.by, "liability told", complaint.number, {"on": on.isoformat()})
    return complaint


def keep_paper(desk: Desk, seen: Seen, paper: Paper) -> Document:
    """Put a paper into a file: a letter that came by post, an answer that went by it (P-18).

    A file that is closed takes papers still: the receipt of a registered letter comes late. What is
    a program is none. Raises ``Refused``.
    """
    complaint = desk.known(seen.number, seen.version)
    if complaint.purged_on:
        raise Refused("Ce dossier a été effacé : il ne reçoit plus de document.")
    if not paper.data or len(paper.data) > HEAVIEST:
        raise Refused("Le document est vide, ou dépasse 20 Mo : il n’a pas été versé au dossier.")
    if paper.on and paper.on > civil_date(desk.now, desk.settings.office.zone):
        raise Refused("La date du document est dans l’avenir : il n’a pas été versé au dossier.")
    name = safe_name(paper.name, "")
    if _is_program(name, paper.data):
        raise Refused(
            Sentence(
                "« {name} » est un programme, non un document : il n’a pas été versé au dossier. "
                "Numérisez la lettre en PDF ou en image.",
                name=name,
            )
        )
    kept = Document(
        complaint_id=complaint.id,
        name=name,
        kind=paper.kind.strip()[:60],
        digest=hashlib.sha256(paper.data).hexdigest(),
        data=paper.data,
        sensitive=complaint.sensitive,
        at=desk.now,
        by=seen.by,
    )
    desk.session.add(kept)
    desk.session.flush()
    told: dict[str, object] = {"document": kept.id, "name": kept.name, "digest": kept.digest}
    if kept.kind:
        told["kind"] = kept.kind
    if paper.on:
        told["on"] = paper.on.isoformat()
    if paper.said.strip():
        told["said"] = paper.said.strip()[:1000]
    desk.journal(seen.by, "paper kept", complaint.number, told)
    return kept


# What a computer obeys instead of showing it, by its first bytes or its name.
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_OBEYED = frozenset({
    ".app", ".bat", ".chm", ".cmd", ".com", ".cpl", ".dll", ".dmg", ".exe", ".hta", ".img", ".iso", ".jar",
    ".js", ".jse", ".lnk", ".msi", ".pif", ".ps1", ".reg", ".scr", ".sh", ".vbe", ".vbs", ".vhd", ".wsf",
})  # fmt: skip


def _is_program(name: str, data: bytes) -> bool:
    return data.startswith(_PROGRAMS) or PurePath(name.lower()).suffix in _OBEYED


def hold(desk: Desk, seen: Seen, because: str) -> Complaint:
    """Keep a file from being purged, or (without a reason) let it be again."""
    complaint = desk.known(seen.number, seen.version)
    complaint.held_because = because.strip()[:300]
    desk.journal(
        seen.by, "held" if because else "released hold", complaint.number, {"reason": because}
    )
    return complaint


def requalify(desk: Desk, seen: Seen, because: str) -> Complaint:
    """It was no complaint: row and number stay, with the reason; what has not left does not."""
    desk.refuse_without(Act.REQUALIFY, seen.by)
    if not because.strip():
        raise Refused("Dites pourquoi ce n’est pas une réclamation : le registre garde la raison.")
    complaint = desk.known(seen.number, seen.version)
    desk.keep_letters_back(complaint, seen.by)
    move(file_of(desk.session, complaint), State.REQUALIFIED)
    complaint.closed_because = because.strip()[:300]
    desk.journal(seen.by, "requalified", complaint.number, {"reason": because.strip()[:300]})
    return complaint


def merge(desk: Desk, seen: Seen, into: str) -> Complaint:
    """The same complaint was entered twice: its mails go to the one that stays."""
    complaint = desk.known(seen.number, seen.version)
    kept = complaints.named(desk.session, into)
    if kept is None or kept.id == complaint.id or kept.state == State.MERGED:
        raise Refused(
            Sentence("Le registre n’a pas d’autre réclamation {number} à garder.", number=into)
        )
    desk.keep_letters_back(complaint, seen.by)
    for mail in complaints.mails_of(desk.session, complaint):
        if mail.id != complaint.origin_id:
            mail.complaint_id = kept.id
    move(file_of(desk.session, complaint), State.MERGED)
    complaint.linked_id, complaint.linked_how = kept.id, "DOUBLON"
    if complaint.received_on < kept.received_on:  # the clock of the first one runs (R2)
        complaints.set_limits(
            kept, compute(complaint.received_on, complaint.sent_on, rules(desk.settings))
        )
    desk.journal(seen.by, "merged", complaint.number, {"into": kept.number})
    desk.journal(seen.by, "merged with", kept.number, {"of": complaint.number})
    return complaint


def reopen(desk: Desk, seen: Seen, because: str) -> Complaint:
    """The client maintains his complaint: the same file goes on, under other eyes if there are."""
    if not because.strip():
        raise Refused("Dites pourquoi le dossier est rouvert.")
    complaint = desk.known(seen.number, seen.version)
    file = file_of(desk.session, complaint)
    move(file, State.REOPENED)
    complaint.closed_on = None
    complaint.closed_because = ""
    signed = frozenset({file.answer.signatory} if file.answer else ())
    assign(desk.session, desk.settings, complaint, desk.now, apart_from=signed)
    desk.journal(seen.by, "reopened", complaint.number, {"reason": because.strip()[:300]})
    return complaint


def attach(desk: Desk, message_id: int, seen: Seen) -> Complaint:
    """Put a mail of the client into a file that is known."""
    complaint = desk.known(seen.number, seen.version)
    message = desk.session.get(Message, message_id)
    if message is None:
        raise Refused("Ce message n’existe pas.")
    message.complaint_id = complaint.id
    desk.journal(seen.by, "attached", complaint.number, {"message": message_id})
    return complaint
