"""Before anybody reads it: did a person write this mail, and may a machine answer it?

The signs are one table, ``_SIGNS``. It was merged from what ticket systems look at (Zammad,
FreeScout, osTicket, RT, GLPI, Chatwoot, Znuny, Discourse, Bileto and others) and from RFC 3834.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

from ingest.mail import Mail
from ingest.mime import ENCLOSED
from ingest.parse import parse


class Kind(StrEnum):
    """Who wrote it. Everything but HUMAN never gets any automatic mail (RFC 3834, 2)."""

    HUMAN = "human"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    OWN = "own"


@dataclass(frozen=True)
class Own:
    """What is ours, so that we never answer ourselves."""

    addresses: frozenset[str]  # of the office, its mailboxes and its staff, lower case
    domain: str  # under which our Message-IDs are made


@dataclass(frozen=True)
class Screening:
    """What the envelope and the headers say of a mail, before its words are weighed."""

    kind: Kind
    reason: str  # why it is of this kind: French, shown to staff
    withheld_because: str | None  # why no machine may acknowledge it: French; None when it may
    refers_to: tuple[str, ...]  # Message-IDs this mail answers, goes on or returns, nearest first
    # SHA-256 of what it says, whatever way it came: same content, same print. Empty when it says
    # nothing that could be read: two such mails are not thereby the same.
    fingerprint: str


class Tier(Enum):
    """How much a sign proves."""

    BOUNCE = "H2"  # a mail came back
    ANSWER = "H3"  # a program answered
    DOUBT = "S"  # perhaps a person: read and judged, but only a person answers


Look = Callable[[Mail, Own], Iterable[str]]


@dataclass(frozen=True)
class Sign:
    """Something that tells a machine: how much it proves, where it stands, what is seen there."""

    tier: Tier
    look: Look  # gives values in lower case
    tells: Callable[[str], bool]
    reason: str  # French, a clause without full stop


def screen(mail: Mail, own: Own) -> Screening:
    """Say who wrote a mail, whether a machine may answer it, and what it refers to."""
    kind, reason = _kind(mail, own)
    doubts = " ; ".join(_doubts(mail, own)) or None
    return Screening(
        kind=kind,
        reason=reason if kind != Kind.HUMAN or not doubts else "rien ne prouve une machine",
        withheld_because=doubts if kind == Kind.HUMAN else reason,
        refers_to=_refers_to(mail, kind),
        fingerprint=_fingerprint(mail),
    )


def _kind(mail: Mail, own: Own) -> tuple[Kind, str]:
    if _bears_our_mark(mail, own) and mail.sender.email in own.addresses:
        return Kind.OWN, "lettre du cabinet, revenue dans sa boîte"
    for sign in _SIGNS:
        if sign.tier != Tier.DOUBT and _seen(sign, mail, own):
            kind = Kind.BOUNCE if sign.tier == Tier.BOUNCE else Kind.AUTOMATIC
            return kind, sign.reason
    return Kind.HUMAN, "rien n’indique une machine"


def _doubts(mail: Mail, own: Own) -> list[str]:
    return [sign.reason for sign in _SIGNS if sign.tier == Tier.DOUBT and _seen(sign, mail, own)]


def _seen(sign: Sign, mail: Mail, own: Own) -> bool:
    return any(sign.tells(value) for value in sign.look(mail, own))


def _bears_our_mark(mail: Mail, own: Own) -> bool:
    ours = rf"<rec-[^<>@]*@{re.escape(own.domain)}>"
    named = own.domain and re.fullmatch(ours, mail.message_id, re.IGNORECASE)
    return bool(named or mail.header("X-Doleances"))


# --- where a sign may stand -------------------------------------------------------------------


def _header(*names: str) -> Look:
    """Every value of these headers, however often repeated."""
    return lambda mail, own: [value.lower() for name in names for value in mail.header(name)]


def _list_header(*names: str) -> Look:
    """The same, unless the list is a group that delivers one of our own addresses."""
    values = _header(*names)
    return lambda mail, own: [] if _is_our_list(mail, own) else values(mail, own)


def _is_our_list(mail: Mail, own: Own) -> bool:
    said = " ".join((*mail.header("List-Post"), *mail.header("List-Id"))).lower()
    tokens = set(re.split(r"[\s<>,:?]+", said))
    # RFC 2919: the list contact@cabinet.fr has the id <contact.cabinet.fr>.
    return any({ours, ours.replace("@", ".")} & tokens for ours in own.addresses)


def _types(mail: Mail, own: Own) -> list[str]:
    return [mail.content_type, *(part.content_type for part in mail.attachments)]


def _sender(mail: Mail, own: Own) -> list[str]:
    """The sender's address; without a usable one, whatever the header says."""
    return [mail.sender.email or " ".join(mail.header("From")).lower()]


