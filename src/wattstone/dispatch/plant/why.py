"""Why an hour is run as it is: what else could have been done, and what that would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plant.evaluate import Schedule, warmer
from wattstone.dispatch.plant.hourly import Hourly
from wattstone.dispatch.plant.refine import needs_of
from wattstone.dispatch.plant.replay import equal, shared
from wattstone.dispatch.plant.result import Alternative, Hour, Rule
from wattstone.dispatch.plant.sheets import sheets

if TYPE_CHECKING:
    from wattstone.dispatch.plant.plant import Ahead, Plant
    from wattstone.dispatch.plant.result import Operation, PlantPlan

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

__all__ = ["why"]

MORE = 0.01
"""By how much the demand is raised to find what one more kWh costs, as a share of it."""


def why(plant: Plant, ahead: Ahead, planned: PlantPlan, step: int) -> Hour:
    """Why an hour of a plan is run as it is.

    Every alternative meets the demand of the hour with the stores as planned (but `storage_idle`), its machines
    loaded at least cost on their own curves (but the rules). Starts, least times and the demand charge reach beyond
    the hour and are left out, so that a negative extra cost says that one of them, and not the hour, decided.

    Parameters
    ----------
    plant, ahead : Plant, Ahead
        As the plan was made for.
    planned : PlantPlan
        The plan.
    step : int
        Which step, from 0.

    Returns
    -------
    Hour
        With the alternatives that can be run, cheapest first, then those that cannot.

    Raises
    ------
    ValueError
        If the plan has no such step.
    """
    if not 0 <= step < ahead.steps:
        raise ValueError(f"the plan has steps 0 to {ahead.steps - 1}, not {step}")
    moment = _Moment.of(plant, ahead, planned.operation, step)
    found = sorted(_alternatives(moment), key=lambda one: (not one.feasible, one.extra))
    done, price = planned.operation, float(ahead.price[step])
    capacity = [float(one.capacity[step]) for one in moment.hourly.found]
    capacity += [float(np.max(one.load)) for one in plant.units]
    machines = tuple(
        (name, float(load), float(load) / size, float(power))
        for name, load, size, power in zip(
            done.machines, done.load[:, step], capacity, done.electricity[:, step], strict=True
        )
        if load > 0
    )
    tanks = tuple(
        (name, float(into - out), float(level))
        for name, into, out, level in zip(
            done.tanks, done.tank_in[:, step], done.tank_out[:, step], done.level[:, step + 1], strict=True
        )
    )
    hour = Hour(
        step=step,
        cold=float(ahead.cold[step]),
        heat=float(ahead.heat[step]),
        price=price,
        marginal=_marginal(moment),
        machines=machines,
        tanks=tanks,
        power=float(done.power[step]),
        limit=float(done.limit[step]),
        cost=moment.cost,
        alternatives=tuple(found),
        reasons=(),
    )
    return replace(hour, reasons=tuple(_reasons(hour, plant.currency, float(ahead.price.mean()))))


@dataclass(frozen=True, eq=False)
class _Moment:
    """A step as it was planned."""

    hourly: Hourly
    step: int
    load: Floats
    cold: float
    heat: float
    cost: float
    power: float
    stored: tuple[float, float]

    @classmethod
    def of(cls, plant: Plant, ahead: Ahead, done: Operation, step: int) -> _Moment:
        count = len(plant.machines)
        by = done.settings["chilled_supply"] - ahead.at.chilled_supply
        by = np.nan_to_num(by)
        found = sheets(plant, ahead, warmer(ahead.at, by))
        load = done.load[:count]
        hourly = Hourly(plant, ahead, found, np.full(load.shape, np.nan))
        needs = needs_of(plant, ahead, Schedule(load, done.load[count:], done.tank_in, done.tank_out, by))
        _, _, cost, power = hourly.cost(step, load[:, step])
        net = {"cold": 0.0, "heat": 0.0}
        for row, store in enumerate(plant.stores):
            net[store.carrier] += float(done.tank_in[row, step] - done.tank_out[row, step])
        now = load[:, step].copy()
        stored = net["cold"], net["heat"]
        return cls(hourly, step, now, float(needs.cold[step]), float(needs.heat[step]), cost, power, stored)

    def best(self, allowed: Bools, forced: Bools, *, cold: float, heat: float) -> Floats | None:
        """Loads of least cost of the best set of machines among those allowed, with those forced."""
        found, least = None, np.inf
        coupled = [at for at, one in enumerate(self.hourly.found) if one.kind == "coupled" and allowed[at]]
        for chosen in product((False, True), repeat=len(coupled)):
            on = np.zeros(allowed.size, dtype=np.bool_)
            on[coupled] = chosen
            if (forced[coupled] & ~on[coupled]).any():
                continue
            for load in self._with(on, allowed, forced, cold, heat):
                made = self.hourly.cost(self.step, load)
                meets = made[0] >= cold - 1e-4 * max(cold, 1.0) and made[1] >= heat - 1e-4 * max(heat, 1.0)
                if meets and made[2] < least:
                    found, least = load, made[2]
        return found

    def _with(self, on: Bools, allowed: Bools, forced: Bools, cold: float, heat: float) -> Iterator[Floats]:
        """Loads with these coupled machines on: for some loads of theirs the best others, then all loaded anew."""
        found, step = self.hourly.found, self.step
        cooling = [at for at, one in enumerate(found) if one.kind == "cold" and allowed[at]]
        heating = [at for at, one in enumerate(found) if one.kind == "heat" and allowed[at]]
        most = np.array([one.capacity[step] for one in found])
        least = np.array([one.least[step] for one in found])
        everyone = on.copy()
        everyone[[*cooling, *heating]] = True
        starts = [most, np.where(self.load > 0, self.load, least)] if on.any() else [most]
        starts += [self.hourly.loads(step, everyone, cold, heat)] if on.any() else []
        for start in starts:
            given = self.hourly.cost(step, np.where(on, start, 0.0))
            kept = on.copy()
            rows = [
                self.hourly.chosen(step, may, max(need, 0.0), forced)
                for may, need in ((cooling, cold - given[0]), (heating, heat - given[1]))
            ]
            if None in rows:
                continue
            for one in rows:
                kept[one] = True
            yield self.hourly.loads(step, kept, cold, heat)


def _alternatives(moment: _Moment) -> Iterator[Alternative]:
    sheets_, step = moment.hourly.found, moment.step
    runs = np.array([one.runs[step] for one in sheets_], dtype=np.bool_)
    none = np.zeros(runs.size, dtype=np.bool_)
    for at, sheet in enumerate(sheets_):
        this = np.arange(runs.size) == at
        if moment.load[at] > 0:
            load = moment.best(runs & ~this, none, cold=moment.cold, heat=moment.heat)
            yield _told(moment, f"without:{sheet.name}", sheet.name, load)
        elif runs[at]:
            load = moment.best(runs, this, cold=moment.cold, heat=moment.heat)
            yield _told(moment, f"with:{sheet.name}", sheet.name, load)
    yield _told(moment, "equal", "", _by_ratio(moment, moment.load > 0, None))
    for rule in ("fewest", "all_on"):
        yield _told(moment, rule, "", _by_ratio(moment, runs, rule))
    if any(abs(one) > 1e-6 for one in moment.stored):
        cold, heat = moment.cold - moment.stored[0], moment.heat - moment.stored[1]
        yield _told(moment, "storage_idle", "", moment.best(runs, none, cold=cold, heat=heat))


def _by_ratio(moment: _Moment, on: Bools, rule: Rule | None) -> Floats | None:
    """Loads at one ratio of those that are on, or by a rule; heat after what the makers of cold give."""
    step, found = moment.step, moment.hourly.found
    load = np.zeros(len(found))
    for cold in (True, False):
        rows = [at for at, one in enumerate(found) if (one.kind != "heat") == cold]
        need = np.array([max(moment.cold if cold else moment.heat - moment.hourly.cost(step, load)[1], 0.0)])
        if not rows:
            continue
        least = np.array([[found[at].least[step]] for at in rows])
        most = np.array([[found[at].capacity[step]] for at in rows])
        running = on[rows][:, None]
        may = running.astype(np.float64)
        loads = equal(need, least, most, running) if rule is None else shared(rule, need, least, most, may)
        load[rows] = loads[:, 0]
    made = moment.hourly.cost(step, load)
    short = made[0] < moment.cold * (1 - 1e-4) - 1e-6 or made[1] < moment.heat * (1 - 1e-4) - 1e-6
    return None if short else load


def _told(moment: _Moment, what: str, machine: str, load: Floats | None) -> Alternative:
    if load is None:
        return Alternative(what=what, machine=machine, feasible=False, extra=np.nan, extra_kw=np.nan, running=())
    _, _, cost, power = moment.hourly.cost(moment.step, load)
    hours = moment.hourly.ahead.hours
    return Alternative(
        what=what,
        machine=machine,
        feasible=True,
        extra=(cost - moment.cost) * hours,
        extra_kw=power - moment.power,
        running=tuple(one.name for one, on in zip(moment.hourly.found, load > 0, strict=True) if on),
    )


def _marginal(moment: _Moment) -> float:
    """What one more kWh of cold (of heat, where there is no cold) costs with the machines that run."""
    on, cold, heat = moment.load > 0, moment.cold, moment.heat
    more = MORE * (cold if cold > 0 else heat)
    if more <= 0 or not on.any():
        return 0.0
    before = moment.hourly.value(moment.step, on, np.array([cold]), np.array([heat]))[0][0]
    up = (cold + more, heat) if cold > 0 else (cold, heat + more)
    after = moment.hourly.value(moment.step, on, np.array([up[0]]), np.array([up[1]]))[0][0]
    return float((after - before) / more)


def _reasons(hour: Hour, currency: str, mean: float) -> Iterator[str]:
    for one in hour.alternatives:
        kind, _, name = one.what.partition(":")
        money = f"{abs(one.extra):.2f} {currency} {'more' if one.extra >= 0 else 'less'} in this hour"
        joint = f" ({', '.join(one.running)} would run)" if one.running else ""
        if kind == "without":
            yield f"{name} runs: without it " + (
                f"the hour would cost {money}{joint}." if one.feasible else "the demand could not be met."
            )
        if kind == "with" and one.feasible:
            yield f"{name} stands still: with it the hour would cost {money}{joint}."
        if kind in {"equal", "fewest", "all_on"} and one.feasible:
            said = {"equal": "At one ratio for all that run", "fewest": "With the fewest in list order"}
            yield f"{said.get(kind, 'With all machines at one ratio')} the hour would cost {money}."
        if kind == "storage_idle" and one.feasible:
            yield f"With stores at rest the hour would cost {money}{joint}."
    for name, power, level in hour.tanks:
        if abs(power) > 1e-6:
            way = "takes" if power > 0 else "gives"
            side = "below" if hour.price < mean else "above"
            yield (
                f"{name} {way} {abs(power):.0f} kW and then holds {level:.0f} kWh: electricity is at {hour.price:.4g} "
                f"{currency}/kWh, {side} the mean of {mean:.4g}."
            )
