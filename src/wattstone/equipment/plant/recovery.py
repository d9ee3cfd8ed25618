"""Heat recovered from another system, as the compressors of an air station, as a source of heat."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats, over_steps
from wattstone.equipment.limits import not_negative, outside, positive
from wattstone.equipment.plant.sources import Conditions, Flows, Makes, masks

__all__ = ["RecoveredHeat"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RecoveredHeat:
    """Waste heat that is taken up as far as it is there, and as far as it is hot enough: a `Source` of heat.

    A stream of at most `hottest` (the oil of a compressor) warms the return of the hot water as far as it reaches; what
    is above that, another machine has to make.

    Parameters
    ----------
    name : str
    available : float or (t,) array
        Heat that the other system gives off and that can be recovered. [kW]
    hottest : float
        Temperature at which it is given off. [degC]
    approach : float
        Of the exchanger. [K]
    demand : float or (t,) array or None
        Heat of the hot water from return to supply, where it is known: where `hottest` does not reach the supply, the
        part that can be preheated is a share of this. None takes all the heat to be usable where any is. [kW]
    pump_share : float
        Electricity of the recovery's pump over the heat. [1]
    """

    name: str
    available: npt.ArrayLike
    hottest: float = 70.0
    approach: float = 5.0
    demand: npt.ArrayLike | None = None
    pump_share: float = 0.0

    @property
    def makes(self) -> Makes:
        """Heat."""
        return "heat"

    def reach(self, at: Conditions) -> Floats:
        """Share of the rise from return to supply that is below what the heat can reach: (t,), 0 to 1. [1]"""
        spread = at.heating_supply - at.heating_return
        able = self.hottest - self.approach - at.heating_return
        return np.clip(able / np.where(spread > 0, spread, np.nan), 0.0, 1.0)

    def capacity(self, at: Conditions) -> Floats:
        """Highest load: (t,). [kW]"""
        there = over_steps(self.available, at.steps)
        reach = self.reach(at)
        if self.demand is None:
            return np.where(reach > 0, there, 0.0 * reach)
        return np.minimum(there, reach * over_steps(self.demand, at.steps))

    def least(self, at: Conditions) -> Floats:
        """Lowest load: (t,), 0. [kW]"""
        return 0.0 * self.capacity(at)

    def run(self, load: npt.ArrayLike, at: Conditions) -> Flows:
        """Flows at a load (..., t); what is rejected is negative: heat that the other system need not reject."""
        wanted = np.asarray(load, dtype=float)
        held, off = masks(wanted, self.least(at), self.capacity(at))
        return Flows.of(heat=wanted, electricity=np.where(off, 0.0, held * self.pump_share))

    def findings(self) -> tuple[Finding, ...]:
        """What is impossible about the parameters: `equipment.range`."""
        ranges = (
            ("available", np.nan_to_num(np.asarray(self.available, dtype=float)), not_negative("kW")),
            ("hottest", self.hottest, positive("degC")),
            ("approach", self.approach, not_negative("K")),
            ("pump_share", self.pump_share, not_negative("")),
        )
        return tuple(outside(f"source '{self.name}'", ranges))
