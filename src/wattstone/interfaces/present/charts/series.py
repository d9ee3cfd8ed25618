"""A total over the years: as each was first released, and with what was restated since."""

import altair as alt
import polars as pl

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, counter, translator
from wattstone.interfaces.present.names import opened, total_name
from wattstone.interfaces.present.numbers import amount, every, scale, three
from wattstone.interfaces.present.tokens import tokens

_SAME = 1e-9  # relative


def series_drawing(series: pl.DataFrame, name: str, lang: Language, *, base: tuple[int, ...] = ()) -> Drawing | None:
    """Columns of a total by year, the first released beside the recalculated; None where no year has it.

    Parameters
    ----------
    series : polars.DataFrame
        Schema `SERIES` of the statement. [kg CO2e]
    name : str
        Of the total.
    lang : {'en', 'zh'}
    base : tuple of int
        Base years, which the axis names.
    """
    rows = series.filter(name=name).sort("year").to_dicts()
    values = [row[one] for row in rows for one in ("reported", "recalculated") if row[one] is not None]
    if not values:
        return None
    t = translator(lang)
    divisor, unit = scale("kg CO2e", max(map(abs, values)))
    moved = [row["year"] for row in rows if not _same(row["reported"], row["recalculated"])]
    title = counter(lang)(
        "{figure}: {count} year is restated", "{figure}: {count} years are restated", len(moved),
        figure=opened(total_name(name, lang)),
    ) if moved else t("{figure}: every year is as first released", figure=opened(total_name(name, lang)))  # fmt: skip
    bars = [_bar(row, one, divisor, base, lang) for row in rows for one in ("reported", "recalculated")]
    return Drawing(
        key=f"series-{name.replace('.', '-')}",
        title=title,
        subtitle=t("By year, {unit}; left: as first released, right: recalculated", unit=unit),
        alt="; ".join(_words(row, lang) for row in rows),
        table=_table(rows, base, lang),
        draw=lambda width: _draw([one for one in bars if one["value"] is not None], unit, width),
    )


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return abs(one - other) <= _SAME * max(abs(one), abs(other))


def _year(year: int, base: tuple[int, ...], lang: Language) -> str:
    t = translator(lang)
    return f"{year} ({t('base year')})" if year in base else str(year)


def _bar(row: Row, which: str, divisor: float, base: tuple[int, ...], lang: Language) -> Row:
    value = None if row[which] is None else row[which] / divisor
    colour = tokens().colour("grid" if which == "reported" else "jade")
    return {
        "year": _year(row["year"], base, lang), "which": which, "value": value, "colour": colour,
        "text": "" if value is None else three(value),
    }  # fmt: skip


def _words(row: Row, lang: Language) -> str:
    t = translator(lang)
    said = t(
        "first released {reported}, recalculated {now}",
        reported=amount(row["reported"], "kg CO2e", lang), now=amount(row["recalculated"], "kg CO2e", lang),
    )  # fmt: skip
    return t("{place}: {found}", place=row["year"], found=said)


def _draw(bars: list[Row], unit: str, width: int) -> alt.LayerChart:
    wide = width >= WIDE
    years = list(dict.fromkeys(bar["year"] for bar in bars))
    most = max(0.0, *(bar["value"] for bar in bars))
    least = min(0.0, *(bar["value"] for bar in bars))
    room = alt.Scale(domain=[least, most * 1.1 or 1.0], nice=False)
    across = alt.X("year:O", sort=years, axis=alt.Axis(title=None, labelAngle=0, ticks=False, labelLimit=150),
                   scale=alt.Scale(paddingInner=0.3))  # fmt: skip
    beside = alt.XOffset("which:N", sort=["reported", "recalculated"])
    base = alt.Chart(data(bars)).encode(x=across, xOffset=beside)
    up = alt.Y("value:Q", scale=room, axis=value_axis(unit, ticks=4))
    columns = base.mark_bar(fillOpacity=0.9).encode(y=up, color=alt.Color("colour:N", scale=None))
    texts = base.mark_text(baseline="bottom", dy=-3).encode(y=alt.Y("value:Q", scale=room), text="text:N")
    layers = [columns, texts] if len(bars) <= (24 if wide else 8) else [columns]
    return sized(alt.layer(*layers), 220 if wide else 200)


def _table(rows: list[Row], base: tuple[int, ...], lang: Language) -> Table:
    t = translator(lang)
    unknown = t("not known")
    heads = (Head(t("Year")), Head(t("As first released [t CO2e]"), True), Head(t("Recalculated [t CO2e]"), True))
    cells = tuple(
        (Cell(_year(row["year"], base, lang)), *(
            Cell(unknown if row[one] is None else every(row[one] / 1000.0), numeric=True)
            for one in ("reported", "recalculated")))
        for row in rows
    )  # fmt: skip
    return Table(heads, cells)
