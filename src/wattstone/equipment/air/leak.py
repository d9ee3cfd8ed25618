"""Leaks: how much free air one loses, found with a bag, an ear, a hole's size or a clock; and what it costs.

Flows are of free air [m3 min-1] as ISO 1217 counts it, unless a function takes the reference.
"""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.inlet import KELVIN
from wattstone.equipment.air.limits import ATMOSPHERE
from wattstone.equipment.air.pipe import area
from wattstone.equipment.air.pneumatic import CRITICAL
from wattstone.equipment.air.receiver import FREE
from wattstone.equipment.arrays import Floats

__all__ = [
    "after_repair",
    "bag",
    "by_cycles",
    "by_decay",
    "by_sound",
    "consumption",
    "density",
    "energy",
    "nozzle_mass",
    "orifice",
    "sonic_density",
    "sonic_speed",
]

_K = 1.4  # ratio of specific heats of air
_GAS = 287.05  # dry air [J kg-1 K-1]
_PASCAL = 1e5  # per bar


def bag(diameter: npt.ArrayLike, height: npt.ArrayLike, seconds: npt.ArrayLike) -> Floats:
    """Leak that fills a round bag.

    Parameters
    ----------
    diameter, height : float or array
        Of the full bag. [m]
    seconds : float or array
        Time to fill it, more than 0. [s]

    Returns
    -------
    array
        At the pressure of the surroundings. [m3 min-1]
    """
    time = np.asarray(seconds, dtype=float)
    return area(diameter) * np.asarray(height, dtype=float) / np.where(time > 0, time, np.nan) * 60.0


def by_sound(
    pressure: npt.ArrayLike,
    decibels: npt.ArrayLike,
    *,
    pressures: tuple[float, float],
    levels: tuple[float, float],
    flows: tuple[tuple[float, float], tuple[float, float]],
) -> Floats:
    """Leak by the level of its ultrasound, between four points of the meter's table.

    Parameters
    ----------
    pressure : float or array
        In the line. [bar(g)]
    decibels : float or array
        Reading. [dB]
    pressures : (float, float)
        Columns of the table. [bar(g)]
    levels : (float, float)
        Rows of the table. [dB]
    flows : ((float, float), (float, float))
        Leak at each level (first index) and pressure (second). [m3 min-1]

    Returns
    -------
    array
        Bilinear, beyond the table too. [m3 min-1]
    """
    across = (np.asarray(pressure, dtype=float) - pressures[0]) / (pressures[1] - pressures[0])
    up = (np.asarray(decibels, dtype=float) - levels[0]) / (levels[1] - levels[0])
    below = flows[0][0] + across * (flows[0][1] - flows[0][0])
    above = flows[1][0] + across * (flows[1][1] - flows[1][0])
    return below + up * (above - below)


def density(pressure: npt.ArrayLike, temperature: npt.ArrayLike) -> Floats:
    """Density of dry air at an absolute pressure [bar(a)] and a temperature [degC]. [kg m-3]"""
    return np.asarray(pressure, dtype=float) * _PASCAL / (_GAS * (np.asarray(temperature, dtype=float) + KELVIN))


def sonic_density(stagnant: npt.ArrayLike) -> Floats:
    """Density where air has got as fast as sound: that at rest times (2 / (k + 1))^(1 / (k - 1)). [kg m-3]"""
    return np.asarray(stagnant, dtype=float) * (2 / (_K + 1)) ** (1 / (_K - 1))


def sonic_speed(temperature: npt.ArrayLike) -> Floats:
    """Speed of sound in the throat of air that was at rest at a temperature [degC]. [m s-1]"""
    return np.sqrt(2 * _K / (_K + 1) * _GAS * (np.asarray(temperature, dtype=float) + KELVIN))


def nozzle_mass(
    diameter: npt.ArrayLike,
    pressure: npt.ArrayLike,
    *,
    temperature: npt.ArrayLike = 20.0,
    coefficient: npt.ArrayLike = 1.0,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
) -> Floats:
    """Mass of air through a hole to the atmosphere, choked or not, as an isentropic flow [1]_.

    Parameters
    ----------
    diameter : float or array
        [m]
    pressure : float or array
        In the line. [bar(g)]
    temperature : float or array
        Of the air in the line. [degC]
    coefficient : float or array
        Coefficient of discharge: about 0.6 for a sharp edge, 0.97 for a rounded one. [1]
    atmosphere : float or array
        [bar(a)]

    Returns
    -------
    array
        [kg s-1]

    References
    ----------
    .. [1] A. H. Shapiro, "The dynamics and thermodynamics of compressible fluid flow," Ronald Press, 1953, ch. 4.
    """
    outside = np.asarray(atmosphere, dtype=float)
    line = np.asarray(pressure, dtype=float) + outside
    ratio = np.clip(outside / np.where(line > 0, line, np.nan), CRITICAL, 1.0)
    rest = density(line, temperature)
    energy = 2 * _K / (_K - 1) * _GAS * (np.asarray(temperature, dtype=float) + KELVIN) * (1 - ratio ** ((_K - 1) / _K))
    flux = rest * ratio ** (1 / _K) * np.sqrt(energy)
    return np.asarray(coefficient, dtype=float) * area(diameter) * flux


