"""What explains use: the intervals of a batch of meters, their place on the local calendar, and the weather."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Index = slice | Bools | Ints
Step = Literal["hour", "day", "bill"]

HOURS_A_WEEK = 168


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Intervals with their calendar and weather, shared by all meters of a batch: one zone, calendar and station.

    Parameters
    ----------
    step : {'hour', 'day', 'bill'}
        Hours, local days (of 23, 24 or 25 h), or bills of any length.
    zone : str
        IANA zone of the local calendar.
    start : (t,) array of datetime64[s]
        Starts, naive UTC, rising.
    hours : (t,) array
        Length of each interval. [h]
    date : (t,) array of datetime64[D]
        Local day in which it begins.
    hour : (t,) array of int
        Local hour in which it begins, 0 to 23.
    off : (t,) array of bool
        Public holidays, and days that the user says are off.
    temperature : (t,) array
        Mean air temperature; NaN where not known. [degC]
    irradiance : (t,) array or None
        Mean global horizontal irradiance. [W m-2]
    elevation : (t,) array or None
        Mean elevation of the sun above the horizon, 0 by night; None where nobody knows where the meters are. [degree]

    Notes
    -----
    Temperatures are degrees Celsius throughout; Fahrenheit is read and shown at the edge.
    """

    step: Step
    zone: str
    start: npt.NDArray[np.datetime64]
    hours: Floats
    date: npt.NDArray[np.datetime64]
    hour: Ints
    off: Bools
    temperature: Floats
    irradiance: Floats | None = None
    elevation: Floats | None = None

    def __len__(self) -> int:
        """Number of intervals."""
        return len(self.start)

    @cached_property
    def weekday(self) -> Ints:
        """Day of the week by the local date, Monday 0. (t,)"""
        return (self.date.astype("datetime64[D]").astype(np.int64) + 3) % 7

    @cached_property
    def month(self) -> Ints:
        """Local calendar month, 1 to 12. (t,)"""
        return self.date.astype("datetime64[M]").astype(np.int64) % 12 + 1

    @cached_property
    def week_hour(self) -> Ints:
        """Hour of the local week, Monday 00:00 is 0, to 167. (t,)"""
        return self.weekday * 24 + self.hour

    @cached_property
    def year_share(self) -> Floats:
        """How much of the local year has gone by, 0 up to 1. (t,)"""
        year = self.date.astype("datetime64[Y]")
        begin, end = year.astype("datetime64[D]"), (year + 1).astype("datetime64[D]")
        return (self.date - begin).astype(np.float64) / (end - begin).astype(np.float64)

    def take(self, at: Index) -> "Conditions":
        """Some of the intervals, in their order."""
        return replace(
            self,
            start=self.start[at],
            hours=self.hours[at],
            date=self.date[at],
            hour=self.hour[at],
            off=self.off[at],
            temperature=self.temperature[at],
            irradiance=None if self.irradiance is None else self.irradiance[at],
            elevation=None if self.elevation is None else self.elevation[at],
        )


@dataclass(frozen=True, kw_only=True)
class Extra:
    """Independent variables of each meter beside the weather: production, occupancy, degree days.

    Parameters
    ----------
    names : tuple of str
        k of them.
    values : (m, t, k) array
        Mean of the interval; NaN where not known.
    """

    names: tuple[str, ...]
    values: Floats

    def take(self, at: Index) -> "Extra":
        """Some of the intervals."""
        return replace(self, values=self.values[:, at])

    def rows(self, at: Index) -> "Extra":
        """Some of the meters."""
        return replace(self, values=self.values[at])
