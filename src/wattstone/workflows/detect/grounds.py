"""What findings rest on, as evidence: slices of readings, weather, tariffs, factors, intensities, calendars."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from wattstone.base import Period, local_year
from wattstone.inventory.attribution import Attribution
from wattstone.inventory.plan import Plan, Stream
from wattstone.rates import EmissionFactor
from wattstone.rates.calendars import Calendar
from wattstone.readings.partitions import parts_of
from wattstone.workflows.detect.worth import Demand
from wattstone.workflows.inventory.compute import Pins, factor_evidence, intensity_evidence, slices_of
from wattstone.workflows.inventory.plans import tariff_content
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

Evidence = dict[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What the findings of a run may rest on, by what it is about.

    Parameters
    ----------
    content : dict of str to dict
        Of everything, by id.
    slices : dict of str to list of str
        By meter: the readings of the years that were looked at.
    beside : dict of str to str
        By site: the readings of all its meters.
    weather : dict of str to str
        By station.
    tariffs : dict of tuple to str
        By kind and site; a site of "" is every other one.
    factors, intensities : dict of str to str
        By meter; by grid.
    gases : dict of str to str
        What the factor of each meter counts: `CO2e`, `CO2`.
    calendars, demand : dict of str to str
        Of holidays, and of demand charges, by site.
    """

    content: Evidence
    slices: dict[str, list[str]]
    beside: dict[str, str]
    weather: dict[str, str]
    tariffs: dict[tuple[str, str], list[str]]
    factors: dict[str, str]
    intensities: dict[str, str]
    gases: dict[str, str]
    calendars: dict[str, str]
    demand: dict[str, str]
    _none: list[str] = field(default_factory=list[str], repr=False)

    def station(self, name: str | None) -> list[str]:
        """The weather that a site rests on: that of its station, or of the only one there is."""
        only = [*self.weather.values()] if len(self.weather) == 1 else []
        return [self.weather[name]] if name in self.weather else [] if name else only

    def tariffs_of(self, kind: str, site: str) -> list[str]:
        """Tariffs that a kind of meter pays by at a site."""
        return self.tariffs.get((kind, site)) or self.tariffs.get((kind, ""), self._none)


def grounds_of(
    workspace: Workspace,
    plan: Plan,
    attribution: Attribution,
    calendars: Mapping[str, Calendar],
    demand: Mapping[str, Demand],
    *,
    meters: Iterable[str],
    years: Iterable[int],
) -> Grounds:
    """Gather what findings may rest on.

    Of the meters with findings, and of the main meters of their sites, the readings are named slice by slice; those of
    the meters beside them by one hash for a site, which keeps the evidence of a large portfolio small.

    Parameters
    ----------
    workspace : Workspace
        Whose tables are pinned as they stand.
    plan : Plan
        Of the year.
    attribution : Attribution
        Factors by meter.
    calendars : mapping of str to Calendar
        Of holidays, by site.
    demand : mapping of str to Demand
        What sites pay for their monthly peak.
    meters : iterable of str
        Those with findings.
    years : iterable of int
        Years that are looked at.

    Returns
    -------
    Grounds
    """
    lake = workspace.lake
    pins = Pins(readings=lake.version("readings"), intensity=lake.version("intensity"))
    years = sorted(years)
    content, slices, beside = _readings(lake, plan, pins, set(meters), years)
    tables = tariff_content(workspace.records)
    tariffs: dict[tuple[str, str], list[str]] = {}
    for tariff in plan.tariffs:
        for site in tariff.sites or ("",):
            tariffs.setdefault((tariff.kind, site), []).append(f"tariff:{tariff.id}")
    known = factors_of(plan, attribution)
    weather = _weather(workspace, plan, years)
    intensities = intensity_evidence(lake, plan, pins)
    held = {one.name: _calendar(one, set(years)) for one in calendars.values()}
    everything = (
        content | dict(held.values()) | tables | {f"factor:{one.id}": factor_evidence(one) for one in known.values()}
    )
    return Grounds(
        content=everything
        | dict(one.evidence for one in demand.values())
        | dict(weather.values())
        | dict(intensities.values()),
        slices=slices,
        beside=beside,
        weather={station: key for station, (key, _) in weather.items()},
        tariffs=tariffs,
        factors={meter: f"factor:{one.id}" for meter, one in known.items()},
        intensities={region: key for region, (key, _) in intensities.items()},
        gases={meter: one.gas for meter, one in known.items()},
        calendars={site: held[one.name][0] for site, one in calendars.items()},
        demand={site: one.evidence[0] for site, one in demand.items()},
    )


