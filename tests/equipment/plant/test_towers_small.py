"""Water, basin and fan of a cooling tower."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.plant import approach, basin, tower_fan, water
from wattstone.equipment.plant.tower_fan import FanControl

BASIN = basin.Basin(loss=50.0, set_point=4.4, dry_bulb=-23.0, wind=20.0)


def test_evaporation_by_hand() -> None:
    # 1 MW over 2430 kJ/kg is 0.41152 kg/s, 1481.5 kg/h, 1.4874 m3/h at 996 kg/m3
    assert_allclose(water.evaporation([1000.0, 0.0]), [1.48743, 0.0], rtol=1e-5)


@given(gone=st.floats(0.1, 50.0), cycles=st.floats(1.5, 12.0), lost=st.floats(0.0, 0.05))
def test_salts_that_come_in_go_out(gone: float, cycles: float, lost: float) -> None:
    bled = water.blowdown(gone, cycles, drift=lost)
    given_ = water.makeup(gone, drift=lost, blowdown=bled)

    if bled > 0:
        assert_allclose(given_, cycles * (bled + lost), rtol=1e-9)


def test_bleed_by_evaporation_alone_and_without_an_end() -> None:
    assert_allclose(water.blowdown(6.0, [3.0, 4.0]), [3.0, 2.0])
    assert float(water.blowdown(0.1, 3.0, drift=1.0)) == 0.0
    assert np.isnan(water.blowdown(6.0, 1.0))
    assert_allclose(water.drift(200.0, 0.002), 0.4)


def test_a_basin_loses_at_its_known_point_what_is_known() -> None:
    assert_allclose(basin.heater_power(BASIN, set_point=4.4, dry_bulb=-23.0, wind=20.0), 50.0)


def test_a_basin_by_hand() -> None:
    # Half the difference: 0.5^1.266; film 260.7 against 263.85 K... at -9.3: (4.4 - 9.3) / 2 + 273.15 = 270.7 K
    film = ((4.4 - 9.3) / 2 + 273.15) / ((4.4 - 23.0) / 2 + 273.15)

    still = basin.heater_power(BASIN, set_point=4.4, dry_bulb=-9.3, wind=0.0)

    assert_allclose(still, 50 * 0.5**1.266 * film**-0.181 / math.sqrt(1 + 1.277 * 20 / 0.44704), rtol=1e-12)


@given(air=st.floats(-40.0, 20.0), more=st.floats(0.01, 5.0), wind=st.floats(0.0, 20.0))
def test_a_warmer_basin_never_takes_less(air: float, more: float, wind: float) -> None:
    low, high = basin.heater_power(BASIN, set_point=[4.0, 4.0 + more], dry_bulb=air, wind=wind)

    assert high >= low >= 0
    assert air < 4.0 or low == 0.0


def test_air_share_meets_the_curves() -> None:
    # Wet bulb 24.4, water from 31.1 to 27.6 degC, in degF as the curves have them
    share = float(tower_fan.air_share(entering=31.1, leaving=27.6, wet_bulb=24.4))
    bulb, span, above = 24.4 * 1.8 + 32, 3.5 * 1.8, 3.2 * 1.8
    top = 0.08352359 + 0.11247273 * span - 0.00135847 * span**2 + 0.00003417 * bulb + 0.00003125 * bulb**2
    bottom = 0.50061393 + 0.00588251 * above + 0.0002163 * above**2 - 0.01913189 * bulb + 0.0002236 * bulb**2
    wanted = (top - 0.00034001 * span * bulb) / (bottom + 0.00106108 * above * bulb)

    assert_allclose(0.04976825 + 1.04669762 * share - 0.09646816 * share**2, wanted, rtol=1e-12)


def test_no_tower_cools_below_wet_bulb() -> None:
    assert np.isnan(tower_fan.air_share(entering=30.0, leaving=20.0, wet_bulb=[20.0, 25.0])).all()


@given(share=st.floats(0.0, 1.0))
def test_more_speeds_never_take_more(share: float) -> None:
    one, two, changing = (float(tower_fan.fan_power(share, control)) for control in FanControl)

    assert changing <= two + 0.012 <= one + 0.024  # the curve's 1 % at no flow


def test_off_is_nothing_and_full_is_the_curve() -> None:
    for control in FanControl:
        assert_allclose(tower_fan.fan_power([0.0, 1.0, 1.5], control), [0.0, 1.02999531, 1.02999531], rtol=1e-9)
        assert float(tower_fan.fan_power(0.0, control, standby=0.01)) == 0.01
        assert np.isnan(tower_fan.fan_power(math.nan, control))


def test_two_speeds_at_half() -> None:
    # 0.01055507 - 0.02852012 + 0.03671575 + 0.11620218
    assert_allclose(tower_fan.fan_power(0.5, FanControl.TWO_SPEED), 0.13495289, rtol=1e-6)


@pytest.mark.parametrize("tower", ["crossflow", "counterflow"])
def test_the_fan_that_is_found_keeps_the_approach(tower: approach.Tower) -> None:
    wet = np.array([10.0, 18.0, 24.0])
    at = {"wet_bulb": wet, "span": np.full(3, 5.0), "tower": tower}
    wanted = approach.approach(np.array([0.3, 0.5, 0.8]), 1.0, **at)

    assert_allclose(approach.fan_share(wanted, np.ones(3), **at), [0.3, 0.5, 0.8], atol=1e-9)


def test_more_fan_and_less_water_come_closer_to_wet_bulb() -> None:
    fan = np.linspace(0.2, 1.0, 9)

    assert (np.diff(approach.approach(fan, 1.0, wet_bulb=20.0, span=5.5)) < 0).all()
    assert (np.diff(approach.approach(0.8, np.linspace(0.5, 1.5, 6), wet_bulb=20.0, span=5.5)) > 0).all()


def test_the_design_point_of_the_polynomial() -> None:
    # Full fan and design flow at 78 degF and a range of 10 degF: about 7 degF, where towers are rated (CTI)
    found = 1.8 * approach.approach(1.0, 1.0, wet_bulb=(78 - 32) / 1.8, span=10 / 1.8)

    assert_allclose(found, 7.0, atol=1.0)


def test_no_heat_no_fan_and_gaps() -> None:
    shares = approach.fan_share([5.0, math.nan], [1.0, 1.0], wet_bulb=[20.0, 20.0], span=[0.0, 5.0])

    assert shares[0] == 0.0
    assert np.isnan(shares[1])


def test_motors_by_control() -> None:
    # 0.125 of the power is half the air: half the time at one speed, an eighth at two
    one, two = (float(approach.motor_share(0.125, control)) for control in (FanControl.ONE_SPEED, FanControl.TWO_SPEED))

    assert_allclose([one, two], [0.5, 0.125])
    # 50.87 + 1.283 x 50 - 0.0142 x 2500 + 0.0000583 x 125000 = 86.8075 %
    assert_allclose(approach.motor_share(0.5, FanControl.VARIABLE_SPEED), 0.5 / 0.868075)


def test_range_of_water() -> None:
    # 1000 kW into 50 kW/K: 20 K; a flow at 40 % stays at half
    assert_allclose(approach.water_range(1000.0, 50.0, load=[1.0, 0.8, 0.4]), [20.0, 25.0, 40.0])
    assert_allclose(approach.water_share(300.0, 100.0, load=[1.0, 0.5, 0.1]), [2.0, 1.5, 0.5])
