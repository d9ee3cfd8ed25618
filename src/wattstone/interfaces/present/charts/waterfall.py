"""Where each kWh goes: from the whole, part by part, down to what no machine can go below."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import every, percent, scale, three
from wattstone.interfaces.present.tokens import tokens

Kind = Literal["whole", "loss", "saving", "limit"]


@dataclass(frozen=True)
class Bar:
    """A bar: the whole, a part that is lost or saved on the way, or the limit that is left.

    Parameters
    ----------
    name : str
        What it is.
    value : float
        In the unit of the drawing.
    kind : {'whole', 'loss', 'saving', 'limit'}
    figure : str or None
        Id of the figure that it shows.
    lower, upper : float or None
        The 90 % interval.
    """

    name: str
    value: float
    kind: Kind = "loss"
    figure: str | None = None
    lower: float | None = None
    upper: float | None = None


def waterfall_drawing(
    parts: Sequence[Bar], *, key: str, title: str, subtitle: str, unit: str, lang: Language
) -> Drawing:
    """The bars from above to below.

    Parameters
    ----------
    parts : sequence of Bar
        A whole first; losses that sum up with what follows; a limit last.
    key, title, subtitle, unit : str
        Of the drawing; the unit is that of the values, as figures carry it.
    lang : {'en', 'zh'}
    """
    whole = parts[0].value
    divisor, name = scale(unit, whole)
    rows: list[Row] = []
    left = 0.0
    for one in parts:
        start, end = (left, left - one.value) if one.kind in ("loss", "saving") else (0.0, one.value)
        left = end
        share = percent(one.value / whole, lang) if whole > 0 and one.value >= 0 else ""
        text = f"{three(one.value / divisor)} {name}" + (f", {share}" if one.kind != "whole" and share else "")
        rows.append({"name": one.name, "from": start / divisor, "to": end / divisor, "kind": one.kind, "text": text})
    return Drawing(
        key=key,
        title=title,
        subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['text']}" for row in rows),
        table=_table(parts, divisor, name, lang),
        draw=lambda width: _draw(rows, name, width),
    )


def _draw(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    names = {"whole": "grid", "loss": "watch", "saving": "jade", "limit": "good"}
    colours = {kind: look.colour(name) for kind, name in names.items()}
    named: list[Row] = [
        {**row, "name": name_label(row["name"], width), "colour": colours[row["kind"]],
         "end": max(row["from"], row["to"], 0.0)}
        for row in rows
    ]  # fmt: skip
    order = [row["name"] for row in named]
    most = max(row["end"] for row in named)
    least = min(0.0, *(min(row["from"], row["to"]) for row in named))
    y = alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.45))
    room = alt.Scale(domain=[least, most * (1.42 if wide else 1.0)], nice=False)
    x = alt.X("from:Q", scale=room, axis=value_axis(unit, ticks=5 if wide else 3))
    base = alt.Chart(data(named)).encode(y=y)
    bars = base.mark_bar(fillOpacity=0.9).encode(x=x, x2="to:Q", color=alt.Color("colour:N", scale=None))
    # A thin line leads from the end of a bar to the next, so that they read as one sum.
    ends = [
        {"at": row["to"], "name": row["name"], "next": after["name"]}
        for row, after in pairwise(named)
        if min(abs(row["to"] - after["from"]), abs(row["to"] - after["to"])) < 1e-6 * abs(rows[0]["to"])
    ]
    ties = (
        alt.Chart(data(ends))
        .mark_rule(color=look.colour("ink-soft"), strokeWidth=1)
        .encode(x=alt.X("at:Q", scale=room), y=alt.Y("name:N", sort=order), y2="next:N")
    )
    layers: list[alt.Chart] = [bars, ties]
    if wide:
        layers.append(base.mark_text(align="left", dx=6).encode(x=alt.X("end:Q", scale=room), text="text:N"))
    else:
        layers.append(
            base.mark_text(align="right", baseline="bottom", dy=-13).encode(x=alt.value(width - 132), text="text:N")
        )
    return sized(alt.layer(*layers), (36 if wide else 50) * len(rows))


def _table(parts: Sequence[Bar], divisor: float, unit: str, lang: Language) -> Table:
    t = translator(lang)
    whole = parts[0].value
    bounded = any(one.lower is not None for one in parts)
    heads = (
        Head(t("Part")),
        Head(unit, True),
        Head(t("Share"), True),
        *((Head(t("{level} interval", level=percent(0.9, lang)), True),) if bounded else ()),
    )

    def bounds(one: Bar) -> str:
        if one.lower is None or one.upper is None:
            return t("not known")
        return t("{low} to {high}", low=every(one.lower / divisor), high=every(one.upper / divisor))

    rows = tuple(
        (
            Cell(one.name),
            Cell(every(one.value / divisor), one.figure, numeric=True),
            Cell(t("{share} %", share=f"{100 * one.value / whole:.1f}") if whole else t("not known"), numeric=True),
            *((Cell(bounds(one), numeric=True),) if bounded else ()),
        )
        for one in parts
    )
    return Table(heads, rows)
