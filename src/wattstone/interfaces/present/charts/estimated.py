"""What is estimated: the share of energy that rests on filled or interpolated readings, by site and month."""

import altair as alt
import polars as pl

from wattstone.interfaces.present.book import Book
from wattstone.interfaces.present.charts.base import (
    TOP,
    WIDE,
    Drawing,
    Row,
    data,
    distinct,
    name_axis,
    name_label,
    sized,
)
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, month, translator
from wattstone.interfaces.present.numbers import percent
from wattstone.interfaces.present.tokens import tokens


def estimated_drawing(book: Book, lang: Language) -> Drawing | None:
    """A grid of sites and months, or None where nothing is estimated.

    Parameters
    ----------
    book : Book
        The document's figures.
    lang : {'en', 'zh'}

    Notes
    -----
    A site has one share per kind of energy; the largest of them is shown.
    """
    shares = _shares(book)
    if shares.is_empty():
        return None
    t = translator(lang)
    worst = shares.sort("share", descending=True).row(0, named=True)
    names = distinct({ident: book.site(ident) for ident in shares["site_id"].unique(maintain_order=True)})
    top = list(names)[:TOP]
    rows: list[Row] = [
        {**row, "name": names[row["site_id"]], "month": month(row["place"], lang)}
        for row in shares.filter(pl.col("site_id").is_in(top)).iter_rows(named=True)
    ]
    blanks = [
        {"name": names[ident], "month": month(place, lang), "place": place} for ident in top for place in range(1, 13)
    ]
    where, when, share = names[worst["site_id"]], month(worst["place"], lang), percent(worst["share"], lang)
    more = len(names) - len(top)
    return Drawing(
        key="estimated",
        title=t("Most is estimated at {site} in {month}: {share}", site=where, month=when, share=share),
        subtitle=t("Share of energy that was filled or interpolated, {year} by month, %", year=book.year)
        + (t("; {count} more sites in the table", count=more) if more > 0 else ""),
        alt="; ".join(f"{row['name']}, {row['month']}: {percent(row['share'], lang)}" for row in rows),
        table=_table(shares, names, lang),
        draw=lambda width: _draw(rows, blanks, width, t("month")),
    )


def _shares(book: Book) -> pl.DataFrame:
    """Site, month, largest share and its figure where it is above zero; the site with the largest share first."""
    return (
        book.monthly_energy()
        .filter(pl.col("estimated") > 0)
        .select(
            site_id=pl.col("subject").str.strip_prefix("site:"),
            place=pl.col("period").str.slice(5).cast(pl.Int64),
            share="estimated",
            figure="id",
        )
        .sort("share", descending=True)
        .unique(["site_id", "place"], keep="first", maintain_order=True)
        .sort(pl.col("share").max().over("site_id"), "site_id", "place", descending=[True, False, False])
    )


def _draw(rows: list[Row], blanks: list[Row], width: int, month_word: str) -> alt.LayerChart:
    look = tokens()
    wide = width >= WIDE
    field = "month" if wide else "place"
    axis = alt.Axis(title=None if wide else month_word, labelAngle=0, ticks=False, domain=False, labelOverlap=False)

    def base(entries: list[Row]) -> alt.Chart:
        named = [{**row, "name": name_label(row["name"], width)} for row in entries]
        return alt.Chart(data(named)).encode(
            x=alt.X(f"{field}:O", sort=[row[field] for row in blanks[:12]], axis=axis),
            y=alt.Y("name:N", sort=list(dict.fromkeys(row["name"] for row in named)), axis=name_axis(width)),
        )

    # Depth is the share, and the number stands in it, so that colour alone tells nothing.
    depth = alt.Scale(domain=[0, 1], range=[look.opacity["band"], 1], clamp=True)
    empty = base(blanks).mark_rect(filled=False, stroke=look.colour("line"), strokeWidth=1)
    cells = base(rows).mark_rect(color=look.colour("ink-soft"), stroke=look.colour("raised"))
    texts = base([{**row, "text": _figure(row["share"])} for row in rows]).mark_text(
        fontSize=look.sizes[0] if wide else 11
    )
    light, dark = look.colour("raised"), look.colour("ink")
    layers: list[alt.Chart] = [
        empty,
        cells.encode(opacity=alt.Opacity("share:Q", scale=depth, legend=None)),
        texts.encode(text="text:N", color=alt.condition("datum.share > 0.4", alt.value(light), alt.value(dark))),
    ]
    return sized(alt.layer(*layers), 34 * len({row["name"] for row in blanks}))


def _figure(share: float) -> str:
    """Whole per cents in a cell; what is less than one is told by its sign."""
    return "<1" if share < 0.01 else f"{min(share, 1) * 100:.0f}"


def _table(shares: pl.DataFrame, names: dict[str, str], lang: Language) -> Table:
    t = translator(lang)
    rows = tuple(
        (
            Cell(names[row["site_id"]]),
            Cell(month(row["place"], lang)),
            Cell(percent(row["share"], lang), row["figure"], numeric=True),
        )
        for row in shares.head(200).iter_rows(named=True)
    )
    note = t("The others are listed one by one in the workbook.") if shares.height > len(rows) else ""
    return Table((Head(t("Site")), Head(t("Month")), Head(t("Estimated share"), True)), rows, note)
