"""Readings that stand still: a machine that holds one load, or a meter that has stopped; what else moves tells."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from wattstone.detection.air.log import AirLog
from wattstone.equipment.air import Compressor, Station, capacity, full_power

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LONG = 6.0  # h with one and the same value
LIVELY = 0.5  # share of the other intervals in which a meter that works changes
COMPARED = 50  # other intervals that show whether a meter changes
MOVED = 0.25  # of a machine's flow: how far the rest of the balance moves before its power must have moved too
SHIFTED = 0.1  # of the flow of all machines: how far they move before a flow meter or a sensor must have
SWUNG = 1.0  # bar between hours: full-load power follows the pressure by some 7 % a bar
SWITCHED = 0.1  # share of a run loaded, and share unloaded, that one power cannot be
BEYOND = 1.1  # times the highest power: no machine runs there
ENDLESS = 72.0  # h


def still(values: Floats, hours: float) -> list[slice]:
    """Runs of one value, not 0, of six hours and more, in a meter that otherwise changes all the time.

    Parameters
    ----------
    values : (t,) array
    hours : float
        Of an interval. [h]
    """
    same = np.concatenate([[False], values[1:] == values[:-1]]) & (values != 0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
    first, last = edges[::2], edges[1::2]
    long = (last - first) * hours >= LONG
    runs = [slice(int(begin) - 1, int(end)) for begin, end in zip(first[long], last[long], strict=True)]
    if not runs:
        return []
    running = ~np.isnan(values) & (values != 0)
    others = running & ~covered(runs, len(values))
    if np.count_nonzero(others) < max(COMPARED, 0.25 * np.count_nonzero(running)):
        return []  # values that are constant everywhere are coarse
    return runs if 1 - float(same[others].mean()) >= LIVELY else []


def covered(runs: Sequence[slice], steps: int) -> Bools:
    """Intervals within any of the runs: (t,)."""
    mask = np.zeros(steps, dtype=bool)
    for one in runs:
        mask[one] = True
    return mask


def disproved(station: Station, log: AirLog, series: str, runs: Sequence[slice]) -> list[slice]:
    """Of constant runs those that cannot be true, because what must move with the reading moved.

    Power is held against the machine's own state, the pressure and what the flow meter sees beyond the other machines;
    flow and pressure against what all machines make. A constant that nothing speaks against is a steady load.

    Parameters
    ----------
    station : Station
    log : AirLog
        Its machines in the order of the station, with power.
    series : str
        Name of a machine, `flow`, `pressure` or `dryer`.
    runs : sequence of slice
    """
    if series == "dryer" or log.power is None:
        return []
    made = _made(station, log)
    if series not in log.machines:
        least = SHIFTED * sum(float(capacity(one)) for one in station.compressors)
        return [run for run in runs if _range(made.sum(axis=0)[run], log.hours) > least]
    at = log.machines.index(series)
    one = next(one for one in station.compressors if one.name == series)
    return [run for run in runs if any(_against(one, at, made, log, run))]


def _against(one: Compressor, at: int, made: Floats, log: AirLog, run: slice) -> Iterator[bool]:
    """What speaks against the power of a machine in a run."""
    assert log.power is not None
    others = np.delete(made, at, axis=0)[:, run].sum(axis=0)
    if log.loaded is not None:
        loaded = float(np.mean(log.loaded[at, run] > 0.5))
        yield SWITCHED < loaded < 1 - SWITCHED
    if log.pressure is not None:
        yield _range(log.pressure[run], log.hours) > SWUNG
    if log.flow is not None:
        yield _range(log.flow[run] - others, log.hours) > MOVED * float(capacity(one))
    elif log.production is not None and len(log.machines) == 1:
        idle = float(np.mean(np.abs(log.production[run]) > 0))
        yield SWITCHED < idle < 1 - SWITCHED
    rated = max(float(full_power(one)), one.most_power or 0.0)
    ended = (run.stop - run.start) * log.hours > ENDLESS
    yield ended and float(log.power[at, run.start]) > BEYOND * rated and _range(others, log.hours) > 0.1 * one.flow


def _made(station: Station, log: AirLog) -> Floats:
    """Flow of each machine in proportion to its power above idle: enough to see a change. [m3 min-1]"""
    assert log.power is not None
    machines = {one.name: one for one in station.compressors}
    made = np.zeros_like(log.power)
    for at, name in enumerate(log.machines):
        one = machines[name]
        idle = 0.25 * one.power if one.idle_power is None else one.idle_power
        made[at] = np.clip((log.power[at] - idle) / max(one.power - idle, 1e-9), 0.0, 1.0) * one.flow
    return made


def _range(values: Floats, hours: float) -> float:
    """How far hourly means are apart, without the first and the last hour; within an hour, storage evens it out."""
    each = max(round(1 / hours), 1)
    count = len(values) // each
    blocks = values[: count * each].reshape(count, each)[1:-1]
    means = blocks[~np.isnan(blocks).any(axis=1)].mean(axis=1)
    return float(np.ptp(means)) if means.size else 0.0
