"""Local dates and hours of a log's intervals, and means by them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Times

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Clock:
    """The local clock of a log.

    Parameters
    ----------
    dates : (d,) array of datetime64[D]
        Local dates that have an interval.
    day : (t,) array of int
        Position of each interval's date.
    minute : (t,) array of int
        Minutes since local midnight at the start of each interval.
    """

    dates: Dates
    day: Ints
    minute: Ints

    @property
    def hour(self) -> Ints:
        """Local hour of each interval, 0 to 23: (t,) array."""
        return self.minute // 60

    @property
    def weekday(self) -> Ints:
        """Day of the week of each date, 0 = Monday: (d,) array."""
        return weekdays(self.dates)

    def by_hour(self, values: Floats, weight: Floats | None = None) -> Floats:
        """Means by date and local hour: (d, 24) array, NaN where nothing is known."""
        return self.grouped(values, self.day * 24 + self.hour, len(self.dates) * 24, weight).reshape(-1, 24)

    @staticmethod
    def grouped(values: Floats, group: Ints, groups: int, weight: Floats | None = None) -> Floats:
        """Weighted means of the known values of each group; NaN for a group that has none."""
        known = ~np.isnan(values)
        shares = known.astype(float) if weight is None else np.where(known, weight, 0.0)
        total = np.bincount(group, weights=np.where(known, values, 0.0) * shares, minlength=groups)
        count = np.bincount(group, weights=shares, minlength=groups)
        return np.divide(total, count, out=np.full(groups, np.nan), where=count > 0)


def weekdays(dates: Dates) -> Ints:
    """Day of the week, 0 = Monday.

    Examples
    --------
    >>> weekdays(np.array(["2024-01-01", "2024-01-07"], dtype="datetime64[D]"))
    array([0, 6])
    """
    return np.asarray((dates.astype("datetime64[D]").astype(np.int64) + 3) % 7, dtype=np.int64)


def clock(times: Times, zone: str) -> Clock:
    """The local clock of intervals.

    Parameters
    ----------
    times : (t,) array of datetime64
        Starts, naive UTC, rising.
    zone : str
        IANA zone.

    Examples
    --------
    >>> clock(np.array(["2024-06-30T16:30"], dtype="datetime64[us]"), "Asia/Shanghai").minute
    array([30])
    """
    import polars as pl

    utc = pl.Series("at", times.astype("datetime64[us]"))
    local = utc.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None).to_numpy()
    midnight = local.astype("datetime64[D]")
    dates, day = np.unique(midnight, return_inverse=True)
    minute = (local.astype("datetime64[us]") - midnight.astype("datetime64[us]")).astype(np.int64) // 60_000_000
    return Clock(dates, day.astype(np.int64), minute.astype(np.int64))
