"""A document as far as a machine can read it, and what may be spent on one."""

import re
from dataclasses import dataclass

MOST_TEXT = 1_000_000  # characters; the original keeps the rest
MOST_INFLATED = 60_000_000  # bytes out of one archive, whatever it declares
MOST_ENTRIES = 2_000
MOST_PAGES = 50

LOCKED = "protégé par un mot de passe"
DAMAGED = "fichier abîmé, illisible par le programme"
NO_WORDS = "image sans texte lisible"
TOO_LARGE = "contenu trop volumineux pour être lu en entier"

# What no text may hold: controls, lone surrogates, what is no character (PDFium marks a hyphen at
# the end of a line by one). PostgreSQL refuses NUL and surrogates.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u200b\ufeff\ud800-\udfff\ufffe\uffff]"
)
_BLANKS = re.compile(r"(?<![ \xa0])[ \xa0]*+\n[ \t\xa0]*+(?:\n[ \t\xa0]*+)++")


@dataclass(frozen=True)
class Enclosed:
    """A file within a file, as it is named there; nothing of it has been interpreted."""

    name: str
    kind: str  # MIME type, where one is declared
    data: bytes


@dataclass(frozen=True)
class Document:
    """What people read in a document. ``trouble`` is a French clause that says why nothing, or not
    all, could be read of it; empty when it was read, or when there is nothing to read in it.
    """

    text: str = ""
    trouble: str = ""
    inside: tuple[Enclosed, ...] = ()


class Unreadable(Exception):
    """Within this package: a document cannot be read, for the reason said (a French clause)."""


def cleaned(text: str) -> str:
    """Text without what no reader sees, blank lines single, as long as we keep it at most."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _BLANKS.sub("\n\n", _NO_TEXT.sub("", text[:MOST_TEXT])).strip()
