"""Which words speak of which motive (regulation §5.2), and how a register says it."""

from collections.abc import Mapping
from typing import Final

from classifier.phrases import Phrases

# For folded text. At a tie the first counts: the more telling come first.
_WRITTEN: Final[Mapping[str, str]] = {
    "M23": r"""
    \breclamation (?:du|de|precedente|anterieure|restee)
    (?:ma|notre|premiere|deuxieme|seconde) reclamation
    votre reponse .{0,40}(?:ne me|ne nous|insuffisant|satisf|convient)|je maintiens
    """,
    "M22": r"""
    usurp|faux (?:courtier|conseiller|contrat)|fraude|escroc|phishing|falsifi
    """,
    "M21": r"""
    donnees personnelles|rgpd|confidentialite|(?:dossier|documents?|contrat|rib) d'un(?:e)? autre
    a un tiers|secret medical|divulgu
    """,
    "M01": r"""
    demarch|arretez de m'appeler|publicit|prospection|appels? (?:commerc|incessant|repet)|harcel
    spam|bloctel|me vendre
    """,
    "M02": r"""
    jamais (?:rien )?signe|sans mon (?:accord|consentement|autorisation)|vente forcee
    pas (?:ma|sa) signature|signature .{0,30}(?:imit|falsif)|force la main|a mon insu
    """,
    "M25": r"""
    honoraires|frais de (?:dossier|courtage|gestion)|commissions?\b|conflit d'interets?
    remuneration
    """,
    "M16": r"""
    \bexpert(?:e|s|ise|ises)?\b(?!.comptable)|contre-expertise|contre expertise
    """,
    "M17": r"""
    garage (?:agree|partenaire|conseille|du reseau)|reparateur|carross|depann|remorqu|assistance
    artisan (?:mandate|envoye)|prestataire|vehicule de remplacement|vitrier|reseau de soins
    """,
    "M15": r"""
    responsab(?:le|ilite) .{0,40}(?:50|partag|tort|accident)|50 ?[/%] ?50|partage|constat
    \btorts?\b|\bmalus\b|\birsa\b
    """,
    "M13": r"""
    refus(?:e|ee|ez|ent)?\b.{0,60}(?:garantie|prise en charge|indemnis|sinistre|rembours|payer|\
        couvrir)
    non[- ]garanti|pas (?:couvert|garanti|pris en charge)|exclusion|decheance|n'est pas couvert
    rien n'est couvert|refus (?:de garantie|notifie|injustifie)
    """,
    "M14": r"""
    indemni(?:te|sation|s)\b|vetuste|franchise|plafond|derisoire|sous-?eval|estimation
    valeur (?:a dire|venale|de remplacement)|proposition .{0,20}(?:€|euros)
    """,
    "M12": r"""
    (?:facture|frais) veterinaire
    (?:sinistre|degat|accident|indemnis|reparation|travaux|expert\w*|dossier|\
        declar\w*).{0,120}(?:toujours|depuis|attend|mois|semaines|nouvelle|avance|delai)
    (?:toujours|depuis|attend\w*|mois|semaines|delai).{0,120}(?:sinistre|degat|indemnis|\
        reparation|expert)
    """,
    "M18": r"""
    mutuelle|tiers[- ]payant|remboursement .{0,30}(?:soin|lunette|dent|optique|hospital|sante)
    indemnites journalieres|\bij\b|prevoyance|arret (?:de travail|maladie)|invalidite|\bcpam\b
    noemie|telemedecine|lunettes|dentaire
    """,
    "M20": r"""
    emprunteur|assurance (?:de |du )?pret|substitution|lemoine|quotite
    \bla banque\b.{0,60}(?:refus|assur)
    """,
    "M19": r"""
    assurance[- ]vie|rachat|capital[- ]deces|clause beneficiaire|beneficiaire|epargne|\bper\b
    unites de compte|fonds euros|arbitrage
    """,
    "M11": r"""
    resili|renonciation|retractation|loi hamon|chatel|infra-?annuelle|tacite reconduction
    """,
    "M06": r"""
    prelev|debit|trop[- ]percu|double|doublon
    rembours(?:ement|er|ez) (?:de |du |la |le )?(?:cotisation|trop|prime|somme)|agios|rejet|impaye
    relance (?:de |pour )?paiement|encaiss|cheque|virement
    """,
    "M05": r"""
    augment|hausse|tarif|cotisation|\bprime\b|trop cher|majoration|\d ?%|bonus|surprime
    """,
    "M04": r"""
    refus (?:de (?:m'|nous |l')?(?:assurer|souscri)|d'assurer)|souscri(?:re|ption) refus
    ne (?:veut|veulent|voulez) pas m'assurer|selection medicale|questionnaire de sante
    """,
    "M07": r"""
    attestation|releve d'information|carte verte|memo|duplicata|avis d'echeance|certificat
    \bdocuments?\b|contrat (?:pas |jamais )?(?:recu|signe)|conditions (?:generales|particulieres)
    """,
    "M03": r"""
    (?:m'aviez|m'avez|nous aviez|nous avez|m'a|on m'avait) (?:dit|assure|promis|conseille|garanti|\
        affirme|vendu)
    defaut de conseil|devoir de conseil|mal conseille|conseille
    personne (?:ne )?m'a(?:vait)? (?:dit|prevenu|explique|parle)|pas (?:prevenu|informe|averti)
    incomprehensible|pas clair|mal (?:renseigne|informe)
    """,
    "M10": r"""
    injoignable|ne (?:decroche|repond)\w* (?:jamais|pas|plus)|\bsonne dans le vide
    coups? de (?:fil|telephone)|raccroch|repondeur|standard|au telephone|desagreable|impoli|\bton\b
    accueil|courtois|mal recu|ballot|balade|interlocuteur|sec(?:he)?ment|mepris|rappel(?:e|er|ez)\b
    """,
    "M24": r"""
    discrimin|handicap|accessib|fauteuil|malvoyant|sourd|illettr
    """,
    "M08": r"""
    avenant|changement (?:d'adresse|de vehicule|de conducteur|de rib)|modification
    mauvaise? (?:adresse|nom|iban|plaque|immatriculation)|erreur (?:de|sur|dans)
    pas (?:ete )?(?:enregistre|pris en compte|modifie|fait)|oubli
    """,
    "M09": r"""
    sans (?:reponse|nouvelles?|retour|suite)|aucune? (?:reponse|nouvelle|retour)
    pas (?:de|eu de) (?:reponse|nouvelle|retour)|toujours (?:pas|rien|en attente)|relanc
    depuis .{0,20}(?:jours|semaines|mois)|attend
    """,
}

