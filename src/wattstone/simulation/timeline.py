"""The days and intervals of a plan, as arrays of (days, steps in a day)."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from wattstone.simulation.places import is_holiday, is_spring_festival, is_working_day
from wattstone.simulation.plan import ZONE, Plan

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Timeline:
    """Local days (d) of a plan, each of the same number of steps (p).

    The zone has had no clock change since 1991, so a local day always has 24 hours.
    """

    plan: Plan

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Local dates."""
        first, last = date(self.plan.calendar_years[0], 1, 1), date(self.plan.year, 12, 31)
        return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))

    @property
    def shape(self) -> tuple[int, int]:
        """Days, and steps in a day."""
        return len(self.days), self.plan.steps_per_day

    @property
    def hours(self) -> float:
        """Length of a step. [h]"""
        return self.plan.interval_minutes / 60

    @cached_property
    def hour(self) -> Floats:
        """Local clock in the middle of each step, (p,). [h]"""
        return (np.arange(self.plan.steps_per_day, dtype=np.float64) + 0.5) * self.hours

    @cached_property
    def stamps(self) -> Ints:
        """Start of each step in UTC, (d * p,). [ms since 1970]"""
        start = int(self.plan.period.start.replace(tzinfo=UTC).timestamp() * 1000)
        return start + np.arange(self.shape[0] * self.shape[1], dtype=np.int64) * (60_000 * self.plan.interval_minutes)

    @cached_property
    def day_of_year(self) -> Floats:
        """1 to 366, (d,)."""
        return np.array([day.timetuple().tm_yday for day in self.days], dtype=np.float64)

    @cached_property
    def working(self) -> Bools:
        """Days on which offices work, (d,)."""
        return np.array([is_working_day(day) for day in self.days])

    @cached_property
    def idle(self) -> Bools:
        """Days of rest in industry that works six days: Sundays and holidays, (d,)."""
        return np.array([is_holiday(day) or (day.weekday() == 6 and not is_working_day(day)) for day in self.days])

    @cached_property
    def spring_festival(self) -> Bools:
        """Days around the lunar new year, (d,)."""
        return np.array([is_spring_festival(day) for day in self.days])

    @cached_property
    def elapsed(self) -> Floats:
        """Years since the first day, (d,)."""
        return np.arange(len(self.days)) / 365.25

    @property
    def utc_offset(self) -> float:
        """Local clock minus UTC. [h]"""
        offset = self.plan.period.start.replace(tzinfo=UTC).astimezone(ZoneInfo(ZONE)).utcoffset()
        return offset.total_seconds() / 3600 if offset is not None else 0.0

    def profile(self, *points: tuple[float, float]) -> Floats:
        """A daily profile through (hour, level) points, periodic, (p,)."""
        hours, levels = zip(*points, strict=True)
        return np.interp(self.hour, hours, levels, period=24)
