"""Heat and mass transfer in a cooling tower by Merkel: effectiveness and number of transfer units.

Air is taken as a fluid whose temperature is its wet bulb and whose heat capacity is that of saturated air between
wet-bulb temperatures, so that the tower is a heat exchanger in counterflow.

References
----------
F. Merkel, "Verdunstungskühlung," VDI-Forschungsheft 275, 1925; EnergyPlus 8.9 Engineering Reference, "Variable speed
Merkel cooling tower", with the adjustments of UA by Scheier; Modelica Buildings Library,
Fluid.HeatExchangers.CoolingTowers.Data.UAMerkel, for their default coefficients.
"""

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats
from wattstone.equipment.psychrometrics import DRY_AIR_HEAT

__all__ = ["conductance_share", "effectiveness", "equivalent_conductance", "transfer_units"]

# Scheier's adjustments in the Modelica Buildings Library: of air flow, water flow, and design minus actual wet bulb
_AIR = (0.0, 1.3, -0.3)
_WATER = (0.1082, 1.667, -0.7713)
_WET_BULB = (1.0, 0.0081)
# and the ranges they hold in; beyond, they are held at the limit
_WATER_RANGE, _WET_BULB_RANGE = (0.3, 1.0), (-10.0, 25.0)


def effectiveness(units: npt.ArrayLike, ratio: npt.ArrayLike) -> Floats:
    """Effectiveness of an exchanger in counterflow.

    Parameters
    ----------
    units : float or array
        Number of transfer units, UA over the smaller heat capacity flow. [1]
    ratio : float or array
        Smaller over larger heat capacity flow. [1]

    Returns
    -------
    array
        Heat over the most that could flow. [1]

    Examples
    --------
    >>> effectiveness([1.0, 2.0], [1.0, 0.0]).round(4)
    array([0.5   , 0.8647])
    """
    n, z = np.asarray(units, dtype=float), np.asarray(ratio, dtype=float)
    even = np.abs(1.0 - z) < 1e-7
    spread = np.exp(-n * (1.0 - np.where(even, 0.5, z)))
    return np.where(even, n / (1.0 + n), (1.0 - spread) / (1.0 - z * spread))


def transfer_units(wanted: float, ratio: float) -> float:
    """Number of transfer units that gives an effectiveness in counterflow: the inverse of `effectiveness`. [1]

    Examples
    --------
    >>> round(transfer_units(float(effectiveness(1.7, 0.6)), 0.6), 9)
    1.7
    """
    if abs(1.0 - ratio) < 1e-7:
        return wanted / (1.0 - wanted)
    return float(np.log((1.0 - ratio * wanted) / (1.0 - wanted)) / (1.0 - ratio))


def conductance_share(air: npt.ArrayLike, water: npt.ArrayLike, wet_bulb_below: npt.ArrayLike) -> Floats:
    """UA over its design value, by Scheier's adjustments.

    Parameters
    ----------
    air, water : float or array
        Flows over their design values. [1]
    wet_bulb_below : float or array
        Design wet bulb minus the actual one. [K]

    Returns
    -------
    array
        1 at design but for rounding of the coefficients; none without air. [1]
    """
    a = np.asarray(air, dtype=float)
    w = np.clip(np.asarray(water, dtype=float), *_WATER_RANGE)
    d = np.clip(np.asarray(wet_bulb_below, dtype=float), *_WET_BULB_RANGE)
    at_water = sum(_WATER)
    return (
        a * (_AIR[1] + _AIR[2] * a) * (_WATER[0] + w * (_WATER[1] + _WATER[2] * w)) / at_water * (1 + _WET_BULB[1] * d)
    )


def equivalent_conductance(conductance: npt.ArrayLike, heat_capacity: npt.ArrayLike) -> Floats:
    """UA of the equivalent fluid: that of the air times the ratio of heat capacities. [kW K-1]"""
    return np.asarray(conductance, dtype=float) * np.asarray(heat_capacity, dtype=float) / DRY_AIR_HEAT
