"""First-order decay against the closed form worked by hand, and the carbon that it must not lose."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.programme.waste.decay import emitted_methane, first_order_decay

# 1,000 t of food, temperate and wet: DDOCm = 1000 x 0.15 x 0.5 x 1 = 75 t C; in year n of decay 75 e^(-0.185(n-1)) less
# 75 e^(-0.185 n) decay (IPCC 2006, volume 5, equations 3.2 to 3.6). Worked with a pocket calculator to five digits:
# 75, 62.333, 51.805, 43.056, 35.784 are left at the ends of the years.
LEFT = [75.0, 62.333, 51.805, 43.056, 35.784]


def test_a_thousand_tonnes_of_food_decay_as_worked_by_hand() -> None:
    decay = first_order_decay(np.array([75.0, 0.0, 0.0, 0.0, 0.0]), np.array(0.185), 6.0)
    gas = emitted_methane(decay.decomposed, 0.5, 0.0, 0.0)

    assert_allclose(decay.accumulated, LEFT, atol=1e-3)
    assert_allclose(gas.generated, [0.0, 8.4449, 7.0185, 5.8331, 4.8479], atol=1e-3)  # x 0.5 x 16/12


def test_all_the_methane_of_a_thousand_tonnes_of_food_is_fifty_tonnes() -> None:
    """Methane potential L0 = DDOCm x F x 16/12 (equation 3.2): 75 x 0.5 x 4/3."""
    decay = first_order_decay(np.array([75.0] + [0.0] * 400), np.array(0.185))

    assert math.isclose(emitted_methane(decay.decomposed, 0.5, 0.0, 0.0).generated.sum(), 50.0, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("delay", "first"), [(6.0, 0.0), (0.0, 1 - math.exp(-0.185 / 2)), (3.0, 1 - math.exp(-0.185 / 4))]
)
def test_the_delay_decides_what_decays_in_the_year_of_deposit(delay: float, first: float) -> None:
    """M = 7 + delay: in the first year (13 - M)/12 of a year is left for decay."""
    decay = first_order_decay(np.array([1.0, 0.0]), np.array(0.185), delay)

    assert_allclose(decay.decomposed[0], first, atol=1e-15)
    assert_allclose(decay.accumulated[1], (1 - first) * math.exp(-0.185), rtol=1e-12)


def test_recovery_is_taken_off_before_oxidation() -> None:
    """(8 - 2) x 0.9 = 5.4; the other order would give 5.2."""
    gas = emitted_methane(np.array([12.0]), 0.5, 2.0, 0.1)

    assert_allclose(gas.emitted, 5.4)
    assert_allclose(gas.recovered + gas.oxidised + gas.emitted, gas.generated)


def test_no_more_is_recovered_than_was_made() -> None:
    with pytest.raises(ValueError, match="more methane is recovered"):
        emitted_methane(np.array([12.0]), 0.5, 9.0, 0.0)


@pytest.mark.parametrize("delay", [-1.0, 7.0])
def test_a_delay_outside_half_a_year_is_refused(delay: float) -> None:
    with pytest.raises(ValueError, match="0 to 6 months"):
        first_order_decay(np.array([1.0]), np.array(0.1), delay)


put = st.lists(st.floats(0, 1e5), min_size=1, max_size=30).map(np.array)


@given(deposited=put, k=st.floats(0.001, 1.0), delay=st.floats(0, 6))
def test_carbon_is_neither_lost_nor_made(deposited: np.ndarray, k: float, delay: float) -> None:
    decay = first_order_decay(deposited, np.array(k), delay)

    assert_allclose(decay.decomposed.cumsum() + decay.accumulated, deposited.cumsum(), rtol=1e-9, atol=1e-9)


@given(deposited=put, k=st.floats(0.001, 1.0), ox=st.floats(0, 1), share=st.floats(0.01, 1), taken=st.floats(0, 1))
def test_the_carbon_of_all_gases_is_the_carbon_that_decayed(
    deposited: np.ndarray, k: float, ox: float, share: float, taken: float
) -> None:
    decomposed = first_order_decay(deposited, np.array(k)).decomposed
    made = decomposed * share * 16 / 12
    gas = emitted_methane(decomposed, share, made * taken, ox)

    carbon = gas.emitted * 12 / 16 + gas.biogenic * 12 / 44
    assert_allclose(carbon, decomposed, rtol=1e-9, atol=1e-9)


@given(first=put, k=st.floats(0.001, 1.0))
def test_two_deposits_decay_as_their_sum(first: np.ndarray, k: float) -> None:
    other = first[::-1]
    apart = first_order_decay(first, np.array(k)).decomposed + first_order_decay(other, np.array(k)).decomposed

    assert_allclose(apart, first_order_decay(first + other, np.array(k)).decomposed, rtol=1e-9, atol=1e-9)


def test_many_streams_are_computed_as_each_alone() -> None:
    deposited, rates = np.array([[10.0, 5.0, 0.0], [3.0, 0.0, 8.0]]), np.array([0.185, 0.06])
    both = first_order_decay(deposited, rates)

    for row, rate in enumerate(rates):
        assert_allclose(both.accumulated[row], first_order_decay(deposited[row], np.array(rate)).accumulated)
