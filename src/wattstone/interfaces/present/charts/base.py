"""A drawing: a finding as its title, what is drawn as its subtitle, words for those who do not see it, its table."""

import json
import re
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any, cast

import altair as alt
from altair.utils.schemapi import disable_debug_mode

from wattstone.interfaces.present.content import Table
from wattstone.interfaces.present.numbers import MINUS, THIN
from wattstone.interfaces.present.tokens import chart_config, tokens

WIDE, HALF, NARROW = 680, 400, 320  # px: a column of text, half a page on paper, and a phone
TOP = 12  # bars that the eye compares at a glance
MEASURED_WITH = "Liberation Sans"  # the face that the renderer carries, so that widths are the same on every machine

# Vega's spelling of numbers: a thin space between thousands, and a minus that is one.
_NUMBERS = {"decimal": ".", "thousands": THIN, "grouping": [3], "currency": ["", ""], "minus": MINUS}

# Altair would check every part against its schema when it is made, rows and all, at ten times the time of the drawing;
# the tests check the whole of every drawing instead.
disable_debug_mode()

Row = dict[str, Any]
Draw = Callable[[int], alt.LayerChart | alt.VConcatChart]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart, ready to be drawn at any width.

    Parameters
    ----------
    key : str
        Name of its anchor and of its files.
    title, subtitle, alt : str
        What it shows, what is drawn, and both in words.
    table : Table
        The numbers behind it.
    draw : callable
        Takes a width [px], returns the chart without its title.
    rows : mapping or None
        Rows by the name of the `slot` in which they stand. A chart with slots is built once for all drawings whose
        `draw` compares equal, and only filled for each: `draw` then has to be hashable and to know no rows.
    printed : bool
        Whether its table is short enough to stand on paper too.
    drawn : dict
        What was drawn already, by width.
    """

    key: str
    title: str
    subtitle: str
    alt: str
    table: Table
    draw: Draw
    rows: Mapping[str, list[Row]] | None = None
    printed: bool = True
    drawn: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]], compare=False, repr=False)

    def svg(self, width: int = WIDE, *, inline: bool = False) -> str:
        """The drawing without its title, for a place where the title is text.

        Parameters
        ----------
        width : int
            [px]
        inline : bool
            For a place inside a page: with the words for those who do not see it, and names of its own.
        """
        text = _in_faces_of_the_look(self._render(self.specification(width)))
        return _for_page(text, f"{self.key}-{width}", self.alt) if inline else text

    def alone(self, width: int = WIDE) -> tuple[str, bytes]:
        """The drawing with its title on white, as SVG and as PNG of twice the width."""
        import vl_convert

        specification = self.specification(width)
        specification["title"] = {"text": wrap(self.title, width // 9), "subtitle": wrap(self.subtitle, width // 7)}
        specification["background"] = tokens().colour("raised")
        text = self._render(specification)
        return _in_faces_of_the_look(text), repacked(vl_convert.svg_to_png(text, scale=2))

    def _render(self, specification: dict[str, Any]) -> str:
        import vl_convert

        return hatched(vl_convert.vegalite_to_svg(specification, format_locale=_NUMBERS))

    def specification(self, width: int = WIDE) -> dict[str, Any]:
        """The drawing without its title as Vega-Lite, for an engine that draws it elsewhere."""
        if width not in self.drawn:
            outline = _outline(self.draw, width) if self.rows is None else _kept_outline(self.draw, width)
            self.drawn[width] = _opened(outline, self.rows or {})
        return dict(self.drawn[width])


def _outline(draw: Draw, width: int) -> dict[str, Any]:
    """A chart as Vega-Lite, its rows still closed."""
    chart = draw(width)
    if not isinstance(chart, alt.VConcatChart):  # whose panels have widths of their own, so that times align
        chart = chart.properties(width=width, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    made = chart.to_dict(validate=False)
    return {
        **made,
        "config": _laid_over(made.get("config", {}), chart_config(MEASURED_WITH)),
        "padding": {"left": 6, "right": 10, "top": 4, "bottom": 4},
    }


# Of the time that a week of a meter takes, Altair would need a third to build the same chart around other rows.
_kept_outline = lru_cache(maxsize=256)(_outline)


def _in_faces_of_the_look(svg: str) -> str:
    look = tokens()
    families = escape(", ".join((*look.chart, *look.cjk, "sans-serif")))
    return svg.replace(f'font-family="{MEASURED_WITH}"', f'font-family="{families}"')


def hatched(svg: str) -> str:
    """The picture with strokes across what is estimated: the renderer knows no patterns, and leaves it half seen.

    Parameters
    ----------
    svg : str
        A shape whose fill has the opacity of what is estimated is one.

    Notes
    -----
    Strokes stand in grey print and for those who do not tell the colours apart; transparency does neither.
    """
    opacity = f"{tokens().opacity['estimated']:g}"
    colours: set[str] = set()

    def hatch(shape: re.Match[str]) -> str:
        fill = re.search(r' fill="#(\w+)"', shape[0])
        if fill is None or f' fill-opacity="{opacity}"' not in shape[0]:
            return shape[0]
        colours.add(fill[1])
        return shape[0].replace(fill[0], f' fill="url(#hatch-{fill[1]})"').replace(f' fill-opacity="{opacity}"', "")

    drawn = re.sub(r"<path [^>]*>", hatch, svg)
    patterns = "".join(_HATCH.format(colour=colour) for colour in sorted(colours))
    return re.sub(r"(<svg [^>]*>)", rf"\g<1><defs>{patterns}</defs>", drawn, count=1) if patterns else svg


_HATCH = (
    '<pattern id="hatch-{colour}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M1 0V5" stroke="#{colour}" stroke-width="2"/></pattern>'
)


def repacked(png: bytes) -> bytes:
    """The same picture with its pixels compressed as far as zlib goes, about a fifth of what the renderer hands out."""
    head, pixels, tail, at = png[:8], b"", b"", 8
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        chunk = png[at : at + 12 + size]
        if kind == b"IDAT":
            pixels += chunk[8:-4]
        elif pixels:
            tail += chunk
        else:
            head += chunk
        at += 12 + size
    packed = b"IDAT" + zlib.compress(zlib.decompress(pixels), 9)
    return head + struct.pack(">I", len(packed) - 4) + packed + struct.pack(">I", zlib.crc32(packed)) + tail


def _for_page(svg: str, name: str, words: str) -> str:
    """Names of clips must differ between the drawings of one page; what readers of the screen hear is the words."""
    svg = re.sub(r'(id="|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r' (aria-(?!hidden)[a-z]+|role)="[^"]*"', "", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(words)}" ', 1)


def breadth(text: str) -> int:
    """How wide a text is, in halves of a Chinese character."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def wrap(text: str, limit: int, *, lines: int | None = None) -> list[str]:
    """Break a text into lines: Latin between words, Chinese between any two characters.

    Parameters
    ----------
    text : str
        One line.
    limit : int
        Width of a line, in halves of a Chinese character.
    lines : int or None
        As many lines as there may be; an ellipsis ends the last one where there were more.

    Examples
    --------
    >>> wrap("Laboratory for Materials", 12), wrap("银泰中心三期", 8), wrap("one two three", 5, lines=2)
    (['Laboratory', 'for', 'Materials'], ['银泰中心', '三期'], ['one', 'two…'])
    """
    # Only a plain space is a place to break: a thin one holds a number together.
    pieces = re.findall(r"[\u2e80-\uffff]|[^ \u2e80-\uffff]+ *| +", text)
    rows = [""]
    for piece in pieces:
        if rows[-1] and breadth(rows[-1] + piece.rstrip()) > limit:
            rows.append("")
        rows[-1] += piece
    rows = [row.strip() for row in rows]
    if lines is not None and len(rows) > lines:
        last = rows[lines - 1]
        while breadth(last) >= limit:
            last = last[:-1]
        rows = [*rows[: lines - 1], last.rstrip() + "…"]
    return [_cut(row, 2 * limit) for row in rows]


