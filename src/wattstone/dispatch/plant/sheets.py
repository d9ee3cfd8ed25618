"""Machines sampled at the conditions of every step: what they take and give over their loads."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from wattstone.equipment.plant.sources import Flows

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.types import Unit
    from wattstone.dispatch.plant.plant import Ahead, Machine, Plant
    from wattstone.equipment.plant.sources import Conditions, Source

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Kind = Literal["cold", "heat", "coupled"]

__all__ = ["POINTS", "Sheet", "between", "exact", "kinds", "rates", "sheet_of", "sheets", "unit_flows"]

POINTS = 65
"""Loads at which a machine is sampled, from its least to its capacity."""

LEAST_SHARE = 0.01
"""Least load that is planned, over the capacity, where a machine (free cooling) goes down to nothing."""

TIE = 1e-6
"""Weight of a kWh where electricity costs nothing, so that less is still better. [currency kWh-1]"""

NAMES = tuple(one.name for one in fields(Flows))


@dataclass(frozen=True, eq=False)
class Sheet:
    """A machine at k loads in t steps.

    Parameters
    ----------
    name : str
        Of the machine.
    kind : {'cold', 'heat', 'coupled'}
        Coupled is what makes cold and gives heat, or uses heat up.
    load : (k, t) array
        Loads, rising; of no meaning where it is not available. [kW]
    flows : Flows
        (k, t) each.
    runs : (t,) array of bool
        Where it may run.
    variant : (k, t) array of int
        Which of its set-points is the cheapest: 0 is its own.
    """

    name: str
    kind: Kind
    load: Floats
    flows: Flows
    runs: Bools
    variant: NDArray[np.int64]

    @property
    def least(self) -> Floats:
        """Least load. (t,) [kW]"""
        return self.load[0]

    @property
    def capacity(self) -> Floats:
        """Highest load. (t,) [kW]"""
        return self.load[-1]


def rates(flows: Flows, plant: Plant, ahead: Ahead) -> Floats:
    """What flows cost in an hour, carbon and water in it. (..., t) [currency h-1]

    Parameters
    ----------
    flows : Flows
        (..., t) each.
    plant, ahead : Plant, Ahead
        Prices.
    """
    electricity, fuel = _prices(plant, ahead)
    return flows.electricity * electricity + flows.fuel * fuel + flows.water * ahead.water_price


def sheets(plant: Plant, ahead: Ahead, at: Conditions) -> tuple[Sheet, ...]:
    """All machines of a plant, sampled.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    at : Conditions
        Those of `ahead`, or with a warmer supply.
    """
    return tuple(sheet_of(one, plant, ahead, at) for one in plant.machines)


def sheet_of(machine: Machine, plant: Plant, ahead: Ahead, at: Conditions) -> Sheet:
    """A machine, sampled.

    Parameters
    ----------
    machine : Machine
        Which.
    plant, ahead, at : Plant, Ahead, Conditions
        As in `sheets`.
    """
    sources = (machine.source, *machine.variants)
    least = np.nanmin(np.stack([_known(one.least(at)) for one in sources]), axis=0)
    capacity = np.nanmax(np.stack([_known(one.capacity(at), missing=0.0) for one in sources]), axis=0)
    runs = (capacity > 0) & (capacity >= least)
    if machine.available is not None:
        runs &= np.broadcast_to(machine.available, runs.shape)
    # Where it cannot run, a load that rises keeps arrays sound; it is never used.
    low = np.where(runs, np.maximum(least, LEAST_SHARE * capacity), 1.0)
    high = np.where(runs, np.maximum(capacity, low), 2.0)
    load = low + np.linspace(0.0, 1.0, POINTS)[:, None] * (high - low)
    load[-1] = high
    flows, variant, known = _best(sources, np.where(runs, load, 0.0), plant, ahead, at)
    runs = runs & known
    return Sheet(machine.name, _kind(machine.source, flows), load, flows, runs, variant)


def exact(machine: Machine, load: Floats, plant: Plant, ahead: Ahead, at: Conditions) -> Flows:
    """Flows of a machine at one load in every step, by its own equations. (t,)

    Parameters
    ----------
    machine : Machine
        Which.
    load : (t,) array
        0 = off. [kW]
    plant, ahead, at : Plant, Ahead, Conditions
        As in `sheets`.
    """
    flows, _, _ = _best((machine.source, *machine.variants), load[None], plant, ahead, at)
    return Flows(**{name: getattr(flows, name)[0] for name in NAMES})


def between(sheet: Sheet, load: Floats) -> Flows:
    """Flows of a machine at one load in every step, by straight lines between the points of its sheet. (t,)

    Parameters
    ----------
    sheet : Sheet
        The machine.
    load : (t,) array
        0 = off. [kW]
    """
    last = len(sheet.load) - 1
    width = np.maximum(sheet.capacity - sheet.least, 1e-12)
    place = np.clip((load - sheet.least) / width * last, 0.0, last)
    low = np.minimum(place.astype(np.int64), max(last - 1, 0))
    part, steps = place - low, np.arange(load.size)

    def at(values: Floats) -> Floats:
        return np.where(load > 0, values[low, steps] * (1 - part) + values[low + 1, steps] * part, 0.0)

    return Flows(**{name: at(getattr(sheet.flows, name)) for name in NAMES})


def unit_flows(unit: Unit, load: Floats, steps: int) -> dict[str, Floats]:
    """What a unit of the plan that is no source gives (+) and takes (-) of each carrier. (t,)

    Parameters
    ----------
    unit : Unit
        Which.
    load : (t,) array
        0 = off.
    steps : int
        Number of steps t.
    """
    points = np.atleast_1d(np.asarray(unit.load, dtype=np.float64))
    points: Floats = np.broadcast_to(points, (steps, points.shape[-1]))
    given = {unit.carrier: points, **unit.flows} if unit.carrier not in unit.flows else dict(unit.flows)
    done: dict[str, Floats] = {}
    for carrier, values in given.items():
        curve: Floats = np.broadcast_to(np.asarray(values, dtype=np.float64), points.shape)
        row = np.zeros(steps)
        for step in np.flatnonzero(load > 0).tolist():
            row[step] = np.interp(float(load[step]), points[step], curve[step])
        done[carrier] = row
    return done


def kinds(found: tuple[Sheet, ...], kind: Kind) -> list[int]:
    """Rows of the machines of a kind."""
    return [at for at, one in enumerate(found) if one.kind == kind]


def _prices(plant: Plant, ahead: Ahead) -> tuple[Floats, Floats]:
    electricity = ahead.price + plant.carbon_price * ahead.carbon
    fuel = ahead.fuel_price + plant.carbon_price * ahead.fuel_carbon
    return np.where(np.abs(electricity) < TIE, TIE, electricity), np.where(np.abs(fuel) < TIE, TIE, fuel)


def _known(values: Floats, *, missing: float = np.inf) -> Floats:
    return np.where(np.isnan(values), missing, values)


def _best(
    sources: tuple[Source, ...], load: Floats, plant: Plant, ahead: Ahead, at: Conditions
) -> tuple[Flows, NDArray[np.int64], Bools]:
    """Flows (k, t) of the cheapest set-point at each load, which it is, and the steps in which all loads can be run."""
    tried = [one.run(load, at) for one in sources]
    if len(tried) == 1:
        return tried[0], np.zeros(load.shape, dtype=np.int64), _without_gaps(tried[0])
    cost = np.stack([_known(rates(one, plant, ahead)) for one in tried])
    which = cost.argmin(axis=0)
    chosen = {
        name: np.take_along_axis(np.stack([getattr(one, name) for one in tried]), which[None], axis=0)[0]
        for name in NAMES
    }
    flows = Flows(**chosen)
    return flows, which.astype(np.int64), _without_gaps(flows)


def _without_gaps(flows: Flows) -> Bools:
    """Steps in which all loads can be run. (t,)"""
    return np.array(~np.isnan(flows.electricity + flows.fuel).any(axis=0), dtype=np.bool_)


def _kind(source: Source, flows: Flows) -> Kind:
    if source.makes == "heat":
        return "heat"
    return "coupled" if source.makes == "both" or bool(np.nanmax(flows.driving, initial=0.0) > 0) else "cold"
