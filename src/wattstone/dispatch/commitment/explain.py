"""Why a step of a plan is as it is: what every other choice at that step would have cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.commitment.curves import flows_at
from wattstone.dispatch.commitment.form import form
from wattstone.dispatch.commitment.group import groups
from wattstone.dispatch.commitment.model import model
from wattstone.dispatch.commitment.schedule import loads, polished
from wattstone.dispatch.commitment.sequence import applies, tables
from wattstone.dispatch.commitment.settle import settle
from wattstone.dispatch.highs import PersistentModel
from wattstone.dispatch.program import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wattstone.dispatch.commitment.form import Form
    from wattstone.dispatch.commitment.model import Model, Placed
    from wattstone.dispatch.commitment.types import Commitment, Committed
    from wattstone.dispatch.program import LinearProgram, Solution

Floats = NDArray[np.float64]

__all__ = ["Choice", "Explained", "Reason", "explain"]

FINE = 1e-6
GAP = 2e-5


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Another set of machines at the step.

    Parameters
    ----------
    on : tuple of str
        The units that would run then.
    extra : float
        What the plan would cost more, with loads, stores and the steps around it adapted; below 0 by no more than the
        plan's gap. [currency]
    """

    on: tuple[str, ...]
    extra: float


Pair = tuple[Choice | None, Choice | None]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a unit does what it does.

    Parameters
    ----------
    name : str
        The unit.
    on : bool
        Whether it runs.
    load : float
        Its load. [kW]
    more, less : float or None
        What one kW more or less of its load would add to the cost, all else at its price; None where it is off, or at
        the end of its range. [currency]
    switched : Choice or None
        The best plan in which, at this step, one of its kind more (where it is off) or less (where it runs) is on; None
        where its rules or the demand allow none.
    """

    name: str
    on: bool
    load: float
    more: float | None
    less: float | None
    switched: Choice | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Explained:
    """Why a step is as it is.

    Parameters
    ----------
    step : int
        Which one.
    prices : mapping of str to float
        What another kWh of each carrier at this step would cost, with the machines that run. [currency kWh-1]
    units : tuple of Reason
        In the order of the problem.
    alternative : Choice or None
        The best other set of machines at this step; None where there is none.
    window : int or None
        Steps before and after within which machines were free to change in `switched` and `alternative`; None for all.
    """

    step: int
    prices: Mapping[str, float]
    units: tuple[Reason, ...]
    alternative: Choice | None
    window: int | None


def explain(problem: Commitment, committed: Committed, step: int, *, seconds: float = 5.0) -> Explained:
    """Why a step of a plan is as it is.

    Every group of like units is asked to run one more, and one less, at this step. Where the plan is a sequence, the
    answer is the best plan of all that do. Else which units run is free within the longest least time around the step,
    and as planned elsewhere; loads on their pieces, and stores, are free throughout.

    Parameters
    ----------
    problem : Commitment
        What was asked.
    committed : Committed
        The plan.
    step : int
        From 0.
    seconds : float
        Limit of each of these questions. [s]

    Raises
    ------
    InputRefused
        If the problem cannot be used.
    ValueError
        If there is no such step.
    """
    if not 0 <= step < problem.steps:
        raise ValueError(f"there are steps 0 to {problem.steps - 1}, not {step}")
    asked = form(problem)
    made = model(asked, groups(asked), strict=committed.met)
    whole = _integers(made, committed)
    exact = polished(made.program, whole)
    if exact is None:
        raise ValueError("the plan does not keep the rules of this problem")
    prices = _prices(made, exact, committed, step)
    window = None
    if applies(asked):
        choices = _by_path(asked, committed, step)
    else:
        window = max((max(unit.least_up, unit.least_down) for unit in problem.units), default=1)
        choices = _by_program(made, whole, step, window, seconds, exact.objective)
    reasons: list[Reason | None] = [None] * len(problem.units)
    for placed, pair in zip(made.placed, choices, strict=True):
        for row in placed.group.members:
            reasons[row] = _reason(asked, committed, row, step, prices, _renamed(asked, placed, row, pair))
    others = [choice for pair in choices for choice in pair if choice is not None]
    return Explained(
        step=step,
        prices={name: float(price) / problem.hours for name, price in zip(asked.names, prices, strict=True)},
        units=tuple(one for one in reasons if one is not None),
        alternative=min(others, key=lambda one: one.extra, default=None),
        window=window,
    )


def _prices(made: Model, exact: Solution, plan: Committed, step: int) -> Floats:
    """What another kW of each carrier at the step costs. (c,) [currency per kW and step]"""
    prices = exact.duals[made.trade.balance[:, step]].copy()
    form = made.form
    for row, name in enumerate(form.names):
        idle = plan.bought[name][step] == 0 and not plan.flows[name][:, step].any() and form.demand[row, step] == 0
        if form.buys[row] and form.limit[row, step] > 0 and idle:  # a multiplier between 0 and the price says nothing
            prices[row] = form.whole_price[row, step] * form.problem.hours
    return prices


def _by_path(form: Form, plan: Committed, step: int) -> list[Pair]:
    """The best plans with one of each group less, and one more, by the exact path."""
    priced = tables(form, strict=plan.met)
    best, cost = priced.best()
    none: Floats = np.zeros((0, form.problem.steps))
    rest = settle(form, *priced.loads(best), none, none).objective - cost  # what no choice changes
    pairs: list[Pair] = []
    for column, group in enumerate(priced.together):
        running = int(plan.on[list(group.members), step].sum())
        pair: list[Choice | None] = []
        for allowed in (priced.sets[:, column] < running, priced.sets[:, column] > running):
            price = priced.price.copy()
            price[step, ~allowed] = np.inf
            path, other = priced.best(price)
            names = [unit.name for row, unit in enumerate(form.problem.units) if path[step] >> row & 1]
            extra = other + rest - plan.objective
            pair.append(Choice(on=tuple(names), extra=extra) if np.isfinite(other) else None)
        pairs.append((pair[0], pair[1]))
    return pairs


def _by_program(made: Model, whole: Floats, step: int, window: int, seconds: float, cost: float) -> list[Pair]:
    """The same by the program, with machines free to change around the step alone."""
    if made.program.integer is None:
        return []
    free = replace(made, program=_freed(made, whole, step, window))
    highs = PersistentModel(free.program, presolve=False, seconds=seconds, gap=GAP)
    running = [float(np.round(whole[placed.on[step]])) for placed in made.placed]
    return [_asked(free, highs, placed, step, now, cost) for placed, now in zip(made.placed, running, strict=True)]


def _renamed(form: Form, placed: Placed, row: int, pair: Pair) -> Pair:
    """Of like units, let the one that is asked about be the one that is switched."""
    name, others = form.problem.units[row].name, {unit.name for unit in placed.group.units}

    def off(choice: Choice) -> Choice:
        spare = sorted(others - set(choice.on))
        return replace(choice, on=tuple(spare[0] if one == name else one for one in choice.on)) if spare else choice

    def on(choice: Choice) -> Choice:
        there = [one for one in choice.on if one in others]
        if name in choice.on or not there:
            return choice
        return replace(choice, on=tuple(name if one == there[-1] else one for one in choice.on))

    return (off(pair[0]) if pair[0] else None, on(pair[1]) if pair[1] else None)


def _integers(made: Model, plan: Committed) -> Floats:
    """The whole numbers of a plan in the columns of a program; 0 elsewhere."""
    values = np.zeros(made.program.columns)
    for placed in made.placed:
        members = list(placed.group.members)
        on, load = plan.on[members], plan.load[members]
        values[placed.on] = on.sum(axis=0)
        points: Floats = made.form.load[members[0]]
        counted = np.zeros(on.shape, dtype=np.bool_)
        for block in placed.blocks:
            if block.count[0] == placed.on[block.steps[0]]:
                continue
            slack = FINE * (1.0 + points[block.steps, -1])
            low, high = points[block.steps, block.first] - slack, points[block.steps, block.last] + slack
            here = load[:, block.steps]
            mine = on[:, block.steps] & ~counted[:, block.steps] & (here >= low) & (here <= high)
            counted[:, block.steps] |= mine
            values[block.count] = mine.sum(axis=0)
    return values


def _freed(made: Model, whole: Floats, step: int, window: int) -> LinearProgram:
    """The program with all whole numbers as planned, but for those around the step."""
    program = made.program
    lower, upper = program.lower.copy(), program.upper.copy()
    for placed in made.placed:
        apart = np.abs(np.arange(made.form.problem.steps) - step) > window
        fixed = [placed.on[apart]]
        fixed += [block.count[np.abs(block.steps - step) > window] for block in placed.blocks]
        columns = np.concatenate(fixed)
        lower[columns] = upper[columns] = whole[columns]
    return replace(program, lower=lower, upper=upper)


def _asked(made: Model, highs: PersistentModel, placed: Placed, step: int, running: float, cost: float) -> Pair:
    """The best plan with one of a group less, and one more."""
    column = int(placed.on[step])
    lower, upper = float(made.program.lower[column]), float(made.program.upper[column])
    found: list[Choice | None] = []
    for low, high in ((lower, running - 1), (running + 1, upper)):
        if low > high:
            found.append(None)
            continue
        highs.change_bounds([column], [low], [high])
        solved = highs.solve(duals=False)
        if solved.status is not Status.OPTIMAL and not abs(solved.objective) < 1e29:
            found.append(None)
            continue
        on, _ = loads(made, solved.values)
        names = tuple(unit.name for unit, runs in zip(made.form.problem.units, on[:, step], strict=True) if runs)
        found.append(Choice(on=names, extra=solved.objective - cost))
    highs.change_bounds([column], [lower], [upper])
    return found[0], found[1]


def _reason(
    form: Form,
    plan: Committed,
    row: int,
    step: int,
    prices: Floats,
    choices: Pair,
) -> Reason:
    on, load = bool(plan.on[row, step]), float(plan.load[row, step])
    more = less = None
    if on:
        points, flow = form.load[row][step : step + 1], form.flow[row][:, step : step + 1]
        small = 1e-4 * max(float(points[0, -1]), 1.0)
        now = flows_at(points, flow, np.array([load]))[:, 0]
        if load + small <= points[0, -1]:
            more = -float(prices @ (flows_at(points, flow, np.array([load + small]))[:, 0] - now)) / small
        if load - small >= points[0, 0]:
            less = -float(prices @ (flows_at(points, flow, np.array([load - small]))[:, 0] - now)) / small
    return Reason(
        name=form.problem.units[row].name,
        on=on,
        load=load,
        more=more,
        less=less,
        switched=choices[0] if on else choices[1],
    )
