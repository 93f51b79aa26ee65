"""What a mail is about: product and motive codes (regulation §5.1, §5.2), and a neutral subject."""

import re
from collections.abc import Mapping
from typing import Final

from classifier.text import fold

# Patterns for folded text; the first of a list is the most telling. Heavier codes come first: a
# taxi's fleet is a taxi before it is a car.
_PRODUCTS: Final[Mapping[str, str]] = {
    "TPV_VTC": r"\btaxis?\b|\bvtc\b|transport de personnes",
    "FLOTTE": r"\bflottes?\b|parc (?:auto|de vehicules|vehicules)|auto-?ecole|nos (?:vehicules|camions|utilitaires)",
    "CAMPING": r"camping[- ]?cars?|caravanes?|wohnwagen|wohnmobil|fourgon amenage",
    "EDPM": r"trottinettes?|\bedpm\b|gyropode|monoroue|velos? electriques?|\bvae\b",
    "MOTO": r"\bmotos?\b|scooters?|\bquads?\b|\b125\b|deux[- ]roues|cyclo(?:moteur)?s?\b|mobylette",
    "GARAGE_PRO": r"\bplaques? (?:w|garage)\b|assurance garagiste|vehicules confies|negoce auto",
    "GLI": r"\bgli\b|loyers? impayes?|garantie (?:des )?loyers?|impayes? de loyers?",
    "PNO": r"\bpno\b|proprietaire non[- ]occupante?|bailleur|appartement (?:loue|en location)|mise en location|\bgite\b|airbnb",
    "COPRO": r"copropriete|\bimmeuble\b.{0,30}(?:assur|contrat)|multirisque immeuble|conseil syndical",
    "DECENNALE": r"decennales?|garantie 10 ans",
    "DO": r"dommages?[- ]ouvrages?|\bassurance do\b",
    "TRC": r"tous risques chantier|\btrc\b",
    "RCPRO": r"\brc ?pro\b|\brcp\b|responsabilite (?:civile )?professionnelle",
    "RCMS": r"\brcms\b|mandataires sociaux|responsabilite (?:des|du) dirigeants?",
    "RCEXPL": r"rc exploitation|responsabilite civile exploitation",
    "CYBER": r"\bcyber\w*|rancon\w*|piratage|ransomware",
    "BDM": r"bris de machines?|tous risques informatiques?|panne (?:de|du) (?:four|machine|presse)",
    "PE": r"pertes? d'exploitation",
    "TRANSPORT": r"marchandises? transportees?|transport de marchandises|\bfret\b|assurance marchandises",
    "AGRI": r"\bagricoles?\b|tracteurs?|recoltes?|\bgrele\b.{0,40}(?:vigne|ble|colza|verger|culture)|troupeau|vignes?\b|exploitant agricole|\bgaec\b|\bearl\b|moissonneuse|betail",
    "ASSO_COLL": r"\bassociations?\b|\bmairie\b|\bcommune\b|collectivite|salle des fetes|club (?:de|sportif)",
    "MRP": r"multirisque (?:pro\w*|commerce|bureau|entreprise)|\bmrp\b|local (?:commercial|professionnel)|fonds de commerce|\b(?:vitrine|boutique|restaurant|magasin|boulangerie|librairie|atelier|salon de coiffure)\b",
    "EMPRUNTEUR": r"emprunteurs?|assurance (?:de |du |d'un )?(?:pret|credit)|pret immobilier|delegation d'assurance|loi lemoine|\bquotite",
    "OBSEQUES": r"obseques|convention funeraire|\benterrement",
    "ANIMAUX": r"\b(?:chiens?|chiennes?|chats?|chattes?|chiots?|chatons?|animal|animaux)\b|veterinaire|\bveto\b",
    "VOYAGE": r"\bvoyages?\b|annulation (?:de|du) (?:sejour|voyage|vol)|rapatriement|\bsejour\b|\bvisa\b|croisiere",
    "NOMADE": r"\bsmartphones?\b|\btelephone (?:casse|vole|portable)|ecran (?:casse|fissure)|\btablettes?\b|\biphone\b(?! *$)|\bmobile\b.{0,30}(?:casse|assur)|appareil nomade",
    "SCOLAIRE": r"(?:assurance|attestation) scolaires?|\bscolaire\b|sortie scolaire|periscolaire",
    "LOISIRS": r"\bchasse\b|\bbateau\b|voilier|\bdrones?\b|\bjet[- ]ski|plaisance|parapente|\bequitation",
    "PER": r"\bper\b|\bperp\b|plan (?:d')?epargne retraite|epargne[- ]retraite|retraite supplementaire|\bperin\b|\bpero\b",
    "VIE": r"assurance[- ]vie|capital[- ]deces|clause beneficiaire|contrat de capitalisation|rachat (?:partiel|total)|fonds euros?|unites de compte|\bversements? programmes?",
    "DECES": r"temporaire deces|garantie deces|assurance deces",
    "GAV": r"\bgav\b|accidents? de la vie",
    "DEPENDANCE": r"\bdependance\b|perte d'autonomie",
    "PREV_TNS": r"\bmadelin\b.{0,60}(?:indemnit|arret|prevoyance)|prevoyance (?:tns|independant|madelin|artisan)|indemnites journalieres.{0,80}(?:artisan|independant|liberal|gerant)",
    "PREV_COLL": r"prevoyance (?:collective|entreprise|des salaries|cadres?)|maintien de salaire|(?:salarie|employe)e?s?.{0,60}prevoyance",
    "PREV_IND": r"\bprevoyance\b|indemnites journalieres|\bij\b|rente d'invalidite|garantie (?:arret|incapacite|invalidite)",
    "SANTE_COLL": r"(?:mutuelle|sante|complementaire) (?:d'entreprise|collective|obligatoire|entreprise|de la boite|de mon (?:employeur|entreprise))|(?:salarie|employe)e?s?\b.{0,60}(?:mutuelle|sante)|dispense d'adhesion|portabilite",
    "SANTE_TNS": r"(?:mutuelle|sante) (?:tns|madelin|independant)|madelin sante",
    "SANTE_IND": r"\bmutuelles?\b|complementaire sante|tiers[- ]payant|remboursement (?:de )?(?:lunettes|dentaire|soins|optique)|\b(?:lunettes|dentaire|optique|orthodont\w*|couronne dentaire|lentilles|audioprothes\w*|appareils? auditifs?)\b|carte de tiers",
    "PJ": r"protection juridique|defense[- ]recours",
    "CHOM_DIR": r"chomage (?:des? |du )?dirigeants?|perte d'emploi du dirigeant",
    "CREDIT": r"rachat de credits?|regroupement de credits?|\biobsp\b",
    "AUTO": r"\bautos?\b|automobiles?|voitures?|vehicules?|carte verte|memo vehicule|bonus|malus|pare[- ]?brise|bris de glace|conduct(?:eur|rice)s?|immatricul\w+|carte grise|\b(?:clio|megane|twingo|captur|scenic|kangoo|208|308|2008|3008|c3|c4|berlingo|golf|polo|yaris|dacia|sandero|duster|peugeot|renault|citroen|toyota|volkswagen|tesla|zoe|kia|hyundai|bmw|audi|mercedes|fiat|opel|corsa|skoda|partner|trafic)\b",
    "MRH": r"\bhabitation\b|multirisque habitation|\bmrh\b|\bmaison\b|\bappart\w*|degats? des eaux|cambriol\w+|\bdegat des eaux|\btoiture\b|\bfuite\b|\blogement\b|locataire|\bcave\b|inondation|studio",
    "ASSIST": r"\bassistance\b|depannage|remorquage|vehicule de remplacement",
}  # fmt: skip

