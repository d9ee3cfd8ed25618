"""Overlapping areas taken apart into faces that do not overlap: net, overlaps and attribution follow by adding up."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from wattstone.programme.nature.equal_area import equal_area

__all__ = ["Faces", "arrange", "polygonal"]

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]

_TILE: Final = 120  # areas in a tile: noding is fastest there (measured from 60 to 3,000)
_GAIN: Final = 1.5  # a cut must leave both halves together with less than this many times the areas
_CLOSES: Final = 1e-9  # of an area, to which the faces within it must add up
_GRID: Final = 1e-11  # °, a micrometre, to which a tile is rounded if they do not

_Tile = tuple[Any, Floats, Ints, Ints, Floats]
"""Faces, their areas; of what lies upon another: number of the face, entry, how far off that entry's faces are."""


@dataclass(frozen=True, kw_only=True)
class Faces:
    """Faces of overlapping areas, each with the areas that cover it.

    Parameters
    ----------
    shape : (f,) array of shapely geometries
        They do not overlap; together they are all that is covered. [°]
    area : (f,) array
        By `equal_area`. [m2]
    tile : (f,) array
        Which piece of the plane a face was made in.
    face, entry : (k,) array
        Face `face[i]` lies in area `entry[i]`; sorted by face. Every face has one at least.
    count : int
        Number of areas.
    off : (count,) array
        How far the faces within each area are from adding up to it, where that is more than rounding; of its area.
    """

    shape: NDArray[np.object_]
    area: Floats
    tile: Ints
    face: Ints
    entry: Ints
    count: int
    off: Floats

    def gross(self) -> Floats:
        """Area of each entry. (count,) [m2]"""
        return np.bincount(self.entry, self.area[self.face], minlength=self.count).astype(np.float64)

    def covers(self) -> Ints:
        """How many areas cover each face. (f,)"""
        return np.bincount(self.face, minlength=len(self.area))

    def net(self, which: NDArray[np.bool_] | None = None) -> float:
        """Area that some of the entries cover together, all if left out. [m2]"""
        chosen = self.face if which is None else self.face[which[self.entry]]
        covered = np.zeros(len(self.area), dtype=bool)
        covered[chosen] = True
        return float(self.area[covered].sum())

    def alone(self) -> NDArray[np.bool_]:
        """Which entries overlap no other. (count,)"""
        shared = self.covers()[self.face] > 1
        out = np.ones(self.count, dtype=bool)
        out[self.entry[shared]] = False
        return out


def arrange(shape: NDArray[np.object_], *, threads: int = 2) -> Faces:
    """Take overlapping areas apart.

    All boundaries of a tile are noded together, polygonised, and each face is asked once in which areas it lies. Tiles
    are cut along meridians and parallels, which are straight in longitude and latitude, so that the areas of their
    faces add up.

    Parameters
    ----------
    shape : (n,) array of shapely geometries
        Valid polygons and multipolygons within ±180° and ±90°; empty where an entry has no area. [°]
    threads : int
        GEOS lets Python's other threads run meanwhile.

    Returns
    -------
    Faces

    Examples
    --------
    >>> faces = arrange(np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]))
    >>> len(faces.area), faces.covers().tolist()
    (3, [1, 2, 1])
    """
    filled = np.flatnonzero(~shapely.is_empty(shape) & ~shapely.is_missing(shape))
    near = shapely.STRtree(shape[filled]).query(shape[filled])[0] if len(filled) else np.zeros(0, dtype=np.intp)
    lonely = filled[np.bincount(near, minlength=len(filled)) == 1]
    rest = filled[np.bincount(near, minlength=len(filled)) > 1]
    bounds = shapely.bounds(shape)
    off = np.zeros(len(shape))
    made = [(shape[lonely], equal_area(shape[lonely]), np.arange(len(lonely)), lonely, off[lonely])]
    with ThreadPoolExecutor(threads) as pool:
        made += pool.map(lambda one: _tile(shape, bounds, *one), list(_tiles(bounds, rest)))
    return _joined(made, len(shape))


def _joined(made: list[_Tile], count: int) -> Faces:
    sizes = np.array([len(one[0]) for one in made])
    shapes = np.concatenate([one[0] for one in made])
    offsets = np.cumsum(sizes) - sizes
    areas = np.concatenate([one[1] for one in made])
    face = np.concatenate([one[2] + at for one, at in zip(made, offsets, strict=True)]).astype(np.intp)
    entry = np.concatenate([one[3] for one in made]).astype(np.intp)
    order = np.lexsort((entry, face))
    tile = np.repeat(np.arange(len(made)), sizes)
    off = np.zeros(count)
    for one in made:
        np.maximum.at(off, one[3], one[4])
    return Faces(shape=shapes, area=areas, tile=tile, face=face[order], entry=entry[order], count=count, off=off)


