"""Degree days of the sites, from the weather station that each names."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from wattstone.base import local_year
from wattstone.inventory.frames import FIGURE, with_ids
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import ORGANISATION
from wattstone.rates.degree_days import degree_days

WHOLE = 0.95  # share of the year's days that must be known


@dataclass(frozen=True)
class Weather:
    """Degree-day figures and the weather that they rest on."""

    figures: pl.DataFrame
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


def weather_figures(plan: Plan, weather: pl.DataFrame | None) -> Weather:
    """Heating and cooling degree days of a year, of each site; of the organisation where all sites share a station.

    Parameters
    ----------
    plan : Plan
        Sites with their stations and clocks.
    weather : polars.DataFrame or None
        Schema `readings.WEATHER`; None where there is none.

    Returns
    -------
    Weather
        Figures `degree_days.heating` and `degree_days.cooling` [K d]; a site without a station has none.
    """
    if weather is None or weather.is_empty():
        return Weather(pl.DataFrame(schema=FIGURE))
    stations = weather["station"].unique().to_list()
    only = stations[0] if len(stations) == 1 else None
    places: dict[tuple[str, str], list[str]] = {}
    for site in plan.sites:
        station = site.weather_station if site.weather_station in stations else None if site.weather_station else only
        if station is not None:
            places.setdefault((station, site.zone), []).append(f"site:{site.id}")
    if len(places) == 1 and len(next(iter(places.values()))) == len(plan.sites):
        next(iter(places.values())).append(ORGANISATION)
    rows: list[dict[str, Any]] = []
    evidence: dict[str, dict[str, Any]] = {}
    for (station, zone), subjects in places.items():
        made, content = _station(plan.year, station, zone, weather)
        evidence |= content
        rows += [{**one, "subject": subject} for subject in subjects for one in made]
    schema = {name: dtype for name, dtype in FIGURE.items() if name != "id"}
    return Weather(with_ids(pl.DataFrame(rows, schema=schema)).select(list(FIGURE)), evidence)


def _station(
    year: int, station: str, zone: str, weather: pl.DataFrame
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    span = local_year(year, zone)
    rows = weather.filter(
        (pl.col("station") == station) & (pl.col("start") >= span.start) & (pl.col("start") < span.end)
    )
    if rows.is_empty():
        return [], {}
    days = degree_days(rows["start"], rows["air_temperature"], zone)
    wanted = round(span.hours / 24)
    known = days.daily.height - days.missing_days
    digest = hashlib.sha256(
        station.encode()
        + rows["start"].to_physical().to_numpy().tobytes()
        + rows["air_temperature"].fill_null(float("nan")).to_numpy().tobytes()
    ).hexdigest()
    key = f"slice:{digest[:20]}"
    content = {"kind": "weather", "table": "weather", "station": station, "rows": rows.height, "sha256": digest}
    enough = known >= WHOLE * wanted
    reason = None if enough else f"the weather of {station} is known for {known} of {wanted} days"
    scale = wanted / known if enough else 1.0
    made = [
        {
            "name": f"degree_days.{what}",
            "period": str(year),
            "start": span.start,
            "end": span.end,
            "value": value * scale if enough else None,
            "unit": "K d",
            "lower": None,
            "upper": None,
            "reason": reason,
            "basis": None,
            "method": "degree_days/1",
            "estimated": 1 - known / wanted if enough else 0.0,
            "coverage": known / wanted,
            "notes": [f"base {base} degC, station {station}"],
            "inputs": [key],
        }
        for what, value, base in (
            ("heating", days.heating, days.base_heating),
            ("cooling", days.cooling, days.base_cooling),
        )
    ]
    return made, {key: content}
