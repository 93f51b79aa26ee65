"""The calendar of a French office: civil dates, working days, public holidays."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from holidays import country_holidays

from config.trouble import Trouble

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
SUNDAY: Final = 6


class Region(StrEnum):
    """Whose public holidays count: those of the place where the office is (regulation §7.1)."""

    METROPOLE = "METROPOLE"
    ALSACE_MOSELLE = "ALSACE_MOSELLE"

    @property
    def french(self) -> str:
        return {"METROPOLE": "métropole", "ALSACE_MOSELLE": "Alsace-Moselle"}[self]


# Moselle stands for the three departments: the library gives Alsace the same two days more.
_SUBDIVISIONS: Final[Mapping[Region, str | None]] = {
    Region.METROPOLE: None,
    Region.ALSACE_MOSELLE: "57",
}


class UnknownYear(Trouble, ValueError):
    """The public holidays of a year are not known: says so in French."""


def civil_date(moment: datetime, zone: ZoneInfo) -> date:
    """The day it is in ``zone`` at that moment. Refuses a moment without a time zone."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of a day: a limit is over at midnight, not after n × 24 hours."""
    return datetime.combine(day, time.max, zone)


def holiday_name(day: date, region: Region) -> str | None:
    """What is celebrated on a public holiday, in French; None on any other day."""
    return _holidays(day.year, region).get(day)


def is_holiday(day: date, region: Region) -> bool:
    return holiday_name(day, region) is not None


def is_working_day(day: date, region: Region) -> bool:
    """Jour ouvrable: Monday to Saturday, except public holidays."""
    return day.weekday() != SUNDAY and not is_holiday(day, region)


def is_business_day(day: date, region: Region) -> bool:
    """Jour ouvré: Monday to Friday, except public holidays."""
    return day.weekday() < SATURDAY and not is_holiday(day, region)


def add_working_days(day: date, n: int, region: Region) -> date:
    """The nth jour ouvrable after ``day``, which is not counted itself (art. 641 CPC)."""
    while n > 0:
        day += ONE_DAY
        if is_working_day(day, region):
            n -= 1
    return day


def add_months(day: date, n: int) -> date:
    """The same day of the month n months later, else that month's last (art. 641 al. 2 CPC).

    Always from the first day in one go: two months are not twice one month.
    """
    years, month = divmod(day.month - 1 + n, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_business_day(on_or_before: date, region: Region) -> date:
    day = on_or_before
    while not is_business_day(day, region):
        day -= ONE_DAY
    return day


def days_off(after: date, until: date, region: Region) -> dict[date, str | None]:
    """The days between the two that are no jours ouvrables; a Sunday has a name if a holiday."""
    days = (after + timedelta(n) for n in range(1, (until - after).days))
    return {day: holiday_name(day, region) for day in days if not is_working_day(day, region)}


@cache
def _holidays(year: int, region: Region) -> Mapping[date, str]:
    # A copy of one whole year: the library's own object fills itself in when it is asked, and two
    # threads asking at once may find a year still empty. It also knows some years not at all.
    found = country_holidays(
        "FR", subdiv=_SUBDIVISIONS[region], years=year, expand=False, language="fr"
    )
    if not found:
        raise UnknownYear(f"Jours fériés inconnus pour {year} : la date est-elle la bonne ?")
    return {day: name.replace("'", "’") for day, name in found.items()}