# How the register and the letters may call a product without giving anything away.
_CONTRACTS: Final[Mapping[str, str]] = {
    "AUTO": "contrat auto", "MOTO": "contrat deux-roues", "EDPM": "contrat trottinette", "CAMPING": "contrat camping-car ou caravane",
    "FLOTTE": "contrat flotte automobile", "GARAGE_PRO": "contrat professionnel de l’automobile", "TPV_VTC": "contrat taxi ou VTC",
    "MRH": "contrat habitation", "PNO": "contrat propriétaire non occupant", "GLI": "garantie des loyers impayés",
    "COPRO": "contrat immeuble", "MRP": "contrat multirisque professionnelle", "RCPRO": "contrat RC professionnelle",
    "RCEXPL": "contrat RC exploitation", "RCMS": "contrat responsabilité des dirigeants", "DECENNALE": "contrat décennale",
    "DO": "contrat dommages-ouvrage", "TRC": "contrat tous risques chantier", "CYBER": "contrat cyber", "BDM": "contrat bris de machine",
    "PE": "contrat pertes d’exploitation", "TRANSPORT": "contrat marchandises transportées", "AGRI": "contrat agricole",
    "ASSO_COLL": "contrat association ou collectivité", "PJ": "contrat protection juridique", "ASSIST": "garantie assistance",
    "SANTE_IND": "contrat santé", "SANTE_COLL": "contrat santé collective", "SANTE_TNS": "contrat santé", "PREV_IND": "contrat prévoyance",
    "PREV_COLL": "contrat prévoyance collective", "PREV_TNS": "contrat prévoyance", "GAV": "contrat accidents de la vie",
    "DEPENDANCE": "contrat dépendance", "OBSEQUES": "contrat obsèques", "EMPRUNTEUR": "assurance emprunteur", "VIE": "contrat d’assurance vie",
    "PER": "contrat épargne retraite", "DECES": "contrat décès", "VOYAGE": "contrat voyage", "NOMADE": "contrat appareil nomade",
    "ANIMAUX": "contrat animaux", "SCOLAIRE": "contrat scolaire", "LOISIRS": "contrat loisirs", "CHOM_DIR": "contrat chômage des dirigeants",
    "CREDIT": "crédit",
}  # fmt: skip