def _local_part(mail: Mail, own: Own) -> list[str]:
    return [mail.sender.email.partition("@")[0]]


def _subject(mail: Mail, own: Own) -> list[str]:
    return [unicodedata.normalize("NFC", mail.subject).lower()]


def _first_words(mail: Mail, own: Own) -> list[str]:
    return [unicodedata.normalize("NFC", mail.text[:_BEGINNING]).lower()]


def _words_if_returned(mail: Mail, own: Own) -> list[str]:
    return _first_words(mail, own) if _bears(_RETURNED, mail, own) else []


def _name_if_returned(mail: Mail, own: Own) -> list[str]:
    return [mail.sender.name.lower()] if _bears(_RETURNED, mail, own) else []


def _bears(pattern: str, mail: Mail, own: Own) -> bool:
    return any(map(_matches(pattern), _subject(mail, own)))


def _subject_if_programmed(mail: Mail, own: Own) -> list[str]:
    """The subject of a mail that some header lays to a program."""
    looks = (
        (_header("Auto-Submitted"), _yes),
        (_header(_SUPPRESS), _names("all", "autoreply", "oof")),
        (_header(*_PRECEDENCE), _is("bulk", "junk")),
        (_header("Return-Path"), _matches(_NO_PATH)),
    )
    programmed = any(tells(value) for look, tells in looks for value in look(mail, own))
    return _subject(mail, own) if programmed else []


def _inbox_rule(mail: Mail, own: Own) -> list[str]:
    """What Exchange wants suppressed of an answer that one of its inbox rules has made."""
    by_rule = mail.header("X-MS-Exchange-Inbox-Rules-Loop")
    return [value.lower() for value in mail.header("X-Auto-Response-Suppress") if by_rule]


def _defects(mail: Mail, own: Own) -> tuple[str, ...]:
    return mail.defects


def _from_us(mail: Mail, own: Own) -> list[str]:
    return [mail.sender.email] if mail.sender.email in own.addresses else []


def _our_mark(mail: Mail, own: Own) -> list[str]:
    return ["mark"] if _bears_our_mark(mail, own) and not _from_us(mail, own) else []


def _other_domains(mail: Mail, own: Own) -> list[str]:
    """Where answers are wanted, when that is not where the sender is."""
    domains = [each.email.rpartition("@")[2] for each in (mail.sender, *mail.reply_to)]
    return [domain or "?" for domain in domains[1:] if domain != domains[0]]


# --- what is seen there -----------------------------------------------------------------------


_LEADING_COMMENT = re.compile(r"^\s*\([^()]*\)")


def _first_word(value: str) -> str:
    """The value before its parameters and comments: « auto-replied (vacation) »."""
    value = _LEADING_COMMENT.sub("", value).strip(' \t"')
    return re.split(r"[\s;(,\"]", value, maxsplit=1)[0]


def _is(*words: str) -> Callable[[str], bool]:
    return lambda value: _first_word(value) in words


def _yes(value: str) -> bool:
    """Anything but a no: people's mail says « Auto-Submitted: no »."""
    return _first_word(value) not in ("", "no", "none", "false", "0")


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: bool(compiled.search(value))


def _names(*tokens: str) -> Callable[[str], bool]:
    """One of its comma-separated tokens: « None », or mere presence, proves nothing."""
    return lambda value: not set(tokens).isdisjoint(re.split(r"[\s,;]+", value))


