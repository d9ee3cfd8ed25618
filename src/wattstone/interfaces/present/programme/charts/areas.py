"""A map of areas on a graticule, with a bar of scale and layers that the user brought.

The projection is equal-area. No tiles are loaded for it, and no boundary is drawn that the user did not bring.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from wattstone.interfaces.present.charts.base import WIDE, Row, breadth, data, wrap
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.programme.charts.prepared import COLOURS, DASHES, UNSURE, legend, series_scales
from wattstone.interfaces.present.programme.charts.view import View, bar_of, features, graticule, view_of
from wattstone.interfaces.present.programme.tables import cell_text
from wattstone.interfaces.present.tokens import tokens
from wattstone.programme.report import Chart, Column, Table

__all__ = ["Areas", "areas_of", "draw_areas"]

Shapes = npt.NDArray[np.object_]

_MOST: Final = 2_000  # shapes that are drawn
_DOT: Final = 5.0  # px below which a shape is a dot, too
_LETTER: Final = 6.6  # px of a letter
_PADDING: Final = 16  # px that stand beside the picture


@dataclass(frozen=True)
class Areas:
    """Shapes with what is known of them, the largest first.

    Parameters
    ----------
    shapes : (n,) array
        In longitude and latitude. [degrees]
    rows : list of dict
        `name`, `series`, `pale`.
    names : list of str
        Series.
    layers : (m,) array
        Of the user, below the shapes.
    layer_names : list of str
    left_out : int
        Shapes that are not drawn, the smallest.
    """

    shapes: Shapes
    rows: list[Row]
    names: list[str]
    layers: Shapes
    layer_names: list[str]
    left_out: int

    @property
    def pale(self) -> bool:
        """Whether any is planned, or not measured."""
        return any(row["pale"] for row in self.rows)


def areas_of(chart: Chart, table: Table, layers: Table | None, lang: Language) -> Areas:
    """Take the shapes out of a table.

    Parameters
    ----------
    chart : Chart
        `x` is the column of shapes (WKB, WKT or GeoJSON), `y` the name, `series` what colours.
    table : Table
    layers : Table or None
        With columns of the same names.
    lang : {'en', 'zh'}
    """
    columns = {one.name: one for one in table.columns}
    y = columns.get(chart.y, Column(chart.y, chart.y))
    series = columns.get(chart.series, Column(chart.series, chart.series)) if chart.series else None
    shapes = _shapes(table.rows[chart.x])
    there = np.array([one is not None and not one.is_empty for one in shapes], dtype=bool)
    places = np.flatnonzero(there)
    sizes = shapely.area(shapes[places])
    order = places[np.argsort(-sizes, kind="stable")]
    frame = table.rows.drop(chart.x)
    rows: list[Row] = []
    for told in frame[order[:_MOST]].iter_rows(named=True):
        status = told.get("status", told.get(series.name) if series else None)
        rows.append(
            {
                "name": cell_text(told[y.name], y.labels, lang),
                "series": cell_text(told[series.name], series.labels, lang) if series else "",
                "pale": status == "planned" or told.get("basis") in UNSURE,
            }
        )
    names = _ordered(rows, series, lang) if series else []
    brought, called = _layers(chart, layers)
    return Areas(shapes[order[:_MOST]], rows, names, brought, called, max(0, len(order) - _MOST))


def _ordered(rows: list[Row], series: Column, lang: Language) -> list[str]:
    """Series as their labels are ordered, else the largest first."""
    found = list(dict.fromkeys(row["series"] for row in rows))
    known = [cell_text(one, series.labels, lang) for one in series.labels]
    return sorted(found, key=lambda one: known.index(one) if one in known else len(known))[: len(COLOURS)]


def _layers(chart: Chart, layers: Table | None) -> tuple[Shapes, list[str]]:
    if layers is None or layers.rows.is_empty():
        return np.array([], dtype=object), []
    kinds = {name: kind for name, kind in layers.rows.schema.items() if kind == pl.Binary}
    column = chart.x if chart.x in layers.rows.columns else next(iter(kinds), layers.rows.columns[0])
    shapes = _shapes(layers.rows[column])
    named = (
        chart.y if chart.y in layers.rows.columns else next(one.name for one in layers.columns if one.name != column)
    )
    kept = [at for at, one in enumerate(shapes) if one is not None and not one.is_empty]
    return shapes[kept], [str(layers.rows[named][at] or "") for at in kept]


def _shapes(column: pl.Series) -> Shapes:
    """Geometries of WKB, WKT or GeoJSON; None where there is none."""
    if column.dtype == pl.Binary:
        return shapely.from_wkb(column.to_numpy())
    texts = column.cast(pl.String)
    if texts.str.starts_with("{").any():
        return shapely.from_geojson(texts.to_numpy())
    return shapely.from_wkt(texts.to_numpy())


def draw_areas(what: Areas, width: int) -> alt.VConcatChart:
    """Draw the map.

    Parameters
    ----------
    what : Areas
        With one shape or more.
    width : int
        [px]
    """
    look = tokens()
    view = view_of(np.concatenate([what.shapes, what.layers]) if len(what.layers) else what.shapes, width - _PADDING)
    lines, degrees = graticule(view)
    soft, line = look.colour("ink-soft"), look.colour("line")
    layers: list[Any] = [_frame(view, line), _geo(lines).mark_geoshape(filled=False, stroke=line, strokeWidth=1)]
    if len(what.layers):
        brought = _drawable(view.shapes(what.layers), view)
        for flat in (True, False):
            some = brought[(shapely.get_dimensions(brought) == 2) == flat]
            below = _geo(features(some, [{} for _ in some]))
            fill: dict[str, Any] = {"fill": line, "fillOpacity": 0.3} if flat else {"filled": False}
            layers.append(below.mark_geoshape(stroke=soft, strokeWidth=1, strokeDash=[4, 3], **fill))
    drawn = _drawable(view.shapes(what.shapes), view)
    layers += _filled(features(drawn, what.rows), what, width)
    layers += _dots(drawn, what)
    words = _labels(view, drawn, what, width)
    layers += _words(words, "ink", look.colour("raised"))
    layers += _words(degrees, "ink-soft", look.colour("raised"))
    layers += _bar(view)
    # A panel: its shapes have their places in pixels, and it is no wider on a wider page.
    return alt.vconcat(alt.layer(*layers).properties(width=round(view.width), height=round(view.height)))


def _geo(rows: list[Row]) -> alt.Chart:
    """Shapes that are in pixels already."""
    return alt.Chart(data(rows)).project(type="identity", scale=1, translate=[0, 0])


def _drawable(shapes: Shapes, view: View) -> Shapes:
    """Within the frame, and no finer than the eye sees."""
    fine = shapely.simplify(shapes, 0.3)
    return shapely.make_valid(shapely.clip_by_rect(shapely.make_valid(fine), 0, 0, view.width, view.height))


def _filled(rows: list[Row], what: Areas, width: int) -> list[Any]:
    """Shapes in the colours of their series, with edges of their own; what is planned is hatched."""
    look = tokens()
    made: list[Any] = []
    for at, name in enumerate(what.names or [""]):
        colour = look.colour(COLOURS[at])
        told: dict[str, Any] = {"stroke": colour, "strokeWidth": 1.3, "strokeDash": DASHES[at]}
        if what.names:
            scale = series_scales(what.names)[0]
            fill = alt.Fill("series:N", scale=scale, sort=what.names, legend=legend(what.names, width))
        else:
            fill = alt.value(colour)
        for pale, opacity in ((False, 0.45), (True, look.opacity["estimated"])):
            mine = [row for row in rows if row["pale"] == pale and row["series"] == name]
            if mine or (not pale and what.names):  # of a series of which all is planned the legend tells, too
                made.append(_geo(mine).mark_geoshape(fillOpacity=opacity, **told).encode(fill=fill))
    return made


def _dots(drawn: Shapes, what: Areas) -> list[Any]:
    """What is too small to be seen as a shape is a dot as well."""
    boxes = shapely.bounds(drawn)
    small = [at for at, box in enumerate(boxes) if max(box[2] - box[0], box[3] - box[1]) < _DOT]
    seen: dict[tuple[int, int, str], Row] = {}
    for at in small:
        x, y = (boxes[at][0] + boxes[at][2]) / 2, (boxes[at][1] + boxes[at][3]) / 2
        if np.isfinite(x) and np.isfinite(y):
            key = (round(x / 2), round(y / 2), str(what.rows[at]["series"]))
            seen.setdefault(key, {"px": round(x, 1), "py": round(y, 1), "series": what.rows[at]["series"]})
    if not seen:
        return []
    look = tokens()
    colours = {name: look.colour(COLOURS[at]) for at, name in enumerate(what.names or [""])}
    rows = [{**row, "colour": colours.get(row["series"], look.colour("ink"))} for row in seen.values()]
    dots = alt.Chart(data(rows)).mark_point(
        filled=True, size=46, opacity=1, stroke=look.colour("raised"), strokeWidth=1
    )
    return [dots.encode(**_at(), fill=alt.Fill("colour:N", scale=None))]


def _at() -> dict[str, Any]:
    return {"x": alt.X("px:Q", scale=None, axis=None), "y": alt.Y("py:Q", scale=None, axis=None)}


def _words(rows: list[Row], colour: str, halo: str) -> list[Any]:
    """Texts at places, with a rim that parts them from what lies below."""
    if not rows:
        return []
    made: list[Any] = []
    for align in dict.fromkeys(row.get("align", "left") for row in rows):
        base = alt.Chart(data([row for row in rows if row.get("align", "left") == align]))
        told: dict[str, Any] = {"align": align, "baseline": "alphabetic"}
        rim = base.mark_text(stroke=halo, strokeWidth=3, strokeJoin="round", fill=halo, **told)
        text = base.mark_text(color=tokens().colour(colour), **told)
        made += [one.encode(**_at(), text="text:N") for one in (rim, text)]
    return made


def _frame(view: View, line: str) -> Any:
    corners = data([{"px": 0, "py": 0, "px2": view.width, "py2": view.height}])
    frame = alt.Chart(corners).mark_rect(fill=None, stroke=line, strokeWidth=1)
    return frame.encode(**_at(), x2="px2:Q", y2="py2:Q")


def _bar(view: View) -> list[Any]:
    """How long a distance is, at the lower right."""
    long, text = bar_of(view)
    look = tokens()
    right, down = view.width - 10, view.height - 26
    ends: list[Row] = [{"px": right - long, "py": down, "px2": right}]
    bar = alt.Chart(data(ends)).mark_rule(color=look.colour("ink"), strokeWidth=3)
    rows: list[Row] = [{"px": right - breadth(text) * _LETTER, "py": down - 6, "text": text}]
    return [bar.encode(**_at(), x2="px2:Q"), *_words(rows, "ink", look.colour("raised"))]


def _labels(view: View, drawn: Shapes, what: Areas, width: int) -> list[Row]:
    """Names of shapes in or beside them, the largest first; one that would cover another is left out."""
    wide = width >= WIDE
    taken = [(0.0, 0.0, 52.0, view.height), (0.0, view.height - 20, view.width, view.height)]
    taken.append((view.width - 0.3 * view.width, view.height - 50, view.width, view.height))
    marks = [(str(name), one) for name, one in zip(
        [*what.layer_names, *(row["name"] for row in what.rows)],
        [*_drawable(view.shapes(what.layers), view), *drawn] if len(what.layers) else drawn, strict=True)]  # fmt: skip
    edges = shapely.STRtree([shapely.boundary(one) if one.area else one for _, one in marks if one is not None])
    said: list[Row] = []
    for name, shape in [*marks[len(what.layer_names) :], *marks[: len(what.layer_names)]]:
        if len(said) >= (40 if wide else 12) or not name or shape is None or shape.is_empty:
            continue
        text = wrap(name, 30 if wide else 18, lines=1)[0]
        place = _placed(shape, breadth(text) * _LETTER, view, taken, edges)
        if place is not None:
            said.append({**place, "text": text})
    return said


def _placed(
    shape: Any, long: float, view: View, taken: list[tuple[float, float, float, float]], edges: shapely.STRtree
) -> Row | None:
    """Where the text stands: in the middle where it fits, else beside, where it crosses the fewest edges."""
    middle = shape.representative_point()
    x, y = float(middle.x), float(middle.y)
    west, north, east, south = shape.bounds
    centre = (west + east) / 2
    places = [
        ("left", (east + 5, y - 7, east + 5 + long, y + 8)),
        ("right", (west - 5 - long, y - 7, west - 5, y + 8)),
        ("center", (centre - long / 2, north - 19, centre + long / 2, north - 4)),
        ("center", (centre - long / 2, south + 4, centre + long / 2, south + 19)),
    ]
    if (east - west > long + 8 and south - north > 18) or shape.geom_type.endswith("LineString"):
        places.insert(0, ("center", (x - long / 2, y - 7, x + long / 2, y + 8)))
    free = [
        (len(edges.query(shapely.box(*box), predicate="intersects")), at, align, box)
        for at, (align, box) in enumerate(places)
        if box[0] > 2 and box[2] < view.width - 2 and box[1] > 2 and box[3] < view.height - 2
        and not any(_meet(box, other) for other in taken)
    ]  # fmt: skip
    if not free:
        return None
    _, _, align, box = min(free)
    taken.append(box)
    at = {"left": box[0], "right": box[2], "center": (box[0] + box[2]) / 2}[align]
    return {"px": round(at, 1), "py": round(box[3] - 4, 1), "align": align}


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
