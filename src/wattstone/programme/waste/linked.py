"""Which numbers of tables are lines of the report: columns `NAME@line` beside the columns `NAME`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from wattstone.programme.report import Line, Table

__all__ = ["linked"]

_RATES: Final = ("collection_rate", "reuse_rate", "recycling_rate", "recovery_rate")
_OWN: Final = "organisation"
_LINES: Final[Mapping[str, Mapping[str, pl.Expr]]] = {
    "waste.capture": {"rate": pl.format("waste.capture.{}|" + _OWN, "stream")},
    "waste.gases": {
        "co2e": pl.format("waste.emissions.{}|" + _OWN, "route"),
        **{gas: pl.format(f"waste.gas.{{}}.{gas}|{_OWN}", "route") for gas in ("co2", "ch4", "n2o")},
    },
    "waste.landfills": {"accumulated": pl.lit(f"waste.landfill.stock|{_OWN}")},
    "waste.mci": {"indicator": pl.format("waste.mci|entry:{}", "entry")},
    "waste.rates": {name: pl.format(f"waste.return.{name}|entry:{{}}", "entry") for name in _RATES},
    "waste.water.sites": {
        name: pl.format(f"waste.water.{name}|site:{{}}", "site") for name in ("withdrawal", "consumption")
    },
}
"""By table and column, the line that a number may be."""


def linked(tables: Iterable[Table], lines: Iterable[Line]) -> tuple[Table, ...]:
    """Tables whose numbers say which line they are; empty where a number is none.

    A row that is a part of a line, as one furnace of two, is not that line: a number names a line only where both are
    equal.

    Parameters
    ----------
    tables : iterable of Table
    lines : iterable of Line
        Of the same report.

    Returns
    -------
    tuple of Table
        With a column `NAME@line` (`LINE|SUBJECT`) for each column of numbers that is shown.
    """
    known = {f"{one.name}|{one.subject}": one.value for one in lines if one.value is not None}
    named = pl.DataFrame(
        {"line": list(known), "value": list(known.values())}, schema={"line": pl.String, "value": pl.Float64}
    )
    return tuple(replace(table, rows=_named(table, named)) for table in tables)


def _named(table: Table, known: pl.DataFrame) -> pl.DataFrame:
    may = _LINES.get(table.id, {})
    frame = table.rows
    for column in table.columns:
        if frame.schema[column.name] != pl.Float64:
            continue
        both = frame.select(line=may.get(column.name, pl.lit("")), shown=column.name)
        told = both.join(known, on="line", how="left", maintain_order="left").select(
            pl.when(pl.col("value") == pl.col("shown")).then("line").otherwise(pl.lit("")).alias(f"{column.name}@line")
        )
        frame = frame.with_columns(told.to_series())
    return frame
