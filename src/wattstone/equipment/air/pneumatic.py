"""Pneumatic cylinders and valves: the free air that they take or pass."""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.limits import ATMOSPHERE
from wattstone.equipment.air.pipe import area
from wattstone.equipment.air.receiver import FREE
from wattstone.equipment.arrays import Floats

__all__ = ["CRITICAL", "PER_CV", "compression_ratio", "cylinder_air", "displacement", "flow_coefficient", "valve_flow"]

# Ratio of outlet to inlet, absolute, at and below which air (k = 1.4) goes no faster: (2 / (k + 1))^(k / (k - 1)).
CRITICAL = (2 / 2.4) ** 3.5

# Free air [m3 min-1] at 20 degC that a valve of Cv = 1 passes per bar of sqrt(p1^2 - p2^2). Cv is the flow of water in
# US gal/min at 1 psi (IEC 60534-1); the same opening passes m = C_d A sqrt((p1^2 - p2^2) / (R T)) of air by Bernoulli
# with the mean density, C_d A = 6.30902e-5 m3/s / sqrt(2 x 6894.76 Pa / 999.0 kg/m3).
PER_CV = 6.30902e-5 / np.sqrt(2 * 6894.757 / 999.0) * np.sqrt(287.05 * 293.15) * 60.0


def displacement(
    bore: npt.ArrayLike, stroke: npt.ArrayLike, cycles: npt.ArrayLike, *, rod: npt.ArrayLike | None = None
) -> Floats:
    """Volume that a piston sweeps with air.

    Parameters
    ----------
    bore : float or array
        Inner diameter of the cylinder. [m]
    stroke : float or array
        [m]
    cycles : float or array
        There and back. [min-1]
    rod : float or array or None
        Diameter of the rod of a double-acting cylinder, which air pushes both ways; None for a single-acting one. [m]

    Returns
    -------
    array
        At the pressure of the cylinder. [m3 min-1]
    """
    face = area(bore)
    swept = face if rod is None else 2 * face - area(rod)
    return swept * np.asarray(stroke, dtype=float) * np.asarray(cycles, dtype=float)


def compression_ratio(
    pressure: npt.ArrayLike, *, free: npt.ArrayLike = FREE, atmosphere: npt.ArrayLike = ATMOSPHERE
) -> Floats:
    """Volumes of free air in a volume at a pressure [bar(g)]."""
    return (np.asarray(pressure, dtype=float) + np.asarray(atmosphere, dtype=float)) / np.asarray(free, dtype=float)


def cylinder_air(
    swept: npt.ArrayLike,
    pressure: npt.ArrayLike,
    *,
    free: npt.ArrayLike = FREE,
    atmosphere: npt.ArrayLike = ATMOSPHERE,
) -> Floats:
    """Free air that a cylinder takes. [m3 min-1]

    Parameters
    ----------
    swept : float or array
        `displacement`. [m3 min-1]
    pressure : float or array
        In the cylinder. [bar(g)]
    free, atmosphere : float or array
        [bar(a)]
    """
    return np.asarray(swept, dtype=float) * compression_ratio(pressure, free=free, atmosphere=atmosphere)


def valve_flow(
    inlet: npt.ArrayLike, outlet: npt.ArrayLike, *, coefficient: npt.ArrayLike = 1.0, per_cv: float = PER_CV
) -> Floats:
    """Free air through a valve, Q = per_cv Cv sqrt(p_1^2 - p_2^2), which grows no more beyond the critical ratio.

    Parameters
    ----------
    inlet, outlet : float or array
        Absolute. [bar(a)]
    coefficient : float or array
        Cv of the valve.
    per_cv : float
        What Cv = 1 passes; the default is `PER_CV`, makers state their own. [m3 min-1 bar-1]

    Returns
    -------
    array
        0 where the outlet is not below the inlet. [m3 min-1]
    """
    before = np.asarray(inlet, dtype=float)
    after = np.maximum(np.asarray(outlet, dtype=float), CRITICAL * before)
    return per_cv * np.asarray(coefficient, dtype=float) * np.sqrt(np.maximum(before**2 - after**2, 0.0))


def flow_coefficient(
    flow: npt.ArrayLike, inlet: npt.ArrayLike, outlet: npt.ArrayLike, *, per_cv: float = PER_CV
) -> Floats:
    """Cv that a valve needs to pass a flow: the inverse of `valve_flow`.

    Parameters
    ----------
    flow : float or array
        Free air. [m3 min-1]
    inlet, outlet : float or array
        Absolute. [bar(a)]
    per_cv : float
        As in `valve_flow`. [m3 min-1 bar-1]

    Returns
    -------
    array
        NaN where nothing drives a flow.
    """
    passes = valve_flow(inlet, outlet, per_cv=per_cv)
    return np.asarray(flow, dtype=float) / np.where(passes > 0, passes, np.nan)
