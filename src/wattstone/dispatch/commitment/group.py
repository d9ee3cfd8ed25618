"""Units that are alike, counted instead of named.

That one of two like machines runs can be planned in two ways, and a search would go through both. So they are counted:
how many run, how many start. The rules of least times hold for counts exactly as long as the one that has run for
longest is the first to stop, and the one that has stood still for longest the first to start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.form import Form
    from wattstone.dispatch.commitment.types import Unit

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["Group", "groups", "named"]


@dataclass(frozen=True, eq=False)
class Group:
    """Units that are alike in all but what they did before.

    Parameters
    ----------
    members : tuple of int
        Which units.
    units : tuple of Unit
        They themselves.
    """

    members: tuple[int, ...]
    units: tuple[Unit, ...]

    @property
    def size(self) -> int:
        """How many."""
        return len(self.members)

    @property
    def first(self) -> Unit:
        """One for all."""
        return self.units[0]

    @property
    def on_before(self) -> int:
        """How many ran before the first step."""
        return sum(unit.on_before for unit in self.units)

    def still_on(self, step: int) -> int:
        """How many must still run at a step for what they began before the first.

        Parameters
        ----------
        step : int
            From 0.
        """
        return sum(unit.on_before and unit.since + step < unit.least_up for unit in self.units)

    def still_off(self, step: int) -> int:
        """How many must still stand at a step for what they ended before the first.

        Parameters
        ----------
        step : int
            From 0.
        """
        return sum(not unit.on_before and unit.since + step < unit.least_down for unit in self.units)


def groups(form: Form, *, alike: bool = True) -> tuple[Group, ...]:
    """The units in groups.

    Parameters
    ----------
    form : Form
        Of the commitment.
    alike : bool
        False gives each unit a group of its own.
    """
    units, made = form.problem.units, list[list[int]]()
    for index in range(len(units)):
        for group in made:
            if alike and _alike(form, group[0], index):
                group.append(index)
                break
        else:
            made.append([index])
    return tuple(Group(tuple(one), tuple(units[index] for index in one)) for one in made)


def _alike(form: Form, one: int, other: int) -> bool:
    left, right = form.problem.units[one], form.problem.units[other]
    if left.ramp is not None or right.ramp is not None:
        return False
    rules = ("start_cost", "run_cost", "least_up", "least_down")
    return (
        all(getattr(left, rule) == getattr(right, rule) for rule in rules)
        and np.array_equal(form.load[one], form.load[other])
        and np.array_equal(form.flow[one], form.flow[other])
        and np.array_equal(form.available[one], form.available[other])
    )


def named(group: Group, count: NDArray[np.int64]) -> Bools:
    """Which of the units run, from how many do.

    Parameters
    ----------
    group : Group
        Of like units.
    count : (t,) array of int
        How many run at each step.

    Returns
    -------
    (units, t) array of bool
    """
    on = np.array([unit.on_before for unit in group.units], dtype=np.bool_)
    since = np.array([unit.since for unit in group.units], dtype=np.int64)
    runs = np.zeros((group.size, count.size), dtype=np.bool_)
    for step in range(count.size):
        change = int(count[step]) - int(on.sum())
        waiting = np.flatnonzero(on if change < 0 else ~on)
        moved = waiting[np.argsort(-since[waiting], kind="stable")][: abs(change)]
        on[moved] = change > 0
        since[moved] = 0
        since += 1
        runs[:, step] = on
    return runs
