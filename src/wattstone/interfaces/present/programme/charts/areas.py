"""A map of areas on a graticule, with a bar of scale and layers that the user brought.

The projection is equal-area. No tiles are loaded for it, and no boundary is drawn that the user did not bring.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase
from typing import Any, Final

import altair as alt
import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from wattstone.interfaces.present.charts.base import WIDE, Row
from wattstone.interfaces.present.languages import Language
from wattstone.interfaces.present.programme.charts.apart import groups_apart
from wattstone.interfaces.present.programme.charts.looks import bound, looks_of
from wattstone.interfaces.present.programme.charts.panel import Areas, key_panel, map_panel
from wattstone.interfaces.present.programme.charts.prepared import COLOURS, UNSURE
from wattstone.interfaces.present.programme.charts.view import View, view_of
from wattstone.interfaces.present.programme.tables import cell_text
from wattstone.programme.report import Chart, Column, Table

__all__ = ["Areas", "areas_of", "draw_areas", "groups_of"]

Shapes = npt.NDArray[np.object_]

_MOST: Final = 2_000  # shapes that are drawn
_PADDING: Final = 16  # px that stand beside the picture
_BETWEEN: Final = 12  # px between maps


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
    drawn = frame[order[:_MOST]]
    labelled = [cell_text(told, series.labels, lang) for told in drawn[series.name]] if series else [""] * drawn.height
    names = _ordered(labelled, series, lang) if series else []
    looks, by_status = looks_of(series, names, lang), bound(series)
    rows: list[Row] = []
    for told, of in zip(drawn.iter_rows(named=True), labelled, strict=True):
        unsure = not by_status and (told.get("status") == "planned" or told.get("basis") in UNSURE)
        fill = "hatched" if unsure else looks[of].fill
        rows.append({"name": cell_text(told[y.name], y.labels, lang), "series": of, "fill": fill})
    brought, called = _layers(chart, layers)
    left_out = max(0, len(order) - _MOST)
    return Areas(shapes[order[:_MOST]], rows, names, looks, by_status, brought, called, left_out)


def _ordered(labelled: list[str], series: Column, lang: Language) -> list[str]:
    """Series as their labels are ordered, else the largest first."""
    found = list(dict.fromkeys(labelled))
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


def groups_of(what: Areas, width: int = WIDE) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Groups of areas that have maps of their own, each with its letter: the same on a page and on a phone.

    Parameters
    ----------
    what : Areas
    width : int
        Of the map on which they would be dots. [px]
    """
    found = groups_apart(what.shapes, _whole(what, width - _PADDING))
    return list(zip(ascii_uppercase, found, strict=False))


def draw_areas(what: Areas, width: int) -> alt.VConcatChart:
    """Draw the map, and below it maps of what is too far from the rest to be seen on it.

    Parameters
    ----------
    what : Areas
        With one shape or more.
    width : int
        [px]
    """
    groups = groups_of(what)
    view = _whole(what, width - _PADDING)
    key = [key_panel(what.names, what.looks, view.width)] if len(what.names) > 1 or what.statuses else []
    panels: list[Any] = [*key, map_panel(view, what, width, groups=groups)]
    wide = width >= WIDE and len(groups) > 1
    room = (view.width - _BETWEEN) / 2 if wide else view.width
    insets = [map_panel(view_of(one.shapes, room), one, width, title=letter) for letter, one in _parts(what, groups)]
    step = 2 if wide else 1
    for at in range(0, len(insets), step):
        row = insets[at : at + step]
        panels.append(alt.hconcat(*row, spacing=_BETWEEN) if len(row) > 1 else row[0])
    # Panels: their shapes have their places in pixels, and they are no wider on a wider page.
    return alt.vconcat(*panels, spacing=_BETWEEN)


def _whole(what: Areas, width: float) -> View:
    return view_of(np.concatenate([what.shapes, what.layers]) if len(what.layers) else what.shapes, width)


def _parts(what: Areas, groups: Sequence[tuple[str, npt.NDArray[np.int64]]]) -> list[tuple[str, Areas]]:
    """Each group with the layers that are near it: what is on the other side of the Earth has no place on its map."""
    made: list[tuple[str, Areas]] = []
    for letter, places in groups:
        shapes = what.shapes[places]
        near = shapely.box(*shapely.total_bounds(shapes)).buffer(2.0)
        there = [at for at, one in enumerate(what.layers) if near.intersects(one)]
        layers = shapely.clip_by_rect(what.layers[there], *near.bounds) if there else what.layers[:0]
        rows = [what.rows[at] for at in places]
        names = [what.layer_names[at] for at in there]
        made.append((letter, replace(what, shapes=shapes, rows=rows, layers=layers, layer_names=names)))
    return made
