"""When something changed, and when it changed back: the stretch of days that stands out most from the rest."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.baselines.statistics import deviation, mean

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

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
        What stands out in its standard errors, the memory of the series taken into account.
    grows : (n,) array of bool
        Whether it rises evenly from its first day on rather than at once.
    """

    start: Ints
    stop: Ints
    shift: Floats
    score: Floats
    grows: Bools


def episodes(values: Floats, *, sign: int = 1, shortest: int = 6, growing: bool = False) -> Episodes:
    """Find in each series the stretch that differs most from the rest in one direction [1]_.

    Parameters
    ----------
    values : (n, d) array
        By day, season and weather already taken out; NaN where not known.
    sign : {1, -1}
        Whether it is to stand above or below the rest.
    shortest : int
        Shortest stretch. [d]
    growing : bool
        Whether stretches in which the difference grows evenly from nothing are looked for as well as even ones.

    Returns
    -------
    Episodes

    Notes
    -----
    A stretch is a template w, 1 inside and 0 outside, or the days since its start inside and 0 outside; its statistic
    is the length of the projection of the series on the template, both without their means. For the first template
    this is the difference of two means over its standard error, the statistic of circular binary segmentation [1]_;
    for the second it is that of a slope. All stretches of whole blocks of `BLOCK` days are tried, the edges then moved
    to the day. Of a growing stretch the start is thereby the day from which an even growth explains most, not the day
    on which it stands out. Days remember the days before; the standard error is that of a series with the lag-one
    correlation r of the residuals of the days, sqrt((1 + r) / (1 - r)) times that of independent ones [2]_.

    References
    ----------
    .. [1] A. B. Olshen et al., "Circular binary segmentation," Biostatistics 5 (4), 557-572, 2004.
    .. [2] G. V. Bayley and J. M. Hammersley, "The effective number of independent observations in an autocorrelated
       time series," Journal of the Royal Statistical Society 8 (2), 184-197, 1946.
    """
    number, days = values.shape
    count = -(-days // BLOCK)
    signed = sign * values
    centred = signed - mean(signed)[:, None]
    padded = np.full((number, count * BLOCK), np.nan)
    padded[:, :days] = centred
    blocks = padded.reshape(number, count, BLOCK)
    weight = np.count_nonzero(~np.isnan(blocks), axis=-1).astype(np.float64)
    sums = _Sums(np.nan_to_num(blocks).sum(axis=-1), weight)
    start, stop, grows = _search(sums, max(1, -(-shortest // BLOCK)), growing=growing)
    daily = _Sums(np.nan_to_num(centred), (~np.isnan(centred)).astype(np.float64))
    start, stop, height = _refined(daily, start * BLOCK, np.minimum(stop * BLOCK, days), grows)
    start, stop = _trimmed(~np.isnan(centred), start, stop)
    at: Ints = np.arange(days, dtype=np.int64)
    inside: Bools = (at >= start[:, None]) & (at < stop[:, None])
    within, outside = mean(centred, inside), mean(centred, ~inside)
    shift = within - outside
    known = ~np.isnan(centred)
    number_in, number_out = (known & inside).sum(axis=1), (known & ~inside).sum(axis=1)
    template = np.where(inside, np.where(grows[:, None], at - start[:, None] + 0.5, 1.0), 0.0)
    template = np.where(known, template - mean(np.where(known, template, np.nan))[:, None], 0.0)
    size = (template**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        residual = centred - template * (height / np.sqrt(size))[:, None]
        # A series without any chance in it, as a flow that was always zero, has no error: a thousandth is enough.
        error = np.maximum(_error(residual), 1e-3 * np.abs(np.nan_to_num(height)))
        score = np.where((stop > start) & (error > 0), height / error, 0.0)
    good = (number_in >= shortest * 0.6) & (number_out >= BEFORE)
    score = np.where(good, np.nan_to_num(score), 0.0)
    return Episodes(start, stop, np.where(good, sign * shift, np.nan), score, grows)


class _Sums:
    """Running sums of series and of what is known of them, from which every stretch has its statistic."""

    def __init__(self, total: Floats, weight: Floats) -> None:
        place = np.arange(total.shape[1], dtype=np.float64)
        self.value = _running(total)
        self.moment = _running(total * place)
        self.known = _running(weight)
        self.first = _running(weight * place)
        self.second = _running(weight * place**2)
        self.count = self.known[:, -1]

    def even(self, rows: Ints | slice, low: Ints | slice, high: Ints | slice) -> Floats:
        """Projection on a stretch that stands out evenly."""
        inside = self.known[rows, high] - self.known[rows, low]
        part = self.value[rows, high] - self.value[rows, low]
        count = self.count[rows] if inside.ndim == 1 else self.count[rows, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            found = part / np.sqrt(inside * (count - inside) / count)
        return np.where(inside * (count - inside) > 0, found, -np.inf)

    def rising(self, rows: Ints | slice, low: Ints | slice, high: Ints | slice) -> Floats:
        """Projection on a stretch that grows evenly from its start."""
        inside, one, two, part, moment = (
            held[rows, high] - held[rows, low]
            for held in (self.known, self.first, self.second, self.value, self.moment)
        )
        count = self.count[rows] if inside.ndim == 1 else self.count[rows, None]
        begin = (np.arange(self.known.shape[1], dtype=np.float64)[low] if isinstance(low, slice) else low) - 0.5
        linear = one - begin * inside
        square = two - 2 * begin * one + begin**2 * inside
        with np.errstate(invalid="ignore", divide="ignore"):
            size = square - linear**2 / count
            found = (moment - begin * part) / np.sqrt(size)
        return np.where((inside > 0) & (size > 1e-9 * square), found, -np.inf)


def _running(values: Floats) -> Floats:
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _search(sums: _Sums, least: int, *, growing: bool) -> tuple[Ints, Ints, Bools]:
    """Blocks between which the series stands out most; every length in turn, all series at once."""
    number, count = len(sums.known), sums.known.shape[1] - 1
    best, start, stop = np.zeros(number), np.zeros(number, dtype=np.int64), np.zeros(number, dtype=np.int64)
    grows = np.zeros(number, dtype=bool)
    rows: Ints = np.arange(number, dtype=np.int64)
    every = slice(None)
    for length in range(least, int(MOST * count) + 1):
        for grown in (False, True)[: 1 + growing]:
            statistic = sums.rising if grown else sums.even
            found = statistic(every, slice(0, count + 1 - length), slice(length, count + 1))
            where = found.argmax(axis=1)
            height = found[rows, where]
            better = height > best
            best[better], start[better], stop[better] = height[better], where[better], where[better] + length
            grows[better] = grown
    return start, stop, grows


def _refined(sums: _Sums, start: Ints, stop: Ints, grows: Bools) -> tuple[Ints, Ints, Floats]:
    """Move each edge by up to a block, to where the series stands out most."""
    number, days = len(start), sums.known.shape[1] - 1
    rows: Ints = np.arange(number, dtype=np.int64)
    best = np.full(number, -np.inf)
    edges = start.copy(), stop.copy()
    for early in range(-BLOCK, BLOCK + 1):
        for late in range(-BLOCK, BLOCK + 1):
            low, high = np.clip(start + early, 0, days), np.clip(stop + late, 0, days)
            found = np.where(grows, sums.rising(rows, low, high), sums.even(rows, low, high))
            better = np.where((stop > start) & (high > low), found, -np.inf) > best
            best[better] = found[better]
            edges[0][better], edges[1][better] = low[better], high[better]
    return edges[0], edges[1], np.where(np.isfinite(best), best, 0.0)


def _trimmed(known: Bools, start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Edges moved inwards to days that are known; one after which nothing is known stays."""
    days = known.shape[1]
    at: Ints = np.arange(days, dtype=np.int64)
    inside = known & (at >= start[:, None]) & (at < stop[:, None])
    some = inside.any(axis=1)
    first, last = inside.argmax(axis=1), days - inside[:, ::-1].argmax(axis=1)
    later = (known & (at >= stop[:, None])).any(axis=1)
    return np.where(some, first, start), np.where(some & later, last, stop)


def _error(residual: Floats) -> Floats:
    """Standard deviation of a projection of a series with a memory on a template of length 1. [unit of the series]"""
    spread = np.maximum(deviation(residual), 0.3 * np.nan_to_num(_root(residual)))
    before, after = residual[:, :-1], residual[:, 1:]
    both = ~np.isnan(before) & ~np.isnan(after)
    limit = 4 * np.maximum(spread, 1e-12)[:, None]
    before, after = np.clip(before, -limit, limit), np.clip(after, -limit, limit)
    cross = np.where(both, before * after, 0.0).sum(axis=1)
    square = np.where(both, before**2 + after**2, 0.0).sum(axis=1) / 2
    memory = np.clip(cross / np.maximum(square, 1e-30), 0.0, 0.95)
    return spread * np.sqrt((1 + memory) / (1 - memory))


def _root(residual: Floats) -> Floats:
    """Root mean square, gaps left out."""
    return np.sqrt(mean(residual**2))
