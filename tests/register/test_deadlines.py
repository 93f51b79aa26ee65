"""The limits of a complaint: the worked examples of regulation §7.3, its properties §7.5."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.calendar import Region, add_working_days, civil_date, end_of_day, is_business_day
from register.deadlines import (
    Deadlines,
    Limit,
    Rules,
    as_json,
    compute,
    from_json,
    plausible_sent,
)
from register.french import long_date, short_date

PARIS = ZoneInfo("Europe/Paris")
NANCY = Rules()
METZ = Rules(region=Region.ALSACE_MOSELLE)
OUVRABLES = Rules(ack_unit="ouvrables")
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
DELAYS = st.integers(0, 60).map(timedelta)
REGIONS = st.sampled_from([NANCY, METZ])


@dataclass(frozen=True)
class Example:
    """A row of §7.3: facts; then cabinet, ACPR, operational and, where given, prudent date."""

    number: str
    received: str
    sent: str
    ack: tuple[str, ...]
    answer: tuple[str, ...]
    rules: Rules = NANCY
    oral: bool = False

    def computed(self) -> Deadlines:
        return compute(day(self.received), day(self.sent), self.rules, oral=self.oral)


def day(text: str) -> date:
    """A date as the regulation writes it: JJ/MM/AA."""
    number, month, year = text.split("/")
    return date(2000 + int(year), int(month), int(number))


def row(
    number: str, facts: str, ack: str, answer: str, rules: Rules = NANCY, *, oral: bool = False
) -> Example:
    """``facts``: day received, then day sent if another."""
    received, sent = (facts.split() * 2)[:2]
    return Example(number, received, sent, tuple(ack.split()), tuple(answer.split()), rules, oral)


EXAMPLES = [
    row("1", "23/11/26", "03/12/26 04/12/26 03/12/26", "23/01/27 23/01/27 23/01/27 22/01/27"),
    row("2", "23/11/26 21/11/26", "03/12/26 03/12/26 03/12/26", "23/01/27 21/01/27 21/01/27"),
    row(
        "3",
        "05/11/26 02/11/26",
        "15/11/26 14/11/26 14/11/26 13/11/26",
        "05/01/27 02/01/27 02/01/27 31/12/26",
    ),
    row(
        "4",
        "31/12/26",
        "10/01/27 13/01/27 10/01/27 08/01/27",
        "28/02/27 28/02/27 28/02/27 26/02/27",
    ),
    row("5", "31/12/27", "10/01/28 13/01/28 10/01/28", "29/02/28 29/02/28 29/02/28"),
    row("6a", "29/12/26", "08/01/27 11/01/27 08/01/27", "28/02/27 28/02/27 28/02/27"),
    row("6b", "29/12/27", "08/01/28 11/01/28 08/01/28", "29/02/28 29/02/28 29/02/28"),
    row("6c", "30/12/27", "09/01/28 12/01/28 09/01/28", "29/02/28 29/02/28 29/02/28"),
    row("7", "15/12/26", "25/12/26 28/12/26 25/12/26 24/12/26", "15/02/27 15/02/27 15/02/27"),
    row(
        "7 Moselle",
        "15/12/26",
        "25/12/26 29/12/26 25/12/26 24/12/26",
        "15/02/27 15/02/27 15/02/27",
        METZ,
    ),
    row(
        "8",
        "17/03/27",
        "27/03/27 30/03/27 27/03/27 26/03/27",
        "17/05/27 17/05/27 17/05/27 14/05/27",
    ),
    row(  # Good Friday is a holiday there: the day to aim at is the Thursday
        "8 Alsace-Moselle",
        "17/03/27",
        "27/03/27 31/03/27 27/03/27 25/03/27",
        "17/05/27 17/05/27 17/05/27 14/05/27",
        METZ,
    ),
    row("9", "28/04/27", "08/05/27 13/05/27 08/05/27 07/05/27", "28/06/27 28/06/27 28/06/27"),
    row("10", "31/08/27", "10/09/27 11/09/27 10/09/27", "31/10/27 31/10/27 31/10/27 29/10/27"),
    row("11", "28/02/27", "10/03/27 11/03/27 10/03/27", "28/04/27 28/04/27 28/04/27"),
    row("12", "01/01/27", "11/01/27 13/01/27 11/01/27", "01/03/27 01/03/27 01/03/27"),
    row("13", "01/08/27", "11/08/27 12/08/27 11/08/27", "01/10/27 01/10/27 01/10/27"),
    row("14", "20/03/27", "30/03/27 02/04/27 30/03/27", "20/05/27 20/05/27 20/05/27"),
    row("15", "17/10/26", "27/10/26 29/10/26 27/10/26", "17/12/26 17/12/26 17/12/26"),
    row("16", "04/12/26 26/11/26", "14/12/26 08/12/26 08/12/26", "04/02/27 26/01/27 26/01/27"),
    row(
        "17",
        "02/10/26 01/09/26",
        "12/10/26 12/09/26 12/09/26",
        "02/12/26 01/11/26 01/11/26 30/10/26",
    ),
    row("18", "23/11/26", "03/12/26 04/12/26 03/12/26", "23/01/27 23/01/27 23/01/27"),
    row(
        "19",
        "23/11/26 30/11/26",
        "03/12/26 11/12/26 03/12/26",
        "23/01/27 30/01/27 23/01/27",
        oral=True,
    ),
    row("20", "23/11/26", "03/12/26 04/12/26 03/12/26", "23/01/27 23/01/27 23/01/27"),
    row("21", "05/05/27", "15/05/27 20/05/27 15/05/27 14/05/27", "05/07/27 05/07/27 05/07/27"),
    row("22", "29/02/28", "10/03/28 11/03/28 10/03/28", "29/04/28 29/04/28 29/04/28"),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.number)
def test_worked_example(example: Example) -> None:
    limits = example.computed()
    assert dates(limits.ack)[: len(example.ack)] == list(map(day, example.ack))
    assert dates(limits.answer)[: len(example.answer)] == list(map(day, example.answer))


def dates(limit: Limit) -> list[date]:
    return [limit.office, limit.acpr, limit.operational, limit.target]


@pytest.mark.parametrize(
    ("arrived", "ack_ends", "answer"),
    [
        ("2026-12-31T23:30:00+00:00", "2027-01-11T23:59:59+01:00", "2027-03-01"),  # example 12
        ("2027-07-31T22:15:00+00:00", "2027-08-11T23:59:59+02:00", "2027-10-01"),  # example 13
        ("2027-03-20T09:00:00+01:00", "2027-03-30T23:59:59+02:00", "2027-05-20"),  # example 14
        ("2026-10-17T09:00:00+02:00", "2026-10-27T23:59:59+01:00", "2026-12-17"),  # example 15
    ],
)
def test_limits_are_days_of_paris_from_arrival_to_midnight(
    arrived: str, ack_ends: str, answer: str
) -> None:
    received = civil_date(datetime.fromisoformat(arrived), PARIS)
    limits = compute(received, received, NANCY)
    end = end_of_day(limits.ack.operational, PARIS)
    assert end.isoformat(timespec="seconds") == ack_ends
    assert limits.answer.operational == date.fromisoformat(answer)


def test_a_full_answer_within_the_limit_meets_both_duties() -> None:
    limits = compute(day("23/11/26"), None, NANCY)  # example 18
    answered = day("01/12/26")
    assert answered <= limits.ack.operational
    assert answered <= limits.answer.operational


def test_the_mediator_is_open_from_the_day_after_two_months_for_a_year_in_all() -> None:
    limits = compute(day("23/11/26"), None, NANCY)  # example 20
    assert limits.mediation_opens == day("24/01/27")
    assert limits.mediation_ends == day("23/11/27")


def test_the_mediator_counts_from_the_sending_not_from_the_receipt() -> None:
    limits = compute(day("05/11/26"), day("02/11/26"), NANCY)
    assert (limits.mediation_opens, limits.mediation_ends) == (day("03/01/27"), day("02/11/27"))


def test_the_office_may_count_in_working_days_too() -> None:
    limits = compute(day("15/12/26"), None, OUVRABLES)
    assert limits.ack.office == limits.ack.acpr == day("28/12/26")
    assert "15/12/2026 + 10 jours ouvrables" in limits.explanation[2]
    assert limits.explanation.count("vendredi 25 décembre 2026 : férié (Noël), non compté.") == 2


def test_working_days_of_the_office_start_at_the_receipt() -> None:
    limits = compute(day("23/11/26"), day("21/11/26"), OUVRABLES)
    assert (limits.ack.office, limits.ack.acpr) == (day("04/12/26"), day("03/12/26"))
    office, its_sundays, acpr, other_sundays = limits.explanation[2:6]
    assert "procédure du cabinet : 23/11/2026 + 10 jours ouvrables" in office
    assert its_sundays == "dimanche 29/11/2026 : non compté."
    assert "ACPR : 21/11/2026 + 10 jours ouvrables" in acpr
    assert other_sundays == "dimanches 22/11/2026, 29/11/2026 : non comptés."


def test_the_office_may_be_stricter_but_never_changes_the_limits_of_the_acpr() -> None:
    strict = compute(day("23/11/26"), None, Rules(ack_days=1, answer_months=1))
    assert strict.ack == Limit(*map(day, ["24/11/26", "04/12/26", "24/11/26", "24/11/26"]))
    assert strict.answer == Limit(*map(day, ["23/12/26", "23/01/27", "23/12/26", "23/12/26"]))
    assert "23/11/2026 + 1 jour calendaire → mardi 24 novembre 2026." in strict.explanation[2]


def test_a_sending_after_the_receipt_is_not_believed_unless_the_complaint_was_oral() -> None:
    received, later = day("23/11/26"), day("30/11/26")
    assert compute(received, later, NANCY).sent == received
    assert compute(received, later, NANCY, oral=True).sent == later
    assert compute(received, None, NANCY, oral=True).sent == received


# Properties of §7.5; (a), (g) and (h) are in test_calendar.


@given(DAYS, REGIONS)
def test_sent_when_received_the_office_is_the_stricter(received: date, rules: Rules) -> None:
    ack = compute(received, received, rules).ack  # (b)
    assert ack.operational == ack.office


@given(DAYS, DELAYS, REGIONS)
def test_sent_before_it_was_received_the_acpr_wants_its_answer_first(
    received: date, delay: timedelta, rules: Rules
) -> None:
    answer = compute(received, received - delay, rules).answer  # (c)
    assert answer.operational == answer.acpr


@given(DAYS, DELAYS, DELAYS, DELAYS, st.sampled_from([NANCY, METZ, OUVRABLES]))
def test_who_is_later_is_never_due_earlier(
    received: date, delay: timedelta, later: timedelta, faster: timedelta, rules: Rules
) -> None:
    before = compute(received, received - delay, rules)  # (d)
    sent = min(before.sent + faster, received + later)
    after = compute(received + later, sent, rules)
    for one, other in zip(moments(before), moments(after), strict=True):
        assert one <= other


def moments(limits: Deadlines) -> list[date]:
    mediation = [limits.mediation_opens, limits.mediation_ends]
    return [*dates(limits.ack), *dates(limits.answer), *mediation]


@given(DAYS)
def test_alsace_moselle_never_gives_an_earlier_limit_of_the_acpr(received: date) -> None:
    metz, nancy = compute(received, None, METZ), compute(received, None, NANCY)  # (e)
    assert metz.ack.acpr >= nancy.ack.acpr
    assert (metz.ack.office, metz.answer.office) == (nancy.ack.office, nancy.answer.office)


@given(DAYS, st.integers(0, 24 * 60 - 1))
def test_the_minute_of_arrival_changes_nothing(received: date, minute: int) -> None:
    midnight = datetime(received.year, received.month, received.day, tzinfo=PARIS)  # (f)
    arrived = (midnight + timedelta(minutes=minute)).astimezone(UTC)
    assert compute(civil_date(arrived, PARIS), None, NANCY) == compute(received, None, NANCY)


@pytest.mark.parametrize("year", [2028, 2032])
def test_a_leap_year_lends_its_day_to_the_end_of_december(year: int) -> None:
    limits = compute(date(year - 1, 12, 31), None, NANCY)  # (h)
    assert limits.answer.operational == date(year, 2, 29)
    assert compute(date(year, 2, 29), None, NANCY).mediation_ends == date(year + 1, 2, 28)


@given(DAYS, DELAYS, REGIONS)
def test_the_target_is_a_worked_day_not_after_the_limit(
    received: date, delay: timedelta, rules: Rules
) -> None:
    limits = compute(received, received - delay, rules)
    for limit in (limits.ack, limits.answer):
        assert limit.operational == min(limit.office, limit.acpr)
        assert limit.target <= limit.operational
        assert is_business_day(limit.target, rules.region)


# Every date explains itself.


def test_the_explanation_can_be_followed_line_by_line() -> None:
    limits = compute(day("05/11/26"), day("02/11/26"), NANCY)
    assert limits.explanation == (
        "Réclamation reçue le jeudi 5 novembre 2026 (jour non compté).",
        "Envoyée le lundi 2 novembre 2026 (jour non compté) : "
        "les délais de l’ACPR partent de l’envoi.",
        "Accusé de réception, procédure du cabinet : "
        "05/11/2026 + 10 jours calendaires → dimanche 15 novembre 2026.",
        "Accusé de réception, ACPR : 02/11/2026 + 10 jours ouvrables (du lundi au samedi, "
        "sauf jours fériés : métropole) → samedi 14 novembre 2026.",
        "mercredi 11 novembre 2026 : férié (Armistice), non compté.",
        "dimanche 08/11/2026 : non compté.",
        "Accusé de réception, à retenir : la plus proche des deux dates, samedi 14 novembre 2026.",
        "Pas de report : le délai expire le jour dit même s’il n’est pas ouvré ; "
        "viser le vendredi 13 novembre 2026, dernier jour ouvré d’avant.",
        "Réponse, procédure du cabinet : "
        "05/11/2026 + 2 mois → mardi 5 janvier 2027 (même quantième).",
        "Réponse, ACPR : 02/11/2026 + 2 mois → samedi 2 janvier 2027 (même quantième).",
        "Réponse, à retenir : la plus proche des deux dates, samedi 2 janvier 2027.",
        "Pas de report : le délai expire le jour dit même s’il n’est pas ouvré ; "
        "viser le jeudi 31 décembre 2026, dernier jour ouvré d’avant.",
        "Médiateur : peut être saisi à partir du dimanche 3 janvier 2027 (plus de 2 mois après "
        "le 02/11/2026), qu’il y ait eu réponse ou non, et jusqu’au mardi 2 novembre 2027 (1 an).",
    )


@pytest.mark.parametrize(
    ("received", "rules", "line"),
    [
        ("28/04/27", NANCY, "samedi 1er mai 2027 : férié (Fête du Travail), non compté."),
        ("28/04/27", NANCY, "jeudi 6 mai 2027 : férié (Ascension), non compté."),
        ("28/04/27", NANCY, "samedi 8 mai 2027 : férié (Fête de la Victoire), non compté."),
        ("23/10/26", NANCY, "dimanche 1er novembre 2026 : férié (Toussaint), non compté."),
        ("17/03/27", METZ, "vendredi 26 mars 2027 : férié (Vendredi saint), non compté."),
        ("15/12/26", METZ, "samedi 26 décembre 2026 : férié (Saint-Étienne), non compté."),
        ("31/12/26", NANCY, "vendredi 1er janvier 2027 : férié (Jour de l’an), non compté."),
        ("31/12/26", NANCY, "dimanches 03/01/2027, 10/01/2027 : non comptés."),
        (
            "31/12/26",
            NANCY,
            "Réponse, ACPR : 31/12/2026 + 2 mois → dimanche 28 février 2027 "
            "(pas de 31 : fin du mois).",
        ),
        (
            "15/12/26",
            NANCY,
            "Pas de report : le délai expire le jour dit même s’il est férié (Noël) ; "
            "viser le jeudi 24 décembre 2026, dernier jour ouvré d’avant.",
        ),
        ("15/12/26", NANCY, "Réponse, à retenir : lundi 15 février 2027."),
    ],
)
def test_the_explanation_says(received: str, rules: Rules, line: str) -> None:
    assert line in compute(day(received), None, rules).explanation


@given(DAYS, DELAYS, st.sampled_from([NANCY, METZ, OUVRABLES]))
def test_the_explanation_names_every_date_and_every_day_skipped(
    received: date, delay: timedelta, rules: Rules
) -> None:
    limits = compute(received, received - delay, rules)
    text = "\n".join(limits.explanation)
    for one in (limits.received, limits.sent, *named(limits)):
        assert long_date(one) in text
    off = [line for line in limits.explanation if "non compté." in line or "comptés." in line]
    for one in skipped(limits.sent, rules.region):
        assert any(long_date(one) in line or short_date(one) in line for line in off)


def named(limits: Deadlines) -> list[date]:
    ack, answer = limits.ack, limits.answer
    both = [ack.office, ack.acpr, answer.office, answer.acpr]
    return [*both, limits.mediation_opens, limits.mediation_ends]


def skipped(start: date, region: Region) -> list[date]:
    """The days that ten steps of one working day each jump over."""
    steps = [add_working_days(start, n, region) for n in range(11)]
    until = steps[-1]
    return [
        one for n in range(1, (until - start).days) if (one := start + timedelta(n)) not in steps
    ]


@pytest.mark.parametrize(
    ("received", "sent", "oral", "line"),
    [
        (
            "23/11/26",
            None,
            False,
            "Date d’envoi inconnue : les délais de l’ACPR partent de la réception.",
        ),
        (
            "23/11/26",
            "24/11/26",
            False,
            "Date d’envoi annoncée, mardi 24 novembre 2026, postérieure à la réception : "
            "les délais de l’ACPR partent de la réception.",
        ),
        (
            "23/11/26",
            "23/11/26",
            False,
            "Envoyée le même jour : les délais de l’ACPR partent aussi de ce jour.",
        ),
        (
            "23/11/26",
            "30/11/26",
            True,
            "Réclamation orale, écrite le lundi 30 novembre 2026 (jour non compté) : "
            "les délais de l’ACPR partent de l’écrit.",
        ),
        (
            "23/11/26",
            None,
            True,
            "Réclamation orale, pas encore écrite : par prudence, les délais de l’ACPR partent "
            "de la réception ; le médiateur demande un écrit.",
        ),
    ],
)
def test_the_second_line_says_where_the_clock_of_the_acpr_starts(
    received: str, sent: str | None, oral: bool, line: str
) -> None:
    limits = compute(day(received), day(sent) if sent else None, NANCY, oral=oral)
    assert limits.explanation[1] == line


def test_a_limit_over_before_the_receipt_is_said_to_be() -> None:
    limits = compute(day("02/10/26"), day("01/09/26"), NANCY)  # example 17
    assert "Ce délai était déjà dépassé à la réception : agir sans attendre." in limits.explanation
    assert not any("11 septembre" in line for line in limits.explanation)  # nothing to aim at


@pytest.mark.parametrize(
    ("received", "aim"),
    [  # the limit is Saturday 12 September
        ("11/09/26", "viser le vendredi 11 septembre 2026, dernier jour ouvré d’avant"),
        ("12/09/26", "plus de jour ouvré d’ici là, agir sans attendre"),
    ],
)
def test_a_day_over_before_the_receipt_is_not_one_to_aim_at(received: str, aim: str) -> None:
    limits = compute(day(received), day("01/09/26"), NANCY)
    assert (
        f"Pas de report : le délai expire le jour dit même s’il n’est pas ouvré ; {aim}."
    ) in limits.explanation


# When was it sent?

ARRIVED = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 9 h in Paris


@pytest.mark.parametrize(
    ("header", "sent", "doubt"),
    [
        ("2026-11-23T08:59:00+01:00", "23/11/26", ""),
        ("2026-11-21T20:00:00+01:00", "21/11/26", ""),  # example 2
        ("2026-11-22T23:30:00+00:00", "23/11/26", ""),  # past midnight in Paris
        ("2026-11-16T00:00:00+01:00", "16/11/26", ""),  # seven days before, whatever the hour
        ("2026-11-23T09:05:00+01:00", "23/11/26", ""),  # a clock five minutes fast
        ("2026-11-15T23:59:00+01:00", "23/11/26", "dimanche 15 novembre 2026"),
        ("2026-11-24T00:00:00+01:00", "23/11/26", "mardi 24 novembre 2026"),
        ("1970-01-01T00:00:00+00:00", "23/11/26", "jeudi 1er janvier 1970"),
        ("9999-12-31T23:30:00+00:00", "23/11/26", "illisible"),
        ("0001-01-01T00:00:00+14:00", "23/11/26", "illisible"),
        (None, "23/11/26", "inconnue"),
    ],
)
def test_a_header_is_believed_up_to_seven_days_before_the_arrival(
    header: str | None, sent: str, doubt: str
) -> None:
    written = datetime.fromisoformat(header) if header else None
    found, said = plausible_sent(written, ARRIVED, PARIS)
    assert found == day(sent)
    assert doubt in said if doubt else said == ""


def test_a_doubt_is_told_in_place_of_a_sending_nobody_believes() -> None:
    sent, doubt = plausible_sent(datetime(2026, 9, 1, tzinfo=UTC), ARRIVED, PARIS)
    limits = compute(day("23/11/26"), sent, NANCY, doubt=doubt)
    assert limits.explanation[1] == (
        "Date d’envoi annoncée, mardi 1er septembre 2026, ni le jour de l’arrivée ni dans les "
        "7 jours d’avant : les délais de l’ACPR partent de la réception."
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        plausible_sent(datetime(2026, 11, 23, 9), ARRIVED, PARIS)  # noqa: DTZ001 - the point


# As the register keeps it.


def test_the_document_holds_every_date_in_iso() -> None:
    document = as_json(compute(day("05/11/26"), day("02/11/26"), NANCY))
    explanation = document.pop("explanation")
    assert isinstance(explanation, list)
    assert explanation[0] == "Réclamation reçue le jeudi 5 novembre 2026 (jour non compté)."
    assert document == {
        "received": "2026-11-05",
        "sent": "2026-11-02",
        "ack": {
            "office": "2026-11-15",
            "acpr": "2026-11-14",
            "operational": "2026-11-14",
            "target": "2026-11-13",
        },
        "answer": {
            "office": "2027-01-05",
            "acpr": "2027-01-02",
            "operational": "2027-01-02",
            "target": "2026-12-31",
        },
        "mediation": {"opens": "2027-01-03", "ends": "2027-11-02"},
    }


@given(DAYS, DELAYS, REGIONS)
def test_what_is_kept_is_read_back_the_same(received: date, delay: timedelta, rules: Rules) -> None:
    limits = compute(received, received - delay, rules)
    assert from_json(as_json(limits)) == limits


@pytest.mark.parametrize(
    ("one", "long", "short"),
    [
        ("01/01/27", "vendredi 1er janvier 2027", "01/01/2027"),
        ("11/02/27", "jeudi 11 février 2027", "11/02/2027"),
        ("31/08/27", "mardi 31 août 2027", "31/08/2027"),
        ("21/12/26", "lundi 21 décembre 2026", "21/12/2026"),
    ],
)
def test_dates_are_written_as_the_office_writes_them(one: str, long: str, short: str) -> None:
    assert (long_date(day(one)), short_date(day(one))) == (long, short)
