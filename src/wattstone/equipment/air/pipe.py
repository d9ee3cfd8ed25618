"""Pipes: how fast the air goes, how wide a pipe has to be, what it holds and what it loses.

Flows are of free air [m3 min-1], counted at `free` bar(a); a pressure is gauge, and `atmosphere` makes it absolute.
"""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.inlet import KELVIN
from wattstone.equipment.air.limits import ATMOSPHERE
from wattstone.equipment.air.receiver import FREE
from wattstone.equipment.arrays import Floats

__all__ = ["area", "area_for", "diameter", "drop", "line_flow", "velocity", "volume"]

ROUGHNESS = 0.045  # commercial steel, Moody 1944 [mm]

_PASCAL = 1e5  # per bar
_GAS = 287.05  # dry air [J kg-1 K-1]


def area(diameter: npt.ArrayLike) -> Floats:
    """Cross-section of a round pipe, pi d^2 / 4, in the square of the unit of its inner diameter."""
    return np.pi / 4 * np.square(np.asarray(diameter, dtype=float))


def diameter(area: npt.ArrayLike) -> Floats:
    """Diameter of a round pipe of a cross-section: sqrt(4 A / pi).

    Examples
    --------
    >>> float(diameter(area(0.1)))
    0.1
    """
    return np.sqrt(4 / np.pi * np.asarray(area, dtype=float))


def line_flow(
    flow: npt.ArrayLike, pressure: npt.ArrayLike, *, free: npt.ArrayLike = FREE, atmosphere: npt.ArrayLike = ATMOSPHERE
) -> Floats:
    """Volume that free air takes up in the line.

    Parameters
    ----------
    flow : float or array
        Free air. [m3 min-1]
    pressure : float or array
        In the line. [bar(g)]
    free : float or array
        Absolute pressure at which `flow` is counted. [bar(a)]
    atmosphere : float or array
        Pressure that the gauge counts from. [bar(a)]

    Returns
    -------
    array
        NaN at no pressure above vacuum. [m3 s-1]
    """
    absolute = np.asarray(pressure, dtype=float) + np.asarray(atmosphere, dtype=float)
    share = np.asarray(free, dtype=float) / np.where(absolute > 0, absolute, np.nan)
    return np.asarray(flow, dtype=float) * share / 60.0


def velocity(
    flow: npt.ArrayLike,
    *,
    area: npt.ArrayLike,
    pressure: npt.ArrayLike,
    free: npt.ArrayLike = FREE,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
) -> Floats:
    """Velocity of air in a pipe. [m s-1]

    Parameters
    ----------
    flow : float or array
        Free air. [m3 min-1]
    area : float or array
        Cross-section. [m2]
    pressure : float or array
        In the pipe. [bar(g)]
    free, atmosphere : float or array
        As in `line_flow`. [bar(a)]
    """
    return line_flow(flow, pressure, free=free, atmosphere=atmosphere) / np.asarray(area, dtype=float)


def area_for(
    flow: npt.ArrayLike,
    *,
    velocity: npt.ArrayLike,
    pressure: npt.ArrayLike,
    free: npt.ArrayLike = FREE,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
) -> Floats:
    """Cross-section that keeps the air at a velocity: the inverse of `velocity`. [m2]

    Parameters
    ----------
    flow : float or array
        Free air. [m3 min-1]
    velocity : float or array
        Design velocity, more than 0. [m s-1]
    pressure : float or array
        In the pipe. [bar(g)]
    free, atmosphere : float or array
        As in `line_flow`. [bar(a)]
    """
    wanted = np.asarray(velocity, dtype=float)
    return line_flow(flow, pressure, free=free, atmosphere=atmosphere) / np.where(wanted > 0, wanted, np.nan)


def volume(length: npt.ArrayLike, area: npt.ArrayLike) -> Floats:
    """What pipes hold, each. [m3]

    Parameters
    ----------
    length : float or array
        [m]
    area : float or array
        Cross-section. [m2]
    """
    return np.asarray(length, dtype=float) * np.asarray(area, dtype=float)


def drop(
    flow: npt.ArrayLike,
    *,
    length: npt.ArrayLike,
    diameter: npt.ArrayLike,
    pressure: npt.ArrayLike,
    temperature: npt.ArrayLike = 20.0,
    roughness: float = ROUGHNESS,
    free: npt.ArrayLike = FREE,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
) -> Floats:
    """Pressure that air loses along a pipe, isothermally.

    p_1^2 - p_2^2 = f (L / d) (m / A)^2 R T, Darcy's friction factor by Swamee and Jain [1]_ above Re = 4000 and 64 / Re
    below 2300; viscosity by Sutherland's law of the standard atmosphere [2]_.

    Parameters
    ----------
    flow : float or array
        Free air, counted at 20 degC. [m3 min-1]
    length : float or array
        With fittings as lengths of pipe. [m]
    diameter : float or array
        Inner. [m]
    pressure : float or array
        At the inlet. [bar(g)]
    temperature : float or array
        Of the air. [degC]
    roughness : float
        Of the wall. [mm]
    free, atmosphere : float or array
        As in `line_flow`. [bar(a)]

    Returns
    -------
    array
        NaN where the pipe cannot pass the flow. [bar]

    References
    ----------
    .. [1] P. K. Swamee, A. K. Jain, "Explicit equations for pipe-flow problems," J. Hydraulics Division 102(5), 1976.
    .. [2] "U.S. standard atmosphere, 1976," NOAA, eq. 51.
    """
    kelvin = np.asarray(temperature, dtype=float) + KELVIN
    wide = np.asarray(diameter, dtype=float)
    mass = np.asarray(flow, dtype=float) / 60 * np.asarray(free, dtype=float) * _PASCAL / (_GAS * (20.0 + KELVIN))
    flux = mass / area(wide)
    viscosity = 1.458e-6 * kelvin**1.5 / (kelvin + 110.4)
    friction = _friction(np.abs(flux) * wide / viscosity, roughness / 1000 / wide)
    inlet = (np.asarray(pressure, dtype=float) + np.asarray(atmosphere, dtype=float)) * _PASCAL
    square = np.square(inlet) - friction * np.asarray(length, dtype=float) / wide * np.square(flux) * _GAS * kelvin
    return (inlet - np.sqrt(np.where(square >= 0, square, np.nan))) / _PASCAL


def _friction(reynolds: Floats, rough: Floats) -> Floats:
    """Darcy's friction factor; between laminar and turbulent, on a line from one to the other."""
    turbulent = 0.25 / np.square(np.log10(rough / 3.7 + 5.74 / np.maximum(reynolds, 4000.0) ** 0.9))
    laminar = 64 / np.clip(reynolds, 1e-9, 2300.0)
    share = np.clip((reynolds - 2300) / 1700, 0.0, 1.0)
    return share * turbulent + (1 - share) * laminar
