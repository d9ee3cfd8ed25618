"""The league table of energy use per floor area, with the whole portfolio among them to compare with."""

import altair as alt

from wattstone.interfaces.present.book import Book, Entry
from wattstone.interfaces.present.charts.base import (
    TOP,
    WIDE,
    Drawing,
    Row,
    data,
    distinct,
    name_axis,
    sized,
    value_axis,
    with_labels,
)
from wattstone.interfaces.present.content import Cell, Head, Table, number
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import type_name
from wattstone.interfaces.present.numbers import three, written
from wattstone.interfaces.present.tokens import tokens

NAME = "intensity.energy"
_ROWS = 50


def intensity_drawing(book: Book, lang: Language) -> Drawing | None:
    """Bars of the highest dozen, or None where fewer than two sites have a value.

    Parameters
    ----------
    book : Book
        The document's figures.
    lang : {'en', 'zh'}
    """
    ranked = book.league()
    if len(ranked) < 2:
        return None
    t = translator(lang)
    names = distinct({ident: book.site(ident) for ident, _ in ranked})
    whole = book.known(NAME)
    rows = [_bar(names[ident], entry, whole=False) for ident, entry in ranked[:TOP]]
    if whole is not None:
        rows.append(_bar(t("All sites together"), whole, whole=True))
        rows.sort(key=lambda row: -row["value"])
    unit = written(ranked[0][1].unit)
    subtitle = t("Energy use per floor area, {year}, {unit}", year=book.year, unit=unit)
    if len(ranked) > TOP:
        subtitle += t("; the {count} highest of {total} sites", count=TOP, total=len(ranked))
    return Drawing(
        key="intensity",
        title=t("{site} uses most energy per floor area", site=names[ranked[0][0]]),
        subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['text']} {unit}" for row in rows),
        table=_table(book, ranked, names, lang),
        draw=lambda width: _draw(rows, unit, width),
    )


def _bar(name: str, entry: Entry, *, whole: bool) -> Row:
    return {
        "name": name,
        "value": entry.value or 0.0,
        "text": three(entry.value or 0.0),
        "colour": tokens().colour("ink" if whole else "grid"),
    }


def _draw(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    named = with_labels(rows, width)
    end = max(row["value"] for row in rows) * (1.12 if width >= WIDE else 1.3)
    axis = name_axis(width)
    base = alt.Chart(data(named)).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in named], axis=axis, scale=alt.Scale(paddingInner=0.35))
    )
    across = alt.X("value:Q", scale=alt.Scale(domain=[0, end]), axis=value_axis(unit, ticks=4))
    bars = base.mark_bar().encode(x=across, color=alt.Color("colour:N", scale=None))
    texts = base.mark_text(align="left", dx=5).encode(x=alt.X("value:Q"), text="text:N")
    return sized(alt.layer(bars, texts), 34 * len(rows))


def _table(book: Book, ranked: list[tuple[str, Entry]], names: dict[str, str], lang: Language) -> Table:
    t = translator(lang)
    sites = {row["site_id"]: row for row in book.document.sites.iter_rows(named=True)}
    unit = written(ranked[0][1].unit)
    rows = tuple(
        (
            Cell(str(rank), numeric=True),
            Cell(names[ident]),
            Cell(type_name(sites[ident]["type"] if ident in sites else None, lang)),
            number(entry, 1.0, t("not known")),
        )
        for rank, (ident, entry) in enumerate(ranked[:_ROWS], start=1)
    )
    note = t("The others are listed one by one in the workbook.") if len(ranked) > len(rows) else ""
    heads = (Head(t("Rank"), True), Head(t("Site")), Head(t("Type")), Head(f"{t('Energy use')} [{unit}]", True))
    return Table(heads, rows, note)
