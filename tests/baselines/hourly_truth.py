"""Hours of a year with weather by hand, and use that is known because it was made."""

from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from wattstone.baselines.conditions import Conditions
from wattstone.baselines.timeline import hours_of
from wattstone.rates.calendars import calendar_for, shipped_calendars

Floats = npt.NDArray[np.float64]


def hours(first: date, last: date, seed: int = 1) -> Conditions:
    """London's hours with a year's wave, a day's wave and weather of a few days; sun by its elevation."""
    calendar = calendar_for(shipped_calendars(), country="GB", site_id="")
    found = hours_of(first, last, "Europe/London", calendar=calendar, place=(51.5, 0.0))
    rng = np.random.default_rng(seed)
    spells = np.repeat(rng.normal(0, 4, len(found) // 72 + 1), 72)[: len(found)]
    day = 2 * np.pi * found.hour / 24
    year = 2 * np.pi * found.year_share
    temperature = 11 - 8 * np.cos(year - 0.4) - 4 * np.cos(day - 0.8) + spells
    assert found.elevation is not None
    cloud = np.repeat(rng.uniform(0.2, 1, len(found) // 24 + 2), 24)[: len(found)]
    irradiance = 900 * np.sin(np.radians(found.elevation)) * cloud
    return replace(found, temperature=temperature, irradiance=irradiance)


def office(conditions: Conditions, seed: int = 2, noise: float = 1.0) -> Floats:
    """Use of an office that is heated below 12 degC and cooled above 20 degC while it is open, closed on days off."""
    rng = np.random.default_rng(seed)
    warm = conditions.temperature
    open_ = (conditions.weekday < 5) & ~conditions.off & (conditions.hour >= 8) & (conditions.hour < 18)
    weather = 0.8 * np.maximum(12 - warm, 0) + 1.5 * np.maximum(warm - 20, 0)
    return 10 + np.where(open_, 30 + weather, 0.2 * weather) + rng.normal(0, noise, len(conditions))
