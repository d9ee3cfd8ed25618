"""Blocks of a width and a height one beside the other, as a marginal abatement cost curve has them."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import altair as alt
import polars as pl

from wattstone.interfaces.present.charts.base import WIDE, Row, breadth, data, sized, value_axis, wrap
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import scale, three
from wattstone.interfaces.present.programme.charts.prepared import UNSURE
from wattstone.interfaces.present.programme.tables import cell_text, unit_words
from wattstone.interfaces.present.tokens import tokens
from wattstone.programme.report import Chart, Column, Table

__all__ = ["Blocks", "blocks_of", "draw_blocks"]

_LETTER = 6.6  # px of a letter in labels


@dataclass(frozen=True)
class Blocks:
    """Blocks from left to right, in the order of the table.

    Parameters
    ----------
    rows : list of dict
        `number`, `name`, `from`, `to`, `height`, `text`, `pale`.
    across, up : str
        Titles of the axes, with their units.
    low, high : float
        Of the heights, 0 among them.
    """

    rows: list[Row]
    across: str
    up: str
    low: float
    high: float


def blocks_of(chart: Chart, table: Table, lang: Language) -> Blocks:
    """Take the blocks out of a table; a row without a width or a height is none.

    Parameters
    ----------
    chart : Chart
        `x` is the width, `y` the height, `series` the name.
    table : Table
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    columns = {one.name: one for one in table.columns}
    x, y = columns.get(chart.x, Column(chart.x, chart.x)), columns.get(chart.y, Column(chart.y, chart.y))
    called = columns.get(chart.series or "") or table.columns[0]
    both = pl.col(chart.x).fill_nan(None).is_not_null() & pl.col(chart.y).fill_nan(None).is_not_null()
    numeric = table.rows.with_columns(pl.col(chart.x, chart.y).cast(pl.Float64))
    frame = numeric.filter(both & (pl.col(chart.x) > 0))
    whole = float(frame[chart.x].sum())
    divisor, unit = scale(x.unit, whole) if x.unit not in (None, "", "1") else (1.0, "")
    ends = [0.0, *accumulate(frame[chart.x] / divisor)]
    rows: list[Row] = []
    for at, told in enumerate(frame.iter_rows(named=True)):
        height = told[chart.y]
        name = cell_text(told[called.name], called.labels, lang)
        rows.append(
            {
                "number": at + 1, "name": name, "from": ends[at], "to": ends[at + 1], "height": height,
                "text": f"{three(ends[at + 1] - ends[at])} {unit}, {three(height)}",
                "pale": told.get("basis") in UNSURE,
            }
        )  # fmt: skip
    heights = [0.0, *(row["height"] for row in rows)]
    said = unit if divisor != 1.0 else unit_words(unit, lang)
    return Blocks(
        rows, f"{t(x.label)} [{said}]" if said else t(x.label),
        f"{t(y.label)} [{unit_words(y.unit, lang)}]" if unit_words(y.unit, lang) else t(y.label), min(heights),
        max(heights),
    )  # fmt: skip


def draw_blocks(what: Blocks, width: int) -> alt.LayerChart:
    """Draw them: below zero what saves money; a number above each, and the names by their numbers below the axis."""
    look, wide = tokens(), width >= WIDE
    height = 280 if wide else 220
    room = (what.high - what.low or 1.0) * 0.1
    y_scale = alt.Scale(domain=[what.low - (room if what.low < 0 else 0), what.high + room], nice=False)
    total = what.rows[-1]["to"] if what.rows else 1.0
    x_scale = alt.Scale(domain=[0, total], nice=False)
    colours = {True: look.colour("jade"), False: look.colour("scope-1")}
    rows: list[Row] = [{**row, "colour": colours[row["height"] <= 0], "edge": look.colour("raised"), "zero": 0.0,
             "middle": (row["from"] + row["to"]) / 2, "top": max(row["height"], 0.0), "label": str(row["number"])}
            for row in what.rows]  # fmt: skip
    base = alt.Chart(data(rows))
    x = alt.X("from:Q", scale=x_scale, axis=alt.Axis(title=what.across, grid=False, tickCount=6 if wide else 3))
    y = alt.Y("zero:Q", scale=y_scale, axis=value_axis(_short(what.up, width), ticks=6))
    colour = alt.Color("colour:N", scale=None)
    shapes: dict[str, Any] = {"x": x, "x2": "to:Q", "y": y, "y2": "height:Q", "color": colour}
    edge = alt.Stroke("edge:N", scale=None)
    sure = base.transform_filter("!datum.pale").mark_rect(strokeWidth=1).encode(stroke=edge, **shapes)
    pale = base.transform_filter("datum.pale").mark_rect(fillOpacity=look.opacity["estimated"], strokeWidth=1)
    numbers = base.mark_text(baseline="bottom", dy=-3).encode(
        x=alt.X("middle:Q", scale=x_scale), y=alt.Y("top:Q", scale=y_scale), text="label:N"
    )
    zero = alt.Chart(data([{"at": 0.0}])).mark_rule(color=look.colour("ink"), strokeWidth=1)
    layers: list[Any] = [sure, pale.encode(stroke=alt.Stroke("colour:N", scale=None), **shapes)]
    layers += [zero.encode(y=alt.Y("at:Q", scale=y_scale)), numbers, *_key(rows, width, height)]
    return sized(alt.layer(*layers), height)


def _short(title: str, width: int) -> str:
    return title if width >= WIDE or breadth(title) <= 34 else title.rpartition(" [")[2].rstrip("]")


def _key(rows: list[Row], width: int, height: int) -> list[Any]:
    """Numbers with their names below the axis, in two columns where there is room."""
    columns = 2 if width >= WIDE else 1
    across = (width - 90) / columns
    limit = int(across / _LETTER)
    lines: list[Row] = []
    deep = -(-len(rows) // columns)
    for at, row in enumerate(rows):
        column, line = divmod(at, deep)
        text = wrap(f"{row['number']}  {row['name']}", limit, lines=1)[0]
        lines.append({"key": text, "left": column * across - 10, "down": height + 56 + 19 * line})
    if not lines:
        return []
    left, down = alt.X("left:Q", scale=None, axis=None), alt.Y("down:Q", scale=None, axis=None)
    return [alt.Chart(data(lines)).mark_text(align="left", clip=False).encode(x=left, y=down, text="key:N")]
