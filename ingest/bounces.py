"""What a mail that came back says: who did not get it, for good or for now, and why.

Servers that keep to RFC 3464 say it in fields. The others say it in words, each in its own: the
addresses stand before the copy of our letter, with codes of RFC 5321 and RFC 3463 beside them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from enum import StrEnum

from ingest.mail import Attachment, Mail
from ingest.mime import ENCLOSED
from ingest.parse import parse


class Verdict(StrEnum):
    """How final a bounce is, for the one who is to read the letter."""

    HARD = "hard"  # the server has given up, whatever its code: the letter was not delivered
    SOFT = "soft"  # a passing trouble; it is not said whether it is tried again
    DELAYED = "delayed"  # it is said to be tried again


@dataclass(frozen=True)
class Bounce:
    """One recipient of one mail that came back."""

    recipient: str  # lower case, as we wrote it where the server says that; may be empty
    verdict: Verdict
    status: str  # RFC 3463, « 5.1.1 »; or the reply code of RFC 5321, « 550 »; or empty
    diagnostic: str  # the server's own words on one line, or empty
    original: str  # Message-ID of the mail that came back, with its brackets; or empty


def read(mail: Mail) -> tuple[Bounce, ...]:
    """Read a mail that was screened as a bounce. Nothing when it only tells of a delivery."""
    original = _original(mail)
    blocks = [block for part in mail.attachments for block in _blocks(part)]
    if blocks:
        return tuple(_in_fields(blocks, original))[:_MOST_RECIPIENTS]
    return tuple(_in_words(mail, original))[:_MOST_RECIPIENTS]


_MOST_RECIPIENTS = 20
_MOST_ENCLOSED = 3  # mails opened in search of a Message-ID
_MOST_WORDS = 20_000  # characters
_MOST_DIAGNOSTIC = 300

# --- which mail came back -----------------------------------------------------------------------

_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_NAMED = re.compile(
    r"^[>\s|]{0,20}(?:x-original-)?message-id\s{0,5}:\s{0,5}(<[^<>\s]{1,250}>)", re.I | re.M
)


def _original(mail: Mail) -> str:
    """From the headers that came back, enclosed or in the text; else from the thread."""
    parts = [part for part in mail.attachments if part.content_type in (*ENCLOSED, *_HEADERS)]
    enclosed = [parse(part.data).message_id for part in parts[:_MOST_ENCLOSED]]
    texts = (mail.text, *(part.text for part in mail.attachments))
    told = [
        name
        for text in texts
        for name in _NAMED.findall(text[-_MOST_WORDS:] + "\n" + text[:_MOST_WORDS])
    ]
    thread = (mail.in_reply_to, *reversed(mail.references))
    names = (name for name in (*enclosed, *told, *thread) if name and name != mail.message_id)
    return next(names, "")


# --- in fields (RFC 3464) -----------------------------------------------------------------------

_Fields = dict[str, str]
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_DELIVERED = ("delivered", "relayed", "expanded")


def _blocks(part: Attachment) -> Iterator[_Fields]:
    """The groups of fields that are about a recipient (RFC 3464, 2.3)."""
    if part.content_type not in _STATUS_TYPES:
        return
    text = part.data[:_MOST_WORDS].decode("utf-8", "replace").replace("\r\n", "\n")
    for block in re.split(r"\n[ \t]*\n", text):
        read = HeaderParser().parsestr(block.lstrip("\n"))
        fields = {name.lower(): " ".join(value.split()) for name, value in read.items()}
        if "final-recipient" in fields or "original-recipient" in fields:
            yield fields


def _in_fields(blocks: Iterable[_Fields], original: str) -> Iterator[Bounce]:
    for fields in blocks:
        action = fields.get("action", "").split(" ")[0].strip(";,").lower()
        diagnostic = fields.get("diagnostic-code", "")
        diagnostic = re.sub(r"^[\w-]{1,20}\s{0,3};\s{0,3}", "", diagnostic)
        status = _status(fields.get("status", "")) or _status(diagnostic)
        if action in _DELIVERED or (not action and status.startswith("2")):
            continue
        recipient = _typed(fields.get("original-recipient", "")) or _typed(
            fields.get("final-recipient", "")
        )
        verdict = _ACTIONS.get(action) or _by_code(status)
        yield Bounce(recipient, verdict, status, _short(diagnostic), original)


_ACTIONS = {"failed": Verdict.HARD, "delayed": Verdict.DELAYED}


def _typed(value: str) -> str:
    """An address after its type: « rfc822; <jeanne@client.example> »."""
    found = _ADDRESS.search(value.partition(";")[2] or value)
    return _plain(found[0]) if found else ""


def _by_code(status: str) -> Verdict:
    return Verdict.HARD if status.startswith("5") else Verdict.SOFT


# --- in words -----------------------------------------------------------------------------------

_ADDRESS = re.compile(
    r"(?<![\w.+%-])[\w.!#$&'*+/=?^`{|}~%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
)
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_REPLY = re.compile(r"(?<![\w.,/-])[45]\d\d(?=[ -]\S|:)(?! ?(?:€|eur))", re.IGNORECASE)
# From here on the letter is quoted: what it says is ours, not the server's.
_COPY_BEGINS = re.compile(
    r"^[> \t]{0,20}(?:[-=*_ ]{2,60}[ \t]*(?:(?:below|this) (?:this line )?is a? ?copy|(?:beginning of )?(?:the )?original message"
    r"|message (?:d['’]origine|original|initial|header)|copie (?:du|de votre) message|en-t[êe]tes? |returned (?:message|mail)|headers? of)"
    r"|(?:original message (?:headers|follows)|en-t[êe]tes? (?:du message )?(?:d['’]origine|de message|initial)"
    r"|message d['’]origine|voici (?:une copie|le message|les en-t[êe]tes)|copie de votre message"
    r"|a copy of (?:the|your) message|return-path[ \t]*:|received[ \t]*: ?from|dkim-signature[ \t]*:|message-id[ \t]*:))",
    re.IGNORECASE | re.MULTILINE,
)
_STILL_TRIED = re.compile(
    r"\bdelay(?:ed)?\b|not yet (?:been )?delivered|has not been delivered yet"
    r"|will (?:continue to |keep |be )?(?:re)?tr(?:y|ied|ying)\b|will continue to be (?:made|retried)"
    r"|attempts will continue|warning message only|do not need to (?:re)?send"
    r"|\bretard[ée]e?s?\b|\bdiff[ée]r[ée]e?s?\b|\bpas encore (?:pu|[ée]t[ée])\b"
    r"|(?:tentatives?|essais?) (?:de remise )?(?:se poursuiv|continu)|r[ée]essaier|nouvelle tentative"
    r"|sera (?:de nouveau )?(?:re)?tent|noch nicht zugestellt|verz[öo]gert",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"\bpermanent|g[ia]ve?n? up\b|giving up|time\w* .{0,40}exceeded|\bexpired|\babandonn|undeliver"
    r"|(?:could|can|was|were)(?: ?not|n['’]t) (?:be )?(?:delivered|sent)|unable to deliver"
    r"|did not reach|\bfail|\bunknown|does ?n[o'’]t exist|no such|not found|no longer|not available"
    r"|\bdisabled|\binactive|\breject|\bblocked|\bdenied|over ?quota|quota exceeded"
    r"|\brefus|introuvable|\binconnu|inexistant|n['’]existe (?:pas|plus)|n['’](?:a|est) (?:pas )?(?:pu|parvenu)"
    r"|[ée]chou|[ée]chec|impossible|\bpleine\b|satur|d[ée]sactiv|\bferm[ée]e|\bbloqu|\brejet"
    r"|nicht zugestellt|unzustellbar|unbekannt",
    re.IGNORECASE,
)
_SERVERS = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail-?daemon|microsoftexchange\w*|noreply|no-reply|abuse|support|double-bounce)@"
)


def _in_words(mail: Mail, original: str) -> Iterator[Bounce]:
    words = _words_of_the_server(mail)
    failed = [
        _plain(one)
        for value in mail.header("X-Failed-Recipients")
        for one in _ADDRESS.findall(value)
    ]
    found = failed or _named_in(words, mail)
    verdict = _verdict(mail.subject, words)
    for recipient in found or [""]:
        about = _about(recipient, words)
        status = _status(about) or _status(words)
        said = _said(about) or _said(words)
        if verdict == Verdict.SOFT and status.startswith("5"):
            yield Bounce(recipient, Verdict.HARD, status, said, original)
        else:
            yield Bounce(recipient, verdict, status, said, original)


def _words_of_the_server(mail: Mail) -> str:
    text = mail.text[:_MOST_WORDS]
    copy = _COPY_BEGINS.search(text)
    return text[: copy.start()] if copy else text


def _named_in(words: str, mail: Mail) -> list[str]:
    """Addresses of people in a server's words; neither ours, to whom it writes, nor its own."""
    ours = {one.email for one in (*mail.to, *mail.cc)} | {mail.sender.email}
    found = dict.fromkeys(_plain(one) for one in _ADDRESS.findall(words))
    return [one for one in found if one not in ours and not _SERVERS.match(one)]


