"""Whether a saving lasts: its share month by month, and a test for a trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, exp, lgamma, pi, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

from wattstone.savings.fsu import student_quantile
from wattstone.savings.result import CONFIDENCE, Estimate, Month

Floats = npt.NDArray[np.float64]
LEAST = 12
"""Months below which a trend is not told from a season."""
SEASONS = 24
"""Months from which on each part of the year is there twice."""
KNOWN = 0.5
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Persistence:
    """The trend of a saving.

    Parameters
    ----------
    months : int
        Months of which at least half is known.
    share : float
        Saved over expected use in all of them.
    slope : Estimate or None
        Change of that share in a year; None if there are too few months.
    p_value : float
        Two-sided, of no trend; NaN if there are too few months.
    verdict : {'persists', 'decays', 'grows', 'too short'}
        By the 90 % interval of the slope.
    seasonal : bool
        Whether season and trend can still be taken for each other: less than 24 months.
    """

    months: int
    share: float
    slope: Estimate | None
    p_value: float
    verdict: Literal["persists", "decays", "grows", "too short"]
    seasonal: bool


def persistence(months: Sequence[Month]) -> Persistence:
    """Test the monthly share of a saving for a trend.

    Parameters
    ----------
    months : sequence of Month
        Of one meter, in the order of time.

    Returns
    -------
    Persistence

    Notes
    -----
    Least squares of avoided over expected use on time, months weighted by their expected use. The variance of the slope
    is that of n independent months times (1 + r) / (1 - r), with r the lag-one correlation of the residuals where it is
    positive [1]_; the test is Student's with n (1 - r) / (1 + r) - 2 degrees of freedom, at least 1. `persists` says
    that no trend is shown, not that there is none: the interval of the slope says how fast a decay would go unseen.

    References
    ----------
    .. [1] G. V. Bayley and J. M. Hammersley, "The effective number of independent observations in an autocorrelated
       time series," Journal of the Royal Statistical Society 8 (2), 184-197, 1946.
    """
    good = [one for one in months if one.known >= KNOWN and abs(one.expected) > 0 and not np.isnan(one.avoided.value)]
    expected = np.array([one.expected for one in good])
    avoided = np.array([one.avoided.value for one in good])
    share = float(avoided.sum() / expected.sum()) if expected.sum() else float("nan")
    seasonal = len(good) < SEASONS
    if len(good) < LEAST:
        return Persistence(
            months=len(good), share=share, slope=None, p_value=float("nan"), verdict="too short", seasonal=seasonal
        )
    days = np.array([one.month for one in good], dtype="datetime64[D]").astype(np.float64)
    slope, error, free = _trend(days / DAYS_A_YEAR, avoided / expected, np.abs(expected))
    half = float(student_quantile(CONFIDENCE, np.array([free]))[0]) * error
    verdict = "decays" if slope + half < 0 else "grows" if slope - half > 0 else "persists"
    return Persistence(
        months=len(good),
        share=share,
        slope=Estimate(slope, slope - half, slope + half, "1/a"),
        p_value=_two_sided(abs(slope) / error, free) if error > 0 else (0.0 if slope else 1.0),
        verdict=verdict,
        seasonal=seasonal,
    )


def _trend(time: Floats, value: Floats, weight: Floats) -> tuple[float, float, float]:
    """Slope, its standard error and degrees of freedom."""
    weight = weight / weight.mean()
    centre, level = np.average(time, weights=weight), np.average(value, weights=weight)
    spread = float((weight * (time - centre) ** 2).sum())
    slope = float((weight * (time - centre) * (value - level)).sum()) / spread
    residual = value - level - slope * (time - centre)
    count = len(value)
    squares = float((weight * residual**2).sum())
    scaled = residual * np.sqrt(weight)
    total = float((scaled**2).sum())
    memory = float((scaled[1:] * scaled[:-1]).sum()) / total if total > 0 else 0.0
    memory = min(max(memory, 0.0), 0.9)
    error = np.sqrt(squares / (count - 2) / spread * (1 + memory) / (1 - memory))
    return slope, float(error), max(count * (1 - memory) / (1 + memory) - 2, 1.0)


def _two_sided(t: float, free: float) -> float:
    """Chance of a larger |T| in Student's distribution; with T = sqrt(v) tan(a) its density is C cos^(v - 1) a."""
    scale = 2 * exp(lgamma((free + 1) / 2) - lgamma(free / 2)) / sqrt(pi)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    angle = atan(t / sqrt(free))
    inside = scale * angle / 2 * float((np.cos(angle * (nodes + 1) / 2) ** (free - 1)) @ weights)
    return min(max(1 - inside, 0.0), 1.0)
