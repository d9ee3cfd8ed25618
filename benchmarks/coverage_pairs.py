"""Fit a year, predict the next, for all years and meters of the university estate: what intervals are judged by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.estate_arrays import Estate
from wattstone.baselines.conditions import Conditions
from wattstone.baselines.goodness import Goodness, goodness
from wattstone.baselines.model import Model
from wattstone.baselines.timeline import fold_days, fold_use
from wattstone.portfolio.kinds import canonical_kind
from wattstone.savings.calibration_scores import Scores, score
from wattstone.savings.intervals import Spread, spread

Floats = npt.NDArray[np.float64]
Fit = Callable[[Floats, Conditions, Sequence[str]], Model]
ENOUGH = 0.9
"""Share of a year's days that must be known in both years of a pair."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Meters of which two years in a row suffice, fitted on the first and predicted in the second.

    Parameters
    ----------
    year : int
        The predicted one.
    meters, kinds : tuple of str
        m of them.
    conditions : Conditions
        Of the predicted year.
    observed, predicted : (m, t) array
        Use in it.
    spread : Spread
        Of the baseline.
    scores : Scores
        Of the predicted year.
    fit : Goodness
        Of the baseline.
    """

    year: int
    meters: tuple[str, ...]
    kinds: tuple[str, ...]
    conditions: Conditions
    observed: Floats
    predicted: Floats
    spread: Spread
    scores: Scores
    fit: Goodness

    def rows(self, names: Sequence[str]) -> "Pair":
        """Some of the meters."""
        at = np.flatnonzero(np.isin(self.meters, names))
        return Pair(
            year=self.year,
            meters=tuple(self.meters[i] for i in at),
            kinds=tuple(self.kinds[i] for i in at),
            conditions=self.conditions,
            observed=self.observed[at],
            predicted=self.predicted[at],
            spread=self.spread.rows(at),
            scores=self.scores.take(np.isin(self.scores.meters, names)),
            fit=self.fit.rows(at),
        )


def pairs(estate: Estate, fit: Fit, *, daily: bool, last: int = 2019) -> list[Pair]:
    """All pairs of years from 2008 to `last`."""
    return [pair for year in range(2009, last + 1) if (pair := _pair(estate, fit, year, daily=daily)).meters]


def _pair(estate: Estate, fit: Fit, year: int, *, daily: bool) -> Pair:
    (base, base_hours), (use, hours) = estate.year(year - 1), estate.year(year)
    days, base_days = fold_use(use, hours), fold_use(base, base_hours)
    at = np.flatnonzero((_known(days) >= ENOUGH) & (_known(base_days) >= ENOUGH))
    before, after = (fold_days(base_hours), fold_days(hours)) if daily else (base_hours, hours)
    history, observed = (base_days[at], days[at]) if daily else (base[at].astype(float), use[at].astype(float))
    meters, kinds = tuple(estate.meters[i] for i in at), tuple(canonical_kind(estate.kinds[i]) for i in at)
    model = fit(history, before, kinds)
    fitted, predicted = model.predict(before), model.predict(after)
    of = spread(history, fitted, before)
    return Pair(
        year=year,
        meters=meters,
        kinds=kinds,
        conditions=after,
        observed=observed,
        predicted=predicted,
        spread=of,
        scores=score(meters=meters, kinds=kinds, observed=observed, predicted=predicted, conditions=after, spread=of),
        fit=goodness(history, fitted, model.parameters),
    )


def _known(days: Floats) -> Floats:
    return (~np.isnan(days)).mean(axis=1)
