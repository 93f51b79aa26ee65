"""Who else is spoken of: colleagues of the office, insurers, experts, garages and the like."""

import re
from collections.abc import Sequence

from classifier.text import fold

# Insurers, mutuals and platforms that people in France name by these words.
_KNOWN = """
Abeille|Admiral|AG2R La Mondiale|Agipi|Aésio|Afer|Allianz|Alptis|Altima|AMV|April|Apréva|Apria|Areas|Assurance Mutuelle des Motards
|AXA|Axeria|BPCE Assurances|Cardif|Carac|Cegema|CFDP|Chubb|CNP|Covéa|Crédit Agricole Assurances|Direct Assurance|Euro-Assurance
|Europ Assistance|Eurofil|Garance|Garantme|Generali|GMF|Groupama|Harmonie Mutuelle|Helvetia|Henner|Hiscox|IMA|Intériale
|Inter Mutuelles Assistance|L’olivier|La Mutuelle Générale|La Parisienne|Lovys|Luko|LMDE|MAAF|MACIF|MAE|MAIF|Malakoff Humanis
|Maxance|Matmut|Meilleurtaux|Metlife|MGEN|MGP|MMA|MNH|Mondial Assistance|MSA|Mutex|Mutuelle Bleue|Néoliane|Netvox|Novélia
|Pacifica|PRO BTP|Predica|Solly Azar|Sogessur|Spvie|Suravenir|Swiss Life|SwissLife|SMABTP|Thélem|Unéo|Uniprévoyance|Utwin
|Viasanté|Wakam|Zéphir|Zurich
"""
_KNOWN_NAMES = {
    fold(name): name for part in _KNOWN.split("|") if (name := part.strip())
}
_KNOWN_WORDS = re.compile(
    r"(?<![\w@.-])(" + "|".join(sorted(map(re.escape, _KNOWN_NAMES), key=len, reverse=True)) + r")(?![\w@])"
)
_NAMED = re.compile(
    r"\b([A-ZÀ-Ý][\w’'-]+(?: (?:(?:de|du|des|la|le|et|&) )*[A-ZÀ-Ý][\w’'-]+){0,3})"
    r" (Assurances?|Mutuelles?|Prévoyance|IARD|Vie|Assistance|Santé|Courtage|Expertises?)\b"
    r"|\b((?:Mutuelle|Assurances?|Carrosserie|Garage|Crédit|Banque) (?:(?:de|du|des|la|le) )*[A-ZÀ-Ý][\w’'-]+(?: [A-ZÀ-Ý][\w’'-]+){0,2})"
)
_ROLES = {
    "Expert": re.compile(r"\b(?:l'|votre |un |cet? |son |leur )experts?\b(?!.comptable)|\bexpertise\b"),
    "Garage agréé": re.compile(r"garages? (?:agree|partenaire|du reseau)s?|reparateurs? agrees?|carrossier agree"),
    "Assistance": re.compile(r"\b(?:votre |l'|plateforme d')assistance\b|\bdepann(?:eur|age)\b|\bassisteur\b"),
    "Banque": re.compile(r"\b(?:ma|la|notre|sa) banque\b"),
    "Médecin-conseil": re.compile(r"medecin[- ]conseil"),
    "Gestionnaire délégataire": re.compile(r"\b(?:delegataire|centre de gestion|gestion deleguee)\b"),
    "Assureur": re.compile(r"\b(?:l'assureur|la compagnie|votre compagnie|la mutuelle|l'assurance)\b"),
}
_STARTS_A_SENTENCE = frozenset(
    fold(word)
    for word in ["Bonjour", "Madame", "Monsieur", "Mon", "Ma", "Mes", "Votre", "Vos", "Notre", "Nos", "Une", "Un", "La", "Le", "Les", "L", "Cette", "Ce", "Si", "Pour", "Par", "Chez", "Suite", "Objet", "Merci", "Contrat", "Responsabilité", "Assurance", "Complémentaire", "Protection", "Multirisque", "Ancienne", "Attestation", "Carte", "Résiliation"]
)
_GREETING = re.compile(r"^\s*(?:bonjour|bonsoir|chere?s?|salut|coucou|hello|madame|monsieur|mme|m\.|a l'attention)\b")
_CLOSE = re.compile(r"^\s*(?:cordialement|merci d'avance|bien a vous)")
_MOST = 6


def third_parties(subject: str, text: str, office: str = "") -> tuple[str, ...]:
    """Names of insurers and others that a mail speaks of; where none is named, their trade."""
    whole = f"{subject}\n{text}"
    names = dict.fromkeys([*_named(whole), *_known(whole)])
    mine = fold(office)
    found = [name for name in names if not mine or fold(name) not in mine]
    folded = fold(whole)
    roles = [role for role, pattern in _ROLES.items() if pattern.search(folded)]
    if found and "Assureur" in roles:
        roles.remove("Assureur")
    return tuple((found + roles)[:_MOST])


def persons_concerned(text: str, staff: Sequence[str]) -> tuple[str, ...]:
    """Colleagues spoken of other than in the greeting, by full name, surname or a lone first name."""
    told = "\n".join(_without_greeting(fold(line)) for line in text.split("\n"))
    spoken = set(re.findall(r"[a-z]+(?:-[a-z]+)*", told))
    first_names = [fold(name).split()[0] for name in staff if name.split()]
    return tuple(
        name
        for name in staff
        if name.split() and _is_spoken_of(fold(name), spoken, first_names)
    )


def _without_greeting(line: str) -> str:
    if not _GREETING.match(line):
        return line
    return line.partition(",")[2] if "," in line else ""


def _is_spoken_of(name: str, spoken: set[str], first_names: list[str]) -> bool:
    first, *rest = name.split()
    if rest and rest[-1] in spoken:
        return True
    return first in spoken and first_names.count(first) == 1


def _known(text: str) -> list[str]:
    return [_KNOWN_NAMES[found] for found in _KNOWN_WORDS.findall(fold(text)) if _proper(found, text)]


def _proper(folded: str, text: str) -> bool:
    """A short name that is also a word or a piece of one counts in capitals only."""
    if len(folded) > 5:
        return True
    return re.search(rf"\b(?:{re.escape(folded.upper())}|{re.escape(folded.capitalize())})\b", text) is not None


def _named(text: str) -> list[str]:
    found = []
    for match in _NAMED.finditer(text):
        words = (match[3] or f"{match[1]} {match[2]}").split()
        while words and fold(words[0]) in _STARTS_A_SENTENCE:
            words.pop(0)
        if len(words) > 1:
            found.append(" ".join(words))
    return found
