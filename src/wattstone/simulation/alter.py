"""What a fault or a measure does to a series."""

import numpy as np

from wattstone.simulation.events import Event
from wattstone.simulation.loads import Setting, power
from wattstone.simulation.timeline import Bools, Floats, Ints

_LED_POWER = 0.42  # of the lamps replaced
_PRESENCE = 0.7  # of the time above the safety level


def altered_power(setting: Setting, event: Event, normal: Floats) -> Floats:
    """Power of the use that a fault or a measure changes.

    Parameters
    ----------
    setting : Setting
    event : Event
        Of a physical kind.
    normal : (d, p) array
        Power without it. [kW]

    Returns
    -------
    (d, p) array
        [kW]
    """
    flat, length = normal.reshape(-1), event.last - event.first
    inside = slice(event.first, event.last)
    ramp = np.linspace(0, 1, length, endpoint=False)
    changed = flat.copy()
    match event.kind.name:
        case "lights-by-day" | "hvac-out-of-hours":
            failed = power(Setting(setting.world, setting.site, out_of_hours=True), event.kind.use)
            changed[inside] = np.maximum(flat, failed.reshape(-1))[inside]
        case "air-leak":
            changed[inside] += 0.2 * flat.mean() * ramp
        case "chiller-drift":
            changed[inside] *= 1 + 0.25 * ramp
        case "pv-soiling":
            changed[inside] *= 1 - 0.25 * ramp
        case "pv-string-outage":
            changed[inside] *= 6 / 8
        case "led-and-presence":
            floor = np.minimum(flat, np.percentile(flat, 5))
            after = _LED_POWER * (floor + _PRESENCE * (flat - floor))
            share = np.concatenate([np.zeros(event.first), ramp, np.ones(flat.size - event.last)])
            changed = (1 - share) * flat + share * after
        case other:
            raise ValueError(f"{other!r} does not change what is used")
    return changed.reshape(normal.shape)


def recorded(event: Event, true: Ints, *, steps_per_hour: int) -> tuple[Ints, Bools]:
    """What a meter with a fault records of a true series.

    Parameters
    ----------
    event : Event
        Of a kind that only changes what is recorded; its steps are those of the series.
    true : (t,) array of int
        Hundredths of the unit.
    steps_per_hour : int
        Of the series.

    Returns
    -------
    values : (t,) array of int
    present : (t,) array of bool
        False where there is no reading.
    """
    rng = np.random.default_rng(event.seed)
    values, present = true.copy(), np.ones(true.size, dtype=np.bool_)
    inside = slice(event.first, event.last)
    match event.kind.name:
        case "stuck":
            values[inside] = true[max(event.first - 1, 0)]
        case "gap":
            present[inside] = False
        case "zero-run":
            values[inside] = 0
        case "negative":
            values[inside] = -true[inside]
        case "clock-shift":
            values[inside] = true[event.first - steps_per_hour : event.last - steps_per_hour]
        case "spikes":
            count = min(int(rng.integers(6, 13)), event.last - event.first)
            at = event.first + np.sort(rng.choice(event.last - event.first, size=count, replace=False))
            values[at] = (true[at] * rng.uniform(15, 40, size=at.size)).astype(np.int64)
        case "register-reset":
            values[event.first :] = true[event.first :] - true[event.first]
        case other:
            raise ValueError(f"{other!r} changes what is used")
    return values, present
