"""The register on paper: "Annexe I", one row a complaint, in the order of the procedure."""

import csv
import io
from collections.abc import Iterable

from config.taxonomies import PRODUCTS
from register import parties
from register.database import Session
from register.french import short_date
from register.model import Complaint, State
from register.parties import Named, Parties

COLUMNS = (
    "N°",
    "Nom du client",
    "Date de réception",
    "Objet de la réclamation",
    "Contrat, produit ou service visé",
    "Intervenants autres que le professionnel",
    "Personnes visées par la réclamation",
    "Date de l’accusé de réception",
    "Date de la réponse",
    "Réponse apportée",
    "Voies de recours indiquées",
    "Dysfonctionnements identifiés",
    "Actions correctives",
    "Observations",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def annexe_one(session: Session, complaints: Iterable[Complaint]) -> str:
    """CSV as a French spreadsheet opens it: semicolons, UTF-8 with BOM, CRLF, JJ/MM/AAAA.

    An empty register still has its header and the word "Néant": absence must be provable.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    entries = list(complaints)
    named = parties.of_all(session, entries)
    rows = [_row(entry, named[entry.id]) for entry in entries]
    writer.writerows(rows or [["Néant"]])
    return "\ufeff" + out.getvalue()


def _row(complaint: Complaint, named: Parties) -> list[str]:
    cells = [
        complaint.number,
        complaint.client_name,
        short_date(complaint.received_on),
        complaint.subject,
        about(complaint),
        _list(named.others, "Aucun"),
        _list(named.aimed, "Non précisé"),
        short_date(complaint.acknowledged_on) if complaint.acknowledged_on else "",
        *[""] * 5,  # answer, recourse, findings and actions: not recorded here yet
        complaint.note or _note(complaint),
    ]
    return [safe(cell) for cell in cells]


def about(complaint: Complaint) -> str:
    """The contract, product or service a complaint is about (P-06), in one line."""
    words = [
        complaint.contract_ref and f"contrat {complaint.contract_ref}",
        PRODUCTS.get(complaint.product, complaint.product),
        complaint.service,
    ]
    return ", ".join(word for word in words if word)


def safe(cell: str) -> str:
    """A spreadsheet must not run what a stranger wrote (formula injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _list(value: tuple[Named, ...] | None, none: str) -> str:
    if value is None:
        return ""
    return " ; ".join(map(str, value)) if value else none


def _note(complaint: Complaint) -> str:
    return "Requalifiée : n’est pas une réclamation" if complaint.state == State.REQUALIFIED else ""
