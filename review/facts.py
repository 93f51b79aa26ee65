"""What staff typed, or the model proposed, as the facts of a register entry."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from config.taxonomies import CHANNELS, MOTIVES, PRODUCTS
from config.trouble import Trouble
from register.complaints import Facts
from register.model import Message

LONGEST = {
    "subject": 300,
    "client_name": 200,
    "client_email": 254,
    "contract_ref": 100,
    "service": 200,
    "note": 5000,
}
_LISTS = ("third_parties", "persons_concerned")
_NONE = re.compile(r"aucune?s?|néant|neant|non précisée?s?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


class BadFacts(Trouble):
    """What was typed cannot stand in the register: ``faults`` is field → French sentence."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


def proposed(message: Message) -> Facts:
    """The model's proposal for a message, as a person finds it prefilled."""
    found = (message.triage or {}).get("fields", {})
    first = (message.triage or {}).get("forwarded", {})
    if first.get("by_office"):  # a colleague is not the client
        found = found | {f"client_{name}": first[name] for name in ("name", "email") if first[name]}
    return Facts(
        client_name=found.get("client_name") or message.sender_name,
        client_email=found.get("client_email") or message.sender_email,
        subject=found.get("subject", ""),
        contract_ref=found.get("contract_ref", ""),
        product=found.get("product", ""),
        third_parties=tuple(found.get("third_parties", ())) or None,
        persons_concerned=tuple(found.get("persons_concerned", ())) or None,
        motive=found.get("motive", ""),
        language=(message.triage or {}).get("language") or "fr",
    )


def typed(base: Facts, form: Mapping[str, str]) -> Facts:
    """``base`` with what a person typed over it. Raises ``BadFacts`` with every fault."""
    known = {name: value for name, value in form.items() if name in Facts.names()}
    faults = dict(_faults(known | {name: form[name] for name in LONGEST if name in form}))
    if faults:
        raise BadFacts(faults)
    changes: dict[str, object] = {
        name: as_list(value) if name in _LISTS else " ".join(value.split())
        for name, value in known.items()
    }
    if "client_email" in changes:
        changes["client_email"] = str(changes["client_email"]).lower()
    return replace(base, **changes)  # type: ignore[arg-type]  # names and types checked above


def day(form: Mapping[str, str], name: str, *, needed: bool) -> date | None:
    """A day typed in a form, as browsers send it or as people write it. Raises ``BadFacts``."""
    value = form.get(name, "").strip()
    if not value and not needed:
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        with contextlib.suppress(ValueError):
            found = datetime.strptime(value, shape).replace(tzinfo=UTC).date()
            if 2000 <= found.year <= 2099:
                return found
    raise BadFacts({name: f"« {value} » n’est pas une date : écrivez JJ/MM/AAAA."})


def as_list(value: str) -> tuple[str, ...] | None:
    """ "Dupont ; Garage Martin" → two; "Aucun" → none at all; nothing → not yet said (P-07)."""
    words = [" ".join(word.split()) for word in re.split(r"[;\n]", value)]
    words = [word for word in words if word]
    if not words:
        return None
    return () if len(words) == 1 and _NONE.fullmatch(words[0]) else tuple(words)


def as_text(value: tuple[str, ...] | list[str] | None, none: str = "Aucun") -> str:
    """The way back, for a form or an export."""
    if value is None:
        return ""
    return " ; ".join(value) if value else none


def as_form(facts: Facts) -> dict[str, str]:
    """Facts as the fields of a form show them."""
    return {
        "client_name": facts.client_name,
        "client_email": facts.client_email,
        "subject": facts.subject,
        "contract_ref": facts.contract_ref,
        "product": facts.product,
        "service": facts.service,
        "third_parties": as_text(facts.third_parties),
        "persons_concerned": as_text(facts.persons_concerned, "Non précisé"),
        "motive": facts.motive,
    }


def _faults(form: Mapping[str, str]) -> list[tuple[str, str]]:
    faults = [
        (name, f"{len(form[name])} caractères : au plus {longest}, merci d’abréger.")
        for name, longest in LONGEST.items()
        if len(form.get(name, "")) > longest
    ]
    if (product := form.get("product", "")) and product not in PRODUCTS:
        faults.append(("product", f"« {product} » n’est pas un code de produit connu."))
    if (motive := form.get("motive", "")) and motive not in MOTIVES:
        faults.append(("motive", f"« {motive} » n’est pas un code de motif connu."))
    if (channel := form.get("channel", "")) and channel not in CHANNELS:
        faults.append(("channel", f"« {channel} » n’est pas une voie connue."))
    if (email := form.get("client_email", "").strip()) and not _EMAIL.fullmatch(email):
        faults.append(("client_email", f"« {email[:80]} » n’est pas une adresse électronique."))
    faults.extend(
        (name, "Plus de 2 000 caractères : merci d’abréger.")
        for name in _LISTS
        if len(form.get(name, "")) > 2000
    )
    return faults
