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

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wattstone.dispatch.plan import Schedule, nothing_for
from wattstone.dispatch.site import Charger

if TYPE_CHECKING:
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
    made = replace(made, dimmables=_lighting(site, outlook))
    _buffers(site, outlook, state, made)
    firm = outlook.load + made.dimmables.sum(axis=0) + made.buffers.sum(axis=0)
    sun = outlook.pv.sum(axis=0) if site.pv else np.zeros(outlook.steps)
    _tasks(site, outlook, made, room=site.grid.import_limit - firm + sun)
    drawn = firm + made.tasks.sum(axis=0)
    _batteries(site, outlook, state, made, missing=drawn - sun - site.grid.import_limit)
    drawn = drawn - made.discharge.sum(axis=0)
    made = replace(made, pv=_curtailed(site, outlook, most=drawn + site.grid.export_limit))
    return replace(made, net=drawn - made.pv.sum(axis=0))


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


def _tasks(site: Site, outlook: Outlook, made: Schedule, *, room: Floats) -> None:
    """In the order of departure, as early as the limits allow."""
    room, feeder = np.maximum(room, 0.0), np.full(outlook.steps, site.charging_limit)
    for row in sorted(range(len(outlook.tasks)), key=lambda index: outlook.tasks[index].last):
        task, power = outlook.tasks[row], np.zeros(outlook.steps)
        there = slice(max(task.first, 0), max(task.last, 0))
        power[there] = np.minimum(task.power, room[there])
        charger = isinstance(site.task_device(task.device), Charger)
        power = np.minimum(power, feeder) if charger else power
        before = np.concatenate(([0.0], np.cumsum(power)[:-1]))
        needed = task.energy / (task.efficiency * outlook.hours)
        power = np.clip(needed - before, 0.0, power)
        made.tasks[row] = power
        room = room - power
        feeder = feeder - power if charger else feeder


def _batteries(site: Site, outlook: Outlook, state: State, made: Schedule, *, missing: Floats) -> None:
    for row, battery in enumerate(site.batteries):
        energy, floor = float(state.soc[row]), battery.least * battery.capacity
        for step in range(outlook.steps):
            energy *= (1.0 - battery.loss) ** outlook.hours
            power = _helping(battery, energy - floor, float(missing[step]), outlook.hours)
            energy -= power * outlook.hours / battery.discharge_efficiency
            made.discharge[row, step], made.soc[row, step] = power, energy
            missing[step] -= power


def _helping(battery: Battery, above: float, missing: float, hours: float) -> float:
    return max(0.0, min(missing, battery.discharge, max(above, 0.0) * battery.discharge_efficiency / hours))


def _curtailed(site: Site, outlook: Outlook, *, most: Floats) -> Floats:
    if not site.pv:
        return np.zeros((0, outlook.steps))
    free = np.array([[one.curtailable] for one in site.pv])
    fixed = np.where(free, 0.0, outlook.pv).sum(axis=0)
    able = np.where(free, outlook.pv, 0.0).sum(axis=0)
    room = np.clip(most - fixed, 0.0, able)
    share = np.divide(room, able, out=np.ones(outlook.steps), where=able > 0)
    return np.where(free, outlook.pv * share, outlook.pv)
