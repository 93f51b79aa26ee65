"""What leaves the house on somebody's word: the register, the yearly report, the proofs of a file."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from config.sentence import Sentence
from config.settings import Settings
from register import complaints, journal
from register.database import Database
from register.export import Edition, Format, Kind, Written, export, yearly
from register.proof import pack
from register.staff import staffed
from review.desk import Desk, Refused
from review.privacy import periods


@dataclass(frozen=True)
class Asked:
    """Who asks for an export, and when: ``by`` for the journal, ``name`` as it is printed."""

    by: str
    name: str
    at: datetime
    kind: Kind = Kind.ANNEXE
    form: Format = Format.CSV
    sensitive: bool = False


def _edition(desk: Desk, asked: Asked) -> Edition:
    return Edition(
        office=desk.settings.office.name,
        at=asked.at,
        by=asked.name,
        periods=periods(desk),
        words=desk.settings.words,
        names={one.email: one.name for one in staffed(desk.session, desk.settings).staff},
        sensitive=asked.sensitive,
    )


def register(database: Database, settings: Settings, asked: Asked, out: BinaryIO) -> Written:
    """Write the register out, then say so in the journal. Nobody waits while it is being read."""
    with database.read() as session:
        edition = _edition(Desk(session, settings, asked.at), asked)
        written = export(session, asked.kind, asked.form, edition, out)
    payload: dict[str, object] = {
        "format": asked.form.value,
        "kind": asked.kind.value,
        "count": written.count,
        "digest": written.digest,
        "sensitive": asked.sensitive,
    }
    with database.begin() as session:
        journal.record(session, journal.Act(asked.by, "exported", "register", payload), asked.at)
    return written


def yearly_report(
    database: Database, settings: Settings, asked: Asked, year: int, out: BinaryIO
) -> None:
    """Write the report on a year as PDF, or its figures as CSV, then say so in the journal."""
    with database.read() as session:
        edition = _edition(Desk(session, settings, asked.at), asked)
        report = yearly.gather(session, year, edition)
    if asked.form == Format.PDF:
        # Imports that only whoever asks for it pays.
        from register.export import yearly_pdf

        procedure = settings.procedure
        limits = yearly_pdf.Limits(procedure.ack_days, 30.5 * procedure.answer_months)
        yearly_pdf.write(out, report, edition, limits)
    else:
        yearly.write_csv(out, report, edition)
    payload: dict[str, object] = {
        "format": asked.form.value,
        "digest": yearly.digest(report, edition),
    }
    with database.begin() as session:
        line = journal.Act(asked.by, "reported", f"report {year}", payload)
        journal.record(session, line, asked.at)


def proofs(database: Database, settings: Settings, asked: Asked, number: str, out: BinaryIO) -> int:
    """Write the proofs of an entry, sensitive words among them, then say so in its journal; the
    number of files. ``out`` is read back for its digest. Raises ``Refused`` for an unknown number.
    """
    with database.read() as session:
        entry = complaints.named(session, number)
        if entry is None:
            raise Refused(Sentence("Le registre n’a pas de réclamation {number}.", number=number))
        number = entry.number
        edition = _edition(Desk(session, settings, asked.at), replace(asked, sensitive=True))
        files = pack(session, number, edition, out)
    payload: dict[str, object] = {"format": "zip", "count": files, "digest": _digest(out)}
    with database.begin() as session:
        journal.record(session, journal.Act(asked.by, "proofs", number, payload), asked.at)
    return files


def _digest(out: BinaryIO) -> str:
    out.seek(0)
    seen = hashlib.sha256()
    while piece := out.read(1 << 16):
        seen.update(piece)
    return seen.hexdigest()
