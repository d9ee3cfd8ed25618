"""From the values of a program to a schedule of named units, made exact by a linear program with fixed integers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.commitment.group import named
from wattstone.dispatch.commitment.settle import levels
from wattstone.dispatch.highs import PersistentModel
from wattstone.dispatch.program import Solution, Status

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.model import Model
    from wattstone.dispatch.program import LinearProgram

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["fixed", "loads", "polished", "stored", "wasteful"]

TOLERANCE = 1e-9
SEEN = 1e-6


def fixed(program: LinearProgram, values: Floats) -> LinearProgram:
    """The linear program that is left where all whole numbers are as in a solution.

    Parameters
    ----------
    program : LinearProgram
        With integers or without.
    values : (n,) array
        Its solution.
    """
    if program.integer is None:
        return program
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[program.integer] = upper[program.integer] = np.round(values[program.integer])
    return replace(program, lower=lower, upper=upper, integer=None)


def polished(program: LinearProgram, values: Floats) -> Solution | None:
    """The best values with the integers of a solution, to a billionth.

    Parameters
    ----------
    program : LinearProgram
        With integers or without.
    values : (n,) array
        Its solution, to the tolerance of a search.

    Returns
    -------
    Solution or None
        With multipliers; None where the rounded integers allow no values.
    """
    linear = fixed(program, values)
    for tolerance in (TOLERANCE, None):
        found = PersistentModel(linear, tolerance=tolerance).solve()
        if found.status is Status.OPTIMAL:
            return found
    return None


def loads(made: Model, values: Floats) -> tuple[Bools, Floats]:
    """Which unit runs, and at which load.

    Parameters
    ----------
    made : Model
        The program.
    values : (n,) array
        Its solution.

    Returns
    -------
    on : (units, t) array of bool
        Which run; of like units the one that has waited longest starts first.
    load : (units, t) array
        Like units on one piece of their curve share it evenly. [kW]
    """
    form = made.form
    shape = (len(form.problem.units), form.problem.steps)
    on, load = np.zeros(shape, dtype=np.bool_), np.zeros(shape)
    for placed in made.placed:
        members = np.array(placed.group.members)
        runs = named(placed.group, np.round(values[placed.on]).astype(np.int64))
        on[members] = runs
        rank = np.cumsum(runs, axis=0)  # 1 for the first that runs
        points: Floats = form.load[placed.group.members[0]]
        taken = np.zeros(shape[1], dtype=np.int64)
        for block in placed.blocks:
            steps = block.steps
            ends: Floats = points[steps, block.first : block.last + 1]
            count = np.round(values[block.count]).astype(np.int64)
            weight = np.maximum(values[block.weight], 0.0)
            mean: Floats = (weight * ends).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-12)
            mean = np.clip(mean, ends[:, 0], ends[:, -1])
            here = rank[:, steps]
            mine = runs[:, steps] & (here > taken[steps]) & (here <= taken[steps] + count)
            load[np.ix_(members, steps)] += np.where(mine, mean, 0.0)
            taken[steps] += count
    return on, load


def stored(made: Model, values: Floats) -> tuple[Floats, Floats]:
    """What the stores do, one direction at a time wherever the tank can hold what is then not wasted.

    Parameters
    ----------
    made : Model
        The program.
    values : (n,) array
        Its solution.

    Returns
    -------
    charge, discharge : (stores, t) arrays
        [kW]
    """
    form, tanks = made.form, made.trade.tanks
    charge = np.array([values[tank.charge] for tank in tanks], dtype=np.float64).reshape(-1, form.problem.steps)
    discharge = np.array([values[tank.discharge] for tank in tanks], dtype=np.float64).reshape(charge.shape)
    charge, discharge = np.maximum(charge, 0.0), np.maximum(discharge, 0.0)
    both = np.minimum(charge, discharge)
    level = levels(form, charge - both, discharge - both)
    for row, store in enumerate(form.problem.stores):
        if level[row].max() <= store.capacity * (1 + TOLERANCE) + TOLERANCE:
            charge[row] -= both[row]
            discharge[row] -= both[row]
    return charge, discharge


def wasteful(made: Model, charge: Floats, discharge: Floats) -> Bools:
    """Where a store charges and discharges at once although that loses energy. (stores, t)

    Parameters
    ----------
    made : Model
        The program.
    charge, discharge : (stores, t) arrays
        As `stored` gives them.
    """
    lossy = np.array([store.efficiency < 1 for store in made.form.problem.stores], dtype=np.bool_)
    return (np.minimum(charge, discharge) > SEEN) & lossy[:, None]
