"""What a mail is about: product and motive codes (regulation §5.1, §5.2), and a neutral subject."""

import re

from classifier.motives import MATTERS, MOTIVE_WORDS
from classifier.phrases import Phrases
from classifier.products import CONTRACTS, PRODUCT_WORDS
from classifier.text import fold

_LOOKED_AT = 6_000
_SUBJECT_COUNTS = 3
_LONGEST = 120


def product_of(subject: str, text: str) -> str:
    """The code of the product a mail speaks of most; empty where it speaks of none."""
    return _most_spoken_of(PRODUCT_WORDS, subject, text)


def motive_of(subject: str, text: str) -> str:
    """The code of what seems to be held against somebody; empty where nothing tells."""
    return _most_spoken_of(MOTIVE_WORDS, subject, text)


def neutral_subject(motive: str, product: str) -> str:
    """What a complaint is about in the office's words: never the client's, never of health."""
    if not motive and not product:
        return ""
    contract = CONTRACTS.get(product, "")
    said = MATTERS.get(motive, MATTERS["M99"])
    return (f"{said} – {contract}" if contract else said)[:_LONGEST]


def _most_spoken_of(phrases: Phrases, subject: str, text: str) -> str:
    """The code with most different words said; at a tie the one that is listed first."""
    head = f"{fold(subject)}\n"
    whole = head + fold(text[:_LOOKED_AT])
    votes = {code: _votes(phrases[code], whole, len(head)) for code in phrases.perhaps_in(whole)}
    best = max(votes, key=lambda code: votes[code], default="")
    return best if votes.get(best) else ""


def _votes(pattern: re.Pattern[str], whole: str, body: int) -> int:
    """One for each different word from ``body`` on, more for the subject before it."""
    said = [(match.start() < body, match[0]) for match in pattern.finditer(whole)]
    in_subject = any(first for first, _ in said)
    return _SUBJECT_COUNTS * in_subject + len({word for first, word in said if not first})
