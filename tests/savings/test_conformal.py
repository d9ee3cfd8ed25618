"""Conformal quantiles: ranks by hand, and coverage by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.savings.conformal import bound, conformal_quantile, flatten, least_groups, likeness, new_weight

INF = float("inf")


@pytest.mark.parametrize(
    ("count", "level", "expected"),
    [  # level (n + 1)-th smallest of 1, 2, ..., n
        (9, 0.9, 9.0),
        (19, 0.9, 18.0),
        (14, 0.9, 13.5),
        (4, 0.5, 2.5),
        (8, 0.9, INF),
        (99, 0.99, 99.0),
        (98, 0.99, INF),
        (1, 0.5, 1.0),
        (0, 0.9, INF),
    ],
)
def test_ranks_by_hand(count: int, level: float, expected: float):
    found = conformal_quantile(np.arange(1.0, count + 1), np.ones(count), level)

    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("level", "expected"), [(0.9, 9), (0.5, 1), (0.95, 19), (0.99, 99), (0.8, 4)])
def test_as_many_groups_as_a_finite_bound_takes(level: float, expected: int):
    assert least_groups(level) == expected
    assert conformal_quantile(np.arange(expected * 1.0), np.ones(expected), level) < INF
    assert conformal_quantile(np.arange(expected - 1.0), np.ones(expected - 1), level) == INF


def test_groups_share_their_weight_among_their_scores():
    # three groups of weight 1 and the new one: 0.5 * 4 = 2 is reached with 1 + 4 quarters, at the last 3
    scores = np.array([[1.0, 1.0, 1.0, 1.0], [3.0, 3.0, 3.0, 3.0], [9.0, np.nan, 9.0, np.nan]])

    assert conformal_quantile(scores, np.ones(3), 0.5) == pytest.approx(3.0)
    assert flatten(scores, np.ones(3))[1].tolist() == [0.25] * 8 + [0.5] * 2


def test_a_group_of_weight_0_says_nothing():
    scores = np.append(np.arange(1.0, 20.0), 1e6)

    assert conformal_quantile(scores, np.append(np.ones(19), 0.0), 0.9) == pytest.approx(18.0)


def test_weights_are_worth_as_many_groups_as_kish_counts():
    # (1 + 1 + 0.5 + 0.5)^2 / (1 + 1 + 0.25 + 0.25) = 3.6 groups; the new one weighs 3 / 3.6
    assert new_weight(np.array([1.0, 1.0, 0.5, 0.5])) == pytest.approx(3 / 3.6)
    assert new_weight(np.ones(7)) == 1
    assert new_weight(np.empty(0)) == 1


def test_likeness_leaves_gaps_out():
    # shares above 5: 1 and 0.5, so 0.75 in all; (0.25^2 + 0.25^2) / 2 / (0.75 * 0.25)
    assert likeness(np.array([[9.0, np.nan], [1.0, 9.0], [np.nan, np.nan]]), 5.0) == pytest.approx(1 / 3)
    assert likeness(np.array([[1.0, 2.0]]), 5.0) == 1
    assert likeness(np.empty((0, 4)), 5.0) == 1


@pytest.mark.parametrize("count", [9, 19, 39])
def test_a_new_score_stays_below_as_often_as_said(count: int):
    """Exact where level (n + 1) is whole, for any distribution; 4,000 trials have 3 standard errors of 1.4 %."""
    rng = np.random.default_rng(7)
    scores = np.abs(rng.standard_t(2, (4000, count + 1)))

    inside = [row[-1] <= conformal_quantile(row[:-1], np.ones(count), 0.9) for row in scores]

    assert np.mean(inside) == pytest.approx(0.9, abs=0.0145)


@pytest.mark.parametrize("count", [10, 14, 24])
def test_between_ranks_it_neither_falls_short_nor_is_wasted(count: int):
    rng = np.random.default_rng(8)
    scores = rng.exponential(size=(4000, count + 1))

    inside = [row[-1] <= conformal_quantile(row[:-1], np.ones(count), 0.9) for row in scores]

    assert np.mean(inside) == pytest.approx(0.9, abs=0.0145)


def test_days_of_new_meters_stay_below_as_often_as_said():
    """Two layers: meters differ by far more than the days of one; of 2,000 new meters' days 90 % or a little more."""
    rng = np.random.default_rng(9)
    days = np.abs(rng.standard_normal((2000, 31, 12))) * rng.lognormal(0, 0.7, (2000, 31, 1))

    inside = [(row[-1] <= conformal_quantile(row[:-1], np.ones(30), 0.9)).mean() for row in days]

    assert 0.89 <= np.mean(inside) <= 0.94


levels = st.floats(0.5, 0.99)
scores = st.lists(st.floats(0, 1e6), min_size=1, max_size=60).map(np.array)


@given(scores=scores, low=levels, high=levels)
def test_a_higher_level_is_no_narrower(scores: np.ndarray, low: float, high: float):
    low, high = sorted((low, high))

    assert conformal_quantile(scores, np.ones(len(scores)), low) <= conformal_quantile(
        scores, np.ones(len(scores)), high
    )


@given(scores=scores, level=levels)
def test_the_order_of_groups_does_not_matter(scores: np.ndarray, level: float):
    there, back = (bound(one, np.ones(len(one)), level) for one in (scores, scores[::-1]))

    assert there == pytest.approx(back, rel=1e-9)
