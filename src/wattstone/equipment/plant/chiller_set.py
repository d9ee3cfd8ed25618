"""A chiller with its tower, its pumps and its free cooling, run together at the fan speed of least total power."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, outside
from wattstone.equipment.plant import tower as towers
from wattstone.equipment.plant.chiller import Chiller, Machine
from wattstone.equipment.plant.chiller_balance import Parts, SetState, settle
from wattstone.equipment.plant.chiller_search import best_speed, highest_load, lowest_load, speed_at
from wattstone.equipment.plant.flow_machines import pump_for
from wattstone.equipment.plant.free_cooling import Economiser
from wattstone.equipment.plant.sources import Conditions, Flows, Makes, masks
from wattstone.equipment.plant.tower import Tower
from wattstone.equipment.pump import Pump

__all__ = ["ChillerSet", "SetState"]

_ZERO_WHEN_OFF = {"compressor", "chilled_pump", "condenser_pump", "fan", "free", "speed"}


@dataclass(frozen=True, kw_only=True)
class ChillerSet:
    """A water-cooled chiller, its tower cell, its two pumps, and a plate exchanger for free cooling: a `Source`.

    Heat of the chilled-water pump has to be cooled as well, heat of the condenser pump to be rejected; that of the fans
    leaves with the air.

    Parameters
    ----------
    name : str
    machine : Chiller or GordonNg
    tower : Tower
    chilled_pump, condenser_pump : Pump or None
        The chilled water flows as the load asks between supply and return, and the flow of its pump limits the
        capacity. The condenser water always has the rated flow of its pump, or of the machine where there is no pump.
    set_point : float or None
        Water leaving the tower, held as well as the tower can; None finds, for every load and hour, that at which
        compressor and fans together take the least. [degC]
    economiser : Economiser or None
    """

    name: str
    machine: Machine
    tower: Tower
    chilled_pump: Pump | None = None
    condenser_pump: Pump | None = None
    set_point: float | None = None
    economiser: Economiser | None = None

    @classmethod
    def sized(
        cls,
        name: str,
        machine: Machine,
        *,
        fan_share: float,
        chilled_head: float,
        condenser_head: float,
        efficiency: float,
        wet_bulb: float = 25.56,
        approach: float = 3.88,
        chilled_spread: float = 5.0,
        set_point: float | None = None,
        economiser: Economiser | None = None,
    ) -> "ChillerSet":
        """A set whose tower and pumps are sized for the chiller's rated capacity.

        Parameters
        ----------
        name : str
        machine : Chiller or GordonNg
        fan_share : float
            Power of the tower's fans over the heat it rejects. [1]
        chilled_head, condenser_head : float
            Of the pumps at rated flow. [m]
        efficiency : float
            Of pumps with motors and drives. [1]
        wet_bulb, approach : float
            Design of the tower: air, and what the water stays above it. [degC], [K]
        chilled_spread : float
            Return minus supply at rated capacity. [K]
        set_point : float, optional
            [degC]
        economiser : Economiser, optional

        Returns
        -------
        ChillerSet
            The chilled-water pump has a drive that goes down to 0.3 of its speed.
        """
        water = machine.condenser_heat
        heat = 1.2 * machine.rated
        leaving = wet_bulb + approach
        tower = Tower(
            heat=heat,
            fan_power=fan_share * heat,
            wet_bulb=wet_bulb,
            leaving=leaving,
            entering=leaving + heat / water,
        )
        chilled = 1.1 * machine.rated / chilled_spread
        return cls(
            name=name,
            machine=machine,
            tower=tower,
            chilled_pump=pump_for(heat_flow=chilled, head=chilled_head, efficiency=efficiency, least_speed=0.3),
            condenser_pump=pump_for(heat_flow=water, head=condenser_head, efficiency=efficiency),
            set_point=set_point,
            economiser=economiser,
        )

    @property
    def makes(self) -> Makes:
        """Cold."""
        return "cold"

    @cached_property
    def parts(self) -> Parts:
        """What belongs to the set."""
        return Parts(
            machine=self.machine,
            tower=self.tower,
            chilled_pump=self.chilled_pump,
            condenser_pump=self.condenser_pump,
            economiser=self.economiser,
        )

    def capacity(self, at: Conditions) -> Floats:
        """Highest load with the tower at full speed (or at its set-point), by chiller or by free cooling. [kW]"""
        return highest_load(self.parts, at, self.set_point)

    def least(self, at: Conditions) -> Floats:
        """Lowest load while on; 0 where free cooling reaches up to what the chiller starts with. [kW]"""
        return lowest_load(self.parts, at, self.set_point)

    def run(self, load: npt.ArrayLike, at: Conditions) -> Flows:
        """Flows at a load (..., t); the electricity is that of chiller, pumps and fans."""
        wanted = np.asarray(load, dtype=float)
        state = self.operate(wanted, at)
        electricity = state.electricity
        water = towers.make_up(
            self.tower,
            wanted + electricity - state.fan,
            wet_bulb=at.wet_bulb,
            dry_bulb=at.dry_bulb,
            speed=state.speed,
            atmosphere=at.atmosphere,
        )
        off = wanted == 0
        return Flows.of(cold=wanted, electricity=electricity, water=np.where(off, 0.0, water))

    def operate(self, load: npt.ArrayLike, at: Conditions) -> SetState:
        """What every part does at a load (..., t), at the speed of least power or that of the set-point."""
        wanted = np.asarray(load, dtype=float)
        held, off = masks(wanted, self.least(at), self.capacity(at))
        state = self._settled(self.parts, held, at)
        if self.economiser is not None and np.any(state.free > 0):
            # What is not worth the fans' power is not done.
            alone = self._settled(replace(self.parts, economiser=None), held, at)
            better = ~(state.electricity <= alone.electricity) & ~np.isnan(alone.electricity)
            state = _chosen(better, alone, state)
        values: dict[str, Floats] = {
            one.name: np.where(off, 0.0 if one.name in _ZERO_WHEN_OFF else np.nan, getattr(state, one.name))
            for one in fields(state)
        }
        return SetState(**values)

    def _settled(self, parts: Parts, load: Floats, at: Conditions) -> SetState:
        if self.set_point is None:
            speed = best_speed(parts, load, at)
        else:
            speed = speed_at(parts, load, at, self.set_point)
        state = settle(parts, load, at, speed)
        # At the edge of what a chiller can do, a comparison by rough figures may choose a speed that just fails.
        failed = np.isnan(state.compressor) & ~np.isnan(load)
        return _chosen(failed, settle(parts, load, at, 1.0), state) if np.any(failed) else state

    def findings(self, at: Conditions | None = None) -> tuple[Finding, ...]:
        """What is impossible or odd about the set, and, with conditions, where they leave the range of the curves.

        Returns
        -------
        tuple of Finding
            Those of `Chiller.findings`, `tower.findings` and `Chiller.beyond`.
        """
        return tuple(self._findings(at))

    def _findings(self, at: Conditions | None) -> Iterator[Finding]:
        place = f"source '{self.name}'"
        if isinstance(self.machine, Chiller):
            yield from self.machine.findings(place=place)
        yield from towers.findings(self.tower, place=f"{place}, tower")
        if self.economiser is not None:
            effectiveness = Range(0.0, 1.0, "", open_least=True, open_most=True)
            yield from outside(place, [("effectiveness", self.economiser.effectiveness, effectiveness)])
        if at is not None and isinstance(self.machine, Chiller):
            state = settle(self.parts, np.asarray(self.capacity(at)), at, 1.0)
            water = state.leaving if self.machine.by_leaving else state.entering
            yield from self.machine.beyond(at.chilled_supply, water, place=place)


def _chosen(take: npt.NDArray[np.bool_], one: SetState, other: SetState) -> SetState:
    values: dict[str, Floats] = {
        part.name: np.where(take, getattr(one, part.name), getattr(other, part.name)) for part in fields(other)
    }
    return SetState(**values)
