"""Moist air: saturation, humidity, enthalpy, and wet-bulb temperature.

References
----------
World Meteorological Organization, "Guide to instruments and methods of observation," WMO-No. 8, 2018, annex 4.B
(saturation pressure over water); ASHRAE Handbook, Fundamentals, 2017, chapter 1 (humidity ratio, enthalpy, wet bulb).
"""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats

__all__ = [
    "DRY_AIR_HEAT",
    "STANDARD_ATMOSPHERE",
    "enthalpy",
    "humidity_ratio",
    "saturated_enthalpy",
    "saturation_pressure",
    "temperature_of_saturated",
    "wet_bulb",
]

# WMO-No. 8, annex 4.B: e_w = 6.112 hPa exp(17.62 t / (243.12 + t))
_E0, _A, _B = 6.112e-3, 17.62, 243.12
# Molar mass of water over that of dry air; kJ kg-1 K-1 and kJ kg-1: ASHRAE Fundamentals 2017, ch. 1
_MASS_RATIO = 0.621945
DRY_AIR_HEAT, VAPOUR_HEAT, EVAPORATION = 1.006, 1.86, 2501.0
# Heat of liquid water in the equation of the wet bulb, and 2.326 in its numerator: the same chapter, eq. 33
_WET_NUMERATOR, _LIQUID = 2.326, 4.186
# Newton's steps stay below boiling, where saturated air has no enthalpy. [degC]
_HOTTEST = 95.0
# Standard atmosphere: ISO 2533. [bar(a)]
STANDARD_ATMOSPHERE = 1.01325


def saturation_pressure(temperature: npt.ArrayLike) -> Floats:
    """Pressure of water vapour over water.

    Parameters
    ----------
    temperature : float or array
        -45 to 60. [degC]

    Returns
    -------
    array
        [bar(a)]

    Examples
    --------
    >>> round(float(saturation_pressure(20.0)) * 1000, 1)
    23.3
    """
    t = np.asarray(temperature, dtype=float)
    return _E0 * np.exp(_A * t / (_B + t))


def humidity_ratio(vapour: npt.ArrayLike, atmosphere: npt.ArrayLike = STANDARD_ATMOSPHERE) -> Floats:
    """Water per dry air at a pressure of vapour, both in bar(a). [kg kg-1]"""
    p = np.asarray(vapour, dtype=float)
    return _MASS_RATIO * p / (np.asarray(atmosphere, dtype=float) - p)


def enthalpy(temperature: npt.ArrayLike, ratio: npt.ArrayLike) -> Floats:
    """Enthalpy of moist air over dry air at 0 degC. [kJ kg-1 of dry air]"""
    t, w = np.asarray(temperature, dtype=float), np.asarray(ratio, dtype=float)
    return DRY_AIR_HEAT * t + w * (EVAPORATION + VAPOUR_HEAT * t)


def saturated_enthalpy(temperature: npt.ArrayLike, atmosphere: npt.ArrayLike = STANDARD_ATMOSPHERE) -> Floats:
    """Enthalpy of saturated air.

    Parameters
    ----------
    temperature : float or array
        [degC]
    atmosphere : float or array
        [bar(a)]

    Returns
    -------
    array
        [kJ kg-1 of dry air]

    Examples
    --------
    >>> round(float(saturated_enthalpy(20.0)), 1)
    57.3
    """
    return enthalpy(temperature, humidity_ratio(saturation_pressure(temperature), atmosphere))


def temperature_of_saturated(wanted: npt.ArrayLike, atmosphere: npt.ArrayLike = STANDARD_ATMOSPHERE) -> Floats:
    """Temperature at which saturated air has an enthalpy: the inverse of `saturated_enthalpy`, by Newton's method.

    Parameters
    ----------
    wanted : float or array
        [kJ kg-1 of dry air]
    atmosphere : float or array
        [bar(a)]

    Returns
    -------
    array
        95 degC at most. [degC]

    Examples
    --------
    >>> round(float(temperature_of_saturated(saturated_enthalpy(31.5))), 6)
    31.5
    """
    target, air = np.asarray(wanted, dtype=float), np.asarray(atmosphere, dtype=float)
    # Through 0, 25 and 50 degC at sea level; within 1 K between them.
    t = 22.86 * np.log(np.maximum(target + 24.13, 3.0)) - 80.3
    for _ in range(12):
        p = saturation_pressure(t)
        w = _MASS_RATIO * p / (air - p)
        rise = w * air / (air - p) * _A * _B / np.square(_B + t)
        slope = DRY_AIR_HEAT + VAPOUR_HEAT * w + rise * (EVAPORATION + VAPOUR_HEAT * t)
        move = (target - DRY_AIR_HEAT * t - w * (EVAPORATION + VAPOUR_HEAT * t)) / slope
        t = np.minimum(t + move, _HOTTEST)
        # The error left is about a thirtieth of the square of the last move.
        if not np.any(np.abs(move) > 1e-5):
            break
    return t


def wet_bulb(
    dry_bulb: npt.ArrayLike, humidity: npt.ArrayLike, atmosphere: npt.ArrayLike = STANDARD_ATMOSPHERE
) -> Floats:
    """Wet-bulb temperature of air, by bisection of its equation.

    Parameters
    ----------
    dry_bulb : float or array
        [degC]
    humidity : float or array
        Relative humidity over water, 0 to 1. [1]
    atmosphere : float or array
        [bar(a)]

    Returns
    -------
    array
        [degC]

    Examples
    --------
    >>> round(float(wet_bulb(30.0, 0.5)), 1)
    22.0
    """
    dry, share, air = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (dry_bulb, humidity, atmosphere)))
    ratio = humidity_ratio(share * saturation_pressure(dry), air)
    low, high = dry - 60.0, dry.copy()
    for _ in range(45):
        middle = (low + high) / 2
        saturated = humidity_ratio(saturation_pressure(middle), air)
        above = (EVAPORATION - _WET_NUMERATOR * middle) * saturated - DRY_AIR_HEAT * (dry - middle)
        wetter = above / (EVAPORATION + VAPOUR_HEAT * dry - _LIQUID * middle) > ratio
        low, high = np.where(wetter, low, middle), np.where(wetter, middle, high)
    return np.where(np.isnan(ratio), np.nan, (low + high) / 2)
