"""Panels over time that stand one below the other, their hours aligned; time runs on the clock of the site."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl

from wattstone.interfaces.present.charts.base import WIDE, Row, data
from wattstone.interfaces.present.languages import Translate
from wattstone.interfaces.present.tokens import tokens

EDGE = 52  # px that the axis of values takes, the same in every panel
_POINTS = 700  # what the eye can tell apart across a page


def clock(starts: Sequence[datetime], zone: str) -> list[str]:
    """Naive UTC as the local clock shows it, in the form that a time axis in UTC reads.

    Examples
    --------
    >>> clock([datetime(2020, 7, 1, 22)], "Europe/Paris")
    ['2020-07-02T00:00:00Z']
    """
    moments = pl.Series(starts, dtype=pl.Datetime("us", "UTC"))
    return moments.dt.convert_time_zone(zone).dt.strftime("%Y-%m-%dT%H:%M:%SZ").to_list()


def thinning(steps: int) -> int:
    """How many steps are drawn as one, so that what is drawn can be seen."""
    return max(1, -(-steps // _POINTS))


def time_axis(hours: float, width: int, t: Translate, *, last: bool) -> alt.X:
    """Days and hours; the labels stand below the last panel alone."""
    days = hours > 60
    form = t("%d %b") if days else t("%d %b") + " %H:%M" if width >= WIDE else "%H:%M"
    axis = alt.Axis(
        title=None,
        format=form,
        labels=last,
        ticks=last,
        domain=last,
        grid=True,
        tickCount=max(2, round(hours / (24 if days else 6 if width >= WIDE else 12))),
        labelOverlap=True,
        labelFlush=True,
    )
    return alt.X("time:T", scale=alt.Scale(type="utc", nice=False), axis=axis)


def panel_axis(title: str, *, ticks: int = 4, numbers: bool = True) -> alt.Axis:
    """The axis of a panel: its title lies above the panel, so that all begin at the same place; numbers or none."""
    return alt.Axis(
        title=title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleX=-EDGE + 4,
        titleY=-8,
        titleBaseline="bottom",
        minExtent=EDGE,
        maxExtent=EDGE,
        tickCount=ticks,
        labels=numbers,
        grid=numbers,
        domain=False,
        ticks=False,
    )


def from_zero(value: npt.NDArray[np.float64]) -> bool:
    """Whether 0 is worth its room: what hardly moves, as pressure, is drawn from near its least."""
    return bool(np.nanmin(value, initial=np.inf) < 0.6 * np.nanmax(value, initial=-np.inf))


def stacked(
    panels: Sequence[alt.LayerChart], heights: Sequence[int], width: int, *, spacing: int = 26
) -> alt.VConcatChart:
    """Panels one below the other, of one width."""
    across = width - EDGE - 24
    sized = [one.properties(width=across, height=height) for one, height in zip(panels, heights, strict=True)]
    return alt.vconcat(*sized, spacing=spacing)


def layered(*charts: alt.Chart) -> alt.LayerChart:
    """Charts on top of each other, the first below."""
    return cast("alt.LayerChart", alt.layer(*charts))


def step_line(rows: list[Row], field: str, colour: str, **more: Any) -> alt.Chart:
    """A line that holds its value until the next one."""
    return alt.Chart(data(rows)).mark_line(
        interpolate="step-after", color=tokens().colour(colour), strokeWidth=1.8, **more
    )
