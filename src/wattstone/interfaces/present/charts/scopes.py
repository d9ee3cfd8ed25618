"""By scope: what was emitted, against last year; what is not computed stands there in words."""

import altair as alt

from wattstone.interfaces.present.book import Book, Entry
from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table, shown
from wattstone.interfaces.present.languages import Language, Translate, say_reason, translator
from wattstone.interfaces.present.names import figure_name, opened, total_name
from wattstone.interfaces.present.numbers import LEVEL, amount, interval, percent, scale, three, unit_at
from wattstone.interfaces.present.tokens import tokens

_BARS = (("scope1", "scope-1"), ("scope2.location", "scope-2"), ("scope2.market", "scope-2"), ("scope3", "scope-3"))


def scopes_drawing(book: Book, lang: Language) -> Drawing | None:
    """Bars of the scopes, or None where none of them has a value.

    Parameters
    ----------
    book : Book
        The document's figures.
    lang : {'en', 'zh'}
    """
    entries = [(entry, colour) for name, colour in _BARS if (entry := book.own(name)) is not None]
    known = [entry for entry, _ in entries if entry.value is not None]
    if not known:
        return None
    t = translator(lang)
    divisor, _ = scale(known[0].unit, max(entry.upper or entry.value or 0.0 for entry in known))
    before = {entry.name: book.known(entry.name, book.before) for entry in known}
    rows = [_row(entry, colour, before.get(entry.name), divisor, lang) for entry, colour in entries]
    unit = _unit(known, divisor)
    subtitle = t("Emissions in {year} by scope, {unit}", year=book.year, unit=unit)
    if any(row["last"] is not None for row in rows):
        subtitle += t("; short marks: {year}", year=book.before)
    if any(row["lower"] is not None for row in rows):
        subtitle += t("; lines: {level} interval", level=percent(LEVEL, lang))
    return Drawing(
        key="scopes",
        title=_title(known, t),
        subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['said']}" for row in rows),
        table=_table(book, [entry for entry, _ in entries], lang),
        draw=lambda width: _draw(rows, unit, width),
    )


def _unit(known: list[Entry], divisor: float) -> str:
    """The unit on the axis; both where one scope counts CO2 alone."""
    return " / ".join(sorted({unit_at(entry.unit, divisor) for entry in known}, reverse=True))


def _title(known: list[Entry], t: Translate) -> str:
    most = max((entry for entry in known if entry.name != "scope2.market"), key=lambda entry: entry.value or 0.0)
    if len(known) > 1 and most.name == "scope1":
        return t("Fuel burnt on site emits most")
    if len(known) > 1:
        return t("Bought energy emits most")
    return t("One scope is computed so far")


def _row(entry: Entry, colour: str, last: Entry | None, divisor: float, lang: Language) -> Row:
    value = None if entry.value is None else entry.value / divisor
    bounds = [None if bound is None else bound / divisor for bound in (entry.lower, entry.upper)]
    before = last.value / divisor if last is not None and last.value is not None else None
    t = translator(lang)
    words = say_reason(entry.reason, lang) or t("not known")
    text = words if entry.value is None else _short(entry, divisor)
    return {
        "name": total_name(entry.name, lang),
        "value": value,
        "lower": bounds[0],
        "upper": bounds[1],
        "last": before,
        "at": max(number or 0.0 for number in (value, bounds[1], before)),
        "text": text,
        "said": words if entry.value is None else amount(entry.value, entry.unit, lang),
        "colour": tokens().colour(colour),
    }


def _short(entry: Entry, divisor: float) -> str:
    return f"{three((entry.value or 0.0) / divisor)} {unit_at(entry.unit, divisor)}"


def _draw(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    look = tokens()
    room = 1.3 if width >= WIDE else 1.9
    named = [{**row, "name": name_label(row["name"], width)} for row in rows]
    order = [row["name"] for row in named]
    end = max(row["at"] for row in rows) * room or 1.0
    step = 46 if width >= WIDE else 42
    base = alt.Chart(data(named)).encode(
        y=alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.45))
    )
    across = alt.X("value:Q", scale=alt.Scale(domain=[0, end]), axis=value_axis(unit, ticks=4 if width < WIDE else 6))
    bars = base.mark_bar().encode(x=across, color=alt.Color("colour:N", scale=None))
    lines = base.mark_rule(color=look.colour("ink"), strokeWidth=1.5).encode(x=alt.X("lower:Q"), x2="upper:Q")
    marks = base.mark_tick(color=look.colour("ink"), thickness=3, opacity=1, height={"band": 1.25}).encode(
        x=alt.X("last:Q")
    )
    texts = base.mark_text(align="left", dx=7).encode(x=alt.X("at:Q"), text="text:N")
    return sized(alt.layer(bars, lines, marks, texts), step * len(rows))


def _table(book: Book, entries: list[Entry], lang: Language) -> Table:
    t = translator(lang)
    rows = tuple(
        (
            Cell(opened(figure_name(entry.name, lang))),
            shown(entry, lang, say_reason(entry.reason, lang) or t("not known"), digits="all"),
            Cell(
                interval(entry.value, entry.lower, entry.upper, entry.unit, lang, digits="all") or t("not known")
                if entry.value is not None
                else t("not applicable")
            ),
            shown(book.known(entry.name, book.before), lang, t("not known"), digits="all"),
        )
        for entry in entries
    )
    heads = (
        Head(t("Scope")),
        Head(book.year, True),
        Head(t("{level} interval", level=percent(LEVEL, lang))),
        Head(book.before, True),
    )
    return Table(heads, rows)
