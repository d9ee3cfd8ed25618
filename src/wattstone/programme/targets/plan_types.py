"""What is asked of a plan of measures, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.program import Status
from wattstone.programme.targets.measures import Interactions, Measures
from wattstone.programme.targets.money import annuity

__all__ = ["Need", "Planned", "Question", "Shadow"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Need:
    """What has to be reduced in a year.

    Parameters
    ----------
    target : str
    year : int
    tonnes : float
        At least this, by measures that count. [t CO2e/a]
    counts : tuple of bool
        Of each measure: whether it acts on what the target covers.
    """

    target: str
    year: int
    tonnes: float
    counts: tuple[bool, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is to be decided.

    Parameters
    ----------
    measures : Measures
        As is to be expected of each (`Measures.expected`).
    interactions : Interactions
        The like.
    years : tuple of int
        Consecutive years of the plan.
    rate : float
        Discount rate; money and prices of a year count :math:`(1 + r)^{-(t - t_0)}`. [1/a]
    needs : tuple of Need
    budgets : mapping of int to float
        Investment that a year allows; a year without one has no limit. [currency]
    carried : frozenset of int
        Years whose rest may be spent in the year after.
    carbon_price : float
        What a tonne reduced is worth. [currency/t CO2e]
    wishes : tuple of Need
        What cannot be reached, and is to be come near to.
    short : float or None
        What they may miss in sum; no limit where None. [t CO2e/a]
    """

    measures: Measures
    interactions: Interactions
    years: tuple[int, ...]
    rate: float
    needs: tuple[Need, ...] = ()
    budgets: Mapping[int, float] = field(default_factory=dict[int, float])
    carried: frozenset[int] = frozenset()
    carbon_price: float = 0.0
    wishes: tuple[Need, ...] = ()
    short: float | None = None

    @property
    def before(self) -> Floats:
        """(n, t) where a measure is in force that is in the inventory already; 1 or 0."""
        m = self.measures
        return (m.done[:, None] & (np.asarray(self.years) < (m.start + m.life)[:, None])).astype(np.float64)

    @property
    def discount(self) -> Floats:
        """(t,) factors, 1 in the first year."""
        return (1.0 + self.rate) ** -np.arange(len(self.years), dtype=np.float64)

    @property
    def yearly(self) -> Floats:
        """(n,) annuity and running cost of each measure; 0 of what is there already. [currency/a]"""
        m = self.measures
        return np.where(m.done, 0.0, annuity(self.rate, m.life) * m.capex + m.running)

    @property
    def worth(self) -> Floats:
        """(n,) what a tonne of each saves of cost, and is worth by the price of carbon. [currency/t CO2e]"""
        some = self.measures.reduction > 0
        saved = np.where(some, self.measures.saving / np.where(some, self.measures.reduction, 1.0), 0.0)
        return saved + self.carbon_price


@dataclass(frozen=True, eq=False, kw_only=True)
class Planned:
    """What is best.

    Parameters
    ----------
    status : Status
        `OPTIMAL`, `INFEASIBLE` where no choice keeps every target within the budgets, or `LIMIT`: the search was
        stopped, with the best choice up to then where there was one (`found`).
    start : dict of str to int
        First year of each measure that is taken.
    cost : float
        Discounted annuities and running costs, less savings and worth of carbon, over the years. [currency]
    reduction : (n, t) array
        Beside what is in the inventory already. [t CO2e/a]
    spent : (t,) array
        Investment. [currency]
    bound : float
        No choice costs less than this.
    """

    status: Status
    start: dict[str, int]
    cost: float
    reduction: Floats
    spent: Floats
    bound: float

    @property
    def found(self) -> bool:
        """Whether there is a choice."""
        return bool(np.isfinite(self.cost))

    def of(self, need: Need, years: Sequence[int]) -> float:
        """What is reduced of a need, by the years of the plan. [t CO2e/a]"""
        return float(self.reduction[np.array(need.counts, dtype=bool), list(years).index(need.year)].sum())


@dataclass(frozen=True)
class Shadow:
    """What one more tonne in a year costs, by two ways.

    Parameters
    ----------
    need : Need
    relaxed : float
        Multiplier of the linear relaxation, undiscounted to the money of that year; a lower measure, for it takes
        measures in part. [currency/t CO2e]
    again : float or None
        What the plan costs more, for each tonne, where the need is a step larger, each solved to whole measures; None
        where that cannot be reached. [currency/t CO2e]
    step : float
        That step. [t CO2e/a]
    tried : bool
        Whether it was solved again: of the last year of each target, where no search was stopped.
    """

    need: Need
    relaxed: float
    again: float | None
    step: float
    tried: bool = True
