"""The batteries of a community, one per home, as the CityLearn Challenge 2022 simulates them [1]_.

A battery is asked for an amount of energy in an hour. Its power limit falls with the charge, its one-way efficiency
depends on the power that was asked for, and each kWh that passes through takes a little of its capacity.

References
----------
.. [1] K. Nweye et al., "The CityLearn Challenge 2022: overview, results, and lessons learned," PMLR 220, 2022, pp.
   85-103; CityLearn, version 1.3.6, class `Battery`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BatteryState", "CommunityBattery"]


@dataclass(frozen=True, eq=False)
class BatteryState:
    """Where the batteries stand.

    Parameters
    ----------
    charge : (home,) array
        Energy stored. [kWh]
    capacity : (home,) array
        Energy that fits, after the loss so far. [kWh]
    """

    charge: Floats
    capacity: Floats


@dataclass(frozen=True, eq=False)
class CommunityBattery:
    """Size and curves of the batteries of some homes.

    Parameters
    ----------
    capacity, power : (home,) arrays
        Size when new and power on the grid side, both ways. [kWh], [kW]
    loss : float
        Share of the capacity that one full pass of energy takes away. [1]
    efficiency_load, efficiency : (point,) arrays
        Round-trip efficiency over the requested share of the power; one way is its square root. [1]
    limit_charge, limit : (point,) arrays
        Power limit as a share of the power, over the share of the capacity that is charged. [1]
    """

    capacity: Floats
    power: Floats
    loss: float = 1e-5
    efficiency_load: tuple[float, ...] = (0.0, 0.3, 0.7, 0.8, 1.0)
    efficiency: tuple[float, ...] = (0.83, 0.83, 0.90, 0.90, 0.85)
    limit_charge: tuple[float, ...] = (0.0, 0.8, 1.0)
    limit: tuple[float, ...] = (1.0, 1.0, 0.2)

    def empty(self) -> BatteryState:
        """New batteries without charge."""
        return BatteryState(np.zeros_like(self.capacity), self.capacity.copy())

    def power_limit(self, state: BatteryState) -> Floats:
        """What a battery can take or give in an hour.

        Parameters
        ----------
        state : BatteryState
            Where the batteries stand.

        Returns
        -------
        (home,) array
            Limit on the grid side, both ways. [kWh]
        """
        filled = state.charge / np.maximum(state.capacity, 1e-12)
        limit: Floats = np.interp(filled, self.limit_charge, self.limit) * self.power
        return limit

    def one_way(self, energy: Floats) -> Floats:
        """One-way efficiency at a power.

        Parameters
        ----------
        energy : (home,) array
            Requested in the hour, charge positive. [kWh]

        Returns
        -------
        (home,) array
            Charged per kWh drawn, and delivered per kWh discharged. [1]
        """
        share = np.abs(energy) / np.maximum(self.power, 1e-12)
        return np.sqrt(np.interp(share, self.efficiency_load, self.efficiency))

    def step(self, state: BatteryState, request: Floats) -> tuple[BatteryState, Floats]:
        """One hour: what flows when this much is asked for.

        Parameters
        ----------
        state : BatteryState
            At the start of the hour.
        request : (home,) array
            Energy asked for on the grid side, charge positive. [kWh]

        Returns
        -------
        BatteryState
            At the end of the hour.
        (home,) array
            Energy that flowed on the grid side, charge positive. [kWh]
        """
        limit = self.power_limit(state)
        asked = np.clip(request, -limit, limit)
        efficiency = self.one_way(asked)
        inside = np.where(asked >= 0, asked * efficiency, asked / efficiency)
        charge = np.clip(state.charge + inside, 0.0, np.maximum(state.capacity, state.charge * (asked < 0)))
        moved = charge - state.charge
        flow = np.where(moved >= 0, moved / efficiency, moved * efficiency)
        worn = self.loss * self.capacity * np.abs(flow) / (2 * np.maximum(state.capacity, 1e-12))
        return BatteryState(charge, state.capacity - worn), flow
