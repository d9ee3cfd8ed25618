"""From the system that a file declares to longitude and latitude on WGS 84."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import re
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.readings.areas.problems import refuse
from wattstone.readings.areas.schema import Raw

__all__ = ["is_lonlat", "to_lonlat"]

_LONLAT: Final = re.compile(
    r"(ogc:crs84|(urn:ogc:def:crs:)?(ogc:(1\.3|2)?:crs84|epsg:[\d.]*:?4326|epsg:4326)|wgs ?84)", re.IGNORECASE
)


def is_lonlat(crs: str) -> bool:
    """Whether a declared system is called longitude and latitude on WGS 84."""
    return _LONLAT.fullmatch(crs.strip()) is not None


def to_lonlat(raw: Raw, place: str) -> tuple[NDArray[np.object_], list[Finding]]:
    """Geometries in longitude and latitude.

    A declared projection is undone at the corners; between them edges are straight in longitude and latitude, as for
    everything here. What declares nothing is taken as longitude and latitude if it can be that, and refused if it
    cannot: metres are never measured as degrees.

    Parameters
    ----------
    raw : Raw
    place : str

    Returns
    -------
    (n,) array of shapely geometries
    list of Finding

    Raises
    ------
    InputRefused
        System unknown, or coordinates that cannot be of it.
    """
    low, high = _extent(raw.geometry)
    degrees = bool(np.all(np.abs([low[0], high[0]]) <= 360.0) and np.all(np.abs([low[1], high[1]]) <= 180.0))
    if raw.crs is None or is_lonlat(raw.crs):
        if not degrees and np.isfinite(low).all():
            raise _metres(raw, place, float(max(np.abs([*low, *high]))))
        return raw.geometry, _undeclared(raw, place)
    return _transformed(raw, place, fits=degrees)


def _extent(geometry: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest of the middles of entries: one stray point does not make a file of metres."""
    bounds = shapely.bounds(geometry)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return np.zeros(2), np.zeros(2)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    return np.quantile(middle, 0.25, axis=0), np.quantile(middle, 0.75, axis=0)


def _metres(raw: Raw, place: str, largest: float) -> Exception:
    found = (
        "coordinates reach {largest:.0f}, and no reference system is declared"
        if raw.crs is None
        else "coordinates reach {largest:.0f}, but the columns {columns} are longitude and latitude"
        if raw.columns is not None
        else "coordinates reach {largest:.0f}, but {crs} is declared"
    )
    return refuse(
        "areas.metres_as_degrees", place, found,
        "degrees: longitude -180 to 180, latitude -90 to 90 (RFC 7946 section 4)",
        "these look like metres of Web Mercator, UTM or a national grid: declare the system, or export in WGS 84; "
        "areas on Web Mercator are no areas on the ground (four times as large at 60°)",
        largest=largest, crs=raw.crs, columns=", ".join(raw.columns or ()),
    )  # fmt: skip


def _undeclared(raw: Raw, place: str) -> list[Finding]:
    if raw.crs is not None:
        return []
    return [
        Finding(
            code="areas.crs_undeclared", place=place, severity="warning",
            found="no reference system is declared; taken as longitude and latitude on WGS 84",
            expected="a declared system: .prj of a shapefile, crs of GeoParquet, SRID of WKT",
            remedy="declare it; a shift by another datum, or GCJ-02 of Chinese maps, cannot be seen from the numbers",
        )
    ]  # fmt: skip


def _transformed(raw: Raw, place: str, *, fits: bool) -> tuple[NDArray[np.object_], list[Finding]]:
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError, ProjError

    try:
        system = CRS.from_user_input(raw.crs)
    except CRSError:
        raise refuse(
            "areas.crs_unknown", place, "the reference system is not known: {crs}", "a system of the EPSG register",
            "name it by its EPSG code, or export in WGS 84", crs=str(raw.crs)[:80],
        ) from None  # fmt: skip
    if system.is_geographic:
        if not fits:
            raise _metres(raw, place, float(np.abs(shapely.total_bounds(raw.geometry)).max()))
    elif fits and not shapely.is_empty(raw.geometry[~shapely.is_missing(raw.geometry)]).all():
        raise refuse(
            "areas.degrees_as_metres", place,
            "{crs} is declared, but all coordinates are small enough to be degrees",
            "coordinates in metres of the declared system", "declare EPSG:4326, or export the areas again",
            crs=system.name,
        )  # fmt: skip
    if system.is_geographic and system.equals(CRS.from_epsg(4326), ignore_axis_order=True):
        return raw.geometry, []
    try:
        there = Transformer.from_crs(system, "OGC:CRS84", always_xy=True)
        moved = shapely.transform(raw.geometry, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
    except ProjError as failed:
        raise refuse(
            "areas.crs_unknown", place, "coordinates of {crs} cannot be turned into longitude and latitude",
            "a system that PROJ knows", "export the areas in WGS 84", crs=system.name, why=str(failed),
        ) from None  # fmt: skip
    return np.asarray(moved, dtype=object), [_told(system, place)]


def _told(system: Any, place: str) -> Finding:
    return Finding(
        code="areas.crs_transformed", place=place, severity="warning",
        found="{crs} was turned into longitude and latitude at the corners; edges are straight between them",
        expected="longitude and latitude on WGS 84 (RFC 7946 section 4)",
        remedy="where edges are longer than some kilometres, add points along them before the export",
        params={"crs": system.name},
    )  # fmt: skip
