"""Groups of activities as lines and as masses of gases: the organisation's share of the year."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from wattstone.base import NotComputable
from wattstone.inventory.activity_asks import Answer
from wattstone.inventory.lines import LINES, Z95
from wattstone.rates import EmissionFactor

__all__ = ["APART", "MASSES", "lines_of_groups", "masses_of_groups"]

APART: Final = {"avoided": "avoided", "biogenic": "biogenic", "scope2_unknown": "scope2.unknown"}
"""Names of the figures that are in no total, by kind."""

MASSES: Final[dict[str, pl.DataType]] = {
    "scope": pl.Int8(),
    "category": pl.Int8(),
    "gas": pl.String(),  # as the factor's rows name it; CO2e where a source has a total alone
    "mass": pl.Float64(),  # kg
    "value": pl.Float64(),  # kg CO2e, by the potentials of the factors
}
_KEYS = ("site_id", "scope", "category", "kind", "item", "method", "unit", "factor_key", "factor_id")


def lines_of_groups(emitted: pl.DataFrame) -> pl.DataFrame:
    """Groups as lines.

    Parameters
    ----------
    emitted : polars.DataFrame
        Groups of the year with their factors, `emission` and `own`.

    Returns
    -------
    polars.DataFrame
        Schema `LINES`.
    """
    told, missing = pl.col("told"), pl.col("why").is_not_null()
    of = pl.col("owned")
    size = pl.col("own").abs()
    sums = emitted.group_by(*_KEYS, maintain_order=True).agg(
        pl.when(~told.any()).then(of.sum()).alias("amount"),
        pl.when(~told.any()).then(pl.col("per").first()).alias("factor"),
        pl.when(~missing.any()).then(pl.col("own").sum()).alias("value"),
        *(
            pl.when(pl.col(gas).null_count() == 0).then((of * pl.col(gas)).sum()).alias(gas)
            for gas in ("co2", "ch4", "n2o", "other")
        ),
        (of * pl.col("biogenic")).sum().alias("biogenic"),
        (_share("estimated") * size).sum().alias("estimated"),
        (_share("document") * size).sum().alias("document"),
        pl.col("quality").sum(),
        pl.col("judged").sum(),
        pl.col("error").sum(),
        pl.col("unsure").sum(),
        pl.col("value").sum().alias("whole"),
        size.sum().alias("size"),
        pl.col("factor_sd").first(),
    )
    known = (pl.col("unsure") == 0) & (pl.col("whole") != 0)
    return (
        sums.with_columns(
            _part("estimated"),
            _part("document"),
            pl.when(pl.col("judged") > 0).then(pl.col("quality") / pl.col("judged")).alias("quality"),
            pl.when(known).then(pl.col("error").sqrt() / pl.col("whole").abs() / Z95).alias("activity_sd"),
        )
        .sort(*_KEYS, nulls_last=True)
        .with_row_index("line")
        .select(pl.col(name).cast(dtype) for name, dtype in LINES.items())
    )


def _share(name: str) -> pl.Expr:
    return (pl.col(name) / pl.col("size")).fill_nan(0.0)


def _part(name: str) -> pl.Expr:
    return pl.when(pl.col("size") > 0).then(pl.col(name) / pl.col("size")).otherwise(0.0).alias(name)


def masses_of_groups(emitted: pl.DataFrame, factors: Mapping[str, Answer]) -> pl.DataFrame:
    """Masses of all gases by scope and category; totals of sources that have no gases as CO2e.

    Parameters
    ----------
    emitted : polars.DataFrame
        Groups of the year with their factors.
    factors : mapping
        By `factor:ID`.

    Returns
    -------
    polars.DataFrame
        Schema `MASSES`.
    """
    gases = [
        (key, gas, mass, weight)
        for key, one in factors.items()
        if not isinstance(one, NotComputable)
        for gas, mass, weight in _weighed(one)
    ]
    schema = {"factor_id": pl.String, "gas": pl.String, "each": pl.Float64, "weight": pl.Float64}
    table = pl.DataFrame(gases, schema=schema, orient="row")
    counted = emitted.filter((pl.col("scope") > 0) & pl.col("why").is_null())
    alone = (pl.lit("CO2e").alias("gas"), pl.lit(None, pl.Float64).alias("mass"), pl.col("own").alias("value"))
    told = counted.filter("told").select("scope", "category", *alone)
    held = counted.filter(~pl.col("told")).join(table, on="factor_id", how="inner", maintain_order="left")
    amount = pl.col("owned") * pl.col("each")
    made = held.select(
        "scope",
        "category",
        "gas",
        pl.when(pl.col("gas") != "CO2e").then(amount).alias("mass"),
        (amount * pl.col("weight")).alias("value"),
    )
    by_gas = pl.concat([made, told]).group_by("scope", "category", "gas", maintain_order=True)
    known = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in ("mass", "value")]
    return (
        by_gas.agg(known)
        .sort("scope", "category", "gas")
        .select(pl.col(name).cast(dtype) for name, dtype in MASSES.items())
    )


def _weighed(one: EmissionFactor) -> list[tuple[str, float, float]]:
    """The gases of a unit: mass [kg] and the potential by which the factor counts it; a total alone as CO2e."""
    if not one.by_gas:
        return [("CO2e", one.value, 1.0)]
    weights = {row.gas: row.value for row in (*one.parts, *one.conversions) if row.category == "gwp"}
    return [(gas, mass, weights.get(gas, 1.0)) for gas, mass in one.by_gas.items()]
