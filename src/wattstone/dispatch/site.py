"""What there is at a site, as the planner and the guards need it: devices, connection, weights.

Names and limits alone: no prices, no forecasts, no optimiser. A site is declared in a file that `dispatch.site_file`
reads. Power in kW is the mean over an interval; import and charge are positive.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

__all__ = [
    "Battery",
    "Buffer",
    "Building",
    "Charger",
    "Device",
    "Dimmable",
    "Grid",
    "Load",
    "Meter",
    "Netting",
    "Pv",
    "Shiftable",
    "Site",
    "Weights",
]

INFINITE = math.inf


@dataclass(frozen=True, kw_only=True)
class Pv:
    """A photovoltaic system behind one inverter.

    Parameters
    ----------
    id : str
        Its name at the site.
    capacity : float
        Most it can feed, at the inverter's AC side. [kW]
    curtailable : bool
        Whether it can be told to feed less than the sun allows.
    """

    id: str
    capacity: float
    curtailable: bool = True


@dataclass(frozen=True, kw_only=True)
class Battery:
    """A battery with its inverter; powers are at the AC side.

    Parameters
    ----------
    id : str
        Its name at the site.
    capacity : float
        Energy between empty and full. [kWh]
    charge, discharge : float
        Power limits, of cells and inverter whichever is less. [kW]
    charge_efficiency, discharge_efficiency : float
        One way, from AC to the cells and back.
    loss : float
        Share of the stored energy lost in an hour. [h-1]
    least, most : float
        Share of the capacity that is never gone below or above.
    reserve : float
        Share of the capacity kept for an outage; it holds in plans, and is given up in an outage alone.
    wear : float
        What a kWh through the inverter costs in life, charged and discharged alike. [currency kWh-1]
    ramp : float
        Most change of the set-point in a minute. [kW min-1]
    follows : bool
        Whether its inverter follows the site's meter within the step, as `dispatch.follow` says; else it does the power
        that it is told.
    """

    id: str
    capacity: float
    charge: float
    discharge: float
    charge_efficiency: float = 0.95
    discharge_efficiency: float = 0.95
    loss: float = 0.0
    least: float = 0.0
    most: float = 1.0
    reserve: float = 0.0
    wear: float = 0.0
    ramp: float = INFINITE
    follows: bool = True

    @property
    def floor(self) -> float:
        """Energy that plans keep: of `least` and `reserve` the larger. [kWh]"""
        return max(self.least, self.reserve) * self.capacity


@dataclass(frozen=True, kw_only=True)
class Load:
    """What all devices have that draw power and can be told how much.

    Parameters
    ----------
    id : str
        Its name at the site.
    power : float
        Most it draws. [kW]
    minimum : float
        Below this it is off. [kW]
    ramp : float
        Most change of the set-point in a minute. [kW min-1]
    """

    id: str
    power: float
    minimum: float = 0.0
    ramp: float = INFINITE


@dataclass(frozen=True, kw_only=True)
class Charger(Load):
    """A charging point for vehicles; sessions come with the outlook.

    Parameters
    ----------
    efficiency : float
        Energy in the vehicle for each kWh drawn.
    id, power, minimum, ramp : str, float, float, float
        As of every `Load`. Below 6 A, 1.38 kW at 230 V, a vehicle does not charge at all [1]_.

    References
    ----------
    .. [1] IEC 61851-1:2017, Annex A: a current of 6 A is the least that the pilot signal can tell.
    """

    efficiency: float = 0.9


@dataclass(frozen=True, kw_only=True)
class Shiftable(Load):
    """A load that has some energy to use between two clock times of each day, when does not matter.

    Parameters
    ----------
    energy : float
        What it has to have drawn by the end of the day's window. [kWh]
    hours : (int, int)
        From and up to, on the local clock; a window may pass midnight. [min]
    id, power, minimum, ramp : str, float, float, float
        As of every `Load`.
    """

    energy: float
    hours: tuple[int, int] = (0, 1440)


@dataclass(frozen=True, kw_only=True)
class Dimmable(Load):
    """Lighting, or any load whose power follows its level at once.

    Parameters
    ----------
    illuminance : float
        At full level, at the floor; 0 where it is not known. [lx]
    required : float
        Illuminance that is never gone below while it is needed. [lx]
    comfort : float
        What a kWh less than wanted costs. [currency kWh-1]
    id, power, minimum, ramp : str, float, float, float
        As of every `Load`; power is that at full level, ramp slow enough that nobody notices.
    """

    illuminance: float = 0.0
    required: float = 0.0
    comfort: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Buffer(Load):
    """A load with a state that rides through: pump and tank, garage fan and air, cooling and room.

    The state moves by x[t+1] = retain x[t] + gain u[t] + drift[t], with u the energy of the interval in kWh. The three
    are for the planner's own step; `equipment` gives them from the physics.

    Parameters
    ----------
    kind : {'tank', 'fan', 'zone'}
        What it is; decides units and the fallback.
    retain : float
        Share of the state left after a step.
    gain : float
        Change of the state by a kWh drawn: [m3 kWh-1], [ppm kWh-1] or [K kWh-1]; below 0 for a fan and for cooling.
    low, high : float
        Band in which nobody minds. [m3, ppm or degC]
    lowest, highest : float
        Limits that are never passed.
    comfort : float
        What an hour outside the band costs for each unit of the state. [currency unit-1 h-1]
    on_minutes, off_minutes : float
        Least time on and off. [min]
    id, power, minimum, ramp : str, float, float, float
        As of every `Load`.
    """

    kind: Literal["tank", "fan", "zone"]
    retain: float
    gain: float
    low: float
    high: float
    lowest: float = -INFINITE
    highest: float = INFINITE
    comfort: float = 1.0
    on_minutes: float = 0.0
    off_minutes: float = 0.0


Device = Pv | Battery | Charger | Shiftable | Dimmable | Buffer


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The connection.

    Parameters
    ----------
    import_limit, export_limit : float
        Limits of the mean power of an interval; infinite where there is none. [kW]
    demand_charge : float
        For each kW of the month's highest mean power of an interval. [currency kW-1]
    """

    import_limit: float = INFINITE
    export_limit: float = INFINITE
    demand_charge: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Building:
    """A part of the site behind a meter of its own: a home, a block, a tenant.

    Parameters
    ----------
    id : str
        Its name at the site.
    devices : frozenset of str
        Ids of the devices behind its meter.
    import_limit, export_limit : float
        Limits of the mean power of an interval at its meter. [kW]
    """

    id: str
    devices: frozenset[str] = frozenset()
    import_limit: float = INFINITE
    export_limit: float = INFINITE