def _cut(row: str, limit: int) -> str:
    """A single word longer than any line is cut."""
    return row if len(row) <= limit else row[: limit - 1] + "…"


def name_axis(width: int, **more: Any) -> alt.Axis:
    """An axis of names that stand in two lines where one is too short."""
    limit = 250 if width >= WIDE else 124
    two = {
        "test": "indexof(datum.label, '\\n') >= 0",
        "value": -7,
    }  # Vega sets the first line, not the block, in the middle
    return alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        labelLimit=limit,
        labelLineHeight=15,
        labelOffset={"condition": two, "value": 0},
        labelExpr="split(datum.label, '\\n')",
        **more,
    )


def name_label(name: str, width: int) -> str:
    """A name in at most two lines, for `name_axis`."""
    limit = 32 if width >= WIDE else 16
    even = max((breadth(name) + 1) // 2 + 4, limit // 2)  # two lines of about one length, and none of one character
    rows = wrap(name, min(even, limit)) if breadth(name) > limit else [name]
    return "\n".join(rows if len(rows) <= 2 else wrap(name, limit, lines=2))


def with_labels(rows: Iterable[Row], width: int) -> list[Row]:
    """Rows whose `name` is the label of an axis: names that differ have labels that differ.

    Parameters
    ----------
    rows : iterable of dict
        With `name`; several rows may have the same.
    width : int
        Of the drawing. [px]
    """
    held = list(rows)
    names = list(dict.fromkeys(str(row["name"]) for row in held))
    labels = {name: name_label(name, width) for name in names}
    for shorten in (_by_its_end, _by_its_place):
        often = Counter(labels.values())
        alike = [name for name in names if often[labels[name]] > 1]
        labels |= {name: shorten(name, at, width) for at, name in enumerate(alike, 1)}
    return [{**row, "name": labels[str(row["name"])]} for row in held]


def _by_its_end(name: str, _at: int, width: int) -> str:
    """A name in two lines, the second of which is its end: there stand the number and the city."""
    limit = 32 if width >= WIDE else 16
    pieces = re.findall(r"[\u2e80-\uffff]|[^ \u2e80-\uffff]+ *| +", name)
    end = ""
    while pieces and breadth(pieces[-1] + end) < limit:
        end = pieces.pop() + end
    return f"{wrap(name, limit)[0]}\n…{end.strip()}"


def _by_its_place(name: str, at: int, width: int) -> str:
    return f"{name_label(name, width)} ({at})"


def distinct(names: dict[str, str]) -> dict[str, str]:
    """Names by id; those that more than one id has carry the id, since an axis keeps one place for a name.

    Examples
    --------
    >>> distinct({"a": "Court", "b": "Court", "c": "Hall"})
    {'a': 'Court (a)', 'b': 'Court (b)', 'c': 'Hall'}
    """
    often = Counter(names.values())
    return {ident: name if often[name] == 1 else f"{name} ({ident})" for ident, name in names.items()}


def value_axis(title: str, *, ticks: int = 5) -> alt.Axis:
    """An axis of values that carries its unit."""
    return alt.Axis(title=title, tickCount=ticks, domain=False, ticks=False, titlePadding=8)


def sized(chart: alt.LayerChart | alt.FacetChart, height: float) -> alt.LayerChart:
    """A chart of a height. [px]"""
    return cast("alt.LayerChart", chart.properties(height=height))


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """A configuration over another; it is added at the end, for Altair would copy it with every part of a chart."""
    view = {**below.get("view", {}), **above.get("view", {})}
    return {**below, **above, "view": view}


class _Rows:
    """Rows that Altair hands through as they are: it would copy and convert each value at every step of a chart."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def __getitem__(self, at: int) -> Row:
        """One of them."""
        return self.rows[at]

    def __str__(self) -> str:
        """Their content: Altair names data by it."""
        return json.dumps(self.rows, default=str)


def data(rows: list[Row]) -> alt.InlineData:
    """Rows in the chart itself."""
    return alt.InlineData(values=cast("Any", _Rows(rows)))


class _Slot:
    """Stands where rows come once it is known which."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getitem__(self, at: int) -> Row:
        """Altair asks for the first row."""
        raise IndexError(at)

    def __str__(self) -> str:
        """Altair names data by it."""
        return f"slot {self.name}"


def slot(name: str) -> alt.InlineData:
    """Where the rows of this name come in, from `Drawing.rows`."""
    return alt.InlineData(values=cast("Any", _Slot(name)))


def _opened(part: Any, slots: Mapping[str, list[Row]]) -> Any:
    """A specification with its rows in place."""
    if isinstance(part, _Rows | _Slot):
        rows = part.rows if isinstance(part, _Rows) else slots[part.name]
        return [{name: _json(value) for name, value in row.items()} for row in rows]
    if isinstance(part, dict):
        return {name: _opened(one, slots) for name, one in cast("dict[str, Any]", part).items()}
    if isinstance(part, list):
        return [_opened(one, slots) for one in cast("list[Any]", part)]
    return part


def _json(value: Any) -> Any:
    """A value as Vega-Lite reads it."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
