"""How well a model meets what was observed: the figures that standards set limits to, for many meters at once."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Index
from wattstone.baselines.statistics import quantiles

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Goodness:
    """Fit or predictive accuracy of each of m meters; e = observed - predicted over the intervals where both are known.

    Parameters
    ----------
    n : (m,) array of int
        Intervals that count.
    p : (m,) array of int
        Parameters of the model; 0 where the figures are out of sample, so that nothing is taken off n.
    mean : (m,) array
        Mean observed use. [unit per interval]
    rmse : (m,) array
        sqrt(sum(e^2) / (n - p)). [unit per interval]
    cv_rmse : (m,) array
        rmse / |mean|; of nothing but size where a meter exports on balance. [1]
    nmbe : (m,) array
        sum(e) / ((n - p) mean), so positive where the model predicts too little of a positive use. [1]
    r2 : (m,) array
        1 - sum(e^2) / sum((observed - mean)^2); NaN where use is constant. [1]
    adjusted_r2 : (m,) array
        1 - (1 - r2) (n - 1) / (n - p), as p counts the constant; r2 itself where p is 0. [1]
    pnrmse : (m,) array
        rmse over the distance of the 5th from the 95th percentile of observed use; NaN where that is 0. [1]
    autocorrelation : (m,) array
        Correlation of e with itself one interval later, over pairs of neighbouring intervals that are both known. [1]

    Notes
    -----
    Every figure is NaN where n <= p, or where it is divided by 0. Sign and degrees of freedom differ between tools:
    these are ours.
    """

    n: Ints
    p: Ints
    mean: Floats
    rmse: Floats
    cv_rmse: Floats
    nmbe: Floats
    r2: Floats
    adjusted_r2: Floats
    pnrmse: Floats
    autocorrelation: Floats

    def __len__(self) -> int:
        """Number of meters."""
        return len(self.n)

    def rows(self, at: Index) -> "Goodness":
        """Figures of some meters."""
        return Goodness(**{one.name: getattr(self, one.name)[at] for one in fields(self)})

    def to_dict(self, at: int) -> dict[str, Any]:
        """One meter's figures as JSON values; None for NaN."""
        found = {one.name: getattr(self, one.name)[at].item() for one in fields(self)}
        return {name: None if value != value else value for name, value in found.items()}


def goodness(
    observed: npt.NDArray[np.floating],
    predicted: npt.NDArray[np.floating],
    parameters: npt.NDArray[np.integer] | int = 0,
) -> Goodness:
    """Measure predictions against what was observed.

    Parameters
    ----------
    observed, predicted : (m, t) array
        Use of each interval, in the order of time and without holes in it; NaN where not known.
    parameters : (m,) array of int, or int
        p, of the model that was fitted to these very intervals; 0 for others.

    Returns
    -------
    Goodness

    Examples
    --------
    >>> found = goodness(np.array([[2.0, 4.0, 6.0, np.nan]]), np.array([[1.0, 5.0, 5.0, 5.0]]))
    >>> found.n, found.cv_rmse, found.nmbe.round(3)
    (array([3]), array([0.25]), array([0.083]))
    """
    observed, predicted = np.asarray(observed, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    error = observed - predicted
    known = ~np.isnan(error)
    n = known.sum(axis=1)
    p = np.broadcast_to(np.asarray(parameters, dtype=np.int64), n.shape).copy()
    seen = np.where(known, observed, 0.0)
    level = _ratio(seen.sum(axis=1), n)
    e = np.where(known, error, 0.0)
    free = np.where(n > p, n - p, np.nan)
    squares = np.einsum("mt,mt->m", e, e)
    rmse = np.sqrt(squares / free)
    away = np.where(known, observed - level[:, None], 0.0)
    total = np.einsum("mt,mt->m", away, away)
    flat = total <= 1e-20 * np.einsum("mt,mt->m", seen, seen)  # rounding of a constant
    r2 = 1 - _ratio(squares, np.where(flat, 0.0, total))
    low, high = quantiles(np.where(known, observed, np.nan), (0.05, 0.95))
    return Goodness(
        n=n,
        p=p,
        mean=level,
        rmse=rmse,
        cv_rmse=_ratio(rmse, np.abs(level)),
        nmbe=_ratio(e.sum(axis=1), free * level),
        r2=np.where(n > p, r2, np.nan),
        adjusted_r2=1 - (1 - r2) * _ratio(n - 1.0, np.maximum(n - np.maximum(p, 1), 0.0)),
        pnrmse=_ratio(rmse, high - low),
        autocorrelation=autocorrelation(error),
    )


def autocorrelation(error: Floats) -> Floats:
    """Lag-1 autocorrelation of residuals that may have gaps.

    Parameters
    ----------
    error : (m, t) array
        Residuals in the order of time; NaN where not known.

    Returns
    -------
    (m,) array
        Mean product of neighbours about the mean, over the mean square about it; NaN where there are no neighbours or
        the residuals do not vary.
    """
    known = ~np.isnan(error)
    n = known.sum(axis=1)
    centre = _ratio(np.where(known, error, 0.0).sum(axis=1), n)
    e = np.where(known, error - centre[:, None], 0.0)
    pairs = (known[:, 1:] & known[:, :-1]).sum(axis=1)
    products = np.einsum("mt,mt->m", e[:, 1:], e[:, :-1])
    return _ratio(_ratio(products, pairs), _ratio(np.einsum("mt,mt->m", e, e), n))


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Floats:
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below != 0)
