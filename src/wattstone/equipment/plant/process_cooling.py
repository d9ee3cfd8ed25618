"""Chillers of process cooling by the hours of a year: load bins, part load, and corrections for temperatures [1]_.

A model for plants of which only kind, size and load profile are known. Where curves are known, use `chiller`.

References
----------
.. [1] CWSAT, Chilled Water System Analysis Tool, University of Massachusetts for the US Department of Energy, as in the
       MEASUR Tools Suite of Oak Ridge National Laboratory, commit 9c294ae, 2025.
"""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats, over_steps

__all__ = [
    "BINS",
    "REFRIGERANTS",
    "ProcessChiller",
    "air_factor",
    "chilled_water_factor",
    "condenser_factor",
    "cubic_through",
    "drive_factor",
    "efficiency",
    "free_cooling",
    "pump_factor",
    "rating_factor",
    "refrigerant_factor",
    "spread",
]

Kind = Literal["centrifugal", "screw", "reciprocating"]
Cooled = Literal["water", "air"]
Cubic = tuple[float, float, float, float]
Bools = npt.NDArray[np.bool_]

BINS = np.arange(11) / 10  # loads, as shares of capacity
REFRIGERANTS = {"R-11": 0.45, "R-123": 0.46, "R-12": 0.51, "R-134a": 0.52, "R-22": 0.5, "R-717": 0.48}  # of power

# Power over that at full load, of x^3, x^2, x, 1.
_PART_LOAD: dict[tuple[Kind, Cooled], Cubic] = {
    ("centrifugal", "water"): (0.3807, 0.2203, 0.2485, 0.1553),
    ("reciprocating", "water"): (0.0, 0.3412, 0.6792, -0.0154),
    ("screw", "water"): (0.5024, -0.022, 0.3832, 0.136),
    ("reciprocating", "air"): (0.0, -0.0263, 0.9971, 0.0103),
    ("screw", "air"): (0.5024, -0.022, 0.3832, 0.136),
}
_CHILLED = {"centrifugal": 0.01, "screw": 0.0179, "reciprocating": 0.013}  # of power per degF
_BENT = {"centrifugal": (0.0014, 0.4363), "screw": (0.0282, 2.0172), "reciprocating": (0.0273, 1.5769)}  # %, per degF
_WATER = ((0.5, 0.6, 0.7, 0.8, 0.9, 1.0), (65.0, 69.0, 73.0, 77.0, 81.0, 85.0))  # rated at these loads [degF]
_AIR = ((0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0), (55.0, 57.0, 61.0, 65.0, 71.0, 77.0, 83.0, 89.0, 95.0))
_DRIVE = (0.5, 0.5, 0.5, 0.514, 0.542, 0.57, 0.694, 0.818, 0.904, 0.952, 1.02)
_PUMP = ((0.5, 0.6, 0.7, 0.8, 0.9, 1.0), (0.31, 0.41, 0.52, 0.66, 0.81, 1.02))
_WEAR = 0.01  # of power a year

MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NEAR_WHOLE = 0.1


@dataclass(frozen=True, kw_only=True)
class ProcessChiller:
    """A chiller of which little is known.

    Parameters
    ----------
    kind : {'centrifugal', 'screw', 'reciprocating'}
    cooled : {'water', 'air'}
    capacity : float
        [kW]
    ratio : float
        Electricity over cold at full load, when new. [kW kW-1]
    age : float
        Its power grows by 1 % a year. [a]
    part_load : tuple of float or None
        Power over that at full load, of x^3, x^2, x and 1; None is that of its kind.
    """

    kind: Kind
    cooled: Cooled
    capacity: float
    ratio: float
    age: float = 0.0
    part_load: Cubic | None = None


def spread(shares: npt.ArrayLike, on: npt.ArrayLike) -> Floats:
    """Loads of the hours of a common year by how much of each month is at which load.

    The highest loads go to noon, then to the hours about it, day by day. Of hours, a month takes whole ones; what is
    left over counts for the next lower load.

    Parameters
    ----------
    shares : (11,) or (12, 11) array
        Of the hours of operation at 0, 10, ..., 100 % load. [1]
    on : (8760,) array of bool
        Hours of operation, from 1 January.

    Returns
    -------
    (8760,) array
        Load over capacity; 0 where it is off. [1]
    """
    each = np.broadcast_to(np.asarray(shares, dtype=float), (12, BINS.size))
    runs, load, start = np.asarray(on, dtype=bool), np.zeros(24 * sum(MONTHS)), 0
    for share, days in zip(each, MONTHS, strict=True):
        hours = (start + _from_noon(days)).astype(int)
        hours = hours[runs[hours]]
        counts = _whole(share * hours.size)
        levels = np.repeat(BINS[::-1], counts[::-1])[: hours.size]
        load[hours[: levels.size]] = levels
        start += 24 * days
    return load


