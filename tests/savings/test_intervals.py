"""The scale on which misses are counted: by hand, and under a change of unit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tests.savings.calibration_cases import YEARS, days
from wattstone.savings.intervals import FLOOR, OWN, USUAL, classes, rest, slow, spread

YEAR = YEARS[2014]
COUNT = len(YEAR)


def test_blocks_of_30_days_by_hand():
    error = np.zeros((1, COUNT))
    error[0, :30] = 2.0  # one block of 30 of 365 days: sqrt(4 * 30 / 365)
    error[0, 30:60] = np.tile([1.0, -1.0], 15)  # cancels within its block

    assert slow(error, YEAR)[0] == pytest.approx(np.sqrt(4 * 30 / 365))


def test_a_block_counts_as_much_as_is_known_of_it():
    error = np.zeros((1, COUNT))
    error[0, :30] = 2.0
    error[0, 10:30] = np.nan

    assert slow(error, YEAR)[0] == pytest.approx(np.sqrt(4 * 10 / 345))


def test_classes_are_parted_at_the_quartiles():
    assert classes(np.array([[1.0, 2.0, 3.0, 9.0]]), np.array([[1.0, 2.0, 3.0]])).tolist() == [[0, 1, 2, 3]]


def test_days_off_are_apart():
    assert rest(days(2014))[:7].tolist() == [0, 0, 0, 1, 1, 0, 0]  # 1 January 2014 was a Wednesday


def test_a_scale_by_hand():
    """Use of 240 a day, missed by 24 up and down: 1 kW; no drift but the usual, 0.005 * 10 kW at least."""
    predicted = np.full((1, COUNT), 240.0)
    observed = predicted + 24.0 * np.where(np.arange(COUNT) % 2, 1, -1)[None]
    found = spread(observed[:, :360], predicted[:, :360], YEAR.take(slice(360)))

    assert_allclose(found.slow, FLOOR * 10)
    assert_allclose(found.noise[found.noise > 0].max(), 1.0)
    assert_allclose(found.scale(predicted, YEAR)[0, 0], 24 * np.sqrt(1 + 0.05**2), rtol=1e-6)
    assert_allclose(found.total(predicted), COUNT * 240 * FLOOR)


def test_a_steady_bias_is_drawn_to_what_is_usual():
    predicted = np.full((1, 360), 240.0)
    found = spread(predicted * 1.2, predicted, YEAR.take(slice(360)))  # 2 kW of 10

    assert_allclose(found.slow, 2.0**OWN * (USUAL * 10) ** (1 - OWN))


def test_what_is_not_known_has_no_scale():
    predicted = np.full((2, COUNT), 240.0)
    predicted[0, 5] = np.nan
    observed = np.full((2, COUNT), 250.0)
    observed[1] = np.nan

    found = spread(observed, predicted, YEAR)
    scale = found.scale(predicted, YEAR)

    assert np.isnan(scale[0, 5])
    assert np.isfinite(np.delete(scale[0], 5)).all()
    assert np.isnan(scale[1]).all()


def test_a_change_of_unit_changes_the_scale_alike():
    rng = np.random.default_rng(0)
    predicted = rng.uniform(100, 300, (3, COUNT))
    observed = predicted + rng.normal(0, 20, predicted.shape)

    kilo, mega = (spread(observed * by, predicted * by, YEAR).scale(predicted * by, YEAR) for by in (1.0, 1e-3))

    assert_allclose(kilo * 1e-3, mega, rtol=1e-9)
