"""Trying models on time that they have not seen: fitted to the first part of a baseline, held against what follows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions, Extra
from wattstone.baselines.model import Fitter
from wattstone.baselines.ridge_design import turn_of_year

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

PARTS = ((4, 5), (5, 6))
"""Of six equal parts of the baseline: how many are fitted, and the end of the block that is held back."""


@dataclass(frozen=True)
class Block:
    """One trial.

    Parameters
    ----------
    fitted : (t,) array of bool
        Intervals before the block.
    tried : (t,) array of bool
        Those of the block.
    """

    fitted: Bools
    tried: Bools


def blocks_ahead(conditions: Conditions) -> tuple[Block, ...]:
    """Blocks at the end of a baseline, each after all that is fitted for it.

    Parameters
    ----------
    conditions : Conditions
        Intervals; for a year, the blocks are of two months, September and October, November and December.

    Notes
    -----
    Blocks in the middle of a baseline would reward models that interpolate: a level that holds for a month is known to
    a model that has seen the weeks on both sides of a block, but never to one that predicts the next year. The turn of
    the year is not tried, for what is closed then is not seen in the months before.
    """
    day = (conditions.date - conditions.date[:1]).astype("timedelta64[D]").astype(np.int64)
    days = int(day.max(initial=0)) + 1
    usual = ~turn_of_year(conditions)
    return tuple(
        Block(day < days * first // 6, (day >= days * first // 6) & (day < days * end // 6) & usual)
        for first, end in PARTS
    )


def errors_ahead(fit: Fitter, use: npt.NDArray[np.floating], conditions: Conditions, extra: Extra | None) -> Floats:
    """Root mean square error of a model on the blocks that follow what it was fitted to.

    Parameters
    ----------
    fit : Fitter
        `fit(use, conditions, extra)`.
    use : (m, t) array
        Of each interval; NaN where not known.
    conditions : Conditions
        Intervals.
    extra : Extra or None
        Further variables.

    Returns
    -------
    (m,) array
        Of use; NaN where nothing could be predicted.
    """
    power = use.astype(np.float64, copy=False)
    total, count = np.zeros(len(use)), np.zeros(len(use), dtype=np.int64)
    for block in blocks_ahead(conditions):
        before = None if extra is None else extra.take(block.fitted)
        model = fit(power[:, block.fitted], conditions.take(block.fitted), before)
        error = (power - model.predict(conditions, extra))[:, block.tried]
        known = np.isfinite(error)
        error[~known] = 0.0
        total += (error**2).sum(axis=1)
        count += known.sum(axis=1)
    return np.sqrt(np.where(count > 0, total / np.maximum(count, 1), np.nan))
