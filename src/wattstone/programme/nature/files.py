"""Files of areas as tables of entries: what a feature says by the names of fields, and its boundary as WKT."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from pathlib import Path
from typing import Final

import polars as pl

from wattstone.base import InputRefused
from wattstone.programme.cells import headers_of
from wattstone.programme.kinds import RecordKind
from wattstone.readings.sheets import Sheet
from wattstone.readings.tabular.csv import ROW

__all__ = ["sheets"]

_KINDS: Final = ("area", "layer")
_FORMS: Final = (".geojson", ".json", ".geojsonl", ".parquet", ".geoparquet", ".shp", ".zip")


def sheets(kind: RecordKind, path: Path) -> tuple[Sheet, ...] | None:
    """The areas of a file as a table of entries.

    Parameters
    ----------
    kind : RecordKind
        `area` or `layer`.
    path : Path
        GeoJSON, GeoParquet or a shapefile; properties that are called as fields are taken, others are left out.

    Returns
    -------
    tuple of Sheet or None
        None where it is an ordinary table, or entries of another kind are asked for.

    Raises
    ------
    InputRefused
        With every finding of the file and its boundaries.
    """
    if kind.id not in _KINDS or path.suffix.lower() not in _FORMS:
        return None
    import shapely

    from wattstone.programme.nature.placed import placed
    from wattstone.readings.areas import read_areas

    held = read_areas(path)
    if kind.id == "area":
        done = placed(held.geometry, held.radius, order=held.order, place=path.name)
        if done.refused:
            raise InputRefused([*held.findings, *done.findings])
    known = headers_of(kind)
    named = {field: name for name in reversed(held.said.columns) if (field := known.field(name)) is not None}
    columns = [held.said[name].alias(field) for field, name in named.items() if field not in ("geometry", "radius")]
    texts = pl.Series("geometry", shapely.to_wkt(held.geometry, rounding_precision=-1).tolist(), dtype=pl.String)
    radius = pl.Series("radius", [None if one != one else repr(float(one)) for one in held.radius], dtype=pl.String)
    measured = [texts, radius] if kind.id == "area" else [texts]
    frame = pl.DataFrame([*columns, *measured]).with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    titles = {name: named.get(name, name) for name in frame.columns if name != ROW}
    return (Sheet(place=path.name, rows=frame, titles=titles, brackets={}),)
