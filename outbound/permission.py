"""May a letter leave without a person's word? A pure question with a reason for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from classifier.signals import SIGNALS, blocks_acknowledgement


@dataclass(frozen=True)
class Case:
    """What is known when an acknowledgement is due."""

    recipient: str
    screened: str | None  # why the screening of the mail forbids it, French
    signals: Sequence[str]  # codes of regulation §4.5
    imported: bool  # the mail comes from a back-file
    written_recently: bool  # this address had an acknowledgement within 24 hours
    junk: bool = False  # the mail lay among the junk
    crowd: str = ""  # too many letters of late, French; empty: not so


def withheld_because(case: Case) -> str | None:
    """Every reason why an acknowledgement must wait for a person, in French; None: it may go."""
    reasons = [
        "aucune adresse utilisable : écrivez par courrier" if not case.recipient else None,
        case.screened,
        *(SIGNALS[code] for code in case.signals if blocks_acknowledgement(code)),
        "message repris d’archives : rien ne part sans votre accord" if case.imported else None,
        "un accusé est déjà parti à cette adresse depuis moins de 24 heures"
        if case.written_recently
        else None,
        "trouvé parmi les indésirables : assurez-vous qu’un client l’a écrit"
        if case.junk
        else None,
        case.crowd,
    ]
    return " ; ".join(reason for reason in reasons if reason) or None
