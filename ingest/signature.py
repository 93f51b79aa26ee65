"""The author's signature: the last lines of what she wrote, from her formula of politeness on.

It stays part of her words: names are read in it, and some people go on below it.
"""

import re

_LAST_LINES = 40  # with words; what stands above them is no signature
_LONG_LINE = 90  # characters, of a line that is still an address or a title
_FORMULA_WORDS = 9  # a closing line of more may say something else, too

_DELIMITER = re.compile(r"--\s?|[_—]{2,}")  # RFC 3676, 4.3, and how it is met
_FORMULA = re.compile(
    r"\W*(?:(?:bien |tr[èe]s |salutations |sinc[èe]rement |respectueusement |avec mes )*"
    r"(?:cordialement|cordialement vôtre|salutations?|sinc[èe]rement|respectueusement|amicalement"
    r"|bien [àa] (?:vous|toi)|sentiments?|cdlt|cdt|bonne (?:journ[ée]e|soir[ée]e|r[ée]ception|fin)"
    r"|merci(?: d['’]avance| par avance| beaucoup)?(?=\W*$)|d['’]avance merci"
    r"|[àa] (?:bient[ôo]t|vous lire)|bien des choses)"
    r"|(?:kind |best |warm |with )*(?:regards|wishes)|sincerely|yours (?:sincerely|faithfully|truly)"
    r"|faithfully|many thanks|cheers"
    r"|(?:mit )?(?:freundlichen?|besten?|herzlichen?|viele|liebe|sch[öo]ne) (?:gr[üu](?:ß|ss)en?)"
    r"|mfg|hochachtungsvoll|(?:met )?vriendelijke groet(?:en)?)\b",
    re.IGNORECASE,
)
# « Je vous prie d’agréer, Madame, mes salutations distinguées. »: a sentence, to be left in it.
_SENTENCE_OF_POLITENESS = re.compile(
    r"\b(?:agr[ée]er|salutations|sentiments (?:distingu|les )|consid[ée]ration distingu[ée]e)",
    re.IGNORECASE,
)
# What programs and companies add below, to the very end.
_NOTICE = re.compile(
    r"\W*(?:ce (?:message|courriel|mail|courrier [ée]lectronique)\b.{0,80}\b(?:confidentiel|destin|pi[èe]ces? jointes?|[ée]ventuel)"
    r"|(?:avis|clause|mention) de (?:confidentialit[ée]|non-responsabilit[ée])"
    r"|(?:the information|this (?:e-?mail|message))\b.{0,80}\b(?:confidential|intended|attachments?)"
    r"|disclaimer\b|diese (?:e-?mail|nachricht)\b.{0,80}\bvertraulich"
    r"|(?:pensez|merci de penser|avant d['’]imprimer|please consider|n['’]imprimez)\b.{0,80}"
    r"|(?:garanti sans|sans|absence de|virus-free|virenfrei)\W.{0,12}(?:virus|avast|avg)\b.{0,60})",
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    r"\W*(?:envoy[ée]e? (?:de|depuis|[àa] partir|par|via|avec)\b|sent (?:from|with|via)\b|get outlook\b"
    r"|(?:t[ée]l[ée]charge[rz]?|obten(?:ir|ez)) (?:outlook|bluemail)\b|provenance ?: ?courrier\b"
    r"|von meinem .{2,60}\bgesendet|gesendet (?:von|mit)\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\W*(?:p\.? ?s\b|n\.? ?b\b|ps\b|post[- ]scriptum)", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?]\W*$")
_FACTS = re.compile(r"\d{2}|@|www\.|https?:|\bt[ée]l\b|\bfax\b", re.IGNORECASE)


def signature_of(words: str) -> str:
    """The signature at the end of an author's words, with its formula; empty where none is."""
    lines = words.rstrip().split("\n")
    said = [at for at, line in enumerate(lines) if line.strip()][-_LAST_LINES:]
    if not said:
        return ""
    tail = len(lines)  # from here on programs speak
    for at in reversed(said):
        if _PROGRAM.match(lines[at][:100]) or _NOTICE.match(lines[at][:200]):
            tail = at
    start = tail
    for at in reversed([at for at in said if at < tail]):
        line = lines[at].strip()
        if _DELIMITER.fullmatch(line) or _FORMULA.match(line[:80]):
            start = at if len(line.split()) <= _FORMULA_WORDS else start
            break
        if _SENTENCE_OF_POLITENESS.search(line[-300:]):
            start = at + 1
            break
        if not _signs(line):
            break
    if start == said[0]:  # a mail is not all signature: « Merci. » is an answer
        start = tail if tail > said[0] else len(lines)
    return "\n".join(lines[start:]).strip("\n")


def _signs(line: str) -> bool:
    """Whether a line may stand in a signature: a name, a title, an address, no sentence."""
    if _GOES_ON.match(line) or len(line) > _LONG_LINE:
        return False
    return bool(_FACTS.search(line)) or not _SENTENCE.search(line)
