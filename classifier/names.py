"""Who writes: the client's name and address, from form, forward or signature before the header."""

import re

from classifier.text import any_of, fold
from classifier.triage import Judged

_LAST_LINES = 10
_FIRST_LINES = 40
_PART = r"[A-ZÀ-Ý][\w’'-]*\.?"
_FULL_NAME = re.compile(
    r"(?:(?:M|Mr|Mme|Mlle|Monsieur|Madame|Dr|Me|Maître)\.? )?"
    rf"(?P<name>{_PART}(?: (?:(?:de|du|des|d'|le|la|von|van|ben|el|al) )?{_PART}){{1,3}})"
)
_CLOSING = any_of(r"""
    cordialement|salutations|sinceres|respectueu|bien a vous|merci|cdlt|cdt
    bonne (?:journee|soiree|reception)|amicalement|a bientot|sentiments|agreer|attente
""")
_NO_NAME = any_of(r"""
    \d|@|www\.|\b(?:envoye|iphone|android|galaxy|samsung|telephone|mobile|tel|rue|avenue|chemin|\
    route|allee|place|contrat|sinistre|dossier|assurances?|mutuelle|cabinet|societe|service|\
    direction|gestionnaire|gerante?|president|directeur|directrice|responsable|secretaire|\
    comptable|client|assure|objet|bonjour|cordialement|bonne|merci|salutations|piece|jointe?|\
    copie|lettre|recommandee?|avocats?|barreau|urgent|mail|message|nancy|metz|strasbourg|paris|\
    lyon|pj|ps|lrar|sarl|sas|eurl|sci|scp|ets|restaurant|boulangerie|garage|pharmacie)\b
""")
_NOT_A_PERSON = any_of(r"""
    no-?reply|ne-?pas-?repondre|formulaire|notification|newsletter|contact|service|@
    site (?:web|internet)|webmaster
""")
# What clients forward themselves: letters of insurers, offices and shops.
_BUSINESS = any_of(r"""
    no-?reply|ne-?pas-?repondre|assur|mutuelle|\biard|courtage|cabinet|sinistre|gestion|indemnis
    expert|service|contact|banque|agence|groupe|garage|pharmacie|hopital|clinique|info@|adherents
    facturation|notification|espace client|tresorerie|faturacao
""")
# « Nom : Lorrette », « E-mail : b.lorrette@… »: what web forms say line by line.
_FORM_LINE = re.compile(
    r"\s*[*-]?\s*(?P<field>nom|prenom|nom (?:et |/ ?)?prenom|nom complet|e-?mail|courriel|mail"
    r"|adresse (?:e-?)?mail)\s*:\s*(?P<told>.{2,80}?)\s*"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# « De : Xavier Munier <x.munier@…> »: the author of what is forwarded.
_AUTHOR = re.compile(
    r"^[\s>*]*(?:De|From|Von)[\s*]*:[\s*]*(?P<name>[^<\[\n@]{0,80}?)"
    r"\s*[<\[(]?(?:mailto:)?(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)[>\])]?",
    re.MULTILINE,
)


def client_name(mail: Judged) -> str:
    """The name as people write it; empty where nothing tells."""
    author = _author(mail)
    if author:
        name, email = author
        return name or _from_address(email)
    return _from_form(mail.text) or _signed(mail) or _from_header(mail)


def client_email(mail: Judged) -> str:
    """The author's of what is forwarded, or the one a form gives; else the sender's."""
    author = _author(mail)
    if author and author[1]:
        return author[1]
    if _NOT_A_PERSON.search(fold(mail.from_email)):
        told = _form(mail.text)
        found = next(
            (
                a
                for field in told
                if "mail" in field or field == "courriel"
                if (a := _ADDRESS.search(told[field]))
            ),
            None,
        )
        return found[0].lower() if found else mail.from_email
    return mail.from_email


def _author(mail: Judged) -> tuple[str, str] | None:
    """Name and address of who wrote what is forwarded; None where nothing is, or where a client
    forwards what a business has written to him.
    """
    name, email = mail.original_name, mail.original_email
    if not email and (found := _AUTHOR.search(mail.text)):
        name, email = found["name"].strip(" \"'*"), found["email"].lower()
    if not (name or email):
        return None
    client_forwards = _BUSINESS.search(fold(f"{name} {email}")) and not _BUSINESS.search(
        fold(f"{mail.from_name} {mail.from_email}")
    )
    return None if client_forwards else (name, email)


def _form(text: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for line in text.split("\n")[:_FIRST_LINES]:
        found = _FORM_LINE.fullmatch(fold(line))
        if found:
            told.setdefault(found["field"], line.partition(":")[2].strip())
    return told


def _from_form(text: str) -> str:
    told = {field: name for field, name in _form(text).items() if "nom" in field}
    if "nom" in told and "prenom" in told:
        return f"{told['prenom']} {told['nom']}"
    return next(iter(told.values()), "")


def _signed(mail: Judged) -> str:
    """A line among the last that is a name: one that the header knows, or any if it knows none."""
    lines = [line.strip() for line in mail.text.split("\n") if line.strip()][1:][-_LAST_LINES:]
    header = _from_header(mail)
    known = _name_words(f"{mail.from_name} {mail.from_email.partition('@')[0]}")
    names = [name for line in lines if (name := _name_in(line))]
    theirs = [name for name in names if known & _name_words(name)]
    if theirs:
        return _fuller(theirs[-1], header)
    after = [name for line in _after_closing(lines) if (name := _name_in(line))]
    return next(iter(after), "") if not header else ""


def _fuller(signed: str, header: str) -> str:
    """« A. Keller » signs, « Arnaud Keller » stands in the header: the whole name."""
    initials = any(len(word.strip(".")) == 1 for word in signed.split())
    same = _name_words(signed) <= _name_words(header)
    return header if initials and same and len(header.split()) > 1 else signed


def _after_closing(lines: list[str]) -> list[str]:
    """The lines from the formula on: where the header is dumb, only these are believed."""
    closings = [place for place, line in enumerate(lines) if _CLOSING.search(fold(line))]
    return lines[closings[-1] :] if closings else lines[-2:]


def _name_in(line: str) -> str:
    """The full name a line is, apart from what a comma or a dash divides from it."""
    for part in re.split(r"\s[-–—|/]\s|,\s*|\t|\s{3,}", line[:120]):
        found = _FULL_NAME.fullmatch(part.strip(" .-–—_*"))
        if found and not _NO_NAME.search(fold(part)):
            return found["name"]
    return ""


def _from_header(mail: Judged) -> str:
    name = " ".join(mail.from_name.strip(" \"'").split())
    if len(name) > 1 and not _NOT_A_PERSON.search(fold(name)):
        return _capital(name)
    return _from_address(mail.from_email)


def _from_address(email: str) -> str:
    """jean.dupont54@… → Jean Dupont; anything less clear says nothing."""
    found = re.fullmatch(r"([a-z]{3,})[._-]([a-z]{3,})\d*", email.partition("@")[0].lower())
    if not found or _NOT_A_PERSON.search(found[0]):
        return ""
    return f"{found[1].capitalize()} {found[2].capitalize()}"


def _capital(name: str) -> str:
    """Names in small letters only are put right; « DUPONT » stays as it is written."""
    return " ".join(
        word.capitalize() if word.islower() and len(word) > 3 else word for word in name.split()
    )


def _name_words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", fold(name)))
