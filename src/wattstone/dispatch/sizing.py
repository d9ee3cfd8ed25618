r"""Which PV and storage pay at a site: yearly cost, net present value and emissions of options, with intervals.

The net present value of an option against building nothing is

.. math:: NPV = -I + \sum_{y=1}^{N} \frac{S_y - O - R_y}{(1 + r)^y} + \frac{L}{(1 + r)^N}

with the investment :math:`I`, the saving :math:`S_y` of the year's bill at that year's prices and at what is left of PV
and storage by then (read off between the options that were dispatched), running cost :math:`O`, replacements
:math:`R_y` and the straight-line value :math:`L` of what still has life at the end.

Intervals come from a block bootstrap of weeks [1]_: a year is drawn again from weeks of nearly the same season, and so
are the weeks in which forecast error was measured. They tell how far a mean year may lie from the one that was seen.
What prices will do is no such matter: each course of prices is a scenario of its own.

References
----------
.. [1] H. R. Künsch, "The jackknife and the bootstrap for general stationary observations," Annals of Statistics 17 (3),
   pp. 1217-1241, 1989.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.sizing_year import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattstone.dispatch.sizing_year import Option, Tried, Year

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

__all__ = ["Costs", "Economics", "Interval", "Scenario", "Sized", "assess", "best", "frontier", "resampled"]

SEASON = 3  # weeks by which a week may be drawn earlier or later in the year
TAILS = (5.0, 95.0)  # %


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


@dataclass(frozen=True)
class Interval:
    """A value with the bounds that hold 90 % of the years drawn."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Sized:
    """What comes of an option in a scenario.

    Parameters
    ----------
    option : Option
        What is built.
    scenario : str
        Name of the course of prices.
    cost : Interval
        Bill of the first year. [currency]
    foreseen : float
        The same without forecast error. [currency]
    saving : Interval
        Against building nothing. [currency]
    npv : Interval
        [currency]
    investment : float
        [currency]
    carbon : Interval
        Of the first year's import. [kg CO2e]
    avoided : Interval
        Against building nothing, over all years. [kg CO2e]
    self_consumption : Interval
        Share of all PV that stayed at the site; NaN without PV.
    """

    option: Option
    scenario: str
    cost: Interval
    foreseen: float
    saving: Interval
    npv: Interval
    investment: float
    carbon: Interval
    avoided: Interval
    self_consumption: Interval


