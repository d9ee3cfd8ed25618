"""How far a model strays within its baseline: the scale on which its misses after the baseline are counted."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Index
from wattstone.baselines.statistics import quantiles

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BLOCK = np.timedelta64(30, "D")
LEVELS = (0.25, 0.5, 0.75)
FLOOR = 0.005
"""Least scale as a share of a meter's level: what fits a baseline exactly is not therefore right next year."""
USUAL = 0.05
"""Usual `slow` over level: the median of electricity meters of the Cambridge estate, baselines of 2008 to 2013."""
OWN = 0.7
"""Weight of a meter's own `slow` in a geometric mean with the usual: chosen by interval score, scored years to 2014."""
STRIDE = 5
MANY = 4000
"""Intervals of which a sample tells quantiles well."""
PRIOR = 10.0
"""Intervals that the meter's typical residual is worth beside those of a class."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Residuals of a baseline, as a scale for each interval to come.

    Parameters
    ----------
    edges : (m, b - 1) array
        Quartiles of predicted power, which part the classes of load. [unit h-1]
    noise : (m, 2, b) array
        Mean absolute residual in each class of load, on working days and on days off. [unit h-1]
    slow : (m,) array
        Root mean square over blocks of 30 days of the mean residual, drawn to what is usual. [unit h-1]
    level : (m,) array
        Mean of |predicted| power. [unit h-1]

    Notes
    -----
    The scale of an interval of h hours with predicted power P is h sqrt(noise^2 + (slow P / level)^2), the noise of its
    class and what moves the level of use from month to month. It is in the unit of use, so all intervals built on it
    follow a change of unit. It need not be right, only in proportion: conformal scores set its size.
    """

    edges: Floats
    noise: Floats
    slow: Floats
    level: Floats

    def scale(self, predicted: Floats, conditions: Conditions) -> Floats:
        """Scale of each interval.

        Parameters
        ----------
        predicted : (m, t) array
            Expected use of each interval.
        conditions : Conditions
            The t intervals.

        Returns
        -------
        (m, t) array
            In the unit of use; NaN where the prediction is.
        """
        power = predicted / conditions.hours
        noise = _pick(self.noise, classes(power, self.edges), conditions)
        slow = (self.slow / self.level)[:, None] * power
        return np.where(np.isnan(power), np.nan, np.sqrt(noise**2 + slow**2)) * conditions.hours

    def total(self, predicted: Floats) -> Floats:
        """Scale of the sum of some intervals, the last axis; NaNs are left out. (m, ...) to (m,)"""
        return np.nansum(np.abs(predicted), axis=-1) * self.slow / self.level

    def rows(self, at: Index) -> Self:
        """Some of the meters."""
        return type(self)(edges=self.edges[at], noise=self.noise[at], slow=self.slow[at], level=self.level[at])


def spread(observed: Floats, predicted: Floats, conditions: Conditions) -> Spread:
    """The residuals of a baseline as a scale.

    Parameters
    ----------
    observed, predicted : (m, t) array
        Use of each interval and the fitted model's value of it; NaN where not known.
    conditions : Conditions
        The t intervals of the baseline.

    Returns
    -------
    Spread
        NaN for a meter of which no interval is known.
    """
    power = predicted / conditions.hours
    error = observed / conditions.hours - power
    known = ~np.isnan(error)
    level = _mean(np.abs(power), known)
    edges = quantiles(power[:, sample(power.shape[1])], LEVELS).T
    least = FLOOR * level
    drawn = slow(error, conditions) ** OWN * (USUAL * level) ** (1 - OWN)
    noise = np.maximum(_noise(np.abs(error), classes(power, edges), conditions), least[:, None, None])
    return Spread(edges=edges, noise=noise, slow=np.maximum(drawn, least), level=level)


def sample(count: int) -> slice:
    """Every fifth of many intervals, which meets all hours of the day and days of the week alike; all of few."""
    return slice(None, None, STRIDE if count >= MANY else 1)


def classes(power: Floats, edges: Floats) -> Ints:
    """Class of load of each interval, from 0; a NaN is in the lowest. (m, t)"""
    found = np.zeros(power.shape, dtype=np.int64)
    for at in range(edges.shape[1]):
        found += power > edges[:, at, None]
    return found


def slow(error: Floats, conditions: Conditions) -> Floats:
    """Root mean square of the mean residual of blocks of 30 days, each weighted by what is known of it. (m,)"""
    at = ((conditions.start - conditions.start[0]) // BLOCK).astype(np.int64)
    edge = np.flatnonzero(np.concatenate([[True], at[1:] != at[:-1]]))
    known = ~np.isnan(error)
    total = np.add.reduceat(np.where(known, error, 0.0), edge, axis=1)
    count = np.add.reduceat(known, edge, axis=1, dtype=np.int64)
    mean = total / np.maximum(count, 1)
    whole = count.sum(axis=1)
    return np.where(whole > 0, np.sqrt((mean**2 * count).sum(axis=1) / np.maximum(whole, 1)), np.nan)


def _noise(size: Floats, of: Ints, conditions: Conditions) -> Floats:
    """Mean absolute residual by kind of day and class of load, drawn to the meter's own where a class is small."""
    known = ~np.isnan(size)
    usual = _mean(size, known)[:, None, None]
    shape = (len(size), 2, len(LEVELS) + 1)
    place = of + (np.arange(len(size))[:, None] * 2 + rest(conditions)) * shape[2]
    count = np.bincount(place[known], minlength=int(np.prod(shape))).reshape(shape)
    total = np.bincount(place[known], weights=size[known], minlength=int(np.prod(shape))).reshape(shape)
    return (total + PRIOR * usual) / (count + PRIOR)


def rest(conditions: Conditions) -> Ints:
    """1 on Saturdays, Sundays and days off, 0 on others. (t,)"""
    return ((conditions.weekday >= 5) | conditions.off).astype(np.int64)


def _pick(noise: Floats, of: Ints, conditions: Conditions) -> Floats:
    return noise[np.arange(len(noise))[:, None], rest(conditions)[None, :], of]


def _mean(values: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
