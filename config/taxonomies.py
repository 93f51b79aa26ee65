"""The office's lists of words: products, services, motives, parties (regulation §5.1–§5.3).

Codes travel through the house and stand in the register; the French is what people read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


def _frozen(**words: str) -> Mapping[str, str]:
    return MappingProxyType(words)


PRODUCTS: Final = _frozen(
    AUTO="Auto",
    MOTO="Moto, deux et trois roues",
    EDPM="Trottinette et engins de déplacement",
    CAMPING="Camping-car, caravane",
    FLOTTE="Flotte automobile",
    GARAGE_PRO="Professionnels de l’automobile",
    TPV_VTC="Taxi, VTC",
    MRH="Habitation",
    PNO="Propriétaire non occupant",
    GLI="Loyers impayés",
    COPRO="Immeuble, copropriété",
    MRP="Multirisque professionnelle",
    RCPRO="Responsabilité civile professionnelle",
    RCEXPL="Responsabilité civile exploitation",
    RCMS="Responsabilité des dirigeants",
    DECENNALE="Décennale",
    DO="Dommages-ouvrage",
    TRC="Tous risques chantier",
    CYBER="Cyber",
    BDM="Bris de machine, informatique",
    PE="Pertes d’exploitation",
    TRANSPORT="Marchandises transportées",
    AGRI="Agricole",
    ASSO_COLL="Associations, collectivités",
    PJ="Protection juridique",
    ASSIST="Assistance",
    SANTE_IND="Santé individuelle",
    SANTE_COLL="Santé collective",
    SANTE_TNS="Santé des indépendants",
    PREV_IND="Prévoyance individuelle",
    PREV_COLL="Prévoyance collective",
    PREV_TNS="Prévoyance des indépendants (Madelin)",
    GAV="Accidents de la vie",
    DEPENDANCE="Dépendance",
    OBSEQUES="Obsèques",
    EMPRUNTEUR="Emprunteur",
    VIE="Assurance vie, capitalisation",
    PER="Épargne retraite",
    DECES="Temporaire décès",
    VOYAGE="Voyage",
    NOMADE="Mobile et affinitaire",
    ANIMAUX="Animaux",
    SCOLAIRE="Scolaire",
    LOISIRS="Loisirs (chasse, bateau, drone)",
    CHOM_DIR="Chômage des dirigeants",
    CREDIT="Crédit",
    AUTRE_PRODUIT="Autre produit",
)

SERVICES: Final = _frozen(
    ACCUEIL="Accueil, joignabilité",
    CONSEIL_SOUSCRIPTION="Conseil, souscription",
    DEVIS="Devis",
    GESTION_CONTRAT="Gestion du contrat",
    COTISATION_ENCAISSEMENT="Cotisation, encaissement",
    SINISTRE="Sinistre",
    RESILIATION="Résiliation",
    ESPACE_CLIENT="Espace client, site",
    DEMARCHAGE="Démarchage, publicité",
    HONORAIRES="Honoraires",
    DONNEES_PERSONNELLES="Données personnelles",
    RECLAMATION_ANTERIEURE="Réclamation antérieure",
)

MOTIVES: Final = _frozen(
    M01="Publicité, démarchage",
    M02="Consentement",
    M03="Information et conseil",
    M04="Refus de souscription",
    M05="Tarif, cotisation",
    M06="Encaissement, recouvrement",
    M07="Documents",
    M08="Gestion du contrat",
    M09="Délai, absence de réponse",
    M10="Accueil, relation",
    M11="Résiliation, renonciation",
    M12="Sinistre – délai",
    M13="Sinistre – refus de garantie",
    M14="Sinistre – montant",
    M15="Sinistre – responsabilité",
    M16="Expertise",
    M17="Prestataire",
    M18="Prestations santé, prévoyance",
    M19="Vie, épargne, retraite",
    M20="Emprunteur",
    M21="Données personnelles",
    M22="Fraude, usurpation",
    M23="Réclamation antérieure",
    M24="Égalité, accessibilité",
    M25="Honoraires, rémunération, conflit d’intérêts",
    M99="Autre",
)

# Who complains (``qualite_reclamant``), and who is blamed or takes part.
COMPLAINANTS: Final = _frozen(
    SOUSCRIPTEUR="Souscripteur",
    ASSURE="Assuré",
    ADHERENT="Adhérent (contrat collectif)",
    BENEFICIAIRE="Bénéficiaire",
    AYANT_DROIT="Ayant droit",
    ANCIEN_CLIENT="Ancien client",
    PROSPECT="Prospect",
    PERSONNE_SOLLICITEE="Personne sollicitée",
    TIERS_LESE="Tiers lésé",
    REPRESENTANT_LEGAL="Représentant légal",
    MANDATAIRE_AVOCAT="Mandataire : avocat",
    MANDATAIRE_ASSOCIATION="Mandataire : association",
    MANDATAIRE_PROCHE="Mandataire : proche",
    EMPLOYEUR="Employeur",
    ANONYME="Anonyme",
)

PARTIES: Final = _frozen(
    CABINET="Le cabinet",
    COLLABORATEUR_CONSEILLER="Conseiller du cabinet",
    COLLABORATEUR_GESTIONNAIRE="Gestionnaire du cabinet",
    DIRIGEANT="Dirigeant du cabinet",
    MANDATAIRE_INTERMEDIAIRE="Mandataire d’intermédiaire",
    APPORTEUR="Apporteur d’affaires",
    COURTIER_GROSSISTE="Courtier grossiste",
    ASSUREUR="Assureur",
    GESTIONNAIRE_DELEGATAIRE="Gestionnaire délégataire",
    EXPERT="Expert de l’assureur",
    EXPERT_ASSURE="Expert de l’assuré",
    GARAGE_AGREE="Garage agréé",
    REPARATEUR="Réparateur",
    ASSISTEUR="Assisteur",
    RESEAU_SOINS="Réseau de soins",
    MEDECIN_CONSEIL="Médecin conseil",
    COMMISSAIRE_JUSTICE="Commissaire de justice, recouvrement",
    BANQUE="Banque, prêteur",
    SYNDIC="Syndic",
    ADVERSAIRE="Adversaire ou son assureur",
    INFORMATIQUE="Informatique, site",
    AUTRE="Autre",
)

# How a complaint reached the office (regulation §5.4).
CHANNELS: Final = _frozen(
    COURRIEL="Courriel",
    COURRIER="Courrier",
    LRAR="Lettre recommandée",
    TELEPHONE="Téléphone",
    VISITE="Visite au cabinet",
    FORMULAIRE_SITE="Formulaire du site",
    ESPACE_CLIENT="Espace client",
    MESSAGERIE="SMS, messagerie instantanée",
    RESEAU_SOCIAL="Réseau social, avis en ligne",
    ENQUETE="Enquête de satisfaction",
    VIA_ASSUREUR="Transmise par l’assureur",
    VIA_AUTORITE="Transmise par une autorité ou un médiateur",
    INTERNE="Note d’un collaborateur",
)
# Spoken, not written: the client is to be invited to write.
ORAL: Final = frozenset({"TELEPHONE", "VISITE"})

# Who the client is: the mediator of consumption is for consumers.
CLIENTS: Final = _frozen(
    PARTICULIER="Particulier",
    PROFESSIONNEL="Professionnel",
    ENTREPRISE="Entreprise",
    COLLECTIVITE="Collectivité",
    ASSOCIATION="Association",
)

# By which reference it is a complaint (regulation §0.4), and who is to answer it.
BASES: Final = _frozen(
    LES_DEUX="Procédure du cabinet et ACPR",
    CABINET="Procédure du cabinet seule",
    ACPR="ACPR seule",
)
COMPETENCES: Final = _frozen(
    CABINET="Le cabinet",
    ASSUREUR="L’assureur",
    DELEGATAIRE="Un gestionnaire délégataire",
    PARTAGEE="Le cabinet et un autre",
    AUTRE="Un autre organisme",
)
GRAVITIES: Final = MappingProxyType({1: "Faible", 2: "Moyenne", 3: "Forte", 4: "Critique"})

# What came of it (§5.6). "Irrecevable" is none: every written complaint is answered.
OUTCOMES: Final = _frozen(
    ACCEPTEE_TOTALEMENT="Acceptée en totalité",
    ACCEPTEE_PARTIELLEMENT="Acceptée en partie",
    REJETEE="Rejetée",
    EXPLICATION_DONNEE="Explication donnée",
    GESTE_COMMERCIAL="Geste commercial",
    REORIENTEE_REPONSE_PAR_TIERS="Réponse donnée par un tiers",
    RETIREE_PAR_LE_CLIENT="Retirée par le client",
    SANS_SUITE_IMPOSSIBLE="Sans suite possible (anonyme)",
)
REFUSALS: Final = frozenset(
    {"ACCEPTEE_PARTIELLEMENT", "REJETEE"}
)  # ways of recourse are due (P-15)

# What a complaint brought to light (§5.7).
NATURES: Final = _frozen(
    DYSFONCTIONNEMENT="Dysfonctionnement",
    MANQUEMENT="Manquement",
    MAUVAISE_PRATIQUE="Mauvaise pratique",
)
PROCESSES: Final = _frozen(
    PUBLICITE="Publicité",
    CONSEIL="Conseil, souscription",
    TARIFICATION="Tarification",
    GESTION="Gestion",
    ENCAISSEMENT="Encaissement",
    SINISTRE="Sinistre",
    RESILIATION="Résiliation",
    RELATION="Relation avec le client",
    SI="Informatique",
    DONNEES="Données personnelles",
    SOUS_TRAITANCE="Sous-traitance",
    RECLAMATIONS="Réclamations",
)
CAUSES: Final = _frozen(
    ORGANISATION="Organisation",
    EFFECTIF="Effectif, charge de travail",
    COMPETENCE="Compétence, formation",
    PROCEDURE="Procédure absente ou inadaptée",
    ERREUR_ISOLEE="Erreur humaine isolée",
    OUTIL="Outil informatique",
    INFORMATION="Information ou document peu clair",
    PRODUIT="Produit, garantie",
    PARTENAIRE="Partenaire, assureur",
    PRESTATAIRE="Prestataire",
    CLIENT="Client",
    EXTERNE="Cause extérieure",
    INDETERMINEE="Indéterminée",
)
RECURRENCES: Final = _frozen(ISOLE="Isolé", REPETE="Répété", SYSTEMIQUE="Systémique")
ACTION_KINDS: Final = _frozen(CURATIVE="Curative", CORRECTIVE="Corrective", PREVENTIVE="Préventive")


@dataclass(frozen=True)
class Words:
    """The lists that an office may change: what it sells, what it hears reproached."""

    products: Mapping[str, str] = field(default_factory=lambda: PRODUCTS)
    services: Mapping[str, str] = field(default_factory=lambda: SERVICES)
    motives: Mapping[str, str] = field(default_factory=lambda: MOTIVES)

    def changed(
        self,
        products: Mapping[str, str],
        services: Mapping[str, str],
        motives: Mapping[str, str],
    ) -> "Words":
        """With an office's own words: new codes are added, known ones called otherwise, and what
        is called nothing is no longer offered. Codes that stand in the register stay readable.
        """
        return Words(
            _merged(self.products, products),
            _merged(self.services, services),
            _merged(self.motives, motives),
        )


def _merged(known: Mapping[str, str], own: Mapping[str, str]) -> Mapping[str, str]:
    both = {**known, **own}
    return MappingProxyType({code: french for code, french in both.items() if french})
