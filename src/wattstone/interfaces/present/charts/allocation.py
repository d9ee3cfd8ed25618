"""What serves the energy of each grid: contracts, the residual mix, the average of the grid."""

import altair as alt
import polars as pl

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, sized, value_axis, with_labels
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.contract_words import carrier_name
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import every, percent, scale
from wattstone.interfaces.present.tokens import tokens

_PARTS = (("served", "jade"), ("mixed", "pv"), ("averaged", "grid"))
_TOP = 12  # bars that the eye compares at a glance


def allocation_drawing(grids: pl.DataFrame, lang: Language, *, year: int, share: float | None) -> Drawing | None:
    """Bars of the grids, each in its parts; None where no energy is known.

    Parameters
    ----------
    grids : polars.DataFrame
        Schema `GRIDS` of `workflows.instruments.allocation`. [kWh]
    lang : {'en', 'zh'}
    year : int
        Of the inventory.
    share : float or None
        Of the electricity that contracts cover, 0 to 1.
    """
    held = grids.filter(pl.col("energy") > 0).sort("energy", descending=True)
    if held.is_empty():
        return None
    t = translator(lang)
    divisor, unit = scale("kWh", float(held["energy"][0]))  # pyright: ignore[reportArgumentType]
    labels = {"served": t("served by contracts"), "mixed": t("by the residual mix"), "averaged": t("by the average")}
    title = t("What contracts serve")
    if share is not None:
        title = t("Contracts serve {share} of the electricity", share=percent(share, lang))
    rows = [row for one in held.head(_TOP).iter_rows(named=True) for row in _bars(one, labels, divisor, lang)]
    return Drawing(
        key="allocation",
        title=title,
        subtitle=t("Bought energy in {year} by grid, {unit}", year=year, unit=unit),
        alt="; ".join(f"{row['name']}, {row['part']}: {every(row['value'])} {unit}" for row in rows if row["value"]),
        table=_table(held, labels, divisor, unit, lang),
        draw=lambda width: _draw(rows, list(labels.values()), unit, width),
    )


def grid_name(grid: str, carrier: str, lang: Language) -> str:
    """What a grid is called; of what is no electricity, what it brings."""
    t = translator(lang)
    place = grid or t("place not known")
    if carrier == "electricity":
        return place
    return t("{kind}, {carrier}", kind=place, carrier=carrier_name(carrier, lang))


def _bars(one: Row, labels: dict[str, str], divisor: float, lang: Language) -> list[Row]:
    name = opened(grid_name(one["grid"], one["carrier"], lang))
    return [
        {"name": name, "part": labels[part], "value": max(one[part], 0.0) / divisor, "rank": rank}
        for rank, (part, _) in enumerate(_PARTS)
    ]


def _draw(rows: list[Row], labels: list[str], unit: str, width: int) -> alt.LayerChart:
    look = tokens()
    named = with_labels(rows, width)
    order = list(dict.fromkeys(row["name"] for row in named))
    colours = [look.colour(colour) for _, colour in _PARTS]
    legend = alt.Legend(title=None, orient="top", direction="horizontal" if width >= WIDE else "vertical")
    bars = (
        alt.Chart(data(named))
        .mark_bar(stroke=look.colour("raised"), strokeWidth=1)
        .encode(
            y=alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.35)),
            x=alt.X("value:Q", stack="zero", axis=value_axis(unit, ticks=4 if width < WIDE else 6)),
            color=alt.Color("part:N", scale=alt.Scale(domain=labels, range=colours), legend=legend),
            order=alt.Order("rank:Q"),
        )
    )
    return sized(alt.layer(bars), max(34 * len(order), 60))


def _table(held: pl.DataFrame, labels: dict[str, str], divisor: float, unit: str, lang: Language) -> Table:
    t = translator(lang)
    heads = (Head(t("Grid")), *(Head(opened(f"{words} [{unit}]"), True) for words in labels.values()))
    rows = tuple(
        (
            Cell(opened(grid_name(row["grid"], row["carrier"], lang))),
            *(Cell(every(row[part] / divisor), numeric=True) for part, _ in _PARTS),
        )
        for row in held.iter_rows(named=True)
    )
    return Table(heads, rows)
