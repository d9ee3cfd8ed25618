"""Modifications of a compressed-air station, each a pure function of station and use.

Every modification has a `size`, of which 0 changes nothing at all, so that it saves exactly nothing. A size below 0
goes the other way (a higher pressure, a warmer intake) and is told as the loss that it is. Modifications are applied
in the order of `RANKS`, whatever the order in which they are given.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air import AirUse, Compressor, Control, Inlet, Station

Floats = npt.NDArray[np.float64]

__all__ = [
    "RANKS",
    "DryerControl",
    "HeatRecovery",
    "IntakeCooling",
    "IntakeResistance",
    "LeakRepair",
    "MachineReplacement",
    "Modification",
    "PressureReduction",
    "Sequencing",
    "Shutdown",
    "StorageAdded",
    "VariableSpeedTrim",
    "combined",
    "in_order",
]

ATMOSPHERE = 1.0
"""Absolute pressure at which free air is counted (ISO 1217). [bar(a)]"""

RANKS = (
    "shutdown",
    "leaks",
    "pressure",
    "replacement",
    "trim",
    "storage",
    "intake",
    "filter",
    "dryer",
    "sequencing",
    "heat",
)
"""Order in which kinds are applied; within a kind by name, rules of sequencing from cascade to optimal."""


class Modification(Protocol):
    """What can be done to a station."""

    @property
    def name(self) -> str:
        """As reports call it."""
        ...

    @property
    def kind(self) -> str:
        """One of `RANKS`."""
        ...

    @property
    def size(self) -> float:
        """How much of it, in `unit`; 0 does nothing."""
        ...

    @property
    def unit(self) -> str:
        """Of the size."""
        ...

    @property
    def investment(self) -> float:
        """What it costs once. [currency]"""
        ...

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station and its use afterwards."""
        ...


def in_order(modifications: Iterable[Modification]) -> tuple[Modification, ...]:
    """Modifications in the order in which they are applied."""
    return tuple(sorted(modifications, key=lambda one: (RANKS.index(one.kind), _rule(one), one.name, one.size)))


def _rule(one: Modification) -> int:
    """Of two rules of sequencing, the better one comes last and holds."""
    return ("cascade", "target", "optimal").index(one.sequencer) if isinstance(one, Sequencing) else 0


def combined(station: Station, use: AirUse, modifications: Iterable[Modification]) -> tuple[Station, AirUse]:
    """A station and its use after some modifications, in whatever order they are given."""
    for one in in_order(modifications):
        station, use = one.apply(station, use)
    return station, use


