"""A point with a radius as a polygon: approximate, and marked so."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["circles"]

_CORNERS: Final = 96


def circles(points: Any, radius: NDArray[np.float64]) -> NDArray[np.object_]:
    r"""Polygons of the same area as circles around points.

    Corners lie on geodesics from the point [1]_, so far out that the regular polygon has the circle's area:
    :math:`r' = r \sqrt{2π / (n \sin(2π/n))}` with n corners.

    Parameters
    ----------
    points : (n,) array of shapely Points
        [°]
    radius : (n,) array
        [m]

    Returns
    -------
    (n,) array of shapely Polygons
        Not yet cut at the antimeridian.

    References
    ----------
    .. [1] C. F. F. Karney, "Algorithms for geodesics," J. Geodesy 87, 43-55, 2013.
    """
    from pyproj import Geod

    count = len(radius)
    if not count:
        return np.empty(0, dtype=object)
    turn = 2 * np.pi / _CORNERS
    reach = np.repeat(radius * np.sqrt(turn / np.sin(turn)), _CORNERS)
    bearing = np.tile(-np.arange(_CORNERS) * 360.0 / _CORNERS, count)
    lon, lat = np.repeat(shapely.get_x(points), _CORNERS), np.repeat(shapely.get_y(points), _CORNERS)
    x, y, _ = Geod(ellps="WGS84").fwd(lon, lat, bearing, reach)
    corners = np.column_stack([x, y]).reshape(count, _CORNERS, 2)
    return np.asarray(shapely.polygons(corners), dtype=object)
