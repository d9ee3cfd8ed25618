"""Piecewise-linear curves: what flows at a load, and where a curve needs no integers.

A linear program that mixes breakpoints may mix those that are not neighbours. It gains nothing by it where every flow
that another unit of is never a burden is given at a falling rate, or taken at a rising one: what is mixed of neighbours
is then the best of all mixtures. So a curve falls into pieces on which that holds. A curve of one piece needs no
integer, others one for each piece [1]_.

References
----------
.. [1] J. P. Vielma, "Mixed integer linear programming formulation techniques," SIAM Review 57 (1), 2015, pp. 3-57
   (the multiple choice model).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Pieces = tuple[tuple[int, int], ...]

__all__ = ["Pieces", "flows_at", "pieces"]

STRAIGHT = 1e-9  # of the largest slope: two slopes that differ by less are one


def flows_at(load: Floats, flow: Floats, given: Floats) -> Floats:
    """What flows at a load, on straight lines between breakpoints.

    Parameters
    ----------
    load : (t, k) array
        Rising breakpoints.
    flow : (c, t, k) array
        What flows at them.
    given : (t,) array
        Loads; beyond the ends the end counts.

    Returns
    -------
    (c, t) array

    Examples
    --------
    >>> flows_at(np.array([[1.0, 2.0, 4.0]]), np.array([[[3.0, 5.0, 6.0]]]), np.array([3.0]))
    array([[5.5]])
    """
    if load.shape[1] == 1:
        return flow[:, :, 0].copy()
    steps = np.arange(load.shape[0], dtype=np.int64)
    left: NDArray[np.int64] = np.clip((load <= given[:, None]).sum(axis=1) - 1, 0, load.shape[1] - 2)
    low, high = load[steps, left], load[steps, left + 1]
    share = np.clip((given - low) / (high - low), 0.0, 1.0)
    return (1 - share) * flow[:, steps, left] + share * flow[:, steps, left + 1]


def pieces(load: Floats, flow: Floats, free: Bools) -> list[Pieces]:
    """The pieces of a curve at every step, on each of which a linear program is exact.

    Parameters
    ----------
    load : (t, k) array
        Breakpoints.
    flow : (c, t, k) array
        What flows at them.
    free : (c, t) array of bool
        Where another kWh of a carrier is never a burden.

    Returns
    -------
    list of tuples of (int, int)
        At each step the first and the last breakpoint of every piece.

    Examples
    --------
    Power that rises faster and faster is one piece; power that rises slower at the end is two.

    >>> load, free = np.array([[0.0, 1.0, 2.0]]), np.array([[True]])
    >>> pieces(load, np.array([[[0.0, -1.0, -3.0]]]), free), pieces(load, np.array([[[0.0, -2.0, -3.0]]]), free)
    ([((0, 2),)], [((0, 1), (1, 2))])
    """
    t, k = load.shape
    if k <= 2:
        return [((0, k - 1),)] * t
    slope: Floats = np.diff(flow, axis=2) / np.diff(load, axis=1)
    bend: Floats = np.diff(slope, axis=2)
    scale: Floats = np.abs(slope).max(axis=2, keepdims=True) * STRAIGHT + 1e-15
    good: Bools = np.where(free[:, :, None], bend <= scale, np.abs(bend) <= scale)
    joined: Bools = np.logical_and.reduce(good, axis=0)
    return [_runs([bool(one) for one in row]) for row in joined]


def _runs(joined: list[bool]) -> Pieces:
    """Pieces from whether the two segments at each inner breakpoint may be one."""
    found: list[tuple[int, int]] = []
    first = 0
    for point, whole in enumerate(joined, start=1):
        if not whole:
            found.append((first, point))
            first = point
    return (*found, (first, len(joined) + 1))
