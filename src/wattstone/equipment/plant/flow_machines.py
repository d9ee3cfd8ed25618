"""Pumps of a plant by the affinity laws: power at the flow that is asked for, with static head and a least speed."""

import numpy as np
import numpy.typing as npt

from wattstone.equipment import pump as single
from wattstone.equipment.arrays import Floats
from wattstone.equipment.plant.chiller_curves import WATER_HEAT
from wattstone.equipment.pump import Pump

__all__ = ["heat_flow", "pump_for", "pump_power"]

_DENSITY, _HOUR = 998.2, 3600.0
# Standard acceleration of gravity: 3rd CGPM, 1901. [m s-2]
_GRAVITY = 9.80665


def heat_flow(flow: npt.ArrayLike) -> Floats:
    """Heat capacity flow of a flow of water in m3/h. [kW K-1]"""
    return np.asarray(flow, dtype=float) * _DENSITY / _HOUR * WATER_HEAT


def pump_for(
    *,
    heat_flow: float,
    head: float,
    efficiency: float,
    static_head: float = 0.0,
    least_speed: float | None = None,
) -> Pump:
    """A pump from what it has to move: P = rho g V H / efficiency.

    Parameters
    ----------
    heat_flow : float
        Rated heat capacity flow of the water. [kW K-1]
    head : float
        [m]
    efficiency : float
        Of pump, motor and drive. [1]
    static_head : float
        Share of the head that is there without flow. [1]
    least_speed : float, optional
        Share of full speed; None for a pump of constant speed.

    Returns
    -------
    Pump

    Examples
    --------
    >>> round(pump_for(heat_flow=418.4, head=25.0, efficiency=0.7).power, 1)
    35.0
    """
    mass = heat_flow / WATER_HEAT
    return Pump(
        power=mass * _GRAVITY * head / efficiency / 1000.0,
        flow=mass / _DENSITY * _HOUR,
        static_head=static_head,
        least_speed=least_speed,
    )


def pump_power(pump: Pump | None, flow: npt.ArrayLike) -> Floats:
    """Power at a flow above 0: by speed where the pump has a drive, else at full speed with a valve.

    Below the flow of the least speed the rest runs through a bypass, and power stays.

    Parameters
    ----------
    pump : Pump or None
        None draws nothing.
    flow : float or array
        At most the rated flow. [m3 h-1]

    Returns
    -------
    array
        [kW]
    """
    wanted = np.asarray(flow, dtype=float)
    if pump is None:
        return np.zeros(wanted.shape) + 0.0 * wanted
    if pump.least_speed is None:
        return pump.power + 0.0 * wanted
    speed = np.maximum(single.speed_for(pump, wanted), pump.least_speed)
    return single.power(pump, speed)
