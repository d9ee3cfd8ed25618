"""The thermal zone: hand calculations, scipy's matrix exponential as an oracle, and the heat balance."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.linalg import expm

from wattstone.equipment import Curve
from wattstone.equipment.thermal import Zone, carnot_curve, discretised, findings, linear, step

ONE = Zone(resistance=5.0, capacity=2.0, heating=3.0, cooling=2.0, heating_cop=Curve.constant(3.0))
TWO = Zone(resistance=5.0, capacity=0.5, mass_resistance=0.8, mass_capacity=12.0, heating=3.0)


def test_a_zone_cools_with_its_time_constant() -> None:
    """R C = 10 h: after 10 h of 0 degC outside, 20 degC become 20 / e."""
    assert_allclose(step(ONE, np.array([20.0]), 0.0, 0.0, 10.0), [20 / math.e])


def test_steady_heat_by_hand() -> None:
    """2 kW through 5 K/kW hold 10 K."""
    assert_allclose(step(ONE, np.array([15.0]), 5.0, 2.0, 1e4), [15.0])
    assert_allclose(step(TWO, np.array([0.0, 0.0]), 5.0, 2.0, 1e5), [15.0, 15.0])


@pytest.mark.parametrize("hours", [0.05, 0.25, 1.0, 24.0])
def test_two_nodes_agree_with_the_matrix_exponential(hours: float) -> None:
    block = np.zeros((4, 4))
    block[:2, :2] = [
        [-1 / (5.0 * 0.5) - 1 / (0.8 * 0.5), 1 / (0.8 * 0.5)],
        [1 / (0.8 * 12.0), -1 / (0.8 * 12.0)],
    ]
    block[0, 2:] = 1 / (5.0 * 0.5), 1 / 0.5
    oracle = expm(block * hours)
    a, outer, heat = discretised(TWO, hours)

    assert_allclose(a, oracle[:2, :2], atol=1e-12)
    assert_allclose(outer, oracle[:2, 2], atol=1e-12)
    assert_allclose(heat, oracle[:2, 3], atol=1e-12)


@given(air=st.floats(10, 30), mass=st.floats(10, 30), outdoor=st.floats(-20, 40), heat=st.floats(-5, 5))
def test_four_quarters_are_an_hour_and_heat_is_not_lost(air: float, mass: float, outdoor: float, heat: float) -> None:
    state = np.array([air, mass])
    whole = step(TWO, state, outdoor, heat, 1.0)
    for _ in range(4):
        state = step(TWO, state, outdoor, heat, 0.25)
    assert_allclose(state, whole, atol=1e-9)

    tight = Zone(resistance=1e9, capacity=0.5, mass_resistance=0.8, mass_capacity=12.0)
    after = step(tight, np.array([air, mass]), outdoor, heat, 1.0)
    assert_allclose(np.array([0.5, 12.0]) @ (after - [air, mass]), heat, atol=1e-5)


def test_many_zones_at_once() -> None:
    temperatures = np.array([[20.0, 21.0], [18.0, 19.0]])
    both = step(TWO, temperatures, np.array([0.0, 5.0]), np.array([1.0, 2.0]), 0.5)
    assert_allclose(both[1], step(TWO, temperatures[1], 5.0, 2.0, 0.5))


def test_the_linear_form_is_the_zone() -> None:
    """1 kW at a COP of 3 is 3 kW of heat, besides 0.4 kW from people."""
    form = linear(ONE, np.array([20.0]), outdoor=[0.0, 4.0], steps=2, hours=0.5, gains=0.4)
    states = form.states(np.array([[1.0, 0.0], [0.0, 2.0]]))
    first = step(ONE, np.array([20.0]), 0.0, 3.4, 0.5)
    second = step(ONE, first, 4.0, 0.4 - 2.0, 0.5)

    assert_allclose(states, [first, second])
    assert_allclose(form.power(np.array([[1.0, 0.0], [0.0, 2.0]])), [1.0, 2.0])
    assert form.comfort
    assert_allclose((form.lower, form.upper), (np.full((2, 1), 20.0), np.full((2, 1), 26.0)))


def test_only_the_air_has_a_band() -> None:
    form = linear(TWO, np.array([20.0, 20.0]), outdoor=0.0, steps=3, hours=0.25, lowest=[18.0, 18.0, 21.0])
    assert_allclose(form.lower, [[18, -np.inf], [18, -np.inf], [21, -np.inf]])


def test_weather_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="not known"):
        linear(ONE, np.array([20.0]), outdoor=[0.0, np.nan], steps=2, hours=0.5)


def test_carnot_by_hand() -> None:
    """Half of 308.15 / 35 = 4.402 at 0 degC; not above half of 308.15 / 15 near the supply temperature."""
    curve = carnot_curve(35.0, quality=0.5, heating=True)
    assert_allclose(curve.at([0.0, 30.0]), [0.5 * 308.15 / 35, 0.5 * 308.15 / 15])
    assert_allclose(carnot_curve(12.0, quality=0.4, heating=False).at(37.0), 0.4 * 285.15 / 25)


def test_impossible_zones_are_found() -> None:
    odd = Zone(resistance=0.0, capacity=1.0, mass_capacity=3.0, lowest=26.0, highest=20.0)
    assert [one.code for one in findings(odd)] == ["equipment.range", "equipment.zone_band", "equipment.zone_mass"]
    assert findings(TWO) == ()
