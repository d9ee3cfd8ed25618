"""Scope 3 by category: what each emits, how good its data are; what is left out stands there in words."""

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import every, percent, scale, three
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_words import category_name, decision_name
from wattstone.interfaces.present.tokens import tokens

_GOOD, _FAIR = 2.0, 3.5  # data quality up to which data are primary, and secondary but fitting


def categories_drawing(book: StatementBook, lang: Language) -> Drawing | None:
    """A bar for each of the fifteen categories, or None where none has a value.

    Parameters
    ----------
    book : StatementBook
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    decisions = list(book.statement.decisions.iter_rows(named=True))
    known = [row for row in decisions if row["value"] is not None]
    whole = sum(row["value"] for row in known)
    if not known or whole <= 0:
        return None
    divisor, unit = scale("kg CO2e", max(row["value"] for row in known))
    most = max(known, key=lambda row: row["value"])
    rows = [_row(row, divisor, lang) for row in decisions]
    return Drawing(
        key="scope3-categories",
        title=t("{name}: {share} of scope 3", name=category_name(most["category"], lang),
                share=percent(most["value"] / whole, lang)),
        subtitle=t("Scope 3 in {year} by category, {unit}; beside it the data quality, 1 best to 5; hatched: worse "
                   "than {limit}", year=book.year, unit=unit, limit=f"{_FAIR:g}"),
        alt="; ".join(f"{row['name']}: {row['text']}" for row in rows),
        table=_table(decisions, whole, lang),
        draw=lambda width: _draw(rows, unit, width),
    )  # fmt: skip


def _row(row: Row, divisor: float, lang: Language) -> Row:
    t = translator(lang)
    value, quality = row["value"], row["quality"]
    if value is None:
        text = decision_name(row["decision"], lang)
    elif quality is None:
        text = three(value / divisor)
    else:
        text = t("{value} (quality {quality})", value=three(value / divisor), quality=three(quality))
    name = f"{row['category']}  {category_name(row['category'], lang)}"
    poor = quality is not None and quality > _FAIR
    return {"name": name, "value": (value or 0.0) / divisor, "text": text, "poor": poor, "known": value is not None}


def _draw(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    named: list[Row] = [{**row, "name": name_label(row["name"], width)} for row in rows]
    order = [row["name"] for row in named]
    end = max(row["value"] for row in rows) * (1.3 if wide else 2.1)
    step = 34 if wide else 40
    y = alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.35))
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, end], nice=False), axis=value_axis(unit, ticks=6 if wide else 3))
    base = alt.Chart(data(named)).encode(x=x, y=y)
    colour = look.colour("scope-3")
    sure = base.transform_filter("!datum.poor").mark_bar(color=colour)
    poor = base.transform_filter("datum.poor").mark_bar(
        color=colour, fillOpacity=look.opacity["estimated"], stroke=colour, strokeWidth=1
    )
    words = base.transform_filter("datum.known").mark_text(align="left", dx=6).encode(text="text:N")
    none = base.transform_filter("!datum.known").mark_text(align="left", dx=6, color=look.colour("ink-soft"))
    return sized(alt.layer(sure, poor, words, none.encode(text="text:N")), step * len(rows))


def _table(decisions: list[Row], whole: float, lang: Language) -> Table:
    t = translator(lang)
    heads = (Head(t("Category")), Head(t("Decision")), Head(t("Emissions [t CO2e]"), True), Head(t("Share"), True),
             Head(t("Data quality"), True))  # fmt: skip
    rows = tuple(
        (
            Cell(f"{row['category']}  {category_name(row['category'], lang)}"),
            Cell(opened(decision_name(row["decision"], lang))),
            Cell(t("none") if row["value"] is None else every(row["value"] / 1000.0), numeric=True),
            Cell(t("none") if row["value"] is None else percent(row["value"] / whole, lang), numeric=True),
            Cell(t("not applicable") if row["quality"] is None else three(row["quality"]), numeric=True),
        )
        for row in decisions
    )
    return Table(heads, rows)
