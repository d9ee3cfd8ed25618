"""One area of a ledger changed: only the faces it touches are made anew."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from wattstone.programme.nature.arrangement import Faces, Ints, polygonal
from wattstone.programme.nature.equal_area import equal_area

__all__ = ["changed"]


def changed(faces: Faces, entry: int, shape: Any | None) -> Faces:
    """Faces after one entry got another shape, was added, or was taken away.

    Parameters
    ----------
    faces : Faces
    entry : int
        From 0; `faces.count` adds one.
    shape : shapely Polygon or MultiPolygon, or None
        Valid, within ±180° and ±90°; None takes it away, and leaves its number unused. [°]

    Returns
    -------
    Faces
        What `arrange` gives of all areas, perhaps in more pieces: the areas are the same.

    Examples
    --------
    >>> from wattstone.programme.nature.arrangement import arrange
    >>> faces = arrange(np.array([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]))
    >>> less = changed(faces, 0, None)
    >>> bool(abs(less.net() / equal_area(np.array([shapely.box(1, 0, 3, 1)]))[0] - 1) < 1e-12)
    True
    """
    left = _without(faces, entry)
    if shape is None or shapely.is_empty(shape):
        return left
    return _with(left, entry, shape)


def _without(faces: Faces, entry: int) -> Faces:
    other = faces.entry != entry
    kept, face = np.unique(faces.face[other], return_inverse=True)
    return Faces(
        shape=faces.shape[kept], area=faces.area[kept], tile=faces.tile[kept], face=face, entry=faces.entry[other],
        count=faces.count, off=faces.off,
    )  # fmt: skip


def _with(faces: Faces, entry: int, shape: Any) -> Faces:
    west, south, east, north = shapely.bounds(shape)
    bounds = shapely.bounds(faces.shape).reshape(-1, 4)
    near = np.flatnonzero(
        (bounds[:, 0] < east) & (bounds[:, 2] > west) & (bounds[:, 1] < north) & (bounds[:, 3] > south)
    )
    shapely.prepare(shape)
    near = near[shapely.intersects(shape, faces.shape[near])]
    within = shapely.contains_properly(shape, faces.shape[near])
    split, whole = near[~within], near[within]
    inner = polygonal(shapely.intersection(faces.shape[split], shape))
    outer = polygonal(shapely.difference(faces.shape[split], shape))
    alone = polygonal(np.array([shapely.difference(shape, shapely.union_all(faces.shape[near]))], dtype=object))
    return _spliced(faces, entry, whole, split, inner, outer, alone)


def _spliced(faces: Faces, entry: int, whole: Ints, split: Ints, inner: Any, outer: Any, alone: Any) -> Faces:
    """The faces that were not cut, the halves of those that were, and what no other area covers."""
    size = len(faces.area)
    shapes = np.concatenate([faces.shape, inner, outer, alone])
    fresh = equal_area(np.concatenate([inner, outer, alone]))
    tile = np.concatenate([faces.tile, faces.tile[split], faces.tile[split], [-1]])
    position = np.full(size, -1, dtype=np.intp)
    position[split] = np.arange(len(split))
    cut = position[faces.face] >= 0
    halves, owners = position[faces.face[cut]], faces.entry[cut]
    own = np.concatenate([whole, size + np.arange(len(split)), [size + 2 * len(split)]])
    face = np.concatenate([faces.face[~cut], size + halves, size + len(split) + halves, own])
    owner = np.concatenate([faces.entry[~cut], owners, owners, np.full(len(own), entry)])
    area = np.concatenate([faces.area, fresh])
    filled = area[face] > 0
    kept, number = np.unique(face[filled], return_inverse=True)
    order = np.lexsort((owner[filled], number))
    return Faces(
        shape=shapes[kept], area=area[kept], tile=tile[kept], face=number[order], entry=owner[filled][order],
        count=max(faces.count, entry + 1), off=_grown(faces.off, entry),
    )  # fmt: skip


def _grown(off: NDArray[np.float64], entry: int) -> NDArray[np.float64]:
    """The same with a place for a new entry."""
    return off if entry < len(off) else np.concatenate([off, np.zeros(entry + 1 - len(off))])
