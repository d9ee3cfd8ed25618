"""A point with a radius as a polygon: approximate, and marked so."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from wattstone.programme.nature.equal_area import ECCENTRICITY2, SEMI_MAJOR, equal_area
from wattstone.programme.nature.seam import crossing, cut

__all__ = ["circles"]

_CORNERS: Final = 96
_TIMES: Final = 4  # at most; one is enough but near a pole
_CLOSE: Final = 1e-8  # of the area

Floats = NDArray[np.float64]


def circles(points: Any, radius: NDArray[np.float64]) -> NDArray[np.object_]:
    r"""Polygons of the same area as circles around points.

    Corners lie on geodesics from the point [1]_, so far out that the polygon, with edges straight in longitude and
    latitude, has the circle's area: on the plane :math:`r' = r \sqrt{2π / (n \sin(2π/n))}` with n corners, then
    corrected by the area that this gives. The circle's area is that of a cap,
    :math:`2π R^2 (1 - \cos(r/R))`, on the sphere that fits the ellipsoid at the point: :math:`R^2 = M N`, the product
    of the radii of curvature [2]_.

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
    .. [2] J. P. Snyder, "Map Projections: A Working Manual," USGS Professional Paper 1395, 1987, eq. 4-18, 4-20.
    """
    if not len(radius):
        return np.empty(0, dtype=object)
    turn = 2 * np.pi / _CORNERS
    reach = radius * np.sqrt(turn / np.sin(turn))
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    wanted = _cap(lat, radius)
    made = _around(lon, lat, reach)
    at = np.arange(len(radius))
    for _ in range(_TIMES):
        ratio = equal_area(_whole(made[at])) / wanted[at]
        wrong = (np.abs(ratio - 1) > _CLOSE) & (ratio > 0)
        at = at[wrong]
        if not len(at):
            break
        reach[at] /= np.sqrt(ratio[wrong])
        made[at] = _around(lon[at], lat[at], reach[at])
    return made


def _cap(latitude: Floats, radius: Floats) -> Floats:
    """Area within a distance of a point. [m2]"""
    root = 1 - ECCENTRICITY2 * np.sin(np.radians(latitude)) ** 2
    curved = SEMI_MAJOR * np.sqrt(1 - ECCENTRICITY2) / root
    return 4 * np.pi * (curved * np.sin(radius / curved / 2)) ** 2


def _around(lon: Floats, lat: Floats, reach: Floats) -> NDArray[np.object_]:
    from pyproj import Geod

    count = len(reach)
    bearing = np.tile(-np.arange(_CORNERS) * 360.0 / _CORNERS, count)
    lons, lats, far = (np.repeat(one, _CORNERS) for one in (lon, lat, reach))
    x, y, _ = Geod(ellps="WGS84").fwd(lons, lats, bearing, far)
    corners = np.column_stack([x, y]).reshape(count, _CORNERS, 2)
    return np.asarray(shapely.polygons(corners), dtype=object)


def _whole(made: NDArray[np.object_]) -> NDArray[np.object_]:
    """Cut at the antimeridian, so that they can be measured."""
    out = made.copy()
    for at in np.flatnonzero(crossing(made)):
        done = cut(made[at])
        out[at] = shapely.Polygon() if done is None else done.shape
    return out
