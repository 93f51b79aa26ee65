"""Write letters: from a letter of the outbox and its complaint to a finished mail, or a sheet."""

import re
import secrets
from binascii import b2a_qp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.message import Message as Part
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime
from functools import cache
from typing import Any

from config.settings import Office, Settings
from config.taxonomies import CLIENTS, PRODUCTS
from outbound.approval import in_service
from outbound.templates import (
    KINDS,
    LAYOUTS,
    Facts,
    Signatory,
    Template,
    TemplateTrouble,
    plain,
    render,
    shipped,
)
from register import complaints
from register.database import Session
from register.deadlines import from_json
from register.model import Answer, Complaint, Letter, Message
from register.staff import staffed

# Beyond this no mail program keeps a thread, and a line of a header must end (RFC 5322, 2.1.1).
_LONGEST_ID = 250
_ADDRESS_LINES, _ADDRESS_WIDTH = 6, 38  # what the post reads in a window


@dataclass(frozen=True)
class Enclosure:
    """All that a letter is made from."""

    letter: Letter
    complaint: Complaint
    origin: Message | None  # the client's mail, None when the complaint came otherwise
    answer: Answer | None = None  # that the letter carries
    signatories: tuple[Signatory, ...] = ()
    template: Template | None = None  # None: the shipped one
    products: Mapping[str, str] | None = None  # the office's words; None: the shipped ones

    @property
    def written_with(self) -> Template:
        """The version of the template, whose name goes into ``letter.template``."""
        if self.letter.kind not in KINDS:
            raise TemplateTrouble(f"« {self.letter.kind} » n’est pas une lettre connue")
        return self.template or shipped(self.letter.kind, self.letter.language or "fr")


def enclose(session: Session, letter: Letter, settings: Settings) -> Enclosure:
    """Gather what a letter is made from, with the version of its template now in service.

    Raises ``TemplateTrouble`` for a kind of letter that there is not.
    """
    if letter.kind not in KINDS:
        raise TemplateTrouble(f"« {letter.kind} » n’est pas une lettre connue")
    complaint = session.get_one(Complaint, letter.complaint_id)
    answer = session.get(Answer, letter.answer_id) if letter.answer_id else None
    folder, language = settings.letters.folder, letter.language or "fr"
    return Enclosure(
        letter,
        complaint,
        complaints.origin(session, complaint),
        answer,
        _signatories(answer, staffed(session, settings)),
        in_service(session, folder, settings.office, letter.kind, language),
        settings.words.products,
    )


def _signatories(answer: Answer | None, settings: Settings) -> tuple[Signatory, ...]:
    """Who signs, with the function (P-17); before it is signed, who wrote it."""
    if answer is None:
        return ()
    signed = (answer.signatory or answer.written_by, answer.second_signatory)
    people = (settings.colleague(email) for email in signed if email)
    return tuple(Signatory(one.name, one.role.french) for one in people)


def message_id(complaint: Complaint, kind: str, office: Office) -> str:
    """A Message-ID for a letter, fixed once it is queued (DESIGN §3.6). Nobody can guess it, so
    that no stranger's mail passes for our copy.
    """
    return f"<{complaint.number.lower()}.{kind}.{secrets.token_hex(6)}@{office.domain}>"


def write(enclosure: Enclosure, office: Office, now: datetime) -> bytes:
    """A finished mail, ready for SMTP. Raises ``TemplateTrouble``, ``ValueError`` for an address
    that is none.
    """
    return bytes(_mail(enclosure, office, now, _address_of(enclosure.letter.recipient)))


def draft(enclosure: Enclosure, office: Office, now: datetime) -> bytes:
    """The same to be looked at, also while there is no address to send it to."""
    recipient = enclosure.letter.recipient
    return bytes(_mail(enclosure, office, now, _address_of(recipient) if recipient else None))


