"""Energy-use intensity: what a site takes from grids, networks and fuels in a year, for each square metre."""

import polars as pl

from wattstone.inventory.attribution import Attribution
from wattstone.inventory.frames import FIGURE, null, with_ids
from wattstone.inventory.plan import Plan
from wattstone.inventory.sums import ORGANISATION


def intensities(plan: Plan, figures: pl.DataFrame, attribution: Attribution) -> pl.DataFrame:
    """Energy-use intensity of each site, and of all sites with a floor area together.

    Parameters
    ----------
    plan : Plan
        Sites with their floor areas.
    figures : polars.DataFrame
        Schema `FIGURE`, with the sites' energy of the year, and volumes and masses of fuel.
    attribution : Attribution
        What energy a unit of fuel holds.

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
    )
    used = pl.concat([_plain(used), _by_content(plan, figures, attribution)]).join(
        areas, on="subject", maintain_order="left"
    )
    used = used.join(_otherwise(plan, attribution), on="subject", how="left", maintain_order="left")
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


def _plain(used: pl.DataFrame) -> pl.DataFrame:
    """Energy as it is metered: it rests on the figure alone."""
    return used.with_columns(
        pl.concat_list(pl.format("figure:{}", "id")).alias("rests"), pl.lit(None, pl.String).alias("made")
    )


def _by_content(plan: Plan, figures: pl.DataFrame, attribution: Attribution) -> pl.DataFrame:
    """Fuels that are metered by volume or mass, as energy: the figure of the site times the energy of a unit."""
    rows = {
        (
            f"site:{one.site.id}",
            f"{'volume' if one.unit == 'm3' else 'mass'}.{one.kind}",
            content.value,
            f"factor:{content.by_quantity.id}",
            f"factor:{content.by_energy.id}",
            f"{one.kind.replace('_', ' ')} in {one.unit} taken as {content.value:.4g} kWh/{one.unit} "
            f"({content.basis}), by the factors of {content.by_energy.set}",
        )
        for one in plan.streams
        if one.counted.counted and (content := attribution.contents.get(one.meter.id)) is not None
    }
    names = ("subject", "name", "content", "by_quantity", "by_energy", "made")
    schema = {name: pl.Float64() if name == "content" else pl.String() for name in names}
    contents = pl.DataFrame(sorted(rows), schema=schema, orient="row")
    whole = figures.filter(pl.col("period") == str(plan.year))
    made = whole.join(contents, on=["subject", "name"], maintain_order="left")
    return made.with_columns(
        pl.col("value") * pl.col("content"),
        pl.concat_list(pl.format("figure:{}", "id"), "by_quantity", "by_energy").alias("rests"),
    ).select(*figures.columns, "rests", "made")


def _otherwise(plan: Plan, attribution: Attribution) -> pl.DataFrame:
    """Fuels of each site that are counted by volume or mass, and of which nobody says what energy they hold."""
    rows = sorted(
        {
            (f"site:{one.site.id}", one.kind.replace("_", " "), one.unit)
            for one in plan.streams
            if one.counted.counted
            and one.role in ("grid", "network", "fuel")
            and one.unit != "kWh"
            and one.meter.id not in attribution.contents
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
        pl.col("rests").explode(empty_as_null=False).unique(maintain_order=True).alias("inputs"),
        pl.col("made").unique(maintain_order=True).drop_nulls().alias("made"),
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
        pl.when(known).then(pl.concat_list("notes", "made", "said", "apart")).otherwise("notes").alias("notes"),
        pl.lit("intensity.energy/3").alias("method"),
    )
    return with_ids(rows).select(list(FIGURE))
