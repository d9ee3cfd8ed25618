"""Every interval of a station by itself: which machines run, what the last of them trims, and what all draw.

Machines that are full run at full load, one trims by its part-load curve with the receiver's storage, and the pressure
is that of the band. What happens between intervals (starts, machines that turn unloaded until they stop, a pressure
that sags) is left to `dynamics`; a machine that is not needed stands still here.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.air import dryer as drying
from wattstone.equipment.air.compressor import Control
from wattstone.equipment.air.performance import vented
from wattstone.equipment.air.replay import Replay, State
from wattstone.equipment.air.replay_findings import gaps, short
from wattstone.equipment.air.replay_network import Network, Taken
from wattstone.equipment.air.replay_sets import Level, Sets, sets_of
from wattstone.equipment.air.station import Station, findings
from wattstone.equipment.air.use import AirUse
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import refuse

__all__ = ["Steady", "quasi_steady", "steady"]

UNUSABLE = frozenset({"air.no_compressors", "air.storage"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Steady:
    """Machines and flows of many intervals, each by itself; axes before that of time are draws.

    Parameters
    ----------
    power, flow : (machines, ..., t) array
        [kW], [m3 min-1]
    trimming : (machines, ..., t) array of float32
        Share of full flow of the machine that trims by loading and unloading; 1 for others that run, 0 for off.
    chosen : (..., t) array of int
        The set that runs, -1 for none.
    taken : Taken
        What end uses, leaks and the dryer got.
    pressure, vented, unmet, dryer : (..., t) array
        [bar(g)], [m3 min-1], [m3 min-1], [kW]
    """

    power: Floats
    flow: Floats
    trimming: npt.NDArray[np.float32]
    chosen: npt.NDArray[np.int64]
    taken: Taken
    pressure: Floats
    vented: Floats
    unmet: Floats
    dryer: Floats


def quasi_steady(station: Station, use: AirUse, *, overrun: float = 0.0) -> Replay:
    """Replay a station against a use of air, every interval by itself.

    Parameters
    ----------
    station : Station
        Its inlet, where it varies, is taken at its mean.
    use : AirUse
    overrun : float
        How long a machine that is not needed turns unloaded before it stops; counts only in whole intervals, so that it
        is 0 for intervals that are longer. [h]

    Returns
    -------
    Replay
        NaN where the use is.

    Raises
    ------
    InputRefused
        Code `air.no_compressors`, `air.storage`: nothing to run, or machines that cycle on no storage.
    """
    refuse(one for one in findings(station) if one.code in UNUSABLE)
    run = steady(sets_of(station), Network.of(station, use), station)
    needed = run.flow > 0
    idle = _overrun(needed, int(round(overrun / use.hours, 6)))
    turning = idle[..., :] * _idle_powers(station)[:, None] if idle.any() else np.zeros((len(needed), 1))
    state = np.where(needed, np.int8(State.LOADED), np.where(idle, np.int8(State.UNLOADED), np.int8(State.OFF)))
    on = needed | idle
    gap = np.isnan(use.flow)
    told = (*gaps(station, gap, use), *short(station, run.unmet, use))
    return Replay(
        names=tuple(one.name for one in station.compressors),
        hours=use.hours,
        weight=use.weights,
        power=np.where(gap, np.nan, run.power + turning),
        dryer=run.dryer,
        state=state.astype(np.int8),
        share=_shares(station, run.trimming, idle),
        flow=np.where(gap, np.nan, run.flow),
        pressure=np.where(gap, np.nan, run.pressure),
        use=run.taken.use,
        leaks=run.taken.leaks,
        purge=run.taken.purge,
        vented=run.vented,
        unmet=run.unmet,
        stored=np.where(gap, np.nan, 0.0),
        starts=(on[:, 1:] & ~on[:, :-1]).sum(axis=1) + on[:, 0],
        start=use.start,
        findings=told,
    )


def steady(sets: Sets, network: Network, station: Station) -> Steady:
    """Machines and flows, every interval by itself, for any number of draws at once.

    Parameters
    ----------
    sets : Sets
        Of `replay_sets.sets_of`.
    network : Network
        (..., t).
    station : Station
    """
    at_levels = [network.at(level.pressure, station) for level in sets.levels]
    demands = tuple(one.total for one in at_levels)
    chosen = sets.choose(demands)
    shape, count = chosen.shape, len(station.compressors)
    blank = np.zeros((count, chosen.size))
    filled = _Machines(blank, blank.copy(), blank.astype(np.float32), np.zeros(chosen.size), np.zeros(chosen.size))
    flats = [one.ravel() for one in demands]
    for index in np.unique(chosen[chosen >= 0]):
        _run(sets, int(index), np.flatnonzero(chosen.ravel() == index), flats, filled)
    which = np.array([one.level for one in sets.sets] + [0])[chosen]
    above = filled.above.reshape(shape)
    power, flow = filled.power.reshape(count, *shape), filled.flow.reshape(count, *shape)
    levels = np.array([level.pressure for level in sets.levels])
    served = _served(_gathered(at_levels, which, above), flow.sum(axis=0) - filled.vented.reshape(shape))
    unmet, taken = served
    known = ~np.isnan(taken.total)
    through = taken.total
    dryer = (
        np.zeros(shape) if station.dryer is None else np.where(through > 0, drying.power(station.dryer, through), 0.0)
    )
    return Steady(
        power=power,
        flow=flow,
        trimming=filled.trimming.reshape(flow.shape),
        chosen=chosen,
        taken=taken,
        pressure=levels[which] * (1.0 - above) + levels[np.maximum(which - 1, 0)] * above,
        vented=np.where(known, filled.vented.reshape(shape), np.nan),
        unmet=np.where(known, unmet, np.nan),
        dryer=np.where(known, dryer, np.nan),
    )


@dataclass(frozen=True, eq=False)
class _Machines:
    """Machines by interval, filled set by set; `above` is how far the pressure is towards the next level up."""

    power: Floats
    flow: Floats
    trimming: npt.NDArray[np.float32]
    vented: Floats
    above: Floats


def _run(sets: Sets, index: int, where: npt.NDArray[np.int64], demands: list[Floats], filled: _Machines) -> None:
    """Machines of the intervals in which a set runs.

    In a cascade, a flow may be too much for the machines at their pressure, and too little for one more at its lower
    one: then the pressure is between them, and the next machine stands still.
    """
    one = sets.sets[index]
    level, full = sets.levels[one.level], list(one.full)
    left = demands[one.level][where] - level.flow[full].sum()
    between = (left < 0) & (one.level > 0) & bool(full)
    upper = sets.levels[max(one.level - 1, 0)]
    over = demands[max(one.level - 1, 0)][where] - upper.flow[full].sum()
    above: Floats = np.zeros(where.size)
    np.divide(-left, over - left, out=above, where=between & (over - left > 0))
    filled.above[where] = above
    at = (np.array(full, dtype=np.int64)[:, None], where[None, :])
    filled.flow[at] = level.flow[full, None] * (1.0 - above) + upper.flow[full, None] * above
    filled.power[at] = level.full[full, None] * (1.0 - above) + upper.full[full, None] * above
    filled.trimming[at] = 1.0

    on, rest = where[~between], np.clip(left[~between], 0.0, level.flow[one.trim])
    lost = vented(level.machines[one.trim], rest, pressure=level.discharge(one.trim))
    filled.power[one.trim, on] = level.power(one.trim, rest)
    filled.flow[one.trim, on] = rest + lost
    filled.vented[on] = lost
    filled.trimming[one.trim, on] = _trimming(level, one.trim, rest)


def _served(asked: Taken, given: Floats) -> tuple[Floats, Taken]:
    """What is short, and what is taken: end uses go short first, then the dryer, then the leaks."""
    lacking = np.maximum(asked.total - given, 0.0)
    lacking = np.where(lacking > 1e-9 * np.maximum(asked.total, 1.0), lacking, 0.0)
    unmet = np.minimum(lacking, asked.use)
    purge = np.minimum(lacking - unmet, asked.purge)
    leaks = np.minimum(lacking - unmet - purge, asked.leaks)
    return unmet, Taken(use=asked.use - unmet, leaks=asked.leaks - leaks, purge=asked.purge - purge)


def _gathered(levels: list[Taken], which: npt.NDArray[np.int64], above: Floats) -> Taken:
    """What is taken at the pressure of each interval."""
    if len(levels) == 1:
        return levels[0]

    def at(name: str) -> Floats:
        stacked = np.stack([getattr(level, name) for level in levels])
        lower = np.take_along_axis(stacked, which[None], axis=0)[0]
        upper = np.take_along_axis(stacked, np.maximum(which - 1, 0)[None], axis=0)[0]
        return lower * (1.0 - above) + upper * above

    return Taken(use=at("use"), leaks=at("leaks"), purge=at("purge"))


def _trimming(level: Level, index: int, flow: Floats) -> Floats:
    """Share of the time that a machine which trims is loaded: its flow share where it loads and unloads."""
    if level.machines[index].control in (Control.LOAD_UNLOAD, Control.START_STOP):
        return flow / level.flow[index]
    return np.ones(flow.shape)


def _overrun(needed: npt.NDArray[np.bool_], steps: int) -> npt.NDArray[np.bool_]:
    """Where a machine was needed in one of the intervals before, and is not now."""
    if steps <= 0:
        return np.zeros(needed.shape, dtype=bool)
    now: npt.NDArray[np.int64] = np.arange(int(needed.shape[-1]))
    last: npt.NDArray[np.int64] = np.maximum.accumulate(np.where(needed, now, -steps - 1), axis=-1)
    return ~needed & (now - last <= steps)


def _idle_powers(station: Station) -> Floats:
    """Power of each machine that turns unloaded. [kW]"""
    level = sets_of(station).levels[-1]
    return np.array([float(level.power(index, 0.0)) for index in range(len(level.machines))])


def _shares(
    station: Station, trimming: npt.NDArray[np.float32], idle: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """Share of each interval in each state."""
    stops = np.array([one.control is Control.START_STOP for one in station.compressors])[:, None]
    rest = np.where(trimming > 0, np.float32(1.0) - trimming, np.float32(0.0))
    unloaded = np.where(stops, np.float32(0.0), rest) + idle.astype(np.float32)
    off = np.float32(1.0) - trimming - unloaded
    return np.stack([off, unloaded, trimming, np.zeros_like(trimming)])
