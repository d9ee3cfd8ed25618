"""Intervals hold as often as they say, whatever is there to calibrate them on."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pytest
from numpy.testing import assert_allclose

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import fold_days, hours_of
from wattstone.savings.calibration import Calibration
from wattstone.savings.calibration_fit import calibrate
from wattstone.savings.calibration_reference import ANY, Reference, shipped_reference
from wattstone.savings.calibration_scores import Scores, join, score
from wattstone.savings.intervals import Spread, spread

Floats = npt.NDArray[np.float64]


def days(year: int, last: int = 12) -> Conditions:
    end = date(year, 12, 31) if last == 12 else date.fromordinal(date(year, last + 1, 1).toordinal() - 1)
    return fold_days(hours_of(date(year, 1, 1), end, "UTC"))


YEARS = {year: days(year) for year in range(2013, 2018)}


def drawn(rng: np.random.Generator, count: int, drift: float, year: int) -> tuple[Floats, Floats, Floats]:
    """Residuals of a baseline, and expected and observed use of the year after it, which drifts as a whole."""
    level = rng.uniform(10, 100, count)[:, None]
    weekly = 1 + 0.3 * np.sin(np.arange(len(YEARS[year])) / 20)
    expected = level * weekly
    noise = level * 0.1 * rng.standard_normal((2, count, len(YEARS[year])))
    moved = 1 + drift * rng.standard_t(4, count)[:, None]
    return expected + noise[0], expected, expected * moved + noise[1]


def scored(rng: np.random.Generator, count: int, drift: float, year: int, kind: str = "electricity") -> Scores:
    base, expected, observed = drawn(rng, count, drift, year)
    of = spread(base, expected, YEARS[year])
    return score(
        meters=[f"m{i}" for i in range(count)],
        kinds=[kind] * count,
        observed=observed,
        predicted=expected,
        conditions=YEARS[year],
        spread=of,
    )


def covered(calibration: Calibration, of: Spread, expected: Floats, observed: Floats, year: int) -> tuple[float, float]:
    lower, upper = calibration.each(expected, YEARS[year], of)
    low, high = calibration.total(expected, YEARS[year], of)
    total = observed.sum(axis=1)
    return float(((observed >= lower) & (observed <= upper)).mean()), float(((total >= low) & (total <= high)).mean())


@pytest.mark.parametrize("drift", [0.0, 0.05, 0.2])
def test_intervals_of_exchangeable_meters_hold_as_often_as_they_say(drift: float):
    rng = np.random.default_rng(1)
    pool = scored(rng, 150, drift, 2014)
    base, expected, observed = drawn(rng, 400, drift, 2015)
    calibration = calibrate(
        meters=[f"new{i}" for i in range(400)], kinds=["electricity"] * 400, begins=date(2015, 1, 1), earlier=pool
    )

    of_days, of_totals = covered(calibration, spread(base, expected, YEARS[2015]), expected, observed, 2015)

    assert 0.87 <= of_days <= 0.94
    assert 0.86 <= of_totals <= 0.95
    assert calibration.sources == ("earlier years",)
    assert calibration.pools["electricity"]["total"].coverage == pytest.approx(0.9, abs=0.05)
