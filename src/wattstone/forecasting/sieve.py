"""Readings that no series gives: a slip of the unit or of the decimal point, seen once, must not be learnt from."""

from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful

__all__ = ["Sieve"]

_BEYOND = 5.0  # times the largest value that was ever taken: new, or a fault
_WEEK = 7


class Sieve(Stateful):
    """Holds back values far beyond all that was seen, until they have stayed for a while.

    A value of more than five times the largest one taken so far is held back as absent. One that is so for an hour
    without a break (three steps at least) is a new level of the series, and is taken. The first week is taken as it
    comes: nothing is known of the series by then.

    Parameters
    ----------
    series : int
        How many.
    per_day : int
        Steps of a day.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("largest", "seen", "doubted")

    def __init__(self, series: int, per_day: int) -> None:
        self.patience = max(3, per_day // 24)
        self.young = _WEEK * per_day
        self.largest: Floats = np.zeros(series)
        self.seen: Ints = np.zeros(series, dtype=np.int64)
        self.doubted: Ints = np.zeros(series, dtype=np.int64)

    def sifted(self, values: Floats) -> Floats:
        """The values of a step, (series,), NaN where they are held back."""
        size = np.abs(values)
        known = np.isfinite(size)
        wild = (size > _BEYOND * self.largest) & (self.largest > 0) & (self.seen >= self.young)
        self.doubted = np.where(wild, self.doubted + 1, np.where(known, 0, self.doubted))
        held = wild & (self.doubted < self.patience)
        taken = known & ~held
        self.doubted = np.where(taken, 0, self.doubted)
        self.seen = self.seen + taken
        self.largest = np.where(taken, np.fmax(self.largest, size), self.largest)
        return np.where(held, np.nan, values)
