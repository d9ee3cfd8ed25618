"""A machine's curve in the form that logs are read by: levels, and share of flow at a share of power.

Everything is tabulated once from `equipment.air`, so that a year of minutes is an interpolation.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air import Compressor, Control, Station, capacity, full_power, power
from wattstone.equipment.air.defaults import Filled, filled

Floats = npt.NDArray[np.float64]

SHARES = 241  # points of a curve
PRESSURES = 41  # points over the pressures of a log
STORAGES = (0.5, 2.0, 0.25)  # times the stated one: what storage may be in effect; the least if others trim as well
IDLE_FOUND, IDLE_STATED = 0.005, 0.03  # of full power: deviation of idle power, found in the log or stated
SHEET = 0.05  # of the way: deviation of a machine from its curve, in the middle
CYCLING = frozenset({Control.LOAD_UNLOAD, Control.START_STOP})
"""Controls that give full flow or none: a power between is a mixture in time."""


@dataclass(frozen=True, eq=False)
class MachineCurve:
    """A compressor, tabulated.

    Parameters
    ----------
    compressor : Compressor
    pressures : (n,) array
        Discharge pressures, rising. [bar(g)]
    full, capacity : (n,) array
        Full-load power [kW] and capacity [m3 min-1] at them.
    idle : float
        Power unloaded. [kW]
    shares : (k,) array
        Shares of capacity, 0 to 1.
    levels : (k,) array
        Share of the way from idle to full power at them: 0 to 1, rising.
    little, much, least : (k,) array
        The same with half, twice and a quarter of the storage.
    filled : Filled
        The compressor's parameters, typical ones where it has none.
    """

    compressor: Compressor
    pressures: Floats
    full: Floats
    capacity: Floats
    idle: float
    shares: Floats
    levels: Floats
    little: Floats
    much: Floats
    least: Floats
    filled: Filled

    @property
    def name(self) -> str:
        """Name of the compressor."""
        return self.compressor.name

    @property
    def cycles(self) -> bool:
        """Whether it gives full flow or none."""
        return self.compressor.control in CYCLING and not self.compressor.points

    def full_at(self, pressure: npt.ArrayLike) -> Floats:
        """Full-load power of the nameplate at a discharge pressure. [kW]"""
        return np.interp(np.asarray(pressure, dtype=float), self.pressures, self.full)

    def capacity_at(self, pressure: npt.ArrayLike) -> Floats:
        """Capacity of the nameplate at a discharge pressure. [m3 min-1]"""
        return np.interp(np.asarray(pressure, dtype=float), self.pressures, self.capacity)

    def share_at(self, level: npt.ArrayLike) -> Floats:
        """Share of capacity at a share of the way from idle to full power."""
        return np.interp(np.asarray(level, dtype=float), self.levels, self.shares)

    def doubt_at(self, level: npt.ArrayLike, *, idle: bool = True, alone: npt.ArrayLike = True) -> Floats:
        """Standard deviation of that share: storage between half and twice, idle power and the curve itself.

        Where other machines run, one that follows the pressure takes part of its swing, so that this one cycles as if
        there were less storage: down to a quarter.

        Parameters
        ----------
        level : float or array
            Share of the way from idle to full power.
        idle : bool
            Whether idle power was found in the log; else it is off by 3 % of full power.
        alone : bool or array
            Where no other machine runs.
        """
        values = np.asarray(level, dtype=float)
        low = np.where(alone, np.interp(values, self.little, self.shares), np.interp(values, self.least, self.shares))
        storage = (np.interp(values, self.much, self.shares) - low) / 2
        off = (IDLE_FOUND if idle else IDLE_STATED) * (1 - values) + SHEET * values * (1 - values)
        curve = (self.share_at(values + off) - self.share_at(values - off)) / 2
        return np.hypot(storage, curve)

    def best(self, pressure: npt.ArrayLike) -> Floats:
        """Least specific power over its range, at a discharge pressure. [kW (m3 min-1)-1]

        A machine with a fixed speed has it at full load; one with a variable speed may have it below.
        """
        full = self.full_at(pressure)
        share = np.maximum(self.shares[1:], 1e-9)
        idle = self.idle / float(np.interp(self.compressor.pressure, self.pressures, self.full))
        least = float(np.min((idle + (1 - idle) * self.levels[1:]) / share))
        return min(least, 1.0) * full / self.capacity_at(pressure)


def curve(compressor: Compressor, station: Station, pressure: Floats) -> MachineCurve:
    """Tabulate a compressor over the header pressures of a log.

    Parameters
    ----------
    compressor : Compressor
    station : Station
        For its storage, inlet and the drop to the header.
    pressure : (t,) array
        Header pressure; NaN is left out. [bar(g)]
    """
    low, high = float(np.nanmin(pressure)), float(np.nanmax(pressure))
    least = station.pressure if station.least_pressure is None else station.least_pressure
    grid = np.linspace(max(min(low, least), 1.0), max(high, compressor.pressure, least + 0.1) + 0.5, PRESSURES)
    inlet = station.inlet
    full = _all_known(full_power(compressor, pressure=grid, inlet=inlet))
    most = _all_known(capacity(compressor, pressure=grid, inlet=inlet))
    banded = compressor
    if compressor.control is Control.LOAD_UNLOAD:
        banded = replace(compressor, most_pressure=compressor.pressure + station.band)
    levels = [_levels(banded, station.storage * factor) for factor in (1.0, *STORAGES)]
    return MachineCurve(
        compressor=compressor,
        pressures=grid,
        full=full,
        capacity=most,
        idle=float(power(compressor, 0.0, storage=station.storage)),
        shares=np.linspace(0.0, 1.0, SHARES),
        levels=levels[0],
        little=levels[1],
        much=levels[2],
        least=levels[3],
        filled=filled(compressor),
    )


def _levels(compressor: Compressor, storage: float) -> Floats:
    """Share of the way from idle to full power, made strictly rising so that it can be inverted."""
    shares = np.linspace(0.0, 1.0, SHARES)
    flows = shares * float(capacity(compressor))
    taken = np.asarray(power(compressor, flows, storage=storage), dtype=float)
    taken = np.where(np.isnan(taken), np.nanmax(taken), taken)
    idle, full = float(taken[0]), float(taken[-1])
    levels = np.clip((taken - idle) / max(full - idle, 1e-9), 0.0, 1.0)
    rising = np.maximum.accumulate(levels) + np.linspace(0.0, 1e-6, SHARES)
    return rising / rising[-1]


def _all_known(values: Floats) -> Floats:
    """Hold the ends where a pressure is outside what the machine can do."""
    known = np.flatnonzero(~np.isnan(values))
    return np.interp(np.arange(len(values)), known, values[known])
