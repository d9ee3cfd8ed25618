"""Order statistics of many series at once, gaps left out; numpy's own go row by row where there is a NaN."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
"""Of 32 or 64 bits: a portfolio's hours are kept in 32."""

NORMAL = 1.4826
"""Standard deviations of a normal distribution in its median absolute deviation."""


def quantiles(values: Floats, levels: tuple[float, ...]) -> Floats:
    """Quantiles along the last axis, by linear interpolation; NaNs are left out.

    Parameters
    ----------
    values : (..., n) array
        Any unit.
    levels : tuple of float
        0 to 1.

    Returns
    -------
    (len(levels), ...) array
        NaN where there is no value at all.

    Examples
    --------
    >>> quantiles(np.array([[4.0, np.nan, 1.0, 2.0]]), (0.5,))
    array([[2.]])
    """
    ordered = np.sort(values, axis=-1)  # NaNs go last
    count = np.count_nonzero(~np.isnan(ordered), axis=-1)
    if not ordered.shape[-1]:
        return np.full((len(levels), *ordered.shape[:-1]), np.nan, dtype=values.dtype)
    found: list[Floats] = []
    for level in levels:
        place = level * np.maximum(count - 1, 0)
        below = np.floor(place).astype(np.int64)
        share = (place - below).astype(values.dtype)
        low = np.take_along_axis(ordered, below[..., None], axis=-1)[..., 0]
        high = np.take_along_axis(ordered, np.minimum(below + 1, np.maximum(count - 1, 0))[..., None], axis=-1)[..., 0]
        found.append(low * (1 - share) + high * share)
    return np.stack(found)


def median(values: Floats) -> Floats:
    """Median along the last axis; NaNs are left out."""
    return quantiles(values, (0.5,))[0]


def deviation(values: Floats) -> Floats:
    """Standard deviation along the last axis as the median absolute deviation tells it; NaNs are left out."""
    return NORMAL * median(np.abs(values - median(values)[..., None]))


def mean(values: Floats, where: npt.NDArray[np.bool_] | None = None, *, least: int = 1) -> Floats:
    """Mean along the last axis; NaNs are left out.

    Parameters
    ----------
    values : (..., n) array
        Any unit.
    where : array of bool or None
        Which values count; broadcast to `values`.
    least : int
        Values that there must be; else NaN.

    Examples
    --------
    >>> mean(np.array([[4.0, np.nan, 1.0]]), least=2)
    array([2.5])
    """
    known = ~np.isnan(values)
    if where is not None:
        known &= where
    count = np.count_nonzero(known, axis=-1)
    total = np.where(known, values, 0).sum(axis=-1, dtype=np.float64)
    return np.where(count >= max(least, 1), total / np.maximum(count, 1), np.nan)
