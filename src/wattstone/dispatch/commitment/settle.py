"""What follows from a schedule: flows, levels, what is bought and sold, and what it costs.

A schedule is which units run, their loads, and what stores do. All else is worked out here from the problem alone, so
that no cost rests on what a solver says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.commitment.curves import flows_at
from wattstone.dispatch.commitment.form import form
from wattstone.dispatch.commitment.types import Committed, Costs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wattstone.dispatch.commitment.form import Form
    from wattstone.dispatch.commitment.types import Commitment

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["cost", "levels", "residual", "settle", "starts", "unit_flows"]

ROUNDED = 1e-7  # of the largest flow of a carrier: less than this is rounding, left in the residual


def cost(problem: Commitment, committed: Committed) -> Costs:
    """What a plan costs, worked out again from its schedule: on, load, charge, discharge, and nothing else.

    Parameters
    ----------
    problem : Commitment
        What was asked.
    committed : Committed
        The plan.

    Returns
    -------
    Costs
        Part by part; the total equals the plan's objective.

    Raises
    ------
    InputRefused
        If the problem cannot be used.
    """
    return settle(form(problem), committed.on, committed.load, committed.charge, committed.discharge).costs


def residual(problem: Commitment, committed: Committed) -> Mapping[str, Floats]:
    """What is left of the balance of each carrier: 0 but for rounding.

    Parameters
    ----------
    problem : Commitment
        What was asked.
    committed : Committed
        The plan.

    Returns
    -------
    mapping of str to (t,) array
        given + bought + unserved + discharged - demand - taken - sold - surplus - charged. [kW]
    """
    left: dict[str, Floats] = {}
    for carrier in problem.carriers:
        name = carrier.name
        balance = committed.flows[name].sum(axis=0) + committed.bought[name] + committed.unserved[name]
        balance = balance - np.asarray(carrier.demand) - committed.sold[name] - committed.surplus[name]
        for row, store in enumerate(problem.stores):
            if store.carrier == name:
                balance = balance + committed.discharge[row] - committed.charge[row]
        left[name] = balance
    return left


def starts(on: Bools, before: Bools) -> Bools:
    """Where a unit starts.

    Parameters
    ----------
    on : (units, t) array of bool
        Which run.
    before : (units,) array of bool
        Which ran before.
    """
    return on & ~np.concatenate([before[:, None], on[:, :-1]], axis=1)


def levels(form: Form, charge: Floats, discharge: Floats) -> Floats:
    """Levels of the stores.

    Parameters
    ----------
    form : Form
        Checked numbers.
    charge, discharge : (stores, t) arrays
        Powers. [kW]

    Returns
    -------
    (stores, t + 1) array
        The first is that before the first step. [kWh]
    """
    problem = form.problem
    found = np.zeros((len(problem.stores), problem.steps + 1))
    for row, store in enumerate(problem.stores):
        found[row, 0] = store.initial
        keep = (1.0 - store.loss) ** problem.hours
        moved = problem.hours * (store.efficiency * charge[row] - discharge[row])
        for step in range(problem.steps):
            found[row, step + 1] = keep * found[row, step] + moved[step]
    return found


def unit_flows(form: Form, on: Bools, load: Floats) -> Floats:
    """What every unit gives of every carrier.

    Parameters
    ----------
    form : Form
        Curves.
    on, load : (units, t) arrays
        The schedule.

    Returns
    -------
    (c, units, t) array
        0 exactly where a unit is off. [kW]
    """
    flows = np.zeros((len(form.names), *on.shape))
    for index in range(on.shape[0]):
        flows[:, index] = np.where(on[index], flows_at(form.load[index], form.flow[index], load[index]), 0.0)
    return flows


def settle(form: Form, on: Bools, load: Floats, charge: Floats, discharge: Floats) -> Committed:
    """A plan from a schedule; its bound is left at minus infinity.

    Parameters
    ----------
    form : Form
        Checked numbers.
    on : (units, t) array of bool
        Which run.
    load : (units, t) array
        Their loads; 0 where they are off.
    charge, discharge : (stores, t) arrays
        What the stores do.
    """
    problem, hours = form.problem, form.problem.hours
    flows = unit_flows(form, on, load)
    net = form.demand - flows.sum(axis=1)
    size = np.abs(form.demand).max(axis=1, initial=1.0)
    if flows.size:
        size = np.maximum(size, np.abs(flows).max(axis=(1, 2)))
    for row, store in enumerate(problem.stores):
        net[form.names.index(store.carrier)] += charge[row] - discharge[row]
    bought, unserved = _split(np.maximum(net, 0.0), form.limit, size)
    sold, surplus = _split(np.maximum(-net, 0.0), form.sale_limit, size)
    level = levels(form, charge, discharge)
    short = _short(form, level)
    before = np.array([unit.on_before for unit in problem.units], dtype=np.bool_)
    began = starts(on, before).sum(axis=1) if on.size else np.zeros(0)
    row_of = [form.names.index(store.carrier) for store in problem.stores]
    emitted = float((bought * form.carbon).sum() * hours)
    costs = Costs(
        energy=float((bought * form.price).sum() * hours),
        sale=-float((sold * form.sale).sum() * hours),
        demand=_peaks(form, bought),
        carbon=emitted * problem.carbon_price,
        start=float(began @ np.array([unit.start_cost for unit in problem.units])) if on.size else 0.0,
        run=float(on.sum(axis=1) @ np.array([unit.run_cost for unit in problem.units])) * hours if on.size else 0.0,
        penalty=float(((unserved + surplus).sum(axis=1) * hours) @ form.penalty + short @ form.penalty[row_of]),
    )
    names = form.names
    return Committed(
        on=on,
        load=np.where(on, load, 0.0),
        flows={name: flows[row] for row, name in enumerate(names)},
        levels=level,
        charge=charge,
        discharge=discharge,
        bought=dict(zip(names, bought, strict=True)),
        sold=dict(zip(names, sold, strict=True)),
        unserved=dict(zip(names, unserved, strict=True)),
        surplus=dict(zip(names, surplus, strict=True)),
        short=short,
        costs=costs,
        emissions=emitted,
        bound=-np.inf,
        gap=np.inf,
    )


def _split(needed: Floats, limit: Floats, size: Floats) -> tuple[Floats, Floats]:
    """What trade takes, and what it cannot take; less than rounding is not told as lacking."""
    taken = np.minimum(needed, limit)
    left = needed - taken
    rounding = left < ROUNDED * size[:, None]
    # Where there is trade at all, a hair above its limit is traded; where there is none, it stays in the residual.
    taken = np.where(rounding & (limit > 0), needed, taken)
    return taken, np.where(rounding, 0.0, left)


def _short(form: Form, level: Floats) -> Floats:
    lacking = [
        max(store.final - level[row, -1], 0.0) if store.final is not None else 0.0
        for row, store in enumerate(form.problem.stores)
    ]
    rounding = [ROUNDED * max(store.capacity, 1.0) for store in form.problem.stores]
    return np.where(np.array(lacking) < np.array(rounding), 0.0, np.array(lacking, dtype=np.float64))


def _peaks(form: Form, bought: Floats) -> float:
    return sum(
        carrier.demand_charge * max(float(bought[row].max(initial=0.0)) - carrier.peak_before, 0.0)
        for row, carrier in enumerate(form.problem.carriers)
        if form.buys[row]
    )
