"""Where emissions come from: from the scopes through their categories to the sites, each band as wide as its tonnes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import altair as alt
import polars as pl

from wattstone.interfaces.present.charts.base import WIDE, Drawing, Row, breadth, data, sized, wrap
from wattstone.interfaces.present.charts.flows import Band, Block, Part, laid_out
from wattstone.interfaces.present.content import Cell, Head, Table
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.names import opened
from wattstone.interfaces.present.numbers import every, percent, scale, three
from wattstone.interfaces.present.statement_book import StatementBook
from wattstone.interfaces.present.statement_words import activity_name, category_name, scope_name
from wattstone.interfaces.present.tokens import tokens

Basis = Literal["location", "market"]

_SOURCES, _SITES = 8, 6  # blocks of a column; the rest is one
_HEIGHT, _TALL = 460.0, 520.0  # px, on a page and on a phone
_BLOCK = 12.0  # px
_STEPS = 16  # points of a bent edge
_PADDING = 16  # px, left and right together, as every drawing has it
_LINE = 15.0  # px
_ROWS = 150  # of the table
_LIMITS, _NARROW = (14, 34, 21), (9, 21)  # of a line in each column, in halves of a Chinese character


@dataclass(frozen=True)
class _Flow:
    """What goes from a scope through a category to a site. [kg CO2e]"""

    scope: int
    source: str
    site: str
    value: float


def sankey_drawing(book: StatementBook, basis: Basis, lang: Language) -> Drawing | None:
    """Bands from scopes to sites, scope 2 on one basis; None where nothing is emitted.

    Parameters
    ----------
    book : StatementBook
    basis : {'location', 'market'}
    lang : {'en', 'zh'}

    Returns
    -------
    Drawing or None
        On a phone only scopes and categories are drawn. Negative values are in the table and not in the picture.
    """
    flows = _flows(book, basis, lang)
    whole = sum(flow.value for flow in flows if flow.value > 0)
    if whole <= 0:
        return None
    t = translator(lang)
    drawn = [flow for flow in flows if flow.value > 0]
    others = t("others")
    gathered = _gathered(drawn, "source", _SOURCES, others)
    gathered = _gathered(gathered, "site", _SITES, others)
    divisor, unit = scale("kg CO2e", whole)
    most = max({flow.scope for flow in drawn}, key=lambda scope: sum(f.value for f in drawn if f.scope == scope))
    share = sum(flow.value for flow in drawn if flow.scope == most) / whole
    told = {"location": t("location-based"), "market": t("market-based")}[basis]
    return Drawing(
        key=f"sankey-{basis}",
        title=t("{name}: {share} of the emissions", name=scope_name(most, lang), share=percent(share, lang)),
        subtitle=t(
            "Emissions in {year} from scope to category and site, {unit}, scope 2 {basis}",
            year=book.year, unit=unit, basis=told,
        ),
        alt="; ".join(f"{name}: {three(value / divisor)} {unit}" for name, value in _by_source(gathered)),
        table=_table(flows, whole, lang),
        draw=lambda width: _draw(gathered, unit, divisor, width, lang),
    )  # fmt: skip


def _flows(book: StatementBook, basis: Basis, lang: Language) -> list[_Flow]:
    other = "market" if basis == "location" else "location"
    lines = book.statement.lines.filter(
        (pl.col("scope") > 0) & (pl.col("basis").is_null() | (pl.col("basis") != other))
    )
    sums = lines.group_by("scope", "category", "kind", "site_id", maintain_order=True).agg(pl.col("value").sum())
    found: dict[tuple[int, str, str], float] = {}
    for row in sums.sort("scope", "category").iter_rows(named=True):
        three_ = row["scope"] == 3
        source = category_name(row["category"], lang) if three_ else opened(activity_name(row["kind"], "", lang))
        key = (int(row["scope"]), source, book.site(row["site_id"], lang))
        found[key] = found.get(key, 0.0) + (row["value"] or 0.0)
    return [_Flow(*key, value) for key, value in found.items()]


def _gathered(flows: list[_Flow], field: Literal["source", "site"], most: int, others: str) -> list[_Flow]:
    """The largest by their name; what is left over is one block (of each scope, so that bands do not cross)."""
    sums: dict[str, float] = {}
    for flow in flows:
        name = flow.source if field == "source" else flow.site
        sums[name] = sums.get(name, 0.0) + flow.value
    ranked = sorted(sums, key=lambda name: -sums[name])
    kept = set(ranked[:most] if len(sums) > most + 1 else sums)
    if field == "source":  # and the largest of each scope, so that none of them is "others" alone
        for scope in {flow.scope for flow in flows}:
            kept.add(max((flow for flow in flows if flow.scope == scope), key=lambda flow: sums[flow.source]).source)
    merged: dict[tuple[int, str, str], float] = {}
    for flow in flows:
        name = flow.source if field == "source" else flow.site
        source = others if field == "source" and name not in kept else flow.source
        site = others if field == "site" and name not in kept else flow.site
        key = (flow.scope, source, site)
        merged[key] = merged.get(key, 0.0) + flow.value
    return [_Flow(*key, value) for key, value in merged.items()]


def _by_source(flows: Sequence[_Flow]) -> list[tuple[str, float]]:
    sums: dict[str, float] = {}
    for flow in flows:
        sums[flow.source] = sums.get(flow.source, 0.0) + flow.value
    return sorted(sums.items(), key=lambda pair: -pair[1])


def _table(flows: Sequence[_Flow], whole: float, lang: Language) -> Table:
    t = translator(lang)
    heads = (Head(t("Scope")), Head(t("Category")), Head(t("Site")), Head(t("Emissions [t CO2e]"), True),
             Head(t("Share"), True))  # fmt: skip
    if len(flows) > _ROWS:  # of an estate of many sites, the workbook has them
        flows = _gathered([replace(flow, site=t("All sites")) for flow in flows], "site", _SITES, "")
    ordered = sorted(flows, key=lambda flow: (flow.scope, -flow.value))
    rows = tuple(
        (Cell(scope_name(flow.scope, lang)), Cell(flow.source), Cell(flow.site),
         Cell(every(flow.value / 1000.0), numeric=True), Cell(percent(flow.value / whole, lang), numeric=True))
        for flow in ordered
    )  # fmt: skip
    return Table(heads, rows)


def _draw(flows: Sequence[_Flow], unit: str, divisor: float, width: int, lang: Language) -> alt.LayerChart:
    wide, t = width >= WIDE, translator(lang)
    height, inner = _HEIGHT if wide else _TALL, float(width - _PADDING)
    colour = {str(scope): tokens().colour(f"scope-{scope}") for scope in (1, 2, 3)}
    names = {str(scope): scope_name(scope, lang) for scope in (1, 2, 3)}
    parts = [(str(flow.scope), f"{flow.scope}|{flow.source}", flow.site, flow.value) for flow in flows]
    limits = _LIMITS if wide else _NARROW
    lines: list[dict[str, list[str]]] = []
    columns: list[list[Part]] = []
    for number in range(len(limits)):
        last = t("others") if number else ""
        held = _column([(str(part[number]), part[3]) for part in parts], scoped=number < 2, last=last)
        said = {name: _said(names.get(name, name.split("|")[-1]), value / divisor, limits[number], number == 0)
                for name, value in held}  # fmt: skip
        lines.append(said)
        columns.append([Part(name, value, _LINE * len(said[name]) + 2.0) for name, value in held])
    places = (72.0, inner * 0.36, inner - 166.0) if wide else (58.0, inner - 168.0)
    blocks, bands = laid_out(columns, parts, places=places, thickness=_BLOCK, height=height)
    rows = [row for band in bands for row in _edge(band, colour[band.tint])]
    return sized(_layers(rows, blocks, _labels(blocks, lines), colour, inner, height), height)


def _column(pairs: Sequence[tuple[str, float]], *, scoped: bool = False, last: str = "") -> list[tuple[str, float]]:
    """Blocks of a column, the largest first; within the scopes where the names begin with them."""
    sums: dict[str, float] = {}
    for name, value in pairs:
        sums[name] = sums.get(name, 0.0) + value

    def order(pair: tuple[str, float]) -> tuple[str, bool, float]:
        scope, _, name = pair[0].partition("|") if scoped else ("", "", pair[0])
        return scope, name == last, -pair[1]

    return sorted(sums.items(), key=order)


def _edge(band: Band, colour: str) -> list[Row]:
    """The points of a band: its upper and lower edge bend from one block to the next."""
    rows: list[Row] = []
    for step in range(_STEPS + 1):
        at = step / _STEPS
        bend = at * at * (3 - 2 * at)
        top = band.top + (band.end_top - band.top) * bend
        low = band.low + (band.end_low - band.low) * bend
        rows.append(
            {"x": band.x + (band.end_x - band.x) * at, "y": top, "y2": low, "band": band.name, "colour": colour}
        )
    return rows


def _labels(blocks: Sequence[Block], lines: Sequence[dict[str, list[str]]]) -> list[Row]:
    """Names with values beside the blocks: at the left of the first column, at the right of the others."""
    rows: list[Row] = []
    for block in blocks:
        text, left = lines[block.column][block.name], block.column == 0
        x = block.x - 6.0 if left else block.x + _BLOCK + 6.0
        for line, words in enumerate(text):
            y = (block.top + block.low) / 2 + (line - (len(text) - 1) / 2) * _LINE
            rows.append({"x": x, "y": y, "text": words, "side": "left" if left else "right"})
    return rows


def _said(name: str, value: float, limit: int, apart: bool) -> list[str]:
    """A name in at most two lines, with its value behind it or, where there is no room or it stands apart, below."""
    amount = three(value)
    lines = wrap(name, limit, lines=2)
    if not apart and breadth(lines[-1]) + breadth(amount) + 2 <= limit:
        return [*lines[:-1], f"{lines[-1]}  {amount}"]
    if apart or len(lines) == 1:
        return [*lines, amount]
    short = wrap(name, limit - breadth(amount) // 2 - 1, lines=2)
    return [*short[:-1], f"{short[-1]}  {amount}"]


def _layers(
    rows: list[Row], blocks: Sequence[Block], labels: list[Row], colour: dict[str, str], inner: float, height: float
) -> alt.LayerChart | alt.FacetChart:
    look = tokens()
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, inner], nice=False, zero=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False), axis=None)
    bands = (
        alt.Chart(data(rows))
        .mark_area(fillOpacity=0.42, interpolate="linear", aria=False)
        .encode(x=x, y=y, y2="y2:Q", detail="band:N", color=alt.Color("colour:N", scale=None))
    )
    boxes: list[Row] = [
        {"x": block.x, "x2": block.x + _BLOCK, "y": block.top, "y2": max(block.low, block.top + 1.0),
         "colour": colour.get(block.tint, look.colour("grid"))}
        for block in blocks
    ]  # fmt: skip
    rects = (
        alt.Chart(data(boxes)).mark_rect(aria=False)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=alt.Color("colour:N", scale=None))
    )  # fmt: skip
    texts: list[alt.Chart] = []
    for side in ("left", "right"):
        held = [row for row in labels if row["side"] == side]
        if held:
            texts += _words(
                alt.Chart(data(held)).encode(x=x, y=y, text="text:N"), "right" if side == "left" else "left"
            )
    return alt.layer(*(bands, rects, *texts))


def _words(base: alt.Chart, align: Literal["left", "right"]) -> list[alt.Chart]:
    """Words, and a rim of the paper's colour below them, for bands run behind them."""
    rim = base.mark_text(align=align, baseline="middle", aria=False, strokeWidth=3, strokeJoin="round",
                         stroke=tokens().colour("paper"), strokeOpacity=0.75)  # fmt: skip
    return [rim, base.mark_text(align=align, baseline="middle")]
