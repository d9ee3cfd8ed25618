"""GeoParquet 1.0 and 1.1 with geometries as WKB."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from wattstone.base import Finding
from wattstone.readings.areas.problems import refuse, some
from wattstone.readings.areas.radius import radius_from
from wattstone.readings.areas.schema import Order, Raw

__all__ = ["read_geoparquet"]

_UNREADABLE = (
    "{count} {count:geometry|geometries} cannot be read as WKB",
    "well-known binary (GeoParquet, encoding WKB)",
    "write the file again",
)


def read_geoparquet(path: Path) -> Raw:
    """Entries of a GeoParquet file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Raw

    Raises
    ------
    InputRefused
        Without a column of WKB.
    """
    place = path.name
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as broken:
        raise refuse(
            "areas.no_parquet", place, "the Parquet file cannot be read: {why}", "GeoParquet", "write the file again",
            why=str(broken)[:120],
        ) from None  # fmt: skip
    held: dict[bytes, bytes] = table.schema.metadata or {}
    meta = _meta(held.get(b"geo"))
    name = str(meta.get("primary_column", "")) or _guess(table)
    told: dict[str, Any] = meta.get("columns", {}).get(name, {})
    if name not in table.column_names or str(told.get("encoding", "WKB")) != "WKB" or not _binary(table, name):
        raise refuse(
            "areas.no_geometry", place, "there is no column with geometries as WKB",
            "GeoParquet with its primary column encoded as WKB", "write the file again with encoding WKB",
        )  # fmt: skip
    wkb = np.array(table.column(name).to_pylist(), dtype=object)
    geometry = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    lost = shapely.is_missing(geometry) & np.array([one is not None for one in wkb], dtype=bool)
    said = _said(table, name)
    radius, wrong = radius_from(said, table.num_rows, place)
    order: Order | None = "counterclockwise" if told.get("orientation") == "counterclockwise" else None
    findings = (*some("areas.unreadable", place, lost, _UNREADABLE, error=True), *wrong, *_spherical(told, place))
    return Raw(geometry=geometry, crs=_crs(meta, told), order=order, radius=radius, said=said, findings=findings)


def _meta(text: bytes | None) -> dict[str, Any]:
    try:
        read = json.loads(text or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _guess(table: pa.Table) -> str:
    """The column of a plain Parquet file that holds geometries."""
    names = ("geometry", "geom", "wkb", "the_geom", "wkb_geometry")
    return next((name for name in table.column_names if name.lower() in names), "")


def _binary(table: pa.Table, name: str) -> bool:
    kind = table.schema.field(name).type
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _crs(meta: dict[str, Any], told: dict[str, Any]) -> str | None:
    """The declared system: without the member it is OGC:CRS84, with null it is not known (GeoParquet 1.1, crs)."""
    if not meta:
        return None
    crs = told.get("crs", "OGC:CRS84")
    return crs if crs is None or isinstance(crs, str) else json.dumps(crs)


def _said(table: pa.Table, geometry: str) -> pl.DataFrame:
    def flat(kind: Any) -> bool:
        return not (pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))

    names = [one.name for one in table.schema if one.name != geometry and flat(one.type)]
    frame = pl.from_arrow(table.select(names))
    return frame.select(pl.all().cast(pl.String, strict=False)) if isinstance(frame, pl.DataFrame) else pl.DataFrame()


def _spherical(told: dict[str, Any], place: str) -> list[Finding]:
    if told.get("edges", "planar") == "planar":
        return []
    return [
        Finding(
            code="areas.spherical_edges", place=place, severity="warning",
            found="edges are declared as spherical; they are taken as straight in longitude and latitude",
            expected="planar edges (GeoParquet, edges; RFC 7946 section 3.1.1)",
            remedy="where edges are longer than some kilometres, add points along them before the export",
        )
    ]  # fmt: skip