# « Absence de réponse », « Auto : résiliation » are what clients of a broker write.
_ABSENT = (
    r"^\W*(?:(?:r[ée]ponse|message|courriel|mail|r[ée]pondeur) automatique|r[ée]pondeur\s*:"
    r"|(?:je suis |nous sommes )?(?:actuellement )?absent(?:e|\(e\))?s? (?:du|de mon|jusqu|le)\b"
    r"|absence(?:\W*$|\s*:|\s+(?:du\s+(?:bureau|\d)|jusqu|temporaire|pour\s+cong))"
    r"|(?:notification|avis|message|r[ée]ponse) d['’]absence|en cong[ée]s?\b"
    r"|cong[ée]s?\s+(?:annuels?|maternit[ée]|paternit[ée]|parental)\W*$"
    r"|out of (?:the )?office|ooo\b|away from (?:(?:the|my) )?(?:office|mail|desk)"
    r"|vacation (?:reply|response|message)|auto(?:matic)?[ -]?(?:reply|response|antwort)"
    r"|automatische antwort|abwesen|respuesta autom|risposta autom"
    r"|auto ?:.{0,80}(?:absen|out of|away|cong[ée]))"
)
_RECEIPT = (
    r"^\W*(?:(?:non )?lu|(?:not )?read|(?:un)?gelesen|accus[ée] de (?:lecture|r[ée]ception)) ?:"
)
_RETURNED = (
    r"^\W*(?:undeliver|delivery (?:status notification|failure|has failed|report|delayed)"
    r"|(?:permanent|temporary) delivery failure|mail system error|delayed mail|returned mail"
    r"|mail delivery (?:failed|failure|report|system|subsystem)|failure notice"
    r"|message status - undeliverable|warning: (?:message|could not send message) .{0,80}(?:delay|hour)"
    r"|(?:(?:mail|courriel|message) )?non[ -]?(?:remis\b|distribu|d[ée]livr)"
    r"|remise (?:retard|diff[ée]r)|[ée]chec d['’ ]?(?:e (?:la )?)?(?:remise|distribution|livraison du m)"
    r"|unzustellbar)"
)
# How the texts of servers begin, each its own: qmail-send, Exim, Postfix, Sendmail; Exchange and
# Microsoft 365 in three languages; Gmail, Yahoo, AOL, GMX, French providers; gateways, Domino,
# GroupWise, MDaemon. Nobody begins a letter so; whoever tells of it begins with words of his own.
_RETURNED_WORDS = (
    r"^\W*(?:bonjour\W+)?(?:hi\. this is the qmail-send program"
    r"|this message was created automatically by mail delivery software"
    r"|this is the mail (?:system at host|delivery)|the original message was received at"
    r"|(?:your|this) message (?:did not reach some or all|was undeliverable|could not be delivered)"
    r"|your message\s+subject:[\s\S]{0,200}was not delivered to"
    r"|your message to \S+ was (?:blocked|rejected)|the message that you sent was undeliverable"
    r"|delivery (?:has failed to these recipients|to the following recipients? failed)"
    r"|(?:adresse introuvable|address not found)\W"
    r"|(?:i'm )?sorry,? (?:we were unable|to have to inform you|your message could)"
    r"|your mail to the following recipients|the attached message had permanent fatal"
    r"|votre message n['’](?:est pas parvenu|a (?:pas )?pu [êe]tre (?:remis|distribu|d[ée]livr|livr))"
    r"|le message suivant n['’]a (?:pas )?pu|[ée]chec de la remise (?:pour|[àa]) "
    r"|la remise (?:a [ée]chou[ée]|de ce message)|fehler bei der nachrichtenzustellung"
    r"|(?:die folgende|ihre|diese) nachricht konnte nicht)"
)
_MAIL_SYSTEM = (
    r"^(?:mail delivery (?:system|subsystem|service)|mail (?:administrator|system)|postmaster"
    r"|mailer[-_ ]?daemon|syst[èe]me de messagerie|administrateur (?:syst[èe]me|de messagerie)"
    r"|service de remise du courrier)$"
)
_NO_REPLY = (
    r"(?:^|[._+-])(?:no[._-]?reply[s\d]*|do[._-]?not[._-]?reply|ne[._-]?pas[._-]?r[ée]pondre"
    r"|pas[._-]?de[._-]?r[ée]ponse|no[._-]?responder)(?:$|[._+-])"
)
_TECHNICAL = (
    r"^(?:abuse|root|daemon|bounces?|www-data|apache|nobody|cron|notifications?)(?:$|[+=-])"
)

