"""A finding as a picture: its weeks against what was expected, and its day against the other days."""

from datetime import date, timedelta
from typing import Any

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table, plain
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.tokens import tokens
from wattstone.interfaces.present.waste_words import COMPARISONS, power_unit, waste_name

_RUNNING = tuple(f"out_of_hours.{window}" for window in range(3))


def weeks_drawing(row: dict[str, Any], lang: Language) -> Drawing | None:
    """The weeks of the year at the meter of a finding, with what was expected; None where nothing is known.

    Parameters
    ----------
    row : dict
        A row of findings, with `rank` and the local days `since` and `until` (None while it goes on).
    lang : {'en', 'zh'}
    """
    if not any(value is not None for value in row["actual"]):
        return None
    t = translator(lang)
    unit = power_unit(row["unit"])
    rows = [
        {"week": (week + timedelta(days=3)).isoformat(), "actual": actual, "expected": expected}
        for week, actual, expected in zip(row["weeks"], row["actual"], row["expected"], strict=True)
    ]
    compared = row["code"] in COMPARISONS
    span = None if compared else _span(row)
    running = (
        t("Mean power from 23 to 5 o'clock by week, {unit}", unit=unit),
        t("Mean power of days off by day, by week, {unit}", unit=unit),
        t("Mean power before and after hours by week, {unit}", unit=unit),
    )
    hours = {
        **dict(zip(_RUNNING, running, strict=True)),
        "lights_by_day": t("Mean power in daylight by week, {unit}", unit=unit),
        "water_leak": t("Least flow of an hour, mean of the week, {unit}", unit=unit),
        "peak_event": t("Highest hour of a day, mean of the week, {unit}", unit=unit),
    }
    kind = f"{row['code']}.{row['params']['a'] or 0:.0f}"
    subtitle = hours.get(kind, hours.get(row["code"], t("Mean power by week, {unit}", unit=unit))) + (
        t("; dashed: what three quarters of its peers would use") if compared else t("; dashed: what was expected")
    )
    return Drawing(
        key=f"finding-{row['rank']}-weeks",
        title=t("{what}: {meter}", what=waste_name(row["code"], lang), meter=row["meter_id"]),
        subtitle=subtitle if compared else subtitle + t("; grey: while it lasted"),
        alt=t("Mean power by week at {meter} and what was expected", meter=row["meter_id"]),
        table=_table([t("Week"), t("Actual"), t("Expected")], [list(one.values()) for one in rows], t("not known")),
        draw=lambda width: _weeks(rows, span, unit, width, "%-m月" if lang == "zh" else "%b"),
    )


def day_drawing(row: dict[str, Any], lang: Language) -> Drawing | None:
    """The mean day while a finding lasted, against the mean of the other days; None where one of them is not known."""
    if row["code"] in COMPARISONS or not (row["day_during"] and row["day_else"]):
        return None
    t = translator(lang)
    unit = power_unit(row["unit"])
    during, usual = t("while it lasted"), t("other days")
    rows = [
        {"hour": hour, "value": value, "days": name}
        for name, values in ((during, row["day_during"]), (usual, row["day_else"]))
        for hour, value in enumerate(values)
    ]
    table = [
        [f"{hour}", one, two] for hour, (one, two) in enumerate(zip(row["day_during"], row["day_else"], strict=True))
    ]
    return Drawing(
        key=f"finding-{row['rank']}-day",
        title=t("Its day against the other days of the year"),
        subtitle=t("Mean power by hour of the day, {unit}; dashed: other days", unit=unit),
        alt=t("Mean power by hour of the day at {meter}, while it lasted and on other days", meter=row["meter_id"]),
        table=_table([t("Hour"), during, usual], table, t("not known")),
        draw=lambda width: _day(rows, during, unit, width, t("hour of the day")),
    )


def _span(row: dict[str, Any]) -> tuple[str, str]:
    """From the first to the last day that is shown."""
    first, last = row["weeks"][0], row["weeks"][-1] + timedelta(days=6)
    since: date = max(row["since"], first)
    return since.isoformat(), min(row["until"] or last, last).isoformat()


def _weeks(rows: list[Row], span: tuple[str, str] | None, unit: str, width: int, month: str) -> alt.LayerChart:
    look = tokens()
    base = alt.Chart(data(rows)).encode(
        x=alt.X("week:T", axis=alt.Axis(title=None, format="%-m/%y" if width < WIDE else month, tickCount=12))
    )
    up = value_axis(unit)
    expected = base.mark_line(color=look.colour("ink"), strokeDash=[5, 4], strokeWidth=1.5).encode(
        y=alt.Y("expected:Q", axis=up)
    )
    actual = base.mark_line(color=look.colour("jade"), strokeWidth=2).encode(
        y=alt.Y("actual:Q", axis=up, scale=alt.Scale(zero=True))
    )
    layers: list[Any] = [expected, actual]
    if span is not None:
        shade = alt.Chart(data([{"from": span[0], "until": span[1]}]))
        rect = shade.mark_rect(color=look.colour("ink"), opacity=0.1).encode(x=alt.X("from:T"), x2="until:T")
        layers.insert(0, rect)
    return sized(alt.layer(*layers), 200 if width >= WIDE else 180)


def _day(rows: list[Row], during: str, unit: str, width: int, hour: str) -> alt.LayerChart:
    look = tokens()
    base = alt.Chart(data(rows)).encode(
        x=alt.X("hour:Q", axis=alt.Axis(title=hour, values=[0, 6, 12, 18]), scale=alt.Scale(domain=[0, 23])),
        y=alt.Y("value:Q", axis=value_axis(unit), scale=alt.Scale(zero=True)),
    )
    now = base.transform_filter(alt.datum.days == during).mark_line(color=look.colour("jade"), strokeWidth=2)
    usual = base.transform_filter(alt.datum.days != during).mark_line(
        color=look.colour("ink"), strokeDash=[5, 4], strokeWidth=1.5
    )
    return sized(alt.layer(usual, now), 160)


def _table(heads: list[str], rows: list[list[Any]], unknown: str) -> Table:
    cells = tuple(
        tuple(Cell(str(value)) if at == 0 else plain(value, unknown) for at, value in enumerate(row)) for row in rows
    )
    return Table((Head(heads[0]), *(Head(text, True) for text in heads[1:])), cells)
