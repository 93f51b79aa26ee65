"""Before anybody reads it: did a person write this mail, and may a machine answer it?"""

from dataclasses import dataclass
from enum import StrEnum


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
    fingerprint: str  # SHA-256 of what it says, whatever way it came: same content, same print
