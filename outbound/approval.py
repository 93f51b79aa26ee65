"""Which version of a letter is in service: the office's own once approved, else the shipped one.

An approval is a line of the journal about « template KIND LANGUAGE » with the version's digest: what
is changed afterwards is another version, and waits for another approval.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.settings import Office
from config.trouble import Trouble
from outbound.lint import Fault, blocking, lint
from outbound.templates import KINDS, Template, TemplateTrouble, of_office, shipped
from register import journal
from register.database import Session

APPROVED = "template approved"
log = logging.getLogger(__name__)


class NotApproved(Trouble):
    """A template cannot be approved; says everything that stands against it, in French."""


@dataclass(frozen=True)
class Approval:
    version: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """A letter in one language: the version in service, and what becomes of the office's own."""

    kind: str
    language: str
    template: Template  # in service
    own: Template | None = None  # the office's, in service or not
    approval: Approval | None = None  # of the office's
    faults: tuple[Fault, ...] = ()  # of the office's if there is one, else of the shipped one
    because: str = ""  # why the office's own does not serve, French


def standing(
    session: Session, folder: Path, office: Office, kind: str, language: str = "fr"
) -> Standing:
    """The version of a letter to be used now, and why it is that one."""
    plain = shipped(kind, language)
    try:
        own = of_office(folder, kind, language)
    except TemplateTrouble as error:
        fault = Fault("M", "X", str(error))
        return Standing(kind, plain.language, plain, faults=(fault,), because=str(error))
    if own is None:
        return Standing(kind, plain.language, plain, faults=lint(plain, office))
    approval = approval_of(session, own)
    faults = lint(own, office)
    against = _against(own, approval, faults)
    return Standing(kind, own.language, plain if against else own, own, approval, faults, against)


def _against(own: Template, approval: Approval | None, faults: tuple[Fault, ...]) -> str:
    if found := blocking(faults):
        return f"le modèle du cabinet a {len(found)} défaut{'s' if len(found) > 1 else ''}"
    if approval is None:
        return f"la version {own.version} du cabinet n’est pas approuvée"
    return ""


def in_service(
    session: Session, folder: Path, office: Office, kind: str, language: str
) -> Template:
    """The version to write with. An office's own that does not serve is told in the log."""
    found = standing(session, folder, office, kind, language)
    if found.because:
        log.warning("%s (%s) : %s ; la version livrée sert", kind, found.language, found.because)
    return found.template


def every(session: Session, folder: Path, office: Office) -> Iterator[Standing]:
    for kind, about in KINDS.items():
        for language in about.languages:
            yield standing(session, folder, office, kind, language)


def approval_of(session: Session, template: Template) -> Approval | None:
    """Who approved this very version, the last time."""
    found = None
    for entry in journal.history(session, about(template.kind, template.language)):
        if entry.action == APPROVED and (entry.payload or {}).get("version") == template.version:
            found = Approval(template.version, entry.actor, entry.at)
    return found


def about(kind: str, language: str) -> str:
    return f"template {kind} {language}"


def to_approve(folder: Path, office: Office, kind: str, language: str) -> Template:
    """The office's own version, fit to be approved. Raises ``NotApproved``, ``TemplateTrouble``."""
    own = of_office(folder, kind, language)
    if own is None:
        raise NotApproved(
            f"Le dossier {folder} n’a pas de modèle pour « {kind} » : la version livrée, qui n’a pas "
            "besoin d’approbation, sert."
        )
    if found := blocking(lint(own, office)):
        raise NotApproved(
            f"Le modèle « {kind} » ne peut pas être approuvé : " + " · ".join(map(str, found))
        )
    return own
