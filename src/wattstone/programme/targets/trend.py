r"""Where emissions go if nothing new is done: the trend of the inventory, with its interval, and less the measures.

References
----------
.. [1] N. R. Draper and H. Smith, "Applied Regression Analysis," 3rd ed., Wiley, 1998, chapter 1 (prediction interval
   of a straight line).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wattstone.savings.fsu import student_quantile

__all__ = ["LEAST", "Outlook", "combined", "outlook"]

Floats = NDArray[np.float64]

_LEVEL = 0.9

LEAST = 3
"""Years that a straight line with an interval takes; fewer stay at the last year's level."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """Years ahead, without new measures.

    Parameters
    ----------
    years : (t,) array of int
    value : (t,) array
        Never below zero.
    lower, upper : (t,) array or None
        90 % prediction interval; None where there are too few years for one.
    slope : float
        A year; 0 where it stays level.
    known : int
        Years that it rests on.
    """

    years: NDArray[np.int64]
    value: Floats
    lower: Floats | None
    upper: Floats | None
    slope: float
    known: int


def outlook(years: ArrayLike, values: ArrayLike, ahead: ArrayLike) -> Outlook:
    r"""Carry a series on by a straight line of least squares [1]_.

    Parameters
    ----------
    years, values : (n,) arrays
        The series, free of gaps; one value or more.
    ahead : (t,) array of int
        Years wanted.

    Returns
    -------
    Outlook

    Notes
    -----
    With residual variance :math:`s^2` on :math:`n - 2` degrees of freedom the 90 % interval of year :math:`y` is

    .. math:: \hat E_y \pm t_{0.95, n-2}\, s \sqrt{1 + \frac1n + \frac{(y - \bar y)^2}{\sum_i (y_i - \bar y)^2}}

    With fewer than three years it is the last value, without an interval. What measures did in these years is in the
    trend, and goes on in it.

    Examples
    --------
    >>> outlook([2020, 2021, 2022], [100.0, 95.0, 90.0], [2024]).value
    array([80.])
    """
    x, y = np.asarray(years, dtype=np.float64), np.asarray(values, dtype=np.float64)
    at = np.atleast_1d(np.asarray(ahead, dtype=np.int64))
    n = x.size
    if n < LEAST:
        return Outlook(at, np.full(at.size, y[np.argmax(x)]), None, None, 0.0, n)
    middle, spread = x.mean(), ((x - x.mean()) ** 2).sum()
    slope = float(((x - middle) * (y - y.mean())).sum() / spread)
    residual = y - y.mean() - slope * (x - middle)
    scatter = np.sqrt((residual**2).sum() / (n - 2))
    value = y.mean() + slope * (at - middle)
    half = (
        float(student_quantile(_LEVEL, np.array([n - 2.0]))[0])
        * scatter
        * np.sqrt(1 + 1 / n + (at - middle) ** 2 / spread)
    )
    low, high = np.maximum(value - half, 0.0), np.maximum(value + half, 0.0)
    return Outlook(at, np.maximum(value, 0.0), low, high, slope, n)


def combined(
    value: float, bounds: tuple[float, float] | None, less: tuple[float, float, float]
) -> tuple[float, tuple[float, float] | None]:
    """A year of the outlook less what measures reduce, with the interval of both.

    Parameters
    ----------
    value : float
        Of the trend.
    bounds : (float, float) or None
        Its 90 % interval.
    less : (float, float, float)
        What measures reduce, as is to be expected, and its 90 % interval.

    Returns
    -------
    (float, (float, float) or None)
        Neither falls below zero. The distances from the value are added in quadrature, as of independent errors; there
        is no interval where the trend has none.

    Examples
    --------
    >>> combined(100.0, (97.0, 103.0), (20.0, 16.0, 24.0))
    (80.0, (75.0, 85.0))
    """
    mean, low, high = less
    left = value - mean
    if bounds is None:
        return max(left, 0.0), None
    lower = left - float(np.hypot(value - bounds[0], high - mean))
    upper = left + float(np.hypot(bounds[1] - value, mean - low))
    return max(left, 0.0), (max(lower, 0.0), max(upper, 0.0))
