"""Area with geodesic edges: the cross-check of the equal-area measure, never the ledger's."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["geodesic_area"]


def geodesic_area(geometry: NDArray[np.object_], *, threads: int = 2) -> NDArray[np.float64]:
    """Area of polygons whose edges are geodesics on WGS 84 [1]_.

    It differs from `equal_area` where edges are long: a box of one degree by 3e-5, one of a kilometre by 1e-8. Areas
    with geodesic edges do not add up when polygons are cut, which is why the ledger does not use them.

    Parameters
    ----------
    geometry : (n,) array of shapely geometries
        Polygons and multipolygons in longitude and latitude. [°]
    threads : int

    Returns
    -------
    (n,) array
        Never more than half of the Earth of any ring. [m2]

    References
    ----------
    .. [1] C. F. F. Karney, "Algorithms for geodesics," J. Geodesy 87, 43-55, 2013.
    """
    parts, owner = shapely.get_parts(geometry, return_index=True)
    rings, of = shapely.get_rings(parts, return_index=True)
    chunks = np.array_split(np.arange(len(rings)), max(1, min(threads * 4, len(rings) // 64)))
    with ThreadPoolExecutor(threads) as pool:
        areas = list(pool.map(lambda at: _rings(rings[at]), chunks))
    held = np.concatenate(areas) if areas else np.zeros(0)
    first = np.diff(of, prepend=-1) != 0
    return np.bincount(owner[of], np.where(first, held, -held), minlength=len(geometry)).astype(np.float64)


def _rings(rings: Iterable[Any]) -> NDArray[np.float64]:
    from pyproj import Geod

    earth = Geod(ellps="WGS84")
    out: list[float] = []
    for ring in rings:
        xy = shapely.get_coordinates(ring)
        if np.abs(np.diff(xy[:, 0])).max(initial=0.0) == 360.0:  # a whole parallel: no geodesic follows it
            xy = shapely.get_coordinates(shapely.segmentize(ring, 1.0))
        out.append(abs(earth.polygon_area_perimeter(xy[:, 0], xy[:, 1])[0]))
    return np.array(out)
