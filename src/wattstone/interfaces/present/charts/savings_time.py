"""A saving over time: use against what was expected, what was saved so far, what was saved each month."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import isclose, isfinite

import altair as alt
import numpy as np

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.charts.savings_days import Days, day_axis, days, days_table
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, mark, month, translator
from wattstone.interfaces.present.numbers import amount_with_interval, every, percent, scale
from wattstone.interfaces.present.tokens import tokens
from wattstone.savings.cumulative import cumulative
from wattstone.savings.result import Estimate, MeterSaving, Month

_TITLES = {
    "saving": mark("{meter} used less than expected"),
    "increase": mark("{meter} used more than expected"),
    "no significant saving": mark("{meter}: what was used cannot be told from what was expected"),
    "not determined": mark("{meter}: observed and expected use"),
}


def observed_drawing(meter: MeterSaving, key: str, lang: Language) -> Drawing | None:
    """Use and expectation by the day in the reporting period; None without a series.

    Parameters
    ----------
    meter : MeterSaving
        With its series.
    key : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    if meter.series is None:
        return None
    t = translator(lang)
    found = days(meter.series)
    divisor, unit = found.unit(meter.unit, t)
    subtitle = t("Solid: observed; dashed: expected without the measure; {unit}", unit=unit)
    if found.length == 7:
        subtitle += t("; means of weeks")
    spans = _spans(meter)
    if found.lower is not None:
        hours = meter.series.step == "hour" or found.length == 7
        subtitle += t("; band: 90 % bounds of the parts of each day or week added up") if hours else _band(t)
    subtitle += _shaded(spans, t)
    title = t(_TITLES[meter.verdict], meter=meter.meter)
    return Drawing(
        key=f"{key}-observed",
        title=title,
        subtitle=subtitle,
        alt=t("{title}: {first} to {last}", title=title, first=meter.reporting.first, last=meter.reporting.last),
        table=days_table(found, unit, divisor, t),
        draw=lambda width: _observed(found, meter, spans, divisor, unit, width, lang),
        printed=False,
    )


def _band(t: Translate) -> str:
    return t("; band: {level} interval of each", level=percent(0.9, "en"))


def _spans(meter: MeterSaving) -> list[Row]:
    """Days that are left out or under question; what merely has no reading is a gap in the line."""
    last = meter.reporting.last
    spans = [(one.first, one.last, "out") for one in meter.excluded if one.why in ("blackout", "event", "user")]
    spans += [(one.first, one.last or last, "proposed") for one in meter.events if one.status == "proposed"]
    inside = [(max(a, meter.reporting.first), min(b, last), why) for a, b, why in spans]
    return [
        {"date": a.isoformat(), "until": (b + timedelta(days=1)).isoformat(), "why": why}
        for a, b, why in inside
        if a <= b
    ]


def _shaded(spans: list[Row], t: Translate) -> str:
    text = t("; shaded: left out") if any(one["why"] == "out" for one in spans) else ""
    return text + (t("; framed: proposed event") if any(one["why"] == "proposed" for one in spans) else "")


def _observed(
    found: Days, meter: MeterSaving, spans: list[Row], divisor: float, unit: str, width: int, lang: Language
) -> alt.LayerChart:
    look = tokens()
    x = day_axis(meter.reporting.first, meter.reporting.last, width, lang)
    base = alt.Chart(data(found.rows(divisor)))
    axis = value_axis(unit)
    layers = _shades(spans, x)
    if found.lower is not None:
        layers.append(
            base.mark_area(color=look.colour("ink-soft"), fillOpacity=look.opacity["band"], strokeWidth=0).encode(
                x=x, y=alt.Y("lower:Q", axis=axis), y2="upper:Q"
            )
        )
    layers += [
        base.mark_line(color=look.colour("ink"), strokeDash=[4, 3], strokeWidth=1.2).encode(
            x=x, y=alt.Y("expected:Q", axis=axis)
        ),
        base.mark_line(color=look.colour("jade"), strokeWidth=1.6).encode(x=x, y=alt.Y("observed:Q", axis=axis)),
    ]
    return sized(alt.layer(*layers), 230 if width >= WIDE else 190)


def _shades(spans: list[Row], x: alt.X) -> list[alt.Chart]:
    look = tokens()
    out = [one for one in spans if one["why"] == "out"]
    asked = [one for one in spans if one["why"] == "proposed"]
    found: list[alt.Chart] = []
    if out:
        found.append(alt.Chart(data(out)).mark_rect(color=look.colour("ink"), opacity=0.1).encode(x=x, x2="until:T"))
    if asked:
        frame = alt.Chart(data(asked)).mark_rect(
            filled=False, stroke=look.colour("watch"), strokeWidth=1.5, strokeDash=[2, 2], opacity=1
        )
        found.append(frame.encode(x=x, x2="until:T"))
    return found


