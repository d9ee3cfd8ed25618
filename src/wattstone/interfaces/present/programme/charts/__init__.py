"""Charts of the programme: one drawing for each mark that a report may ask for."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from wattstone.interfaces.present.charts.base import Drawing
from wattstone.interfaces.present.content import Table as Grid
from wattstone.interfaces.present.languages import Language, counter, translator
from wattstone.interfaces.present.listing import listed
from wattstone.interfaces.present.numbers import LEVEL, percent, three
from wattstone.interfaces.present.programme.charts.areas import areas_of, draw_areas, groups_of
from wattstone.interfaces.present.programme.charts.bars import draw_bars
from wattstone.interfaces.present.programme.charts.blocks import blocks_of, draw_blocks
from wattstone.interfaces.present.programme.charts.heat import draw_heat, heat_of
from wattstone.interfaces.present.programme.charts.lines import draw_lines
from wattstone.interfaces.present.programme.charts.prepared import Prepared, prepared
from wattstone.interfaces.present.programme.charts.spans import draw_spans, spans_of
from wattstone.interfaces.present.programme.tables import in_language
from wattstone.interfaces.present.programme.words import said
from wattstone.programme.report import Chart, Table

__all__ = ["drawing_of"]

_TOLD = 40  # values that the words for who does not see the chart name


def drawing_of(
    chart: Chart, table: Table, behind: Grid, lang: Language, *, layers: Table | None = None
) -> Drawing | None:
    """The drawing of a chart; None where its table has nothing to draw.

    Parameters
    ----------
    chart : Chart
    table : Table
        Its columns are drawn.
    behind : content.Table
        The same table as cells: the numbers behind the chart.
    lang : {'en', 'zh'}
    layers : Table or None
        Of a map: what the user brought.
    """
    makers: dict[str, Callable[..., tuple[str, str, Any] | None]] = {
        "blocks": _blocks, "spans": _spans, "areas": partial(_areas, layers=layers), "heat": _heat,
    }  # fmt: skip
    table = in_language(table, lang)
    made = makers.get(chart.mark, _values)(chart, table, lang) if table.rows.height else None
    if made is None:
        return None
    subtitle, words, draw = made
    t, note = translator(lang), said(chart.note, lang)
    parts = [part.rstrip(".。") for part in (subtitle, note) if part]
    stop = "。" if lang == "zh" else ". "
    return Drawing(
        key=chart.id, title=t(chart.title), subtitle=stop.join(parts),
        alt=t("; ").join(part for part in (note, words) if part) or t(chart.title), table=behind, draw=draw,
        printed=len(behind.rows) <= 60,
    )  # fmt: skip


def _values(chart: Chart, table: Table, lang: Language) -> tuple[str, str, Any] | None:
    what = prepared(chart, table, lang)
    if not any(row["y"] is not None for row in what.rows):
        return None
    t = translator(lang)
    told = [
        t("{place}: {found}", place=_where(row), found=f"{three(row['y'])} {what.unit}".rstrip())
        for row in what.rows
        if row["y"] is not None
    ]
    if chart.mark in ("line", "step"):
        return _subtitle(what, lang), _words(told, lang), partial(draw_lines, what, step=chart.mark == "step")
    return _subtitle(what, lang), _words(told, lang), partial(draw_bars, what, how=chart.mark)


def _where(row: dict[str, Any]) -> str:
    return ", ".join(str(one) for one in (row["series"], row["x"]) if one not in ("", None))


def _words(told: Iterable[str], lang: Language) -> str:
    t, parts = translator(lang), list(told)
    more = len(parts) - _TOLD
    return t("; ").join([*parts[:_TOLD], *([t("and {count} more", count=more)] if more > 0 else [])])


def _subtitle(what: Prepared, lang: Language) -> str:
    """What is drawn, in which unit; what is hatched, banded or left out."""
    t, n = translator(lang), counter(lang)
    parts = [f"{what.y_title}, {what.unit}" if what.unit else what.y_title]
    if what.bounded:
        parts.append(t("band or line: {level} interval", level=percent(LEVEL, lang)))
    if what.pale:
        parts.append(t("hatched or hollow: not measured"))
    if what.left_out:
        parts.append(n("{count} smaller series is in the table alone", "{count} smaller series are in the table alone",
                       what.left_out))  # fmt: skip
    return t("; ").join(parts)


def _blocks(chart: Chart, table: Table, lang: Language) -> tuple[str, str, Any] | None:
    what = blocks_of(chart, table, lang)
    if not what.rows:
        return None
    t = translator(lang)
    told = [t("{place}: {found}", place=f"{row['number']} {row['name']}", found=row["text"]) for row in what.rows]
    parts = [t("Width: {across}; height: {up}", across=what.across, up=what.up)]
    if any(row["pale"] for row in what.rows):
        parts.append(t("hatched: not measured"))
    return t("; ").join(parts), _words(told, lang), partial(draw_blocks, what)


def _spans(chart: Chart, table: Table, lang: Language) -> tuple[str, str, Any] | None:
    what = spans_of(chart, table, lang)
    if not what.rows:
        return None
    t = translator(lang)
    told = [t("{place}: {found}", place=row["name"], found=_when(row, lang)) for row in what.rows]
    parts = [t("hatched: no end is said")] if any(row["open"] for row in what.rows) else []
    if what.left_out:
        parts.append(t("and {count} more", count=what.left_out))
    return t("; ").join(parts), _words(told, lang), partial(draw_spans, what)


def _when(row: dict[str, Any], lang: Language) -> str:
    t = translator(lang)
    if row["open"]:
        return t("from {first}", first=row["from"])
    return t("{first} to {last}", first=row["from"], last=row["to"])


def _heat(chart: Chart, table: Table, lang: Language) -> tuple[str, str, Any] | None:
    what = heat_of(chart, table, lang)
    t = translator(lang)
    told = [
        t("{place}: {found}", place=f"{what.y_title} {row['y']}, {what.x_title} {row['x']}",
          found=listed(row["names"], lang))
        for row in what.rows
    ]  # fmt: skip
    return (
        t("{up} against {across}", up=what.y_title, across=what.x_title),
        _words(told, lang),
        partial(draw_heat, what),
    )


def _areas(chart: Chart, table: Table, lang: Language, *, layers: Table | None) -> tuple[str, str, Any] | None:
    what = areas_of(chart, table, layers, lang)
    if not len(what.shapes):
        return None
    t, n = translator(lang), counter(lang)
    parts = [n("{count} area", "{count} areas", len(what.shapes) + what.left_out), t("equal-area projection")]
    if what.statuses:
        parts.append(t("filled: delivered; hatched or open: not delivered"))
    elif what.pale:
        parts.append(t("hatched: planned, or not measured"))
    if groups := groups_of(what):
        if any(len(places) > 1 for _, places in groups):
            parts.append(t("a dot with a number stands for several areas"))
        letters = listed((letter for letter, _ in groups), lang)
        parts.append(t("{letters}: drawn larger below", letters=letters))
    if len(what.layers):
        parts.append(t("dashed: layers that you brought"))
    if what.left_out:
        parts.append(t("the {count} largest are drawn", count=len(what.shapes)))
    told = [t("{place}: {found}", place=row["name"], found=row["series"]) if row["series"] else row["name"]
            for row in what.rows]  # fmt: skip
    return t("; ").join(parts), _words(told, lang), partial(draw_areas, what)
