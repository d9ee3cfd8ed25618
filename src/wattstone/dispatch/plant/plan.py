"""Which machine runs, at which load and set-point, in each hour: planned, refined, compared with the rules."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.dispatch.commitment.solve import solve
from wattstone.dispatch.plant.apart import Apart, apart
from wattstone.dispatch.plant.carry import carried
from wattstone.dispatch.plant.evaluate import Schedule, lacking, operation, saving
from wattstone.dispatch.plant.hourly import Hourly
from wattstone.dispatch.plant.linearise import commitment
from wattstone.dispatch.plant.plant import findings
from wattstone.dispatch.plant.refine import refined, rested, score
from wattstone.dispatch.plant.replay import ruled, scaled
from wattstone.dispatch.plant.result import PlantPlan, Replayed
from wattstone.dispatch.plant.sheets import sheets
from wattstone.equipment.limits import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wattstone.dispatch.commitment.types import Committed
    from wattstone.dispatch.plant.plant import Ahead, Plant
    from wattstone.dispatch.plant.result import Operation, Rule
    from wattstone.dispatch.plant.sheets import Sheet

Floats = NDArray[np.float64]

__all__ = ["RULES", "plan"]

RULES: tuple[Rule, Rule] = ("fewest", "all_on")
IDLE = 1e-9
"""Load of a unit that is on and gives nothing."""

BESIDE = 0.6
"""Share of the time in which units and machines are planned one after the other."""
TAIL = 1.645
"""Standard deviations that a normal error passes with a chance of 5 % on each side."""


def plan(
    plant: Plant,
    ahead: Ahead,
    *,
    segments: int = 5,
    gap: float = 0.005,
    seconds: float = 60.0,
    start: Committed | None = None,
) -> PlantPlan:
    """Plan a plant.

    A mixed-integer program on piecewise-linear curves decides what runs and what stores do; with that, machines are
    loaded to the optimum on their own curves, stores are moved along cheaper paths and chilled water is supplied
    warmer where that is allowed and pays. All costs are of the machines' own curves. A plan that does not beat a rule
    is replaced by it. Units of the plant's own, as compressors, are also planned before the machines (`apart`): the
    plan of both together begins there, and is never worse.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours, 24 to 168 of them as a rule. A store without a `final` level ends no lower than if it
        had rested.
    segments : int
        Pieces of every curve in the program.
    gap : float
        Gap at which the program ends.
    seconds : float
        Limit of its wall time. [s]
    start : Committed or None
        An earlier solution to begin with.

    Returns
    -------
    PlantPlan
        With both baselines, what is saved against each, and findings.

    Raises
    ------
    InputRefused
        If the plant or its hours cannot be used; it carries all findings.
    """
    began = time.perf_counter()
    refuse(findings(plant, ahead))
    asked = rested(plant, ahead)
    found = sheets(asked, ahead, ahead.at)
    problem, errors = commitment(asked, ahead, found, segments)
    side = apart(asked, ahead, found, problem, gap=gap, seconds=BESIDE * seconds) if plant.units else None
    begin = side.on if side is not None and start is None else start
    left = seconds if side is None else (1 - BESIDE) * seconds
    made = solve(problem, gap=gap, seconds=left, start=begin)
    schedule = _schedule(asked, made)
    before = operation("plan", asked, ahead, schedule)
    schedule, done = refined(asked, ahead, found, schedule)
    if side is not None:
        schedule, done = _better(asked, ahead, found, (schedule, done), _beside(asked, side))
    ruled_by = [ruled(asked, ahead, found, rule) for rule in RULES]
    bases = [operation(rule, asked, ahead, one) for rule, one in zip(RULES, ruled_by, strict=True)]
    schedule, done, fallback = _never_worse(asked, ahead, found, schedule, done, ruled_by, bases)
    spread = _spread(asked, ahead, schedule)
    replayed = [
        Replayed(rule=rule, storage="idle", operation=base, findings=tuple(lacking(asked, ahead, base)))
        for rule, base in zip(RULES, bases, strict=True)
    ]
    besides = _outside(plant, ahead)
    return PlantPlan(
        currency=plant.currency,
        start=ahead.start,
        cold=ahead.cold,
        heat=ahead.heat,
        price=ahead.price,
        operation=done,
        baselines=tuple(replayed),
        savings=tuple(saving(base, done, base.name, spread.get(base.name, ())) for base in bases),
        objective=made.costs.money + made.costs.carbon - besides,
        before=before.bill.total,
        after=done.bill.total,
        bound=made.bound - made.costs.penalty - besides,
        gap=made.gap,
        approximation=errors,
        fallback=fallback,
        seconds=time.perf_counter() - began,
        findings=(*lacking(asked, ahead, done), *_solver(made), *_limits(asked, done)),
    )


def _schedule(plant: Plant, made: Committed) -> Schedule:
    count = len(plant.machines)
    # A compressor may idle at no flow at all: it is on all the same.
    load: Floats = np.asarray(np.maximum(made.load, IDLE) * made.on, dtype=np.float64)
    return Schedule(load[:count], load[count:], made.charge, made.discharge, np.zeros(int(load.shape[1])))


def _beside(plant: Plant, side: Apart) -> Schedule:
    """What was planned one after the other, as a schedule."""
    count = len(plant.machines)
    load: Floats = np.asarray(np.maximum(side.load, IDLE) * side.on, dtype=np.float64)
    tanks = side.machines
    return Schedule(load[:count], load[count:], tanks.charge, tanks.discharge, np.zeros(int(load.shape[1])))


def _better(
    plant: Plant, ahead: Ahead, found: tuple[Sheet, ...], best: tuple[Schedule, Operation], other: Schedule
) -> tuple[Schedule, Operation]:
    """The better of a refined schedule, and of another that is refined as well."""
    penalty = Hourly(plant, ahead, found, np.full(other.load.shape, np.nan)).penalty
    trial = refined(plant, ahead, found, other)
    return trial if score(plant, trial[1], penalty) < score(plant, best[1], penalty) else best


def _outside(plant: Plant, ahead: Ahead) -> float:
    """What the rest of the site costs, which the program's objective holds and no bill of the plant."""
    rate = ahead.price + plant.carbon_price * ahead.carbon
    return float((np.maximum(ahead.other, 0.0) * rate).sum()) * ahead.hours


