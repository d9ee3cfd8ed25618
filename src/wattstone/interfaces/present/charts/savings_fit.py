"""A baseline and its model: use against temperature, and what the model leaves unexplained."""

from math import floor, isfinite, log10, sqrt
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.charts.savings_days import Days, day_axis, days, degree_sign, degrees
from wattstone.interfaces.present.charts.times import EDGE, layered, panel_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, mark, translator
from wattstone.interfaces.present.numbers import every, percent, three
from wattstone.interfaces.present.tokens import tokens
from wattstone.savings.result import MeterSaving

Floats = npt.NDArray[np.float64]
_LAGS = 21
_BINS = 24
_PANEL = 130  # px
_FEW = 80  # points, which are drawn larger
_PAIRS = 20  # of neighbours, without which there is no correlation to draw


def fit_drawing(meter: MeterSaving, key: str, lang: Language, *, fahrenheit: bool = False) -> Drawing | None:
    """Use against outside temperature in the baseline, with the model; None without series or temperature.

    Parameters
    ----------
    meter : MeterSaving
        With the series of its baseline.
    key : str
        Of the drawing.
    lang : {'en', 'zh'}
    fahrenheit : bool
        Whether temperatures are shown in °F.
    """
    if meter.fit is None or meter.fit.temperature is None:
        return None
    t = translator(lang)
    found = days(meter.fit)
    if found.temperature is None or not np.isfinite(found.temperature).any():
        return None
    divisor, unit = found.unit(meter.unit, t)
    sign = degree_sign(fahrenheit=fahrenheit)
    rows = [
        {**row, "temperature": degrees(row["temperature"], fahrenheit=fahrenheit)}
        for row in found.rows(divisor)
        if row["temperature"] is not None
    ]
    r2 = meter.goodness.get("r2")
    title = (
        t("{meter}: the model follows use as it went in the baseline", meter=meter.meter)
        if r2 is None
        else t("{meter}: the model explains {share} of how use varied", meter=meter.meter, share=percent(r2, lang))
    )
    text = mark("Large points: observed; small ones: the model; {unit}, against outside temperature, {sign}")
    subtitle = t(text, unit=unit, sign=sign)
    if found.length == 7:
        subtitle += t("; means of weeks")
    heads = (
        Head(t("Day")),
        Head(t("outside temperature [{sign}]", sign=sign), True),
        Head(t("observed [{unit}]", unit=unit), True),
        Head(t("the model [{unit}]", unit=unit), True),
    )
    return Drawing(
        key=f"{key}-fit",
        title=title,
        subtitle=subtitle,
        alt=t("{title}: a point for each day, use against temperature", title=title),
        table=Table(heads, _cells(rows, ("temperature", "observed", "expected"), t)),
        draw=lambda width: _fit(rows, unit, t("outside temperature [{sign}]", sign=sign), width),
        printed=False,
    )


def _cells(rows: list[Row], names: tuple[str, ...], t: Translate) -> tuple[tuple[Cell, ...], ...]:
    unknown = t("not known")

    def said(value: float | None) -> Cell:
        return Cell(unknown if value is None else every(value), numeric=True)

    return tuple((Cell(str(row["date"])), *(said(row[name]) for name in names)) for row in rows)


def _fit(rows: list[Row], unit: str, below: str, width: int) -> alt.LayerChart:
    look = tokens()
    x = alt.X("temperature:Q", axis=alt.Axis(title=below, grid=False, tickCount=7), scale=alt.Scale(zero=False))
    axis = value_axis(unit)
    base, few = alt.Chart(data(rows)), len(rows) <= _FEW
    seen = base.mark_point(aria=False, size=50 if few else 18, filled=True, color=look.colour("jade"), opacity=0.6)
    told = base.mark_point(aria=False, size=20 if few else 9, filled=True, color=look.colour("ink"), opacity=0.9)
    return sized(
        alt.layer(
            seen.encode(x=x, y=alt.Y("observed:Q", axis=axis)), told.encode(x=x, y=alt.Y("expected:Q", axis=axis))
        ),
        260 if width >= WIDE else 220,
    )


