"""Times and numbers of a chunk of a table, with what is wrong in their cells."""

import polars as pl

from wattstone.readings.problems import Problems, quoted
from wattstone.readings.tabular import stamps
from wattstone.readings.tabular.clocks import instants
from wattstone.readings.tabular.csv import ROW
from wattstone.readings.tabular.mapping import Mapping
from wattstone.readings.tabular.numbers import numbers

__all__ = ["column_of_numbers", "with_starts"]


def with_starts(chunk: pl.DataFrame, mapping: Mapping, zone: str, problems: Problems) -> tuple[pl.DataFrame, pl.Series]:
    """The rows whose time can be read, and their times as naive UTC.

    Parameters
    ----------
    chunk : DataFrame
        Of text, with the number of each row.
    mapping : Mapping
        Which column holds the times, and how they are written.
    zone : str
        The clock of times that carry no offset.
    problems : Problems
        Takes what is no time.
    """
    at = mapping.columns.timestamp or mapping.columns.date or ""
    times = stamps.parse(chunk[at], mapping.stamp_format)
    bad = chunk.filter(times.is_null())
    problems.rows(
        "readings.time.invalid",
        bad[ROW],
        cells=bad[at],
        column=at,
        found="{count} {count:cell is no time|cells are no times}, as {cell}",
        expected="times in the format {format}",
        remedy="correct the cells",
        params={"format": quoted(mapping.stamp_format)},
    )
    chunk, times = chunk.filter(times.is_not_null()), times.drop_nulls()
    clock = "UTC" if stamps.is_zoned(mapping.stamp_format) else zone
    return chunk, pl.Series("start", instants(times.to_physical().to_numpy(), clock).utc).cast(pl.Datetime("us"))


def column_of_numbers(chunk: pl.DataFrame, column: str, mapping: Mapping, problems: Problems) -> pl.Series:
    """A column as numbers; `problems` takes the cells that are none."""
    values, wrong = numbers(chunk[column], decimal=mapping.decimal, thousands=mapping.thousands, nulls=mapping.nulls)
    bad = chunk.filter(wrong)
    problems.rows(
        "readings.value.invalid",
        bad[ROW],
        cells=bad[column],
        column=column,
        found="{count} {count:cell is no number|cells are no numbers}, as {cell}",
        expected="numbers",
        remedy="correct the cells",
    )
    return values
