"""Bars: over years as columns, over names as rows; in one, stacked, or side by side. All begin at zero."""

from typing import Any

import altair as alt

from wattstone.interfaces.present.charts.base import (
    TOP,
    WIDE,
    Row,
    data,
    name_axis,
    sized,
    value_axis,
    with_labels,
)
from wattstone.interfaces.present.numbers import three
from wattstone.interfaces.present.programme.charts.prepared import Prepared, legend, series_scales
from wattstone.interfaces.present.tokens import tokens

__all__ = ["draw_bars"]

_COLUMNS = 24  # of years and days that stand beside each other; more of them are rows


def draw_bars(what: Prepared, width: int, how: str) -> alt.LayerChart:
    """Draw them.

    Parameters
    ----------
    what : Prepared
    width : int
        [px]
    how : {'bar', 'stacked', 'grouped'}
        Of several series.
    """
    if what.axis == "name" or len(what.xs) > _COLUMNS:
        return _across(what, width, how)
    return _upright(what, width, how)


def _named(what: Prepared, width: int) -> tuple[list[Row], list[str]]:
    """Rows with labels; the first dozens of names, as the table has them."""
    wanted = {str(one) for one in what.xs[: 2 * TOP]}
    rows = [{**row, "name": str(row["x"])} for row in what.rows if str(row["x"]) in wanted]
    labelled = with_labels(rows, width)
    return labelled, list(dict.fromkeys(row["name"] for row in labelled))


def _parts(what: Prepared, rows: list[Row], how: str) -> list[Row]:
    """Where each bar begins and ends: one after the other in a stack, what is below zero to the other side."""
    ends: dict[tuple[str, bool], float] = {}
    parts: list[Row] = []
    for row in rows:
        value = row["y"]
        if value is None:
            continue
        start = 0.0
        if how == "stacked":
            key = (str(row["x"]), value < 0)
            start = ends.get(key, 0.0)
            ends[key] = start + value
        parts.append({**row, "from": start, "to": start + value, "text": three(value)})
    return parts


def _bars(base: alt.Chart, what: Prepared, width: int, place: dict[str, Any]) -> list[Any]:
    """Bars of what is measured, and hatched ones of what is not."""
    look = tokens()
    only = look.colour("jade")
    told: dict[str, Any] = {}
    if what.names:
        colours, _ = series_scales(what.names)
        told = {"color": alt.Color("series:N", scale=colours, sort=what.names, legend=legend(what.names, width))}
    sure = base.transform_filter("!datum.pale").mark_bar(color=only).encode(**place, **told)
    if not what.pale:
        return [sure]
    pale = base.transform_filter("datum.pale").mark_bar(color=only, fillOpacity=look.opacity["estimated"])
    return [sure, pale.encode(**place, **told)]


def _upright(what: Prepared, width: int, how: str) -> alt.LayerChart:
    look = tokens()
    rows: list[Row] = [{**row, "x": "" if row["x"] is None else str(row["x"])} for row in what.rows]
    order = _along(what, rows)
    parts = _parts(what, rows, how)
    title = None if what.axis in ("year", "day") else what.x_title
    axis = alt.Axis(title=title, labelAngle=0, ticks=False, labelOverlap=True)
    span = alt.Scale(paddingInner=0.3, domain=order)
    base = alt.Chart(data(parts)).encode(x=alt.X("x:O", sort=order, axis=axis, scale=span))
    reach: dict[str, Any] = {} if what.most is None else {"domainMax": max(what.most, *_tops(parts))}
    y = alt.Y("from:Q", axis=value_axis(what.unit or what.y_title), scale=alt.Scale(zero=True, **reach))
    place: dict[str, Any] = {"y": y, "y2": "to:Q"}
    if how == "grouped" and len(what.names) > 1:
        place["xOffset"] = alt.XOffset("series:N", sort=what.names)
    layers = _bars(base, what, width, place)
    if what.bounded and how != "stacked":
        rule = base.mark_rule(color=look.colour("ink"), strokeWidth=1.2)
        more: dict[str, Any] = {"xOffset": place["xOffset"]} if "xOffset" in place else {}
        layers.append(rule.encode(y=alt.Y("lower:Q"), y2="upper:Q", **more))
    if any(part["to"] < 0 for part in parts):
        layers.append(_zero(along="x"))
    return sized(alt.layer(*layers), 240 if width >= WIDE else 200)


def _along(what: Prepared, rows: list[Row]) -> list[str]:
    """What stands along the axis, in its order: a year of which nothing is known keeps its place."""
    known = [int(one) for one in what.xs if one is not None] if what.axis == "year" else []
    if known and max(known) - min(known) < _COLUMNS and min(known) > 1000:
        return [str(one) for one in range(min(known), max(known) + 1)]
    return sorted({str(row["x"]) for row in rows}, key=_in_time)


def _tops(parts: list[Row]) -> list[float]:
    return [0.0, *(max(part["to"], part["upper"] or part["to"]) for part in parts)]


def _in_time(text: str) -> tuple[int, str]:
    """Years by their number, days by their spelling."""
    return len(text), text


def _across(what: Prepared, width: int, how: str) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    rows, order = _named(what, width)
    parts = _parts(what, rows, how)
    ends = [0.0, *(part["to"] for part in parts), *(part["upper"] or 0.0 for part in parts)]
    low, high = min(ends), max(*ends, what.most or 0.0)
    room = (high - low or 1.0) * (0.14 if wide else 0.3)
    span = alt.Scale(domain=[low - (room if low < 0 else 0), high + room], nice=False)
    grouped = how == "grouped" and len(what.names) > 1
    base = alt.Chart(data(parts)).encode(
        y=alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.35))
    )
    axis = value_axis(what.unit or what.y_title, ticks=6 if wide else 3)
    place: dict[str, Any] = {"x": alt.X("from:Q", scale=span, axis=axis), "x2": "to:Q"}
    if grouped:
        place["yOffset"] = alt.YOffset("series:N", sort=what.names)
    layers = _bars(base, what, width, place)
    more: dict[str, Any] = {"yOffset": place["yOffset"]} if grouped else {}
    if what.bounded and how != "stacked":
        rule = base.mark_rule(color=look.colour("ink"), strokeWidth=1.2)
        layers.append(rule.encode(x=alt.X("lower:Q", scale=span), x2="upper:Q", **more))
    if how != "stacked" or not what.names:
        layers += _values(base, span, what, more)
    if low < 0:
        layers.append(_zero(along="y"))
    step = (18 * len(what.names) + 12) if grouped else (32 if wide else 40)
    return sized(alt.layer(*layers), step * max(len(order), 1))


def _values(base: alt.Chart, span: alt.Scale, what: Prepared, more: dict[str, Any]) -> list[Any]:
    """The number at the end of each bar, beyond its interval."""
    end = "datum.upper !== null ? max(datum.to, datum.upper) : datum.to" if what.bounded else "datum.to"
    right = base.transform_filter("datum.to >= 0").transform_calculate(end=end).mark_text(align="left", dx=5)
    left = base.transform_filter("datum.to < 0").mark_text(align="right", dx=-5)
    return [right.encode(x=alt.X("end:Q", scale=span), text="text:N", **more),
            left.encode(x=alt.X("to:Q", scale=span), text="text:N", **more)]  # fmt: skip


def _zero(*, along: str) -> Any:
    line = alt.Chart(data([{"at": 0.0}])).mark_rule(color=tokens().colour("ink-soft"))
    return line.encode(y=alt.Y("at:Q")) if along == "x" else line.encode(x=alt.X("at:Q"))
