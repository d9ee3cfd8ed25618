"""What a station did against a use of air: states, flows, pressure and energy, interval by interval.

Two ways lead here: `quasi_steady.quasi_steady` takes every interval for itself, and `dynamics.dynamic` follows the
pressure of the receiver from one switch of a machine to the next. Both keep the balance

    delivered = use + leaks + purge + vented + stored,    use = what was asked for - unmet

in free air at every interval.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats

__all__ = ["Replay", "State"]

MINUTES_PER_HOUR = 60.0


class State(IntEnum):
    """What a machine does."""

    OFF = 0
    UNLOADED = 1
    LOADED = 2
    STARTING = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Replay:
    """A station's run, over t intervals.

    Parameters
    ----------
    names : tuple of str
        Machines, in the order of the rows.
    hours : float
        Length of an interval. [h]
    weight : (t,) array
        How many such intervals a year holds.
    power : (machines, t) array
        Mean electric power of each machine; 0 while it is off, NaN in a gap. [kW]
    dryer : (t,) array
        Mean electric power of the dryer. [kW]
    state : (machines, t) array of int8
        The state (`State`) that took most of the interval.
    share : (states, machines, t) array of float32 or None
        Share of the interval in each state, where machines switch within it; None where the state says all.
    flow : (machines, t) array
        Free air that each machine compresses, vented air included. [m3 min-1]
    pressure : (t,) array
        Mean pressure of the header. [bar(g)]
    use : (t,) array
        Free air that end uses took, without leaks. [m3 min-1]
    leaks, purge, vented, unmet : (t,) array
        Free air that leaked, dried the dryer, was blown off, and was asked for in vain. [m3 min-1]
    stored : (t,) array
        Free air into the receiver less that out of it. [m3 min-1]
    start : datetime64 or None
        Start of the first interval, naive UTC.
    starts : (machines,) array
        Starts of each motor, over the intervals as they are, unweighted.
    findings : tuple of Finding
        Use that could not be met, by how much and when; gaps; and other things to know.
    method : {'quasi_steady', 'dynamic'}
    """

    names: tuple[str, ...]
    hours: float
    weight: Floats
    power: Floats
    dryer: Floats
    state: npt.NDArray[np.int8]
    flow: Floats
    pressure: Floats
    use: Floats
    leaks: Floats
    purge: Floats
    vented: Floats
    unmet: Floats
    stored: Floats
    starts: npt.NDArray[np.int64]
    share: npt.NDArray[np.float32] | None = None
    start: np.datetime64 | None = None
    findings: tuple[Finding, ...] = field(default=())
    method: str = "quasi_steady"

    @property
    def total(self) -> Floats:
        """Power of all machines and the dryer: (t,) array. [kW]"""
        return np.asarray(self.power.sum(axis=0) + self.dryer, dtype=np.float64)

    @property
    def energy(self) -> float:
        """Electricity a year, machines and dryer. [kWh]"""
        return float(np.nansum(self.total * self.weight) * self.hours)

    @property
    def peak(self) -> float:
        """Highest mean power of an interval. [kW]"""
        return float(np.nanmax(self.total, initial=0.0))

    @property
    def machine_energy(self) -> Floats:
        """Electricity of each machine a year: (machines,) array. [kWh]"""
        return np.asarray(np.nansum(self.power * self.weight, axis=1) * self.hours, dtype=np.float64)

    @property
    def dryer_energy(self) -> float:
        """Electricity of the dryer a year. [kWh]"""
        return float(np.nansum(self.dryer * self.weight) * self.hours)

    def volume(self, flow: Floats) -> float:
        """Free air of one of the flows over a year. [m3]"""
        return float(np.nansum(flow * self.weight) * self.hours * MINUTES_PER_HOUR)

    @property
    def imbalance(self) -> Floats:
        """What the balance of free air fails by: (t,) array, 0 but for rounding. [m3 min-1]"""
        gone = self.use + self.leaks + self.purge + self.vented + self.stored
        return np.asarray(self.flow.sum(axis=0) - gone, dtype=np.float64)

    @property
    def hours_in(self) -> Mapping[State, Floats]:
        """Hours a year of each machine in each state: (machines,) arrays. [h]"""
        known = np.where(np.isnan(self.power), 0.0, self.weight * self.hours)
        if self.share is None:
            return {one: np.where(self.state == one, known, 0.0).sum(axis=1) for one in State}
        return {one: (self.share[one] * known).sum(axis=1) for one in State}
