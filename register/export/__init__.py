"""The register for whoever asks to see it: Annexe I or all of it, as CSV, XLSX or PDF."""

from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from register.database import Session
from register.export import as_csv, cases
from register.export.annexe import ANNEXE, about
from register.export.cells import Column, Edition, row
from register.export.control import CONTROL
from register.export.sheet import Rows, Sheet

__all__ = ["Edition", "Format", "Kind", "Written", "about", "export"]


class Kind(StrEnum):
    """What is exported: the procedure's fourteen columns, or every column for a control."""

    ANNEXE = "annexe"
    CONTROL = "controle"

    @property
    def french(self) -> str:
        return {
            "annexe": "Registre des réclamations — Annexe I",
            "controle": "Registre des réclamations — contrôle",
        }[self]

    @property
    def columns(self) -> tuple[Column, ...]:
        return {"annexe": ANNEXE, "controle": CONTROL}[self]


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        return {
            "csv": "text/csv; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "pdf": "application/pdf",
        }[self]


@dataclass(frozen=True)
class Written:
    """How many entries an export holds, and the SHA-256 of its rows (see ``Rows``)."""

    count: int
    digest: str


def export(session: Session, kind: Kind, form: Format, edition: Edition, out: BinaryIO) -> Written:
    """Write the register, entry by entry in the order of the numbers; whatever else the session
    holds is let go of (``cases.every``).
    """
    columns = kind.columns
    rows = Rows(columns, (row(columns, case, edition) for case in cases.every(session)))
    sheet = Sheet(kind.french, columns, edition)
    # Half a second of imports that only whoever asks for these pays.
    if form == Format.XLSX:
        from register.export import as_xlsx

        as_xlsx.write(out, sheet, rows)
    elif form == Format.PDF:
        from register.export import as_pdf

        as_pdf.write(out, sheet, rows)
    else:
        as_csv.write(out, columns, rows)
    return Written(rows.count, rows.digest)
