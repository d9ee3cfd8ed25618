"""What the scatter of a baseline alone says of a total: parameters and noise by blocks, no drift from year to year."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.model import Fitter
from wattstone.savings.fsu import student_quantile

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BLOCK_DAYS = 30
"""Length of blocks: longer than spells of weather and holidays, twelve to a year."""
DRAWS = 100


@dataclass(frozen=True, kw_only=True)
class Resampled:
    """Totals predicted by models of resampled baselines, with resampled noise.

    Parameters
    ----------
    totals : (r, m) array
        Of r draws for m meters. [unit]
    """

    totals: Floats

    def interval(self, level: float = 0.9) -> tuple[Floats, Floats]:
        """Quantiles of the totals, lower and upper. (m,) each; NaN where a draw is."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.totals, [tail, 1 - tail], axis=0)
        return low, high


def blocks_of(conditions: Conditions, days: int = BLOCK_DAYS) -> Ints:
    """Block of each interval, from 0: runs of days from the first. (t,)"""
    return (conditions.date - conditions.date[0]).astype("timedelta64[D]").astype(np.int64) // days


def out_of_fold(
    use: Floats, conditions: Conditions, fit: Fitter, *, folds: int = 4, extra: Extra | None = None
) -> Floats:
    """Predict each part of a baseline by models of its other parts.

    Parameters
    ----------
    use : (m, t) array
        Use of each interval, NaN where not known.
    conditions : Conditions
        The t intervals.
    fit : Fitter
        `fit(use, conditions, extra)`.
    folds : int
        How often models are fitted; blocks of `BLOCK_DAYS` go round, so that every fold meets all seasons.
    extra : Extra or None
        Further variables.

    Returns
    -------
    (m, t) array
        Out-of-sample values; their residuals are free of what a flexible model learns by heart.

    Raises
    ------
    ValueError
        If there are fewer blocks than folds, or fewer than two folds.
    """
    at = blocks_of(conditions)
    if not 2 <= folds <= int(at.max()) + 1:
        msg = f"{folds} folds of {int(at.max()) + 1} blocks: there are 2 folds or more, and no more than blocks"
        raise ValueError(msg)
    found = np.full(use.shape, np.nan)
    for fold in range(folds):
        held = at % folds == fold
        kept = np.flatnonzero(~held)
        model = fit(use[:, kept], conditions.take(kept), None if extra is None else extra.take(kept))
        found[:, held] = model.predict(conditions.take(held), None if extra is None else extra.take(held))
    return found


def resampled_totals(
    use: Floats,
    fitted: Floats,
    conditions: Conditions,
    later: Conditions,
    known: npt.NDArray[np.bool_],
    fit: Fitter,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Resampled:
    """Totals of a later period by a block bootstrap of residuals [1]_ [2]_.

    Parameters
    ----------
    use, fitted : (m, t) array
        Baseline use and its fitted (better: out-of-fold) values.
    conditions, later : Conditions
        Intervals of the baseline, and t' of the later period.
    known : (m, t') array of bool
        Which intervals of the later period count.
    fit : Fitter
        Of the model.
    draws, seed : int
        How many, and of which random stream.

    Returns
    -------
    Resampled
        Of each draw: models are fitted again to fitted values with residuals of whole blocks drawn with replacement,
        and predict; residuals of blocks drawn likewise are the later period's noise.

    Notes
    -----
    Blocks keep the correlation within `BLOCK_DAYS`. All meters share the draw of blocks. It knows of a model that
    stays true, as the formulae of Guideline 14 do; how buildings change from year to year is in `calibration`.

    References
    ----------
    .. [1] H. R. Kuensch, "The jackknife and the bootstrap for general stationary observations," Annals of Statistics
       17, 1989.
    .. [2] W. Koran, E. Boyer, M. S. Khawaja, J. Rushton and J. Stewart, "A comparison of approaches to estimating the
       time-aggregated uncertainty of savings estimated from meter data," IEPEC, 2017.
    """
    rng = np.random.default_rng(seed)
    power = _centred((use - fitted) / conditions.hours)
    at = blocks_of(conditions)
    places = [np.flatnonzero(at == one) for one in range(int(at.max()) + 1)]
    totals = np.empty((draws, len(use)))
    for draw in range(draws):
        again = fitted + power[:, _drawn(places, len(conditions), rng)] * conditions.hours
        model = fit(again, conditions, None)
        noise = power[:, _drawn(places, len(later), rng)] * later.hours
        told = model.predict(later) + np.nan_to_num(noise)
        totals[draw] = np.where(known, told, 0.0).sum(axis=1)
    return Resampled(totals=totals)


def blocked_interval(
    use: Floats, fitted: Floats, conditions: Conditions, predicted: Floats, *, level: float = 0.9
) -> tuple[Floats, Floats]:
    """Interval of a later total by the scatter of block means, without fitting again.

    Parameters
    ----------
    use, fitted : (m, t) array
        Baseline use and fitted values.
    conditions : Conditions
        The t intervals.
    predicted : (m, t') array
        Expected use of the later period, NaN where it does not count.
    level : float
        Nominal coverage.

    Returns
    -------
    lower, upper : (m,) array
        Of the total.

    Notes
    -----
    With b blocks of n intervals in all, residuals r and block sums S, the long-run variance of an interval is v = sum
    S^2 / n b / (b - 1), residuals having a mean of 0. A total of k intervals has the variance v k (1 + k / n): noise,
    and the level of the model, known as well as n intervals tell it; b blocks tell v with b - 1 degrees of freedom.
    """
    residual = _centred(use - fitted)
    known = ~np.isnan(residual)
    residual = np.nan_to_num(residual)
    at = blocks_of(conditions)
    edge = np.flatnonzero(np.concatenate([[True], at[1:] != at[:-1]]))
    sums = np.add.reduceat(residual, edge, axis=1)
    blocks, n = len(edge), np.maximum(known.sum(axis=1), 1)
    variance = (sums**2).sum(axis=1) / n * blocks / max(blocks - 1, 1)
    k = (~np.isnan(predicted)).sum(axis=1)
    half = student_quantile(level, np.array([blocks - 1.0])) * np.sqrt(variance * k * (1 + k / n))
    total = np.where(k > 0, np.nansum(predicted, axis=1), np.nan)
    return total - half, total + half


def _centred(residual: Floats) -> Floats:
    known = ~np.isnan(residual)
    mean = np.nansum(residual, axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return residual - mean


def _drawn(places: list[Ints], count: int, rng: np.random.Generator) -> Ints:
    """Intervals of blocks drawn with replacement, as many as are needed."""
    found: list[Ints] = []
    while sum(map(len, found)) < count:
        found.append(places[int(rng.integers(len(places)))])
    return np.concatenate(found)[:count]
