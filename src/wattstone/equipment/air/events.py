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
from itertools import zip_longest

import numpy as np

from wattstone.equipment.air.events_cycle import Cycling, cycles
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
    running: Sequence[int] = (),
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
    running : sequence of int
        Machines that are loaded at the start.

    Returns
    -------
    Trace
    """
    run = _Run(machines, demand, minutes, storage, floor, target)
    for index in running:
        run.doing[index] = run.trace.doing[index][0] = Doing.LOADED
    run.go(pressure * storage)
    return run.trace


@dataclass(frozen=True, slots=True, eq=False)
class _Setup:
    """What follows from what the machines do, worked out once for each combination of it.

    Parameters
    ----------
    supply : float
        Flow of all that runs, but of a machine that holds the pressure. [m3 min-1]
    coming : float
        Full flow of all that runs or is on its way. [m3 min-1]
    holding : bool
    trim : int
        Machine that may hold the pressure: the last called of a cascade, the last continuous one of a target; -1 none.
    rest : float
        `supply` without the machine that trims.
    call, release : int
        The machine that is loaded next, and unloaded next; -1 none.
    early : bool
        Whether the next one trims, so that it is called at the middle of its band.
    lows, highs : tuple of float
        Contents at which something switches when the pressure falls, and rises. [m3]
    """

    supply: float
    coming: float
    holding: bool
    trim: int
    rest: float
    call: int
    early: bool
    release: int
    lows: tuple[float, ...]
    highs: tuple[float, ...]


IDLE = (Doing.OFF, Doing.UNLOADED)
RUNS = (Doing.LOADED, Doing.LEAST, Doing.HOLDING)


class _Run:
    """The state between two switches."""

    def __init__(
        self, machines: Sequence[Machine], demand: Floats, minutes: float, storage: float, floor: float, target: bool
    ) -> None:
        self.machines, self.minutes, self.target = tuple(machines), minutes, target
        self.array = demand
        self.demand: list[float] = demand.tolist()
        self.total: list[float] = (np.concatenate([[0.0], np.cumsum(demand)]) * minutes).tolist()
        self.floor = floor * storage
        self.on = [one.on * storage for one in machines]
        self.off = [one.off * storage for one in machines]
        self.middle = [(one.on + one.off) / 2 * storage for one in machines]
        count = len(self.machines)
        self.doing = [Doing.OFF] * count
        self.since = [-EVER] * count
        self.ready: dict[int, float] = {}
        self.trace = Trace([[0.0] for _ in machines], [[Doing.OFF] for _ in machines])
        self.runs: dict[float, list[int]] = {}
        self.setups: dict[tuple[Doing, ...], _Setup] = {}
        self.cycling: dict[_Setup, Cycling | None] = {}
        self.time: float = 0.0
        self.step: int = 0
        self.content: float = 0.0
        self.end = demand.size * minutes

    def go(self, content: float) -> None:
        """From the start to the end."""
        self.content = content
        self.trace.content.append((0.0, content))
        while self.time < self.end:
            setup = self._decide()
            if not self.ready and self._cycled(setup):
                continue
            until = min(self.end, *self.ready.values()) if self.ready else self.end
            if setup.holding:
                self._hold(setup, until)
            elif self.content <= self.floor + SLACK and setup.supply < self.demand[self.step]:
                self._fall_short(setup.supply, until)
            else:
                self._cross(setup, until)
        self.trace.content.append((self.time, self.content))

    def _cycled(self, setup: _Setup) -> bool:
        """Let one machine cycle for as long as nothing else is due; whether it did."""
        one = self.cycling.get(setup)
        if setup not in self.cycling:
            one = self.cycling[setup] = self._cycling(setup)
        if one is None or not one.base < self.demand[self.step] < one.base + one.flow:
            return False
        if not one.lowest + SLACK < self.content < one.off - SLACK:
            return False
        last = min(self._last(one.base), self._last(one.base + one.flow))
        done = cycles(one, self.demand, self.minutes, time=self.time, step=self.step, content=self.content, last=last)
        times, doing = self.trace.times[one.machine], self.trace.doing[one.machine]
        for time, calling, loading in zip_longest(done.unloadings, done.callings, done.loadings):
            times.append(time)
            doing.append(Doing.UNLOADED)
            if calling is not None and one.reload > 0:
                times.append(calling)
                doing.append(Doing.RELOADING)
            if loading is not None:
                times.append(loading)
                doing.append(Doing.LOADED)
        if not done.loaded:
            self.since[one.machine] = done.unloadings[-1]
            self.doing[one.machine] = Doing.UNLOADED
        self.time, self.step = done.time, min(done.step, len(self.demand) - 1)
        self.content = done.content
        return True

    def _cycling(self, setup: _Setup) -> Cycling | None:
        """The machine that cycles while all others stay as they are; None where others switch at its thresholds."""
        last = setup.release
        if last < 0 or setup.trim >= 0 or self.machines[last].least is not None:
            return None
        one, on, off = self.machines[last], self.on[last], self.off[last]
        if 4 * (off - on) > 8 * self.minutes * one.flow:
            return None  # slow cycles are found faster by searching
        self.doing[last] = Doing.UNLOADED
        other = self._setup()
        self.doing[last] = Doing.LOADED
        below = [self.on[i] for i, what in enumerate(self.doing) if what in IDLE and not self.target]
        if other.call != last or other.early or other.trim >= 0 or max(other.lows) > on or min(setup.highs) < off:
            return None
        lowest = max([self.floor, *below])
        return Cycling(last, other.supply, one.flow, on, off, lowest, one.reload, one.overrun)

    def _setup(self) -> _Setup:
        key = tuple(self.doing)
        known = self.setups.get(key)
        if known is None:
            known = self.setups[key] = self._worked_out()
        return known

    def _worked_out(self) -> _Setup:
        doing, machines = self.doing, self.machines
        own = [
            one.flow if what is Doing.LOADED else (one.least or 0.0) if what is Doing.LEAST else 0.0
            for one, what in zip(machines, doing, strict=True)
        ]
        trim = self._trimming()
        call, early = self._next_call()
        loaded = [i for i, what in enumerate(doing) if what in (Doing.LOADED, Doing.LEAST)]
        discrete = [i for i in loaded if machines[i].least is None]
        last = discrete if self.target and discrete else loaded
        if self.target and not discrete and Doing.HOLDING in doing:
            last = []
        waiting = [i for i, what in enumerate(doing) if what in IDLE]
        middles = [self.middle[i] for i in waiting if self.target and machines[i].least is not None]
        middle = [self.middle[trim]] if trim >= 0 else []
        return _Setup(
            supply=sum(own),
            coming=sum(one.flow for one, what in zip(machines, doing, strict=True) if what not in IDLE),
            holding=Doing.HOLDING in doing,
            trim=trim,
            rest=sum(own) - (own[trim] if trim >= 0 else 0.0),
            call=call,
            early=early,
            release=last[-1] if last else -1,
            lows=(*(self.on[i] for i in waiting), *middles, *middle, self.floor),
            highs=(*(self.off[i] for i in loaded), *middle),
        )

    def _trimming(self) -> int:
        for index in reversed(range(len(self.machines))):
            if self.doing[index] in RUNS:
                if self.machines[index].least is not None:
                    return index
                if not self.target:
                    return -1
        return -1

    def _next_call(self) -> tuple[int, bool]:
        """The machine that is loaded next: in a target, one that can trim comes before all others."""
        waiting = [i for i, what in enumerate(self.doing) if what in IDLE]
        if not waiting:
            return -1, False
        pairs = zip(self.machines, self.doing, strict=True)
        trims = any(one.least is not None and what not in IDLE for one, what in pairs)
        able = [i for i in waiting if self.machines[i].least is not None]
        if self.target and able and not trims:
            return able[-1], True
        return waiting[0], False

    def _say(self, machine: int, doing: Doing) -> None:
        self.doing[machine] = doing
        times = self.trace.times[machine]
        if times[-1] == self.time:
            self.trace.doing[machine][-1] = doing
        else:
            times.append(self.time)
            self.trace.doing[machine].append(doing)

    def _decide(self) -> _Setup:
        """Switch whatever is due at this moment."""
        if self.ready:
            for index in [one for one, ready in self.ready.items() if ready <= self.time + 1e-12]:
                del self.ready[index]
                self._say(index, Doing.LOADED)
        while True:
            setup = self._setup()
            asked = self.demand[self.step]
            if setup.call >= 0 and self._called(setup, asked):
                self._load(setup.call)
                continue
            last = setup.release
            if last >= 0 and self.content >= self.off[last] - SLACK and setup.supply > asked and not setup.holding:
                self.since[last] = self.time
                self._say(last, Doing.UNLOADED)
                continue
            return self._trim(setup, asked) if setup.trim >= 0 or setup.holding else self._untrimmed(setup)

    def _called(self, setup: _Setup, asked: float) -> bool:
        """Whether the next machine loads."""
        if self.target and setup.coming > asked + (0.0 if setup.early else -SLACK):
            return False
        at = self.middle[setup.call] if setup.early else self.on[setup.call]
        return self.content <= at + SLACK

    def _load(self, index: int) -> None:
        machine, unloaded = self.machines[index], self.doing[index] is Doing.UNLOADED
        turning = unloaded and self.time - self.since[index] <= machine.overrun
        wait = machine.reload if turning else machine.start
        if unloaded and not turning:
            # it stopped some time ago: what is said late is said with its time
            self.trace.times[index].append(self.since[index] + machine.overrun)
            self.trace.doing[index].append(Doing.OFF)
        if wait > 0:
            self.ready[index] = self.time + wait
        self._say(index, Doing.LOADED if wait <= 0 else Doing.RELOADING if turning else Doing.STARTING)

    def _untrimmed(self, setup: _Setup) -> _Setup:
        """No machine may trim any more: what was at its least runs full."""
        if Doing.LEAST not in self.doing:
            return setup
        for index, doing in enumerate(self.doing):
            if doing is Doing.LEAST:
                self._say(index, Doing.LOADED)
        return self._setup()

    def _trim(self, setup: _Setup, asked: float) -> _Setup:
        """Hold, run full or run at least: by the pressure and the flow that is left to the trimming machine."""
        trim = setup.trim
        for index, doing in enumerate(self.doing):
            if index != trim and (doing is Doing.HOLDING or doing is Doing.LEAST):
                self._say(index, Doing.LOADED)
                setup = self._setup()
        if trim < 0:
            return setup
        machine, middle = self.machines[trim], self.middle[trim]
        left = asked - setup.rest
        if self.content < middle - SLACK or left > machine.flow:
            wanted = Doing.LOADED
        elif self.content > middle + SLACK or left < (machine.least or 0.0):
            wanted = Doing.LEAST
        else:
            wanted = Doing.HOLDING
        if self.doing[trim] is wanted:
            return setup
        self._say(trim, wanted)
        return self._setup()

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

    def _hold(self, setup: _Setup, until: float) -> None:
        """The pressure stands until the flow leaves the range of the machine that holds it."""
        machine = self.machines[setup.trim]
        last = min(self._last(setup.rest + (machine.least or 0.0)), self._last(setup.rest + machine.flow))
        self._to(min(until, last * self.minutes))

    def _fall_short(self, supply: float, until: float) -> None:
        """At the least pressure flow is short, until more comes or less is asked for."""
        self.trace.short.append((self.time, True))
        self._to(min(until, self._last(supply) * self.minutes))
        self.trace.short.append((self.time, False))

    def _cross(self, setup: _Setup, until: float) -> None:
        """Go on to where the content reaches what it moves to, or to the end of the run in which it goes one way."""
        here, step = self.content, self.step
        net = setup.supply - self.demand[step]
        level = _next(setup.highs, here + SLACK, up=True) if net > 0 else _next(setup.lows, here - SLACK, up=False)

        # most switches come before the flow changes: no search is needed for them
        edge = (step + 1) * self.minutes
        stop = min(edge, until)
        reached = here + net * (stop - self.time)
        if (reached >= level) if net > 0 else (reached <= level):
            crossing = self.time + (level - here) / net
            self.content = level
            self._to(min(stop, crossing))
        elif stop == until or self._last(setup.supply) == step + 1:
            self.content = reached
            self._to(stop)
        else:
            self._search(setup.supply, level, until)

    def _search(self, supply: float, level: float, until: float) -> None:
        """Where the content reaches a level in a run of intervals, by doubling steps and bisection."""
        time, step, minutes = self.time, self.step, self.minutes
        last, total, demand = self._last(supply), self.total, self.demand
        offset = self.content - supply * time + total[step] + demand[step] * (time - step * minutes)
        rising = supply > demand[step]

        def beyond(edge: int) -> bool:
            content = offset + supply * edge * minutes - total[edge]
            return content >= level if rising else content <= level

        before, edge = step, step + 1
        while edge < last and edge * minutes < until and not beyond(edge):
            before, edge = edge, min(2 * edge - step, last)
        if beyond(edge):
            inside = bisect_left(range(before + 1, edge + 1), True, key=beyond) + before
            start = max(inside * minutes, time)
            gone = total[inside] + demand[inside] * (start - inside * minutes)
            crossing = start + (level - offset - supply * start + gone) / (supply - demand[inside])
            if crossing <= until:
                self.content = level
                self._to(max(crossing, time))
                return
        reached = min(until, last * minutes)
        self._to(reached)
        at = self.step
        self.content = offset + supply * reached - total[at] - demand[at] * (reached - at * minutes)


def _next(levels: tuple[float, ...], beyond: float, *, up: bool) -> float:
    """The nearest of some levels above, or below, a content; without one, infinity that way."""
    found = EVER if up else -EVER
    for one in levels:
        if (beyond < one < found) if up else (found < one < beyond):
            found = one
    return found
