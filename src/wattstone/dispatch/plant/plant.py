"""A cold-and-heat plant and what is known of the hours ahead (or past): machines, stores, prices, demand, weather."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.dispatch.commitment.types import Store, Unit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from wattstone.dispatch.commitment.types import Carrier
    from wattstone.equipment.plant.sources import Conditions, Source

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["Ahead", "Machine", "Plant", "Store", "Unit", "findings", "over"]


def over(value: ArrayLike, steps: int) -> Floats:
    """A constant or a (t,) series as a (t,) array of its own."""
    return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), (steps,)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine:
    """A source of cold or heat, and the rules of its operation.

    Parameters
    ----------
    source : Source
        Its physics.
    variants : tuple of Source
        The same machine at other set-points of its own, as of its condenser water: at every load and in every step the
        cheapest of them and `source` is taken.
    start_cost : float
        Of a start: wear, and the energy until it delivers. [currency]
    run_cost : float
        Of an hour on, whatever the load. [currency h-1]
    least_up, least_down : float
        Shortest time on and off. [h]
    ramp : float or None
        Largest change of the load; None for none. [kW h-1]
    on_before : bool
        Whether it runs before the first step.
    since : float
        For how long it has been on or off. [h]
    load_before : float or None
        Its load before the first step; needed for `ramp` alone, of a machine that ran. [kW]
    available : (t,) array of bool or None
        False in steps of maintenance.
    """

    source: Source
    variants: tuple[Source, ...] = ()
    start_cost: float = 0.0
    run_cost: float = 0.0
    least_up: float = 0.0
    least_down: float = 0.0
    ramp: float | None = None
    on_before: bool = False
    since: float = 1e6
    load_before: float | None = None
    available: Bools | None = None

    @property
    def name(self) -> str:
        """Name of its source."""
        return self.source.name


@dataclass(frozen=True, kw_only=True, eq=False)
class Plant:
    """Machines in the order in which operators start them, stores, and what joins them.

    Parameters
    ----------
    name : str
        For messages and reports.
    machines : tuple of Machine
        In list order: the rule `fewest` takes the first of them first.
    stores : tuple of Store
        Of carrier `cold` or `heat`.
    units : tuple of Unit
        Machines that are part of the plan and make neither cold nor heat alone, as compressors: carriers of theirs
        besides `electricity` and `heat` are in `carriers`.
    carriers : tuple of Carrier
        What the units make, with its demand, as `air`.
    carbon_price : float
        Weight of emissions in the plan. [currency kg-1]
    demand_charge : float
        For every kW by which the period's highest power is above that before. [currency kW-1]
    currency : str
        Of all money.
    supplies : tuple of float
        By how much chilled water may be supplied warmer than the conditions say, besides 0. [K]
    heat_may_leave, cold_may_leave : bool
        Whether what is made beyond all need is let go at no price (to a tower; by bypass at least load).
    """

    name: str
    machines: tuple[Machine, ...]
    stores: tuple[Store, ...] = ()
    units: tuple[Unit, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    carbon_price: float = 0.0
    demand_charge: float = 0.0
    currency: str = "EUR"
    supplies: tuple[float, ...] = ()
    heat_may_leave: bool = True
    cold_may_leave: bool = True


_SERIES = (
    "cold",
    "heat",
    "price",
    "fuel_price",
    "carbon",
    "fuel_carbon",
    "other",
    "warmer",
    "cold_error",
    "heat_error",
)


def _zero() -> Floats:
    return np.zeros(1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ahead:
    """What the plant meets in t steps: a forecast, or a past period.

    Parameters
    ----------
    hours : float
        Length of a step. [h]
    at : Conditions
        Temperatures, (t,).
    cold, heat : (t,) array
        Demand. [kW]
    price, fuel_price : (t,) array
        Of electricity and fuel. [currency kWh-1]
    carbon, fuel_carbon : (t,) array
        Emissions of both. [kg CO2e kWh-1]
    water_price : float
        [currency m-3]
    other : (t,) array
        Electric power of the rest of the site, which counts for the demand charge; where it is negative (PV), that much
        of the plant's electricity costs nothing. [kW]
    peak_before : float
        Highest power of the month so far. [kW]
    warmer : (t,) array
        By how much chilled water may be supplied warmer at most: what coils and dehumidification allow. [K]
    cold_error, heat_error : (t,) array
        Standard deviation of the forecast's error; 0 where what happened is known. [kW]
    start : str or None
        First step, naive UTC (ISO 8601).
    """

    hours: float
    at: Conditions
    cold: Floats = field(default_factory=_zero)
    heat: Floats = field(default_factory=_zero)
    price: Floats = field(default_factory=_zero)
    fuel_price: Floats = field(default_factory=_zero)
    carbon: Floats = field(default_factory=_zero)
    fuel_carbon: Floats = field(default_factory=_zero)
    water_price: float = 0.0
    other: Floats = field(default_factory=_zero)
    peak_before: float = 0.0
    warmer: Floats = field(default_factory=_zero)
    cold_error: Floats = field(default_factory=_zero)
    heat_error: Floats = field(default_factory=_zero)
    start: str | None = None

    def __post_init__(self) -> None:
        for name in _SERIES:
            object.__setattr__(self, name, over(getattr(self, name), self.at.steps))

    @property
    def steps(self) -> int:
        """Number of steps t."""
        return self.at.steps

    def window(self, first: int, last: int) -> Ahead:
        """The steps from `first` up to, and without, `last`.

        Parameters
        ----------
        first, last : int
            Of these steps.
        """
        at = replace(self.at, **{one.name: getattr(self.at, one.name)[first:last] for one in fields(self.at)})
        series = {one: getattr(self, one)[first:last] for one in _SERIES}
        return replace(self, at=at, start=None if self.start is None else self.time(first), **series)

    def time(self, step: int) -> str:
        """When a step begins: ISO 8601, or its number."""
        if self.start is None:
            return f"step {step}"
        moment = np.datetime64(self.start, "s") + np.timedelta64(round(step * self.hours * 3600), "s")
        return str(moment.astype("datetime64[m]"))


def findings(plant: Plant, ahead: Ahead) -> tuple[Finding, ...]:
    """What is impossible about a plant or about its hours, before anything is planned.

    Returns
    -------
    tuple of Finding
        `plant.none`, `plant.same_name`, `plant.gap`, `plant.negative`, `plant.store_carrier`.
    """
    return tuple(_found(plant, ahead))


def _found(plant: Plant, ahead: Ahead) -> Iterator[Finding]:
    place = f"plant '{plant.name}'"
    if not plant.machines:
        yield Finding(
            code="plant.none",
            place=place,
            found="the plant has no machine",
            expected="one machine or more",
            remedy="add its chillers, boilers or heat pumps in the order in which they are started",
        )
    names = [one.name for one in (*plant.machines, *plant.units, *plant.stores)]
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield Finding(
            code="plant.same_name",
            place=place,
            found="{name} is the name of {times} machines or stores",
            expected="a name of its own for each",
            remedy="rename them",
            params={"name": name, "times": names.count(name)},
        )
    for store in plant.stores:
        if store.carrier not in {"cold", "heat"}:
            yield Finding(
                code="plant.store_carrier",
                place=f"store '{store.name}'",
                found="it holds {carrier}",
                expected="cold or heat",
                remedy="correct its carrier",
                params={"carrier": store.carrier},
            )
    for name in ("cold", "heat", "price", "fuel_price", "carbon", "fuel_carbon", "other"):
        yield from _series(name, getattr(ahead, name), ahead, signed=name in {"price", "other"})


def _series(name: str, values: Floats, ahead: Ahead, *, signed: bool) -> Iterator[Finding]:
    gaps = np.flatnonzero(np.isnan(values))
    if gaps.size:
        yield Finding(
            code="plant.gap",
            place=name,
            found="{count} of {total} steps have no value",
            expected="a value in every step",
            remedy="fill the gaps before planning, and say how",
            params={"total": values.size},
            count=gaps.size,
            first=ahead.time(int(gaps[0])),
        )
    below = np.flatnonzero(values < 0)
    if below.size and not signed:
        yield Finding(
            code="plant.negative",
            place=name,
            found="{count} of {total} steps are negative, as {value}",
            expected="0 or more",
            remedy="correct the sign, or give cold and heat apart",
            params={"total": values.size, "value": f"{values[below[0]]:g}"},
            count=below.size,
            first=ahead.time(int(below[0])),
        )
