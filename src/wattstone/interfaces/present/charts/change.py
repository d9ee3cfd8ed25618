"""A waterfall of what changed a total: each effect begins where the one before it ends; the last bar is the change."""

from itertools import pairwise

import altair as alt
import polars as pl

from wattstone.interfaces.present.book import Entry
from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import total_name
from wattstone.interfaces.present.numbers import amount, scale, signed, three
from wattstone.interfaces.present.numbers import change as moved
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_words import effect_name
from wattstone.interfaces.present.tokens import tokens

_NOTHING = 1e-6  # of the largest effect: no bar


def change_drawing(book: StatementBook, name: str, lang: Language) -> Drawing | None:
    """The effects that changed a total, or None where none is known.

    Parameters
    ----------
    book : StatementBook
    name : str
        Of the total, as `total.location`.
    lang : {'en', 'zh'}

    Notes
    -----
    The bars begin at no change, not at the total: effects of a few per cent would be slivers at the end of two long
    bars. What the total was and is stands in the subtitle.
    """
    held = book.statement
    return effects_drawing(held.change, name, (book.before(name), book.known(name)), year=held.year, lang=lang)


def effects_drawing(
    change: pl.DataFrame, name: str, totals: tuple[Entry | None, Entry | None], *, year: int, lang: Language
) -> Drawing | None:
    """The effects that changed a total, or None where none is known.

    Parameters
    ----------
    change : polars.DataFrame
        Schema `CHANGE` of the statement. [kg CO2e]
    name : str
        Of the total.
    totals : (Entry or None, Entry or None)
        The figure of the year before, and that of the year.
    year : int
        The later one.
    lang : {'en', 'zh'}
    """
    effects = change.filter(name=name).drop_nulls("value")
    if effects.is_empty():
        return None
    t = translator(lang)
    total = float(effects["value"].sum())
    largest = max(abs(value) for value in [*effects["value"], total])
    divisor, unit = scale("kg CO2e", largest)
    rows, left = list[Row](), 0.0
    for row in effects.filter(pl.col("value").abs() > _NOTHING * largest).iter_rows(named=True):
        rows.append(_bar(effect_name(row["effect"], lang), left, row["value"], divisor))
        left += row["value"]
    rows.append({**_bar(t("Change"), 0.0, total, divisor), "kind": "whole"})
    return Drawing(
        key=f"change-{name.replace('.', '-')}",
        title=_title(name, total, totals[0], year, lang),
        subtitle=_subtitle(totals, year, unit, lang),
        alt="; ".join(f"{row['name']}: {row['text']} {unit}" for row in rows),
        table=_table(effects.rows(named=True), total, lang),
        draw=lambda width: _draw(rows, unit, width),
    )


def _bar(name: str, start: float, value: float, divisor: float) -> Row:
    end = start + value
    text = ("+" if value > 0 else "") + three(value / divisor)
    kind = "up" if value > 0 else "down"
    return {"name": name, "from": start / divisor, "to": end / divisor, "text": text, "kind": kind}


def _title(name: str, total: float, before: Entry | None, year: int, lang: Language) -> str:
    share = 100 * total / before.value if before is not None and before.value else None
    told = moved(share, year - 1, lang)
    t = translator(lang)
    return t("{figure}: {change}", figure=total_name(name, lang), change=told)


def _subtitle(totals: tuple[Entry | None, Entry | None], year: int, unit: str, lang: Language) -> str:
    t, (before, now) = translator(lang), totals
    if before is None or now is None:
        return t("What changed since {year}, {unit}", year=year - 1, unit=unit)
    return t(
        "From {before} in {last} to {now} in {year}: what changed, {unit}",
        before=amount(before.value, before.unit, lang), last=year - 1, now=amount(now.value, now.unit, lang),
        year=year, unit=unit,
    )  # fmt: skip


def _draw(rows: list[Row], unit: str, width: int) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    tints = {"up": look.colour("act"), "down": look.colour("good"), "whole": look.colour("grid")}
    named: list[Row] = [
        {**row, "name": name_label(row["name"], width), "colour": tints[row["kind"]],
         "end": max(row["from"], row["to"])}
        for row in rows
    ]  # fmt: skip
    order = [row["name"] for row in named]
    ends = [end for row in rows for end in (row["from"], row["to"], 0.0)]
    low, high = min(ends), max(ends)
    room = (high - low or 1.0) * (0.14 if wide else 0.3)
    domain = alt.Scale(domain=[low - 0.03 * (high - low), high + room], nice=False)
    y = alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.45))
    base = alt.Chart(data(named)).encode(y=y)
    bars = base.mark_bar(fillOpacity=0.9).encode(
        x=alt.X("from:Q", scale=domain, axis=value_axis(unit, ticks=6 if wide else 3)),
        x2="to:Q", color=alt.Color("colour:N", scale=None),
    )  # fmt: skip
    lines = [{"at": one["to"], "name": one["name"], "next": after["name"]} for one, after in pairwise(named)]
    ties = (
        alt.Chart(data(lines)).mark_rule(color=look.colour("ink-soft"), strokeWidth=1)
        .encode(x=alt.X("at:Q", scale=domain), y=alt.Y("name:N", sort=order), y2="next:N")
    )  # fmt: skip
    zero = alt.Chart(data([{"at": 0.0}])).mark_rule(color=look.colour("ink-soft")).encode(x=alt.X("at:Q", scale=domain))
    texts = base.mark_text(align="left", dx=6).encode(x=alt.X("end:Q", scale=domain), text="text:N")
    return sized(alt.layer(zero, ties, bars, texts), (38 if wide else 44) * len(rows))


def _table(effects: list[Row], total: float, lang: Language) -> Table:
    t = translator(lang)
    rows = [(effect_name(row["effect"], lang), row["value"]) for row in effects]
    heads = (Head(t("Effect")), Head(t("Change [t CO2e]"), True))
    cells = tuple(
        (Cell(name), Cell(signed(value / 1000.0), numeric=True)) for name, value in [*rows, (t("Change"), total)]
    )
    return Table(heads, cells)
