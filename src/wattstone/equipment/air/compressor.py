"""A compressor: what is known of a machine, and what stands in for what is not.

Flows are of free air as ISO 1217 names it (`free_air.ISO_1217`), powers are of the package, electric. A pressure is
gauge [bar(g)]; where it is absolute the name says so. What a machine does at a flow is in `performance`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

__all__ = ["Compressor", "Control", "Cooling", "Kind", "Points"]

Kind = Literal["screw", "reciprocating", "vane", "centrifugal"]
Cooling = Literal["air", "water"]
Points = tuple[tuple[float, float], ...]


class Control(StrEnum):
    """How a machine follows the use of air."""

    LOAD_UNLOAD = "load_unload"
    MODULATION = "modulation"
    MODULATION_UNLOAD = "modulation_unload"
    VARIABLE_DISPLACEMENT = "variable_displacement"
    VARIABLE_SPEED = "variable_speed"
    START_STOP = "start_stop"
    BLOW_OFF = "blow_off"
    INLET_VALVE = "inlet_valve"
    GUIDE_VANES = "guide_vanes"


@dataclass(frozen=True, kw_only=True)
class Compressor:
    """Parameters of a compressor.

    What is None takes a default of its kind and control (`defaults`), each with its source.

    Parameters
    ----------
    name : str
    control : Control
        How it follows the use of air.
    flow : float
        Free air that it delivers at full load at `pressure`. [m3 min-1]
    power : float
        Electric power of the package at full load at `pressure`. [kW]
    pressure : float
        Discharge pressure of the rating; the cut-in of a machine with a band. [bar(g)]
    kind : {'screw', 'reciprocating', 'vane', 'centrifugal'}
    oil_free : bool
        Whether no oil is injected.
    stages : int
        Stages of compression.
    cooling : {'air', 'water'}
    most_pressure : float or None
        Highest discharge pressure: the cut-out of a band. [bar(g)]
    most_power : float or None
        Power at full flow at `most_pressure`; None follows `pressure_ratio`. [kW]
    idle_power : float or None
        Power unloaded and blown down, turning. [kW]
    idle_flow : float
        Free air that is still delivered when unloaded, as a share of `flow`.
    throttled_power : float or None
        Power that the line of throttling or displacement would meet at no flow, as a share of `power`.
    unload_at : float or None
        Share of `flow` below which it unloads, or a centrifugal machine blows off.
    least_flow : float or None
        Least share of `flow` at which it is controlled continuously: turndown of a speed, surge of a centrifugal.
    least_power : float or None
        Power at `least_flow`. [kW]
    middle_flow : float or None
        Share of `flow` of a point between, for the quadratic of a speed.
    middle_power : float or None
        Power at `middle_flow`. [kW]
    band : float or None
        Band of modulation, in which a throttle goes from open to where it unloads or to closed. [bar]
    blowdown : float or None
        Time in which the sump's pressure falls when it unloads. [s]
    reload : float or None
        Time in which it gets from unloaded to full load. [s]
    sump_pressure : float
        Pressure of the sump when unloaded. [bar(g)]
    heat_share : float or None
        Share of the power that can be recovered as heat.
    points : tuple of (float, float)
        A measured curve instead of the model: share of `flow`, share of `power`; rising.
    pressures : tuple of (float, float)
        Capacity at a discharge pressure: (pressure [bar(g)], flow [m3 min-1]); one, two or three points.
    """

    name: str
    control: Control
    flow: float
    power: float
    pressure: float
    kind: Kind = "screw"
    oil_free: bool = False
    stages: int = 1
    cooling: Cooling = "air"
    most_pressure: float | None = None
    most_power: float | None = None
    idle_power: float | None = None
    idle_flow: float = 0.0
    throttled_power: float | None = None
    unload_at: float | None = None
    least_flow: float | None = None
    least_power: float | None = None
    middle_flow: float | None = None
    middle_power: float | None = None
    band: float | None = None
    blowdown: float | None = None
    reload: float | None = None
    sump_pressure: float = 1.0
    heat_share: float | None = None
    points: Points = ()
    pressures: Points = ()