def _about(recipient: str, words: str) -> str:
    """What is said after an address, up to the next one of somebody else."""
    begin = words.lower().find(recipient) if recipient else -1
    if begin < 0:
        return ""
    after = words[begin + len(recipient) : begin + len(recipient) + 1_500]
    for other in _ADDRESS.finditer(after):
        if _plain(other[0]) != recipient and not _SERVERS.match(other[0].lower()):
            line = after.rfind("\n", 0, other.start())
            # one within the server's answer is part of what it says
            if line >= 0 and not after[line : other.start()].strip(" \t\n<(*-"):
                return after[:line]
    return after


def _verdict(subject: str, words: str) -> Verdict:
    if _STILL_TRIED.search(subject) or _STILL_TRIED.search(words):
        return Verdict.DELAYED
    status = _status(words)
    if status.startswith("5"):
        return Verdict.HARD
    if _GIVEN_UP.search(words) or _GIVEN_UP.search(subject):
        return Verdict.HARD
    return Verdict.SOFT


def _status(words: str) -> str:
    """The code that says most: RFC 3463 before RFC 5321."""
    found = _STATUS.search(words) or _REPLY.search(words)
    return found[0] if found else ""


def _said(words: str) -> str:
    """The lines in which the server's code stands."""
    found = _REPLY.search(words) or _STATUS.search(words)
    if not found:
        return ""
    begin = words.rfind("\n", 0, found.start()) + 1
    paragraph = words[begin : begin + 2 * _MOST_DIAGNOSTIC].partition("\n\n")[0]
    return _short(paragraph)


def _short(words: str) -> str:
    kept = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(kept.split())[:_MOST_DIAGNOSTIC]


def _plain(address: str) -> str:
    """An address as ours are compared: lower case, its domain as the network writes it."""
    local, at, domain = address.strip("<>'\"`.").lower().rpartition("@")
    try:
        return local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return local + at + domain


def same_address(one: str, other: str) -> bool:
    """Whether two spellings name one mailbox."""
    return _plain(one) == _plain(other)
