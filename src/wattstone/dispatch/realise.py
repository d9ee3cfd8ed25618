"""What devices really do when they are told something: the physics of `equipment` on what really happened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.accounts import Where, where
from wattstone.dispatch.follow import Follow, fixed
from wattstone.dispatch.outlook import State, Task, checked
from wattstone.equipment import Curve
from wattstone.equipment.battery import Battery, BatteryState, step

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from wattstone.dispatch.outlook import Outlook
    from wattstone.dispatch.plan import Plan
    from wattstone.dispatch.site import Battery as Pack
    from wattstone.dispatch.site import Site

Floats = NDArray[np.float64]

__all__ = ["Devices", "Done", "SetPoints", "physics", "realised"]


@dataclass(frozen=True, eq=False)
class SetPoints:
    """What is asked of every device in a step.

    Parameters
    ----------
    pv : (systems,) array
        Most that may be fed; infinite where nothing is curtailed. [kW]
    battery : (batteries,) array
        Charge positive. [kW]
    tasks : mapping of int to float
        By the row of the task in the truth. [kW]
    dimmables, buffers : arrays
        [kW]
    follow : tuple of Follow
        How each battery follows the meter of the very step; empty: they do as asked.
    """

    pv: Floats
    battery: Floats
    tasks: dict[int, float]
    dimmables: Floats
    buffers: Floats
    follow: tuple[Follow, ...] = ()

    @classmethod
    def of_plan(cls, plan: Plan, step: int, rows: tuple[int, ...], *, follow: tuple[Follow, ...] = ()) -> SetPoints:
        """Of a step of a plan, whose tasks are these rows of the truth.

        A plan that feeds all that was expected does not curtail what comes on top.
        """
        made = plan.schedule
        fed, expected = made.pv[:, step], plan.outlook.pv[:, step] if made.pv.size else np.zeros(0)
        return cls(
            pv=np.where(fed < expected - 1e-6, fed, np.inf),
            battery=made.battery[:, step],
            tasks={row: float(made.tasks[index, step]) for index, row in enumerate(rows)},
            dimmables=made.dimmables[:, step],
            buffers=made.buffers[:, step],
            follow=follow,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Done:
    """What was done over t steps.

    Parameters
    ----------
    net : (t,) array
        Import less export. [kW]
    pv, battery, soc : (devices, t) arrays
        Fed; charge positive [kW]; energy at the end of each step [kWh].
    flexible : (t,) array
        Tasks, lighting and buffers together. [kW]
    states : (buffers, t) array
        At the end of each step.
    accounts : (accounts, t) array
        Import less export at the meter of each account of the site. [kW]
    comfort : float
        Cost of light and states that were not as wanted, without weight. [currency]
    unserved : float
        Energy that tasks still needed at their end. [kWh]
    left : float
        Stored at the end less at the start. [kWh]
    """

    net: Floats
    pv: Floats
    battery: Floats
    soc: Floats
    flexible: Floats
    states: Floats
    accounts: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    comfort: float = 0.0
    unserved: float = 0.0
    left: float = 0.0


def physics(pack: Pack) -> Battery:
    """The machine of `equipment` that a site's battery is, with constant efficiency and no ageing."""
    return Battery(
        capacity=pack.capacity,
        charge_limit=pack.charge,
        discharge_limit=pack.discharge,
        charge_efficiency=Curve.constant(pack.charge_efficiency),
        discharge_efficiency=Curve.constant(pack.discharge_efficiency),
        standing_loss=-float(
            np.log1p(-pack.loss)
        ),  # a share in an hour as a rate, of which `equipment` takes the exponent
        lowest=pack.least,
        highest=pack.most,
        reserve=pack.reserve,
    )


