"""Names with a value and its interval, one below the other: points for each, squares for what stands for several."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.tokens import tokens

Kind = Literal["part", "sum", "whole"]


@dataclass(frozen=True)
class Whisker:
    """A line of the drawing.

    Parameters
    ----------
    name : str
        At its left; no two are the same.
    value, lower, upper : float or None
        In the unit that is drawn; None is not drawn.
    text : str
        At its right.
    kind : {'part', 'sum', 'whole'}
        A point; a hollow square for what is merely added up; a full one for what was worked out for all together.
    """

    name: str
    value: float | None
    lower: float | None
    upper: float | None
    text: str
    kind: Kind = "part"


def finite(value: float, divisor: float = 1.0) -> float | None:
    """A bound as it is drawn: None where there is none."""
    return value / divisor if isfinite(value) else None


def whiskers(lines: Sequence[Whisker], unit: str, width: int) -> alt.LayerChart:
    """Points with their intervals, and a line at 0.

    Parameters
    ----------
    lines : sequence of Whisker
        From above to below.
    unit : str
        Of the axis.
    width : int
        [px]
    """
    look = tokens()
    rows: list[Row] = [
        {"name": name_label(one.name, width), "value": one.value, "lower": one.lower, "upper": one.upper,
         "text": one.text, "kind": one.kind}
        for one in lines
    ]  # fmt: skip
    order = [str(row["name"]) for row in rows]
    ends = [end for row in rows for end in (row["value"], row["lower"], row["upper"], 0.0) if end is not None]
    low, high = min(ends), max(ends)
    longest = max(len(row["text"]) for row in rows)
    room = (high - low or 1.0) * (max(0.16, 0.018 * longest) if width >= WIDE else max(0.34, 0.06 * longest))
    base = alt.Chart(data(rows)).encode(y=alt.Y("name:N", sort=order, axis=name_axis(width)))
    x = alt.X(
        "value:Q",
        scale=alt.Scale(domain=[low - 0.04 * (high - low), high + room], nice=False),
        axis=value_axis(unit, ticks=4 if width < WIDE else 6),
    )
    bounds = base.mark_rule(color=look.colour("ink"), strokeWidth=2).encode(x=alt.X("lower:Q"), x2="upper:Q")
    zero = alt.Chart(data([{"value": 0.0}])).mark_rule(color=look.colour("ink-soft"), strokeDash=[4, 3]).encode(x=x)
    # Colour is a constant of each layer: what stands for several is larger and square, and stands out in grey too.
    points = base.transform_filter("datum.kind == 'part' && datum.value !== null").mark_point(
        filled=True, size=70, opacity=1, color=look.colour("jade")
    )
    sums = base.transform_filter("datum.kind == 'sum' && datum.value !== null").mark_point(
        size=100, opacity=1, shape="square", stroke=look.colour("ink"), strokeWidth=1.6, fill=look.colour("raised")
    )
    wholes = base.transform_filter("datum.kind == 'whole' && datum.value !== null").mark_point(
        filled=True, size=110, opacity=1, shape="square", color=look.colour("jade")
    )
    at = "datum.upper === null ? (datum.value === null ? 0 : datum.value) : max(datum.upper, datum.value)"
    texts = base.transform_calculate(at=at).mark_text(align="left", dx=8).encode(x="at:Q", text="text:N")
    marks = (one.encode(x=x) for one in (points, sums, wholes))
    return sized(alt.layer(zero, bounds, *marks, texts), 38 * len(rows))
