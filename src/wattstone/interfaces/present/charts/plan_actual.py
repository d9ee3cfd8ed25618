"""A plan against what was measured at the connection, step by step."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data
from wattstone.interfaces.present.charts.times import clock, layered, panel_axis, time_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import amount, every, percent
from wattstone.interfaces.present.tokens import tokens

__all__ = ["plan_actual_drawing"]

Steps = Sequence[tuple[datetime, float | None, float | None]]
_EVEN = 0.005  # of the plan: nearer than this is as planned
_STEP: dict[str, Any] = {"interpolate": "step-after"}


def plan_actual_drawing(steps: Steps, zone: str, lang: Language) -> Drawing | None:
    """What was planned at the connection of a site, and what was measured.

    Parameters
    ----------
    steps : sequence of (datetime, float or None, float or None)
        Start (naive UTC), planned and measured power, import positive; in order of time. [kW]
    zone : str
        Clock of the site.
    lang : {'en', 'zh'}

    Returns
    -------
    Drawing or None
        None of fewer than two steps.
    """
    if len(steps) < 2:
        return None
    t = translator(lang)
    width = steps[1][0] - steps[0][0]
    title = _title(steps, width / timedelta(hours=1), lang)
    subtitle = t(
        "Power at the connection, kW, import positive; line: measured, dashed: planned; clock of {zone}", zone=zone
    )
    heads = (Head(t("Start, {zone}", zone=zone)), Head(f"{t('Plan')} [kW]", True), Head(f"{t('Actual')} [kW]", True))
    times, none = clock([start for start, _, _ in steps], zone), t("not known")
    rows = tuple(
        (Cell(time[:16].replace("T", " ")), *(Cell(none if one is None else every(one), numeric=True) for one in of))
        for time, (_, *of) in zip(times, steps, strict=True)
    )
    return Drawing(
        key="plan",
        title=title,
        subtitle=subtitle,
        alt=t("{what}, {subtitle}", what=title, subtitle=subtitle),
        table=Table(heads, rows),
        draw=lambda across: _chart(steps, width, zone, across, lang),
        printed=False,
    )


def _title(steps: Steps, hours: float, lang: Language) -> str:
    """What was drawn in the steps that were measured, against what was planned for them."""
    t = translator(lang)
    both = [(planned, actual) for _, planned, actual in steps if planned is not None and actual is not None]
    if not both:
        return t("Nothing was measured yet in the hours of this plan")
    planned, actual = (hours * sum(one) for one in zip(*both, strict=True))
    said = {"actual": amount(actual, "kWh", lang), "planned": amount(planned, "kWh", lang)}
    if planned <= 0 or actual < 0:
        return t("The connection passed {actual} where {planned} was planned", **said)
    share = actual / planned - 1
    if abs(share) < _EVEN:
        return t("The site drew {actual}, as planned", **said)
    if share > 0:
        return t("The site drew {actual}, {share} more than the {planned} planned", share=percent(share, lang), **said)
    return t("The site drew {actual}, {share} less than the {planned} planned", share=percent(-share, lang), **said)


def _chart(steps: Steps, length: timedelta, zone: str, width: int, lang: Language) -> alt.LayerChart:
    t, look = translator(lang), tokens()
    ends = clock([steps[0][0], steps[-1][0] + length], zone)
    x = time_axis(len(steps) * (length / timedelta(hours=1)), width, t, last=True)
    x = x.scale(type="utc", nice=False, domain=ends)
    y = alt.Y("value:Q", axis=panel_axis(t("{what} [{unit}]", what=t("power"), unit="kW"), ticks=5))
    lines: tuple[tuple[int, dict[str, Any]], ...] = (
        (1, {"color": look.colour("jade"), "strokeDash": [6, 4], "strokeWidth": 1.8}),
        (2, {"color": look.colour("grid"), "strokeWidth": 1.8}),
    )
    drawn = [
        alt.Chart(data(_rows(steps, place, length, zone))).mark_line(**_STEP, **how).encode(x=x, y=y)
        for place, how in lines
    ]
    zero = alt.Chart(data([{"value": 0}])).mark_rule(color=look.colour("line")).encode(y=alt.Y("value:Q"))
    return layered(zero, *drawn).properties(height=230 if width >= WIDE else 190)


def _rows(steps: Steps, place: int, length: timedelta, zone: str) -> list[Row]:
    """Points of a line of steps; what is not known is a gap."""
    rows: list[Row] = []
    for at, step in enumerate(steps):
        start, value = step[0], step[place]
        (time, end) = clock([start, start + length], zone)
        rows.append({"time": time, "value": value})
        after = steps[at + 1][place] if at + 1 < len(steps) else None
        if value is not None and after is None:
            rows += [{"time": end, "value": value}, {"time": end, "value": None}]
    return rows
