"""What the checks are given: the recorded figures of a year, and everything they are held against."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.inventory.checks import FACTORS, METERS, RATIOS, Checked, CheckInputs, run_checks
from wattstone.inventory.emission_intensity import METHOD
from wattstone.inventory.frames import FIGURE
from wattstone.inventory.ledger import claimed_frame, entries, proposed_frame, restatements_frame
from wattstone.inventory.plan import Plan
from wattstone.inventory.released import newest_release
from wattstone.inventory.scope3 import decisions, in_force
from wattstone.inventory.unserved import unserved
from wattstone.portfolio.control import is_split, placements
from wattstone.workflows.activities.lines import lines_of
from wattstone.workflows.inventory.compute import Computed
from wattstone.workflows.inventory.fill import Filling
from wattstone.workflows.inventory.market import in_force as instruments_in_force
from wattstone.workflows.inventory.market import policy_of
from wattstone.workflows.inventory.record import current_figures, last_run
from wattstone.workflows.inventory.run import with_comparison
from wattstone.workflows.release_stale import stale
from wattstone.workflows.workspace import Workspace

__all__ = ["Gathered", "checked_now", "checks_of"]


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The recorded figures of a year (schema `HELD`), the run they belong to, and what the checks found in them."""

    year: int
    run: int
    figures: pl.DataFrame
    found: tuple[Checked, ...]


def checks_of(
    workspace: Workspace, computed: Computed, figures: pl.DataFrame, ratios: pl.DataFrame | None = None
) -> tuple[Checked, ...]:
    """What the checks find in figures of a year.

    Parameters
    ----------
    workspace : Workspace
        Whole: the one that `acting` returns.
    computed : Computed
        The inventory of the year as the data give it now.
    figures : polars.DataFrame
        Those that are held against everything: its own, or the recorded ones.
    ratios : polars.DataFrame or None
        Further intensities.

    Returns
    -------
    tuple of Checked
        The gravest first.
    """
    return (*_ledger(workspace), *run_checks(_inputs(workspace, computed, figures, ratios)))


def checked_now(workspace: Workspace, year: int, ratios: pl.DataFrame | None = None) -> Gathered:
    """Check the recorded figures of a year against the data as they are now.

    Parameters
    ----------
    workspace : Workspace
        Whole: the one that `acting` returns.
    year : int
        Calendar year.
    ratios : polars.DataFrame or None
        Further intensities.

    Returns
    -------
    Gathered

    Raises
    ------
    InputRefused
        If the year has no recorded figures.
    """
    about = last_run(workspace.lake, year)
    figures = current_figures(workspace.lake, year)
    if about is None or figures.is_empty():
        raise InputRefused([_never_taken(year)])
    fill = about.get("fill")
    computed = with_comparison(workspace, year, fill=None if fill is None else Filling(**fill))
    found = [*stale(workspace.lake, computed, figures, year), *checks_of(workspace, computed, figures, ratios)]
    ordered = sorted(found, key=lambda one: not one.blocks)  # stable: within, as the checks order them
    return Gathered(year=year, run=int(about["run"]), figures=figures, found=tuple(ordered))


def _inputs(
    workspace: Workspace, computed: Computed, figures: pl.DataFrame, ratios: pl.DataFrame | None
) -> CheckInputs:
    records, plan = workspace.records, computed.plan
    year, lines = plan.year, computed.joined.lines
    every, held = records.releases(), entries(records.restatement_lines())
    releases = (newest_release(every, one) for one in (year - 1, year))
    before = current_figures(workspace.lake, year - 1)
    own = pl.concat(
        [
            _ratios(plan, figures, year),
            _ratios(plan, before, year - 1),
            _emission_ratios(computed, figures, year),
            _emission_ratios(computed, before, year - 1),
        ]
    )
    return CheckInputs(
        year=year,
        gwp_set=plan.organisation.gwp_set,
        figures=figures.select(list(FIGURE)),
        lines=lines,
        activities=lines_of(workspace, year),
        decisions=decisions(lines, in_force(records.scope3_decisions(), year)),
        placements=placements(filter(is_split, plan.sites), plan.organisation.approach),
        meters=_meters(plan),
        factors=_factors(computed, figures, year),
        ratios=own if ratios is None else pl.concat([own, ratios]),
        releases=tuple(one for one in releases if one is not None),
        restatements=restatements_frame(held),
        claimed=claimed_frame(held),
        proposed=proposed_frame(held),
        contracts=unserved(computed.joined.market, instruments_in_force(records), year, policy_of(records)),
        waivers=records.waivers(),
    )


