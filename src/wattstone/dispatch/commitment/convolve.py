"""The cheapest split of a load between machines, as a function of the load: exact for piecewise-linear costs.

What two machines cost together at a load D is the least of f(x) + g(D - x), their infimal convolution [1]_. In between
breakpoints of either, what a shift of load from one to the other costs is linear, so that in some best split all but
one machine are on a breakpoint. So the convolution is the lower envelope of either function, moved along by each
breakpoint of the other.

References
----------
.. [1] R. T. Rockafellar, Convex Analysis, Princeton University Press, 1970, section 5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

__all__ = ["Bent", "convolve", "split"]

CLOSE = 1e-10


class Bent(NamedTuple):
    """A continuous function of straight pieces, on an interval.

    Parameters
    ----------
    x, y : (n,) arrays
        Its points; x rises.
    """

    x: Floats
    y: Floats

    def at(self, where: Floats) -> Floats:
        """Its values; infinite beyond its ends.

        Parameters
        ----------
        where : array
            Any shape.
        """
        slack = CLOSE * max(1.0, abs(float(self.x[-1])))
        inside = (where >= self.x[0] - slack) & (where <= self.x[-1] + slack)
        return np.where(inside, np.interp(where, self.x, self.y), np.inf)


def convolve(one: Bent, other: Bent) -> Bent:
    """What two cost together at each sum of their loads, split at best.

    Parameters
    ----------
    one, other : Bent
        Cost by load of each.

    Examples
    --------
    Both dear at the start: one alone is loaded first.

    >>> curve = Bent(np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0, 4.0]))
    >>> both = convolve(curve, curve)
    >>> both.x, both.y
    (array([0., 1., 2., 3., 4.]), array([0., 3., 4., 7., 8.]))
    """
    span = max(1.0, abs(float(one.x[-1] + other.x[-1])))
    grid: Floats = np.unique(np.round((one.x[:, None] + other.x).ravel() / span, 12)) * span
    moved = np.concatenate(
        [
            one.y[:, None] + other.at(grid - one.x[:, None]),
            other.y[:, None] + one.at(grid - other.x[:, None]),
        ]
    )
    low: Floats = moved.min(axis=0)
    if grid.size == 1:
        return Bent(grid, low)
    x, y = _crossings(grid, moved)
    return _straight(np.concatenate([grid, x]), np.concatenate([low, y]))


def _crossings(grid: Floats, moved: Floats) -> tuple[Floats, Floats]:
    """Where, in between two points of the grid, another line becomes the lowest."""
    valid = np.isfinite(moved[:, :-1]) & np.isfinite(moved[:, 1:])
    left = np.where(valid, moved[:, :-1], np.inf)
    right = np.where(valid, moved[:, 1:], np.inf)
    close = CLOSE * max(1.0, float(np.abs(moved[np.isfinite(moved)]).max()))
    cell: Places = np.arange(grid.size - 1)
    a, b = left.argmin(axis=0), right.argmin(axis=0)
    # Of lines that are equally low at one end, the one that is lower at the other.
    a = np.where(left <= left[a, cell] + close, right, np.inf).argmin(axis=0)
    b = np.where(right <= right[b, cell] + close, left, np.inf).argmin(axis=0)
    found: list[tuple[Floats, Floats]] = [(np.zeros(0), np.zeros(0))]
    keep = a != b
    cell, a, b = cell[keep], a[keep], b[keep]
    while cell.size:
        rise_a, rise_b = right[a, cell] - left[a, cell], right[b, cell] - left[b, cell]
        apart = rise_a - rise_b
        share = np.where(apart > close, (left[b, cell] - left[a, cell]) / np.where(apart > close, apart, 1.0), -1.0)
        inside = (share > 0) & (share < 1)
        cell, a, b, share, rise_a = cell[inside], a[inside], b[inside], share[inside], rise_a[inside]
        met = left[a, cell] + share * rise_a
        values = np.where(valid[:, cell], (1 - share) * moved[:, cell] + share * moved[:, cell + 1], np.inf)
        lowest = values.argmin(axis=0)
        below = values[lowest, np.arange(cell.size)] < met - close
        found.append(((grid[cell] + share * (grid[cell + 1] - grid[cell]))[~below], met[~below]))
        again, third = cell[below], lowest[below]
        cell = np.concatenate([again, again])
        a, b = np.concatenate([a[below], third]), np.concatenate([third, b[below]])
    return np.concatenate([x for x, _ in found]), np.concatenate([y for _, y in found])


def _straight(x: Floats, y: Floats) -> Bent:
    """In order, without points on a straight line between their neighbours."""
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    apart = np.concatenate([[True], np.diff(x) > CLOSE * max(1.0, abs(float(x[-1])))])
    x, y = x[apart], y[apart]
    if x.size < 3:
        return Bent(x, y)
    slope = np.diff(y) / np.diff(x)
    bent = np.abs(np.diff(slope)) > 1e-9 * max(float(np.abs(slope).max()), 1e-300)
    keep = np.concatenate([[True], bent, [True]])
    return Bent(x[keep], y[keep])


def split(one: Bent, other: Bent, total: float) -> tuple[float, float]:
    """The best split of a load.

    Parameters
    ----------
    one, other : Bent
        Cost by load of each.
    total : float
        Within the sum of their intervals.

    Returns
    -------
    tuple of float
        Load of the one and of the other.
    """
    mine, rest = one.x, total - other.x
    whole = np.concatenate([one.y + other.at(total - mine), one.at(rest) + other.y])
    best = int(whole.argmin())
    chosen = float(mine[best]) if best < mine.size else float(rest[best - mine.size])
    chosen = min(max(chosen, float(one.x[0])), float(one.x[-1]))
    return chosen, min(max(total - chosen, float(other.x[0])), float(other.x[-1]))
