"""Lighting, pump and garage fan: hand calculations, laws, balances, and their linear forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment import lighting, pump, ventilation
from wattstone.equipment.lighting import Lighting
from wattstone.equipment.pump import Pump, Tank
from wattstone.equipment.ventilation import Garage

LAMPS = Lighting(power=2.0, illuminance=100.0, standby=0.05, least_light=0.2, least_power=0.3)
GARAGE = Garage(volume=6000.0, flow=12000.0, power=4.0, bound=40.0)
LIFT = Pump(power=3.0, flow=20.0, static_head=0.6, shutoff_head=1.3, least_speed=0.8)


def test_the_daylight_factor_by_hand() -> None:
    """10 m2 x 0.7 x 65 degree x 0.9 / (150 m2 (1 - 0.25)) = 3.64 %."""
    factor = lighting.average_daylight_factor(
        glazing=10.0, transmittance=0.7, sky_angle=65.0, surface=150.0, reflectance=0.5
    )
    assert factor == pytest.approx(0.0364)


def test_daylight_by_hand() -> None:
    """500 W m-2 x 109 lm W-1 x 2 % = 1090 lx; nothing below 0."""
    assert_allclose(lighting.daylight([500.0, -2.0, np.nan], 0.02), [1090.0, 0.0, np.nan])


def test_light_makes_up_for_what_daylight_does_not_give() -> None:
    needed = lighting.needed_illuminance([0.0, 3.0, 3.0, 3.0, 3.0, np.nan], occupied=80.0, empty=10.0)
    level = lighting.dimming_level(LAMPS, needed, [0.0, 0.0, 30.0, 75.0, 80.0, np.nan])

    assert_allclose(needed, [10, 80, 80, 80, 80, 80])
    assert_allclose(level, [0.2, 0.8, 0.5, 0.2, 0.0, 0.8])


def test_power_of_dimmed_lamps_by_hand() -> None:
    """2 kW x (0.3 + 0.7 x (0.5 - 0.2) / 0.8) = 1.125 kW at half light; 0.6 kW at the least; standby when off."""
    assert_allclose(lighting.power(LAMPS, [0.0, 0.1, 0.2, 0.5, 1.0]), [0.05, 0.6, 0.6, 1.125, 2.0])


def test_an_escape_route_stays_lit() -> None:
    lit = Lighting(power=2.0, illuminance=100.0, always_on=True)
    assert_allclose(lighting.dimming_level(lit, [50.0], [500.0]), [0.2])


def test_lamps_that_are_not_dimmed_are_on_or_off() -> None:
    plain = Lighting(power=2.0, illuminance=100.0, least_light=1.0, least_power=1.0)
    assert_allclose(lighting.power(plain, lighting.dimming_level(plain, [0.0, 5.0, 90.0])), [0.0, 2.0, 2.0])


def test_the_linear_form_of_lighting_may_be_brighter_and_never_darker() -> None:
    form = lighting.linear(LAMPS, needed=np.array([0.0, 50.0]), natural=0.0, hours=0.25)
    assert_allclose(form.power(form.input_lower), [0.05, 1.125])
    assert_allclose(form.power(form.input_upper), [2.0, 2.0])
    assert form.states(form.input_lower).shape == (2, 0)


def test_lamps_that_are_too_weak_are_found() -> None:
    (finding,) = lighting.findings(LAMPS, needed=[150.0, 50.0, 150.0], natural=[0.0, 0.0, 60.0])
    assert (finding.code, finding.count, finding.severity) == ("equipment.lighting_short", 1, "warning")
    assert [one.code for one in lighting.findings(Lighting(power=0.1, illuminance=-1.0, standby=0.05))] == [
        "equipment.range",
        "equipment.lighting_order",
    ]


def test_the_affinity_laws_hold_without_a_static_head() -> None:
    loop = Pump(power=4.0, flow=10.0)
    assert_allclose(pump.flow(loop, [0.5, 1.0]), [5.0, 10.0])
    assert_allclose(pump.power(loop, [0.5, 1.0]), [0.5, 4.0])


def test_a_static_head_by_hand() -> None:
    """s = 0.8: q^2 = (1.3 x 0.64 - 0.6) / 0.7 = 0.331429, q = 0.575698, h = 0.6 + 0.4 x 0.331429 = 0.732571."""
    assert_allclose(pump.flow(LIFT, 0.8), 20 * 0.575698, rtol=1e-5)
    assert_allclose(pump.power(LIFT, 0.8), 3 * 0.575698 * 0.732571, rtol=1e-5)
    assert_allclose(pump.flow(LIFT, 0.6), 0.0)  # 1.3 x 0.36 < 0.6


@given(share=st.floats(0.0, 1.0), static=st.floats(0.0, 0.9), shutoff=st.floats(1.0, 2.0))
def test_the_speed_for_a_flow_gives_that_flow(share: float, static: float, shutoff: float) -> None:
    some = Pump(power=3.0, flow=20.0, static_head=static, shutoff_head=shutoff)
    assert_allclose(pump.flow(some, pump.speed_for(some, 20 * share)), 20 * share, atol=1e-5)


@given(level=st.floats(0.0, 50.0), inflow=st.floats(0.0, 400.0), outflow=st.floats(0.0, 400.0))
def test_water_is_neither_made_nor_lost(level: float, inflow: float, outflow: float) -> None:
    after, spilled, lacking = pump.step(Tank(volume=50.0), level, inflow, outflow, 0.25)
    assert_allclose(after, level + (inflow - outflow) * 0.25 - spilled + lacking, atol=1e-9)
    assert 0 <= after <= 50
    assert spilled * lacking == 0


def test_the_linear_form_of_a_tank_by_hand() -> None:
    """3 kW for half an hour of 15 min steps: 20 m3/h x 0.25 h = 5 m3 in, 8 x 0.25 = 2 m3 out."""
    form = pump.linear(Tank(volume=50.0, lowest=0.2), LIFT, level=30.0, water=8.0, steps=2, hours=0.25)
    assert_allclose(form.states(np.full((2, 1), 3.0))[:, 0], [33.0, 36.0])
    assert_allclose(form.lower[:, 0], 10.0)
    assert_allclose(form.least, pump.power(LIFT, 0.8))
    sump = pump.linear(Tank(volume=50.0, filled=False), LIFT, level=30.0, water=8.0, steps=2, hours=0.25)
    assert_allclose(sump.states(np.full((2, 1), 3.0))[:, 0], [27.0, 24.0])


def test_a_slower_pump_moves_more_water_per_kwh_than_the_linear_form_says() -> None:
    speed = np.linspace(0.8, 1.0, 21)
    assert np.all(pump.flow(LIFT, speed) / pump.power(LIFT, speed) >= 20 / 3 - 1e-9)


def test_a_pump_that_cannot_do_its_work_is_found() -> None:
    weak = Pump(power=3.0, flow=20.0, static_head=0.9, shutoff_head=1.0, least_speed=0.5)
    assert [one.code for one in pump.findings(Tank(volume=5.0), weak, water=[30.0, 20.0])] == [
        "equipment.pump_head",
        "equipment.pump_small",
    ]
    assert pump.findings(Tank(volume=5.0), LIFT, water=[10.0]) == ()


def test_ppm_by_hand() -> None:
    """28.010 g over 24.465 L at 25 degC: 1.145 mg m-3 for a ppm, as NIOSH's pocket guide prints 1.15."""
    assert float(ventilation.mg_per_m3(1.0)) == pytest.approx(28.010 / 24.4654, rel=1e-5)


