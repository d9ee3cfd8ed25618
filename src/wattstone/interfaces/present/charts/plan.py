"""A plan, or what was done: sources stacked against the load, then stored energy, price and carbon, on one clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import altair as alt
import numpy as np
import polars as pl

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data
from wattstone.interfaces.present.charts.times import (
    clock,
    layered,
    panel_axis,
    stacked,
    step_line,
    thinning,
    time_axis,
)
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import every
from wattstone.interfaces.present.tokens import tokens

_ROWS = 200


@dataclass(frozen=True, kw_only=True, eq=False)
class Day:
    """What is drawn of a site over some steps.

    Parameters
    ----------
    frame : polars.DataFrame
        `start` (naive UTC); `load`, `pv`, `battery` (charge positive), `flexible`, `net` [kW]; `soc` [kWh];
        `import_price` [currency kWh-1]; `intensity` [kg kWh-1], null where it is not known; `low` and `high`, bounds
        of the load's 90 % interval, where it is a forecast [kW].
    zone, currency : str
        Of the site.
    capacity : float
        Of all batteries. [kWh]
    title, subtitle : str
        What it shows, and what is drawn.
    key : str
        Of the drawing.
    """

    frame: pl.DataFrame
    zone: str
    currency: str
    capacity: float
    title: str
    subtitle: str
    key: str = "plan"


def plan_drawing(day: Day, lang: Language) -> Drawing:
    """The panels of a day or a week.

    Parameters
    ----------
    day : Day
        What there is to draw.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    frame = _thinned(day.frame)
    net, load = day.frame["net"].to_numpy(), day.frame["load"].to_numpy()
    subtitle = day.subtitle + t("; clock of {zone}", zone=day.zone)
    if frame.height < day.frame.height:
        subtitle += t("; means of {minutes} min", minutes=round((frame["start"][1] - frame["start"][0]).seconds / 60))
    words = t(
        "Load between {low} and {high} kW; highest import {peak} kW; stored energy up to {soc} kWh",
        low=f"{np.nanmin(load):.3g}",
        high=f"{np.nanmax(load):.3g}",
        peak=f"{max(0.0, float(net.max())):.3g}",
        soc=f"{day.frame['soc'].max():.3g}",
    )
    return Drawing(
        key=day.key,
        title=day.title,
        subtitle=subtitle,
        alt=words,
        table=_table(day, t),
        draw=lambda width: _draw(day, frame, width, t),
    )


