"""How good a forecast was: pinball loss, scaled error, coverage."""

from collections.abc import Sequence

import numpy as np

from wattstone.forecasting.arrays import Floats

__all__ = ["coverage", "mase", "naive_scale", "pinball"]


def pinball(actual: Floats, quantiles: Floats, levels: Sequence[float] | Floats) -> Floats:
    """Pinball (quantile) loss, averaged over the levels [1]_.

    At level a it is a x (y - q) where the actual y lies above the quantile q, and (1 - a) x (q - y) below.

    Parameters
    ----------
    actual : (...) array
        What came.
    quantiles : (..., level) array
        What was said; the unit of `actual`.
    levels : (level,) sequence
        Probabilities, within (0, 1).

    Returns
    -------
    (...) array
        NaN where either is NaN. [unit of actual]

    References
    ----------
    .. [1] R. Koenker and G. Bassett, "Regression quantiles," Econometrica 46(1), 1978.

    Examples
    --------
    >>> pinball(np.array([10.0]), np.array([[6.0, 12.0]]), (0.1, 0.9)).tolist()  # (.1 x 4 + .1 x 2) / 2
    [0.3]
    """
    short = actual[..., None] - quantiles
    share = np.asarray(levels, dtype=np.float64)
    return np.mean(np.maximum(share * short, (share - 1) * short), axis=-1)


def naive_scale(history: Floats, period: int) -> Floats:
    """Mean absolute difference to one period earlier: what scales an error in `mase`.

    Parameters
    ----------
    history : (..., time) array
        What was known before the forecasts; NaN where absent.
    period : int
        Steps of the season, a day's as a rule.

    Returns
    -------
    (...) array
        NaN where no pair is known.
    """
    apart = np.abs(history[..., period:] - history[..., :-period])
    known = np.isfinite(apart)
    with np.errstate(invalid="ignore"):
        return np.where(known, apart, 0.0).sum(axis=-1) / known.sum(axis=-1)


def mase(actual: Floats, forecast: Floats, scale: Floats | float) -> Floats:
    """Mean absolute scaled error [1]_: 1 is as far off as the seasonal naive forecast was on the history.

    Parameters
    ----------
    actual, forecast : (..., time) array
        NaN where absent; such pairs do not count.
    scale : (...) array or float
        Of `naive_scale`.

    Returns
    -------
    (...) array

    References
    ----------
    .. [1] R. J. Hyndman and A. B. Koehler, "Another look at measures of forecast accuracy," International Journal of
       Forecasting 22(4), 2006.
    """
    return np.nanmean(np.abs(actual - forecast), axis=-1) / scale


def coverage(actual: Floats, lower: Floats, upper: Floats) -> Floats:
    """Share of what came that lies within the bounds, over the last axis; NaN does not count.

    Examples
    --------
    >>> bounds = np.zeros(4), np.ones(4)
    >>> float(coverage(np.array([0.5, 2.0, 1.0, np.nan]), *bounds).round(3))
    0.667
    """
    known = np.isfinite(actual) & np.isfinite(lower)
    inside = (actual >= lower) & (actual <= upper) & known
    return inside.sum(axis=-1) / known.sum(axis=-1)