@dataclass(eq=False)
class Devices:
    """The devices of a site on their way through a period.

    Parameters
    ----------
    site : Site
        The site.
    truth : Outlook
        What happens, over t steps.
    initial : State
        At the first step.

    Attributes
    ----------
    done : Done
        What was done up to now.
    where : Where
        The accounts of the devices.
    loads : (accounts, t) array
        Of each account, without its devices. [kW]
    owed : (tasks,) array
        What each task still needs. [kWh]
    machines, charge : lists
        The batteries, and what they hold.
    inner : (buffers,) array
        States of the buffers.
    comfort : float
        Cost of what was not as wanted, up to now. [currency]
    begun : int
        Steps that are done.

    Raises
    ------
    InputRefused
        If what happened is not known in every step.
    """

    site: Site
    truth: Outlook
    initial: State
    done: Done = field(init=False)
    where: Where = field(init=False)
    loads: Floats = field(init=False)
    owed: Floats = field(init=False)
    machines: list[Battery] = field(init=False)
    charge: list[BatteryState] = field(init=False)
    inner: Floats = field(init=False)
    comfort: float = 0.0
    begun: int = 0

    def __post_init__(self) -> None:
        """Begin where `initial` says; what happened must not have gaps."""
        checked(self.site, self.truth, self.initial)
        steps, site = self.truth.steps, self.site
        self.machines = [physics(one) for one in site.batteries]
        self.charge = [
            BatteryState(energy=np.array([energy]), capacity=np.array([one.capacity]))
            for energy, one in zip(self.initial.soc, site.batteries, strict=True)
        ]
        self.inner = self.initial.buffers.astype(np.float64).copy()
        self.owed = np.array([task.energy for task in self.truth.tasks])
        self.done = Done(
            net=np.zeros(steps),
            pv=np.zeros((len(site.pv), steps)),
            battery=np.zeros((len(site.batteries), steps)),
            soc=np.zeros((len(site.batteries), steps)),
            flexible=np.zeros(steps),
            states=np.zeros((len(site.buffers), steps)),
            accounts=np.zeros((len(site.accounts), steps)),
        )
        self.where = where(site, self.truth.tasks)
        self.loads = self.truth.account_loads if site.accounts else np.zeros((0, steps))

    @property
    def energy(self) -> Floats:
        """Stored now. (batteries,) [kWh]"""
        return np.array([float(one.energy[0]) for one in self.charge])

    def state(self, *, peak: float) -> State:
        """As a planner takes it; the net power of the step before is the one that was measured last."""
        last = float(self.done.net[self.begun - 1]) if self.begun else self.initial.net
        return State(soc=self.energy, buffers=self.inner.copy(), net=last, peak=peak)

    def open_tasks(
        self, now: int, *, known: AbstractSet[str] | None, until: int | None = None
    ) -> tuple[tuple[Task, ...], tuple[int, ...]]:
        """Tasks that are not over, counted from now, and their rows.

        Parameters
        ----------
        now : int
            Step.
        known : set of str or None
            Devices whose tasks are known only once they have begun; None: all are known.
        until : int or None
            Tasks that begin later are left out.
        """
        rows = tuple(
            row
            for row, task in enumerate(self.truth.tasks)
            if task.last > now
            and self.owed[row] > 1e-6
            and (known is None or task.device not in known or task.first <= now)
            and (until is None or task.first < until)
        )
        tasks = tuple(
            replace(one, first=one.first - now, last=one.last - now, energy=float(self.owed[row]))
            for row, one in ((row, self.truth.tasks[row]) for row in rows)
        )
        return tasks, rows

    def finished(self) -> Done:
        """What was done, with its sums."""
        return replace(
            self.done,
            comfort=self.comfort,
            unserved=float(self.owed.sum()),
            left=float(self.energy.sum() - self.initial.soc.sum()),
        )


