"""A forecast as a fan: what was read, the median of what comes, and the intervals around it."""

import altair as alt
import numpy as np

from wattstone.interfaces.present.charts.base import WIDE, Drawing, data
from wattstone.interfaces.present.charts.times import clock, layered, panel_axis, stacked, step_line, time_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, Translate, mark, translator
from wattstone.interfaces.present.numbers import LEVEL, every, percent
from wattstone.interfaces.present.tokens import tokens
from wattstone.workflows.forecast import SeriesForecast

_COLOURS = {"load": "load", "pv": "pv", "carbon": "scope-1"}
_TITLES = {
    "load": mark("{name}: the load is expected to peak at {value} {unit}"),
    "pv": mark("{name}: PV is expected to feed up to {value} {unit}"),
    "carbon": mark("{name}: the grid is expected to emit up to {value} {unit}"),
}
_ROWS = 200


def forecast_drawing(series: SeriesForecast, *, zone: str, lang: Language) -> Drawing:
    """The fan of one series, with the two days before it.

    Parameters
    ----------
    series : SeriesForecast
        What was forecast.
    zone : str
        IANA zone of its site.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    kind, _, name = series.subject.partition(":")
    if kind == "homes":
        name = t("all homes of {site} together", site=name)
    median = series.median
    most = float(np.nanmax(median)) if np.isfinite(median).any() else 0.0
    level = percent(LEVEL, lang)
    subtitle = t(
        "Read until the line, then the median, the {half} and the {level} interval; clock of {zone}",
        half=percent(0.5, lang),
        level=level,
        zone=zone,
    )
    if series.score.coverage is not None:
        subtitle += t(
            "; in the last fortnight {share} came within the {level} interval",
            share=percent(series.score.coverage, lang),
            level=level,
        )
    title = t(_TITLES[series.kind], name=name, value=f"{most:.3g}", unit=series.unit)
    return Drawing(
        key=f"forecast-{series.subject.replace(':', '-')}",
        title=title,
        subtitle=subtitle,
        alt=title,
        table=_table(series, t),
        draw=lambda width: _draw(series, zone, width, t),
    )


def _draw(series: SeriesForecast, zone: str, width: int, t: Translate) -> alt.VConcatChart:
    look, step = tokens(), series.step
    before = [series.start - (len(series.recent) - number) * step for number in range(len(series.recent))]
    after = [series.start + number * step for number in range(len(series.values) + 1)]
    values = np.vstack([series.values, series.values[-1:]])
    read = [
        {"time": time, "value": None if np.isnan(value) else value}
        for time, value in zip(clock([*before, series.start], zone), [*series.recent, series.recent[-1]], strict=True)
    ]
    names = [f"q{round(100 * level):02}" for level in series.levels]
    told = [
        {"time": time, **{one: None if np.isnan(v) else v for one, v in zip(names, row, strict=True)}}
        for time, row in zip(clock(after, zone), values.tolist(), strict=True)
    ]
    hours = (len(series.recent) + len(series.values)) * step.total_seconds() / 3600
    x = time_axis(hours, width, t, last=True)
    word = t("carbon intensity of the grid [kg CO2e/kWh]") if series.kind == "carbon" else t("power [kW]")
    axis, colour = panel_axis(word, ticks=5), look.colour(_COLOURS[series.kind])
    base = alt.Chart(data(told))

    def band(low: str, high: str, opacity: float) -> alt.Chart:
        return base.mark_area(interpolate="step-after", color=colour, fillOpacity=opacity, strokeWidth=0).encode(
            x=x, y=alt.Y(f"{low}:Q", axis=axis), y2=f"{high}:Q"
        )

    line = step_line(told, "q50", _COLOURS[series.kind], strokeDash=[5, 3]).encode(x=x, y=alt.Y("q50:Q", axis=axis))
    past = step_line(read, "value", _COLOURS[series.kind]).encode(x=x, y=alt.Y("value:Q", axis=axis))
    now = (
        alt.Chart(data([{"time": clock([series.start], zone)[0]}]))
        .mark_rule(color=look.colour("ink-soft"), strokeWidth=1)
        .encode(x=x)
    )
    fan = (band("q05", "q95", look.opacity["band"]), band("q25", "q75", 1.5 * look.opacity["band"]))
    return stacked([layered(*fan, now, past, line)], [200 if width >= WIDE else 170], width)


def _table(series: SeriesForecast, t: Translate) -> Table:
    heads = [Head(t("Start, UTC"))]
    heads += [Head(f"{round(100 * level)} % [{series.unit}]", numeric=True) for level in series.levels]
    rows = tuple(
        (
            Cell(f"{series.start + number * series.step:%Y-%m-%d %H:%M}"),
            *(Cell(t("not known") if np.isnan(value) else every(value), numeric=True) for value in row),
        )
        for number, row in enumerate(series.values[:_ROWS].tolist())
    )
    more = len(series.values) - len(rows)
    return Table(tuple(heads), rows, t("and {count} more steps", count=more) if more > 0 else "")
