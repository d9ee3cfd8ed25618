"""Areas as they are written made into valid polygons on the plane of longitude and latitude, or refused."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportCallIssue=false, reportArgumentType=false

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.programme.nature import wrongs
from wattstone.programme.nature.arrangement import polygonal
from wattstone.programme.nature.circles import circles
from wattstone.programme.nature.equal_area import EARTH, equal_area
from wattstone.programme.nature.seam import astray, crossing, cut, unrolled

__all__ = ["Order", "Placed", "placed", "repeated"]

_ROUNDING: Final = 1e-9  # °, a tenth of a millimetre: a coordinate so far outside is a rounding error
_TINY: Final = 1.0  # m2
_WIDEST: Final = 1e6  # m, of a radius
_SAME: Final = 1e-9  # of an area

Order = Literal["counterclockwise", "clockwise"]

Flags = NDArray[np.bool_]
_POINT: Final = shapely.GeometryType.POINT
_POLYGON: Final = shapely.GeometryType.POLYGON
_POINTS: Final = shapely.GeometryType.MULTIPOINT
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
    told : tuple of Told
        What is wrong with which.
    place : str
        For findings.
    names : tuple of str or None
        Of entries, for findings.
    """

    shape: NDArray[np.object_]
    whole: NDArray[np.object_]
    area: NDArray[np.float64]
    approximate: Flags
    told: tuple[wrongs.Told, ...] = ()
    place: str = "areas"
    names: tuple[str, ...] | None = None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """With an error among them, the areas must not be used."""
        return wrongs.findings_of(self.told, self.place, self.names)

    @property
    def cut(self) -> Flags:
        """Which were cut at the antimeridian or closed around a pole."""
        out = np.zeros(len(self.shape), dtype=bool)
        for one in self.told:
            if one.wrong is wrongs.SEAM:
                out |= one.which & ~self.approximate
        return out

    @property
    def refused(self) -> bool:
        """Whether there is an error among the findings."""
        return any(one.severity == "error" for one in self.findings)


@dataclass
class _Notes:
    """What is found on the way."""

    told: list[wrongs.Told] = field(default_factory=list[wrongs.Told])

    def add(self, wrong: wrongs.Wrong, which: Flags, **values: NDArray[Any]) -> None:
        if which.any():
            self.told.append(wrongs.Told(wrong, which, values))


