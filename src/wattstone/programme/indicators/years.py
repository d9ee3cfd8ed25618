"""Indicators across years: jumps, slips of the unit, changed definitions, totals against their parts."""

from typing import Final

import polars as pl

__all__ = ["SLIPS", "across", "against_parts"]

SLIPS: Final = (3, 4, 6, 8)
"""Powers of ten by which a unit slips: kilo, wan (10,000), mega, yi (100,000,000)."""

_NEAR: Final = 0.15
"""How near to such a power the ratio of two years is, in decades, to be called a slip: a factor of 0.71 to 1.41."""

_JUMP: Final = 0.5
"""Change from a year to the next that is asked about where the indicator says nothing: half of the value."""


def across(values: pl.DataFrame, indicators: pl.DataFrame) -> pl.DataFrame:
    """Each value beside that of the year given before.

    Parameters
    ----------
    values, indicators : DataFrame
        Entries of kind `indicator_value` and `indicator`.

    Returns
    -------
    DataFrame
        The values by indicator and year with `title`, `category`, `unit_due` (the indicator's), `previous`,
        `previous_year`, `change` (part of the previous value), `slip` (power of ten, signed, or null), `jumped`,
        `redefined`, `rebounded` (definition or boundary is another than that of the previous value), `gap` (years
        without a value in between).
    """
    due = indicators.select(
        "indicator", "title", "category", "owner", "jump", pl.col("unit").alias("unit_due"),
        pl.col("definition").alias("definition_due"), pl.col("boundary").alias("boundary_due"),
    )  # fmt: skip
    last = {name: pl.col(name).shift(1).over("indicator", order_by="year") for name in _COMPARED}
    told = (
        values.join(due, on="indicator", how="inner", maintain_order="left")
        .with_columns(
            by_definition=pl.coalesce("definition", "definition_due"),
            by_boundary=pl.coalesce("boundary", "boundary_due"),
        )
        .sort("indicator", "year")
        .with_columns(**{f"last_{name}": expression for name, expression in last.items()})
    )
    ratio = pl.col("value") / pl.col("last_value")
    decades = pl.when(ratio > 0).then(ratio.log10())
    slip = pl.coalesce(
        pl.when((decades - sign * power).abs() < _NEAR).then(pl.lit(sign * power))
        for power in SLIPS
        for sign in (1, -1)
    )
    change = pl.when(pl.col("last_value") != 0).then(ratio - 1.0)
    return told.with_columns(
        previous=pl.col("last_value"),
        previous_year=pl.col("last_year"),
        change=change,
        slip=slip,
        jumped=(change.abs() > pl.col("jump").fill_null(_JUMP)).fill_null(value=False),
        redefined=(pl.col("by_definition") != pl.col("last_by_definition")).fill_null(value=False),
        rebounded=(pl.col("by_boundary") != pl.col("last_by_boundary")).fill_null(value=False),
        gap=(pl.col("year") - pl.col("last_year") - 1).fill_null(0),
    )


_COMPARED: Final = ("value", "year", "by_definition", "by_boundary")


def against_parts(values: pl.DataFrame, indicators: pl.DataFrame) -> pl.DataFrame:
    """Totals beside the sum of their parts, year by year.

    Parameters
    ----------
    values, indicators : DataFrame
        Entries of kind `indicator_value` and `indicator`; `part_of` of an indicator names its total.

    Returns
    -------
    DataFrame
        `indicator`, `year`, `total`, `parts` (sum), `named` (number of parts), `given` (of them with a value),
        `difference` (total less parts; null unless every part has a value).
    """
    named = indicators.filter(pl.col("part_of").is_not_null()).select("indicator", "part_of")
    count = named.group_by("part_of").agg(pl.len().alias("named"))
    parts = (
        values.join(named, on="indicator", how="inner")
        .group_by("part_of", "year")
        .agg(pl.col("value").sum().alias("parts"), pl.len().alias("given"), pl.col("hash").alias("part_hashes"))
    )
    return (
        values.select("indicator", "year", "entry", "hash", pl.col("value").alias("total"))
        .join(count.rename({"part_of": "indicator"}), on="indicator", how="inner", maintain_order="left")
        .join(parts.rename({"part_of": "indicator"}), on=["indicator", "year"], how="left", maintain_order="left")
        .with_columns(pl.col("given").fill_null(0))
        .with_columns(difference=pl.when(pl.col("given") == pl.col("named")).then(pl.col("total") - pl.col("parts")))
        .sort("indicator", "year")
    )
