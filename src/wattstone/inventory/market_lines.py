"""Scope 2 by the market-based method as lines, so that its uncertainty is told like that of every other total."""

import polars as pl

from wattstone.inventory.lines import LINES, Z95
from wattstone.inventory.market_based import MarketBased
from wattstone.inventory.site_energy import carrier_of

__all__ = ["both_bases"]

_WHERE = ["site_id", "carrier"]


def both_bases(lines: pl.DataFrame, market: MarketBased) -> pl.DataFrame:
    """Lines with a column `basis`: those given, and those of scope 2 by the market-based method.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `LINES`; scope 2 location-based. [kg CO2e]
    market : MarketBased
        Of the same year.

    Returns
    -------
    polars.DataFrame
        Schema `LINES` and `basis`: `location`, `market` in scope 2, null elsewhere.

    Notes
    -----
    What takes the average of its grid has the error of the grid's factor, the same as by location; what takes a
    residual mix that of the mix; what instruments serve that of their stated rates, which nobody states. The error of
    the amounts is that of the site's amounts.
    """
    scope = pl.col("scope") == 2
    location = lines.with_columns(pl.when(scope).then(pl.lit("location")).alias("basis"))
    sites = market.sites.filter(pl.col("value").is_not_null())
    if sites.is_empty():
        return location
    two = _carried(lines.filter(scope))
    parts = _parts(sites, market)
    known = ((pl.col("activity_sd") * pl.col("value")) ** 2).sum().sqrt() / pl.col("value").abs().sum()
    amounts = two.group_by(_WHERE, maintain_order=True).agg(
        pl.when(pl.col("activity_sd").null_count() == 0).then(known).fill_nan(None).alias("activity_sd"),
        pl.col("value").sum().alias("whole"),
    )
    averaged = (
        two.join(amounts.select(*_WHERE, "whole"), on=_WHERE, maintain_order="left")
        .join(parts.select(*_WHERE, "by_average"), on=_WHERE, how="inner", maintain_order="left")
        .with_columns((pl.col("value") / pl.col("whole") * pl.col("by_average")).fill_nan(0.0).alias("value"))
    )
    others = [
        parts.join(amounts, on=_WHERE, how="left", maintain_order="left").with_columns(
            pl.col(value).alias("value"), key.alias("factor_key"), sd.alias("factor_sd")
        )
        for value, key, sd in (
            ("by_mix", pl.col("mix_key"), pl.col("mix_sd")),
            ("by_instrument", pl.format("instruments:{}/{}", *_WHERE), pl.lit(None, pl.Float64)),
        )
    ]
    made = pl.concat([averaged, *others], how="diagonal").filter(pl.col("value") != 0)
    told = made.with_columns(
        pl.lit(2).alias("scope"), pl.lit(0).alias("category"), pl.lit("market").alias("basis"),
        *(pl.lit(None, dtype).alias(name) for name, dtype in LINES.items() if name not in made.columns),
    )  # fmt: skip
    columns = [*(pl.col(name).cast(dtype) for name, dtype in LINES.items()), pl.col("basis")]
    both = pl.concat([location.select(columns), told.select(columns)])
    return both.drop("line").with_row_index("line").select(columns)


def _carried(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines with what an instrument for them would be of."""
    carriers = {one: carrier_of(one) for one in lines["kind"].unique()}
    return lines.with_columns(pl.col("kind").replace_strict(carriers, return_dtype=pl.String).alias("carrier"))


def _parts(sites: pl.DataFrame, market: MarketBased) -> pl.DataFrame:
    """Of each site and carrier: what it emits by grid averages, by a residual mix, and by instruments."""
    held = [(key, one.value, one.source_key or one.id, one.uncertainty) for key, one in market.factors.items()]
    schema = {"inputs": pl.String, "mix": pl.Float64, "mix_key": pl.String, "uncertainty": pl.Float64}
    mixes = pl.DataFrame(held, schema=schema, orient="row").with_columns((pl.col("uncertainty") / Z95).alias("mix_sd"))
    named = market.members.select("site_id", "inputs").explode("inputs", empty_as_null=False).unique()
    of_sites = named.join(mixes, on="inputs").unique("site_id", keep="first")
    share = pl.when(pl.col("energy") != 0).then(pl.col("averaged") / pl.col("energy")).otherwise(1.0)
    rows = sites.join(of_sites, on="site_id", how="left", maintain_order="left").with_columns(
        (pl.col("mixed") * pl.col("mix")).fill_null(0.0).alias("by_mix"),
        (pl.col("location") * share).fill_null(0.0).alias("by_average"),
    )
    plain = pl.col("served") == 0  # then there is no other part, whatever the hours of the averages were
    rest = pl.col("value") - pl.col("by_mix")
    return rows.with_columns(
        pl.when(plain).then(rest).otherwise("by_average").alias("by_average"),
    ).with_columns((pl.col("value") - pl.col("by_mix") - pl.col("by_average")).alias("by_instrument"))