def _meters(plan: Plan) -> pl.DataFrame:
    rows = [(one.meter.id, one.site.id, one.kind, one.counted.counted) for one in plan.streams]
    return pl.DataFrame(rows, schema=METERS, orient="row")


def _factors(computed: Computed, figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Factors that the figures of the year name, with the set that made their CO2e."""
    of_year = figures.filter(pl.col("period").str.starts_with(str(year)))
    named = of_year.select(pl.col("inputs").explode()).to_series().drop_nulls().unique()
    used = named.filter(named.str.starts_with("factor:")).sort()
    rows = [
        (key.removeprefix("factor:"), _gas(one), one.get("gwp_set"))
        for key in used
        if (one := computed.evidence.get(key)) is not None
    ]
    return pl.DataFrame(rows, schema=FACTORS, orient="row")


def _gas(factor: dict[str, Any]) -> str:
    return "CO2e" if "CO2e" in str(factor.get("unit", "")) else "CO2"


def _ratios(plan: Plan, figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Energy-use intensities that rest on energy alone, with the energy and the floor area they were divided from."""
    areas = pl.DataFrame(
        [(f"site:{site.id}", site.floor_area) for site in plan.sites],
        schema={"of": pl.String, "area": pl.Float64},
        orient="row",
    )
    parts = figures.select(
        pl.format("figure:{}", "id").alias("inputs"), pl.col("subject").alias("of"), pl.col("value").alias("part")
    ).unique("inputs")
    held = figures.filter(
        (pl.col("name") == "intensity.energy") & (pl.col("period") == str(year)) & pl.col("value").is_not_null()
    )
    rows = (
        held.select("name", "subject", "value", "inputs")
        .explode("inputs")
        .join(parts, on="inputs", how="left", maintain_order="left")
        .join(areas, on="of", how="left", maintain_order="left")
    )
    by_site = rows.group_by("name", "subject", "value", "of", maintain_order=True).agg(
        pl.col("part").sum(), pl.col("area").first(), pl.col("part").null_count().alias("unknown")
    )
    sums = by_site.group_by("name", "subject", "value", maintain_order=True).agg(
        pl.col("part").sum().alias("numerator"), pl.col("area").sum().alias("denominator"), pl.col("unknown").sum()
    )
    whole = sums.filter(pl.col("unknown") == 0).with_columns(pl.lit(year).alias("year"))
    return whole.select(pl.col(name).cast(dtype) for name, dtype in RATIOS.items())


def _emission_ratios(computed: Computed, figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Emission intensities with their total and, where it is at hand, the denominator that they name."""
    held = figures.filter(
        (pl.col("method") == METHOD) & (pl.col("period") == str(year)) & pl.col("value").is_not_null()
    )
    known = [(key, one["value"]) for key, one in computed.evidence.items() if one["kind"] == "denominator"]
    below = pl.DataFrame(known, schema={"inputs": pl.String, "denominator": pl.Float64}, orient="row")
    totals = figures.select(pl.format("figure:{}", "id").alias("inputs"), pl.col("value").alias("numerator"))
    rows = (
        held.select("name", "subject", "value", "inputs")
        .explode("inputs")
        .join(totals.unique("inputs"), on="inputs", how="left", maintain_order="left")
        .join(below, on="inputs", how="left", maintain_order="left")
        .group_by("name", "subject", "value", maintain_order=True)
        .agg(pl.col("numerator", "denominator").drop_nulls().first())
        .with_columns(pl.lit(year).alias("year"))
    )
    return rows.select(pl.col(name).cast(dtype) for name, dtype in RATIOS.items())


def _ledger(workspace: Workspace) -> list[Checked]:
    """Whether the chain of the restatement ledger holds."""
    broken = workspace.records.check_restatements()
    if broken is None:
        return []
    finding = Finding(
        code="check.ledger",
        place="the organisation",
        found="the restatement ledger does not hold from line {line} on",
        expected="a ledger that nobody changed",
        remedy="restore the records from a backup",
        params={"line": broken.number},
    )
    return [Checked(check="restated", severity="stops", key="ledger", finding=finding)]


def _never_taken(year: int) -> Finding:
    return Finding(
        code="check.no_inventory",
        place=f"year {year}",
        found="the inventory of the year was never taken",
        expected="recorded figures of the year",
        remedy="take it with `wattstone inventory`",
    )
