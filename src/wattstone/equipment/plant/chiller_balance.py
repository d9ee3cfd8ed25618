"""The balance of a chiller, its tower, its pumps and its plate exchanger, at given fan speeds."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wattstone.equipment.arrays import Floats
from wattstone.equipment.plant import tower as towers
from wattstone.equipment.plant.chiller import Machine
from wattstone.equipment.plant.flow_machines import heat_flow, pump_power
from wattstone.equipment.plant.free_cooling import Economiser, possible
from wattstone.equipment.plant.limits import lorenz_cold
from wattstone.equipment.plant.sources import SLACK, Conditions
from wattstone.equipment.plant.tower import Tower
from wattstone.equipment.pump import Pump

__all__ = ["EXACT", "Parts", "SetState", "duty_of", "limit_load", "settle", "tower_water"]

Mask = npt.NDArray[np.bool_]

# Rounds of the balance, each of which leaves less than a tenth of the error.
EXACT = 40


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What belongs to a set.

    Parameters
    ----------
    machine : Machine
    tower : Tower
    chilled_pump, condenser_pump : Pump or None
    economiser : Economiser or None
    """

    machine: Machine
    tower: Tower
    chilled_pump: Pump | None = None
    condenser_pump: Pump | None = None
    economiser: Economiser | None = None

    @cached_property
    def water_heat(self) -> float:
        """Heat capacity flow of the condenser water. [kW K-1]"""
        pump = self.condenser_pump
        return self.machine.condenser_heat if pump is None else float(heat_flow(pump.flow))

    @cached_property
    def condenser_power(self) -> float:
        """Power of the condenser pump, which always runs at its rated flow. [kW]"""
        return 0.0 if self.condenser_pump is None else self.condenser_pump.power

    def curve_side(self, entering: Floats, leaving: Floats) -> Floats:
        """The condenser temperature that the machine's curves ask for, not colder than does any good. [degC]"""
        return np.maximum(leaving if self.machine.by_leaving else entering, self.machine.coldest())


@dataclass(frozen=True, kw_only=True, eq=False)
class SetState:
    """What a set does at a load, each (..., t); 0 power where it is off.

    Parameters
    ----------
    compressor, chilled_pump, condenser_pump, fan : array
        [kW]
    free : array
        Cold that comes from the tower without the chiller. [kW]
    speed : array
        Of the tower's fans. [1]
    set_point : array
        Water leaving the tower. [degC]
    entering, leaving : array
        Water of the condenser. [degC]
    limit : array
        Cold over power of an ideal machine in the chiller's place. [1]
    """

    compressor: Floats
    chilled_pump: Floats
    condenser_pump: Floats
    fan: Floats
    free: Floats
    speed: Floats
    set_point: Floats
    entering: Floats
    leaving: Floats
    limit: Floats

    @property
    def electricity(self) -> Floats:
        """Of all of it. [kW]"""
        return self.compressor + self.chilled_pump + self.condenser_pump + self.fan


def duty_of(parts: Parts, load: Floats, at: Conditions) -> tuple[Floats, Floats, Floats]:
    """Cold to be made, power of the chilled-water pump, and heat capacity flow of the chilled water."""
    spread = at.chilled_return - at.chilled_supply
    known = np.where(spread > 0, spread, np.nan)
    heat = load / known
    pumped = np.zeros(np.shape(heat)) if parts.chilled_pump is None else _chilled_power(parts.chilled_pump, heat)
    return load + pumped, pumped, (load + pumped) / known


def _chilled_power(pump: Pump, heat: Floats) -> Floats:
    return pump_power(pump, heat / heat_flow(1.0))


def tower_water(parts: Parts, duty: Floats, power: Floats | float, at: Conditions, speed: npt.ArrayLike) -> Floats:
    """Water that arrives from tower and pump when chiller and chilled water give it a duty and a power. [degC]"""
    given = duty + power
    warm = towers.warm_water(
        parts.tower,
        given + parts.condenser_power,
        wet_bulb=at.wet_bulb,
        speed=speed,
        water_heat=parts.water_heat,
        atmosphere=at.atmosphere,
    )
    return warm - given / parts.water_heat


def settle(
    parts: Parts,
    load: Floats,
    at: Conditions,
    speed: npt.ArrayLike,
    rounds: int = EXACT,
    *,
    start: Floats | None = None,
) -> SetState:
    """What a set does at a load above 0 and a fan speed; powers are NaN where it cannot.

    The chiller's power depends on the tower's water, and this on the heat that both reject: solved by repetition.

    Parameters
    ----------
    parts : Parts
    load : (..., t) array
        [kW]
    at : Conditions
    speed : float or array
        [1]
    rounds : int
        Most repetitions.
    start : (..., t) array, optional
        Power of the compressor to begin with, as that at a speed nearby; where it is NaN, a fifth of the load. [kW]

    Returns
    -------
    SetState
    """
    s = np.asarray(speed, dtype=float)
    duty, chilled_pump, chilled_heat = duty_of(parts, load, at)
    whole = _whole_free(parts, duty, chilled_heat, at, s)
    begin = duty / 5.0 if start is None else np.where(np.isnan(start), duty / 5.0, start)
    power = np.where(whole, 0.0, begin) + 0.0 * s
    arrives = free = power
    for _ in range(rounds):
        arrives = tower_water(parts, duty, power, at, s)
        free = np.where(whole, duty, _part_free(parts, duty, chilled_heat, at, arrives))
        entering = arrives + free / parts.water_heat
        leaving = arrives + (duty + power) / parts.water_heat
        new = np.where(whole, 0.0, _power(parts, duty - free, at, parts.curve_side(entering, leaving)))
        moved = np.abs(new - power)
        power = new
        if not np.any(moved > 1e-12 * np.abs(power)):
            break
    entering, leaving = _held_water(parts, arrives + free / parts.water_heat, duty - free, power)
    allowed, limit = _allowed(parts, duty - free, power, whole, at, (entering, leaving))
    return SetState(
        compressor=allowed,
        chilled_pump=chilled_pump + 0.0 * power,
        condenser_pump=parts.condenser_power + 0.0 * power,
        fan=towers.fan_power(parts.tower, s) + 0.0 * power,
        free=free + 0.0 * power,
        speed=s + 0.0 * power,
        set_point=arrives - parts.condenser_power / parts.water_heat,
        entering=entering,
        leaving=leaving,
        limit=limit,
    )


