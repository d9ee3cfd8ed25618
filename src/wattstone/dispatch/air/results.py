"""What a study of modifications of a compressed-air station says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding, Interval

Floats = npt.NDArray[np.float64]

__all__ = ["Account", "Attributed", "Economics", "Measured", "Saving", "Sequenced", "Studied"]

Value = float | Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Economics:
    """What energy costs and emits.

    Parameters
    ----------
    price : float or (t,) array
        Of electricity, by the interval where it has hours of its own. [currency kWh-1]
    carbon : float or (t,) array
        Emissions of electricity. [kg CO2e kWh-1]
    currency : str
    fuel_price : float
        Of the fuel that recovered heat stands in for, by the energy that fires the boiler. [currency kWh-1]
    fuel_carbon : float
        Emissions of that fuel. [kg CO2e kWh-1]
    """

    price: Value
    carbon: Value = 0.0
    currency: str = "EUR"
    fuel_price: float = 0.0
    fuel_carbon: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Account:
    """A year of a station.

    Parameters
    ----------
    energy : float
        Electricity of machines and dryer. [kWh]
    fuel : float
        Fuel that recovered heat stood in for, 0 or more. [kWh]
    money : float
        Electricity at its price, less the displaced fuel at its. [currency]
    carbon : float
        Emissions of the electricity, less those of the displaced fuel. [kg CO2e]
    peak : float
        Highest mean power of an interval. [kW]
    volume : float
        Free air that end uses took. [m3]
    least_energy : float
        Isothermal work of the useful air at the lowest pressure that end uses need. [kWh]
    unmet : float
        Free air that was asked for in vain. [m3]
    specific_power : float
        Energy over useful air. [kWh m-3]
    by_machine : mapping of str to float
        Electricity by machine, and `dryer`. [kWh]
    parts : mapping of str to float
        Where the electricity goes: `use`, `artificial`, `leaks`, `purge`, `vented`, `unloaded`, `starting`, `dryer`;
        they add up to `energy`. [kWh]
    """

    energy: float
    fuel: float
    money: float
    carbon: float
    peak: float
    volume: float
    least_energy: float
    unmet: float
    specific_power: float
    by_machine: Mapping[str, float] = field(default_factory=dict[str, float])
    parts: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def limit_share(self) -> float:
        """Share of the energy that the physical limit would take: 1 is perfect, nothing is above. [1]"""
        return self.least_energy / self.energy if self.energy > 0 else float("nan")


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What is saved a year; negative is a loss.

    Parameters
    ----------
    energy : float
        Electricity. [kWh]
    fuel : float
        Fuel displaced by recovered heat. [kWh]
    carbon : float
        [kg CO2e]
    money : float
        [currency]
    peak : float
        Of the highest power. [kW]
    """

    energy: float = 0.0
    fuel: float = 0.0
    carbon: float = 0.0
    money: float = 0.0
    peak: float = 0.0

    def __add__(self, other: "Saving") -> "Saving":
        return Saving(
            energy=self.energy + other.energy,
            fuel=self.fuel + other.fuel,
            carbon=self.carbon + other.carbon,
            money=self.money + other.money,
            peak=self.peak + other.peak,
        )

    def __sub__(self, other: "Saving") -> "Saving":
        return self + other.times(-1.0)

    def times(self, factor: float) -> "Saving":
        """Each part times a factor."""
        return Saving(
            energy=self.energy * factor,
            fuel=self.fuel * factor,
            carbon=self.carbon * factor,
            money=self.money * factor,
            peak=self.peak * factor,
        )


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One modification by itself, or all together: what it saves, how sure that is, and what it costs.

    Parameters
    ----------
    name : str
        Of the modification; `joint` for all together.
    kind : str
        Its kind, as `pressure`, `leaks`, `storage`; `joint`.
    size : float
        In `unit`: 0 does nothing.
    unit : str
        Of the size: `bar`, `share`, `m3`, `K`...
    saving : Saving
        Against the station as it is.
    energy, carbon, money : Interval
        90 % intervals, kWh, kg CO2e and currency a year.
    investment : float
        [currency]
    after : Account
        The year with it.
    findings : tuple of Finding
        That the modification brings: a loss, use that is not met any more, a trim that is too small.
    """

    name: str
    kind: str
    size: float
    unit: str
    saving: Saving
    energy: Interval
    carbon: Interval
    money: Interval
    investment: float
    after: Account
    findings: tuple[Finding, ...] = ()

    @property
    def payback(self) -> float | None:
        """Simple payback; None where nothing is earned. [a]"""
        if self.saving.money <= 0:
            return None
        return self.investment / self.saving.money


@dataclass(frozen=True, kw_only=True)
class Attributed:
    """A modification's share of what all of them save together.

    Parameters
    ----------
    name : str
    saving : Saving
        The shares of all modifications add up to the joint saving.
    """

    name: str
    saving: Saving


@dataclass(frozen=True, kw_only=True, eq=False)
class Studied:
    """Modifications of a station, singly and jointly.

    Parameters
    ----------
    station : str
    currency : str
    base : Account
        The year as it is.
    singles : tuple of Measured
        Each by itself, in the order in which they were given.
    joint : Measured
        All together; the order in which they were given does not matter.
    interaction : Saving
        Sum of the singles less the joint: what would be counted twice.
    interaction_interval : Interval
        90 % interval of the energy of it. [kWh]
    waterfall : tuple of Attributed
        Each added to those before it, in the order in which they are applied: adds up to the joint.
    fair : tuple of Attributed
        Mean of what each adds over the orders in which they may be taken (Shapley): adds up to the joint.
    findings : tuple of Finding
        Of the station as it is.
    draws : int
        Random draws behind the intervals.
    """

    station: str
    currency: str
    base: Account
    singles: tuple[Measured, ...]
    joint: Measured
    interaction: Saving
    interaction_interval: Interval
    waterfall: tuple[Attributed, ...]
    fair: tuple[Attributed, ...]
    findings: tuple[Finding, ...] = ()
    draws: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Sequenced:
    """A plan of which machines run over a day or a week, against the rule that the station follows today.

    Parameters
    ----------
    names : tuple of str
        Machines, in the order of the rows.
    hours : float
        Length of a step. [h]
    start : datetime64 or None
        Start of the first step, naive UTC.
    use : (t,) array
        Flow that the station has to give: use, leaks and purge at the planned pressure. [m3 min-1]
    on : (machines, t) array of bool
    flow, power : (machines, t) array
        Of the plan, power by the machines' own curves. [m3 min-1], [kW]
    rule_flow, rule_power : (machines, t) array
        The same by the rule.
    pressure, rule_pressure : (t,) array
        Pressure of the header. [bar(g)]
    energy, rule_energy : float
        Machines, over the steps. [kWh]
    money, rule_money : float
        Electricity and starts. [currency]
    rule : str
        `cascade`, `target`: the rule that the station follows.
    starts, rule_starts : (machines,) array of int
    gap : float
        How far the plan may be from the best of the linearised problem. [1]
    curve_error : float
        Largest error of the straight lines that stand for the curves, against the power at full load. [1]
    seconds : float
        Wall time of the solve. [s]
    findings : tuple of Finding
        Use that no set of machines meets, by how much and when.
    """

    names: tuple[str, ...]
    hours: float
    start: np.datetime64 | None
    use: Floats
    on: npt.NDArray[np.bool_]
    flow: Floats
    power: Floats
    rule_flow: Floats
    rule_power: Floats
    pressure: Floats
    rule_pressure: Floats
    energy: float
    rule_energy: float
    money: float
    rule_money: float
    rule: str
    starts: npt.NDArray[np.int64]
    rule_starts: npt.NDArray[np.int64]
    gap: float
    curve_error: float
    seconds: float
    findings: tuple[Finding, ...] = ()
