"""Whose words a forwarded mail brings: its first author, when she wrote, and what the forwarder says.

A broker's colleagues and insurers hand on clients' letters; the client's rights run from her own.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from ingest.dates import told_at
from ingest.mail import Forwarded, Mail
from ingest.mime import ENCLOSED
from ingest.quoting import Announced, announced, labelled
from ingest.text import one_line

_HERE = ZoneInfo("Europe/Paris")  # of dates that mail programs write without a zone
_DEEPEST = 5  # forwards within each other
_LONGEST_RELAY = 20_000
_LONGEST_HEADER = 2_000  # characters
_LONGEST_ENCLOSED = 1_000_000  # bytes read a second time
_COVER_WORDS = 60  # of a mail that does not say it is a forward: more is a letter of its own

_TAGS = r"\s*(?:\[[^\]\n]{1,30}\]\s*)*"  # [EXTERNE], [Sinistres]
_FORWARD = re.compile(rf"{_TAGS}(?:tr|fwd?|wg|i|rv|enc|doorst|transf)\s*:", re.IGNORECASE)
_REPLY = re.compile(rf"{_TAGS}(?:re|r[ée]f?|r[ée]p|aw|antw?|sv)\s*[:.]", re.IGNORECASE)
_SAYS_FORWARDED = re.compile(
    r"[\s>_*-]*(?:(?:d[ée]but du )?(?:message|e-?mail|mail|courriel) (?:transf|r[ée]exp)"
    r"|forwarded|begin forwarded|weitergeleitet|anfang der weitergeleiteten"
    r"|messaggio inoltrato|doorgestuurd|mensagem encaminhada|mensaje reenviado)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_ON_BEHALF = re.compile(
    r"\b(?:de la part de|on behalf of|im auftrag von)\s+(?P<name>.{2,80})", re.I
)
_RELAY = re.compile(
    r"\b(?:r[ée]clamation|courrier|lettre|courriel|mail|contestation)\s[^.\n]{0,60}?"
    r"\b(?:votre|notre|ce|cette|nos?) (?:client|cliente|assur[ée]e?|soci[ée]taire|adh[ée]rente?)\b"
    r"[^\n]{0,80}?\b(?:re[çc]ue?|dat[ée]e?|du|adress[ée]e?|envoy[ée]e?)\s(?:le\s|du\s)?"
    r"(?P<day>\d{1,2}(?:er)?(?:\s\w{3,10}\s|[/.-]\d{1,2}[/.-])\d{4})",
    re.IGNORECASE,
)
_VERB = re.compile(r",?\s(?:a\s+[ée]crit|wrote|schrieb am)\b.*", re.IGNORECASE)
_UP_TO_TIME = re.compile(
    r".*\d[:h]\d\d(?::\d\d)?\s*(?:[ap]\.?m\b\.?)?\s*(?:uhr\b)?\s*(?:[A-Z]{3,4}\b)?(?:[+-]\d[\d:]*)?"
    r"[\s,]*(?:schrieb\s)?",
    re.IGNORECASE,
)


def original_of(mail: Mail, read: Callable[[bytes], Mail]) -> Forwarded | None:
    """The first of the mails that this one forwards, one within the other; None if it does not.

    ``read`` reads an enclosed mail, with what it forwards itself.
    """
    return _attached(mail, read) or _inline(mail)


def forwarded_in(subject: str, text: str) -> Forwarded | None:
    """The same, of a mail of which only its words are known."""
    says_so = bool(_FORWARD.match(subject))
    found = announced(text, surely=says_so)
    if found is None or not (says_so or _SAYS_FORWARDED.match(found.announcement)):
        return None
    return _first(found)


def _attached(mail: Mail, read: Callable[[bytes], Mail]) -> Forwarded | None:
    enclosed = [one for one in mail.attachments if one.content_type in ENCLOSED]
    if len(enclosed) != 1 or "report" in mail.content_type:
        return None
    inner = read(enclosed[0].data[:_LONGEST_ENCLOSED])
    first = inner.original or Forwarded(
        name=inner.sender.name,
        email=inner.sender.email,
        sent_at=inner.sent_at,
        subject=inner.subject,
        text=inner.text,
        how="attached",
        cover="",
    )
    # A mail without words of its own shows the enclosed one in their place.
    return replace(first, how="attached", cover=mail.new_text.strip())


def _inline(mail: Mail) -> Forwarded | None:
    return forwarded_in(mail.subject, mail.text) or _without_a_word_of_it(mail) or _relayed(mail)


def _without_a_word_of_it(mail: Mail) -> Forwarded | None:
    """A header of a stranger's mail below a word or two, in what is an answer to nobody."""
    found = announced(mail.text)
    if found is None or mail.in_reply_to or _REPLY.match(mail.subject):
        return None
    first = _first(found)
    told = "from" in labelled(found.announcement) and len(first.cover.split()) <= _COVER_WORDS
    answered = {person.email.partition("@")[2] for person in (*mail.to, *mail.cc)}
    stranger = first.email and first.email.partition("@")[2] not in answered
    return first if told and stranger else None


def _relayed(mail: Mail) -> Forwarded | None:
    """« la réclamation de votre client reçue le 3 mars 2025 »: an insurer tells the day alone."""
    said = _RELAY.search(mail.new_text[:_LONGEST_RELAY])
    day = told_at(f"{said['day']} 12:00", _HERE) if said else None
    if day is None:
        return None
    return Forwarded("", "", day, "", "", how="relayed", cover=mail.new_text.strip())


def _first(found: Announced) -> Forwarded:
    return replace(_innermost(found, _DEEPEST), cover=found.above.strip())


def _innermost(found: Announced, deep: int) -> Forwarded:
    first = _told(found)
    says_so = bool(_FORWARD.match(first.subject))
    within = announced(found.below, surely=says_so) if deep else None
    if within and (says_so or _SAYS_FORWARDED.match(within.announcement)):
        return _innermost(within, deep - 1)
    return first


def _told(found: Announced) -> Forwarded:
    """What the lines above forwarded words tell."""
    said = labelled(found.announcement)
    whole = " ".join(found.announcement[:_LONGEST_HEADER].split())
    name, email = _person(said["from"]) if "from" in said else _attributed(whole)
    return Forwarded(
        name=name,
        email=email,
        sent_at=told_at(said.get("date", whole), _HERE),
        subject=one_line(said.get("subject", "")),
        text=found.below.strip(),
        how="inline",
        cover="",
    )


def _person(said: str) -> tuple[str, str]:
    """« Claire Petit [mailto:c@x.example] De la part de … » → a name and an address."""
    behalf = _ON_BEHALF.search(said)
    emails = list(_EMAIL.finditer(said[: behalf.start()] if behalf else said))
    name = behalf["name"] if behalf else said[: emails[0].start()] if emails else said
    name = re.split(r"[<\[(]|mailto:", name)[0]
    return one_line(name).strip(" \"'*_,;:<>"), emails[-1][0].lower() if emails else ""


def _attributed(whole: str) -> tuple[str, str]:
    """« Le 3 mars 2025 à 10:12, Claire <c@x.example> a écrit : » → a name and an address."""
    name, email = _person(_UP_TO_TIME.sub("", _VERB.sub("", whole)))
    no_name = "--" in name or any(map(str.isdigit, name))
    return "" if no_name else name, email or _person(whole)[1]