def _thinned(frame: pl.DataFrame) -> pl.DataFrame:
    every_ = thinning(frame.height)
    if every_ == 1:
        return frame
    numbers = pl.col(pl.Float64).exclude("soc").mean()
    group = (pl.int_range(pl.len()) // every_).alias("group")
    return frame.group_by(group, maintain_order=True).agg(pl.col("start").first(), numbers, pl.col("soc").last())


def _draw(day: Day, frame: pl.DataFrame, width: int, t: Translate) -> alt.VConcatChart:
    starts = frame["start"].to_list()
    step = starts[1] - starts[0] if len(starts) > 1 else timedelta(hours=1)
    # A step is drawn to its end, so the last value is told once more there.
    hours = len(starts) * step / timedelta(hours=1)
    times = clock([*starts, starts[-1] + step], day.zone)
    rows = [*frame.drop("start").to_dicts(), frame.drop("start").to_dicts()[-1]]
    told = [{"time": time, **row} for time, row in zip(times, rows, strict=True)]
    known = frame["intensity"].null_count() < frame.height and bool((frame["intensity"] > 0).any())
    count = 2 + (day.capacity > 0) + known
    panels, heights = [_powers(told, hours, width, t, last=count == 1)], [210 if width >= WIDE else 180]
    if day.capacity > 0:
        panels.append(_stored(told, day.capacity, hours, width, t))
        heights.append(70)
    panels.append(_priced(told, day.currency, hours, width, t, last=not known))
    heights.append(62)
    if known:
        panels.append(_emitting(told, hours, width, t))
        heights.append(62)
    return stacked(panels, heights, width)


def _powers(rows: list[Row], hours: float, width: int, t: Translate, *, last: bool) -> alt.LayerChart:
    """Above zero what comes, stacked; below zero what goes into batteries and out; the load as a line."""
    names = {"grid": t("grid"), "pv": t("PV"), "battery": t("battery"), "load": t("load")}
    look = tokens()
    areas: list[Row] = []
    for row in rows:
        pv, battery, net = row["pv"], row["battery"], row["net"]
        up = (("grid", max(net, 0.0)), ("battery", max(-battery, 0.0)), ("pv", pv))
        down = (("battery", -max(battery, 0.0)), ("grid", min(net, 0.0)))
        for side, parts in (("up", up), ("down", down)):
            start = 0.0
            for name, size in parts:
                areas.append({"time": row["time"], "of": names[name], "side": side, "from": start, "to": start + size})
                start += size
    some = {str(row["of"]) for row in areas if row["from"] != row["to"]} | {names["load"]}
    shown = [one for one in ("pv", "battery", "grid", "load") if names[one] in some]
    colour = alt.Color(
        "of:N",
        scale=alt.Scale(domain=[names[one] for one in shown], range=[look.colour(one) for one in shown]),
        legend=alt.Legend(title=None, orient="top", direction="horizontal", symbolType="square", offset=14),
    )
    x, axis = time_axis(hours, width, t, last=last), panel_axis(t("power [kW]"), ticks=5)
    base = alt.Chart(data(areas)).mark_area(interpolate="step-after", fillOpacity=0.85, strokeWidth=0)
    layers = [
        base.transform_filter(f"datum.side == '{side}' && datum.of == '{names[name]}'").encode(
            x=x, y=alt.Y("from:Q", axis=axis), y2="to:Q", color=colour
        )
        for side, name in (("up", "grid"), ("up", "battery"), ("up", "pv"), ("down", "battery"), ("down", "grid"))
        if any(row["side"] == side and row["of"] == names[name] and abs(row["to"] - row["from"]) > 0 for row in areas)
    ]
    lines = [{"time": row["time"], "load": row["load"] + row["flexible"], "of": names["load"]} for row in rows]
    line = step_line(lines, "load", "load").encode(x=x, y=alt.Y("load:Q", axis=axis), color=colour)
    zero = alt.Chart(data([{"at": 0}])).mark_rule(color=look.colour("ink-soft"), strokeWidth=1).encode(y="at:Q")
    if any(row.get("low") is not None for row in rows):
        spread = [{"time": row["time"], "low": row["low"], "high": row["high"]} for row in rows]
        band = (
            alt.Chart(data(spread))
            .mark_area(interpolate="step-after", color=look.colour("load"), fillOpacity=look.opacity["band"])
            .encode(x=x, y=alt.Y("low:Q", axis=axis), y2="high:Q")
        )
        return layered(*layers, band, zero, line)
    return layered(*layers, zero, line)


def _stored(rows: list[Row], capacity: float, hours: float, width: int, t: Translate) -> alt.LayerChart:
    look = tokens()
    # What is stored at the end of a step: the line goes through the ends. The first time holds the panels together.
    points = [{"time": rows[0]["time"], "soc": None}]
    points += [{"time": row["time"], "soc": before["soc"]} for before, row in pairwise(rows)]
    scale = alt.Scale(domain=[0, capacity], nice=False)
    axis = panel_axis(t("stored energy [kWh]"), ticks=3)
    base = alt.Chart(data(points)).encode(
        x=time_axis(hours, width, t, last=False), y=alt.Y("soc:Q", axis=axis, scale=scale)
    )
    return layered(
        base.mark_area(color=look.colour("battery"), fillOpacity=look.opacity["band"]),
        base.mark_line(color=look.colour("battery"), strokeWidth=1.8),
    )


def _priced(rows: list[Row], currency: str, hours: float, width: int, t: Translate, *, last: bool) -> alt.LayerChart:
    axis = panel_axis(t("price of import [{currency}/kWh]", currency=currency), ticks=3)
    points = [{"time": row["time"], "value": row["import_price"]} for row in rows]
    line = step_line(points, "value", "ink").encode(
        x=time_axis(hours, width, t, last=last), y=alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=True))
    )
    return layered(line)


def _emitting(rows: list[Row], hours: float, width: int, t: Translate) -> alt.LayerChart:
    axis = panel_axis(t("carbon intensity of the grid [kg CO2e/kWh]"), ticks=3)
    points = [{"time": row["time"], "value": row["intensity"]} for row in rows]
    line = step_line(points, "value", "scope-1").encode(
        x=time_axis(hours, width, t, last=True), y=alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=True))
    )
    return layered(line)


def _table(day: Day, t: Translate) -> Table:
    heads = (
        Head(t("Start, UTC")),
        Head(t("Load [kW]"), True),
        Head(t("PV [kW]"), True),
        Head(t("Battery, charge positive [kW]"), True),
        Head(t("Other devices [kW]"), True),
        Head(t("Net [kW]"), True),
        Head(t("Stored [kWh]"), True),
        Head(f"{t('Price')} [{day.currency}/kWh]", True),
        Head(f"{t('Intensity')} [kg/kWh]", True),
    )
    columns = ("load", "pv", "battery", "flexible", "net", "soc", "import_price", "intensity")
    rows = tuple(
        (
            Cell(_stamp(row["start"])),
            *(Cell(t("not known") if row[name] is None else every(row[name]), numeric=True) for name in columns),
        )
        for row in day.frame.head(_ROWS).iter_rows(named=True)
    )
    more = day.frame.height - len(rows)
    return Table(heads, rows, t("and {count} more steps", count=more) if more > 0 else "")


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
