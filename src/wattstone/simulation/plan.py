"""What is to be simulated, and random streams that make each part independent of all others."""

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

import numpy as np

from wattstone.base import Period, local_year
from wattstone.simulation.places import known_years

ZONE = "Asia/Shanghai"
MOST_SITES = 9999
INTERVALS = (15, 30, 60)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A simulated portfolio. The same plan gives the same readings (with the same version of numpy).

    Parameters
    ----------
    sites : int
        How many, 1 to 9999. Site k does not depend on how many follow it.
    year : int
        The year that is reported; faults and the retrofit lie in it.
    seed : int
        0 or more.
    interval_minutes : {15, 30, 60}
    years : int
        Calendar years of readings, the last of which is `year`; 2, so that there is a year to compare with.
    faults, retrofit : bool
        Whether faults are planted, and whether one measure is carried out.

    Raises
    ------
    ValueError
        If a parameter is outside its range, or the holidays of a year are not known.
    """

    sites: int = 40
    year: int = 2022
    seed: int = 1
    interval_minutes: int = 15
    years: int = 2
    faults: bool = True
    retrofit: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.sites <= MOST_SITES:
            raise ValueError(f"sites must be 1 to {MOST_SITES}, not {self.sites}")
        if self.interval_minutes not in INTERVALS:
            raise ValueError(f"interval_minutes must be one of {INTERVALS}, not {self.interval_minutes}")
        if self.seed < 0:
            raise ValueError(f"seed must be 0 or more, not {self.seed}")
        missing = sorted(set(self.calendar_years) - set(known_years()))
        if self.years < 1 or missing:
            raise ValueError(f"holidays are known for {known_years()}; not for {missing or 'no year at all'}")

    @property
    def calendar_years(self) -> tuple[int, ...]:
        """The years with readings."""
        return tuple(range(self.year - self.years + 1, self.year + 1))

    @property
    def period(self) -> Period:
        """All of the readings, naive UTC."""
        return Period(local_year(self.calendar_years[0], ZONE).start, local_year(self.year, ZONE).end)

    @property
    def reported(self) -> Period:
        """The reported year, naive UTC."""
        return local_year(self.year, ZONE)

    @property
    def steps_per_day(self) -> int:
        """Intervals in a day; the zone has no clock changes."""
        return 1440 // self.interval_minutes

    def step_of(self, moment: datetime) -> int:
        """Index of the interval that begins at a moment of naive UTC."""
        return round((moment - self.period.start).total_seconds()) // (60 * self.interval_minutes)


def stream(plan: Plan, *path: int | str) -> np.random.Generator:
    """Random numbers for one purpose, which no other purpose can disturb.

    Parameters
    ----------
    plan : Plan
        Its seed counts, nothing else.
    path : int or str
        The purpose: a site's index, a meter's name.

    Returns
    -------
    numpy.random.Generator
    """
    return np.random.default_rng(
        [plan.seed, *(crc32(part.encode()) if isinstance(part, str) else part for part in path)]
    )
