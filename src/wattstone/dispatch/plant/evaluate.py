"""What a way of running a plant really takes: machines by their own equations, balances, money, carbon, the limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.base import Finding
from wattstone.dispatch.plant.result import Bill, Operation, Saving
from wattstone.dispatch.plant.sheets import between, exact, unit_flows
from wattstone.equipment.plant.limits import KELVIN, log_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattstone.dispatch.plant.plant import Ahead, Plant
    from wattstone.dispatch.plant.sheets import Sheet
    from wattstone.equipment.plant.sources import Conditions, Flows

Floats = NDArray[np.float64]

__all__ = ["Schedule", "lacking", "least_power", "levels_of", "operation", "saving", "warmer"]

NOTHING = 1e-6
"""Power that is none. [kW]"""


@dataclass(frozen=True, eq=False)
class Schedule:
    """What was decided: loads of machines and units, and what goes into and out of stores.

    Parameters
    ----------
    load : (u, t) array
        Of the machines, 0 = off. [kW]
    unit : (x, t) array
        Of the plant's own units, 0 = off.
    tank_in, tank_out : (s, t) arrays
        [kW]
    warmer : (t,) array
        By how much chilled water is supplied warmer. [K]
    """

    load: Floats
    unit: Floats
    tank_in: Floats
    tank_out: Floats
    warmer: Floats


def warmer(at: Conditions, by: Floats) -> Conditions:
    """Conditions with chilled water that leaves and returns warmer.

    Parameters
    ----------
    at : Conditions
        As they are.
    by : (t,) array
        [K]
    """
    return replace(at, chilled_supply=at.chilled_supply + by, chilled_return=at.chilled_return + by)


def operation(
    name: str, plant: Plant, ahead: Ahead, schedule: Schedule, *, quick: Sequence[Sheet] | None = None
) -> Operation:
    """A schedule, evaluated on the machines' own curves.

    Parameters
    ----------
    name : str
        Of the way of running.
    plant, ahead : Plant, Ahead
        The plant and its hours.
    schedule : Schedule
        What was decided. What machines and stores do not deliver is unserved.
    quick : sequence of Sheet or None
        Machines sampled at the schedule's conditions, to be interpolated while schedules are compared; None for exact.
    """
    at = warmer(ahead.at, schedule.warmer)
    if quick is None:
        flows = [exact(one, load, plant, ahead, at) for one, load in zip(plant.machines, schedule.load, strict=True)]
    else:
        flows = [between(one, load) for one, load in zip(quick, schedule.load, strict=True)]
    extra = [unit_flows(one, load, ahead.steps) for one, load in zip(plant.units, schedule.unit, strict=True)]
    named = {field: _stacked(flows, field, ahead.steps) for field in _FIELDS}
    level, tank_out = levels_of(plant, ahead, schedule.tank_in, schedule.tank_out)
    net = {
        "cold": named["cold"].sum(axis=0) - ahead.cold,
        "heat": (named["heat"] - named["driving"]).sum(axis=0) - ahead.heat + _given(extra, "heat", ahead.steps),
    }
    for row, store in enumerate(plant.stores):
        net[store.carrier] = net[store.carrier] + tank_out[row] - schedule.tank_in[row]
    power = named["electricity"].sum(axis=0) - _given(extra, "electricity", ahead.steps)
    fuel = named["fuel"].sum(axis=0) - _given(extra, "fuel", ahead.steps)
    # What the rest of the site has to spare (PV) costs nothing.
    bought = np.maximum(power + ahead.other, 0.0) - np.maximum(ahead.other, 0.0)
    emitted = (bought * ahead.carbon + fuel * ahead.fuel_carbon) * ahead.hours
    peak = float(np.max(power + ahead.other, initial=0.0))
    bill = _bill(plant, ahead, schedule, (bought, fuel, named["water"].sum(axis=0)), emitted, peak)
    unserved = {carrier: np.maximum(-one, 0.0) for carrier, one in net.items()}
    return Operation(
        name=name,
        machines=tuple(one.name for one in (*plant.machines, *plant.units)),
        tanks=tuple(one.name for one in plant.stores),
        hours=ahead.hours,
        load=np.concatenate([schedule.load, schedule.unit]),
        **{field: np.concatenate([one, _of_units(extra, field, ahead.steps)]) for field, one in named.items()},
        tank_in=schedule.tank_in,
        tank_out=tank_out,
        level=level,
        unserved=unserved,
        surplus={carrier: np.maximum(one, 0.0) for carrier, one in net.items()},
        power=power,
        limit=least_power(ahead, cold=ahead.cold - unserved["cold"], heat=ahead.heat - unserved["heat"]),
        emissions=emitted,
        settings={"chilled_supply": at.chilled_supply},
        bill=bill,
        kwh=float(power.sum() * ahead.hours),
        fuel_kwh=float(fuel.sum() * ahead.hours),
        kg=float(emitted.sum()),
    )


_FIELDS = ("cold", "heat", "electricity", "fuel", "driving", "rejected", "water")


def levels_of(plant: Plant, ahead: Ahead, tank_in: Floats, tank_out: Floats) -> tuple[Floats, Floats]:
    """Energy in every store at the edges of steps, and what really comes out: never more than is in it.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    tank_in, tank_out : (s, t) arrays
        [kW]

    Returns
    -------
    level : (s, t + 1) array
        [kWh]
    tank_out : (s, t) array
        [kW]
    """
    level = np.zeros((len(plant.stores), ahead.steps + 1))
    out = tank_out.copy()
    for row, store in enumerate(plant.stores):
        keep = (1.0 - store.loss) ** ahead.hours
        level[row, 0] = store.initial
        for step in range(ahead.steps):
            there = keep * level[row, step] + ahead.hours * store.efficiency * tank_in[row, step]
            out[row, step] = min(out[row, step], max(there, 0.0) / ahead.hours)
            level[row, step + 1] = min(there - ahead.hours * out[row, step], store.capacity)
    return level, out


def least_power(ahead: Ahead, *, cold: Floats, heat: Floats) -> Floats:
    """Least electric power for cold and heat at the temperatures of each step, by the second law.

    W = Q_c (T_a / T_c - 1) + Q_h (1 - T_a / T_h), 0 or more, with log-mean temperatures of the streams in kelvin; for a
    machine that makes both it is Q_c (T_h / T_c - 1). The surroundings are at the wet bulb for cold (what a tower can
    reach) and at the dry bulb for heat.

    Parameters
    ----------
    ahead : Ahead
        Temperatures; where only one of wet and dry bulb is known, it stands for both.
    cold, heat : (t,) array
        Delivered. [kW]

    Returns
    -------
    (t,) array
        0 for what has no temperatures. [kW]
    """
    at = ahead.at
    sink = np.where(np.isnan(at.wet_bulb), at.dry_bulb, at.wet_bulb) + KELVIN
    source = np.where(np.isnan(at.dry_bulb), at.wet_bulb, at.dry_bulb) + KELVIN
    low = log_mean(at.chilled_return, at.chilled_supply) + KELVIN
    high = log_mean(at.heating_return, at.heating_supply) + KELVIN
    work = np.nan_to_num(cold * (sink / low - 1.0)) + np.nan_to_num(heat * (1.0 - source / high))
    return np.maximum(work, 0.0)


def lacking(plant: Plant, ahead: Ahead, done: Operation) -> Iterator[Finding]:
    """Demand that is not met: by how much, when, and what would meet it.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    done : Operation
        How it was run.

    Yields
    ------
    Finding
        `plant.unserved`, `plant.surplus`.
    """
    for carrier, missing in done.unserved.items():
        steps = np.flatnonzero(missing > max(NOTHING, 1e-5 * float(np.max(_demand(ahead, carrier)))))
        if steps.size:
            worst = int(np.argmax(missing))
            yield Finding(
                code="plant.unserved",
                place=f"plant '{plant.name}', {done.name}",
                found="{carrier} of {energy} kWh cannot be met in {count} of {total} steps; most is missing at "
                "{worst}: {most} kW of {demand} kW",
                expected="machines and stores that meet the demand of every step",
                remedy="add {most} kW of {carrier} (a machine, or a store that gives it at {worst}), or ask for less",
                params={
                    "carrier": carrier,
                    "energy": f"{float(missing.sum()) * ahead.hours:.4g}",
                    "total": ahead.steps,
                    "most": f"{float(missing[worst]):.4g}",
                    "demand": f"{float(_demand(ahead, carrier)[worst]):.4g}",
                    "worst": ahead.time(worst),
                },
                count=steps.size,
                first=ahead.time(int(steps[0])),
            )
        over = done.surplus[carrier]
        may = plant.cold_may_leave if carrier == "cold" else plant.heat_may_leave
        steps = np.flatnonzero(over > max(NOTHING, 1e-5 * float(np.max(_demand(ahead, carrier)))))
        if steps.size and not may:
            yield Finding(
                code="plant.surplus",
                place=f"plant '{plant.name}', {done.name}",
                found="up to {most} kW of {carrier} more than can be used are made in {count} of {total} steps",
                expected="as much as is used or stored",
                remedy="add a smaller machine or a store, or let it leave ({key})",
                params={
                    "carrier": carrier,
                    "most": f"{float(over.max()):.4g}",
                    "total": ahead.steps,
                    "key": f"{carrier}_may_leave",
                },
                count=steps.size,
                first=ahead.time(int(steps[0])),
            )


def saving(base: Operation, done: Operation, against: str, spread: Sequence[tuple[float, float]] = ()) -> Saving:
    """What one operation saves against another.

    Parameters
    ----------
    base, done : Operation
        Baseline, and what is compared with it.
    against : str
        Name of the baseline.
    spread : sequence of (kWh, cost)
        Savings at the ends of what the forecast leaves open; with the saving itself they span the interval.
    """
    kwh, cost = _less(base.kwh, done.kwh), _less(base.bill.total, done.bill.total)
    ends = np.array([*spread, (kwh, cost)]) if spread else None
    return Saving(
        against=against,
        kwh=kwh,
        fuel_kwh=_less(base.fuel_kwh, done.fuel_kwh),
        cost=cost,
        kg=_less(base.kg, done.kg),
        kwh_share=kwh / base.kwh if base.kwh else float("nan"),
        cost_share=cost / base.bill.total if base.bill.total else float("nan"),
        cost_low=None if ends is None else float(ends[:, 1].min()),
        cost_high=None if ends is None else float(ends[:, 1].max()),
        kwh_low=None if ends is None else float(ends[:, 0].min()),
        kwh_high=None if ends is None else float(ends[:, 0].max()),
    )


def _less(base: float, done: float) -> float:
    """By how much one sum is below another; 0 where they differ by the rounding of their summands alone."""
    return 0.0 if abs(base - done) <= 1e-9 * max(abs(base), abs(done)) else base - done


def _demand(ahead: Ahead, carrier: str) -> Floats:
    return ahead.cold if carrier == "cold" else ahead.heat


def _stacked(flows: list[Flows], name: str, steps: int) -> Floats:
    return np.stack([getattr(one, name) for one in flows]) if flows else np.zeros((0, steps))


def _given(extra: list[dict[str, Floats]], carrier: str, steps: int) -> Floats:
    return sum((one[carrier] for one in extra if carrier in one), np.zeros(steps))


def _of_units(extra: list[dict[str, Floats]], name: str, steps: int) -> Floats:
    """Rows of the plant's units: what they give of heat and cold, what they take of electricity and fuel."""
    sign = -1.0 if name in {"electricity", "fuel"} else 1.0
    rows = [sign * one.get(name, np.zeros(steps)) for one in extra]
    return np.stack(rows) if rows else np.zeros((0, steps))


def _bill(
    plant: Plant,
    ahead: Ahead,
    schedule: Schedule,
    taken: tuple[Floats, Floats, Floats],
    emitted: Floats,
    peak: float,
) -> Bill:
    """The bill of electricity that is bought, fuel and water."""
    electricity, fuel, water = taken
    rules = [(one.start_cost, one.run_cost, one.on_before) for one in (*plant.machines, *plant.units)]
    on = np.concatenate([schedule.load, schedule.unit]) > 0
    before = np.array([one for _, _, one in rules], dtype=np.bool_)
    begun = on & ~np.concatenate([before[:, None], on[:, :-1]], axis=1)
    starts = float(sum(cost * row.sum() for (cost, _, _), row in zip(rules, begun, strict=True)))
    wear = float(sum(cost * row.sum() for (_, cost, _), row in zip(rules, on, strict=True))) * ahead.hours
    return Bill(
        energy=float(((electricity * ahead.price + fuel * ahead.fuel_price) * ahead.hours).sum()),
        demand=plant.demand_charge * max(0.0, peak - ahead.peak_before),
        starts=starts + wear,
        carbon=plant.carbon_price * float(emitted.sum()),
        water=ahead.water_price * float(water.sum()) * ahead.hours,
    )
