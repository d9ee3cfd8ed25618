"""A station whose receiver's pressure is followed in time: starts, cycles, blowdown, machines that turn unloaded.

The switches come from `events`; powers are added here, for all pieces between switches and ends of intervals at once.
The network takes what it takes at the pressure of the quasi-steady replay (`quasi_steady`): within a band, the flow
does not follow the pressure, nor does what a machine delivers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.air import dryer as drying
from wattstone.equipment.air.compressor import Control
from wattstone.equipment.air.cycle import BLOWN_DOWN
from wattstone.equipment.air.defaults import filled
from wattstone.equipment.air.events import Doing, Machine, Trace, trace
from wattstone.equipment.air.performance import full_power, vented
from wattstone.equipment.air.quasi_steady import UNUSABLE, steady
from wattstone.equipment.air.replay import Replay, State
from wattstone.equipment.air.replay_findings import gaps, short
from wattstone.equipment.air.replay_network import Network
from wattstone.equipment.air.replay_sets import Level, Sets, cascade_rises, continuous, sets_of
from wattstone.equipment.air.station import Station, findings
from wattstone.equipment.air.use import AirUse
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import refuse

__all__ = ["dynamic"]

STATES = {
    Doing.OFF: State.OFF,
    Doing.UNLOADED: State.UNLOADED,
    Doing.LOADED: State.LOADED,
    Doing.STARTING: State.STARTING,
    Doing.RELOADING: State.STARTING,
    Doing.HOLDING: State.LOADED,
    Doing.LEAST: State.LOADED,
}


TOLD = np.array([STATES[doing] for doing in Doing], dtype=np.int8)
RUNNING = np.array([STATES[doing] is State.LOADED for doing in Doing])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Pieces:
    """Time between switches and ends of intervals.

    `edges` (k + 1) in minutes, `step` (k,) interval, `content` (k + 1,) of the receiver, `doing` (machines, k),
    `since` (machines, k) minutes since the machine last switched, at the start of the piece.
    """

    edges: Floats
    step: npt.NDArray[np.int64]
    content: Floats
    doing: npt.NDArray[np.int8]
    since: Floats
    short: npt.NDArray[np.bool_]

    @property
    def length(self) -> Floats:
        """[min]"""
        return np.diff(self.edges)


def dynamic(station: Station, use: AirUse, *, start: float = 20.0, overrun: float = 1 / 6) -> Replay:
    """Replay a station against a use of air, with the pressure of its receiver followed from switch to switch.

    Parameters
    ----------
    station : Station
        With a receiver, and a cascade or a target.
    use : AirUse
        Intervals that follow one another; a gap starts anew.
    start : float
        From the start of a motor to full flow. [s]
    overrun : float
        How long a machine turns unloaded before it stops. [h]

    Returns
    -------
    Replay
        NaN where the use is.

    Raises
    ------
    InputRefused
        Code `air.no_receiver`, `air.sequencer`: without storage nothing can be followed, and an optimal rule has no
        pressure switches.
    """
    refuse(_impossible(station))
    refuse(one for one in findings(station) if one.code in UNUSABLE)
    sets = sets_of(station)
    guess = steady(sets, Network.of(station, use), station)
    asked = guess.taken.total + guess.unmet
    gap = np.isnan(use.flow)
    machines = _machines(station, sets, start / 60.0, overrun * 60.0)
    parts = _blank(station, use)
    for first, last in _known(gap):
        running = _running(sets, int(guess.chosen[first]))
        piece = _follow(station, machines, asked[first:last], use.hours * 60.0, running)
        _fill(station, sets, piece, asked[first:last], use.hours * 60.0, parts, slice(first, last))
    return _replay(station, use, guess.taken.leaks, guess.taken.purge, asked, parts)


def _impossible(station: Station) -> list[Finding]:
    found: list[Finding] = []
    place = f"station {station.name!r}"
    if not station.storage > 0 or not station.band > 0:
        found.append(
            Finding(
                code="air.no_receiver",
                place=place,
                found="storage is {storage} m3 and the band {band} bar: machines would switch without end",
                expected="more than 0 m3 of receivers and pipes, and a band of more than 0 bar",
                remedy="state the volume of receivers and pipes and the band, or replay it quasi-steady",
                params={"storage": f"{station.storage:g}", "band": f"{station.band:g}"},
            )
        )
    if station.sequencer == "optimal":
        found.append(
            Finding(
                code="air.sequencer",
                place=place,
                found="an optimal sequence has no pressure switches that could be followed in time",
                expected="a sequencer of cascade or target",
                remedy="replay it quasi-steady, or plan it by dispatch.air.sequencing",
            )
        )
    return found


def _known(gap: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last (exclusive) interval of each stretch without gaps."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], gap, [True]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _machines(station: Station, sets: Sets, start: float, overrun: float) -> tuple[Machine, ...]:
    rises = cascade_rises(station) if len(sets.levels) > 1 else (0.0,) * len(station.compressors)
    made: list[Machine] = []
    for index, rise in enumerate(rises):
        level = sets.levels[min(index, len(sets.levels) - 1)]
        machine, known = level.machines[index], filled(level.machines[index])
        stops = machine.control is Control.START_STOP
        flow = float(level.flow[index])
        made.append(
            Machine(
                flow=flow,
                least=_least(machine.control, known.least_flow, known.unload_at) * flow
                if continuous(machine)
                else None,
                on=station.pressure + rise,
                off=station.pressure + rise + station.band,
                start=start,
                reload=start if stops else known.reload / 60.0,
                overrun=0.0 if stops else overrun,
            )
        )
    return tuple(made)


def _least(control: Control, least_flow: float, unload_at: float) -> float:
    """Least share of flow at which a machine is controlled without unloading or beyond which it blows off."""
    if control in (Control.MODULATION, Control.BLOW_OFF):
        return 0.0
    if control in (Control.MODULATION_UNLOAD, Control.VARIABLE_DISPLACEMENT):
        return unload_at
    return least_flow


def _running(sets: Sets, index: int) -> tuple[int, ...]:
    """Machines of a set."""
    return () if index < 0 else (*sets.sets[index].full, sets.sets[index].trim)


def _follow(
    station: Station, machines: tuple[Machine, ...], asked: Floats, minutes: float, running: tuple[int, ...]
) -> _Pieces:
    """Switches, and the pieces between them and the ends of intervals."""
    needed = station.pressure - station.band if station.least_pressure is None else station.least_pressure
    found = trace(
        machines,
        asked,
        minutes=minutes,
        storage=station.storage,
        pressure=station.pressure + station.band / 2,
        floor=min(needed, station.pressure - 1e-6),
        target=station.sequencer == "target",
        running=running,
    )
    return _pieces(found, machines, asked.size, minutes)


def _pieces(found: Trace, machines: tuple[Machine, ...], steps: int, minutes: float) -> _Pieces:
    ends = np.arange(steps + 1) * minutes
    switched = [_with_stops(found, index, one.overrun, float(ends[-1])) for index, one in enumerate(machines)]
    shorts = np.array([time for time, _ in found.short])
    every: Floats = np.concatenate([ends, shorts, *(times for times, _ in switched)]).astype(np.float64)
    edges = np.unique(every)
    edges = edges[(edges >= 0) & (edges <= ends[-1])]
    starts = edges[:-1]
    at = [np.searchsorted(times, starts, side="right") - 1 for times, _ in switched]
    lacking = np.zeros(starts.size, dtype=bool)
    if shorts.size:
        place = np.searchsorted(shorts, starts, side="right") - 1
        flags = np.array([flag for _, flag in found.short])
        lacking = (place >= 0) & flags[np.maximum(place, 0)]
    step = np.minimum((starts / minutes + 1e-9).astype(np.int64), steps - 1)
    return _Pieces(
        edges=edges,
        step=step,
        content=np.zeros(edges.size) + found.content[0][1],
        doing=np.stack([doing[where] for where, (_, doing) in zip(at, switched, strict=True)]),
        since=np.stack([starts - times[where] for where, (times, _) in zip(at, switched, strict=True)]),
        short=lacking,
    )


def _with_stops(found: Trace, index: int, overrun: float, end: float) -> tuple[Floats, npt.NDArray[np.int8]]:
    """Switches of a machine, and the stops of what turned unloaded for too long."""
    times = np.array(found.times[index])
    doing = np.array(found.doing[index], dtype=np.int8)
    until = np.append(times[1:], end)
    stops = (doing == Doing.UNLOADED) & (until - times > overrun)
    times = np.concatenate([times, times[stops] + overrun])
    doing = np.concatenate([doing, np.full(int(stops.sum()), Doing.OFF, dtype=np.int8)])
    order = np.argsort(times, kind="stable")
    return times[order], doing[order]


@dataclass(frozen=True, eq=False)
class _Parts:
    """Means over intervals, filled stretch by stretch."""

    power: Floats
    flow: Floats
    share: npt.NDArray[np.float32]
    pressure: Floats
    vented: Floats
    unmet: Floats
    stored: Floats
    starts: npt.NDArray[np.int64]


def _blank(station: Station, use: AirUse) -> _Parts:
    count, steps = len(station.compressors), use.flow.size
    one = np.full(steps, np.nan)
    many = np.full((count, steps), np.nan)
    share = np.zeros((len(State), count, steps), dtype=np.float32)
    return _Parts(many, many.copy(), share, one, one.copy(), one.copy(), one.copy(), np.zeros(count, dtype=np.int64))


def _fill(
    station: Station, sets: Sets, pieces: _Pieces, asked: Floats, minutes: float, parts: _Parts, where: slice
) -> None:
    """Flows, pressures and powers of the pieces, and their means over the intervals."""
    length = pieces.length
    firsts = np.searchsorted(pieces.step, np.arange(asked.size))

    def mean(values: Floats) -> Floats:
        return np.add.reduceat(values * length, firsts, axis=-1) / minutes

    levels = [sets.levels[min(index, len(sets.levels) - 1)] for index in range(len(station.compressors))]
    flow = _flows(pieces, levels, asked)
    lost = [_lost(pieces, index, level, flow[index]) for index, level in enumerate(levels)]
    demand = asked[pieces.step]
    net = flow.sum(axis=0) - demand
    unmet = np.where(pieces.short, -net, 0.0)
    stored = net + unmet
    content = pieces.content[0] + np.concatenate([[0.0], np.cumsum(stored * length)])
    middle = (content[1:] + content[:-1]) / 2 / station.storage
    for index, level in enumerate(levels):
        power = _power(pieces, index, level, flow[index], middle)
        parts.power[index, where] = mean(power)
        parts.flow[index, where] = mean(flow[index] + lost[index])
        told = TOLD[pieces.doing[index]]
        for state in np.unique(told):
            parts.share[state, index, where] = mean((told == state).astype(float))
        codes = pieces.doing[index]
        parts.starts[index] += int(((codes[1:] == Doing.STARTING) & (codes[:-1] != Doing.STARTING)).sum())
    parts.pressure[where] = mean(middle)
    parts.vented[where] = mean(np.sum(lost, axis=0))
    parts.unmet[where], parts.stored[where] = mean(unmet), mean(stored)


def _lost(pieces: _Pieces, index: int, level: Level, flow: Floats) -> Floats:
    """What a machine blows off in each piece."""
    if level.machines[index].control is not Control.BLOW_OFF:
        return np.zeros(flow.size)
    lost = vented(level.machines[index], flow, pressure=level.discharge(index))
    return np.where(RUNNING[pieces.doing[index]], lost, 0.0)


def _flows(pieces: _Pieces, levels: list[Level], asked: Floats) -> Floats:
    """Flow that each machine gives to the header in each piece."""
    flow = np.zeros(pieces.doing.shape)
    for index, level in enumerate(levels):
        doing, full = pieces.doing[index], level.flow[index]
        known = filled(level.machines[index])
        least = _least(level.machines[index].control, known.least_flow, known.unload_at) * full
        flow[index] = np.where(doing == Doing.LOADED, full, np.where(doing == Doing.LEAST, least, 0.0))
    rest = asked[pieces.step] - flow.sum(axis=0)
    return np.where(pieces.doing == Doing.HOLDING, rest, flow)


def _power(pieces: _Pieces, index: int, level: Level, flow: Floats, pressure: Floats) -> Floats:
    """Mean power of a machine in each piece. [kW]"""
    machine, doing = level.machines[index], pieces.doing[index]
    known = filled(machine)
    idle = float(level.power(index, 0.0)) if machine.control is not Control.START_STOP else known.idle
    lowest, highest = float(pressure.min()), float(pressure.max())
    grid = np.linspace(min(lowest, level.on), max(highest, level.off) + 1e-9, 65)
    full = np.interp(pressure, grid, full_power(machine, pressure=grid + level.drop, inlet=level.inlet))
    power = np.where(doing == Doing.LOADED, full, 0.0)
    part = (doing == Doing.HOLDING) | (doing == Doing.LEAST)
    if part.any():
        power[part] = level.power(index, np.clip(flow[part], 0.0, level.flow[index]))
    power = np.where(doing == Doing.STARTING, idle, power)
    power = np.where(doing == Doing.RELOADING, (idle + full) / 2, power)
    unloaded = doing == Doing.UNLOADED
    if unloaded.any():
        at_full = float(full_power(machine, pressure=level.off + level.drop, inlet=level.inlet))
        shut = max(known.closed * at_full, idle)
        power[unloaded] = _sinking(pieces, index, unloaded, (shut, idle, known.blowdown / 60.0))
    return power


def _sinking(pieces: _Pieces, index: int, which: npt.NDArray[np.bool_], decay: tuple[float, float, float]) -> Floats:
    """Mean power while the sump blows down, and after it: exponential, done when 2 % are left."""
    shut, idle, blowdown = decay
    begun: Floats = pieces.since[index][which]
    length: Floats = pieces.length[which]
    if blowdown <= 0:
        return np.full(begun.size, idle)
    constant = blowdown / np.log(1 / BLOWN_DOWN)
    first, last = np.minimum(begun, blowdown), np.minimum(begun + length, blowdown)
    area: Floats = constant * (np.exp(-first / constant) - np.exp(-last / constant))
    return idle + (shut - idle) * np.divide(area, length, out=np.zeros(area.size), where=length > 0)


def _replay(station: Station, use: AirUse, leaks: Floats, purge: Floats, asked: Floats, parts: _Parts) -> Replay:
    """The replay: what is short is taken from end uses."""
    taken = asked - parts.unmet - leaks - purge
    through = taken + leaks + purge
    gap = np.isnan(use.flow)
    dryer = np.zeros(through.size) if station.dryer is None else drying.power(station.dryer, through)
    state = np.argmax(parts.share, axis=0).astype(np.int8)
    return Replay(
        names=tuple(one.name for one in station.compressors),
        hours=use.hours,
        weight=use.weights,
        power=parts.power,
        dryer=np.where(gap, np.nan, np.where(through > 0, dryer, 0.0)),
        state=state,
        share=parts.share,
        flow=parts.flow,
        pressure=parts.pressure,
        use=taken,
        leaks=leaks,
        purge=purge,
        vented=parts.vented,
        unmet=parts.unmet,
        stored=parts.stored,
        starts=parts.starts,
        start=use.start,
        findings=(*gaps(station, gap, use), *short(station, parts.unmet, use)),
        method="dynamic",
    )
