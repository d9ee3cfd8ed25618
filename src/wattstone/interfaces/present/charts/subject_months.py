"""The months of a subject, a panel for each figure, against last year: CO2 and CO2e stand apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data
from wattstone.interfaces.present.charts.times import layered, panel_axis, stacked
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, month, translator
from wattstone.interfaces.present.numbers import LEVEL, amount, change, every, percent, scale
from wattstone.interfaces.present.overview_names import number_name
from wattstone.interfaces.present.tokens import tokens

_COLOURS = {"scope1": "scope-1", "scope2.location": "scope-2", "scope2.market": "scope-2", "scope3": "scope-3"}
_HEIGHT = {True: 150, False: 130}  # px of a panel, wide and narrow
_NULLS = ("lower", "upper", "id", "before_id", "estimated", "before")


@dataclass(frozen=True)
class _Panel:
    name: str
    rows: list[dict[str, Any]]  # twelve, by month
    divisor: float
    unit: str


def subject_months_drawing(
    months: pl.DataFrame,
    lang: Language,
    *,
    year: int,
    zone: str,
    key: str = "months",
    changes: Mapping[str, float | None] | None = None,
) -> Drawing | None:
    """Columns of the year's months, with last year's level marked; None where no month has a value.

    Parameters
    ----------
    months : polars.DataFrame
        A row a figure and month: `name`, `month` (1 to 12), `value`, `unit`, and where they are known `lower`, `upper`,
        `estimated` (a share), `before` (the month a year before), `id` and `before_id` of the figures.
    lang : {'en', 'zh'}
    year : int
        The year that is drawn.
    zone : str
        IANA zone whose months they are; empty where there are several.
    key : str
        Of the drawing.
    changes : mapping of str to float or None
        Change of the year by name, -0.04 for 4 % less, where it is known.
    """
    panels = _panels(months)
    if not panels:
        return None
    return Drawing(
        key=key,
        title=_title(panels, changes or {}, year, lang),
        subtitle=_subtitle(panels, year, zone, lang),
        alt="; ".join(_words(panel, lang) for panel in panels),
        table=_table(panels, year, lang),
        draw=lambda width: _draw(panels, width, lang),
    )


def _panels(months: pl.DataFrame) -> list[_Panel]:
    held = months.with_columns(pl.lit(None).alias(name) for name in _NULLS if name not in months.columns)
    panels: list[_Panel] = []
    for name in held["name"].unique(maintain_order=True):
        mine = held.filter(pl.col("name") == name)
        known = mine.filter(pl.col("value").is_not_null())
        if known.is_empty():
            continue
        unit = known["unit"][0]
        by_month = {row["month"]: row for row in mine.iter_rows(named=True)}
        empty = dict.fromkeys(held.columns)
        rows = [by_month.get(place, empty) for place in range(1, 13)]
        sizes = [row[one] for row in rows for one in ("value", "upper", "before") if row[one] is not None]
        panels.append(_Panel(name, rows, *scale(unit, max(sizes))))
    return panels


def _row(place: int, row: Mapping[str, Any], divisor: float, lang: Language) -> Row:
    share = row["estimated"] or 0.0
    at = {one: None if row[one] is None else row[one] / divisor for one in ("value", "lower", "upper", "before")}
    measured = None if at["value"] is None else at["value"] * (1 - share)
    return {"month": month(place, lang), "place": place, "share": share, "measured": measured, **at}


def _title(panels: list[_Panel], changes: Mapping[str, float | None], year: int, lang: Language) -> str:
    """The change of what weighs most, else its highest month."""
    t = translator(lang)
    first = max(panels, key=lambda one: sum(row["value"] or 0.0 for row in one.rows))
    who = number_name(first.name, lang)
    moved = changes.get(first.name)
    if moved is not None:
        return t("{subject}: {change}", subject=who, change=change(moved * 100, year - 1, lang))
    high = max(range(12), key=lambda at: first.rows[at]["value"] or 0.0)
    return t("{subject}: most in {month}", subject=who, month=month(high + 1, lang))


def _subtitle(panels: list[_Panel], year: int, zone: str, lang: Language) -> str:
    t = translator(lang)
    rows = [row for panel in panels for row in panel.rows]
    said = t("By month, {year}, {unit}", year=year, unit=", ".join(dict.fromkeys(panel.unit for panel in panels)))
    if any(row["before"] is not None for row in rows):
        said += t("; short marks: {year}", year=year - 1)
    if any(row["lower"] is not None for row in rows):
        said += t("; lines: {level} interval", level=percent(LEVEL, lang))
    if any(row["estimated"] for row in rows):
        said += t("; hatched: estimated")
    return said + (t("; months of {zone}", zone=zone) if zone else t("; months on the clocks of the sites"))


def _words(panel: _Panel, lang: Language) -> str:
    t = translator(lang)
    said = [
        f"{month(place, lang)} {amount(row['value'], row['unit'], lang)}"
        for place, row in enumerate(panel.rows, start=1)
        if row["value"] is not None
    ]
    return t("{place}: {found}", place=number_name(panel.name, lang), found=", ".join(said))


def _draw(panels: list[_Panel], width: int, lang: Language) -> alt.VConcatChart:
    t = translator(lang)
    charts = [_columns(panel, width, t, lang, last=panel is panels[-1]) for panel in panels]
    return stacked(charts, [_HEIGHT[width >= WIDE]] * len(panels), width, spacing=34)


def _columns(panel: _Panel, width: int, t: Translate, lang: Language, *, last: bool) -> alt.LayerChart:
    look = tokens()
    colour = look.colour(_COLOURS.get(panel.name, "jade"))
    wide = width >= WIDE
    field = "month" if wide else "place"
    rows = [_row(place, row, panel.divisor, lang) for place, row in enumerate(panel.rows, start=1)]
    bottom = alt.Axis(title=None if wide else t("month"), labelAngle=0, ticks=False, labelOverlap=False)
    across = alt.X(
        f"{field}:O",
        sort=[row[field] for row in rows],
        axis=bottom if last else None,
        scale=alt.Scale(paddingInner=0.3),
    )
    axis = panel_axis(t("{figure} [{unit}]", figure=number_name(panel.name, lang), unit=panel.unit))
    up = alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=True))
    base = alt.Chart(data(rows)).encode(x=across)
    pale = base.transform_filter("datum.share > 0").mark_bar(
        color=colour, fillOpacity=look.opacity["estimated"], stroke=colour, strokeWidth=1
    )
    full = base.mark_bar(color=colour).encode(y=alt.Y("measured:Q", axis=axis))
    lines = base.mark_rule(color=look.colour("ink"), strokeWidth=1).encode(y="lower:Q", y2="upper:Q")
    marks = base.mark_tick(
        orient="horizontal", color=look.colour("ink"), thickness=3, opacity=1, width={"band": 1.25}
    ).encode(y="before:Q")
    return layered(full, pale.encode(y=up, y2="measured:Q"), lines, marks)


def _table(panels: list[_Panel], year: int, lang: Language) -> Table:
    t = translator(lang)
    heads = [Head(t("Month"))]
    for panel in panels:
        name = number_name(panel.name, lang)
        heads += [Head(f"{name}, {one} [{panel.unit}]", True) for one in (year, year - 1)]
    rows = tuple(
        (
            Cell(month(place + 1, lang)),
            *(
                _cell(panel.rows[place], value, figure, panel.divisor, t)
                for panel in panels
                for value, figure in (("value", "id"), ("before", "before_id"))
            ),
        )
        for place in range(12)
    )
    return Table(tuple(heads), rows)


def _cell(row: Mapping[str, Any], value: str, figure: str, divisor: float, t: Translate) -> Cell:
    text = t("not known") if row[value] is None else every(row[value] / divisor)
    return Cell(text, row[figure], numeric=True)
