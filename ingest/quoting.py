"""What the author of a mail has newly written, apart from the history quoted below it.

Made from the ways the mailers of France and her neighbours quote: see the rows in
``tests/ingest/quotes.py``. Whatever is not surely history stays with the author.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_ATTRIBUTION_LINES = 4  # how many a mailer may wrap « Le … a écrit : » over
_ATTRIBUTION_LENGTH = 500
_HEADER_LINES = 14  # how far a block « De : … Envoyé : … » is looked at
_LABELLED = 1_500  # characters of a line of a header
_PROBED = 24  # lines looked at for an announcement that is quoted itself
_HEADER_STRANGERS = 3  # wrapped addresses between its lines

_QUOTED = re.compile(r"\s{0,3}>")
_QUOTE_SIGNS = re.compile(r"^[\s>]+")
# Believed only right below an attribution: bars make tables, guillemets close a citation.
_RARE_SIGN = re.compile(r"\s{0,3}([A-Za-z]{1,4}>|\||»)")

# Gmail, Apple, Thunderbird, Yahoo, Open-Xchange: « Le <date>, <who> a écrit : » and its sisters.
_ATTRIBUTION_BEGINS = re.compile(r"[\s*_-]*(?:Le|On|Am|Op|El|Il|Vous écriviez)\s", re.IGNORECASE)
_WROTE = r"a\s+[ée]crit|[ée]crivait|wrote|escribió|escreveu|ha\s+scritto"
_ATTRIBUTION_ENDS = re.compile(
    rf"\s(?:{_WROTE}|(?:folgendes\s+)?geschrieben|sch(?:rieb|reef)(?:\s[^:]*(?::[^:]*)?)?"
    rf"|[ée]criviez\s.{{8,60}})\s*(?::|-{{2,}})[\s*_-]*$",
    re.IGNORECASE,
)
# « Claire <c@x.fr> a écrit le 03/03/2025 à 10:12 : », Notes « -----Claire a écrit : ----- »,
# Tuta « 3 mars 2025 à 10:12 de c@x.fr : ».
_AUTHOR_FIRST = re.compile(
    rf"(?P<who>[^:]{{2,160}})\s(?:{_WROTE}|schrieb|schreef)"
    rf"(?:\s+(?:le|sur|on|am|op)\s.{{8,60}}|\s*\(.{{8,60}}\))?\s*:[\s*_-]*"
    rf"|.{{10,60}}\s(?:de|von|by|from|par)\s+[^\s@]+@[^\s@]+\s?:\s*",
    re.IGNORECASE,
)
_WITHOUT_DATE = re.compile(
    rf".{{2,160}}\s(?:{_WROTE}|schrieb|schreef)\s*:\s*"
    r"|(?:Selon|Quoting|Zitat von|Citando)\s.{2,160}:\s*",
    re.IGNORECASE,
)
# « votre conseillère a écrit : », « nous a écrit : » tell of a letter, and are none.
_STORY = re.compile(
    rf"(?:\b(?:nous|vous|lui|leur|elle|il|on|qui|(?:v|n)otre\s[\w’'-]+|(?:mon|ma|un|une|son|sa|le|la|"
    rf"cet|cette)\s[\w-]+|he|she|you|your\s\w+)\s|[lmt]['’]\w*\s?)(?:{_WROTE})\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}|\b\d{1,2}(?:er)?\.?\s+\w{3,10}\.?"
    r"|\w{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,"
)
_TIME_OR_ADDRESS = re.compile(r"\b\d{1,2}\s?[:h]\s?\d{2}|@")
# The same, with the quoted words or the author's own on its line.
_ATTRIBUTION_WITHIN = re.compile(
    r"(?<!\S)(?:Le|On)\s[^<>\n]{8,160}<[^<>\s]{3,160}>,?\s(?:a\s+[ée]crit|wrote)\s?:",
    re.IGNORECASE,
)
_LOOKED_INTO = 20_000  # characters of a line

# « -----Message d'origine----- », « ---------- Forwarded message --------- », « Début du message… »
_DASHES = "[-_*=\u2010-\u2015]{2,}+"
_SEPARATOR = re.compile(
    rf"\s*(?:{_DASHES}\s*)?(?:"
    r"message\s+d['’]origine|message\s+original|message\s+initial|mail\s+original|"
    r"courriel\s+original|e-?mail\s+d['’]origine|(?:message|e-?mail|mail|courriel)\s+transf[ée]r[ée]|"
    r"original\s+message|forwarded\s+message|original\s+e?-?mail|"
    r"urspr[üu]ngliche\s+(?:nachricht|mail)|original-?nachricht|"
    r"weitergeleitete\s+(?:nachricht|mail)|"
    r"oorspronkelijk\s+bericht|doorgestuurd\s+bericht|"
    r"mensaje\s+(?:original|reenviado)|mensagem\s+(?:original|encaminhada)|"
    r"messaggio\s+(?:originale|inoltrato)"
    rf")\s*(?:de\s.{{0,120}}|from\s.{{0,120}})?:?\s*{_DASHES}\s*"
    rf"|\s*{_DASHES}\s?(?=[^\W_])[^:]{{2,120}}\sa\s+[ée]crit\s*:?\s*{_DASHES}\s*",
    re.IGNORECASE,
)
# « ##- Répondez au-dessus de cette ligne -## »: what services ask for that number requests.
_ABOVE_THIS_LINE = re.compile(
    r"\s*[-_*=#]{2,}+.{0,80}\b(?:au[- ]dessus de cette ligne|above this line"
    r"|oberhalb dieser (?:linie|zeile))\b.{0,20}",
    re.IGNORECASE,
)
# Notes: « Claire Petit---03/03/2025 10:12:13---Bonjour, … »
_NOTES = re.compile(
    r"\s*[^-\n]{2,80}\s?---\s?\d{1,2}[./]\d{1,2}[./]\d{2,4}\s\d{1,2}:\d{2}(?::\d{2})?"
    r"(?:\s[AP]M)?\s?---"
)
_APPLE_FORWARD = re.compile(
    r"\s*(?:D[ée]but du (?:message|courriel|mail) (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-?Mail))\s*:\s*",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[_\-=]{10,}\s*")

# Outlook and webmails: « De : … / Envoyé : … / À : … / Objet : … », bold marked with stars or not.
_LABELS = {
    "from": "de|from|von|van|exp[ée]diteur|da",
    "date": r"envoy[ée](?:\s+le)?|date(?:\s+d['’]envoi)?|sent|gesendet|datum|verzonden|fecha|data"
    r"|inviato|enviad[ao](?:\s+em)?",
    "to": "[àaÀA]|to|an|aan|pour|destinataires?|para",
    "subject": "objet|sujet|subject|betreff|onderwerp|asunto|assunto|oggetto",
    "other": r"cc|copie(?:\s+[àa])?|cci|bcc|kopie|importance|priorit[ée]|pi[èe]ces?\s+jointes?"
    r"|attachments?|anlagen?|bijlagen?|r[ée]pondre\s+[àa]|reply-to|antwort an",
}
_ANY_LABEL = "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items())
_LABEL_LINE = re.compile(rf"[\s>*_]*(?:{_ANY_LABEL})[\s*_]*:", re.IGNORECASE)
_LABEL_WITHIN = re.compile(rf"(?:^|\s)[*_]*(?:{_ANY_LABEL})[\s*_]{{0,3}}:", re.IGNORECASE)
_TIME = re.compile(r"\b\d{1,2}\s?[:hH.]\s?\d{2}\b")
# Orange, SFR, La Poste: « > Message du 03/03/25 10:12 », whose body may stand unquoted.
_ORANGE = re.compile(r"[\s>*]*Message du(?:\s?:)? \d{1,2}[/.]\d{1,2}[/.]\d{2,4}", re.IGNORECASE)
_GROUPWISE = re.compile(r"\s*>>> .{3,200}\d{1,2}:\d{2}.{0,60}>>>\s*")

# The author has written into the history itself, in a colour that text does not show.
_ANSWERS_WITHIN = re.compile(
    r"\b(?:(?:r[ée]ponses?|r[ée]ponds?|r[ée]pondu|commentaires?|remarques?|annotations?|pr[ée]cisions?)"
    r"\b[^.!?\n]{0,60}\b(?:en (?:rouge|bleu|vert|gras|violet|orange|couleurs?|majuscules?|italique)"
    r"|dans (?:le|votre|ton) (?:texte|corps|mail|message|courriel)|au fil du texte)"
    r"|(?:en (?:rouge|bleu|vert|gras|couleurs?)|dans le (?:texte|corps du (?:mail|message)))"
    r"[^.!?\n]{0,40}\b(?:mes (?:r[ée]ponses|commentaires|remarques)|ma r[ée]ponse)"
    r"|(?:answers?|comments?|repl(?:y|ies))\b[^.!?\n]{0,40}"
    r"\b(?:in(?:line)? (?:red|blue|green|bold|the text)|inline)"
    r"|(?:antworten?|anmerkungen|kommentare)\b[^.!?\n]{0,40}"
    r"\b(?:in (?:rot|blau|gr[üu]n|fett)|im text))\b",
    re.IGNORECASE,
)

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

    def next_with_words(self, start: int) -> str:
        start = _after_blanks(self, start)
        return self.compared[start] if start < len(self.compared) else ""

    def follows_quoted(self, start: int) -> bool:
        """Say whether the next line with words is quoted with ``>``."""
        return bool(_QUOTED.match(self.next_with_words(start)))


def split(text: str) -> tuple[str, str]:
    """The author's newest words, and the history. No word is lost between the two.

    Lines written between quoted lines are the author's, in order. When the author has added
    nothing (a mere forward, or a telephone's footer above a quote), all of it is history; where
    she says that her answers stand within it in red, all of it is hers.
    """
    if not text.strip():
        return "", ""
    lines = _lines(text)
    said, is_new = lines.said, _new_lines(lines)
    new = _joined(line for line, fresh in zip(said, is_new, strict=True) if fresh)
    if all(is_new) or _answers_within(new, is_new):
        return _joined(said), ""
    if _says_nothing(new):
        return "", _joined(said)
    return new, _joined(line for line, fresh in zip(said, is_new, strict=True) if not fresh)


@dataclass(frozen=True)
class Announced:
    """A text cut where other words are first announced: a separator, a header, an attribution."""

    above: str
    announcement: str
    below: str  # with a quote sign less, where it is quoted


def announced(text: str, *, surely: bool = False) -> Announced | None:
    """The first announcement of other words in a text, quoted or not.

    Where it is sure that there are others (the subject says TR), a part of a header is enough, and
    bare quotes are.
    """
    least = 2 if surely else 3
    lines = _lines(text)
    run_begins = True
    first_quote: int | None = None
    for at, line in enumerate(lines.compared):
        quoted = bool(_QUOTED.match(line))
        if not quoted and (length := _marker(lines, at, least)):
            return _cut(lines.said, at, length)
        if quoted and run_begins and (length := _quoted_marker(lines, at, least)):
            return _cut([*lines.said[:at], *_unquoted(lines.said[at:])], at, length)
        if quoted and first_quote is None:
            first_quote = at
        run_begins = not (quoted and line.strip("> \t"))
    return _cut(lines.said, first_quote, 0) if surely and first_quote is not None else None


def labelled(announcement: str) -> dict[str, str]:
    """What « De : … Envoyé : … Objet : … » say, by kind: from, date, to, subject, other."""
    said: dict[str, str] = {}
    kind = ""
    for line in unicodedata.normalize("NFC", announcement).split("\n"):
        line = line[:_LABELLED]
        if date := _ORANGE.match(line[:80]):
            said["date"] = line[len("Message du") : date.end() + 12].strip("> :")
        if separator := _SEPARATOR.match(line[:300]):
            line = line[separator.end() :]
        labels = list(_LABEL_WITHIN.finditer(line))
        if not _proves_header({label.lastgroup or "" for label in labels}, line):
            labels = [label] if (label := _LABEL_LINE.match(line[:80])) else []
        if not labels and kind:  # a value goes on
            said[kind] = f"{said[kind]} {line.strip()}".strip()
        ends = [*(label.start() for label in labels[1:]), len(line)]
        for label, end in zip(labels, ends, strict=False):
            kind = label.lastgroup or ""
            said[kind] = said.get(kind) or line[label.end() : end].strip("> *_\t\xa0")
    return said


def _cut(said: Sequence[str], at: int, length: int) -> Announced:
    """Cut before and after an announcement; below a bare separator it may be quoted."""
    below = list(_unquoted(said[at + length :]))
    header = said[at : at + length]
    if length and not _TIME_OR_ADDRESS.search(" ".join(header)):
        rest = _composed(below[:_PROBED])
        start = _after_blanks(rest, 0)
        more = start + length if (length := _announcement(rest, start, least=2)) else 0
        header, below = [*header, *below[:more]], below[more:]
    return Announced(_joined(said[:at]), "\n".join(header), _joined(below))


def _quoted_marker(lines: _Lines, at: int, least: int) -> int:
    """How many lines announce other words where they are quoted themselves."""
    bare = _composed(_unquoted(lines.said[at : at + _PROBED]))
    start = _after_blanks(bare, 0)
    length = _marker(bare, start, least) if start < len(bare.said) else 0
    return start + length if length else 0


def _unquoted(said: Sequence[str]) -> Iterator[str]:
    """Lines without their first quote sign, if the first with words bears one."""
    quoted = _QUOTED.match(next(filter(str.strip, said), ""))
    for line in said:
        sign = _QUOTED.match(line) if quoted else None
        yield line[sign.end() :].removeprefix(" ") if sign else line


def _lines(text: str) -> _Lines:
    return _composed(
        [piece for line in text.split("\n") for piece in _cut_before_attribution(line)]
    )


def _composed(said: Iterable[str]) -> _Lines:
    said = list(said)
    return _Lines(said, [unicodedata.normalize("NFC", line) for line in said])


def _cut_before_attribution(line: str) -> Iterator[str]:
    """A line that converters have made of several: what stands before « Le … a écrit : »."""
    found = _ATTRIBUTION_WITHIN.search(line[:_LOOKED_INTO])
    if found and line[: found.start()].strip("> \t"):
        yield line[: found.start()].rstrip()
        line = line[found.start() :]
    yield line


def _answers_within(new: str, is_new: Sequence[bool]) -> bool:
    """Whether « mes réponses en rouge » is said above a history without a new line in it."""
    above = is_new[: is_new.index(False)]
    return any(above) and not any(is_new[len(above) :]) and bool(_ANSWERS_WITHIN.search(new))


def _new_lines(lines: _Lines) -> list[bool]:
    """For each line, whether its author has newly written it."""
    fresh: list[bool] = []
    sign = ""
    while (at := len(fresh)) < len(lines.said):
        if _QUOTED.match(lines.compared[at]):
            fresh += [False] * _quoted_run(lines, at, written=any(fresh))
        elif sign and lines.compared[at].lstrip().startswith(sign):
            fresh.append(False)
        elif length := _marker(lines, at):
            rare = _RARE_SIGN.match(lines.next_with_words(at + length))
            sign = rare[1] if rare else sign
            goes_on = rare or lines.follows_quoted(at + length)
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
    bare_header = _GROUPWISE.fullmatch(run[-1][:300]) or (
        _ORANGE.match(run[0][:80])
        and all(_LABEL_LINE.match(line[:80]) or not line.strip("> \t") for line in run[1:])
    )
    if bare_header and written and not lines.follows_quoted(end):
        return len(lines.said) - start
    return end - start


def _marker(lines: _Lines, at: int, least: int = 3) -> int:
    """How many lines here announce history; 0 when none does."""
    line = lines.compared[at]
    if not line.strip():
        return 0
    if _is_separator(line[:_LABELLED]):
        return _above_header(lines, at, least=1) or 1
    if _RULE.fullmatch(line[:300]):  # alone, it is an ornament
        return _above_header(lines, at, least=3)
    if _NOTES.match(line[:160]):
        return _above_header(lines, at, least=3) or 1
    return _announcement(lines, at, least)


def _is_separator(line: str) -> bool:
    """« -----Message d’origine----- », maybe with a header behind it on its line."""
    found = _SEPARATOR.match(line[:300])
    if found:
        rest = line[found.end() :]
        return not rest.strip() or bool(_LABEL_LINE.match(rest[:80]))
    return bool(_APPLE_FORWARD.fullmatch(line[:300]) or _ABOVE_THIS_LINE.fullmatch(line[:200]))


def _announcement(lines: _Lines, at: int, least: int = 3) -> int:
    """How many lines say from whom and when the words below are."""
    if at < len(lines.said) and _ORANGE.match(lines.compared[at][:80]):
        if _QUOTED.match(lines.compared[at]):
            return 0
        header = _header_block(lines, at + 1, least=2)
        return header + 1 if header else 0
    return _attribution(lines, at) or _header_block(lines, at, least)


def _above_header(lines: _Lines, at: int, least: int) -> int:
    """One line together with what announces the words below it; 0 when nothing does."""
    below = _after_blanks(lines, at + 1)
    if (
        below < len(lines.said)
        and _ORANGE.match(lines.compared[below][:80])
        and _QUOTED.match(lines.compared[below])
    ):
        return below - at
    block = _announcement(lines, below, least)
    return below + block - at if block else 0


def _after_blanks(lines: _Lines, at: int) -> int:
    while at < len(lines.said) and not lines.said[at].strip():
        at += 1
    return at


def _attribution(lines: _Lines, at: int) -> int:
    """« Le lun. 3 mars 2025 à 10:12, X <x@y> a écrit : », as often wrapped as mailers wrap it."""
    if at >= len(lines.said):
        return 0
    line = lines.compared[at]
    if len(line) <= _ATTRIBUTION_LENGTH and _by_author(lines, at, line.strip()):
        return 1
    if not _ATTRIBUTION_BEGINS.match(line[:40]):
        return 0
    if _ATTRIBUTION_WITHIN.match(line[:_ATTRIBUTION_LENGTH].strip()):
        return 1
    whole = ""
    for count, line in enumerate(lines.compared[at : at + _ATTRIBUTION_LINES], start=1):
        if not line.strip() or len(whole) + len(line) > _ATTRIBUTION_LENGTH:
            return 0
        whole = f"{whole} {line.strip()}"
        if _ATTRIBUTION_ENDS.search(whole):
            return count if _names_a_mail(whole) or lines.follows_quoted(at + count) else 0
    return 0


def _by_author(lines: _Lines, at: int, line: str) -> bool:
    """« X a écrit le 03/03/2025 à 10:12 : »; without a date only above quoted lines."""
    if _AUTHOR_FIRST.fullmatch(line) and _names_a_mail(line):
        return True
    return bool(_WITHOUT_DATE.fullmatch(line)) and lines.follows_quoted(at + 1)


def _names_a_mail(attribution: str) -> bool:
    """« Le 3 mars, votre conseillère m’a écrit : » is a story, not an attribution."""
    if not (_DATE.search(attribution) and _TIME_OR_ADDRESS.search(attribution)):
        return False
    return "@" in attribution or not _STORY.search(attribution)


def _header_block(lines: _Lines, at: int, least: int = 3) -> int:
    """The lines of a block « De : … Envoyé : … À : … Objet : … »; 0 when it is none.

    ``least`` is how many kinds of line prove it: fewer do below a separator that says so itself.
    Without a separator a time of day must be there: clients' own letters have a date alone.
    """
    if at < len(lines.said) and _is_whole_header(lines.compared[at][:_LABELLED]):
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
