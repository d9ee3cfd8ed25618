import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from wattstone.simulation import Plan
from wattstone.simulation.noise import ar1, filtered
from wattstone.simulation.places import cities
from wattstone.simulation.sky import clear_sky, sine_of_elevation
from wattstone.simulation.timeline import Timeline
from wattstone.simulation.weather import weather


def test_the_sun_stands_at_90_degrees_minus_latitude_at_noon_of_the_equinox():
    hours = np.linspace(11, 13, 241)
    sine = sine_of_elevation(np.array([80.0]), hours, latitude=40.0, longitude=120.0, utc_offset=8.0)

    assert_allclose(np.degrees(np.arcsin(sine.max())), 50.0, atol=0.5)
    # On the zone's meridian the sun culminates after noon by the equation of time: 7 to 8 min in late March.
    assert_allclose((hours[sine.argmax()] - 12) * 60, 7.5, atol=1.0)


def test_day_and_night_are_equal_at_the_equinox_and_the_summer_day_is_longer():
    hours = np.arange(0, 24, 0.01)
    up = sine_of_elevation(np.array([80.0, 172.0]), hours, latitude=40.0, longitude=120.0, utc_offset=8.0) > 0

    equinox, summer = up.sum(axis=1) * 0.01
    assert_allclose(equinox, 12.0, atol=0.1)
    # cos(hour angle of sunset) = -tan(40) tan(23.44): 111.3 degrees, 2 * 111.3 / 15 h.
    assert_allclose(summer, 14.84, atol=0.05)


def test_clear_sky_by_hand():
    # 1098 * 0.5 * exp(-0.059 / 0.5) = 549 * 0.888696
    assert_allclose(clear_sky(np.array([0.5, -0.2])), [487.894, 0.0], atol=1e-3)


@given(st.integers(1, 400), st.floats(0, 0.99), st.integers(0, 2**32 - 1))
def test_the_filter_is_the_recursion(size: int, memory: float, seed: int):
    shocks = np.random.default_rng(seed).standard_normal(size)
    expected, last = np.empty(size), 0.0
    for step, shock in enumerate(shocks):
        last = memory * last + shock
        expected[step] = last

    assert_allclose(filtered(shocks, memory), expected, rtol=1e-9, atol=1e-9)


def test_noise_has_the_spread_and_memory_asked_for():
    noise = ar1(np.random.default_rng(5), (200_000,), memory=0.8, spread=2.0)

    assert_allclose(noise.std(), 2.0, rtol=0.03)
    assert_allclose(np.corrcoef(noise[:-1], noise[1:])[0, 1], 0.8, atol=0.02)


def test_weather_follows_the_climate_and_the_sun():
    plan = Plan(interval_minutes=60)
    timeline = Timeline(plan)
    for city in cities():
        air = weather(plan, timeline, city)
        assert_allclose(air.temperature.mean(), np.mean(city.temperature), atol=1.0)
        assert (air.irradiance[air.sine <= 0] == 0).all()
        assert air.irradiance.max() < 1100
        assert air.humidity.min() >= 0
        assert air.humidity.max() <= 100
        january, july = air.temperature[:31].mean(), air.temperature[181:212].mean()
        assert january < july - 10
