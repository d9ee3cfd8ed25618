"""What a simulated factory asks of its machines: air by the minute, cold and heat by the hour.

All shapes and sizes are assumptions of the right order (three shifts on five days, one on Saturday, breaks, a shut-down
at the lunar new year), of no real factory.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from wattstone.equipment.psychrometrics import saturation_pressure, wet_bulb
from wattstone.simulation.noise import ar1
from wattstone.simulation.places import cities
from wattstone.simulation.plan import Plan, stream
from wattstone.simulation.timeline import Floats, Timeline
from wattstone.simulation.weather import weather

__all__ = ["CITY", "CampusDemand", "Demand", "campus_demand", "demand", "instants"]

CITY = "Hangzhou"
MINUTES = 60

MOST_VAPOUR = 0.034  # bar(a), a dew point of 26 degC: as damp as summers there become

# Air of the end uses at full production, without leaks [m3 min-1], and what single uses take for a few minutes.
PROCESS, PURGES, PURGE = 62.0, 9, 7.0
# Cold [kW]: of the process at full production, of halls per kelvin of wet bulb above 12 degC, of offices.
PROCESS_COLD, HALL_COLD, OFFICE_COLD = 1900.0, 130.0, 260.0
# Heat [kW]: of washing at full production, and of the buildings per kelvin below 15 degC.
PROCESS_HEAT, BUILDING_HEAT = 620.0, 38.0
# Cold of the campus [kW]: around the clock, per kelvin of wet bulb above 9 degC, and at most (what its machines make).
CAMPUS_BASE, CAMPUS_SLOPE, CAMPUS_MOST = 7000.0, 2500.0, 52_000.0
# Lowest and highest price of the week that the Stanford and Johnson Controls HVAC study publishes. [USD kWh-1]
CAMPUS_PRICES = (0.0218, 0.1298)


@dataclass(frozen=True, kw_only=True, eq=False)
class Demand:
    """A year, or several, of a factory.

    Parameters
    ----------
    start : datetime
        Naive UTC.
    air : (minutes,) array
        Free air that end uses ask for at the header's set-point, without leaks. [m3 min-1]
    production : (hours,) array
        Output. [t h-1]
    cold, heat : (hours,) arrays
        [kW]
    dry_bulb, wet_bulb : (hours,) arrays
        Of the air outdoors. [degC]
    """

    start: datetime
    air: Floats
    production: Floats
    cold: Floats
    heat: Floats
    dry_bulb: Floats
    wet_bulb: Floats


def demand(plan: Plan) -> Demand:
    """Simulate what a factory asks for.

    Parameters
    ----------
    plan : Plan
        Its years and seed count.

    Returns
    -------
    Demand
    """
    timeline = Timeline(plan)
    city = next(one for one in cities() if one.name == CITY)
    outdoors = weather(plan, timeline, city)
    dry, damp = _hourly(outdoors.temperature), _hourly(outdoors.humidity)
    wet = wet_bulb(dry, np.minimum(damp / 100.0, MOST_VAPOUR / saturation_pressure(dry)))
    level = _production(plan, timeline)
    hourly = _hourly(level)
    rng = stream(plan, "factory", "thermal")
    days = timeline.shape[0]
    office = _hourly(np.outer(timeline.working, timeline.profile((0, 0), (7, 0), (9, 1), (17, 1), (19, 0), (24, 0))))
    slow = 1 + ar1(rng, (days * 24,), memory=0.95, spread=0.04)
    warmth = np.clip(wet - 12.0, 0.0, None)
    cold = PROCESS_COLD * (0.18 + 0.82 * hourly) * slow + HALL_COLD * warmth * (0.35 + 0.65 * hourly)
    cold += OFFICE_COLD * office * np.clip((dry - 20.0) / 12.0, 0.0, 1.2)
    heat = PROCESS_HEAT * (0.12 + 0.88 * hourly) * (2 - slow) + BUILDING_HEAT * np.clip(15.0 - dry, 0.0, None)
    return Demand(
        start=plan.period.start,
        air=_air(plan, level),
        production=np.round(12.0 * hourly, 2),
        cold=np.round(cold, 1),
        heat=np.round(heat, 1),
        dry_bulb=np.round(dry, 2),
        wet_bulb=np.round(np.minimum(wet, dry).astype(np.float64), 2),
    )


def _hourly(values: Floats) -> Floats:
    """Means of the hours of (days, steps) values."""
    return values.reshape(values.shape[0] * 24, -1).mean(axis=1)


def _production(plan: Plan, timeline: Timeline) -> Floats:
    """Share of full production, (days, steps): shifts, breaks, quiet Sundays, a good and a bad season."""
    rng = stream(plan, "factory", "production")
    days = timeline.shape[0]
    shifts = timeline.profile((0, 0.72), (5.9, 0.72), (6.1, 1.0), (13.9, 0.98), (14.1, 0.92), (21.9, 0.9), (22.1, 0.72))
    saturday = timeline.profile((0, 0.7), (5.9, 0.7), (6.1, 0.8), (13.9, 0.75), (14.2, 0.12), (24, 0.12))
    breaks = 1 - 0.45 * np.isin(np.floor(timeline.hour * 2), (23.0, 39.0))
    six = np.array([day.weekday() == 5 for day in timeline.days])
    level = np.where(six[:, None], saturday, shifts * breaks)
    level = np.where(timeline.idle[:, None], 0.04, level)
    level = np.where(timeline.spring_festival[:, None], 0.0, level)
    season = 1 + 0.06 * np.sin((timeline.day_of_year - 60) * 2 * np.pi / 365.25)
    daily = np.clip(season + ar1(rng, (days,), memory=0.7, spread=0.04), 0.75, 1.1)
    return np.clip(level * daily[:, None], 0.0, 1.1)


def _air(plan: Plan, level: Floats) -> Floats:
    """Use of air by the minute: what production takes, with waves, and uses that come for some minutes."""
    rng = stream(plan, "factory", "air")
    minutes = level.size * plan.interval_minutes
    at = (np.arange(minutes) + 0.5) / plan.interval_minutes - 0.5
    smooth = np.interp(at, np.arange(level.size), level.reshape(-1))
    use = PROCESS * smooth * (1 + ar1(rng, (minutes,), memory=0.985, spread=0.07))
    begins = rng.random(minutes) < PURGES / MINUTES * 0.5 * smooth
    for lasts in (2, 3, 5):
        mine = begins & (rng.random(minutes) < 1 / 3)
        use += PURGE * np.minimum(np.convolve(mine, np.ones(lasts))[:minutes], 2.0)
    return np.maximum(np.round(use, 2), 0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class CampusDemand:
    """A year of a campus that is cooled by a central plant.

    Parameters
    ----------
    start : datetime
        Naive UTC.
    cold : (hours,) array
        [kW]
    dry_bulb, wet_bulb : (hours,) arrays
        Of the air outdoors. [degC]
    price : (hours,) array
        Of electricity, by the hour. [USD kWh-1]
    """

    start: datetime
    cold: Floats
    dry_bulb: Floats
    wet_bulb: Floats
    price: Floats


def campus_demand(plan: Plan) -> CampusDemand:
    """Simulate a campus of offices, laboratories and a data centre; prices lie in the range of the published study.

    Parameters
    ----------
    plan : Plan
        Its years and seed count.
    """
    timeline = Timeline(plan)
    city = next(one for one in cities() if one.name == CITY)
    outdoors = weather(plan, timeline, city)
    dry, damp = _hourly(outdoors.temperature), _hourly(outdoors.humidity)
    wet = wet_bulb(dry, np.minimum(damp / 100.0, MOST_VAPOUR / saturation_pressure(dry)))
    rng = stream(plan, "campus")
    days = timeline.shape[0]
    busy = timeline.profile((0, 0.45), (6, 0.5), (9, 1.0), (17, 1.0), (20, 0.65), (24, 0.45))
    level = _hourly(np.outer(np.where(timeline.working, 1.0, 0.72), busy))
    slow = 1 + ar1(rng, (days * 24,), memory=0.96, spread=0.03)
    cold = CAMPUS_BASE + CAMPUS_SLOPE * np.clip(wet - 9.0, 0.0, None) * (0.35 + 0.65 * level)
    low, high = CAMPUS_PRICES
    shape = _hourly(np.outer(np.ones(days), timeline.profile((0, 0.1), (5, 0.05), (9, 0.45), (15, 1.0), (19, 0.75))))
    warm = np.clip((dry - 10.0) / 25.0, 0.0, 1.0)
    swing = np.clip(shape * (0.35 + 0.65 * warm) * (1 + ar1(rng, (days * 24,), memory=0.8, spread=0.25)), 0.0, 1.0)
    return CampusDemand(
        start=plan.period.start,
        cold=np.round(np.minimum(cold * slow, CAMPUS_MOST).astype(np.float64), 1),
        dry_bulb=np.round(dry, 2),
        wet_bulb=np.round(np.minimum(wet, dry).astype(np.float64), 2),
        price=np.round(low + (high - low) * swing, 4),
    )


def instants(start: datetime, steps: int, *, minutes: int) -> pl.Series:
    """Starts of some steps as a column of a log, in UTC."""
    width = np.timedelta64(minutes, "m")
    return pl.Series(np.datetime64(start, "us") + np.arange(steps) * width, dtype=pl.Datetime("us", "UTC"))
