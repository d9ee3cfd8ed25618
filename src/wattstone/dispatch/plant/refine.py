"""A schedule of the mixed-integer program, improved on the machines' own curves: loads, stores, set-points.

What runs is looked at once more (`revise`). Nothing is taken over that the exact evaluation does not find cheaper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plant.evaluate import Schedule, operation, warmer
from wattstone.dispatch.plant.hourly import Hourly
from wattstone.dispatch.plant.revise import revised
from wattstone.dispatch.plant.sheets import exact, rates, sheets, unit_flows

if TYPE_CHECKING:
    from wattstone.dispatch.plant.plant import Ahead, Plant
    from wattstone.dispatch.plant.result import Operation
    from wattstone.dispatch.plant.sheets import Sheet

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["Needs", "loaded", "needs_of", "refined", "rested", "score", "topped"]

REACH = 3
"""Grid points of a store's level on each side of its path that one pass looks at."""
PASSES = 12
FIRST = 1 / 24
"""Distance of these points in the first pass, as a share of the store."""


@dataclass(frozen=True, eq=False)
class Needs:
    """What machines have to make in every step: demand with what goes into stores, less what comes by itself. [kW]"""

    cold: Floats
    heat: Floats


def score(plant: Plant, done: Operation, penalty: float) -> float:
    """What an operation costs; what is not met, has nowhere to go or lacks in a store at the end, at a penalty.

    Parameters
    ----------
    plant : Plant
        Says what may leave.
    done : Operation
        How it was run.
    penalty : float
        [currency kWh-1]
    """
    lacking = sum(float(one.sum()) for one in done.unserved.values())
    over = 0.0 if plant.cold_may_leave else float(done.surplus["cold"].sum())
    over += 0.0 if plant.heat_may_leave else float(done.surplus["heat"].sum())
    goals = [0.0 if one.final is None else one.final for one in plant.stores]
    ends = [float(row[-1]) for row in done.level]
    short = sum(max(goal - end - 1e-6 * goal, 0.0) for goal, end in zip(goals, ends, strict=True))
    return done.bill.total + penalty * (done.hours * (lacking + over) + short)


def needs_of(plant: Plant, ahead: Ahead, schedule: Schedule) -> Needs:
    """What machines have to make.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    schedule : Schedule
        With stores and units.
    """
    net = {"cold": ahead.cold.copy(), "heat": ahead.heat.copy()}
    for row, store in enumerate(plant.stores):
        net[store.carrier] += schedule.tank_in[row] - schedule.tank_out[row]
    for unit, load in zip(plant.units, schedule.unit, strict=True):
        net["heat"] -= unit_flows(unit, load, ahead.steps).get("heat", 0.0)
    return Needs(net["cold"], net["heat"])


def loaded(hourly: Hourly, plant: Plant, ahead: Ahead, schedule: Schedule) -> Schedule:
    """The schedule with the machines that run loaded at least cost.

    Parameters
    ----------
    hourly : Hourly
        Machines on their curves.
    plant, ahead : Plant, Ahead
        The plant and its hours.
    schedule : Schedule
        What runs, and what stores do.
    """
    needs, on = needs_of(plant, ahead, schedule), schedule.load > 0
    load = np.stack(
        [
            hourly.loads(step, on[:, step], float(needs.cold[step]), float(needs.heat[step]))
            for step in range(ahead.steps)
        ],
        axis=1,
    )
    return replace(schedule, load=load)


def refined(plant: Plant, ahead: Ahead, found: tuple[Sheet, ...], schedule: Schedule) -> tuple[Schedule, Operation]:
    """The schedule, improved, and its exact evaluation; never worse than it was.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    found : tuple of Sheet
        The machines at the conditions of `ahead`.
    schedule : Schedule
        Of the mixed-integer program. Machines with a ramp keep their loads.
    """
    hourly = Hourly(plant, ahead, found, _ramped(plant, schedule.load))
    trial = loaded(hourly, plant, ahead, schedule)
    path = trial, operation("plan", plant, ahead, trial, quick=found)
    needs, peak = needs_of(plant, ahead, trial), float(np.max(path[1].power + ahead.other))
    other = revised(plant, ahead, hourly, trial, (needs.cold, needs.heat), max(peak, ahead.peak_before))
    if ((other.load > 0) != (trial.load > 0)).any():
        other = loaded(hourly, plant, ahead, other)
        path = _better(plant, hourly, path, other, operation("plan", plant, ahead, other, quick=found))
    width = FIRST
    for _ in range(PASSES if plant.stores else 0):
        before = score(plant, path[1], hourly.penalty)
        for row in range(len(plant.stores)):
            moved = loaded(hourly, plant, ahead, _moved(plant, ahead, hourly, path[0], path[1], row, width))
            path = _better(plant, hourly, path, moved, operation("plan", plant, ahead, moved, quick=found))
        after = score(plant, path[1], hourly.penalty)
        if before - after < 1e-4 * abs(before):
            width /= 3.0
        if width < FIRST / 100:
            break
    # A little heat that lacks must not decide between them: the penalty of it outweighs what they differ by.
    best = topped(plant, ahead, hourly, (schedule, operation("plan", plant, ahead, schedule)))
    for one in (trial, path[0]):
        filled = topped(plant, ahead, hourly, (one, operation("plan", plant, ahead, one)))
        best = _better(plant, hourly, best, *filled)
    return topped(plant, ahead, hourly, _warmed(plant, ahead, hourly, best)) if plant.supplies else best


