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

LOOSE = 2.0
"""Gap of the machines' plan over that which is asked of the whole."""


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
    prices = [np.zeros(ahead.steps)]
    if any("heat" in unit.flows for unit in plant.units):
        prices.append(_heat_price(ahead, found))
    tried = [_with(plant, ahead, problem, count, price, LOOSE * gap, seconds / len(prices)) for price in prices]
    return min(tried, key=lambda one: one.objective)


def _with(
    plant: Plant, ahead: Ahead, problem: Commitment, count: int, heat: Floats, gap: float, seconds: float
) -> Apart:
    rate: Floats = ahead.price + plant.carbon_price * ahead.carbon
    carriers = (*plant.carriers, Carrier(name="electricity", price=rate), Carrier(name="heat", sale=heat))
    alone = Commitment(hours=ahead.hours, steps=ahead.steps, carriers=carriers, units=plant.units)
    units = solve(alone, gap=gap, seconds=seconds / 4)
    given = {name: flows.sum(axis=0) for name, flows in units.flows.items()}
    rest = replace(
        problem,
        units=problem.units[:count],
        carriers=tuple(
            replace(one, demand=one.demand - given[one.name]) if one.name in given else one
            for one in problem.carriers
            if one.name not in {own.name for own in plant.carriers}
        ),
    )
    return Apart(units, solve(rest, gap=gap, seconds=seconds * 3 / 4))


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
