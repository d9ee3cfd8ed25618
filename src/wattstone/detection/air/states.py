"""What each machine does in each interval, from its power alone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.curve import MachineCurve
from wattstone.detection.air.levels import COARSE, FINE, OFF, Levels, levels
from wattstone.detection.air.result import State, States
from wattstone.equipment.air import Control

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LOADS, UNLOADS = 0.85, 0.75  # of the way from idle to full power: above, it is loaded; below, it has been unloaded
CLEAR = 0.12  # of the way: what lies nearer to idle or to full is that, nothing between
RESOLVED = 6.0  # intervals of a loaded phase, on average, from which on its ends are told apart
SOME = 0.03  # of the way: what a mean over several states is told from one state by
SETTLED = 600.0  # s: over which the power of a machine that cycles is averaged before its curve is inverted
TOLERANCE = 50.0  # the sump's pressure has fallen to a fiftieth at the end of the stated blowdown
BLOWDOWN = 0.3  # standard deviation of the stated time of a blowdown, relative
START = 30.0  # s after switching on in which power between is a start


@dataclass(frozen=True, eq=False)
class Running:
    """How a machine ran.

    Parameters
    ----------
    levels : Levels
    power : (t,) array
        [kW]
    full : (t,) array
        Full-load power, as found, at the pressure of each interval. [kW]
    on : (t,) array
        Share of each interval for which it turned; NaN for a gap. [1]
    load : (t,) array
        Mean flow while on, as a share of capacity; for a machine that cycles, the share loaded. [1]
    idle : (t,) array
        Share of the time on for which it is unloaded. [1]
    doubt : (t,) array
        Standard deviation of `load` where it rests on the curve. [1]
    state : (t,) array of int8
    unloads : int
        Changes from loaded to unloaded that are seen.
    cycle : float
        Median time between them while it keeps running; NaN if there are fewer than three. [s]
    """

    levels: Levels
    power: Floats
    full: Floats
    on: Floats
    load: Floats
    idle: Floats
    doubt: Floats
    state: States
    unloads: int
    cycle: float

    @property
    def starts(self) -> int:
        """How often it is switched on."""
        off = self.on == 0
        return int(np.count_nonzero(off[:-1] & (self.on[1:] > 0)))


def run(
    curve: MachineCurve,
    power: Floats,
    pressure: Floats,
    seconds: float,
    *,
    loaded: Floats | None = None,
    alone: Bools | None = None,
) -> Running:
    """States of a machine from its power.

    Intervals of up to 20 s: loaded and unloaded are told apart by a threshold with hysteresis near full load, since a
    machine that blows down delivers nothing though its power is still high. Longer ones are mixtures: those between two
    clear states by the share of time, less what one blowdown takes; runs of them, and 15 min means, by the inverse of
    the machine's curve, which holds the losses of its cycles.

    Parameters
    ----------
    curve : MachineCurve
    power : (t,) array
        [kW]
    pressure : (t,) array
        Discharge pressure, without gaps. [bar(g)]
    seconds : float
        Length of an interval. [s]
    loaded : (t,) array or None
        Share loaded that was logged, which is believed. [1]
    alone : (t,) array of bool or None
        Where no other machine runs.
    """
    nameplate = curve.full_at(pressure)
    sole = np.ones(len(power), dtype=bool) if alone is None else alone
    found = levels(power, nameplate, curve, seconds, alone=alone)
    full = nameplate * found.factor
    gap = np.isnan(power)
    known = np.where(gap, 0.0, power)
    running = known > OFF * full
    on, seen = _partly_on(known, running, found.idle, full, seconds)
    way = np.clip((seen - found.idle) / np.maximum(full - found.idle, 1e-9), 0.0, 1.0)
    if curve.compressor.control is Control.START_STOP:
        on, load, doubt = np.where(running, np.clip(known / full, 0.0, 1.0), 0.0), running.astype(float), 0 * way
        on = np.where(on > 1 - CLEAR, 1.0, on)
    elif not curve.cycles:
        load, doubt = _continuous(curve, way, running, seconds, found)
    elif seconds <= FINE:
        load, doubt = _bursts(curve, way, running, seconds)
    else:
        load, doubt = _mixtures(curve, way, running, seconds, found, sole)
    if loaded is not None:
        told = ~np.isnan(loaded) & running
        load, doubt = np.where(told, np.clip(np.nan_to_num(loaded), 0, 1), load), np.where(told, 0.0, doubt)
    state = _states(curve, on, load, running, way, seconds)
    state[gap] = State.UNKNOWN
    unloads, cycle = _cycles(load, running, gap, seconds)
    return Running(
        levels=found,
        power=power,
        full=full,
        on=np.where(gap, np.nan, on),
        load=np.where(gap, np.nan, load),
        idle=_idle(curve, load),
        doubt=doubt,
        state=state,
        unloads=unloads,
        cycle=cycle,
    )


def _continuous(
    curve: MachineCurve, way: Floats, running: Bools, seconds: float, found: Levels
) -> tuple[Floats, Floats]:
    """Flow by the curve, whose line from idle to the least speed is a mixture of both in time.

    A variable speed that goes between idle and full within an interval gives less, in proportion to the way: half of
    the difference is its doubt.
    """
    load = np.where(running, curve.share_at(way), 0.0)
    doubt = np.where(running, curve.doubt_at(way, idle=found.found_idle), 0.0)
    if seconds > FINE and curve.compressor.control is Control.VARIABLE_SPEED:
        doubt = np.hypot(doubt, np.abs(load - np.where(running, way, 0.0)) / 2)
    return load, doubt


def _idle(curve: MachineCurve, load: Floats) -> Floats:
    """Share of the time on that is unloaded: below the least flow that it is controlled at, it goes on and off."""
    if curve.cycles:
        return 1 - load
    known = curve.filled
    floor = {
        Control.VARIABLE_SPEED: known.least_flow,
        Control.MODULATION_UNLOAD: known.unload_at,
        Control.VARIABLE_DISPLACEMENT: known.unload_at,
    }.get(curve.compressor.control, 0.03)
    return np.clip(1 - load / max(floor, 1e-9), 0.0, 1.0)


def _partly_on(power: Floats, running: Bools, idle: float, full: Floats, seconds: float) -> tuple[Floats, Floats]:
    """Share of time on, and power while on: an interval next to one that is off holds both."""
    on = running.astype(float)
    if seconds <= FINE:
        return on, power
    before = np.concatenate([[False], running[:-1]])
    after = np.concatenate([running[1:], [False]])
    edge = np.flatnonzero(running & ~(before & after))
    beside = np.where(before[edge], power[np.maximum(edge - 1, 0)], power[np.minimum(edge + 1, len(power) - 1)])
    alone = ~before[edge] & ~after[edge]
    beside = np.where(alone, np.where(power[edge] < idle, full[edge], power[edge]), beside)
    share = np.clip(power[edge] / np.maximum(beside, 1e-9), 0.0, 1.0)
    partly = share < 0.97
    at = edge[partly]
    on[at] = share[partly]
    seen = power.copy()
    seen[at] = beside[partly]
    return on, seen


def _hysteresis(way: Floats, running: Bools) -> Floats:
    """1 from where power reaches full load until it leaves it."""
    sign = np.where(way >= LOADS, 1, np.where((way < UNLOADS) | ~running, -1, 0)).astype(np.int8)
    return np.where(_last(sign) > 0, 1.0, 0.0)


def _bursts(curve: MachineCurve, way: Floats, running: Bools, seconds: float) -> tuple[Floats, Floats]:
    """Share loaded of short intervals: by hysteresis, or by area where loaded phases last only a few intervals.

    Between two times at idle the power above idle has an area of the time loaded and one blowdown for each unloading.
    """
    load = _hysteresis(way, running)
    above = running & (way > CLEAR)
    first, length = _runs(above)
    doubt = np.zeros_like(way)
    if not len(first):
        return load, doubt
    area = np.add.reduceat(np.where(above, way, 0.0), first) * seconds
    falls = np.concatenate([(load[:-1] > 0) & (load[1:] == 0), [False]]).astype(float)
    count = np.maximum(np.add.reduceat(falls, first), 1.0)
    short = area < RESOLVED * seconds * count
    kept = np.clip(1 - count * decay(curve) * (1 - CLEAR) / np.maximum(area, 1e-9), 0.0, 1.0)
    of = np.repeat(np.arange(len(first)), length)
    at = np.flatnonzero(above)
    load[at] = np.where(short[of], way[at] * kept[of], load[at])
    doubt[at] = np.where(short[of], way[at] * (1 - kept[of]) * BLOWDOWN, 0.0)
    return load, doubt


def _last(sign: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """The last sign that was not 0."""
    index = np.where(sign != 0, np.arange(len(sign)), 0)
    return sign[np.maximum.accumulate(index)]


def _mixtures(
    curve: MachineCurve, way: Floats, running: Bools, seconds: float, found: Levels, alone: Bools
) -> tuple[Floats, Floats]:
    """Share loaded in intervals that may hold several states."""
    between = running & (way > SOME) & (way < 1 - SOME)
    load = np.where(running & (way >= 1 - SOME), 1.0, 0.0)
    doubt = np.zeros_like(way)
    first, length = _runs(between)
    if not len(first):
        return load, doubt
    lost = decay(curve)
    last = first + length - 1
    high = np.concatenate([load, [0.0]])  # beyond the end: nothing
    before, after = high[first - 1] > 0, high[last + 1] > 0
    short = (length == 1) & (before != after) if seconds >= COARSE else length * seconds <= 2 * seconds + 4 * lost
    total = np.add.reduceat(np.where(between, way, 0.0), first)[: len(first)]
    falls = np.where(~before & after, 0.0, lost / seconds)
    kept = np.clip(1 - falls / np.maximum(total, 1e-9), 0.0, 1.0)
    of = np.repeat(np.arange(len(first)), length)
    at = np.flatnonzero(between)
    mean = _smoothed(way, between, seconds)[at]
    by_curve = curve.share_at(mean)
    load[at] = np.where(short[of], way[at] * kept[of], by_curve)
    unsure = curve.doubt_at(mean, idle=found.found_idle, alone=alone[at])
    doubt[at] = np.where(short[of], way[at] * (1 - kept[of]) * BLOWDOWN, unsure)
    return load, doubt


def decay(curve: MachineCurve) -> float:
    """Time for which a blowdown costs as much as full load does, above idle. [s]

    Power falls from full load to idle with the sump's pressure, exponentially; the area under it is the time constant.
    """
    return curve.filled.blowdown / float(np.log(TOLERANCE))


def _smoothed(way: Floats, between: Bools, seconds: float) -> Floats:
    """Means over ten minutes of the intervals between."""
    half = int(SETTLED / seconds / 2)
    if half < 1:
        return way
    ends = np.arange(len(way))
    low, high = np.maximum(ends - half, 0), np.minimum(ends + half + 1, len(way))
    total = np.concatenate([[0.0], np.cumsum(np.where(between, way, 0.0))])
    count = np.concatenate([[0], np.cumsum(between)])
    return (total[high] - total[low]) / np.maximum(count[high] - count[low], 1)


def _runs(mask: Bools) -> tuple[Ints, Ints]:
    """First position and length of each run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return edges[::2], edges[1::2] - edges[::2]


