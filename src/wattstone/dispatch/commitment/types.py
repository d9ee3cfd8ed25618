"""What is committed: units that run or stand still, stores, and the carriers that join them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wattstone.base import Finding

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["Carrier", "Commitment", "Committed", "Costs", "Store", "Unit"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Unit:
    """A machine that is off, or on with a load between its least and its most.

    While it is on, all that it gives and takes lies on straight lines between the breakpoints of its load; off, all of
    it is 0 exactly. Arrays of one row, or without the axis of time, hold at every step.

    Parameters
    ----------
    name : str
        As findings and results call it.
    carrier : str
        The carrier that its load counts in, as the cold of a chiller or the air of a compressor.
    load : (t, k) or (k,) array
        Breakpoints of the load while it is on, rising: the first is the least, the last the most. One point alone is a
        machine with one load. [kW, or the carrier's unit of power]
    flows : mapping of str to (t, k) or (k,) array
        What it gives (above 0) or takes (below 0) of every carrier at the breakpoints. Where the leading carrier is not
        among them, it gives its load. [kW]
    start_cost : float
        Of one start. [currency]
    run_cost : float
        Of an hour on, whatever the load: wear, service. [currency h-1]
    least_up, least_down : int
        Steps that it stays on after a start, and off after a stop; 1 for no rule.
    ramp : float or None
        Most change of the load from one step to the next while it runs. After a start, and before a stop, the load is
        at most the larger of this and its least. [kW per step]
    on_before : bool
        Whether it ran just before the first step.
    since : int
        Steps that it had been as it was before the first step; the default means long enough.
    load_before : float or None
        Its load before the first step; needed for `ramp` alone. [kW]
    available : (t,) array of bool or None
        Steps in which it may run; None for all.

    Examples
    --------
    A chiller of 500 to 2000 kW of cold that takes 100 to 400 kW of electricity:

    >>> chiller = Unit(name="CH-1", carrier="cold", load=np.array([500.0, 2000.0]),
    ...                flows={"electricity": np.array([-100.0, -400.0])}, start_cost=20.0, least_up=2)
    >>> chiller.least_up
    2
    """

    name: str
    carrier: str
    load: Floats
    flows: Mapping[str, Floats] = field(default_factory=dict[str, Floats])
    start_cost: float = 0.0
    run_cost: float = 0.0
    least_up: int = 1
    least_down: int = 1
    ramp: float | None = None
    on_before: bool = False
    since: int = 10**6
    load_before: float | None = None
    available: Bools | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Store:
    """A tank or battery at one carrier.

    level[k + 1] = (1 - loss)^hours level[k] + hours (efficiency charge[k] - discharge[k])

    Parameters
    ----------
    name, carrier : str
        As findings call it; where it hangs.
    capacity : float
        Most that it holds. [kWh]
    charge, discharge : float
        Most power into it and out of it, at the carrier. [kW]
    loss : float
        Share of the level that is lost in an hour.
    efficiency : float
        Share of what is charged that can be discharged again.
    initial : float
        Level before the first step. [kWh]
    final : float or None
        Least level after the last step; None for nothing asked. [kWh]
    """

    name: str
    carrier: str
    capacity: float
    charge: float
    discharge: float
    loss: float = 0.0
    efficiency: float = 1.0
    initial: float = 0.0
    final: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Carrier:
    """What units give and take, and what is asked of it at every step.

    given + bought + discharged = demand + taken + sold + charged

    Parameters
    ----------
    name : str
        As `cold`, `heat`, `electricity`, `fuel`, `air`.
    demand : (t,) array or float
        What is asked for; below 0 for what comes by itself, as PV. [kW]
    price : (t,) array, float or None
        Of a kWh that is bought; None where nothing can be bought. [currency kWh-1]
    limit : (t,) array, float or None
        Most that can be bought; None for no limit. [kW]
    sale : (t,) array, float or None
        Paid for a kWh that is given away: above 0 for export, 0 for what may be dumped for nothing, below 0 for what
        costs to be rid of; None where nothing may leave, so that supply equals demand. [currency kWh-1]
    sale_limit : (t,) array, float or None
        Most that may leave; None for no limit. [kW]
    demand_charge : float
        For every kW by which the highest purchase of these steps is above `peak_before`. [currency kW-1]
    peak_before : float
        Highest purchase of the month so far, already paid for. [kW]
    carbon : (t,) array or float
        Emissions of a kWh that is bought. [kg CO2e kWh-1]
    penalty : float or None
        Weighed against a kWh that is not met, or that has nowhere to go. With None all is met wherever any plan can
        meet it, and else as little as possible is not: the weight is then far above all other costs. It stands in no
        account of money. [currency kWh-1]
    unit : str
        Of its power, for messages.
    """

    name: str
    demand: Floats | float = 0.0
    price: Floats | float | None = None
    limit: Floats | float | None = None
    sale: Floats | float | None = None
    sale_limit: Floats | float | None = None
    demand_charge: float = 0.0
    peak_before: float = 0.0
    carbon: Floats | float = 0.0
    penalty: float | None = None
    unit: str = "kW"


@dataclass(frozen=True, kw_only=True, eq=False)
class Commitment:
    """The whole question: which units run at which load, step by step, at least cost.

    Parameters
    ----------
    hours : float
        Length of a step. [h]
    steps : int
        Number of steps t.
    carriers, units, stores : tuples
        In any order; results keep it.
    carbon_price : float
        Weighed against a kilogram that is emitted. [currency kg-1]
    """

    hours: float
    steps: int
    carriers: tuple[Carrier, ...]
    units: tuple[Unit, ...] = ()
    stores: tuple[Store, ...] = ()
    carbon_price: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What a plan costs, part by part. [currency]

    Parameters
    ----------
    energy : float
        Of what is bought.
    sale : float
        Less what is paid for what leaves: below 0 for income.
    demand : float
        Demand charges on peaks above those before.
    carbon : float
        Emissions at the price of carbon.
    start, run : float
        Of starts, and of hours on.
    penalty : float
        Weight of what is not met; no money.
    """

    energy: float = 0.0
    sale: float = 0.0
    demand: float = 0.0
    carbon: float = 0.0
    start: float = 0.0
    run: float = 0.0
    penalty: float = 0.0

    @property
    def total(self) -> float:
        """The objective: all parts."""
        return self.money + self.carbon + self.penalty

    @property
    def money(self) -> float:
        """All parts but the weights of carbon and of what is not met."""
        return self.energy + self.sale + self.demand + self.start + self.run


@dataclass(frozen=True, kw_only=True, eq=False)
class Committed:
    """A plan, and how far it may be from the best.

    Parameters
    ----------
    on : (units, t) array of bool
        Which unit runs.
    load : (units, t) array
        Its load; 0 while it is off. [kW]
    flows : mapping of str to (units, t) array
        What each gives (above 0) or takes of every carrier. [kW]
    levels : (stores, t + 1) array
        Levels, the first that before the first step. [kWh]
    charge, discharge : (stores, t) arrays
        Power into and out of each store, 0 or more. [kW]
    bought, sold : mapping of str to (t,) array
        What is bought of every carrier, and what leaves, sold or dumped. [kW]
    unserved, surplus : mapping of str to (t,) array
        Demand that is not met, and supply that has nowhere to go; 0 in a sound plan. [kW]
    short : (stores,) array
        What each store lacks of its `final`; 0 in a sound plan. [kWh]
    costs : Costs
        Part by part; `objective` is their sum.
    emissions : float
        Of all that is bought. [kg CO2e]
    bound : float
        No plan costs less: proven by HiGHS, or by an exact method. [currency]
    gap : float
        (objective - bound) / |objective|.
    method : str
        `milp`, `sequence` (an exact shortest path) or `none`.
    seconds : float
        Wall time of the solve. [s]
    findings : tuple of Finding
        What cannot be met, by how much, when and why; and a gap that was not reached.
    """

    on: Bools
    load: Floats
    flows: Mapping[str, Floats]
    levels: Floats
    charge: Floats
    discharge: Floats
    bought: Mapping[str, Floats]
    sold: Mapping[str, Floats]
    unserved: Mapping[str, Floats]
    surplus: Mapping[str, Floats]
    short: Floats
    costs: Costs
    emissions: float
    bound: float
    gap: float
    method: str = "milp"
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()

    @property
    def objective(self) -> float:
        """What was minimised. [currency]"""
        return self.costs.total

    @property
    def met(self) -> bool:
        """Whether all demand is met, nothing is left over, and all stores end as asked (to a millionth)."""
        lack = [*self.unserved.values(), *self.surplus.values(), self.short]
        return all(float(np.max(one, initial=0.0)) < 1e-6 for one in lack)
