"""Spans from one day to another, a row each: what is begun when, and what has no end yet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt
import polars as pl

from wattstone.interfaces.present.charts.base import TOP, WIDE, Row, data, name_axis, sized, with_labels
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.programme.charts.prepared import COLOURS, UNSURE, legend, series_scales
from wattstone.interfaces.present.programme.tables import cell_text
from wattstone.interfaces.present.tokens import tokens
from wattstone.programme.report import Chart, Column, Table

__all__ = ["Spans", "draw_spans", "spans_of"]

_ROWS = 3 * TOP


@dataclass(frozen=True)
class Spans:
    """Rows with their days.

    Parameters
    ----------
    rows : list of dict
        `name`, `from`, `to` (days), `series`, `open` where it has no end, `pale`.
    names : list of str
        Series.
    left_out : int
        Rows that are not drawn.
    """

    rows: list[Row]
    names: list[str]
    left_out: int


def spans_of(chart: Chart, table: Table, lang: Language) -> Spans:
    """Take the spans out of a table; a row without a first day is none, one without a last day goes on.

    Parameters
    ----------
    chart : Chart
        `x` is the row's name, `y` the first day, `to` the last one.
    table : Table
    lang : {'en', 'zh'}
    """
    columns = {one.name: one for one in table.columns}
    x = columns.get(chart.x, Column(chart.x, chart.x))
    series = columns.get(chart.series, Column(chart.series, chart.series)) if chart.series else None
    to = chart.to or chart.y
    frame = _days(table.rows, chart.y, to).filter(pl.col(chart.y).is_not_null())
    days = [one for name in (chart.y, to) for one in frame[name] if one is not None]
    first, last = (min(days), max(days)) if days else (date(2000, 1, 1), date(2001, 1, 1))
    beyond = last + timedelta(days=max(30, (last - first).days // 20))
    rows: list[Row] = []
    for told in frame.head(_ROWS).iter_rows(named=True):
        end = told[to]
        rows.append(
            {
                "name": cell_text(told[x.name], x.labels, lang), "from": told[chart.y], "to": end or beyond,
                "series": cell_text(told[series.name], series.labels, lang) if series else "", "open": end is None,
                "pale": end is None or told.get("basis") in UNSURE,
            }
        )  # fmt: skip
    names = list(dict.fromkeys(row["series"] for row in rows))[: len(COLOURS)] if series else []
    return Spans(rows, names, frame.height - len(rows))


def _days(frame: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    """Years as their first and their last day."""
    for name, month, day in ((first, 1, 1), (last, 12, 31)):
        if frame.schema[name].is_integer():
            frame = frame.with_columns(pl.date(pl.col(name), month, day).alias(name))
    return frame


def draw_spans(what: Spans, width: int) -> alt.LayerChart:
    """Draw them; what has no end is hatched up to the edge."""
    look, wide = tokens(), width >= WIDE
    rows = with_labels(what.rows, width)
    order = list(dict.fromkeys(row["name"] for row in rows))
    y = alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.4))
    axis = alt.Axis(title=None, format="%Y" if _long(rows) else "%Y-%m", tickCount=6 if wide else 3, labelOverlap=True)
    x = alt.X("from:T", axis=axis, scale=alt.Scale(type="utc", nice=False))
    base = alt.Chart(data(rows)).encode(x=x, x2="to:T", y=y)
    told: dict[str, Any] = {}
    if what.names:
        colours, _ = series_scales(what.names)
        told = {"color": alt.Color("series:N", scale=colours, sort=what.names, legend=legend(what.names, width))}
    only = look.colour("jade")
    sure = base.transform_filter("!datum.pale").mark_bar(color=only).encode(**told)
    pale = base.transform_filter("datum.pale").mark_bar(color=only, fillOpacity=look.opacity["estimated"])
    return sized(alt.layer(sure, pale.encode(**told)), (30 if wide else 38) * max(len(order), 1))


def _long(rows: list[Row]) -> bool:
    if not rows:
        return False
    return (max(row["to"] for row in rows) - min(row["from"] for row in rows)).days > 3 * 365