def cumulative_drawing(meter: MeterSaving, key: str, lang: Language) -> Drawing | None:
    """What was saved so far, with its interval; None where nothing is determined."""
    if meter.series is None or meter.avoided is None or not meter.months:
        return None
    t = translator(lang)
    so_far = cumulative(meter.months, meter.avoided)
    found = days(meter.series)
    bounds = [bound for one in so_far for bound in (one.value, one.lower, one.upper) if isfinite(bound)]
    divisor, unit = scale(meter.unit, max(map(abs, bounds), default=0.0))
    line = _line(found, meter, so_far, divisor)
    band = _bounds(meter, so_far, divisor)
    said = amount_with_interval(*_three(meter.avoided), meter.unit, lang)
    subtitle = t("Expected minus observed, added up from {first}, {unit}", first=meter.reporting.first, unit=unit)
    if len(band) > 1:
        subtitle += t("; band: {level} interval, known at the ends of months", level=percent(0.9, lang))
    return Drawing(
        key=f"{key}-cumulative",
        title=_in_all(meter.avoided, said, t),
        subtitle=subtitle,
        alt=t("Saving at {meter}, added up: {amount}", meter=meter.meter, amount=said),
        table=_cumulative_table(meter.months, so_far, unit, divisor, lang),
        draw=lambda width: _cumulative(line, band, meter, unit, width, lang),
    )


def _in_all(avoided: Estimate, said: str, t: Translate) -> str:
    """The saving in words that claim no more than its interval."""
    if not avoided.significant:
        return t("In all {amount}: the interval holds 0", amount=said)
    if avoided.value > 0:
        return t("In all {amount} were saved", amount=said)
    return t("In all {amount}: use above what was expected", amount=said)


def _three(one: Estimate) -> tuple[float, float | None, float | None]:
    lower, upper = (bound if isfinite(bound) else None for bound in (one.lower, one.upper))
    return one.value, lower, upper


def _line(found: Days, meter: MeterSaving, so_far: Sequence[Estimate], divisor: float) -> list[Row]:
    """The sum day by day; by months where days do not add up to the total, as with events that were added back."""
    rows: list[Row] = [{"date": meter.reporting.first.isoformat(), "value": 0.0}]
    total = so_far[-1].value
    saved = np.where(found.used & np.isfinite(found.residual), -found.residual, 0.0)
    if found.length == 7 or not isclose(float(saved.sum()), total, rel_tol=0.01, abs_tol=1e-9):
        ends = [min(_after(one.month), meter.reporting.last + timedelta(days=1)) for one in meter.months]
        sums = zip(ends, so_far, strict=True)
        return rows + [{"date": end.isoformat(), "value": one.value / divisor} for end, one in sums]
    line = np.cumsum(saved) / divisor
    after = found.date + np.timedelta64(found.length or 1, "D")
    rows += [{"date": str(day), "value": float(value)} for day, value in zip(after, line, strict=True)]
    return rows


def _bounds(meter: MeterSaving, so_far: Sequence[Estimate], divisor: float) -> list[Row]:
    rows: list[Row] = [{"date": meter.reporting.first.isoformat(), "lower": 0.0, "upper": 0.0}]
    for one, sum_ in zip(meter.months, so_far, strict=True):
        if isfinite(sum_.lower) and isfinite(sum_.upper):
            end = min(_after(one.month), meter.reporting.last + timedelta(days=1))
            rows.append({"date": end.isoformat(), "lower": sum_.lower / divisor, "upper": sum_.upper / divisor})
    return rows


