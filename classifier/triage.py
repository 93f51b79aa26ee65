"""What the classifier says of a mail: a proposal with its reasons, never a decision."""

from dataclasses import dataclass, field
from enum import StrEnum

from classifier.labels import Label


class Band(StrEnum):
    """How sure the machine is that a mail is a complaint. Doubt is a band, not a label."""

    COMPLAINT = "complaint"
    REVIEW = "review"
    OTHER = "other"


@dataclass(frozen=True)
class Reason:
    """Words of the client that weighed. ``start`` and ``end`` are offsets in the text that was
    judged (``Judged.text``); ``weight`` is positive where they speak for a complaint."""

    text: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    """A mail decided before that says nearly the same."""

    id: str  # « message 12 » for one of the office's own, else of the shipped corpus
    label: Label
    excerpt: str  # of a shipped one
    alike: float  # 0 … 1


@dataclass(frozen=True)
class Fields:
    """What the register asks for at receipt (P-03 … P-08), as far as the mail says it.

    Proposals for a person to confirm: an empty string or tuple means "not found", never "none".
    ``product`` and ``motive`` are codes of regulation §5.1 and §5.2.
    """

    client_name: str = ""
    client_email: str = ""
    contract_ref: str = ""
    product: str = ""
    persons_concerned: tuple[str, ...] = ()
    third_parties: tuple[str, ...] = ()
    motive: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Judged:
    """What a model looks at: a mail reduced to what its author wrote.

    Made from a ``Mail`` or from a line of a corpus; the same text for learning and judging.
    """

    subject: str
    text: str  # the author's newest words
    quoted: str = ""
    from_name: str = ""
    from_email: str = ""
    original_name: str = ""  # who wrote what is forwarded, where it says so
    original_email: str = ""
    attachments: int = 0  # parts that came with it, whether or not their text could be read
    unread: bool = False  # what it has to say may stand in one that could not be


@dataclass(frozen=True)
class Triage:
    """The machine's opinion of one mail."""

    label: Label
    probability: float  # that it is a complaint, calibrated, 0 … 1
    band: Band
    reasons: tuple[Reason, ...]
    signals: tuple[str, ...]  # codes of regulation §4.5: only a person may handle these
    fields: Fields = field(default_factory=Fields)
    similar: tuple[Case, ...] = ()  # of what a person is to look at, nearest first
    language: str = "fr"  # ISO 639-1, "" when unknown
    model: str = ""  # version of the model that said so
