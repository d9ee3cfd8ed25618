"""Intensities are numerator over denominator, and their denominators have the same boundary in both years."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from wattstone.inventory.checks.model import Checked, CheckInputs, finding, number, place_of, rules

__all__ = ["check_intensities"]


def check_intensities(inputs: CheckInputs) -> list[Checked]:
    """Intensities that are not what they say, and breaks of their boundary.

    Parameters
    ----------
    inputs : CheckInputs
        `ratios`: without a denominator the one that numerator and intensity imply is compared.

    Returns
    -------
    list of Checked
        What is not the quotient stops; a denominator or an intensity that jumps asks.
    """
    rule = rules()["intensity"]
    implied = pl.col("numerator") / pl.col("value")
    ratios = inputs.ratios.with_columns(
        (pl.col("numerator") / pl.col("denominator")).alias("should"),
        pl.coalesce("denominator", pl.when(implied.is_finite()).then(implied)).alias("by"),
    )
    now = ratios.filter(pl.col("year") == inputs.year)
    wrong = now.filter(
        (pl.col("value") - pl.col("should")).abs() > rule["relative"] * pl.col("should").abs()
    ).to_dicts()
    before = ratios.filter(pl.col("year") == inputs.year - 1)
    both = now.join(before, on=["name", "subject"], suffix="_last", maintain_order="left").with_columns(
        (pl.col("by") / pl.col("by_last") - 1).alias("moved"),
        (pl.col("value") / pl.col("value_last") - 1).alias("change"),
    )
    broken = pl.col("moved").is_finite() & (pl.col("by").log() - pl.col("by_last").log()).abs().gt(
        pl.lit(1 + rule["denominator"]).log()
    )
    jumped = (pl.col("change").abs() > rule["jump"]).fill_null(value=False)
    rows = both.with_columns(broken.fill_null(value=False).alias("broken")).filter(pl.col("broken") | jumped).to_dicts()
    return [*map(_wrong, wrong), *(one for row in rows for one in _moved(row, inputs.year))]


def _place(row: dict[str, Any]) -> str:
    return f"{place_of(row['subject'])}, {row['name']}"


def _wrong(row: dict[str, Any]) -> Checked:
    return Checked(
        check="intensity",
        severity="stops",
        key=f"intensity:{row['name']}@{row['subject']}",
        finding=finding(
            "intensity",
            f"{_place(row)}, {row['year']}",
            found="the intensity is {value}, but {numerator} divided by {denominator} is {should}",
            expected="an intensity that is its numerator divided by its denominator",
            remedy="compute it again from the released total, or correct the denominator",
            severity="stops",
            value=number(row["value"]),
            numerator=number(row["numerator"]),
            denominator=number(row["denominator"]),
            should=number(row["should"]),
        ),
    )


def _moved(row: dict[str, Any], year: int) -> Iterator[Checked]:
    said: dict[str, Any] = {
        "year": year,
        "before": year - 1,
        "value": number(row["value"]),
        "last": number(row["value_last"]),
        "numerator": number(row["numerator"]),
        "numerator_last": number(row["numerator_last"]),
    }
    if row["broken"]:
        yield Checked(
            check="intensity",
            severity="asks",
            key=f"denominator:{row['name']}@{row['subject']}",
            finding=finding(
                "denominator",
                _place(row),
                found="the intensity went from {last} ({before}) to {value} ({year}) and its numerator from "
                "{numerator_last} to {numerator}: the denominator went from {by_last} to {by}, {times} times as much",
                expected="numerator and denominator of one boundary in both years",
                remedy="say which companies and sites the denominator holds in each year, and restate the year that is "
                "wrong",
                severity="asks",
                by=number(row["by"]),
                by_last=number(row["by_last"]),
                times=f"{row['by'] / row['by_last']:.3g}",
                **said,
            ),
        )
        return
    yield Checked(
        check="intensity",
        severity="asks",
        key=f"intensity_jump:{row['name']}@{row['subject']}",
        finding=finding(
            "intensity_jump",
            _place(row),
            found="the intensity went from {last} ({before}) to {value} ({year}): {change} %",
            expected="values of two years that do not differ much, or a reason that somebody knows",
            remedy="see what moved it, numerator or denominator; where the change is real, let it pass with the reason",
            severity="asks",
            change=f"{row['change'] * 100:+.1f}",
            **said,
        ),
    )
