"""Arrays, curves and the grid of intervals that every machine shares."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]
Value = float | Floats

MICROSECONDS_PER_HOUR = 3_600_000_000


@dataclass(frozen=True)
class Curve:
    """A piecewise linear curve, held constant beyond its ends.

    Parameters
    ----------
    x : tuple of float
        Positions, rising.
    y : tuple of float
        Values at the positions.

    Raises
    ------
    ValueError
        If the positions do not rise, or are not as many as the values.

    Examples
    --------
    >>> Curve((0.0, 1.0), (0.8, 0.9)).at(np.array([0.5, 2.0]))
    array([0.85, 0.9 ])
    """

    x: tuple[float, ...]
    y: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y) or not self.x or not np.all(np.diff(self.x) > 0):
            raise ValueError("a curve has as many values as positions, one or more, and its positions rise")

    @classmethod
    def constant(cls, value: float) -> "Curve":
        """The curve that has one value everywhere."""
        return cls((0.0,), (float(value),))

    @property
    def is_constant(self) -> bool:
        """Whether it has the same value everywhere."""
        return len(set(self.y)) == 1

    def at(self, x: npt.ArrayLike) -> Floats:
        """Values at `x`, in its shape; NaN where it is NaN."""
        return np.interp(np.asarray(x, dtype=float), self.x, self.y)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Intervals of one length, one after another.

    Parameters
    ----------
    start : datetime64
        Start of the first interval, naive UTC.
    hours : float
        Length of an interval; it is a whole number of microseconds. [h]
    steps : int
        Number of intervals, t.

    Examples
    --------
    >>> Grid(start=np.datetime64("2024-01-01"), hours=0.25, steps=2).edges().astype("datetime64[m]")
    array(['2024-01-01T00:00', '2024-01-01T00:15', '2024-01-01T00:30'], dtype='datetime64[m]')
    """

    start: np.datetime64
    hours: float
    steps: int

    def __post_init__(self) -> None:
        if not self.hours > 0 or self.steps < 0:
            raise ValueError("a grid has intervals longer than 0 h, and 0 of them or more")

    def edges(self) -> Times:
        """Starts of the intervals and the end of the last: (t + 1,) datetime64 in microseconds, naive UTC."""
        return self._at(np.arange(self.steps + 1))

    def starts(self) -> Times:
        """Starts of the intervals: (t,) datetime64 in microseconds, naive UTC."""
        return self._at(np.arange(self.steps))

    def position(self, times: Times) -> Floats:
        """Hours from the start of the grid to each time, negative before it; NaN for NaT. [h]"""
        distance = times.astype("datetime64[us]") - self.start.astype("datetime64[us]")
        hours = distance.astype("timedelta64[us]").astype(np.int64) / MICROSECONDS_PER_HOUR
        return np.where(np.isnat(distance), np.nan, hours)

    def _at(self, count: npt.NDArray[np.int64]) -> Times:
        passed = np.round(count * (self.hours * MICROSECONDS_PER_HOUR)).astype("timedelta64[us]")
        return self.start.astype("datetime64[us]") + passed


def over_steps(value: npt.ArrayLike, steps: int) -> Floats:
    """A constant or a (t,) series as a (t,) array of its own."""
    return np.array(np.broadcast_to(np.asarray(value, dtype=float), (steps,)))
