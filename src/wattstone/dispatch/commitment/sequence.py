"""The exact sequence of machines for one demand, as a shortest path.

Where nothing but the state of the machines leads from step to step (no stores, ramps or demand charges), a plan is a
path through sets of machines. What a set costs at a step is an infimal convolution, exact for piecewise-linear curves
of any shape. How long each machine has been on or off is followed up to its least times, machine by machine, so that a
step takes as many operations as there are states, and not their square [1]_. The path found is the best there is.

References
----------
.. [1] R. Bellman, Dynamic Programming, Princeton University Press, 1957, chapter III.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.commitment.convolve import Bent, convolve, split
from wattstone.dispatch.commitment.group import Group, groups
from wattstone.dispatch.commitment.states import Machine, shortest

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.form import Form

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.int64]

__all__ = ["Tables", "applies", "sequence", "tables"]

STATES, CELLS, CURVES = 400_000, 250_000_000, 30_000  # beyond these the mixed-integer program is the better way


@dataclass(frozen=True, eq=False)
class _Values:
    """What another kWh of each carrier is worth, and which carrier the machines are there for."""

    lead: int
    worth: Floats


@dataclass(eq=False)
class _Kind:
    """Steps at which the machines have the same curves, but for a factor on all costs."""

    curves: tuple[Bent, ...]  # of each group
    steps: Places
    made: dict[tuple[int, ...], Bent] = field(default_factory=dict[tuple[int, ...], Bent])

    def together(self, counts: tuple[int, ...]) -> Bent:
        """What so many of each group cost together."""
        if counts not in self.made:
            last = max(index for index, count in enumerate(counts) if count)
            fewer = _one_less(counts, last)
            one = self.curves[last]
            self.made[counts] = convolve(self.together(fewer), one) if any(fewer) else one
        return self.made[counts]

    def split(self, counts: tuple[int, ...], total: float) -> list[list[float]]:
        """Loads of those that run, by group."""
        loads: list[list[float]] = [[] for _ in counts]
        while any(counts):
            last = max(index for index, count in enumerate(counts) if count)
            fewer, mine = _one_less(counts, last), total
            if any(fewer):
                total, mine = split(self.together(fewer), self.curves[last], total)
            else:
                mine = min(max(mine, float(self.curves[last].x[0])), float(self.curves[last].x[-1]))
            loads[last].append(mine)
            counts = fewer
        return loads


def _one_less(counts: tuple[int, ...], which: int) -> tuple[int, ...]:
    return (*counts[:which], counts[which] - 1, *counts[which + 1 :])


def applies(form: Form) -> bool:
    """Whether a commitment is a sequence, and small enough for the exact path.

    Parameters
    ----------
    form : Form
        Checked numbers.
    """
    values = _values(form)
    if values is None:
        return False
    machines = _machines(form)
    states = int(np.prod([float(one.states) for one in machines]))
    sets = float(np.prod([one.size + 1.0 for one in groups(form)]))
    if states > STATES or states * form.problem.steps > CELLS:
        return False
    return len(set(_keys(form, values)[0])) * sets <= CURVES


def _values(form: Form) -> _Values | None:
    problem, units = form.problem, form.problem.units
    if problem.stores or not units or any(unit.ramp is not None for unit in units):
        return None
    lead = form.names.index(units[0].carrier)
    same = all(
        unit.carrier == units[0].carrier and np.array_equal(flow[lead], load)
        for unit, flow, load in zip(units, form.flow, form.load, strict=True)
    )
    if not same or form.buys[lead] or not np.isinf(form.sale_limit[lead]).all() & form.sells[lead] | ~form.sells[lead]:
        return None
    worth = np.zeros(form.demand.shape)
    for row, carrier in enumerate(problem.carriers):
        given = any((flow[row] > 0).any() for flow in form.flow)
        taken = any((flow[row] < 0).any() for flow in form.flow)
        if row == lead or not (given or taken):
            continue
        if taken and not given and form.buys[row] and carrier.demand_charge == 0:
            if np.isfinite(form.limit[row]).any() or (form.demand[row] < 0).any():
                return None
            worth[row] = form.whole_price[row]
        elif given and not taken and form.sells[row]:
            if np.isfinite(form.sale_limit[row]).any() or (form.demand[row] > 0).any():
                return None
            worth[row] = form.sale[row]
        else:
            return None
    return _Values(lead, worth)


def _machines(form: Form) -> list[Machine]:
    return [
        Machine(
            least_up=min(unit.least_up, form.problem.steps + 1),
            least_down=min(unit.least_down, form.problem.steps + 1),
            start_cost=unit.start_cost,
            on_before=unit.on_before,
            left=_left(unit.on_before, unit.since, unit.least_up, unit.least_down, form.problem.steps),
            available=form.available[index],
        )
        for index, unit in enumerate(form.problem.units)
    ]


def _left(on: bool, since: int, up: int, down: int, steps: int) -> int:
    """Steps for which it has to stay as it is."""
    return min(max((up if on else down) - since, 0), steps)


def _keys(form: Form, values: _Values) -> tuple[list[bytes], Floats]:
    """What tells steps with other curves apart, and the factor on their costs."""
    scale = np.abs(values.worth).max(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    rows = [
        np.concatenate([load, -np.einsum("ct,ctk->tk", values.worth / scale, flow)], axis=1)
        for load, flow in zip(form.load, form.flow, strict=True)
    ]
    rounded = np.round(np.concatenate(rows, axis=1), 9)
    return [row.tobytes() for row in rounded], scale


def _kinds(form: Form, values: _Values, together: tuple[Group, ...]) -> tuple[list[_Kind], Floats]:
    keys, scale = _keys(form, values)
    steps: dict[bytes, list[int]] = {}
    for step, key in enumerate(keys):
        steps.setdefault(key, []).append(step)
    kinds: list[_Kind] = []
    for which in steps.values():
        at, worth = which[0], values.worth[:, which[0]] / scale[which[0]]
        curves = tuple(
            Bent(form.load[group.members[0]][at], -(worth @ form.flow[group.members[0]][:, at])) for group in together
        )
        kinds.append(_Kind(curves, np.array(which)))
    return kinds, scale


@dataclass(frozen=True, eq=False)
class Tables:
    """What every set of machines costs at every step, where `applies`.

    Parameters
    ----------
    form : Form
        Checked numbers.
    kinds : list of _Kind
        Steps of like curves.
    together : tuple of Group
        Like units.
    sets : (s, groups) array of int
        How many of each group run in a set.
    which : (2^u,) array of int
        The set of each combination; bit i of its place is unit i.
    price, total : (t, s) arrays
        Least cost of a set at a step, and what it then gives.
    """

    form: Form
    kinds: list[_Kind]
    together: tuple[Group, ...]
    sets: Places
    which: Places
    price: Floats
    total: Floats

    def best(self, price: Floats | None = None) -> tuple[Places, float]:
        """The best path of combinations, and its cost, infinite if there is none.

        Parameters
        ----------
        price : (t, s) array or None
            Instead of its own, as with sets that are not allowed.
        """
        units = self.form.problem.units
        rates = np.array([unit.run_cost for unit in units], dtype=np.float64)
        run: Floats = (_bits(len(units)) * rates).sum(axis=1) * self.form.problem.hours
        return shortest(_machines(self.form), self.price if price is None else price, self.which, run)

    def loads(self, path: Places) -> tuple[Bools, Floats]:
        """Which run, and their loads, on a path.

        Parameters
        ----------
        path : (t,) array of int
            Combinations.
        """
        on = _bits(len(self.form.problem.units))[path].T.astype(np.bool_)
        chosen = self.which[path]
        total = self.total[np.arange(path.size), chosen]
        return on, _loads(on, self.kinds, self.together, self.sets[chosen], total)


def _bits(units: int) -> Places:
    numbers = np.arange(2**units, dtype=np.int64)[:, None]
    return np.bitwise_and(np.right_shift(numbers, np.arange(units)), 1)


def tables(form: Form, *, strict: bool) -> Tables:
    """Price all sets of machines at all steps.

    Parameters
    ----------
    form : Form
        Checked numbers, to which this `applies`.
    strict : bool
        Whether all demand has to be met, but where a weight was given for what is not.
    """
    values = _values(form)
    if values is None:
        raise ValueError("this commitment is no sequence")
    together, bits = groups(form), _bits(len(form.problem.units))
    kinds, scale = _kinds(form, values, together)
    counts: Places = np.stack([bits[:, list(group.members)].sum(axis=1) for group in together], axis=1)
    sets, which = np.unique(counts, axis=0, return_inverse=True)
    must = strict and form.problem.carriers[values.lead].penalty is None
    weight = np.inf if must else float(form.penalty[values.lead])
    price, total = np.full((form.problem.steps, len(sets)), np.inf), np.zeros((form.problem.steps, len(sets)))
    for kind in kinds:
        for index, row in enumerate(sets.tolist()):
            found = _priced(form, values, kind, tuple(row), scale, weight)
            price[kind.steps, index], total[kind.steps, index] = found
    return Tables(form, kinds, together, sets, which.ravel(), price, total)


def sequence(form: Form) -> tuple[Bools, Floats]:
    """The best sequence, where `applies`: one that meets all demand, if there is any.

    Parameters
    ----------
    form : Form
        Checked numbers.

    Returns
    -------
    on : (units, t) array of bool
        Which run.
    load : (units, t) array
        Their loads. [kW]
    """
    for strict in (True, False):
        priced = tables(form, strict=strict)
        path, cost = priced.best()
        if np.isfinite(cost):
            break
    return priced.loads(path)


def _priced(
    form: Form, values: _Values, kind: _Kind, counts: tuple[int, ...], scale: Floats, weight: float
) -> tuple[Floats, Floats]:
    """What a set costs at the steps of a kind, and what it gives: the demand, or what is next to it at best."""
    steps, lead, hours = kind.steps, values.lead, form.problem.hours
    demand, factor = form.demand[lead, steps], scale[steps]
    less = form.sale[lead, steps] if form.sells[lead] else np.full(steps.size, -weight)
    both = kind.together(counts) if any(counts) else Bent(np.zeros(1), np.zeros(1))
    exact = both.at(demand) * factor
    beside = both.x[None, :] - demand[:, None]
    with np.errstate(invalid="ignore"):  # an infinite weight on nothing is nothing
        slack: Floats = np.multiply(beside, np.where(beside > 0, np.negative(less)[:, None], -weight))
    corner: Floats = np.where(beside == 0, 0.0, slack) + both.y * factor[:, None]
    best = corner.argmin(axis=1)
    cost = corner[np.arange(steps.size), best]
    better = exact <= cost
    return np.where(better, exact, cost) * hours, np.where(better, demand, both.x[best])


def _loads(on: Bools, kinds: list[_Kind], together: tuple[Group, ...], counts: Places, total: Floats) -> Floats:
    load = np.zeros(on.shape)
    for kind in kinds:
        known: dict[tuple[tuple[int, ...], float], list[list[float]]] = {}
        for step in kind.steps.tolist():
            key = (tuple(counts[step].tolist()), float(total[step]))
            if key not in known:
                known[key] = kind.split(*key)
            for group, loads in zip(together, known[key], strict=True):
                running = [member for member in group.members if on[member, step]]
                load[running, step] = sorted(loads, reverse=True)
    return load
