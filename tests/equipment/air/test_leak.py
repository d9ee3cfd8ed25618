"""Leaks by hand, by tables of others, and by the limits of the flow."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.equipment.air import leak
from wattstone.equipment.air.free_air import CUBIC_FOOT, PSI

INCH = 0.0254


def test_a_bag() -> None:
    # pi / 4 x 0.3^2 x 0.5 m3 in 20 s, three times a minute
    assert_allclose(leak.bag(0.3, 0.5, 20.0), math.pi / 4 * 0.09 * 0.5 * 3)
    assert np.isnan(leak.bag(0.3, 0.5, 0.0))


def test_sound_meets_its_table_and_is_the_mean_in_the_middle() -> None:
    table = {"pressures": (5.0, 8.0), "levels": (20.0, 40.0), "flows": ((0.02, 0.04), (0.1, 0.24))}

    assert_allclose(leak.by_sound([5.0, 8.0, 5.0, 8.0], [20.0, 20.0, 40.0, 40.0], **table), [0.02, 0.04, 0.1, 0.24])
    assert_allclose(leak.by_sound(6.5, 30.0, **table), 0.1)


@pytest.mark.parametrize(
    ("inches", "cfm"),
    # Sharp-edged orifices at 80, 90 and 100 psi, as tables of leaks print them.
    [(1 / 16, [3.2, 3.5, 3.8]), (1 / 8, [12.7, 14.1, 15.4]), (1 / 4, [51, 56, 62])],
)
def test_choked_flow_is_that_of_the_table_for_plants(inches: float, cfm: list[float]) -> None:
    pressure = np.array([80.0, 90.0, 100.0]) * PSI
    air = leak.orifice(inches * INCH, pressure, coefficient=0.61, atmosphere=14.7 * PSI, free=14.7 * PSI)

    assert_allclose(air / CUBIC_FOOT, cfm, rtol=0.05)


def test_choked_mass_is_that_of_the_closed_form() -> None:
    # m = A p0 sqrt(k / (R T0)) (2 / (k + 1))^((k + 1) / (2 (k - 1))) = A p0 0.040418 / sqrt(T0 / K)
    expected = math.pi / 4 * 0.01**2 * 8e5 * math.sqrt(1.4 / (287.05 * 300.0)) * (2 / 2.4) ** 3

    assert_allclose(leak.nozzle_mass(0.01, 7.0, temperature=26.85), expected, rtol=1e-12)
    throat = leak.sonic_density(leak.density(8.0, 26.85)) * leak.sonic_speed(26.85)
    assert_allclose(throat * math.pi / 4 * 0.01**2, expected, rtol=1e-12)


def test_a_small_difference_of_pressure_is_bernoullis() -> None:
    # sqrt(2 rho dp), 100 Pa: density 1.1884 kg/m3
    assert_allclose(
        leak.nozzle_mass(0.01, 1e-3, temperature=20.0),
        math.pi / 4 * 1e-4 * math.sqrt(2 * 100 * 1e5 / (287.05 * 293.15)),
        rtol=1e-3,
    )


@given(pressure=st.floats(0.0, 12.0), hot=st.floats(-10.0, 300.0), more=st.floats(1e-3, 5.0))
def test_more_pressure_never_leaks_less_and_a_hot_line_leaks_less_free_air(
    pressure: float, hot: float, more: float
) -> None:
    cold = leak.orifice(0.003, pressure, temperature=hot)

    assert leak.orifice(0.003, pressure + more, temperature=hot) >= cold
    assert leak.orifice(0.003, pressure, temperature=hot + 10) <= cold


def test_no_pressure_no_leak() -> None:
    assert float(leak.orifice(0.003, 0.0)) == 0.0


def test_the_clock_of_loading() -> None:
    assert_allclose(leak.by_cycles(12.0, 20.0, 100.0), 2.0)
    assert np.isnan(leak.by_cycles(12.0, 0.0, 0.0))


def test_the_fall_of_pressure_of_a_leak_that_follows_it() -> None:
    # A leak of 1.5 m3/min at 7 bar(g) from 10 m3: dp/dt = -1.5 / 10 x p / 8 a minute, so p = 8 exp(-0.15 t / 8) bar(a).
    low = 8.0 * math.exp(-0.15 * 4 / 8) - 1

    assert_allclose(leak.by_decay(10.0, high=7.0, low=low, seconds=240.0), 1.5, rtol=1e-12)


def test_what_air_takes() -> None:
    air = leak.consumption(0.5, 8000.0)

    assert float(air) == 240_000.0
    # 6 kW per m3/min is 0.1 kWh/m3; of load/unload control with a long cycle, 0.68 is saved
    assert_allclose(leak.energy(air, 6.0, adjustment=[1.0, 0.68, 0.0]), [24_000.0, 16_320.0, 0.0])


@given(use=st.floats(0.0, 100.0), leaks=st.floats(0.0, 50.0))
def test_no_repair_saves_nothing(use: float, leaks: float) -> None:
    assert float(leak.after_repair(use, leaks, 0.0)) == use
    assert_allclose(leak.after_repair(use + leaks, leaks, 1.0), use, atol=1e-12)