_BOUNCE, _ANSWER, _DOUBT = Tier.BOUNCE, Tier.ANSWER, Tier.DOUBT
_DSN = r"report-type=delivery-status|^message/(?:global-)?delivery-status"
_DAEMON = (
    r"(?:^|<|\")(?:mail(?:er)?[-_]?daemon|postmaster|double-bounce|microsoftexchange[0-9a-f]{32})"
    r"(?:[@>+\s(\"]|$)|^<>$"
)
_OTHER_REPORT = (
    r"report-type=(?:disposition-notification|feedback-report)"
    r"|^message/(?:global-)?disposition-notification"
)
_ANSWERING = (
    *("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Autoresponder"),
    *("X-AutoReply-From", "X-Mail-Autoreply"),
)
_PRECEDENCE = ("Precedence", "X-Precedence")
_LISTS = ("List-Id", "List-Unsubscribe", "List-Post", "List-Help")
_SUPPRESS = "X-Auto-Response-Suppress"
_NO_PATH = r"^(?:<\s*>)?$"
_BEGINNING = 600  # characters

# The first BOUNCE or ANSWER decides; all DOUBTs are told. Google's and Microsoft's bounces say
# « auto-replied » too, so proofs of a bounce stand first (Auxx); vacation answers have an empty
# return path too (RFC 3834, 3.3), so that sign stands after those of answers.
# fmt: off
_SIGNS = (
    # RFC 3464; all systems
    Sign(_BOUNCE, _types, _matches(_DSN), "avis de non-remise"),
    # Chatwoot, osTicket
    Sign(_BOUNCE, _header("X-Failed-Recipients"), _matches("@"), "avis de non-remise"),
    # RT, Discourse, osTicket
    Sign(_BOUNCE, _sender, _matches(_DAEMON),
         "écrit par un serveur de messagerie"),
    # Exchange marks its own, even where its sender is an administrator
    Sign(_BOUNCE, _header("X-MS-Exchange-Message-Is-Ndr"), lambda value: True,
         "avis de non-remise d’Exchange"),
    # RFC 3834, 2 and older servers: no header says so, but subject and beginning do together
    Sign(_BOUNCE, _words_if_returned, _matches(_RETURNED_WORDS),
         "objet et premiers mots d’un avis de non-remise"),
    Sign(_BOUNCE, _name_if_returned, _matches(_MAIL_SYSTEM),
         "objet d’un avis de non-remise, écrit par un serveur de messagerie"),
    # RFC 3834, 5; all systems. FreeScout takes « no » for a yes, wrongly
    Sign(_ANSWER, _header("Auto-Submitted"), _is("auto-replied", "auto-reply"),
         "réponse automatique"),
    # Chatwoot, uvdesk, Bileto, osTicket
    Sign(_ANSWER, _header(*_ANSWERING), _yes, "réponse automatique"),
    Sign(_ANSWER, _header("X-Autogenerated"), _is("reply"), "réponse automatique"),
    Sign(_ANSWER, _header("X-Amazon-Mail-Relay-Type"), _is("notification"),
         "notification d’une place de marché"),
    # RT
    Sign(_ANSWER, _header("X-FC-Machinegenerated"), _is("true"), "message d’un programme"),
    # Zammad
    Sign(_ANSWER, _inbox_rule, _names("all"), "réponse d’une règle de messagerie"),
    # Exchange, Domino: « auto-generated » or « All » prove nothing alone, nor does the subject
    Sign(_ANSWER, _subject_if_programmed, _matches(_ABSENT), "réponse d’absence"),
    # osTicket, Bileto
    Sign(_ANSWER, _header(*_PRECEDENCE), _is("auto_reply"), "réponse automatique"),
    Sign(_ANSWER, _header("Delivered-To"), _matches("autoresponder"), "réponse automatique"),
    # RFC 8098, RFC 5965
    Sign(_ANSWER, _types, _matches(_OTHER_REPORT), "accusé de lecture ou rapport d’un programme"),
    # RFC 5321, 4.5.5; FreeScout, RT
    Sign(_BOUNCE, _header("Return-Path"), _matches(_NO_PATH),
         "sans adresse de retour, comme un avis de non-remise"),
    # Zammad 6025: Exchange says auto-generated of people's mail that a rule forwards
    Sign(_DOUBT, _header("Auto-Submitted"), _yes,
         "se dit envoyé par un programme (en-tête Auto-Submitted) : ce peut être un transfert"),
    # osTicket 2256, Zammad, RT
    Sign(_DOUBT, _list_header(*_PRECEDENCE), _is("bulk", "list", "junk"),
         "envoi en nombre (en-tête Precedence) : un accusé pourrait partir vers des inconnus"),
    # RFC 2369, RFC 2919; Zammad, django-helpdesk
    Sign(_DOUBT, _list_header(*_LISTS), bool,
         "liste de diffusion (en-tête List-Id) : un accusé pourrait partir vers des inconnus"),
    # Zammad
    Sign(_DOUBT, _header("X-Loop"), _yes, "déjà passé par un automate (en-tête X-Loop)"),
    # django-helpdesk, libredesk; Bileto 815: presence alone is no proof
    Sign(_DOUBT, _header(_SUPPRESS), _names("all", "autoreply", "oof"),
         "refuse les réponses automatiques (en-tête X-Auto-Response-Suppress)"),
    # Zammad, Discourse, Auxx
    Sign(_DOUBT, _local_part, _matches(_NO_REPLY), "adresse qui ne reçoit pas de réponse"),
    Sign(_DOUBT, _local_part, _matches(_TECHNICAL),
         "adresse d’un service technique"),
    Sign(_DOUBT, _defects, _is("sender-unusable"), "aucune adresse d’expéditeur utilisable"),
    Sign(_DOUBT, _defects, _is("several-senders"), "plusieurs expéditeurs"),
    Sign(_DOUBT, _other_domains, bool,
         "demande qu’on réponde ailleurs que chez l’expéditeur (en-tête Reply-To)"),
    Sign(_DOUBT, _from_us, bool, "écrit depuis une adresse du cabinet : l’accusé nous reviendrait"),
    Sign(_DOUBT, _our_mark, bool, "porte la marque de nos lettres sans venir de nous"),
    # Discourse, FreeScout 688: words are weak, and clients write them too
    Sign(_DOUBT, _subject, _matches(_ABSENT), "objet d’une réponse d’absence"),
    Sign(_DOUBT, _subject, _matches(_RETURNED), "objet d’un avis de non-remise"),
    Sign(_DOUBT, _first_words, _matches(_RETURNED_WORDS), "premiers mots d’un avis de non-remise"),
    Sign(_DOUBT, _subject, _matches(_RECEIPT), "objet d’un accusé de lecture ou de réception"),
    # RFC 5546: invitations and their answers are written by a click
    Sign(_DOUBT, _types, _matches("^text/calendar"), "invitation d’agenda, ou réponse à une invitation"),
)
# fmt: on


