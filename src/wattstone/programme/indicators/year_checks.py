"""What is doubtful in an indicator's values from year to year."""

from collections.abc import Iterator

import polars as pl

from wattstone.base import Finding
from wattstone.programme.indicators.years import across, against_parts

__all__ = ["doubts"]

_ROUNDING = 0.005
"""Part of a total by which rounded parts may miss it."""


def doubts(indicators: pl.DataFrame, values: pl.DataFrame) -> Iterator[Finding]:
    """Findings on values of indicators.

    Parameters
    ----------
    indicators, values : DataFrame
        Entries of kind `indicator` and `indicator_value`.

    Yields
    ------
    Finding
        Another unit than the indicator's is an error; jumps, slips, changes of definition and boundary without an
        explanation, gaps, and totals that are not the sum of their parts are warnings.
    """
    told = across(values, indicators)
    unexplained = pl.col("explained").fill_null("").str.strip_chars() == ""
    yield from _units(told.filter(pl.col("unit") != pl.col("unit_due")))
    yield from _slips(told.filter(pl.col("slip").is_not_null() & unexplained))
    yield from _jumps(told.filter(pl.col("jumped") & pl.col("slip").is_null() & unexplained))
    yield from _changes(told.filter((pl.col("redefined") | pl.col("rebounded")) & unexplained))
    yield from _gaps(told.filter(pl.col("gap") > 0))
    yield from _parts(against_parts(values, indicators))


def _units(rows: pl.DataFrame) -> Iterator[Finding]:
    for one in rows.iter_rows(named=True):
        yield Finding(
            code="indicator.value_unit",
            place=f"indicator_value '{one['entry']}'",
            found="stated in {unit}, where the indicator is in {due}",
            expected="the indicator's own unit: values of several years are compared as they stand",
            remedy="convert the value, and say so in its evidence",
            params={"unit": one["unit"], "due": one["unit_due"]},
        )


def _slips(rows: pl.DataFrame) -> Iterator[Finding]:
    for one in rows.iter_rows(named=True):
        yield Finding(
            code="indicator.value_slip",
            place=f"indicator_value '{one['entry']}'",
            found="{value} after {previous} in {year}: about {factor} times, as when a unit slips",
            expected="values of one unit in all years",
            remedy="look at the unit of both (thousand, ten thousand, million); explain it where it is right",
            params={**_pair(one), "factor": f"{10.0 ** one['slip']:g}"},
            severity="warning",
        )


def _jumps(rows: pl.DataFrame) -> Iterator[Finding]:
    for one in rows.iter_rows(named=True):
        yield Finding(
            code="indicator.value_jump",
            place=f"indicator_value '{one['entry']}'",
            found="{value} after {previous} in {year}, a change of {change}",
            expected="a change within what the indicator allows, or an explanation of it",
            remedy="check both values against their evidence, and explain the change in the entry",
            params={**_pair(one), "change": f"{one['change']:+.0%}"},
            severity="warning",
        )


def _changes(rows: pl.DataFrame) -> Iterator[Finding]:
    for one in rows.iter_rows(named=True):
        yield Finding(
            code="indicator.value_definition",
            place=f"indicator_value '{one['entry']}'",
            found="counted by another definition or boundary than in {year}",
            expected="years that can be compared, or an explanation of what the change makes",
            remedy="state the earlier years again by the new definition, or explain the change in the entry",
            params={"year": one["previous_year"]},
            severity="warning",
        )


def _gaps(rows: pl.DataFrame) -> Iterator[Finding]:
    for one in rows.iter_rows(named=True):
        yield Finding(
            code="indicator.value_gap",
            place=f"indicator_value '{one['entry']}'",
            found="no value between {before} and {year}",
            expected="a value for every year",
            remedy="enter the years in between; they are not filled",
            params={"before": one["previous_year"], "year": one["year"]},
            severity="warning",
        )


def _parts(rows: pl.DataFrame) -> Iterator[Finding]:
    over = (pl.col("difference").abs() > pl.col("total").abs() * _ROUNDING).fill_null(value=False)
    for one in rows.filter(over).iter_rows(named=True):
        yield Finding(
            code="indicator.value_parts",
            place=f"indicator_value '{one['entry']}'",
            found="the total is {total}, its parts add to {parts}",
            expected="a total that its parts add to, within rounding",
            remedy="look at the parts of {year} again; the difference is shown and nothing is mended",
            params={"total": f"{one['total']:g}", "parts": f"{one['parts']:g}", "year": one["year"]},
            severity="warning",
        )
    some = (pl.col("given") > 0) & (pl.col("given") < pl.col("named"))
    for one in rows.filter(some).iter_rows(named=True):
        yield Finding(
            code="indicator.value_parts_missing",
            place=f"indicator_value '{one['entry']}'",
            found="{given} of {named} parts have a value in {year}",
            expected="all parts of a total, or none",
            remedy="enter the missing parts; without them the total is not compared",
            params={"given": one["given"], "named": one["named"], "year": one["year"]},
            severity="warning",
        )


def _pair(row: dict[str, object]) -> dict[str, object]:
    return {"value": f"{row['value']:g}", "previous": f"{row['previous']:g}", "year": row["previous_year"]}
