"""Forecasts as objects, scores, and series that are known ahead."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from wattstone.forecasting import Forecast, Known, coverage, mase, naive_scale, pinball, priced

HOUR = timedelta(hours=1)
START = datetime(2020, 1, 1)


def test_a_quantile_between_the_levels_lies_on_a_straight_line() -> None:
    told = Forecast(START, HOUR, (0.1, 0.5, 0.9), np.array([[[0.0, 4.0, 6.0]]]))
    assert_allclose(told.quantile(0.3), [[2.0]])
    assert_allclose(told.median, [[4.0]])
    assert_allclose(told.interval(0.8), [[[0.0]], [[6.0]]])


def test_tails_are_not_made_up() -> None:
    told = Forecast(START, HOUR, (0.1, 0.9), np.zeros((1, 1, 2)))
    with pytest.raises(ValueError, match="outside"):
        told.interval(0.9)


def test_pinball_by_hand() -> None:
    # 10 against 8 at .9: .9 x 2. 10 against 13 at .9: .1 x 3.
    assert_allclose(pinball(np.array([10.0, 10.0]), np.array([[8.0], [13.0]]), (0.9,)), [1.8, 0.3])
    assert np.isnan(pinball(np.array([np.nan]), np.zeros((1, 2)), (0.1, 0.9))).all()


def test_mase_by_hand() -> None:
    scale = naive_scale(np.array([1.0, 2.0, 3.0, np.nan, 7.0]), 2)  # |3 - 1|, |7 - 3|
    assert_allclose(scale, 3.0)
    assert_allclose(mase(np.array([1.0, np.nan, 4.0]), np.array([4.0, 9.0, 1.0]), scale), 1.0)


def test_coverage_counts_what_is_known() -> None:
    assert_allclose(coverage(np.array([1.0, 5.0, np.nan]), np.zeros(3), np.full(3, 2.0)), 0.5)


def test_a_known_series_is_averaged_over_longer_intervals_and_repeated_over_shorter_ones() -> None:
    known = Known(START, HOUR, np.array([1.0, 3.0, np.nan, 5.0]))
    two = [START, START + 2 * HOUR, START + 4 * HOUR]
    assert_array_equal(known.at(two, 2 * HOUR)[:, 0], [2.0, np.nan, np.nan])
    quarter = timedelta(minutes=15)
    assert_array_equal(known.at([START - quarter, START + 3 * quarter], quarter)[:, 0], [np.nan, 1.0])


def test_prices_are_those_published_then_those_of_the_tariff_and_holes_are_named() -> None:
    ahead = Known(START, HOUR, np.array([0.5, np.nan, -0.1]))
    prices, holes = priced(
        lambda moment: np.nan if moment.hour == 4 else 0.2, start=START, step=HOUR, horizon=5, ahead=ahead
    )
    assert_array_equal(prices, [0.5, 0.2, -0.1, 0.2, np.nan])
    assert holes == (START + 4 * HOUR,)