def _never_worse(
    plant: Plant,
    ahead: Ahead,
    found: tuple[Sheet, ...],
    schedule: Schedule,
    done: Operation,
    rules: list[Schedule],
    bases: list[Operation],
) -> tuple[Schedule, Operation, str]:
    """The plan, or the rule that costs less, named."""
    penalty = Hourly(plant, ahead, found, np.full(schedule.load.shape, np.nan)).penalty
    best = score(plant, done, penalty)
    for rule, base in zip(rules, bases, strict=True):
        if score(plant, base, penalty) < best - 1e-6 * abs(best):
            schedule, best = rule, score(plant, base, penalty)
            done = replace(base, name="plan")
    fallback = next((base.name for rule, base in zip(rules, bases, strict=True) if rule is schedule), "")
    return schedule, done, fallback


def _spread(plant: Plant, ahead: Ahead, schedule: Schedule) -> dict[str, list[tuple[float, float]]]:
    """Savings if demand is at both ends of what the forecast leaves open, in all steps at once.

    What runs stays as planned; loads and then stores follow, and machines join in list order where that is too little.
    """
    if not (ahead.cold_error.any() or ahead.heat_error.any()):
        return {}
    ends: dict[str, list[tuple[float, float]]] = {rule: [] for rule in RULES}
    for sign in (-TAIL, TAIL):
        real = scaled(ahead, sign)
        found = sheets(plant, real, real.at)
        done = operation("plan", plant, real, carried(plant, real, found, schedule))
        for rule in RULES:
            base = operation(rule, plant, real, ruled(plant, real, found, rule))
            ends[rule].append((base.kwh - done.kwh, base.bill.total - done.bill.total))
    return ends


def _solver(made: Committed) -> Iterator[Finding]:
    """The program's findings but those of cold and heat, which are told on the machines' own curves."""
    yield from (one for one in made.findings if one.place not in {"carrier 'cold'", "carrier 'heat'"})


def _limits(plant: Plant, done: Operation) -> Iterator[Finding]:
    """Cold made for less power than the second law asks, at the temperatures that were given."""
    if plant.units or any(one.source.makes != "cold" for one in plant.machines) or done.driving.any():
        return
    made = done.power + done.fuel.sum(axis=0)
    below = np.flatnonzero((made < done.limit * (1 - 1e-9)) & (done.tank_out.sum(axis=0) <= 0))
    if below.size:
        worst = int(below[np.argmin(made[below] - done.limit[below])])
        yield Finding(
            code="plant.beats_limit",
            place=f"plant '{plant.name}'",
            found="{made} kW are taken where the second law asks for {limit} kW at least",
            expected="more power than the limit",
            remedy="check the curves of the machines and the temperatures of the hour",
            params={"made": f"{made[worst]:.4g}", "limit": f"{done.limit[worst]:.4g}"},
            count=below.size,
            severity="warning",
        )
