"""The review of a year of complaints: who met, what was seen, what was decided (P-22)."""

from typing import Any

from starlette.responses import Response

from config.rights import Act
from register import findings, statistics
from register.calendar import civil_date
from register.statistics import Period
from review import closing
from review.closing import Minutes
from review.desk import Desk, Refused
from review.facts import BadFacts, day
from review.pages.acts import read
from review.visit import Visit, number

_FIRST, _MOST_PEOPLE = 1950, 50


def board(visit: Visit) -> Response:
    """The reviews held, and the form for the next one beside the figures it rests on."""
    return _board(visit)


def hold(visit: Visit) -> Response:
    """Keep the minutes with the figures of that year as they stand now."""
    try:
        read(visit.form)
        held_on = day(visit.form, "held_on", needed=True)
        assert held_on is not None
        lines = (line.strip() for line in visit.form.get("present", "").splitlines())
        present = tuple(line[:100] for line in lines if line)[:_MOST_PEOPLE]
        year = _year(visit, visit.form.get("year", ""))
        minutes = Minutes(str(year), held_on, present, visit.form.get("decisions", ""))
        with visit.database.begin() as session:
            desk = Desk(session, visit.settings, visit.now)
            office = visit.settings.office
            today = civil_date(visit.now, office.zone)
            found = statistics.indicators(session, Period(year), today, office.zone)
            closing.review(desk, minutes, statistics.as_json(found), visit.by)
    except BadFacts as error:
        return _board(visit, 422, faults=error.faults, said=str(error))
    except Refused as error:
        return _board(visit, 422, said=str(error))
    return visit.see("/revue?fait=1")


def _year(visit: Visit, asked: str) -> int:
    """A year that has begun; by default the one before: a review is held when it is over."""
    this = civil_date(visit.now, visit.settings.office.zone).year
    year = number(asked) or this - 1
    return year if _FIRST <= year <= this else this


def _board(visit: Visit, status: int = 200, **more: Any) -> Response:
    office = visit.settings.office
    today = civil_date(visit.now, office.zone)
    year = _year(visit, visit.form.get("year") or visit.asked("annee"))
    with visit.database.read() as session:
        found = statistics.indicators(session, Period(year), today, office.zone)
        return visit.page(
            "reviews.html",
            status,
            year=year,
            figures=statistics.as_json(found),
            reviews=findings.reviews(session),
            may_hold=visit.settings.may(visit.by, Act.DECIDE_ACTION),
            colleague=lambda email: visit.settings.colleague(email).name,
            people=[one.name for one in visit.settings.staff],
            form=visit.form,
            faults=more.get("faults", {}),
            said=more.get("said", ""),
            done=bool(visit.asked("fait")),
        )
