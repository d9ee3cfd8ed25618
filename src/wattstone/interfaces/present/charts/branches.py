"""Rows of an inventory's level as bars against last year: the largest dozen, and the others together."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from wattstone.interfaces.present.charts.base import (
    TOP,
    WIDE,
    Drawing,
    Row,
    data,
    distinct,
    name_axis,
    sized,
    value_axis,
    with_labels,
)
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import LEVEL, every, percent, scale, three, unit_at
from wattstone.interfaces.present.tokens import tokens


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A row of the level.

    Parameters
    ----------
    key, name : str
        Its id, and what it is called.
    value : float
        [kg]
    lower, upper : float or None
        90 % interval.
    before : float or None
        A year before.
    estimated : float
        Share, 0 to 1.
    colour : str
        Name of a token.
    figure : str or None
        Id.
    unit : str
        Of the values; rows of one level may count CO2 or CO2e, which are drawn beside each other and never added.
    """

    key: str
    name: str
    value: float
    lower: float | None = None
    upper: float | None = None
    before: float | None = None
    estimated: float = 0.0
    colour: str = "jade"
    figure: str | None = None
    unit: str = "kg CO2e"


_TEXT = 50  # px that a number takes
_PLOT = 0.55  # share of the width that bars have, about


def branches_drawing(
    bars: Sequence[Bar], lang: Language, *, year: int, what: str, count: int | None = None
) -> Drawing | None:
    """Bars of a level, or None where fewer than two have a value.

    Parameters
    ----------
    bars : sequence of Bar
        The largest first.
    lang : {'en', 'zh'}
    year : int
        Calendar year.
    what : str
        What is drawn, in the language: `Emissions of the sites, location-based`.
    count : int or None
        How many rows the level has.
    """
    if len(bars) < 2:
        return None
    t = translator(lang)
    shown = bars[:TOP]
    most = max(max(one.value, one.before or 0.0, one.upper or 0.0) for one in shown)
    divisor = scale(shown[0].unit, most)[0]
    written = " / ".join(dict.fromkeys(unit_at(one.unit, divisor) for one in shown))
    names = distinct({one.key: one.name for one in shown})
    rows = [_row(one, names[one.key], divisor) for one in shown]
    subtitle = t("{what}, {year}, {unit}", what=what, year=year, unit=written)
    if any(row["before"] is not None for row in rows):
        subtitle += t("; short marks: {year}", year=year - 1)
    if any(row["lower"] is not None for row in rows):
        subtitle += t("; lines: {level} interval", level=percent(LEVEL, lang))
    if any(one.estimated > 0 for one in shown):
        subtitle += t("; hatched: estimated")
    total = count or len(bars)
    if total > len(rows):
        subtitle += t("; the {count} highest of {total}", count=len(rows), total=total)
    return Drawing(
        key="branches",
        title=t("{site} emits most", site=names[shown[0].key]),
        subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['text']} {written}" for row in rows),
        table=_table(shown, names, divisor, written, year, lang),
        draw=lambda width: _draw(rows, written, width),
    )


def _row(one: Bar, name: str, divisor: float) -> Row:
    value = one.value / divisor
    return {
        "name": name,
        "value": value,
        "measured": value * (1 - one.estimated),
        "share": one.estimated,
        "lower": None if one.lower is None else one.lower / divisor,
        "upper": None if one.upper is None else one.upper / divisor,
        "before": None if one.before is None else one.before / divisor,
        "end": max(value, (one.upper or 0.0) / divisor, (one.before or 0.0) / divisor),
        "text": three(value),
        "colour": tokens().colour(one.colour),
    }


def _draw(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    look = tokens()
    named = with_labels(rows, width)
    end = max(row["end"] for row in rows) * (1.12 if width >= WIDE else 1.35)
    # A number stands in its bar where there is room for it before the mark of last year.
    room = _TEXT / (_PLOT * width) * end
    named = [{**row, "inside": min(row["value"], row["before"] or row["value"]) > room} for row in named]
    base = alt.Chart(data(named)).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in named], axis=name_axis(width), scale=alt.Scale(paddingInner=0.4))
    )
    axis, scale_ = value_axis(unit, ticks=4), alt.Scale(domain=[0, end])
    hue = alt.Color("colour:N", scale=None)
    full = base.mark_bar().encode(x=alt.X("measured:Q", axis=axis, scale=scale_), color=hue)
    pale = base.transform_filter("datum.share > 0").mark_bar(fillOpacity=look.opacity["estimated"], strokeWidth=1)
    pale = pale.encode(
        x=alt.X("measured:Q", axis=axis, scale=scale_),
        x2="value:Q",
        color=hue,
        stroke=alt.Stroke("colour:N", scale=None),
    )
    lines = base.mark_rule(color=look.colour("ink"), strokeWidth=1).encode(x="lower:Q", x2="upper:Q")
    marks = base.mark_tick(color=look.colour("ink"), thickness=3, opacity=1, height={"band": 1.25}).encode(x="before:Q")
    beside = base.transform_filter("!datum.inside").mark_text(align="left", dx=6).encode(x="end:Q", text="text:N")
    inside = base.transform_filter("datum.inside").mark_text(align="left", dx=6, color=look.colour("raised"))
    inside = inside.encode(x=alt.X(datum=0), text="text:N")
    return sized(alt.layer(full, pale, lines, marks, beside, inside), 34 * len(rows))


def _table(shown: Sequence[Bar], names: dict[str, str], divisor: float, unit: str, year: int, lang: Language) -> Table:
    t = translator(lang)
    heads = (Head(t("What")), Head(f"{year} [{unit}]", True), Head(f"{year - 1} [{unit}]", True))
    rows = tuple(
        (
            Cell(names[one.key]),
            Cell(every(one.value / divisor), one.figure, numeric=True),
            Cell(t("not known") if one.before is None else every(one.before / divisor), numeric=True),
        )
        for one in shown
    )
    return Table(heads, rows)
