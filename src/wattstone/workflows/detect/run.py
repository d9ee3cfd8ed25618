"""Find waste and faults in a year of a workspace."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.detection.assess import assess, ranked
from wattstone.detection.findings import FINDINGS, Rates
from wattstone.detection.peers import references, summaries
from wattstone.detection.view import Days, View, days_of
from wattstone.inventory.attribution import attribute
from wattstone.inventory.plan import Stream
from wattstone.rates import load_factors
from wattstone.readings.partitions import part_period
from wattstone.workflows.detect.figures import with_figures
from wattstone.workflows.detect.sight import views, weather_of
from wattstone.workflows.detect.slabs import grouped, read_hours
from wattstone.workflows.detect.worth import Worth, intensity_of, worth_of
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.workspace import Workspace


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
        Schema `detection.findings.FINDINGS` with `rank` from 1, and the ids of the figures of each finding: `figures`.
    figures : polars.DataFrame
        Schema `inventory.frames.FIGURE`: energy, cost and emissions of each finding, with what they rest on.
    evidence : dict of str to dict
        Content of the slices and factors that the figures name, by id.
    meters, sites : int
        How many were looked at.
    """

    year: int
    findings: pl.DataFrame
    figures: pl.DataFrame
    evidence: dict[str, dict[str, Any]]
    meters: int
    sites: int


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
    parts = sorted(workspace.lake.parts("readings"))
    years = {part_period(part).start.year for part in parts}
    if year not in years:
        raise InputRefused([_no_readings(workspace, year, sorted(years))])
    intensity = intensity_of(workspace.lake, year)
    plan = plan_of(workspace, year, regions=sorted(intensity))
    streams = [one for one in plan.streams if one.meter.expression is None]
    before = int(history and year - 1 in years)
    accepted = {one.factor_id: one.reason for one in workspace.records.exceptions()}
    attribution = attribute(plan, load_factors(workspace.factor_files), exceptions=accepted)
    found = [pl.DataFrame(schema=FINDINGS)]
    for zone in sorted({one.site.zone for one in streams}):
        days = days_of(year - before, year, zone)
        worth = worth_of(plan, days, intensity, attribution)
        mine = [one for one in sorted(streams, key=lambda one: (one.site.id, one.key)) if one.site.zone == zone]
        for group in grouped(mine, days.hour.size):
            found += _group(workspace, group, days, worth, every=len(group) == len(streams), year=year)
    findings, figures, evidence = with_figures(workspace, plan, attribution, ranked(pl.concat(found), by))
    return Detected(
        year=year,
        findings=findings,
        figures=figures,
        evidence=evidence,
        meters=len(streams),
        sites=len({one.site.id for one in streams}),
    )


def _group(
    workspace: Workspace, streams: list[Stream], days: Days, worth: Worth, *, every: bool, year: int
) -> Iterator[pl.DataFrame]:
    """Findings of as many meters as fit into memory; they are each other's peers."""
    hours = read_hours(workspace.lake, workspace.workers, streams, days, every=every)
    weather = weather_of(workspace.lake, days)
    first = int((days.dates < np.datetime64(f"{year}-01-01")).sum())

    def cut() -> Iterator[tuple[View, list[Stream]]]:
        return views(streams, hours, days, first, weather)

    reference = references(summaries(view) for view, _ in cut())
    jobs = (DetectJob(view, worth.rates(part), reference) for view, part in cut())
    yield from workspace.workers.map(run_detect, jobs)


def _no_readings(workspace: Workspace, year: int, years: list[int]) -> Finding:
    held = f"readings of {years[0]} to {years[-1]}" if years else "no readings yet"
    return Finding(
        code="detect.no_readings",
        place=f"{workspace.root}, year {year}",
        found="the workspace holds {held}",
        params={"held": held},
        expected="readings of the year",
        remedy="load them with `wattstone ingest`, or ask for a year that is there",
    )
