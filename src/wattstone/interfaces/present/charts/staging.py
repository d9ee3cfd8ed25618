"""Which machine gives what, hour by hour: cold and heat stacked against demand, the machines, the stores, the price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import altair as alt
import numpy as np
import numpy.typing as npt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data
from wattstone.interfaces.present.charts.lanes import LANE, LOW, MACHINES, Lane, State, lanes_panel
from wattstone.interfaces.present.charts.times import (
    clock,
    from_zero,
    layered,
    panel_axis,
    stacked,
    step_line,
    time_axis,
)
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import every, percent
from wattstone.interfaces.present.tokens import tokens

Floats = npt.NDArray[np.float64]
_ROWS = 200
_MANY = 6  # machines: more of them are drawn lower
_PRINTED = 8  # columns that paper has room for
_LEAST = 1e-6  # kW: what is below is nothing


@dataclass(frozen=True, eq=False)
class Stack:
    """A carrier: what each machine gives of it, from below to above, and what is asked for.

    Parameters
    ----------
    title : str
        With its unit.
    names : tuple of str
        Of those who give.
    given : (n, t) array
        0 or more.
    demand : (t,) array
        Drawn as a line.
    """

    title: str
    names: tuple[str, ...]
    given: Floats
    demand: Floats


@dataclass(frozen=True, eq=False)
class Beside:
    """What is drawn below: its title with the unit, (t,) values, and whether its axis begins at 0 in any case."""

    title: str
    value: Floats
    zero: bool = False


@dataclass(frozen=True, eq=False)
class Staging:
    """What is drawn of a plant over some steps.

    Parameters
    ----------
    starts : sequence of datetime
        Of the steps, naive UTC.
    hours : float
        Length of a step. [h]
    zone : str
        Of the site's clock.
    stacks : tuple of Stack
        One for each carrier that is asked for.
    machines : tuple of str
        In list order.
    share : (u, t) array
        Load of each machine as a share of the most it carries; 0 is off.
    stores : tuple of (str, (t + 1,) array)
        Title with its unit, and the level at the edges of the steps.
    lines : tuple of Beside
        What is drawn below, as the price.
    """

    starts: Sequence[datetime]
    hours: float
    zone: str
    stacks: tuple[Stack, ...]
    machines: tuple[str, ...]
    share: Floats
    stores: tuple[tuple[str, Floats], ...] = ()
    lines: tuple[Beside, ...] = ()


def staging_drawing(staging: Staging, *, key: str, title: str, subtitle: str, lang: Language) -> Drawing:
    """The panels of a day or a week.

    Parameters
    ----------
    staging : Staging
        What there is to draw.
    key, title, subtitle : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    words = [
        t("{what}: {low} to {high}", what=one.title, low=f"{np.nanmin(one.demand):.3g}",
          high=f"{np.nanmax(one.demand):.3g}")
        for one in staging.stacks
    ]  # fmt: skip
    on = (staging.share > 0).mean(axis=1)
    words += [
        t("{name} runs {share} of the time", name=name, share=percent(part, lang))
        for name, part in zip(staging.machines, on.tolist(), strict=True)
    ]
    return Drawing(
        key=key,
        title=title,
        subtitle=subtitle + t("; clock of {zone}", zone=staging.zone),
        alt="; ".join(words),
        table=_table(staging, t),
        draw=lambda width: _draw(staging, width, t),
        printed=len(staging.starts) <= 48 and _columns(staging) <= _PRINTED,
    )


def _draw(staging: Staging, width: int, t: Translate) -> alt.VConcatChart:
    length = timedelta(hours=staging.hours)
    times = clock([*staging.starts, staging.starts[-1] + length], staging.zone)
    span = len(staging.starts) * staging.hours
    colours = _colours(staging)
    panels: list[alt.LayerChart] = []
    heights: list[int] = []
    for stack in staging.stacks:
        panels.append(_stacked(stack, times, span, colours, width, t))
        heights.append(112 if width >= WIDE else 140)
    states = [State(name, colours[name]) for name in staging.machines]
    lanes = [
        Lane(name, row, [name if one > 0 else None for one in row])
        for name, row in zip(staging.machines, staging.share.tolist(), strict=True)
    ]
    rest = len(staging.stores) + len(staging.lines)
    panels.append(
        lanes_panel(
            lanes, times, states, time_axis(span, width, t, last=rest == 0), t("machines, by load"), legend=False
        )
    )
    heights.append((LANE if len(lanes) <= _MANY else LOW) * len(lanes))
    for title, level in staging.stores:
        panels.append(_level(title, level, times, span, width, t))
        heights.append(48)
    for at, one in enumerate(staging.lines):
        rows: list[Row] = [
            {"time": time, "value": value}
            for time, value in zip(times, [*one.value.tolist(), float(one.value[-1])], strict=True)
        ]
        x = time_axis(span, width, t, last=at == len(staging.lines) - 1)
        y = alt.Y(
            "value:Q", axis=panel_axis(one.title, ticks=3), scale=alt.Scale(zero=one.zero or from_zero(one.value))
        )
        panels.append(layered(step_line(rows, "value", "ink").encode(x=x, y=y)))
        heights.append(48)
    return stacked(panels, heights, width, spacing=10)


