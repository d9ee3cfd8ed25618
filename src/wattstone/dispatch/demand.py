r"""What today's peak adds to the month's demand charge, as far as it can be known today.

A charge D is paid for the highest power p of a month, while a plan looks a day ahead. A peak is a good that is bought
once and then used on every day that is left, so that neither the full charge nor a fixed share of it is right. With
:math:`c_d(q)` the cost of running a day d that keeps below q, the expected cost of k days that are left is

.. math::
    V_0(p) = D p, \qquad V_k(p) = \mathrm{E}_d \min_{q \ge p} \left[ c_d(q) + V_{k-1}(q) \right]

and a plan for today weighs :math:`V_n(\max(x, p)) - V_n(p)`, with x its own peak and p that of the month so far. Were a
day to cost nothing above its peak :math:`m_d` and any price below it, this would be :math:`D \, \mathrm{E} \max(x, M)`
with M the highest of n days, whose slope is the charge times the probability that no day left goes higher.

The curves :math:`c_d` are those of days that have passed, from what happened in them: a day's program is solved at some
prices of its peak [1]_, and each optimum is a point of the convex curve. All functions are convex in p, so that the
program takes them as columns.

References
----------
.. [1] S. Boyd and L. Vandenberghe, Convex Optimization, Cambridge University Press, 2004, sections 3.3 and 5.6
   (conjugate functions; a constraint and its price).
"""

from __future__ import annotations

from calendar import monthrange
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from wattstone.dispatch.outlook import Outlook, State
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["DayCurve", "PeakBook", "PeakCost", "with_peak"]

SHARES = (0.002, 0.01, 0.02, 0.035, 0.06, 0.1, 0.2, 0.45, 1.0)
"""Prices of a day's peak at which its program is solved, as shares of the charge; a month has some 30 days."""
RISES = (0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95)
"""Slopes at which a piece of the cost begins, as shares of the charge."""
GRID = 120
FEW = 7


@dataclass(frozen=True, eq=False)
class PeakCost:
    """A convex, piecewise linear cost of the highest net power: 0 up to the first knot.

    Parameters
    ----------
    knots : (s,) array
        Where pieces begin, rising. [kW]
    slopes : (s,) array
        Of the pieces, rising, weights in them. [currency kW-1]
    """

    knots: Floats
    slopes: Floats

    @classmethod
    def above(cls, peak: float, rate: float) -> PeakCost:
        """The bare charge: a rate above a peak that is paid for already."""
        return cls(np.array([peak]), np.array([rate]))

    @property
    def widths(self) -> Floats:
        """Of the pieces; the last has no end. (s,) [kW]"""
        return np.append(np.diff(self.knots), np.inf)

    def at(self, peak: float) -> float:
        """Cost of a peak. [currency]

        Examples
        --------
        >>> PeakCost(np.array([10.0, 20.0]), np.array([1.0, 3.0])).at(22.0)
        16.0
        """
        return float(self.slopes @ np.clip(peak - self.knots, 0.0, self.widths))


@dataclass(frozen=True, eq=False)
class DayCurve:
    """What a day's running costs below a peak, beside the charge: convex and falling.

    Parameters
    ----------
    peaks, costs : (k,) arrays
        Points of it, peaks rising. [kW], [currency]
    slope : float
        By which it rises below the first: more than that no peak is worth. [currency kW-1]
    """

    peaks: Floats
    costs: Floats
    slope: float

    def at(self, peaks: Floats) -> Floats:
        """Cost at each peak; constant above the last point. [currency]"""
        return np.interp(peaks, self.peaks, self.costs) + self.slope * np.maximum(self.peaks[0] - peaks, 0.0)


