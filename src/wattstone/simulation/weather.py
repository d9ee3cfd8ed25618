"""Simulated weather of a city: a climate's monthly means, days that remember the day before, clouds."""

from dataclasses import dataclass

import numpy as np

from wattstone.simulation.noise import ar1
from wattstone.simulation.places import City
from wattstone.simulation.plan import Plan, stream
from wattstone.simulation.sky import clear_sky, sine_of_elevation
from wattstone.simulation.timeline import Floats, Timeline

_MID_MONTH = (np.arange(12) + 0.5) * (365.25 / 12)


@dataclass(frozen=True)
class Weather:
    """Weather of a city, arrays of (days, steps).

    Parameters
    ----------
    temperature : array
        Of the air. [degC]
    slow : array
        The same without the daily swing, which heavy buildings feel. [degC]
    humidity : array
        Relative. [%]
    irradiance : array
        Global, horizontal. [W m-2]
    sine : array
        Sine of the sun's elevation.
    """

    temperature: Floats
    slow: Floats
    humidity: Floats
    irradiance: Floats
    sine: Floats


def weather(plan: Plan, timeline: Timeline, city: City) -> Weather:
    """Simulate a city's weather.

    Parameters
    ----------
    plan : Plan
    timeline : Timeline
        Of the plan.
    city : City

    Returns
    -------
    Weather
    """
    rng = stream(plan, "weather", city.name)
    days, steps = timeline.shape
    climate = np.interp(timeline.day_of_year, _MID_MONTH, city.temperature, period=365.25)
    warm = (climate - min(city.temperature)) / (max(city.temperature) - min(city.temperature))
    clearness = np.clip(city.clearness + ar1(rng, (days,), memory=0.4, spread=0.22), 0.12, 1.0)
    anomaly = ar1(rng, (days,), memory=0.75, spread=1.0) * (3.0 - 1.2 * warm)

    clock = np.arange(days * steps).reshape(days, steps) / steps
    slow = np.interp(clock, np.arange(days) + 0.5, climate + anomaly)
    swing = (1.5 + 5.0 * clearness)[:, None] * np.cos((timeline.hour - 15) * np.pi / 12)[None, :]
    temperature = slow + swing + ar1(rng, (days, steps), memory=0.97, spread=0.4)

    damp = (city.humidity - 60 * (clearness - city.clearness))[:, None] + ar1(rng, (days, steps), memory=0.98, spread=4)
    sine = sine_of_elevation(
        timeline.day_of_year,
        timeline.hour,
        latitude=city.latitude,
        longitude=city.longitude,
        utc_offset=timeline.utc_offset,
    )
    clouds = clearness[:, None] + (1 - clearness[:, None]) * ar1(rng, (days, steps), memory=0.9, spread=0.35)
    return Weather(
        temperature=temperature,
        slow=slow,
        humidity=np.clip(damp - 2.2 * swing, 12, 100),
        irradiance=clear_sky(sine) * np.clip(clouds, 0.08, 1.0),
        sine=sine,
    )
