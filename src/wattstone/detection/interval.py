"""How sure the energy of a finding is: a bootstrap over blocks of days."""

import numpy as np
import numpy.typing as npt

Wide = npt.NDArray[np.float64]

LENGTH = 7  # d: whole weeks, so that the days of the week stay together
TIMES = 400
BOUNDS = (0.05, 0.95)


def block_interval(residual: Wide, start: int, stop: int, *, seed: int = 0, grows: bool = False) -> tuple[float, float]:
    """90 % interval of the sum of a stretch's residuals, relative to the sum, by a block bootstrap [1]_.

    Parameters
    ----------
    residual : (d,) array
        Actual minus expected, by day; NaN where not known.
    start, stop : int
        The stretch.
    seed : int
        Of the draws.
    grows : bool
        Whether it grows evenly from the start on: growth is then no chance, only what lies around it.

    Returns
    -------
    lower, upper : float
        As shares of the sum: 0.8 and 1.2 say plus or minus a fifth.

    Notes
    -----
    Blocks of a week are drawn with replacement from the stretch (what it was by chance) and from the days around it
    (where the expectation may be off); the interval is that of the difference of the two means.

    References
    ----------
    .. [1] H. R. Künsch, "The jackknife and the bootstrap for general stationary observations," Annals of Statistics
       17 (3), 1217-1241, 1989.
    """
    outside = np.concatenate([residual[:start], residual[stop:]])
    total = np.nanmean(residual[start:stop]) if np.any(~np.isnan(residual[start:stop])) else 0.0
    if total == 0:
        return (0.0, 2.0)
    random = np.random.default_rng(seed)
    trend = _trend(residual[start:stop]) if grows else 0.0
    within, around = _means(residual[start:stop] - trend, random), _means(outside, random)
    low, high = np.quantile(within - (around - np.mean(around)), BOUNDS)
    bounds = sorted((float(low / total), float(high / total)))
    return (max(bounds[0], 0.0), bounds[1])


def _trend(values: Wide) -> Wide:
    """The line through 0 at the start that lies closest, less its mean: it moves nothing but the spread."""
    days = np.arange(len(values)) + 0.5
    known = ~np.isnan(values)
    slope = float((values[known] * days[known]).sum()) / float((days[known] ** 2).sum())
    return np.asarray(slope * (days - float(days[known].mean())), dtype=np.float64)


def _means(values: Wide, random: np.random.Generator) -> Wide:
    """Means of series put together from blocks of a week."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return np.zeros(TIMES)
    count = max(1, known.size // LENGTH)
    blocks = np.array([part.mean() for part in np.array_split(known, count)])
    return blocks[random.integers(0, count, size=(TIMES, count))].mean(axis=1)
