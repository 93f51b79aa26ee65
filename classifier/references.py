"""Contract references, in the formats of many insurers."""

import re

_PART = r"[A-Z0-9]{1,14}"
_CODE = rf"(?:[A-Z]{{1,6}}[ -])?{_PART}(?:[-/.]{_PART})*(?: \d{{2,10}}(?:[-/.]{_PART})*)*"
_LABELLED = re.compile(
    r"(?i:\b(?:contrats?|police|adh[ée]sion|adh[ée]rente?|soci[ée]taire|num[ée]ro de client|client)\b)"
    r"(?i:[ \t]+(?!du\b|le\b|depuis\b|en\b|et\b|que\b)[^\W\d]{2,15}){0,4}"  # « auto », « habitation Mobilis »
    r"[ \t]*(?i:n[°ºo]s?\.?|num[ée]ro|r[ée]f[ée]rences?|r[ée]f\.?)?[ \t]*[:=]?[ \t]*"
    rf"(?P<code>{_CODE})"
)
_NUMBERED = re.compile(rf"(?i:\b(?:n[°º]|r[ée]f(?:[ée]rences?)?\.?))[ \t]*:?[ \t]*(?P<code>{_CODE})")
_BARE = re.compile(r"(?<![\w-])(?P<code>[A-Z]{2,5}(?:[- ][A-Z]{1,3})?[- ]\d{3,}(?:[-/ ]\d{2,})*)(?![\w-])")
_OF_A_CLAIM = re.compile(r"(?i)(?:sinistre|dossier|r[ée]clamation|facture|devis|rec|avenant|ch[èe]que|iban)\W{0,3}(?:\w+\W){0,2}$")
_IMPOSSIBLE = re.compile(
    r"0[1-9](?:[ .-]?\d\d){4}"  # a telephone
    r"|(?:\d{1,2}[ /.-]){2}(?:19|20)?\d\d"  # a date
    r"|(?:19|20)\d\d|\d{5}"  # a year, a postcode
    r"|[A-Z]{2}-\d{3}-[A-Z]{2}"  # a number plate
    r"|FR\d.*|REC-.*"
)
_MONEY = re.compile(r"\s*(?:€|euros?\b|,\d\d\b|%|EUR\b|km\b)")
_FEWEST_DIGITS = 4


def contract_reference(subject: str, text: str) -> str:
    """The reference a mail names as its contract's; else the one that looks most like it."""
    for pattern in (_LABELLED, _NUMBERED, _BARE):
        for part in (subject, text):
            for found in pattern.finditer(part):
                before = part[max(0, found.start("code") - 30) : found.start("code")]
                code = found["code"].strip(" .-/")
                if _may_be(code, before, part[found.end("code") :]):
                    return code
    return ""


def _may_be(code: str, before: str, after: str) -> bool:
    if sum(letter.isdigit() for letter in code) < _FEWEST_DIGITS or len(code) > 30:
        return False
    if _IMPOSSIBLE.fullmatch(code) or _MONEY.match(after):
        return False
    return not _OF_A_CLAIM.search(before)
