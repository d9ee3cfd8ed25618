"""A plan beside what operators do by rule: cost, electricity and emissions, a panel of bars for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from wattstone.interfaces.present.charts.base import Drawing, Row, data
from wattstone.interfaces.present.charts.times import EDGE, layered, panel_axis, stacked
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import every, percent, scale, three
from wattstone.interfaces.present.tokens import tokens

_BAR = 30


@dataclass(frozen=True)
class Quantity:
    """What is compared: its name, its unit as figures carry it, a value for each way, and the figures' ids."""

    name: str
    unit: str
    values: tuple[float, ...]
    figures: tuple[str | None, ...] = ()


def ways_bars(
    ways: Sequence[str], quantities: Sequence[Quantity], *, key: str, title: str, subtitle: str, lang: Language
) -> Drawing:
    """Bars for each way; the first is the plan, the others are told against it.

    Parameters
    ----------
    ways : sequence of str
        Names; the plan first.
    quantities : sequence of Quantity
        A panel each.
    key, title, subtitle : str
        Of the drawing.
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    panels: list[tuple[str, list[Row]]] = []
    for one in quantities:
        divisor, unit = scale(one.unit, max(map(abs, one.values)))
        panels.append((f"{one.name} [{unit}]", _rows(ways, one, divisor, unit, lang)))
    heads = (Head(t("Way")), *(Head(f"{one.name} [{one.unit}]", True) for one in quantities))
    cells = tuple(
        (
            Cell(way),
            *(
                Cell(every(one.values[at]), one.figures[at] if at < len(one.figures) else None, numeric=True)
                for one in quantities
            ),
        )
        for at, way in enumerate(ways)
    )
    return Drawing(
        key=key, title=title, subtitle=subtitle, table=Table(heads, cells),
        alt="; ".join(f"{name}, {row['name']}: {row['text']}" for name, rows in panels for row in rows),
        draw=lambda width: stacked([_panel(name, rows, width) for name, rows in panels],
                                   [_BAR * len(ways)] * len(panels), width),
    )  # fmt: skip


def _rows(ways: Sequence[str], one: Quantity, divisor: float, unit: str, lang: Language) -> list[Row]:
    t = translator(lang)
    plan = one.values[0]
    rows: list[Row] = []
    for at, (way, value) in enumerate(zip(ways, one.values, strict=True)):
        text = f"{three(value / divisor)} {unit}"
        if at and plan:
            share = value / plan - 1
            form = t("{amount}, {share} more") if share > 0 else t("{amount}, {share} less")
            text = form.format(amount=text, share=percent(abs(share), lang)) if abs(share) >= 0.0005 else text
        rows.append({"name": way, "value": value / divisor, "text": text, "plan": at == 0, "at": at})
    return rows


def _panel(title: str, rows: list[Row], width: int) -> alt.LayerChart:
    """Bars under their names: names stand inside, above the bars, so that a phone has room for them."""
    look = tokens()
    most = max(*(row["value"] for row in rows), 1e-9)
    least = min(0.0, *(row["value"] for row in rows))
    drawn = [
        {**row, "low": row["at"] + 0.45, "high": row["at"] + 0.92, "zero": 0.0,
         "words": f"{row['name']}: {row['text']}", "colour": look.colour("jade" if row["plan"] else "grid")}
        for row in rows
    ]  # fmt: skip
    axis = panel_axis(title)
    y = alt.Y(
        "low:Q",
        scale=alt.Scale(domain=[0, len(rows)], reverse=True, nice=False),
        axis=alt.Axis(**{**axis.to_dict(), "labels": False, "grid": False}),
    )
    x = alt.X("value:Q", scale=alt.Scale(domain=[least, most], nice=False), axis=None)
    base = alt.Chart(data(drawn))
    bars = base.mark_rect(strokeWidth=0).encode(
        x=x, x2="zero:Q", y=y, y2="high:Q", color=alt.Color("colour:N", scale=None)
    )
    texts = base.mark_text(align="left", baseline="bottom", dx=2, dy=-1, limit=width - EDGE - 30).encode(
        x=alt.X("zero:Q", scale=alt.Scale(domain=[least, most], nice=False), axis=None), y=y, text="words:N"
    )
    return layered(bars, texts)
