"""The calendar: what day it is in Paris, and which days are worked."""

import sys
import time as clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register import calendar
from register.calendar import (
    Region,
    UnknownYear,
    add_months,
    add_working_days,
    civil_date,
    days_off,
    end_of_day,
    holiday_name,
    is_business_day,
    is_holiday,
    is_working_day,
    last_business_day,
)

PARIS = ZoneInfo("Europe/Paris")
YEARS = range(2024, 2036)
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
REGIONS = st.sampled_from(Region)

# Regulation §7.4, as written there.
TABLE = {
    2026: "01/01 06/04 01/05 08/05 14/05 25/05 14/07 15/08 01/11 11/11 25/12",
    2027: "01/01 29/03 01/05 06/05 08/05 17/05 14/07 15/08 01/11 11/11 25/12",
    2028: "01/01 17/04 01/05 08/05 25/05 05/06 14/07 15/08 01/11 11/11 25/12",
}
ALSACE_MOSELLE_ADDS = {2026: "03/04 26/12", 2027: "26/03 26/12", 2028: "14/04 26/12"}


def days_of(year: int, text: str) -> set[date]:
    pairs = (word.split("/") for word in text.split())
    return {date(year, int(month), int(day)) for day, month in pairs}


def holidays_of(year: int, region: Region) -> set[date]:
    first = date(year, 1, 1)
    days = (first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days))
    return {day for day in days if is_holiday(day, region)}


def easter(year: int) -> date:
    """Easter Sunday by the Meeus/Jones/Butcher algorithm: nothing shared with the library."""
    century, rest = divmod(year, 100)
    skipped = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + skipped + 15) % 30
    day = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * day) // 451
    month, number = divmod(moon + day - 7 * late + 114, 31)
    return date(year, month, number + 1)


@pytest.mark.parametrize("year", TABLE)
def test_the_holidays_are_those_of_the_regulation(year: int) -> None:
    metropole = days_of(year, TABLE[year])
    assert holidays_of(year, Region.METROPOLE) == metropole
    assert holidays_of(year, Region.ALSACE_MOSELLE) == metropole | days_of(
        year, ALSACE_MOSELLE_ADDS[year]
    )


@pytest.mark.parametrize("year", YEARS)
def test_the_library_agrees_with_an_easter_of_our_own(year: int) -> None:
    fixed = days_of(year, "01/01 01/05 08/05 14/07 15/08 01/11 11/11 25/12")
    movable = {easter(year) + timedelta(n) for n in (1, 39, 50)}
    assert holidays_of(year, Region.METROPOLE) == fixed | movable
    adds = {easter(year) - timedelta(2), date(year, 12, 26)}
    assert holidays_of(year, Region.ALSACE_MOSELLE) == fixed | movable | adds


def test_holidays_have_their_french_names_whatever_the_language_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calendar._holidays.cache_clear()  # or the names would be those of an earlier test
    for name in ("LANG", "LANGUAGE", "LC_ALL"):
        monkeypatch.setenv(name, "en_US.UTF-8")
    assert {
        holiday_name(day, Region.ALSACE_MOSELLE) for day in holidays_of(2026, Region.ALSACE_MOSELLE)
    } == {
        "Jour de l’an",
        "Vendredi saint",
        "Lundi de Pâques",
        "Fête du Travail",
        "Fête de la Victoire",
        "Ascension",
        "Lundi de Pentecôte",
        "Fête nationale",
        "Assomption",
        "Toussaint",
        "Armistice",
        "Noël",
        "Saint-Étienne",
    }


def test_a_day_that_is_no_holiday_has_no_name() -> None:
    assert holiday_name(date(2026, 11, 23), Region.METROPOLE) is None
    assert holiday_name(date(2026, 12, 26), Region.METROPOLE) is None


def test_a_year_without_known_holidays_is_refused_rather_than_counted_wrongly() -> None:
    with pytest.raises(UnknownYear, match="Jours fériés inconnus pour 2101"):
        is_holiday(date(2101, 1, 1), Region.METROPOLE)


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads that take turns as often as they can: a race that is possible is soon lost."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_that_ask_at_once_all_learn_of_a_holiday() -> None:
    calendar._holidays.cache_clear()
    together, answers = Barrier(4, timeout=5), []

    def ask() -> None:
        for year in range(2000, 2080):
            together.wait()
            answers.append(is_holiday(date(year, 7, 14), Region.METROPOLE))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 320


@pytest.mark.parametrize(
    ("day", "ouvrable", "ouvre"),
    [
        ("2026-11-20", True, True),  # Friday
        ("2026-11-21", True, False),  # Saturday
        ("2026-11-22", False, False),  # Sunday
        ("2026-11-23", True, True),
        ("2026-11-11", False, False),  # Armistice, a Wednesday
        ("2026-05-25", False, False),  # Whit Monday: worked in many offices, a holiday for all
        ("2026-08-15", False, False),  # Assumption, a Saturday
    ],
)
def test_a_saturday_is_ouvrable_but_not_ouvre(day: str, ouvrable: bool, ouvre: bool) -> None:
    assert is_working_day(date.fromisoformat(day), Region.METROPOLE) is ouvrable
    assert is_business_day(date.fromisoformat(day), Region.METROPOLE) is ouvre


def test_the_days_off_between_two_dates_are_sundays_and_holidays() -> None:
    # 20 October to 12 November 2026: a holiday on a Sunday has its name.
    assert days_off(date(2026, 10, 20), date(2026, 11, 12), Region.METROPOLE) == {
        date(2026, 10, 25): None,
        date(2026, 11, 1): "Toussaint",
        date(2026, 11, 8): None,
        date(2026, 11, 11): "Armistice",
    }


