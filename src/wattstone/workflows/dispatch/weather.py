"""Weather of a site as dispatch takes it: outdoor temperature and irradiance on its steps, and their evidence."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.portfolio import Site
from wattstone.workflows.series import on_grid
from wattstone.workflows.stores import Lake

Floats = NDArray[np.float64]

__all__ = ["Weather", "no_outdoor", "weather_of"]


@dataclass(frozen=True, eq=False)
class Weather:
    """What a station measured over t steps.

    Parameters
    ----------
    station : str or None
        The one that the site names, or the only one there is; None where there is none.
    temperature : (t,) array
        Of the air; NaN where it is not known. [degC]
    irradiance : (t,) array
        Global, on the horizontal; NaN where it is not known. [W m-2]
    evidence : dict
        The rows that were used, as evidence names them.
    """

    station: str | None
    temperature: Floats
    irradiance: Floats
    evidence: dict[str, dict[str, Any]]


def weather_of(lake: Lake, site: Site, *, start: datetime, end: datetime, step: timedelta) -> Weather:
    """The weather of a site in each step; nothing is filled, and nothing at or after `end` is read.

    Parameters
    ----------
    lake : Lake
        With the table `weather`.
    site : Site
        Its station is the one that it names, else the only one of the workspace.
    start, end : datetime
        Naive UTC.
    step : timedelta
        Length of a step; a value holds until the next one, for an hour at most.
    """
    count = (end - start) // step
    unknown = Weather(None, np.full(count, np.nan), np.full(count, np.nan), {})
    scan = lake.scan("weather", parts=range(start.year, end.year + 1))
    if scan is None:
        return unknown
    inside = (pl.col("start") > start - timedelta(hours=1)) & (pl.col("start") < end)
    rows = scan.filter(inside).select("station", "start", "air_temperature", "global_irradiance").collect()
    stations = rows["station"].unique().to_list()
    station = site.weather_station or (stations[0] if len(stations) == 1 else None)
    rows = rows.filter(pl.col("station") == station).sort("start")
    if rows.is_empty():
        return unknown
    columns = [
        on_grid(rows.select("start", pl.col(name).alias("value")).drop_nulls(), start=start, end=end, step=step)
        for name in ("air_temperature", "global_irradiance")
    ]
    return Weather(station, columns[0], columns[1], _evidence(str(station), rows))


def _evidence(station: str, rows: pl.DataFrame) -> dict[str, dict[str, Any]]:
    digest = hashlib.sha256(station.encode())
    digest.update(rows["start"].to_physical().to_numpy().tobytes())
    for name in ("air_temperature", "global_irradiance"):
        digest.update(rows[name].fill_null(float("nan")).to_numpy().tobytes())
    key = digest.hexdigest()
    content = {"kind": "weather", "table": "weather", "station": station, "rows": rows.height, "sha256": key}
    return {f"slice:{key[:20]}": content}


def no_outdoor(site: Site) -> Finding:
    """Rooms cannot be planned without any outdoor temperature."""
    return Finding(
        code="dispatch.no_outdoor",
        place=f"site '{site.id}'",
        found="its site file has rooms, and the workspace knows no outdoor temperature for it (station: {station})",
        expected="air temperature of a weather station, from which the coming hours are forecast",
        remedy="ingest weather (CSV, EPW or Parquet) and name its station with `wattstone site --weather-station`, or "
        "take the rooms out of a copy of the site file",
        params={"station": site.weather_station or "not named"},
    )
