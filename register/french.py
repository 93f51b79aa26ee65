"""Dates as the office writes them."""

from datetime import date
from functools import lru_cache

from babel.dates import format_date


@lru_cache(maxsize=1024)  # letters of one day say the same dates
def long_date(day: date) -> str:
    """``lundi 23 novembre 2026``, ``vendredi 1er janvier 2027``."""
    number = "'1er'" if day.day == 1 else "d"  # the locale data know no ordinal for the first
    return format_date(day, f"EEEE {number} MMMM y", locale="fr")


@lru_cache(maxsize=1024)
def short_date(day: date) -> str:
    """``23/11/2026``."""
    return format_date(day, "dd/MM/y", locale="fr")
