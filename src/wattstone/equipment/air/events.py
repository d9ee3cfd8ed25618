"""When machines switch: the pressure of the receiver followed from one switch to the next.

Between two switches the machines give a constant flow and the receiver's content is

    v(t) = v(t0) + S (t - t0) - (D(t) - D(t0)),        v = V p / p_free

with D the cumulated demand, which is piecewise linear. The next switch is where v crosses a threshold: within a run of
intervals in which demand stays on one side of S, v goes one way, so that the crossing is found by doubling steps and
bisection, not by walking through the intervals. Powers play no part here; `dynamics` adds them.

The rule of a machine: below its cut-in it loads, above its cut-out it unloads, the last called first. A machine that
can be controlled continuously runs full below the middle of its band and at its least above it, and holds the pressure
there as long as the flow is within its range.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from wattstone.equipment.arrays import Floats

__all__ = ["Doing", "Machine", "Trace", "trace"]

EVER = float("inf")
SLACK = 1e-9  # m3 of free air: below it a threshold counts as reached


class Doing(IntEnum):
    """What a machine does between two switches, as far as its flow and power go."""

    OFF = 0
    UNLOADED = 1
    LOADED = 2
    STARTING = 3
    RELOADING = 4
    HOLDING = 5
    LEAST = 6


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What the switches of a machine depend on.

    Parameters
    ----------
    flow : float
        At full load. [m3 min-1]
    least : float or None
        Least flow of a machine that is controlled continuously; None for one that loads and unloads. [m3 min-1]
    on, off : float
        Cut-in and cut-out at the header. [bar(g)]
    start, reload : float
        Time from a start, and from being unloaded, to full flow. [min]
    overrun : float
        How long it turns unloaded before it stops. [min]
    """

    flow: float
    least: float | None
    on: float
    off: float
    start: float
    reload: float
    overrun: float


@dataclass(eq=False)
class Trace:
    """Switches as they come.

    Parameters
    ----------
    times : list of float
        Of the switches of each machine, from the start. [min]
    doing : list of Doing
        What each does from then on.
    content : list of (float, float)
        Time and content of the receiver at every switch. [min], [m3 of free air above 0 bar(g)]
    short : list of (float, bool)
        When flow begins, and ceases, to be short at the least pressure.
    """

    times: list[list[float]]
    doing: list[list[Doing]]
    content: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    short: list[tuple[float, bool]] = field(default_factory=list[tuple[float, bool]])


def trace(
    machines: Sequence[Machine],
    demand: Floats,
    *,
    minutes: float,
    storage: float,
    pressure: float,
    floor: float,
    target: bool,
) -> Trace:
    """Follow the machines through a demand without gaps.

    Parameters
    ----------
    machines : sequence of Machine
        In the order in which they are called.
    demand : (t,) array
        Flow out of the receiver. [m3 min-1]
    minutes : float
        Length of an interval. [min]
    storage : float
        Volume of the receiver. [m3]
    pressure : float
        At the start. [bar(g)]
    floor : float
        Pressure at which end uses get less, so that it falls no further. [bar(g)]
    target : bool
        Whether a controller calls the machines one at a time, where the ones that are coming do not suffice, and the
        continuous one trims whatever else runs; or each acts by its own pressure switch.

    Returns
    -------
    Trace
    """
    run = _Run(machines, demand, minutes, storage, floor, target)
    run.go(pressure * storage)
    return run.trace


