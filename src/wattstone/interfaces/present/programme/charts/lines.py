"""Lines and steps over years, days or numbers: gaps are gaps, intervals are bands, what is not measured is hollow."""

from typing import Any

import altair as alt
import numpy as np

from wattstone.interfaces.present.charts.base import HALF, WIDE, Row, data, sized, value_axis
from wattstone.interfaces.present.charts.times import from_zero
from wattstone.interfaces.present.programme.charts.prepared import Prepared, legend, series_scales
from wattstone.interfaces.present.tokens import tokens

__all__ = ["draw_lines"]

_POINTS = 60  # values up to which each is a point, too
_LARGE = 10_000  # from here on numbers of an axis are written out


def draw_lines(what: Prepared, width: int, *, step: bool) -> alt.LayerChart:
    """Draw them.

    Parameters
    ----------
    what : Prepared
        Its axis is a year, a day, a number, or names in their order.
    width : int
        [px]
    step : bool
        Whether a value holds until the next.
    """
    look = tokens()
    ends = [one for row in what.rows for one in (row["y"], row["lower"], row["upper"]) if one is not None]
    least = from_zero(np.array(ends)) or min(ends) <= 0 if ends else True
    scale, axis = alt.Scale(zero=bool(least), nice=True), value_axis(what.unit or what.y_title)
    y = alt.Y("y:Q", axis=axis, scale=scale)
    base = alt.Chart(data(_rows(what))).encode(x=_x(what, width))
    told = _told(what, width)
    shape: Any = "step-after" if step else "linear"
    layers: list[Any] = []
    if what.bounded:
        # Where one of two neighbours has no interval there is no band: a rule shows that of each by itself.
        area = base.mark_area(fillOpacity=look.opacity["band"], interpolate=shape, strokeWidth=0, color=told["only"])
        rule = base.transform_filter("datum.lower !== null && datum.upper !== null").mark_rule(color=told["only"])
        bounds: dict[str, Any] = {"y": alt.Y("lower:Q", axis=axis, scale=scale), "y2": "upper:Q", **told["fill"]}
        layers += [area.encode(**bounds), rule.encode(**bounds)]
    line = base.mark_line(strokeWidth=2, interpolate=shape, color=told["only"])
    layers.append(line.encode(y=y, **told["fill"], **told["dash"]))
    if len(what.rows) <= _POINTS:
        dots = base.transform_filter("datum.y !== null")
        sure = dots.transform_filter("!datum.pale").mark_point(filled=True, size=34, opacity=1, color=told["only"])
        hollow = dots.transform_filter("datum.pale").mark_point(
            filled=False, size=44, opacity=1, strokeWidth=1.6, color=told["only"]
        )
        layers += [sure.encode(y=y, **told["fill"]), hollow.encode(y=y, **told["fill"])]
    return sized(alt.layer(*layers), 230 if width >= WIDE else 180 if width >= HALF else 200)


def _told(what: Prepared, width: int) -> dict[str, Any]:
    """How series are told apart; one alone has the one accent."""
    only = tokens().colour("jade")
    if not what.names:
        return {"only": only, "fill": {}, "dash": {}}
    colours, dashes = series_scales(what.names)
    key = legend(what.names, width, stroke=True)
    colour = alt.Color("series:N", scale=colours, sort=what.names, legend=key)
    dash = alt.StrokeDash("series:N", scale=dashes, sort=what.names, legend=key)
    return {"only": only, "fill": {"color": colour}, "dash": {"strokeDash": dash}}


def _rows(what: Prepared) -> list[Row]:
    """In the order of x, each series for itself: a line does not go back."""
    if what.axis == "name":
        return what.rows
    known = [row for row in what.rows if row["x"] is not None]
    return sorted(known, key=lambda row: (row["series"], row["x"]))


def _x(what: Prepared, width: int) -> alt.X:
    title = None if what.axis in ("year", "day") else what.x_title
    ticks = 8 if width >= WIDE else 7 if width >= HALF else 4
    if what.axis == "name":
        return alt.X("x:O", sort=what.xs, axis=alt.Axis(title=title, labelAngle=0, labelOverlap=True, ticks=False))
    if what.axis == "day":
        axis = alt.Axis(title=title, format="%Y-%m", tickCount=ticks, labelOverlap=True, grid=False)
        return alt.X("x:T", axis=axis, scale=alt.Scale(type="utc", nice=False))
    whole = what.axis == "year"
    years = sorted({one for one in what.xs if one is not None}) if whole else []
    more: dict[str, Any] = {"values": years} if 0 < len(years) <= ticks else {"tickMinStep": 1} if whole else {}
    large = what.axis == "number" and any(abs(row["x"] or 0) >= _LARGE for row in what.rows)
    plain: dict[str, Any] = {} if large and not whole else {"format": "d" if whole else "~g"}  # else 2e+4
    axis = alt.Axis(
        title=title, **plain, tickCount=ticks, grid=False, labelOverlap=True, labelFlush=True,
        **more,
    )  # fmt: skip
    return alt.X("x:Q", axis=axis, scale=alt.Scale(zero=False, nice=False, padding=6))
