"""By month against last year: one drawing a scope, since CO2 and CO2e are never added."""

import altair as alt

from wattstone.interfaces.present.book import Book, Entry
from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table, number
from wattstone.interfaces.present.languages import Language, month, translator
from wattstone.interfaces.present.names import figure_name, opened
from wattstone.interfaces.present.numbers import LEVEL, amount, like_for_like, percent, scale
from wattstone.interfaces.present.tokens import tokens

_COLOURS = {"scope1": "scope-1", "scope2.location": "scope-2"}


def months_drawing(book: Book, name: str, lang: Language) -> Drawing | None:
    """Columns of the year's months, with last year's level marked, or None where no month has a value.

    Parameters
    ----------
    book : Book
        The document's figures.
    name : str
        `scope1` or `scope2.location`.
    lang : {'en', 'zh'}
    """
    now, before = book.months(name), book.months(name, book.before)
    known = [entry for entry in now if entry is not None and entry.value is not None]
    if not known:
        return None
    t = translator(lang)
    sizes = [entry.upper or entry.value or 0.0 for entry in (*now, *before) if entry is not None]
    divisor, unit = scale(known[0].unit, max(sizes))
    rows = [_row(place, pair, divisor, lang) for place, pair in enumerate(zip(now, before, strict=True), start=1)]
    subtitle = t("{figure}, {year} by month, {unit}", figure=opened(figure_name(name, lang)), year=book.year, unit=unit)
    if any(row["last"] is not None for row in rows):
        subtitle += t("; short marks: {year}", year=book.before)
    if any(row["lower"] is not None for row in rows):
        subtitle += t("; lines: {level} interval", level=percent(LEVEL, lang))
    if any(row["share"] > 0 for row in rows):
        subtitle += t("; hatched: estimated")
    return Drawing(
        key=f"months-{name.replace('.', '-')}",
        title=_title(book, name, known, lang),
        subtitle=subtitle + t("; months of {zone}", zone=book.document.zone),
        alt=_words(known, lang),
        table=_table(book, now, before, divisor, unit, lang),
        draw=lambda width: _draw(rows, unit, tokens().colour(_COLOURS[name]), width, t("month")),
    )


def _title(book: Book, name: str, known: list[Entry], lang: Language) -> str:
    t = translator(lang)
    subject = t("Bought energy") if name.startswith("scope2") else t("Fuel burnt on site")
    moved = book.known(f"change.{name}")
    if moved is not None:
        how = like_for_like(moved.value, book.document.year - 1, lang)
        return t("{subject} emitted {change}", subject=subject, change=how)
    high = _month(max(known, key=lambda entry: entry.value or 0.0), lang)
    return t("{subject} emitted most in {month}", subject=subject, month=high)


def _month(entry: Entry, lang: Language) -> str:
    return month(int(entry.period[-2:]), lang)


def _words(known: list[Entry], lang: Language) -> str:
    return "; ".join(f"{_month(entry, lang)}: {amount(entry.value, entry.unit, lang)}" for entry in known)


def _row(place: int, pair: tuple[Entry | None, Entry | None], divisor: float, lang: Language) -> Row:
    now, before = pair
    value = now.value / divisor if now is not None and now.value is not None else None
    share = now.share if now is not None else 0.0
    return {
        "month": month(place, lang),
        "place": place,
        "value": value,
        "measured": None if value is None else value * (1 - share),
        "share": share,
        "lower": now.lower / divisor if now is not None and now.lower is not None else None,
        "upper": now.upper / divisor if now is not None and now.upper is not None else None,
        "last": before.value / divisor if before is not None and before.value is not None else None,
    }


def _draw(rows: list[Row], unit: str, colour: str, width: int, month_word: str) -> alt.LayerChart:
    look = tokens()
    wide = width >= WIDE
    field = "month" if wide else "place"
    axis = alt.Axis(title=None if wide else month_word, labelAngle=0, ticks=False, labelOverlap=False)
    base = alt.Chart(data(rows)).encode(
        x=alt.X(f"{field}:O", sort=[row[field] for row in rows], axis=axis, scale=alt.Scale(paddingInner=0.3))
    )
    up = alt.Y("value:Q", axis=value_axis(unit), scale=alt.Scale(zero=True))
    pale = base.transform_filter("datum.share > 0").mark_bar(
        color=colour, fillOpacity=look.opacity["estimated"], stroke=colour, strokeWidth=1
    )
    full = base.mark_bar(color=colour).encode(y=alt.Y("measured:Q", axis=value_axis(unit)))
    lines = base.mark_rule(color=look.colour("ink"), strokeWidth=1).encode(y=alt.Y("lower:Q"), y2="upper:Q")
    marks = base.mark_tick(
        orient="horizontal", color=look.colour("ink"), thickness=3, opacity=1, width={"band": 1.25}
    ).encode(y=alt.Y("last:Q"))
    return sized(alt.layer(full, pale.encode(y=up, y2="measured:Q"), lines, marks), 220 if wide else 190)


def _table(
    book: Book, now: list[Entry | None], before: list[Entry | None], divisor: float, unit: str, lang: Language
) -> Table:
    t = translator(lang)
    rows = tuple(
        (
            Cell(month(place, lang)),
            number(this, divisor, t("not known")),
            number(last, divisor, t("not known")),
        )
        for place, (this, last) in enumerate(zip(now, before, strict=True), start=1)
    )
    heads = (Head(t("Month")), Head(f"{book.year} [{unit}]", True), Head(f"{book.before} [{unit}]", True))
    return Table(heads, rows)
