"""The last weeks of what was observed, and the seasonal naive forecast that reads from them."""

from typing import ClassVar

import numpy as np

from wattstone.forecasting.arrays import Floats, Ints, Stateful
from wattstone.forecasting.clock import Clock

__all__ = ["History", "seasonal_naive"]


class History(Stateful):
    """A ring of the last observations of many series.

    Parameters
    ----------
    length : int
        Steps that are kept.
    series : int
        How many series.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ("ring", "newest")

    def __init__(self, length: int, series: int) -> None:
        self.ring: Floats = np.full((length, series), np.nan)
        self.newest = np.int64(-1)

    def put(self, index: int, values: Floats) -> None:
        """Keep the values of the step after the newest one; (series,)."""
        self.ring[index % len(self.ring)] = values
        self.newest = np.int64(index)

    def rows(self, indices: Ints) -> Floats:
        """What was observed at some steps: (..., series), NaN for what is absent, too old or still to come."""
        newest, length = int(self.newest), len(self.ring)
        found = self.ring[indices % length]
        outside = (indices > newest) | (indices <= newest - length) | (indices < 0)
        if outside.any():
            found[outside] = np.nan
        return found


def seasonal_naive(history: History, clock: Clock, targets: Ints, *, days: int, tries: int = 3) -> Floats:
    """What was observed at the same local time, the last time that it came round and was measured.

    Parameters
    ----------
    history : History
        What was seen.
    clock : Clock
        Of the same steps.
    targets : (step,) array of int
        Steps after the newest one.
    days : int
        The season: 1 for a day, 7 for a week.
    tries : int
        Seasons that are gone back through where a value is absent.

    Returns
    -------
    (step, series) array
        NaN where none of the tries was measured.
    """
    newest = int(history.newest)
    ahead = -(-(targets - newest) // clock.per_day)
    back = -(-ahead // days) * days
    sources = clock.before(targets, back)
    late = sources > newest  # a clock that was put forward in between
    if late.any():
        back = back + days * late
        sources = clock.before(targets, back)
    found = history.rows(sources)
    for _ in range(tries - 1):
        if not np.isnan(found).any():
            break
        back = back + days
        found = np.where(np.isnan(found), history.rows(clock.before(targets, back)), found)
    return found
