"""Which words speak of which product (regulation §5.1), and what letters call it."""

from collections.abc import Mapping
from typing import Final

from classifier.phrases import Phrases

# For folded text. At a tie the first counts: a taxi is a taxi before it is a car.
_WRITTEN: Final[Mapping[str, str]] = {
    "TPV_VTC": r"""
    \btaxis?\b|licence de taxi|\bvtc\b|transport de personnes
    """,
    "FLOTTE": r"""
    \bflottes?\b|parc (?:auto|de vehicules|vehicules)|auto-?ecole
    nos (?:vehicules|camions|utilitaires)
    """,
    "CAMPING": r"""
    camping[- ]?cars?|caravanes?|wohnwagen|wohnmobil|fourgon amenage
    """,
    "EDPM": r"""
    trottinettes?|\bedpm\b|gyropode|monoroue|velos? electriques?|\bvae\b
    """,
    "MOTO": r"""
    \bmotos?\b|scooters?|\bquads?\b|\b125\b|deux[- ]roues|cyclo(?:moteur)?s?\b|mobylette
    """,
    "GARAGE_PRO": r"""
    \bplaques? (?:w|garage)\b|assurance garagiste|vehicules confies|negoce auto
    """,
    "GLI": r"""
    \bgli\b|loyers? impayes?|garantie (?:des )?loyers?|impayes? de loyers?
    """,
    "PNO": r"""
    \bpno\b|proprietaire non[- ]occupante?|bailleur|appartement (?:loue|en location)
    mise en location|\bgite\b|airbnb
    """,
    "COPRO": r"""
    copropriete|\bimmeuble\b.{0,30}(?:assur|contrat)|multirisque immeuble|conseil syndical
    """,
    "DECENNALE": r"""
    decennales?|garantie 10 ans
    """,
    "DO": r"""
    dommages?[- ]ouvrages?|\bassurance do\b
    """,
    "TRC": r"""
    tous risques chantier|\btrc\b
    """,
    "RCPRO": r"""
    \brc ?pro\b|\brcp\b|responsabilite (?:civile )?professionnelle
    """,
    "RCMS": r"""
    \brcms\b|mandataires sociaux|responsabilite (?:des|du) dirigeants?
    """,
    "RCEXPL": r"""
    rc exploitation|responsabilite civile exploitation
    """,
    "CYBER": r"""
    \bcyber\w*|rancon\w*|piratage|ransomware
    """,
    "BDM": r"""
    bris de machines?|tous risques informatiques?|panne (?:de|du) (?:four|machine|presse)
    """,
    "PE": r"""
    pertes? d'exploitation
    """,
    "TRANSPORT": r"""
    marchandises? transportees?|transport de marchandises|\bfret\b|assurance marchandises
    """,
    "AGRI": r"""
    \bagricoles?\b|tracteurs?|recoltes?|\bgrele\b.{0,40}(?:vigne|ble|colza|verger|culture)|troupeau
    vignes?\b|exploitant agricole|\bgaec\b|\bearl\b|moissonneuse|betail
    """,
    "ASSO_COLL": r"""
    \bassociations?\b|\bmairie\b|\bcommune\b|collectivite|salle des fetes|club (?:de|sportif)
    """,
    "MRP": r"""
    multirisque (?:pro\w*|commerce|bureau|entreprise)|\bmrp\b|local (?:commercial|professionnel)
    fonds de commerce
    \b(?:vitrine|boutique|restaurant|magasin|boulangerie|librairie|atelier|salon de coiffure)\b
    """,
    "EMPRUNTEUR": r"""
    emprunteurs?|assurance (?:de |du |d'un )?(?:pret|credit)|pret immobilier|delegation d'assurance
    loi lemoine|\bquotite
    """,
    "OBSEQUES": r"""
    obseques|convention funeraire|\benterrement
    """,
    "ANIMAUX": r"""
    \b(?:chiens?|chiennes?|chats?|chattes?|chiots?|chatons?|animal|animaux)\b|veterinaire|\bveto\b
    """,
    "VOYAGE": r"""
    \bvoyages?\b|annulation (?:de|du) (?:sejour|voyage|vol)|rapatriement|\bsejour\b|\bvisa\b
    croisiere
    """,
    "NOMADE": r"""
    \bsmartphones?\b|\btelephone (?:casse|vole|portable)|ecran (?:casse|fissure)|\btablettes?\b
    \biphone\b(?! *$)|\bmobile\b.{0,30}(?:casse|assur)|appareil nomade
    """,
    "SCOLAIRE": r"""
    (?:assurance|attestation) scolaires?|\bscolaire\b|sortie scolaire|periscolaire
    """,
    "LOISIRS": r"""
    \bchasse\b|\bbateau\b|voilier|\bdrones?\b|\bjet[- ]ski|plaisance|parapente|\bequitation
    """,
    "PER": r"""
    \bper\b|\bperp\b|plan (?:d')?epargne retraite|epargne[- ]retraite|retraite supplementaire
    \bperin\b|\bpero\b
    """,
    "VIE": r"""
    assurance[- ]vie|capital[- ]deces|clause beneficiaire|contrat de capitalisation
    rachat (?:partiel|total)|fonds euros?|unites de compte|\bversements? programmes?
    """,
    "DECES": r"""
    temporaire deces|garantie deces|assurance deces
    """,
    "GAV": r"""
    \bgav\b|accidents? de la vie
    """,
    "DEPENDANCE": r"""
    \bdependance\b|perte d'autonomie
    """,
    "PREV_TNS": r"""
    \bmadelin\b.{0,60}(?:indemnit|arret|prevoyance)|prevoyance (?:tns|independant|madelin|artisan)
    indemnites journalieres.{0,80}(?:artisan|independant|liberal|gerant)
    """,
    "PREV_COLL": r"""
    prevoyance (?:collective|entreprise|des salaries|cadres?)|maintien de salaire
    (?:salarie|employe)e?s?.{0,60}prevoyance
    """,
    "PREV_IND": r"""
    \bprevoyance\b|indemnites journalieres|\bij\b|rente d'invalidite
    garantie (?:arret|incapacite|invalidite)
    """,
    "SANTE_COLL": r"""
    (?:mutuelle|sante|complementaire) (?:d'entreprise|collective|obligatoire|entreprise|\
        de la boite|de mon (?:employeur|entreprise))
    (?:salarie|employe)e?s?\b.{0,60}(?:mutuelle|sante)|dispense d'adhesion|portabilite
    """,
    "SANTE_TNS": r"""
    (?:mutuelle|sante) (?:tns|madelin|independant)|madelin sante
    """,
    "SANTE_IND": r"""
    \bmutuelles?\b|complementaire sante|tiers[- ]payant
    remboursement (?:de )?(?:lunettes|dentaire|soins|optique)
    \b(?:lunettes|dentaire|optique|orthodont\w*|couronne dentaire|lentilles|audioprothes\w*|\
        appareils? auditifs?)\b
    carte de tiers
    """,
    "PJ": r"""
    protection juridique|defense[- ]recours
    """,
    "CHOM_DIR": r"""
    chomage (?:des? |du )?dirigeants?|perte d'emploi du dirigeant
    """,
    "CREDIT": r"""
    rachat de credits?|regroupement de credits?|\biobsp\b
    """,
    "AUTO": r"""
    \bautos?\b|automobiles?|voitures?|vehicules?|carte verte|memo vehicule|bonus|malus
    pare[- ]?brise|bris de glace|conduct(?:eur|rice)s?|immatricul\w+|carte grise
    \b(?:clio|megane|twingo|captur|scenic|kangoo|208|308|2008|3008|c3|c4|berlingo|golf|polo|yaris|\
        dacia|sandero|duster|peugeot|renault|citroen|toyota|volkswagen|tesla|zoe|kia|hyundai|bmw|\
            audi|mercedes|fiat|opel|corsa|skoda|partner|trafic)\b
    """,
    "MRH": r"""
    \bhabitation\b|multirisque habitation|\bmrh\b|\bmaison\b|\bappart\w*|degats? des eaux
    cambriol\w+|\bdegat des eaux|\btoiture\b|\bfuite\b|\blogement\b|locataire|\bcave\b|inondation
    studio|mon domicile|bijoux
    """,
    "ASSIST": r"""
    \bassistance\b|depannage|remorquage|vehicule de remplacement
    """,
}

