"""The time limits of a complaint: the office's, the ACPR's, and how each was counted."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from register.calendar import (
    ONE_DAY,
    Region,
    add_months,
    add_working_days,
    civil_date,
    days_off,
    holiday_name,
    is_business_day,
    last_business_day,
)
from register.french import long_date, short_date

# The ACPR's recommendation on complaints: not the office's to change.
ACPR_ACK_WORKING_DAYS: Final = 10
ACPR_ANSWER_MONTHS: Final = 2
# The consumer's mediator (X-09; the year: L.612-2 of the consumer code).
MEDIATION_OPENS_AFTER_MONTHS: Final = 2
MEDIATION_ENDS_AFTER_MONTHS: Final = 12
# A Date header older than that is a wrong clock rather than a slow mail (regulation §7.1).
SLOWEST_MAIL: Final = timedelta(days=7)

Unit = Literal["calendar", "ouvrables"]


@dataclass(frozen=True)
class Rules:
    """The office's own procedure (P-09, P-14)."""

    ack_days: int = 10
    ack_unit: Unit = "calendar"
    answer_months: int = 2
    region: Region = Region.METROPOLE


@dataclass(frozen=True)
class Limit:
    """The last day for one duty by both references. A day not worked does not postpone it."""

    office: date
    acpr: date
    operational: date  # the earlier of the two: the one to keep
    target: date  # the last jour ouvré not after it: the one to aim at


@dataclass(frozen=True)
class Deadlines:
    """All limits of a complaint with their derivation, one French sentence a line."""

    received: date  # J of the regulation: the office's clock
    sent: date  # E: the ACPR's and the mediator's clock
    ack: Limit
    answer: Limit
    mediation_opens: date
    mediation_ends: date
    explanation: tuple[str, ...]


def compute(
    received: date, sent: date | None, rules: Rules, *, oral: bool = False, doubt: str = ""
) -> Deadlines:
    """Count every limit of a complaint received and sent on these days.

    ``oral``: spoken on the day received; ``sent`` is the day of its writing, None while there is
    none. ``doubt``: what ``plausible_sent`` says against the day of sending announced.
    """
    start, why = _acpr_start(received, sent, oral=oral)
    region = rules.region
    office_ack = received + timedelta(days=rules.ack_days)
    if rules.ack_unit == "ouvrables":
        office_ack = add_working_days(received, rules.ack_days, region)
    office_answer = add_months(received, rules.answer_months)
    counted = Deadlines(
        received=received,
        sent=start,
        ack=_limit(office_ack, add_working_days(start, ACPR_ACK_WORKING_DAYS, region), region),
        answer=_limit(office_answer, add_months(start, ACPR_ANSWER_MONTHS), region),
        mediation_opens=add_months(start, MEDIATION_OPENS_AFTER_MONTHS) + ONE_DAY,
        mediation_ends=add_months(start, MEDIATION_ENDS_AFTER_MONTHS),
        explanation=(),
    )
    return replace(counted, explanation=tuple(_explain(counted, rules, doubt or why)))


def plausible_sent(
    header_date: datetime | None, arrived: datetime, zone: ZoneInfo
) -> tuple[date, str]:
    """The day a mail was sent as far as its header can be believed, and why if it cannot.

    Days are compared, not hours: a clock a few minutes fast is no reason for doubt.
    """
    arrival = civil_date(arrived, zone)
    if header_date is None:
        return arrival, _unsure("inconnue")
    try:
        day = civil_date(header_date, zone)
    except OverflowError:  # the last evening of the year 9999 has no date east of London
        return arrival, _unsure("illisible")
    if not arrival - SLOWEST_MAIL <= day <= arrival:
        span = f"ni le jour de l’arrivée ni dans les {SLOWEST_MAIL.days} jours d’avant"
        return arrival, _unsure(f"annoncée, {long_date(day)}, {span}")
    return day, ""


def as_json(deadlines: Deadlines) -> dict[str, object]:
    """What the register keeps and the command line prints."""
    opens, ends = deadlines.mediation_opens, deadlines.mediation_ends
    return {
        "received": deadlines.received.isoformat(),
        "sent": deadlines.sent.isoformat(),
        "ack": _limit_as_json(deadlines.ack),
        "answer": _limit_as_json(deadlines.answer),
        "mediation": {"opens": opens.isoformat(), "ends": ends.isoformat()},
        "explanation": list(deadlines.explanation),
    }


def from_json(document: Mapping[str, Any]) -> Deadlines:
    """The deadlines as they were counted when the register kept them."""
    return Deadlines(
        received=date.fromisoformat(document["received"]),
        sent=date.fromisoformat(document["sent"]),
        ack=_limit_from_json(document["ack"]),
        answer=_limit_from_json(document["answer"]),
        mediation_opens=date.fromisoformat(document["mediation"]["opens"]),
        mediation_ends=date.fromisoformat(document["mediation"]["ends"]),
        explanation=tuple(document["explanation"]),
    )


def _limit_as_json(limit: Limit) -> dict[str, str]:
    return {name: day.isoformat() for name, day in asdict(limit).items()}


def _limit_from_json(document: Mapping[str, str]) -> Limit:
    return Limit(**{name: date.fromisoformat(day) for name, day in document.items()})