def _mail(enclosure: Enclosure, office: Office, now: datetime, to: Address | None) -> EmailMessage:
    letter, template = enclosure.letter, enclosure.written_with
    written = render(template, facts(enclosure, office, now, by_post=False))
    mail = EmailMessage(policy=_policy(to))
    mail.set_raw("Message-ID", letter.message_id)
    mail.set_raw("Date", format_datetime(now.astimezone(office.zone)))
    mail["From"] = _sender(office.name, office.email)
    if to:  # the address alone: a stranger's display name is folded wrongly by some Pythons
        mail["To"] = to
    mail["Subject"] = written.subject  # one line, without control characters: see ``render``
    _thread(mail, enclosure.origin)
    if letter.automatic:
        mail.set_raw("Auto-Submitted", "auto-replied")  # RFC 3834, 5; a person's answer is none
        mail.set_raw("X-Auto-Response-Suppress", "All")
    mail.set_raw("X-Doleances", f"{enclosure.complaint.number} {letter.kind}")
    mail.set_raw("MIME-Version", "1.0")
    mail["Content-Type"] = _ALTERNATIVE
    mail.set_raw("Content-Language", template.language)
    mail.set_payload([_part("plain", written.text), _part("html", written.html)])
    return mail


# « =_ » never stands in what is quoted-printable (RFC 2045, 6.7): no part needs to be searched.
_ALTERNATIVE = SMTP.header_factory("Content-Type", 'multipart/alternative; boundary="=_doleances"')


@cache
def _form(kind: str) -> Any:
    return SMTP.header_factory("Content-Type", f'text/{kind}; charset="utf-8"')


def _part(kind: str, words: str) -> Part:
    part = Part()
    part["Content-Type"] = _form(kind)
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(words.encode(), istext=True).decode("ascii"))
    return part


def sheet(enclosure: Enclosure, office: Office, now: datetime) -> str:
    """The letter as an HTML page to print and post, the address in the envelope's window."""
    return render(enclosure.written_with, facts(enclosure, office, now, by_post=True)).html


# --- headers -------------------------------------------------------------------------------


def _policy(to: Address | None) -> "EmailPolicy[EmailMessage]":
    """Plain headers for everybody; UTF-8 for an address that has no other form (RFC 6532)."""
    return SMTP if to is None or to.addr_spec.isascii() else SMTPUTF8


def _address_of(recipient: str) -> Address:
    """An address that may hold letters with accents. Raises ``ValueError`` for what is none."""
    spec = _in_ascii(recipient)
    local, _, domain = spec.rpartition("@")
    if local and domain and spec.isascii():
        return Address(addr_spec=spec)
    if not local or not domain or re.search(r'[\s\x00-\x1f<>()\[\],;:\\"@]', local):
        raise ValueError(f"« {recipient} » n’est pas une adresse")
    return Address(username=local, domain=domain)


def _in_ascii(address: str) -> str:
    """A domain with accents as every server takes it (RFC 5891); the part before @ has no such form."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise ValueError(f"« {address} » n’est pas une adresse") from None


@cache
def _sender(name: str, email: str) -> Any:
    """The office, read once: reading headers that never change is half the cost of a letter."""
    return SMTP.header_factory("From", Address(_as_name(name), addr_spec=_in_ascii(email)))


def _as_name(name: str) -> str:
    """An office's name without what ends or begins an address: « , » and « < » among them."""
    return " ".join(re.sub(r'[<>()\[\]\\"@;:,]', " ", plain(name)).split())


def _thread(mail: EmailMessage, origin: Message | None) -> None:
    """Stand in the client's own thread (RFC 5322, 3.6.4). What is no identifier is left out: a
    hostile header must not keep the letter from leaving.
    """
    if origin is None or not _is_id(origin.message_id):
        return
    before = [one for one in origin.references or [] if _is_id(one)]
    mail["In-Reply-To"] = origin.message_id
    mail["References"] = " ".join([*before[-20:], origin.message_id])


def _is_id(text: str | None) -> bool:
    return bool(text and len(text) <= _LONGEST_ID and re.fullmatch(r"<[!-;=?-~]+>", text))


# --- what is told --------------------------------------------------------------------------