def _from_noon(days: int) -> npt.NDArray[np.int64]:
    """Hours of a month in the order in which they are filled: 11 h, 12 h, 10 h, ..., each over all days."""
    steps = np.arange(24)
    of_day = 11 + np.where(steps % 2 == 1, (steps + 1) // 2, -(steps // 2))
    return (of_day[:, None] + 24 * np.arange(days)).ravel()


def _whole(hours: Floats) -> npt.NDArray[np.int64]:
    """Whole hours per load; what is left over goes to the next lower load, but nearly a whole hour is one."""
    counts, left = np.zeros(hours.size, dtype=np.int64), 0.0
    for at in range(hours.size - 1, -1, -1):
        wanted = float(hours[at]) + left
        short = round(wanted) - wanted
        wanted = float(round(wanted)) if 0 < short < _NEAR_WHOLE else wanted
        counts[at] = int(wanted)
        left = wanted - int(wanted)
    return counts


def cubic_through(load: npt.ArrayLike, ratio: npt.ArrayLike) -> Cubic:
    """Part-load curve of a chiller through four measured points.

    Parameters
    ----------
    load : (4,) array
        Load over capacity, the first at full load. [1]
    ratio : (4,) array
        Electricity over cold at these loads. [kW kW-1]

    Returns
    -------
    tuple of float
        `ProcessChiller.part_load`.
    """
    x, y = np.asarray(load, dtype=float), np.asarray(ratio, dtype=float)
    powers = x[:, None] ** np.arange(3, -1, -1)
    found = cast("Floats", np.linalg.solve(powers, y * x / y[0]))
    return float(found[0]), float(found[1]), float(found[2]), float(found[3])


def rating_factor(chiller: ProcessChiller, load: npt.ArrayLike) -> Floats:
    """Electricity over cold at a load, over that at full load when new, at the temperatures of the rating.

    Parameters
    ----------
    chiller : ProcessChiller
    load : float or array
        Over capacity; below 0.1, where the curve ends, it is as at 0.1. [1]
    """
    x = np.maximum(np.asarray(load, dtype=float), BINS[1])
    a, b, c, d = chiller.part_load or _PART_LOAD[chiller.kind, chiller.cooled]
    power = ((a * x + b) * x + c) * x + d
    return (1 + _WEAR * chiller.age) * np.where(x == 1, 1.0, power / x)


def chilled_water_factor(chiller: ProcessChiller, supply: npt.ArrayLike) -> Floats:
    """Power at a chilled-water temperature [degC] over that at 44 degF."""
    return 1 + _CHILLED[chiller.kind] * (44.0 - _fahrenheit(supply))


def condenser_factor(chiller: ProcessChiller, load: npt.ArrayLike, water: npt.ArrayLike) -> Floats:
    """Power with condenser water at a temperature [degC] over that at the temperature of the rating at this load."""
    return _bent(chiller, np.interp(np.asarray(load, dtype=float), *_WATER) - _fahrenheit(water))


def air_factor(
    chiller: ProcessChiller, load: npt.ArrayLike, air: npt.ArrayLike, *, design: npt.ArrayLike = 35.0
) -> Floats:
    """Power with air at the condenser over that of the rating at this load, for a machine laid out for a design.

    Parameters
    ----------
    chiller : ProcessChiller
    load : float or array
        [1]
    air : float or array
        That enters the condenser. [degC]
    design : float or array
        Temperature of the air that the machine is laid out for. [degC]
    """
    square, slope = _BENT[chiller.kind]
    cooler = 95.0 - _fahrenheit(design)
    laid_out = 1 - (np.sign(cooler) * square * cooler**2 + slope * cooler) / 100
    return laid_out * _bent(chiller, np.interp(np.asarray(load, dtype=float), *_AIR) - _fahrenheit(air))


def drive_factor(chiller: ProcessChiller, load: npt.ArrayLike) -> Floats:
    """Power once a centrifugal compressor has a drive of variable speed, over that before; 1 for other kinds."""
    at = np.asarray(load, dtype=float)
    return np.interp(at, BINS, _DRIVE) if chiller.kind == "centrifugal" else np.ones(at.shape)


def refrigerant_factor(before: str, after: str) -> float:
    """Power with another refrigerant over that with the one before.

    Raises
    ------
    KeyError
        If one is not of `REFRIGERANTS`.
    """
    return REFRIGERANTS[after] / REFRIGERANTS[before]


def pump_factor(load: npt.ArrayLike) -> Floats:
    """Power of a pump whose speed follows the chiller's load, over that at constant speed; 0 at no load."""
    at = np.asarray(load, dtype=float)
    return np.where(at > 0, np.interp(at, *_PUMP), 0.0)


def free_cooling(
    wet_bulb: npt.ArrayLike, *, supply: npt.ArrayLike, exchanger: npt.ArrayLike, tower: npt.ArrayLike = 10.0 / 1.8
) -> Bools:
    """Whether the tower alone makes the chilled water: wet bulb and both approaches within its temperature.

    Parameters
    ----------
    wet_bulb : float or array
        [degC]
    supply : float or array
        Of chilled water. [degC]
    exchanger, tower : float or array
        Approaches of the heat exchanger and of the tower. [K]
    """
    needed = np.asarray(supply, dtype=float) - np.asarray(exchanger, dtype=float) - np.asarray(tower, dtype=float)
    return np.asarray(wet_bulb, dtype=float) <= needed


def efficiency(
    chiller: ProcessChiller, load: npt.ArrayLike, *, supply: npt.ArrayLike, factors: npt.ArrayLike = 1.0
) -> Floats:
    """Electricity over cold of every hour.

    Parameters
    ----------
    chiller : ProcessChiller
    load : (t,) array
        Over capacity. [1]
    supply : float or (t,) array
        Chilled water. [degC]
    factors : float or (t,) array
        Product of `condenser_factor` or `air_factor` and of measures. [1]

    Returns
    -------
    (t,) array
        [kW kW-1]
    """
    at = np.asarray(load, dtype=float)
    rated = chiller.ratio * rating_factor(chiller, at) * over_steps(chilled_water_factor(chiller, supply), at.size)
    return rated * np.asarray(factors, dtype=float)


def _bent(chiller: ProcessChiller, colder: Floats) -> Floats:
    """Power with heat rejected at a temperature that is colder than the rating's, in degF."""
    square, slope = _BENT[chiller.kind]
    return 1 + (np.sign(colder) * square * colder**2 - slope * colder) / 100


def _fahrenheit(celsius: npt.ArrayLike) -> Floats:
    return 1.8 * np.asarray(celsius, dtype=float) + 32.0