def _states(curve: MachineCurve, on: Floats, load: Floats, running: Bools, way: Floats, seconds: float) -> States:
    state = np.full(len(on), State.PARTLY, dtype=np.int8)
    state[load >= 0.95] = State.LOADED
    state[load <= 0.03] = State.UNLOADED
    state[~running] = State.OFF
    if seconds <= FINE and curve.compressor.control is not Control.VARIABLE_SPEED:
        first = np.flatnonzero(running[1:] & ~running[:-1]) + 1
        steps = max(1, int(START / seconds))
        at = (first[:, None] + np.arange(steps)).ravel()
        at = at[at < len(state)]
        state[at[running[at] & (load[at] < LOADS) & (way[at] > CLEAR)]] = State.STARTING
    return state


def _cycles(load: Floats, running: Bools, gap: Bools, seconds: float) -> tuple[int, float]:
    """How often it unloads, and the time between."""
    sign = np.where(load >= LOADS, 1, np.where(load <= 1 - LOADS, -1, 0)).astype(np.int8)
    if not sign.any() or seconds >= COARSE:
        return 0, np.nan
    high = (_last(sign) > 0) & running & ~gap
    falls = np.flatnonzero(high[:-1] & ~high[1:] & running[1:])
    apart = np.diff(falls)
    stopped = np.cumsum(~running)
    together = apart[(stopped[falls[1:]] == stopped[falls[:-1]]) & (apart * seconds < 1800)]
    return len(falls), float(np.median(together) * seconds) if len(together) >= 3 else np.nan
