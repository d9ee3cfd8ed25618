"""Tables of a number a year as rows of years: what is told by scenario and year reads from left to right."""

from dataclasses import replace
from typing import Any, Final

import polars as pl

from wattstone.programme.report import Column, Table

__all__ = ["by_year", "few_years"]

_YEAR: Final = "year"
_FEWEST, _MOST = 2, 8  # years that stand beside each other
_FIGURE: Final = "@figure"
_ROWS: Final = 15  # of a table whose years all stand in it


def by_year(table: Table) -> Table:
    """A table with a column a year, where it has one number a year; any other as it is.

    Parameters
    ----------
    table : Table
        With a column `year` and one other of numbers; what else it shows tells its rows apart.

    Returns
    -------
    Table
        As many rows as it has things, its numbers with the ids of their figures.

    Examples
    --------
    >>> rows = pl.DataFrame({"what": ["a", "a", "b", "b"], "year": [2025, 2030] * 2, "cost": [1.0, 2.0, 3.0, 4.0]})
    >>> columns = (Column("what", "What"), Column("year", "Year"), Column("cost", "Cost", "CNY"))
    >>> by_year(Table("t", "Costs", columns, rows)).rows.select("what", "2025", "2030").rows()
    [('a', 1.0, 2.0), ('b', 3.0, 4.0)]
    """
    number = _number(table)
    if number is None:
        return table
    keys = [one for one in table.columns if one.name not in (_YEAR, number.name)]
    years = sorted(set(table.rows[_YEAR]))
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for told in table.rows.iter_rows(named=True):
        held = rows.setdefault(tuple(str(told[one.name]) for one in keys), {one.name: told[one.name] for one in keys})
        held[str(told[_YEAR])] = told[number.name]
        held[f"{told[_YEAR]}{_FIGURE}"] = told.get(number.name + _FIGURE)
    if 2 * len(rows) > table.rows.height or any(len(held) < 2 * len(years) + len(keys) for held in rows.values()):
        return table
    columns = (*keys, *(Column(str(year), str(year), number.unit) for year in years))
    frame = pl.DataFrame(list(rows.values()), infer_schema_length=None)
    return Table(table.id, table.title, columns, frame)


def _number(table: Table) -> Column | None:
    """The only column of numbers beside the year; None where there is none, or where rows are not told by years."""
    frame = table.rows
    if _YEAR not in frame.columns or not frame.schema[_YEAR].is_integer() or frame[_YEAR].null_count():
        return None
    if not any(one.name == _YEAR for one in table.columns):
        return None
    numbers = [one for one in table.columns
               if one.name != _YEAR and one.name in frame.columns and frame.schema[one.name].is_numeric()]  # fmt: skip
    texts = [one for one in table.columns if one.name not in (_YEAR, *(each.name for each in numbers))]
    years = frame[_YEAR].n_unique()
    return numbers[0] if len(numbers) == 1 and texts and _FEWEST <= years <= _MOST else None


def few_years(table: Table) -> tuple[Table, bool]:
    """A long table by years with the first, the last, one between them and the last of each thing; whether years lack.

    Parameters
    ----------
    table : Table
        With a column `year`; a short one stays as it is. Its other texts tell things apart, as targets of which each
        has a last year of its own.

    Examples
    --------
    >>> rows = pl.DataFrame({"year": [2025, 2030, 2040, 2050] * 4, "cost": [1.0] * 16})
    >>> told, fewer = few_years(Table("t", "Costs", (Column("year", "Year"), Column("cost", "Cost")), rows))
    >>> told.rows["year"].unique().sort().to_list(), fewer
    ([2025, 2040, 2050], True)
    """
    frame = table.rows
    named = any(one.name == _YEAR for one in table.columns)
    if not named or frame.height <= _ROWS or not frame.schema[_YEAR].is_integer():
        return table, False
    years = frame[_YEAR].drop_nulls().unique().sort().to_list()
    if len(years) <= 3:
        return table, False
    kept = [years[0], years[len(years) // 2], years[-1]]
    things = [one.name for one in table.columns if frame.schema.get(one.name) == pl.String]
    last = pl.col(_YEAR) == (pl.col(_YEAR).max().over(things) if things else years[-1])
    rows = frame.filter(pl.col(_YEAR).is_in(kept) | last)
    return replace(table, rows=rows), rows.height < frame.height
