"""Machines at part load: the share of their power against the share of their flow."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import numpy.typing as npt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.charts.lanes import MACHINES
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.tokens import tokens

Floats = npt.NDArray[np.float64]
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_POINTS = 120  # of a machine that are drawn


@dataclass(frozen=True, eq=False)
class Points:
    """Where a machine ran at part load: (n, 2) shares of full flow and of full power, and how they are known."""

    name: str
    value: Floats
    metered: bool


def partload_drawing(
    machines: Sequence[Points], *, key: str, title: str, subtitle: str, lang: Language
) -> Drawing | None:
    """Points of each machine, and the line on which power would follow flow; None where no machine has points.

    Parameters
    ----------
    machines : sequence of Points
        The first six that have points are drawn.
    key, title, subtitle : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    there = [one for one in machines if len(one.value)]
    if not there:
        return None
    shown = there[: len(_SHAPES)]
    rows: list[Row] = [
        {"of": one.name, "flow": 100 * float(flow), "power": 100 * float(power)}
        for one in shown
        for flow, power in _picked(one.value)
    ]
    return Drawing(
        key=key, title=title, subtitle=subtitle, table=_table(there, t), printed=False,
        alt=t("{title}. {subtitle}", title=title, subtitle=subtitle),
        draw=lambda width: _draw(rows, [one.name for one in shown], width, t),
    )  # fmt: skip


def _picked(points: Floats) -> Floats:
    """As many points as can be seen, spread over the flow."""
    ordered = points[np.argsort(points[:, 0], kind="stable")]
    return ordered[np.unique(np.linspace(0, len(ordered) - 1, _POINTS).astype(int))]


def _draw(rows: list[Row], names: list[str], width: int, t: Translate) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    top = max(110.0, *(row["power"] for row in rows))
    percent_ = t("{what} [%]", what=t("share of full flow")), t("{what} [%]", what=t("share of full power"))
    x = alt.X("flow:Q", axis=alt.Axis(title=percent_[0], grid=False, tickCount=6), scale=alt.Scale(domain=[0, 105]))
    y = alt.Y("power:Q", axis=value_axis(percent_[1]), scale=alt.Scale(domain=[0, top], nice=False))
    legend = alt.Legend(title=None, orient="top", direction="horizontal", columns=6 if wide else 3, labelLimit=120)
    colours = [look.colour(one) for one in MACHINES[: len(names)]]
    points = (
        alt.Chart(data(rows))
        .mark_point(aria=False, filled=True, size=32, opacity=0.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color("of:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
            shape=alt.Shape("of:N", scale=alt.Scale(domain=names, range=list(_SHAPES[: len(names)])), legend=legend),
        )
    )
    ends = [{"flow": 0.0, "power": 0.0}, {"flow": 100.0, "power": 100.0}]
    ideal = alt.Chart(data(ends)).mark_line(color=look.colour("good"), strokeDash=[5, 4], strokeWidth=1.8)
    return sized(alt.layer(ideal.encode(x=x, y=y), points), 260 if wide else 220)


def _table(machines: Sequence[Points], t: Translate) -> Table:
    heads = (
        Head(t("Machine")),
        Head(t("{what} [%]", what=t("share of full flow")), True),
        Head(t("{what} [%]", what=t("share of full power")), True),
        Head(t("Known by")),
    )
    rows = tuple(
        (
            Cell(one.name),
            Cell(every(round(100 * float(flow), 2)), numeric=True),
            Cell(every(round(100 * float(power), 2)), numeric=True),
            Cell(t("metered flow") if one.metered else t("its curve")),
        )
        for one in machines
        for flow, power in _picked(one.value)
    )
    return Table(heads, rows)
