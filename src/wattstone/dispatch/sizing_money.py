"""Money over years: what equipment costs, how it ages, and what is paid over all years at the prices of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.sizing_year import PARTS

if TYPE_CHECKING:
    from wattstone.dispatch.sizing_year import Option

Floats = NDArray[np.float64]

__all__ = ["Costs", "Economics", "Scenario", "fixed", "investment", "over_years", "prices"]


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What a kind of equipment costs and how it ages.

    Parameters
    ----------
    per_kw, per_kwh : float
        Investment. [currency kW-1], [currency kWh-1]
    running : float
        For each kW of PV or each kWh of storage in a year. [currency]
    life : float
        After which it is bought again. [a]
    fade : float
        Share of output or capacity lost in a year.
    source : str
        Where the numbers come from.
    """

    per_kw: float
    per_kwh: float
    running: float
    life: float
    fade: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Economics:
    """How money is counted over years.

    Parameters
    ----------
    years : int
        Over which it is counted.
    discount : float
        Real or nominal as the prices are. [a-1]
    pv, storage : Costs
        Of the equipment.
    source : str
        Where the rate comes from.
    """

    years: int
    discount: float
    pv: Costs
    storage: Costs
    source: str


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A course of prices: growth of each in a year. [a-1]

    Parameters
    ----------
    name, source : str
        What it is, and who says so.
    bought, sold, demand, intensity : float
        Of import price, export price, demand charge, and of the grid's emissions. The dispatch stays that of today's
        prices, so that what could be gained by adapting to them is left out.
    """

    name: str
    source: str
    bought: float = 0.0
    sold: float = 0.0
    demand: float = 0.0
    intensity: float = 0.0


def prices(demand_charge: float) -> Floats:
    """What a year's sums cost: bought less sold, and peaks. (parts + 1,)"""
    return np.array([{"bought": 1.0, "sold": -1.0}.get(name, 0.0) for name in PARTS] + [demand_charge])


def over_years(
    options: tuple[Option, ...], yearly: Floats, economics: Economics, scenario: Scenario, charge: float
) -> tuple[Floats, Floats]:
    """Present value of all that is paid, and emissions, over all years.

    Parameters
    ----------
    options : tuple of Option
        What could be built, o of them.
    yearly : (draws, o, parts + 1) array
        Sums of a year, the last the sum of the monthly peaks.
    economics : Economics
        Costs, lives, discount rate.
    scenario : Scenario
        The course of prices.
    charge : float
        For peaks. [currency kW-1 month-1]

    Returns
    -------
    (draws, o), (draws, o) arrays
        [currency], [kg CO2e]
    """
    paid = np.zeros(yearly.shape[:2])
    emitted = np.zeros(yearly.shape[:2])
    base = prices(charge)
    growth = np.array(
        [{"bought": scenario.bought, "sold": scenario.sold}.get(name, 0.0) for name in PARTS] + [scenario.demand]
    )
    for y in range(1, economics.years + 1):
        left = yearly.transpose(0, 2, 1) @ _left(options, economics, y).T  # (draws, parts + 1, options)
        bill = np.einsum("dpo,p->do", left, base * (1 + growth) ** (y - 1))
        paid += bill / (1 + economics.discount) ** y
        emitted += left[:, PARTS.index("carbon")] * (1 + scenario.intensity) ** (y - 1)
    return paid + np.array([fixed(one, economics) for one in options]), emitted


def _left(options: tuple[Option, ...], economics: Economics, y: int) -> Floats:
    """Weights by which the options' sums make those of each option at its age in year y. (options, options)"""
    weights = np.zeros((len(options), len(options)))
    sizes = sorted({one.pv for one in options})
    for row, one in enumerate(options):
        pv = one.pv * (1 - economics.pv.fade) ** _age(y, economics.pv.life)
        energy = one.energy * (1 - economics.storage.fade) ** _age(y, economics.storage.life)
        packs = _packs(options, one)
        for size, a in _between(sizes, pv):
            for (kwh, kw), b in _between_packs(packs, energy):
                where = next(i for i, o in enumerate(options) if (o.pv, o.energy, o.power) == (size, kwh, kw))
                weights[row, where] += a * b
    return weights


def _age(y: int, life: float) -> float:
    """Years since it was bought, at the beginning of year y."""
    return (y - 1) % max(1, round(life))


def _packs(options: tuple[Option, ...], one: Option) -> list[tuple[float, float]]:
    """Storage of the same duration, with none at all, by size."""
    if not one.energy:
        return [(0.0, 0.0)]
    ratio = one.power / one.energy
    same = {(o.energy, o.power) for o in options if o.energy and abs(o.power / o.energy - ratio) < 1e-9 * ratio}
    return sorted({(0.0, 0.0), *same})


def _between(sizes: list[float], value: float) -> list[tuple[float, float]]:
    """The sizes on both sides of a value, with their weights."""
    upper = int(np.searchsorted(sizes, value - 1e-12))
    if upper == 0 or sizes[upper] - value < 1e-12:
        return [(sizes[upper], 1.0)]
    share = (value - sizes[upper - 1]) / (sizes[upper] - sizes[upper - 1])
    return [(sizes[upper - 1], 1 - share), (sizes[upper], share)]


def _between_packs(packs: list[tuple[float, float]], energy: float) -> list[tuple[tuple[float, float], float]]:
    power = dict(packs)
    return [((kwh, power[kwh]), weight) for kwh, weight in _between([kwh for kwh, _ in packs], energy)]


def investment(one: Option, economics: Economics) -> float:
    """What an option costs to build. [currency]"""
    pv, storage = economics.pv, economics.storage
    return pv.per_kw * one.pv + storage.per_kw * one.power + storage.per_kwh * one.energy


def fixed(one: Option, economics: Economics) -> float:
    """Present value of investment, running cost and replacements, less what has life left at the end."""
    pv, storage, rate = economics.pv, economics.storage, economics.discount
    running = pv.running * one.pv + storage.running * one.energy
    total = sum(running / (1 + rate) ** y for y in range(1, economics.years + 1))
    for costs, price in (
        (pv, pv.per_kw * one.pv),
        (storage, storage.per_kw * one.power + storage.per_kwh * one.energy),
    ):
        life = max(1, round(costs.life))
        bought = range(0, economics.years, life)
        total += sum(price / (1 + rate) ** y for y in bought)
        remaining = (bought[-1] + life - economics.years) / life
        total -= price * remaining / (1 + rate) ** economics.years
    return total