MOTIVE_WORDS: Final = Phrases(_WRITTEN)

# Neutral: these stand in the register and in letters, whatever the client wrote.
MATTERS: Final[Mapping[str, str]] = {
    "M01": "Démarchage ou publicité",
    "M02": "Consentement contesté",
    "M03": "Information ou conseil donné",
    "M04": "Refus de souscription",
    "M05": "Montant de la cotisation",
    "M06": "Prélèvement ou encaissement",
    "M07": "Délivrance d’un document",
    "M08": "Gestion du contrat",
    "M09": "Délai ou absence de réponse",
    "M10": "Accueil et joignabilité",
    "M11": "Traitement d’une résiliation",
    "M12": "Délai de règlement d’un sinistre",
    "M13": "Refus de garantie contesté",
    "M14": "Montant d’une indemnisation",
    "M15": "Responsabilité dans un sinistre",
    "M16": "Déroulement d’une expertise",
    "M17": "Intervention d’un prestataire",
    "M18": "Versement de prestations",
    "M19": "Épargne ou capital",
    "M20": "Traitement d’un contrat emprunteur",
    "M21": "Données personnelles",
    "M22": "Fraude ou usurpation signalée",
    "M23": "Réponse à une réclamation antérieure",
    "M24": "Égalité ou accessibilité",
    "M25": "Honoraires ou frais",
    "M99": "Motif à préciser",
}
