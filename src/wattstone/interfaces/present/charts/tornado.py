"""What the uncertainty of the total comes from: how far each source alone would move it."""

from math import sqrt

import altair as alt

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, data, name_axis, name_label, sized, value_axis
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.numbers import LEVEL, every, percent, scale, three
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.tokens import tokens

_MOST = 8


def tornado_drawing(book: StatementBook, lang: Language) -> Drawing | None:
    r"""Bars to both sides of the total, or None where neither interval nor sources are known.

    Parameters
    ----------
    book : StatementBook
    lang : {'en', 'zh'}

    Notes
    -----
    A source with the share :math:`s` of the variance alone would leave an interval of :math:`\sqrt{s}` times the half
    width of the total's. The bars are such half widths: they add up by their squares.
    """
    total, dominant = book.known("total.location"), book.statement.dominant
    if total is None or total.lower is None or total.upper is None or dominant.is_empty():
        return None
    t = translator(lang)
    half = (total.upper - total.lower) / 2
    ordered = dominant.sort("share", descending=True)
    found = [(book.source(row["source"], row["what"], lang), row["what"], row["share"])
             for row in ordered.head(_MOST).iter_rows(named=True)]  # fmt: skip
    rest = max(1.0 - sum(share for *_, share in found), 0.0)
    if rest > 1e-9:
        found.append((t("All other sources"), "rest", rest))
    divisor, unit = scale("kg CO2e", half)
    rows = [_row(name, what, share, half / divisor, lang) for name, what, share in found]
    best = found[0]
    return Drawing(
        key="tornado",
        title=t("{source}: {share} of the variance", source=best[0], share=percent(best[2], lang)),
        subtitle=t(
            "How far each source alone would move the total, to either side ({level}), {unit}; share of the variance",
            level=percent(LEVEL, lang),
            unit=unit,
        ),
        alt="; ".join(f"{row['name']}: {row['text']}" for row in rows),
        table=_table(found, half, lang),
        draw=lambda width: _draw(rows, unit, width, lang),
    )


def _row(name: str, what: str, share: float, half: float, lang: Language) -> Row:
    swing = half * sqrt(share)
    said = f"\N{PLUS-MINUS SIGN}{three(swing)}"
    return {"name": name, "from": -swing, "to": swing, "what": what, "text": f"{said} ({percent(share, lang)})"}


def _draw(rows: list[Row], unit: str, width: int, lang: Language) -> alt.LayerChart:
    look, wide = tokens(), width >= WIDE
    tints = {"factor": look.colour("scope-3"), "activity": look.colour("jade"), "rest": look.colour("grid")}
    named: list[Row] = [{**row, "name": name_label(row["name"], width), "colour": tints[row["what"]]} for row in rows]
    order = [row["name"] for row in named]
    far = max(row["to"] for row in rows)
    domain = alt.Scale(domain=[-1.06 * far, far * (1.62 if wide else 2.6)], nice=False)
    y = alt.Y("name:N", sort=order, axis=name_axis(width), scale=alt.Scale(paddingInner=0.4))
    base = alt.Chart(data(named)).encode(y=y)
    bars = base.mark_bar(fillOpacity=0.9).encode(
        x=alt.X("from:Q", scale=domain, axis=value_axis(unit, ticks=6 if wide else 3)),
        x2="to:Q", color=alt.Color("colour:N", scale=None),
    )  # fmt: skip
    zero = alt.Chart(data([{"at": 0.0}])).mark_rule(color=look.colour("ink")).encode(x=alt.X("at:Q", scale=domain))
    texts = base.mark_text(align="left", dx=6).encode(x=alt.X("to:Q", scale=domain), text="text:N")
    return sized(alt.layer(bars, zero, texts), (34 if wide else 44) * len(rows))


def _table(found: list[tuple[str, str, float]], half: float, lang: Language) -> Table:
    t = translator(lang)
    heads = (Head(t("Source")), Head(t("To either side [t CO2e]"), True), Head(t("Share of the variance"), True))
    rows = tuple(
        (Cell(name), Cell(every(half * sqrt(share) / 1000.0), numeric=True), Cell(percent(share, lang), numeric=True))
        for name, _, share in found
    )
    return Table(heads, rows)
