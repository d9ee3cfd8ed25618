"""Distributions of relative errors: their moments, their quantiles, and random numbers from them.

An error multiplies: a true value is the reported one times 1 + e, with e of mean 0 and a relative standard deviation.
So sums keep their mean, and nothing here corrects for a bias.
"""

from collections.abc import Callable
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Distribution = Literal["lognormal", "normal", "triangular"]

LEVEL = 0.9
"""Probability of the intervals that the product reports."""


def sd_of_half_width(half_width: float, level: float = 0.95) -> float:
    """Relative standard deviation of a normal error from the half-width of its interval [1]_.

    Parameters
    ----------
    half_width : float
        Half of the interval over the value, 0 or more. [1]
    level : float
        Probability of the interval. [1]

    Returns
    -------
    float
        Relative standard deviation. [1]

    References
    ----------
    .. [1] IPCC, "2006 Guidelines for National Greenhouse Gas Inventories," vol. 1, ch. 3, sec. 3.1.3: uncertainty as
       half of the 95 % interval.

    Examples
    --------
    >>> round(sd_of_half_width(0.0980), 4)
    0.05
    """
    return half_width / NormalDist().inv_cdf(0.5 + level / 2)


def sd_of_gsd(gsd: float) -> float:
    """Relative standard deviation of a lognormal quantity from its geometric standard deviation [1]_.

    Parameters
    ----------
    gsd : float
        Geometric standard deviation, 1 or more. [1]

    Returns
    -------
    float
        Standard deviation over the mean. [1]

    References
    ----------
    .. [1] N. L. Johnson, S. Kotz and N. Balakrishnan, "Continuous Univariate Distributions," vol. 1, 2nd ed., ch. 14,
       Wiley, 1994.

    Examples
    --------
    >>> round(sd_of_gsd(1.5), 4)
    0.4227
    """
    return float(np.sqrt(np.expm1(np.log(gsd) ** 2)))


def triangular(low: float, mode: float, high: float) -> tuple[float, float]:
    """Mean and relative standard deviation of a triangular distribution [1]_.

    Parameters
    ----------
    low, mode, high : float
        Smallest, likeliest and largest value, in one unit, in this order.

    Returns
    -------
    mean, sd : float
        Mean, in the same unit; standard deviation over the mean. [1]

    References
    ----------
    .. [1] M. Evans, N. Hastings and B. Peacock, "Statistical Distributions," 3rd ed., ch. 40, Wiley, 2000.

    Examples
    --------
    >>> mean, sd = triangular(0.8, 1.0, 1.2)
    >>> round(mean, 4), round(sd, 4)
    (1.0, 0.0816)
    """
    mean = (low + mode + high) / 3
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    return mean, float(np.sqrt(variance)) / abs(mean)


def lognormal_interval(mean: Floats, sd: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Interval of a lognormal quantity with a mean and a standard deviation [1]_.

    Parameters
    ----------
    mean, sd : (...) array
        Of the quantity itself, above 0 and 0 or more, in one unit.
    level : float
        Probability of the interval. [1]

    Returns
    -------
    lower, upper : (...) array
        Bounds with equal probability outside, in the same unit.

    References
    ----------
    .. [1] IPCC, "2006 Guidelines," vol. 1, ch. 3, eq. 3.5 to 3.7: geometric mean and geometric standard deviation from
       the arithmetic ones.

    Examples
    --------
    >>> lower, upper = lognormal_interval(np.array([100.0]), np.array([50.0]))
    >>> lower.round(2), upper.round(2)
    (array([41.12]), array([194.53]))
    """
    spread = np.sqrt(np.log1p((sd / mean) ** 2))
    middle = np.log(mean) - spread**2 / 2
    reach = NormalDist().inv_cdf(0.5 + level / 2) * spread
    return np.exp(middle - reach), np.exp(middle + reach)


def normal_interval(mean: Floats, sd: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Interval of a normal quantity: the mean and as many standard deviations to either side.

    Parameters
    ----------
    mean, sd : (...) array
        Of the quantity itself, in one unit.
    level : float
        Probability of the interval. [1]

    Returns
    -------
    lower, upper : (...) array
        In the same unit.

    Examples
    --------
    >>> normal_interval(np.array([100.0]), np.array([10.0]))
    (array([83.55146373]), array([116.44853627]))
    """
    reach = NormalDist().inv_cdf(0.5 + level / 2) * sd
    return mean - reach, mean + reach


def standard(distribution: Distribution) -> Callable[[np.random.Generator, int], Floats]:
    """Random numbers of mean 0 and variance 1 that `stretched` makes errors of any size of."""
    return _difference if distribution == "triangular" else _normal


def _normal(random: np.random.Generator, count: int) -> Floats:
    return random.standard_normal(count)


def _difference(random: np.random.Generator, count: int) -> Floats:
    """The symmetric triangular distribution is that of the difference of two uniform ones, of variance 1/6."""
    return (random.random(count) - random.random(count)) * np.sqrt(6.0)


def stretched(numbers: Floats, sd: float, distribution: Distribution) -> Floats:
    """Errors of mean 0 and standard deviation `sd` from standard numbers.

    Parameters
    ----------
    numbers : (draws,) array
        From `standard` of the same distribution.
    sd : float
        Relative standard deviation, 0 or more. [1]
    distribution : {'lognormal', 'normal', 'triangular'}
        Of 1 + e; a triangular one is symmetric.

    Returns
    -------
    (draws,) array
        Errors e; lognormal ones are above -1. [1]
    """
    if distribution != "lognormal":
        return sd * numbers
    variance = np.log1p(sd**2)
    return np.expm1(np.sqrt(variance) * numbers - variance / 2)


def skewed(numbers: Singles, skewness: Floats) -> Singles:
    """Turn standard normal numbers into ones of mean 0, variance 1 and a given skewness, by a shifted lognormal [1]_.

    Parameters
    ----------
    numbers : (g, draws) array
        Standard normal; overwritten.
    skewness : (g,) array
        Third standardised moment, of either sign. [1]

    Returns
    -------
    (g, draws) array
        The numbers. Where the skewness is that of one lognormal error, they are that error, standardised.

    References
    ----------
    .. [1] N. L. Johnson, S. Kotz and N. Balakrishnan, "Continuous Univariate Distributions," vol. 1, 2nd ed., ch. 14.3,
       Wiley, 1994: the skewness is w^3 + 3 w, with w the standard deviation over the distance of mean and shift.
    """
    bent = np.abs(skewness) > _STRAIGHT
    if not bent.any():
        return numbers
    width = 2 * np.sinh(np.arcsinh(np.abs(skewness[bent]) / 2) / 3)  # the real root of the cubic
    sigma = np.sqrt(np.log1p(width**2))
    sign = np.sign(skewness[bent])
    part = numbers[bent]
    part *= (sign * sigma)[:, None]
    part -= (sigma**2 / 2)[:, None]
    np.exp(part, out=part)
    part -= 1
    part *= (sign / width)[:, None]
    numbers[bent] = part
    return numbers


_STRAIGHT = 1e-3  # skewness below which no quantile is off by more than a thousandth of the standard deviation
