"""The typical year of a batch: from a file, or from the years of its weather station."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from wattstone.baselines.timeline import fold_days
from wattstone.readings.weather import read_epw
from wattstone.savings.normalised_year import TooFewYears, TypicalYear, WeatherHours, typical_year, year_of_file
from wattstone.savings.periods import Dates
from wattstone.workflows.savings.batches import Batch
from wattstone.workflows.savings.meters import Normal
from wattstone.workflows.savings.methods import Method
from wattstone.workflows.savings.weather import weather_of
from wattstone.workflows.workspace import Workspace

YEARS = 30  # back from the reporting period: the length of a climatological normal (World Meteorological Organization)


def normal_of(
    workspace: Workspace, batch: Batch, method: Method, reporting: Dates, file: Path | None = None
) -> Normal | None:
    """The typical year for a batch, on the calendar of the reporting period.

    Parameters
    ----------
    workspace : Workspace
        With the weather of the station.
    batch : Batch
        Whose station, zone and calendar.
    method : Method
        In whose step.
    reporting : Dates
        Its first year is the calendar's.
    file : pathlib.Path or None
        An EPW file.

    Returns
    -------
    Normal or None
        None where there is not enough weather.

    Raises
    ------
    InputRefused
        If the file is no EPW.
    """
    places = [(one.site.latitude, one.site.longitude) for one in batch.streams]
    place = next(((lat, lon) for lat, lon in places if lat is not None and lon is not None), None)
    zone, year = batch.conditions.zone, reporting.first.year
    try:
        if file is None:
            weather = _measured(workspace, batch, reporting)
            if weather is None:
                return None
            found = typical_year(weather, year=year, zone=zone, calendar=batch.calendar, place=place)
        else:
            source = f"EPW file {file.name}"
            weather = _hours(read_epw(file)[0], batch)
            found = year_of_file(weather, year=year, zone=zone, source=source, calendar=batch.calendar, place=place)
    except TooFewYears:
        return None
    return Normal(year=_stepped(found, method), method=method)


def _measured(workspace: Workspace, batch: Batch, reporting: Dates) -> WeatherHours | None:
    held = weather_of(workspace.lake, reporting.first.year - YEARS, reporting.last.year)
    rows = held.rows.get(batch.station or "")
    return None if rows is None else _hours(rows, batch)


def _hours(rows: pl.DataFrame, batch: Batch) -> WeatherHours:
    """Means of the hours; irradiance where the batch has some."""
    names = ("air_temperature", "global_irradiance")
    hourly = rows.sort("start").group_by_dynamic("start", every="1h").agg(pl.col(names).mean())
    temperature, light = (hourly[name].fill_null(float("nan")).to_numpy() for name in names)
    dark = np.isnan(light).all() or batch.conditions.irradiance is None
    start = hourly["start"].to_numpy().astype("datetime64[s]")
    return WeatherHours(start=start, temperature=temperature, irradiance=None if dark else light)


def _stepped(year: TypicalYear, method: Method) -> TypicalYear:
    return replace(year, conditions=fold_days(year.conditions)) if method.step == "day" else year
