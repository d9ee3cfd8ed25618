"""Change against the year before, of what was metered in both years, and for gas and heat beside the degree days."""

import polars as pl

from wattstone.inventory.frames import FIGURE, null, with_ids
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import ORGANISATION

ENOUGH = 0.9  # coverage that a meter must have in both years
_HEATED = ("energy.natural_gas", "energy.heat", "energy.fuel_oil", "energy.kerosene", "energy.gas_oil")


def changes(now: pl.DataFrame, before: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Change of energy and emissions against the year before, in percent.

    A meter enters if it covers nine tenths of both years: a meter that was added or fell silent is not a change in use.

    Parameters
    ----------
    now, before : polars.DataFrame
        Schema `FIGURE`, of the year and of the one before.
    plan : Plan
        Of the year.

    Returns
    -------
    polars.DataFrame
        Schema `FIGURE`: `change.NAME` and `change.NAME.per_degree_day` [%], of sites and of the organisation.
    """
    if before.is_empty():
        return pl.DataFrame(schema=FIGURE)
    sites = pl.DataFrame(
        [(f"meter:{one.meter.id}", f"site:{one.site.id}") for one in plan.streams if one.counted.counted],
        schema={"subject": pl.String, "site": pl.String},
        orient="row",
    )
    wanted = pl.col("name").str.contains(r"^(energy\.|scope1$|scope2\.location$|volume\.|mass\.)")
    meters = pl.col("subject").str.starts_with("meter:")
    new = now.filter(wanted & meters & (pl.col("period") == str(plan.year)))
    old = before.filter(wanted & meters & (pl.col("period") == str(plan.year - 1)))
    both = new.join(old, on=["name", "subject"], suffix="_old", maintain_order="left").join(
        sites, on="subject", maintain_order="left"
    )
    like = both.filter(
        (pl.col("coverage") >= ENOUGH)
        & (pl.col("coverage_old") >= ENOUGH)
        & pl.col("value").is_not_null()
        & pl.col("value_old").is_not_null()
        & (pl.col("unit") == pl.col("unit_old"))
        & (pl.col("basis").eq_missing(pl.col("basis_old")))
    )
    if like.is_empty():
        return pl.DataFrame(schema=FIGURE)
    plain = pl.concat([_change(like, "site"), _change(like.with_columns(pl.lit(ORGANISATION).alias("site")), "site")])
    return pl.concat([plain.select(list(FIGURE)), _per_degree_day(plain, now, before, plan)])


def _change(like: pl.DataFrame, by: str) -> pl.DataFrame:
    rows = (
        like.group_by(by, "name", maintain_order=True)
        .agg(
            pl.col("period").first(),
            pl.col("period_old").first(),
            pl.col("start").min(),
            pl.col("end").max(),
            pl.col("value").sum().alias("new"),
            pl.col("value_old").sum().alias("old"),
            pl.len().alias("meters"),
            pl.concat_list(pl.format("figure:{}", "id"), pl.format("figure:{}", "id_old"))
            .explode(empty_as_null=False)
            .alias("inputs"),
            pl.col("estimated").max(),
            pl.col("coverage").min(),
        )
        .filter(pl.col("old") > 0)
    )
    told = pl.format("{} meters that cover nine tenths of {} and of {}", "meters", "period_old", "period")
    return with_ids(
        rows.with_columns(
            pl.col(by).alias("subject"),
            pl.format("change.{}", "name").alias("name"),
            ((pl.col("new") / pl.col("old") - 1) * 100).alias("value"),
            pl.lit("%").alias("unit"),
            null(pl.Float64).alias("lower"),
            null(pl.Float64).alias("upper"),
            null().alias("reason"),
            null().alias("basis"),
            pl.lit("change/1").alias("method"),
            pl.concat_list(told).alias("notes"),
        )
    )


def _per_degree_day(plain: pl.DataFrame, now: pl.DataFrame, before: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The same for each heating degree day: what the weather does not explain."""

    def degrees(frame: pl.DataFrame, year: int) -> pl.DataFrame:
        heating = (pl.col("name") == "degree_days.heating") & (pl.col("period") == str(year)) & (pl.col("value") > 0)
        return frame.filter(heating).select("subject", pl.col("value").alias("days"), pl.col("id").alias("days_id"))

    heated = plain.filter(pl.col("name").is_in([f"change.{name}" for name in _HEATED]))
    rows = heated.join(degrees(now, plan.year), on="subject", maintain_order="left").join(
        degrees(before, plan.year - 1), on="subject", suffix="_old", maintain_order="left"
    )
    ratio = (pl.col("value") / 100 + 1) * pl.col("days_old") / pl.col("days")
    return with_ids(
        rows.with_columns(
            pl.format("{}.per_degree_day", "name").alias("name"),
            ((ratio - 1) * 100).alias("value"),
            pl.concat_list(
                *(pl.concat_list(pl.format("figure:{}", name)) for name in ("id", "days_id", "days_id_old"))
            ).alias("inputs"),
            pl.lit("change.per_degree_day/1").alias("method"),
        )
    ).select(list(FIGURE))
