"""The charts of the year cases: bills of all ways side by side, and a week of two of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import altair as alt

from wattstone.dispatch.backtest import Backtest
from wattstone.interfaces.present.charts.base import MEASURED_WITH
from wattstone.interfaces.present.tokens import chart_config, tokens

WIDTH = 680


def bills(results: list[Backtest], path: Path, *, title: str, subtitle: str, currency: str) -> None:
    """Bars of energy and monthly peaks for each way.

    Parameters
    ----------
    results : list of Backtest
        In the order in which they are shown.
    path : Path
        A PNG.
    title, subtitle, currency : str
        Texts.
    """
    rows: list[dict[str, Any]] = [
        {"way": one.name, "part": part, "value": float(one.totals()[part]), "order": number}
        for one in results
        for number, part in enumerate(("energy", "demand"))
    ]
    order = [one.name for one in results]
    whole = [{"way": one.name, "value": _bill(one), "text": f"{_bill(one):,.0f}"} for one in results]
    y = alt.Y("way:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            y=y,
            x=alt.X("value:Q", title=currency, stack=True, axis=alt.Axis(tickCount=5)),
            order="order:Q",
            color=alt.Color(
                "part:N",
                title=None,
                scale=alt.Scale(
                    domain=["energy", "demand"], range=[tokens().colour("scope-2"), tokens().colour("watch")]
                ),
                legend=alt.Legend(orient="top", labelExpr="datum.label == 'energy' ? 'energy' : 'monthly peaks'"),
            ),
        )
    )
    texts = alt.Chart(alt.Data(values=whole)).mark_text(align="left", dx=5).encode(y=y, x="value:Q", text="text:N")
    _write(alt.layer(bars, texts).properties(width=WIDTH - 260, height=34 * len(order)), path, title, subtitle)


def week(
    one: Backtest, other: Backtest, path: Path, *, first: int, title: str, subtitle: str, names: tuple[str, str]
) -> None:
    """A week: load and PV; import of two ways; price and stored energy of the second.

    Parameters
    ----------
    one, other : Backtest
        Without and with plans.
    path : Path
        A PNG.
    first : int
        Step.
    title, subtitle : str
        Texts.
    names : (str, str)
        Of the two ways.
    """
    steps = slice(first, first + 7 * 96, 2)
    truth = other.truth
    moments = [
        (truth.start + (first + index) * timedelta(hours=truth.hours) + timedelta(hours=8)).isoformat()
        for index in range(0, 7 * 96, 2)
    ]

    def panel(series: dict[str, tuple[Any, str]], unit: str, height: int) -> alt.Chart:
        rows = [
            {"t": t, "name": name, "value": float(v)}
            for name, (values, _) in series.items()
            for t, v in zip(moments, values[steps], strict=True)
        ]
        colours = alt.Scale(domain=list(series), range=[tokens().colour(colour) for _, colour in series.values()])
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_line(strokeWidth=1.4, interpolate="step-after")
            .encode(
                x=alt.X("t:T", title=None, axis=alt.Axis(format="%a %d %b", tickCount="day")),
                y=alt.Y("value:Q", title=unit, axis=alt.Axis(tickCount=4)),
                color=alt.Color("name:N", title=None, scale=colours, legend=alt.Legend(orient="top")),
            )
            .properties(width=WIDTH - 80, height=height)
        )

    chart = alt.vconcat(
        panel({"load without devices": (truth.load, "grid"), "PV": (other.done.pv.sum(axis=0), "pv")}, "kW", 110),
        panel({names[0]: (one.done.net, "watch"), names[1]: (other.done.net, "load")}, "import, kW", 150),
        panel({"stored energy": (other.done.soc.sum(axis=0), "battery")}, "kWh", 90),
        panel({"price of import": (truth.import_price, "charger")}, "CNY/kWh", 70),
    ).resolve_scale(color="independent")
    _write(chart, path, title, subtitle)


def _bill(one: Backtest) -> float:
    sums = one.totals()
    return float(sums["energy"] + sums["demand"])


def _write(chart: Any, path: Path, title: str, subtitle: str) -> None:
    import vl_convert

    shown = chart.properties(
        title=alt.TitleParams(title, subtitle=subtitle, anchor="start"), config=chart_config(MEASURED_WITH)
    ).to_dict()
    shown["background"] = tokens().colour("raised")
    shown["padding"] = 12
    path.write_bytes(vl_convert.vegalite_to_png(shown, scale=1.5))
