"""The years and quarters that are counted, and shares of a number."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Moments = tuple[datetime, datetime]  # the first in, the second out


@dataclass(frozen=True)
class Period:
    """A year, or one of its quarters (1 to 4), of the office's own calendar."""

    year: int
    quarter: int | None = None

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.quarter - 2 if self.quarter else 1, 1)

    @property
    def last(self) -> date:
        if self.quarter in (None, 4):
            return date(self.year, 12, 31)
        return date(self.year, 3 * self.quarter + 1, 1) - timedelta(days=1)

    @property
    def french(self) -> str:
        if self.quarter is None:
            return f"année {self.year}"
        return f"{self.quarter}{'er' if self.quarter == 1 else 'e'} trimestre {self.year}"

    def moments(self, zone: ZoneInfo) -> Moments:
        """From its first midnight to the one after its last day."""
        first, end = self.first, self.last + timedelta(days=1)
        return datetime.combine(first, time(), zone), datetime.combine(end, time(), zone)


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.count / self.of if self.of else None
