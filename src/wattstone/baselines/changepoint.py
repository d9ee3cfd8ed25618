"""Change-point models of use against temperature, for many meters at once and every pair of balance points.

Use is a constant, and more of it per kelvin below a heating balance point and above a cooling one [1]_. Sums over days
of the two hinges at every balance point of a grid are matrix products that all meters of a weather station share, and
they add up over groups of days; as the heating balance point is never above the cooling one, no day is on both hinges,
so that each of the hundreds of pairs is a closed form of those sums.

References
----------
.. [1] J. K. Kissock, J. S. Haberl and D. E. Claridge, "Inverse modeling toolkit: numerical algorithms," ASHRAE
   Transactions 109 (2), 2003: the models of 3, 4 and 5 parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SHAPES = ("mean", "3PH", "3PC", "4P", "5P")
PARAMETERS: Ints = np.array([1, 3, 3, 4, 5])
"""Of each of `SHAPES`, balance points counted."""
LEAST_DAYS = 10  # on a hinge: CalTRACK 2.0, daily methods
LEAST_DEGREE_DAYS = 20 / 1.8  # K d, of 20 degF d: CalTRACK 2.0, daily methods
_EXACT = 1e-12  # of the sum of squares: what is left of a fit that is perfect
_PARALLEL = 0.999  # of two hinges: they tell the same days apart
_ROWS = 72  # fitted in one go, so that the pairs of all of them stay in the cache


@dataclass(frozen=True)
class Sums:
    """Weighted sums over the days of each of r rows (meters, or meters by groups of days).

    Parameters
    ----------
    plain : (..., 3) array
        Of weight w, of w y and of w y^2, y the mean power of a day.
    heating, cooling : (..., 4, b) array
        At every balance point, h the kelvins below or above it: sums of w h, w h^2 and w h y, and the
        number of days with h > 0.
    """

    plain: Floats
    heating: Floats
    cooling: Floats

    def over(self, groups: Sequence[Sequence[int]]) -> "Sums":
        """Sums over unions of groups: (g, m, ...) becomes (m, k, ...) for k unions."""
        which = np.zeros((len(groups), len(self.plain)))
        for at, union in enumerate(groups):
            which[at, list(union)] = 1.0

        def joined(values: Floats) -> Floats:
            flat = which @ values.reshape(len(values), -1)
            return np.moveaxis(flat.reshape(len(groups), *values.shape[1:]), 0, 1)

        return Sums(joined(self.plain), joined(self.heating), joined(self.cooling))

    def rows(self, at: slice) -> "Sums":
        """Sums of some rows."""
        return Sums(self.plain[at], self.heating[at], self.cooling[at])

    def flat(self) -> "Sums":
        """The first two axes as one."""
        merged = (x.reshape(-1, *x.shape[2:]) for x in (self.plain, self.heating, self.cooling))
        return Sums(*merged)


@dataclass(frozen=True)
class Shapes:
    """The best fit of each shape to each row.

    Parameters
    ----------
    sse : (r, 5) array
        Weighted sum of squares that is left; infinite where a shape cannot be had.
    balance : (r, 5, 2) array of int
        Places of the balance points for heating and cooling in the grid.
    coefficients : (r, 5, 3) array
        Constant; slope of heating and of cooling per kelvin, 0 where the shape has none.
    """

    sse: Floats
    balance: Ints
    coefficients: Floats


def sums_of(y: Floats, weight: Floats, temperature: Floats, group: Ints, grid: Floats, groups: int = 1) -> Sums:
    """Sum over the days of each group, all meters and balance points in a few matrix products.

    Parameters
    ----------
    y : (m, t) array
        What is fitted; any number where the weight is 0, but not NaN.
    weight : (m, t) array
        0 where a day is not fitted.
    temperature : (t,) array
        Not NaN. [degC]
    group : (t,) array of int
        Of each day, below `groups`.
    grid : (b,) array
        Balance points. [degC]
    groups : int
        How many there are.

    Returns
    -------
    Sums
        Of shapes (groups, m, ...).
    """
    kelvins = hinges(temperature, grid)
    parts = [
        hinge_sums(y[:, days], weight[:, days], kelvins[:, days])
        for days in (np.flatnonzero(group == one) for one in range(groups))
    ]
    return Sums(*(np.stack([getattr(one, name) for one in parts]) for name in Sums.__dataclass_fields__))


def hinges(temperature: Floats, grid: Floats) -> Floats:
    """Kelvins below and above each balance point. (2, t, b)"""
    t = temperature[:, None]
    return np.stack([np.maximum(grid - t, 0.0), np.maximum(t - grid, 0.0)])


def hinge_sums(y: Floats, weight: Floats, kelvins: Floats, days: Floats | None = None) -> Sums:
    """Sums from hinges that are at hand.

    Parameters
    ----------
    y, weight : (m, t) array
        As in `sums_of`.
    kelvins : (2, t, b) array
        Mean of each hinge over the interval. [K]
    days : (2, t, b) array or None
        Days of each interval that are on the hinge; None where an interval is a day.

    Returns
    -------
    Sums
        Of shapes (m, ...).
    """
    wy = weight * y
    plain = np.stack([weight.sum(axis=1), wy.sum(axis=1), (wy * y).sum(axis=1)], axis=-1)
    on = (kelvins > 0).astype(np.float64) if days is None else days
    counted = (weight > 0).astype(np.float64)
    sides = [
        np.stack([weight @ side, weight @ side**2, wy @ side, counted @ which], axis=1)
        for side, which in zip(kelvins, on, strict=True)
    ]
    return Sums(plain, *sides)


def fit_shapes(sums: Sums, heating: Bools, cooling: Bools, free: Bools, cross: Floats | None = None) -> Shapes:
    """Fit all shapes to each row, over all balance points.

    Parameters
    ----------
    sums : Sums
        Of r rows.
    heating, cooling : (r,) array of bool
        Whether use may depend on cold and on warmth.
    free : (r,) array of bool
        Whether slopes may be negative, as a net load's are.
    cross : (r, b, b) array or None
        Sums of w h c, of both hinges: where an interval is a day there are none, in a bill there are.

    Returns
    -------
    Shapes
    """
    parts = [
        _fit(sums.rows(at), heating[at], cooling[at], free[at], None if cross is None else cross[at])
        for at in (slice(low, low + _ROWS) for low in range(0, len(sums.plain), _ROWS))
    ]
    if not parts:
        return Shapes(np.empty((0, 5)), np.empty((0, 5, 2), dtype=np.int64), np.empty((0, 5, 3)))
    return Shapes(*(np.concatenate([getattr(one, name) for one in parts]) for name in Shapes.__dataclass_fields__))


@dataclass(frozen=True)
class _Side:
    """One hinge at every balance point, centred and scaled to a unit sum of squares: (r, b) arrays."""

    may: Bools
    centre: Floats
    scale: Floats
    """Of the square root of the sum of squares; 0 where it may not be."""
    shared: Floats
    """Sum of the hinge over the square root of the weights, scaled: two hinges have minus the product in common."""
    met: Floats
    """Projection of y on the hinge."""


def _side(plain: Floats, hinge: Floats, may: Bools) -> _Side:
    n = np.maximum(plain[:, :1], 1e-300)
    first, square, product, days = hinge.swapaxes(0, 1)
    centre = first / n
    spread = square - first * centre
    may = (
        may[:, None]
        & (days >= LEAST_DAYS)
        & (first >= LEAST_DEGREE_DAYS)
        & (spread > 1e-9 * np.maximum(square, 1e-300))
    )
    scale = np.divide(1.0, np.sqrt(np.where(may, spread, 1.0)), where=may, out=np.zeros_like(spread))
    return _Side(may, centre, scale, first * scale / np.sqrt(n), (product - plain[:, 1:2] * centre) * scale)


def _fit(sums: Sums, heating: Bools, cooling: Bools, free: Bools, cross: Floats | None) -> Shapes:
    plain, rows = sums.plain, np.arange(len(sums.plain))
    n = np.maximum(plain[:, 0], 1e-300)
    least = _EXACT * np.maximum(plain[:, 2], 1e-280)
    total = np.maximum(plain[:, 2] - plain[:, 1] ** 2 / n, least)
    cold, warm = _side(plain, sums.heating, heating), _side(plain, sums.cooling, cooling)
    gains = _pairs(cold, warm, free, total, cross)
    size = gains.shape[1]
    gain = np.zeros((len(rows), 5))
    balance = np.zeros((len(rows), 5, 2), dtype=np.int64)
    slopes = np.zeros((len(rows), 5, 2))
    for shape, side, at in ((1, cold, 0), (2, warm, 1)):
        alone = np.where(side.may & ((side.met > 0) | free[:, None]), side.met**2, -1.0)
        best = alone.argmax(axis=1)
        balance[:, shape, at] = best
        gain[:, shape] = alone[rows, best]
        slopes[:, shape, at] = (side.met * side.scale)[rows, best]
    diagonal = np.diagonal(gains, axis1=1, axis2=2).argmax(axis=1)
    pair = gains.reshape(len(rows), -1).argmax(axis=1)
    for shape, low, high in ((3, diagonal, diagonal), (4, pair // size, pair % size)):
        balance[:, shape, 0], balance[:, shape, 1] = low, high
        gain[:, shape], slopes[:, shape] = _both(cold, warm, low, high, gains[rows, low, high] > 0, cross)
    left = np.maximum(total[:, None] - gain, least[:, None])
    left[:, 1:][gain[:, 1:] <= 0] = np.inf
    means = np.stack([side.centre[rows[:, None], balance[:, :, at]] for at, side in enumerate((cold, warm))], axis=-1)
    base = (plain[:, 1] / n)[:, None] - (slopes * means).sum(axis=-1)
    return Shapes(left, balance, np.concatenate([base[..., None], slopes], axis=-1))


def _pairs(cold: _Side, warm: _Side, free: Bools, total: Floats, cross: Floats | None) -> npt.NDArray[np.floating]:
    """What each pair of balance points explains of the squares, as a share; -1 where it cannot be had. (r, b, b)

    It is asked which is the largest alone, so single precision does for days: what is chosen is worked out again.
    """
    real = np.float32 if cross is None else np.float64
    unit = 1 / np.sqrt(total)[:, None]
    p = (cold.met * unit).astype(real)[:, :, None]
    q = (warm.met * unit).astype(real)[:, None, :]
    common = -cold.shared.astype(real)[:, :, None] * warm.shared.astype(real)[:, None, :]
    if cross is not None:
        common += cross * cold.scale[:, :, None] * warm.scale[:, None, :]
    a, b = p - common * q, q - common * p
    ordered = np.triu(np.ones(common.shape[1:], dtype=bool))
    may = (cold.may[:, :, None] & warm.may[:, None, :]) & ordered & (np.abs(common) < _PARALLEL)
    if free.all():
        pass
    elif free.any():
        may &= ((a > 0) & (b > 0)) | free[:, None, None]
    else:
        may &= (a > 0) & (b > 0)
    common *= common
    np.subtract(1.0, common, out=common)
    a *= p
    b *= q
    a += b
    return np.divide(a, common, out=np.full_like(a, -1.0), where=may)


def _both(cold: _Side, warm: _Side, low: Ints, high: Ints, may: Bools, cross: Floats | None) -> tuple[Floats, Floats]:
    rows = np.arange(len(low))
    p, q = cold.met[rows, low], warm.met[rows, high]
    common = -cold.shared[rows, low] * warm.shared[rows, high]
    if cross is not None:
        common += cross[rows, low, high] * cold.scale[rows, low] * warm.scale[rows, high]
    free = np.where(may, 1 - common**2, 1.0)
    a, b = (p - common * q) / free, (q - common * p) / free
    gain = np.where(may, a * p + b * q, -1.0)
    slopes = np.stack([a * cold.scale[rows, low], b * warm.scale[rows, high]], axis=-1)
    return gain, np.where(may[:, None], slopes, 0.0)
