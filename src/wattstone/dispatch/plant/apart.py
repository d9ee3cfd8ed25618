"""A plan of a plant with units of its own, made in two steps: the units first, then the machines with what is left.

Compressors that serve the hot water are tied to the plant by nothing but their heat. Planned for themselves, with their
heat paid at a price, they are an easy question; so is the plant once their heat is known. What comes of it is a plan
that no plan of both together may be worse than, and a good one to begin with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.commitment.solve import solve
from wattstone.dispatch.commitment.types import Carrier, Commitment

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.types import Committed
    from wattstone.dispatch.plant.plant import Ahead, Plant
    from wattstone.dispatch.plant.sheets import Sheet

Floats = NDArray[np.float64]

__all__ = ["Apart", "apart"]

SAME = 1e-6
"""Loads that differ by no more are the same. [m3 min-1, kW]"""


class Apart:
    """The units' plan and the machines' plan, side by side.

    Parameters
    ----------
    units, machines : Committed
        Each of its own question.
    """

    def __init__(self, units: Committed, machines: Committed) -> None:
        self.units, self.machines = units, machines

    @property
    def on(self) -> NDArray[np.bool_]:
        """What runs: machines, then units. (u, t)"""
        return np.concatenate([self.machines.on, self.units.on])

    @property
    def load(self) -> Floats:
        """Loads: of machines, then of units. (u, t)"""
        return np.concatenate([self.machines.load, self.units.load])

    @property
    def objective(self) -> float:
        """What both cost, the electricity of the units counted once. [currency]"""
        return self.machines.objective + self.units.costs.start + self.units.costs.run + self.units.costs.penalty


def apart(
    plant: Plant, ahead: Ahead, found: tuple[Sheet, ...], problem: Commitment, *, gap: float, seconds: float
) -> Apart:
    """Plan units and machines one after the other, for heat that is worth nothing and for heat that is worth its price.

    Parameters
    ----------
    plant, ahead, found
        The plant with units, its hours, and its machines, sampled.
    problem : Commitment
        Of both: machines first, then units.
    gap, seconds : float
        Of the whole; the limit is kept by all that is solved here. [1], [s]

    Returns
    -------
    Apart
        The cheaper of the two.
    """
    count = len(problem.units) - len(plant.units)
    free = _units(plant, ahead, problem, np.zeros(ahead.steps), gap, seconds / 6)
    best = Apart(free, _machines(plant, problem, count, free, gap, seconds / 2))
    if not any("heat" in unit.flows for unit in plant.units):
        return best
    paid = _units(plant, ahead, problem, _heat_price(ahead, found), gap, seconds / 6)
    if np.allclose(paid.load, free.load, atol=SAME):
        return best
    other = Apart(paid, _machines(plant, problem, count, paid, gap, seconds / 3))
    return min(best, other, key=lambda one: one.objective)


def _units(plant: Plant, ahead: Ahead, problem: Commitment, heat: Floats, gap: float, seconds: float) -> Committed:
    """The units by themselves, their heat sold at a price."""
    rate: Floats = ahead.price + plant.carbon_price * ahead.carbon
    carriers = (*plant.carriers, Carrier(name="electricity", price=rate), Carrier(name="heat", sale=heat))
    alone = Commitment(hours=problem.hours, steps=problem.steps, carriers=carriers, units=plant.units)
    return solve(alone, gap=gap, seconds=seconds)


def _machines(plant: Plant, problem: Commitment, count: int, units: Committed, gap: float, seconds: float) -> Committed:
    """The machines, with what the units take and give."""
    given = {name: flows.sum(axis=0) for name, flows in units.flows.items()}
    theirs = {own.name for own in plant.carriers}
    carriers = tuple(
        replace(one, demand=one.demand - given[one.name]) if one.name in given else one
        for one in problem.carriers
        if one.name not in theirs
    )
    return solve(replace(problem, units=problem.units[:count], carriers=carriers), gap=gap, seconds=seconds)


def _heat_price(ahead: Ahead, found: tuple[Sheet, ...]) -> Floats:
    """What a kWh of heat costs from the cheapest machine that makes heat alone, at full load. (t,) [currency kWh-1]"""
    best = np.full(ahead.steps, np.inf)
    for sheet in found:
        if sheet.kind != "heat":
            continue
        flows = sheet.flows
        paid = flows.electricity[-1] * ahead.price + flows.fuel[-1] * ahead.fuel_price
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.where(sheet.runs & (flows.heat[-1] > 0), paid / flows.heat[-1], np.inf)
        best = np.minimum(best, np.nan_to_num(each, nan=np.inf))
    return np.where(np.isfinite(best) & (ahead.heat > 0), best, 0.0)
