"""Turns of phrase that speak for or against a complaint (regulation §4.3): a clerk's ear.

Never sufficient alone: the model weighs them with everything else. All patterns are written for
folded text (lower case, no accents, straight apostrophes) and are linear in its length.
"""

from collections.abc import Mapping
from typing import Final

from classifier.phrases import Phrases

_NUMBER = r"(?:\d+|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|quinze|des|plusieurs|qq)"
_SPAN = rf"{_NUMBER} ?(?:jours?|j\b|semaines?|sem\b|mois|ans?\b|annees?)"
_NTH = r"(?:\d+ ?(?:e|eme|ieme)|deuxieme|seconde|troisieme|quatrieme|cinquieme|enieme)"

_WRITTEN: Final[Mapping[str, str]] = {
    "still": r"""
    toujours (?:pas|rien|aucun|en attente|sans|le meme|la meme|au meme|impossible)
    attends? (?:toujours|encore|depuis)|encore (?:rien|pas|une fois|attendre)
    rien (?:recu|vu|ne|n'|depuis|du tout|de neuf|a faire)|tjr?s (?:pas|rien)
    """,
    "silence": r"""
    sans (?:reponse|nouvelle|retour|suite|effet|succes|resultat)
    (?:aucune?|0|zero|ni) (?:reponse|nouvelle|retour|suite|rappel|accuse)
    pas (?:de|eu de|une) (?:reponse|nouvelle|retour|suite)|lettre morte|en vain|silence
    dans le vide|me rappell?er?|(?:jamais|pas|ne) (?:ete )?(?:rappell?ee?|repond|repondu)
    rappell?e pas|repond(?:ez)? (?:pas|jamais)|pas daigne
    """,
    "nobody": r"""
    \bjamais\b|\baucune?\b
    \bpersonne (?:ne|n'|m'|est|a|pour|au|me|nous|repond|sait|rappelle|veut|bouge)|\bnul ne\b
    tout le monde (?:s'en|se)|ni (?:vous|l'un|la|le)
    """,
    "since": r"""
    (?:depuis|fait|voila|voici|il y a|attends?|apres|pendant|en|sous|bientot|plus de|\
        deja) (?:plus de |pres de |bientot |maintenant |deja |au moins |environ )?SPAN
    """,
    "again": r"""
    \bNTH\b|relanc|a NUMBER reprises
    NUMBER (?:fois|mails?|messages?|appels?|courriers?|relances?|coups? de (?:fil|telephone))
    de nouveau|rebelote|a nouveau|re-?(?:envoye|transmis|appele|ecrit)|combien de (?:fois|temps)
    chaque fois|a force|encore et
    """,
    "promised": r"""
    (?:m'|nous |t'|lui |leur )(?:avez|aviez|a|avait|ont|avaient|as) (?:dit|promis|assuree?|\
        garanti|affirme|vendu|certifie|conseillee?|jure|confirme|repondu|indique|annonce|soutenu|\
            fait (?:croire|signer|miroiter))
    promis\b|promesse|vous (?:disiez|promettiez|assuriez|deviez)|soi-?disant
    on (?:ma|m'a|nous a) (?:dit|promis|assure)|ma (?:dit|promis|assurer?)
    """,
    "should": r"""
    (?:devait|deviez|devaient|aurait|auriez|auraient|aviez|avait) (?:ete |bien |donc |pu |du |me |\
        nous |etre )
    aurai[st]? (?:aime|prefere|voulu|souhaite|du|pu|apprecie)
    aurions (?:aime|prefere|voulu|souhaite|du|pu|apprecie)|cense
    (?:la moindre des choses|au minimum|au moins)
    """,
    "contrast": r"""
    \balors que\b|\bpourtant\b|\bsauf que\b|contrairement|\bmalgre\b|\bor[ ,]|au lieu|cependant
    tandis que|quand (?:bien )?meme|resultat\s?:|\bbref\b
    """,
    "without_asking": r"""
    sans (?:me |m'|nous |meme |qu|que |avoir |mon |notre |aucune? |prevenir|avertir|demander|\
        explication|preavis|mot|raison)
    """,
    "negated_you": r"""
    vous (?:ne |n'|m'avez pas|nous avez pas|avez pas|faites rien|repondez)
    n'(?:avez|aviez|etes|a|ont|avait) (?:pas|jamais|rien|meme|toujours|aucune?|donc)
    ne (?:m'|nous )?(?:a|avez|ont) (?:pas|jamais|rien)
    """,
    "you_did": r"""
    vous (?:m'|nous |l'|lui )?(?:avez|aviez)\b|vos (?:services|collegues|collaborat)
    votre (?:service|cabinet|collegue|collaborat|compagnie|assur|expert|garage|agence|societe|\
        conseiller|partenaire|assistance|plateforme|bureau|secretaire|standard)
    """,
    "fault": r"""
    erreur|a tort|oubli|par votre|votre (?:faute|responsabilite|negligence|part)|\bfautes?\b
    \bfaux\b|\bfausses?\b|inexact|incomplet|incomprehensible|illisible|bacle|n'importe quoi
    cafouill|confondu|trompe
    mauvaise? (?:nom|adresse|vehicule|date|numero|contrat|iban|compte|foi|conseil|formule)
    dysfonction|manque de|manquement|defaut de|neglig|laxis|retard|tardi|trop (?:tard|long|lent)
    \blongs?\b|\blente?s?\b|lenteur|tarde
    """,
    "lost": r"""
    \bperdue?s?\b|egar|introuvable|disparu|jamais (?:arrive|parvenu|recu|vu|eu|traite|transmis)
    pas (?:transmis|traite|enregistre|pris en compte|ete fait|ete traite|arrive)|passe a la trappe
    classe sans
    """,
    "twice": r"""
    deux fois|\b2 ?fois|doubl|doublon|en trop|trop[- ]percu|preleve|prelevement|debite|agios
    decouvert|rejet
    """,
    "outrage": r"""
    inadmissible|inacceptable|intolerable|insupportable|scandal|hont|lamentable|deplorable|desastr
    catastroph|nul(?:le)?s?\b|minable|\bpire\b|aberrant|absurde|ridicule|derisoire|grotesque
    incroyable|hallucin|ahuriss|revolt|ecoeur|indign|outre[es]?\b|furieu|colere|enerv|exasp|excede
    marre|ras[- ]le[- ]bol|gonfl|bordel|merde|foutr?e? de|fout(?:ez|ent|us?)\b|putain|incapable
    incompeten|amateur|guignol|charlot|rigol|se moqu|moquer?|moquez|arnaqu|escro
    vol(?:eur|eurs|er|ee?s?)?\b|abus|mensong|menti|baratin|pris pour|prend(?:re|s|ez)? pour
    la poire|pigeon
    """,
    "displeased": r"""
    mecontent|insatisf|decu|decep|decev|regrett|dommage|desol(?:ant|ee? de)|desagreable|penible
    agac|fatigu|lasse?s?\b|lassitude|amer|blesse|humili|mepris|impoli|courtois|sec(?:he)?\b|\bton\b
    mal (?:recu|accueilli|renseigne|conseille|traite|gere|pass|vecu|pris)
    pas (?:serieux|normal|correct|terrible|content|satisf|satisfaite?s?|clair|professionnel|\
        acceptable|admissible|a la hauteur|tres|tip top|top)
    anormal|injust|inequit|choqu|inquiet|stress|impression (?:que|d|de)|etonn|surpris|surpren
    curieu|bizarre|drole (?:de|d')
    """,
    "normal": r"""
    \bnormal|logique|serieux|comprends? (?:pas|plus|mal|toujours|rien)|comprend (?:pas|plus)
    incompreh|explique(?:r|z)?[- ](?:moi|nous|m'|cela|ca|pourquoi)
    comment (?:se fait|est-ce|expliquer|expliquez|cela|ca|peut-on|pouvez-vous)
    j'aimerais (?:comprendre|savoir pourquoi|qu'on)|voudrais (?:comprendre|savoir pourquoi|qu'on)
    """,
    "reception": r"""
    injoignable|joindre|raccroch|repondeur|\bmusique|standard|serveur vocal|bout du fil
    au telephone|ball?ott|bal(?:l)?ad(?:e|er|ee|ez)\b|renvo(?:i|y)|se renv
    d'un (?:service|bureau|interlocuteur)|interlocuteur|ping-pong|tape[rz]? (?:1|2|la)
    minutes? (?:d'attente|au telephone|de musique)
    on me (?:dit|repond|passe|balade|renvoie|demande)
    """,
    "patience": r"""
    patien|attente|attendu|attendre|poireaut|trainer?\b|traine|s'eternis|durer|interminable
    avance[rz]? pas|bouge|point mort|au meme point|blocage|bloque
    """,
    "irony": r"""
    \bbravo|chapeau|felicit|efficacite|exploit|record|magnifique|formidable|admir
    heureusement (?:que|qu)|il faut croire|a croire|parait-il|apparemment|j'imagine|je suppose
    sans doute|artiste|oeuvre|miracle|prodige|talent|champion|jolie? (?:facon|maniere|travail)
    beau (?:travail|service)|belle (?:mentalite|organisation|reactivite)
    merci (?:pour|de) (?:rien|votre (?:non|silence|absence|rapidite|patience)|l'attente)|tellement
    quel (?:service|professionnal|serieux)|quelle (?:organis|reactiv|rapid|efficac|surprise)
    """,
    "rhetoric": r"""
    a quoi (?:sert|servez|bon|ca|cela|je)
    est[- ]ce (?:normal|ainsi|bien|trop|vraiment|comme|cela|que je dois|une)
    faut[- ]il (?:que|vraiment|donc|attendre|encore)
    dois[- ]je (?:encore|vraiment|comprendre|attendre|payer|me|aussi|en)|me demande|vous trouvez
    qui (?:me |va |doit |paie|paye)|ou (?:passe|est passe)|c'est (?:ca|comme ca|quoi)|pour qui
    de qui|on (?:se|nous|me) (?:fout|moque|prend|fiche)|jusqu'a quand
    quand (?:comptez|allez|est-ce)|encore (?:combien|longtemps)|vraiment
    """,
    "softener": r"""
    sans vouloir|(?:ne )?(?:le |la |m'en |prenez|voulez)pas mal|c'est pas pour
    pas pour (?:me |vous |critiqu)|quand meme|tout de meme|franchement|honnetement|sincerement
    je trouve|je me permets|je tiens a|j'avoue|pour etre (?:franc|honnete)|soyons|a la longue
    prochaine fois|a l'avenir|dorenavant|je voulais (?:juste|vous dire|signaler)|je dis ca
    ce n'est pas grave mais|rien de grave|au passage|par ailleurs|entre nous|remarque|reproch
    critiqu|bemol
    """,
    "contest": r"""
    contest|desaccord|pas d'accord|je refuse|injustifi|infond|exig|somm(?:e|ons) de|reclamation
    me plain(?:s|dre)|plain(?:s|dre|te|tes)\b|litige|remboursez|rectif|corriger|reparer votre
    dedommag|compens|indemnis|geste
    """,
    "escalate": r"""
    mise en demeure|en demeure|mediateur|mediation|acpr|tribunal|avocat|justice|juridique|ufc
    que choisir|association de (?:consommateurs|defense)|60 millions|prud|huissier|recommande|lrar
    a defaut|faute de|direction|responsable|hierarch|avis (?:google|en ligne|negatif)|google
    reseaux|consequences|suites? que
    """,
    "cost": r"""
    de (?:ma|notre|sa) poche|a (?:ma|mes|nos|notre|sa) (?:charge|frais)|j'ai du|nous avons du
    il a fallu|oblige|avanc(?:e|er|ee) (?:les|la|de|l'|\d)|prejudice|coute|me retrouve|se retrouve
    perdu|rate\b|refus|journee|demi-journee|rtt|conge|nuits?\b
    sans (?:voiture|chauffage|vehicule|eau|argent|couverture|assurance|solution)
    """,
    "leave": r"""
    quitt|ailleurs|concurren|m'en (?:vais|aller|irai)|partir|depart
    chang(?:er|e|ons|erai) (?:d'|de )|confiance|fidel|client(?:e|s)? (?:depuis|chez)|depuis \d+ ans
    annees que|je resilie|ne (?:me|nous) (?:verrez|reverrez)|derniere fois|deconseill
    recommander(?:ai|ais)? (?:pas|plus)
    """,
    "insider": r"""
    \bvous\b|\bvotre\b|\bvos\b|assureur|assurance|compagnie|mutuelle|cabinet|courtier|conseiller
    gestionnaire|\bexpert|garage agree|reparateur|assistance|assisteur|depann|delegataire
    plateforme|call center|centre d'appel|standard|banque
    """,
    "outsider": r"""
    voisin|syndic|bailleur|proprietaire|locataire|chauffard|autre conducteur|conducteur|l'autre
    en face|adverse|tiers|plombier|macon|artisan|entreprise|mairie|securite sociale|\bsecu\b|cpam
    impots|prefecture|police|gendarm|hopital|notaire|employeur|bail\b|copropri|constructeur|vendeur
    facteur|la poste|ex[- ](?:mari|femme|conjoint)
    """,
    "not_a_complaint": r"""
    (?:ne|n') ?(?:me |vous |le |est |y )?(?:plains|reproche|reprocher|critique|vise|\
        etes pour rien|est pas un reproche|est pas une (?:critique|reclamation|plainte))
    rien a (?:vous )?(?:reprocher|redire)|pas (?:un|de) reproche
    pas une (?:critique|reclamation|plainte)|me plains pas|pour rien
    pas de (?:souci|probleme|soucis)|pas presse|rien d'urgent|quand vous (?:pourrez|aurez|avez)
    prenez votre temps|aucun souci|aucune urgence|tout va bien|tout est (?:bon|ok|en ordre|regle)
    """,
    "thanks": r"""
    merci (?:encore|beaucoup|infiniment|mille|a vous|a toute|a toi|bien|tout|pour (?:tout|\
        votre (?:aide|reactivite|gentillesse|accueil|ecoute|soutien|patience|reponse|retour|\
            message)))
    grand merci|mille mercis|remerci|grace a|parfait|impec|nickel|genial|super\b
    tres (?:gentil|aimable|bien|content|satisf)|ravie?|soulag|efficace|rapide|tout est rentre
    bien recu|bien arrive|au top
    """,
    "request": r"""
    pou(?:vez|rriez)[- ]vous|pouvez vous|pourriez|merci de
    je (?:souhait|voudr|desir|aimer|vous pri|vous demand)|j'aimerais|nous (?:souhait|voudr|aimer)
    est[- ]il possible|serait[- ]il possible|possible (?:de|d')|besoin (?:de|d')
    il me faut(?:drait)?|me faut|veuillez|priere de|attestation|duplicata|devis|carte verte
    releve d'information|avenant|envoyer
    """,
    "question": r"""
    quel(?:le)?s? (?:est|sont|serait|seraient|pieces|documents|demarche)
    combien (?:coute|ca|cela|me|serait|je|faut)
    comment (?:faire|faut|dois|proceder|on|je|ca marche|marche|declarer|fonctionne)|est[- ]ce que
    savoir si|savoir (?:combien|quand|comment|ou)|dois[- ]je|faut[- ]il|ai[- ]je (?:droit|besoin)
    suis[- ]je|qu'est[- ]ce|ca veut dire|signifie|correspond|c'est quoi|expliquer|a quoi correspond
    difference
    """,
    "advice": r"""
    conseill|a votre avis|vaut[- ]il mieux|vaut mieux|qu'en (?:pensez|dites)
    que (?:pensez|feriez|faire|me recommand)|votre avis|recommand(?:ez|eriez)|ca vaut
    interet (?:a|de)|utile|preferable|hesit|plutot
    """,
    "enclosed": r"""
    ci[- ]joint|en piece jointe|\bpj\b|veuillez trouver|vous trouverez
    je (?:vous )?(?:transmets|envoie|adresse|joins|fais suivre|confirme)
    comme (?:demande|convenu|promis)|suite a (?:votre|notre)|en reponse a|voici
    voila (?:le|la|les|mon|ma|mes)|je reponds|bien note|en retour|signee?s?\b
    """,
    "loss": r"""
    sinistre|degat|accident|accroch|constat|\bvol\b|vole[es]?\b|cambriol|incendie|\bfeu\b|grele
    tempete|inond|fuite|infiltr|bris de|brise|casse|tombe|chute|percut|embouti|rentre dedans|declar
    cette nuit|ce matin|hier soir|pompiers|plainte|depot de plainte|photos
    """,
    "machine": r"""
    desinscri|desabonn|ne pas repondre|no-?reply|automatique|absente? (?:du|jusqu|ce|au)
    conges? (?:du|jusqu)|accuse de (?:lecture|reception)|a ete (?:lu|remis|signe)|undeliver
    delivery|non remis|notification|newsletter|cliquez|offre|promo|gratuit|webinaire|webinar
    code de|espace client|telechargeable|version en ligne|-\d+ ?%|profitez
    """,
}

CUES: Final = Phrases(_WRITTEN, NUMBER=_NUMBER, SPAN=_SPAN, NTH=_NTH)


def heard(folded: str) -> list[str]:
    """The names of the cues in a folded text, as often as they are heard."""
    return [name for name in CUES.perhaps_in(folded) for _ in CUES[name].findall(folded)]