# Motives: what is done wrong, by whom. More telling ones come first.
_MOTIVES: Final[Mapping[str, str]] = {
    "M23": r"\breclamation (?:du|de|precedente|anterieure|restee)|(?:ma|notre|premiere|deuxieme|seconde) reclamation|votre reponse .{0,40}(?:ne me|ne nous|insuffisant|satisf|convient)|je maintiens",
    "M22": r"usurp|faux (?:courtier|conseiller|contrat)|fraude|escroc|phishing|falsifi",
    "M21": r"donnees personnelles|rgpd|confidentialite|(?:dossier|documents?|contrat|rib) d'un(?:e)? autre|a un tiers|secret medical|divulgu",
    "M01": r"demarch|arretez de m'appeler|publicit|prospection|appels? (?:commerc|incessant|repet)|harcel|spam|bloctel|me vendre",
    "M02": r"jamais (?:rien )?signe|sans mon (?:accord|consentement|autorisation)|vente forcee|pas (?:ma|sa) signature|signature .{0,30}(?:imit|falsif)|force la main|a mon insu",
    "M25": r"honoraires|frais de (?:dossier|courtage|gestion)|commissions?\b|conflit d'interets?|remuneration",
    "M16": r"\bexpert(?:e|s|ise|ises)?\b(?!.comptable)|contre-expertise|contre expertise",
    "M17": r"garage (?:agree|partenaire|conseille|du reseau)|reparateur|carross|depann|remorqu|assistance|artisan (?:mandate|envoye)|prestataire|vehicule de remplacement|vitrier|reseau de soins",
    "M15": r"responsab(?:le|ilite) .{0,40}(?:50|partag|tort|accident)|50 ?[/%] ?50|partage|constat|\btorts?\b|\bmalus\b|\birsa\b",
    "M13": r"refus(?:e|ee|ez|ent)?\b.{0,60}(?:garantie|prise en charge|indemnis|sinistre|rembours|payer|couvrir)|non[- ]garanti|pas (?:couvert|garanti|pris en charge)|exclusion|decheance|n'est pas couvert|rien n'est couvert|refus (?:de garantie|notifie|injustifie)",
    "M14": r"indemni(?:te|sation|s)\b|vetuste|franchise|plafond|derisoire|sous-?eval|estimation|valeur (?:a dire|venale|de remplacement)|proposition .{0,20}(?:€|euros)",
    "M12": r"(?:sinistre|degat|accident|indemnis|reparation|travaux|expert\w*|dossier|declar\w*).{0,120}(?:toujours|depuis|attend|mois|semaines|nouvelle|avance|delai)|(?:toujours|depuis|attend\w*|mois|semaines|delai).{0,120}(?:sinistre|degat|indemnis|reparation|expert)",
    "M18": r"mutuelle|tiers[- ]payant|remboursement .{0,30}(?:soin|lunette|dent|optique|hospital|sante)|indemnites journalieres|\bij\b|prevoyance|arret (?:de travail|maladie)|invalidite|\bcpam\b|noemie|telemedecine|lunettes|dentaire",
    "M20": r"emprunteur|assurance (?:de |du )?pret|substitution|lemoine|quotite|\bla banque\b.{0,60}(?:refus|assur)",
    "M19": r"assurance[- ]vie|rachat|capital[- ]deces|clause beneficiaire|beneficiaire|epargne|\bper\b|unites de compte|fonds euros|arbitrage",
    "M11": r"resili|renonciation|retractation|loi hamon|chatel|infra-?annuelle|tacite reconduction",
    "M06": r"prelev|debit|trop[- ]percu|double|doublon|rembours(?:ement|er|ez) (?:de |du |la |le )?(?:cotisation|trop|prime|somme)|agios|rejet|impaye|relance (?:de |pour )?paiement|encaiss|cheque|virement",
    "M05": r"augment|hausse|tarif|cotisation|\bprime\b|trop cher|majoration|\d ?%|bonus|surprime",
    "M04": r"refus (?:de (?:m'|nous |l')?(?:assurer|souscri)|d'assurer)|souscri(?:re|ption) refus|ne (?:veut|veulent|voulez) pas m'assurer|selection medicale|questionnaire de sante",
    "M07": r"attestation|releve d'information|carte verte|memo|duplicata|avis d'echeance|certificat|\bdocuments?\b|contrat (?:pas |jamais )?(?:recu|signe)|conditions (?:generales|particulieres)",
    "M03": r"(?:m'aviez|m'avez|nous aviez|nous avez|m'a|on m'avait) (?:dit|assure|promis|conseille|garanti|affirme|vendu)|defaut de conseil|devoir de conseil|mal conseille|conseille|personne (?:ne )?m'a(?:vait)? (?:dit|prevenu|explique|parle)|pas (?:prevenu|informe|averti)|incomprehensible|pas clair|mal (?:renseigne|informe)",
    "M10": r"injoignable|raccroch|repondeur|standard|au telephone|desagreable|impoli|\bton\b|accueil|courtois|mal recu|ballot|balade|interlocuteur|sec(?:he)?ment|mepris|rappel(?:e|er|ez)\b",
    "M24": r"discrimin|handicap|accessib|fauteuil|malvoyant|sourd|illettr",
    "M08": r"avenant|changement (?:d'adresse|de vehicule|de conducteur|de rib)|modification|mauvaise? (?:adresse|nom|iban|plaque|immatriculation)|erreur (?:de|sur|dans)|pas (?:ete )?(?:enregistre|pris en compte|modifie|fait)|oubli",
    "M09": r"sans (?:reponse|nouvelles?|retour|suite)|aucune? (?:reponse|nouvelle|retour)|pas (?:de|eu de) (?:reponse|nouvelle|retour)|toujours (?:pas|rien|en attente)|relanc|depuis .{0,20}(?:jours|semaines|mois)|attend",
}  # fmt: skip