PRODUCT_WORDS: Final = Phrases(_WRITTEN)

# How the register and the letters may call a product without giving anything away.
CONTRACTS: Final[Mapping[str, str]] = {
    "AUTO": "contrat auto",
    "MOTO": "contrat deux-roues",
    "EDPM": "contrat trottinette",
    "CAMPING": "contrat camping-car ou caravane",
    "FLOTTE": "contrat flotte automobile",
    "GARAGE_PRO": "contrat professionnel de l’automobile",
    "TPV_VTC": "contrat taxi ou VTC",
    "MRH": "contrat habitation",
    "PNO": "contrat propriétaire non occupant",
    "GLI": "garantie des loyers impayés",
    "COPRO": "contrat immeuble",
    "MRP": "contrat multirisque professionnelle",
    "RCPRO": "contrat RC professionnelle",
    "RCEXPL": "contrat RC exploitation",
    "RCMS": "contrat responsabilité des dirigeants",
    "DECENNALE": "contrat décennale",
    "DO": "contrat dommages-ouvrage",
    "TRC": "contrat tous risques chantier",
    "CYBER": "contrat cyber",
    "BDM": "contrat bris de machine",
    "PE": "contrat pertes d’exploitation",
    "TRANSPORT": "contrat marchandises transportées",
    "AGRI": "contrat agricole",
    "ASSO_COLL": "contrat association ou collectivité",
    "PJ": "contrat protection juridique",
    "ASSIST": "garantie assistance",
    "SANTE_IND": "contrat santé",
    "SANTE_COLL": "contrat santé collective",
    "SANTE_TNS": "contrat santé",
    "PREV_IND": "contrat prévoyance",
    "PREV_COLL": "contrat prévoyance collective",
    "PREV_TNS": "contrat prévoyance",
    "GAV": "contrat accidents de la vie",
    "DEPENDANCE": "contrat dépendance",
    "OBSEQUES": "contrat obsèques",
    "EMPRUNTEUR": "assurance emprunteur",
    "VIE": "contrat d’assurance vie",
    "PER": "contrat épargne retraite",
    "DECES": "contrat décès",
    "VOYAGE": "contrat voyage",
    "NOMADE": "contrat appareil nomade",
    "ANIMAUX": "contrat animaux",
    "SCOLAIRE": "contrat scolaire",
    "LOISIRS": "contrat loisirs",
    "CHOM_DIR": "contrat chômage des dirigeants",
    "CREDIT": "crédit",
}
