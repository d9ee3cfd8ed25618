"""Which machines run at a flow: the sets of full machines and one that trims, by the rule of the sequencer.

A set is some machines at full load and one that takes the rest. The rules differ in the sets that they know:

- `cascade`: each machine has a band of its own, one below the other. The first machines of the list run full and the
  next one trims, at its own, lower pressure. The cut-ins are spread evenly over one band.
- `target`: all serve one band. The first machines of the list run full; the next one trims, or the last one that is
  controlled continuously does. The set of least power is taken.
- `optimal`: any machines may run full and any other may trim; the set of least power is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air.compressor import Compressor, Control
from wattstone.equipment.air.inlet import Inlet
from wattstone.equipment.air.performance import capacity, power
from wattstone.equipment.air.station import Station
from wattstone.equipment.arrays import Floats, Value

__all__ = ["CONTINUOUS", "Level", "MachineSet", "Sets", "at_mean", "continuous", "sets_of"]

CONTINUOUS = frozenset(
    {
        Control.MODULATION,
        Control.MODULATION_UNLOAD,
        Control.VARIABLE_DISPLACEMENT,
        Control.VARIABLE_SPEED,
        Control.BLOW_OFF,
        Control.INLET_VALVE,
        Control.GUIDE_VANES,
    }
)
CELLS = 4000
MOST_MACHINES = 10  # beyond it, sets of an optimal rule are too many to try: the most efficient are taken in order


@dataclass(frozen=True, kw_only=True, eq=False)
class Level:
    """The machines at one band of the header.

    Parameters
    ----------
    on, off : float
        Cut-in and cut-out at the header. [bar(g)]
    machines : tuple of Compressor
        With the station's band instead of their own.
    inlet : Inlet
    storage : float
        [m3]
    drop : float
        Between machine and header. [bar]
    """

    on: float
    off: float
    machines: tuple[Compressor, ...]
    inlet: Inlet
    storage: float
    drop: float

    def __post_init__(self) -> None:
        at = [self.discharge(index) for index in range(len(self.machines))]
        flows = [float(capacity(one, pressure=p, inlet=self.inlet)) for one, p in zip(self.machines, at, strict=True)]
        object.__setattr__(self, "_flow", np.array(flows))
        object.__setattr__(self, "_full", np.array([float(self.power(i, flow)) for i, flow in enumerate(flows)]))

    @property
    def pressure(self) -> float:
        """Mean pressure of the header. [bar(g)]"""
        return (self.on + self.off) / 2

    @property
    def flow(self) -> Floats:
        """Full flow of each machine: (machines,) array. [m3 min-1]"""
        return self.__dict__["_flow"]

    @property
    def full(self) -> Floats:
        """Power of each machine at full flow: (machines,) array. [kW]"""
        return self.__dict__["_full"]

    def discharge(self, index: int) -> float:
        """Pressure at which a machine is told to work: its cut-in, or what it holds where it is continuous. [bar(g)]"""
        return self.drop + (self.pressure if continuous(self.machines[index]) else self.on)

    def power(self, index: int, flow: npt.ArrayLike) -> Floats:
        """Mean power of a machine that is on, at a mean flow within its range. [kW]"""
        at = self.discharge(index)
        return power(self.machines[index], flow, pressure=at, storage=self.storage, inlet=self.inlet)


@dataclass(frozen=True)
class MachineSet:
    """Some machines at full load, and one that trims, at a level."""

    level: int
    full: tuple[int, ...]
    trim: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Sets:
    """What a sequencer may run.

    Parameters
    ----------
    levels : tuple of Level
    sets : tuple of MachineSet
    edges, best : arrays
        Where there is one level: the set of least power between two edges of flow.
    """

    levels: tuple[Level, ...]
    sets: tuple[MachineSet, ...]
    edges: Floats
    best: npt.NDArray[np.int64]

    def choose(self, demands: tuple[Floats, ...]) -> npt.NDArray[np.int64]:
        """The set that serves a flow; -1 where all stand still, and the largest where none is enough.

        Parameters
        ----------
        demands : tuple of arrays
            Flow at the pressure of each level. [m3 min-1]
        """
        if len(self.levels) > 1:
            return self._in_turn(demands)
        demand = demands[0]
        cell = np.searchsorted(self.edges, np.nan_to_num(demand), side="left") - 1
        chosen = self.best[np.clip(cell, 0, self.best.size - 1)]
        return np.where(demand > 0, chosen, -1)

    def _in_turn(self, demands: tuple[Floats, ...]) -> npt.NDArray[np.int64]:
        chosen = np.full(demands[0].shape, len(self.sets) - 1)
        for index in reversed(range(len(self.sets))):
            one = self.sets[index]
            flow = self.levels[one.level].flow
            most = flow[list(one.full)].sum() + flow[one.trim]
            chosen = np.where(demands[one.level] <= most, index, chosen)
        return np.where(demands[-1] > 0, chosen, -1)


def continuous(machine: Compressor) -> bool:
    """Whether a machine can hold a pressure without switching."""
    return machine.control in CONTINUOUS


def sets_of(station: Station) -> Sets:
    """The sets of a station's sequencer."""
    if station.sequencer == "cascade" and len(station.compressors) > 1:
        levels = tuple(_level(station, station.pressure + rise) for rise in cascade_rises(station))
        count = len(levels)
        sets = tuple(MachineSet(k, tuple(range(k)), k) for k in range(count))
        return Sets(levels=levels, sets=sets, edges=np.zeros(0), best=np.zeros(0, dtype=np.int64))
    level = _level(station, station.pressure)
    known = _any(station) if station.sequencer == "optimal" else _target(station)
    sets = tuple(sorted(set(known), key=lambda one: (len(one.full), one.full, one.trim)))
    edges, best = _least(level, sets)
    return Sets(levels=(level,), sets=sets, edges=edges, best=best)


