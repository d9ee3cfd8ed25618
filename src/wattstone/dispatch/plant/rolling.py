"""Plans that are made anew every day, carried out on what happens, day after day.

A plan sees what is expected of its horizon; its first hours are carried out: what runs stays as planned, loads and then
stores follow the demand that comes, and machines join in list order where those that run are too few.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plant.carry import carried
from wattstone.dispatch.plant.evaluate import Schedule, operation
from wattstone.dispatch.plant.plan import plan
from wattstone.dispatch.plant.replay import unit_ends
from wattstone.dispatch.plant.sheets import sheets

if TYPE_CHECKING:
    from wattstone.dispatch.plant.plant import Ahead, Machine, Plant, Unit
    from wattstone.dispatch.plant.result import Operation

Floats = NDArray[np.float64]
Moment = tuple["Plant", "Ahead"]
"""A plant (its units and what is asked of them count, no state does) and hours of it."""

__all__ = ["Rolled", "followed", "rolled"]

TRIM = 0.02
"""Share of a unit's most within which it is at one of its ends."""
IDLE = 1e-9
"""Load of a unit that is on and gives nothing."""


@dataclass(frozen=True, eq=False)
class Rolled:
    """What was carried out.

    Parameters
    ----------
    schedule : Schedule
        Of all steps.
    gaps, seconds : tuple of float
        Of each plan: its gap, and its CPU time. [1], [s]
    """

    schedule: Schedule
    gaps: tuple[float, ...]
    seconds: tuple[float, ...]