def resampled(weeks: int, draws: int, *, block: int, season: int, rng: np.random.Generator) -> Ints:
    """Weeks of drawn years: blocks of neighbours, each from nearly the same time of the year. (draws, weeks)

    Parameters
    ----------
    weeks : int
        In the year that was seen; the year is closed to a ring.
    draws : int
        How many years.
    block : int
        Weeks that stay together.
    season : int
        By how many weeks a block may move.
    rng : numpy.random.Generator
        Source of chance.

    Examples
    --------
    >>> resampled(6, 1, block=2, season=0, rng=np.random.default_rng(0)).tolist()
    [[0, 1, 2, 3, 4, 5]]
    """
    blocks = -(-weeks // block)
    moved: Ints = rng.integers(-season, season + 1, (draws, blocks))
    begin = np.arange(blocks) * block + moved
    return (begin[:, :, None] + np.arange(block)).reshape(draws, -1)[:, :weeks] % weeks


def assess(
    year: Year,
    tried: Tried,
    economics: Economics,
    scenarios: Sequence[Scenario],
    *,
    demand_charge: float,
    draws: int = 400,
    block: int = 2,
    seed: int = 0,
) -> tuple[Sized, ...]:
    """Money and emissions of all options in all scenarios.

    Parameters
    ----------
    year : Year
        Dispatch with foresight; the option of nothing at all is among its options.
    tried : Tried
        What forecast error adds.
    economics : Economics
        Costs, lives, discount rate.
    scenarios : sequence of Scenario
        At least one.
    demand_charge : float
        [currency kW-1 month-1]
    draws, block, seed : int
        Of the bootstrap.

    Returns
    -------
    tuple of Sized
        Scenario by scenario, options in their order.
    """  # fmt: skip
    rng = np.random.default_rng(seed)
    weeks, shown = year.sums.shape[1], resampled(year.sums.shape[1], draws, block=block, season=SEASON, rng=rng)
    measured: Ints = rng.integers(0, len(tried.weeks), (draws, len(tried.weeks)))
    order: Ints = np.arange(weeks, dtype=np.int64)
    seen = np.vstack([order, shown])  # the first is the year as it was
    every: Ints = np.arange(len(tried.weeks), dtype=np.int64)
    errors = np.vstack([every, measured])
    yearly = _yearly(year, tried, seen, errors)
    foreseen = _yearly(year, None, seen[:1], errors[:1])[0] @ _prices(demand_charge)
    return tuple(
        one
        for scenario in scenarios
        for one in _sized(year.options, yearly, foreseen, economics, scenario, demand_charge)
    )


def _prices(demand_charge: float) -> Floats:
    """What a year's sums cost: bought less sold, and peaks. (parts + 1,)"""
    return np.array([{"bought": 1.0, "sold": -1.0}.get(name, 0.0) for name in PARTS] + [demand_charge])


def _yearly(year: Year, tried: Tried | None, weeks: Ints, errors: Ints) -> Floats:
    """Sums of drawn years, the last the sum of the monthly peaks. (draws, options, parts + 1)

    The peaks of a drawn year are the highest of the weeks in the place of each month; what that is off in the year that
    was seen, in which a week may lie in two months, is put right.
    """
    scale = 365.25 / year.days
    counts = np.zeros((len(weeks), year.sums.shape[1]))
    np.add.at(counts, (np.arange(len(weeks))[:, None], weeks), 1.0)
    sums = np.einsum("dw,owp->dop", counts, year.sums) * scale
    begins = np.flatnonzero(np.diff(year.months, prepend=-1))
    by_month = np.stack([np.maximum.reduceat(year.peaks[:, one], begins, axis=1).mean(axis=1) for one in weeks])
    peaks = 12 * (by_month - by_month[:1] + year.monthly)
    if tried is not None:
        sums = sums + tried.sums[:, errors].mean(axis=2).swapaxes(0, 1) * (365.25 / 7)
        peaks = peaks + np.maximum(tried.peaks[:, errors].mean(axis=2).T, 0.0) * 12
    return np.concatenate([sums, peaks[:, :, None]], axis=2)


def _sized(
    options: tuple[Option, ...],
    yearly: Floats,
    foreseen: Floats,
    economics: Economics,
    scenario: Scenario,
    charge: float,
) -> list[Sized]:
    nothing = next(row for row, one in enumerate(options) if not one.pv and not one.energy)
    bill = yearly @ _prices(charge)
    carbon = yearly[:, :, PARTS.index("carbon")]
    fed, sold = yearly[:, :, PARTS.index("pv")], yearly[:, :, PARTS.index("export")]
    own = 1 - np.minimum(sold, fed) / np.where(fed > 0, fed, np.nan)
    npv, avoided = _over_years(options, yearly, nothing, economics, scenario, charge)
    return [
        Sized(
            option=one,
            scenario=scenario.name,
            cost=_interval(bill[:, row]),
            foreseen=float(foreseen[row]),
            saving=_interval(bill[:, nothing] - bill[:, row]),
            npv=_interval(npv[:, row]),
            investment=_investment(one, economics),
            carbon=_interval(carbon[:, row]),
            avoided=_interval(avoided[:, row]),
            self_consumption=_interval(own[:, row]),
        )
        for row, one in enumerate(options)
    ]


def _interval(values: Floats) -> Interval:
    """The year as it was, with the spread of the years drawn around it."""
    low, high = np.percentile(values[1:], TAILS) if np.isfinite(values).all() else (np.nan, np.nan)
    return Interval(float(values[0]), float(min(low, values[0])), float(max(high, values[0])))


def _over_years(
    options: tuple[Option, ...], yearly: Floats, nothing: int, economics: Economics, scenario: Scenario, charge: float
) -> tuple[Floats, Floats]:
    """Net present value, and emissions avoided over all years. (draws, options) each."""
    npv = np.zeros(yearly.shape[:2])
    avoided = np.zeros(yearly.shape[:2])
    base = _prices(charge)
    growth = np.array(
        [{"bought": scenario.bought, "sold": scenario.sold}.get(name, 0.0) for name in PARTS] + [scenario.demand]
    )
    for y in range(1, economics.years + 1):
        left = yearly.transpose(0, 2, 1) @ _left(options, economics, y).T  # (draws, parts + 1, options)
        bill = np.einsum("dpo,p->do", left, base * (1 + growth) ** (y - 1))
        npv += (bill[:, [nothing]] - bill) / (1 + economics.discount) ** y
        carbon = left[:, PARTS.index("carbon")] * (1 + scenario.intensity) ** (y - 1)
        avoided += carbon[:, [nothing]] - carbon
    fixed = np.array([_fixed(one, economics) for one in options])
    return npv - fixed, avoided


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


def _investment(one: Option, economics: Economics) -> float:
    pv, storage = economics.pv, economics.storage
    return pv.per_kw * one.pv + storage.per_kw * one.power + storage.per_kwh * one.energy


def _fixed(one: Option, economics: Economics) -> float:
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


def best(found: Sequence[Sized]) -> Sized:
    """The option of the highest net present value; building nothing has 0."""
    return max(found, key=lambda one: one.npv.value)


def frontier(found: Sequence[Sized]) -> tuple[Sized, ...]:
    """Options of which no other both is worth more and avoids more, by the emissions avoided.

    Parameters
    ----------
    found : sequence of Sized
        Of one scenario.
    """
    kept: list[Sized] = []
    for one in sorted(found, key=lambda one: (-one.avoided.value, -one.npv.value)):
        if not kept or one.npv.value > kept[-1].npv.value:
            kept.append(one)
    return tuple(reversed(kept))
