"""By site: the largest dozen and the others together, scope by scope."""

from dataclasses import dataclass

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
from wattstone.interfaces.present.content import Cell, Head, Table, number, plain
from wattstone.interfaces.present.languages import Language, Translate, translator
from wattstone.interfaces.present.numbers import scale, three, unit_at
from wattstone.interfaces.present.tokens import tokens

_SCOPES = (("scope1", "scope-1"), ("scope2.location", "scope-2"))
_ROWS = 50  # rows of the table behind; the rest is in the workbook


@dataclass(frozen=True)
class _Sites:
    """Figures by scope and site; sums of them order the bars and are shown on no table as figures."""

    scopes: dict[str, dict[str, Entry]]
    order: list[str]
    names: dict[str, str]
    divisor: float
    unit: str
    mixed: bool


def sites_drawing(book: Book, lang: Language) -> Drawing | None:
    """Bars of the sites, or None where there are fewer than two.

    Parameters
    ----------
    book : Book
        The document's figures.
    lang : {'en', 'zh'}
    """
    sites = _gather(book)
    if sites is None:
        return None
    t = translator(lang)
    labels = {"scope1": t("scope 1"), "scope2.location": t("scope 2, location-based")}
    rows = _rows(sites, labels, t)
    most = sites.names[sites.order[0]]
    subtitle = t("Emissions of the sites, {year}, {unit}", year=book.year, unit=sites.unit)
    if len(sites.scopes) > 1:
        subtitle += t("; above: scope 1, below: scope 2") if sites.mixed else t("; left: scope 1, right: scope 2")
    if any(row["pale"] for row in rows):
        subtitle += t("; hatched: estimated")
    return Drawing(
        key="sites",
        title=t("{site} emits most", site=most),
        subtitle=subtitle,
        alt="; ".join(f"{row['name']}: {row['text']} {sites.unit}" for row in rows if row["text"]),
        table=_table(sites, lang),
        draw=lambda width: _draw(rows, sites, list(labels.values()), width),
    )


def _gather(book: Book) -> _Sites | None:
    found = {
        name: {ident: entry for ident, entry in book.of_sites(name).items() if entry.value is not None}
        for name, _ in _SCOPES
    }
    scopes = {name: entries for name, entries in found.items() if entries}
    totals: dict[str, float] = {}
    for entries in scopes.values():
        for ident, entry in entries.items():
            totals[ident] = totals.get(ident, 0.0) + (entry.value or 0.0)
    if len(totals) < 2:
        return None
    units = {entry.unit for entries in scopes.values() for entry in entries.values()}
    order = sorted(totals, key=lambda ident: (-totals[ident], ident))
    size = max(max(totals.values()), sum(totals[ident] for ident in order[_top(order) :]))
    divisor, _ = scale(min(units), size)
    unit = " / ".join(sorted((unit_at(one, divisor) for one in units), reverse=True))
    names = distinct({ident: book.site(ident) for ident in order})
    return _Sites(scopes, order, names, divisor, unit, len(units) > 1)


def _top(order: list[str]) -> int:
    """How many bars stand alone; a single site is never called "others"."""
    return len(order) if len(order) == TOP + 1 else TOP


def _rows(sites: _Sites, labels: dict[str, str], t: Translate) -> list[Row]:
    top = _top(sites.order)
    groups = [(sites.names[ident], [ident]) for ident in sites.order[:top]]
    if rest := sites.order[top:]:
        groups.append((t("{count} others together", count=len(rest)), rest))
    return [row for name, members in groups for row in _bars(name, members, sites, labels)]


def _bars(name: str, members: list[str], sites: _Sites, labels: dict[str, str]) -> list[Row]:
    """The measured and the estimated part of each scope, one after the other (or from zero, where units differ)."""
    rows: list[Row] = []
    start = 0.0
    for rank, (scope, entries) in enumerate(sites.scopes.items()):
        mine = [entry for ident in members if (entry := entries.get(ident)) is not None]
        value = sum(entry.value or 0.0 for entry in mine) / sites.divisor
        pale = sum((entry.value or 0.0) * entry.share for entry in mine) / sites.divisor
        start = 0.0 if sites.mixed else start
        last = sites.mixed or rank == len(sites.scopes) - 1
        shared = {"name": name, "scope": labels[scope], "end": start + value}
        text = three(start + value) if last and (mine or start) else ""
        rows.append({**shared, "from": start, "to": start + value - pale, "pale": False, "text": text})
        if pale > 0:
            rows.append({**shared, "from": start + value - pale, "to": start + value, "pale": True, "text": ""})
        start += value
    return rows


def _draw(rows: list[Row], sites: _Sites, labels: list[str], width: int) -> alt.LayerChart:
    look = tokens()
    named = with_labels(rows, width)
    order = list(dict.fromkeys(row["name"] for row in named))
    end = max(row["end"] for row in rows) * (1.12 if width >= WIDE else 1.35)
    base = alt.Chart(data(named)).encode(
        y=alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.35))
    )
    if sites.mixed:
        base = base.encode(yOffset=alt.YOffset("scope:N", sort=labels))
    across = alt.X("from:Q", scale=alt.Scale(domain=[0, end]), axis=value_axis(sites.unit, ticks=4))
    colours = [look.colour(colour) for _, colour in _SCOPES]
    legend = alt.Legend(title=None, orient="top", direction="horizontal" if width >= WIDE else "vertical")
    hue = alt.Color("scope:N", scale=alt.Scale(domain=labels, range=colours), legend=legend)
    full = base.transform_filter("!datum.pale && datum.to > datum.from").mark_bar(
        stroke=look.colour("raised"), strokeWidth=1
    )
    pale = base.transform_filter("datum.pale").mark_bar(fillOpacity=look.opacity["estimated"], strokeWidth=1)
    stroke = alt.Stroke("scope:N", scale=alt.Scale(domain=labels, range=colours), legend=None)
    texts = base.transform_filter("datum.text != ''").mark_text(align="left", dx=5).encode(x="end:Q", text="text:N")
    return sized(
        alt.layer(
            full.encode(x=across, x2="to:Q", color=hue),
            pale.encode(x=across, x2="to:Q", color=hue, stroke=stroke),
            texts,
        ),
        (44 if sites.mixed else 34) * len(order),
    )


def _table(sites: _Sites, lang: Language) -> Table:
    t = translator(lang)
    titles = {"scope1": t("Scope 1"), "scope2.location": t("Scope 2, location-based")}
    heads = [Head(t("Site"))]
    for scope, entries in sites.scopes.items():
        unit = unit_at(next(iter(entries.values())).unit, sites.divisor)
        heads.append(Head(f"{titles[scope]} [{unit}]", True))
    none = t("not applicable")
    rows = [
        (
            Cell(sites.names[ident]),
            *(number(entries.get(ident), sites.divisor, none) for entries in sites.scopes.values()),
        )
        for ident in sites.order[:_ROWS]
    ]
    if rest := sites.order[_ROWS:]:
        sums = [
            sum(entry.value or 0.0 for ident in rest if (entry := entries.get(ident)) is not None) / sites.divisor
            for entries in sites.scopes.values()
        ]
        rows.append((Cell(t("{count} others together", count=len(rest))), *(plain(value, none) for value in sums)))
    note = t("The others are listed one by one in the workbook.") if rest else ""
    return Table(tuple(heads), tuple(rows), note)
