"""Meters are compared with those most like them, and a saving is what they did beyond these."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from wattstone.savings.comparison import TooFewControls, difference_in_differences, load_shape, matched

CONTROLS = np.full(10, 100.0)


def test_a_shape_knows_the_week_and_the_year_and_no_size():
    week, month = np.array([0, 0, 1, 1]), np.array([1, 2, 1, 2])
    use = np.array([[1.0, 1, 3, 3], [10, 10, 30, 30], [2, 6, 2, 6], [np.nan, 4, np.nan, np.nan]])
    found = load_shape(use, week, month) * np.sqrt(2)

    assert_allclose(found[0], [0.5, 1.5, 1, 1])
    assert_allclose(found[1], found[0])
    assert_allclose(found[2], [1, 1, 0.5, 1.5])
    assert_allclose(found[3], 1)


def test_the_nearest_are_matched_with_or_without_reuse():
    treated, pool = np.array([[0.0], [1.0]]), np.array([[9.0], [0.9], [0.2], [3.0], [-3.0]])

    assert matched(treated, pool, each=2).tolist() == [[2, 1], [1, 2]]
    # 0.2 and 0.9 are nearest to both: by hand the least sum is 0.2 + 3 and 0.1 + 2
    assert matched(treated, pool, each=2, again=False).tolist() == [[2, 4], [1, 3]]


def test_pairs_that_are_not_allowed_are_not_made():
    treated, pool = np.array([[0.0]]), np.array([[0.0], [1.0], [2.0]])

    assert matched(treated, pool, each=1, allowed=np.array([[False, True, True]])).tolist() == [[1]]
    with pytest.raises(TooFewControls):
        matched(treated, pool, each=3, allowed=np.array([[False, True, True]]))
    with pytest.raises(TooFewControls, match="allow their reuse"):
        matched(
            np.array([[0.0], [1.0]]),
            pool,
            each=1,
            again=False,
            allowed=np.array([[True, False, False], [True, False, False]]),
        )


@pytest.mark.parametrize(("form", "saving"), [("percent", 20.0), ("ordinary", 20.0)])
def test_what_the_others_saved_too_is_no_saving_of_the_measure(form, saving):
    found = difference_in_differences(
        np.array([70.0]), np.array([100.0]), 0.9 * CONTROLS, CONTROLS, unit="kWh", form=form
    )

    assert found.savings == pytest.approx([saving])
    assert found.drift == pytest.approx([0.1])
    assert (found.total.lower, found.total.upper) == pytest.approx((20, 20))  # no control differs from the others
    assert found.p_value == pytest.approx(1 / 11)


def test_percent_is_for_meters_of_any_size():
    found = difference_in_differences(
        np.array([700.0, 9.0]), np.array([1000.0, 10.0]), 0.9 * CONTROLS, CONTROLS, unit="kWh"
    )

    assert found.savings == pytest.approx([200, 0])
    assert found.total.value == pytest.approx(200)


def test_each_meter_is_held_against_its_own_controls():
    observed = np.concatenate([np.full(5, 90.0), np.full(5, 110.0)])
    found = difference_in_differences(
        np.array([90.0, 90.0]),
        np.array([100.0, 100.0]),
        observed,
        CONTROLS,
        unit="kWh",
        matches=np.array([[0, 1], [8, 9]]),
    )

    assert found.savings == pytest.approx([0, 20])


def test_the_interval_is_that_of_the_placebos():
    observed = CONTROLS + np.array([-9, -7, -5, -3, -1, 1, 3, 5, 7, 9])
    found = difference_in_differences(np.array([100.0]), np.array([100.0]), observed, CONTROLS, unit="kWh")

    # the median of the others is 101 where use is least, 91: a placebo of 10 % of 100
    assert found.total.half_width == pytest.approx(10.0)
    assert found.p_value > 0.9


def test_without_a_measure_nine_of_ten_intervals_hold_nothing():
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(200):
        controls, treated = rng.normal(95, 6, 40), rng.normal(95, 6, 3)
        found = difference_in_differences(treated, np.full(3, 100.0), controls, np.full(40, 100.0), unit="kWh")
        hits += found.total.lower <= 0 <= found.total.upper
    assert 0.84 <= hits / 200 <= 0.96


def test_eight_controls_make_no_interval():
    with pytest.raises(TooFewControls, match="there are 8"):
        difference_in_differences(np.array([1.0]), np.array([1.0]), CONTROLS[:8], CONTROLS[:8], unit="kWh")


@pytest.mark.parametrize("count", [9, 10])
def test_one_control_that_broke_changes_little(count):
    observed = np.full(count, 90.0)
    observed[0] = 1e6
    found = difference_in_differences(np.full(5, 70.0), np.full(5, 100.0), observed, np.full(count, 100.0), unit="kWh")

    assert found.total.value == pytest.approx(100)
    assert found.drift == pytest.approx(0.1)