# --- what it refers to, and what it says ------------------------------------------------------

_RETURNED_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_NAMED_IN_TEXT = re.compile(r"^[>\s]*(?:x-original-)?message-id\s*:\s*(<[^<>\s]+>)", re.I | re.M)
_PREFIX = re.compile(r"^(?:\s*(?:re|r[ée]p|r[ée]f|tr|fwd?|wg|aw|rv|i)\s*(?:\[\d+\])?\s*:)+")
_MOST_REFERENCES = 50  # what a database may be asked about at once


def _refers_to(mail: Mail, kind: Kind) -> tuple[str, ...]:
    returned = _returned(mail) if kind == Kind.BOUNCE else []
    names = [*returned, mail.in_reply_to, *reversed(mail.references)]
    found = dict.fromkeys(name for name in names if name and name != mail.message_id)
    return tuple(found)[:_MOST_REFERENCES]


def _returned(mail: Mail) -> list[str]:
    """The Message-IDs of what came back: enclosed, or told in the text of older servers."""
    enclosed = [
        parse(part.data).message_id
        for part in mail.attachments
        if part.content_type in (*ENCLOSED, *_RETURNED_HEADERS)
    ]
    told = (mail.text, *(part.text for part in mail.attachments))
    return enclosed or [name for text in told for name in _NAMED_IN_TEXT.findall(text)]


def _fingerprint(mail: Mail) -> str:
    if not mail.text.strip() and not mail.attachments:
        return ""
    said = [
        mail.sender.email or mail.sender.name.casefold(),
        _PREFIX.sub("", _plain(mail.subject)).strip(),
        _plain(mail.text),
        *(hashlib.sha256(part.data).hexdigest() for part in mail.attachments),
    ]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _plain(text: str) -> str:
    """The words alone, whatever their case, spacing and composition."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
