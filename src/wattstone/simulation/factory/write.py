"""Writes the simulated factory: station and plant files with their logs, and readings for a workspace."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from wattstone.simulation.factory.air import Metered, air_log, metered
from wattstone.simulation.factory.demand import CITY, Demand, campus_demand, demand, instants
from wattstone.simulation.factory.plant_files import write_campus, write_plant
from wattstone.simulation.factory.station import station
from wattstone.simulation.factory.station_file import LOG, station_file
from wattstone.simulation.places import cities
from wattstone.simulation.plan import ZONE, Plan
from wattstone.simulation.texts import HEADING, TARIFFS

__all__ = ["MEASURE", "SITE", "factory", "measure"]

SITE, METER, OUTPUT = "works", "air-station", "output"
MEASURE = "air-1"
STEPS = 4
_MARK = {"wattstone.simulated": "true"}


def factory(plan: Plan, folder: Path, *, progress: Callable[[int, int], None] | None = None) -> Metered:
    """Write a factory.

    Parameters
    ----------
    plan : Plan
        Two years or more: the modification of the station begins with the last of them.
    folder : Path
        Made if it is not there; files of an earlier simulation are replaced.
    progress : callable or None
        Called with the steps that are done, and how many there are.

    Returns
    -------
    Metered
        What the station's meter shows, and what it would show without the modification.
    """

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, STEPS)

    (folder / "truth").mkdir(parents=True, exist_ok=True)
    asked, machines = demand(plan), station()
    tell(1)
    _write(folder / "README.md", _README.format(heading=HEADING, years=" and ".join(map(str, plan.calendar_years))))
    _write(folder / "tariff.toml", TARIFFS["tariff.toml"])
    first = plan.calendar_years[0]
    _write(folder / "station.toml", station_file(machines, year=first))
    write_plant(folder, asked)
    write_campus(folder, campus_demand(plan))
    days = (datetime(first + 1, 1, 1) - datetime(first, 1, 1)).days
    air_log(plan, machines, asked, days=days).write_parquet(folder / LOG, metadata=_MARK)
    tell(2)
    begins = datetime(plan.year, 1, 1, tzinfo=ZoneInfo(ZONE)).astimezone(UTC).replace(tzinfo=None)
    held = metered(plan, machines, asked, begins=begins)
    tell(3)
    _readings(folder / "readings", plan, asked, held)
    truth = {
        "simulated": True,
        "leaks_m3_per_min": machines.leaks,
        "measure": MEASURE,
        "begins": held.begins.isoformat(),
        "ends": held.ends.isoformat(),
        "saving_kwh": held.saving(asked.start),
    }
    _write(folder / "truth" / "truth.json", json.dumps(truth, indent=2) + "\n")
    tell(4)
    return held


def measure(plan: Plan, held: Metered) -> dict[str, Any]:
    """The record of the modification, as `workflows.measures.declare_measure` takes it."""
    first, last = plan.calendar_years[0], plan.year

    def day(moment: datetime) -> str:
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(ZONE)).date().isoformat()

    return {
        "site_id": SITE,
        "meters": [METER],
        "name": "Leaks mended, pressure of the air station lowered",
        "boundary": "all compressors and the dryer, by the meter of the station",
        "option": "B",
        "baseline": f"{first}-01-01/{last - 1}-12-31",
        "blackout": f"{day(held.begins)}/{day(held.ends)}",
        "reporting": f"{day(held.ends)}/{last}-12-31".replace(day(held.ends), _next(day(held.ends))),
        "expected_saving": "20 %",
        "owner": "Plant engineering",
        "status": "done",
        "model": "hourly",
        "variables": [OUTPUT],
    }


def _next(day: str) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _readings(folder: Path, plan: Plan, asked: Demand, held: Metered) -> None:
    """The dataset folder of the station's meter, with production and weather."""
    folder.mkdir(parents=True, exist_ok=True)
    hours = held.kwh.size
    times = instants(asked.start, hours, minutes=60).dt.cast_time_unit("ms")
    city = next(one for one in cities() if one.name == CITY)
    series = ((METER, "electricity", "kWh", held.kwh), (OUTPUT, "production", "t", asked.production))
    readings = [
        pl.DataFrame({"timestamp": times, "value": values}).select(
            pl.lit(SITE).alias("site_id"), pl.lit(meter).alias("meter_id"), pl.lit(kind).alias("kind"),
            pl.lit(unit).alias("unit"), "timestamp", "value",
        )
        for meter, kind, unit, values in series
    ]  # fmt: skip
    pl.concat(readings).write_parquet(folder / "readings.parquet", metadata=_MARK)
    site = {
        "site_id": SITE, "name": "Works (simulated)", "type": "industrial", "gia_m2": 42000.0, "country": "CN",
        "city": city.name, "lat": city.latitude, "lon": city.longitude, "timezone": ZONE, "grid_region": city.region,
        "weather_station_id": city.station, "simulated": True,
    }  # fmt: skip
    pl.DataFrame([site]).write_parquet(folder / "sites.parquet", metadata=_MARK)
    meters = [
        {"site_id": SITE, "meter_id": meter, "kind": kind, "unit": unit, "interval_minutes": 60, "simulated": True}
        for meter, kind, unit, _ in series
    ]
    pl.DataFrame(meters).write_parquet(folder / "meters.parquet", metadata=_MARK)
    weather = pl.DataFrame({"timestamp": times, "air_temperature_c": asked.dry_bulb[:hours]})
    weather.select(pl.lit(city.station).alias("station_id"), "timestamp", "air_temperature_c").write_parquet(
        folder / "weather.parquet", metadata=_MARK
    )
    _write(folder / "README.md", f"{HEADING}: the meter of a compressed-air station of a factory, {plan.year}\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


_README = """{heading}: a factory

Nothing in this folder was measured. It is a factory that does not exist, computed by `wattstone.simulation` for
{years}.

| file | what it holds |
|---|---|
| `station.toml`, `air-log.parquet` | its compressed-air station, and a year of its log by the minute |
| `plant.toml`, `plant-log.parquet` | its sources of cold and heat, and what they had to make, by the hour |
| `campus.toml`, `campus-log.parquet` | a campus cooled by eight chillers with a tank of chilled water |
| `tariff.toml` | simulated prices of electricity in CNY |
| `readings/` | the meter of the air station over all years, with production and weather, for a workspace |
| `truth/` | leaks, and what the modification truly saved |
"""