Meter = Literal["site", "building"]


@dataclass(frozen=True, kw_only=True)
class Netting:
    """At which meter import and export are told apart: what one building feeds in, another may draw, or not.

    Parameters
    ----------
    energy : {'site', 'building'}
        Where import is paid for and export earned: at the connection that all share, or by each building alone.
    carbon : {'site', 'building'}
        Where import emits.
    """

    energy: Meter = "site"
    carbon: Meter = "site"


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What counts how much in the objective.

    Parameters
    ----------
    energy, demand, wear, comfort : float
        Factors on the four costs; 1 as they are.
    carbon : float
        Price of emissions of imported electricity. [currency kg-1]
    ramping : float
        Price of a change of the net power from an interval to the next. [currency kW-1]
    delay : float
        Price of charging or running later than possible, so that equal prices are used early. [currency kWh-1 h-1]
    ties : float
        Decides between schedules of equal cost: what an hour's delay of a kWh counts in a battery (`Outlook.ties`)
        [currency kWh-1 h-1], and what a kWh of sun is worth that is fed rather than curtailed [currency kWh-1].
    """

    energy: float = 1.0
    carbon: float = 0.0
    demand: float = 1.0
    ramping: float = 0.0
    wear: float = 1.0
    comfort: float = 1.0
    delay: float = 0.0
    ties: float = 5e-6


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site: what a planner may move, and within what.

    Parameters
    ----------
    id : str
        Its name.
    zone : str
        IANA zone of its clock.
    currency : str
        ISO 4217.
    grid : Grid
        The connection.
    weights : Weights
        Of the objective.
    carbon_cap : float
        Most that one horizon's import may emit; infinite where there is none. [kg]
    charging_limit : float
        Most that all chargers together may draw. [kW]
    pv, batteries, chargers, shiftables, dimmables, buffers : tuples
        The devices; ids differ.
    buildings : tuple of Building
        Parts with meters of their own; what is in none of them is common to all.
    netting : Netting
        At which meter cost and emissions count.
    """

    id: str
    zone: str = "UTC"
    currency: str = "EUR"
    grid: Grid = field(default_factory=Grid)
    weights: Weights = field(default_factory=Weights)
    carbon_cap: float = INFINITE
    charging_limit: float = INFINITE
    pv: tuple[Pv, ...] = ()
    batteries: tuple[Battery, ...] = ()
    chargers: tuple[Charger, ...] = ()
    shiftables: tuple[Shiftable, ...] = ()
    dimmables: tuple[Dimmable, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    buildings: tuple[Building, ...] = ()
    netting: Netting = field(default_factory=Netting)

    @cached_property
    def accounts(self) -> tuple[Building, ...]:
        """The buildings, and last what is common to all; none where the meter of the connection alone counts."""
        by_building = "building" in (self.netting.energy, self.netting.carbon)
        limited = any(min(one.import_limit, one.export_limit) < INFINITE for one in self.buildings)
        if not self.buildings or not (by_building or limited):
            return ()
        placed = frozenset[str]().union(*(one.devices for one in self.buildings))
        common = frozenset(one.id for one in self.devices) - placed
        return (*self.buildings, Building(id="", devices=common))

    @property
    def devices(self) -> tuple[Device, ...]:
        """All devices in the order of their kinds."""
        return (*self.pv, *self.batteries, *self.chargers, *self.shiftables, *self.dimmables, *self.buffers)

    def task_device(self, name: str) -> Charger | Shiftable | None:
        """The charger or shiftable load of that name."""
        return next((one for one in (*self.chargers, *self.shiftables) if one.id == name), None)