def topped(plant: Plant, ahead: Ahead, hourly: Hourly, best: tuple[Schedule, Operation]) -> tuple[Schedule, Operation]:
    """The schedule with the little heat that lacks where curves bend between the points at which they were sampled.

    Machines that run make it, those of heat alone first; those with a ramp keep their loads.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    hourly : Hourly
        Machines on their curves.
    best : (Schedule, Operation)
        The schedule and its exact evaluation, which are returned where nothing gets better.
    """
    schedule, done = best
    missing, load = done.unserved["heat"].copy(), schedule.load.copy()
    if not (missing > 1e-6).any():
        return best
    free = [at for at, one in enumerate(plant.machines) if one.ramp is None]
    makers = [at for at in free if plant.machines[at].source.makes == "heat"]
    makers += [at for at in free if plant.machines[at].source.makes == "both"]
    found = sheets(plant, ahead, warmer(ahead.at, schedule.warmer)) if schedule.warmer.any() else hourly.found
    for at in makers:
        room = np.where(load[at] > 0, np.maximum(found[at].capacity - load[at], 0.0), 0.0)
        more = np.minimum(room, missing)
        load[at] += more
        missing -= more
    trial = replace(schedule, load=load)
    return _better(plant, hourly, best, trial, operation("plan", plant, ahead, trial))


def _ramped(plant: Plant, load: Floats) -> Floats:
    """Loads of machines with a ramp stay as they are; so does what is off."""
    ramps = np.array([one.ramp is not None for one in plant.machines], dtype=np.bool_)
    return np.where(ramps[:, None], load, np.nan)


def _better(
    plant: Plant, hourly: Hourly, best: tuple[Schedule, Operation], trial: Schedule, done: Operation
) -> tuple[Schedule, Operation]:
    kept = score(plant, best[1], hourly.penalty)
    return (trial, done) if score(plant, done, hourly.penalty) < kept - 1e-9 * abs(kept) else best


def _moved(
    plant: Plant, ahead: Ahead, hourly: Hourly, schedule: Schedule, done: Operation, row: int, width: float
) -> Schedule:
    """The schedule with the level of a store moved along the cheapest path near the one it has."""
    store = plant.stores[row]
    keep, hours = (1.0 - store.loss) ** ahead.hours, ahead.hours
    shifts = np.arange(-REACH, REACH + 1) * width * store.capacity
    levels = done.level[row][:, None] + shifts
    levels[0] = store.initial
    final = 0.0 if store.final is None else store.final
    allowed = (levels >= -1e-9) & (levels <= store.capacity + 1e-9)
    allowed[0] = shifts == 0
    allowed[-1] &= levels[-1] >= final - 1e-6
    # The path itself is always allowed: rounding must not take it away.
    allowed[:, REACH] = True
    rest = replace(schedule, tank_in=_without(schedule.tank_in, row), tank_out=_without(schedule.tank_out, row))
    needs, on = needs_of(plant, ahead, rest), schedule.load > 0
    peak = max(float(np.max(done.power + ahead.other)), ahead.peak_before)
    total, came = np.where(allowed[0], 0.0, np.inf), np.zeros((ahead.steps, shifts.size), dtype=np.int64)
    for step in range(ahead.steps):
        net = (levels[step + 1][None, :] - keep * levels[step][:, None]) / hours
        into, out = np.maximum(net, 0.0) / store.efficiency, np.maximum(-net, 0.0)
        can = (into <= store.charge + 1e-6) & (out <= store.discharge + 1e-6) & allowed[step + 1][None, :]
        cost = _costs(plant, ahead, hourly, needs, on, step, store.carrier, (into - out).ravel(), peak)
        through = total[:, None] + np.where(can, cost.reshape(can.shape), np.inf)
        came[step] = through.argmin(axis=0)
        total = through.min(axis=0)
    if not np.isfinite(total).any():
        return schedule
    return _along(schedule, store.efficiency, keep, hours, row, levels, came, int(total.argmin()))


