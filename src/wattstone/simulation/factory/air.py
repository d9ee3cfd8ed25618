"""What loggers and meters would show of the simulated station, and what its modification truly saves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from wattstone.equipment.air.dynamics import dynamic
from wattstone.equipment.air.quasi_steady import quasi_steady
from wattstone.equipment.air.station import Station
from wattstone.equipment.air.use import AirUse
from wattstone.simulation.factory.demand import Demand, instants
from wattstone.simulation.factory.station import PRESSURE_AFTER, modified
from wattstone.simulation.noise import ar1
from wattstone.simulation.plan import Plan, stream
from wattstone.simulation.timeline import Floats

__all__ = ["WORKS", "Metered", "air_log", "metered"]

WORKS = timedelta(days=14)
"""How long the modification takes."""
MINUTE = 1 / 60
NOISE = {"power": 0.008, "flow": 0.02, "pressure": 0.004}  # of a reading, standard deviation
LOST_DAYS = 3  # gaps of the logger, some hours each


@dataclass(frozen=True, kw_only=True, eq=False)
class Metered:
    """Energy of a station by the hour, with a modification on the way.

    Parameters
    ----------
    kwh : (hours,) array
        As metered. [kWh]
    without : (hours,) array
        What would have been metered without the modification. [kWh]
    begins, ends : datetime
        Of the works, naive UTC.
    """

    kwh: Floats
    without: Floats
    begins: datetime
    ends: datetime

    def saving(self, start: datetime) -> float:
        """True saving after the works, of readings that begin at `start`. [kWh]"""
        first = round((self.ends - start) / timedelta(hours=1))
        return float((self.without - self.kwh)[first:].sum())


def air_log(plan: Plan, station: Station, asked: Demand, *, days: int) -> pl.DataFrame:
    """A log by the minute: power of each machine and the dryer, flow after the dryer, pressure of the header.

    Parameters
    ----------
    plan : Plan
        Its seed counts.
    station : Station
    asked : Demand
        What is asked for.
    days : int
        How long, from the start of the demand.

    Returns
    -------
    DataFrame
        `time` (UTC), `NAME_kw`, `dryer_kw`, `flow_m3_per_min` (free air of ISO 1217), `header_bar` (gauge).
    """
    steps = days * 24 * 60
    use = AirUse(flow=asked.air[:steps] + station.leaks, hours=MINUTE, start=np.datetime64(asked.start, "us"))
    run = dynamic(station, use)
    rng = stream(plan, "factory", "log")
    lost = np.zeros(steps, dtype=bool)
    for begins in rng.choice(steps, LOST_DAYS, replace=False):
        lost[begins : begins + int(rng.integers(90, 600))] = True

    def logged(values: Floats, kind: str, digits: int) -> pl.Series:
        noisy = values * (1 + rng.normal(scale=NOISE[kind], size=steps))
        return pl.Series(np.where(lost, np.nan, np.round(noisy, digits)), dtype=pl.Float32).fill_nan(None)

    times = instants(asked.start, steps, minutes=1)
    names = [f"{one}_kw" for one in run.names]
    columns = {name: logged(power, "power", 1) for name, power in zip(names, run.power, strict=True)}
    columns["dryer_kw"] = logged(run.dryer, "power", 2)
    columns["flow_m3_per_min"] = logged(run.use + run.leaks, "flow", 2)
    columns["header_bar"] = logged(run.pressure, "pressure", 3)
    return pl.DataFrame({"time": times, **columns})


def metered(plan: Plan, station: Station, asked: Demand, *, begins: datetime) -> Metered:
    """Energy by the hour of a station that is modified on the way.

    Leaks are mended day by day over the time of the works, at whose end the pressure is lowered; a metered hour carries
    what no model knows: wear, weather at the intake, habits.
    """
    after = modified(station)
    minutes = asked.air.size
    before_kw, after_kw = (_hourly_power(one, asked, minutes) for one in (station, after))
    first = round((begins - asked.start) / timedelta(hours=1))
    last = first + round(WORKS / timedelta(hours=1))
    share = np.interp(np.arange(before_kw.size), [first, last], [0.0, 1.0])
    habit = 1 + ar1(stream(plan, "factory", "habit"), (before_kw.size,), memory=0.98, spread=0.025)
    kwh = (before_kw * (1 - share) + after_kw * share) * habit
    return Metered(kwh=np.round(kwh, 2), without=np.round(before_kw * habit, 2), begins=begins, ends=begins + WORKS)


def _hourly_power(station: Station, asked: Demand, minutes: int) -> Floats:
    use = asked.air[:minutes].reshape(-1, 60)
    lowered = (PRESSURE_AFTER + 1) / 8.0 if station.pressure < 7.0 else 1.0
    taken = use * (1 - station.artificial + station.artificial * lowered)
    flow = AirUse(flow=(taken + station.leaks).reshape(-1), hours=MINUTE)
    return quasi_steady(station, flow).total.reshape(-1, 60).mean(axis=1)