def placed(
    geometry: Any,
    radius: NDArray[np.float64] | None = None,
    *,
    order: Order | Sequence[Order | None] | None = None,
    ask: bool = False,
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
    order : {'counterclockwise', 'clockwise'}, sequence of these, or None
        How outer rings run by the rule of the format that they come from, of all or of each. Where it is None, a ring
        with an edge of more than 180° is expected to run as the others do, or counterclockwise where they tell nothing
        [1]_.
    ask : bool
        Whether such a ring is refused instead, because there is somebody who can say what is meant.
    place : str
        For findings.
    names : sequence of str or None
        Of entries, for findings; else they are numbered from 1.

    Returns
    -------
    Placed

    References
    ----------
    .. [1] OGC 06-103r4, "Simple feature access," 2011, section 6.1.11.1.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> done = placed(np.array([bow]))
    >>> done.shape[0].is_valid, [one.code for one in done.findings]
    (True, ['nature.self_crossing'])
    """
    with np.errstate(invalid="ignore"):
        raw = np.asarray(shapely.force_2d(np.asarray(geometry, dtype=object)), dtype=object)
    notes = _Notes()
    bad = _off_earth(raw, notes)
    raw = np.where(bad, None, raw)
    raw, approximate = _with_radius(raw, np.full(len(raw), np.nan) if radius is None else radius, notes)
    raw = _polygons_alone(raw, notes)
    said = [order] * len(raw) if order is None or isinstance(order, str) else order
    turn = np.where(approximate, 1, np.array([_TURNS[one] for one in said], dtype=int))  # circles are made here
    whole = _valid(_seamed(raw, _Wanted(turn, ask), notes), notes)
    shape = whole.shape
    area = equal_area(shape)
    notes.add(wrongs.HEMISPHERE, area > EARTH / 2)
    had = ~shapely.is_missing(raw) & ~shapely.is_empty(raw) & ~bad
    notes.add(wrongs.NO_AREA, had & (area == 0) & ~whole.lost)
    notes.add(wrongs.TINY, (area > 0) & (area < _TINY))
    notes.add(wrongs.DUPLICATE, repeated(shape))
    return Placed(
        shape=shape, whole=whole.uncut, area=area, approximate=approximate, told=tuple(notes.told), place=place,
        names=None if names is None else tuple(names),
    )  # fmt: skip


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
    single = (shapely.get_type_id(raw) == _POINTS) & (shapely.get_num_geometries(raw) == 1)
    raw = np.where(single, shapely.get_geometry(raw, 0), raw)
    points = (shapely.get_type_id(raw) == _POINT) & ~shapely.is_empty(raw)
    told = np.isfinite(radius) & (radius > 0)
    wide = points & told & (radius > _WIDEST)
    notes.add(wrongs.RADIUS_WIDE, wide, radius=radius)
    notes.add(wrongs.NO_RADIUS, points & ~told)
    notes.add(wrongs.RADIUS_UNUSED, told & ~points & ~shapely.is_missing(raw))
    round_ = points & told & ~wide
    notes.add(wrongs.APPROXIMATE, round_)
    out = raw.copy()
    out[round_] = circles(raw[round_], radius[round_])
    out[points & ~round_] = shapely.Polygon()
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


_TURNS: Final = {"counterclockwise": 1, "clockwise": -1, None: 0}


@dataclass(frozen=True)
class _Wanted:
    """How the outer rings of each entry should run: 1 counterclockwise, -1 clockwise, 0 not known."""

    turn: NDArray[np.int_]
    ask: bool

    def of(self, owner: NDArray[np.intp], ccw: Flags, plain: Flags) -> NDArray[np.int_]:
        """The same of each polygon; where it is not known, as the plain ones run that stand beside it."""
        turn = self.turn[owner]
        others = ccw[plain & (turn == 0)]
        return np.where(turn, turn, -1 if len(others) and not others.any() else 1)


@dataclass(frozen=True)
class _Cut:
    shape: Any
    uncut: Any
    lost: Flags
    crossed: Flags


@dataclass
class _Seams:
    """What is found of polygons at the antimeridian."""

    twofold: Flags
    lost: Flags
    astray: Flags
    crossed: Flags
    width: NDArray[np.float64]
    wide: NDArray[np.float64]

    @classmethod
    def of(cls, count: int) -> "_Seams":
        flags = [np.zeros(count, dtype=bool) for _ in range(4)]
        return cls(*flags, np.zeros(count), np.zeros(count))


def _seamed(raw: Any, wanted: _Wanted, notes: _Notes) -> _Cut:
    """Cut at the antimeridian, after the order of rings has been looked at."""
    polygons, of = shapely.get_parts(raw, return_index=True)
    count = len(raw)
    over = crossing(polygons)
    outer = shapely.get_exterior_ring(polygons)
    ccw = shapely.is_ccw(outer)
    should = wanted.of(of, ccw, ~over & ~shapely.is_empty(outer))
    seams, shapes = _Seams.of(len(polygons)), polygons.copy()
    for at in np.flatnonzero(over):
        shapes[at], ccw[at] = _over(polygons[at], int(at), int(should[at]), seams, asked=bool(
            wanted.ask and not wanted.turn[of[at]]
        ))  # fmt: skip

    def entries(flags: Flags) -> Flags:
        return np.bincount(of[flags], minlength=count) > 0

    def first(values: NDArray[np.float64], flags: Flags) -> NDArray[np.float64]:
        out = np.zeros(count)
        out[of[flags][::-1]] = values[flags][::-1]
        return out

    twofold, told = seams.twofold, over & ~seams.lost & ~seams.twofold
    notes.add(wrongs.TWO_READINGS, entries(twofold), width=first(seams.width, twofold), wide=first(seams.wide, twofold))
    notes.add(wrongs.AROUND, entries(seams.lost))
    notes.add(wrongs.SEAM, entries(told), width=first(seams.width, told))
    against = (wanted.turn[of] != 0) & (ccw != (should > 0)) & ~shapely.is_empty(outer)
    notes.add(wrongs.ORDER, entries(~twofold & against))
    return _joined(raw, shapes, of, seams, np.isin(np.arange(count), of[over]), notes)


def _over(polygon: Any, at: int, should: int, seams: _Seams, *, asked: bool) -> tuple[Any, bool]:
    """A polygon at the antimeridian: cut, and whether its ring runs counterclockwise as it is taken."""
    xy = shapely.get_coordinates(shapely.get_exterior_ring(polygon))
    ring, turns = unrolled(xy)
    runs = bool(turns or shapely.is_ccw(shapely.linearrings(ring)))
    jumps = np.abs(np.diff(xy[:, 0])).max() > 180 and not turns
    seams.wide[at] = float(np.ptp(xy[:, 0]))
    if jumps and (asked or runs != (should > 0)):
        seams.twofold[at] = bool(shapely.is_valid(shapely.Polygon(xy)))  # else it cannot be the wide one
    done = cut(polygon)
    if done is None:
        seams.lost[at] = True
        return shapely.Polygon(), runs
    seams.width[at], seams.astray[at], seams.crossed[at] = done.width, done.astray, not done.simple
    return done.shape, runs


def _joined(raw: Any, shapes: Any, of: NDArray[np.intp], seams: _Seams, changed: Flags, notes: _Notes) -> _Cut:
    """Entries with their polygons put together again, those that were cut."""
    out, crossed = raw.copy(), np.bincount(of[seams.crossed], minlength=len(raw)) > 0
    for at in np.flatnonzero(changed):
        begin, end = np.searchsorted(of, [at, at + 1])
        parts = shapes[begin:end]
        seams.astray[begin:end] |= [_holes_astray(one) for one in parts]
        out[at] = shapely.union_all(shapely.make_valid(shapely.get_parts(parts), method="structure"))
        whole = bool(shapely.is_valid(parts).all())
        crossed[at] |= not whole or shapely.area(out[at]) < (1 - _SAME) * shapely.area(parts).sum()
    lost = np.bincount(of[seams.lost | seams.twofold | seams.astray], minlength=len(raw)) > 0
    notes.add(wrongs.ASTRAY, np.bincount(of[seams.astray & ~seams.twofold], minlength=len(raw)) > 0)
    return _Cut(out, np.where(changed & ~crossed, raw, None), lost, crossed)


def _valid(seamed: _Cut, notes: _Notes) -> _Cut:
    """Rings that cross themselves, parts that overlap: what any of them encloses is the area."""
    shape = seamed.shape.copy()
    shape[shapely.is_missing(shape)] = shapely.Polygon()
    broken = ~shapely.is_valid(shape)
    odd = np.zeros(len(shape), dtype=bool)
    odd[broken] = [_holes_astray(one) for one in shape[broken]]
    notes.add(wrongs.ASTRAY, odd)
    notes.add(wrongs.SELF_CROSSING, (broken & ~odd) | (seamed.crossed & ~seamed.lost))
    shape[broken] = shapely.make_valid(shape[broken], method="structure", keep_collapsed=False)
    shape = _within(polygonal(shape))
    uncut = np.where(shapely.is_missing(seamed.uncut), shape, seamed.uncut)
    return _Cut(shape, uncut, seamed.lost | odd, seamed.crossed)


def _holes_astray(shape: Any) -> bool:
    """Whether a polygon of an invalid area has a hole outside its ring."""
    for part in shapely.get_parts(shape):
        if shapely.get_num_interior_rings(part) and not shapely.is_valid(part):
            rings: Any = shapely.make_valid(shapely.polygons(shapely.get_rings(part)), method="structure")
            if astray(rings[0], rings[1:]):
                return True
    return False


def _within(shape: Any) -> Any:
    """Coordinates that a rounding error took past ±180° or ±90°."""
    bounds = np.nan_to_num(np.abs(shapely.bounds(shape)))
    past = (bounds[:, [0, 2]].max(axis=1, initial=0.0) > 180) | (bounds[:, [1, 3]].max(axis=1, initial=0.0) > 90)
    if past.any():
        limits = np.array([180.0, 90.0])
        shape[past] = shapely.transform(shape[past], lambda xy: np.clip(xy, -limits, limits))
    return shape


def repeated(shape: Any) -> Flags:
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
