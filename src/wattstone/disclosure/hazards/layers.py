r"""Layers of hazards: a GeoTIFF in its own reference system, or a table, read at the places of sites.

References
----------
.. [1] OGC 19-008r4, "OGC GeoTIFF Standard," version 1.1, 2019.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding, InputRefused
from wattstone.programme.telling import saying

__all__ = ["Found", "Place", "read_points", "read_raster"]

Floats = NDArray[np.float64]

_RADIUS: Final = 6371.0088  # km, mean radius of the Earth (IUGG)
_MOST: Final = 25
_say = saying("hazard")


@dataclass(frozen=True)
class Place:
    """A site with coordinates. [degrees]"""

    site: str
    latitude: float
    longitude: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """What a layer says at places.

    Parameters
    ----------
    values : (n,) array
        NaN where it has no data, or the place lies outside.
    outside : (n,) array of bool
    how : str
        How it was read, for the record.
    """

    values: Floats
    outside: NDArray[np.bool_]
    how: str


def read_raster(
    path: Path, places: Sequence[Place], *, band: int = 1, around: int = 0, upward: bool = True, crs: str = ""
) -> Found:
    """Values of a GeoTIFF at places.

    Parameters
    ----------
    path : pathlib.Path
        With its reference system and its no-data value; scale and offset of the band are applied [1]_.
    places : sequence of Place
        In WGS 84.
    band : int
        From 1.
    around : int
        Pixels to each side that are looked at too: the worst of them counts, for a coordinate may be that of a gate.
    upward : bool
        Whether more is worse.
    crs : str
        Reference system of a file that does not say it, as `EPSG:4326`.

    Returns
    -------
    Found

    Raises
    ------
    InputRefused
        If it is no raster, has no such band, or does not say where it lies.
    """
    import rasterio
    from pyproj import CRS, Transformer
    from rasterio.errors import RasterioIOError

    if not 0 <= around <= _MOST:
        raise InputRefused([_say("option 'around'", "around", "{around} pixels", "0 to {most}", "choose fewer",
                                 around=around, most=_MOST)])  # fmt: skip
    try:
        source: Any = rasterio.open(path, driver="GTiff")  # others name files and addresses that they would read
    except (RasterioIOError, OSError):
        raise InputRefused([_unread(path)]) from None
    with source as layer:
        if not 1 <= band <= layer.count:
            raise InputRefused([_say(path.name, "band", "there is no band {band}", "1 to {count}", "name one of them",
                                     band=band, count=layer.count)])  # fmt: skip
        system = _system(path, layer, crs)
        mover = Transformer.from_crs(CRS.from_epsg(4326), system, always_xy=True)
        x, y = mover.transform([one.longitude for one in places], [one.latitude for one in places])
        columns, rows = _pixels(layer, np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        outside = ~((columns >= 0) & (columns < layer.width) & (rows >= 0) & (rows < layer.height))
        values = np.full(len(places), np.nan)
        inside = np.flatnonzero(~outside)
        if inside.size:
            values[inside] = _worst(layer, band, columns[inside], rows[inside], around, upward=upward)
        size = f"{2 * around + 1} x {2 * around + 1} pixels, the worst" if around else "the pixel of the site"
        how = f"band {band}, {size}, {CRS.from_user_input(system).to_string()[:60]}, no data: {layer.nodata}"
    return Found(values=values, outside=outside, how=how)


def _system(path: Path, layer: Any, crs: str) -> Any:
    """The reference system; one that the user names where the file has none."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if layer.crs is not None:
        return CRS.from_wkt(layer.crs.to_wkt())
    if not crs:
        found = _say(
            path.name, "no_crs", "it does not say in which reference system it lies",
            "a GeoTIFF with its reference system", "name it with `--crs`, as EPSG:4326, or ask who made it",
        )  # fmt: skip
        raise InputRefused([found])
    try:
        return CRS.from_user_input(crs)
    except CRSError:
        raise InputRefused([_say("option 'crs'", "crs", "nobody knows the reference system '{crs}'",
                                 "one as EPSG:4326", "correct it", crs=crs[:60])]) from None  # fmt: skip


def _pixels(layer: Any, x: Floats, y: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Column and row of the pixel of each place; -1 where it cannot be projected."""
    back = ~layer.transform
    across = back.a * x + back.b * y + back.c
    down = back.d * x + back.e * y + back.f
    known = np.isfinite(across) & np.isfinite(down)
    return tuple(np.where(known, np.floor(np.where(known, one, 0.0)), -1).astype(np.int64) for one in (across, down))  # pyright: ignore[reportReturnType]


def _worst(
    layer: Any, band: int, columns: NDArray[np.int64], rows: NDArray[np.int64], around: int, *, upward: bool
) -> Floats:
    """The worst of the pixels around each place; NaN where none of them has data."""
    scale, offset = layer.scales[band - 1], layer.offsets[band - 1]
    found = np.full(columns.size, np.nan)
    for at, (column, row) in enumerate(zip(columns.tolist(), rows.tolist(), strict=True)):
        values = _pixels_around(layer, band, column, row, around) * scale + offset
        if not np.isnan(values).all():
            found[at] = np.nanmax(values) if upward else np.nanmin(values)
    return found


def _pixels_around(layer: Any, band: int, column: int, row: int, around: int) -> Floats:
    """Values of a square of pixels, cut at the edge of the layer; NaN of no data.

    One square is read at a time, for a layer may be of the whole Earth.
    """
    from rasterio.windows import Window

    left, top = max(column - around, 0), max(row - around, 0)
    right, bottom = min(column + around + 1, layer.width), min(row + around + 1, layer.height)
    told: Any = layer.read(band, window=Window(left, top, right - left, bottom - top), masked=True)  # pyright: ignore[reportCallIssue]
    return np.ma.filled(told.astype(np.float64), np.nan)


def read_points(
    latitude: Floats, longitude: Floats, values: Floats, places: Sequence[Place], *, within: float
) -> Found:
    """Values of the nearest point of a table.

    Parameters
    ----------
    latitude, longitude, values : (m,) arrays
        Points of the table. [degrees, degrees, unit of the layer]
    places : sequence of Place
    within : float
        As far as a point counts; a place without one lies outside. [km]

    Returns
    -------
    Found
        Distances along the great circle of a sphere.
    """
    from scipy.spatial import cKDTree

    tree: Any = cKDTree(_unit(latitude, longitude))
    own = _unit(np.array([one.latitude for one in places]), np.array([one.longitude for one in places]))
    chords, nearest = tree.query(own.reshape(-1, 3))
    away = 2 * _RADIUS * np.arcsin(np.clip(np.asarray(chords) / 2, 0, 1))
    outside = away > within
    found = np.where(outside, np.nan, values[np.asarray(nearest)])
    return Found(values=found, outside=outside, how=f"the nearest point within {within:g} km")


def _unit(latitude: Floats, longitude: Floats) -> Floats:
    """Points on the unit sphere."""
    up, along = np.radians(latitude), np.radians(longitude)
    return np.column_stack((np.cos(up) * np.cos(along), np.cos(up) * np.sin(along), np.sin(up)))


def _unread(path: Path) -> Finding:
    return _say(
        path.name, "unread", "it is no raster that can be read", "a GeoTIFF, or a CSV with site and value",
        "ask who made it for a GeoTIFF",
    )  # fmt: skip