def cascade_rises(station: Station) -> tuple[float, ...]:
    """How far the band of each machine is above the lowest one. [bar]"""
    count = len(station.compressors)
    return tuple((count - 1 - k) * station.band / count for k in range(count))


def at_mean(inlet: Inlet) -> Inlet:
    """An inlet that does not vary: the mean of one that does."""
    return Inlet(temperature=_mean(inlet.temperature), pressure=_mean(inlet.pressure), humidity=_mean(inlet.humidity))


def _mean(value: Value) -> float:
    return float(np.nanmean(value))


def _level(station: Station, on: float) -> Level:
    drop = station.drop + (0.0 if station.dryer is None else station.dryer.drop)
    machines = tuple(_banded(one, station.band) for one in station.compressors)
    return Level(
        on=on,
        off=on + station.band,
        machines=machines,
        inlet=at_mean(station.inlet),
        storage=station.storage,
        drop=drop,
    )


def _banded(machine: Compressor, band: float) -> Compressor:
    """A machine that switches, with the station's band instead of its own."""
    if continuous(machine) or machine.kind == "centrifugal":
        return machine
    if machine.most_pressure is not None and abs(machine.most_pressure - machine.pressure - band) < 1e-9:
        return machine
    return replace(machine, most_pressure=machine.pressure + band, most_power=None)


def _target(station: Station) -> Iterator[MachineSet]:
    machines = station.compressors
    trims = [index for index, one in enumerate(machines) if continuous(one)]
    trim = trims[-1] if trims else None
    others = tuple(index for index in range(len(machines)) if index != trim)
    for count in range(len(others)):
        yield MachineSet(0, others[:count], others[count])
    if trim is not None:
        for count in range(len(others) + 1):
            yield MachineSet(0, others[:count], trim)
        for count in range(len(others)):
            yield MachineSet(0, tuple(sorted((*others[:count], trim))), others[count])


def _any(station: Station) -> Iterator[MachineSet]:
    count = len(station.compressors)
    if count > MOST_MACHINES:
        order = np.argsort([one.power / one.flow for one in station.compressors], kind="stable").tolist()
        for size in range(count):
            for trim in order[size:]:
                yield MachineSet(0, tuple(sorted(order[:size])), trim)
        return
    for trim in range(count):
        others = [index for index in range(count) if index != trim]
        for size in range(count):
            for full in combinations(others, size):
                yield MachineSet(0, full, trim)


def _least(level: Level, sets: tuple[MachineSet, ...]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The set of least power for each cell of flow."""
    flow, full = level.flow, level.full
    base: Floats = np.array([float(flow[list(one.full)].sum()) for one in sets])
    fixed: Floats = np.array([float(full[list(one.full)].sum()) for one in sets])
    most: Floats = base + flow[[one.trim for one in sets]]
    grid = np.linspace(0.0, float(most.max()), CELLS + 1)
    edges: Floats = np.unique(np.concatenate([base, most, grid]))
    middle: Floats = (edges[1:] + edges[:-1]) / 2
    shares: Floats = np.linspace(0.0, 1.0, 401)
    curves: list[Floats] = [level.power(index, shares * flow[index]) for index in range(flow.size)]
    best, least = np.zeros(middle.size, dtype=np.int64), np.full(middle.size, np.inf)
    for index, one in enumerate(sets):
        first, last = np.searchsorted(middle, [base[index], most[index]])
        part = slice(int(first), int(last))
        rest: Floats = middle[part] - base[index]
        at: Floats = fixed[index] + np.interp(rest, shares * flow[one.trim], curves[one.trim])
        better: npt.NDArray[np.bool_] = at < least[part] - 1e-9
        best[part] = np.where(better, index, best[part])
        least[part] = np.where(better, at, least[part])
    return edges, best
