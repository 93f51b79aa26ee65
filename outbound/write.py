"""Write letters. A letter is a folder of templates: subject.txt, body.txt and body.html."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from config.settings import Office
from config.taxonomies import PRODUCTS
from register.deadlines import from_json
from register.french import long_date, short_date
from register.model import Complaint, Letter, Message


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("outbound", "letters"),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(long_date=long_date, short_date=short_date)
    return environment


_text = _environment(autoescape=False)
_html = _environment(autoescape=True)


@dataclass(frozen=True)
class Enclosure:
    """All that a letter is made from."""

    letter: Letter
    complaint: Complaint
    origin: Message | None  # the client's mail, None when the complaint came otherwise


def message_id(complaint: Complaint, kind: str, office: Office) -> str:
    """A Message-ID for a letter, fixed once it is queued (DESIGN §3.6). Nobody can guess it, so
    that no stranger's mail passes for our copy.
    """
    return f"<{complaint.number.lower()}.{kind}.{secrets.token_hex(6)}@{office.domain}>"


def write(enclosure: Enclosure, office: Office, now: datetime) -> bytes:
    """A finished mail, ready for SMTP."""
    letter = enclosure.letter
    facts = _facts(enclosure, office, now.astimezone(office.zone).date())
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = letter.message_id
    mail["Date"] = now.astimezone(office.zone)
    mail["From"] = Address(office.name, addr_spec=office.email)
    # The address alone: a stranger's display name is folded wrongly by some Pythons.
    mail["To"] = Address(addr_spec=letter.recipient)
    mail["Subject"] = " ".join(
        _text.get_template(f"{letter.kind}/subject.txt").render(facts).split()
    )
    _thread(mail, enclosure.origin)
    mail["Auto-Submitted"] = "auto-replied"  # RFC 3834, 5
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Doleances"] = f"{enclosure.complaint.number} {letter.kind}"
    mail["Content-Language"] = "fr"
    mail.set_content(_text.get_template(f"{letter.kind}/body.txt").render(facts))
    mail.add_alternative(
        _html.get_template(f"{letter.kind}/body.html").render(facts), subtype="html"
    )
    return bytes(mail)


def _thread(mail: EmailMessage, origin: Message | None) -> None:
    """Stand in the client's own thread (RFC 5322, 3.6.4)."""
    if origin is None or not origin.message_id:
        return
    mail["In-Reply-To"] = origin.message_id
    mail["References"] = " ".join([*origin.references[-20:], origin.message_id])


def _facts(enclosure: Enclosure, office: Office, today: date) -> dict[str, object]:
    complaint = enclosure.complaint
    return {
        "office": office,
        "number": complaint.number,
        "received": complaint.received_on,
        "sent": complaint.sent_on,
        "about": _about(complaint),
        "deadlines": from_json(complaint.deadlines),
        "today": today,
    }


def _about(complaint: Complaint) -> str:
    """The contract or product in neutral words: never the complaint's own (regulation A5)."""
    product = PRODUCTS.get(complaint.product, "")
    contract = f"contrat n° {complaint.contract_ref}" if complaint.contract_ref else ""
    return ", ".join(word for word in (product, contract) if word)
