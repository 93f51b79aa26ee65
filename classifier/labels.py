"""What a message can be (DESIGN §7), with the French words staff read."""

from enum import StrEnum


class Label(StrEnum):
    """The procedure's five first (P-23, P-24), then what else comes to an office."""

    COMPLAINT = "complaint"
    SERVICE = "service"
    INFORMATION = "information"
    CLARIFICATION = "clarification"
    ADVICE = "advice"
    CLAIM_DECLARATION = "claim_declaration"
    FOLLOW_UP = "follow_up"
    THANKS = "thanks"
    BUSINESS = "business"
    LEGAL = "legal"
    AUTOMATIC = "automatic"
    SPAM = "spam"
    OTHER = "other"

    @property
    def french(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    Label.COMPLAINT: "Réclamation",
    Label.SERVICE: "Demande de service",
    Label.INFORMATION: "Demande d’information",
    Label.CLARIFICATION: "Demande de clarification",
    Label.ADVICE: "Demande d’avis",
    Label.CLAIM_DECLARATION: "Déclaration de sinistre",
    Label.FOLLOW_UP: "Suite d’un dossier",
    Label.THANKS: "Remerciement",
    Label.BUSINESS: "Courrier professionnel",
    Label.LEGAL: "Autorité, médiateur, justice",
    Label.AUTOMATIC: "Message automatique",
    Label.SPAM: "Publicité",
    Label.OTHER: "Autre",
}
