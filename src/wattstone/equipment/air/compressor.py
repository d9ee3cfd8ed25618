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
        Highest discharge pressure at full flow: the cut-out of a band; where a throttle begins to close. [bar(g)]
    most_power : float or None
        Power at full flow at `most_pressure`; None follows `pressure_factor`. [kW]
    idle_power : float or None
        Power unloaded and blown down, turning. [kW]
    throttled_power : float or None
        Power with the inlet shut before the sump is blown down, as a share of that at full flow: what the line of
        throttling or displacement meets at no flow.
    unload_at : float or None
        Share of `flow` below which a throttled machine unloads.
    unload_pressure : float or None
        Discharge pressure at which a throttled machine unloads. [bar(g)]
    least_flow : float or None
        Least share of `flow` at which it is controlled continuously: turndown of a speed, surge of a centrifugal.
    least_power : float or None
        Power at `least_flow`, or at `unload_at` of a throttled machine. [kW]
    middle_flow : float or None
        Share of `flow` of a point between: for the quadratic of a speed, or a knee of a centrifugal's line.
    middle_power : float or None
        Power at `middle_flow`. [kW]
    band : float or None
        Between an open and a closed throttle. [bar]
    blowdown : float or None
        Time in which the sump blows down when it unloads. [s]
    reload : float or None
        Time in which an empty sump is filled when it loads. [s]
    sump_pressure : float
        Pressure of the sump when blown down; 15 psi in the sample machine of AIRMaster+. [bar(g)]
    heat_share : float or None
        Share of the power that can be recovered as heat.
    points : tuple of (float, float)
        A measured curve instead of the model: share of `flow`, share of `power`, both rising; from no flow to full.
    pressures : tuple of (float, float)
        Capacity by discharge pressure of a centrifugal: (pressure [bar(g)], flow [m3 min-1]); one to three points.
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
    throttled_power: float | None = None
    unload_at: float | None = None
    unload_pressure: float | None = None
    least_flow: float | None = None
    least_power: float | None = None
    middle_flow: float | None = None
    middle_power: float | None = None
    band: float | None = None
    blowdown: float | None = None
    reload: float | None = None
    sump_pressure: float = 1.0342
    heat_share: float | None = None
    points: Points = ()
    pressures: Points = ()

    @property
    def injected(self) -> bool:
        """Whether oil is injected, so that there is a sump to blow down."""
        return self.kind in {"screw", "vane"} and not self.oil_free
