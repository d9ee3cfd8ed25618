"""When something changed, and when it changed back: the stretch of days that stands out most from the rest."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.baselines.statistics import deviation, mean

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BLOCK = 3  # d; the search goes by blocks, the edges are then found to the day
MOST = 0.8  # of the known days; a stretch that is longer is the rule, not the exception
BEFORE = 14  # d; what has no before has no "since when"


@dataclass(frozen=True)
class Episodes:
    """The stretch of each series that stands out most.

    Parameters
    ----------
    start, stop : (n,) array of int
        First day, and the day after the last.
    shift : (n,) array
        Mean inside minus mean outside; NaN where none was found.
    score : (n,) array
        The shift in its standard errors, the memory of the series taken into account.
    """

    start: Ints
    stop: Ints
    shift: Floats
    score: Floats


def episodes(values: Floats, *, sign: int = 1, shortest: int = 6) -> Episodes:
    """Find in each series the stretch whose mean differs most from the rest in one direction [1]_.

    Parameters
    ----------
    values : (n, d) array
        By day, season and weather already taken out; NaN where not known.
    sign : {1, -1}
        Whether it is to stand above or below the rest.
    shortest : int
        Shortest stretch. [d]

    Returns
    -------
    Episodes

    Notes
    -----
    The statistic is that of circular binary segmentation [1]_, the difference of two means over its standard error, on
    means of blocks of `BLOCK` days. Days remember the days before; the standard error is that of a series with the
    lag-one correlation r of the residuals of the blocks, sqrt((1 + r) / (1 - r)) times that of independent ones [2]_.

    References
    ----------
    .. [1] A. B. Olshen et al., "Circular binary segmentation," Biostatistics 5 (4), 557-572, 2004.
    .. [2] G. V. Bayley and J. M. Hammersley, "The effective number of independent observations in an autocorrelated
       time series," Journal of the Royal Statistical Society 8 (2), 184-197, 1946.
    """
    number, days = values.shape
    count = -(-days // BLOCK)
    padded = np.full((number, count * BLOCK), np.nan)
    padded[:, :days] = sign * values
    blocks = padded.reshape(number, count, BLOCK)
    weight = np.count_nonzero(~np.isnan(blocks), axis=-1).astype(np.float64)
    level = np.nan_to_num(mean(blocks))
    start, stop = _search(level, weight, max(1, -(-shortest // BLOCK)))
    start, stop = _refined(padded[:, :days], start * BLOCK, np.minimum(stop * BLOCK, days))
    at: Ints = np.arange(days, dtype=np.int64)
    inside: npt.NDArray[np.bool_] = (at >= start[:, None]) & (at < stop[:, None])
    within, outside = mean(padded[:, :days], inside), mean(padded[:, :days], ~inside)
    shift = within - outside
    residual = padded[:, :days] - np.where(inside, within[:, None], outside[:, None])
    known = ~np.isnan(padded[:, :days])
    number_in, number_out = (known & inside).sum(axis=1), (known & ~inside).sum(axis=1)
    # A series without any chance in it, as a flow that was always zero, has no error: a thousand of them is enough.
    error = np.maximum(_error(residual, number_in, number_out), 1e-3 * np.abs(np.nan_to_num(shift)))
    with np.errstate(invalid="ignore", divide="ignore"):
        score = np.where((stop > start) & (error > 0), shift / error, 0.0)
    good = (number_in >= shortest * 0.6) & (number_out >= BEFORE)
    return Episodes(start, stop, np.where(good, sign * shift, np.nan), np.where(good, np.nan_to_num(score), 0.0))


def _search(level: Floats, weight: Floats, least: int) -> tuple[Ints, Ints]:
    """Blocks between which the mean stands out most; every length in turn, all series at once."""
    number, count = level.shape
    total = np.concatenate([np.zeros((number, 1)), np.cumsum(level * weight, axis=1)], axis=1)
    known = np.concatenate([np.zeros((number, 1)), np.cumsum(weight, axis=1)], axis=1)
    every, all_known = total[:, -1:], known[:, -1:]
    best, start, stop = np.zeros(number), np.zeros(number, dtype=np.int64), np.zeros(number, dtype=np.int64)
    rows: Ints = np.arange(number, dtype=np.int64)
    for length in range(least, int(MOST * count) + 1):
        inside = known[:, length:] - known[:, :-length]
        outside = all_known - inside
        part = total[:, length:] - total[:, :-length]
        # The difference of means over its standard error is this, up to what does not depend on the stretch.
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (part * all_known - every * inside) / np.sqrt(inside * outside)
        found[~(inside * outside > 0)] = 0.0
        where = found.argmax(axis=1)
        height = found[rows, where]
        better = height > best
        best[better], start[better], stop[better] = height[better], where[better], where[better] + length
    return start, stop


def _refined(values: Floats, start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Move each edge by up to a block, to where the two sides differ most."""
    number, days = values.shape
    total = np.concatenate([np.zeros((number, 1)), np.cumsum(np.nan_to_num(values), axis=1)], axis=1)
    known = np.concatenate([np.zeros((number, 1)), np.cumsum(~np.isnan(values), axis=1)], axis=1)
    rows: Ints = np.arange(number, dtype=np.int64)
    best = np.full(number, -np.inf)
    edges = start.copy(), stop.copy()
    for early in range(-BLOCK, BLOCK + 1):
        for late in range(-BLOCK, BLOCK + 1):
            low, high = np.clip(start + early, 0, days), np.clip(stop + late, 0, days)
            inside = known[rows, high] - known[rows, low]
            outside = known[:, -1] - inside
            part = total[rows, high] - total[rows, low]
            with np.errstate(invalid="ignore", divide="ignore"):
                found = (part * known[:, -1] - total[:, -1] * inside) / np.sqrt(inside * outside)
            better = np.where((stop > start) & (inside * outside > 0) & (high > low), found, -np.inf) > best
            best[better] = found[better]
            edges[0][better], edges[1][better] = low[better], high[better]
    return edges


def _error(residual: Floats, inside: Ints, outside: Ints) -> Floats:
    """Standard error of the difference of two means of a series with a memory. [unit of the series]"""
    spread = np.maximum(deviation(residual), 0.3 * np.nan_to_num(_root(residual)))
    before, after = residual[:, :-1], residual[:, 1:]
    both = ~np.isnan(before) & ~np.isnan(after)
    limit = 4 * np.maximum(spread, 1e-12)[:, None]
    before, after = np.clip(before, -limit, limit), np.clip(after, -limit, limit)
    cross = np.where(both, before * after, 0.0).sum(axis=1)
    square = np.where(both, before**2 + after**2, 0.0).sum(axis=1) / 2
    memory = np.clip(cross / np.maximum(square, 1e-30), 0.0, 0.95)
    with np.errstate(divide="ignore", invalid="ignore"):
        return spread * np.sqrt((1 + memory) / (1 - memory)) * np.sqrt(1 / inside + 1 / outside)


def _root(residual: Floats) -> Floats:
    """Root mean square, gaps left out."""
    return np.sqrt(mean(residual**2))
