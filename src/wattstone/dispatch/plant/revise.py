"""Which machines run, looked at once more on their own curves: windows of hours are given the set that suits them best.

The mixed-integer program decides on straight lines, and may have been cut short. A window takes another set only where
least times are kept and the cost, with starts and with power above the peak so far, falls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plant.hourly import Hourly

if TYPE_CHECKING:
    from wattstone.dispatch.plant.evaluate import Schedule
    from wattstone.dispatch.plant.plant import Ahead, Machine, Plant

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["keeps_rules", "revised"]

WINDOWS = (16, 8, 4, 2, 1)
"""Lengths of the windows, in steps, the fine after the coarse; each begins half a window after the one before."""


def revised(
    plant: Plant, ahead: Ahead, hourly: Hourly, schedule: Schedule, needs: tuple[Floats, Floats], peak: float
) -> Schedule:
    """The schedule with other machines on where that is cheaper; loads of those that are new are still to be found.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    hourly : Hourly
        Machines on their curves.
    schedule : Schedule
        What runs, loaded.
    needs : (t,) array, (t,) array
        Cold and heat that machines have to make. [kW]
    peak : float
        Highest power so far, the rest of the site in it: what is above it costs the demand charge. [kW]

    Returns
    -------
    Schedule
        Machines that were switched on are at their least load.
    """
    on = schedule.load > 0
    now = [_cost(hourly, ahead, step, on[:, step], needs) for step in range(ahead.steps)]
    for first, last in _windows(ahead.steps):
        wanted = _wanted(hourly, (first + last) // 2, schedule.load, needs)
        if wanted is None or (on[:, first:last] == wanted[:, None]).all():
            continue
        trial = on.copy()
        trial[:, first:last] = wanted[:, None]
        trial[:, first:last] &= np.stack([one.runs[first:last] for one in hourly.found])
        changed = np.flatnonzero((trial != on).any(axis=1)).tolist()
        if not all(keeps_rules(plant.machines[at], trial[at], ahead.hours) for at in changed):
            continue
        there = [_cost(hourly, ahead, step, trial[:, step], needs) for step in range(first, last)]
        gain = sum(one for one, _ in now[first:last]) - sum(one for one, _ in there)
        gain -= sum(_starts(plant.machines[at], trial[at]) - _starts(plant.machines[at], on[at]) for at in changed)
        gain -= plant.demand_charge * max(0.0, max(power for _, power in there) - peak)
        if gain > 1e-6 * abs(sum(one for one, _ in now)):
            on, now[first:last] = trial, there
    least = np.stack([one.least for one in hourly.found])
    return replace(schedule, load=np.where(on, np.maximum(schedule.load, least), 0.0))


def keeps_rules(machine: Machine, on: Bools, hours: float) -> bool:
    """Whether a machine's least times on and off are kept, what it did before in them.

    Parameters
    ----------
    machine : Machine
        With its least times [h] and what it did before.
    on : (t,) array of bool
        Whether it runs.
    hours : float
        Length of a step. [h]
    """
    edges = [0, *(np.flatnonzero(on[1:] != on[:-1]) + 1).tolist(), on.size]
    for place, (first, last) in enumerate(pairwise(edges)):
        least = machine.least_up if on[first] else machine.least_down
        lasted = (last - first) * hours
        if place == 0 and bool(on[0]) == machine.on_before:
            lasted += machine.since
        # What lasts to the end may go on after it.
        if last < on.size and lasted < least - 1e-9:
            return False
    before = machine.least_up if machine.on_before else machine.least_down
    return bool(on[0]) == machine.on_before or machine.since >= before - 1e-9


def _windows(steps: int) -> Iterator[tuple[int, int]]:
    for length in WINDOWS:
        for first in range(0, max(steps - length, 0) + 1, max(1, length // 2)):
            yield first, min(first + length, steps)


def _starts(machine: Machine, on: Bools) -> float:
    before = np.concatenate([[machine.on_before], on[:-1]])
    return machine.start_cost * int((on & ~before).sum())


def _cost(hourly: Hourly, ahead: Ahead, step: int, on: Bools, needs: tuple[Floats, Floats]) -> tuple[float, float]:
    """Cost of a step [currency], and power of it with the rest of the site [kW]."""
    cost, power = hourly.value(step, on, needs[0][step : step + 1], needs[1][step : step + 1])
    return float(cost[0]) * ahead.hours, float(power[0] + ahead.other[step])


def _wanted(hourly: Hourly, step: int, load: Floats, needs: tuple[Floats, Floats]) -> Bools | None:
    """The best set for a step, its coupled machines as they are; machines whose loads are fixed stay."""
    found, fixed = hourly.found, ~np.isnan(hourly.fixed[:, step])
    coupled = [at for at, one in enumerate(found) if one.kind == "coupled" or fixed[at]]
    on = np.zeros(len(found), dtype=np.bool_)
    on[coupled] = load[coupled, step] > 0
    given = hourly.cost(step, np.where(on, load[:, step], 0.0))
    for kind, need in (("cold", needs[0][step] - given[0]), ("heat", needs[1][step] - given[1])):
        may = [at for at, one in enumerate(found) if one.kind == kind and one.runs[step] and not fixed[at]]
        rows = hourly.chosen(step, may, max(float(need), 0.0), np.zeros(len(found), dtype=np.bool_))
        if rows is None:
            return None
        on[rows] = True
    return on