@dataclass(frozen=True, kw_only=True)
class PressureReduction:
    """The header's set-points are lowered.

    Leaks, and the part of the use that is not regulated (`Station.artificial`), follow the absolute pressure.

    Parameters
    ----------
    size : float
        Below 0 for a pressure that is raised. [bar]
    investment : float
        [currency]
    name : str
    """

    size: float
    investment: float = 0.0
    name: str = "Lower pressure"
    kind: str = field(default="pressure", init=False)
    unit: str = field(default="bar", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station at its new pressure, and the use as it is there."""
        if self.size == 0:
            return station, use
        pressure = station.pressure - self.size
        ratio = (pressure + ATMOSPHERE) / (station.pressure + ATMOSPHERE)
        leaks = np.minimum(station.leaks, use.flow)
        left = 1.0 - station.artificial + station.artificial * ratio
        asked = (use.flow - leaks) * left
        needed = station.pressure if station.least_pressure is None else station.least_pressure
        changed = replace(
            station,
            pressure=pressure,
            leaks=station.leaks * ratio,
            # of what is left, less is artificial: the share is always of the use at the station's own pressure
            artificial=station.artificial * ratio / left,
            least_pressure=needed,
        )
        return changed, replace(use, flow=asked + leaks * ratio)


@dataclass(frozen=True, kw_only=True)
class LeakRepair:
    """A share of the leaks is mended.

    Parameters
    ----------
    size : float
        Share of the leaks that is gone afterwards, and stays gone. [1]
    investment : float
        [currency]
    name : str
    """

    size: float
    investment: float = 0.0
    name: str = "Mend leaks"
    kind: str = field(default="leaks", init=False)
    unit: str = field(default="share", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station with fewer leaks, and the flow without them."""
        if self.size == 0:
            return station, use
        leaks = np.minimum(station.leaks, use.flow)
        changed = replace(station, leaks=station.leaks * (1.0 - self.size))
        return changed, replace(use, flow=use.flow - self.size * leaks)


@dataclass(frozen=True, kw_only=True)
class StorageAdded:
    """Receivers are added.

    Parameters
    ----------
    size : float
        [m3]
    investment : float
        [currency]
    name : str
    """

    size: float
    investment: float = 0.0
    name: str = "Add storage"
    kind: str = field(default="storage", init=False)
    unit: str = field(default="m3", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station with its receivers."""
        return (replace(station, storage=station.storage + self.size) if self.size else station), use


@dataclass(frozen=True, kw_only=True)
class VariableSpeedTrim:
    """A machine of variable speed takes the trim, in place of another or besides all.

    It comes last in the order of the station, and one target is kept, so that it runs between the steps of the others.

    Parameters
    ----------
    machine : Compressor
        Of variable speed.
    replaces : str or None
        Name of the machine that goes; None adds it.
    size : float
        1, or 0 for nothing.
    investment : float
        [currency]
    name : str
    """

    machine: Compressor
    replaces: str | None = None
    size: float = 1.0
    investment: float = 0.0
    name: str = "Trim by variable speed"
    kind: str = field(default="trim", init=False)
    unit: str = field(default="machines", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station with the machine at the end of its list."""
        if self.size == 0:
            return station, use
        kept = tuple(one for one in station.compressors if one.name != self.replaces)
        sequencer = "target" if station.sequencer == "cascade" else station.sequencer
        return replace(station, compressors=(*kept, self.machine), sequencer=sequencer), use


@dataclass(frozen=True, kw_only=True)
class MachineReplacement:
    """A machine is replaced by another, in the same place of the order.

    Parameters
    ----------
    machine : Compressor
        The new one.
    replaces : str
        Name of the old one.
    size : float
        1, or 0 for nothing.
    investment : float
        [currency]
    name : str
    """

    machine: Compressor
    replaces: str
    size: float = 1.0
    investment: float = 0.0
    name: str = "Replace a machine"
    kind: str = field(default="replacement", init=False)
    unit: str = field(default="machines", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station with the new machine."""
        if self.size == 0:
            return station, use
        machines = tuple(self.machine if one.name == self.replaces else one for one in station.compressors)
        return replace(station, compressors=machines), use


@dataclass(frozen=True, kw_only=True)
class Sequencing:
    """Another rule decides which machines run.

    Parameters
    ----------
    sequencer : {'cascade', 'target', 'optimal'}
        Machines one below the other in pressure, all at one target, or the best set for every flow.
    band : float or None
        Band that is kept afterwards; None keeps the station's. [bar]
    size : float
        1, or 0 for nothing.
    investment : float
        [currency]
    name : str
    """

    sequencer: Literal["cascade", "target", "optimal"] = "optimal"
    band: float | None = None
    size: float = 1.0
    investment: float = 0.0
    name: str = "Sequence machines"
    kind: str = field(default="sequencing", init=False)
    unit: str = field(default="rule", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station under its new rule."""
        if self.size == 0:
            return station, use
        return replace(station, sequencer=self.sequencer, band=station.band if self.band is None else self.band), use


@dataclass(frozen=True, kw_only=True)
class IntakeCooling:
    """Cooler air is breathed, as from outside or from the shady side.

    Parameters
    ----------
    size : float
        By how much the intake is cooler. [K]
    investment : float
        [currency]
    name : str
    """

    size: float
    investment: float = 0.0
    name: str = "Cooler intake"
    kind: str = field(default="intake", init=False)
    unit: str = field(default="K", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station with a cooler intake."""
        if self.size == 0:
            return station, use
        return _breathing(station, replace(station.inlet, temperature=station.inlet.temperature - self.size)), use


@dataclass(frozen=True, kw_only=True)
class IntakeResistance:
    """Filters and ducts of the intake take less pressure.

    Parameters
    ----------
    size : float
        Pressure that is lost no more. [bar]
    investment : float
        [currency]
    name : str
    """

    size: float
    investment: float = 0.0
    name: str = "Less drop at the intake"
    kind: str = field(default="filter", init=False)
    unit: str = field(default="bar", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station with an easier intake."""
        if self.size == 0:
            return station, use
        return _breathing(station, replace(station.inlet, pressure=station.inlet.pressure + self.size)), use


@dataclass(frozen=True, kw_only=True)
class DryerControl:
    """The dryer follows the flow: a refrigerated one cycles, a desiccant one regenerates by its dew point.

    Parameters
    ----------
    size : float
        1, or 0 for nothing.
    investment : float
        [currency]
    name : str
    """

    size: float = 1.0
    investment: float = 0.0
    name: str = "Control the dryer"
    kind: str = field(default="dryer", init=False)
    unit: str = field(default="control", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station with its dryer controlled."""
        if self.size == 0 or station.dryer is None:
            return station, use
        if station.dryer.kind == "refrigerated":
            return replace(station, dryer=replace(station.dryer, kind="refrigerated_cycling")), use
        return replace(station, dryer=replace(station.dryer, by_dew_point=True)), use


@dataclass(frozen=True, kw_only=True, eq=False)
class HeatRecovery:
    """Heat of the machines serves the site, where a boiler burnt fuel before. It changes no air.

    Parameters
    ----------
    size : float
        Share of the recoverable heat that is caught. [1]
    boiler_efficiency : float
        Of the boiler that it stands in for, on the basis on which the fuel is priced. [1]
    need : float or (t,) array
        Heat that the site can take; what is above it is lost. [kW]
    investment : float
        [currency]
    name : str
    """

    size: float
    boiler_efficiency: float = 0.9
    need: float | Floats = np.inf
    investment: float = 0.0
    name: str = "Recover heat"
    kind: str = field(default="heat", init=False)
    unit: str = field(default="share", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """Station and use as they are: heat is accounted for beside them."""
        return station, use


@dataclass(frozen=True, kw_only=True, eq=False)
class Shutdown:
    """The station is shut down, or the network shut off, in some intervals.

    Parameters
    ----------
    when : (t,) array of bool
        Intervals of the use in which it is shut down: breaks, nights, weekends.
    size : float
        Share of the flow, leaks included, that ends with it: 1 for all. [1]
    investment : float
        [currency]
    name : str
    """

    when: npt.NDArray[np.bool_]
    size: float = 1.0
    investment: float = 0.0
    name: str = "Shut down in breaks"
    kind: str = field(default="shutdown", init=False)
    unit: str = field(default="share", init=False)

    def apply(self, station: Station, use: AirUse) -> tuple[Station, AirUse]:
        """The station, and the use without the flow of those intervals."""
        if self.size == 0:
            return station, use
        return station, replace(use, flow=np.where(self.when, use.flow * (1.0 - self.size), use.flow))


def variable_speed(machine: Compressor) -> bool:
    """Whether a machine follows the flow by its speed."""
    return machine.control is Control.VARIABLE_SPEED


def _breathing(station: Station, inlet: Inlet) -> Station:
    return replace(station, inlet=inlet)
