"""Indicators across years: jumps, slips of the unit, changed definitions, totals against their parts."""

from typing import Final

import polars as pl

__all__ = ["SLIPS", "across", "against_parts", "circles"]

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
        `indicator`, `year`, `total`, `parts` (sum; null where one is in another unit than the total), `named` (number
        of parts), `given` (of them with a value), `difference` (total less parts; null unless every part has a value
        in the total's unit).
    """
    named = indicators.filter(pl.col("part_of").is_not_null()).select("indicator", "part_of")
    due = values.select("year", part_of="indicator", whole="unit")
    count = named.group_by("part_of").agg(pl.len().alias("named"))
    parts = (
        values.join(named, on="indicator", how="inner")
        .join(due, on=["part_of", "year"], how="inner")
        .group_by("part_of", "year")
        .agg(
            pl.when((pl.col("unit") == pl.col("whole")).all()).then(pl.col("value").sum()).alias("parts"),
            pl.len().alias("given"),
            pl.col("hash").alias("part_hashes"),
        )
    )
    return (
        values.select("indicator", "year", "entry", "hash", pl.col("value").alias("total"))
        .join(count.rename({"part_of": "indicator"}), on="indicator", how="inner", maintain_order="left")
        .join(parts.rename({"part_of": "indicator"}), on=["indicator", "year"], how="left", maintain_order="left")
        .with_columns(pl.col("given").fill_null(0))
        .with_columns(difference=pl.when(pl.col("given") == pl.col("named")).then(pl.col("total") - pl.col("parts")))
        .sort("indicator", "year")
    )


def circles(indicators: pl.DataFrame) -> pl.DataFrame:
    """Indicators that are, by way of others, parts of themselves.

    Parameters
    ----------
    indicators : DataFrame
        Entries of kind `indicator`; each names one total at most.

    Returns
    -------
    DataFrame
        `entry`, and `path`: from the indicator through its totals back to itself.

    Examples
    --------
    >>> names = {"indicator": ["a", "b", "c"], "entry": ["a", "b", "c"], "part_of": ["b", "a", "a"]}
    >>> circles(pl.DataFrame(names)).rows()
    [('a', 'a → b → a'), ('b', 'b → a → b')]
    """
    total = dict(indicators.filter(pl.col("part_of").is_not_null()).select("indicator", "part_of").iter_rows())
    settled: set[str] = set()
    rounds: dict[str, str] = {}
    for first in total:
        path: list[str] = []
        at: str | None = first
        while at is not None and at not in settled and at not in path:
            path.append(at)
            at = total.get(at)
        settled.update(path)
        if at in path:
            circle = path[path.index(at) :]
            turned = {one: [*circle[number:], *circle[:number], one] for number, one in enumerate(circle)}
            rounds |= {one: " → ".join(way) for one, way in turned.items()}
    told = indicators.filter(pl.col("indicator").is_in(list(rounds)))
    return told.select("entry", path=pl.col("indicator").replace_strict(rounds, return_dtype=pl.String))
