"""Areas that lie so far from others that they are dots on a map of all, and are drawn larger by themselves."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from wattstone.interfaces.present.programme.charts.view import View, view_of

__all__ = ["DOT", "grouped", "groups_apart"]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

DOT: Final = 5.0
"""Below this a shape is a dot. [px]"""

_NEAR: Final = 24.0  # px between what is a group
_MOST: Final = 6  # groups that are drawn by themselves
_LARGER: Final = 3.0  # times that a group is drawn larger, or it is not worth a map of its own


def grouped(boxes: Floats, near: float) -> list[Places]:
    """Boxes that lie within a distance of each other, or are linked by others that do, the first first.

    Parameters
    ----------
    boxes : (n, 4) array
        [px]
    near : float
        [px]

    Examples
    --------
    >>> grouped(np.array([[0, 0, 1, 1], [90, 0, 91, 1], [5, 0, 6, 1]], dtype=float), 8.0)
    [array([0, 2]), array([1])]
    """
    if not len(boxes):
        return []
    half = near / 2
    grown = shapely.box(boxes[:, 0] - half, boxes[:, 1] - half, boxes[:, 2] + half, boxes[:, 3] + half)
    parts: Any = shapely.get_parts(shapely.union_all(grown))
    of, which = shapely.STRtree(parts).query(shapely.point_on_surface(grown), predicate="intersects")
    part = np.empty(len(boxes), dtype=np.int64)
    part[of] = which
    _, first = np.unique(part, return_index=True)
    return [np.flatnonzero(part == part[at]) for at in np.sort(first)]


def groups_apart(shapes: npt.NDArray[np.object_], view: View) -> list[Places]:
    """Groups of shapes of which some are dots on the map, and which maps of their own show larger.

    Parameters
    ----------
    shapes : (n,) array of geometries
        In longitude and latitude.
    view : View
        Of all.

    Returns
    -------
    list of arrays
        Places in `shapes`, the groups of most shapes first. A shape alone is one where nothing else can be seen on
        the map, and groups are few; else those of several shapes alone are.
    """
    boxes = np.asarray(shapely.bounds(view.shapes(shapes)), dtype=np.float64)
    small = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) < DOT
    if not small.any():
        return []
    found = [one for one in grouped(boxes, _NEAR) if small[one].any() and _worth(shapes[one], view)]
    every = len(found) <= _MOST and sum(map(len, found)) == len(shapes)
    several = found if every else [one for one in found if len(one) > 1]
    return sorted(several, key=len, reverse=True)[:_MOST]


def _worth(shapes: npt.NDArray[np.object_], view: View) -> bool:
    return view_of(shapes, view.width / 2).scale > _LARGER * view.scale
