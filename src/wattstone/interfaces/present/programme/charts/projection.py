"""Equal-area projections of maps: Lambert's azimuthal one of a region, and Equal Earth of the world.

Both are of the sphere with the area of the WGS 84 ellipsoid, on authalic latitudes, so that equal areas on the
ellipsoid are equal areas on the map [1]_, [2]_.

References
----------
.. [1] Snyder, J. P., "Map Projections: A Working Manual", USGS Professional Paper 1395 (1987), equations 3-11 to 3-18
   and 24-2 to 24-4.
.. [2] Savric, B., Patterson, T., Jenny, B., "The Equal Earth map projection", International Journal of Geographical
   Information Science 33 (2019) 454-465.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["RADIUS", "Projection", "authalic", "turned"]

Floats = npt.NDArray[np.float64]

_A: Final = 6_378_137.0  # m, semi-major axis of WGS 84
_E2: Final = 0.006694379990141316  # first eccentricity squared
_E: Final = _E2**0.5
_EARTH: Final = (1.340264, -0.081106, 0.000893, 0.003796)  # of Equal Earth [2]


def _q(sine: Floats | float) -> Floats:
    """Snyder's q, equation 3-12, of the sine of the latitude."""
    s = np.asarray(sine, dtype=np.float64)
    return (1 - _E2) * (s / (1 - _E2 * s**2) - np.log((1 - _E * s) / (1 + _E * s)) / (2 * _E))


_POLE: Final = float(_q(1.0))
RADIUS: Final = _A * (_POLE / 2) ** 0.5
"""Of the sphere that has the area of the ellipsoid. [m]"""


def authalic(latitude: Floats) -> Floats:
    """Authalic latitude of a geodetic one.

    Parameters
    ----------
    latitude : (n,) array
        [degrees]

    Returns
    -------
    (n,) array
        [rad]
    """
    return np.arcsin(np.clip(_q(np.sin(np.radians(latitude))) / _POLE, -1.0, 1.0))


def turned(longitude: Floats, middle: float) -> Floats:
    """Longitudes as seen from a middle one, from -180 to 180; both of these stay what they are. [degrees]"""
    seen = longitude - middle
    return np.where(seen > 180.0, seen - 360.0, np.where(seen < -180.0, seen + 360.0, seen))


@dataclass(frozen=True)
class Projection:
    """Degrees to metres on the map.

    Parameters
    ----------
    longitude, latitude : float
        The middle of the map. [degrees]
    world : bool
        Equal Earth around the meridian; else Lambert's azimuthal projection around the point.
    """

    longitude: float
    latitude: float
    world: bool = False

    def __call__(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        """Places on the map.

        Parameters
        ----------
        longitude, latitude : (n,) array
            [degrees]

        Returns
        -------
        x, y : (n,) array
            East and north of the middle. [m]
        """
        across, up = np.radians(turned(longitude, self.longitude)), authalic(latitude)
        return self._world(across, up) if self.world else self._region(across, up)

    def _region(self, across: Floats, up: Floats) -> tuple[Floats, Floats]:
        middle = float(authalic(np.array([self.latitude]))[0])
        towards = np.cos(up) * np.cos(across)
        cosine = np.sin(middle) * np.sin(up) + np.cos(middle) * towards
        k = RADIUS * np.sqrt(2.0 / np.maximum(1.0 + cosine, 1e-9))
        return k * np.cos(up) * np.sin(across), k * (np.cos(middle) * np.sin(up) - np.sin(middle) * towards)

    @staticmethod
    def _world(across: Floats, up: Floats) -> tuple[Floats, Floats]:
        a, b, c, d = _EARTH
        theta = np.arcsin(np.sqrt(3.0) / 2 * np.sin(up))
        square = theta**2
        x = (
            2
            * np.sqrt(3.0)
            * across
            * np.cos(theta)
            / (3 * (9 * d * square**4 + 7 * c * square**3 + 3 * b * square + a))
        )
        return RADIUS * x, RADIUS * theta * (d * square**4 + c * square**3 + b * square + a)
