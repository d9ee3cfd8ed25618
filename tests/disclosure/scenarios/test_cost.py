"""Cost of carbon and energy by hand, and what has to hold whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.disclosure.scenarios.cost import carbon_cost, emissions_ahead, energy_cost, shared_out

tonnes = st.floats(0, 1e7)
prices = st.lists(st.floats(0, 2000), min_size=2, max_size=6).map(sorted)
parts = st.floats(0, 1)


def test_the_cost_of_a_path_by_hand():
    # 58 154 t, of which 70 % pay, at 103.97 US$2010, 7.5 CNY each: 58154 * 0.7 * 103.97 * 7.5.
    assert carbon_cost([58154.0], 0.7, [103.97], 7.5)[0] == pytest.approx(31_742_924.745, rel=1e-9)


def test_emissions_of_bought_energy_move_with_the_grid_and_others_do_not():
    activity, grid = np.array([1.0, 1.1]), np.array([1.0, 0.6])

    assert_allclose(emissions_ahead(1000.0, activity), [1000.0, 1100.0])
    assert_allclose(emissions_ahead(1000.0, activity, grid), [1000.0, 660.0])


def test_energy_costs_what_is_used_at_the_price_that_moves():
    assert_allclose(energy_cost(83.3e6, [1.0, 1.05], 0.72, [1.0, 1.5]), [59.976e6, 94.4622e6])


@given(tonnes, parts, prices, st.floats(0.1, 100))
def test_a_higher_price_never_costs_less(emissions, covered, price, rate):
    cost = carbon_cost(np.full(len(price), emissions), covered, price, rate)

    assert (np.diff(cost) >= 0).all()


@given(tonnes, prices)
def test_nothing_covered_costs_nothing(emissions, price):
    assert (carbon_cost(np.full(len(price), emissions), 0.0, price, 7.0) == 0).all()


@given(tonnes, tonnes, parts, st.floats(0, 2000))
def test_two_parts_cost_what_they_cost_together(one, other, covered, price):
    apart = carbon_cost([one], covered, [price], 7.0) + carbon_cost([other], covered, [price], 7.0)

    assert_allclose(carbon_cost([one + other], covered, [price], 7.0), apart, rtol=1e-9, atol=1e-6)


def test_a_gap_stays_a_gap():
    assert np.isnan(carbon_cost([np.nan, 1.0], 1.0, [1.0, np.nan], 1.0)).all()


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=6), st.floats(0, 1e5))
def test_reductions_are_never_more_than_there_is(reductions, whole):
    shared = shared_out(np.array(reductions).reshape(-1, 1), [whole])

    assert shared.sum() <= whole * (1 + 1e-9) + 1e-9
    assert (shared <= np.array(reductions).reshape(-1, 1) * (1 + 1e-12)).all()
    if sum(reductions) <= whole:
        assert_allclose(shared[:, 0], reductions)