def _costs(
    plant: Plant,
    ahead: Ahead,
    hourly: Hourly,
    needs: Needs,
    on: Bools,
    step: int,
    carrier: str,
    net: Floats,
    peak: float,
) -> Floats:
    """Cost of a step for each power into the store; power above the peak so far at the demand charge. [currency]"""
    cold = needs.cold[step] + (net if carrier == "cold" else 0.0) + np.zeros(net.size)
    heat = needs.heat[step] + (net if carrier == "heat" else 0.0) + np.zeros(net.size)
    cost, power = hourly.value(step, on[:, step], cold, heat)
    spilt = hourly.penalty * (np.maximum(-cold, 0.0) + np.maximum(-heat, 0.0) * (carrier == "heat"))
    return (cost + spilt) * ahead.hours + plant.demand_charge * np.maximum(power + ahead.other[step] - peak, 0.0)


def _along(
    schedule: Schedule,
    efficiency: float,
    keep: float,
    hours: float,
    row: int,
    levels: Floats,
    came: NDArray[np.int64],
    last: int,
) -> Schedule:
    steps = len(came)
    path = np.zeros(steps + 1, dtype=np.int64)
    path[-1] = last
    for step in reversed(range(steps)):
        path[step] = came[step, path[step + 1]]
    level = levels[np.arange(steps + 1), path]
    net = (level[1:] - keep * level[:-1]) / hours
    into, out = schedule.tank_in.copy(), schedule.tank_out.copy()
    into[row], out[row] = np.maximum(net, 0.0) / efficiency, np.maximum(-net, 0.0)
    return replace(schedule, tank_in=into, tank_out=out)


def _without(values: Floats, row: int) -> Floats:
    rest = values.copy()
    rest[row] = 0.0
    return rest


def _warmed(plant: Plant, ahead: Ahead, hourly: Hourly, best: tuple[Schedule, Operation]) -> tuple[Schedule, Operation]:
    """Chilled water supplied warmer where that costs less: not while a store of cold is filled."""
    schedule, _ = best
    stores = [row for row, one in enumerate(plant.stores) if one.carrier == "cold"]
    filling = (schedule.tank_in[stores] > 1e-6).any(axis=0)
    chosen, least = np.zeros(ahead.steps), _rate(plant, ahead, schedule, np.zeros(ahead.steps))
    for by in sorted(set(plant.supplies)):
        shift = np.full(ahead.steps, by)
        rate = _rate(plant, ahead, schedule, shift)
        take = (by <= ahead.warmer + 1e-9) & ~filling & (rate < least - 1e-9)
        chosen, least = np.where(take, shift, chosen), np.where(take, rate, least)
    if not chosen.any():
        return best
    at = warmer(ahead.at, chosen)
    again = Hourly(plant, ahead, sheets(plant, ahead, at), hourly.fixed)
    trial = loaded(again, plant, ahead, replace(schedule, warmer=chosen))
    return _better(plant, hourly, best, trial, operation("plan", plant, ahead, trial))


def _rate(plant: Plant, ahead: Ahead, schedule: Schedule, by: Floats) -> Floats:
    """Cost of each step with the same loads and a warmer supply; infinite where they cannot be run. [currency h-1]"""
    at, total = warmer(ahead.at, by), np.zeros(ahead.steps)
    for machine, load in zip(plant.machines, schedule.load, strict=True):
        total = total + rates(exact(machine, load, plant, ahead, at), plant, ahead)
    return np.where(np.isnan(total), np.inf, total)


def rested(plant: Plant, ahead: Ahead) -> Plant:
    """The plant whose stores have to end no lower than if they had rested, where nothing else is asked of them.

    A plan that empties a store would else be paid for what was in it.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    """
    kept = [(1.0 - one.loss) ** (ahead.hours * ahead.steps) for one in plant.stores]
    stores = tuple(
        replace(one, final=one.initial * share) if one.final is None else one
        for one, share in zip(plant.stores, kept, strict=True)
    )
    return replace(plant, stores=stores)