def test_carbon_monoxide_by_hand() -> None:
    """6000 m3 at 6000 m3/h is one change an hour; 120 g/h make 20 mg m-3 in the long run; from 50 it is 20 + 30 / e."""
    end, mean = ventilation.step(GARAGE, 50.0, 120.0, 6000.0, 1.0)
    assert_allclose(end, 20 + 30 / math.e)
    assert_allclose(mean, 20 + 30 * (1 - 1 / math.e))


def test_without_air_the_emission_stays() -> None:
    end, mean = ventilation.step(GARAGE, 5.0, 60.0, 0.0, 0.5)
    assert_allclose((end, mean), (10.0, 7.5), rtol=1e-5)


@given(
    start=st.floats(0.0, 40.0),
    emitted=st.lists(st.floats(0.0, 480.0), min_size=1, max_size=12),
    outside=st.floats(0.0, 5.0),
    hours=st.sampled_from([0.05, 0.25, 1.0]),
)
def test_the_needed_flow_keeps_the_bound(start: float, emitted: list[float], outside: float, hours: float) -> None:
    garage = Garage(volume=6000.0, flow=14000.0, power=4.0, bound=40.0, outside=outside)
    level = max(start, outside)
    for amount, flow in zip(emitted, ventilation.needed_flow(garage, emitted), strict=True):
        end, mean = ventilation.step(garage, level, amount, flow, hours)
        assert max(end, mean) <= 40.0 * (1 + 1e-6)
        level = float(end)


