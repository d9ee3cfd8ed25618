"""The lines of the statement: those of meters and activities, and those of contracts, each with its figure."""

import polars as pl

from wattstone.inventory.figures import LOCATION
from wattstone.inventory.statement import GASES, LINES
from wattstone.rates.gwp import OUTSIDE_KYOTO, gas_group, gwp

MARKET = "scope2.market"
_APART = {"avoided": "avoided", "biogenic": "biogenic", "scope2_unknown": "scope2.unknown"}


def statement_lines(lines: pl.DataFrame, market: pl.DataFrame, figures: pl.DataFrame, year: int) -> pl.DataFrame:
    """Lines as the statement shows them.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `lines.LINES`, of meters and activities; scope 2 location-based.
    market : polars.DataFrame
        Members `scope2.market`, schema `FIGURE` and the columns of `sums.MEMBER`.
    figures : polars.DataFrame
        Schema `FIGURE`, with the members and the sums of sites.
    year : int
        Calendar year.

    Returns
    -------
    polars.DataFrame
        Schema `statement.LINES`: scope 2 on both bases. A line of meters or contracts has the figure of its site and
        scope, one of activities that of its kind and item.
    """
    whole = figures.filter(pl.col("period") == str(year))
    ids = whole.select(pl.col("subject").alias("of"), pl.col("name").alias("told"), "id").unique(["of", "told"])
    item = pl.when(pl.col("item") != "").then(pl.format("/{}", "item")).otherwise(pl.lit(""))
    measured = pl.col("method") == "meter"
    site = pl.format("site:{}", "site_id")
    own = lines.with_columns(
        pl.when(pl.col("scope") == 2).then(pl.lit("location")).alias("basis"),
        pl.when(pl.col("scope") == 1)
        .then(pl.lit("scope1"))
        .when(pl.col("scope") == 2)
        .then(pl.lit(LOCATION))
        .when(pl.col("scope") == 3)
        .then(pl.format("scope3.{}", "category"))
        .otherwise(pl.col("kind").replace_strict(_APART, default=OUTSIDE_KYOTO, return_dtype=pl.String))
        .alias("told"),
        pl.when(measured).then(site).otherwise(pl.format("activity:{}/{}{}", "site_id", "kind", item)).alias("of"),
    ).join(ids, on=["of", "told"], how="left", maintain_order="left")
    both = pl.concat([own, _market(market.filter(pl.col("period") == str(year)), whole, lines)], how="diagonal")
    return both.sort("scope", "category", "basis", "site_id", "kind", "item", "method", nulls_last=True).select(
        pl.col(name).cast(dtype) for name, dtype in LINES.items()
    )


def _market(members: pl.DataFrame, whole: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """One line a site for all that it bought, by the market-based method."""
    plain = (pl.col("unit") == "kWh").all()
    energy = (
        lines.filter(pl.col("scope") == 2)
        .group_by("site_id")
        .agg(
            pl.when(plain).then(pl.col("amount").sum()).alias("amount"),
            pl.when(plain).then(pl.lit("kWh")).alias("unit"),
        )
    )
    missing = (pl.col("value").is_null() & ~pl.col("absent")).any()
    sites = (
        members.filter("counted")
        .group_by("site_id", maintain_order=True)
        .agg(
            pl.when(~missing).then(pl.col("owned").sum()).alias("value"),
            ((pl.col("estimated") * pl.col("owned")).sum() / pl.col("owned").sum()).fill_nan(0.0).alias("estimated"),
        )
        .join(energy, on="site_id", how="left", maintain_order="left")
    )
    ids = whole.filter(pl.col("name") == MARKET).select(pl.col("subject").alias("of"), "id")
    return (
        sites.with_columns(
            pl.lit(2, pl.Int8).alias("scope"),
            pl.lit(0, pl.Int8).alias("category"),
            pl.lit("market").alias("basis"),
            pl.lit("purchased_energy").alias("kind"),
            pl.lit("").alias("item"),
            pl.lit("contracts").alias("method"),
            pl.when(pl.col("amount") > 0).then(pl.col("value") / pl.col("amount")).alias("factor"),
            pl.lit(0.0).alias("biogenic"),
            pl.format("site:{}", "site_id").alias("of"),
        )
        .join(ids, on="of", how="left", maintain_order="left")
        .drop("of")
    )


def statement_gases(lines: pl.DataFrame, masses: pl.DataFrame, gwp_set: str) -> pl.DataFrame:
    """Emissions by gas, scope and category.

    Parameters
    ----------
    lines : polars.DataFrame
        Schema `lines.LINES`; of those of meters the gases are taken.
    masses : polars.DataFrame
        Schema `activity_rows.MASSES`, of activities.
    gwp_set : {'AR4', 'AR5', 'AR6'}
        Of the organisation.

    Returns
    -------
    polars.DataFrame
        Schema `statement.GASES`: `mass` and `value` by group of gases; what a source gives as a total alone is CO2e.
    """
    metered = lines.filter((pl.col("method") == "meter") & pl.col("value").is_not_null() & pl.col("co2").is_not_null())
    n2o = pl.col("n2o") * gwp("N2O", gwp_set)
    # Methane is weighed by where it comes from, so what it adds is what the other gases leave of the line.
    methane = pl.when(pl.col("ch4").is_not_null()).then(pl.col("value") - pl.col("co2") - n2o.fill_null(0.0))
    of_meters = [
        metered.select(
            "scope", "category", pl.lit(gas).alias("gas"), pl.col(gas.lower()).alias("mass"), value.alias("value")
        )
        for gas, value in (("CO2", pl.col("co2")), ("CH4", methane), ("N2O", n2o))
    ]
    gases = pl.concat([masses.filter(pl.col("gas") != "CO2e"), *of_meters]).drop_nulls("mass")
    groups = {gas: gas_group(gas) for gas in gases["gas"].unique()}
    by_gas = (
        gases.with_columns(pl.col("gas").replace_strict(groups, return_dtype=pl.String))
        .group_by("scope", "category", "gas")
        .agg(pl.col("mass", "value").sum())
    )
    whole = lines.filter(pl.col("scope") > 0).group_by("scope", "category").agg(pl.col("value").sum().alias("total"))
    apart = by_gas.group_by("scope", "category").agg(pl.col("value").sum().alias("split"))
    rest = whole.join(apart, on=["scope", "category"], how="left").select(
        "scope",
        "category",
        pl.lit("CO2e").alias("gas"),
        pl.lit(None, pl.Float64).alias("mass"),
        (pl.col("total") - pl.col("split").fill_null(0.0)).alias("value"),
        "total",
    )
    told = rest.filter(pl.col("value").abs() > 1e-9 * pl.col("total").abs()).drop("total")
    return (
        pl.concat([by_gas.select(list(GASES)), told.select(list(GASES))])
        .sort("scope", "category", "gas")
        .select(pl.col(name).cast(dtype) for name, dtype in GASES.items())
    )
