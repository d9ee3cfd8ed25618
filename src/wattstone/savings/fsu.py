"""Fractional savings uncertainty by ASHRAE Guideline 14, in each form in which it is in use."""

from dataclasses import dataclass
from math import lgamma, pi
from typing import Literal

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Step
from wattstone.baselines.goodness import Goodness
from wattstone.savings.result import CONFIDENCE, Fsu

Floats = npt.NDArray[np.float64]

Variant = Literal["g14", "g14-sun-baltazar", "g14-nmecr"]

FACTOR = 1.26
"""Empirical factor of the Guideline, for a model's error in new weather (its simplified form)."""
POLYNOMIALS: dict[Step, tuple[float, float, float]] = {
    "day": (-0.00024, 0.03535, 1.00286),
    "bill": (-0.00022, 0.03306, 0.94054),
}
"""What Sun & Baltazar 2013 put in its place, for M months of reporting: a M^2 + b M + c; hours keep 1.26."""
CORRELATED = 0.5
"""Autocorrelation from which nmecr corrects for it (its comment cites Guideline 14-2014, page 91)."""
NODES = 48
ROUNDS = 60


@dataclass(frozen=True, kw_only=True)
class FsuBatch:
    """Fractional savings uncertainty of each of m meters.

    Parameters
    ----------
    variant : str
        `g14`, `g14-sun-baltazar` or `g14-nmecr`.
    half_width : (m,) array
        Half-width of the interval of the avoided use. [unit]
    fraction : (m,) array
        half_width / |avoided|; NaN where nothing is avoided. [1]
    n, n_effective, count, t : (m,) array
        Points of the baseline, and what they are worth; points of the reporting period; quantile of Student's t.
    confidence : float
        0 to 1.
    """

    variant: Variant
    half_width: Floats
    fraction: Floats
    n: Floats
    n_effective: Floats
    count: Floats
    t: Floats
    confidence: float

    def of(self, at: int) -> Fsu:
        """One meter's, as a report takes it."""
        return Fsu(
            variant=self.variant,
            fraction=float(self.fraction[at]),
            n=float(self.n[at]),
            n_effective=float(self.n_effective[at]),
            m=float(self.count[at]),
            t=float(self.t[at]),
            confidence=self.confidence,
        )


def fractional_savings_uncertainty(
    goodness: Goodness,
    *,
    expected: Floats,
    avoided: Floats,
    count: Floats,
    months: float,
    step: Step,
    variant: Variant = "g14",
    confidence: float = CONFIDENCE,
) -> FsuBatch:
    """Uncertainty of avoided use as a fraction of it.

    Parameters
    ----------
    goodness : Goodness
        Of the baseline fits of m meters: n, p, mean, cv_rmse and lag-1 autocorrelation of residuals.
    expected, avoided : (m,) array
        Sums over the reporting period of predicted use, and of predicted minus observed. [unit]
    count : (m,) array
        Points of the reporting period.
    months : float
        Length of the reporting period, not of the baseline. [month]
    step : {'hour', 'day', 'bill'}
        Of the points.
    variant : {'g14', 'g14-sun-baltazar', 'g14-nmecr'}
        The form, see the notes.
    confidence : float
        Of the two-sided interval, 0 to 1.

    Returns
    -------
    FsuBatch
        NaN where a fit has no degrees of freedom left, or something is not known.

    Notes
    -----
    With CV = sqrt(SSE / (n - p)) / mean, F = avoided / expected and n' = n (1 - rho) / (1 + rho), not below 1:

    `g14`: FSU = t 1.26 CV / |F| sqrt(n / n' (1 + 2 / n') / m), t with n - p degrees of freedom: RMV2.0 [1]_.

    `g14-sun-baltazar`: the same with a polynomial of the months of reporting for 1.26 where points are days or bills
    [2]_: opendsm [3]_.

    `g14-nmecr`: as `g14-sun-baltazar` without autocorrelation, n' = n, for bills and where rho < 0.5; else
    sqrt(SSE / (n' - p)) in CV and t with n' - p degrees of freedom [4]_. Releases of nmecr before its pull request 30
    of 2026 put the months of the baseline into the polynomial; here they are those of the reporting period.

    All of them speak of the scatter about a model that stays true, not of a building that changes: against a
    building's next year they are too narrow [5]_. opendsm 1.2.7 hands its models 0.1, meant as the chance of a miss,
    as confidence, so that t is 0.13 instead of 1.65 in what it gives with each prediction; that is not followed here.

    References
    ----------
    .. [1] LBNL, RMV2.0 (code). The formula: ASHRAE Guideline 14-2014, annex B; read in the code, not in the Guideline.
    .. [2] Y. Sun and J.-C. Baltazar, "Analysis and improvement of the estimation of building energy savings
       uncertainty," ASHRAE Transactions 119, 2013; the polynomials as opendsm and nmecr have them.
    .. [3] opendsm 1.2.7 (code), `common/metrics.py`.
    .. [4] kW Engineering, nmecr (code), `calculate_savings_and_uncertainty.R`.
    .. [5] S. Touzani, J. Granderson, D. Jump and D. Rebello, "Evaluation of methods to assess the uncertainty in
       estimated energy savings," Energy and Buildings 193, 2019.
    """
    n, p = goodness.n.astype(np.float64), goodness.p.astype(np.float64)
    rho = goodness.autocorrelation
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.maximum(n * (1 - rho) / (1 + rho), 1.0)
        if variant == "g14-nmecr":
            plain = np.full(len(n), True) if step == "bill" else rho < CORRELATED
            effective = np.where(plain, n, effective)
            freedom, ratio = effective - p, (n - p) / (effective - p)
        else:
            freedom, ratio = n - p, n / effective
        t = student_quantile(confidence, freedom)
        factor = FACTOR if variant == "g14" else empirical_factor(step, months)
        share = t * factor * np.abs(goodness.cv_rmse) * np.sqrt(ratio * (1 + 2 / effective) / count)
        half = share * np.abs(expected)
        fraction = np.where(avoided == 0, np.nan, half / np.abs(avoided))
    return FsuBatch(
        variant=variant,
        half_width=half,
        fraction=fraction,
        n=n,
        n_effective=effective,
        count=np.asarray(count, dtype=np.float64),
        t=t,
        confidence=confidence,
    )