def _readings(
    lake: Lake, plan: Plan, pins: Pins, meters: set[str], years: list[int]
) -> tuple[Evidence, dict[str, list[str]], dict[str, str]]:
    """Slices of some meters and of the main meters of their sites, and of all meters of these sites together."""
    sites = {one.site.id for one in plan.streams if one.meter.id in meters}
    mains = {one.meter.id for site, one in mains_of(plan).items() if site in sites}
    named = tuple(one for one in plan.streams if one.meter.id in meters | mains)
    names = {one.key: one.meter.id for one in named}
    content: Evidence = {}
    slices: dict[str, list[str]] = {}
    for year in reversed(years):
        for key, one in slices_of(lake, replace(plan, streams=named, year=year), pins, names, ()).items():
            content[key] = one
            slices.setdefault(one["meter"], []).append(key)
    whole = _together(lake, plan, pins, sites, years)
    return content | dict(whole.values()), slices, {site: key for site, (key, _) in whole.items()}


def _together(
    lake: Lake, plan: Plan, pins: Pins, sites: set[str], years: list[int]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """All readings of each site, as one hash over the hashes of their slices."""
    span = Period(replace(plan, year=years[0]).span.start, replace(plan, year=years[-1]).span.end)
    held = lake.scan("slices", parts=parts_of(span, lake.parts("slices")))
    mine = {one.key: one.site.id for one in plan.streams if one.site.id in sites}
    if held is None or not mine:
        return {}
    wanted = held.filter(pl.col("meter").is_in(sorted(mine))).select("meter", "first", "batch", "rows", "sha256")
    rows = wanted.collect().sort("meter", "first", "batch")
    rows = rows.with_columns(pl.col("meter").replace_strict(mine, return_dtype=pl.String).alias("site"))
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for (site,), of in rows.group_by("site", maintain_order=True):
        digest = hashlib.sha256("".join([str(site), *of["sha256"]]).encode()).hexdigest()
        about = {"table": "readings", "version": pins.readings, "site": site, "meters": of["meter"].n_unique()}
        about |= {"slices_of_readings": of.height, "rows": int(of["rows"].sum()), "sha256": digest}
        found[str(site)] = f"beside:{digest[:20]}", {"kind": "beside", **about}
    return found


def factors_of(plan: Plan, attribution: Attribution) -> dict[str, EmissionFactor]:
    """Yearly factors by meter; what a PV system does not make is made by the grid of its site.

    Parameters
    ----------
    plan : Plan
        Of the year.
    attribution : Attribution
        As the inventory has it.
    """
    known = {meter: one for meter, one in attribution.factors.items() if isinstance(one, EmissionFactor)}
    mains = mains_of(plan)
    made = {one.meter.id: mains[one.site.id].meter.id for one in _makers(plan) if one.site.id in mains}
    return known | {meter: known[main] for meter, main in made.items() if main in known}


def mains_of(plan: Plan) -> dict[str, Stream]:
    """The main meter of electricity by site."""
    return {one.site.id: one for one in plan.streams if one.role == "grid" and one.meter.parent_id is None}


def _makers(plan: Plan) -> list[Stream]:
    return [one for one in plan.streams if one.role == "generation"]


def _weather(workspace: Workspace, plan: Plan, years: list[int]) -> dict[str, tuple[str, dict[str, Any]]]:
    """The weather of each station over the years."""
    held = workspace.lake.scan("weather", parts=range(years[0] - 1, years[-1] + 2))
    if held is None:
        return {}
    zone = plan.zones[0]
    begin, end = local_year(years[0], zone).start, local_year(years[-1], zone).end
    inside = held.filter((pl.col("start") >= begin) & (pl.col("start") < end))
    rows = inside.select("station", "start", "air_temperature", "global_irradiance").collect().sort("station", "start")
    return {str(name): _station(str(name), of) for (name,), of in rows.group_by("station", maintain_order=True)}


def _station(station: str, rows: pl.DataFrame) -> tuple[str, dict[str, Any]]:
    digest = hashlib.sha256(station.encode() + rows["start"].to_physical().to_numpy().tobytes())
    for name in ("air_temperature", "global_irradiance"):
        digest.update(rows[name].fill_null(float("nan")).to_numpy().tobytes())
    text = digest.hexdigest()
    about = {"kind": "weather", "table": "weather", "station": station, "rows": rows.height, "sha256": text}
    return f"slice:{text[:20]}", about


def _calendar(calendar: Calendar, years: set[int]) -> tuple[str, dict[str, Any]]:
    """A calendar of holidays in the years that were looked at, as evidence."""
    rest, work = (sorted(day.isoformat() for day in of if day.year in years) for of in (calendar.rest, calendar.work))
    about = {
        "name": calendar.name,
        "country": calendar.country,
        "source": {str(year): text for year, text in calendar.sources.items() if year in years},
        "rest": rest,
        "work": work,
    }
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:20]
    return f"calendar:{digest}", {"kind": "calendar", **about}


def label_of(first: date, last: date) -> str:
    """Local days of a finding, both included, in the form of ISO 8601.

    Examples
    --------
    >>> label_of(date(2022, 5, 1), date(2022, 8, 1))
    '2022-05-01/2022-08-01'
    """
    return f"{first.isoformat()}/{last.isoformat()}"
