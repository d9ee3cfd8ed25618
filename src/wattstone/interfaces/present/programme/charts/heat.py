"""A map of ranks: a field for each pair, the deeper the higher their product, with what stands there by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import altair as alt

from wattstone.interfaces.present.charts.base import HALF, WIDE, Row, data, sized, wrap
from wattstone.interfaces.present.languages import Language, translator
from wattstone.interfaces.present.tokens import tokens
from wattstone.programme.report import Chart, Column, Table

__all__ = ["Heat", "draw_heat", "heat_of"]

_LINES: Final = 3  # names in a field; more of them are counted
_LETTER, _SMALL_LETTER = 6.4, 5.6  # px
_LIGHTEST, _DEEPEST = 0.04, 0.55  # opacity of fields: ink on the deepest stays readable


@dataclass(frozen=True)
class Heat:
    """Fields with something in them.

    Parameters
    ----------
    rows : list of dict
        `x`, `y` (ranks), `names` (what stands there).
    x_title, y_title : str
        Titles of the axes.
    most : int
        The highest rank.
    """

    rows: list[Row]
    x_title: str
    y_title: str
    most: int


def heat_of(chart: Chart, table: Table, lang: Language) -> Heat:
    """Take the fields out of a table; a row without a rank is none.

    Parameters
    ----------
    chart : Chart
        `x` and `y` are whole ranks from 1, `series` the names in a field, `most` the highest rank.
    table : Table
    lang : {'en', 'zh'}
    """
    t = translator(lang)
    columns = {one.name: one for one in table.columns}
    rows: list[Row] = [
        {"x": int(told[chart.x]), "y": int(told[chart.y]), "names": _names(told.get(chart.series or ""))}
        for told in table.rows.iter_rows(named=True)
        if told[chart.x] is not None and told[chart.y] is not None
    ]
    x, y = (t(columns.get(name, Column(name, name)).label) for name in (chart.x, chart.y))
    return Heat(rows, x, y, max([int(chart.most or 1), *(rank for row in rows for rank in (row["x"], row["y"]))]))


def _names(held: object) -> list[str]:
    """Names as a list, or as a text with commas between them."""
    if isinstance(held, list):
        return [str(one) for one in cast("list[object]", held)]
    return [one.strip() for one in re.split("[,、]", str(held))] if held else []


def draw_heat(what: Heat, width: int) -> alt.LayerChart:
    """Draw it: empty fields too; on a phone a field says how many stand in it, and the table below says which.

    A drawing of half a page names them in smaller letters, over two lines where a name is long.

    Parameters
    ----------
    what : Heat
    width : int
        [px]
    """
    look, wide = tokens(), width >= HALF
    small = wide and width < WIDE
    ranks = list(range(1, what.most + 1))
    x = alt.X("x:O", axis=_axis(what.x_title), scale=_span(ranks))
    y = alt.Y("y:O", axis=_axis(what.y_title), scale=_span(ranks[::-1]))  # the first stands on top
    shade = alt.FillOpacity("depth:Q", scale=None, legend=None)
    fields: list[Row] = [
        {"x": one, "y": other, "depth": _LIGHTEST + (_DEEPEST - _LIGHTEST) * one * other / what.most**2}
        for one in ranks
        for other in ranks
    ]
    mark = alt.Chart(data(fields)).mark_rect(color=look.colour("jade"), stroke=look.colour("line"), strokeWidth=1)
    layers: list[Any] = [mark.encode(x=x, y=y, fillOpacity=shade)]
    limit = max(int((width - 70) / what.most / (_SMALL_LETTER if small else _LETTER)), 4)
    texts = [one for row in what.rows for one in _texts(row, limit, wide=wide, small=small)]
    size: dict[str, Any] = {"fontSize": 10} if small else {} if wide else {"fontSize": 15}
    for place in sorted({one["at"] for one in texts}):
        words = alt.Chart(data([one for one in texts if one["at"] == place]))
        told = words.mark_text(dy=place, fontWeight="bold", color=look.colour("ink"), **size)
        layers.append(told.encode(x=x, y=y, text="text:N"))
    return sized(alt.layer(*layers), (48 if small else 62 if wide else 46) * what.most)


def _axis(title: str) -> alt.Axis:
    return alt.Axis(title=title, labelAngle=0, ticks=False, domain=False, grid=False)


def _span(ranks: Sequence[int]) -> alt.Scale:
    return alt.Scale(domain=list(ranks), paddingInner=0.04, paddingOuter=0.02)


def _texts(row: Row, limit: int, *, wide: bool, small: bool) -> list[Row]:
    """Names one below the other, around the middle of the field."""
    names: list[str] = row["names"]
    lines = _named(names, limit, small=small) if wide else [str(len(names))] if names else []
    step = 12 if small else 16
    top = -(len(lines) - 1) * step // 2
    return [{"x": row["x"], "y": row["y"], "text": text, "at": top + step * at} for at, text in enumerate(lines)]


def _named(names: list[str], limit: int, *, small: bool) -> list[str]:
    """As many names as a field has room for, each over two lines where it is small, and how many more there are."""
    parted = [wrap(one, limit, lines=2 if small else 1) for one in names]
    if sum(map(len, parted)) <= _LINES:
        return [line for one in parted for line in one]
    lines: list[str] = []
    for shown, one in enumerate(parted):
        if len(lines) + len(one) > _LINES - 1:
            return [*lines, f"+ {len(names) - shown}"] if shown else [*one[: _LINES - 1], f"+ {len(names) - 1}"]
        lines += one
    return lines
