"""Treatments by name: what they change, what they leave, and what they count."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.savings.batches import hours
from wattstone.baselines.timeline import fold_days
from wattstone.savings.treatments import clean, fill_short

YEAR = fold_days(hours(date(2018, 1, 1), 365))  # coldest in January: 2 degC, warmest in July: 18 degC


def gas(first: int, days: int) -> np.ndarray:
    """Heating that is at work all year but for some days."""
    use = (20 - YEAR.temperature)[None].copy()
    use[0, first : first + days] = 0.0
    return use


def test_zeros_of_electricity_alone_are_gaps():
    use = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    done = clean(use, ("electricity", "natural_gas", "solar"), YEAR.take(slice(0, 3)))
    np.testing.assert_array_equal(done.use[0], [np.nan, 1.0, np.nan])
    np.testing.assert_array_equal(done.use[1:], use[1:])
    assert [done.of(at) for at in range(3)] == [{"zeros": 2}, {}, {}]


@pytest.mark.parametrize(
    ("first", "days", "gone"),
    [(0, 13, 0), (0, 14, 14), (340, 25, 25), (180, 40, 0)],  # the last in July: a season of rest
)
def test_zeros_of_gas_for_two_weeks_in_the_cold_are_gaps(first, days, gone):
    done = clean(gas(first, days), ("natural_gas",), YEAR)
    assert done.counts["winter_zeros"].tolist() == [gone]
    assert int(np.isnan(done.use).sum()) == gone


def test_they_stay_where_nobody_asks_and_for_other_kinds():
    assert not np.isnan(clean(gas(0, 40), ("natural_gas",), YEAR, winter_zeros=None).use).any()
    assert not np.isnan(clean(gas(0, 40), ("water",), YEAR).use).any()


def test_hours_count_as_hours():
    conditions = hours(date(2018, 1, 1), 60)
    use = np.ones((1, len(conditions)))
    use[0, 24 * 10 : 24 * 24] = 0.0
    use[0, 24 * 30 :] = 2.0
    warm = conditions.temperature.copy()
    warm[24 * 30 :] += 20
    done = clean(use, ("gas",), conditions)
    assert done.counts["winter_zeros"].tolist() == [14 * 24]


def test_flagged_readings_are_dropped_by_the_flags_that_are_named():
    use, flags = np.array([[1.0, 2.0, 3.0]]), np.array([[2, 4, 6]])
    done = clean(use, ("water",), YEAR.take(slice(0, 3)), flags=flags, drop_flags=4)
    np.testing.assert_array_equal(done.use, [[1.0, np.nan, np.nan]])
    assert done.of(0) == {"flagged": 2}


@pytest.mark.parametrize(("length", "filled"), [(6, 6), (7, 0)])
def test_gaps_of_up_to_six_are_filled_on_a_line(length, filled):
    row = np.arange(20.0)[None]
    row[0, 5 : 5 + length] = np.nan
    assert fill_short(row).tolist() == [filled]
    if filled:
        np.testing.assert_allclose(row[0], np.arange(20.0))


def test_gaps_at_the_ends_stay():
    row = np.array([[np.nan, 1.0, 2.0, np.nan]])
    assert fill_short(row).tolist() == [0]


def test_the_input_stays_as_it_was_and_keeps_its_type():
    use = gas(0, 40).astype(np.float32)
    before = use.copy()
    done = clean(use, ("natural_gas",), YEAR, interpolate=6)
    np.testing.assert_array_equal(use, before)
    assert done.use.dtype == np.float32


@given(st.lists(st.one_of(st.floats(-5, 5), st.just(0.0), st.just(float("nan"))), min_size=1, max_size=60))
def test_counts_are_what_changed(values):
    use = np.array([values])
    conditions = YEAR.take(slice(0, len(values)))
    done = clean(use, ("electricity",), conditions, interpolate=3)
    new_gaps = (use == 0).sum()
    assert done.counts["zeros"][0] == new_gaps
    gaps_before = np.isnan(use).sum() + new_gaps
    assert np.isnan(done.use).sum() == gaps_before - done.counts["interpolated"][0]
