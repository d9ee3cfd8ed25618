"""The clock of a live loop: steps on the wall clock's grid, waited for on a clock that never jumps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)
_EARLY = 0.1  # share of a step by which one may wake early, through a wall clock that is slewed, and still mean it


@dataclass(frozen=True)
class Moment:
    """One look at both clocks.

    Parameters
    ----------
    monotonic : float
        Of a clock that only ever goes forward. [s]
    wall : datetime
        Naive UTC, as the system believes it to be.
    """

    monotonic: float
    wall: datetime


class Timeline:
    """Steps on the wall clock's grid; a wall clock that leaves the monotonic one is noticed.

    The next step is waited for on the monotonic clock and never further away than one step, so that a clock that is
    set back by a day does not stop the loop for a day, and one that is set forward does not make it catch up.

    Parameters
    ----------
    step : timedelta
        Length of a step; a day is a whole number of them.
    tolerance : timedelta
        By how much the clocks may part between two looks before it is a jump.

    Raises
    ------
    ValueError
        If a day is not a whole number of steps.
    """

    def __init__(self, step: timedelta, *, tolerance: timedelta) -> None:
        if step <= timedelta(0) or timedelta(days=1) % step:
            raise ValueError(f"a day is not a whole number of steps of {step}")
        self.step = step
        self._tolerance = tolerance.total_seconds()
        self._seen: Moment | None = None

    def jumped(self, now: Moment) -> timedelta:
        """By how much the wall clock was set since the last look, beyond the tolerance; zero where it was not.

        Parameters
        ----------
        now : Moment
            Both clocks.

        Returns
        -------
        timedelta
            Positive where the clock was set forward; a computer that slept looks the same.
        """
        before, self._seen = self._seen, now
        if before is None:
            return timedelta(0)
        passed = (now.wall - before.wall).total_seconds()
        apart = passed - (now.monotonic - before.monotonic)
        return timedelta(seconds=apart) if abs(apart) > self._tolerance else timedelta(0)

    def start(self, now: Moment) -> datetime:
        """The start of the step that a moment lies in; a moment just before a step is meant to be in it."""
        return floor(now.wall + self.step * _EARLY, self.step)

    def due(self, now: Moment) -> float:
        """When the next step begins, on the monotonic clock; at most one step and a tenth away. [s]"""
        wait = (self.start(now) + self.step - now.wall).total_seconds()
        return now.monotonic + max(wait, 0.0)


def floor(wall: datetime, step: timedelta) -> datetime:
    """The start of the step on the grid from 1970 that a time lies in.

    Examples
    --------
    >>> floor(datetime(2026, 5, 1, 10, 17), timedelta(minutes=15))
    datetime.datetime(2026, 5, 1, 10, 15)
    """
    return wall - (wall - EPOCH) % step