class _Run:
    """The state between two switches."""

    def __init__(
        self, machines: Sequence[Machine], demand: Floats, minutes: float, storage: float, floor: float, target: bool
    ) -> None:
        self.machines, self.minutes, self.target = tuple(machines), minutes, target
        self.demand: list[float] = demand.tolist()
        self.array = demand
        self.total: list[float] = np.concatenate([[0.0], np.cumsum(demand)]).tolist()
        self.total = [one * minutes for one in self.total]
        self.floor = floor * storage
        self.on = [one.on * storage for one in machines]
        self.off = [one.off * storage for one in machines]
        self.middle = [(one.on + one.off) / 2 * storage for one in machines]
        count = len(self.machines)
        self.doing = [Doing.OFF] * count
        self.since = [-EVER] * count
        self.ready = [EVER] * count
        self.trace = Trace([[0.0] for _ in machines], [[Doing.OFF] for _ in machines])
        self.runs: dict[float, list[int]] = {}
        self.time, self.step, self.content = 0.0, 0, 0.0

    def go(self, content: float) -> None:
        """From the start to the end."""
        self.content = content
        end = len(self.demand) * self.minutes
        self.trace.content.append((0.0, content))
        while self.time < end:
            self._decide()
            self._advance(end)
        self.trace.content.append((self.time, self.content))

    def _say(self, machine: int, doing: Doing) -> None:
        self.doing[machine] = doing
        times = self.trace.times[machine]
        if times[-1] == self.time:
            self.trace.doing[machine][-1] = doing
        else:
            times.append(self.time)
            self.trace.doing[machine].append(doing)
        self.trace.content.append((self.time, self.content))

    def _supply(self, holding: bool = False) -> float:
        """Flow of all that runs; a machine that holds counts as nothing if `holding`."""
        total = 0.0
        for one, doing in zip(self.machines, self.doing, strict=True):
            if doing is Doing.LOADED:
                total += one.flow
            elif doing is Doing.LEAST:
                total += one.least or 0.0
            elif doing is Doing.HOLDING and not holding:
                total += self.demand[self.step]
        return total

    def _trimming(self) -> int | None:
        """The machine that may hold the pressure: the last called of a cascade, the last continuous one of a target."""
        for index in reversed(range(len(self.machines))):
            if self.doing[index] in (Doing.LOADED, Doing.LEAST, Doing.HOLDING):
                if self.machines[index].least is not None:
                    return index
                if not self.target:
                    return None
        return None

    def _decide(self) -> None:
        """Switch whatever is due at this moment."""
        for index, ready in enumerate(self.ready):
            if ready <= self.time + 1e-12:
                self.ready[index] = EVER
                self._say(index, Doing.LOADED)
        while self._call() or self._release():
            pass
        self._trim()

    def _call(self) -> bool:
        """Load the next machine if its cut-in is reached."""
        doing = self.doing
        waiting = [i for i, what in enumerate(doing) if what in (Doing.OFF, Doing.UNLOADED)]
        if not waiting:
            return False
        least = [i for i in waiting if self.machines[i].least is not None] if self.target else []
        index = least[-1] if least and not self._continuous() else waiting[0]
        if index in least and self.content <= self.middle[index] + SLACK and self._rising() <= 0:
            return self._load(index)
        if self.content > self.on[index] + SLACK:
            return False
        if self.target and self._rising() >= 0:
            return False
        return self._load(index)

    def _continuous(self) -> bool:
        """Whether a machine that can trim runs, or is coming."""
        idle = (Doing.OFF, Doing.UNLOADED)
        return any(
            one.least is not None and what not in idle for one, what in zip(self.machines, self.doing, strict=True)
        )

    def _rising(self) -> float:
        """Net flow into the receiver with all that is coming, and with what trims at its full flow."""
        coming = 0.0
        for one, doing in zip(self.machines, self.doing, strict=True):
            if doing not in (Doing.OFF, Doing.UNLOADED):
                coming += one.flow
        return coming - self.demand[self.step]

    def _load(self, index: int) -> bool:
        machine = self.machines[index]
        turning = self.doing[index] is Doing.UNLOADED and self.time - self.since[index] <= machine.overrun
        wait = machine.reload if turning else machine.start
        if wait <= 0:
            self._say(index, Doing.LOADED)
        else:
            if self.doing[index] is Doing.UNLOADED and not turning:
                self._stopped(index)
            self.ready[index] = self.time + wait
            self._say(index, Doing.RELOADING if turning else Doing.STARTING)
        return True

    def _stopped(self, index: int) -> None:
        """It stopped some time ago: what is said late is said with its time."""
        self.trace.times[index].append(self.since[index] + self.machines[index].overrun)
        self.trace.doing[index].append(Doing.OFF)

    def _release(self) -> bool:
        """Unload the last machine whose cut-out is reached."""
        for index in reversed(range(len(self.machines))):
            doing = self.doing[index]
            if doing not in (Doing.LOADED, Doing.LEAST):
                continue
            machine = self.machines[index]
            if self.target and machine.least is not None and self._discrete_loaded():
                continue
            if self.content < self.off[index] - SLACK or self._supply() <= self.demand[self.step]:
                return False
            self.since[index] = self.time
            self._say(index, Doing.UNLOADED)
            return True
        return False

    def _discrete_loaded(self) -> bool:
        return any(
            one.least is None and what is Doing.LOADED for one, what in zip(self.machines, self.doing, strict=True)
        )

    def _trim(self) -> None:
        """Hold, run full or run at least: by the pressure and the flow that is left to the trimming machine."""
        index = self._trimming()
        for other, doing in enumerate(self.doing):
            if other != index and doing in (Doing.HOLDING, Doing.LEAST):
                self._say(other, Doing.LOADED)
        if index is None:
            return
        machine, middle = self.machines[index], self.middle[index]
        own = machine.flow if self.doing[index] is Doing.LOADED else 0.0
        own = machine.least or 0.0 if self.doing[index] is Doing.LEAST else own
        left = self.demand[self.step] - (self._supply(holding=True) - own)
        if self.content < middle - SLACK or left > machine.flow:
            wanted = Doing.LOADED
        elif self.content > middle + SLACK or left < (machine.least or 0.0):
            wanted = Doing.LEAST
        else:
            wanted = Doing.HOLDING
        if self.doing[index] is not wanted:
            self._say(index, wanted)

    def _thresholds(self) -> tuple[float, float]:
        """The next content below and above at which something switches."""
        low, high, here = -EVER, EVER, self.content
        for index, doing in enumerate(self.doing):
            if doing in (Doing.OFF, Doing.UNLOADED):
                low = max(low, self.on[index]) if self.on[index] < here - SLACK else low
                middle = self.middle[index]
                if self.target and self.machines[index].least is not None and middle < here - SLACK:
                    low = max(low, middle)
            elif doing in (Doing.LOADED, Doing.LEAST):
                high = min(high, self.off[index]) if self.off[index] > here + SLACK else high
        trimming = self._trimming()
        if trimming is not None:
            middle = self.middle[trimming]
            low = max(low, middle) if middle < here - SLACK else low
            high = min(high, middle) if middle > here + SLACK else high
        return (max(low, self.floor) if self.floor < here - SLACK else low), high

    def _advance(self, end: float) -> None:
        """Go on to the next switch, or to the end of the run of intervals in which the pressure goes one way."""
        until = min(end, *self.ready)
        holding = next((i for i, what in enumerate(self.doing) if what is Doing.HOLDING), None)
        if holding is not None:
            self._hold(holding, until)
            return
        supply = self._supply()
        if self.content <= self.floor + SLACK and supply < self.demand[self.step]:
            self._fall_short(supply, until)
            return
        self._cross(supply, until)

    def _last(self, level: float) -> int:
        """The end of the run of intervals in which demand stays on one side of a level."""
        ends = self.runs.get(level)
        if ends is None:
            side = np.sign(self.array - level).astype(np.int8)
            changes = np.flatnonzero(side[1:] != side[:-1]) + 1
            ends = self.runs[level] = [*changes.tolist(), len(self.demand)]
        return ends[bisect_left(ends, self.step + 1)]

    def _to(self, time: float) -> None:
        """Set the clock, and the interval in which it stands."""
        self.time = time
        step = int(time / self.minutes)
        if (step + 1) * self.minutes <= time + 1e-12:
            step += 1
        self.step = min(step, len(self.demand) - 1)

    def _hold(self, index: int, until: float) -> None:
        """The pressure stands until the flow leaves the range of the machine that holds it."""
        machine, base = self.machines[index], self._supply(holding=True)
        last = min(self._last(base + (machine.least or 0.0)), self._last(base + machine.flow))
        self._to(min(until, last * self.minutes))

    def _fall_short(self, supply: float, until: float) -> None:
        """At the least pressure flow is short, until more comes or less is asked for."""
        self.trace.short.append((self.time, True))
        self._to(min(until, self._last(supply) * self.minutes))
        self.trace.short.append((self.time, False))

    def _cross(self, supply: float, until: float) -> None:
        low, high = self._thresholds()
        last = self._last(supply)
        time, content, step = self.time, self.content, self.step
        offset = content - supply * time + self.total[step] + self.demand[step] * (time - step * self.minutes)
        rising = supply > self.demand[step]
        level = high if rising else low
        sign = 1.0 if rising else -1.0

        def beyond(edge: int) -> bool:
            return sign * (offset + supply * edge * self.minutes - self.total[edge] - level) >= 0

        if abs(level) != EVER:
            before, edge = step, step + 1
            while edge < last and not beyond(edge):
                before, edge = edge, min(2 * edge - step, last)
            if beyond(edge):
                inside = bisect_left(range(before + 1, edge + 1), True, key=beyond) + before
                start = max(inside * self.minutes, time)
                gone = self.total[inside] + self.demand[inside] * (start - inside * self.minutes)
                crossing = start + (level - offset - supply * start + gone) / (supply - self.demand[inside])
                if crossing <= until:
                    self.content = level
                    self._to(max(crossing, time))
                    return
        reached = min(until, last * self.minutes)
        self._to(reached)
        at = self.step if self.time < len(self.demand) * self.minutes else len(self.demand) - 1
        self.content = offset + supply * reached - self.total[at] - self.demand[at] * (reached - at * self.minutes)
