"""How fast a load may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.builder import Builder
    from wattstone.dispatch.commitment.form import Form
    from wattstone.dispatch.commitment.model import Placed

__all__ = ["add_ramps"]


def add_ramps(made: Builder, form: Form, placed: Placed) -> None:
    """Rows that keep the load of one unit within its ramp; none where it has none.

    Parameters
    ----------
    made : Builder
        Of the program.
    form : Form
        Curves.
    placed : Placed
        A unit in a group of its own, with columns of starts.
    """
    unit, start = placed.group.first, placed.start
    if unit.ramp is None or start is None:
        return
    t, load = form.problem.steps, form.load[placed.group.members[0]]
    ramp = unit.ramp
    swing = np.maximum(load[:, 0], ramp)  # a start or a stop may go this far
    before = (unit.load_before or 0.0) if unit.on_before else 0.0
    was = float(unit.on_before)
    # Up: load - load before <= ramp on_before + swing start
    upper = np.zeros(t)
    upper[0] = before + ramp * was
    rise = made.rows(np.full(t, -np.inf), upper)
    made.put(rise, start, -swing)
    made.put(rise[1:], placed.on[:-1], -ramp)
    # Down: load before - load <= ramp on + swing (start - on + on before); what it had before may always stop.
    stop = np.concatenate([[max(before, ramp)], swing[:-1]])
    upper = np.zeros(t)
    upper[0] = stop[0] * was - before
    fall = made.rows(np.full(t, -np.inf), upper)
    made.put(fall, placed.on, stop - ramp)
    made.put(fall, start, -stop)
    made.put(fall[1:], placed.on[:-1], -stop[1:])
    for block in placed.blocks:
        points = load[block.steps, block.first : block.last + 1]
        made.put(rise[block.steps, None], block.weight, points)
        made.put(fall[block.steps, None], block.weight, -points)
        later = block.steps + 1 < t
        after = block.steps[later] + 1
        made.put(rise[after, None], block.weight[later], -points[later])
        made.put(fall[after, None], block.weight[later], points[later])
