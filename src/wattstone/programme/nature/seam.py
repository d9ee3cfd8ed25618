"""The antimeridian and the poles: rings that run over them are unrolled and cut, so that a plane can hold them."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Cut", "astray", "crossing", "cut", "unrolled"]

Floats = NDArray[np.float64]
_HALF: Final = 180.0
_FULL: Final = 360.0
_OFF: Final = 1e-9  # of an area, that rounding may leave on the wrong side


def crossing(geometry: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which geometries have an edge that jumps over the antimeridian, or longitudes beyond it.

    An edge of more than 180° of longitude is read as the short way round: what was not cut at the antimeridian as RFC
    7946 section 3.1.9 asks. An edge of exactly 360° that follows a meridian or lies on a pole is a whole parallel.

    Parameters
    ----------
    geometry : (n,) array of shapely geometries

    Returns
    -------
    (n,) array of bool
    """
    bounds = shapely.bounds(geometry)
    wide = np.nan_to_num(bounds[:, 2] - bounds[:, 0]) > _HALF
    out = np.asarray(np.nan_to_num(np.abs(bounds[:, [0, 2]])).max(axis=1, initial=0.0) > _HALF)
    for at in np.flatnonzero(wide & ~out):
        rings = shapely.get_rings(shapely.get_parts(geometry[at]))
        out[at] = any(_jumps(shapely.get_coordinates(ring)).any() for ring in rings)
    return out


def _jumps(xy: Floats) -> NDArray[np.bool_]:
    """Which edges of a ring go over the antimeridian."""
    step = np.diff(xy[:, 0])
    over = (np.abs(step) > _HALF) & (np.abs(step) < _FULL)
    for at in np.flatnonzero(np.abs(step) == _FULL):
        before, after = step[at - 1], step[(at + 1) % len(step)]
        level = abs(xy[at, 1]) < 90.0
        over[at] = level and (before * step[at] < 0 or after * step[at] < 0)
    return over


def unrolled(xy: Floats) -> tuple[Floats, int]:
    """A ring whose longitudes run on over the antimeridian, and how many times it goes round the Earth eastward.

    Parameters
    ----------
    xy : (n, 2) array
        A closed ring. [°]

    Returns
    -------
    (n, 2) array
        The first longitude within ±180°. [°]
    int
        0, or ±1 of a ring around a pole.
    """
    step = np.diff(xy[:, 0])
    step = np.where(_jumps(xy), step - _FULL * np.sign(step), step)
    first = xy[0, 0] - _FULL * np.floor((xy[0, 0] + _HALF) / _FULL) if abs(xy[0, 0]) > _HALF else xy[0, 0]
    lon = first + np.concatenate([[0.0], np.cumsum(step)])
    turns = round((lon[-1] - lon[0]) / _FULL)
    lon[-1] = lon[0] + _FULL * turns
    return np.column_stack([lon, xy[:, 1]]), turns


@dataclass(frozen=True)
class Cut:
    """A polygon within ±180°.

    Parameters
    ----------
    shape : shapely Polygon or MultiPolygon
        [°]
    simple : bool
        False where a ring crosses itself: then the shape is what it encloses.
    astray : bool
        True where a hole lies outside its ring, or covers all of it.
    width : float
        From the westernmost to the easternmost point of the outer ring; 360 around a pole. [°]
    """

    shape: Any
    simple: bool
    astray: bool
    width: float


