"""Contract references, in the formats of many insurers."""

import re

_PART = r"[A-Z0-9]{1,14}"
_CODE = rf"(?P<code>(?:[A-Z]{{1,6}}[ -])?{_PART}(?:[-/.]{_PART})*(?: \d{{2,10}}(?:[-/.]{_PART})*)*)"
_FILLER = r"[^\W\d_]*[a-zà-ÿ][^\W\d_]*"  # « auto », « Mobilis »: a word that is no code
_NUMBER_SIGN = r"(?i:n[°ºo]s?\.?|num[ée]ro|r[ée]f[ée]rences?|r[ée]f\.?)"
_CONTRACT = re.compile(
    r"(?i:\b(?:contrats?|police|adh[ée]sion|adh[ée]rente?|soci[ée]taire|client)\b)"
    rf"(?:[ \t]+(?!(?:du|le|depuis|en|et|que|de)\b){_FILLER}){{0,3}}"
    rf"[ \t]*{_NUMBER_SIGN}?[ \t]*[:=]?[ \t]*{_CODE}"
)
# The most telling first: what is called a contract, then any number, then what looks like a
# reference although nobody says so.
_PATTERNS = (
    _CONTRACT,
    re.compile(rf"(?<!\w){_NUMBER_SIGN}[ \t]*:?[ \t]*{_CODE}"),
    re.compile(
        r"(?<![\w-])(?P<code>[A-Z]{2,5}(?:[- ][A-Z]{1,3})?[- ]\d{3,}(?:[-/ ]\d{2,})*)(?![\w-])"
    ),
)
_OF_SOMETHING_ELSE = re.compile(
    r"(?:sinistres?|dossier|r[ée]clamation|facture|devis|rec|avenant|ch[èe]que|iban|siret|orias)"
    r"\W{0,3}(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_IMPOSSIBLE = re.compile(
    r"0[1-9](?:[ .-]?\d\d){4}"  # a telephone
    r"|(?:\d{1,2}[ /.-]){2}(?:19|20)?\d\d"  # a date
    r"|(?:19|20)\d\d|\d{5}"  # a year, a postcode
    r"|[A-Z]{2}-\d{3}-[A-Z]{2}"  # a number plate
    r"|FR\d.*|REC-.*"
)
_MEASURE = re.compile(r"\s*(?:€|euros?\b|,\d\d\b|%|EUR\b|km\b)")
_FEWEST_DIGITS = 4
_LONGEST = 30


def contract_reference(subject: str, text: str) -> str:
    """The reference a mail names as its contract's; else the one that looks most like it."""
    found = (
        code
        for pattern in _PATTERNS
        for part in (subject, text)
        for match in pattern.finditer(part)
        if (code := _code(match, part)) and (pattern is _CONTRACT or not _is_of_else(match, part))
    )
    return next(found, "")


def _code(match: re.Match[str], part: str) -> str:
    """The code of a match, or nothing where it must be something else."""
    code = match["code"].strip(" .-/")
    digits = sum(letter.isdigit() for letter in code)
    if digits < _FEWEST_DIGITS or len(code) > _LONGEST or _IMPOSSIBLE.fullmatch(code):
        return ""
    return "" if _MEASURE.match(part, match.end("code")) else code


def _is_of_else(match: re.Match[str], part: str) -> bool:
    start = match.start("code")
    return _OF_SOMETHING_ELSE.search(part[max(0, start - 30) : start]) is not None
