"""What contracts cover of a year's electricity, by the year and by the hour, as figures of its inventory."""

from typing import Any

import polars as pl

from wattstone.base import local_year
from wattstone.inventory.covered import allocation_evidence, annual_figures, hourly_figure
from wattstone.inventory.frames import FIGURE
from wattstone.inventory.market_based import instrument_evidence
from wattstone.workflows.inventory.compute import Computed
from wattstone.workflows.inventory.market import in_force
from wattstone.workflows.workspace import Workspace

__all__ = ["match_figures"]


def match_figures(workspace: Workspace, computed: Computed) -> tuple[pl.DataFrame, dict[str, dict[str, Any]]]:
    """The figures `match.annual` and, where contracts name the meter of their generation, `match.hourly`.

    Parameters
    ----------
    workspace : Workspace
        Whole: contracts, readings.
    computed : Computed
        The year, with the versions that it rests on.

    Returns
    -------
    tuple of (figures, evidence)
        Schema `FIGURE`, and what they name by id; nothing where no contract is in force.
    """
    held = in_force(workspace.records)
    if not held:
        return pl.DataFrame(schema=FIGURE), {}
    plan, market = computed.plan, computed.joined.market
    grids = {site.id: plan.region_of(site) or site.grid_region or site.country or "" for site in plan.sites}
    key, content = allocation_evidence(market, grids, plan.year)
    annual = annual_figures(market, computed.figures, plan.year, key)
    hourly, evidence = _hourly(workspace, computed)
    return pl.concat([annual, hourly]), {key: content, **evidence}


def _hourly(workspace: Workspace, computed: Computed) -> tuple[pl.DataFrame, dict[str, dict[str, Any]]]:
    """The score by the hour with what it rests on."""
    from wattstone.workflows.matching import match_plan  # it reads plans of this package

    plan, at = computed.plan, computed.pins.readings
    version = at if at is not None and at >= 0 else None
    found = match_plan(workspace, plan, version=version)
    if found is None:
        return pl.DataFrame(schema=FIGURE), {}
    named = {name for one in found.markets for name in one.instruments}
    held = {one.evidence: instrument_evidence(one) for one in in_force(workspace.records) if one.id in named}
    read = {name for one in found.markets for name in one.meters}
    slices = {key for key, one in computed.evidence.items() if one.get("meter") in read}
    span = local_year(plan.year, plan.organisation.zone)
    inputs = [*slices, *held]
    figure = hourly_figure(found.total, span, plan.year, inputs=inputs, left_out=found.left_out)
    return figure, held
