"""The mixed-integer program of a commitment.

For every group of like units and every step: how many run (a whole number), how many start, and the weights of the
breakpoints of its curve, which add up to how many run. Least times are the inequalities of Rajan and Takriti, which
describe the schedules of one unit exactly [1]_.

References
----------
.. [1] D. Rajan and S. Takriti, "Minimum up/down polytopes of the unit commitment problem with start-up costs," IBM
   Research Report RC23628, 2005.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.commitment.builder import Builder
from wattstone.dispatch.commitment.curves import pieces
from wattstone.dispatch.commitment.ramps import add_ramps
from wattstone.dispatch.commitment.trade import Trade, add_stores, add_trade

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.curves import Pieces
    from wattstone.dispatch.commitment.form import Form
    from wattstone.dispatch.commitment.group import Group
    from wattstone.dispatch.program import LinearProgram

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

__all__ = ["RULES", "Block", "Model", "Placed", "model"]


@dataclass(frozen=True, eq=False)
class Block:
    """Steps of a group whose curve falls into the same pieces, and one of the pieces.

    Parameters
    ----------
    steps : (m,) array of int
        Which steps.
    first, last : int
        Breakpoints at which the piece begins and ends.
    count : (m,) array of int
        Columns of how many units run on this piece.
    weight : (m, last - first + 1) array of int
        Columns of the weights; those of `count` itself for one point.
    """

    steps: Places
    first: int
    last: int
    count: Places
    weight: Places


@dataclass(eq=False)
class Placed:
    """Where a group stands in the program.

    Parameters
    ----------
    group : Group
        Of like units.
    on : (t,) array of int
        Columns of how many run.
    start : (t,) array of int or None
        Columns of how many start; None where nothing asks for it.
    blocks : list of Block
        Of its curve.
    """

    group: Group
    on: Places
    start: Places | None
    blocks: list[Block] = field(default_factory=list[Block])


@dataclass(frozen=True, eq=False)
class Model:
    """The program, and where everything stands in it.

    Parameters
    ----------
    program : LinearProgram
        With integers.
    form : Form
        What it was made of.
    placed : tuple of Placed
        Groups.
    trade : Trade
        Purchase, sale, what is not met, stores.
    """

    program: LinearProgram
    form: Form
    placed: tuple[Placed, ...]
    trade: Trade


RULES = frozenset({"ramp", "up", "down"})


def model(
    form: Form,
    groups: tuple[Group, ...],
    *,
    strict: bool = False,
    rules: frozenset[str] = RULES,
    one_way: NDArray[np.bool_] | None = None,
) -> Model:
    """Build the program.

    Parameters
    ----------
    form : Form
        Checked numbers.
    groups : tuple of Group
        All units, each once.
    strict : bool
        Whether all demand has to be met, but of carriers with a weight of their own for what is not.
    rules : frozenset of str
        Which rules of operation to keep, of `ramp`, `up` and `down`.
    one_way : (stores, t) array of bool or None
        Where integers keep a store from charging and discharging at once.
    """
    made = Builder()
    trade = add_trade(made, form, strict=strict)
    add_stores(made, form, trade, strict=strict, one_way=one_way)
    free = form.never_negative
    placed: list[Placed] = []
    for group in groups:
        one = _states(made, form, group, rules)
        index = group.members[0]
        _curve(made, form, one, trade, pieces(form.load[index], form.flow[index], free))
        if "ramp" in rules:
            add_ramps(made, form, one)
        placed.append(one)
    return Model(made.program(), form, tuple(placed), trade)


def _states(made: Builder, form: Form, group: Group, rules: frozenset[str]) -> Placed:
    """How many run and start, with the rules of least times."""
    unit, t, size = group.first, form.problem.steps, group.size
    most = np.where(form.available[group.members[0]], float(size), 0.0)
    on = made.columns(unit.run_cost * form.problem.hours, np.zeros(t), most, integer=True)
    up = unit.least_up if "up" in rules else 1
    down = unit.least_down if "down" in rules else 1
    if unit.start_cost == 0 and up == down == 1 and unit.ramp is None:
        return Placed(group, on, None)
    start = made.columns(unit.start_cost, np.zeros(t), np.full(t, float(size)))
    steps = np.arange(t)
    # start >= on - on before
    lower = np.zeros(t)
    lower[0] = -group.on_before
    rows = made.rows(lower, np.full(t, np.inf))
    made.put(rows, start, 1.0)
    made.put(rows, on, -1.0)
    made.put(rows[1:], on[:-1], 1.0)
    if up == down == 1 and unit.ramp is None:
        return Placed(group, on, start)
    # starts within the least time <= on
    held = np.array([group.still_on(step) if "up" in rules else 0 for step in range(t)], dtype=np.float64)
    rows = made.rows(np.full(t, -np.inf), -held)
    made.put(rows, on, -1.0)
    for back in range(min(up, t)):
        made.put(rows[steps >= back], start[: t - back], 1.0)
    # starts within the least pause <= those that stood still before it
    barred = np.array([group.still_off(step) if "down" in rules else 0 for step in range(t)], dtype=np.float64)
    early = steps < down
    rows = made.rows(np.full(t, -np.inf), np.where(early, size - group.on_before - barred, float(size)))
    for back in range(min(down, t)):
        made.put(rows[steps >= back], start[: t - back], 1.0)
    made.put(rows[~early], on[: max(t - down, 0)], 1.0)
    return Placed(group, on, start)


def _curve(made: Builder, form: Form, placed: Placed, trade: Trade, cut: list[Pieces]) -> None:
    """Weights of the breakpoints, and what they give and take."""
    index, size = placed.group.members[0], float(placed.group.size)
    runs = form.available[index]
    for pattern in dict.fromkeys(cut):
        steps = np.flatnonzero(np.array([one == pattern for one in cut], dtype=np.bool_) & runs)
        if not steps.size:
            continue
        for first, last in pattern:
            if len(pattern) == 1:
                count = placed.on[steps]
            else:
                zero = np.zeros(steps.size)
                count = made.columns(0.0, zero, zero + size, integer=True)
            points = last - first + 1
            weight = count[:, None]
            if points > 1:
                weight = made.columns(0.0, np.zeros(steps.size * points), np.full(steps.size * points, np.inf))
                weight = weight.reshape(steps.size, points)
                rows = made.rows(np.zeros(steps.size), np.zeros(steps.size))
                made.put(rows[:, None], weight, 1.0)
                made.put(rows, count, -1.0)
            placed.blocks.append(Block(steps, first, last, count, weight))
            made.put(trade.balance[:, steps, None], weight, form.flow[index][:, steps, first : last + 1])
        if len(pattern) > 1:
            rows = made.rows(np.zeros(steps.size), np.zeros(steps.size))
            made.put(rows, placed.on[steps], -1.0)
            for block in placed.blocks[-len(pattern) :]:
                made.put(rows, block.count, 1.0)