def facts(enclosure: Enclosure, office: Office, now: datetime, *, by_post: bool) -> Facts:
    """The template's variables (``outbound.templates``): each with its type, nothing else."""
    letter, complaint = enclosure.letter, enclosure.complaint
    limits = from_json(complaint.deadlines)
    told: dict[str, Any] = {
        "office": _with_mediator(office, complaint),
        "language": letter.language or "fr",
        "layout": LAYOUTS[by_post],
        "by_post": by_post,
        "automatic": bool(letter.automatic) and not by_post,
        "number": complaint.number,
        "today": now.astimezone(office.zone).date(),
        "received": complaint.received_on,
        "received_time": _time(enclosure, office),
        "sent": complaint.sent_on,
        "about": _about(complaint, enclosure.products or PRODUCTS),
        "professional": complaint.client_kind in CLIENTS and complaint.client_kind != "PARTICULIER",
        "answer_by": limits.answer.operational,
        "mediation_opens": limits.mediation_opens,
        "mediation_ends": limits.mediation_ends,
        "recipient": _window(complaint),
        "signatories": enclosure.signatories,
    }
    return told | _of_kind(enclosure)


def _of_kind(enclosure: Enclosure) -> dict[str, Any]:
    """What only this kind of letter says: a person's words, as text."""
    letter, answer = enclosure.letter, enclosure.answer
    words = {**((answer and answer.words) or {}), **(letter.words or {})}
    known: dict[str, Any] = {
        "redirected_on": enclosure.complaint.redirected_on or enclosure.complaint.received_on,
        "new_date": _day(words.get("new_date")),
        "to": enclosure.complaint.redirected_to or "",
        "said": "" if enclosure.complaint.sensitive else enclosure.complaint.subject or "",
    }
    if answer is not None:
        known |= {
            "body": plain(answer.body or ""),
            "points": tuple(" ".join(plain(point).split()) for point in answer.points or ()),
            "gesture": _euros(answer.gesture_cents or 0),
            "compensation": _euros(answer.compensation_cents or 0),
        }
    told: dict[str, Any] = {}
    for one in KINDS[letter.kind].variables:
        written = words.get(one.name)
        if one.kind is str and isinstance(written, str) and written.strip():
            told[one.name] = plain(written).strip()
        else:
            told[one.name] = known.get(one.name, () if one.kind is tuple else "")
    return told


def _day(iso: object) -> date | None:
    try:
        return date.fromisoformat(iso) if isinstance(iso, str) else None
    except ValueError:
        return None


def _with_mediator(office: Office, complaint: Complaint) -> Office:
    """The office with the mediator who is competent for this product and client (X-30, X-38)."""
    mediator = office.mediator_for(complaint.product, complaint.client_kind)
    return office.model_copy(update={"mediator": mediator})


def _time(enclosure: Enclosure, office: Office) -> str:
    """The hour at which a mail arrived (X-05); nothing where the register says another day."""
    origin = enclosure.origin
    if origin is None or origin.received_at is None:
        return ""
    at = origin.received_at.astimezone(office.zone)
    return f"{at:%H} h {at:%M}" if at.date() == enclosure.complaint.received_on else ""


def _euros(cents: int) -> str:
    """« 1 150,00 € », or nothing."""
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\u202f") + f",{rest:02}\u00a0€" if cents else ""


def _about(complaint: Complaint, products: Mapping[str, str]) -> str:
    """The contract or product in neutral words: never the complaint's own (regulation A5)."""
    product = products.get(complaint.product, "")
    reference = " ".join(plain(complaint.contract_ref or "").split())
    contract = f"contrat n° {reference}" if reference else ""
    return ", ".join(word for word in (product, contract) if word)


def _window(complaint: Complaint) -> tuple[str, ...]:
    """Name and address in at most six lines, as the post reads them."""
    name = complaint.complainant or complaint.client_name
    return tuple(_fitting([name, *_address(complaint.client_address or "")]))[:_ADDRESS_LINES]


def _address(text: str) -> Sequence[str]:
    """An address line by line; one written on a single line is cut at its commas."""
    lines = [one for one in plain(text).splitlines() if one.strip()]
    return lines if len(lines) > 1 else [part for one in lines for part in one.split(",")]


def _fitting(lines: Sequence[str]) -> list[str]:
    return [" ".join(plain(line or "").split())[:_ADDRESS_WIDTH] for line in lines if line]
