"""Tables of a module's report as pages, paper and terminals show them.

Every figure is shown, units stand in the heads, and words stand for what is not known.

A number of a table links to the figure that it is. A frame says which by a column `NAME@line` beside the column
`NAME`: the name of a line, or `NAME|SUBJECT` for a line of a site or an entry.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from wattstone.interfaces.present.content import Cell, Head
from wattstone.interfaces.present.content import Table as Grid
from wattstone.interfaces.present.languages import Language, counter, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.numbers import every, written
from wattstone.interfaces.present.programme.shares import is_share, share_words
from wattstone.programme.report import Column, Line, Table

__all__ = [
    "AT_LINE",
    "ROWS",
    "Ids",
    "cell_text",
    "figure_of",
    "grid",
    "heading",
    "identity",
    "in_language",
    "unit_words",
]

ROWS: Final = 500
"""Of a table on a page and on paper; the workbook has all."""

AT_LINE: Final = "@line"
"""At the end of the name of a column that names lines."""

_IN: Final = "@{lang}"
"""At the end of the name of a column that says in a language what the column of that name says in English."""

Ids = Mapping[tuple[str, str, str], str]
"""Figures by name, subject and period of their line."""

Link = Callable[[str, Mapping[str, Any]], str | None]
"""Gives where the cell of a column leads in a row; None where nowhere."""

_SHAPES = (pl.Binary, pl.Object)


def identity(line: Line) -> tuple[str, str, str]:
    """What tells a line from the others."""
    return line.name, line.subject, line.period


def figure_of(line: Line, ids: Ids) -> str | None:
    """The figure as which a line was recorded; None where it was not."""
    return ids.get(identity(line))


def unit_words(unit: str | None, lang: Language) -> str:
    """A unit as it is written; empty for a ratio.

    Examples
    --------
    >>> unit_words("m3", "en"), unit_words("1", "en"), unit_words(None, "en")
    ('m³', '', '')
    """
    t = translator(lang)
    return "" if unit in (None, "", "1") else t(written(unit))


def heading(column: Column, lang: Language) -> str:
    """A column's label with its unit."""
    t = translator(lang)
    label, unit = t(column.label), unit_words(column.unit, lang)
    return f"{label} [{unit}]" if unit and f"[{unit}]" not in label else label


def cell_text(value: Any, labels: Mapping[str, str], lang: Language) -> str:
    """A value as a table shows it.

    Examples
    --------
    >>> cell_text(None, {}, "en"), cell_text(0.125, {}, "en"), cell_text("p", {"p": "planned"}, "en")
    ('not known', '0.125', 'planned')
    """
    t = translator(lang)
    if value is None or (isinstance(value, float) and value != value):
        return t("not known")
    if isinstance(value, bool):
        return t("yes") if value else t("no")
    if isinstance(value, int):
        return str(value) if abs(value) < 10_000 else every(float(value))
    if isinstance(value, float):
        return every(value) if abs(value) != float("inf") else t("not known")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return listed((cell_text(one, labels, lang) for one in value), lang)  # pyright: ignore[reportUnknownVariableType]
    return t(labels[value]) if value in labels else str(value)


def in_language(table: Table, lang: Language) -> Table:
    """A table with the texts that persons wrote in a language, where its frame has them in columns `NAME@LANG`.

    Parameters
    ----------
    table : Table
    lang : {'en', 'zh'}
        What nobody wrote in it stands as it is.

    Examples
    --------
    >>> rows = pl.DataFrame({"title": ["Flood", "Heat"], "title@zh": ["洪水", None]})
    >>> in_language(Table("t", "T", (Column("title", "Title"),), rows), "zh").rows["title"].to_list()
    ['洪水', 'Heat']
    """
    end = _IN.format(lang=lang)
    both = [one for one in table.rows.columns if one + end in table.rows.columns]
    if not both:
        return table
    said = (pl.coalesce(one + end, one).alias(one) for one in both)
    return replace(table, rows=table.rows.with_columns(*said))


def grid(
    table: Table, lines: Iterable[Line], ids: Ids, lang: Language, *, most: int | None = ROWS, link: Link | None = None
) -> Grid:
    """A table's rows as cells.

    Parameters
    ----------
    table : Table
        Columns that hold shapes or are not in the frame are left out.
    lines : iterable of Line
        Of the report, to which numbers link.
    ids : mapping
        The figures that were recorded of them.
    lang : {'en', 'zh'}
    most : int or None
        As many rows as are shown; None: all.
    link : callable or None
        Where other cells lead.
    """
    table = in_language(table, lang)
    t, n, frame = translator(lang), counter(lang), table.rows
    shown = [
        one for one in table.columns if one.name in frame.columns and not isinstance(frame.schema[one.name], _SHAPES)
    ]
    by_value, by_name = _lines_by(lines, ids)
    numeric = {one.name: frame.schema[one.name].is_numeric() for one in shown}
    rows: list[tuple[Cell, ...]] = []
    for row in (frame if most is None else frame.head(most)).iter_rows(named=True):
        cells: list[Cell] = []
        for one in shown:
            value = row[one.name]
            figure = _figure(one, value, row, by_value, by_name) if numeric[one.name] else None
            href = link(one.name, row) if link is not None and figure is None else None
            right = numeric[one.name] and value is not None
            cells.append(Cell(_shown(value, one, lang), figure, numeric=right, href=href))
        rows.append(tuple(cells))
    more = frame.height - len(rows)
    note = n(
        "and {count} more row: the workbook has it",
        "and {count} more rows: the workbook has them",
        more,
    )
    heads = tuple(Head(heading(one, lang), numeric[one.name]) for one in shown)
    return Grid(heads, tuple(rows), note if more > 0 else "", t(table.title))


def _shown(value: Any, column: Column, lang: Language) -> str:
    """A value in words: a share in per cent, with the figures that are certain in a double."""
    if isinstance(value, float) and math.isfinite(value) and is_share(column.label, column.unit):
        return share_words(value, lang, every)
    return cell_text(value, column.labels, lang)


_ByValue = Mapping[tuple[float, str], str]
_ByName = Mapping[str, str]


def _lines_by(lines: Iterable[Line], ids: Ids) -> tuple[_ByValue, _ByName]:
    """Figures by value and unit, where one line alone has both, and by name and subject."""
    by_value: dict[tuple[float, str], list[str]] = {}
    by_name: dict[str, str] = {}
    for line in lines:
        figure = figure_of(line, ids)
        if figure is None:
            continue
        for key in (line.name, f"{line.name}|{line.subject}", f"{line.name}|{line.subject}|{line.period}"):
            by_name.setdefault(key, figure)
        if line.value is not None and _telling(line.value):
            by_value.setdefault((float(line.value), line.unit), []).append(figure)
    return {key: found[0] for key, found in by_value.items() if len(found) == 1}, by_name


def _telling(value: float) -> bool:
    """Whether a number says by itself which one it is: all digits of a double, where a round one may be any other's.

    Examples
    --------
    >>> _telling(1234.5678901), _telling(12.5), _telling(1e6), _telling(1 / 3)
    (True, False, False, True)
    """
    return len(repr(value).replace(".", "").strip("-0")) >= 8


def _figure(
    column: Column, value: Any, row: Mapping[str, Any], by_value: _ByValue, by_name: _ByName
) -> str | None:  # fmt: skip
    """The figure that a number of a table is: named beside it, or the only one of its value, which no chance makes."""
    named = row.get(column.name + AT_LINE)
    if named is not None:
        return by_name.get(str(named))
    if not isinstance(value, float):
        return None
    return by_value.get((value, column.unit or "1"))
