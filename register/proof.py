"""Everything that proves how a complaint was dealt with, in one ZIP for whoever may ask for it.

The originals as they are kept, what the register and the journal say, and a page that tells anybody
how to check it all without this program. Same data, same moment: same bytes.
"""

import hashlib
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlalchemy import select

from register import answers, complaints, findings, integrity, journal, outbox
from register.database import Session
from register.export import cases
from register.export.cells import Edition, row, said
from register.export.control import CONTROL
from register.model import (
    Complaint,
    Decision,
    Document,
    Entry,
    Information,
    Letter,
    LetterState,
    Message,
    Party,
    Place,
    Table,
)

_BULKY = frozenset({"data"})
_MAILS = {
    Place.SENT: ("envoye", "Courriel envoyé par le cabinet"),
    Place.OWN: ("copie", "Copie, relue dans la boîte, d’une lettre du cabinet"),
    Place.BOUNCE: ("non-remise", "Avis de non-remise"),
}
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Paper:
    """A file of the pack. ``data`` is None where it is known but no longer kept."""

    path: str
    what: str  # French
    data: bytes | None
    remark: str = ""  # French


@dataclass(frozen=True)
class Chain:
    """How the journal and the register were found."""

    lines: int
    head: str  # the seal of the last line
    faults: tuple[str, ...]  # French


def pack(session: Session, number: str, edition: Edition, out: BinaryIO) -> int:
    """Write the pack of an entry that exists; the number of files. Originals are read one by one.

    The whole journal is verified first; whatever else the session holds is let go of.
    """
    chain = _verified(session)
    entry = complaints.named(session, number)
    if entry is None:
        raise LookupError(number)
    listed = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in _papers(session, entry, edition):
            listed.append(_told(paper))
            if paper.data is not None:
                archive.writestr(_place(paper.path, edition), paper.data)
        text = _VERIFICATION.format(
            number=entry.number,
            office=edition.office,
            said=edition.said,
            zone=edition.periods.zone.key,
            files="\n\n".join(listed),
            chain=_chain_told(chain),
        )
        archive.writestr(_place("VERIFICATION.txt", edition), text.encode())
        return len(archive.namelist())


def _verified(session: Session) -> Chain:
    lines, faults = journal.verify(session)
    faults += integrity.faults(session)
    head = session.scalar(select(Entry.seal).where(Entry.seq == lines))
    return Chain(lines, head or "aucun", tuple(faults))


def _place(path: str, edition: Edition) -> zipfile.ZipInfo:
    """The moment of the edition for every file: a clock of its own would change the bytes."""
    info = zipfile.ZipInfo(path, edition.local.timetuple()[:6])
    info.compress_type, info.create_system, info.external_attr = (
        zipfile.ZIP_DEFLATED,
        3,
        0o644 << 16,
    )
    return info


# --- the files ------------------------------------------------------------------------------


def _papers(session: Session, entry: Complaint, edition: Edition) -> Iterator[Paper]:
    mails = sorted(complaints.mails_of(session, entry), key=lambda one: (one.received_at, one.id))
    letters = outbox.of_complaint(session, entry)
    documents = complaints.rows_of(session, Document, Document.complaint_id == entry.id)
    whole = _as_json(session, entry, mails, letters, documents)
    yield Paper("dossier.txt", "L’entrée du registre, à lire", _as_text(session, entry, edition))
    yield Paper("dossier.json", "L’entrée et tout ce qui s’y rattache, pour un programme", whole)
    yield Paper(
        "journal.jsonl",
        "Les lignes du journal sur ce dossier et ses courriels, avec leurs sceaux",
        _journal(session, entry, mails),
    )
    for n, mail in enumerate(mails, 1):
        yield _mail(session, mail, n)
    for n, letter in enumerate(letters, 1):
        yield from _letter(session, letter, n, edition)
    for n, document in enumerate(documents, 1):
        yield _document(session, document, n)