def residuals_drawing(meter: MeterSaving, key: str, lang: Language, *, fahrenheit: bool = False) -> Drawing | None:
    """What the model leaves unexplained in the baseline: over time, by temperature, how often, how it lasts.

    Parameters
    ----------
    meter : MeterSaving
        With the series of its baseline.
    key : str
        Of the drawing.
    lang : {'en', 'zh'}
    fahrenheit : bool
        Whether temperatures are shown in °F.
    """
    if meter.fit is None:
        return None
    t = translator(lang)
    found = days(meter.fit)
    residual = found.residual
    if np.isfinite(residual).sum() < 2:
        return None
    divisor, unit = found.unit(meter.unit, t)
    sign = degree_sign(fahrenheit=fahrenheit)
    lags = correlations(residual)
    words = _words(t, unit, sign, found)
    rows = _rows(found, divisor, fahrenheit=fahrenheit)
    return Drawing(
        key=f"{key}-residuals",
        title=_title(meter, lags, found.length, t),
        subtitle=t("Observed minus the model in the baseline, {unit}; above 0 the model says too little", unit=unit),
        alt=t("Residuals of {meter}: over time, against temperature, their sizes, their autocorrelation",
              meter=meter.meter),
        table=Table(
            (Head(t("Day")), Head(t("outside temperature [{sign}]", sign=sign), True),
             Head(t("residual [{unit}]", unit=unit), True)),
            _cells(rows, ("temperature", "residual"), t),
        ),
        draw=lambda width: _panels(rows, lags, int(np.isfinite(residual).sum()), meter, words, width, lang),
        printed=False,
    )  # fmt: skip


_STRONG = mark("{meter}: a day that the model misses is followed by others it misses the same way ({value})")
_WEAK = mark("{meter}: what the model misses one day says little of the next ({value})")
_STRONG_OTHER = mark("{meter}: what the model misses lasts from one step to the next ({value})")


def _title(meter: MeterSaving, lags: Floats, length: int, t: Translate) -> str:
    if not len(lags) or not isfinite(lags[0]):
        return t("{meter}: what the model leaves unexplained", meter=meter.meter)
    value = t("autocorrelation {value}", value=three(float(lags[0])))
    if abs(lags[0]) < 0.3:
        return t(_WEAK, meter=meter.meter, value=value)
    return t(_STRONG if length == 1 else _STRONG_OTHER, meter=meter.meter, value=value)


def _rows(found: Days, divisor: float, *, fahrenheit: bool) -> list[Row]:
    rows = found.rows(divisor)
    for row, value in zip(rows, (found.residual / divisor).tolist(), strict=True):
        row["residual"] = None if value != value else value
        if row["temperature"] is not None:
            row["temperature"] = degrees(row["temperature"], fahrenheit=fahrenheit)
    return [row for row in rows if row["residual"] is not None]


def _words(t: Translate, unit: str, sign: str, found: Days) -> dict[str, str]:
    return {
        "residual": t("residual [{unit}]", unit=unit),
        "temperature": t("outside temperature [{sign}]", sign=sign),
        "count": {1: t("days"), 7: t("weeks")}.get(found.length, t("bills")),
        "lag": {1: t("lag [days]"), 7: t("lag [weeks]")}.get(found.length, t("lag [bills]")),
        "correlation": t("autocorrelation"),
    }


def correlations(residual: Floats) -> Floats:
    """Autocorrelation of residuals at lags from 1, over pairs that are both known.

    Parameters
    ----------
    residual : (d,) array
        In the order of time, a gap NaN.

    Returns
    -------
    (l,) array
        NaN where there are too few pairs; empty where the series is short.

    Examples
    --------
    >>> correlations(np.tile([1.0, -1.0], 50))[:2].round(2)
    array([-1.,  1.])
    """
    known = np.isfinite(residual)
    if known.sum() < 2 * _PAIRS:
        return np.empty(0)
    e = np.where(known, residual - residual[known].mean(), 0.0)
    square = float((e**2).sum() / known.sum())
    found = np.full(_LAGS, np.nan)
    for lag in range(1, min(_LAGS, len(e) - 1) + 1):
        pairs = int((known[lag:] & known[:-lag]).sum())
        if pairs >= _PAIRS and square > 0:
            found[lag - 1] = float((e[lag:] * e[:-lag]).sum() / pairs / square)
    return found


