"""What made the emissions of a year differ from those of the year before: activity, factor, weather, structure, ..."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from wattstone.base import Finding, InputRefused
from wattstone.inventory.attribution import attribute
from wattstone.inventory.effects import By, decompose, effects, like_for_like
from wattstone.inventory.year_lines import Paired, paired
from wattstone.portfolio import Site
from wattstone.portfolio.control import spans_of
from wattstone.portfolio.model import Approach
from wattstone.rates import EmissionFactor, load_factors
from wattstone.workflows.access import EVERYWHERE, Act
from wattstone.workflows.access.guard import acting
from wattstone.workflows.change_weather import weather_between
from wattstone.workflows.inventory.compute import Computed, compute
from wattstone.workflows.inventory.plans import plan_of
from wattstone.workflows.workspace import Workspace

__all__ = ["YearChange", "year_change"]

_METERED = {"fuel": "scope1", "grid": "scope2.location", "network": "scope2.location"}


@dataclass(frozen=True, kw_only=True)
class YearChange:
    """The change of a year against the year before.

    Parameters
    ----------
    year : int
        The later one.
    parts : polars.DataFrame
        From `inventory.effects.decompose`: a row a line.
    left_out : polars.DataFrame
        `name`, `site_id`, `kind`, `item`, `year`: lines of which a year is not known; they stand in neither.
    stayed : tuple of str
        Sites that were there throughout both years.
    """

    year: int
    parts: pl.DataFrame
    left_out: pl.DataFrame
    stayed: tuple[str, ...]

    def effects(self, by: By | None = None) -> pl.DataFrame:
        """`name`, `effect`, `value` and, where it is asked for, `by`: schema `CHANGE` of the statement. [kg CO2e]"""
        return effects(self.parts, by)

    def like_for_like(self, by: By | None = None) -> pl.DataFrame:
        """Each total of both years, of all sites and of those that stayed. [kg CO2e]"""
        return like_for_like(self.parts, by)


def year_change(
    workspace: Workspace,
    year: int,
    *,
    inflation: Mapping[str, float] | None = None,
    computed: tuple[Computed, Computed] | None = None,
) -> YearChange:
    """Compute what made a year differ from the year before.

    Parameters
    ----------
    workspace : Workspace
        With readings or activities of both years.
    year : int
        The later year, on the clocks of the sites.
    inflation : mapping or None
        By how much prices rose between the two, by kind of activity, and under "" for all others that are counted by
        spend. [%]
    computed : tuple of Computed or None
        The inventories of the year before and of the year, where they are at hand; they are computed where None.

    Returns
    -------
    YearChange

    Raises
    ------
    InputRefused
        If one of the years has neither readings nor activities.
    """
    workspace = acting(workspace, Act.RUN, EVERYWHERE)
    with workspace.lock():
        before, now = computed or (compute(workspace, year - 1), compute(workspace, year))
        if found := [_empty(workspace, one.plan.year) for one in (before, now) if not one.has_data]:
            raise InputRefused(found)
        stayed = _stayed(before, now)
        both = _paired(workspace, before, now, stayed, inflation)
    return YearChange(year=year, parts=decompose(both.lines), left_out=both.left_out, stayed=tuple(sorted(stayed)))


def _paired(
    workspace: Workspace, before: Computed, now: Computed, stayed: set[str], inflation: Mapping[str, float] | None
) -> Paired:
    return paired(
        _lines(before),
        _lines(now),
        throughout=stayed,
        former=_former(workspace, before, now),
        weather=weather_between(workspace, before, now),
        inflation=inflation,
    )


def _lines(computed: Computed) -> pl.DataFrame:
    """The lines of a year, scope 2 on both bases."""
    location = computed.joined.lines.with_columns(pl.lit("location").alias("basis"))
    amounts = (
        location.filter(pl.col("scope") == 2)
        .group_by("site_id", "kind")
        .agg(pl.col("amount").sum(), pl.col("unit").first())
    )
    year = computed.joined.market.members.filter(
        (pl.col("period") == str(computed.plan.year)) & (pl.col("name") == "scope2.market") & pl.col("counted")
    )
    missing = (pl.col("value").is_null() & ~pl.col("absent")).any()
    market = (
        year.group_by("site_id", "kind", maintain_order=True)
        .agg(pl.when(~missing).then(pl.col("owned").sum()).alias("value"))
        .join(amounts, on=["site_id", "kind"], how="left", maintain_order="left")
        .join(_remainders(computed), on=["site_id", "kind"], how="left", maintain_order="left")
        .with_columns(
            pl.lit(2, pl.Int8).alias("scope"),
            pl.lit(0, pl.Int8).alias("category"),
            pl.lit("").alias("item"),
            pl.coalesce("remainder", pl.lit("grid average")).alias("method"),
            pl.lit("market").alias("basis"),
        )
    )
    return pl.concat([location, market.drop("remainder")], how="diagonal")


def _remainders(computed: Computed) -> pl.DataFrame:
    """Which residual mix serves what no instrument does, of each site and kind; another mix is another method."""
    market = computed.joined.market
    rows = [(key, _source(one)) for key, one in market.factors.items()]
    keys = pl.DataFrame(rows, schema={"inputs": pl.String, "remainder": pl.String}, orient="row")
    named = market.members.select("site_id", "kind", "inputs").explode("inputs", empty_as_null=False)
    mixes = named.join(keys, on="inputs").group_by("site_id", "kind")
    return mixes.agg(pl.col("remainder").unique().sort().str.join(", "))


def _stayed(before: Computed, now: Computed) -> set[str]:
    """Sites that were held all along, and of which something is known at both ends of both years."""
    first, last = before.plan.year, now.plan.year
    sites = pl.DataFrame(
        [(one.key, one.site.id) for one in now.plan.streams],
        schema={"meter": pl.Int32, "site_id": pl.String},
        orient="row",
    )
    read = pl.concat(
        one.totals.meter_months.filter(
            (pl.col("month") // 100 == one.plan.year) & (pl.col("rows") > pl.col("gaps"))
        ).select("meter", "month")
        for one in (before, now)
    )
    seen = read.join(sites, on="meter").select("site_id", "month").unique()
    ends = pl.col("month").is_in([first * 100 + 1, first * 100 + 12, last * 100 + 1, last * 100 + 12])
    ran = set(seen.filter(ends).group_by("site_id").len().filter(pl.col("len") == 4)["site_id"])
    told = [set(one.joined.lines["site_id"]) for one in (before, now)]
    there = ran | ((told[0] & told[1]) - set(seen["site_id"]))
    approach = now.plan.organisation.approach
    return {site.id for site in now.plan.sites if site.id in there and _held(site, approach, first, last)}


def _held(site: Site, approach: Approach, first: int, last: int) -> bool:
    """Whether a site was held in one way from the first day of a year to the last of another."""
    spans = [one for one in spans_of(site, approach) if one.placement.share > 0]
    day, end, ways = date(first, 1, 1), date(last + 1, 1, 1), set[tuple[float, int]]()
    while day < end:
        one = next((one for one in spans if one.start <= day < one.end), None)
        if one is None:
            return False
        ways.add((one.placement.share, one.placement.category))
        day = one.end
    return len(ways) == 1


def _former(workspace: Workspace, before: Computed, now: Computed) -> pl.DataFrame:
    """What the factors of the later year's meters were in the earlier edition, by what the meters used."""
    table = load_factors(workspace.factor_files)
    accepted = {one.factor_id: one.reason for one in workspace.records.exceptions()}
    earlier = attribute(plan_of(workspace, before.plan.year, regions=before.plan.regions), table, exceptions=accepted)
    used = now.totals.meter_months.filter(pl.col("month") // 100 == now.plan.year)
    owned = dict(used.group_by("meter").agg(pl.col("owned").sum()).iter_rows())
    rows: list[tuple[Any, ...]] = []
    for one in now.plan.streams:
        answers = [held.factors.get(one.meter.id) for held in (earlier, now.attribution)]
        old, new = answers
        if not one.counted.counted or one.role not in _METERED or not isinstance(new, EmissionFactor):
            continue
        same = isinstance(old, EmissionFactor) and _source(old) == _source(new)
        value = old.value if same and isinstance(old, EmissionFactor) else None
        rows.append((one.site.id, _METERED[one.role], one.kind, "", one.unit, owned.get(one.key, 0.0), value))
    schema = {
        **dict.fromkeys(("site_id", "name", "kind", "item", "unit"), pl.String()),
        "amount": pl.Float64(),
        "factor": pl.Float64(),
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    whole = pl.col("factor").is_not_null().all() & (pl.col("amount").sum() > 0)
    priced = (pl.col("factor") * pl.col("amount")).sum() / pl.col("amount").sum()
    return frame.group_by("site_id", "name", "kind", "item", "unit").agg(pl.when(whole).then(priced).alias("former"))


def _source(factor: EmissionFactor) -> str:
    return factor.source_key or factor.set


def _empty(workspace: Workspace, year: int) -> Finding:
    return Finding(
        code="change.no_data",
        place=f"{workspace.root}, year {year}",
        found="the workspace holds neither readings nor activity records of the year",
        expected="data of the year and of the year before",
        remedy="load them, or ask for another year",
    )
