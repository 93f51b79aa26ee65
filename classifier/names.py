"""Who writes: the client's name, from the signature before the header."""

import re

from classifier.text import fold
from classifier.triage import Judged

_LAST_LINES = 10
_CIVILITY = r"(?:m(?:r|me|lle|onsieur|adame|ademoiselle)?\.? )"
_PARTICLE = r"(?:de|du|des|d'|le|la|von|van|ben|el|al)"
_PART = r"[A-ZÀ-Ý][\w’'-]*\.?"
_FULL_NAME = re.compile(
    rf"(?P<civility>(?:M|Mr|Mme|Mlle|Monsieur|Madame|Dr|Me|Maître)\.? )?"
    rf"(?P<name>{_PART}(?: (?:{_PARTICLE} )?{_PART}){{1,3}})"
)
_CLOSING = re.compile(
    r"cordialement|salutations|sinceres|respectueu|bien a vous|merci|cdlt|cdt|bonne (?:journee|soiree|reception)"
    r"|amicalement|a bientot|sentiments|agreer|bisous|formule|attente"
)
_NOT_A_NAME = re.compile(
    r"\d|@|www\.|\b(?:envoye|iphone|android|galaxy|samsung|telephone|mobile|tel|rue|avenue|chemin|route|allee|place"
    r"|contrat|sinistre|dossier|assurances?|mutuelle|cabinet|societe|service|direction|gestionnaire|gerante?|president"
    r"|directeur|directrice|responsable|secretaire|comptable|client|assure|objet|bonjour|madame monsieur|cordialement"
    r"|bonne|merci|salutations|piece|jointe?|copie|lettre|recommandee?|avocats?|barreau|urgent|mail|message|nancy|metz"
    r"|strasbourg|paris|lyon|pj|ps|lrar|sarl|sas|eurl|sci|scp|ets|restaurant|boulangerie|garage|pharmacie)\b"
)
_FORM = re.compile(r"^\s*(?:\*|-)?\s*(nom|prenom|nom (?:et|/) prenom|nom complet)\s*:\s*(.{2,60}?)\s*$")
_NOT_A_SENDER = re.compile(
    r"no-?reply|ne-?pas-?repondre|formulaire|notification|newsletter|contact|service|@|site (?:web|internet)|webmaster"
)


def client_name(mail: Judged) -> str:
    """The name as people write it; empty where neither signature nor header tells."""
    return _from_form(mail.text) or _signed(mail) or _from_header(mail)


def _from_form(text: str) -> str:
    """A web form says names line by line."""
    told: dict[str, str] = {}
    for line in text.split("\n")[:40]:
        found = _FORM.match(fold(line))
        if found:
            told.setdefault(found[1], line.partition(":")[2].strip())
    if "nom" in told and "prenom" in told:
        return f"{told['prenom']} {told['nom']}"
    return next(iter(told.values())) if len(told) == 1 and "nom" not in told else told.get("nom", "")


def _signed(mail: Judged) -> str:
    """A line among the last that is a name of two words or more."""
    lines = [line.strip() for line in mail.text.split("\n") if line.strip()]
    last = lines[1:][-_LAST_LINES:]
    known = _name_words(mail.from_name) | _name_words(mail.from_email.partition("@")[0])
    names = [name for line in last if (name := _name_in(line))]
    theirs = [name for name in names if known & _name_words(name)]
    if theirs:
        return theirs[-1]
    return next((name for name in _after_closing(last)), "") if not _from_header(mail) else ""


def _after_closing(lines: list[str]) -> list[str]:
    """Names on lines after the formula: where the header is dumb, only these are believed."""
    closings = [place for place, line in enumerate(lines) if _CLOSING.search(fold(line))]
    after = lines[closings[-1] :] if closings else lines[-2:]
    return [name for line in after if (name := _name_in(line))]


def _name_in(line: str) -> str:
    """The full name a line begins with or, after a comma or dash, ends with."""
    for part in re.split(r"\s[-–—|/]\s|,\s*|\t|\s{3,}", line[:120]):
        found = _FULL_NAME.fullmatch(part.strip(" .-–—_*"))
        if found and not _NOT_A_NAME.search(fold(part)):
            return _tidy(found["name"])
    return ""


def _from_header(mail: Judged) -> str:
    name = re.sub(r"\s+", " ", mail.from_name.strip(" \"'"))
    if len(name) > 1 and not _NOT_A_SENDER.search(fold(name)):
        return _tidy(name)
    return _from_address(mail.from_email)


def _from_address(email: str) -> str:
    """jean.dupont54@… → Jean Dupont; anything less clear says nothing."""
    parts = re.findall(r"[a-z]{3,}", email.partition("@")[0].lower())
    separated = re.fullmatch(r"[a-z]+[._-][a-z]+\d*", email.partition("@")[0].lower())
    if not separated or len(parts) != 2 or _NOT_A_SENDER.search(" ".join(parts)):
        return ""
    return " ".join(part.capitalize() for part in parts)


def _tidy(name: str) -> str:
    """« DUPONT jean » keeps its order; only all-small letters are put right."""
    return " ".join(word.capitalize() if word.islower() and len(word) > 3 else word for word in name.split())


def _name_words(name: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{3,}", fold(name))}
