"""A plant run by the rules of operators: fewest machines in list order, or all of them, at one ratio."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plant.evaluate import Schedule, lacking, operation
from wattstone.dispatch.plant.plant import findings
from wattstone.dispatch.plant.result import Replayed, Rule
from wattstone.dispatch.plant.sheets import Sheet, kinds, sheets, unit_flows
from wattstone.equipment.limits import refuse

if TYPE_CHECKING:
    from wattstone.dispatch.commitment.types import Store, Unit
    from wattstone.dispatch.plant.plant import Ahead, Plant

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["equal", "replay", "ruled", "scaled", "shared", "unit_ends", "unit_rule"]

CHEAP, DEAR = 0.25, 0.75
HALVINGS = 60


def replay(
    plant: Plant, ahead: Ahead, rule: Rule = "fewest", *, storage: Literal["idle", "clock"] = "idle"
) -> Replayed:
    """Run a plant by a rule, through a forecast or a past period.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        The plant and its hours.
    rule : {'fewest', 'all_on'}
        `fewest`: of the machines that make cold, as many of the first in the list as can carry the load, at one ratio
        of their capacity and none below its least; heat likewise, after what heat recovery gives. `all_on`: all of
        them, less the last in the list while the load is below the sum of their least loads.
    storage : {'idle', 'clock'}
        `clock` fills stores in the cheapest quarter of each day's prices, from capacity that is free, and empties
        them in the dearest, as far as demand goes.

    Returns
    -------
    Replayed
        Start costs are counted; least times on and off and ramps are not kept, in favour of the rule.

    Raises
    ------
    InputRefused
        If the plant or its hours cannot be used.
    """
    refuse(findings(plant, ahead))
    found = sheets(plant, ahead, ahead.at)
    schedule = ruled(plant, ahead, found, rule, storage=storage)
    done = operation(rule, plant, ahead, schedule)
    return Replayed(rule=rule, storage=storage, operation=done, findings=tuple(lacking(plant, ahead, done)))


def ruled(
    plant: Plant, ahead: Ahead, found: tuple[Sheet, ...], rule: Rule, *, storage: Literal["idle", "clock"] = "idle"
) -> Schedule:
    """What a rule does.

    Parameters
    ----------
    plant, ahead, found
        The plant, its hours and its machines, sampled.
    rule, storage
        As in `replay`.
    """
    steps = ahead.steps
    tank_in, tank_out = np.zeros((len(plant.stores), steps)), np.zeros((len(plant.stores), steps))
    if storage == "clock":
        for row, store in enumerate(plant.stores):
            tank_in[row], tank_out[row] = _clock(store, ahead, _free(found, store, ahead))
    units = unit_rule(plant, ahead, rule)
    recovered = np.zeros(steps)
    for unit, load in zip(plant.units, units, strict=True):
        recovered += unit_flows(unit, load, steps).get("heat", 0.0)
    net = {name: np.zeros(steps) for name in ("cold", "heat")}
    for row, store in enumerate(plant.stores):
        net[store.carrier] += tank_in[row] - tank_out[row]
    load = np.zeros((len(found), steps))
    makers = [at for at, one in enumerate(found) if one.kind != "heat"]
    load[makers] = _by(rule, [found[at] for at in makers], ahead.cold + net["cold"], steps)
    need = ahead.heat + net["heat"] - recovered
    for at in kinds(found, "coupled"):
        sheet = found[at]
        given = sheet.flows.heat - sheet.flows.driving
        need = need - np.array([_at(x, p, v) for x, p, v in zip(load[at], sheet.load.T, given.T, strict=True)])
    heaters = kinds(found, "heat")
    load[heaters] = _by(rule, [found[at] for at in heaters], np.maximum(need, 0.0), steps)
    return Schedule(load, units, tank_in, tank_out, np.zeros(steps))


def equal(need: Floats, least: Floats, most: Floats, on: Bools) -> Floats:
    """Loads at one ratio of the capacity, none below its least: ratio r with sum of max(r most, least) = need.

    Parameters
    ----------
    need : (t,) array
        Total. [kW]
    least, most : (n, t) arrays
        [kW]
    on : (n, t) array of bool
        What runs.

    Returns
    -------
    (n, t) array
        All at their least, or their most, where the need is below, or above. [kW]
    """
    low, high = np.zeros_like(need), np.ones_like(need)
    for _ in range(HALVINGS):
        ratio = (low + high) / 2
        short = np.where(on, np.maximum(ratio * most, least), 0.0).sum(axis=0) < need
        low, high = np.where(short, ratio, low), np.where(short, high, ratio)
    return np.where(on, np.clip(high * most, least, most), 0.0)


def unit_rule(plant: Plant, ahead: Ahead, rule: Rule) -> Floats:
    """Loads of the plant's own units by the same rule, carrier by carrier. (x, t)

    Parameters
    ----------
    plant, ahead, rule
        As in `replay`.
    """
    load = np.zeros((len(plant.units), ahead.steps))
    for carrier in plant.carriers:
        rows = [at for at, one in enumerate(plant.units) if one.carrier == carrier.name]
        demand = np.array(np.broadcast_to(carrier.demand, (ahead.steps,)), dtype=np.float64)
        ends = [unit_ends(plant.units[at], ahead.steps) for at in rows]
        load[rows] = shared(rule, demand, *(np.array([one[k] for one in ends]) for k in range(3)))
    return load


def unit_ends(unit: Unit, steps: int) -> tuple[Floats, Floats, Floats]:
    """Least and highest load of a unit, and 1 where it may run: (t,) each."""
    points = np.atleast_1d(np.asarray(unit.load, dtype=np.float64))
    points = np.broadcast_to(points, (steps, points.shape[-1]))
    runs = np.ones(steps) if unit.available is None else np.asarray(unit.available, dtype=np.float64)
    return points[:, 0], points[:, -1], runs


def _by(rule: Rule, found: list[Sheet], need: Floats, steps: int) -> Floats:
    if not found:
        return np.zeros((0, steps))
    least, most = np.stack([one.least for one in found]), np.stack([one.capacity for one in found])
    return shared(rule, need, least, most, np.stack([one.runs for one in found]).astype(np.float64))


def shared(rule: Rule, need: Floats, least: Floats, most: Floats, runs: Floats) -> Floats:
    """Loads (n, t) of machines of one carrier by a rule.

    Parameters
    ----------
    rule : {'fewest', 'all_on'}
        As in `replay`.
    need : (t,) array
        [kW]
    least, most, runs : (n, t) arrays
        Limits [kW], and whether each may run.
    """
    if not len(least):
        return np.zeros((0, need.size))
    there: Bools = runs > 0
    wanted: Bools = need > 1e-9
    carried = np.cumsum(np.where(there, most, 0.0), axis=0)
    before = carried - np.where(there, most, 0.0)
    if rule == "fewest":
        on = there & (before < need * (1 - 1e-12)) & wanted
    else:
        summed = np.cumsum(np.where(there, least, 0.0), axis=0)
        first: Bools = np.cumsum(there, axis=0) <= 1
        on = there & wanted & ((summed <= need) | first | (before < need * (1 - 1e-12)))
    return equal(need, least, most, on)


def _at(load: float, points: Floats, values: Floats) -> float:
    return float(np.interp(load, points, values)) if load > 0 else 0.0


def _free(found: tuple[Sheet, ...], store: Store, ahead: Ahead) -> tuple[Floats, Floats]:
    """What machines could make for a store in each step, and what the store could give to demand. [kW]"""
    need = ahead.cold if store.carrier == "cold" else ahead.heat
    makers = [one for one in found if (one.kind == "heat") == (store.carrier == "heat")]
    most = np.stack([np.where(one.runs, one.capacity, 0.0) for one in makers]) if makers else np.zeros((1, need.size))
    return np.maximum(most.sum(axis=0) - need, 0.0), need


def _clock(store: Store, ahead: Ahead, free: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Filling in the cheapest quarter of each day's prices, emptying in the dearest."""
    steps, day = ahead.steps, max(1, round(24 / ahead.hours))
    padded = np.pad(ahead.price, (0, -steps % day), mode="edge").reshape(-1, day)
    low, high = np.quantile(padded, CHEAP, axis=1)[:, None], np.quantile(padded, DEAR, axis=1)[:, None]
    differ = padded.max(axis=1, keepdims=True) > padded.min(axis=1, keepdims=True) + 1e-9
    cheap = ((padded <= low) & differ).ravel()[:steps]
    dear = ((padded >= high) & differ & (padded > low)).ravel()[:steps]
    level, into, out = store.initial, np.zeros(steps), np.zeros(steps)
    keep = (1.0 - store.loss) ** ahead.hours
    for step in range(steps):
        level *= keep
        if cheap[step]:
            room = (store.capacity - level) / (ahead.hours * store.efficiency)
            into[step] = max(0.0, min(store.charge, free[0][step], room))
        if dear[step]:
            out[step] = max(0.0, min(store.discharge, free[1][step], level / ahead.hours))
        level += ahead.hours * (store.efficiency * into[step] - out[step])
    return into, out


def scaled(ahead: Ahead, errors: float) -> Ahead:
    """The same hours with demand so many standard deviations of the forecast's error higher.

    Parameters
    ----------
    ahead : Ahead
        As expected.
    errors : float
        Standard deviations, with their sign; demand stays 0 or more.
    """
    return replace(
        ahead,
        cold=np.maximum(ahead.cold + errors * ahead.cold_error, 0.0),
        heat=np.maximum(ahead.heat + errors * ahead.heat_error, 0.0),
    )
