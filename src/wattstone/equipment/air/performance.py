"""What a compressor does at a flow: power, its inverse, capacity, and heat.

`flow` 0 means on and unloaded; a machine that is off draws 0 kW, which is the caller's to say.
"""

import numpy.typing as npt

from wattstone.equipment.air.compressor import Compressor
from wattstone.equipment.air.inlet import Inlet
from wattstone.equipment.arrays import Floats

__all__ = ["capacity", "flow_at", "full_power", "heat", "power"]


def capacity(compressor: Compressor, *, pressure: npt.ArrayLike | None = None, inlet: Inlet | None = None) -> Floats:
    """Free air that the machine can deliver at a discharge pressure. [m3 min-1]"""
    raise NotImplementedError


def full_power(compressor: Compressor, *, pressure: npt.ArrayLike | None = None, inlet: Inlet | None = None) -> Floats:
    """Electric power at capacity. [kW]"""
    raise NotImplementedError


def power(
    compressor: Compressor,
    flow: npt.ArrayLike,
    *,
    pressure: npt.ArrayLike | None = None,
    storage: npt.ArrayLike | None = None,
    inlet: Inlet | None = None,
) -> Floats:
    """Mean electric power at a mean flow; NaN above capacity. [kW]"""
    raise NotImplementedError


def flow_at(
    compressor: Compressor,
    power: npt.ArrayLike,
    *,
    pressure: npt.ArrayLike | None = None,
    storage: npt.ArrayLike | None = None,
    inlet: Inlet | None = None,
) -> Floats:
    """Flow at a mean electric power: the inverse of `power`. [m3 min-1]"""
    raise NotImplementedError


def heat(compressor: Compressor, power: npt.ArrayLike) -> Floats:
    """Heat that can be recovered at a power. [kW]"""
    raise NotImplementedError
