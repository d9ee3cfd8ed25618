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

from wattstone.dispatch.sizing_money import Costs, Economics, Scenario, investment, over_years, prices
from wattstone.dispatch.sizing_year import PARTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattstone.dispatch.sizing_year import Option, Tried, Year

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

__all__ = ["Costs", "Economics", "Interval", "Scenario", "Sized", "assess", "best", "frontier", "resampled"]

SEASON = 3  # weeks by which a week may be drawn earlier or later in the year
TAILS = (5.0, 95.0)  # %


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
    paid : Interval
        Bills and equipment over all years, as present value. [currency]
    npv : Interval
        What of that building nothing would pay more. [currency]
    investment : float
        [currency]
    carbon : Interval
        Of the first year's import. [kg CO2e]
    emitted : Interval
        By import over all years. [kg CO2e]
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
    paid: Interval
    npv: Interval
    investment: float
    carbon: Interval
    emitted: Interval
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
    foreseen = _yearly(year, None, seen[:1], errors[:1])[0] @ prices(demand_charge)
    return tuple(
        one
        for scenario in scenarios
        for one in _sized(year.options, yearly, foreseen, economics, scenario, demand_charge)
    )


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
    bill = yearly @ prices(charge)
    carbon = yearly[:, :, PARTS.index("carbon")]
    fed, sold = yearly[:, :, PARTS.index("pv")], yearly[:, :, PARTS.index("export")]
    own = 1 - np.minimum(sold, fed) / np.where(fed > 0, fed, np.nan)
    paid, emitted = over_years(options, yearly, economics, scenario, charge)
    return [
        Sized(
            option=one,
            scenario=scenario.name,
            cost=_interval(bill[:, row]),
            foreseen=float(foreseen[row]),
            saving=_interval(bill[:, nothing] - bill[:, row]),
            paid=_interval(paid[:, row]),
            npv=_interval(paid[:, nothing] - paid[:, row]),
            investment=investment(one, economics),
            carbon=_interval(carbon[:, row]),
            emitted=_interval(emitted[:, row]),
            avoided=_interval(emitted[:, nothing] - emitted[:, row]),
            self_consumption=_interval(own[:, row]),
        )
        for row, one in enumerate(options)
    ]


def _interval(values: Floats) -> Interval:
    """The year as it was, with the spread of the years drawn around it."""
    low, high = np.percentile(values[1:], TAILS) if np.isfinite(values).all() else (np.nan, np.nan)
    return Interval(float(values[0]), float(min(low, values[0])), float(max(high, values[0])))


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
