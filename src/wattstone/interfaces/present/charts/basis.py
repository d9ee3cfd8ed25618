"""Scope 2 by the hour against the published factor, month by month, side by side."""

import altair as alt

from wattstone.interfaces.present.book import Book, Entry
from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table, number
from wattstone.interfaces.present.languages import Language, Translate, month, translator
from wattstone.interfaces.present.numbers import amount, scale
from wattstone.interfaces.present.tokens import tokens

HOURLY, ANNUAL = "scope2.location.hourly", "scope2.location.annual"


def basis_drawing(book: Book, lang: Language) -> Drawing | None:
    """Two columns a month, or None where one of the two bases has no value.

    Parameters
    ----------
    book : Book
        The document's figures.
    lang : {'en', 'zh'}
    """
    hourly, annual = book.months(HOURLY), book.months(ANNUAL)
    known = [[entry for entry in basis if entry is not None and entry.value is not None] for basis in (hourly, annual)]
    if not all(known):
        return None
    t = translator(lang)
    size = max(entry.value or 0.0 for basis in known for entry in basis)
    divisor, unit = scale(known[0][0].unit, size)
    other = scale(known[1][0].unit, size)[1]
    units = unit if unit == other else f"{unit} / {other.partition(' ')[2]}"
    labels = [t("by the hour [{unit}]", unit=unit), t("published factor [{unit}]", unit=other)]
    rows = [
        {"month": month(place, lang), "place": place, "basis": label, "value": (entry.value or 0.0) / divisor}
        for basis, label in ((hourly, labels[0]), (annual, labels[1]))
        for place, entry in enumerate(basis, start=1)
        if entry is not None and entry.value is not None
    ]
    return Drawing(
        key="basis",
        title=_title(book, t),
        subtitle=_subtitle(book, lang),
        alt=t("Scope 2 by month, counted by the hour and by the published factor: {rows}", rows=_words(rows, units)),
        table=_table(hourly, annual, divisor, (unit, other), lang),
        draw=lambda width: _draw(rows, labels, units, width, t("month")),
    )


def _title(book: Book, t: Translate) -> str:
    hourly, annual = book.known(HOURLY), book.known(ANNUAL)
    if hourly is None or annual is None or hourly.unit != annual.unit:
        return t("Scope 2, counted in two ways")
    if (hourly.value or 0.0) < (annual.value or 0.0):
        return t("Counted by the hour, bought electricity emits less than the published factor says")
    return t("Counted by the hour, bought electricity emits more than the published factor says")


def _subtitle(book: Book, lang: Language) -> str:
    t = translator(lang)
    hourly, annual = book.known(HOURLY), book.known(ANNUAL)
    zone = t("months of {zone}", zone=book.document.zone)
    if hourly is None or annual is None:
        return t("Scope 2, location-based, by month; {zone}", zone=zone)
    return t(
        "The year {year}: {hourly} by the hour, {annual} by the published factor; {zone}",
        year=book.year,
        hourly=amount(hourly.value, hourly.unit, lang),
        annual=amount(annual.value, annual.unit, lang),
        zone=zone,
    )


def _words(rows: list[Row], unit: str) -> str:
    return "; ".join(f"{row['month']}, {row['basis']}: {row['value']:.3g} {unit}" for row in rows)


def _draw(rows: list[Row], labels: list[str], unit: str, width: int, month_word: str) -> alt.LayerChart:
    wide = width >= WIDE
    field = "month" if wide else "place"
    order = list(dict.fromkeys(row[field] for row in rows))
    axis = alt.Axis(title=None if wide else month_word, labelAngle=0, ticks=False, labelOverlap=False)
    colour = tokens().colour("scope-2")
    legend = alt.Legend(title=None, orient="top", direction="horizontal" if wide else "vertical", symbolStrokeWidth=1.5)
    # One is filled and the other outlined, so that both are told apart in grey.
    fills = alt.Scale(domain=labels, range=[colour, tokens().colour("raised")])
    bars = (
        alt.Chart(data(rows))
        .mark_bar(stroke=colour, strokeWidth=1.5)
        .encode(
            x=alt.X(f"{field}:O", sort=order, axis=axis, scale=alt.Scale(paddingInner=0.25)),
            xOffset=alt.XOffset("basis:N", sort=labels, scale=alt.Scale(paddingInner=0.15)),
            y=alt.Y("value:Q", axis=value_axis(unit), scale=alt.Scale(zero=True)),
            fill=alt.Fill("basis:N", scale=fills, legend=legend),
        )
    )
    return sized(alt.layer(bars), 220 if wide else 190)


def _table(
    hourly: list[Entry | None], annual: list[Entry | None], divisor: float, units: tuple[str, str], lang: Language
) -> Table:
    t = translator(lang)
    rows = tuple(
        (Cell(month(place, lang)), number(one, divisor, t("not known")), number(other, divisor, t("not known")))
        for place, (one, other) in enumerate(zip(hourly, annual, strict=True), start=1)
    )
    heads = (
        Head(t("Month")),
        Head(t("By the hour [{unit}]", unit=units[0]), True),
        Head(t("By the published factor [{unit}]", unit=units[1]), True),
    )
    return Table(heads, rows)
