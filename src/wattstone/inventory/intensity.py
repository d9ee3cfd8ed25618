"""Energy-use intensity: what a site takes from grids, networks and fuels in a year, for each square metre."""

import polars as pl

from wattstone.inventory.frames import FIGURE, null, with_ids
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import ORGANISATION


def intensities(plan: Plan, figures: pl.DataFrame) -> pl.DataFrame:
    """Energy-use intensity of each site, and of all sites with a floor area together.

    Parameters
    ----------
    plan : Plan
        Sites with their floor areas.
    figures : polars.DataFrame
        Schema `FIGURE`, with the sites' energy of the year.

    Returns
    -------
    polars.DataFrame
        Schema `FIGURE`: `intensity.energy` [kWh m-2].
    """
    bought = {
        f"energy.{one.kind}" for one in plan.streams if one.role in ("grid", "network", "fuel") and one.unit == "kWh"
    }
    areas = pl.DataFrame(
        {
            "subject": [f"site:{site.id}" for site in plan.sites],
            "area": pl.Series([site.floor_area for site in plan.sites], dtype=pl.Float64),
        }
    )
    used = figures.filter(
        (pl.col("period") == str(plan.year))
        & pl.col("name").is_in(list(bought))
        & pl.col("subject").str.starts_with("site:")
    ).join(areas, on="subject", maintain_order="left")
    used = used.join(_otherwise(plan), on="subject", how="left", maintain_order="left")
    if used.is_empty():
        return pl.DataFrame(schema=FIGURE)
    known = used.filter(pl.col("area").is_not_null() & pl.col("value").is_not_null())
    sites = pl.lit(used["subject"].n_unique())
    of_sites = pl.format("{} of {} sites: those with a floor area and readings", pl.col("subject").n_unique(), sites)
    lacking = pl.col("name").filter(pl.col("value").is_null())
    without = pl.format("without {}, of which there are no readings", lacking.str.join(", "))
    return pl.concat(
        [
            _of(used, "subject", pl.when(lacking.len() > 0).then(without)),
            _of(known.with_columns(pl.lit(ORGANISATION).alias("whole")), "whole", of_sites),
        ]
    )


def _otherwise(plan: Plan) -> pl.DataFrame:
    """Fuels of each site that are counted by volume or mass: their energy is not known, and not in its intensity."""
    rows = sorted(
        {
            (f"site:{one.site.id}", one.kind.replace("_", " "), one.unit)
            for one in plan.streams
            if one.counted.counted and one.role in ("grid", "network", "fuel") and one.unit != "kWh"
        }
    )
    fuels = pl.DataFrame(rows, schema=dict.fromkeys(("subject", "kind", "in"), pl.String()), orient="row")
    return fuels.group_by("subject").agg(pl.format("without {}, metered in {}", "kind", "in").alias("apart"))


def _of(used: pl.DataFrame, by: str, said: pl.Expr) -> pl.DataFrame:
    """Energy over area, by site or of them all; a site's area counts once, whatever is metered there."""
    area = (
        used.group_by(by, pl.col("subject").alias("one"), maintain_order=True)
        .agg(pl.col("area").first())
        .group_by(by, maintain_order=True)
        .agg(pl.col("area").sum(), pl.col("area").null_count().alias("unknown"))
    )
    energy = pl.col("value").sum()
    sums = used.group_by(by, maintain_order=True).agg(
        pl.col("period").first(),
        pl.col("start").min(),
        pl.col("end").max(),
        energy.alias("energy"),
        pl.col("value").is_not_null().any().alias("some"),
        ((pl.col("estimated") * pl.col("value")).sum() / energy).fill_nan(0.0).alias("estimated"),
        pl.col("coverage").min(),
        pl.col("notes").explode(empty_as_null=False).unique(maintain_order=True).drop_nulls().alias("notes"),
        pl.concat_list(said.alias("said"), pl.lit(None, pl.String)).list.drop_nulls().alias("said"),
        pl.col("apart").explode(empty_as_null=False).unique(maintain_order=True).drop_nulls().alias("apart"),
        pl.format("figure:{}", "id").alias("inputs"),
        pl.col("reason").drop_nulls().first(),
    )
    known = (pl.col("unknown") == 0) & pl.col("some")
    rows = sums.join(area, on=by, maintain_order="left").with_columns(
        pl.lit("intensity.energy").alias("name"),
        pl.col(by).alias("subject"),
        pl.when(known).then(pl.col("energy") / pl.col("area")).alias("value"),
        pl.lit("kWh/m2").alias("unit"),
        null(pl.Float64).alias("lower"),
        null(pl.Float64).alias("upper"),
        pl.when(pl.col("unknown") > 0)
        .then(pl.lit("the site has no floor area"))
        .otherwise(pl.when(~pl.col("some")).then("reason"))
        .alias("reason"),
        null().alias("basis"),
        pl.when(known).then(pl.concat_list("notes", "said", "apart")).otherwise("notes").alias("notes"),
        pl.lit("intensity.energy/2").alias("method"),
    )
    return with_ids(rows).select(list(FIGURE))
