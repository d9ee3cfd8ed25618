"""Areas as they are written made into valid polygons on the plane of longitude and latitude, or refused."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportCallIssue=false, reportArgumentType=false

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.programme.nature import wrongs
from wattstone.programme.nature.arrangement import polygonal
from wattstone.programme.nature.circles import circles
from wattstone.programme.nature.equal_area import EARTH, equal_area
from wattstone.programme.nature.seam import crossing, cut, unrolled

__all__ = ["Placed", "placed"]

_ROUNDING: Final = 1e-9  # °, a tenth of a millimetre: a coordinate so far outside is a rounding error
_TINY: Final = 1.0  # m2

Flags = NDArray[np.bool_]
_POINT: Final = shapely.GeometryType.POINT
_POLYGON: Final = shapely.GeometryType.POLYGON
_MULTI: Final = shapely.GeometryType.MULTIPOLYGON
_COLLECTION: Final = shapely.GeometryType.GEOMETRYCOLLECTION


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Areas that can be measured.

    Parameters
    ----------
    shape : (n,) array of shapely geometries
        Valid polygons and multipolygons within ±180° and ±90°; empty where an entry has no area. [°]
    whole : (n,) array of shapely geometries
        The same before it was cut at the antimeridian, for the geodesic measure. [°]
    area : (n,) array
        By `equal_area`. [m2]
    approximate : (n,) array of bool
        Points with a radius.
    findings : tuple of Finding
        With an error among them, the areas must not be used.
    """

    shape: NDArray[np.object_]
    whole: NDArray[np.object_]
    area: NDArray[np.float64]
    approximate: Flags
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether there is an error among the findings."""
        return any(one.severity == "error" for one in self.findings)


@dataclass
class _Notes:
    """What is found on the way."""

    place: str
    names: Sequence[str] | None
    found: list[Finding] = field(default_factory=list[Finding])

    def add(self, wrong: wrongs.Wrong, which: Flags) -> None:
        self.found += wrong.of(which, self.place, self.names)


def placed(
    geometry: Any,
    radius: NDArray[np.float64] | None = None,
    *,
    order: Literal["counterclockwise", "clockwise"] | None = None,
    place: str = "areas",
    names: Sequence[str] | None = None,
) -> Placed:
    """Make areas measurable: handle what has one meaning, and refuse what has none or two.

    Handled, with a warning: rings over the antimeridian and around a pole, longitudes up to 360°, self-crossing rings,
    rings in the wrong order, points with a radius, entries without an area. Refused: coordinates that are no place on
    Earth, latitude before longitude where that shows, areas of more than half of the Earth, rings that can be read in
    two ways.

    Parameters
    ----------
    geometry : (n,) array of shapely geometries
        As written, None where there is none. [°]
    radius : (n,) array or None
        Of points, NaN where none. [m]
    order : {'counterclockwise', 'clockwise'} or None
        How outer rings run by the rule of the format that they come from.
    place : str
        For findings.
    names : sequence of str or None
        Of entries, for findings; else they are numbered from 1.

    Returns
    -------
    Placed

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> done = placed(np.array([bow]))
    >>> done.shape[0].is_valid, [one.code for one in done.findings]
    (True, ['nature.self_crossing'])
    """
    with np.errstate(invalid="ignore"):
        raw = np.asarray(shapely.force_2d(np.asarray(geometry, dtype=object)), dtype=object)
    notes = _Notes(place, names)
    bad = _off_earth(raw, notes)
    raw = np.where(bad, None, raw)
    raw, approximate = _with_radius(raw, np.full(len(raw), np.nan) if radius is None else radius, notes)
    raw = _polygons_alone(raw, notes)
    whole = _valid(_seamed(raw, order, notes), notes)
    shape = whole.shape
    area = equal_area(shape)
    notes.add(wrongs.HEMISPHERE, area > EARTH / 2)
    had = ~shapely.is_missing(raw) & ~shapely.is_empty(raw) & ~bad
    notes.add(wrongs.NO_AREA, had & (area == 0) & ~whole.lost)
    notes.add(wrongs.TINY, (area > 0) & (area < _TINY))
    notes.add(wrongs.DUPLICATE, _repeated(shape))
    return Placed(shape=shape, whole=whole.uncut, area=area, approximate=approximate, findings=tuple(notes.found))


def _off_earth(raw: Any, notes: _Notes) -> Flags:
    """Coordinates that are no place on Earth."""
    xy, of = shapely.get_coordinates(raw, return_index=True)
    count = len(raw)
    finite = np.isfinite(xy).all(axis=1)
    lon, lat = np.abs(xy[:, 0]), np.abs(xy[:, 1])
    outside = finite & ((lat > 90 + _ROUNDING) | (lon > 360 + _ROUNDING))
    turned = np.isfinite(lon) & (lon <= 90) & (lat <= 180)

    def any_of(flags: Flags) -> Flags:
        return np.bincount(of[flags], minlength=count) > 0

    nan, out = any_of(~finite), any_of(outside)
    swapped = out & ~any_of(~turned)
    notes.add(wrongs.MISSING, shapely.is_missing(raw) | shapely.is_empty(raw))
    notes.add(wrongs.NAN, nan)
    notes.add(wrongs.SWAPPED, swapped & ~nan)
    notes.add(wrongs.OUTSIDE, out & ~swapped & ~nan)
    notes.add(wrongs.BEYOND, any_of(finite & (lon > 180 + _ROUNDING)) & ~out & ~nan)
    return nan | out


def _with_radius(raw: Any, radius: NDArray[np.float64], notes: _Notes) -> tuple[Any, Flags]:
    """Points become circles."""
    points = (shapely.get_type_id(raw) == _POINT) & ~shapely.is_empty(raw)
    told = np.isfinite(radius) & (radius > 0)
    notes.add(wrongs.NO_RADIUS, points & ~told)
    notes.add(wrongs.RADIUS_UNUSED, told & ~points & ~shapely.is_missing(raw))
    round_ = points & told
    notes.add(wrongs.APPROXIMATE, round_)
    out = raw.copy()
    out[round_] = circles(raw[round_], radius[round_])
    out[points & ~told] = shapely.Polygon()
    return out, round_


def _polygons_alone(raw: Any, notes: _Notes) -> Any:
    """Lines have no area; of collections the polygons are taken."""
    kind = shapely.get_type_id(raw)
    mixed = kind == _COLLECTION
    lines = (kind >= 0) & ~np.isin(kind, (_POLYGON, _MULTI, _COLLECTION)) & ~shapely.is_empty(raw)
    notes.add(wrongs.NO_POLYGON, lines | (mixed & ~shapely.is_empty(raw)))
    out = raw.copy()
    out[lines] = shapely.Polygon()
    out[mixed] = polygonal(raw[mixed])
    return out


@dataclass(frozen=True)
class _Cut:
    shape: Any
    uncut: Any
    lost: Flags


def _seamed(raw: Any, order: str | None, notes: _Notes) -> _Cut:
    """Cut at the antimeridian, after the order of rings has been looked at."""
    polygons, of = shapely.get_parts(raw, return_index=True)
    count = len(raw)
    over = crossing(polygons)
    outer = shapely.get_exterior_ring(polygons)
    ccw = shapely.is_ccw(outer)
    twofold = np.zeros(len(polygons), dtype=bool)
    lost = np.zeros(len(polygons), dtype=bool)
    shapes = polygons.copy()
    for at in np.flatnonzero(over):
        xy = shapely.get_coordinates(outer[at])
        ring, turns = unrolled(xy)
        ccw[at] = turns or shapely.is_ccw(shapely.linearrings(ring))
        jumps = np.abs(np.diff(xy[:, 0])).max() > 180
        twofold[at] = order is not None and not turns and jumps and ccw[at] != (order == "counterclockwise")
        made = cut(polygons[at])
        lost[at] = made is None
        shapes[at] = shapely.Polygon() if made is None else made

    def entries(flags: Flags) -> Flags:
        return np.bincount(of[flags], minlength=count) > 0

    notes.add(wrongs.TWO_READINGS, entries(twofold))
    notes.add(wrongs.AROUND, entries(lost))
    notes.add(wrongs.SEAM, entries(over & ~lost & ~twofold))
    if order is not None:
        notes.add(wrongs.ORDER, entries(~twofold & (ccw != (order == "counterclockwise")) & ~shapely.is_empty(outer)))
    changed = np.isin(np.arange(count), of[over])
    out = raw.copy()
    for at in np.flatnonzero(changed):
        out[at] = shapely.GeometryCollection(list(shapes[of == at]))
    return _Cut(out, raw, entries(lost | twofold))


def _valid(seamed: _Cut, notes: _Notes) -> _Cut:
    """Rings that cross themselves, parts that overlap: what any of them encloses is the area."""
    shape = seamed.shape.copy()
    made_here = shapely.get_type_id(shape) == _COLLECTION
    for at in np.flatnonzero(made_here):
        shape[at] = shapely.union_all(shapely.make_valid(shapely.get_parts(shape[at]), method="structure"))
    shape[shapely.is_missing(shape)] = shapely.Polygon()
    broken = ~shapely.is_valid(shape)
    uncut = np.where(made_here, seamed.uncut, shape)
    notes.add(wrongs.SELF_CROSSING, broken)
    shape[broken] = shapely.make_valid(shape[broken], method="structure", keep_collapsed=False)
    shape = _within(polygonal(shape))
    uncut = np.where(made_here, uncut, shape)
    return _Cut(shape, uncut, seamed.lost)


def _within(shape: Any) -> Any:
    """Coordinates that a rounding error took past ±180° or ±90°."""
    bounds = np.nan_to_num(np.abs(shapely.bounds(shape)))
    past = (bounds[:, [0, 2]].max(axis=1, initial=0.0) > 180) | (bounds[:, [1, 3]].max(axis=1, initial=0.0) > 90)
    if past.any():
        limits = np.array([180.0, 90.0])
        shape[past] = shapely.transform(shape[past], lambda xy: np.clip(xy, -limits, limits))
    return shape


def _repeated(shape: Any) -> Flags:
    """Entries whose shape another entry before them has exactly."""
    filled = ~shapely.is_empty(shape)
    out = np.zeros(len(shape), dtype=bool)
    if filled.sum() < 2:
        return out
    rounded = np.round(shapely.bounds(shape[filled]), 12)
    _, group, size = np.unique(rounded, axis=0, return_inverse=True, return_counts=True)
    suspect = np.flatnonzero(filled)[size[group.ravel()] > 1]
    seen: set[bytes] = set()
    for at, key in zip(suspect, shapely.to_wkb(shapely.normalize(shape[suspect])), strict=True):
        out[at] = key in seen
        seen.add(key)
    return out
