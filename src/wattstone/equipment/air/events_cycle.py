"""A machine that loads and unloads while nothing else switches: most of what happens in a station, in one tight loop.

`events` hands over here while the flow stays between what the other machines give and what they give with this one, and
takes over again as soon as anything else is due. The switches are the same; a cycle takes a fraction of the time.
"""

from dataclasses import dataclass

__all__ = ["Cycles", "Cycling", "cycles"]

SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Cycling:
    """One machine that cycles.

    Parameters
    ----------
    machine : int
    base, flow : float
        Flow of the others, and its own. [m3 min-1]
    on, off : float
        Contents at which it loads and unloads. [m3]
    lowest : float
        Content at which something else is due. [m3]
    reload, overrun : float
        [min]
    """

    machine: int
    base: float
    flow: float
    on: float
    off: float
    lowest: float
    reload: float
    overrun: float


@dataclass(slots=True)
class Cycles:
    """Where the loop ended, and when the machine unloaded, began to reload, and was loaded. [min], [m3]"""

    time: float
    step: int
    content: float
    loaded: bool
    unloadings: list[float]
    callings: list[float]
    loadings: list[float]


def cycles(
    one: Cycling, demand: list[float], minutes: float, *, time: float, step: int, content: float, last: int
) -> Cycles:
    """Cycle from a loaded state, to the end of the run of intervals or to where something else is due.

    Parameters
    ----------
    one : Cycling
    demand : list of float
        In `step` to `last` between `base` and `base + flow`, both excluded. [m3 min-1]
    minutes : float
        Length of an interval. [min]
    time, step, content
        Of the start.
    last : int
        End of the run, excluded.
    """
    done = Cycles(time, step, content, True, [], [], [])
    full, base, on, off, reload = one.base + one.flow, one.base, one.on, one.off, one.reload
    edge = (step + 1) * minutes
    while True:
        while content + (full - demand[step]) * (edge - time) < off:
            content += (full - demand[step]) * (edge - time)
            time, step = edge, step + 1
            if step >= last:
                return _ended(done, time, step, content, loaded=True)
            edge = (step + 1) * minutes
        time += (off - content) / (full - demand[step])
        content, unloaded = off, time
        done.unloadings.append(time)
        while content + (base - demand[step]) * (edge - time) > on:
            content += (base - demand[step]) * (edge - time)
            time, step = edge, step + 1
            if step >= last:
                return _ended(done, time, step, content, loaded=False)
            edge = (step + 1) * minutes
        time += (on - content) / (base - demand[step])
        content = on

        # another machine may be due while this one reloads, or it may have stopped: then all is left to the caller
        ready, sagging, at, when = time + reload, on, step, time
        while ready >= (at + 1) * minutes and at < last:
            sagging += (base - demand[at]) * ((at + 1) * minutes - when)
            at += 1
            when = at * minutes
        if at >= last or time - unloaded > one.overrun:
            return _ended(done, time, step, content, loaded=False)
        sagging += (base - demand[at]) * (ready - when)
        if sagging <= one.lowest + SLACK:
            return _ended(done, time, step, content, loaded=False)
        done.callings.append(time)
        done.loadings.append(ready)
        time, step, content = ready, at, sagging
        edge = (step + 1) * minutes


def _ended(done: Cycles, time: float, step: int, content: float, *, loaded: bool) -> Cycles:
    done.time, done.step, done.content, done.loaded = time, step, content, loaded
    return done
