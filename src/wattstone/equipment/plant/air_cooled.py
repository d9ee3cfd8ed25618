"""A chiller that is cooled by the air outdoors, without tower or condenser pump."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.plant.chiller import Chiller, operate
from wattstone.equipment.plant.flow_machines import heat_flow, pump_power
from wattstone.equipment.plant.sources import Conditions, Flows, Makes, masks
from wattstone.equipment.pump import Pump

__all__ = ["AirCooledChiller"]


@dataclass(frozen=True, kw_only=True)
class AirCooledChiller:
    """A chiller whose condenser takes in outdoor air at the dry bulb, with its chilled-water pump: a `Source`.

    Parameters
    ----------
    name : str
    machine : Chiller
        Of a record of the EIR form whose `medium` is air; its power includes the condenser's fans.
    chilled_pump : Pump or None
        Its heat has to be cooled as well.
    """

    name: str
    machine: Chiller
    chilled_pump: Pump | None = None

    @property
    def makes(self) -> Makes:
        """Cold."""
        return "cold"

    def capacity(self, at: Conditions) -> Floats:
        """Highest load: (t,). [kW]"""
        return self._delivered(self.machine.shares()[1], at)

    def least(self, at: Conditions) -> Floats:
        """Lowest load while on: (t,). [kW]"""
        return self._delivered(self.machine.shares()[0], at)

    def run(self, load: npt.ArrayLike, at: Conditions) -> Flows:
        """Flows at a load (..., t)."""
        wanted = np.asarray(load, dtype=float)
        held, off = masks(wanted, self.least(at), self.capacity(at))
        pumped = self._pumped(held, at)
        duty = operate(self.machine, held + pumped, evaporator=at.chilled_supply, entering=at.dry_bulb)
        return Flows.of(cold=wanted, electricity=np.where(off, 0.0, duty.power + pumped))

    def findings(self, at: Conditions | None = None) -> tuple[Finding, ...]:
        """What is impossible or odd about the chiller, and where conditions leave the range of its curves."""
        place = f"source '{self.name}'"
        found = self.machine.findings(place=place)
        return found if at is None else (*found, *self.machine.beyond(at.chilled_supply, at.dry_bulb, place=place))

    def _delivered(self, share: float, at: Conditions) -> Floats:
        made = share * self.machine.available(at.chilled_supply, at.dry_bulb)
        load = made
        for _ in range(20):
            load = made - self._pumped(load, at)
        known = ~np.isnan(at.chilled_supply + at.dry_bulb)
        return np.where(np.isnan(load) & known, 0.0, np.maximum(load, 0.0))

    def _pumped(self, load: Floats, at: Conditions) -> Floats:
        if self.chilled_pump is None:
            return np.zeros(load.shape)
        spread = at.chilled_return - at.chilled_supply
        flow = load / np.where(spread > 0, spread, np.nan) / heat_flow(1.0)
        return pump_power(self.chilled_pump, np.minimum(flow, self.chilled_pump.flow))
