"""Ways of running a site, side by side: what each of them saves against no control, in money and in emissions."""

from typing import Literal

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, mark, translator
from wattstone.interfaces.present.numbers import every, group, percent, three
from wattstone.interfaces.present.tokens import tokens
from wattstone.workflows.dispatch.backtest import Backtested

What = Literal["cost", "emissions"]
NAMES = {
    "none": mark("no control"),
    "self_consumption": mark("rule: own PV first"),
    "clock": mark("rule: clock on the tariff"),
    "plan": mark("plans by forecast"),
    "known": mark("plans with right forecasts"),
    "perfect": mark("perfect foresight"),
}


def ways_drawing(tested: Backtested, what: What, lang: Language) -> Drawing | None:
    """Bars of what each way costs or emits; None where no emissions are known.

    Parameters
    ----------
    tested : Backtested
        The period.
    what : {'cost', 'emissions'}
    lang : {'en', 'zh'}
    """
    if what == "emissions" and tested.carbon.source == "none":
        return None
    t = translator(lang)
    values = {
        way: tested.settled(way) if what == "cost" else totals["carbon"] for way, totals in tested.totals().items()
    }
    unit = tested.place.file.site.currency if what == "cost" else "kg CO2e"
    rows: list[Row] = []
    for way, value in values.items():
        saved = values["none"] - value
        share = saved / abs(values["none"]) if values["none"] else 0.0
        said = f"{_whole(value)} {unit}"
        if way != "none" and abs(share) >= 0.0005:
            form = t("{amount}, {share} less") if saved > 0 else t("{amount}, {share} more")
            said = form.format(amount=said, share=percent(abs(share), lang))
        kind = "plan" if way == "plan" else "hint" if way in ("known", "perfect") else "rule"
        rows.append({"name": t(NAMES[way]), "saved": saved, "text": said, "kind": kind, "end": max(saved, 0.0)})
    subtitle = (
        t("Saved against no control, {unit}; the bill with demand charge, stored energy settled", unit=unit)
        if what == "cost"
        else t("Saved against no control, {unit}, by imported electricity", unit=unit)
    )
    return Drawing(
        key=f"ways-{what}",
        title=_title(tested, what, values, lang),
        subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['text']}" for row in rows),
        table=Table(
            (Head(t("Way")), Head(f"{t('Cost') if what == 'cost' else t('Emissions')} [{unit}]", True)),
            tuple((Cell(t(NAMES[way])), Cell(every(value), numeric=True)) for way, value in values.items()),
        ),
        draw=lambda width: _draw(rows, unit, width),
    )


def _whole(value: float) -> str:
    return group(f"{value:.0f}") if abs(value) >= 100 else three(value)


def _title(tested: Backtested, what: What, values: dict[str, float], lang: Language) -> str:
    t = translator(lang)
    saved = values["none"] - values["plan"]
    share = percent(abs(saved / values["none"]), lang) if values["none"] else ""
    if what == "emissions":
        form = (
            mark("Plans emitted {share} less than no control")
            if saved > 0
            else mark("Plans emitted {share} more than no control")
        )
        return t(form, share=share)
    if saved <= 0 or tested.gained is None:
        return t("Plans cost {share} more than no control", share=share) if saved < 0 else t("Plans saved nothing")
    return t(
        "Plans saved {share}: {part} of what perfect foresight could",
        share=share,
        part=percent(max(0.0, min(1.0, tested.gained)), lang),
    )


def _draw(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    colours = {"rule": look.colour("grid"), "plan": look.colour("jade"), "hint": look.colour("jade-soft")}
    edges = {**colours, "hint": look.colour("jade")}  # what nobody can reach is outlined, and told apart in grey
    named = [
        {**row, "name": name_label(row["name"], width), "colour": colours[row["kind"]], "edge": edges[row["kind"]]}
        for row in rows
    ]
    most, least = max(row["saved"] for row in rows), min(0.0, *(row["saved"] for row in rows))
    end = (most - least) * (1.75 if wide else 3.9) + least if most > 0 else 1.0
    base = alt.Chart(data(named)).encode(
        y=alt.Y(
            "name:N", sort=[row["name"] for row in named], axis=name_axis(width), scale=alt.Scale(paddingInner=0.35)
        )
    )
    across = alt.X("saved:Q", scale=alt.Scale(domain=[least, end], nice=False), axis=value_axis(unit, ticks=4))
    bars = base.mark_bar(strokeWidth=1).encode(
        x=across, color=alt.Color("colour:N", scale=None), stroke=alt.Stroke("edge:N", scale=None)
    )
    texts = base.mark_text(align="left", dx=5).encode(x=alt.X("end:Q"), text="text:N")
    return sized(alt.layer(bars, texts), 34 * len(rows))
