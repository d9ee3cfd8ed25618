"""A plan beside what operators do by rule: cost, electricity and emissions, a panel of bars for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data
from wattstone.interfaces.present.charts.times import EDGE, layered, panel_axis, stacked
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import every, percent, scale, three
from wattstone.interfaces.present.tokens import tokens

_BAR, _TALL = 30, 46  # px that a way takes, on a page and on a phone


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
                                   [(_BAR if width >= WIDE else _TALL) * len(ways)] * len(panels), width),
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
    """Bars under their names: names stand above the bars, and on a phone amounts have a line of their own."""
    look, wide = tokens(), width >= WIDE
    most = max(*(row["value"] for row in rows), 1e-9)
    least = min(0.0, *(row["value"] for row in rows))
    top = 0.45 if wide else 0.62
    drawn = [
        {**row, "low": row["at"] + top, "high": row["at"] + 0.92, "zero": 0.0,
         "words": f"{row['name']}: {row['text']}" if wide else row["text"],
         "colour": look.colour("jade" if row["plan"] else "grid")}
        for row in rows
    ]  # fmt: skip
    y = alt.Y(
        "low:Q",
        scale=alt.Scale(domain=[0, len(rows)], reverse=True, nice=False),
        axis=panel_axis(title, numbers=False),
    )
    scale_ = alt.Scale(domain=[least, most], nice=False)
    base = alt.Chart(data(drawn))
    bars = base.mark_rect(strokeWidth=0).encode(
        x=alt.X("value:Q", scale=scale_, axis=None), x2="zero:Q", y=y, y2="high:Q",
        color=alt.Color("colour:N", scale=None),
    )  # fmt: skip
    at = alt.X("zero:Q", scale=scale_, axis=None)
    texts = [base.mark_text(align="left", baseline="bottom", dx=2, dy=-1).encode(x=at, y=y, text="words:N")]
    if not wide:
        names = base.mark_text(align="left", baseline="bottom", dx=2, dy=-15, limit=width - EDGE - 24)
        texts.append(names.encode(x=at, y=y, text="name:N"))
    return layered(bars, *texts)