def empirical_factor(step: Step, months: float) -> float:
    """What stands for 1.26: a polynomial of the months of reporting for days and bills, 1.26 itself for hours.

    Examples
    --------
    >>> round(empirical_factor("day", 12), 5)  # -0.00024 * 144 + 0.03535 * 12 + 1.00286
    1.3925
    """
    if step not in POLYNOMIALS:
        return FACTOR
    a, b, c = POLYNOMIALS[step]
    return a * months**2 + b * months + c


def student_quantile(confidence: float, freedom: Floats) -> Floats:
    """The t that |T| stays below with a probability, T of Student's distribution.

    Parameters
    ----------
    confidence : float
        Two-sided, above 0 and below 1: 0.9 gives the 95th percentile.
    freedom : (m,) array
        Degrees of freedom, whole or not.

    Returns
    -------
    (m,) array
        NaN where there is less than one degree of freedom.

    Raises
    ------
    ValueError
        If the confidence is outside its range.

    Notes
    -----
    With T = sqrt(v) tan(a), the probability that |T| < t is 2 C times the integral of cos^(v - 1) from 0 to a, C =
    Gamma((v + 1) / 2) / (sqrt(pi) Gamma(v / 2)); Newton's steps from 0 never pass the root, since it is concave in a.

    Examples
    --------
    >>> student_quantile(0.9, np.array([1.0, 10.0])).round(4)
    array([6.3138, 1.8125])
    """
    if not 0 < confidence < 1:
        msg = f"confidence is between 0 and 1, not {confidence}"
        raise ValueError(msg)
    degrees, back = np.unique(np.where(freedom >= 1, freedom, np.nan), return_inverse=True)
    scale = np.array([np.nan if np.isnan(v) else 2 * np.exp(lgamma((v + 1) / 2) - lgamma(v / 2)) for v in degrees])
    scale = scale / np.sqrt(pi)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    angle = np.zeros(len(degrees))
    for _ in range(ROUNDS):
        at = angle[:, None] * (nodes + 1) / 2
        reached = scale * (np.cos(at) ** (degrees[:, None] - 1) @ weights) * angle / 2
        angle = angle + (confidence - reached) / (scale * np.cos(angle) ** (degrees - 1))
    return (np.sqrt(degrees) * np.tan(angle))[back]
