"""What staff typed, or the model proposed, as the facts of a register entry."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from config.sentence import Sentence
from config.taxonomies import (
    BASES,
    CHANNELS,
    CLIENTS,
    COMPETENCES,
    COMPLAINANTS,
    GRAVITIES,
    PARTIES,
    Words,
)
from config.trouble import Trouble
from register.complaints import Facts
from register.model import Message
from register.parties import Named

LONGEST = {
    "subject": 300,
    "client_name": 200,
    "client_email": 254,
    "client_phone": 40,
    "client_address": 500,
    "complainant": 200,
    "demand": 500,
    "contract_ref": 100,
    "claim_ref": 100,
    "insurer": 200,
    "service": 200,
    "received_by": 200,
    "note": 5000,
}
_CODES: dict[str, tuple[Mapping[str, str], str]] = {
    "channel": (CHANNELS, "une voie connue"),
    "quality": (COMPLAINANTS, "une qualité connue"),
    "client_kind": (CLIENTS, "un type de client connu"),
    "basis": (BASES, "une base connue"),
    "competence": (COMPETENCES, "une compétence connue"),
    "gravity": (
        {str(level): french for level, french in GRAVITIES.items()},
        "une gravité de 1 à 4",
    ),
}
_LISTS = ("third_parties", "persons_concerned")
_NONE = re.compile(r"aucune?s?|néant|neant|non précisée?s?", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


class BadFacts(Trouble):
    """What was typed cannot stand in the register: ``faults`` is field → French sentence."""

    def __init__(self, faults: dict[str, str]) -> None:
        said = {
            f"_{n}": Sentence(fault) if type(fault) is str else fault
            for n, fault in enumerate(faults.values())
        }
        super().__init__(Sentence(" ".join(f"{{{name}}}" for name in said), **said))
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
        third_parties=tuple(map(Named, found.get("third_parties", ()))) or None,
        persons_concerned=tuple(map(Named, found.get("persons_concerned", ()))) or None,
        motive=found.get("motive", ""),
        language=(message.triage or {}).get("language") or "fr",
    )


def typed(base: Facts, form: Mapping[str, str], words: Words) -> Facts:
    """``base`` with what a person typed over it. Raises ``BadFacts`` with every fault."""
    known = {name: value for name, value in form.items() if name in Facts.names()}
    faults = dict(_faults(known | {name: form[name] for name in LONGEST if name in form}, words))
    if faults:
        raise BadFacts(faults)
    return replace(base, **{name: _value(name, value) for name, value in known.items()})  # type: ignore[arg-type]


def _value(name: str, typed: str) -> object:
    """What was typed as the register keeps it; ``_faults`` has checked it."""
    if name in _LISTS:
        return as_list(typed)
    if name == "claimed_cents":
        return cents(typed)
    if name == "sensitive":
        return typed in _YES
    if name == "gravity":
        return int(typed or 2)
    if name == "client_address":
        return "\n".join(" ".join(line.split()) for line in typed.splitlines()).strip()
    plain = " ".join(typed.split())
    return plain.lower() if name == "client_email" else plain


_YES = frozenset({"on", "1", "oui", "true"})
_AMOUNT = re.compile(r"(\d{1,3}(?:[ .\u00a0\u202f]?\d{3})*|\d+)(?:,(\d{1,2}))? ?(?:€|euros?|EUR)?")


def cents(typed: str) -> int | None:
    """ "1 234,56 €" → 123456; nothing → None. Raises ``ValueError`` for anything else."""
    if not typed.strip():
        return None
    found = _AMOUNT.fullmatch(typed.strip())
    if found is None or len(found[1]) > 15:
        raise ValueError(typed)
    return int(re.sub(r"\D", "", found[1])) * 100 + int((found[2] or "").ljust(2, "0"))


def euros(amount: int | None) -> str:
    """The way back: 123456 → "1 234,56"; None → nothing."""
    if amount is None:
        return ""
    whole = f"{amount // 100:,}".replace(",", "\u202f")
    return f"{whole},{amount % 100:02}"


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
    raise BadFacts(
        {name: Sentence("« {value} » n’est pas une date : écrivez JJ/MM/AAAA.", value=value)}
    )


def as_list(value: str) -> tuple[Named, ...] | None:
    """ "Dupont ; Garage Martin (garage agréé)" → two; "Aucun" → none at all; nothing → not yet
    said (P-07). What stands in brackets is the part played, where it is one of the office's words.
    """
    words = [" ".join(word.split()) for word in re.split(r"[;\n]", value)]
    words = [word for word in words if word]
    if not words:
        return None
    return () if len(words) == 1 and _NONE.fullmatch(words[0]) else tuple(map(_named, words))


_PART = re.compile(r"(.+?) ?\(([^()]+)\)")
_PARTS = {french.casefold(): code for code, french in PARTIES.items()} | {
    code.casefold(): code for code in PARTIES
}


def _named(words: str) -> Named:
    found = _PART.fullmatch(words)
    part, _, ref = found[2].partition(", ") if found else ("", "", "")
    if found and (role := _PARTS.get(part.strip().casefold())):
        return Named(found[1], role, ref)
    return Named(words)


def as_text(value: tuple[Named, ...] | None, none: str = "Aucun") -> str:
    """The way back, for a form or an export."""
    if value is None:
        return ""
    return " ; ".join(map(str, value)) if value else none


def as_form(facts: Facts) -> dict[str, str]:
    """Facts as the fields of a form show them."""
    shown = {name: getattr(facts, name) for name in Facts.names()}
    return {name: str(value) for name, value in shown.items()} | {
        "third_parties": as_text(facts.third_parties),
        "persons_concerned": as_text(facts.persons_concerned, "Non précisé"),
        "claimed_cents": euros(facts.claimed_cents),
        "sensitive": "on" if facts.sensitive else "",
    }


def _faults(form: Mapping[str, str], words: Words) -> list[tuple[str, str]]:
    codes = _CODES | {
        "product": (words.products, "un code de produit connu"),
        "motive": (words.motives, "un code de motif connu"),
        "second_motive": (words.motives, "un code de motif connu"),
    }
    faults: list[tuple[str, str]] = [
        (
            name,
            Sentence(
                "{n} caractères : au plus {most}, merci d’abréger.", n=len(form[name]), most=longest
            ),
        )
        for name, longest in LONGEST.items()
        if len(form.get(name, "")) > longest
    ]
    faults.extend(
        (
            name,
            Sentence("« {value} » n’est pas {what}.", value=form[name][:80], what=Sentence(what)),
        )
        for name, (allowed, what) in codes.items()
        if form.get(name) and form[name] not in allowed
    )
    try:
        cents(form.get("claimed_cents", ""))
    except ValueError:
        faults.append(("claimed_cents", Sentence("Ce montant ne se lit pas : écrivez 1 234,56.")))
    if (email := form.get("client_email", "").strip()) and not _EMAIL.fullmatch(email):
        faults.append(
            (
                "client_email",
                Sentence("« {value} » n’est pas une adresse électronique.", value=email[:80]),
            )
        )
    faults.extend(
        (name, Sentence("Plus de 2 000 caractères : merci d’abréger."))
        for name in _LISTS
        if len(form.get(name, "")) > 2000
    )
    return faults