def _panels(
    rows: list[Row], lags: Floats, n: int, meter: MeterSaving, words: dict[str, str], width: int, lang: Language
) -> alt.VConcatChart:
    wide = width >= WIDE
    across = (width - 2 * EDGE - 60) // 2 if wide else width - EDGE - 26
    panels = [_over_time(rows, meter, words, across, lang)]
    if any(row["temperature"] is not None for row in rows):
        panels.append(_by_temperature(rows, words))
    panels.append(_sizes(rows, words))
    if np.isfinite(lags).any():
        panels.append(_lags(lags, n, words))
    drawn = [sized(one, _PANEL).properties(width=across) for one in panels]
    lines = [drawn[at : at + 2] for at in range(0, len(drawn), 2)] if wide else [[one] for one in drawn]
    return alt.vconcat(*(alt.hconcat(*line, spacing=26) if len(line) > 1 else line[0] for line in lines), spacing=34)


def _points(rows: list[Row], x: alt.X, words: dict[str, str]) -> alt.LayerChart:
    look = tokens()
    points = alt.Chart(data(rows)).mark_point(aria=False, size=12, filled=True, color=look.colour("jade"), opacity=0.6)
    up = alt.Y("residual:Q", axis=panel_axis(words["residual"]))
    return layered(points.encode(x=x, y=up), _zero("residual"))


def _zero(field: str) -> alt.Chart:
    rule = alt.Chart(data([{field: 0.0}])).mark_rule(color=tokens().colour("ink"), strokeWidth=1)
    return rule.encode(y=alt.Y(f"{field}:Q"))


def _over_time(
    rows: list[Row], meter: MeterSaving, words: dict[str, str], across: int, lang: Language
) -> alt.LayerChart:
    return _points(rows, day_axis(meter.baseline.first, meter.baseline.last, across, lang), words)


def _by_temperature(rows: list[Row], words: dict[str, str]) -> alt.LayerChart:
    axis = alt.Axis(title=words["temperature"], grid=False, tickCount=5)
    return _points(rows, alt.X("temperature:Q", axis=axis, scale=alt.Scale(zero=False)), words)


def _sizes(rows: list[Row], words: dict[str, str]) -> alt.LayerChart:
    """How often residuals of a size come, in bins of a round width."""
    values = np.array([row["residual"] for row in rows])
    edges = _edges(values)
    counts, _ = np.histogram(values, bins=edges)
    bars = [
        {"from": float(low), "to": float(high), "count": int(count)}
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    look = tokens()
    shown = alt.Chart(data(bars)).mark_bar(
        color=look.colour("jade"), stroke=look.colour("raised"), strokeWidth=0.5, binSpacing=0
    )
    axis = alt.Axis(title=words["residual"], grid=False, tickCount=5)
    x = alt.X("from:Q", axis=axis, scale=alt.Scale(zero=False))
    up = alt.Y("count:Q", axis=panel_axis(words["count"]))
    return layered(shown.encode(x=x, x2="to:Q", y=up, y2=alt.value(_PANEL)))


def _edges(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return np.array([low - 0.5, low + 0.5], dtype=np.float64)
    rough = (high - low) / _BINS
    power = 10.0 ** floor(log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    return np.arange(floor(low / step), floor(high / step) + 2, dtype=np.float64) * step


def _lags(lags: Floats, n: int, words: dict[str, str]) -> alt.LayerChart:
    """Bars for each lag, with the lines within which 95 % of them lie if nothing lasts."""
    look = tokens()
    bars: list[dict[str, Any]] = [
        {"lag": at, "value": float(value)} for at, value in enumerate(lags, start=1) if isfinite(value)
    ]
    x = alt.X(
        "lag:Q",
        axis=alt.Axis(title=words["lag"], grid=False, values=[1, 7, 14, 21], format="d"),
        scale=alt.Scale(domain=[0, _LAGS + 1], nice=False),
    )
    up = alt.Y("value:Q", axis=panel_axis(words["correlation"]), scale=alt.Scale(domain=[min(-0.3, *lags), 1]))
    shown = alt.Chart(data(bars)).mark_rule(color=look.colour("jade"), strokeWidth=5)
    limits = alt.Chart(data([{"value": 1.96 / sqrt(n)}, {"value": -1.96 / sqrt(n)}])).mark_rule(
        color=look.colour("ink-soft"), strokeDash=[4, 3]
    )
    return layered(shown.encode(x=x, y=up, y2=alt.Y2Datum(0)), limits.encode(y=alt.Y("value:Q")), _zero("value"))
