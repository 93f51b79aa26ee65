"""Days as letters give them."""

from datetime import datetime

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def day(then: datetime) -> str:
    """« 3 mars 2025 »."""
    number = "1er" if then.day == 1 else str(then.day)
    return f"{number} {_MONTHS[then.month - 1]} {then.year}"


def hour(then: datetime) -> str:
    """« 3 mars 2025 à 10:12 »."""
    return f"{day(then)} à {then:%H:%M}"