def _held_water(parts: Parts, entering: Floats, cold: Floats, power: Floats) -> tuple[Floats, Floats]:
    """Water of the condenser, where a bypass keeps it from getting colder than does any good."""
    rise = (cold + power) / parts.water_heat
    floor = parts.machine.coldest() - (rise if parts.machine.by_leaving else 0.0)
    held = np.where(cold > 0, np.maximum(entering, floor), entering)
    return held, held + rise


def _power(parts: Parts, evaporated: Floats, at: Conditions, condenser: Floats) -> Floats:
    none = evaporated <= 0
    # A step too far is not the end of the search, only a result there is: `_allowed` sees to that.
    within = np.minimum(condenser, parts.machine.hottest())
    made = parts.machine.power(np.where(none, parts.machine.rated, evaporated), at.chilled_supply, within)
    return np.where(none, 0.0, made)


def _allowed(
    parts: Parts, evaporated: Floats, power: Floats, whole: Mask, at: Conditions, water: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Power where the chiller can make its part and does not beat the limit of nature, and that limit."""
    x = at.chilled_supply
    capacity = parts.machine.available(x, parts.curve_side(*water))
    least, most = parts.machine.shares()
    slack = 10 * SLACK * capacity
    fits = (evaporated >= least * capacity - slack) & (evaporated <= most * capacity + slack)
    limit = lorenz_cold(x + evaporated / parts.machine.evaporator_heat, x, *water)
    # By division: without any lift the limit is infinite, and the power may be 0.
    good = whole | (fits & ~(evaporated / limit > power))
    return np.where(good, power, np.nan), limit


def _whole_free(parts: Parts, duty: Floats, chilled_heat: Floats, at: Conditions, speed: Floats) -> Mask:
    """Where the tower alone can carry the load."""
    if parts.economiser is None:
        return np.zeros(np.broadcast_shapes(duty.shape, speed.shape), dtype=bool)
    given = possible(
        parts.economiser,
        returned=at.chilled_return,
        water=tower_water(parts, duty, 0.0, at, speed),
        chilled_heat=chilled_heat,
        water_heat=parts.water_heat,
    )
    return given >= duty * (1 - 1e-9)


def _part_free(parts: Parts, duty: Floats, chilled_heat: Floats, at: Conditions, arrives: Floats) -> Floats:
    """Cold from the exchanger ahead of a running chiller, which keeps its least load."""
    if parts.economiser is None or not parts.economiser.integrated:
        return np.zeros(arrives.shape)
    given = possible(
        parts.economiser,
        returned=at.chilled_return,
        water=arrives,
        chilled_heat=chilled_heat,
        water_heat=parts.water_heat,
    )
    # The least is that of the coldest water, so that it holds whatever the condenser then gets.
    kept = parts.machine.shares()[0] * parts.machine.available(at.chilled_supply, parts.machine.coldest())
    return np.clip(given, 0.0, np.maximum(duty - 1.001 * kept, 0.0))


def limit_load(parts: Parts, at: Conditions, share: float, set_point: float | None) -> Floats:
    """Load at which the chiller alone runs at a share of its capacity, with the tower at full speed: (t,). [kW]

    NaN where the water gets too warm for the chiller's curves.
    """
    duty = np.full(at.steps, parts.machine.rated * share)
    power = duty / 5.0
    pumped = 0.0 * duty
    too_hot = np.zeros(duty.shape, dtype=bool)
    for _ in range(2 * EXACT):
        pumped = duty_of(parts, np.maximum(duty - pumped, 0.0), at)[1]
        arrives = tower_water(parts, duty, power, at, 1.0)
        if set_point is not None:
            arrives = np.maximum(arrives, set_point + parts.condenser_power / parts.water_heat)
        actual = parts.curve_side(arrives, arrives + (duty + power) / parts.water_heat)
        too_hot = actual > parts.machine.hottest()
        condenser = np.minimum(actual, parts.machine.hottest())
        new = share * parts.machine.available(at.chilled_supply, condenser)
        power = parts.machine.power(new, at.chilled_supply, condenser)
        moved = np.abs(new - duty)
        # Warm water costs capacity, which makes the water colder: half steps keep that from swinging.
        duty = (duty + new) / 2.0
        if not np.any(moved > 1e-12 * np.abs(duty)):
            break
    return np.where(too_hot, np.nan, np.maximum(duty - pumped, 0.0))
