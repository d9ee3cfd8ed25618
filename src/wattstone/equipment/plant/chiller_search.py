"""The fan speed of a chiller set: that of least total power, or that of a set-point; and its limits of load."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats
from wattstone.equipment.plant import tower as towers
from wattstone.equipment.plant.chiller_balance import Parts, duty_of, limit_load, settle, tower_water
from wattstone.equipment.plant.flow_machines import heat_flow
from wattstone.equipment.plant.free_cooling import possible, water_needed
from wattstone.equipment.plant.sources import Conditions

__all__ = ["best_speed", "free_load", "highest_load", "lowest_load", "speed_at"]

# Rounds of the balance while speeds are compared, from nothing and from the power at a speed nearby: what is left of
# the error is about a ten-thousandth.
_ROUGH, _NEAR = 4, 2
# Speeds that are tried: over the range of the fans, then around the best of them, and again.
_COARSE, _FINE, _LEVELS = 8, 4, 3


def best_speed(parts: Parts, load: Floats, at: Conditions) -> Floats:
    """Fan speed of least total power: (..., t).

    Total power has an inner least: a faster fan takes more, and saves the compressor lift. A coarse search over the
    range finds the valley, three finer ones its bottom to 0.006 of full speed. Its kinks are tried as they are: without
    fans, where the water gets as cold as does any good, and where free cooling just carries the load.

    Parameters
    ----------
    parts : Parts
    load : (..., t) array
        Above 0. [kW]
    at : Conditions

    Returns
    -------
    (..., t) array
        [1]
    """
    low = parts.tower.least_speed
    step = (1.0 - low) / (_COARSE - 1)
    none = np.zeros(np.broadcast_shapes(load.shape, (at.steps,)))
    best = _Best.of(parts, load, at, none)
    for speed in low + step * np.arange(_COARSE):
        best = best.tried(parts, load, at, none + speed)
    for _ in range(_LEVELS):
        middle, fine = best.speed, 2.0 * step / (_FINE + 1)
        for offset in (np.arange(_FINE) + 1) * fine - step:
            best = best.tried(parts, load, at, np.where(middle > 0, np.clip(middle + offset, low, 1.0), 0.0))
        step = fine
    best = best.tried(parts, load, at, _floor_speed(parts, load, at))
    if parts.economiser is not None:
        best = best.tried(parts, load, at, _free_speed(parts, load, at))
    return best.speed


@dataclass(frozen=True, eq=False)
class _Best:
    """The best speed so far, its total power (infinite where it does not work), and the compressor's power at it."""

    speed: Floats
    total: Floats
    power: Floats

    @classmethod
    def of(cls, parts: Parts, load: Floats, at: Conditions, speed: Floats, start: Floats | None = None) -> "_Best":
        """What comes of a speed."""
        state = settle(parts, load, at, speed, _ROUGH if start is None else _NEAR, start=start)
        total = state.electricity
        return cls(speed=speed, total=np.where(np.isnan(total), np.inf, total), power=state.compressor)

    def tried(self, parts: Parts, load: Floats, at: Conditions, speed: Floats) -> "_Best":
        """The better of this and another speed."""
        other = _Best.of(parts, load, at, speed, self.power)
        # Where nothing has worked yet, the fastest that was tried stands.
        take = (other.total < self.total) | (np.isinf(self.total) & (speed > self.speed))
        return _Best(
            speed=np.where(take, speed, self.speed),
            total=np.where(take, other.total, self.total),
            power=np.where(take, other.power, self.power),
        )


def _floor_speed(parts: Parts, load: Floats, at: Conditions) -> Floats:
    """Speed at which the condenser's water is as cold as does any good, without free cooling; 1 where it never is."""
    duty = duty_of(parts, load, at)[0]
    coldest = parts.machine.coldest()
    given = duty + parts.machine.power(duty, at.chilled_supply, coldest)
    rejected = given + parts.condenser_power
    arrives = coldest - (given / parts.water_heat if parts.machine.by_leaving else 0.0)
    speed = towers.speed_for(
        parts.tower,
        arrives - parts.condenser_power / parts.water_heat,
        rejected,
        wet_bulb=at.wet_bulb,
        water_heat=parts.water_heat,
        atmosphere=at.atmosphere,
    )
    return np.where(np.isnan(speed), 1.0, speed)


