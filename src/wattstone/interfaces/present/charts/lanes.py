"""Machines over time: a lane for each, its name above its bar, the bar as high as its load and filled as its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import altair as alt

from wattstone.interfaces.present.charts.base import Row, data
from wattstone.interfaces.present.charts.times import layered, panel_axis
from wattstone.interfaces.present.tokens import tokens

MACHINES = ("jade", "scope-3", "pv", "scope-1", "charger", "grid")
"""Colours of machines in the order in which they are stacked; what comes after them stands together."""

LANE, LOW = 28, 22  # px of height that a machine takes; where there are many


@dataclass(frozen=True)
class Lane:
    """A machine: in each step the share of its load, 0 to 1, and its state; None where neither is known."""

    name: str
    share: Sequence[float | None]
    state: Sequence[str | None]


@dataclass(frozen=True)
class State:
    """How a state is drawn: the name of a colour, and whether it is hatched, which shows without colours."""

    name: str
    colour: str
    hatched: bool = False


def lanes_panel(
    lanes: Sequence[Lane], times: Sequence[str], states: Sequence[State], x: alt.X, title: str, *, legend: bool = True
) -> alt.LayerChart:
    """The panel, for `stacked`.

    Parameters
    ----------
    lanes : sequence of Lane
        From above to below.
    times : sequence of str
        Of the steps' beginnings, and of the last one's end.
    states : sequence of State
        Those that occur, in the order of the legend.
    x : altair.X
        The axis of time.
    title : str
        Above the panel.
    legend : bool
        Whether states have one; there is none where each machine has a state of its own.
    """
    look = tokens()
    y = alt.Y(
        "low:Q",
        scale=alt.Scale(domain=[0, len(lanes)], reverse=True, nice=False, zero=False),
        axis=panel_axis(title, numbers=False),
    )
    rows = [row for at, lane in enumerate(lanes) for row in _blocks(lane, at, times)]
    floors = [{"time": times[0], "until": times[-1], "low": at + 0.93} for at in range(len(lanes))]
    names = [{"time": times[0], "low": at + 0.05, "name": lane.name} for at, lane in enumerate(lanes)]
    told = alt.Legend(title=None, orient="top", direction="horizontal", symbolType="square", offset=14)
    shown = told if legend else None
    order = [one.name for one in states]
    bars = (
        alt.Chart(data(rows))
        .mark_rect(strokeWidth=0)
        .encode(
            x=x,
            x2="until:T",
            y=y,
            y2="high:Q",
            color=alt.Color(
                "state:N",
                scale=alt.Scale(domain=order, range=[look.colour(one.colour) for one in states]),
                legend=shown,
            ),
            fillOpacity=alt.FillOpacity(
                "state:N",
                scale=alt.Scale(
                    type="ordinal",
                    domain=order,
                    range=[look.opacity["estimated"] if one.hatched else 0.95 for one in states],
                ),
                legend=shown,
            ),
        )
    )
    floor = alt.Chart(data(floors)).mark_rule(color=look.colour("line")).encode(x=x, x2="until:T", y=y)
    texts = alt.Chart(data(names)).mark_text(align="left", baseline="top", dx=2).encode(x=x, y=y, text="name:N")
    return layered(floor, bars, texts)


def _blocks(lane: Lane, at: int, times: Sequence[str]) -> list[Row]:
    """Steps of one load and state as one block, so that what is drawn is short."""
    rows: list[Row] = []
    steps = zip(lane.share, lane.state, strict=True)
    first = 0
    for (share, state), group in groupby((None if a is None else round(a, 2), b) for a, b in steps):
        after = first + sum(1 for _ in group)
        if state is not None and share is not None:
            height = 0.44 * min(max(share, 0.06), 1.0)
            rows.append(
                {"time": times[first], "until": times[after], "low": at + 0.93 - height, "high": at + 0.93,
                 "state": state}
            )  # fmt: skip
        first = after
    return rows
