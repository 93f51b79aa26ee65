"""In which language the pages speak: French, the source, or English by a catalogue (gettext).

Rooms say things in French and know of no other language; what they said is translated here, when a
page is rendered. What has values in it is a ``Sentence``. Letters to clients have languages of their
own (``outbound``), the register has one.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment
from markupsafe import Markup
from starlette.requests import Request

from config.sentence import Sentence, filled
from register.french import long_date, short_date

FRENCH, ENGLISH = "fr", "en"
LANGUAGES: Mapping[str, str] = {FRENCH: "Français", ENGLISH: "English"}
COOKIE = "langue"
_CATALOGUES = Path(__file__).parent / "locale"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip


class _French(NullTranslations):
    """The sentences as they are written; in French nought is singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid2 if n > 1 else msgid1


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of one of ``LANGUAGES``."""
    if language == FRENCH:
        return _French()
    with (_CATALOGUES / language / "LC_MESSAGES" / "desk.mo").open("rb") as compiled:
        return GNUTranslations(compiled)


def wished(request: Request) -> str:
    """What this browser was told on « Mon compte »; French otherwise, whatever it wishes for: the
    browser of a French office may well have been installed in English.
    """
    asked = request.cookies.get(COOKIE, "")
    return asked if asked in LANGUAGES else FRENCH


def say(language: str, words: str) -> str:
    """What was said in French, in another language; what no catalogue knows stays as it is."""
    if language == FRENCH or not words:
        return words
    if not isinstance(words, Sentence):
        return catalogue(language).gettext(words)
    values = {name: _value(language, value) for name, value in words.values.items()}
    return filled(catalogue(language).gettext(words.pattern), values)


def _value(language: str, value: object) -> object:
    """Only what is a sentence is translated: a client may be called Autre."""
    if isinstance(value, tuple):
        return tuple(_value(language, one) for one in value)
    if isinstance(value, Sentence):
        return say(language, value)
    return _long(value) if isinstance(value, date) else value


def named(language: str, words: object) -> object:
    """What may be somebody's own words or name, which stay, or a sentence of ours, which is said."""
    return say(language, words) if isinstance(words, Sentence) else words


def own(language: str, words: str) -> str:
    """The office's own words stay French, and are marked so for whoever has the page read aloud."""
    if language == FRENCH or not words:
        return words
    return Markup('<span lang="fr">{}</span>').format(words)


def kept(language: str, words: str) -> str:
    """What was written down in French some time ago: said in another language where the catalogue
    knows it whole, each of several reasons by itself, else marked as French.
    """
    reasons = words.split(" ; ") if language != FRENCH and words else []
    said = [say(language, reason) for reason in reasons]
    known = bool(said) and not any(map(str.__eq__, said, reasons))
    return "; ".join(said) if known else own(language, words)


def equip(pages: Environment, language: str) -> None:
    """Give the templates their language: ``_()``, ``{% trans %}``, dates and figures."""
    pages.add_extension("jinja2.ext.i18n")
    pages.policies["ext.i18n.trimmed"] = True
    install: Callable[..., None] = pages.install_gettext_translations  # type: ignore[attr-defined]
    install(catalogue(language), newstyle=True)
    pages.filters.update(_FRENCH_FIGURES if language == FRENCH else _ENGLISH_FIGURES)
    pages.filters.update(
        translated=partial(say, language),
        named=partial(named, language),
        own=partial(own, language),
        kept=partial(kept, language),
    )
    # For an element whose words are French whatever the page is in.
    pages.globals["in_french"] = Markup("" if language == FRENCH else ' lang="fr"')


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{short_date(local.date())} à {local:%H} h {local:%M}"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return short_date(at.astimezone(zone).date())


def _percent(probability: float) -> str:
    return f"{min(99, max(1, round(probability * 100)))} %"


def _count(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _share(share: float) -> str:
    return f"{share * 100:.1f}\u00a0%".replace(".", ",")


def _long(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_FRENCH_FIGURES: Mapping[str, Callable[..., Any]] = {
    "share": _share,
    "count": _count,
    "day": _day,
    "long_date": long_date,
    "short_date": short_date,
    "moment": _moment,
    "percent": _percent,
}
_ENGLISH_FIGURES: Mapping[str, Callable[..., Any]] = {
    "share": lambda share: f"{share * 100:.1f}%",
    "count": lambda count: f"{count:,}",
    "day": lambda at, zone: _long(at.astimezone(zone).date()),
    "long_date": _long,
    "short_date": _long,
    "moment": lambda at, zone: (
        f"{_long(at.astimezone(zone).date())} at {at.astimezone(zone):%H:%M}"
    ),
    "percent": lambda share: f"{min(99, max(1, round(share * 100)))}%",
}
