"""What the author of a mail has newly written, apart from the history quoted below it.

Made from the ways the clients of France quote: see the texts in ``tests/ingest/test_quoting.py``.
Whatever is not surely history stays with the author.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ATTRIBUTION_LINES = 4  # how many a mailer may wrap « Le … a écrit : » over
_ATTRIBUTION_LENGTH = 500
_HEADER_LINES = 14  # how far a block « De : … Envoyé : … » is looked at
_HEADER_STRANGERS = 3  # wrapped addresses between its lines

_QUOTED = re.compile(r"\s{0,3}>")
_QUOTE_SIGNS = re.compile(r"^[\s>]+")

# Gmail, Apple, Thunderbird, Yahoo, Open-Xchange: « Le <date>, <who> a écrit : » and its sisters.
_ATTRIBUTION_BEGINS = re.compile(r"[\s*_-]*(?:Le|On|Am|El|Il)\s", re.IGNORECASE)
_ATTRIBUTION_ENDS = re.compile(
    r"\s(?:a\s+[ée]crit|wrote|schrieb(?:\s[^:]*(?::[^:]*)?)?|escribió|ha\s+scritto)\s*(?::|-{2,})[\s*_]*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}|\b\d{1,2}(?:er)?\.?\s+\w{3,10}\.?|\w{3,10}\.?\s\d{1,2},"
)
_TIME_OR_ADDRESS = re.compile(r"\b\d{1,2}\s?[:h]\s?\d{2}|@")

# « -----Message d'origine----- », « ---------- Forwarded message --------- », « Début du message… »
_SEPARATOR = re.compile(
    r"\s*(?:[-_*=]{2,}\s*)?(?:"
    r"message\s+d['’]origine|message\s+original|message\s+initial|mail\s+original|"
    r"courriel\s+original|e-?mail\s+d['’]origine|message\s+transf[ée]r[ée]|"
    r"original\s+message|forwarded\s+message|original\s+e?-?mail|"
    r"urspr[üu]ngliche\s+(?:nachricht|mail)|weitergeleitete\s+(?:nachricht|mail)|"
    r"mensaje\s+(?:original|reenviado)|messaggio\s+(?:originale|inoltrato)"
    r")\s*(?:de\s.{0,120}|from\s.{0,120})?:?\s*[-_*=]{2,}\s*",
    re.IGNORECASE,
)
_APPLE_FORWARD = re.compile(
    r"\s*(?:D[ée]but du (?:message|courriel|mail) (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-?Mail))\s*:\s*",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[_\-=]{10,}\s*")

# Outlook and webmails: « De : … / Envoyé : … / À : … / Objet : … », bold marked with stars or not.
_LABELS = {
    "from": "de|from|von|exp[ée]diteur|da",
    "date": r"envoy[ée](?:\s+le)?|date|sent|gesendet|datum|fecha|data|inviato",
    "to": "[àaÀA]|to|an|destinataires?|para",
    "subject": "objet|sujet|subject|betreff|asunto|oggetto",
    "other": r"cc|copie(?:\s+[àa])?|cci|bcc|kopie|importance|pi[èe]ces?\s+jointes?"
    r"|attachments?|r[ée]pondre\s+[àa]|reply-to",
}
_ANY_LABEL = "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items())
_LABEL_LINE = re.compile(rf"[\s>*_]*(?:{_ANY_LABEL})[\s*_]*:", re.IGNORECASE)
_LABEL_WITHIN = re.compile(rf"(?:^|\s)[*_]*(?:{_ANY_LABEL})[\s*_]{{0,3}}:", re.IGNORECASE)
_TIME = re.compile(r"\b\d{1,2}\s?[:hH.]\s?\d{2}\b")
# Orange, SFR, La Poste: « > Message du 03/03/25 10:12 », whose body may stand unquoted.
_ORANGE = re.compile(r"[\s>*]*Message du \d{1,2}[/.]\d{1,2}[/.]\d{2,4}", re.IGNORECASE)

# What telephones and programs add by themselves: nobody wrote it.
_FOOTER = re.compile(
    r"\s*(?:envoy[ée]e?\s+(?:de|depuis|à partir de|par|via|avec)\s.{2,80}"
    r"|sent\s+(?:from|with|via)\s.{2,80}|von\s+meinem\s.{2,60}\sgesendet"
    r"|t[ée]l[ée]charge[rz]?\s+outlook\s.{2,60}|obten(?:ir|ez)\s+outlook\s.{2,60}|get\s+outlook\s.{2,60}"
    r"|provenance\s*:\s*courrier.{0,40}|[_\-=\s]*)\s*",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"--\s?")


@dataclass(frozen=True)
class _Lines:
    """The lines of a text, as they are and as they are compared."""

    said: Sequence[str]
    compared: Sequence[str]  # composed (NFC): some mailers write é as e and an accent

    def follows_quoted(self, start: int) -> bool:
        """Say whether the next line with words is quoted with ``>``."""
        following = (line for line in self.compared[start:] if line.strip())
        return bool(_QUOTED.match(next(following, "")))


def split(text: str) -> tuple[str, str]:
    """The author's newest words, and the history. No word is lost between the two.

    Lines written between quoted lines are the author's, in order. When the author has added
    nothing (a mere forward, or a telephone's footer above a quote), all of it is history.
    """
    if not text.strip():
        return "", ""
    said = text.split("\n")
    lines = _Lines(said, [unicodedata.normalize("NFC", line) for line in said])
    is_new = _new_lines(lines)
    new = _joined(line for line, fresh in zip(said, is_new, strict=True) if fresh)
    if all(is_new):
        return new, ""
    if _says_nothing(new):
        return "", _joined(said)
    return new, _joined(line for line, fresh in zip(said, is_new, strict=True) if not fresh)


def _new_lines(lines: _Lines) -> list[bool]:
    """For each line, whether its author has newly written it."""
    fresh: list[bool] = []
    while (at := len(fresh)) < len(lines.said):
        if _QUOTED.match(lines.compared[at]):
            fresh += [False] * _quoted_run(lines, at, written=any(fresh))
        elif length := _marker(lines, at):
            goes_on = lines.follows_quoted(at + length)
            fresh += [False] * (length if goes_on else len(lines.said) - at)
        else:
            fresh.append(bool(lines.said[at].strip()) or _stands_among_new(fresh))
    return fresh


def _stands_among_new(fresh: Sequence[bool]) -> bool:
    """A blank line belongs to what it follows."""
    return fresh[-1] if fresh else True


def _quoted_run(lines: _Lines, start: int, *, written: bool) -> int:
    """How many lines from here are history, beginning with one quoted with ``>``."""
    end = start
    while end < len(lines.said) and _QUOTED.match(lines.compared[end]):
        end += 1
    run = lines.compared[start:end]
    bare_header = _ORANGE.match(run[0]) and all(
        _LABEL_LINE.match(line) or not _QUOTE_SIGNS.sub("", line) for line in run[1:]
    )
    if bare_header and written and not lines.follows_quoted(end):
        return len(lines.said) - start
    return end - start


def _marker(lines: _Lines, at: int) -> int:
    """How many lines here announce history; 0 when none does."""
    line = lines.compared[at]
    if not line.strip():
        return 0
    if _SEPARATOR.fullmatch(line[:300]) or _APPLE_FORWARD.fullmatch(line[:300]):
        return _above_header(lines, at, least=1) or 1
    if _RULE.fullmatch(line[:300]):  # alone, it is an ornament
        return _above_header(lines, at, least=3)
    if _ORANGE.match(line[:80]):
        return _above_header(lines, at, least=2)
    return _attribution(lines, at) or _header_block(lines, at)


def _above_header(lines: _Lines, at: int, least: int) -> int:
    """One line together with the header block below it; 0 when there is none."""
    below = _after_blanks(lines, at + 1)
    block = _header_block(lines, below, least)
    return below + block - at if block else 0


def _after_blanks(lines: _Lines, at: int) -> int:
    while at < len(lines.said) and not lines.said[at].strip():
        at += 1
    return at


def _attribution(lines: _Lines, at: int) -> int:
    """« Le lun. 3 mars 2025 à 10:12, X <x@y> a écrit : », as often wrapped as mailers wrap it."""
    if not _ATTRIBUTION_BEGINS.match(lines.compared[at][:40]):
        return 0
    whole = ""
    for count, line in enumerate(lines.compared[at : at + _ATTRIBUTION_LINES], start=1):
        if not line.strip() or len(whole) + len(line) > _ATTRIBUTION_LENGTH:
            return 0
        whole = f"{whole} {line.strip()}"
        if _ATTRIBUTION_ENDS.search(whole):
            # « Le 3 mars, votre conseillère m’a écrit : » is a story, not an attribution.
            return count if _DATE.search(whole) and _TIME_OR_ADDRESS.search(whole) else 0
    return 0


def _header_block(lines: _Lines, at: int, least: int = 3) -> int:
    """The lines of a block « De : … Envoyé : … À : … Objet : … »; 0 when it is none.

    ``least`` is how many kinds of line prove it: fewer do below a separator that says so itself.
    Without a separator a time of day must be there: clients' own letters have a date alone.
    """
    if at < len(lines.said) and _is_whole_header(lines.compared[at][:1500]):
        return 1
    kinds: set[str] = set()
    strangers = length = 0
    for count, line in enumerate(lines.compared[at : at + _HEADER_LINES], start=1):
        ends_here = not line.strip() and (least < 3 or len(kinds) >= 4)
        if label := _LABEL_LINE.match(line[:80]):
            kinds.add(label.lastgroup or "")
            length = count
        elif not kinds or ends_here or strangers == _HEADER_STRANGERS:
            break
        else:
            strangers += bool(line.strip())
    if least < 3:
        return length if len(kinds) >= least else 0
    block = " ".join(lines.compared[at : at + length])
    return length if _proves_header(kinds, block) else 0


def _is_whole_header(line: str) -> bool:
    """Say whether a converter has run a whole header block into one line."""
    if not _LABEL_LINE.match(line[:80]):
        return False
    kinds = {label.lastgroup or "" for label in _LABEL_WITHIN.finditer(line)}
    return "subject" in kinds and _proves_header(kinds, line)


def _proves_header(kinds: set[str], block: str) -> bool:
    return len(kinds) >= 3 and {"from", "date"} <= kinds and bool(_TIME.search(block))


def _says_nothing(new: str) -> bool:
    """Say whether only a signature or a program's footer stands above the history."""
    for line in new.split("\n"):
        if _SIGNATURE.fullmatch(line):
            return True
        if not _FOOTER.fullmatch(line[:200]):
            return False
    return True


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip("\n")
