"""What stands beside the meters: activity records, and scope 2 by the market-based method of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from wattstone.inventory.attribution import Attribution
from wattstone.inventory.lines import LINES
from wattstone.inventory.market_based import MarketBased
from wattstone.inventory.market_lines import both_bases
from wattstone.inventory.metered_lines import metered_lines
from wattstone.inventory.outside import placed_outside
from wattstone.inventory.plan import Plan
from wattstone.rates import FactorTable
from wattstone.workflows.activities.compute import ComputedActivities, compute_activities
from wattstone.workflows.inventory.market import market_of
from wattstone.workflows.inventory.upstream import with_upstream
from wattstone.workflows.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Joined:
    """All members of a year's inventory, and what those beside the meters rest on.

    Parameters
    ----------
    members : polars.DataFrame
        Schema `FIGURE` and the columns of `sums.MEMBER`: of meters, activities and contracts.
    lines : polars.DataFrame
        Schema `LINES`, of meters and activities; scope 2 location-based.
    activities : ComputedActivities
        Of the year.
    bases : DataFrame
        The same lines with a column `basis`, and those of scope 2 market-based.
    market : MarketBased
        Of the year.
    evidence : dict of str to dict
        Content of what the members beside the meters name, by id.
    """

    members: pl.DataFrame
    lines: pl.DataFrame
    bases: pl.DataFrame
    activities: ComputedActivities
    market: MarketBased
    evidence: dict[str, dict[str, Any]]


def join(
    workspace: Workspace,
    plan: Plan,
    metered: pl.DataFrame,
    attribution: Attribution,
    *,
    table: FactorTable,
    accepted: Mapping[str, str],
    version: int | None,
) -> Joined:
    """Put activities and contracts beside what the meters say.

    Parameters
    ----------
    workspace : Workspace
        Activities, instruments, claims.
    plan : Plan
        Sites and year.
    metered : polars.DataFrame
        Members of the meters.
    attribution : Attribution
        Their factors.
    table : FactorTable
        Where factors are looked up.
    accepted : mapping of str to str
        Exceptions, and why.
    version : int or None
        Of the table of activities; the newest where None.

    Returns
    -------
    Joined
    """
    from wattstone.workflows.inventory.compute import factor_evidence

    activities = compute_activities(workspace, plan.year, table, accepted, version=version, bounds=plan)
    activities = with_upstream(workspace, plan, metered, attribution, activities, table=table, accepted=accepted)
    outside = placed_outside(plan, metered, attribution)
    both = pl.concat([metered, outside.members, activities.computed.members])
    market = market_of(workspace, plan, table, metered, activities.computed.energy)
    lines = pl.concat([metered_lines(plan, metered, attribution), outside.lines, activities.computed.lines])
    lines = lines.drop("line").with_row_index("line").select(pl.col(name).cast(of) for name, of in LINES.items())
    factors = {key: factor_evidence(one) for key, one in market.factors.items()}
    return Joined(
        members=pl.concat([both, market.members]),
        lines=lines,
        bases=both_bases(lines, market),
        activities=activities,
        market=market,
        evidence={**activities.evidence, **market.evidence, **factors},
    )