def _free_speed(parts: Parts, load: Floats, at: Conditions) -> Floats:
    """Speed at which free cooling just carries the load; 1 where it never does."""
    assert parts.economiser is not None
    duty, _, chilled_heat = duty_of(parts, load, at)
    water = water_needed(
        parts.economiser, duty, returned=at.chilled_return, chilled_heat=chilled_heat, water_heat=parts.water_heat
    )
    heated = parts.condenser_power / parts.water_heat
    speed = towers.speed_for(
        parts.tower,
        water - heated,
        duty + parts.condenser_power,
        wet_bulb=at.wet_bulb,
        water_heat=parts.water_heat,
        atmosphere=at.atmosphere,
    )
    return np.where(np.isnan(speed), 1.0, np.minimum(speed * (1 + 1e-9), 1.0))


def speed_at(parts: Parts, load: Floats, at: Conditions, set_point: float) -> Floats:
    """Fan speed at which the tower leaves water at a set-point, or as near to it as it can: (..., t).

    0 where that is reached without fans, the least speed where it is reached there, 1 where it is never.
    """
    low = np.full(np.broadcast_shapes(load.shape, (at.steps,)), parts.tower.least_speed)
    high = np.ones(low.shape)

    def cool(speed: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        return settle(parts, load, at, speed, _ROUGH).set_point <= set_point

    enough, still = cool(low), cool(0.0 * low)
    for _ in range(24):
        middle = (low + high) / 2
        reached = cool(middle)
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.where(still, 0.0, np.where(enough, parts.tower.least_speed, high))


def highest_load(parts: Parts, at: Conditions, set_point: float | None) -> Floats:
    """Highest load that chiller, tower and pump, or free cooling, can make: (t,), 0 where there is none. [kW]"""
    made = limit_load(parts, at, parts.machine.shares()[1], set_point)
    if np.any(np.isnan(made)):
        made = np.where(np.isnan(made), _highest_that_works(parts, at), made)
    if parts.economiser is not None:
        made = np.maximum(made, free_load(parts, at))
    if parts.chilled_pump is not None:
        made = np.minimum(made, heat_flow(parts.chilled_pump.flow) * (at.chilled_return - at.chilled_supply))
    unknown = np.isnan(at.wet_bulb + at.chilled_supply + at.chilled_return)
    return np.where(unknown, np.nan, np.maximum(made, 0.0))


def lowest_load(parts: Parts, at: Conditions, set_point: float | None) -> Floats:
    """Lowest load while on: (t,); 0 where free cooling reaches up to what the chiller starts with. [kW]"""
    made = limit_load(parts, at, parts.machine.shares()[0], set_point)
    made = np.where(np.isnan(made), 0.0, made)
    if parts.economiser is None:
        return made
    return np.where(free_load(parts, at) >= made, 0.0, made)


def _highest_that_works(parts: Parts, at: Conditions) -> Floats:
    """Highest of 64 loads that can be made at full fan speed: on a day that is too hot for full load."""
    shares = np.linspace(1.0 / 64, 1.0, 64)[:, None]
    load = np.broadcast_to(parts.machine.rated * shares, (64, at.steps))
    works = ~np.isnan(settle(parts, load, at, 1.0).compressor)
    return np.max(np.where(works, load, 0.0), axis=0)


def free_load(parts: Parts, at: Conditions) -> Floats:
    """Highest load that the exchanger carries alone, with the fans at full speed: (t,). [kW]"""
    if parts.economiser is None:
        return np.zeros(at.steps)
    low, high = np.zeros(at.steps), np.full(at.steps, 2.0 * parts.machine.rated)
    for _ in range(45):
        middle = (low + high) / 2
        duty, _, chilled_heat = duty_of(parts, middle, at)
        given = possible(
            parts.economiser,
            returned=at.chilled_return,
            water=tower_water(parts, duty, 0.0, at, 1.0),
            chilled_heat=chilled_heat,
            water_heat=parts.water_heat,
        )
        carried = given >= duty
        low, high = np.where(carried, middle, low), np.where(carried, high, middle)
    return low
