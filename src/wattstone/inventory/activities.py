"""What activities emitted: members of the inventory, lines for everything that works on single ones, gases apart.

Emissions are amount times factor, both of the activity's own year. What somebody states stands as it is. Biogenic CO2,
avoided emissions and totals of scope 2 by an unknown method are apart, in no total [1]_.

References
----------
.. [1] GHG Protocol, "Corporate Value Chain (Scope 3) Accounting and Reporting Standard," WRI and WBCSD, 2011,
   chapters 7 (methods and data quality), 9 (avoided emissions) and 11 (biogenic CO2 apart).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from wattstone.base import Finding, local_months, local_year
from wattstone.inventory.activity_asks import Answer, asks_of, with_answers
from wattstone.inventory.activity_energy import activity_energy
from wattstone.inventory.activity_groups import Bounds
from wattstone.inventory.activity_rows import APART, lines_of_groups, masses_of_groups
from wattstone.inventory.figures import ANNUAL, LOCATION
from wattstone.inventory.frames import FIGURE, null, texts, with_ids
from wattstone.inventory.sums import MEMBER
from wattstone.rates.activities import activity_kinds
from wattstone.rates.activity_lookup import ActivityAsk
from wattstone.rates.gwp import OUTSIDE_KYOTO

__all__ = ["ActivityMembers", "activity_members"]

METHOD = 1
_ABROAD = (8, 13, 14, 15)  # categories in which sites that are not one's own stand
_OUTSIDE = "outside"


@dataclass(frozen=True, kw_only=True)
class ActivityMembers:
    """What activities emitted in a year.

    Parameters
    ----------
    members : polars.DataFrame
        Schema `FIGURE` and the columns of `MEMBER`: one a site, name, kind and item, of the year and, where they were
        asked for, of its months.
    lines : polars.DataFrame
        Schema `LINES`: one a site, kind, item, factor and method.
    energy : polars.DataFrame
        Schema `site_energy.SITE_ENERGY`: what scope 2 is about, for the market-based method.
    masses : polars.DataFrame
        Columns scope, category, gas, mass [kg], value [kg CO2e, where the source has a total alone]: the
        organisation's share.
    refused : tuple of Finding
        Warnings: what has no factor, and what the boundary leaves out.
    factors : mapping
        Factors that serve, by `factor:ID`.
    """

    members: pl.DataFrame
    lines: pl.DataFrame
    energy: pl.DataFrame
    masses: pl.DataFrame
    refused: tuple[Finding, ...] = ()
    factors: Mapping[str, Answer] = field(default_factory=dict[str, Answer])


def activity_members(
    bounds: Bounds,
    groups: pl.DataFrame,
    factors: Mapping[ActivityAsk, Answer],
    slices: Mapping[str, str],
    *,
    accepted: Mapping[str, str] | None = None,
) -> ActivityMembers:
    """Members and lines of a year's activities.

    Parameters
    ----------
    bounds : Bounds
        The organisation, its sites and the year.
    groups : polars.DataFrame
        Schema `activity_groups.GROUPS`.
    factors : mapping of ActivityAsk
        An answer to every ask of `activity_asks.asks_of`.
    slices : mapping of str to str
        By site: the id of the slice of its lines.
    accepted : mapping of str to str or None
        Why lesser factors were accepted.

    Returns
    -------
    ActivityMembers
    """
    why = accepted or {}
    held, asks = asks_of(bounds, groups, frozenset(why))
    answered = _of_montreal(with_answers(_named(held), asks, factors, why))
    inside = answered.filter(pl.col("name") != _OUTSIDE)
    emitted = inside.with_columns(
        (pl.col("value") * pl.col("per")).alias("emission"), (pl.col("owned") * pl.col("per")).alias("own")
    )
    used = {f"factor:{one.id}": one for one in factors.values() if not isinstance(one, Exception)}
    lines = lines_of_groups(emitted.filter(pl.col("month") == 0))
    members = _members(bounds, emitted, slices)
    return ActivityMembers(
        members=members,
        lines=lines,
        energy=activity_energy(emitted, members),
        masses=masses_of_groups(emitted.filter(pl.col("month") == 0), used),
        refused=(*_refused(emitted), *_left_out(answered)),
        factors={key: used[key] for key in lines["factor_id"].drop_nulls().unique().sort() if key in used},
    )


def _named(groups: pl.DataFrame) -> pl.DataFrame:
    """Groups with scope, category and name of the figure that they belong to."""
    kinds = activity_kinds()
    table = pl.DataFrame(
        [(one.id, one.scope, one.category) for one in kinds.values()],
        schema={"kind": pl.String(), "kind_scope": pl.Int8(), "kind_category": pl.Int8()},
        orient="row",
    )
    held = groups.join(table, on="kind", how="left", maintain_order="left").rename({"category": "placed"})
    own, third = pl.col("placed") == 0, pl.col("kind_scope") == 3
    here = own | (third & pl.col("kind_category").is_in(_ABROAD) & (pl.col("placed") == pl.col("kind_category")))
    moved = pl.col("kind_scope").is_in([1, 2]) & ~own
    category = pl.when(third).then("kind_category").when(moved).then("placed").otherwise(pl.lit(0, pl.Int8))
    apart = pl.col("kind").replace_strict(APART, default=None, return_dtype=pl.String)
    return held.with_columns(
        pl.when(moved).then(pl.lit(3, pl.Int8)).otherwise("kind_scope").alias("scope"), category.alias("category")
    ).with_columns(
        pl.when(~here & ~moved)
        .then(pl.lit(_OUTSIDE))
        .when(pl.col("scope") == 1)
        .then(pl.lit("scope1"))
        .when(pl.col("scope") == 2)
        .then(pl.lit(LOCATION))
        .when(pl.col("scope") == 3)
        .then(pl.format("scope3.{}", "category"))
        .otherwise(apart)
        .alias("name")
    )


def _of_montreal(answered: pl.DataFrame) -> pl.DataFrame:
    """CFCs and HCFCs stand apart from the scopes (GHG Protocol, Corporate Standard, ch. 9)."""
    moved = pl.col("montreal").fill_null(value=False) & (pl.col("name") != _OUTSIDE) & (pl.col("scope") > 0)
    nowhere = pl.lit(0, pl.Int8)
    return answered.with_columns(
        pl.when(moved).then(pl.lit(OUTSIDE_KYOTO)).otherwise("name").alias("name"),
        *(pl.when(moved).then(nowhere).otherwise(name).alias(name) for name in ("scope", "category")),
    )


def _members(bounds: Bounds, emitted: pl.DataFrame, slices: Mapping[str, str]) -> pl.DataFrame:
    """One figure a site, name, kind, item and period; that of scope 2 once by its factor, and once as reported."""
    biogenic = (
        (pl.col("value") * pl.col("biogenic")).alias("emission"),
        (pl.col("owned") * pl.col("biogenic")).alias("own"),
    )
    extra = emitted.filter((pl.col("biogenic") > 0) & (pl.col("scope") > 0)).with_columns(
        *biogenic, pl.lit("biogenic").alias("name"), pl.lit("kg CO2").alias("emits")
    )
    rows = pl.concat([emitted, extra]).join(
        _periods(bounds), on=["site_id", "month"], how="left", maintain_order="left"
    )
    made = with_ids(_figures(rows, slices))
    by_factor = made.filter(pl.col("name") == LOCATION)
    annual = with_ids(
        by_factor.with_columns(pl.lit(ANNUAL).alias("name"), pl.lit(f"{ANNUAL}/{METHOD}").alias("method"))
    )
    reported = with_ids(
        by_factor.with_columns(
            annual.select(pl.concat_list(pl.format("figure:{}", "id"))).to_series().alias("inputs"),
        )
    )
    return pl.concat([made.filter(pl.col("name") != LOCATION), annual, reported]).select(*FIGURE, *MEMBER)


def _figures(rows: pl.DataFrame, slices: Mapping[str, str]) -> pl.DataFrame:
    """Groups of one figure added up."""
    missing = pl.col("why").is_not_null()
    carbon = pl.col("emits") == "kg CO2"
    size = pl.col("emission").abs()
    share = (pl.col("estimated") / pl.col("size")).fill_nan(0.0) * size
    keys = ("site_id", "name", "kind", "item", "month", "period", "start", "end")
    sums = rows.group_by(*keys, maintain_order=True).agg(
        pl.when(~missing.any()).then(pl.col("emission").sum()).alias("value"),
        pl.when(~missing.any()).then(pl.col("own").sum()).alias("owned"),
        pl.col("why").drop_nulls().first().alias("reason"),
        pl.when(carbon.all()).then(pl.lit("kg CO2")).otherwise(pl.lit("kg CO2e")).alias("unit"),
        pl.when(~carbon.all()).then(pl.col("emission").filter(carbon).sum()).alias("lesser"),
        (share.sum() / size.sum()).alias("estimated"),
        pl.col("method").unique().sort().str.join(", ").alias("basis"),
        pl.col("said").explode(empty_as_null=False).unique(maintain_order=True).drop_nulls().alias("said"),
        pl.col("partly").any(),
        pl.col("factor_id").drop_nulls().unique().sort().alias("factors"),
    )
    lesser = pl.format("{} kg of it count CO2 alone", pl.col("lesser").round(1))
    unknown = texts("biogenic CO2 of it is not known, and not in the figure apart")
    notes = pl.concat_list(
        "said",
        pl.when(pl.col("lesser") > 0).then(pl.concat_list(lesser)).otherwise(texts()),
        pl.when("partly").then(unknown).otherwise(texts()),
    )
    slice_of = pl.col("site_id").replace_strict(dict(slices), default=None, return_dtype=pl.String)
    item = pl.when(pl.col("item") != "").then(pl.format("/{}", "item")).otherwise(pl.lit(""))
    electric = pl.col("name") == LOCATION
    return sums.with_columns(
        pl.format("activity:{}/{}{}", "site_id", "kind", item).alias("subject"),
        null(pl.Float64).alias("lower"),
        null(pl.Float64).alias("upper"),
        pl.when(electric).then(pl.lit("annual")).otherwise("basis").alias("basis"),
        pl.format(f"{{}}/{METHOD}", "name").alias("method"),
        pl.when(pl.col("estimated").is_finite()).then("estimated").otherwise(0.0).fill_null(0.0).alias("estimated"),
        null(pl.Float64).alias("coverage"),
        notes.alias("notes"),
        pl.concat_list(pl.concat_list(slice_of).list.drop_nulls(), "factors").alias("inputs"),
        pl.lit(value=True).alias("counted"),
        pl.lit(value=False).alias("absent"),
        pl.lit(0.0).alias("variance"),
    )


def _periods(bounds: Bounds) -> pl.DataFrame:
    """The year and its months on the clock of each site."""
    zones = {site.id: site.zone for site in bounds.sites}
    spans = {zone: (local_year(bounds.year, zone), *local_months(bounds.year, zone)) for zone in set(zones.values())}
    year = bounds.year
    rows = [
        (zone, year * 100 + at if at else 0, f"{year}-{at:02}" if at else str(year), span.start, span.end)
        for zone, held in spans.items()
        for at, span in enumerate(held)
    ]
    schema = {
        "zone": pl.String,
        "month": pl.Int32,
        "period": pl.String,
        "start": pl.Datetime("us"),
        "end": pl.Datetime("us"),
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    sites = pl.DataFrame(
        {"site_id": list(zones), "zone": list(zones.values())}, schema=dict.fromkeys(("site_id", "zone"), pl.String)
    )
    return sites.join(table, on="zone").drop("zone")


def _refused(emitted: pl.DataFrame) -> tuple[Finding, ...]:
    """Why there is no factor, once a reason."""
    bad = emitted.filter(pl.col("why").is_not_null() & (pl.col("month") == 0))
    by = bad.group_by("why", maintain_order=True).agg(
        pl.col("site_id").unique(maintain_order=True),
        pl.col("kind").first(),
        pl.col("item").first(),
        pl.col("rows").sum(),
    )
    return tuple(
        Finding(
            code="activity.no_factor",
            place=f"{kind}/{item}" if item else kind,
            found="{count} {count:line|lines} at {sites} cannot be computed: {why}",
            params={"sites": _few(where), "why": why},
            count=rows,
            expected="a factor of the activity, its place and its year",
            remedy="correct the line, accept a lesser factor with `wattstone accept`, or put your own into factors/",
            severity="warning",
        )
        for why, where, kind, item, rows in by.iter_rows()
    )


def _left_out(answered: pl.DataFrame) -> tuple[Finding, ...]:
    """What is done at sites on days on which they are not the organisation's own."""
    out = answered.filter((pl.col("name") == _OUTSIDE) & (pl.col("month") == 0))
    by = out.group_by("kind", maintain_order=True).agg(
        pl.col("site_id").unique(maintain_order=True), pl.col("rows").sum()
    )
    return tuple(
        Finding(
            code="activity.outside_boundary",
            place=kind,
            found="{count} {count:line|lines} at {sites} on days on which the site is not the organisation's own",
            params={"sites": _few(where)},
            count=rows,
            expected="lines of scope 3 at sites that are within the boundary",
            remedy="enter them at a site of your own, or correct how the site is held",
            severity="warning",
        )
        for kind, where, rows in by.iter_rows()
    )


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