def _colours(staging: Staging) -> dict[str, str]:
    """A colour for each machine, in list order; those beyond the last colour share it, and stores have their own."""
    found = {name: MACHINES[min(at, len(MACHINES) - 1)] for at, name in enumerate(staging.machines)}
    others = {name for stack in staging.stacks for name in stack.names} - found.keys()
    return {**found, **dict.fromkeys(others, "line")}


def _stacked(
    stack: Stack, times: Sequence[str], span: float, colours: dict[str, str], width: int, t: Translate
) -> alt.LayerChart:
    look = tokens()
    x, axis = time_axis(span, width, t, last=False), panel_axis(stack.title, ticks=5)
    top = np.cumsum(stack.given, axis=0)
    layers: list[alt.Chart] = []
    for at, name in enumerate(stack.names):
        if not (stack.given[at] > _LEAST).any():
            continue
        low, high = (top[at] - stack.given[at]).tolist(), top[at].tolist()
        rows: list[Row] = [
            {"time": time, "from": a, "to": b}
            for time, a, b in zip(times, [*low, low[-1]], [*high, high[-1]], strict=True)
        ]
        area = alt.Chart(data(rows)).mark_area(
            interpolate="step-after", color=look.colour(colours[name]), fillOpacity=0.9, strokeWidth=0
        )
        layers.append(area.encode(x=x, y=alt.Y("from:Q", axis=axis), y2="to:Q"))
        # A pale edge keeps neighbours apart where their colours do not.
        edge = alt.Chart(data(rows)).mark_line(interpolate="step-after", color=look.colour("raised"), strokeWidth=1)
        layers.append(edge.encode(x=x, y=alt.Y("to:Q", axis=axis)))
    asked: list[Row] = [
        {"time": time, "value": one if np.isfinite(one) else None}
        for time, one in zip(times, [*stack.demand.tolist(), float(stack.demand[-1])], strict=True)
    ]
    line = step_line(asked, "value", "ink", strokeDash=[4, 2]).encode(x=x, y=alt.Y("value:Q", axis=axis))
    return layered(*layers, line)


def _level(title: str, level: Floats, times: Sequence[str], span: float, width: int, t: Translate) -> alt.LayerChart:
    look = tokens()
    rows = [{"time": time, "value": one} for time, one in zip(times, level.tolist(), strict=True)]
    base = alt.Chart(data(rows)).encode(
        x=time_axis(span, width, t, last=False),
        y=alt.Y("value:Q", axis=panel_axis(title, ticks=3), scale=alt.Scale(zero=True)),
    )
    return layered(
        base.mark_area(color=look.colour("battery"), fillOpacity=look.opacity["band"]),
        base.mark_line(color=look.colour("battery"), strokeWidth=1.8),
    )


def _columns(staging: Staging) -> int:
    return sum(1 + len(stack.names) for stack in staging.stacks) + len(staging.stores) + len(staging.lines)


def _table(staging: Staging, t: Translate) -> Table:
    """Demand and what is given, by the step."""
    times = clock(staging.starts, staging.zone)[:_ROWS]
    columns = [
        (f"{stack.title}: {name}", values)
        for stack in staging.stacks
        for name, values in ((t("demand"), stack.demand), *zip(stack.names, stack.given, strict=True))
    ]
    columns += [(title, level[1:]) for title, level in staging.stores]
    columns += [(one.title, one.value) for one in staging.lines]
    heads = (Head(t("Hour, local")), *(Head(name, True) for name, _ in columns))
    rows = tuple(
        (
            Cell(f"{time[:10]} {time[11:16]}"),
            *(Cell(_value(float(values[at]), t), numeric=True) for _, values in columns),
        )
        for at, time in enumerate(times)
    )
    more = len(staging.starts) - len(rows)
    return Table(heads, rows, t("and {count} more steps", count=more) if more > 0 else "")


def _value(value: float, t: Translate) -> str:
    return every(round(value, 3)) if np.isfinite(value) else t("not known")
