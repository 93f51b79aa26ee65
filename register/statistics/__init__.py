"""What the register counts: the indicators of a period (regulation §3.4), and how the machine fares."""

from register.statistics.indicators import Indicators, as_json, indicators
from register.statistics.machine import Agreement, Audit, Bot, agreement, audit, bot
from register.statistics.period import Period, Share

__all__ = [
    "Agreement",
    "Audit",
    "Bot",
    "Indicators",
    "Period",
    "Share",
    "agreement",
    "as_json",
    "audit",
    "bot",
    "indicators",
]
