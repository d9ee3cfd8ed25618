"""Power against flow of a compressed-air station: where it ran, what its machines promise, and the isothermal limit."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import numpy.typing as npt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import every, three
from wattstone.interfaces.present.tokens import tokens

Floats = npt.NDArray[np.float64]
_GRID = (56, 36)  # fields of the plane: hours in a field are one dot
_LISTED = 120


@dataclass(frozen=True, eq=False)
class Line:
    """A curve in the plane.

    Parameters
    ----------
    name : str
        At its end.
    flow, power : (n,) array
        [m3 min-1 of free air], [kW]
    limit : bool
        Whether it is what physics asks, not what a machine does.
    """

    name: str
    flow: Floats
    power: Floats
    limit: bool = False


def flow_drawing(
    flow: Floats, power: Floats, hours: Floats, lines: Sequence[Line], *, key: str, title: str, subtitle: str,
    lang: Language,
) -> Drawing | None:  # fmt: skip
    """A dot for each field of the plane in which the station ran, as large as the hours spent there.

    Parameters
    ----------
    flow, power : (t,) array
        By the interval; NaN is a gap. [m3 min-1 of free air], [kW]
    hours : (t,) array
        That each of them stands for. [h]
    lines : sequence of Line
        What is drawn above the dots.
    key, title, subtitle : str
        Of the drawing.
    lang : {'en', 'zh'}

    Returns
    -------
    Drawing or None
        None where no interval has both.
    """
    t = translator(lang)
    dots = _dots(flow, power, hours)
    if not dots:
        return None
    axes = (t("flow [m³/min of free air]"), t("power [kW]"))
    listed = sorted(dots, key=lambda row: -row["hours"])[:_LISTED]
    heads = (Head(t("Flow [m³/min]"), True), Head(t("Power [kW]"), True), Head(t("Hours a year"), True))
    cells = tuple(tuple(Cell(every(row[name]), numeric=True) for name in ("flow", "power", "hours")) for row in listed)
    more = len(dots) - len(listed)
    words = t(
        "{count} dots between {low} and {high} m³/min, {least} and {most} kW",
        count=len(dots),
        low=three(float(np.nanmin(flow))),
        high=three(float(np.nanmax(flow))),
        least=three(float(np.nanmin(power))),
        most=three(float(np.nanmax(power))),
    )
    return Drawing(
        key=key, title=title, subtitle=subtitle, alt=words, draw=lambda width: _draw(dots, lines, axes, width, t),
        table=Table(heads, cells, t("and {count} more", count=more) if more > 0 else ""), printed=False,
    )  # fmt: skip


def _dots(flow: Floats, power: Floats, hours: Floats) -> list[Row]:
    known = np.isfinite(flow) & np.isfinite(power) & (hours > 0)
    if not known.any():
        return []
    x, y, h = flow[known], power[known], hours[known]
    edges = [np.linspace(0.0, max(float(v.max()) * 1.0001, 1e-9), n + 1) for v, n in zip((x, y), _GRID, strict=True)]
    total, *_ = np.histogram2d(x, y, bins=edges, weights=h)
    sums = [np.histogram2d(x, y, bins=edges, weights=h * v)[0] for v in (x, y)]
    at = np.nonzero(total)
    columns = (sums[0][at] / total[at], sums[1][at] / total[at], total[at])
    return [
        {"flow": round(a, 4), "power": round(b, 4), "hours": round(c, 3)}
        for a, b, c in zip(*(one.tolist() for one in columns), strict=True)
    ]


def _draw(dots: list[Row], lines: Sequence[Line], axes: tuple[str, str], width: int, t: Translate) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    right = max([row["flow"] for row in dots] + [float(one.flow[-1]) for one in lines if not one.limit])
    top = max([row["power"] for row in dots] + [float(np.nanmax(one.power)) for one in lines if not one.limit])
    x = alt.X("flow:Q", axis=alt.Axis(title=axes[0], grid=False, tickCount=6),
              scale=alt.Scale(domain=[0, right * (1.12 if wide else 1.05)], nice=False))  # fmt: skip
    y = alt.Y("power:Q", axis=value_axis(axes[1]), scale=alt.Scale(domain=[0, top * 1.08], nice=False))
    most = max(row["hours"] for row in dots)
    told = sorted({float(f"{most / part:.1g}") for part in (8, 2)})
    size = alt.Size("hours:Q", scale=alt.Scale(type="sqrt", domain=[0, most], range=[8, 190 if wide else 110]),
                    legend=alt.Legend(title=t("hours a year"), orient="top", direction="horizontal", values=told,
                                      symbolFillColor=look.colour("jade"), symbolStrokeWidth=0))  # fmt: skip
    layers: list[alt.Chart] = [
        alt.Chart(data(dots))
        .mark_point(aria=False, filled=True, color=look.colour("jade"), opacity=0.55)
        .encode(x=x, y=y, size=size)
    ]
    for one in lines:
        rows = [
            {"flow": a, "power": b}
            for a, b in zip(one.flow.tolist(), one.power.tolist(), strict=True)
            if np.isfinite(b) and b <= top * 1.08
        ]
        if not rows:
            continue
        colour, dash = ("good", [5, 4]) if one.limit else ("ink", [1, 0])
        mark = alt.Chart(data(rows)).mark_line(strokeWidth=1.8, color=look.colour(colour), strokeDash=dash)
        layers.append(mark.encode(x=x, y=y))
        if one.limit:  # on the way up, to the right of the line and below it
            middle = {"flow": 0.55 * rows[-1]["flow"], "power": 0.55 * rows[-1]["power"], "name": one.name}
            layers.append(
                alt.Chart(data([middle])).mark_text(align="left", dx=6, dy=12).encode(x=x, y=y, text="name:N")
            )
        elif wide:
            end = alt.Chart(data([{**rows[-1], "name": one.name}]))
            layers.append(end.mark_text(align="right", dx=-4, dy=-7).encode(x=x, y=y, text="name:N"))
    return sized(alt.layer(*layers), 330 if wide else 260)