@given(start=st.floats(0.0, 100.0), emitted=st.floats(0.0, 400.0), flow=st.floats(0.0, 12000.0))
def test_two_halves_are_one_interval_of_air(start: float, emitted: float, flow: float) -> None:
    end, mean = ventilation.step(GARAGE, start, emitted, flow, 1.0)
    middle, first = ventilation.step(GARAGE, start, emitted, flow, 0.5)
    last, second = ventilation.step(GARAGE, middle, emitted, flow, 0.5)
    assert_allclose((last, (first + second) / 2), (end, mean), rtol=1e-5, atol=1e-6)


def test_the_fan_laws_by_hand() -> None:
    assert_allclose(ventilation.fan_power(GARAGE, [0.0, 6000.0, 12000.0]), [0.0, 0.5, 4.0])


def test_an_unknown_emission_asks_for_all_the_air() -> None:
    assert_allclose(ventilation.needed_flow(GARAGE, [np.nan, 0.0, 240.0]), [12000.0, 0.0, 6000.0])


def test_the_linear_form_of_a_fan_blows_at_least_what_the_bound_needs() -> None:
    form = ventilation.linear(GARAGE, ventilation.emission([0, 30], 2.0, 0.25), hours=0.25)
    assert_allclose(form.input_lower[:, 0], [0.0, 0.5])  # 30 x 2 g in a quarter of an hour are 240 g/h
    assert_allclose(form.input_upper[:, 0], 4.0)


@given(
    start=st.floats(0.0, 40.0),
    emitted=st.lists(st.floats(0.0, 480.0), min_size=1, max_size=12),
    wanted=st.lists(st.floats(0.0, 1.0), min_size=12, max_size=12),
)
def test_the_air_that_was_planned_is_never_better_than_the_air_that_comes(
    start: float, emitted: list[float], wanted: list[float]
) -> None:
    garage = Garage(volume=6000.0, flow=14000.0, power=4.0, bound=40.0, outside=2.0, leakage=300.0, exponent=1.0)
    form = ventilation.linear_air(garage, start, emitted, hours=0.25)
    planned, true = float(form.initial[0]), max(start, 2.0)
    for step, share in enumerate(wanted[: len(emitted)]):
        free = planned + form.c[step, 0]
        used = min(share * 4.0, max(free - form.lower[step, 0], 0.0) / -form.b[step, 0, 0])
        planned = free + form.b[step, 0, 0] * used
        true = float(ventilation.step(garage, true, emitted[step], 14000 * used / 4.0, 0.25)[0])
        assert true <= planned + 1e-6


def test_running_means_by_hand() -> None:
    assert_allclose(ventilation.running_mean(np.array([1.0, 3.0, 5.0, 7.0]), 0.5, 0.25), [1, 2, 4, 6])
    gap = ventilation.running_mean(np.array([1.0, np.nan, 5.0, 7.0]), 0.5, 0.25)
    assert_allclose(gap, [1, np.nan, np.nan, 6])


def test_a_fan_that_is_too_small_is_found() -> None:
    (finding,) = ventilation.findings(GARAGE, emitted=[480.0, 481.0])
    assert (finding.code, finding.count, finding.params["most"]) == ("equipment.fan_small", 1, "480")
    assert [one.params["parameter"] for one in ventilation.findings(Garage(volume=0.0, flow=1.0, power=1.0))] == [
        "volume"
    ]