def cut(polygon: Any) -> Cut | None:
    """A polygon over the antimeridian or a pole, cut so that all of it lies within ±180° [1]_.

    A ring once around the Earth encloses the pole of the hemisphere that it lies in; it is closed along the
    antimeridian and the pole.

    Parameters
    ----------
    polygon : shapely Polygon

    Returns
    -------
    Cut or None
        None of a ring around the Earth that crosses the equator: which pole it encloses cannot be told.

    References
    ----------
    .. [1] RFC 7946, "The GeoJSON Format," 2016, sections 3.1.9 and 5.3.

    Examples
    --------
    >>> fiji = shapely.Polygon([(177, -20), (-178, -20), (-178, -16), (177, -16)])
    >>> done = cut(fiji)
    >>> done.shape.bounds, done.width
    ((-180.0, -20.0, 180.0, -16.0), 5.0)
    """
    rings = [_enclosed(shapely.get_coordinates(ring)) for ring in (polygon.exterior, *polygon.interiors)]
    if any(one is None for one in rings):
        return None
    (shell, valid), *holes = (one for one in rings if one is not None)
    made, width = _within(shell), float(np.ptp(shapely.bounds(shell)[[0, 2]]))
    taken = [_within(one) for one, _ in holes]
    out = astray(made, taken)
    for one in taken:
        made = shapely.difference(made, one)
    return Cut(made, valid and all(one for _, one in holes) and not _upon(taken), out, width)


def astray(shell: Any, holes: Sequence[Any]) -> bool:
    """Whether a hole lies outside its ring or covers all of it: then ring and hole are not what they seem.

    Parameters
    ----------
    shell : shapely geometry
        What the outer ring encloses.
    holes : sequence of shapely geometries
        What each hole encloses.
    """
    for one in holes:
        common = shapely.area(shapely.intersection(shell, one))
        own, whole = shapely.area(one), shapely.area(shell)
        if own and whole and (common <= _OFF * own or common >= (1 - _OFF) * whole):
            return True
    return False


def _enclosed(xy: Floats) -> tuple[Any, bool] | None:
    """What a ring encloses, unrolled, and whether it does so without crossing itself."""
    ring, turns = unrolled(xy)
    if turns:
        return _around_a_pole(ring, turns)
    made = shapely.Polygon(ring)
    if made.is_valid:
        return made, True
    return shapely.make_valid(made, method="structure", keep_collapsed=False), False


def _upon(holes: Sequence[Any]) -> bool:
    """Whether holes lie upon each other."""
    return len(holes) > 1 and bool(shapely.area(shapely.union_all(holes)) < (1 - _OFF) * sum(map(shapely.area, holes)))


def _around_a_pole(ring: Floats, turns: int) -> tuple[Any, bool] | None:
    """A turn of what lies between a ring and its pole.

    The ring may run back over the meridian on which it begins: closed there, it would cross itself. Three turns of it
    are closed at their ends, and the middle one is taken.
    """
    south, north = ring[:, 1].min(), ring[:, 1].max()
    if abs(turns) != 1 or (south < 0 < north):
        return None
    pole, step = (90.0 if north > 0 else -90.0), np.array([_FULL * turns, 0.0])
    path = np.concatenate([ring[:-1], ring[:-1] + step, ring[:-1] + 2 * step, ring[:1] + 3 * step])
    closed = np.concatenate([path, [[path[-1, 0], pole], [path[0, 0], pole]], path[:1]])
    west = ring[0, 0] + (_FULL if turns > 0 else -2 * _FULL)
    whole = shapely.make_valid(shapely.Polygon(closed), method="structure", keep_collapsed=False)
    turn = shapely.intersection(whole, shapely.box(west, -90.0, west + _FULL, 90.0))
    return turn, bool(shapely.LineString(path).is_simple)


def _within(made: Any) -> Any:
    """Cut at odd multiples of 180° and move every piece to ±180°."""
    west, _, east, _ = shapely.bounds(made)
    turns = range(int(np.floor((west + _HALF) / _FULL)), int(np.ceil((east - _HALF) / _FULL)) + 1)
    pieces: list[Any] = []
    for turn in turns:
        piece = shapely.intersection(made, shapely.box(turn * _FULL - _HALF, -90.0, turn * _FULL + _HALF, 90.0))
        parts = [one for one in shapely.get_parts(piece) if one.geom_type == "Polygon"]
        pieces += [shapely.transform(one, lambda xy, back=turn * _FULL: xy - np.array([back, 0.0])) for one in parts]
    return shapely.union_all(pieces) if len(pieces) > 1 else (pieces[0] if pieces else shapely.Polygon())
