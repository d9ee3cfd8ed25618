"""The sun over a place, and the clear sky, by pvlib, which is imported when it is needed: that takes seconds."""

import math
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats, Grid, Times

__all__ = ["Sky", "clear_sky", "day_of_year", "pvlib_module", "sky"]

SUBSTEP = 0.25  # h: the sun is looked up this often, so that an hour with a sunrise has a sun
AIR_TEMPERATURE = 12.0  # degC: for refraction, pvlib's default
REFRACTION = 0.5667  # degree: at sunrise and sunset, Reda and Andreas (2004)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sky:
    """The sun over a place on a grid, at k instants in each interval.

    Parameters
    ----------
    grid : Grid
        Of t intervals.
    zenith, azimuth : (t, k) array
        Of the sun, with refraction. [degree]
    extra : (t, k) array
        Irradiance outside the atmosphere, on a plane that faces the sun. [W m-2]
    share : (t, k) array
        Irradiance on the horizontal at the instant over its mean in the interval, which is taken to follow the sine of
        the elevation; 0 where the sun is down. [1]
    """

    grid: Grid
    zenith: Floats
    azimuth: Floats
    extra: Floats
    share: Floats

    @property
    def day(self) -> npt.NDArray[np.bool_]:
        """Whether the sun is up at any of the instants of an interval: (t,)."""
        return np.asarray(self.share.any(axis=1))


def sky(latitude: float, longitude: float, grid: Grid, *, altitude: float = 0.0) -> Sky:
    """Positions of the sun by NREL's algorithm [1]_, and extraterrestrial irradiance by Spencer [2]_.

    Parameters
    ----------
    latitude, longitude : float
        North and east are positive. [degree]
    grid : Grid
        Of t intervals, naive UTC.
    altitude : float
        Above the sea. [m]

    Returns
    -------
    Sky
        With k = 1 for intervals of up to 15 min, 4 for an hour.

    References
    ----------
    .. [1] I. Reda, A. Andreas, "Solar position algorithm for solar radiation applications," Solar Energy 76, 2004.
    .. [2] J. W. Spencer, "Fourier series representation of the position of the sun," Search 2 (5), 1971.
    """
    pvlib = pvlib_module()
    parts = max(1, math.ceil(grid.hours / SUBSTEP - 1e-9))
    instants = Grid(start=grid.start, hours=grid.hours / parts, steps=grid.steps * parts)
    middle = instants.starts() + np.timedelta64(round(instants.hours * 1.8e9), "us")
    apparent, azimuth = _position(middle, latitude, longitude, altitude)
    extra = np.asarray(pvlib.irradiance.get_extra_radiation(day_of_year(middle)), dtype=float)
    zenith = apparent.reshape(grid.steps, parts)
    up = np.where(zenith < 90.0, np.maximum(np.cos(np.radians(zenith)), 0.0), 0.0)
    mean = up.mean(axis=1, keepdims=True)
    return Sky(
        grid=grid,
        zenith=zenith,
        azimuth=azimuth.reshape(grid.steps, parts),
        extra=extra.reshape(grid.steps, parts),
        share=np.divide(up, mean, out=np.zeros_like(up), where=mean > 0),
    )


def _position(times: Times, latitude: float, longitude: float, altitude: float) -> tuple[Floats, Floats]:
    """Apparent zenith and azimuth of the sun. [degree]"""
    pvlib = pvlib_module()
    seconds = times.astype("datetime64[us]").astype(np.int64) / 1e6
    months = times.astype("datetime64[M]").astype(np.int64)
    drift = pvlib.spa.calculate_deltat(1970 + months // 12, months % 12 + 1)
    pressure = pvlib.atmosphere.alt2pres(altitude) / 100  # hPa
    found = pvlib.spa.solar_position(
        seconds, latitude, longitude, altitude, pressure, AIR_TEMPERATURE, drift, REFRACTION
    )
    return np.asarray(found[0], dtype=float), np.asarray(found[4], dtype=float)


def day_of_year(times: Times) -> Floats:
    """Day of the year of each time, from 1."""
    days = times.astype("datetime64[D]")
    return (days - days.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.float64) + 1.0


@cache
def pvlib_module() -> Any:
    """pvlib, which has no types; its import takes seconds."""
    return import_module("pvlib")


def clear_sky(sun: Sky, *, altitude: float = 0.0, turbidity: float = 3.0) -> tuple[Floats, Floats]:
    """Irradiance under a clear sky, by Ineichen and Perez [1]_.

    Parameters
    ----------
    sun : Sky
        Of t intervals.
    altitude : float
        Above the sea. [m]
    turbidity : float
        Linke turbidity of the air: about 2 where it is very clean, 3 in a clean and warm climate, 4 to 6 where it is
        humid or polluted [2]_. [1]

    Returns
    -------
    global_horizontal, diffuse : (t,) array
        Means over the interval, 0 by night. [W m-2]

    References
    ----------
    .. [1] P. Ineichen, R. Perez, "A new airmass independent formulation for the Linke turbidity coefficient," Solar
       Energy 73 (3), 2002.
    .. [2] J. Remund et al., "Worldwide Linke turbidity information," ISES Solar World Congress, 2003.
    """
    pvlib = pvlib_module()
    pressure = pvlib.atmosphere.alt2pres(altitude)
    mass = np.asarray(pvlib.atmosphere.get_relative_airmass(np.where(sun.share > 0, sun.zenith, np.nan)))
    mass = np.asarray(pvlib.atmosphere.get_absolute_airmass(mass, pressure))
    with np.errstate(divide="ignore", invalid="ignore"):  # by night
        clear = pvlib.clearsky.ineichen(sun.zenith, mass, turbidity, altitude=altitude, dni_extra=sun.extra)
    up = sun.share > 0
    whole, part = (np.where(up, np.nan_to_num(np.asarray(clear[name])), 0.0) for name in ("ghi", "dhi"))
    return whole.mean(axis=1), part.mean(axis=1)
