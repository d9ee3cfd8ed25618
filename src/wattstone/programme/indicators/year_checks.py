"""What is doubtful in an indicator's values from year to year."""

from collections.abc import Iterator

import polars as pl

from wattstone.base import Finding
from wattstone.programme.indicators.years import across, against_parts, circles
from wattstone.programme.slugs import alike
from wattstone.programme.telling import told

__all__ = ["doubts", "leaps"]

_ROUNDING = 0.005
"""Part of a total by which rounded parts may miss it."""

_ALL_DIGITS = ",.12g"


def doubts(indicators: pl.DataFrame, values: pl.DataFrame) -> Iterator[Finding]:
    """Findings on values of indicators.

    Parameters
    ----------
    indicators, values : DataFrame
        Entries of kind `indicator` and `indicator_value`.

    Yields
    ------
    Finding
        Another unit than the indicator's, parts in another unit than their total, and parts of themselves are errors;
        jumps, slips, changes of definition and boundary without an explanation, gaps, names that are nearly alike, and
        totals that are not the sum of their parts are warnings.
    """
    years = across(values, indicators)
    yield from _names(indicators)
    yield from _whole(indicators)
    yield from told(
        "indicator_value",
        years.filter(pl.col("unit") != pl.col("unit_due")).with_columns(due="unit_due"),
        "indicator.value_unit",
        "stated in {unit}, where the indicator is in {due}",
        "the indicator's own unit: values of several years are compared as they stand",
        "convert the value, and say so in its evidence",
    )
    yield from _leaps("indicator_value", years)
    yield from _parts(against_parts(values, indicators))


def leaps(kind: str, rows: pl.DataFrame, key: list[str], name: str, unit: str) -> Iterator[Finding]:
    """What is doubtful from year to year in a field of entries that are a series each, as in values of indicators.

    Parameters
    ----------
    kind : str
    rows : DataFrame
        With `entry`, `year`, `explained`, `definition`, `boundary` and the columns named.
    key : list of str
        What tells one series from another.
    name : str
        The field that is compared. A series has no definition of its own; years say theirs.
    unit : str

    Yields
    ------
    Finding
        Warnings.
    """
    series = rows.with_columns(
        indicator=pl.struct(key).rank("dense").cast(pl.String), value=pl.col(name).cast(pl.Float64), unit=pl.lit(unit)
    )
    unsaid = pl.lit(None, pl.String)
    bare = series.select("indicator").unique().select(
        "indicator", title=unsaid, category=unsaid, owner=unsaid, unit=pl.lit(unit), definition=unsaid,
        boundary=unsaid, jump=pl.lit(None, pl.Float64),
    )  # fmt: skip
    yield from _leaps(kind, across(series.drop("owner"), bare))


def _names(indicators: pl.DataFrame) -> Iterator[Finding]:
    yield from told(
        "indicator",
        alike(indicators["indicator"]),
        "indicator.alike",
        "it is named like {other}, which differs by case, space or hyphen alone",
        "one name for one indicator, under which all its years stand",
        "enter the values under one of the two and withdraw the other; where they are different ones, name them so",
        severity="warning",
    )


def _whole(indicators: pl.DataFrame) -> Iterator[Finding]:
    yield from told(
        "indicator",
        circles(indicators),
        "indicator.part_circle",
        "it is a part of itself: {path}",
        "a total whose parts are other indicators",
        "correct what it is a part of",
    )
    total = indicators.select(part_of="indicator", whole="unit")
    yield from told(
        "indicator",
        indicators.join(total, on="part_of", maintain_order="left").filter(pl.col("unit") != pl.col("whole")),
        "indicator.part_unit",
        "it is in {unit}, and the total that it is a part of, {part_of}, in {whole}",
        "one unit for a total and its parts: they are added up as they stand",
        "give both the same unit, and convert the values",
    )


def _leaps(kind: str, years: pl.DataFrame) -> Iterator[Finding]:
    """Slips, jumps, changes of definition and gaps."""
    unexplained = pl.col("explained").fill_null("").str.strip_chars() == ""
    odd = years.with_columns(year="previous_year").filter(unexplained)
    yield from told(
        kind,
        odd.filter(pl.col("slip").is_not_null()).with_columns(factor=10.0 ** pl.col("slip")),
        "indicator.value_slip",
        "{value} after {previous} in {year}: about {factor} times, as when a unit slips",
        "values of one unit in all years",
        "look at the unit of both (thousand, ten thousand, million); explain it where it is right",
        severity="warning",
        params={"value": _ALL_DIGITS, "previous": _ALL_DIGITS, "factor": _ALL_DIGITS},
    )
    yield from told(
        kind,
        odd.filter(pl.col("jumped") & pl.col("slip").is_null()),
        "indicator.value_jump",
        "{value} after {previous} in {year}, a change of {change}",
        "a change within what the indicator allows, or an explanation of it",
        "check both values against their evidence, and explain the change in the entry",
        severity="warning",
        params={"value": _ALL_DIGITS, "previous": _ALL_DIGITS, "change": "+.0%"},
    )
    yield from told(
        kind,
        odd.filter(pl.col("redefined") | pl.col("rebounded")),
        "indicator.value_definition",
        "counted by another definition or boundary than in {year}",
        "years that can be compared, or an explanation of what the change makes",
        "state the earlier years again by the new definition, or explain the change in the entry",
        severity="warning",
    )
    yield from told(
        kind,
        years.filter(pl.col("gap") > 0).with_columns(before="previous_year"),
        "indicator.value_gap",
        "no value between {before} and {year}",
        "a value for every year",
        "enter the years in between; they are not filled",
        severity="warning",
    )


def _parts(rows: pl.DataFrame) -> Iterator[Finding]:
    over = (pl.col("difference").abs() > pl.col("total").abs() * _ROUNDING).fill_null(value=False)
    yield from told(
        "indicator_value",
        rows.filter(over),
        "indicator.value_parts",
        "the total is {total}, its parts add to {parts}",
        "a total that its parts add to, within rounding",
        "look at the parts of {year} again; the difference is shown and nothing is mended",
        severity="warning",
        params={"total": _ALL_DIGITS, "parts": _ALL_DIGITS},
    )
    yield from told(
        "indicator_value",
        rows.filter((pl.col("given") > 0) & (pl.col("given") < pl.col("named"))),
        "indicator.value_parts_missing",
        "{given} of {named} parts have a value in {year}",
        "all parts of a total, or none",
        "enter the missing parts; without them the total is not compared",
        severity="warning",
    )