class PeakBook:
    """What days cost under a peak, kept for as long as it tells something of the days to come.

    Parameters
    ----------
    site : Site
        With its demand charge.
    kept : int
        Days that are remembered.
    """

    def __init__(self, site: Site, *, kept: int = 42) -> None:
        from wattstone.dispatch.solve import Planner

        self._site, self._planner = site, Planner()
        self._days: deque[DayCurve] = deque(maxlen=kept)
        self._made: dict[int, tuple[Floats, Floats]] = {}
        self._own: tuple[int, DayCurve | None] | None = None

    @property
    def rate(self) -> float:
        """The charge as the objective weighs it. [currency kW-1]"""
        return self._site.grid.demand_charge * self._site.weights.demand

    def learn(self, day: Outlook, state: State) -> None:
        """Remember a day that is over.

        Parameters
        ----------
        day : Outlook
            What happened in it, with its tasks.
        state : State
            At its start.
        """
        curve = self._curve(day, state)
        if curve is not None:
            self._days.append(curve)
            self._made.clear()

    def cost(self, *, left: int, peak: float, today: Outlook, state: State) -> PeakCost:
        """What a highest net power costs now.

        Parameters
        ----------
        left : int
            Whole days of the month after the plan's.
        peak : float
            Of the month so far. [kW]
        today, state : Outlook, State
            The plan's own, which speak for the days to come while few have passed.
        """
        if not self.rate:
            return PeakCost.above(peak, 0.0)
        days = list(self._days)
        if len(days) < FEW:
            if self._own is None or self._own[0] != left:
                self._own = left, self._curve(today, state)
            days += [] if self._own[1] is None else [self._own[1]]
        if not days or left <= 0:
            return PeakCost.above(peak, self.rate)
        levels, value = self._value(days, left)
        return _pieces(levels, value, peak, self.rate)

    def _value(self, days: Sequence[DayCurve], left: int) -> tuple[Floats, Floats]:
        """V on a grid of peaks."""
        low = min(float(one.peaks[0]) for one in days)
        high = max(float(one.peaks[-1]) for one in days)
        levels = np.linspace(low, max(high, low + 1.0), GRID)
        if left in self._made:
            return self._made[left]
        costs = np.stack([one.at(levels) for one in days])
        value = self.rate * levels
        for _ in range(left):
            least = np.minimum.accumulate((costs + value)[:, ::-1], axis=1)[:, ::-1]
            value = least.mean(axis=0)
        if len(days) >= FEW:
            self._made[left] = levels, value
        return levels, value

    def _curve(self, day: Outlook, state: State) -> DayCurve | None:
        """Points of a day's curve, each the optimum at a price of the peak."""
        from wattstone.base import InputRefused
        from wattstone.dispatch.highs import Status
        from wattstone.dispatch.outlook import checked
        from wattstone.dispatch.problem import problem

        bare = replace(day, margin=None, peak_cost=PeakCost(np.zeros(1), np.array([self.rate])), errors=None)
        try:
            bare, state, _ = checked(self._site, bare, replace(state, peak=0.0))
        except InputRefused:
            return None
        asked = problem(self._site, bare, state)
        column = asked.layout.column["rung"].start
        points: list[list[float]] = []
        for share in SHARES:
            cost = asked.program.cost.copy()
            cost[column] = share * self.rate
            solution = self._planner.solve(replace(asked, program=replace(asked.program, cost=cost)))
            if solution.status is not Status.OPTIMAL:
                return None
            peak = float(solution.values[column])
            points.append([peak, float(solution.objective - cost[column] * peak)])
        found = np.array(points[::-1], dtype=np.float64)
        peaks, costs = found[:, 0], found[:, 1]
        peaks = np.maximum.accumulate(peaks + 1e-9 * np.arange(peaks.size))
        return DayCurve(peaks, costs, self.rate)


def with_peak(site: Site, outlook: Outlook, state: State, book: PeakBook) -> Outlook:
    """An outlook with the cost of its peak, as a plan of the coming day takes it.

    Parameters
    ----------
    site : Site
        With its zone and demand charge.
    outlook : Outlook
        From now on. Its margin counts to the end of the local day: what later days may bring is in the cost. Without a
        margin, that of its errors is taken. Steps of the next month do not count for this month's peak.
    state : State
        With the peak of the month so far.
    book : PeakBook
        What days cost under a peak.
    """
    if not book.rate:
        return outlook
    local = _clock(site, outlook)
    now = local[0]
    today = np.array([one.date() == now.date() for one in local])
    this_month = np.array([(one.year, one.month) == (now.year, now.month) for one in local])
    margin = np.where(today, _margin(outlook), 0.0)
    left = monthrange(now.year, now.month)[1] - now.day
    cost = book.cost(left=left, peak=state.peak, today=outlook, state=state)
    return replace(outlook, margin=np.where(this_month, margin, -np.inf), peak_cost=cost)


def _clock(site: Site, outlook: Outlook) -> list[datetime]:
    zone, step = ZoneInfo(site.zone), timedelta(hours=outlook.hours)
    return [(outlook.start + index * step).replace(tzinfo=UTC).astimezone(zone) for index in range(outlook.steps)]


def _margin(outlook: Outlook) -> Floats:
    if outlook.margin is not None or outlook.errors is None:
        return outlook.spare
    highest = outlook.errors.values.max(axis=1)
    return np.maximum(np.pad(highest, (0, max(0, outlook.steps - highest.size)), mode="edge")[: outlook.steps], 0.0)


def _pieces(levels: Floats, value: Floats, peak: float, rate: float) -> PeakCost:
    """A convex function on a grid as pieces that begin where its slope passes a share of the charge."""
    levels, value = _from(levels, value, peak, rate)
    slopes = np.diff(value) / np.diff(levels)
    first = np.minimum(np.searchsorted(slopes, np.array(RISES) * rate), levels.size - 1)
    knots, heights = levels[first], value[first]
    # Knots that fall together leave pieces of no width; all sites of a kind so keep one shape of program.
    rise, width = np.diff(heights), np.diff(knots)
    chords = np.divide(rise, width, out=np.zeros(width.size), where=width > 0)
    return PeakCost(knots, np.maximum.accumulate(np.append(chords, rate)))


def _from(levels: Floats, value: Floats, peak: float, rate: float) -> tuple[Floats, Floats]:
    """The part of it from the month's own peak on, which may lie beyond the grid."""
    if peak <= levels[0]:
        return levels, value
    if peak >= levels[-1]:
        return np.array([peak, peak + 1.0]), np.array([0.0, rate])
    kept = levels > peak + 1e-6
    return np.append(peak, levels[kept]), np.append(np.interp(peak, levels, value), value[kept])
