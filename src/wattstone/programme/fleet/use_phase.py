"""Use of sold vehicles over their whole life: category 11, and what lies upstream of it."""

from typing import Literal

import polars as pl

__all__ = ["PARTS", "Grid", "use_phase"]

Grid = Literal["trajectory", "year_of_sale"]
"""Electricity of each year of use, or that of the year of sale for all of them."""

PARTS = ("tank_to_wheel", "electricity", "fuel_upstream", "electricity_upstream")


def use_phase(
    sales: pl.DataFrame,
    energy: pl.DataFrame,
    life: pl.DataFrame,
    fuels: pl.DataFrame,
    grid: pl.DataFrame,
    *,
    mode: Grid = "trajectory",
) -> pl.DataFrame:
    r"""Emissions by model, market and year of use, of units sold in one year [1]_.

    .. math::
        E = \sum_a n\, k_a \, (f\, t + f\, w + e\, g_{y+a} + e\, u_{y+a})

    with units :math:`n`, distance :math:`k_a` at age :math:`a`, fuel and electricity of a kilometre :math:`f, e`, the
    factors from tank to wheel :math:`t` and from well to tank :math:`w`, and those of generation :math:`g` and its
    upstream with grid losses :math:`u`.

    Parameters
    ----------
    sales : DataFrame
        `model`, `market`, `year`, `units`.
    energy, life : DataFrame
        As `per_km` and `distances` give them.
    fuels : DataFrame
        `fuel`, `market` (`*` for all), `tank_to_wheel`, `well_to_tank` [kg CO2e/L].
    grid : DataFrame
        `region`, `year`, `kg_per_kwh`, `upstream_kg_per_kwh` [kg CO2e/kWh].
    mode : {'trajectory', 'year_of_sale'}

    Returns
    -------
    DataFrame
        `model`, `market`, `used_in`, `km`, `litres`, `kwh` of all units, and in kg CO2e `tank_to_wheel`, `electricity`,
        `fuel_upstream`, `electricity_upstream`; null where a factor is missing, 0 where nothing of it is used.

    References
    ----------
    .. [1] GHG Protocol, Corporate Value Chain (Scope 3) Standard, 2011, table 5.4 (whole life of what is sold in
       the year); Technical Guidance, 2013, chapter 11.
    """
    rows = (
        sales.select("model", "market", "year", pl.col("units").cast(pl.Float64))
        .join(energy, on="model", how="left")
        .join(life, on="model", how="left")
        .with_columns((pl.col("year") + pl.col("age")).cast(pl.Int32).alias("used_in"), _km())
        .with_columns((pl.col("km") * pl.col("litres")).alias("litres"), (pl.col("km") * pl.col("kwh")).alias("kwh"))
    )
    rows = _fuelled(rows, fuels)
    at = "used_in" if mode == "trajectory" else "year"
    named = grid.select(
        pl.col("region").alias("market"), pl.col("year").cast(pl.Int32).alias(at), "kg_per_kwh", "upstream_kg_per_kwh"
    )
    rows = rows.join(named, on=["market", at], how="left")
    return rows.select(
        "model",
        "market",
        "used_in",
        "km",
        "litres",
        "kwh",
        _part("litres", "tank_to_wheel").alias("tank_to_wheel"),
        _part("kwh", "kg_per_kwh").alias("electricity"),
        _part("litres", "well_to_tank").alias("fuel_upstream"),
        _part("kwh", "upstream_kg_per_kwh").alias("electricity_upstream"),
    ).sort("model", "market", "used_in")  # sums of the same entries are the same to the last digit


def _km() -> pl.Expr:
    return (pl.col("km") * pl.col("units")).alias("km")


def _fuelled(rows: pl.DataFrame, fuels: pl.DataFrame) -> pl.DataFrame:
    """Rows with the factors of their fuel: those of the market before those of all markets."""
    factors = fuels.select("fuel", "market", "tank_to_wheel", "well_to_tank")
    everywhere = factors.filter(pl.col("market") == "*").drop("market")
    both = rows.join(factors.filter(pl.col("market") != "*"), on=["fuel", "market"], how="left")
    both = both.join(everywhere, on="fuel", how="left", suffix="_all")
    own = pl.col("tank_to_wheel").is_not_null()
    return both.with_columns(
        pl.coalesce("tank_to_wheel", "tank_to_wheel_all").alias("tank_to_wheel"),
        pl.when(own).then("well_to_tank").otherwise("well_to_tank_all").alias("well_to_tank"),
    )


def _part(amount: str, factor: str) -> pl.Expr:
    """Amount times factor: 0 of nothing even where no factor is there."""
    return pl.when(pl.col(amount) == 0).then(0.0).otherwise(pl.col(amount) * pl.col(factor))
