"""What each meter of a measure, or each measure of a portfolio, says: points with intervals, one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import altair as alt

from wattstone.interfaces.present.charts.base import (
    WIDE,
    Drawing,
    Row,
    data,
    distinct,
    name_axis,
    name_label,
    sized,
    value_axis,
)
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import every, percent, scale, three
from wattstone.interfaces.present.tokens import tokens
from wattstone.savings.result import Estimate

_MOST = 24


@dataclass(frozen=True)
class Line:
    """A name and what is known of it; `whole` for the sum of the others."""

    name: str
    saved: Estimate | None
    whole: bool = False


def intervals_drawing(lines: Sequence[Line], unit: str, key: str, title: str, lang: Language) -> Drawing | None:
    """Savings with their intervals; None with less than two lines.

    Parameters
    ----------
    lines : sequence of Line
        The sum last.
    unit : str
        Of all of them.
    key, title : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    if len(lines) < 2:
        return None
    t = translator(lang)
    drawn = lines if len(lines) <= _MOST else [*_largest(lines), *(one for one in lines if one.whole)]
    estimates = [one.saved for one in drawn if one.saved is not None]
    sizes = [abs(x) for one in estimates for x in (one.value, one.lower, one.upper) if isfinite(x)]
    divisor, name = scale(unit, max(sizes, default=0.0))
    subtitle = t("Point: expected minus observed; line: {level} interval; {unit}", level=percent(0.9, lang), unit=name)
    if len(drawn) < len(lines):
        subtitle += t("; the largest {count} of {total}", count=len(drawn) - 1, total=len(lines) - 1)
    labels = distinct({str(at): one.name for at, one in enumerate(drawn)})
    rows = [_row(labels[str(at)], one, divisor, t) for at, one in enumerate(drawn)]
    return Drawing(
        key=key,
        title=title,
        subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['text']}" for row in rows),
        table=_table(lines, divisor, name, t),
        draw=lambda width: _draw(rows, name, width),
    )


def _largest(lines: Sequence[Line]) -> list[Line]:
    parts = [one for one in lines if not one.whole]
    return sorted(parts, key=lambda one: -abs(one.saved.value) if one.saved is not None else 0.0)[:_MOST]


def _row(name: str, one: Line, divisor: float, t: Translate) -> Row:
    if one.saved is None or not isfinite(one.saved.value):
        return {"name": name, "value": None, "lower": None, "upper": None, "text": t("not determined"), "whole": False}
    bounds = [bound / divisor if isfinite(bound) else None for bound in (one.saved.lower, one.saved.upper)]
    value = one.saved.value / divisor
    return {
        "name": name, "value": value, "lower": bounds[0], "upper": bounds[1], "text": three(value), "whole": one.whole,
    }  # fmt: skip


def _draw(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    look = tokens()
    named = [{**row, "name": name_label(row["name"], width), "none": 0.0} for row in rows]
    order = [str(row["name"]) for row in named]
    ends = [end for row in rows for end in (row["value"], row["lower"], row["upper"], 0.0) if end is not None]
    low, high = min(ends), max(ends)
    room = (high - low or 1.0) * (0.16 if width >= WIDE else 0.34)
    base = alt.Chart(data(named)).encode(y=alt.Y("name:N", sort=order, axis=name_axis(width)))
    x = alt.X(
        "value:Q",
        scale=alt.Scale(domain=[low - 0.04 * (high - low), high + room], nice=False),
        axis=value_axis(unit, ticks=4 if width < WIDE else 6),
    )
    # Colour is a constant of each layer: a sum is larger and square, so that it also stands out in grey.
    lines = base.mark_rule(color=look.colour("ink"), strokeWidth=2).encode(x=alt.X("lower:Q"), x2="upper:Q")
    zero = alt.Chart(data([{"value": 0.0}])).mark_rule(color=look.colour("ink-soft"), strokeDash=[4, 3]).encode(x=x)
    parts = base.transform_filter("!datum.whole && datum.value !== null").mark_point(
        filled=True, size=70, opacity=1, color=look.colour("jade")
    )
    whole = base.transform_filter("datum.whole").mark_point(
        filled=True, size=110, opacity=1, shape="square", color=look.colour("jade")
    )
    at = "datum.upper === null ? (datum.value === null ? 0 : datum.value) : max(datum.upper, datum.value)"
    texts = base.transform_calculate(at=at).mark_text(align="left", dx=8).encode(x="at:Q", text="text:N")
    return sized(alt.layer(zero, lines, parts.encode(x=x), whole.encode(x=x), texts), 38 * len(rows))


def _table(lines: Sequence[Line], divisor: float, unit: str, t: Translate) -> Table:
    heads = (
        Head(t("Name")),
        Head(t("saved [{unit}]", unit=unit), True),
        Head(f"{t('lower bound')} [{unit}]", True),
        Head(f"{t('upper bound')} [{unit}]", True),
    )
    unknown = t("not determined")

    def said(one: Estimate | None) -> tuple[Cell, ...]:
        values = (None, None, None) if one is None else (one.value, one.lower, one.upper)
        return tuple(
            Cell(unknown if x is None or not isfinite(x) else every(x / divisor), numeric=True) for x in values
        )

    return Table(heads, tuple((Cell(one.name), *said(one.saved)) for one in lines))
