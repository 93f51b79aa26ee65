"""Signs that only a person may handle a mail (regulation §4.5), by what it says and who writes.

Whether a sender is a stranger or its address doubtful is seen at the envelope (``ingest``), and
whether a mail repeats another by its thread (``register``): here only words count.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from classifier.phrases import Phrases
from classifier.text import fold
from classifier.triage import Judged

_LONGEST = 20_000

# The French a person reads where an acknowledgement is withheld.
SIGNALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AVOCAT": "un avocat écrit, ou son intervention est annoncée",
        "MISE_EN_DEMEURE": "il est question d’une mise en demeure",
        "ACTE_CONTENTIEUX": "il est question d’un tribunal ou d’un commissaire de justice",
        "AUTORITE_MEDIATEUR": "il est question d’un médiateur, d’une autorité ou d’une association",
        "DONNEES_SANTE": "le message contient des données de santé d’une personne",
        "VULNERABILITE": "la personne peut être vulnérable (deuil, maladie, tutelle, dettes)",
        "VIOLATION_DONNEES": "des données personnelles ont pu parvenir à d’autres",
        "DROIT_RGPD": "un droit sur les données personnelles est exercé : réponse sous un mois",
        "FRAUDE": "il est question de fraude, d’usurpation ou d’une signature contestée",
        "MENACE": "le message contient une menace, ou quelqu’un peut être en danger",
        "PRESSE_AVIS_PUBLIC": "il est question d’un avis public ou de la presse",
        "ANONYME": "l’auteur ne se fait pas connaître",
        "REITERATION": "la personne maintient ou répète une réclamation antérieure",
        "RECLAMATION_CITEE": "le message cite une réclamation déjà inscrite au registre",
        "PIECE_ILLISIBLE": "le programme n’a pas pu lire une pièce jointe : ouvrez-la avant de décider",
    }
)

# A letter that says nothing of health may go to someone who wrote of it (§4.5); a request on
# personal data has a clock of its own; and who has read an attachment may answer to it.
_MAY_BE_ACKNOWLEDGED: Final = frozenset({"DONNEES_SANTE", "DROIT_RGPD", "PIECE_ILLISIBLE"})

_MY = r"(?:mon|ma|mes|notre|nos|son|sa|ses|leurs?)"
_KIN = (
    r"(?:mari|epou(?:x|se)|conjointe?|compagnon|compagne|pere|mere|maman|papa|fils|fille|frere|soeur"
    r"|enfant|bebe|grand[- ]?(?:pere|mere)|parents?|femme)"
)

_WRITTEN: Final[Mapping[str, str]] = {
    "AVOCAT": r"""
    \b(?:MY|un|une|par|l'|cet|cette|d'un|prendre|vers) ?avocate?s?\b
    \bavocate?s? (?:a la cour|au barreau|associee?s?|inscrite?|honoraire)|cabinet \w+ avocats
    \bconseil de (?:m\.?|mme|madame|monsieur|la (?:societe|sarl|sas|sci)|l'association) [a-z]
    es[- ]qualites? de conseil|\b(?:mon|ma) (?:client|cliente|mandante?)\b.{0,200}\bconfrere
    """,
    "MISE_EN_DEMEURE": r"""
    \ben demeure\b
    """,
    "ACTE_CONTENTIEUX": r"""
    \bassign(?:ation|er|e|ons|ee|erai)\b.{0,40}\b(?:en|devant|justice|tribunal|refere|paiement)
    \btribuna(?:l|ux)\b|\ben justice\b|\bgreffe\b|\bprud'?homm|voie judiciaire
    commissaires? de justice|\bhuissiers?\b(?! de france)|injonction de payer
    citation a comparaitre|requete en|saisie[- ](?:attribution|conservatoire|vente|remuneration)
    avis a tiers detenteur|mainlevee
    (?:depos|port)\w* plainte contre (?:vous|votre|l'assur|la compagnie|le cabinet)
    """,
    "AUTORITE_MEDIATEUR": r"""
    \bmediat(?:eur|rice|ion)s?\b
    (?<!controle de l')(?<!controlee par l')(?<!autorite de l')\bacpr\b(?! ?[-–,:(] ?4 place)
    \b(?:dgccrf|ddpp|cnil|signal ?conso)\b|repression des fraudes|defenseur des droits|que choisir
    \bufc\b|\bclcv\b|60 millions
    association (?:de|des) (?:consommateurs|defense|usagers|locataires|victimes)
    """,
    "DONNEES_SANTE": r"""
    \b(?:cancers?|tumeurs?|chimio\w*|radiotherapie|infarctus|diabet\w+|depressi(?:on|f|ve)|\
        burn[- ]?out|scleroses?|alzheimer|parkinson|hernie|sciatique|lombalgie|hepatite|epilep\w+|\
            autis\w+|vih|seropositi\w+|dialyse|leucemie|metastas\w+|psychiatr\w+|schizophren\w+|\
                bipolaire|endometriose|fibromyalgie)\b
    \bavc\b|crise cardiaque|fausse couche|\benceinte\b|grossesse|accouche|cesarienne
    \b(?:MY|d'une|la|cette|une) (?:maladie|pathologie|operation|hospitalisation|invalidite|\
        rechute|handicap|prothese de)\b(?! (?:garantie|professionnelle garantie))
    \b(?:en|mon|son|un|cet|mes|l'|d'un) ?arrets? (?:de travail|maladie)\b|\ben arret depuis
    accident du travail|\b(?:hospitalise|opere)e?s?\b
    compte[- ]rendu (?:medical|operatoire|d'hospitalisation)|certificat medical|dossier medical
    questionnaire (?:medical|de sante)|intervention chirurgicale
    reconnu\w* (?:invalide|handicape|en ald)|affection de longue duree
    taux d'(?:invalidite|incapacite)|\bfractures? (?:du|de la|de l'|des|ouverte|au|a la)
    (?:bras|jambe|poignet|cheville|bassin|col du femur|cote)s? (?:casse|fractur)
    (?:je|il|elle) (?:souffre|souffrait) d
    """,
    "VULNERABILITE": r"""
    \b(?:deces|mort|disparition|perte) (?:de|d'|du) ?(?:MY )?KIN\b
    KIN (?:est|a ete|etait|qui est|nous a|s'est) (?:decede|mort|quitte|eteint)\w*|\bdecedee?s?\b
    feue? (?:mon|ma|notre)\b|\bveu(?:f|ve)s?\b|obseques de MY KIN|nous a quittes|en deuil
    \bdefunte?\b|\b(?:tutelle|curatelle|curateur|curatrice)\b
    \b(?:tuteur|tutrice) (?:legale?|de m\b|de mme)|mandataire judiciaire|majeure? protegee?
    habilitation familiale|sauvegarde de justice|surendett\w+|interdit bancaire|\brestos? du coeur
    banque alimentaire|\ba la rue\b|plus de quoi (?:manger|payer|vivre)
    \bne sai[st] pas (?:lire|ecrire)\b|illettr\w+
    (?:est|vit|entree?|residente?|placee?) (?:en|a l'|dans un|d'un) ?ehpad\b
    \b(?:soins palliatifs|en fin de vie|malvoyante?|aveugle|sourde? et|trisomi\w+)\b
    violences? conjugales?|mari violent
    depressi(?:on|f|ve)\b|burn[- ]?out|\bne dor(?:s|t|mons) plus|n'en p(?:eux|eut|ouvons) plus
    \ba bout de (?:forces?|nerfs)|\bcancers?\b|chimio\w*|en phase terminale
    (?:grave|longue) maladie|maladie grave|\bhandicapee?s?\b
    """,
    "VIOLATION_DONNEES": r"""
    (?:recu|envoye|transmis|adresse|donne|communique|\
        joint)\w* .{0,60}\b(?:d'une? autres? (?:client|personne|assure|famille|societe)|\
            de quelqu'un d'autre|qui n'est pas (?:le mien|moi|a moi)|d'un inconnu|d'un certain)
    (?:dossier|donnees|informations|rib|iban|contrat|coordonnees|releve)\b.{0,60}\b(?:divulgu|\
        a (?:un tiers|mon ex|mon voisin|n'importe qui|des tiers|un inconnu|d'autres)|fuite)
    fuite (?:de|des) donnees|violation (?:de|du|des) (?:mes |nos |leurs )?(?:donnees|secret)
    secret medical|confidentialite .{0,40}(?:viol|respect|trahi)
    donnees .{0,30}(?:revend|vendu|pirat)
    """,
    "DROIT_RGPD": r"""
    \brgpd\b|droit (?:d'acces|a l'effacement|d'opposition|de rectification|a l'oubli)
    article 1[5-9] du reglement|mes donnees (?:personnelles|a caractere personnel)
    """,
    "FRAUDE": r"""
    \busurp\w+|(?<!repression des )\bfraud(?:e|es|er|uleu\w+|uleusement)\b(?! au virement)
    hameconnage|phishing|se fai(?:t|sait|sant) passer
    \bfaux (?:courtier|conseiller|contrat|mail|message|site|document|profil|agent)\b
    fausse (?:signature|attestation|identite|piece)
    signature .{0,40}(?:n'est pas (?:celle|la mienne|de )|imit|falsifi|contrefai|copiee)
    pas (?:ma|sa) signature|(?:n'ai|n'a|avons|j'ai) jamais (?:rien )?signe
    (?:signe|souscrit) (?:a ma place|en mon nom)|falsifi\w+
    """,
    "MENACE": r"""
    \b(?:vais|va|viens|viendrai|irai|allons) (?:tous? )?(?:vous|te|lui|leur|les|tout) ?(?:casser|\
        peter|tuer|buter|defoncer|cogner|demolir|cramer|bruler|crever|massacrer|frapper|exploser)
    \b(?:le|la|leur|vous|tout) (?:regretter|paieri?ez|faire payer)\w* (?:cher|tres|un jour)
    vous allez (?:me )?(?:le payer|le regretter)|je sais ou (?:vous|tu) habite
    (?:mettre|foutre|met) le feu (?:chez|a votre|dans vo)
    (?:vais|va|viens|venir|allons) tout casser|poing dans|casser la (?:gueule|figure)|la gueule
    avec (?:un|mon) (?:fusil|couteau|batte)|\bmenaces? (?:de mort|physique)|suicid\w+|en finir avec
    me (?:foutre|jeter|tirer) (?:en l'air|sous|par|une balle)|plus envie de vivre
    """,
    "PRESSE_AVIS_PUBLIC": r"""
    \bavis (?:google|negatifs?|en ligne|public|client|trustpilot)|google (?:avis|reviews?|business)
    trustpilot|opinion[- ]assurances|\b(?:une|1|zero|0) etoiles?\b
    (?:publi|post|mett|laiss|racont|partag|diffus|parl)\w* .{0,40}\b(?:facebook|google|\
        reseaux? socia\w+|internet|twitter|instagram|tiktok|linkedin|la presse)
    \bjournalistes?\b|est republicain|republicain lorrain|julien courbet
    (?:a|dans|par|alerter?|contacter?|informer?|avec) la presse\b
    presse (?:locale|regionale|nationale|ecrite)|france 3\b|l'alsace\b.{0,20}journal
    """,
    "ANONYME": r"""
    \banonym(?:e|at|ement)\b|prefere (?:ne pas donner|taire) mon nom
    """,
    "REITERATION": r"""
    \bmaintien(?:s|t|nent)\b.{0,40}\b(?:reclamation|demande|ce que|tout|position|contestation|\
        griefs?|propos)
    \bmaintenons\b
    votre (?:reponse|courrier|lettre|mail|explication)s? .{0,60}\b(?:ne (?:me |nous )?(?:convien|\
        satisf|repond|convainc)|insuffisant|insatisfaisant|a cote|n'y repond|pas repondu a)
    \b(?:seconde|deuxieme|2e|2eme|nouvelle|troisieme|3e|enieme|premiere|precedente|derniere|\
        ancienne) reclamations?\b
    \b(?:ma|notre|mes) reclamations? (?:du|de|d'|restee?|deposee|precedente|adressee)
    toujours pas .{0,40}\breclamation
    """,
    "RECLAMATION_CITEE": r"""
    \brec-\d{4}-\d{2,}
    """,
}

_WORDS: Final = Phrases(_WRITTEN, MY=_MY, KIN=_KIN)
# A sender who is one of these is a sign whatever the words.
_SENDERS: Final = {
    "AVOCAT": re.compile(r"avocat"),
    "AUTORITE_MEDIATEUR": re.compile(
        r"mediat(?:eur|ion)[-.@ ]|acpr|banque-france|dgccrf|cnil\b|defenseurdesdroits|quechoisir"
        r"|clcv"
    ),
    "ACTE_CONTENTIEUX": re.compile(
        r"commissaires?[-. ]?(?:de[-. ])?justice|huissier|greffe|tribunal"
    ),
}
_OF_ANIMALS = re.compile(
    r"\b(?:chien|chienne|chat|chatte|chaton|chiot|cheval|jument|veterinaire|veto)s?\b"
)


@dataclass(frozen=True)
class _Said:
    """A mail as its signs are looked for, folded."""

    words: str  # subject and newest words
    body: str
    sender: str


def signals_in(mail: Judged) -> tuple[str, ...]:
    """The codes of all signs in a mail, in the order of ``SIGNALS``."""
    body = fold(mail.text[:_LONGEST])
    sender = fold(f"{mail.from_name} {mail.from_email}")
    said = _Said(f"{fold(mail.subject)}\n{body}", body, sender)
    perhaps = frozenset(_WORDS.perhaps_in(said.words))
    return tuple(
        code
        for code in SIGNALS
        if _writes(said, code)
        or (code in perhaps and _says(said, code))
        or (code == "PIECE_ILLISIBLE" and mail.unread)
    )


def blocks_acknowledgement(code: str) -> bool:
    """Whether no letter may leave on this sign without a person's word; unknown codes do block."""
    return code not in _MAY_BE_ACKNOWLEDGED


def _writes(said: _Said, code: str) -> bool:
    return code in _SENDERS and _SENDERS[code].search(said.sender) is not None


def _says(said: _Said, code: str) -> bool:
    if code in ("DONNEES_SANTE", "VULNERABILITE") and _OF_ANIMALS.search(said.words):
        return False  # the operation or the death of a dog is no person's
    # The subject of a reply to our own letters carries the number of the entry.
    text = said.body if code == "RECLAMATION_CITEE" else said.words
    return _WORDS[code].search(text) is not None
