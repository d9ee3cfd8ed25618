"""What meters emitted, as lines beside those of activity records: one a site, kind and factor."""

import polars as pl

from wattstone.inventory.attribution import Attribution
from wattstone.inventory.figures import LOCATION
from wattstone.inventory.frames import Z90
from wattstone.inventory.lines import LINES, Z95
from wattstone.inventory.plan import Plan
from wattstone.rates import EmissionFactor

_SCOPES = {"scope1": 1, LOCATION: 2}
_WHERE = ["site_id", "scope", "kind", "factor_key", "factor_id", "factor", "factor_sd", "unit"]


def metered_lines(plan: Plan, members: pl.DataFrame, attribution: Attribution) -> pl.DataFrame:
    """The lines of meters that stand in the totals.

    Parameters
    ----------
    plan : Plan
        Meters and year.
    members : polars.DataFrame
        Of meters, from `figures.metered_members`.
    attribution : Attribution
        Their factors.

    Returns
    -------
    polars.DataFrame
        Schema `LINES`, `method` is `meter`, `category` 0. Emissions by the hour have no factor of the year; their key
        is that of the grid. Gases are null where the source has a total alone.
    """
    year = members.filter((pl.col("period") == str(plan.year)) & pl.col("counted"))
    emitted = (
        year.filter(pl.col("name").is_in(list(_SCOPES)))
        .with_columns(pl.col("name").replace_strict(_SCOPES, return_dtype=pl.Int8).alias("scope"))
        .rename({"unit": "counts"})
    )
    used = year.filter(pl.col("name").str.contains(r"^(energy|volume|mass)\.")).select(
        "subject",
        pl.col("owned").alias("amount"),
        "unit",
        ((pl.col("upper") - pl.col("value")) / Z90 / pl.col("value")).alias("spread"),
    )
    rows = emitted.join(used, on="subject", how="left", maintain_order="left").join(
        _factors(plan, attribution), on="subject", how="left", maintain_order="left"
    )
    hourly = pl.col("basis") == "hourly"
    rows = rows.with_columns(
        pl.when(hourly).then(pl.lit(None, pl.String)).otherwise("factor_id").alias("factor_id"),
        pl.when(hourly).then(pl.lit(None, pl.Float64)).otherwise("factor").alias("factor"),
        pl.when(hourly).then(pl.lit(None, pl.Float64)).otherwise("factor_sd").alias("factor_sd"),
        pl.when(hourly).then(pl.format("hourly:{}", "region")).otherwise("factor_key").alias("factor_key"),
        *(pl.when(~hourly).then(pl.col("amount") * pl.col(gas)).alias(gas) for gas in ("ch4", "n2o")),
        pl.when(~hourly)
        .then(pl.col("amount") * pl.col("co2"))
        .when(pl.col("counts") == "kg CO2")
        .then("owned")
        .alias("co2"),
    )
    missing = pl.col("owned").is_null() & ~pl.col("absent")
    lines = rows.group_by(*_WHERE, maintain_order=True).agg(
        pl.col("amount").sum(),
        pl.when(~missing.any()).then(pl.col("owned").sum()).alias("value"),
        *(pl.when(pl.col(gas).null_count() == 0).then(pl.col(gas).sum()).alias(gas) for gas in ("co2", "ch4", "n2o")),
        ((pl.col("estimated") * pl.col("owned")).sum() / pl.col("owned").sum()).fill_nan(0.0).alias("estimated"),
        ((pl.col("spread") * pl.col("amount")) ** 2).sum().sqrt().alias("error"),
        pl.col("spread").null_count().alias("unknown"),
    )
    known = (pl.col("unknown") == 0) & (pl.col("amount") != 0)
    return (
        lines.with_columns(
            pl.when(known).then(pl.col("error") / pl.col("amount").abs()).fill_nan(None).alias("activity_sd"),
            pl.lit("meter").alias("method"),
            pl.lit("").alias("item"),
            pl.lit(0, pl.Int8).alias("category"),
            pl.lit(0.0).alias("biogenic"),
        )
        .sort("site_id", "scope", "kind", "factor_key", nulls_last=True)
        .with_row_index("line")
        .with_columns(*(pl.lit(None, dtype).alias(name) for name, dtype in LINES.items() if name not in _made()))
        .select(pl.col(name).cast(dtype) for name, dtype in LINES.items())
    )


def _made() -> set[str]:
    """Columns that lines of meters have; the others are null."""
    own = {"line", "amount", "value", "co2", "ch4", "n2o", "estimated", "activity_sd", "method", "item", "category"}
    return {*own, "biogenic", *_WHERE}


def _factors(plan: Plan, attribution: Attribution) -> pl.DataFrame:
    """By the subject of each meter: its factor, gas by gas, how sure it is, and its grid."""
    rows = [
        (f"meter:{one.meter.id}", plan.region_of(one.site), *_of(attribution.factors[one.meter.id]))
        for one in plan.streams
        if one.meter.id in attribution.factors
    ]
    schema: dict[str, pl.DataType] = {
        **dict.fromkeys(("subject", "region", "factor_key", "factor_id"), pl.String()),
        **dict.fromkeys(("factor", "factor_sd", "co2", "ch4", "n2o"), pl.Float64()),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _of(one: object) -> tuple[str | float | None, ...]:
    if not isinstance(one, EmissionFactor):
        return (None,) * 7
    spread = None if one.uncertainty is None else one.uncertainty / Z95
    gases = (one.by_gas.get(gas) for gas in ("CO2", "CH4", "N2O"))
    return (one.source_key, f"factor:{one.id}", one.value, spread, *gases)
