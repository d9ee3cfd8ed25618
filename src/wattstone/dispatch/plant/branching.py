"""Branch and bound for a sum of one-dimensional curves under one equation, on its Lagrangian dual.

Minimise sum f_i(x_i) subject to sum cap_i x_i = load, where each x_i is 0 or lies in stretches on which f_i is a
cubic of one curvature. For any price p of a unit of load,

    D(p) = p load + sum_i min over x of (f_i(x) - p cap_i x)

is a lower bound: the inner minimum is in closed form on a convex stretch and at an end of a concave one. The p that
makes D highest is where the sum of loads jumps past the load; a machine that jumps there is branched on. By Shapley
and Folkman one machine is enough to explain the distance to the optimum [1]_, so that few nodes are needed. All nodes
of a generation are worked out at once.

References
----------
.. [1] J.-P. Aubin and I. Ekeland, "Estimates of the duality gap in nonconvex optimization," Mathematics of Operations
   Research 1, 1976, pp. 225-245.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["Pieces", "searched"]

HALVINGS, TANGENTS = 7, 9
GENERATIONS = 60
WIDEST = 4096
"""Nodes of a generation; more are put off to later ones, least bound first."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """What every machine may do: column 0 is off, the others are stretches of one curvature.

    Parameters
    ----------
    capacity : (n,) array
        Load at ratio 1.
    low, high : (n, p) arrays
        Ends of the stretches; NaN where a machine has fewer. [1]
    cubic : (n, p, 4) array
        Coefficients of the power. [kW]
    convex : (n, p) array of bool
        Whether the stretch is convex; the others are concave or straight.
    """

    capacity: Floats
    low: Floats
    high: Floats
    cubic: Floats
    convex: Bools

    def power(self, ratio: Floats) -> Floats:
        """Power of all machines at ratios (..., n), 0 = off. [kW]"""
        on = ratio[..., None]
        below = np.nan_to_num(self.low[:, 1:], nan=np.inf)
        at = 1 + np.clip((on >= below).sum(axis=-1) - 1, 0, self.low.shape[1] - 2)
        coefficients = self.cubic[np.arange(self.capacity.size), at]
        a, b, c, d = np.moveaxis(coefficients, -1, 0)
        return np.where(ratio > 0, a + ratio * (b + ratio * (c + ratio * d)), 0.0).sum(axis=-1)


def searched(pieces: Pieces, load: float, tolerance: float) -> tuple[Floats, float, int] | None:
    """The best ratios, a bound and the number of nodes; None where no ratios meet the load.

    Parameters
    ----------
    pieces : Pieces
        The machines.
    load : float
        To be met.
    tolerance : float
        How far the bound may stay below the total. [kW]
    """
    low, high = pieces.low[None].copy(), pieces.high[None].copy()
    best, best_x, bound, nodes = np.inf, None, np.inf, 0
    later: tuple[Floats, Floats, Floats] | None = None
    span, parent = _span(pieces), np.zeros(0)
    for _ in range(GENERATIONS * 50):
        low, high = _possible(pieces, low, high, load)
        nodes += len(low)
        if len(low):
            value, left, right, gap = _dual(pieces, low, high, load, span)
            cost, x = _upper(pieces, left, right, load)
            if cost < best - 1e-12:
                best_x, best = _polished(pieces, x, load, cost)
            keep = value < best - tolerance
            bound = min(bound, float(value[~keep].min(initial=np.inf)))
            low, high, parent = _split(pieces, low[keep], high[keep], left[keep], right[keep], gap[keep], value[keep])
        else:
            parent = np.zeros(0)
        if later is not None:
            low, high = np.concatenate([low, later[0]]), np.concatenate([high, later[1]])
            parent = np.concatenate([parent, later[2]])
            keep = parent < best - tolerance
            bound = min(bound, float(parent[~keep].min(initial=np.inf)))
            low, high, parent = low[keep], high[keep], parent[keep]
            later = None
        if not len(low):
            break
        if len(low) > WIDEST:
            order = np.argsort(parent)
            low, high, parent = low[order], high[order], parent[order]
            later = (low[WIDEST:], high[WIDEST:], parent[WIDEST:])
            low, high = low[:WIDEST], high[:WIDEST]
    else:
        bound = min(bound, float(parent.min(initial=np.inf)))
    return None if best_x is None else (best_x, min(bound, best), nodes)


def _span(pieces: Pieces) -> tuple[float, float]:
    """Prices beyond which every machine is at one of its ends."""
    ends = np.stack([pieces.low, pieces.high])[:, :, 1:]
    _, b, c, d = np.moveaxis(pieces.cubic[:, 1:], -1, 0)
    a = pieces.cubic[:, 1:, 0]
    slope = (b + 2 * c * ends + 3 * d * ends**2) / pieces.capacity[:, None]
    value = a + ends * (b + ends * (c + ends * d))
    # Between any two points of a machine, off among them, the mean slope is bounded by the spread over the distance.
    spread = np.nanmax(np.abs(value), axis=(0, 2)) / (np.nanmin(pieces.low[:, 1:], axis=1) * pieces.capacity)
    most = 2.0 * max(float(np.nanmax(np.abs(slope))), float(spread.max()), 1e-9)
    return -most, most


def _possible(pieces: Pieces, low: Floats, high: Floats, load: float) -> tuple[Floats, Floats]:
    """The nodes whose machines can carry the load."""
    slack = 1e-9 * max(load, 1.0)
    least = (np.nanmin(low, axis=2) * pieces.capacity).sum(axis=1)
    most = (np.nanmax(high, axis=2) * pieces.capacity).sum(axis=1)
    keep = (least <= load + slack) & (most >= load - slack)
    return low[keep], high[keep]


def _cheapest(pieces: Pieces, low: Floats, high: Floats, price: Floats) -> tuple[Floats, Floats]:
    """The least of f - p cap x for each machine of each node, and where it lies."""
    a, b, c, d = np.moveaxis(pieces.cubic, -1, 0)
    slope = price[:, None, None] * pieces.capacity[:, None]
    straight = np.abs(d) < 1e-12
    root = np.sqrt(np.maximum(4 * c * c - 12 * d * (b - slope), 0.0))
    by_line: Floats = (slope - b) / np.where(np.abs(c) < 1e-12, 1e-12, 2 * c)
    inner: Floats = np.where(straight, by_line, (root - 2 * c) / np.where(straight, 1.0, 6 * d))
    # Beyond the reach of the slope the square root is of nothing: an end is the answer, and the ends are compared too.
    inner = np.where(pieces.convex, np.minimum(np.maximum(inner, low), high), low)

    def value(x: Floats) -> Floats:
        return a + x * (b - slope + x * (c + x * d))

    options = np.stack([inner, low, high])
    values = np.stack([value(one) for one in options])
    values = np.where(np.isnan(values), np.inf, values)
    n, m, p = low.shape
    flat = np.moveaxis(values, 0, -1).reshape(n, m, 3 * p)
    at = flat.argmin(axis=2)[..., None]
    where = np.moveaxis(options, 0, -1).reshape(n, m, 3 * p)
    return np.take_along_axis(flat, at, axis=2)[..., 0], np.take_along_axis(where, at, axis=2)[..., 0]


def _dual(
    pieces: Pieces, low: Floats, high: Floats, load: float, span: tuple[float, float]
) -> tuple[Floats, Floats, Floats, Floats]:
    """The highest bound found for each node, the ratios on both sides of its price, and by how much machines jump."""
    n = len(low)
    price_low: Floats = np.full(n, span[0])
    price_high: Floats = np.full(n, span[1])
    below, left = _cheapest(pieces, low, high, price_low)
    above, right = _cheapest(pieces, low, high, price_high)
    dual_low: Floats = price_low * load + below.sum(axis=1)
    dual_high: Floats = price_high * load + above.sum(axis=1)
    best = np.maximum(dual_low, dual_high)
    for turn in range(HALVINGS + TANGENTS):
        price = (price_low + price_high) / 2
        if turn >= HALVINGS or turn % 2:
            rise = load - left @ pieces.capacity
            fall = load - right @ pieces.capacity
            meet: Floats = (dual_high - dual_low + rise * price_low - fall * price_high) / np.maximum(
                rise - fall, 1e-12
            )
            price: Floats = np.where((meet > price_low) & (meet < price_high), meet, price)
        least, x = _cheapest(pieces, low, high, price)
        dual = price * load + least.sum(axis=1)
        best = np.maximum(best, dual)
        short = x @ pieces.capacity < load
        price_low, price_high = np.where(short, price, price_low), np.where(short, price_high, price)
        dual_low, dual_high = np.where(short, dual, dual_low), np.where(short, dual_high, dual)
        left, right = np.where(short[:, None], x, left), np.where(short[:, None], right, x)
    return best, left, right, np.abs(right - left) * pieces.capacity


def _upper(pieces: Pieces, left: Floats, right: Floats, load: float) -> tuple[float, Floats]:
    """The best ratios that meet the load, made from the on-sets of both sides."""
    least = np.nanmin(pieces.low[:, 1:], axis=1)
    most = np.nanmax(pieces.high[:, 1:], axis=1)
    lower, upper = left @ pieces.capacity, right @ pieces.capacity
    share = np.clip((load - lower) / np.where(upper - lower > 0, upper - lower, 1.0), 0.0, 1.0)[:, None]
    tried: Floats = np.concatenate([left + share * (right - left), left, right])
    on = np.concatenate([(left > 0) & (right > 0), left > 0, right > 0])
    x: Floats = np.asarray(np.clip(tried, least, most) * on, dtype=np.float64)
    carried: Floats = np.asarray((x * pieces.capacity).sum(axis=1), dtype=np.float64)
    miss: Floats = load - carried
    short = (miss > 0)[:, None]
    room: Floats = np.asarray(np.where(short, most - x, x - least) * on, dtype=np.float64)
    whole: Floats = (room * pieces.capacity).sum(axis=1)
    fits = whole >= np.abs(miss) - 1e-9 * max(load, 1.0)
    part = np.clip(miss / np.where(whole > 0, whole, 1.0), -1.0, 1.0)
    moved = np.where(on, np.clip(x + part[:, None] * room, least, most), 0.0)
    cost = np.where(fits, pieces.power(moved), np.inf)
    at = int(np.argmin(cost))
    return float(cost[at]), moved[at]


def _polished(pieces: Pieces, ratio: Floats, load: float, cost: float) -> tuple[Floats, float]:
    """The ratios after Newton steps on the machines between their ends, on-set kept; never worse."""
    least, most = np.nanmin(pieces.low[:, 1:], axis=1), np.nanmax(pieces.high[:, 1:], axis=1)
    x, cap = ratio.copy(), pieces.capacity
    for _ in range(12):
        at = 1 + np.clip((x[:, None] >= np.nan_to_num(pieces.low[:, 1:], nan=np.inf)).sum(axis=1) - 1, 0, None)
        _, b, c, d = np.moveaxis(pieces.cubic[np.arange(cap.size), at], -1, 0)
        slope, bend = b + x * (2 * c + x * 3 * d), 2 * c + 6 * d * x
        free = (x > least + 1e-9) & (x < most - 1e-9) & (bend > 1e-9)
        if free.sum() < 2:
            break
        weight = np.where(free, 1 / np.where(free, bend, 1.0), 0.0)
        price = float((cap * slope * weight).sum() / (cap * cap * weight).sum())
        step = (price * cap - slope) * weight
        size = np.maximum(np.abs(step), 1e-15)
        limit: Floats = np.asarray(np.where(step > 0, most - x, x - least) / size, dtype=np.float64)
        trial = x + min(1.0, float(limit[free].min(initial=1.0))) * step
        found = float(pieces.power(trial))
        if not found < cost - 1e-12:
            break
        x, cost = trial, found
    return x, cost


def _split(
    pieces: Pieces, low: Floats, high: Floats, left: Floats, right: Floats, gap: Floats, value: Floats
) -> tuple[Floats, Floats, Floats]:
    """Two children of every node: the machine that jumps most is kept below, and above, the middle of its jump."""
    rows = np.arange(len(low))
    wide = (np.nanmax(high, axis=2) - np.nanmin(low, axis=2)) * pieces.capacity
    jumps = gap.max(axis=1, initial=0.0) > 1e-9
    jumped: NDArray[np.intp] = np.asarray(gap.argmax(axis=1), dtype=np.intp)
    widest: NDArray[np.intp] = np.asarray(wide.argmax(axis=1), dtype=np.intp)
    which: NDArray[np.intp] = np.asarray(np.where(jumps, jumped, widest), dtype=np.intp)
    a, b = left[rows, which], right[rows, which]
    middle = np.where(jumps, (a + b) / 2, (np.nanmax(high, axis=2) + np.nanmin(low, axis=2))[rows, which] / 2)
    least = np.nanmin(pieces.low[:, 1:], axis=1)[which]
    # A machine that goes on or off is decided first: off against all the rest.
    can_be_off = ~np.isnan(low[rows, which, 0])
    middle = np.where(can_be_off & (np.minimum(a, b) == 0), least / 2, middle)
    under_high, over_low = high.copy(), low.copy()
    under_low, over_high = low.copy(), high.copy()
    cut = middle[:, None]
    under_high[rows, which] = np.minimum(high[rows, which], cut)
    over_low[rows, which] = np.maximum(low[rows, which], cut)
    for lower, upper in ((under_low, under_high), (over_low, over_high)):
        empty = ~(lower <= upper)
        lower[empty], upper[empty] = np.nan, np.nan
    new_low, new_high = np.concatenate([under_low, over_low]), np.concatenate([under_high, over_high])
    some: Bools = (~np.isnan(new_low)).sum(axis=2).min(axis=1, initial=1) > 0
    return new_low[some], new_high[some], np.concatenate([value, value])[some]