@given(DAYS, st.integers(1, 60), REGIONS)
def test_working_days_added_are_worked_and_so_many(day: date, n: int, region: Region) -> None:
    until = add_working_days(day, n, region)
    between = [day + timedelta(k) for k in range(1, (until - day).days + 1)]
    assert is_working_day(until, region)
    assert sum(is_working_day(one, region) for one in between) == n
    assert len(days_off(day, until, region)) == len(between) - n


def test_no_working_days_added_change_nothing() -> None:
    assert add_working_days(date(2026, 11, 22), 0, Region.METROPOLE) == date(2026, 11, 22)


@given(DAYS, REGIONS)
def test_ten_working_days_take_eleven_to_seventeen_days(day: date, region: Region) -> None:
    assert 11 <= (add_working_days(day, 10, region) - day).days <= 17  # regulation §7.5 (a)


@pytest.mark.parametrize("region", Region)
def test_no_day_of_twelve_years_escapes_eleven_to_seventeen(region: Region) -> None:
    first = date(2024, 1, 1)
    days = (first + timedelta(n) for n in range((date(2036, 1, 1) - first).days))
    spans = {(add_working_days(day, 10, region) - day).days for day in days}
    assert (min(spans), max(spans)) == (11, 17)


@pytest.mark.parametrize(
    ("day", "n", "until"),
    [
        ("2026-11-23", 2, "2027-01-23"),
        ("2026-12-29", 2, "2027-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),  # leap year
        ("2031-12-31", 2, "2032-02-29"),  # leap year
        ("2099-12-31", 2, "2100-02-28"),  # none, in spite of the four years
        ("2027-02-28", 2, "2027-04-28"),  # the last day of a month is no end-of-month rule
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-15", 0, "2026-12-15"),
    ],
)
def test_months_keep_their_day_or_end_with_the_month(day: str, n: int, until: str) -> None:
    assert add_months(date.fromisoformat(day), n) == date.fromisoformat(until)


def test_two_months_are_not_twice_one_month() -> None:
    end_of_january = date(2027, 1, 31)  # regulation §7.5 (g)
    assert add_months(end_of_january, 2) == date(2027, 3, 31)
    assert add_months(add_months(end_of_january, 1), 1) == date(2027, 3, 28)


@given(DAYS, st.integers(0, 36))
def test_months_added_land_in_the_right_month_never_after_the_day(day: date, n: int) -> None:
    until = add_months(day, n)
    assert (until.year * 12 + until.month) - (day.year * 12 + day.month) == n
    assert until.day == day.day or (
        until.day < day.day and (until + timedelta(days=1)).month != until.month
    )


@given(DAYS, REGIONS)
def test_the_last_business_day_is_worked_and_none_follows(day: date, region: Region) -> None:
    last = last_business_day(day, region)
    assert last <= day
    assert is_business_day(last, region)
    after = (last + timedelta(n) for n in range(1, (day - last).days + 1))
    assert not any(is_business_day(one, region) for one in after)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-31T23:30:00+00:00", "2027-01-01"),  # example 12
        ("2027-07-31T22:15:00+00:00", "2027-08-01"),  # example 13
        ("2027-03-20T09:00:00+01:00", "2027-03-20"),  # example 14
        ("2026-10-17T09:00:00+02:00", "2026-10-17"),  # example 15
        ("2026-11-23T23:59:59.999999+01:00", "2026-11-23"),
        ("2026-11-24T00:00:00+01:00", "2026-11-24"),
        ("2026-11-24T08:00:00+12:00", "2026-11-23"),
    ],
)
def test_the_civil_date_is_that_of_paris(instant: str, day: str) -> None:
    assert civil_date(datetime.fromisoformat(instant), PARIS) == date.fromisoformat(day)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        civil_date(datetime(2026, 11, 23, 9), PARIS)  # noqa: DTZ001 - that is the point


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def server_elsewhere(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", request.param)
        clock.tzset()
        yield
    clock.tzset()


@pytest.mark.usefixtures("server_elsewhere")
def test_the_civil_date_does_not_depend_on_the_server() -> None:
    instant = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert civil_date(instant, PARIS) == date(2027, 1, 1)
    assert civil_date(instant.astimezone(), PARIS) == date(2027, 1, 1)


@given(DAYS, st.times())
def test_the_hour_within_the_day_changes_nothing(day: date, hour: time) -> None:
    moment = datetime.combine(day, hour, PARIS)  # regulation §7.5 (f)
    assert civil_date(moment, PARIS) == day
    assert civil_date(moment.astimezone(UTC), PARIS) == day
    assert moment <= end_of_day(day, PARIS)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("2027-03-30", "2027-03-30T23:59:59+02:00"),  # example 14: summer time began on the 28th
        ("2026-10-27", "2026-10-27T23:59:59+01:00"),  # example 15: it ended on the 25th
    ],
)
def test_a_day_ends_at_midnight_of_its_own_hour(day: str, moment: str) -> None:
    end = end_of_day(date.fromisoformat(day), PARIS)
    assert end.isoformat(timespec="seconds") == moment
    assert civil_date(end, PARIS) == date.fromisoformat(day)
    # One moment later, counted in UTC, another day has begun: nothing is late before, all is then.
    next_moment = end.astimezone(UTC) + timedelta(microseconds=1)
    assert civil_date(next_moment, PARIS) == date.fromisoformat(day) + timedelta(days=1)
