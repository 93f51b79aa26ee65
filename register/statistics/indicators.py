"""Every indicator of regulation §3.4, for governance, insurers, and the ACPR on request."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from register.database import Session
from register.statistics.delays import Delays, delays
from register.statistics.machine import Bot, bot
from register.statistics.outcomes import Mending, Outcomes, mending, outcomes
from register.statistics.period import Period
from register.statistics.volumes import Volumes, volumes


@dataclass(frozen=True)
class Indicators:
    """Of one period, as they stand on a day: a complaint that is open may still be late."""

    period: Period
    on: date
    volumes: Volumes
    delays: Delays
    outcomes: Outcomes
    mending: Mending
    bot: Bot


def indicators(session: Session, period: Period, today: date, zone: ZoneInfo) -> Indicators:
    return Indicators(
        period,
        today,
        volumes(session, period),
        delays(session, period, today),
        outcomes(session, period),
        mending(session, period, today),
        bot(session, period.moments(zone)),
    )


def as_json(found: Indicators) -> dict[str, Any]:
    """As one document: dates in ISO 8601, money in euros, each share with what it is of."""
    period = {"first": found.period.first, "last": found.period.last, **asdict(found.period)}
    document: dict[str, Any] = _plain({**asdict(found), "period": period})
    for name in ("gesture", "compensation"):
        cents = document["outcomes"].pop(f"{name}_cents")
        document["outcomes"][f"{name}_euros"] = cents / 100
    return document


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, dict):
        return value
    plain = {name: _plain(one) for name, one in value.items()}
    if plain.keys() == {"count", "of"}:
        share = plain["count"] / plain["of"] if plain["of"] else None
        plain["share"] = None if share is None else round(share, 4)
    return plain