def _after(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _cumulative(
    line: list[Row], band: list[Row], meter: MeterSaving, unit: str, width: int, lang: Language
) -> alt.LayerChart:
    look = tokens()
    x = day_axis(meter.reporting.first, meter.reporting.last + timedelta(days=1), width, lang)
    axis = value_axis(unit)
    area = alt.Chart(data(band)).mark_area(color=look.colour("jade"), fillOpacity=look.opacity["band"], strokeWidth=0)
    zero = alt.Chart(data([{"value": 0.0}])).mark_rule(color=look.colour("ink-soft"), strokeWidth=1)
    sum_ = alt.Chart(data(line)).mark_line(color=look.colour("jade"), strokeWidth=2)
    return sized(
        alt.layer(
            area.encode(x=x, y=alt.Y("lower:Q", axis=axis), y2="upper:Q"),
            zero.encode(y=alt.Y("value:Q", axis=axis)),
            sum_.encode(x=x, y=alt.Y("value:Q", axis=axis)),
        ),
        200 if width >= WIDE else 180,
    )


def _cumulative_table(
    months: Sequence[Month], so_far: Sequence[Estimate], unit: str, divisor: float, lang: Language
) -> Table:
    t = translator(lang)
    heads = (
        Head(t("Up to the end of")),
        Head(t("saved [{unit}]", unit=unit), True),
        Head(f"{t('lower bound')} [{unit}]", True),
        Head(f"{t('upper bound')} [{unit}]", True),
    )
    unknown = t("not known")
    rows = tuple(
        (
            Cell(month_words(one.month, lang)),
            *(
                Cell(every(value / divisor) if isfinite(value) else unknown, numeric=True)
                for value in (sum_.value, sum_.lower, sum_.upper)
            ),
        )
        for one, sum_ in zip(months, so_far, strict=True)
    )
    return Table(heads, rows)


def month_words(first: date, lang: Language) -> str:
    """A month with its year.

    Examples
    --------
    >>> month_words(date(2019, 3, 1), "en"), month_words(date(2019, 3, 1), "zh")
    ('Mar 2019', '2019年3月')
    """
    return f"{first.year}年{first.month}月" if lang == "zh" else f"{month(first.month, lang)} {first.year}"


def saved_months_drawing(meter: MeterSaving, table: Table, key: str, lang: Language) -> Drawing | None:
    """What was saved in each month, with intervals; None with less than two months."""
    known = [one for one in meter.months if isfinite(one.avoided.value)]
    if len(known) < 2:
        return None
    t = translator(lang)
    sizes = [abs(bound) for one in known for bound in (one.avoided.value, one.avoided.lower, one.avoided.upper)]
    divisor, unit = scale(meter.unit, max((size for size in sizes if isfinite(size)), default=0.0))
    rows = [_month_row(one, divisor, lang) for one in known]
    sure = sum(one.avoided.bounded and one.avoided.lower > 0 for one in known)
    title = t("In {sure} of {count} months the whole interval lies above 0", sure=sure, count=len(known))
    subtitle = t("Expected minus observed by month, {unit}; below 0 more was used than expected", unit=unit)
    if any(row["lower"] is not None for row in rows):
        subtitle += t("; lines: {level} interval", level=percent(0.9, lang))
    if any(row["part"] for row in rows):
        subtitle += t("; hatched: less than nine tenths of the month are known")
    return Drawing(
        key=f"{key}-months",
        title=title,
        subtitle=subtitle,
        alt=t("Saving at {meter} by month: {title}", meter=meter.meter, title=title),
        table=table,
        draw=lambda width: _months(rows, unit, width),
        printed=False,
    )


def _month_row(one: Month, divisor: float, lang: Language) -> Row:
    bounds = [bound / divisor if isfinite(bound) else None for bound in (one.avoided.lower, one.avoided.upper)]
    name = f"{one.month.year}年" if lang == "zh" else str(one.month.year)
    return {
        "at": one.month.isoformat(),
        "label": name if one.month.month == 1 else month(one.month.month, lang),
        "value": one.avoided.value / divisor,
        "lower": bounds[0],
        "upper": bounds[1],
        "part": one.known < 0.9,
    }


def _months(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    look = tokens()
    labels = {row["at"]: row["label"] for row in rows}
    every_ = 1 if width >= WIDE and len(rows) <= 14 else 2 if len(rows) <= 14 else -(-len(rows) // 7)
    shown = [row["at"] for row in rows][::every_]
    table = ", ".join(f"'{at}': '{labels[at]}'" for at in shown)
    axis = alt.Axis(
        title=None, labelAngle=0, ticks=False, domain=False, labelExpr=f"({{{table}}})[datum.value] || ''",
        labelOverlap=False,
    )  # fmt: skip
    base = alt.Chart(data(rows)).encode(
        x=alt.X("at:O", sort=[row["at"] for row in rows], axis=axis, scale=alt.Scale(paddingInner=0.3))
    )
    up, colour = alt.Y("value:Q", axis=value_axis(unit)), look.colour("jade")
    full = base.transform_filter("!datum.part").mark_bar(color=colour).encode(y=up)
    pale = base.transform_filter("datum.part").mark_bar(
        color=colour, fillOpacity=look.opacity["estimated"], stroke=colour, strokeWidth=1
    )
    lines = base.mark_rule(color=look.colour("ink"), strokeWidth=1.5).encode(y=alt.Y("lower:Q"), y2="upper:Q")
    zero = alt.Chart(data([{"value": 0.0}])).mark_rule(color=look.colour("ink-soft"), strokeWidth=1)
    return sized(
        alt.layer(full, pale.encode(y=up), lines, zero.encode(y=alt.Y("value:Q"))), 190 if width >= WIDE else 170
    )