def realised(devices: Devices, now: int, asked: SetPoints) -> None:
    """Carry out a step.

    Parameters
    ----------
    devices : Devices
        Moved on by a step.
    now : int
        The step.
    asked : SetPoints
        What is wanted; batteries, tasks and buffers do what they can of it.
    """
    site, truth, done, hours = devices.site, devices.truth, devices.done, devices.truth.hours
    fed = np.minimum(truth.pv[:, now], asked.pv) if site.pv else np.zeros(0)
    for row, pack in enumerate(site.pv):
        fed[row] = fed[row] if pack.curtailable else truth.pv[row, now]
    light = _lit(devices, now, asked, hours)
    tasks, buffers = _tasks(devices, now, asked, hours), _buffers(devices, now, asked, hours)
    flexible = float(tasks.sum() + light.sum() + buffers.sum())
    rest = truth.load[now] + flexible - float(fed.sum())
    own = devices.loads[:, now].copy()
    if own.size:
        behind = devices.where
        for accounts, powers in (
            (behind.pv, -fed),
            (behind.tasks, tasks),
            (behind.dimmables, light),
            (behind.buffers, buffers),
        ):
            np.add.at(own, np.array(accounts, dtype=np.int64), powers)
    flows = _batteries(devices, now, asked, hours, rest=rest, own=own)
    done.pv[:, now] = fed
    done.flexible[now] = flexible
    done.net[now] = rest + flows
    done.accounts[:, now] = own
    devices.begun = now + 1


def _tasks(devices: Devices, now: int, asked: SetPoints, hours: float) -> Floats:
    powers = np.zeros(len(devices.truth.tasks))
    for row, power in asked.tasks.items():
        task = devices.truth.tasks[row]
        if task.first <= now < task.last:
            drawn = min(max(power, 0.0), task.power, devices.owed[row] / (task.efficiency * hours))
            devices.owed[row] -= drawn * task.efficiency * hours
            powers[row] = drawn
    return powers


def _lit(devices: Devices, now: int, asked: SetPoints, hours: float) -> Floats:
    """Lighting, which its own controls keep between what is needed and what is wanted."""
    site, truth = devices.site, devices.truth
    if not site.dimmables:
        return np.zeros(0)
    full = np.array([one.power for one in site.dimmables])
    needed = truth.needed[:, now] * full
    wanted = np.maximum(truth.wanted[:, now] * full, needed)
    level = np.clip(asked.dimmables, needed, wanted)
    devices.comfort += hours * float(np.array([one.comfort for one in site.dimmables]) @ (wanted - level))
    return level


def _batteries(devices: Devices, now: int, asked: SetPoints, hours: float, *, rest: float, own: Floats) -> float:
    """Powers of all batteries, which go into the accounts too; one that lasts longer follows the meter first."""
    total, done, site = 0.0, devices.done, devices.site
    follow = asked.follow or tuple(fixed(one) for one in asked.battery.tolist())
    lasting = [-energy / pack.discharge for energy, pack in zip(devices.energy, site.batteries, strict=True)]
    later = float(asked.battery.sum())
    place = np.array(devices.where.batteries, dtype=np.int64) if own.size else np.zeros(len(lasting), dtype=np.int64)
    own = own if own.size else np.zeros(1)
    np.add.at(own, place, asked.battery)
    for row in sorted(range(len(lasting)), key=lasting.__getitem__):
        later -= float(asked.battery[row])
        own[place[row]] -= asked.battery[row]
        wanted = follow[row].flow(rest + total + later, float(own[place[row]]))
        flow, after = step(devices.machines[row], devices.charge[row], wanted, hours)
        devices.charge[row] = after
        done.battery[row, now] = flow[0]
        done.soc[row, now] = after.energy[0]
        total += float(flow[0])
        own[place[row]] += flow[0]
    return total


def _buffers(devices: Devices, now: int, asked: SetPoints, hours: float) -> Floats:
    powers = np.clip(asked.buffers, 0.0, [one.power for one in devices.site.buffers])
    for row, one in enumerate(devices.site.buffers):
        state = one.retain * devices.inner[row] + one.gain * powers[row] * hours + devices.truth.drift[row, now]
        state = max(state, 0.0) if one.kind == "fan" else state  # air has no less than nothing in it
        devices.inner[row] = state
        devices.done.states[row, now] = state
        beyond = max(state - one.high, 0.0) + max(one.low - state, 0.0)
        devices.comfort += hours * one.comfort * beyond
    return powers
