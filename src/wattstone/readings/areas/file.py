"""Any file of areas, told by its name and its first bytes."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from wattstone.base import InputRefused
from wattstone.readings.areas.crs import to_lonlat
from wattstone.readings.areas.problems import AreasRefused, refuse
from wattstone.readings.areas.schema import AreaFile, Raw

__all__ = ["read_areas"]

_LARGEST: Final = 2_000_000_000  # bytes


def read_areas(path: Path) -> AreaFile:
    """Read a file of areas.

    Parameters
    ----------
    path : Path
        GeoJSON, GeoParquet, a shapefile (`.shp` with its neighbours, or zipped), or a table as CSV with WKT, or with
        longitude, latitude and radius.

    Returns
    -------
    AreaFile
        Longitude and latitude as they are written; rings are not repaired yet.

    Raises
    ------
    InputRefused
        Where the file or its reference system cannot be read, with all findings.
    """
    place = path.name
    if path.is_dir():
        raise refuse(
            "areas.folder", place or str(path), "this is a folder", "a file of areas",
            "name one file; of a shapefile the one that ends in .shp",
        )  # fmt: skip
    if not path.is_file():
        raise refuse("areas.no_file", place, "there is no such file", "a file of areas", "check the path")
    if path.stat().st_size > _LARGEST:
        raise refuse(
            "areas.too_large", place, "the file is larger than {limit} bytes", "a file of areas of a programme",
            "divide the file", limit=_LARGEST,
        )  # fmt: skip
    raw = _reader(path)(path)
    errors = [one for one in raw.findings if one.severity == "error"]
    if errors:
        raise AreasRefused(raw.findings, len(raw.geometry))
    try:
        geometry, told = to_lonlat(raw, place)
    except InputRefused as refusal:
        raise AreasRefused(refusal.findings, len(raw.geometry)) from None
    return AreaFile(
        name=place, geometry=geometry, radius=raw.radius, order=raw.order, said=raw.said,
        findings=(*raw.findings, *told),
    )  # fmt: skip


def _reader(path: Path) -> Callable[[Path], Raw]:
    """Chosen by content; by name where content does not say."""
    with path.open("rb") as stream:
        head = stream.read(64)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"PAR1"):
        return _geoparquet
    if _is_workbook(path, head):
        raise refuse(
            "areas.workbook", path.name, "this is a workbook, and workbooks of areas are not read here",
            "CSV with WKT, or with longitude, latitude and radius", "save the sheet as CSV",
        )  # fmt: skip
    if head.startswith((b"PK\x03\x04", b"\x00\x00\x27\x0a")):
        return _shapefile
    if text.startswith((b"{", b"[", b"\x1e")):
        return _geojson
    if path.suffix.lower() in (".csv", ".tsv", ".txt", ".wkt"):
        return _table
    raise refuse(
        "areas.form", path.name, "this is none of the forms that are read",
        "GeoJSON, GeoParquet, a shapefile (.shp or zipped), or CSV with WKT or with points and a radius",
        "export the areas in one of these, in WGS 84",
    )  # fmt: skip


def _is_workbook(path: Path, head: bytes) -> bool:
    """XLSX by what it holds, XLS by its first bytes."""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return True
    if not (head.startswith(b"PK\x03\x04") and zipfile.is_zipfile(path)):
        return False
    with zipfile.ZipFile(path) as held:
        return "xl/workbook.xml" in held.namelist()


def _geojson(path: Path) -> Raw:
    from wattstone.readings.areas.geojson import read_geojson

    try:
        return read_geojson(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise refuse(
            "areas.no_geojson", path.name, "this is no GeoJSON: {why}", "a FeatureCollection, Feature or geometry "
            "(RFC 7946)", "export the areas again as GeoJSON", why="not UTF-8",
        ) from None  # fmt: skip


def _geoparquet(path: Path) -> Raw:
    from wattstone.readings.areas.geoparquet import read_geoparquet

    return read_geoparquet(path)


def _shapefile(path: Path) -> Raw:
    from wattstone.readings.areas.shapefile import read_shapefile

    return read_shapefile(path)


def _table(path: Path) -> Raw:
    from wattstone.readings.areas.table import read_table

    return read_table(path)
