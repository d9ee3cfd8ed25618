"""Category 3 from the energy of scopes 1 and 2, in years for which somebody decided that it is computed."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from wattstone.inventory.activities import activity_members
from wattstone.inventory.activity_asks import asks_of
from wattstone.inventory.attribution import Attribution
from wattstone.inventory.energy_related import (
    answerable,
    billed_energy,
    energy_related,
    metered_energy,
    traced,
    with_energy_related,
)
from wattstone.inventory.plan import Plan
from wattstone.inventory.scope3 import in_force
from wattstone.rates import EmissionFactor, FactorTable
from wattstone.rates.activity_lookup import activity_factors
from wattstone.workflows.activities.compute import ComputedActivities
from wattstone.workflows.workspace import Workspace

__all__ = ["with_upstream"]

_CATEGORY = 3


def with_upstream(
    workspace: Workspace,
    plan: Plan,
    metered: pl.DataFrame,
    attribution: Attribution,
    activities: ComputedActivities,
    *,
    table: FactorTable,
    accepted: Mapping[str, str],
) -> ComputedActivities:
    """Activities with what happens before energy is used, where category 3 was decided as computed.

    Parameters
    ----------
    workspace : Workspace
        Whose decisions.
    plan : Plan
        Sites and year.
    metered : polars.DataFrame
        Members of the meters.
    attribution : Attribution
        Their factors.
    activities : ComputedActivities
        Of the year.
    table : FactorTable
        Where factors are looked up.
    accepted : mapping of str to str
        Exceptions, and why.

    Returns
    -------
    ComputedActivities
        As it was, where nobody decided so.
    """
    said = in_force(workspace.records.scope3_decisions(), plan.year).get(_CATEGORY)
    if said is None or said.decision != "computed":
        return activities
    from wattstone.workflows.inventory.compute import factor_evidence

    billed, read = billed_energy(activities.groups), metered_energy(plan, metered, attribution)
    groups, left = energy_related((billed, read), activities.groups)
    held, asks = asks_of(plan, groups, frozenset(accepted))
    answers = activity_factors(table, asks.values())
    good, lacking = answerable(held, asks, answers)
    if good.is_empty():
        refused = (*activities.computed.refused, *left, *lacking)
        return replace(activities, computed=replace(activities.computed, refused=refused))
    slices = {str(one["site"]): key for key, one in activities.evidence.items() if one.get("kind") == "activities"}
    where = ("site_id", "kind", "item", "month")
    of_lines = pl.col("site_id").replace_strict(slices, default=None, return_dtype=pl.String)
    sources = pl.concat([read.select(*where, "source"), billed.select(*where, of_lines.alias("source"))])
    made = traced(activity_members(plan, good, answers, {}, accepted=accepted), sources, plan.year)
    used = {key: factor_evidence(one) for key, one in made.factors.items() if isinstance(one, EmissionFactor)}
    return replace(
        activities,
        computed=with_energy_related(activities.computed, made, (*left, *lacking)),
        evidence={**activities.evidence, **used},
    )
