"""Where a linear program is not exact: one direction at a time, by integers.

Charging and discharging at once wastes energy. A linear program does so where waste pays or costs nothing: at a
negative price, or where PV can go nowhere. And where feeding in earns more than drawing costs, it would buy and sell
at once. So a binary column decides the direction of a battery, or of the connection, in those steps alone in which
the relaxed schedule goes both ways; steps are added until none does. The relaxation at the end is the exact problem's
optimum, since the columns without a binary keep the rule by themselves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.extend import Extension
from wattstone.dispatch.highs import LinearProgram, PersistentModel, Solution, Status

if TYPE_CHECKING:
    from wattstone.dispatch.problem import Problem

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

__all__ = ["add_directions", "both_ways", "exact_solution", "without_waste"]

TOLERANCE = 1e-6  # kW: below the accuracy to which HiGHS keeps a bound, relative to powers of some hundred kW
ROUNDS = 6


def both_ways(problem: Problem, values: Floats) -> tuple[Mask, Mask]:
    """Where a schedule goes both ways at once.

    Parameters
    ----------
    problem : Problem
        With the places.
    values : (n,) array
        Its columns.

    Returns
    -------
    (batteries, h), (1 + accounts, h) arrays of bool
        Batteries that charge and discharge; steps in which the connection or an account imports and exports, counted
        only where that would pay.
    """
    at, h = problem.layout.column, problem.outlook.steps
    charge, discharge = values[at["charge"]].reshape(-1, h), values[at["discharge"]].reshape(-1, h)
    bought, sold = values[problem.imports], values[problem.exports]
    batteries = np.minimum(charge, discharge) > TOLERANCE
    return batteries, (np.minimum(bought, sold) > TOLERANCE) & problem.concave


def without_waste(problem: Problem, values: Floats) -> Floats | None:
    """The same stored energy with one direction at a time, where it costs no more: what was wasted is curtailed.

    Parameters
    ----------
    problem : Problem
        With places, costs and bounds.
    values : (n,) array
        An optimum that goes both ways.

    Returns
    -------
    (n,) array or None
        An optimum of the same objective; None if there is none of this simple kind.
    """
    at, h = problem.layout.column, problem.outlook.steps
    if problem.accounts:  # what one meter is spared may be another's
        return None
    mended = values.copy()
    charge, discharge = mended[at["charge"]].reshape(-1, h), mended[at["discharge"]].reshape(-1, h)
    source = mended[at["source"]].reshape(-1, h)
    lower = problem.program.lower[at["source"]].reshape(-1, h)
    spared: Floats = np.zeros(h)
    for row, battery in enumerate(problem.site.batteries):
        stored: Floats = charge[row] * battery.charge_efficiency - discharge[row] / battery.discharge_efficiency
        twice = np.minimum(charge[row], discharge[row]) > TOLERANCE
        once_in: Floats = np.where(twice, np.maximum(stored, 0.0) / battery.charge_efficiency, charge[row])
        once_out: Floats = np.where(twice, np.maximum(-stored, 0.0) * battery.discharge_efficiency, discharge[row])
        spared = spared + (charge[row] - discharge[row]) - (once_in - once_out)
        charge[row], discharge[row] = once_in, once_out
    for row in range(len(source)):
        less: Floats = np.minimum(spared, source[row] - lower[row])
        source[row] -= less
        spared = spared - less
    cost = problem.program.cost
    before, after = float(cost @ values), float(cost @ mended)
    fine = np.all(spared <= TOLERANCE) and after <= before + 1e-9 * (1.0 + abs(before))
    return mended if fine else None


def exact_solution(problem: Problem, values: Floats, *, seconds: float = 5.0) -> Solution:
    """The optimum with one direction at a time.

    Parameters
    ----------
    problem : Problem
        Its relaxation has been solved.
    values : (n,) array
        The relaxed optimum.
    seconds : float
        Limit of each of at most six solves; where it ends one, the best found so far is returned with its bound. [s]

    Returns
    -------
    Solution
        Of the problem's own columns. `objective` less `bound` is how far it can be from the optimum.
    """
    batteries, _ = both_ways(problem, values)
    grid = problem.concave
    turn = 0
    while True:
        program = _with_binaries(problem, batteries, grid)
        solution = PersistentModel(program, seconds=seconds).solve()
        found = solution.values.size and solution.status in (Status.OPTIMAL, Status.LIMIT)
        if not found or not _kept(program, solution.values):
            return replace(solution, status=Status.FAILED if solution.status is Status.LIMIT else solution.status)
        still, _ = both_ways(problem, solution.values)
        if not still.any():
            break
        turn += 1
        batteries = batteries | still if turn < ROUNDS - 1 else np.ones_like(batteries)
    n = problem.layout.columns
    return replace(
        solution, status=Status.OPTIMAL, values=solution.values[:n], reduced_costs=solution.reduced_costs[:n]
    )


def _kept(program: LinearProgram, values: Floats) -> bool:
    """Whether a solution that was cut short is one at all."""
    slack = 1e-6 * (1.0 + np.abs(values))
    return values.size == program.columns and bool(
        np.all(values >= program.lower - slack) and np.all(values <= program.upper + slack)
    )


def _with_binaries(problem: Problem, batteries: Mask, grid: Mask) -> LinearProgram:
    extension = Extension(problem.program)
    add_directions(extension, problem, batteries, grid)
    return extension.whole()


def add_directions(extension: Extension, problem: Problem, batteries: Mask, grid: Mask) -> None:
    """Add binary columns that decide directions, and their rows.

    Parameters
    ----------
    extension : Extension
        Of the problem's program.
    problem : Problem
        With places and limits.
    batteries, grid : (batteries, h), (1 + accounts, h) arrays of bool
        Where they are wanted.
    """
    at, program, h = problem.layout.column, problem.program, problem.outlook.steps
    row, step = np.nonzero(batteries)
    place = row * h + step
    for inward, outward in (
        (at["charge"].start + place, at["discharge"].start + place),
        (problem.imports[grid], problem.exports[grid]),
    ):
        if inward.size:
            direction = extension.columns(np.zeros(inward.size), np.ones(inward.size), integer=True)
            most_in, most_out = program.upper[inward], program.upper[outward]
            into = extension.rows(np.full(inward.size, -np.inf), np.zeros(inward.size))
            extension.put(into, inward, 1.0)
            extension.put(into, direction, -most_in)
            out = extension.rows(np.full(inward.size, -np.inf), most_out)
            extension.put(out, outward, 1.0)
            extension.put(out, direction, most_out)
