"""GeoJSON (RFC 7946): features, collections, bare geometries; many polygons are built at once."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportCallIssue=false, reportArgumentType=false

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.readings.areas.problems import refuse, some
from wattstone.readings.areas.radius import radius_from
from wattstone.readings.areas.schema import Raw

__all__ = ["Built", "built", "read_geojson"]

_WGS84: Final = "OGC:CRS84"
_TYPES: Final = ("Polygon", "MultiPolygon", "Point", "MultiPoint", "LineString", "MultiLineString")

UNCLOSED: Final = (
    "{count} {count:ring does not|rings do not} end where {count:it begins|they begin}; closed here",
    "a linear ring with equal first and last position (RFC 7946 section 3.1.6)",
    "check that no position is missing at the end",
)
FEW: Final = (
    "{count} {count:ring has|rings have} fewer than three different positions, and no area",
    "a linear ring of four positions or more (RFC 7946 section 3.1.6)",
    "draw the boundary again, or leave the entry out",
)
UNREADABLE: Final = (
    "{count} {count:geometry|geometries} cannot be read",
    "a geometry of RFC 7946 section 3.1 with numbers as coordinates",
    "export the file again; the first that cannot be read is named",
)


@dataclass
class Built:
    """Geometries of GeoJSON objects, and what was wrong with some: numbers of entries, from 0."""

    geometry: NDArray[np.object_]
    unclosed: list[int] = field(default_factory=list[int])
    few: list[int] = field(default_factory=list[int])
    unreadable: list[int] = field(default_factory=list[int])


def read_geojson(text: str, place: str) -> Raw:
    """Entries of a GeoJSON text.

    Parameters
    ----------
    text : str
        A FeatureCollection, Feature, GeometryCollection or geometry; or one Feature in each line.
    place : str
        Name of the file, for findings.

    Returns
    -------
    Raw

    Raises
    ------
    InputRefused
        Where it is no GeoJSON.
    """
    root = _root(text, place)
    features: Any = _features(root, place)
    made = built([one.get("geometry") if isinstance(one, dict) else None for one in features])
    said = [one.get("properties") or {} if isinstance(one, dict) else {} for one in features]
    names = [str(one.get("id", "")) if isinstance(one, dict) else "" for one in features]
    frame = _said(said, names)
    radius, wrong = radius_from(frame, len(features), place)
    return Raw(
        geometry=made.geometry, crs=_crs(root, place), order="counterclockwise", radius=radius, said=frame,
        findings=(*_findings(made, place), *wrong),
    )  # fmt: skip


def _findings(made: Built, place: str) -> list[Finding]:
    return [
        *some("areas.unclosed", place, made.unclosed, UNCLOSED),
        *some("areas.few_positions", place, made.few, FEW),
        *some("areas.unreadable", place, made.unreadable, UNREADABLE, error=True),
    ]


def _root(text: str, place: str) -> dict[str, Any]:
    try:
        root = json.loads(text)
    except ValueError as broken:
        lines = [line.strip("\x1e ") for line in text.splitlines() if line.strip()]
        try:
            features = [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            features = []
        if len(features) < 2:
            raise _no_geojson(place, str(broken)) from None
        root = {"type": "FeatureCollection", "features": features}
    except RecursionError:
        raise _no_geojson(place, "nested too deeply") from None
    if not isinstance(root, dict):
        raise _no_geojson(place, "no object at the top")
    return root


def _no_geojson(place: str, why: str) -> Exception:
    return refuse(
        "areas.no_geojson", place, "this is no GeoJSON: {why}",
        "a FeatureCollection, Feature or geometry (RFC 7946)", "export the areas again as GeoJSON", why=why,
    )  # fmt: skip


def _features(root: dict[str, Any], place: str) -> list[Any]:
    kind = root.get("type")
    if kind == "FeatureCollection" and isinstance(root.get("features"), list):
        return root["features"]
    if kind == "Feature":
        return [root]
    if kind == "GeometryCollection" or kind in _TYPES:
        return [{"geometry": root}]
    raise _no_geojson(place, f"type {kind!r}")


def _crs(root: dict[str, Any], place: str) -> str:
    """What the member `crs` of GeoJSON 2008 names; without it WGS 84, as RFC 7946 section 4 says."""
    if root.get("crs") is None:
        return _WGS84
    told = root["crs"]
    held: Any = told.get("properties") if isinstance(told, dict) else None
    name: Any = held.get("name") if isinstance(held, dict) else None
    if not isinstance(name, str):
        raise refuse(
            "areas.crs_unknown", place, "the member crs is not one that names a system: {crs}",
            "longitude and latitude on WGS 84 (RFC 7946 section 4), or a name as urn:ogc:def:crs:EPSG::3857",
            "name the system, or export the file in WGS 84", crs=json.dumps(told)[:80],
        )  # fmt: skip
    return name


def _said(properties: Sequence[Any], names: Sequence[str]) -> pl.DataFrame:
    """Properties as text, with the feature's own id in `id` where no property is called that."""
    keys: dict[str, None] = {}
    for one in properties:
        if isinstance(one, dict):
            keys.update(dict.fromkeys(one))
    columns = {str(key): [_text(one.get(key)) if isinstance(one, dict) else None for one in properties] for key in keys}
    if "id" not in columns and any(names):
        columns["id"] = [name or None for name in names]
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def built(geometries: Sequence[Any]) -> Built:
    """Shapely geometries from GeoJSON objects; polygons all in one go.

    Parameters
    ----------
    geometries : sequence of dict or None

    Returns
    -------
    Built
    """
    out = Built(np.full(len(geometries), None, dtype=object))
    rings: list[Any] = []
    ring_of: list[int] = []
    polygon_of: list[int] = []
    for at, one in enumerate(geometries):
        if one is None:
            continue
        kind = one.get("type") if isinstance(one, dict) else None
        found = _polygons(one, kind)
        if found is None:
            _other(out, at, one)
            continue
        if not found:
            out.geometry[at] = shapely.Polygon()
        for polygon in found:
            if not polygon[0]:  # its holes are not the area
                out.few.append(at)
                out.geometry[at] = out.geometry[at] or shapely.Polygon()
                continue
            rings.extend(polygon)
            ring_of.extend([len(polygon_of)] * len(polygon))
            polygon_of.append(at)
    if rings:
        _build(out, rings, np.array(ring_of), np.array(polygon_of))
    return out


