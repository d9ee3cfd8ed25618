"""Tables and charts of what is spent of a commitment beside an even pace, year by year."""

from typing import Final

import polars as pl

from wattstone.programme.numbers import grouped
from wattstone.programme.report import Chart, Column, Said, Table

__all__ = ["paces"]

_WHAT: Final = {"spent": "Spent so far", "pace": "Even pace"}
_FEW: Final = 4
"""Commitments that have a chart."""


def paces(by_year: pl.DataFrame, kept: pl.DataFrame) -> tuple[tuple[Table, ...], tuple[Chart, ...]]:
    """A table for each commitment, and a chart for the first few.

    Parameters
    ----------
    by_year, kept : DataFrame
        As `by_year` and `progress` of `commitments` give them.

    Returns
    -------
    (tuple of Table, tuple of Chart)
        Rows of a table: `commitment`, `year`, `on`, `what` (`spent` or `pace`), `money`, `part` of the promise,
        `currency`; on the last day `money@line`, the line of the report that the number is.
    """
    promised = kept.select("commitment", "amount")
    long = (
        by_year.drop("part")
        .unpivot(list(_WHAT), index=["commitment", "year", "on", "currency"], variable_name="what", value_name="money")
        .join(promised, on="commitment", maintain_order="left")
        .with_columns(
            part=pl.col("money") / pl.col("amount"),
            line=pl.when(pl.col("on") == pl.col("on").max()).then(
                pl.format("indicator.commitment.{}|entry:{}", "what", "commitment")
            ),
        )
        .rename({"line": "money@line"})
        .sort("commitment", "on", "what", descending=[False, False, True])
    )
    tables = tuple(
        Table(f"pace-{number}", "Spent and even pace by year", _COLUMNS, rows)
        for number, rows in enumerate(long.partition_by("commitment", maintain_order=True), 1)
    )
    return tables, tuple(map(_chart, tables[:_FEW]))


def _chart(table: Table) -> Chart:
    first = table.rows.row(0, named=True)
    return Chart(
        id=table.id,
        title="Part of a commitment that is spent, beside an even pace",
        mark="line",
        table=table.id,
        x="year",
        y="part",
        series="what",
        note=Said(
            "Of {commitment}: {promise} promised.",
            {"commitment": first["commitment"], "promise": f"{grouped(first['amount'])} {first['currency']}"},
        ),
        most=1.0,
    )


_COLUMNS: Final = (
    Column("commitment", "Commitment"),
    Column("year", "Year"),
    Column("on", "Up to the day"),
    Column("what", "What", labels=_WHAT),
    Column("money", "Amount of money"),
    Column("part", "Part of the promise"),
    Column("currency", "Currency"),
)
