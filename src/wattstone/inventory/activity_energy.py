"""Activities of electricity, heat, steam and cooling as energy that the market-based method is about."""

import polars as pl

from wattstone.base import UnknownUnit, unit
from wattstone.inventory.figures import ANNUAL, LOCATION
from wattstone.inventory.frames import texts
from wattstone.inventory.site_energy import SITE_ENERGY, carrier_of

__all__ = ["activity_energy"]


def activity_energy(emitted: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Energy of bills and other records, with what it emits by the location-based method.

    Parameters
    ----------
    emitted : polars.DataFrame
        Groups of activities with their factors: the columns of `activity_groups.GROUPS`, and name, per, emission, own,
        emits, why; those of scope 2 count.
    members : polars.DataFrame
        Figures of the activities: `scope2.location` and `scope2.location.annual`.

    Returns
    -------
    polars.DataFrame
        Schema `SITE_ENERGY`. What is stated in kg CO2e has no energy: no instrument serves it, and it stands as it is.
    """
    bought = emitted.filter(pl.col("name") == LOCATION)
    if bought.is_empty():
        return pl.DataFrame(schema=SITE_ENERGY)
    kwh = pl.col("unit").replace_strict({one: _kwh(one) for one in bought["unit"].unique()}, return_dtype=pl.Float64)
    known = ~pl.col("told") & kwh.is_not_null()
    missing = pl.col("why").is_not_null()
    keys = ("site_id", "kind", "item", "month")
    sums = (
        bought.with_columns(kwh.alias("kwh"), known.alias("measured"))
        .group_by(*keys, "measured", maintain_order=True)
        .agg(
            pl.when(pl.col("measured").first()).then((pl.col("value") * pl.col("kwh")).sum()).alias("energy"),
            pl.when(pl.col("measured").first()).then((pl.col("owned") * pl.col("kwh")).sum()).alias("owned"),
            pl.when(~missing.any()).then(pl.col("emission").sum()).alias("location"),
            pl.when(~missing.any()).then(pl.col("own").sum()).alias("location_owned"),
            missing.any().alias("blocked"),
            pl.when((pl.col("emits") == "kg CO2").any())
            .then(pl.lit("kg CO2"))
            .otherwise(pl.lit("kg CO2e"))
            .alias("unit"),
            pl.col("why").drop_nulls().first().alias("reason"),
        )
    )
    item = pl.when(pl.col("item") != "").then(pl.format("/{}", "item")).otherwise(pl.lit(""))
    alone = pl.col("measured").n_unique().over("site_id", "kind", "item") == 1
    apart = pl.when(pl.col("measured") | alone).then(pl.lit("")).otherwise(pl.lit("/stated"))
    rows = sums.with_columns(
        pl.format("activity:{}/{}{}", "site_id", "kind", item).alias("of"),
        pl.format("activity:{}/{}{}{}", "site_id", "kind", item, apart).alias("subject"),
        (pl.col("month") % 100).alias("month"),
        pl.col("kind").replace_strict({one: carrier_of(one) for one in bought["kind"].unique()}).alias("carrier"),
    ).join(_told(members), on=["of", "month"], how="inner", maintain_order="left")
    whole = (pl.col("month") == 0) & (pl.col("month").max().over("subject") > 0)
    return rows.with_columns(
        whole.alias("whole"),
        pl.lit(0.0).alias("variance"),
        pl.lit(value=False).alias("absent"),
        texts().alias("notes"),
    ).select(pl.col(name).cast(dtype) for name, dtype in SITE_ENERGY.items())


def _told(members: pl.DataFrame) -> pl.DataFrame:
    """What the figures say of each subject and period: dates, notes, and what they rest on."""
    month = pl.col("period").str.slice(5, 2).cast(pl.Int32, strict=False).fill_null(0)
    key = [pl.col("subject").alias("of"), month.alias("month")]
    reported = members.filter(pl.col("name") == LOCATION).select(
        *key,
        "period", "start", "end", "estimated", "coverage",
        pl.col("notes").alias("location_notes"),
        pl.concat_list(pl.format("figure:{}", "id")).alias("location_inputs"),
    )  # fmt: skip
    slices = pl.col("inputs").list.eval(pl.element().filter(pl.element().str.starts_with("slice:")))
    rests = members.filter(pl.col("name") == ANNUAL).select(*key, slices.alias("inputs"))
    return reported.join(rests, on=["of", "month"], how="left", maintain_order="left")


def _kwh(name: str) -> float | None:
    """Kilowatt-hours in a unit; None where it is none of energy, as tonnes of steam."""
    try:
        known = unit(name)
    except UnknownUnit:
        return None
    return known.factor if known.quantity == "energy" else None
