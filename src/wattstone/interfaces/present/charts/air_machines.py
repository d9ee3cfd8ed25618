"""Specific power of machines: metered, by the nameplate, the highest that a rule allows, and the isothermal limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import every, percent, three
from wattstone.interfaces.present.tokens import tokens


@dataclass(frozen=True)
class Machine:
    """A machine's specific powers, NaN where not known. [kW (m3 min-1)-1]

    Parameters
    ----------
    name : str
    metered, lower, upper : float
        Over the year, with its 90 % interval.
    rated, allowed, isothermal : float
        Of the nameplate, the most that 10 CFR 431.345 allows, and of isothermal compression.
    figure : str or None
        Id of the metered one.
    """

    name: str
    metered: float
    lower: float
    upper: float
    rated: float
    allowed: float
    isothermal: float
    figure: str | None = None


_UNIT = "kW/(m³/min)"
_ROOM = 1.06  # of the axis beyond what is drawn
_EDGE = 2.5  # of the largest value that is no measurement: what hardly ran lies far beyond it


def specific_drawing(
    machines: Sequence[Machine], *, key: str, title: str, subtitle: str, lang: Language
) -> Drawing | None:
    """A row for each machine; None where no specific power is known.

    Parameters
    ----------
    machines : sequence of Machine
        From above to below.
    key, title, subtitle : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    if not any(isfinite(one.metered) for one in machines):
        return None
    edge = _EDGE * max((x for one in machines for x in (one.rated, one.allowed, one.isothermal) if isfinite(x)),
                       default=max(one.metered for one in machines if isfinite(one.metered)))  # fmt: skip
    names = {
        "metered": t("metered over the year"),
        "rated": t("nameplate"),
        "allowed": t("most by 10 CFR 431.345"),
        "isothermal": t("isothermal limit"),
    }
    rows: list[Row] = [
        {"name": one.name, "value": getattr(one, kind), "kind": word}
        for one in machines
        for kind, word in names.items()
        if isfinite(getattr(one, kind))
    ]
    beyond = [row for row in rows if row["value"] > edge]
    drawn = [row for row in rows if row["value"] <= edge]
    bounds: list[Row] = [
        {"name": one.name, "lower": one.lower, "upper": min(one.upper, _ROOM * edge)}
        for one in machines
        if isfinite(one.lower) and isfinite(one.upper) and one.lower < edge
    ]
    if beyond or any(row["upper"] > edge for row in bounds):
        subtitle += t("; what reaches the edge goes on beyond it")
    heads = (Head(t("Machine")), *(Head(f"{word} [{_UNIT}]", True) for word in names.values()),
             Head(t("{level} interval", level=percent(0.9, lang)), True))  # fmt: skip

    def cell(value: float, figure: str | None = None) -> Cell:
        return Cell(every(value) if isfinite(value) else t("not known"), figure, numeric=True)

    cells = tuple(
        (
            Cell(one.name),
            cell(one.metered, one.figure),
            cell(one.rated),
            Cell(every(one.allowed) if isfinite(one.allowed) else t("outside its scope"), numeric=True),
            cell(one.isothermal),
            Cell(t("{low} to {high}", low=three(one.lower), high=three(one.upper))
                 if isfinite(one.lower) else t("not known"), numeric=True),
        )
        for one in machines
    )  # fmt: skip
    return Drawing(
        key=key, title=title, subtitle=subtitle, table=Table(heads, cells),
        alt="; ".join(f"{row['name']}, {row['kind']}: {three(row['value'])} {_UNIT}" for row in rows),
        draw=lambda width: _draw(drawn, bounds, beyond, list(names.values()), [one.name for one in machines], width),
    )  # fmt: skip


def _draw(
    rows: list[Row], bounds: list[Row], beyond: list[Row], kinds: list[str], order: list[str], width: int
) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    label = {name: name_label(name, width) for name in order}
    named, spans = ([{**row, "name": label[row["name"]]} for row in some] for some in (rows, bounds))
    reached = [row["value"] for row in rows] + [row["upper"] / _ROOM for row in bounds]
    most = max(reached)
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, most * _ROOM], nice=False), axis=value_axis(_UNIT, ticks=6))
    y = alt.Y("name:N", sort=list(label.values()), axis=name_axis(width))
    legend = alt.Legend(title=None, orient="top", direction="horizontal", columns=4 if wide else 2, labelLimit=200)
    colours = [look.colour(one) for one in ("jade", "ink-soft", "watch", "good")]
    # A shape goes with each colour, so that grey print tells them apart.
    points = (
        alt.Chart(data(named))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours), legend=legend),
            shape=alt.Shape(
                "kind:N", scale=alt.Scale(domain=kinds, range=["circle", "square", "triangle-left", "diamond"]),
                legend=legend,
            ),
        )
    )  # fmt: skip
    layers: list[alt.Chart] = []
    if spans:
        layers.append(
            alt.Chart(data(spans))
            .mark_rule(color=look.colour("ink"), strokeWidth=2)
            .encode(x=alt.X("lower:Q"), x2="upper:Q", y=y)
        )
    if beyond:
        ends = [
            {"name": label[row["name"]], "value": most * _ROOM, "text": f"{three(row['value'])} →"} for row in beyond
        ]
        layers.append(alt.Chart(data(ends)).mark_text(align="right", dx=-2).encode(x=x, y=y, text="text:N"))
    return sized(alt.layer(*layers, points), 40 * len(order))
