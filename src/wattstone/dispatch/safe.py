"""The declared fallback: what every device does when there is no plan. It needs no optimiser.

- PV feeds what the sun allows, less what the export limit forbids.
- Batteries rest; they help only where the load alone would pass the import limit.
- Vehicles charge at once at full power, shiftable loads run at once; both give way to the import and the charging
  limit.
- Lighting is at the wanted level.
- A tank's pump runs from the low mark of its band to the high one; a fan runs at full power above its band, and where
  its reading is missing; a zone is conditioned at full power outside its band. In between they keep off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plan import Schedule, nothing_for
from wattstone.dispatch.site import Charger

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wattstone.dispatch.outlook import Outlook, State
    from wattstone.dispatch.site import Battery, Buffer, Site

Floats = NDArray[np.float64]

__all__ = ["buffer_power", "safe_schedule"]


def buffer_power(buffer: Buffer, state: float, *, running: bool = False) -> float:
    """What a tank's pump, a fan or a zone's plant does without a plan.

    Parameters
    ----------
    buffer : Buffer
        With its band.
    state : float
        As measured; NaN where it is not known. [its unit]
    running : bool
        Whether it ran before: a pump that filled the tank goes on to the high mark.

    Returns
    -------
    float
        0 or full power. [kW]

    Examples
    --------
    >>> from wattstone.dispatch.site import Buffer
    >>> fan = Buffer(id="fan", kind="fan", power=4.0, retain=0.9, gain=-2.0, low=0.0, high=30.0)
    >>> buffer_power(fan, 35.0), buffer_power(fan, 10.0), buffer_power(fan, float("nan"))
    (4.0, 0.0, 4.0)
    """
    if np.isnan(state):
        return buffer.power if buffer.kind == "fan" else 0.0
    if buffer.gain < 0:
        wanted = state > buffer.high
    elif buffer.kind == "tank" and running:
        wanted = state < buffer.high
    else:
        wanted = state < buffer.low
    return buffer.power if wanted else 0.0


def safe_schedule(site: Site, outlook: Outlook, state: State) -> Schedule:
    """What the fallback does over a horizon, step by step.

    Parameters
    ----------
    site : Site
        Devices and limits.
    outlook : Outlook
        Passed by `outlook.checked`.
    state : State
        Now.

    Returns
    -------
    Schedule
        Within the limits of power and energy of every device. Where load and lighting alone pass the import limit, or
        PV that cannot be curtailed passes the export limit, the net power passes it too, and says so by its number.
    """
    made = nothing_for(site, outlook)
    made = replace(made, dimmables=_lighting(site, outlook), pv=outlook.pv if site.pv else made.pv)
    _buffers(site, outlook, state, made)
    meters = _meters(site)
    _tasks(site, outlook, made, meters)
    _batteries(site, outlook, state, made, meters)
    for meter in reversed(meters):  # buildings first: what they curtail, the connection need not
        made = replace(made, pv=_curtailed(site, made, meter, most=meter.drawn(site, outlook, made) + meter.sells))
    return replace(made, net=meters[0].net(site, outlook, made))


@dataclass(frozen=True, eq=False)
class _Meter:
    """The connection, or the meter of an account: whose devices, and how much may pass."""

    account: int | None
    devices: frozenset[str]
    buys: float
    sells: float

    def rows(self, names: Iterable[str]) -> list[int]:
        return [row for row, name in enumerate(names) if name in self.devices]

    def drawn(self, site: Site, outlook: Outlook, made: Schedule) -> Floats:
        """All but PV. (h,) [kW]"""
        load = outlook.load if self.account is None else outlook.account_loads[self.account]
        tasks = made.tasks[self.rows(task.device for task in outlook.tasks)]
        batteries = made.discharge[self.rows(one.id for one in site.batteries)]
        lights = made.dimmables[self.rows(one.id for one in site.dimmables)]
        buffers = made.buffers[self.rows(one.id for one in site.buffers)]
        return load + tasks.sum(axis=0) + lights.sum(axis=0) + buffers.sum(axis=0) - batteries.sum(axis=0)

    def net(self, site: Site, outlook: Outlook, made: Schedule) -> Floats:
        return self.drawn(site, outlook, made) - made.pv[self.rows(one.id for one in site.pv)].sum(axis=0)


def _meters(site: Site) -> list[_Meter]:
    """The connection, and then each building with a limit of its own."""
    whole = _Meter(None, frozenset(one.id for one in site.devices), site.grid.import_limit, site.grid.export_limit)
    return [
        whole,
        *(_Meter(row, one.devices, one.import_limit, one.export_limit) for row, one in enumerate(site.accounts[:-1])),
    ]


def _lighting(site: Site, outlook: Outlook) -> Floats:
    if not site.dimmables:
        return np.zeros((0, outlook.steps))
    level = np.maximum(np.clip(outlook.wanted, 0.0, 1.0), np.clip(outlook.needed, 0.0, 1.0))
    return level * np.array([[one.power] for one in site.dimmables])


def _buffers(site: Site, outlook: Outlook, state: State, made: Schedule) -> None:
    for row, buffer in enumerate(site.buffers):
        now, running = float(state.buffers[row]), False
        for step in range(outlook.steps):
            power = buffer_power(buffer, now, running=running)
            rest = buffer.retain * now + float(outlook.drift[row, step])
            power = _short_of(buffer, power, rest, outlook.hours)
            now, running = rest + buffer.gain * power * outlook.hours, power > 0
            made.buffers[row, step], made.states[row, step] = power, now


def _short_of(buffer: Buffer, power: float, rest: float, hours: float) -> float:
    """The power that does not push the state past the far limit."""
    if buffer.gain == 0 or power == 0:
        return power
    far = buffer.highest if buffer.gain > 0 else buffer.lowest
    return float(np.clip((far - rest) / (buffer.gain * hours), 0.0, power)) if np.isfinite(far) else power


def _tasks(site: Site, outlook: Outlook, made: Schedule, meters: list[_Meter]) -> None:
    """In the order of departure, as early as the limits allow."""
    feeder = np.full(outlook.steps, site.charging_limit)
    rooms = [np.maximum(meter.buys - meter.net(site, outlook, made), 0.0) for meter in meters]
    for row in sorted(range(len(outlook.tasks)), key=lambda index: outlook.tasks[index].last):
        task, power = outlook.tasks[row], np.zeros(outlook.steps)
        there = slice(max(task.first, 0), max(task.last, 0))
        behind = [index for index, meter in enumerate(meters) if task.device in meter.devices]
        power[there] = np.minimum.reduce([rooms[index] for index in behind])[there]
        power = np.minimum(power, task.power)
        charger = isinstance(site.task_device(task.device), Charger)
        power = np.minimum(power, feeder) if charger else power
        before = np.concatenate(([0.0], np.cumsum(power)[:-1]))
        needed = task.energy / (task.efficiency * outlook.hours)
        power = np.clip(needed - before, 0.0, power)
        made.tasks[row] = power
        feeder = feeder - power if charger else feeder
        for index in behind:
            rooms[index] = rooms[index] - power


def _batteries(site: Site, outlook: Outlook, state: State, made: Schedule, meters: list[_Meter]) -> None:
    over = [meter.net(site, outlook, made) - meter.buys for meter in meters]
    for row, battery in enumerate(site.batteries):
        energy, floor = float(state.soc[row]), battery.least * battery.capacity
        behind = [index for index, meter in enumerate(meters) if battery.id in meter.devices]
        missing = np.maximum.reduce([over[index] for index in behind])
        for step in range(outlook.steps):
            energy *= (1.0 - battery.loss) ** outlook.hours
            power = _helping(battery, energy - floor, float(missing[step]), outlook.hours)
            energy -= power * outlook.hours / battery.discharge_efficiency
            made.discharge[row, step], made.soc[row, step] = power, energy
        for index in behind:
            over[index] = over[index] - made.discharge[row]


def _helping(battery: Battery, above: float, missing: float, hours: float) -> float:
    return max(0.0, min(missing, battery.discharge, max(above, 0.0) * battery.discharge_efficiency / hours))


def _curtailed(site: Site, made: Schedule, meter: _Meter, *, most: Floats) -> Floats:
    """PV behind a meter of at most so much, the rest as it was. (systems, h) [kW]"""
    inside = np.array([one.id in meter.devices for one in site.pv], dtype=np.bool_)
    free = inside & np.array([one.curtailable for one in site.pv], dtype=np.bool_)
    able: Floats = made.pv[free].sum(axis=0)
    room = np.clip(most - made.pv[inside & ~free].sum(axis=0), 0.0, able)
    share = np.divide(room, able, out=np.ones(able.size), where=able > 0)
    return np.where(free[:, None], made.pv * share, made.pv)
