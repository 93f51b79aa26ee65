"""What people are shown of the machine's opinion: all of it, or nothing where they judge blind."""

from dataclasses import dataclass, field
from typing import Any

from classifier.labels import Label
from classifier.signals import SIGNALS
from register.model import Message

_BANDS = {"complaint": "réclamation ?", "review": "à vérifier", "other": "autre", "": "illisible"}
_BLIND = "à l’aveugle"


@dataclass(frozen=True)
class Opinion:
    """Of one message. ``hidden`` while it was drawn by lot and nobody has decided."""

    hidden: bool
    band: str = ""
    label: Label | None = None
    probability: float | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)  # French
    similar: list[dict[str, Any]] = field(default_factory=list)

    @property
    def french(self) -> str:
        return _BLIND if self.hidden else _BANDS[self.band]


def opinion_of(row: Message) -> Opinion:
    if row.blind and row.decided_at is None:
        return Opinion(hidden=True)
    found = row.triage or {}
    return Opinion(
        hidden=False,
        band=row.band,
        label=Label(row.label) if row.label else None,
        probability=row.probability,
        reasons=found.get("reasons", []),
        signals=[SIGNALS.get(code, code) for code in found.get("signals", ())],
        similar=found.get("similar", []),
    )
