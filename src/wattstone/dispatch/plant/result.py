"""What comes of planning a plant or of running it by a rule: loads, costs, savings, and the reasons of an hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wattstone.base import Finding

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rule = Literal["fewest", "all_on"]

__all__ = ["Alternative", "Approximation", "Bill", "Hour", "Operation", "PlantPlan", "Replayed", "Rule", "Saving"]


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What a period costs, in parts.

    Parameters
    ----------
    energy : float
        Electricity and fuel at their prices. [currency]
    demand : float
        Demand charge of what the period adds to the highest power. [currency]
    starts : float
        Starts of machines. [currency]
    carbon : float
        Emissions at the price that the plan was given; 0 where there is none. [currency]
    water : float
        Make-up water at its price. [currency]
    """

    energy: float
    demand: float = 0.0
    starts: float = 0.0
    carbon: float = 0.0
    water: float = 0.0

    @property
    def total(self) -> float:
        """All of it. [currency]"""
        return self.energy + self.demand + self.starts + self.carbon + self.water


@dataclass(frozen=True, kw_only=True, eq=False)
class Operation:
    """One way of running the plant, evaluated on the machines' own curves.

    Parameters
    ----------
    name : str
        `plan`, `fewest` or `all_on`.
    machines, tanks : tuple of str
        Names, in the order of the rows.
    hours : float
        Length of a step. [h]
    load : (u, t) array
        Leading load of each machine: cold of what makes cold, otherwise heat; 0 = off. [kW]
    cold, heat, electricity, fuel, driving, rejected : (u, t) arrays
        Flows of each machine, all 0 or more. [kW]
    water : (u, t) array
        Make-up water. [m3 h-1]
    tank_in, tank_out : (s, t) arrays
        Into and out of each store. [kW]
    level : (s, t + 1) array
        Energy in each store at the edges of the steps. [kWh]
    unserved, surplus : mapping of str to (t,) array
        By carrier (`cold`, `heat`): demand that is not met; what is made beyond all need. [kW]
    power : (t,) array
        Electricity of all machines. [kW]
    limit : (t,) array
        Least electric power that the second law asks for the same service at the step's temperatures. [kW]
    emissions : (t,) array
        [kg CO2e]
    settings : mapping of str to (t,) array
        Set-points that were chosen: `chilled_supply` [degC].
    bill : Bill
        What it costs.
    kwh : float
        Electricity of the period. [kWh]
    fuel_kwh : float
        Fuel of the period. [kWh]
    kg : float
        Emissions of the period. [kg CO2e]
    """

    name: str
    machines: tuple[str, ...]
    tanks: tuple[str, ...]
    hours: float
    load: Floats
    cold: Floats
    heat: Floats
    electricity: Floats
    fuel: Floats
    driving: Floats
    rejected: Floats
    water: Floats
    tank_in: Floats
    tank_out: Floats
    level: Floats
    unserved: Mapping[str, Floats]
    surplus: Mapping[str, Floats]
    power: Floats
    limit: Floats
    emissions: Floats
    settings: Mapping[str, Floats]
    bill: Bill
    kwh: float
    fuel_kwh: float
    kg: float

    @property
    def on(self) -> Bools:
        """Which machine runs when. (u, t)"""
        return self.load > 0

    @property
    def starts(self) -> int:
        """Starts within the period, the first step left out."""
        return int((self.on[:, 1:] & ~self.on[:, :-1]).sum())

    @property
    def limit_kwh(self) -> float:
        """What physics asks over the period. [kWh]"""
        return float(np.nansum(self.limit) * self.hours)

    @property
    def share_of_limit(self) -> float:
        """The limit over electricity and fuel that were taken, 0 to 1; NaN where none was. [1]"""
        taken = self.kwh + self.fuel_kwh
        return self.limit_kwh / taken if taken > 0 else float("nan")


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What one way of running saves against another; negative where it costs more.

    Parameters
    ----------
    against : str
        `fewest` (the fair baseline) or `all_on` (the weak one).
    kwh, fuel_kwh, cost, kg : float
        Electricity and fuel [kWh], money [currency], emissions [kg CO2e].
    kwh_share, cost_share : float
        As shares of the baseline. [1]
    cost_low, cost_high, kwh_low, kwh_high : float or None
        90 % interval from the uncertainty of the forecast; None where that is not known.
    """

    against: str
    kwh: float
    fuel_kwh: float
    cost: float
    kg: float
    kwh_share: float
    cost_share: float
    cost_low: float | None = None
    cost_high: float | None = None
    kwh_low: float | None = None
    kwh_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Approximation:
    """How far the piecewise-linear curve of a machine lies from its own.

    Parameters
    ----------
    machine : str
        Name.
    segments : int
        Pieces of the curve.
    most, mean : float
        Largest and mean distance over loads and steps. [kW]
    most_share, mean_share : float
        As shares of the power at full load. [1]
    """

    machine: str
    segments: int
    most: float
    mean: float
    most_share: float
    mean_share: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Replayed:
    """What a rule of the operators would have cost.

    Parameters
    ----------
    rule : {'fewest', 'all_on'}
        Fewest machines in list order at equal ratio; or all machines at equal ratio.
    storage : {'idle', 'clock'}
        Whether stores rest, or are filled in the cheapest quarter of each day's prices and emptied in the dearest.
    operation : Operation
        Evaluated on the machines' own curves.
    findings : tuple of Finding
        Demand that was not met: by how much, when, and what would meet it.
    """

    rule: Rule
    storage: Literal["idle", "clock"]
    operation: Operation
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class PlantPlan:
    """A plan of which machine runs, at which load, in each hour.

    Parameters
    ----------
    currency : str
        Of all money.
    start : str or None
        First step, naive UTC (ISO 8601); None where it was not given.
    cold, heat : (t,) arrays
        Demand that was planned for. [kW]
    price : (t,) array
        Of electricity. [currency kWh-1]
    operation : Operation
        The plan after refinement, exactly evaluated.
    baselines : tuple of Replayed
        The same demand by both rules.
    savings : tuple of Saving
        Against each baseline, in their order.
    objective : float
        Cost that the mixed-integer program counted, on piecewise-linear curves, without weights of what is not met.
        [currency]
    before, after : float
        Exact cost of the program's schedule before and after refinement; what straight lines promised and the curves do
        not give is unserved, and not in the cost, before. [currency]
    bound : float
        No schedule on the piecewise-linear curves costs less. [currency]
    gap : float
        Between `objective` and `bound`, over the objective. [1]
    approximation : tuple of Approximation
        Of each machine's curve.
    fallback : str
        Empty, or the baseline that was taken because no plan beat it.
    seconds : float
        Wall time. [s]
    findings : tuple of Finding
        Demand that cannot be met, limits that are beaten, a gap that was not reached.
    """

    currency: str
    start: str | None
    cold: Floats
    heat: Floats
    price: Floats
    operation: Operation
    baselines: tuple[Replayed, ...]
    savings: tuple[Saving, ...]
    objective: float
    before: float
    after: float
    bound: float
    gap: float
    approximation: tuple[Approximation, ...]
    fallback: str = ""
    seconds: float = 0.0
    findings: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Something else that could be done in an hour, and what it would cost.

    Parameters
    ----------
    what : str
        `without:NAME` (another machine takes over), `with:NAME` (one more runs), `equal` (the machines that run, at
        equal ratio), `fewest`, `all_on`, `storage_idle`.
    machine : str
        The machine that it is about, or empty.
    feasible : bool
        Whether the demand of the hour is met.
    extra : float
        Extra cost in the hour; NaN where it is not feasible. [currency]
    extra_kw : float
        Extra electric power. [kW]
    running : tuple of str
        The machines that would run.
    """

    what: str
    machine: str
    feasible: bool
    extra: float
    extra_kw: float
    running: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Hour:
    """Why an hour is run as it is.

    Parameters
    ----------
    step : int
        Which.
    cold, heat : float
        Demand. [kW]
    price, marginal : float
        Price of electricity, and what one more kWh of cold would cost in this hour. [currency kWh-1]
    machines : tuple of (str, float, float, float)
        What runs: name, load [kW], share of its capacity [1], electric power [kW].
    tanks : tuple of (str, float, float)
        Name, power into the store (negative: out of it) [kW], level at the end [kWh].
    power, limit : float
        Electric power, and the least that physics asks. [kW]
    cost : float
        Energy of the hour, carbon in it. [currency]
    alternatives : tuple of Alternative
        Cheapest first; starts and minimum run times are left out of them.
    reasons : tuple of str
        Sentences in English.
    """

    step: int
    cold: float
    heat: float
    price: float
    marginal: float
    machines: tuple[tuple[str, float, float, float], ...]
    tanks: tuple[tuple[str, float, float], ...]
    power: float
    limit: float
    cost: float
    alternatives: tuple[Alternative, ...]
    reasons: tuple[str, ...]
