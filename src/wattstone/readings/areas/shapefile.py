"""Shapefiles, as they are or zipped."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportMissingTypeStubs=false, reportAttributeAccessIssue=false

import io
import struct
import warnings
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import polars as pl
import shapefile

from wattstone.base import Finding
from wattstone.readings.areas.geojson import FEW, UNCLOSED, UNREADABLE, built
from wattstone.readings.areas.problems import refuse, some
from wattstone.readings.areas.radius import radius_from
from wattstone.readings.areas.rings import nested
from wattstone.readings.areas.schema import Raw

__all__ = ["read_shapefile"]

_LARGEST: Final = 2_000_000_000  # bytes, unpacked
_BROKEN: Final = (
    shapefile.ShapefileException, shapefile.PossiblyCorruptFileHeader, struct.error, ValueError, EOFError, OSError,
    IndexError, KeyError,
)  # fmt: skip

_POLYGONS: Final = (shapefile.POLYGON, shapefile.POLYGONZ, shapefile.POLYGONM)
_AGAINST: Final = (
    "{count} {count:shape has|shapes have} rings that run the other way than shapefiles want; a ring that lies within "
    "another is taken as its hole, and one within the hole as land again",
    "outer rings clockwise, holes counterclockwise (ESRI, Shapefile technical description, p. 8)",
    "write the file again with its rings in order; programs that go by their direction may fill the holes",
)


def read_shapefile(path: Path) -> Raw:
    """Entries of a shapefile.

    Parameters
    ----------
    path : Path
        `.shp` with `.dbf` and `.prj` beside it, or a ZIP that holds one shapefile.

    Returns
    -------
    Raw

    Raises
    ------
    InputRefused
        Damaged, or no or several shapefiles in the ZIP.
    """
    parts = _unzipped(path) if zipfile.is_zipfile(path) else _beside(path)
    encoding = parts.get("cpg", b"utf-8").decode("ascii", "ignore").strip() or "utf-8"
    streams: dict[str, Any] = {name: io.BytesIO(parts[name]) for name in ("shp", "shx", "dbf") if name in parts}
    try:
        with _strict(), shapefile.Reader(**streams, encoding=_codec(encoding), encodingErrors="replace") as reader:
            against: list[int] = []
            shapes: list[Any] = [_told(one, at, against) for at, one in enumerate(reader.iterShapes())]
            said = _said(reader, len(shapes)) if "dbf" in parts else pl.DataFrame()
    except _BROKEN as broken:
        raise refuse(
            "areas.no_shapefile", path.name, "the shapefile cannot be read: {why}", "a whole shapefile: .shp and .dbf",
            "export it again", why=str(broken)[:120],
        ) from None  # fmt: skip
    made = built(shapes)
    radius, wrong = radius_from(said, len(shapes), path.name)
    findings: list[Finding] = [
        *some("areas.rings_against", path.name, against, _AGAINST),
        *some("areas.unclosed", path.name, made.unclosed, UNCLOSED),
        *some("areas.few_positions", path.name, made.few, FEW),
        *some("areas.unreadable", path.name, made.unreadable, UNREADABLE, error=True),
        *wrong,
    ]
    crs = parts.get("prj", b"").decode("utf-8", "replace").strip() or None
    return Raw(geometry=made.geometry, crs=crs, order="clockwise", radius=radius, said=said, findings=tuple(findings))


@contextmanager
def _strict() -> Generator[None]:
    """A header that does not fit the file is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", shapefile.PossiblyCorruptFileHeader)
        yield


def _beside(path: Path) -> dict[str, bytes]:
    near = {one.suffix.lower()[1:]: one for one in path.parent.glob(f"{path.stem}.*") if one.stem == path.stem}
    wanted = {name: near[name] for name in ("shx", "dbf", "prj", "cpg") if name in near}
    return {name: one.read_bytes() for name, one in {"shp": path, **wanted}.items()}


def _unzipped(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as held:
        infos = [one for one in held.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
        shapes = [one.filename for one in infos if one.filename.lower().endswith(".shp")]
        if len(shapes) != 1 or sum(one.file_size for one in infos) > _LARGEST:
            raise refuse(
                "areas.zip", path.name, "the ZIP holds {shapes} shapefiles, {bytes} bytes unpacked",
                "one shapefile, with .shp, .dbf and .prj", "pack one shapefile into the ZIP",
                shapes=len(shapes), bytes=sum(one.file_size for one in infos),
            )  # fmt: skip
        stem = shapes[0][:-4]
        wanted = {f"{stem}.{name}".lower(): name for name in ("shp", "shx", "dbf", "prj", "cpg")}
        try:
            return {wanted[one.filename.lower()]: held.read(one) for one in infos if one.filename.lower() in wanted}
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as broken:
            raise refuse(
                "areas.no_shapefile", path.name, "the shapefile cannot be read: {why}",
                "a whole shapefile: .shp and .dbf", "export it again", why=str(broken)[:120],
            ) from None  # fmt: skip


def _told(shape: Any, at: int, against: list[int]) -> dict[str, Any] | None:
    """GeoJSON of a shape, its holes sorted to their rings by what lies in what; None of a null shape."""
    if shape.shapeType == shapefile.NULL or not shape.points:
        return None
    if shape.shapeType not in _POLYGONS:
        return shape.__geo_interface__
    ends = [*shape.parts[1:], len(shape.points)]
    found = nested([shape.points[begin:end] for begin, end in zip(shape.parts, ends, strict=True)])
    against += [at] * found.against
    return {"type": "MultiPolygon", "coordinates": [[list(ring) for ring in one] for one in found.polygons]}


def _said(reader: Any, count: int) -> pl.DataFrame:
    names = [one[0] for one in reader.fields if one[0] != "DeletionFlag"]
    rows = [[None if value is None else str(value) for value in record] for record in reader.iterRecords()]
    if len(rows) != count:
        return pl.DataFrame()
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _codec(name: str) -> str:
    import codecs

    try:
        return codecs.lookup(name).name
    except LookupError:
        return "gb18030" if name in ("936", "54936") else "utf-8"
