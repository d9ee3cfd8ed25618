"""Find waste and faults in a year of a workspace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.detection.assess import assess, ranked
from wattstone.detection.findings import FINDINGS, METHOD
from wattstone.detection.peers import references, summaries
from wattstone.detection.view import Days, View, days_of
from wattstone.detection.worth import Rates
from wattstone.inventory.attribution import attribute
from wattstone.inventory.plan import Stream
from wattstone.rates import load_factors
from wattstone.rates.calendars import Calendar
from wattstone.readings.partitions import part_period
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.calendars import calendars_of
from wattstone.workflows.detect.figures import figures_of_findings, kept
from wattstone.workflows.detect.grounds import grounds_of
from wattstone.workflows.detect.sight import views, weather_of
from wattstone.workflows.detect.slabs import grouped
from wattstone.workflows.detect.table import keep_findings
from wattstone.workflows.detect.worth import Worth, demand_charges, intensity_of, worth_of
from wattstone.workflows.hours import read_hours
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.stores import Lake
from wattstone.workflows.workspace import Workspace

HISTORY = timedelta(days=60)  # before the year, from which on readings are a history of it


@dataclass(frozen=True)
class DetectJob:
    """Some sites for one worker."""

    view: View
    rates: Rates
    reference: pl.DataFrame


def run_detect(job: DetectJob) -> pl.DataFrame:
    """Findings of some sites. Safe to run twice; workers call it by name."""
    return assess(job.view, job.rates, job.reference)


@dataclass(frozen=True, kw_only=True)
class Detected:
    """What was found in a year.

    Parameters
    ----------
    year : int
        On the clocks of the sites.
    findings : polars.DataFrame
        Schema `detection.findings.FINDINGS` with `rank` from 1, `since` and `until` (local days, both included; until
        is null while it goes on), the ids of the figures of each finding as `figures`, and the unit of its emissions
        as `gas`.
    figures : polars.DataFrame
        Schema `inventory.frames.FIGURE`: energy, cost and emissions of each finding, with what they rest on.
    evidence : dict of str to dict
        Content of the slices and factors that the figures name, by id.
    meters, sites : int
        How many were looked at.
    run : int
        Number under which the lake keeps the figures; its evidence is `waste:RUN`.
    """

    year: int
    findings: pl.DataFrame
    figures: pl.DataFrame
    evidence: dict[str, dict[str, Any]]
    meters: int
    sites: int
    run: int


def detect_waste(workspace: Workspace, year: int, *, by: str = "money", history: bool = True) -> Detected:
    """Look for waste and faults at all meters of a workspace in a year.

    Parameters
    ----------
    workspace : Workspace
        With readings.
    year : int
        Calendar year on the clocks of the sites.
    by : {'money', 'kg', 'energy'}
        What the findings are ranked by.
    history : bool
        Whether the year before is read too, where there is one: what changed at New Year is seen then, and a change is
        told with more certainty.

    Returns
    -------
    Detected

    Raises
    ------
    InputRefused
        If the workspace has no readings of the year.
    """
    workspace = acting(workspace, Act.RUN, EVERYWHERE)
    parts = sorted(workspace.lake.parts("readings"))
    years = {part_period(part).start.year for part in parts}
    if year not in years:
        raise InputRefused([_no_readings(workspace, year, sorted(years))])
    intensity = intensity_of(workspace.lake, year)
    plan = plan_of(workspace, year, regions=sorted(intensity))
    streams = [one for one in plan.streams if one.meter.expression is None]
    before = int(history and year - 1 in years and _goes_back(workspace.lake, year))
    accepted = {one.factor_id: one.reason for one in workspace.records.exceptions()}
    attribution = attribute(plan, load_factors(workspace.factor_files), exceptions=accepted)
    found = [pl.DataFrame(schema=FINDINGS)]
    sites = {one.site.id: one.site for one in streams}
    calendars = calendars_of(workspace, sites.values(), range(year - before, year + 1))
    demand = demand_charges(workspace)
    for zone, name in sorted({_clock(one, calendars) for one in streams}):
        mine = [one for one in streams if _clock(one, calendars) == (zone, name)]
        days = days_of(year - before, year, zone, calendars.get(mine[0].site.id))
        worth = worth_of(plan, days, intensity, attribution, demand)
        for group in grouped(sorted(mine, key=lambda one: (one.site.id, one.key)), days.hour.size):
            found += _group(workspace, group, days, worth, every=len(group) == len(streams), year=year)
    findings = dated(ranked(pl.concat(found), by), {one.site.id: one.site.zone for one in streams})
    grounds = grounds_of(
        workspace,
        plan,
        attribution,
        calendars,
        demand,
        meters=findings["meter_id"],
        years=range(year - before, year + 1),
    )
    told = figures_of_findings(plan, findings, grounds)
    seen = {"meters": len(streams), "sites": len({one.site.id for one in streams})}
    about = {"year": year, "years": before + 1, "by": by, "method": METHOD, "findings": findings.height, **seen}
    run, figures = kept(workspace, told, grounds, about, year=year)
    ids: dict[int, list[str]] = {}
    for at, name in figures.select("finding", "id").iter_rows():
        ids.setdefault(at, []).append(name)
    named = {key for of in figures["inputs"] for key in of}
    findings = findings.with_columns(
        pl.Series("figures", [ids.get(at, []) for at in range(findings.height)], dtype=pl.List(pl.String)),
        pl.Series("gas", [f"kg {grounds.gases.get(one, 'CO2e')}" for one in findings["meter_id"]], dtype=pl.String),
    )
    keep_findings(workspace, findings, run=run, year=year)
    return Detected(
        year=year,
        findings=findings,
        figures=figures.drop("finding"),
        evidence={key: one for key, one in grounds.content.items() if key in named},
        run=run,
        **seen,
    )


def _goes_back(lake: Lake, year: int) -> bool:
    """Whether readings begin well before a year: the last hours of December are a matter of the zone, no history."""
    held = lake.scan("slices")
    first = None if held is None else held.select(pl.col("first").min()).collect().item()
    return first is not None and first < datetime(year, 1, 1) - HISTORY


def _clock(one: Stream, calendars: Mapping[str, Calendar]) -> tuple[str, str]:
    """What meters must share to be looked at together: zone and calendar."""
    calendar = calendars.get(one.site.id)
    return one.site.zone, "" if calendar is None else calendar.name


def dated(findings: pl.DataFrame, zones: Mapping[str, str]) -> pl.DataFrame:
    """Findings with their first and last day on the clock of the site, `since` and `until`.

    Parameters
    ----------
    findings : polars.DataFrame
        Schema `FINDINGS`.
    zones : mapping of str to str
        IANA zone by site.
    """
    since: list[date] = []
    until: list[date | None] = []
    for site, start, end in findings.select("site_id", "start", "end").iter_rows():
        zone = ZoneInfo(zones[site])
        since.append(start.replace(tzinfo=UTC).astimezone(zone).date())
        until.append(None if end is None else (end - timedelta(hours=1)).replace(tzinfo=UTC).astimezone(zone).date())
    return findings.with_columns(pl.Series("since", since, pl.Date()), pl.Series("until", until, pl.Date()))


def _group(
    workspace: Workspace, streams: list[Stream], days: Days, worth: Worth, *, every: bool, year: int
) -> Iterator[pl.DataFrame]:
    """Findings of as many meters as fit into memory; they are each other's peers."""
    keys = np.array([one.key for one in streams], dtype=np.int64)
    hours = read_hours(workspace.lake, workspace.workers, keys, days.start, int(days.hour.max()) + 1, every=every)
    weather = weather_of(workspace.lake, days)
    first = int((days.dates < np.datetime64(f"{year}-01-01")).sum())

    def cut() -> Iterator[tuple[View, list[Stream]]]:
        return views(streams, hours, days, first, weather)

    reference = references(summaries(view) for view, _ in cut())
    jobs = (DetectJob(view, worth.rates(part), reference) for view, part in cut())
    yield from workspace.workers.map(run_detect, jobs)


def _no_readings(workspace: Workspace, year: int, years: list[int]) -> Finding:
    return Finding(
        code="detect.no_readings",
        place=f"{workspace.root}, year {year}",
        found="the workspace holds readings from {first} to {last}" if years else "the workspace holds no readings yet",
        params={"first": years[0], "last": years[-1]} if years else {},
        expected="readings of the year",
        remedy="load them with `wattstone ingest`, or ask for a year that is there",
    )
