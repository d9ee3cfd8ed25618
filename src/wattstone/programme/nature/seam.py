"""The antimeridian and the poles: rings that run over them are unrolled and cut, so that a plane can hold them."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["crossing", "cut", "unrolled"]

Floats = NDArray[np.float64]
_HALF: Final = 180.0
_FULL: Final = 360.0


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


def cut(polygon: Any) -> Any:
    """A polygon over the antimeridian or a pole, cut so that all of it lies within ±180° [1]_.

    A ring once around the Earth encloses the pole of the hemisphere that it lies in; it is closed along the
    antimeridian and the pole.

    Parameters
    ----------
    polygon : shapely Polygon

    Returns
    -------
    shapely Polygon or MultiPolygon, or None
        None of a ring around the Earth that crosses the equator: which pole it encloses cannot be told.

    References
    ----------
    .. [1] RFC 7946, "The GeoJSON Format," 2016, sections 3.1.9 and 5.3.

    Examples
    --------
    >>> fiji = shapely.Polygon([(177, -20), (-178, -20), (-178, -16), (177, -16)])
    >>> cut(fiji).bounds
    (-180.0, -20.0, 180.0, -16.0)
    """
    shell, turns = unrolled(shapely.get_coordinates(polygon.exterior))
    if turns:
        closed = _around_a_pole(shell, turns)
        if closed is None:
            return None
        shell = closed
    middle = (shell[:, 0].min() + shell[:, 0].max()) / 2
    made = shapely.Polygon(shell)
    holes = [_hole(shapely.get_coordinates(ring), middle) for ring in polygon.interiors]
    if not made.is_valid:
        made = shapely.make_valid(made, method="structure", keep_collapsed=False)
    for hole in holes:
        made = shapely.difference(made, shapely.make_valid(shapely.Polygon(hole), method="structure"))
    return _within(made)


def _hole(xy: Floats, middle: float) -> Floats:
    """A hole, moved by whole turns next to the middle of its shell."""
    ring, _ = unrolled(xy)
    centre = (ring[:, 0].min() + ring[:, 0].max()) / 2
    return ring + np.array([_FULL * np.round((middle - centre) / _FULL), 0.0])


def _around_a_pole(ring: Floats, turns: int) -> Floats | None:
    south, north = ring[:, 1].min(), ring[:, 1].max()
    if abs(turns) != 1 or (south < 0 < north):
        return None
    pole = 90.0 if north > 0 else -90.0
    return np.concatenate([ring, [[ring[-1, 0], pole], [ring[0, 0], pole]], ring[:1]])


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