def _polygons(one: Any, kind: Any) -> list[Any] | None:
    """Polygons of a Polygon or MultiPolygon as lists of rings; None of anything else."""
    told: Any = one.get("coordinates") if kind in ("Polygon", "MultiPolygon") else None
    if not isinstance(told, list):
        return None
    found: list[Any] = [told] if kind == "Polygon" else told
    if not all(isinstance(polygon, list) and all(isinstance(ring, list) for ring in polygon) for polygon in found):
        return None
    return [[polygon[0], *(ring for ring in polygon[1:] if ring)] for polygon in found if any(polygon)]


def _other(out: Built, at: int, one: Any) -> None:
    """Points, lines and collections: one at a time."""
    try:
        if isinstance(one, dict) and one.get("type") == "GeometryCollection":
            inner = built(one["geometries"])
            out.unclosed += [at] * bool(inner.unclosed)
            out.few += [at] * bool(inner.few)
            out.unreadable += [at] * bool(inner.unreadable)
            out.geometry[at] = shapely.GeometryCollection([each for each in inner.geometry if each is not None])
        elif isinstance(one, dict) and one.get("type") in _TYPES[2:]:
            out.geometry[at] = shapely.from_geojson(json.dumps(one))
        else:
            out.unreadable.append(at)
    except (shapely.GEOSException, KeyError, TypeError, RecursionError):
        out.unreadable.append(at)


def _build(out: Built, rings: list[Any], ring_of: NDArray[Any], polygon_of: NDArray[Any]) -> None:
    read = _numbers(rings)
    if read is None:
        bad = [at for at, ring in enumerate(rings) if _numbers([ring]) is None]
        out.unreadable += sorted({int(polygon_of[ring_of[at]]) for at in bad})
        good = ~np.isin(polygon_of[ring_of], out.unreadable)
        rings = [ring for ring, kept in zip(rings, good, strict=True) if kept]
        ring_of = ring_of[good]
        if not rings:
            return
        read = _numbers(rings)
    if read is None:
        return
    xy, size = read
    begin = np.cumsum(size) - size
    last = begin + size - 1
    open_ = ~np.all((xy[begin] == xy[last]) | (np.isnan(xy[begin]) & np.isnan(xy[last])), axis=1)
    xy = np.insert(xy, last[open_] + 1, xy[begin[open_]], axis=0)
    size = size + open_
    few = size < 4
    out.unclosed += polygon_of[ring_of[open_ & ~few]].tolist()
    out.few += polygon_of[ring_of[few]].tolist()
    outer = np.diff(ring_of, prepend=-1) != 0
    kept = ~few & ~np.isin(ring_of, ring_of[few & outer])  # without its outer ring a polygon is none
    _assemble(out, xy[np.repeat(kept, size)], size[kept], ring_of[kept], polygon_of)
    for at in set(out.few):
        out.geometry[at] = out.geometry[at] or shapely.Polygon()


def _assemble(
    out: Built, xy: NDArray[Any], size: NDArray[Any], ring_of: NDArray[Any], polygon_of: NDArray[Any]
) -> None:
    if not len(size):
        return
    kept, index = np.unique(ring_of, return_inverse=True)
    with np.errstate(invalid="ignore"):  # what is no number is refused later, with the name of its entry
        rings = shapely.linearrings(xy, indices=np.repeat(np.arange(len(size)), size))
        polygons = shapely.polygons(rings, indices=index)
    entries, of, count = np.unique(polygon_of[kept], return_inverse=True, return_counts=True)
    joined = shapely.multipolygons(polygons, indices=of)
    single = count == 1
    first = np.cumsum(count) - count
    out.geometry[entries] = np.where(single, polygons[first], joined)


def _numbers(rings: list[Any]) -> tuple[NDArray[np.float64], NDArray[np.intp]] | None:
    """Positions of rings, longitude and latitude alone, and how many each has; None where something is no number."""
    size = np.fromiter(map(len, rings), dtype=np.intp, count=len(rings))
    flat = list(chain.from_iterable(rings))
    try:
        xy = np.array(flat, dtype=np.float64)
        if xy.ndim == 2 and xy.shape[1] >= 2 and not any(type(one) is str for one in flat[0]):
            return xy[:, :2], size
    except (ValueError, TypeError):
        pass
    try:
        pairs = [(one[0], one[1]) for one in flat]
        if any(isinstance(value, str | bool) for pair in pairs for value in pair):
            return None
        return np.array(pairs, dtype=np.float64).reshape(-1, 2), size
    except (ValueError, TypeError, IndexError, KeyError):
        return None
