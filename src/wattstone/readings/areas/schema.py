"""What a file of areas says, in longitude and latitude."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.base import Finding

__all__ = ["SRID", "AreaFile", "Order", "Raw", "absent", "declared_of", "geometry_of"]

SRID: Final = re.compile(r"^\s*SRID\s*=\s*(\d+)\s*;\s*", re.IGNORECASE)
"""How extended WKT begins."""

Order = Literal["counterclockwise", "clockwise"]
"""How the file's format wants the outer ring to run: RFC 7946 counterclockwise, shapefiles clockwise."""


@dataclass(frozen=True, kw_only=True)
class Raw:
    """What a reader found, before coordinates are longitude and latitude.

    Parameters
    ----------
    geometry : (n,) array of shapely geometries
        None where an entry has none.
    crs : str or None
        What the file declares: an authority's code, WKT or PROJJSON; None where it declares nothing.
    order : {'counterclockwise', 'clockwise'} or None
        None where the format has no rule.
    radius : (n,) array
        NaN where none is said. [m]
    said : DataFrame
        The other columns, as text.
    findings : tuple of Finding
    columns : (str, str) or None
        Of longitude and latitude, where points are read from columns of these names.
    """

    geometry: NDArray[np.object_]
    crs: str | None
    order: Order | None
    radius: NDArray[np.float64]
    said: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    columns: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class AreaFile:
    """Entries of a file of areas.

    Parameters
    ----------
    name : str
        Of the file.
    geometry : (n,) array of shapely geometries
        Longitude and latitude as they are written, not yet repaired; None where an entry has none. [°]
    radius : (n,) array
        Of points; NaN where none is said. [m]
    order : {'counterclockwise', 'clockwise'} or None
        How outer rings run by the rule of the format.
    said : DataFrame
        The other columns of the file, as text.
    findings : tuple of Finding
        Warnings; errors refuse the file.
    """

    name: str
    geometry: NDArray[np.object_]
    radius: NDArray[np.float64]
    order: Order | None
    said: pl.DataFrame
    findings: tuple[Finding, ...] = ()


def absent(count: int) -> NDArray[np.float64]:
    """No radius for any of so many entries."""
    return np.full(count, np.nan)


def geometry_of(
    texts: Sequence[str | None],
) -> tuple[NDArray[np.object_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Geometries from WKT or GeoJSON texts, as entries of a ledger hold them.

    Parameters
    ----------
    texts : sequence of str or None

    Returns
    -------
    (n,) array of shapely geometries
        None where there is no text or it cannot be read.
    (n,) array of bool
        True where a text cannot be read.
    (n,) array of bool
        True where a ring was not closed, and is closed here.

    Examples
    --------
    >>> shapes, wrong, closed = geometry_of(["POINT (2 39)", "somewhere", None])
    >>> shapes[0].wkt, wrong.tolist()
    ('POINT (2 39)', [False, True, False])
    """
    import shapely

    from wattstone.readings.areas.geojson import built

    given = [(text or "").strip() for text in texts]
    jsons = np.array([text.startswith("{") for text in given], dtype=bool)
    plain: list[Any] = [None if text.startswith("{") else SRID.sub("", text) or None for text in given]
    told = np.array(plain, dtype=object)
    with np.errstate(invalid="ignore"):
        out: Any = np.asarray(shapely.from_wkt(told, on_invalid="ignore"), dtype=object)
        lost = shapely.is_missing(out) & (told != None)  # noqa: E711 - of each
        out[lost] = shapely.from_wkt(told[lost], on_invalid="fix")
    closed: Any = lost & ~shapely.is_missing(out)
    if jsons.any():
        made = built([_parsed(given[at]) for at in np.flatnonzero(jsons)])
        out[jsons] = made.geometry
        closed[np.flatnonzero(jsons)[made.unclosed]] = True
    return out, shapely.is_missing(out) & np.array([text != "" for text in given], dtype=bool), closed


def declared_of(texts: Sequence[str | None]) -> list[str | None]:
    """Reference systems that texts of boundaries declare: by the SRID of WKT, or the member `crs` of GeoJSON.

    Parameters
    ----------
    texts : sequence of str or None

    Returns
    -------
    list of str or None
        None where a text declares nothing.

    Examples
    --------
    >>> declared_of(["SRID=3857;POINT (0 0)", "POINT (2 39)"])
    ['EPSG:3857', None]
    """
    return [None if text is None else _declared(text) for text in texts]


def _declared(text: str) -> str | None:
    srid = SRID.match(text)
    if srid is not None:
        return f"EPSG:{srid[1]}"
    if '"crs"' not in text or not text.lstrip().startswith("{"):
        return None
    read = _parsed(text)
    told = read.get("crs") if isinstance(read, dict) else None
    if told is None:
        return None
    held: Any = told.get("properties") if isinstance(told, dict) else None
    name: Any = held.get("name") if isinstance(held, dict) else None
    return name if isinstance(name, str) else json.dumps(told)[:80]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