def orifice(
    diameter: npt.ArrayLike,
    pressure: npt.ArrayLike,
    *,
    temperature: npt.ArrayLike = 20.0,
    coefficient: npt.ArrayLike = 1.0,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
    free: float = FREE,
    free_temperature: float = 20.0,
) -> Floats:
    """Free air through a hole: its mass, at the density of free air, however hot the line is.

    Parameters
    ----------
    diameter, pressure, temperature, coefficient, atmosphere
        As in `nozzle_mass`.
    free : float
        Absolute pressure at which free air is counted. [bar(a)]
    free_temperature : float
        Temperature at which it is counted. [degC]

    Returns
    -------
    array
        [m3 min-1]

    Examples
    --------
    A round hole of 3 mm at 7 bar(g):

    >>> round(float(orifice(0.003, 7.0)), 3)
    0.674
    """
    mass = nozzle_mass(diameter, pressure, temperature=temperature, coefficient=coefficient, atmosphere=atmosphere)
    return 60.0 * mass / density(free, free_temperature)


def by_cycles(flow: npt.ArrayLike, loaded: npt.ArrayLike, unloaded: npt.ArrayLike) -> Floats:
    """Leak of a network at rest by the times that a machine loads and unloads. [m3 min-1]

    Parameters
    ----------
    flow : float or array
        What the machine delivers loaded. [m3 min-1]
    loaded, unloaded : float or array
        Times, in one unit.
    """
    on = np.asarray(loaded, dtype=float)
    whole = on + np.asarray(unloaded, dtype=float)
    return np.asarray(flow, dtype=float) * on / np.where(whole > 0, whole, np.nan)


def by_decay(
    volume: npt.ArrayLike,
    *,
    high: npt.ArrayLike,
    low: npt.ArrayLike,
    seconds: npt.ArrayLike,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
    free: npt.ArrayLike = FREE,
) -> Floats:
    """Leak of a network at rest by the fall of its pressure, at `high`.

    A leak follows absolute pressure, so p falls exponentially: q = V p_high ln(p_high / p_low) / (t p_free).

    Parameters
    ----------
    volume : float or array
        Of receivers and pipes. [m3]
    high, low : float or array
        Pressures before and after. [bar(g)]
    seconds : float or array
        Between them. [s]
    atmosphere, free : float or array
        [bar(a)]

    Returns
    -------
    array
        [m3 min-1]
    """
    before = np.asarray(high, dtype=float) + np.asarray(atmosphere, dtype=float)
    after = np.asarray(low, dtype=float) + np.asarray(atmosphere, dtype=float)
    time = np.asarray(seconds, dtype=float)
    air = np.asarray(volume, dtype=float) * before * np.log(before / after) / np.asarray(free, dtype=float)
    return air / np.where(time > 0, time, np.nan) * 60.0


def after_repair(use: npt.ArrayLike, leaks: npt.ArrayLike, share: npt.ArrayLike) -> Floats:
    """Use of air once a share of its leaks is repaired. [m3 min-1]

    Parameters
    ----------
    use : float or array
        With its leaks. [m3 min-1]
    leaks : float or array
        [m3 min-1]
    share : float or array
        Of the leaks that is repaired, 0 to 1.
    """
    return np.asarray(use, dtype=float) - np.asarray(share, dtype=float) * np.asarray(leaks, dtype=float)


def consumption(flow: npt.ArrayLike, hours: npt.ArrayLike) -> Floats:
    """Free air over hours. [m3]

    Parameters
    ----------
    flow : float or array
        [m3 min-1]
    hours : float or array
        [h]
    """
    return np.asarray(flow, dtype=float) * np.asarray(hours, dtype=float) * 60.0


def energy(air: npt.ArrayLike, specific_power: npt.ArrayLike, *, adjustment: npt.ArrayLike = 1.0) -> Floats:
    """Electricity that free air takes, or that less of it saves.

    Parameters
    ----------
    air : float or array
        Free air. [m3]
    specific_power : float or array
        Of the machine at full load. [kW per m3 min-1]
    adjustment : float or array
        kW that a machine saves per kW of air saved: 1 by its rating, less by its control.

    Returns
    -------
    array
        [kWh]
    """
    each = np.asarray(specific_power, dtype=float) / 60.0
    return np.asarray(air, dtype=float) * each * np.asarray(adjustment, dtype=float)
