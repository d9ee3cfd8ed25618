"""Files of areas as tables of entries: what a feature says by the names of fields, and its boundary as WKT."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import re
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from wattstone.base import InputRefused
from wattstone.programme.cells import headers_of
from wattstone.programme.kinds import RecordKind
from wattstone.readings.sheets import Sheet
from wattstone.readings.tabular.csv import ROW

__all__ = ["sheets"]

_KINDS: Final = ("area", "layer")
_HEAD: Final = 1 << 16  # bytes that are looked at
_FORMS: Final = (".geojson", ".json", ".geojsonl", ".parquet", ".geoparquet", ".shp", ".zip")


def sheets(kind: RecordKind, path: Path) -> tuple[Sheet, ...] | None:
    """The areas of a file as a table of entries.

    Parameters
    ----------
    kind : RecordKind
        `area` or `layer`.
    path : Path
        GeoJSON, GeoParquet, a shapefile, or a CSV with longitude, latitude and radius, or with WKT that declares its
        system; properties that are called as fields are taken, others are left out.

    Returns
    -------
    tuple of Sheet or None
        None where it is an ordinary table, or entries of another kind are asked for.

    Raises
    ------
    InputRefused
        With every finding of the file and its boundaries.
    """
    if kind.id not in _KINDS or not (path.suffix.lower() in _FORMS or _own_table(kind, path)):
        return None
    import shapely

    from wattstone.programme.nature.placed import placed
    from wattstone.readings.areas import read_areas

    held = read_areas(path)
    done = placed(held.geometry, held.radius, order=held.order, place=path.name)
    if kind.id == "area" and done.refused:
        raise InputRefused([*held.findings, *done.findings])
    known = headers_of(kind)
    boundaries = np.where(done.cut, done.shape, held.geometry)  # how a ring was read is settled here, with its file
    named = {field: name for name in reversed(held.said.columns) if (field := known.field(name)) is not None}
    columns = [held.said[name].alias(field) for field, name in named.items() if field not in ("geometry", "radius")]
    texts = pl.Series("geometry", shapely.to_wkt(boundaries, rounding_precision=-1).tolist(), dtype=pl.String)
    radius = pl.Series("radius", [None if one != one else repr(float(one)) for one in held.radius], dtype=pl.String)
    measured = [texts, radius] if kind.id == "area" else [texts]
    frame = pl.DataFrame([*columns, *measured]).with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    titles = {name: named.get(name, name) for name in frame.columns if name != ROW}
    return (Sheet(place=path.name, rows=frame, titles=titles, brackets={}),)


def _own_table(kind: RecordKind, path: Path) -> bool:
    """Whether a CSV says where areas are by more than a column of boundaries in longitude and latitude."""
    if path.suffix.lower() not in (".csv", ".tsv") or not path.is_file():
        return False
    from wattstone.readings.areas import says_points

    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    titles = (head.decode("utf-8-sig", "replace").splitlines() or [""])[0]
    known = headers_of(kind)
    names = [one.strip().strip('"') for one in re.split(r"[,;\t]", titles)]
    if any(known.field(one) == "geometry" for one in names):
        return re.search(rb"SRID\s*=\s*\d+\s*;", head, re.IGNORECASE) is not None
    return says_points(names)
