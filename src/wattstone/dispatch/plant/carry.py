"""A schedule carried out under another demand than it was made for, hour by hour, as operators would.

Machines that run follow the demand. What they make too much at their least loads stays in stores, or goes into them;
what they lack comes from stores as far as later hours do not need it. Then machines join, the next of the list first,
those first that have been off for long enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plant.evaluate import Schedule, operation, warmer
from wattstone.dispatch.plant.hourly import Hourly
from wattstone.dispatch.plant.refine import topped
from wattstone.dispatch.plant.revise import keeps_rules
from wattstone.dispatch.plant.sheets import sheets, unit_flows

if TYPE_CHECKING:
    from wattstone.dispatch.plant.plant import Ahead, Plant, Store
    from wattstone.dispatch.plant.sheets import Sheet

Floats = NDArray[np.float64]

__all__ = ["carried"]

NOTHING = 1e-3
"""Power that nobody switches a machine for. [kW]"""


def carried(plant: Plant, real: Ahead, found: tuple[Sheet, ...], schedule: Schedule) -> Schedule:
    """A schedule carried out under another demand than it was made for.

    Each step knows what was done before it and the schedule, not the demand that comes after it.

    Parameters
    ----------
    plant, real : Plant, Ahead
        The plant, and what happens. The `final` level of a store is kept for as long as machines can make what lacks.
    found : tuple of Sheet
        The machines at the conditions that happen.
    schedule : Schedule
        As planned, the warmer supply included.
    """
    if schedule.warmer.any():
        found = sheets(plant, real, warmer(real.at, schedule.warmer))
    hourly = Hourly(plant, real, found, np.full(schedule.load.shape, np.nan))
    carrying = _Carrying(plant, real, hourly, schedule)
    for step in range(real.steps):
        carrying.go(step)
    done = replace(schedule, load=carrying.load, tank_in=carrying.into, tank_out=carrying.out)
    return topped(plant, real, hourly, (done, operation("plan", plant, real, done)))[0]


@dataclass(eq=False)
class _Carrying:
    """What was done until a step, and what is planned from it on."""

    plant: Plant
    real: Ahead
    hourly: Hourly
    schedule: Schedule
    load: Floats = field(init=False)
    into: Floats = field(init=False)
    out: Floats = field(init=False)
    level: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.load, self.into, self.out = (
            one.copy() for one in (self.schedule.load, self.schedule.tank_in, self.schedule.tank_out)
        )
        self.on = self.schedule.load > 0
        self.level = [one.initial for one in self.plant.stores]
        heat = self.real.heat.copy()
        for unit, load in zip(self.plant.units, self.schedule.unit, strict=True):
            heat -= unit_flows(unit, load, self.real.steps).get("heat", 0.0)
        self.need = {"cold": self.real.cold, "heat": heat}

    def go(self, step: int) -> None:
        """Carry out a step: machines join until nothing lacks, or none is left."""
        for last in (False, True):
            while lacking := self._tried(step, everything=last):
                if not any(self._join(step, carrier, forced=last) for carrier in lacking):
                    break
            else:
                break
        for row, store in enumerate(self.plant.stores):
            self.level[row] = self._after(row, store, step)

    def _tried(self, step: int, *, everything: bool) -> list[str]:
        """Load the machines that run, then let stores take up what differs; carriers that lack all the same."""
        rows = list(enumerate(self.plant.stores))
        for row, store in rows:
            self._bound(row, store, step)
        need = {name: float(one[step]) + self._taken(name, step) for name, one in self.need.items()}
        self.load[:, step] = self.hourly.loads(step, self.on[:, step], need["cold"], need["heat"])
        cold, heat, _, _ = self.hourly.cost(step, self.load[:, step])
        over = {"cold": cold - need["cold"], "heat": heat - need["heat"]}
        for row, store in rows:
            if over[store.carrier] > NOTHING:
                over[store.carrier] -= self._keep(row, store, step, over[store.carrier])
            elif over[store.carrier] < -NOTHING:
                over[store.carrier] += self._give(row, store, step, -over[store.carrier], everything=everything)
        return [name for name, one in over.items() if one < -NOTHING]

    def _bound(self, row: int, store: Store, step: int) -> None:
        """What is planned, as far as the store has it, or room for it."""
        there = _kept(store, self.real.hours) * self.level[row]
        out = min(float(self.schedule.tank_out[row, step]), max(there, 0.0) / self.real.hours)
        room = max(store.capacity - there + self.real.hours * out, 0.0) / (self.real.hours * store.efficiency)
        self.out[row, step], self.into[row, step] = out, min(float(self.schedule.tank_in[row, step]), room)

    def _taken(self, carrier: str, step: int) -> float:
        rows = [row for row, one in enumerate(self.plant.stores) if one.carrier == carrier]
        return float((self.into[rows, step] - self.out[rows, step]).sum())

    def _after(self, row: int, store: Store, step: int) -> float:
        """Energy in a store at the end of a step. [kWh]"""
        net = store.efficiency * float(self.into[row, step]) - float(self.out[row, step])
        return _kept(store, self.real.hours) * self.level[row] + self.real.hours * net

    def _keep(self, row: int, store: Store, step: int, over: float) -> float:
        """Give less, then take more: how much of what is made too much stays. [kW]"""
        room = max(store.capacity - self._after(row, store, step), 0.0) / self.real.hours
        less = min(over, float(self.out[row, step]), room)
        self.out[row, step] -= less
        limit = max(store.charge - float(self.into[row, step]), 0.0)
        more = max(min(over - less, limit, (room - less) / store.efficiency), 0.0)
        self.into[row, step] += more
        return less + more

    def _give(self, row: int, store: Store, step: int, missing: float, *, everything: bool) -> float:
        """Take less, then give more: how much of what lacks the store meets. [kW]"""
        less = min(missing, float(self.into[row, step]))
        self.into[row, step] -= less
        limit = max(store.discharge - float(self.out[row, step]), 0.0)
        there = max(self._after(row, store, step), 0.0) if everything else self._spare(row, store, step)
        more = min(missing - less, limit, there / self.real.hours)
        self.out[row, step] += more
        return less + more

    def _spare(self, row: int, store: Store, step: int) -> float:
        """What may be taken at the end of a step without lacking in what is planned after it. [kWh]"""
        keep, hours = _kept(store, self.real.hours), self.real.hours
        level, share = self._after(row, store, step), 1.0
        spare = level
        into, out = self.schedule.tank_in[row], self.schedule.tank_out[row]
        for later in range(step + 1, self.real.steps):
            level = min(keep * level + hours * float(store.efficiency * into[later] - out[later]), store.capacity)
            share = max(share * keep, 1e-12)
            spare = min(spare, level / share)
        return max(min(spare, (level - (store.final or 0.0)) / share), 0.0)

    def _join(self, step: int, carrier: str, *, forced: bool) -> bool:
        """Let the next machine of the list join that makes the carrier; least times are broken only where forced."""
        for at, sheet in enumerate(self.hourly.found):
            if (sheet.kind == "heat") != (carrier == "heat") or not sheet.runs[step] or self.on[at, step]:
                continue
            row = self._on_from(at, step)
            past = self.on[at, :step]
            since = np.concatenate([past, [True]])
            if forced or keeps_rules(self.plant.machines[at], since, self.real.hours):
                self.on[at] = row
                return True
        return False

    def _on_from(self, at: int, step: int) -> NDArray[np.bool_]:
        """When a machine runs that joins now: for its least time, and on to its next run if that is too near."""
        machine, on = self.plant.machines[at], self.on[at].copy()
        up, down = (
            max(1, int(np.ceil(one / self.real.hours - 1e-9))) for one in (machine.least_up, machine.least_down)
        )
        end = step + up
        ahead = np.flatnonzero(on[end : end + down])
        if ahead.size and not on[end : end + 1].all():
            # A run that begins before the machine may start again is joined to this one.
            end += int(ahead[0])
        on[step:end] |= self.hourly.found[at].runs[step:end]
        return on


def _kept(store: Store, hours: float) -> float:
    return (1.0 - store.loss) ** hours
