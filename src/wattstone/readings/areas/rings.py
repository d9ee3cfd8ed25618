"""Rings of a shape sorted into polygons by what lies in what, whichever way they run."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Nested", "nested"]

_TURN: Final = 360.0  # °
_SLACK: Final = 1e-9  # of a ring's area: what rounding leaves outside

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class Nested:
    """Rings of a shape as polygons.

    Parameters
    ----------
    polygons : list of list of rings
        The outer ring first, then its holes; outer rings clockwise where none has an edge of more than 180°, else as
        they are written.
    against : bool
        Whether an outer ring was written counterclockwise, or a hole clockwise.
    """

    polygons: list[list[Ring]]
    against: bool


def nested(rings: Sequence[Ring]) -> Nested:
    """Sort rings by containment: a ring within an even number of others is an outer one, else a hole [1]_.

    Rings that lie partly within another keep the meaning of their direction: one that runs against it is its hole.

    Parameters
    ----------
    rings : sequence of rings
        Of one shape, as written.

    Returns
    -------
    Nested

    References
    ----------
    .. [1] ESRI, "Shapefile technical description," 1998, p. 8, for the directions that it expects.

    Examples
    --------
    >>> outer, hole = [(0, 0), (0, 9), (9, 9), (9, 0), (0, 0)], [(1, 1), (1, 2), (2, 2), (2, 1), (1, 1)]
    >>> found = nested([hole, outer])
    >>> [len(polygon) for polygon in found.polygons], found.against
    ([2], True)
    """
    arrays = [np.array([(one[0], one[1]) for one in ring], dtype=np.float64).reshape(-1, 2) for ring in rings]
    usable = [len(one) > 2 and bool(np.isfinite(one).all()) for one in arrays]
    if not all(usable):  # what is no ring is told by whoever builds; the others are not to be lost for it
        left = nested([ring for ring, good in zip(rings, usable, strict=True) if good])
        return Nested(
            polygons=[*left.polygons, *([ring] for ring, good in zip(rings, usable, strict=True) if not good)],
            against=left.against,
        )
    if not rings:
        return Nested(polygons=[], against=False)
    over = any(_jumps(one) for one in arrays)
    flat = _beside([_unrolled(one) for one in arrays]) if over else arrays
    clockwise = np.array([_turn(one) < 0 for one in flat])
    parent = _parents(flat, clockwise) if len(rings) > 1 else np.full(1, -1)
    outer = parent < 0
    told = clockwise != outer
    kept = list(rings) if over else [r[::-1] if off else r for r, off in zip(rings, told, strict=True)]
    inside: dict[int, list[Ring]] = {int(at): [kept[at]] for at in np.flatnonzero(outer)}
    for at in np.flatnonzero(~outer):
        inside[int(parent[at])].append(kept[at])
    return Nested(polygons=list(inside.values()), against=bool(told[~outer].any() or (told.any() and not over)))


def _jumps(xy: NDArray[np.float64]) -> bool:
    """Whether a ring in degrees has an edge of more than 180°."""
    return bool(np.abs(xy).max() <= _TURN and np.abs(np.diff(xy[:, 0])).max() > _TURN / 2)


def _unrolled(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ring along its shortest way round the Earth."""
    steps = np.diff(xy[:, 0])
    out = xy.copy()
    out[1:, 0] -= np.cumsum(np.round(steps / _TURN)) * _TURN
    return out


def _beside(rings: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """The rings on the same turn round the Earth as the widest of them."""
    widest = max(rings, key=lambda one: float(np.ptp(one[:, 0])))
    middle = (widest[:, 0].min() + widest[:, 0].max()) / 2
    out: list[NDArray[np.float64]] = []
    for one in rings:
        own = (one[:, 0].min() + one[:, 0].max()) / 2
        out.append(one - np.array([np.round((own - middle) / _TURN) * _TURN, 0.0]))
    return out


def _turn(xy: NDArray[np.float64]) -> float:
    """Twice the area of a ring, above 0 if it runs counterclockwise; from its first position, as metres are large."""
    x, y = (xy - xy[0]).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _parents(rings: list[NDArray[np.float64]], clockwise: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Number of the outer ring of each hole, -1 of outer rings."""
    shapes: Any = np.array([shapely.Polygon(one) for one in rings], dtype=object)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    area = shapely.area(shapes)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = (area[one] < area[other]) | ((area[one] == area[other]) & (one > other))  # one in other, never both ways
    one, other = one[pair], other[pair]
    common = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    within = (common >= (1 - _SLACK) * area[one]) & (area[one] < area[other]) & (area[one] > 0)
    across = ~within & (common > _SLACK * area[one]) & (clockwise[one] != clockwise[other])
    depth = np.bincount(one[within], minlength=len(rings))
    parent = np.full(len(rings), -1, dtype=np.intp)
    for at in np.flatnonzero(depth % 2 == 1):
        around = other[within & (one == at)]
        around = around[depth[around] == depth[at] - 1]
        parent[at] = around[np.argmin(area[around])] if len(around) else -1
    for at in np.unique(one[across]):
        around = other[across & (one == at)]
        around = around[parent[around] < 0]
        if parent[at] < 0 and depth[at] == 0 and len(around):
            parent[at] = around[np.argmin(area[around])]
    return parent
