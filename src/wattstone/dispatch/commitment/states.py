"""The shortest path through the states of machines that keep least times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.int64]

__all__ = ["Machine", "shortest"]


@dataclass(frozen=True, eq=False)
class Machine:
    """How a machine may change.

    Its states are 0 to least_up - 1, on with that many steps behind it (the last: that many or more), then as many off.

    Parameters
    ----------
    least_up, least_down : int
        Steps.
    start_cost : float
        [currency]
    on_before : bool
        Whether it ran before the first step.
    left : int
        Steps for which it has to stay as it was.
    available : (t,) array of bool
        Where it may run.
    """

    least_up: int
    least_down: int
    start_cost: float
    on_before: bool
    left: int
    available: Bools

    @property
    def states(self) -> int:
        """How many."""
        return self.least_up + self.least_down

    @property
    def begin(self) -> int:
        """The state before the first step."""
        return self.least_up - 1 - self.left if self.on_before else self.states - 1 - self.left

    def on(self) -> Bools:
        """Whether a state is on. (states,)"""
        return np.arange(self.states) < self.least_up


def shortest(machines: list[Machine], price: Floats, which: Places, run: Floats) -> tuple[Places, float]:
    """The cheapest path.

    Parameters
    ----------
    machines : list of Machine
        u of them.
    price : (t, sets) array
        What a set of machines costs at a step.
    which : (2^u,) array of int
        The set of each combination; bit i of its place tells whether machine i is on.
    run : (2^u,) array
        What each combination costs at every step beside.

    Returns
    -------
    path : (t,) array of int
        The combination at each step.
    cost : float
        Of it all.
    """
    shape = tuple(one.states for one in machines)
    mask = np.zeros(shape, dtype=np.int64)
    for axis, one in enumerate(machines):
        mask |= _along(one.on().astype(np.int64) << axis, axis, len(shape))
    steps = price.shape[0]
    flags = np.uint8 if len(machines) <= 8 else np.uint16
    stayed = np.zeros((steps, *shape), dtype=flags)
    value = np.full(shape, np.inf)
    value[tuple(one.begin for one in machines)] = 0.0
    for step in range(steps):
        for axis, one in enumerate(machines):
            value = _moved(one, axis, value, stayed[step], step)
        value = value + (price[step][which] + run)[mask]
    place = np.unravel_index(int(value.argmin()), shape)
    state = [int(one) for one in place]
    cost = float(value[place])
    path = np.zeros(steps, dtype=np.int64)
    for step in reversed(range(steps)):
        path[step] = mask[tuple(state)]
        for axis in reversed(range(len(machines))):
            state[axis] = _before(machines[axis], state[axis], bool(int(stayed[step][tuple(state)]) >> axis & 1))
    return path, cost


def _along(values: NDArray[np.int64], axis: int, dimensions: int) -> NDArray[np.int64]:
    return values.reshape([-1 if one == axis else 1 for one in range(dimensions)])


def _moved(machine: Machine, axis: int, value: Floats, stayed: NDArray[np.uint8 | np.uint16], step: int) -> Floats:
    """Values after this machine has decided, and a bit where it stayed in the last state of on or of off."""
    old, up, down = np.moveaxis(value, axis, 0), machine.least_up, machine.least_down
    new = np.empty_like(value)
    to, bits = np.moveaxis(new, axis, 0), np.moveaxis(stayed, axis, 0)
    bit = stayed.dtype.type(1 << axis)
    for first, size, other, dear in ((0, up, -1, machine.start_cost), (up, down, up - 1, 0.0)):
        last = first + size - 1
        to[first + 1 : last] = old[first : max(last - 1, first)]
        entered = old[other] + dear
        if size > 1:
            to[first] = entered
            entered = old[last - 1]
        to[last] = np.minimum(entered, old[last])
        bits[last] |= np.where(old[last] <= entered, bit, 0).astype(stayed.dtype)
    if not machine.available[step]:
        to[:up] = np.inf
    return new


def _before(machine: Machine, state: int, stayed: bool) -> int:
    """The state that led to a state."""
    up, last_on, last_off = machine.least_up, machine.least_up - 1, machine.states - 1
    if state in (last_on, last_off) and stayed:
        return state
    if state == 0:
        return last_off
    return last_on if state == up else state - 1