_MATTERS: Final[Mapping[str, str]] = {
    "M01": "Démarchage ou publicité", "M02": "Consentement contesté", "M03": "Information ou conseil donné", "M04": "Refus de souscription",
    "M05": "Montant de la cotisation", "M06": "Prélèvement ou encaissement", "M07": "Délivrance d’un document", "M08": "Gestion du contrat",
    "M09": "Délai ou absence de réponse", "M10": "Accueil et joignabilité", "M11": "Traitement d’une résiliation",
    "M12": "Délai de règlement d’un sinistre", "M13": "Refus de garantie contesté", "M14": "Montant d’une indemnisation",
    "M15": "Responsabilité dans un sinistre", "M16": "Déroulement d’une expertise", "M17": "Intervention d’un prestataire",
    "M18": "Versement de prestations", "M19": "Épargne ou capital", "M20": "Traitement d’un contrat emprunteur",
    "M21": "Données personnelles", "M22": "Fraude ou usurpation signalée", "M23": "Réponse à une réclamation antérieure",
    "M24": "Égalité ou accessibilité", "M25": "Honoraires ou frais", "M99": "Motif à préciser",
}  # fmt: skip

_COMPILED_PRODUCTS = {code: re.compile(pattern) for code, pattern in _PRODUCTS.items()}
_COMPILED_MOTIVES = {
    code: re.compile(pattern, re.DOTALL) for code, pattern in _MOTIVES.items()
}
_LOOKED_AT = 6_000
_SUBJECT_COUNTS = 3
_LONGEST = 120


def product_of(subject: str, text: str) -> str:
    """The code of the product a mail speaks of most; empty where it speaks of none."""
    return _most_spoken_of(_COMPILED_PRODUCTS, subject, text)


def motive_of(subject: str, text: str) -> str:
    """The code of what seems to be held against somebody; empty where nothing tells."""
    return _most_spoken_of(_COMPILED_MOTIVES, subject, text)


def neutral_subject(motive: str, product: str) -> str:
    """What a complaint is about in the office's words: never the client's, never of health."""
    if not motive and not product:
        return ""
    contract = _CONTRACTS.get(product, "")
    said = _MATTERS.get(motive, _MATTERS["M99"])
    return (f"{said} – {contract}" if contract else said)[:_LONGEST]


def _most_spoken_of(
    patterns: Mapping[str, re.Pattern[str]], subject: str, text: str
) -> str:
    """The code with most different words said; at a tie the one that is listed first."""
    head, body = fold(subject), fold(text[:_LOOKED_AT])
    votes = {
        code: _SUBJECT_COUNTS * bool(pattern.search(head)) + len(set(pattern.findall(body)))
        for code, pattern in patterns.items()
    }
    best = max(votes, key=lambda code: votes[code])
    return best if votes[best] else ""
