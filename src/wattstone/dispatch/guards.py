"""The last word on every set-point: hard limits, whoever asks, planner or person.

Nothing of the optimiser is imported here, and nothing it says is believed. A set-point passes four limits in the
order of what they protect: power; then energy, state or illuminance; then least times on and off; then the rate of
change. Each narrows the range that the one before has left, and where it would leave nothing, the earlier one holds.
What is not a number, comes from no plan, or rests on a reading that is missing or stale, gives way to the declared
fallback.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wattstone.dispatch.safe import buffer_power
from wattstone.dispatch.site import Battery, Buffer, Charger, Dimmable, Pv

if TYPE_CHECKING:
    from wattstone.dispatch.site import Device

__all__ = ["NEAR", "REASONS", "Before", "Guarded", "Seen", "fallback_power", "guard"]

REASONS = {
    "no_plan": "there is no plan for this interval: the declared fallback runs",
    "not_a_number": "the set-point is not a number: the declared fallback runs",
    "stale": "the reading it rests on is missing or stale: the declared fallback runs",
    "power": "beyond the power of the device",
    "energy": "the stored energy would leave its limits",
    "state": "the state would leave its limits",
    "illuminance": "it would be darker than is needed",
    "on_time": "it has to stay on for its least time",
    "off_time": "it has to stay off for its least time",
    "ramp": "faster than it may change",
    "minimum": "below what it can run at",
    "import_limit": "the connection would import more than it may",
    "export_limit": "the connection would export more than it may",
    "building_import": "its building would import more than it may",
    "building_export": "its building would export more than it may",
    "building_unchecked": "the load of the rest of its building is not known: its limits were not checked",
    "grid_unchecked": "the load of the rest of the site is not known: the limits of the connection were not checked",
}
"""What each reason for stepping in means."""

NEAR = 1e-9
BARELY_ON = 0.01  # share of full power that counts as on, for a device without a minimum


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What is measured of a device.

    Parameters
    ----------
    state : float
        Energy in a battery [kWh], or a buffer's state; NaN where it is not known.
    seconds : float
        Age of that reading. [s]
    needed : bool
        Whether light is needed now: people are there, or cannot be ruled out.
    """

    state: float = math.nan
    seconds: float = 0.0
    needed: bool = True


@dataclass(frozen=True, kw_only=True)
class Before:
    """What the device did before.

    Parameters
    ----------
    power : float
        Last set-point that it acknowledged; NaN where there is none. [kW]
    minutes : float
        Since then. [min]
    since : float
        Since it last went on or off; infinite where it is not known. [min]
    """

    power: float = math.nan
    minutes: float = 0.0
    since: float = math.inf


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """A set-point that may be sent.

    Parameters
    ----------
    device : str
        Whose.
    asked : float or None
        What was wanted. [kW]
    power : float
        What may be sent. [kW]
    reasons : tuple of str
        Why they differ: keys of `REASONS`; empty where they do not.
    low, high : float
        Range that power, state and times on and off allow. [kW]
    """

    device: str
    asked: float | None
    power: float
    reasons: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0


@dataclass(eq=False)
class _Range:
    low: float
    high: float
    reasons: list[str] = field(default_factory=list[str])

    def narrow(self, low: float, high: float, reason: str, asked: float) -> None:
        """Narrow to [low, high]; where nothing is left, the nearest point of what was left before."""
        if asked < low - NEAR or asked > high + NEAR:
            self.reasons.append(reason)
        self.low, self.high = (min(max(low, self.low), self.high), max(min(high, self.high), self.low))


def fallback_power(device: Device, seen: Seen, before: Before) -> float:
    """What a device does without a plan; `dispatch.safe` tells why.

    Parameters
    ----------
    device : Device
        Which.
    seen, before : Seen, Before
        What is known of it.

    Returns
    -------
    float
        Full for PV, chargers and lighting; 0 for batteries and shiftable loads, whose own clock runs them; by its band
        for a buffer. [kW]
    """
    if isinstance(device, Pv):
        return device.capacity
    if isinstance(device, Buffer):
        return buffer_power(device, seen.state if math.isfinite(seen.state) else math.nan, running=before.power > 0)
    if isinstance(device, Charger | Dimmable):
        return device.power
    return 0.0