def _mail(session: Session, mail: Message, n: int) -> Paper:
    kind, what = _MAILS.get(Place(mail.place), ("recu", "Courriel reçu"))
    data = _bytes(session.scalar(select(Message.data).where(Message.id == mail.id)))
    if data is None:
        kept = f"effacé le {said(mail.erased_on)}" if mail.erased_on else "l’original manque"
        remark = f"{kept} ; SHA-256 à l’arrivée : {mail.digest}"
    elif hashlib.sha256(data).hexdigest() == mail.digest:
        remark = "tel qu’il est arrivé : même SHA-256 que le jour de la relève"
    else:
        remark = f"CE N’EST PAS le courriel qui est arrivé, dont le SHA-256 était {mail.digest}"
    if mail.truncated:
        remark += " ; trop gros pour être gardé en entier : en-têtes et premiers mots seulement"
    return Paper(f"courriels/{n:03}-{kind}-message-{mail.id}.eml", what, data, remark)


def _letter(session: Session, letter: Letter, n: int, edition: Edition) -> Iterator[Paper]:
    name = f"lettres/{n:03}-{safe_name(letter.kind)}"
    data = _bytes(session.scalar(select(Letter.data).where(Letter.id == letter.id)))
    remark = "" if data is not None else "aucun texte gardé : jamais partie d’ici, ou effacée"
    yield Paper(f"{name}.eml", "Lettre, telle que remise au serveur d’envoi", data, remark)
    facts = {
        "Lettre": letter.kind,
        "État": LetterState(letter.state).french,
        "Destinataire": letter.recipient,
        "Message-ID": letter.message_id,
        "Mise en attente": _moment(letter.queued_at, edition),
        "Partie": _moment(letter.sent_at, edition),
        "Essais": str(letter.attempts),
        "Réponse du serveur": letter.answer or "",
        "Difficulté": letter.trouble or "",
        "Revenue": _moment(letter.bounced_at, edition),
        "Avis de non-remise": letter.bounce,
        "Envoyée par la poste": said(letter.posted_on or ""),
        "Modèle": letter.template,
    }
    text = _pairs(facts).encode("utf-8", "replace")
    yield Paper(f"{name}.envoi.txt", "Ce que le serveur d’envoi a répondu", text)


def _document(session: Session, document: Document, n: int) -> Paper:
    data = _bytes(session.scalar(select(Document.data).where(Document.id == document.id)))
    what = f"Document versé au dossier{f' ({document.kind})' if document.kind else ''}"
    path = f"documents/{n:03}-{safe_name(document.name)}"
    if data is None:
        return Paper(path, what, None, f"effacé ; SHA-256 au dépôt : {document.digest}")
    same = hashlib.sha256(data).hexdigest() == document.digest
    remark = "tel qu’il a été déposé" if same else "CE N’EST PAS le document qui fut déposé"
    return Paper(path, what, data, remark)


def _bytes(data: Any) -> bytes | None:
    """What somebody put there with a tool of his own may be no bytes."""
    return data if isinstance(data, bytes) or data is None else str(data).encode()


def safe_name(name: str) -> str:
    """A file name that no system takes for a path, a device or a command."""
    spelt = name.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    plain = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    simple = re.sub(r"[^A-Za-z0-9.]+", "-", plain)
    simple = re.sub(r"\.{2,}", ".", simple).strip("-.")
    stem, dot, ending = simple.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1].rstrip('-.')}.{ending}"
    return simple[:_LONGEST_NAME] or "sans-nom"


# --- what the register says ------------------------------------------------------------------


def _as_text(session: Session, entry: Complaint, edition: Edition) -> bytes:
    [case] = cases.of(session, [entry])
    names = (column.name for column in CONTROL)
    facts = dict(zip(names, map(said, row(CONTROL, case, edition)), strict=True))
    limits = "\n".join(f"  {line}" for line in entry.deadlines["explanation"])
    given = [
        f"--- Réponse envoyée le {said(one.sent_on or '')}, signée par "
        f"{edition.name(one.signatory or one.written_by)}\n\n{one.body or one.summary}"
        for one in case.answers
    ]
    parts = (f"{entry.number} — {edition.office}", _pairs(facts), f"Délais :\n{limits}", *given)
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def _as_json(
    session: Session,
    entry: Complaint,
    mails: Sequence[Message],
    letters: Sequence[Letter],
    documents: Sequence[Document],
) -> bytes:
    of_entry = Party.complaint_id == entry.id
    parties = session.scalars(select(Party).where(of_entry).order_by(Party.id))
    told = complaints.rows_of(session, Information, Information.complaint_id == entry.id)
    decided = session.scalars(
        select(Decision)
        .where(Decision.message_id.in_([mail.id for mail in mails]))
        .order_by(Decision.id)
    )
    whole: dict[str, object] = {
        "reclamation": _record(entry),
        "parties": _records(parties),
        "reponses": _records(answers.history(session, entry)),
        "informations": _records(told),
        "dysfonctionnements": _records(findings.of_complaint(session, entry)),
        "actions": _records(findings.actions_of(session, entry)),
        "courriels": _records(mails),
        "decisions": _records(decided),
        "lettres": _records(letters),
        "documents": _records(documents),
    }
    return (json.dumps(whole, ensure_ascii=True, indent=2) + "\n").encode()


