"""A commitment as full arrays, after everything that is wrong with it has been told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.base import InputRefused
from wattstone.dispatch.commitment.check import problems

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from wattstone.dispatch.commitment.types import Commitment, Unit

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["Form", "forced_before", "form"]


@dataclass(frozen=True, eq=False)
class Form:
    """The numbers of a commitment; c carriers, u units, t steps.

    Parameters
    ----------
    problem : Commitment
        Where they are from.
    names : tuple of str
        Of the carriers.
    demand, limit, sale_limit : (c, t) arrays
        Limits are infinite where there is none, 0 where nothing can be bought or sold. [kW]
    price, carbon, sale : (c, t) arrays
        Of what is bought, without carbon; emissions; what is paid for what leaves. [currency kWh-1, kg kWh-1]
    buys, sells : (c,) arrays of bool
        Whether anything can be bought, or leave.
    penalty : (c,) array
        Of a kWh that is not met. [currency kWh-1]
    load : tuple of (t, k) arrays
        Breakpoints of every unit.
    flow : tuple of (c, t, k) arrays
        What every unit gives at them. [kW]
    available : (u, t) array of bool
        Where a unit may run.
    """

    problem: Commitment
    names: tuple[str, ...]
    demand: Floats
    limit: Floats
    sale_limit: Floats
    price: Floats
    carbon: Floats
    sale: Floats
    buys: Bools
    sells: Bools
    penalty: Floats
    load: tuple[Floats, ...]
    flow: tuple[Floats, ...]
    available: Bools

    @property
    def whole_price(self) -> Floats:
        """Of a kWh that is bought, with its carbon. (c, t) [currency kWh-1]"""
        return self.price + self.carbon * self.problem.carbon_price

    @property
    def never_negative(self) -> Bools:
        """Where another kWh of a carrier is never a burden: it may leave, or less is bought. (c, t)"""
        outlet = self.sells[:, None] & (self.sale >= 0) & np.isinf(self.sale_limit)
        given = np.zeros(self.demand.shape, dtype=np.bool_)
        for flow in self.flow:
            given |= (flow > 0).any(axis=2)
        # A store moves what was given to other steps, so that it has to be bought alone at all of them.
        bought = self.buys & ~given.any(axis=1) & (self.demand >= 0).all(axis=1) & (self.whole_price >= 0).all(axis=1)
        return outlet | bought[:, None]


def form(problem: Commitment) -> Form:
    """A commitment as arrays.

    Parameters
    ----------
    problem : Commitment
        As it is asked.

    Raises
    ------
    InputRefused
        With everything that is wrong with it.
    """
    if wrong := problems(problem):
        raise InputRefused(wrong)
    t, carriers = problem.steps, problem.carriers
    price = np.array([_row(0.0 if one.price is None else one.price, t) for one in carriers])
    carbon = np.array([_row(one.carbon, t) for one in carriers])
    sale = np.array([_row(0.0 if one.sale is None else one.sale, t) for one in carriers])
    buys = np.array([one.price is not None for one in carriers], dtype=np.bool_)
    sells = np.array([one.sale is not None for one in carriers], dtype=np.bool_)
    available = [
        np.ones(t, dtype=np.bool_) if unit.available is None else np.asarray(unit.available, dtype=np.bool_)
        for unit in problem.units
    ]
    curves = [_curve(unit, problem, runs) for unit, runs in zip(problem.units, available, strict=True)]
    loads, flows = tuple(load for load, _ in curves), tuple(flow for _, flow in curves)
    return Form(
        problem=problem,
        names=tuple(one.name for one in carriers),
        demand=np.array([_row(one.demand, t) for one in carriers]),
        limit=np.array([_limit(one.limit, t, there=there) for one, there in zip(carriers, buys, strict=True)]),
        sale_limit=np.array(
            [_limit(one.sale_limit, t, there=there) for one, there in zip(carriers, sells, strict=True)]
        ),
        price=price,
        carbon=carbon,
        sale=sale,
        buys=buys,
        sells=sells,
        penalty=_penalties(problem, price + carbon * problem.carbon_price, sale),
        load=loads,
        flow=flows,
        available=np.array(available, dtype=np.bool_).reshape(len(problem.units), t),
    )


def forced_before(unit: Unit) -> int:
    """Steps at the beginning in which a unit has to stay as it was.

    Parameters
    ----------
    unit : Unit
        With what it did before.
    """
    return max((unit.least_up if unit.on_before else unit.least_down) - unit.since, 0)


def _row(value: ArrayLike, steps: int) -> Floats:
    return np.broadcast_to(np.asarray(value, dtype=np.float64), (steps,)).copy()


def _limit(value: ArrayLike | None, steps: int, *, there: bool) -> Floats:
    return _row((np.inf if value is None else value) if there else 0.0, steps)


def _curve(unit: Unit, problem: Commitment, runs: Bools) -> tuple[Floats, Floats]:
    """Breakpoints and flows of a unit, with those of another step where it cannot run."""
    load = np.atleast_1d(np.asarray(unit.load, dtype=np.float64))
    shape = (problem.steps, load.shape[-1])
    load = np.broadcast_to(load, shape).copy()
    flow = np.zeros((len(problem.carriers), *shape))
    for row, carrier in enumerate(problem.carriers):
        if carrier.name in unit.flows:
            flow[row] = np.broadcast_to(np.asarray(unit.flows[carrier.name], dtype=np.float64), shape)
        elif carrier.name == unit.carrier:
            flow[row] = load
    if not runs.all():
        steady = np.flatnonzero(runs)[0] if runs.any() else None
        load[~runs] = np.arange(shape[1]) if steady is None else load[steady]
        flow[:, ~runs] = 0.0 if steady is None else flow[:, steady][:, None]
    return load, flow


PENALTY = 100.0  # times the highest price: above what any machine makes of a kWh that is bought
DEARER = 100.0  # times that for a carrier that is bought: dropping a demand comes before passing a connection's limit


def _penalties(problem: Commitment, price: Floats, sale: Floats) -> Floats:
    """What a kWh that is not met weighs: far above its price, and 0.01 % of a step's demand above any start."""
    highest = max(float(np.abs(price).max(initial=0.0)), float(np.abs(sale).max(initial=0.0)), 1e-3)
    charge = max((one.demand_charge for one in problem.carriers), default=0.0)
    start = max((one.start_cost + one.run_cost * problem.hours * one.least_up for one in problem.units), default=0.0)
    made: list[float] = []
    for one in problem.carriers:
        if one.penalty is not None:
            made.append(one.penalty)
            continue
        mean = float(np.mean(np.maximum(one.demand, 0.0)))
        enough = 1e4 * start / (mean * problem.hours) if mean > 0 else 0.0
        weight = max(PENALTY * highest, enough, 2.0 * charge / problem.hours)
        made.append(weight * (DEARER if one.price is not None or mean == 0 else 1.0))
    return np.array(made, dtype=np.float64)
