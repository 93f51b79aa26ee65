"""Who may do what at the desk (regulation §5.9): the roles of the office, and its table of rights."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A colleague's place, from the least rights to the most."""

    CLERK = "gestionnaire"
    ADVISER = "conseiller"
    OFFICER = "referent"
    MANAGER = "dirigeant"

    @property
    def french(self) -> str:
        return _ROLES[self]


_ROLES = {
    Role.CLERK: "accueil, gestionnaire",
    Role.ADVISER: "conseiller",
    Role.OFFICER: "référent réclamations",
    Role.MANAGER: "dirigeant",
}


class Act(StrEnum):
    """What the table of rights distinguishes. The value is the act in French, as it is refused."""

    ENTER = "inscrire une réclamation"
    LABEL = "dire ce qu’est un message"
    ACKNOWLEDGE = "envoyer un accusé de réception"
    ACKNOWLEDGE_SIGNALLED = "envoyer un accusé malgré un signalement"
    INFORM = "informer le client de l’avancement"
    ACCEPT = "répondre favorablement"
    REJECT = "rejeter une demande, même en partie"
    REDIRECT = "réorienter une réclamation"
    CLOSE = "clôturer un dossier"
    PROPOSE_ACTION = "proposer une action corrective"
    DECIDE_ACTION = "décider d’une action corrective"
    REQUALIFY = "requalifier une réclamation"
    EXPORT = "exporter le registre"
    READ_SENSITIVE = "ouvrir un dossier à données sensibles"
    APPROVE_TEMPLATE = "approuver un modèle de lettre"
    PURGE = "purger des dossiers"
    ADMINISTER = "administrer le programme"


_EVERYBODY: Final = frozenset(Role)
_ADVISERS: Final = frozenset({Role.ADVISER, Role.OFFICER, Role.MANAGER})
_OFFICERS: Final = frozenset({Role.OFFICER, Role.MANAGER})
_MANAGERS: Final = frozenset({Role.MANAGER})

RIGHTS: Final[dict[Act, frozenset[Role]]] = {
    Act.ENTER: _EVERYBODY,
    Act.LABEL: _EVERYBODY,
    Act.ACKNOWLEDGE: _EVERYBODY,
    Act.ACKNOWLEDGE_SIGNALLED: _OFFICERS,
    Act.INFORM: _EVERYBODY,
    Act.ACCEPT: _ADVISERS,
    Act.REJECT: _OFFICERS,
    Act.REDIRECT: _EVERYBODY,
    Act.CLOSE: _ADVISERS,
    Act.PROPOSE_ACTION: _EVERYBODY,
    Act.DECIDE_ACTION: _OFFICERS,
    Act.REQUALIFY: _OFFICERS,
    Act.EXPORT: _OFFICERS,
    Act.READ_SENSITIVE: _OFFICERS,
    Act.APPROVE_TEMPLATE: _OFFICERS,
    Act.PURGE: _MANAGERS,
    Act.ADMINISTER: _MANAGERS,
}
