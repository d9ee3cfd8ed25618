"""Tables as CSV: a column of WKT, or longitude and latitude with a radius."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import csv
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.readings.areas.crs import is_lonlat
from wattstone.readings.areas.geojson import UNCLOSED
from wattstone.readings.areas.problems import refuse, some
from wattstone.readings.areas.radius import radius_from
from wattstone.readings.areas.schema import Raw, declared_of, geometry_of

__all__ = ["read_table", "says_points"]

_WKT: Final = re.compile(
    r"^\s*(SRID=\d+;)?\s*(MULTI)?(POLYGON|POINT|LINESTRING)|^\s*(SRID=\d+;)?\s*GEOMETRYCOLLECTION|^\s*\{\s*\"",
    re.IGNORECASE,
)
_NAMES: Final = ("wkt", "geometry", "geom", "the_geom", "geojson", "boundary", "边界", "几何")
_LON: Final = ("lon", "longitude", "lng", "long", "x", "经度")
_LAT: Final = ("lat", "latitude", "y", "纬度")
_DEGREES: Final = re.compile(r"\s*[\[(【]\s*(°|degrees?|deg|decimal degrees|度|wgs ?84)\s*[\])】]$")

UNREADABLE: Final = (
    "{count} {count:geometry|geometries} cannot be read as WKT or GeoJSON",
    "WKT as POLYGON ((lon lat, ...)), longitude first",
    "correct the text, or export the table again",
)
NO_NUMBER: Final = (
    "{count} {count:point has|points have} a longitude or latitude that is no number",
    "decimal degrees",
    "write degrees, minutes and seconds as one decimal number",
)


def read_table(path: Path) -> Raw:
    """Entries of a table of areas.

    Parameters
    ----------
    path : Path
        CSV with `,`, `;` or tab between cells, in UTF-8 or GB 18030.

    Returns
    -------
    Raw

    Raises
    ------
    InputRefused
        Without a column of geometries or columns of points.
    """
    place = path.name
    frame = _cells(path)
    column = _geometry_column(frame)
    if column is not None:
        said = frame.drop(column)
        texts = frame[column].to_list()
        geometry, wrong, closed = geometry_of(texts)
        findings = [
            *some("areas.unreadable", place, wrong, UNREADABLE, error=True),
            *some("areas.unclosed", place, closed, UNCLOSED),
        ]
        crs = _system(texts, place)
    else:
        geometry, said, findings = _points(frame, place)
        crs = "OGC:CRS84"
    radius, told = radius_from(said, frame.height, place)
    return Raw(
        geometry=geometry, crs=crs, order=None, radius=radius, said=said, findings=(*findings, *told),
        columns=None if column is not None else _named(frame, _LON, _LAT),
    )  # fmt: skip


def _cells(path: Path) -> pl.DataFrame:
    held = path.read_bytes()
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = held.decode("gb18030", "replace")
    lines = text.splitlines()
    if lines and _WKT.match(lines[0]):
        return pl.DataFrame({"wkt": [line for line in lines if line.strip()]})
    head = lines[0] if lines else ""
    separator = max(",;\t", key=lambda one: _outside(head, one))
    try:
        return pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except (pl.exceptions.PolarsError, csv.Error) as broken:
        raise refuse(
            "areas.no_table", path.name, "the table cannot be read: {why}",
            "CSV with one head line and as many cells in each row", "export the table again",
            why=str(broken).splitlines()[0][:120],
        ) from None  # fmt: skip


def _outside(line: str, separator: str) -> int:
    """How often a separator stands outside quotes."""
    return sum(part.count(separator) for part in line.split('"')[::2])


def _geometry_column(frame: pl.DataFrame) -> str | None:
    """By what stands in it; of several, the one whose name says so."""
    fits: list[str] = []
    for name in frame.columns:
        filled = frame[name].drop_nulls().str.strip_chars()
        sample = filled.filter(filled != "").head(20)
        if name.strip().lower() in _NAMES or (len(sample) and all(_WKT.match(one) for one in sample)):
            fits.append(name)
    named = [name for name in fits if name.strip().lower() in _NAMES]
    return (named or fits or [None])[0]


def _system(texts: list[Any], place: str) -> str | None:
    """The system of all; what declares none is longitude and latitude, and stands beside no other."""
    told = declared_of([text for text in texts if text and text.strip()])
    found = {None if one is not None and is_lonlat(one) else one for one in told} if len(set(told)) > 1 else set(told)
    if len(found) > 1:
        raise refuse(
            "areas.crs_mixed", place, "several reference systems are declared: {srids}", "one for the whole table",
            "divide the table, or turn all into EPSG:4326",
            srids=", ".join(sorted("WGS 84" if one is None else one.removeprefix("EPSG:") for one in found)),
        )  # fmt: skip
    return next((one for one in told if one is not None), None)


def says_points(columns: Sequence[str]) -> bool:
    """Whether columns are called longitude and latitude."""
    lower = {_called(name) for name in columns}
    return not lower.isdisjoint(_LON) and not lower.isdisjoint(_LAT)


def _called(name: str) -> str:
    """A head without its unit, where that is degrees."""
    return _DEGREES.sub("", unicodedata.normalize("NFKC", name).strip().lower())


def _named(frame: pl.DataFrame, lon: Sequence[str], lat: Sequence[str]) -> tuple[str, str] | None:
    """The columns of longitude and latitude."""
    lower = {_called(name): name for name in reversed(frame.columns)}
    found = [next((lower[name] for name in names if name in lower), None) for names in (lon, lat)]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _points(frame: pl.DataFrame, place: str) -> tuple[NDArray[np.object_], pl.DataFrame, list[Finding]]:
    named = _named(frame, _LON, _LAT)
    if named is None:
        raise refuse(
            "areas.no_geometry_column", place, "no column holds areas; there are: {columns}",
            "a column of WKT, or columns longitude, latitude and radius_m", "name the column wkt, or add the columns",
            columns=", ".join(frame.columns),
        )  # fmt: skip
    lon, lat = named
    xy = frame.select(pl.col(lon, lat).str.strip_chars().cast(pl.Float64, strict=False)).to_numpy()
    blank = frame.select(pl.all_horizontal(pl.col(lon, lat).str.strip_chars().fill_null("") == "")).to_series()
    good = np.isfinite(xy).all(axis=1)
    geometry = np.full(frame.height, None, dtype=object)
    geometry[good] = shapely.points(xy[good])
    wrong = ~good & ~blank.to_numpy()
    return geometry, frame.drop(lon, lat), some("areas.no_number", place, wrong, NO_NUMBER, error=True)
