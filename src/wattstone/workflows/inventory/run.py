"""The inventory of a year and of the year before: computed, compared, recorded."""

from dataclasses import dataclass

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.inventory.change import changes
from wattstone.inventory.denominators import stated_of
from wattstone.inventory.emission_intensity import emission_intensities
from wattstone.inventory.intensity import intensities
from wattstone.inventory.weather import weather_figures
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.denominators import said_of
from wattstone.workflows.inventory.compute import Computed, Pins, compute
from wattstone.workflows.inventory.fill import Filling
from wattstone.workflows.inventory.lookup import keep_index
from wattstone.workflows.inventory.market import claim_market
from wattstone.workflows.inventory.matched import match_figures
from wattstone.workflows.inventory.record import Recorded, record
from wattstone.workflows.workspace import Workspace


@dataclass(frozen=True)
class Inventory:
    """A year's inventory.

    Parameters
    ----------
    year : int
        Calendar year.
    figures : polars.DataFrame
        Schema `inventory.frames.FIGURE`: the year's, and the organisation's and sites' of the year before.
    computed : Computed
        What the year's figures rest on.
    recorded : Recorded
        What was written.
    """

    year: int
    figures: pl.DataFrame
    computed: Computed
    recorded: Recorded


def take_inventory(
    workspace: Workspace, year: int, *, write: bool = True, fill: Filling | None = None, who: str = "user"
) -> Inventory:
    """Compute and record a year's inventory.

    Parameters
    ----------
    workspace : Workspace
        With readings.
    year : int
        Calendar year on the clocks of the sites.
    write : bool
        Whether the figures are recorded.
    fill : Filling or None
        How gaps are filled; not at all where None.
    who : str
        Whose claims of certificates the year's are.

    Returns
    -------
    Inventory

    Raises
    ------
    InputRefused
        If the workspace has neither readings nor activity records of the year, or the year claims more of an
        instrument than other years have left.
    """
    workspace = acting(workspace, Act.RUN, EVERYWHERE)
    with workspace.lock():
        computed = with_comparison(workspace, year, fill=fill)
        if not computed.has_data:
            raise InputRefused([_no_readings(workspace, year)])
        if write:
            claim_market(workspace, year, computed.joined.market, who=who)
        recorded = record(workspace.lake, computed) if write else Recorded(0, 0, 0, 0)
        if recorded.restated or recorded.withdrawn:
            from wattstone.workflows.restatement import propose_rerun

            propose_rerun(workspace, year)
    if recorded.run:
        keep_index(workspace)
    return Inventory(year=year, figures=computed.figures, computed=computed, recorded=recorded)


def with_comparison(
    workspace: Workspace, year: int, *, pins: Pins | None = None, keep: bool = True, fill: Filling | None = None
) -> Computed:
    """The figures of a year, with those of the year before, the change, degree days and intensities."""
    computed = compute(workspace, year, pins=pins, keep=keep, fill=fill)
    before = compute(workspace, year - 1, pins=computed.pins, keep=keep, fill=fill)
    weather = workspace.lake.scan("weather", parts=[year - 2, year - 1, year, year + 1])
    rows = None if weather is None else weather.collect()
    degrees = [weather_figures(one.plan, rows) for one in (computed, before)]
    per_area = intensities(computed.plan, computed.figures, computed.attribution)
    divided = emission_intensities(computed.plan, computed.figures, stated_of(said_of(workspace.records), year))
    own = pl.concat([computed.figures, per_area, divided.figures, degrees[0].figures])
    earlier = pl.concat([before.figures.filter(~pl.col("method").str.ends_with("/0")), degrees[1].figures])
    if not before.has_data:
        earlier = earlier.clear()
    matched, named = match_figures(workspace, computed)
    both = pl.concat([own, earlier, changes(own, earlier, computed.plan), matched])
    evidence = {**before.evidence, **computed.evidence, **degrees[0].evidence, **degrees[1].evidence, **named}
    evidence |= divided.evidence
    return Computed(
        plan=computed.plan,
        figures=both,
        evidence=evidence,
        attribution=computed.attribution,
        pins=computed.pins,
        totals=computed.totals,
        joined=computed.joined,
        fill=fill,
        before=before,
    )


def _no_readings(workspace: Workspace, year: int) -> Finding:
    parts = sorted(workspace.lake.parts("readings"))
    first, last = (str(parts[0])[:4], str(parts[-1])[:4]) if parts else ("", "")
    return Finding(
        code="inventory.no_readings",
        place=f"{workspace.root}, year {year}",
        found="the workspace holds readings from {first} to {last}" if parts else "the workspace holds no readings yet",
        params={"first": first, "last": last},
        expected="readings or activity records of the year",
        remedy="load them with `wattstone ingest` or `wattstone activity import`, or ask for a year that is there",
    )
