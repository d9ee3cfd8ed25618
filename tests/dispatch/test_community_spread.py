"""Errors come back in the size of their hour; a dead series has none."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.dispatch.community_spread import ErrorSpread


def test_errors_are_told_in_the_size_of_their_hour() -> None:
    spread = ErrorSpread(1, cuts=2)
    for day in range(200):
        for hour, size in ((3, 0.5), (15, 2.0)):
            spread.observe(hour, np.array([size if day % 2 else -size]))
    spread.cut()

    small, large = (spread.size(np.array([hour]))[0, 0] * spread.errors[:, 0] for hour in (3, 15))
    assert_allclose(large, 4 * small, rtol=0.05)
    assert_allclose(large, [-2.0, 2.0], rtol=0.1)
    assert spread.size(np.array([7]))[0, 0] == pytest.approx(1.25, rel=0.1)  # an hour not seen: the mean of those seen


def test_an_hour_seen_once_leans_on_all_hours() -> None:
    spread = ErrorSpread(1, cuts=3)
    for hour in range(12):
        spread.observe(hour, np.array([1.0]))
    spread.observe(12, np.array([4.0]))

    overall = (12 * 1.0 + 4.0) / 13
    sizes = spread.size(np.array([0, 12, 20]))[:, 0]
    assert_allclose(sizes, [0.25 * 1 + 0.75 * overall, 0.25 * 4 + 0.75 * overall, overall])


def test_before_much_is_seen_errors_are_supposed_on_both_sides() -> None:
    spread = ErrorSpread(1, cuts=3, tail=(0.9,))
    # Quantiles 1/6 and 5/6 of a Laplace distribution of mean size 1: ln 3; 0.9: ln 5.
    assert_allclose(spread.errors[:, 0], [-np.log(3), 0.0, np.log(3)], rtol=0.05, atol=1e-9)
    assert_allclose(spread.extremes[:, 0], [np.log(5)], rtol=0.05)
    for hour in range(5):
        spread.observe(hour, np.array([1.0]))
    spread.cut()
    assert spread.errors[0, 0] < -0.8
    assert spread.errors[-1, 0] > 0.8


def test_what_leans_one_way_is_expected_to_lean_again() -> None:
    spread = ErrorSpread(1, cuts=3, lean=0.5)
    for _ in range(200):
        spread.observe(8, np.array([1.0]))
    assert_allclose(spread.leaning(8), [0.5], atol=0.03)
    assert_allclose(spread.leaning(9), [0.0])


def test_a_dead_series_divides_by_nothing_and_gaps_teach_nothing() -> None:
    spread = ErrorSpread(2, cuts=3)
    for hour in range(24):
        spread.observe(hour, np.array([np.nan, 0.0]))
    assert (spread.size(np.arange(24)) > 0).all()
    for _ in range(60):
        spread.observe(5, np.zeros(2))
    spread.cut()
    assert_allclose(spread.errors * spread.size(np.array([5])), 0.0, atol=0.05)