def _limit(office: date, acpr: date, region: Region) -> Limit:
    operational = min(office, acpr)
    return Limit(office, acpr, operational, last_business_day(operational, region))


def _acpr_start(received: date, sent: date | None, *, oral: bool) -> tuple[date, str]:
    """E of regulation §7.1, the day the first writing left, and the sentence that says so."""
    if oral:
        return sent or received, _oral_start(sent)
    if sent is None:
        return received, _unsure("inconnue")
    if sent > received:
        return received, _unsure(f"annoncée, {long_date(sent)}, postérieure à la réception")
    if sent == received:
        return sent, "Envoyée le même jour : les délais de l’ACPR partent aussi de ce jour."
    day = f"{long_date(sent)} (jour non compté)"
    return sent, f"Envoyée le {day} : les délais de l’ACPR partent de l’envoi."


def _oral_start(written: date | None) -> str:
    if written is None:
        why = "par prudence, les délais de l’ACPR partent de la réception"
        return f"Réclamation orale, pas encore écrite : {why} ; le médiateur demande un écrit."
    day = f"{long_date(written)} (jour non compté)"
    return f"Réclamation orale, écrite le {day} : les délais de l’ACPR partent de l’écrit."


def _unsure(announced: str) -> str:
    return f"Date d’envoi {announced} : les délais de l’ACPR partent de la réception."


def _explain(counted: Deadlines, rules: Rules, start: str) -> Iterator[str]:
    yield from (f"Réclamation reçue le {long_date(counted.received)} (jour non compté).", start)
    yield from _explain_ack(counted, rules)
    yield from _explain_answer(counted, rules)
    opens, ends = long_date(counted.mediation_opens), long_date(counted.mediation_ends)
    after = f"{MEDIATION_OPENS_AFTER_MONTHS} mois après le {short_date(counted.sent)}"
    yield (
        f"Médiateur : peut être saisi à partir du {opens} (plus de {after}), "
        f"qu’il y ait eu réponse ou non, et jusqu’au {ends} (1 an)."
    )


def _explain_ack(counted: Deadlines, rules: Rules) -> Iterator[str]:
    limit, region = counted.ack, rules.region
    days = _days(rules.ack_days, rules.ack_unit, region)
    office = _sum(counted.received, days, limit.office)
    yield f"Accusé de réception, procédure du cabinet : {office}."
    if rules.ack_unit == "ouvrables":
        yield from _not_counted(counted.received, limit.office, region)
    days = _days(ACPR_ACK_WORKING_DAYS, "ouvrables", region)
    yield f"Accusé de réception, ACPR : {_sum(counted.sent, days, limit.acpr)}."
    yield from _not_counted(counted.sent, limit.acpr, region)
    yield from _to_keep("Accusé de réception", limit, counted.received, region)


def _explain_answer(counted: Deadlines, rules: Rules) -> Iterator[str]:
    limit = counted.answer
    office = _months(counted.received, rules.answer_months, limit.office)
    yield f"Réponse, procédure du cabinet : {office}."
    yield f"Réponse, ACPR : {_months(counted.sent, ACPR_ANSWER_MONTHS, limit.acpr)}."
    yield from _to_keep("Réponse", limit, counted.received, rules.region)


def _days(n: int, unit: Unit, region: Region) -> str:
    s = "s" if n > 1 else ""
    if unit == "calendar":
        return f"{n} jour{s} calendaire{s}"
    return f"{n} jour{s} ouvrable{s} (du lundi au samedi, sauf jours fériés : {region.french})"


def _months(start: date, n: int, until: date) -> str:
    rule = "même quantième" if until.day == start.day else f"pas de {start.day} : fin du mois"
    return f"{_sum(start, f'{n} mois', until)} ({rule})"


def _sum(start: date, length: str, until: date) -> str:
    return f"{short_date(start)} + {length} → {long_date(until)}"


def _not_counted(after: date, until: date, region: Region) -> Iterator[str]:
    names = days_off(after, until, region)
    for day, name in names.items():
        if name:
            yield f"{long_date(day)} : férié ({name}), non compté."
    sundays = [short_date(day) for day, name in names.items() if not name]
    if sundays:
        s = "s" if len(sundays) > 1 else ""
        yield f"dimanche{s} {', '.join(sundays)} : non compté{s}."


def _to_keep(duty: str, limit: Limit, received: date, region: Region) -> Iterator[str]:
    which = "" if limit.office == limit.acpr else "la plus proche des deux dates, "
    yield f"{duty}, à retenir : {which}{long_date(limit.operational)}."
    if limit.operational < received:
        yield "Ce délai était déjà dépassé à la réception : agir sans attendre."
    elif not is_business_day(limit.operational, region):
        name = holiday_name(limit.operational, region)
        closed = f"est férié ({name})" if name else "n’est pas ouvré"
        aim = f"viser le {long_date(limit.target)}, dernier jour ouvré d’avant"
        if limit.target < received:
            aim = "plus de jour ouvré d’ici là, agir sans attendre"
        # Art. 642 CPC extends procedural limits only; neither reference grants it (§7.1).
        yield f"Pas de report : le délai expire le jour dit même s’il {closed} ; {aim}."