def rolled(
    plant: Plant,
    steps: int,
    *,
    expected: Callable[[int, int], Moment],
    happened: Callable[[int, int], Moment],
    every: int,
    horizon: int,
    month: int | None = None,
    peak: float = 0.0,
    segments: int = 5,
    gap: float = 0.005,
    limit: float = 60.0,
    progress: Callable[[int, int], None] | None = None,
) -> Rolled:
    """Plan, carry out a part of it, and plan again.

    Parameters
    ----------
    plant : Plant
        With its state before the first step; a store without a `final` level is to end as it began.
    steps : int
        How many in all.
    expected, happened : callable
        From the first step and the one after the last: the plant and the hours as they are expected then, and as they
        come.
    every, horizon : int
        Steps that are carried out of each plan, and that each plan sees.
    month : int or None
        Steps over which the demand charge counts; those of the period where None. A plan weighs its share of it.
    peak : float
        Highest power of the month before the first step. [kW]
    segments, gap, limit
        Of each plan, as in `plan`.
    progress : callable or None
        Called with the plans that are done, and how many there are.

    Returns
    -------
    Rolled
    """
    goals = [one.initial if one.final is None else one.final for one in plant.stores]
    kept, gaps, seconds = list[Schedule](), list[float](), list[float]()
    whole = steps if month is None else month
    for first in range(0, steps, every):
        last, end = min(first + horizon, steps), min(first + every, steps)
        seen_plant, seen = expected(first, last)
        share = min(1.0, (last - first) / max(whole - first, last - first))
        stores = tuple(replace(one, final=goal) for one, goal in zip(plant.stores, goals, strict=True))
        now = replace(
            seen_plant,
            machines=plant.machines,
            stores=stores,
            units=_continued(seen_plant.units, plant.units),
            demand_charge=plant.demand_charge * share,
        )
        began = time.process_time()
        made = plan(now, replace(seen, peak_before=peak), segments=segments, gap=gap, seconds=limit)
        seconds.append(time.process_time() - began)
        gaps.append(made.gap)
        real_plant, real = happened(first, end)
        # What plans leave in a store at the end is not given away in the last hours.
        ends = stores if end == steps else tuple(replace(one, final=None) for one in plant.stores)
        real_plant = replace(real_plant, machines=plant.machines, stores=ends)
        did = _carried_out(real_plant, real, made.operation, seen, end - first)
        kept.append(did)
        after = operation("plan", real_plant, real, did)
        peak = max(peak, float((after.power + real.other).max()))
        plant = _left(plant, did, after)
        if progress is not None:
            progress(len(kept), -(-steps // every))
    joined = [np.concatenate([getattr(one, name) for one in kept], axis=-1) for name in _PARTS]
    return Rolled(Schedule(*joined), tuple(gaps), tuple(seconds))


_PARTS = ("load", "unit", "tank_in", "tank_out", "warmer")


def _carried_out(plant: Plant, real: Ahead, done: Operation, seen: Ahead, steps: int) -> Schedule:
    count = len(plant.machines)
    by = np.nan_to_num(done.settings["chilled_supply"] - seen.at.chilled_supply)[:steps]
    asked = Schedule(
        done.load[:count, :steps],
        followed(plant, real, done.load[count:, :steps]),
        done.tank_in[:, :steps],
        done.tank_out[:, :steps],
        np.minimum(by, real.warmer),
    )
    return carried(plant, real, sheets(plant, real, real.at), asked)


def followed(plant: Plant, real: Ahead, planned: Floats) -> Floats:
    """Loads of the plant's own units that meet what is asked of their carriers: as planned, and more where they lack.

    What comes differs from what was expected: first those units follow it that were planned between their ends, as a
    machine of variable speed that trims, then the others in list order.
    """
    load = planned.copy()
    for carrier in plant.carriers:
        rows = [at for at, one in enumerate(plant.units) if one.carrier == carrier.name]
        if not rows:
            continue
        need = np.array(np.broadcast_to(carrier.demand, (real.steps,)), dtype=np.float64)
        ends = [unit_ends(plant.units[at], real.steps) for at in rows]
        least, most = np.stack([one[0] for one in ends]), np.stack([one[1] for one in ends])
        on = planned[rows] > 0
        trims = on & (planned[rows] > least + TRIM * most) & (planned[rows] < (1 - TRIM) * most)
        for row in range(len(rows)):
            on[row] |= np.where(on, most, 0.0).sum(axis=0) < need - 1e-9
        made = np.where(on, np.maximum(planned[rows], np.maximum(least, IDLE)), 0.0)
        for follow in (trims, on):
            for row in range(len(rows)):
                miss = need - made.sum(axis=0)
                moved = np.clip(made[row] + miss, np.maximum(least[row], IDLE), most[row])
                made[row] = np.where(follow[row], moved, made[row])
        load[rows] = made
    return load


def _left(plant: Plant, did: Schedule, after: Operation) -> Plant:
    """The plant as some steps leave it: levels, what runs, and for how long."""
    stores = tuple(replace(one, initial=float(after.level[row, -1])) for row, one in enumerate(plant.stores))
    machines = tuple(
        replace(one, **_state(row), since=_since(one, row, after.hours))
        for one, row in zip(plant.machines, did.load, strict=True)
    )
    units = tuple(
        replace(one, **_state(row), since=round(_since(one, row, 1.0)))
        for one, row in zip(plant.units, did.unit, strict=True)
    )
    return replace(plant, stores=stores, machines=machines, units=units)


def _state(load: Floats) -> dict[str, Any]:
    """Whether it runs after some steps, and at which load; what is off has none."""
    return {"on_before": bool(load[-1] > 0), "load_before": float(load[-1])}


def _since(one: Machine | Unit, load: Floats, step: float) -> float:
    """For how long it has been so then; `step` is the length of one in what its `since` counts."""
    on = load > 0
    last = bool(on[-1])
    changed = np.flatnonzero(on != last)
    same = on.size - 1 - int(changed[-1]) if changed.size else on.size
    return same * step + (one.since if same == on.size and one.on_before == last else 0.0)


def _continued(seen: tuple[Unit, ...], left: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Units as they are expected, in the state in which those of the same names were left."""
    state = {one.name: one for one in left}
    return tuple(
        replace(
            one,
            on_before=state[one.name].on_before,
            since=state[one.name].since,
            load_before=state[one.name].load_before,
        )
        for one in seen
    )
