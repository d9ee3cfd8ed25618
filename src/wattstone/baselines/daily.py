"""Daily use explained by weather, day of the week and whatever else goes with it: one robust fit for each meter."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from wattstone.baselines.statistics import deviation

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HUBER = 1.345  # 95 % efficiency at the normal distribution: P. J. Huber, Annals of Math. Stat. 35 (1964) 73
ROUNDS = 6
RIDGE = 1e-6  # of the mean square of each column, so that a column that says nothing gets nothing


@dataclass(frozen=True)
class DailyFit:
    """What was expected of each day.

    Parameters
    ----------
    expected : (m, d) array
        In the unit of what was fitted; NaN on days whose covariates are not known.
    coefficients : (m, k) array
        Of the covariates.
    spread : (m,) array
        Robust standard deviation of the residuals of the days that were fitted.
    days : (m,) array of int
        Days that were fitted.
    """

    expected: Floats
    coefficients: Floats
    spread: Floats
    days: npt.NDArray[np.int64]


def fit_daily(use: Floats, covariates: Floats, *, where: Bools | None = None) -> DailyFit:
    """Fit the daily use of many meters, each on covariates of its own, by Huber's M-estimator [1]_.

    Parameters
    ----------
    use : (m, d) array
        Of each day; NaN where it is not known.
    covariates : (m, d, k) array
        The first is usually 1 throughout. NaN where not known.
    where : (m, d) array of bool or None
        Days that may be fitted; all where None.

    Returns
    -------
    DailyFit

    Notes
    -----
    Iteratively reweighted least squares, `ROUNDS` times, all meters in one batch of normal equations.

    References
    ----------
    .. [1] P. J. Huber, "Robust estimation of a location parameter," Annals of Mathematical Statistics 35 (1), 1964.

    Examples
    --------
    >>> degree_days = np.array([[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]])
    >>> x = np.stack([np.ones((1, 6)), degree_days], axis=-1)
    >>> fit_daily(10 + 2 * degree_days, x).coefficients.round(3)
    array([[10.,  2.]])
    """
    known = ~np.isnan(use) & ~np.isnan(covariates).any(axis=-1)
    if where is not None:
        known &= where
    x = np.nan_to_num(covariates)
    y = np.where(known, use, 0.0)
    scale = np.sqrt((x**2 * known[..., None]).sum(axis=1) / np.maximum(known.sum(axis=1), 1)[:, None])
    scale[scale == 0] = 1.0
    x = x / scale[:, None, :]
    weight = known.astype(np.float64)
    coefficients = np.zeros((len(use), x.shape[2]))
    for _ in range(ROUNDS):
        coefficients = _solved(x, y, weight)
        residual = np.where(known, y - np.einsum("mdk,mk->md", x, coefficients), np.nan)
        spread = np.maximum(deviation(residual), 1e-12)
        far = np.abs(np.nan_to_num(residual)) / spread[:, None]
        weight = np.where(known, np.minimum(1.0, HUBER / np.maximum(far, HUBER)), 0.0)
    expected = np.einsum("mdk,mk->md", x, coefficients)
    expected[np.isnan(covariates).any(axis=-1)] = np.nan
    spread = deviation(np.where(known, use - expected, np.nan))
    return DailyFit(expected, coefficients / scale, spread, known.sum(axis=1))


def _solved(x: Floats, y: Floats, weight: Floats) -> Floats:
    weighted = x * weight[..., None]
    normal = np.matmul(weighted.transpose(0, 2, 1), x)
    right = np.matmul(weighted.transpose(0, 2, 1), y[..., None])
    size = normal.shape[-1]
    ridge = RIDGE * np.maximum(np.einsum("mkk->mk", normal), 1.0)
    solved = cast("Floats", np.linalg.solve(normal + ridge[:, :, None] * np.eye(size), right))
    return solved[..., 0]
