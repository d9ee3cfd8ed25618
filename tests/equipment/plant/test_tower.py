"""Towers: the design point, the wet bulb as the limit, an independent integration of Merkel's equation, and water."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattstone.equipment import psychrometrics
from wattstone.equipment.plant import merkel
from wattstone.equipment.plant.tower import Tower, fan_power, findings, make_up, speed_for, warm_water

TOWER = Tower(heat=1000.0, fan_power=12.0)


def test_moist_air_against_ashraes_table() -> None:
    """ASHRAE Fundamentals, chapter 1, table 2, saturated at 101.325 kPa: 57.6 and 100.0 kJ/kg at 20 and 30 degC."""
    np.testing.assert_allclose(psychrometrics.saturated_enthalpy([20.0, 30.0]), [57.56, 100.01], rtol=6e-3)
    np.testing.assert_allclose(psychrometrics.saturation_pressure([20.0, 30.0]), [0.023388, 0.042460], rtol=3e-3)


@given(dry=st.floats(-5.0, 45.0), humidity=st.floats(0.05, 1.0))
def test_the_wet_bulb_gives_back_the_humidity(dry: float, humidity: float) -> None:
    wet = psychrometrics.wet_bulb(dry, humidity)
    saturated = psychrometrics.humidity_ratio(psychrometrics.saturation_pressure(wet))
    ratio = ((2501 - 2.326 * wet) * saturated - 1.006 * (dry - wet)) / (2501 + 1.86 * dry - 4.186 * wet)
    expected = psychrometrics.humidity_ratio(humidity * psychrometrics.saturation_pressure(dry))
    assert float(ratio) == pytest.approx(float(expected), abs=1e-9)
    assert float(wet) <= dry + 1e-9


@given(temperature=st.floats(-25.0, 80.0))
def test_the_temperature_of_an_enthalpy(temperature: float) -> None:
    wanted = psychrometrics.saturated_enthalpy(temperature)
    found = psychrometrics.temperature_of_saturated(wanted)
    assert float(found) == pytest.approx(temperature, abs=1e-9)


def test_a_tower_makes_its_design_point() -> None:
    assert float(warm_water(TOWER, 1000.0, wet_bulb=25.56, speed=1.0)) == pytest.approx(35.0, abs=1e-9)


@pytest.mark.parametrize("wet_bulb", [10.0, 18.0, 25.56])
def test_the_tower_against_merkels_integral(wet_bulb: float) -> None:
    """Integral of c dT / (h_s - h_a) over the water, with h_a from its balance: the same number as at design.

    Merkel's number is UA / (c_p m_w), which Scheier's factor moves with the wet bulb by 0.81 % a kelvin; equating the
    two roads tells how good the effectiveness with one mean heat capacity is: a quarter of a kelvin.
    """
    flow, air = TOWER.water_heat / 4.184, TOWER.air
    number = _number(35.0, 1000.0, 25.56, flow, air) * (1 + 0.0081 * (25.56 - wet_bulb))
    low, high = wet_bulb + 1000.0 / TOWER.water_heat + 0.3, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _number(middle, 1000.0, wet_bulb, flow, air) > number else (low, middle)
    assert float(warm_water(TOWER, 1000.0, wet_bulb=wet_bulb, speed=1.0)) == pytest.approx(low, abs=0.25)


def _number(entering: float, heat: float, wet_bulb: float, flow: float, air: float) -> float:
    water = entering - heat / flow / 4.184 * (1 - (np.arange(400) + 0.5) / 400)
    taken = flow * 4.184 * (water - (entering - heat / flow / 4.184))
    drive = psychrometrics.saturated_enthalpy(water) - psychrometrics.saturated_enthalpy(wet_bulb) - taken / air
    return float("inf") if np.any(drive <= 0) else float(np.mean(4.184 / drive) * heat / flow / 4.184)


@given(heat=st.floats(1.0, 1500.0), wet_bulb=st.floats(-5.0, 30.0), speed=st.floats(0.0, 1.0))
def test_no_tower_passes_the_wet_bulb(heat: float, wet_bulb: float, speed: float) -> None:
    leaving = warm_water(TOWER, heat, wet_bulb=wet_bulb, speed=speed) - heat / TOWER.water_heat
    assert float(leaving) >= wet_bulb


@given(heat=st.floats(50.0, 1200.0), wet_bulb=st.floats(-5.0, 28.0), speed=st.floats(0.13, 0.95))
def test_faster_fans_make_colder_water_and_the_speed_is_found_again(heat: float, wet_bulb: float, speed: float) -> None:
    slow, fast = warm_water(TOWER, heat, wet_bulb=wet_bulb, speed=[speed, speed + 0.05])
    assert fast < slow
    found = float(speed_for(TOWER, slow - heat / TOWER.water_heat, heat, wet_bulb=wet_bulb))
    if speed >= TOWER.least_speed:
        assert found == pytest.approx(speed, abs=1e-6)
    else:
        assert found == TOWER.least_speed


def test_a_temperature_that_cannot_be_reached_has_no_speed() -> None:
    found = speed_for(TOWER, [20.0, 55.0], 1000.0, wet_bulb=[24.0, 10.0])
    assert np.isnan(found[0])
    assert found[1] == 0.0


def test_fans_by_affinity() -> None:
    np.testing.assert_allclose(fan_power(TOWER, [0.0, 0.5, 1.0]), [0.0, 1.5, 12.0])


def test_water_is_what_the_air_takes_up_and_the_bleed() -> None:
    """Most of the heat leaves as vapour of 2430 kJ/kg: at most 1000 kW / 2430 x 3600 / 998.2 = 1.48 m3/h, x 4 / 3."""
    taken = float(make_up(TOWER, 1000.0, wet_bulb=24.0, dry_bulb=24.0, speed=1.0))
    dry = float(make_up(TOWER, 1000.0, wet_bulb=24.0, dry_bulb=32.0, speed=1.0))
    assert 0.7 * 1.484 * 4 / 3 < taken < 1.484 * 4 / 3
    assert dry > taken


def test_towers_that_cannot_be_are_told() -> None:
    assert [one.code for one in findings(TOWER)] == []
    assert [one.code for one in findings(Tower(heat=1000.0, fan_power=10.0, leaving=25.0))] == ["equipment.range"]
    assert [one.code for one in findings(Tower(heat=1000.0, fan_power=10.0, water_to_air=4.0))] == [
        "plant.tower_design"
    ]


def test_effectiveness_in_counterflow_by_hand() -> None:
    """N / (1 + N) for even flows; 1 - exp(-N) for one that does not warm."""
    np.testing.assert_allclose(merkel.effectiveness([2.0, 2.0], [1.0, 0.0]), [2 / 3, 1 - np.exp(-2.0)])
