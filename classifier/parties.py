"""Who else is spoken of: colleagues of the office, insurers, experts, garages and the like."""

import re
from collections.abc import Iterator, Sequence

from classifier.text import any_of, fold

# Insurers, mutuals and platforms that people in France call by these names.
_KNOWN = """
Abeille|Admiral|AG2R La Mondiale|Agipi|Aésio|Afer|Allianz|Alptis|Altima|AMV|April|Apréva|Areas
Assurance Mutuelle des Motards|AXA|Axeria|BPCE Assurances|Cardif|Carac|Cegema|CFDP|Chubb|CNP|Covéa
Crédit Agricole Assurances|Direct Assurance|Euro-Assurance|Europ Assistance|Eurofil|Garance
Garantme|Generali|GMF|Groupama|Harmonie Mutuelle|Helvetia|Henner|Hiscox|IMA|Intériale
Inter Mutuelles Assistance|L’olivier|La Mutuelle Générale|La Parisienne|Lovys|Luko|LMDE|MAAF|MACIF
MAE|MAIF|Malakoff Humanis|Maxance|Matmut|Meilleurtaux|Metlife|MGEN|MGP|MMA|MNH|Mondial Assistance
MSA|Mutex|Mutuelle Bleue|Néoliane|Netvox|Novélia|Pacifica|PRO BTP|Predica|Solly Azar|Sogessur
Spvie|Suravenir|Swiss Life|SwissLife|SMABTP|Thélem|Unéo|Uniprévoyance|Utwin|Viasanté|Wakam|Zéphir
Zurich
"""
_KNOWN_NAMES = {fold(name): name for name in re.split(r"[|\n]", _KNOWN) if name}
_ANY_KNOWN = "|".join(sorted(map(re.escape, _KNOWN_NAMES), key=len, reverse=True))
_KNOWN_WORDS = re.compile(rf"(?<![\w@.-])(?:{_ANY_KNOWN})(?![\w@])")

_PROPER = r"[A-ZÀ-Ý][\w’'-]+"
_JOINED = rf"{_PROPER}(?: (?:(?:de|du|des|la|le|et|&) )*{_PROPER}){{0,3}}"
_NAMED = re.compile(
    rf"\b(?P<trade_after>{_JOINED} (?:Assurances?|Mutuelles?|Prévoyance|IARD|Vie|Assistance|Santé"
    r"|Courtage|Expertises?))\b"
    r"|\b(?P<trade_before>(?:Mutuelle|Assurances?|Carrosserie|Garage|Crédit|Banque)"
    rf" (?:(?:de|du|des|la|le) )*{_PROPER}(?: {_PROPER}){{0,2}})"
    r"|\b(?:assureur|compagnie|mutuelle|délégataire|assisteur|chez)"
    rf" (?!M\.|Mme|Monsieur|Madame|Me )(?P<alone>{_JOINED})"
)
_OPENERS = """
bonjour madame monsieur mon ma mes votre vos notre nos une un la le les l cette ce si pour par chez
suite objet merci contrat responsabilite assurance assurances complementaire protection multirisque
ancienne attestation carte resiliation
"""
_NOT_OF_A_NAME = frozenset(_OPENERS.split())
# Where nobody is named, the trade. Patterns for folded text.
_TRADES = {
    "Expert": r"""
    \b(?:l'|votre |un |cet? |son |leur )experts?\b(?!.comptable)|\bexpertise\b
    """,
    "Garage agréé": r"""
    garages? (?:agree|partenaire|du reseau)s?|reparateurs? agrees?|carrossier agree
    """,
    "Assistance": r"""
    \b(?:votre |l'|plateforme d')assistance\b|\bdepann(?:eur|age)\b|\bassisteur\b
    """,
    "Banque": r"""
    \bbanque\b.{0,80}\b(?:refus|pret|emprunt|delegation|substitution)
    \b(?:refus|pret|emprunt|delegation|substitution).{0,80}\bbanque\b
    """,
    "Médecin-conseil": r"""
    medecin[- ]conseil
    """,
    "Gestionnaire délégataire": r"""
    \b(?:delegataire|centre de gestion|gestion deleguee)\b
    """,
    "Assureur": r"""
    \b(?:l'assureur|la compagnie|votre compagnie|la mutuelle)\b
    """,
}
_TRADE_WORDS = {trade: any_of(lines) for trade, lines in _TRADES.items()}
_CIVILITY = r"(?:madame|monsieur|mademoiselle|mme|mlle|mr|m\.?)"
_GREETING = re.compile(
    rf"^\s*(?:(?:bonjour|bonsoir|chere?s?|salut|coucou|hello)(?: {_CIVILITY})?(?: [\w'-]+)?"
    rf"|{_CIVILITY}(?: [\w'-]+){{0,2}}\s*(?:[,!]|$)|a l'attention de.*)"
)
_MOST = 6


def third_parties(subject: str, text: str, office: str = "") -> tuple[str, ...]:
    """Insurers and others that a mail speaks of, by name; where none is named, by trade."""
    whole = f"{subject}\n{text}"
    mine = fold(office)
    names = [
        name
        for name in dict.fromkeys([*_named(whole), *_known(whole)])
        if not mine or (fold(name) not in mine and mine not in fold(name))
    ]
    folded = fold(whole)
    trades = [trade for trade, words in _TRADE_WORDS.items() if words.search(folded)]
    if names and "Assureur" in trades:
        trades.remove("Assureur")
    return tuple([*_without_parts(names), *trades][:_MOST])


def persons_concerned(text: str, staff: Sequence[str]) -> tuple[str, ...]:
    """Colleagues spoken of other than in the greeting: by surname, or by a first name that only
    one of them has.
    """
    told = "\n".join(_GREETING.sub("", fold(line), count=1) for line in text.split("\n"))
    spoken = set(re.findall(r"[a-z]+(?:-[a-z]+)*", told))
    named = [(name, fold(name).split()) for name in staff if name.strip()]
    first_names = [words[0] for _, words in named]
    return tuple(
        name
        for name, (first, *rest) in named
        if (rest and rest[-1] in spoken) or (first in spoken and first_names.count(first) == 1)
    )


def _known(text: str) -> Iterator[str]:
    for match in _KNOWN_WORDS.finditer(fold(text)):
        if _is_written_as_a_name(match[0], text):
            yield _KNOWN_NAMES[match[0]]


def _is_written_as_a_name(folded: str, text: str) -> bool:
    """A short name may be a word or a piece of one: it counts with its capital only."""
    return len(folded) > 5 or folded.upper() in text or folded.capitalize() in text


def _named(text: str) -> Iterator[str]:
    for match in _NAMED.finditer(text):
        if match["trade_before"]:
            yield match["trade_before"]
            continue
        words = (match["trade_after"] or match["alone"]).split()
        while words and fold(words[0]) in _NOT_OF_A_NAME:
            words.pop(0)
        if words and (match["alone"] or len(words) > 1):
            yield " ".join(words)


def _without_parts(names: list[str]) -> list[str]:
    """« Valmeuse » beside « Valmeuse Assurances » is the same."""
    return [
        name
        for name in names
        if not any(name != other and name in other.split(" ") for other in names)
    ]
