"""Meters of sites that are not in scopes 1 and 2: what they emitted belongs to category 8, 13, 14 or 15 of scope 3."""

from dataclasses import dataclass

import polars as pl

from wattstone.inventory.attribution import Attribution
from wattstone.inventory.figures import LOCATION
from wattstone.inventory.frames import FIGURE, interval, null, with_ids
from wattstone.inventory.lines import LINES
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import MEMBER
from wattstone.portfolio.control import is_split, placements
from wattstone.rates import EmissionFactor

__all__ = ["Outside", "placed_outside"]

METHOD = "outside/1"
_EMITTED = ["scope1", LOCATION]


@dataclass(frozen=True)
class Outside:
    """What was placed in scope 3.

    Parameters
    ----------
    members : polars.DataFrame
        Schema `FIGURE` and the columns of `MEMBER`: `scope3.8` and so on, of each meter, by months and the year.
    lines : polars.DataFrame
        Schema `LINES`, one a site, kind and category.
    """

    members: pl.DataFrame
    lines: pl.DataFrame


def placed_outside(plan: Plan, members: pl.DataFrame, attribution: Attribution) -> Outside:
    """Emissions of meters on days on which their site is rented, let, a franchise or an investment.

    Parameters
    ----------
    plan : Plan
        Organisation, sites and year.
    members : polars.DataFrame
        Of meters, from `figures.metered_members`: `scope1` and `scope2.location` by months.
    attribution : Attribution
        The factors of the meters.

    Returns
    -------
    Outside
        Empty where every site is the organisation's own.

    Notes
    -----
    Scope 3 takes such a site's scopes 1 and 2, location-based [1]_. A month is taken as even over its days: of `n`
    days, `n_c` of them in category `c` with share `a_c`, `sum(a_c n_c) / n` of its emissions belong there. The year is
    the sum of its months. The figures of the site itself stay whole, as everywhere: there, scope 3 stands beside scopes
    1 and 2 of the same energy, and only the organisation's sums are free of double counting.

    References
    ----------
    .. [1] GHG Protocol, "Corporate Value Chain (Scope 3) Accounting and Reporting Standard," WRI and WBCSD, 2011,
       table 5.4, categories 8, 13, 14, 15, and appendix A.
    """
    parts = _parts(plan)
    if parts.is_empty():
        return Outside(members.clear(), pl.DataFrame(schema=LINES))
    counted = members.filter(
        pl.col("name").is_in(_EMITTED) & pl.col("counted") & pl.col("period").str.starts_with(f"{plan.year}-")
    )
    months = counted.join(parts, on=["site_id", "period"], maintain_order="left").with_columns(
        (pl.col("value") * pl.col("part")).alias("owned"),
        (pl.col("value") * pl.col("days")).alias("value"),
        (pl.col("variance") * pl.col("days") ** 2).alias("variance"),
        pl.format("scope3.{}", "category").alias("name"),
        pl.lit(METHOD).alias("method"),
        pl.concat_list(pl.format("figure:{}", "id")).alias("inputs"),
        null().alias("basis"),
    )
    months = with_ids(months.with_columns(*interval())) if months.height else months
    years = _years(plan, months)
    both = (
        pl.concat([frame.select(*FIGURE, *MEMBER) for frame in (years, months)]) if months.height else members.clear()
    )
    return Outside(both.select(members.columns), _lines(years, attribution))


def _parts(plan: Plan) -> pl.DataFrame:
    """By site, month and category: the part of the month's days, and the part of its emissions that counts there."""
    placed = placements(filter(is_split, plan.sites), plan.organisation.approach).filter(pl.col("category") > 0)
    months = pl.DataFrame({"month": range(1, 13)}).with_columns(
        pl.date(plan.year, pl.col("month"), 1).alias("first"),
        pl.format("{}-{}", pl.lit(str(plan.year)), pl.col("month").cast(pl.String).str.zfill(2)).alias("period"),
    )
    months = months.with_columns(pl.col("first").dt.offset_by("1mo").alias("next"))
    both = placed.join(months, how="cross")
    days = pl.min_horizontal("end", "next") - pl.max_horizontal("start", "first")
    fraction = days.dt.total_days().clip(lower_bound=0) / (pl.col("next") - pl.col("first")).dt.total_days()
    return (
        both.with_columns(fraction.alias("days"))
        .filter(pl.col("days") > 0)
        .group_by("site_id", "period", "category", maintain_order=True)
        .agg(pl.col("days").sum(), (pl.col("share") * pl.col("days")).sum().alias("part"))
    )


def _years(plan: Plan, months: pl.DataFrame) -> pl.DataFrame:
    """The year of each meter and category, as the sum of its months; a month that cannot be computed leaves it open."""
    blocked = pl.col("value").is_null() & ~pl.col("absent")
    value = pl.col("value").sum()
    rows = months.group_by("subject", "name", "category", "site_id", "kind", maintain_order=True).agg(
        pl.lit(str(plan.year)).alias("period"),
        pl.col("start").min(),
        pl.col("end").max(),
        pl.when(~blocked.any() & ~pl.col("absent").all()).then(value).alias("value"),
        pl.when(~blocked.any() & ~pl.col("absent").all()).then(pl.col("owned").sum()).alias("owned"),
        pl.col("unit").max(),
        pl.coalesce(pl.col("reason").filter(blocked).first(), pl.col("reason").first()).alias("reason"),
        ((pl.col("estimated") * pl.col("value")).sum() / value).fill_nan(0.0).fill_null(0.0).alias("estimated"),
        pl.col("coverage").mean(),
        pl.col("notes").explode(empty_as_null=False).unique(maintain_order=True).drop_nulls().alias("notes"),
        pl.format("figure:{}", "id").alias("inputs"),
        pl.col("variance").sum(),
        pl.col("absent").all(),
        pl.col("counted").first(),
    )
    known = pl.col("value").is_not_null()
    return with_ids(
        rows.with_columns(
            pl.when(~known).then("reason").alias("reason"),
            pl.lit(METHOD).alias("method"),
            null().alias("basis"),
            *interval(),
        )
    )


def _lines(years: pl.DataFrame, attribution: Attribution) -> pl.DataFrame:
    keys = {
        f"meter:{name}": one.source_key for name, one in attribution.factors.items() if isinstance(one, EmissionFactor)
    }
    key = pl.col("subject").replace_strict(keys, default=None, return_dtype=pl.String)
    size = pl.col("owned").sum()
    blocked = pl.col("owned").is_null() & ~pl.col("absent")
    rows = (
        years.with_columns(key.alias("factor_key"))
        .group_by("site_id", "category", "kind", "factor_key", maintain_order=True)
        .agg(
            pl.when(~blocked.any()).then(size).alias("value"),
            ((pl.col("estimated") * pl.col("owned")).sum() / size).fill_nan(0.0).alias("estimated"),
        )
        .sort("site_id", "category", "kind", "factor_key", nulls_last=True)
        .with_row_index("line")
        .with_columns(
            pl.lit(3).alias("scope"),
            pl.lit("").alias("item"),
            pl.lit("meter").alias("method"),
            pl.lit(0.0).alias("biogenic"),
        )
    )
    lacking = [pl.lit(None, dtype).alias(name) for name, dtype in LINES.items() if name not in rows.columns]
    return rows.with_columns(lacking).select(pl.col(name).cast(dtype) for name, dtype in LINES.items())