def _tiles(bounds: Floats, which: Ints) -> Iterator[tuple[tuple[float, float, float, float], Ints]]:
    """Boxes with the areas that reach into them, halved at the median until they are few or stay many."""
    if not len(which):
        return
    low, high = bounds[which, :2].min(axis=0), bounds[which, 2:].max(axis=0)
    open_ = [((float(low[0]), float(low[1]), float(high[0]), float(high[1])), which)]
    while open_:
        box, held = open_.pop()
        halves = _halved(box, bounds, held) if len(held) > _TILE else None
        if halves is None:
            yield box, held
        else:
            open_ += halves


def _halved(box: tuple[float, float, float, float], bounds: Floats, held: Ints) -> Any:
    """Two halves of a box across its longer side, or the other; None where a cut does not part the areas."""
    longer = 0 if box[2] - box[0] >= box[3] - box[1] else 1
    for axis in (longer, 1 - longer):
        low, high = bounds[held, axis], bounds[held, axis + 2]
        at = float(np.median((np.maximum(low, box[axis]) + np.minimum(high, box[axis + 2])) / 2))
        one, other = held[low < at], held[high > at]
        if len(one) + len(other) < _GAIN * len(held) and min(len(one), len(other)) > 0:
            before, after = list(box), list(box)
            before[axis + 2], after[axis] = at, at
            return [(tuple(before), one), (tuple(after), other)]
    return None


def _tile(shape: Any, bounds: Floats, box: tuple[float, float, float, float], held: Ints) -> _Tile:
    """Faces in a box, their areas, which lies in which entry, and how far they are from adding up to it."""
    of = bounds[held]
    inside = (of[:, 0] >= box[0]) & (of[:, 1] >= box[1]) & (of[:, 2] <= box[2]) & (of[:, 3] <= box[3])
    pieces = shape[held].copy()
    pieces[~inside] = polygonal(shapely.intersection(pieces[~inside], shapely.box(*box)))
    filled = ~shapely.is_empty(pieces)
    pieces, held = pieces[filled], held[filled]
    (faces, at, entry), off = _best(pieces)
    kept, face = np.unique(at, return_inverse=True)
    return faces[kept], equal_area(faces[kept]), face, held[entry], off[entry]


def _best(pieces: Any) -> tuple[tuple[Any, Ints, Ints], Floats]:
    """Pieces noded as they are; where that does not add up, in finer coordinates around them, then on a grid."""
    best = _noded(pieces, None), np.zeros(0)
    best = best[0], _off(pieces, *best[0])
    for other in (_near, _gridded):
        if best[1].max(initial=0.0) <= _CLOSES:
            break
        made = other(pieces)
        off = _off(pieces, *made)
        if off.max(initial=0.0) < best[1].max():
            best = made, off
    return best[0], np.where(best[1] > _CLOSES, best[1], 0.0)


def _gridded(pieces: Any) -> tuple[Any, Ints, Ints]:
    return _noded(pieces, _GRID)


def _near(pieces: Any) -> tuple[Any, Ints, Ints]:
    """Noded with their own south-western corner as origin, where numbers are finer than at a hundred degrees."""
    origin = shapely.total_bounds(pieces)[:2]
    faces, at, entry = _noded(shapely.transform(pieces, lambda xy: xy - origin), None)
    return shapely.transform(faces, lambda xy: xy + origin), at, entry


def _noded(pieces: Any, grid: float | None) -> tuple[Any, Ints, Ints]:
    lines = shapely.union_all(shapely.boundary(pieces), grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    at, entry = shapely.STRtree(pieces).query(shapely.point_on_surface(faces), predicate="intersects")
    return faces, at, entry


def _off(pieces: Any, faces: Any, at: Ints, entry: Ints) -> Floats:
    """How far the faces within each piece are from adding up to it, on the plane; of its area."""
    own = shapely.area(pieces)
    added = np.bincount(entry, shapely.area(faces)[at], minlength=len(pieces))
    return np.maximum(np.abs(added - own) - 1e-16, 0.0) / own


def polygonal(geometry: Any) -> Any:
    """The polygons of geometries, without the lines and points where areas only touch."""
    out = np.array(geometry, dtype=object)
    for at in np.flatnonzero(shapely.get_type_id(out) == shapely.GeometryType.GEOMETRYCOLLECTION):
        parts = shapely.get_parts(shapely.get_parts(out[at]))
        kept = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
        out[at] = shapely.multipolygons(kept) if len(kept) else shapely.Polygon()
    out[shapely.get_dimensions(out) < 2] = shapely.Polygon()
    return out
