"""The dashboard: what is due, how the year goes, what comes back, how much may be missed."""

from datetime import date
from functools import partial

from starlette.responses import Response

from classifier.shelf import Shelf
from config.rights import Act
from config.sentence import Sentence
from register import accounts, findings, notices, overview, statistics
from register.calendar import add_months
from register.overview import Month
from review import charts, languages
from review.pages import calendar
from review.visit import NotThere, Visit

_LETTERS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.")
_NAMES = (*_LETTERS, "nov.", "déc.")
# A picture of its own: it may style itself, and nothing else.
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def show(visit: Visit) -> Response:
    today = _today(visit)
    entries = Shelf(visit.settings.triage.models).list()
    with visit.database.read() as session:
        account = accounts.named(session, visit.by)
        motives, products, pairs = overview.motives_by_product(session, add_months(today, -12))
        return visit.page(
            "dashboard.html",
            duties=overview.duties(session, today),
            untold=notices.failed(session),
            feed=calendar.address(visit, account),
            names={one.email: one.name for one in visit.settings.staff},
            months=[(_name(month), month) for month in overview.months(session, today)],
            motive_codes=motives,
            product_codes=products,
            pairs=pairs,
            most=max([3, *pairs.values()]),
            recurrences=findings.recurrences(session, today),
            pending=findings.pending(session),
            late_actions=[one for one in findings.board(session, today) if one.late],
            audit=statistics.audit(session),
            card=entries[0].card if entries else None,
            report_years=(today.year, today.year - 1) if visit.may(Act.EXPORT) else (),
            ack_days=visit.settings.procedure.ack_days,
            answer_months=visit.settings.procedure.answer_months,
        )


def picture(visit: Visit) -> Response:
    """One chart, as the picture of a page."""
    with visit.database.read() as session:
        months = overview.months(session, _today(visit))
    say = partial(languages.say, visit.language)
    names = [say(_name(month)) for month in months]
    if visit.request.path_params["name"] == "volumes":
        drawn = charts.bars(names, [month.received for month in months], say("Réclamations reçues"))
    elif visit.request.path_params["name"] == "delais":
        procedure = visit.settings.procedure
        acks = [month.to_acknowledge for month in months]
        answers = [month.to_answer for month in months]
        limit = 61 if procedure.answer_months == 2 else 30.5 * procedure.answer_months
        drawn = charts.delays(
            names,
            [
                (say("Accusé"), acks, procedure.ack_days),
                (say("Réponse"), answers, limit),
            ],
            say(" : limite"),
        )
    else:
        raise NotThere
    headers = {"Content-Security-Policy": _PICTURE}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


def _name(month: Month) -> str:
    name = Sentence(_NAMES[month.first.month - 1])
    return Sentence("{name} {year}", name=name, year=f"{month.first:%y}")


def _today(visit: Visit) -> date:
    return visit.now.astimezone(visit.settings.office.zone).date()
