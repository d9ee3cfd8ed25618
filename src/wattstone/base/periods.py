"""Periods: local calendar years and months as half-open spans of UTC.

Stored times are naive UTC. A year or month of a site is that of its own IANA zone, so a month of 743 or 745 hours is
normal where a clock changes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, order=True)
class Period:
    """A half-open span of time, naive UTC: `start` belongs to it, `end` does not."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Length of the period. [h]"""
        return (self.end - self.start).total_seconds() / 3600

    def label(self, zone: str) -> str:
        """The period as people say it: `2019`, `2019-03`, or two dates."""
        first = self.start.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        last = self.end.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        if (first.day, last.day) == (1, 1) and (first.month, last.month) == (1, 1) and last.year == first.year + 1:
            return f"{first:%Y}"
        if (first.day, last.day) == (1, 1) and (last.year * 12 + last.month) - (first.year * 12 + first.month) == 1:
            return f"{first:%Y-%m}"
        return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _utc(year: int, month: int, zone: str) -> datetime:
    local = datetime(year, month, 1, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def local_month(year: int, month: int, zone: str) -> Period:
    """A calendar month on the clock of an IANA zone.

    Examples
    --------
    >>> local_month(2019, 3, "Europe/London").hours
    743.0
    """
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    return Period(_utc(year, month, zone), _utc(*following, zone))


def local_months(year: int, zone: str) -> tuple[Period, ...]:
    """The twelve months of a year on the clock of an IANA zone; each begins where the last one ends."""
    return tuple(local_month(year, month, zone) for month in range(1, 13))


def local_year(year: int, zone: str) -> Period:
    """A calendar year on the clock of an IANA zone.

    Examples
    --------
    >>> local_year(2018, "Asia/Seoul").start
    datetime.datetime(2017, 12, 31, 15, 0)
    """
    return Period(_utc(year, 1, zone), _utc(year + 1, 1, zone))
