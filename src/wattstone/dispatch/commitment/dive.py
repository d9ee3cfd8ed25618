"""A good plan to begin with, by rounding the linear relaxation bit by bit.

Curves in their pieces and the inequalities of least times leave little between the relaxation and the best plan. What
a search lacks is a plan. So the whole numbers that are nearest to whole already are rounded, the linear program is
solved again from its last basis, and so on: first how many run, then on which piece of their curves [1]_. What cannot
be rounded so is rounded in smaller lots. If that is still too far from the relaxation, a window is moved over the
horizon in which the whole numbers are searched again, with all others held.

References
----------
.. [1] T. Berthold, "Primal heuristics for mixed integer programs," diploma thesis, TU Berlin, 2006, chapter 3 (diving).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.highs import PersistentModel
from wattstone.dispatch.program import Status

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.model import Model
    from wattstone.dispatch.program import Solution

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

__all__ = ["dive"]

LOTS = 0.15, 0.05  # of those that are left are rounded at once; the second where the first leads nowhere
SMALLER = 0.25
FAILED = 12
WINDOW = 260  # whole numbers in a window, about
NEAR = 1e-3
WHOLE = 1e-6


def dive(made: Model, *, gap: float, seconds: float, begin: Floats | None = None) -> Solution | None:
    """A plan that keeps all rules.

    Parameters
    ----------
    made : Model
        The program.
    gap : float
        Relative distance to the relaxation at which a plan is good enough.
    seconds : float
        Limit of wall time. [s]
    begin : (n,) array or None
        How many run, in their columns, of a plan to begin with.

    Returns
    -------
    Solution or None
        Its bound is that of the linear relaxation. None where rounding leads nowhere within the time; there may be
        plans all the same.
    """
    program = made.program
    if program.integer is None or not made.placed:
        return None
    end = time.perf_counter() + seconds
    linear = PersistentModel(replace(program, integer=None), seconds=seconds)
    relaxed = linear.solve(duals=False)
    if relaxed.status is not Status.OPTIMAL:
        return None
    on: Places = np.concatenate([placed.on for placed in made.placed])
    whole: Places = np.flatnonzero(program.integer)
    enough = relaxed.objective + gap * abs(relaxed.objective)
    for lot in (None, *LOTS) if begin is not None else LOTS:
        linear.change_bounds(whole, program.lower[whole], program.upper[whole])
        if lot is None:
            found = _fixed(linear, on, begin[on]) if begin is not None else None
        else:
            found = _rounded(made, linear, relaxed, on, lot, end)
        if found is not None:
            found = _rounded(made, linear, found, np.setdiff1d(whole, on), lot or LOTS[0], end)
        if found is not None:
            better = found if found.objective <= enough else _improved(made, found, enough, end)
            return replace(better, bound=relaxed.objective)
    return None


def _improved(made: Model, found: Solution, enough: float, end: float) -> Solution:
    """Search again in one window of steps after the other."""
    program, t = made.program, made.form.problem.steps
    step: Places = np.full(program.columns, -1)
    for placed in made.placed:
        step[placed.on] = np.arange(t)
        for block in placed.blocks:
            step[block.count] = block.steps
    whole: Places = np.flatnonzero(step >= 0)
    width = max(WINDOW * t // whole.size, 2)
    best = found
    search = PersistentModel(program, presolve=False, gap=NEAR, seconds=max(end - time.perf_counter(), 0.1))
    for first in range(0, t, max(width // 2, 1)):
        if best.objective <= enough or time.perf_counter() > end:
            break
        held = whole[(step[whole] < first) | (step[whole] >= first + width)]
        kept = np.round(best.values[held])
        search.change_bounds(held, kept, kept)
        tried = search.solve(duals=False)
        search.change_bounds(held, program.lower[held], program.upper[held])
        if tried.values.size and tried.objective < best.objective:
            best = tried
    return best


def _rounded(
    made: Model, linear: PersistentModel, found: Solution, columns: Places, lot: float, end: float
) -> Solution | None:
    """Round these columns, lot by lot."""
    lower, upper = made.program.lower, made.program.upper
    left: Places = columns[lower[columns] < upper[columns]]
    failed = 0
    while left.size:
        if time.perf_counter() > end or failed > FAILED:
            return None
        values = found.values[left]
        apart: Floats = np.abs(values - np.round(values))
        size = max(int(lot * left.size), int((apart < WHOLE).sum()) if not failed else 0, 1)
        chosen: Places = left[np.argsort(apart, kind="stable")[:size]]
        target = np.round(found.values[chosen])
        tried = _fixed(linear, chosen, target)
        if tried is None and size == 1:
            other = np.where(target > found.values[chosen], target - 1, target + 1)
            tried = _fixed(linear, chosen, np.clip(other, lower[chosen], upper[chosen]))
            if tried is None:
                return None
        if tried is None:
            linear.change_bounds(chosen, lower[chosen], upper[chosen])
            lot, failed = lot * SMALLER, failed + 1
            continue
        found, left = tried, np.setdiff1d(left, chosen)
    return found


def _fixed(linear: PersistentModel, columns: Places, values: Floats) -> Solution | None:
    linear.change_bounds(columns, values, values)
    found = linear.solve(duals=False)
    return found if found.status is Status.OPTIMAL else None
