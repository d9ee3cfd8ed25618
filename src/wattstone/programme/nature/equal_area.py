"""Area on the WGS 84 ellipsoid of polygons whose edges are straight in longitude and latitude, in closed form."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import math
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["EARTH", "ECCENTRICITY2", "SEMI_MAJOR", "equal_area", "zone"]

SEMI_MAJOR: Final = 6378137.0  # m, semi-major axis [2]
_F: Final = 1 / 298.257223563  # flattening [2]
ECCENTRICITY2: Final = _F * (2 - _F)
_TERMS: Final = 7  # of the sine series; the next one is below 1e-17 of the first
_CHUNK: Final = 1 << 15  # edges at a time, so that they stay in the processor's cache
_SMALL: Final = 0.5  # rad, where the series of sin(x)/x - 1 is better than the difference

Floats = NDArray[np.float64]


def _series() -> tuple[float, ...]:
    """Coefficients of `zone` as a sine series of odd multiples of latitude: c_j of sin((2j+1)φ). [m2]"""
    return tuple(
        (-1) ** j * SEMI_MAJOR**2 * (1 - ECCENTRICITY2)
        * math.fsum(
            (m + 1) / (2 * m + 1) * (ECCENTRICITY2 / 4) ** m * math.comb(2 * m + 1, m - j) for m in range(j, j + 24)
        )
        for j in range(_TERMS)
    )  # fmt: skip


_C: Final = _series()
EARTH: Final = 4 * math.pi * sum(c * (-1) ** j for j, c in enumerate(_C))
"""Area of the ellipsoid. [m2]"""


def zone(latitude: Floats) -> Floats:
    """Area between the equator and a parallel, for one radian of longitude [1]_.

    Parameters
    ----------
    latitude : (...) array
        [°]

    Returns
    -------
    (...) array
        Negative south of the equator. [m2 rad-1]

    References
    ----------
    .. [1] J. P. Snyder, "Map Projections: A Working Manual," USGS Professional Paper 1395, 1987, eq. 3-12.

    Examples
    --------
    >>> bool(abs(4 * np.pi * zone(np.array(90.0)) - 510065621724088.44) < 1)
    True
    """
    sine, e = np.sin(np.radians(latitude)), math.sqrt(ECCENTRICITY2)
    return SEMI_MAJOR**2 * (1 - ECCENTRICITY2) / 2 * (sine / (1 - ECCENTRICITY2 * sine**2) + np.arctanh(e * sine) / e)


def equal_area(geometry: Any) -> Floats:
    r"""Area of polygons whose edges are straight in longitude and latitude, as RFC 7946 section 3.1.1 draws them.

    With :math:`F(φ)` the area between the equator and a parallel for a radian of longitude [1]_, the area of a ring is
    :math:`|\oint F\,dλ|`. Along a straight edge :math:`F` is averaged over latitude, and as a sine series
    :math:`F = \sum c_k \sin kφ` (k odd) this mean is exact and free of cancellation:
    :math:`\sum c_k \sin(kφ_m)\,\mathrm{sinc}(kΔφ/2)`. The measure is additive: cutting a polygon along straight lines
    in longitude and latitude leaves the sum as it is.

    Parameters
    ----------
    geometry : (n,) array of shapely geometries
        Polygons and multipolygons in longitude and latitude on WGS 84 [2]_; rings must be valid, their order does not
        matter. [°]

    Returns
    -------
    (n,) array
        0 of what has no area. [m2]

    References
    ----------
    .. [1] J. P. Snyder, "Map Projections: A Working Manual," USGS Professional Paper 1395, 1987, eq. 3-12.
    .. [2] NIMA TR8350.2, "Department of Defense World Geodetic System 1984," 3rd ed., 2000.

    Examples
    --------
    >>> octant = shapely.box(0, 0, 90, 90)  # an eighth of the ellipsoid
    >>> bool(abs(equal_area(np.array([octant]))[0] - 63758202715511.055) < 1)
    True
    """
    given = np.atleast_1d(np.asarray(geometry, dtype=object))
    parts, owner = shapely.get_parts(given, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = parts[polygons], owner[polygons]
    rings, of = shapely.get_rings(parts, return_index=True)
    areas = _rings(rings)
    first = np.diff(of, prepend=-1) != 0
    return np.bincount(owner[of], np.where(first, areas, -areas), minlength=len(given)).astype(np.float64)


def _rings(rings: Any) -> Floats:
    """Area within each ring. [m2]"""
    xy, of = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        return np.zeros(len(rings))
    begin = np.flatnonzero(np.diff(of, prepend=-1))
    place = np.zeros(len(rings), dtype=np.intp)
    place[of[begin]] = begin
    lon, lat = np.radians(xy[:, 0]), np.radians(xy[:, 1])
    same = of[1:] == of[:-1]
    width = np.where(same, np.diff(lon), 0.0)
    origin = lat[place[of[:-1]]]
    swept = np.empty(len(width))
    for at in range(0, len(width), _CHUNK):
        cut = slice(at, at + _CHUNK)
        swept[cut] = width[cut] * _mean_above(lat[:-1][cut], lat[1:][cut], origin[cut])
    return np.abs(np.bincount(of[:-1], swept, minlength=len(rings)))


def _mean_above(south: Floats, north: Floats, origin: Floats) -> Floats:
    """Mean of `zone` along an edge between two latitudes, less `zone` of the origin; all in radians. [m2 rad-1]"""
    middle, half = (south + north) / 2, (north - south) / 2
    around, off = (middle + origin) / 2, (middle - origin) / 2
    slopes = bool(half.any())
    cosines, sines, levels = _odd(np.cos, around), _odd(np.sin, off), _odd(np.sin, middle)
    total = np.zeros_like(middle)
    for j, c in enumerate(_C):
        term = 2 * next(cosines) * next(sines)
        if slopes:
            term += next(levels) * _sinc_less_one((2 * j + 1) * half)
        total += c * term
    return total


def _odd(function: Any, angle: Floats) -> Any:
    """Sine or cosine of 1, 3, 5... times an angle, by the recurrence of Chebyshev."""
    step = 2 * np.cos(2 * angle)
    now = function(angle)
    before = now if function is np.cos else -now
    while True:
        yield now
        now, before = step * now - before, now


def _sinc_less_one(x: Floats) -> Floats:
    """sin(x)/x - 1 without loss where x is small."""
    square = x * x
    if float(square.max(initial=0.0)) < _SMALL**2:
        total = np.zeros_like(x)
        for k in range(7, 0, -1):
            total = (1 + total) * -square / ((2 * k) * (2 * k + 1))
        return total
    near = np.abs(x) < _SMALL
    far = np.where(near, 1.0, x)
    return np.where(near, _sinc_less_one(np.where(near, x, 0.0)), np.sin(far) / far - 1)
