"""The Date header, as programs of all ages and countries write it."""

import re
import unicodedata
from datetime import datetime, timedelta, timezone, tzinfo

from ingest.text import header

_LONGEST = 200  # characters

_COMMENT = re.compile(r"\([^()]*(?:\)|\Z)")  # RFC 5322, 3.2.2; some are never closed
_DAY = r"(?<!\d)(?P<day>\d{1,2})(?:er)?"
_MONTH = r"\b(?P<month>[a-z]{3,12})\.?"
_YEAR = r"(?P<year>\d{2,4})"
_TIME = (
    r"(?P<time>(?P<hour>\d{1,2}) ?[:.h] ?(?P<minute>\d\d)"
    r"(?: ?[:.] ?(?P<second>\d\d)(?:[.,]\d+)?)?)(?!\d)"
)
_ORDERS = tuple(
    re.compile(order, re.ASCII)
    for order in (
        rf"{_DAY}[ .-]*{_MONTH}[ .-]*{_YEAR}(?!\d)\D{{1,6}}{_TIME}",  # 3 mars 2025 à 10:12
        rf"{_MONTH} *{_DAY} *{_TIME}(?: *[a-z]{{1,5}})? *{_YEAR}(?!\d)",  # Mar 3 10:12:00 2025
        rf"{_MONTH} *{_DAY},? *{_YEAR}(?!\d)\D{{1,6}}{_TIME}",  # Mar 3, 2025 at 10:12
        rf"(?<!\d)(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)[t ] *{_TIME}",  # ISO 8601
    )
)
# Above quoted and forwarded words, in numbers: 03/03/2025 10:12, 03.03.25 um 10:12.
_IN_NUMBERS = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-](?P<year>\d{{4}}|\d{{2}})(?!\d)"
    rf"\D{{1,6}}{_TIME}",
    re.ASCII,
)
# By how they begin without accents: English, French, German.
_MONTHS = {
    **{"jan": 1, "feb": 2, "fev": 2, "mar": 3, "apr": 4, "avr": 4, "mai": 5, "may": 5},
    **{"jun": 6, "juin": 6, "jul": 7, "juil": 7, "aug": 8, "aou": 8, "sep": 9},
    **{"oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12},
}
_OFFSET = re.compile(r"([+-]) ?(\d{1,2}):?(\d\d)?(?!\d)", re.ASCII)
_ZONE = re.compile(r"\b(?:utc?|gmt|z|ces?t|mes?[tz]|mesz|[ecmp][sd]t)\b")
_ZONES = {
    **dict.fromkeys(("ut", "utc", "gmt", "z"), 0),
    **dict.fromkeys(("cet", "met", "mez"), 1),
    **dict.fromkeys(("cest", "mest", "mesz"), 2),
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},
}
_FARTHEST = timedelta(hours=14)
_HALF_A_DAY = re.compile(r"\b[ap]\.?m\b")
_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)\b")
_WITHOUT_BRACKETS = str.maketrans("()", "  ")


def sent_at(raw: str) -> datetime | None:
    """The moment that a Date header names, in its writer's zone (RFC 5322, 3.3 and 4.3).

    None when it cannot be known: without a zone it could be hours off, and a clock that says 1970
    has gone wrong.
    """
    said = _plain(header(raw[:_LONGEST]))
    for order in _ORDERS:
        if found := order.search(said):
            zone = _zone(said[found.end("time") :])
            return _moment(found, zone) if zone else None
    return None


def told_at(said: str, zone: tzinfo) -> datetime | None:
    """The moment that a mail program tells above quoted or forwarded words.

    It is the clock of whoever quotes: where no zone is told, it is taken in ``zone``. (dateutil
    reads UTC+1 as an hour behind, and 2025-03-04 as April once days come first.)
    """
    plain = _plain(said[:_LONGEST].translate(_WITHOUT_BRACKETS).replace("\u202f", " "))
    for order in (*_ORDERS, _IN_NUMBERS):
        if found := order.search(_ORDINAL.sub(r"\1", plain)):
            moment = _moment(found, _zone(found.string[found.end("time") :]) or zone)
            return moment + _half_a_day(found) if moment else None
    return None


def _half_a_day(found: re.Match[str]) -> timedelta:
    """What « PM » adds to the hour, and « AM » takes from noon."""
    half = _HALF_A_DAY.match(found.string[found.end("time") :].lstrip())
    if half is None:
        return timedelta()
    hours = int(found["hour"]) % 12 + 12 * (half[0][0] == "p") - int(found["hour"])
    return timedelta(hours=hours)


def _plain(said: str) -> str:
    """In small letters, without accents and comments, spaces single."""
    letters = unicodedata.normalize("NFKD", said.lower())
    said = "".join(letter for letter in letters if not unicodedata.combining(letter))
    for _ in range(3):  # they may lie within each other
        said = _COMMENT.sub(" ", said)
    return " ".join(said.split())


def _zone(said: str) -> timezone | None:
    if _HALF_A_DAY.search(said):
        return None
    if offset := _OFFSET.search(said):
        distance = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        far = distance > _FARTHEST
        return None if far else timezone(-distance if offset[1] == "-" else distance)
    named = _ZONE.search(said)
    return timezone(timedelta(hours=_ZONES[named[0]])) if named else None


def _moment(found: re.Match[str], zone: tzinfo) -> datetime | None:
    second = int(found["second"] or 0)
    try:
        moment = datetime(
            _year(found["year"]),
            _month(found["month"]),
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            min(second, 59),
            tzinfo=zone,
        )
    except ValueError:
        return None
    moment += timedelta(seconds=second == 60)  # one that leaps: RFC 5322, 3.3
    return moment if is_plausible(moment) else None


def _year(said: str) -> int:
    if len(said) == 4:
        return int(said)
    return int(said) + (2000 if len(said) == 2 and said < "50" else 1900)


def _month(said: str) -> int:
    if said.isdigit():
        return int(said)
    return next((number for name, number in _MONTHS.items() if said.startswith(name)), 0)


def is_plausible(moment: datetime) -> bool:
    """Neither before mail was common nor after us all: else a clock has gone wrong."""
    return 1990 <= moment.year <= 2100
