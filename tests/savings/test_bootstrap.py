"""What the scatter of a baseline alone says: by hand, and by simulation of meters that do not drift."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from numpy.testing import assert_allclose

from tests.savings.calibration_cases import YEARS
from wattstone.baselines.conditions import Conditions, Extra, Index
from wattstone.savings.bootstrap import blocked_interval, blocks_of, out_of_fold, resampled_totals

Floats = npt.NDArray[np.float64]
YEAR = YEARS[2014]
NEXT = YEARS[2015]


@dataclass(frozen=True)
class Mean:
    """A meter uses what it used on average."""

    level: Floats
    method: str = "mean/1"

    @property
    def parameters(self) -> npt.NDArray[np.int64]:
        return np.ones(len(self.level), dtype=np.int64)

    def predict(self, conditions: Conditions, extra: Extra | None = None) -> Floats:
        return self.level[:, None] * conditions.hours

    def rows(self, at: Index) -> "Mean":
        return Mean(self.level[at])

    def to_json(self, at: int) -> dict[str, Any]:
        return {"level": self.level[at]}


def fit_mean(use: Floats, conditions: Conditions, extra: Extra | None = None) -> Mean:
    return Mean(np.nansum(use, axis=1) / (conditions.hours * ~np.isnan(use)).sum(axis=1))


def correlated(rng: np.random.Generator, shape: tuple[int, int], rho: float = 0.6) -> Floats:
    """An autoregression of order 1 with a variance of 1."""
    found = np.empty(shape)
    found[:, 0] = rng.standard_normal(shape[0])
    for at in range(1, shape[1]):
        found[:, at] = rho * found[:, at - 1] + np.sqrt(1 - rho**2) * rng.standard_normal(shape[0])
    return found


def test_blocks_are_runs_of_days():
    assert blocks_of(YEAR)[[0, 29, 30, 364]].tolist() == [0, 0, 1, 12]


def test_every_part_is_predicted_by_the_others():
    use = np.where(blocks_of(YEAR) % 2 == 0, 10.0, 30.0)[None]

    found = out_of_fold(use, YEAR, fit_mean, folds=2)

    assert_allclose(found, 40.0 - use)


@pytest.mark.parametrize("folds", [1, 14])
def test_folds_must_be_there(folds: int):
    with pytest.raises(ValueError, match="folds"):
        out_of_fold(np.ones((1, 365)), YEAR, fit_mean, folds=folds)


def test_scatter_of_blocks_by_hand():
    """Twelve blocks, +1 and -1 in turn: v = 12 * 30^2 / 360 * 12 / 11; 90 more days: t sqrt(v 90 (1 + 90 / 360))."""
    base = YEAR.take(slice(360))
    residual = np.where(blocks_of(base) % 2 == 0, 1.0, -1.0)[None]
    predicted = np.full((1, 90), 10.0)

    low, high = blocked_interval(100 + residual, np.full((1, 360), 100.0), base, predicted)

    # t(0.95; 11) = 1.795885
    half = 1.795885 * np.sqrt(12 * 900 / 360 * 12 / 11 * 90 * 1.25)
    assert_allclose([low[0], high[0]], [900 - half, 900 + half], rtol=1e-5)


def test_meters_that_do_not_drift_stay_inside():
    """500 autocorrelated meters, 90 %: 3 standard errors are 4 %; thirteen blocks tell a variance by 20 %."""
    rng = np.random.default_rng(1)
    base, later = 100 + 20 * correlated(rng, (500, 365)), 100 + 20 * correlated(rng, (500, 365))
    model = fit_mean(base, YEAR)
    predicted = model.predict(NEXT)

    low, high = blocked_interval(base, model.predict(YEAR), YEAR, predicted)

    assert np.mean((later.sum(axis=1) >= low) & (later.sum(axis=1) <= high)) == pytest.approx(0.88, abs=0.05)


def test_resampling_says_the_same_as_the_formula():
    """But for what 13 blocks leave unsure, which resampling does not know of: 1.645 / 1.782 sqrt(12 / 13) = 0.887."""
    rng = np.random.default_rng(2)
    base = 100 + 20 * correlated(rng, (40, 365))
    fitted = fit_mean(base, YEAR).predict(YEAR)
    known = np.ones((40, 365), dtype=bool)

    low, high = resampled_totals(base, fitted, YEAR, NEXT, known, fit_mean, draws=300).interval()
    least, most = blocked_interval(base, fitted, YEAR, fitted)

    assert np.median((high - low) / (most - least)) == pytest.approx(0.887, abs=0.1)
    assert_allclose(np.median(low + high), np.median(least + most), rtol=0.01)


def test_what_is_not_known_has_no_interval():
    nothing = np.full((1, 365), np.nan)

    low, high = blocked_interval(np.ones((1, 365)), np.ones((1, 365)), YEAR, nothing)

    assert np.isnan([low[0], high[0]]).all()
