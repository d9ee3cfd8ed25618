"""Solve a commitment to a proven gap."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from wattstone.base import InputRefused, NotComputable
from wattstone.dispatch.commitment.dive import dive
from wattstone.dispatch.commitment.form import form
from wattstone.dispatch.commitment.group import groups
from wattstone.dispatch.commitment.model import RULES, Model, model
from wattstone.dispatch.commitment.schedule import loads, polished, stored, wasteful
from wattstone.dispatch.commitment.sequence import applies, sequence
from wattstone.dispatch.commitment.settle import settle
from wattstone.dispatch.commitment.told import no_schedule, shortfalls, unproven
from wattstone.dispatch.highs import PersistentModel
from wattstone.dispatch.program import Solution, Status

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.form import Form
    from wattstone.dispatch.commitment.types import Commitment, Committed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["solve"]

ROUNDS = 5
STRICT = 0.3  # of the time is kept for a plan that does not meet everything
SAFE = 0.9  # of the gap is asked of HiGHS: rounding its solution must not miss it
ENOUGH = 0.8  # of the gap is aimed at by rounding
DIVE = 0.4  # of the time at most goes into rounding
NONE = 1e29  # HiGHS tells an objective above this where it has no solution


def solve(
    problem: Commitment,
    *,
    gap: float = 0.005,
    seconds: float = 60.0,
    start: Committed | Bools | None = None,
    method: Literal["auto", "milp", "sequence"] = "auto",
) -> Committed:
    """Which units run at which load, step by step, at least cost.

    Parameters
    ----------
    problem : Commitment
        Units, stores, carriers.
    gap : float
        The search ends when no plan can cost less by more than this share.
    seconds : float
        Limit of wall time; the best plan so far is returned with its gap, and a finding. [s]
    start : Committed, (units, t) array of bool, or None
        A plan to begin with, as one of an hour ago moved on; one that breaks a rule is passed over.
    method : {'auto', 'milp', 'sequence'}
        `sequence` is an exact shortest path, for one demand that nothing but the state of the machines carries from
        step to step; `auto` takes it where it holds.

    Returns
    -------
    Committed
        Demand that cannot be met is told in `findings`, by how much, when and why; it is no error.

    Raises
    ------
    InputRefused
        If the problem cannot be used, with everything that is wrong with it.
    NotComputable
        If no plan was found within the time.
    ValueError
        If `sequence` is asked for where it does not hold.

    Examples
    --------
    Two boilers for 3 kW: the small one alone would be short, the large one alone costs least.

    >>> from wattstone.dispatch.commitment import Carrier, Commitment, Unit
    >>> units = tuple(Unit(name=name, carrier="heat", load=np.array([0.2 * most, most]), start_cost=1.0,
    ...     flows={"gas": -np.array([0.2 * most, most]) / 0.9}) for name, most in (("small", 2.0), ("large", 4.0)))
    >>> plan = solve(Commitment(hours=1.0, steps=2, units=units,
    ...     carriers=(Carrier(name="heat", demand=3.0), Carrier(name="gas", price=0.09))))
    >>> plan.on[:, 0], round(plan.costs.energy, 9), plan.costs.start
    (array([False,  True]), 0.6, 1.0)
    """
    began = time.perf_counter()
    asked = form(problem)
    if method == "sequence" and not applies(asked):
        raise ValueError(
            "this commitment is no sequence: it has stores, ramps, limits, or more states than can be kept"
        )
    if method != "milp" and applies(asked):
        plan = _sequenced(asked)
    else:
        plan = _searched(asked, gap=gap, seconds=seconds, start=start)
    return _finished(asked, plan, gap, time.perf_counter() - began)


def _finished(asked: Form, plan: Committed, gap: float, seconds: float) -> Committed:
    bound = min(plan.bound, plan.objective)
    apart = plan.objective - bound
    plan = replace(plan, bound=bound, gap=apart / abs(plan.objective) if apart > 0 else 0.0, seconds=seconds)
    findings = tuple(shortfalls(asked, plan))
    return replace(plan, findings=(*findings, unproven(plan, gap)) if plan.gap > gap + 1e-7 else findings)


def _sequenced(asked: Form) -> Committed:
    on, load = sequence(asked)
    none: Floats = np.zeros((0, asked.problem.steps))
    plan = settle(asked, on, load, none, none)
    return replace(plan, bound=plan.objective, method="sequence")


def _searched(asked: Form, *, gap: float, seconds: float, start: Committed | Bools | None) -> Committed:
    """By HiGHS: a plan that meets everything if there is one, else the one that lacks least by weight."""
    end = time.perf_counter() + seconds
    plan = None
    if any(one.penalty is None for one in asked.problem.carriers):
        plan = _met(asked, gap=gap, end=end - STRICT * seconds, start=start, strict=True)
    if plan is None:
        plan = _met(asked, gap=gap, end=end, start=start, strict=False)
    if plan is None:
        raise NotComputable("no plan was found within the time: allow more seconds, or fewer steps")
    return plan


def _met(asked: Form, *, gap: float, end: float, start: Committed | Bools | None, strict: bool) -> Committed | None:
    """Directions of stores are decided by integers only where a plan would waste."""
    one_way: Bools = np.zeros((len(asked.problem.stores), asked.problem.steps), dtype=np.bool_)
    together = groups(asked)
    for remaining in reversed(range(ROUNDS)):
        made = model(asked, together, strict=strict, one_way=one_way)
        found = _run(made, gap=gap, seconds=max(end - time.perf_counter(), 1.0), start=start)
        if found.status in (Status.INFEASIBLE, Status.INFEASIBLE_OR_UNBOUNDED) and not strict:
            raise InputRefused((no_schedule(_freed(asked)),))
        if not found.values.size or not abs(found.objective) < NONE:
            return None
        plan, waste = _plan(made, found)
        if not waste.any() or not remaining:
            return replace(plan, bound=found.bound)
        one_way = (one_way | waste) if remaining > 1 else np.ones_like(one_way)
        start = plan.on
    return None


def _run(made: Model, *, gap: float, seconds: float, start: Committed | Bools | None) -> Solution:
    """Round the relaxation; search by HiGHS only where that is not good enough by the relaxation's own bound."""
    end = time.perf_counter() + seconds
    begin = None if start is None else _begun(made, start)
    rounded = dive(made, gap=ENOUGH * gap, seconds=DIVE * seconds, begin=begin)
    if rounded is not None and rounded.objective - rounded.bound <= SAFE * gap * abs(rounded.objective):
        return rounded
    # Without presolve, which saves nothing here, and on rare programs with ramps never ends, whatever the limit of
    # time. And without the rounded plan: HiGHS then sometimes takes what it is given for the best.
    left = max(end - time.perf_counter(), 1.0)
    found = PersistentModel(made.program, seconds=left, gap=SAFE * gap, presolve=False).solve(duals=False)
    if rounded is None or (found.values.size and found.objective <= rounded.objective):
        return found
    near = rounded.objective + 1e-6 * (1.0 + abs(rounded.objective))
    bound = min(found.bound, rounded.objective) if found.bound <= near else rounded.bound
    return replace(rounded, bound=max(bound, rounded.bound))


def _begun(made: Model, start: Committed | Bools) -> Floats | None:
    """How many run in a plan, in the columns of a program."""
    on = start if isinstance(start, np.ndarray) else start.on
    if on.shape != (len(made.form.problem.units), made.form.problem.steps):
        return None
    values = np.zeros(made.program.columns)
    for placed in made.placed:
        values[placed.on] = on[list(placed.group.members)].sum(axis=0)
    return values


def _plan(made: Model, found: Solution) -> tuple[Committed, Bools]:
    exact = polished(made.program, found.values)
    values = found.values if exact is None else exact.values
    on, load = loads(made, values)
    charge, discharge = stored(made, values)
    return settle(made.form, on, load, charge, discharge), wasteful(made, charge, discharge)


def _freed(asked: Form) -> tuple[str, ...]:
    """Rules each of which alone keeps every schedule away."""
    freed: list[str] = []
    for rule in sorted(RULES):
        made = model(asked, groups(asked), rules=RULES - {rule})
        found = _run(made, gap=np.inf, seconds=10.0, start=None)
        if found.values.size and abs(found.objective) < NONE:
            freed.append(rule)
    return tuple(freed)
