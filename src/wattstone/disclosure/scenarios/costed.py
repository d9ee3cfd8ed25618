"""Scenarios with their costs: of carbon as it is, with the levers and with the targets, and of energy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattstone.disclosure.scenarios.cost import carbon_cost, energy_cost
from wattstone.disclosure.scenarios.drawn import Drawn
from wattstone.disclosure.scenarios.levers import Levers, Plan, Promise, reductions
from wattstone.programme.report import Said

__all__ = ["Carrier", "Costed", "Used", "carriers_of", "costed"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Used:
    """Energy of the reporting year by carrier.

    Parameters
    ----------
    energy : mapping of str to float
        [kWh/a]
    inputs : mapping of str to str
        `figure:ID` of each, or the line of the report that it is.
    why : mapping of str to Said
        Why a carrier that is used has no value.
    """

    energy: Mapping[str, float] = field(default_factory=dict[str, float])
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])
    why: Mapping[str, Said] = field(default_factory=dict[str, Said])


@dataclass(frozen=True, eq=False, kw_only=True)
class Carrier:
    """What a carrier would cost in a scenario.

    Parameters
    ----------
    carrier : str
    cost : (t,) array
        [currency/a]
    inputs : tuple of str
    still : bool
        Whether no driver moves its price.
    why : tuple of (Said or None)
        Of each year.
    """

    carrier: str
    cost: Floats
    inputs: tuple[str, ...]
    still: bool
    why: tuple[Said | None, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Costed:
    """A scenario with its costs.

    Parameters
    ----------
    drawn : Drawn
    plan : Plan
    levers : Levers or None
        None where the emissions are not known.
    left : (t,) array
        Emissions with the levers. [t CO2e/a]
    inaction, acted : (t,) array
        Cost of carbon as it is, and with the levers. [currency/a]
    promised : tuple of (Promise, (t,) array)
        Cost where a target is kept that covers what the price meets, NaN before its base year and after its end.
    carriers : tuple of Carrier
    """

    drawn: Drawn
    plan: Plan
    levers: Levers | None
    left: Floats
    inaction: Floats
    acted: Floats
    promised: tuple[tuple[Promise, Floats], ...]
    carriers: tuple[Carrier, ...]

    def cost_of(self, tonnes: Floats) -> Floats:
        """What emissions cost, or save where they are avoided. [currency/a]"""
        return carbon_cost(tonnes, self.drawn.of["covered"], self.drawn.price, 1.0)


def costed(drawn: Drawn, plan: Plan, promises: Sequence[Promise], carriers: Sequence[Carrier]) -> Costed:
    """Costs of a scenario.

    Parameters
    ----------
    drawn : Drawn
    plan : Plan
    promises : sequence of Promise
        Of which those count that cover exactly what the price meets.
    carriers : sequence of Carrier
    """
    covered = float(drawn.of["covered"])

    def cost(tonnes: Floats) -> Floats:
        return carbon_cost(tonnes, covered, drawn.price, 1.0)  # the price is in the report's currency already

    levers, left = None, drawn.emissions
    if drawn.parts:
        levers = reductions(plan, drawn.of["covers"], drawn.parts, drawn.years, drawn.grid.moved)
        left = drawn.emissions - levers.reduction.sum(axis=0)
    promised = tuple(
        (one, cost(np.array([one.years.get(year, np.nan) for year in drawn.years], dtype=np.float64)))
        for one in promises
        if one.coverage == frozenset[str](drawn.of["covers"] or ())
    )
    return Costed(
        drawn=drawn, plan=plan, levers=levers, left=left, inaction=cost(drawn.emissions), acted=cost(left),
        promised=promised, carriers=tuple(carriers),
    )  # fmt: skip


def carriers_of(drawn: Drawn, prices: pl.DataFrame, used: Used) -> tuple[Carrier, ...]:
    """What each carrier with a price of the reporting year would cost in a scenario.

    Parameters
    ----------
    drawn : Drawn
    prices : polars.DataFrame
        Entries of kind `energy_price` of the reporting year.
    used : Used
    """
    return tuple(_carrier(drawn, row, used) for row in prices.sort("carrier").iter_rows(named=True))


def _carrier(drawn: Drawn, row: Mapping[str, Any], used: Used) -> Carrier:
    name, n = str(row["carrier"]), len(drawn.years)
    driver = drawn.drivers.get(f"price.{name}")
    moved = np.ones(n) if driver is None else driver.moved
    energy = used.energy.get(name)
    inputs = (f"entry:{row['hash']}", *drawn.activity.inputs, *(() if driver is None else driver.inputs))
    whole: Said | None = None
    if row["currency"] != drawn.currency:
        whole = Said("its price is in {other}, the scenario in {currency}",
                     {"other": row["currency"], "currency": drawn.currency})  # fmt: skip
    elif energy is None:
        none = Said("the inventory of {year} has no energy of {carrier}", {"year": drawn.base, "carrier": name})
        whole = used.why.get(name, none)
    if whole is not None or energy is None:
        return Carrier(carrier=name, cost=np.full(n, np.nan), inputs=inputs, still=driver is None, why=(whole,) * n)
    why = tuple(
        drawn.activity.reason(at, year, drawn.base) or (None if driver is None else driver.reason(at, year, drawn.base))
        for at, year in enumerate(drawn.years)
    )
    return Carrier(
        carrier=name, cost=energy_cost(energy, drawn.activity.moved, row["amount"], moved),
        inputs=(used.inputs[name], *inputs), still=driver is None, why=why,
    )  # fmt: skip