def guard(
    device: Device,
    asked: float | None,
    *,
    seen: Seen,
    before: Before,
    hours: float,
    stale_after: float = 900.0,
    outage: bool = False,
) -> Guarded:
    """What may be sent to a device.

    Parameters
    ----------
    device : Device
        With its limits.
    asked : float or None
        Set-point that is wanted, charge and consumption positive, PV as its limit; None where there is no plan. [kW]
    seen : Seen
        What is measured.
    before : Before
        What it did.
    hours : float
        How long the set-point will hold at most: until its expiry. [h]
    stale_after : float
        Age at which a reading no longer counts. [s]
    outage : bool
        Whether the grid is away: then the reserve may be used.

    Returns
    -------
    Guarded
        Within the limits of power and state whatever came in.

    Examples
    --------
    >>> from wattstone.dispatch.site import Battery
    >>> pack = Battery(id="pack", capacity=10.0, charge=5.0, discharge=5.0, reserve=0.2, discharge_efficiency=0.9)
    >>> guard(pack, -9.0, seen=Seen(state=3.0), before=Before(), hours=1.0).power
    -0.9
    """
    known = math.isfinite(seen.state) and 0 <= seen.seconds <= stale_after
    seen = seen if known else Seen(state=math.nan, seconds=seen.seconds, needed=seen.needed)
    wanted, reasons = _wanted(device, asked, seen, before, known=known)
    within = _power_range(device)
    within.narrow(within.low, within.high, "power", wanted)
    _narrow_by_state(within, device, seen, max(hours, 0.0), wanted, outage=outage)
    _narrow_by_times(within, device, before, wanted)
    low, high = within.low, within.high
    _narrow_by_ramp(within, device, before, wanted)
    power = _above_minimum(device, min(max(wanted, within.low), within.high), wanted, low, high)
    changed = [*reasons, *(one for one in within.reasons if abs(power - wanted) > NEAR)]
    if 0 < abs(power - wanted) and not changed:
        changed = ["minimum"] if abs(power - wanted) > NEAR else []
    return Guarded(device=device.id, asked=asked, power=power, reasons=tuple(changed), low=low, high=high)


def _wanted(
    device: Device, asked: float | None, seen: Seen, before: Before, *, known: bool
) -> tuple[float, tuple[str, ...]]:
    """What is asked for, or the fallback and why."""
    if asked is None:
        return fallback_power(device, seen, before), ("no_plan",)
    if not math.isfinite(asked):
        return fallback_power(device, seen, before), ("not_a_number",)
    if not known and isinstance(device, Battery | Buffer):
        return fallback_power(device, seen, before), ("stale",)
    return asked, ()


def _power_range(device: Device) -> _Range:
    if isinstance(device, Battery):
        return _Range(-device.discharge, device.charge)
    return _Range(0.0, device.capacity if isinstance(device, Pv) else device.power)


def _narrow_by_state(within: _Range, device: Device, seen: Seen, hours: float, wanted: float, *, outage: bool) -> None:
    if isinstance(device, Battery):
        within.narrow(*_battery_range(device, seen.state, hours, outage=outage), "energy", wanted)
    elif isinstance(device, Buffer) and math.isfinite(seen.state):
        within.narrow(*_buffer_range(device, seen.state, hours), "state", wanted)
    elif isinstance(device, Dimmable) and seen.needed and device.required > 0:
        share = min(device.required / device.illuminance, 1.0) if device.illuminance > 0 else 1.0
        within.narrow(share * device.power, math.inf, "illuminance", wanted)


def _battery_range(battery: Battery, energy: float, hours: float, *, outage: bool) -> tuple[float, float]:
    """No flow where the energy is not known; beyond a limit, the way back alone."""
    if not math.isfinite(energy):
        return 0.0, 0.0
    if hours == 0:
        return -math.inf, math.inf
    floor = battery.least * battery.capacity if outage else battery.floor
    down = max(energy - floor, 0.0) * battery.discharge_efficiency / hours
    up = max(battery.most * battery.capacity - energy, 0.0) / battery.charge_efficiency / hours
    return -down, up


def _buffer_range(buffer: Buffer, state: float, hours: float) -> tuple[float, float]:
    """No further than the limit ahead; where the state is short of the limit behind, as much as that allows."""
    if buffer.gain == 0:
        return 0.0, math.inf
    behind, ahead = (buffer.lowest, buffer.highest) if buffer.gain > 0 else (buffer.highest, buffer.lowest)
    room = max((ahead - state) * math.copysign(1.0, buffer.gain), 0.0)
    most = room / (abs(buffer.gain) * hours) if hours > 0 else math.inf
    short = state < behind if buffer.gain > 0 else state > behind
    return (min(most, buffer.power) if short else 0.0), most


def _narrow_by_times(within: _Range, device: Device, before: Before, wanted: float) -> None:
    if not isinstance(device, Buffer) or math.isnan(before.power):
        return
    if before.power > 0 and before.since < device.on_minutes:
        within.narrow(device.minimum or BARELY_ON * device.power, math.inf, "on_time", wanted)
    elif before.power <= 0 and before.since < device.off_minutes:
        within.narrow(0.0, 0.0, "off_time", wanted)


def _narrow_by_ramp(within: _Range, device: Device, before: Before, wanted: float) -> None:
    if isinstance(device, Pv) or not math.isfinite(device.ramp) or not math.isfinite(before.power):
        return
    step = device.ramp * max(before.minutes, 0.0)
    within.narrow(before.power - step, before.power + step, "ramp", wanted)


def _above_minimum(device: Device, power: float, wanted: float, low: float, high: float) -> float:
    """Off, or at least the minimum: a device that starts goes there at once, whatever its ramp."""
    least = 0.0 if isinstance(device, Pv | Battery | Dimmable) else device.minimum
    if not NEAR < power < least:
        return power
    starts = wanted >= least or low > 0
    if starts and low <= least <= high:
        return least
    return 0.0 if low <= 0 <= high else power