def _journal(session: Session, entry: Complaint, mails: Iterable[Message]) -> bytes:
    about = [entry.number, *(f"message {mail.id}" for mail in mails)]
    lines = session.scalars(select(Entry).where(Entry.about.in_(about)).order_by(Entry.seq)).all()
    before = select(Entry.seq, Entry.seal).where(Entry.seq.in_([line.seq - 1 for line in lines]))
    seals = {row.seq: row.seal for row in session.execute(before)}
    told = (
        _record(line)
        | {"timestamp": line.at.timestamp(), "previous": seals.get(line.seq - 1, journal.FIRST)}
        for line in lines
    )
    return "".join(f"{json.dumps(line, sort_keys=True)}\n" for line in told).encode()


def _records(rows: Iterable[Table]) -> list[dict[str, object]]:
    return [_record(row) for row in rows]


def _record(row: Table) -> dict[str, object]:
    keys = (column.key for column in row.__table__.columns if column.key not in _BULKY)
    return {key: _plain(getattr(row, key)) for key in keys}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


# --- the page that tells how to check it ------------------------------------------------------


def _told(paper: Paper) -> str:
    digest = "(absent)" if paper.data is None else hashlib.sha256(paper.data).hexdigest()
    remark = f"\n  {paper.remark}" if paper.remark else ""
    return f"{paper.path}\n  {paper.what}\n  SHA-256 : {digest}{remark}"


def _chain_told(chain: Chain) -> str:
    head = f"Lignes du journal : {chain.lines}. Sceau de la dernière : {chain.head}."
    if not chain.faults:
        return f"{head}\nLa vérification a trouvé le journal et le registre intacts."
    faults = "\n".join(f"  - {fault}" for fault in chain.faults)
    return f"{head}\nLA VÉRIFICATION A TROUVÉ DES ANOMALIES :\n{faults}"


def _pairs(facts: Mapping[str, str]) -> str:
    return "\n".join(f"{name} : {value or '—'}" for name, value in facts.items())


def _moment(at: datetime | None, edition: Edition) -> str:
    if at is None:
        return ""
    local = at.astimezone(edition.periods.zone)
    return f"{said(local.date())} à {local:%H:%M:%S} ({local:%z})"


_VERIFICATION = """\
PREUVES DU DOSSIER {number}
{office}
{said} ({zone}).

Ce fichier dit ce que contient l’archive et comment le vérifier sans notre programme.
Les notes que les collaborateurs se laissent entre eux n’y sont pas.


1. LES FICHIERS

{files}


2. LE JOURNAL ET LE REGISTRE

{chain}


3. COMMENT VÉRIFIER

Un fichier : calculez son SHA-256 (« sha256sum FICHIER », ou « certutil -hashfile FICHIER SHA256 »
sous Windows) et comparez-le à celui du point 1.

Une ligne de journal.jsonl : « payload_digest » est le SHA-256 de « salt » suivi de « payload » écrit
en JSON (clés triées, séparateurs « , » et « : » suivis d’une espace, ASCII). « seal » est le SHA-256
de la liste JSON [previous, seq, timestamp, actor, action, about, payload_digest], où « previous » est
le sceau de la ligne d’avant dans le journal entier. Qui change, ôte ou ajoute une ligne rompt la
chaîne. Un « payload » nul a été effacé (RGPD) ; la ligne reste scellée.

Le journal entier : « doleances register verify », sur la base du cabinet.
"""
