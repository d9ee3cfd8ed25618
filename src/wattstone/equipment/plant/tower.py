"""A wet cooling tower: the water it leaves at a fan speed, the speed for a wanted temperature, fan power and water."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, outside, positive
from wattstone.equipment.plant import merkel
from wattstone.equipment.plant.chiller_curves import WATER_HEAT
from wattstone.equipment.psychrometrics import (
    DRY_AIR_HEAT,
    STANDARD_ATMOSPHERE,
    humidity_ratio,
    saturated_enthalpy,
    saturation_pressure,
    temperature_of_saturated,
)

__all__ = ["Tower", "fan_power", "findings", "make_up", "speed_for", "warm_water"]

# kg of water in a cubic metre, and seconds in an hour
_DENSITY, _HOUR = 998.2, 3600.0


@dataclass(frozen=True, kw_only=True)
class Tower:
    """A tower, or several alike cells that run together.

    Parameters
    ----------
    heat : float
        Rejected at design. [kW]
    fan_power : float
        Of all fans at full speed. [kW]
    wet_bulb, entering, leaving : float
        Design: air, warm water and cold water; the defaults are those at which towers are rated in CTI STD-201
        (95/85/78 degF). [degC]
    water_to_air : float
        Mass flow of water over that of air at design; the default is that of the Modelica Buildings Library. [1]
    least_speed : float
        Lowest speed of the fans while on. [1]
    natural : float
        Air flow without fans, over that at full speed; the default is EnergyPlus's for capacity in free convection. [1]
    cycles : float
        Concentration of the water at which it is bled off, over that of the make-up water. [1]
    """

    heat: float
    fan_power: float
    wet_bulb: float = 25.56
    entering: float = 35.0
    leaving: float = 29.44
    water_to_air: float = 1.2
    least_speed: float = 0.3
    natural: float = 0.125
    cycles: float = 4.0

    @cached_property
    def water_heat(self) -> float:
        """Heat capacity flow of the water at design. [kW K-1]"""
        return self.heat / (self.entering - self.leaving)

    @cached_property
    def air(self) -> float:
        """Mass flow of dry air at design. [kg s-1]"""
        return self.water_heat / WATER_HEAT / self.water_to_air

    @cached_property
    def conductance(self) -> float:
        """UA at design, from the design temperatures. [kW K-1]"""
        before = float(saturated_enthalpy(self.wet_bulb))
        after = float(temperature_of_saturated(before + self.heat / self.air))
        capacity = self.heat / self.air / (after - self.wet_bulb)
        small, large = sorted((self.air * capacity, self.water_heat))
        wanted = self.heat / (small * (self.entering - self.wet_bulb))
        units = merkel.transfer_units(wanted, small / large)
        return units * small * DRY_AIR_HEAT / capacity

    def air_share(self, speed: npt.ArrayLike) -> Floats:
        """Air flow over that at full speed; without fans, what rises by itself. [1]"""
        return np.maximum(np.asarray(speed, dtype=float), self.natural)


def fan_power(tower: Tower, speed: npt.ArrayLike) -> Floats:
    """Power of the fans by the fan laws, P = P_full s^3. [kW]"""
    return tower.fan_power * np.asarray(speed, dtype=float) ** 3


def warm_water(
    tower: Tower,
    heat: npt.ArrayLike,
    *,
    wet_bulb: npt.ArrayLike,
    speed: npt.ArrayLike,
    water_heat: npt.ArrayLike | None = None,
    atmosphere: npt.ArrayLike = STANDARD_ATMOSPHERE,
) -> Floats:
    """Temperature at which water has to enter the tower for it to reject a heat; it leaves colder by heat / flow.

    With the heat known the air's path is known, and so are effectiveness and answer, without any search:

        h_out = h_in + Q / m,    T_in = T_wb + Q / (effectiveness C_min).

    Parameters
    ----------
    tower : Tower
    heat : float or array
        0 or more. [kW]
    wet_bulb : float or array
        [degC]
    speed : float or array
        Of the fans, 0 (off) to 1. [1]
    water_heat : float or array, optional
        Heat capacity flow of the water; that of the design by default. [kW K-1]
    atmosphere : float or array
        [bar(a)]

    Returns
    -------
    array
        At the wet bulb without heat, the limit that no tower passes. [degC]
    """
    wet = np.asarray(wet_bulb, dtype=float)
    # The air's heat capacity is a difference of temperatures over a difference of enthalpies: neither may vanish.
    q = np.maximum(np.asarray(heat, dtype=float), 1e-3 * tower.heat)
    water = np.asarray(tower.water_heat if water_heat is None else water_heat, dtype=float)
    share = tower.air_share(speed)
    air = tower.air * share
    before = saturated_enthalpy(wet, atmosphere)
    after = temperature_of_saturated(before + q / air, atmosphere)
    rise = after - wet
    capacity = q / air / np.where(rise > 0, rise, np.nan)
    below = tower.wet_bulb - wet
    part = merkel.conductance_share(share, water / tower.water_heat, below)
    conductance = merkel.equivalent_conductance(tower.conductance * part, capacity)
    other = air * capacity
    small, large = np.minimum(other, water), np.maximum(other, water)
    moved = small * merkel.effectiveness(conductance / small, small / large)
    return wet + np.asarray(heat, dtype=float) / moved


def speed_for(
    tower: Tower,
    leaving: npt.ArrayLike,
    heat: npt.ArrayLike,
    *,
    wet_bulb: npt.ArrayLike,
    water_heat: npt.ArrayLike | None = None,
    atmosphere: npt.ArrayLike = STANDARD_ATMOSPHERE,
) -> Floats:
    """Fan speed at which water leaves at a wanted temperature, by bisection.

    Parameters
    ----------
    tower : Tower
    leaving : float or array
        Wanted. [degC]
    heat, wet_bulb, water_heat, atmosphere
        As in `warm_water`.

    Returns
    -------
    array
        0 where the water leaves as cold or colder without fans, `least_speed` where it would at that speed (fans then
        turn on and off), NaN where full speed does not do. [1]
    """
    water = np.asarray(tower.water_heat if water_heat is None else water_heat, dtype=float)
    q, wanted = np.asarray(heat, dtype=float), np.asarray(leaving, dtype=float)
    wet = np.asarray(wet_bulb, dtype=float)

    def cold(speed: npt.ArrayLike) -> Floats:
        warm = warm_water(tower, q, wet_bulb=wet, speed=speed, water_heat=water, atmosphere=atmosphere)
        return warm - q / water

    full = cold(1.0)
    low, high = np.full(full.shape, tower.least_speed), np.ones(full.shape)
    enough = cold(tower.least_speed) <= wanted
    for _ in range(26):
        middle = (low + high) / 2
        cool = cold(middle) <= wanted
        low, high = np.where(cool, low, middle), np.where(cool, middle, high)
    speed = np.where(enough, tower.least_speed, high)
    speed = np.where(cold(0.0) <= wanted, 0.0, speed)
    return np.where(full <= wanted + 1e-9, speed, np.nan)


def make_up(
    tower: Tower,
    heat: npt.ArrayLike,
    *,
    wet_bulb: npt.ArrayLike,
    dry_bulb: npt.ArrayLike,
    speed: npt.ArrayLike,
    atmosphere: npt.ArrayLike = STANDARD_ATMOSPHERE,
) -> Floats:
    """Water that is evaporated and bled off: the air takes up q / m and leaves saturated, as Merkel has it.

    Parameters
    ----------
    tower : Tower
    heat, wet_bulb, speed, atmosphere
        As in `warm_water`.
    dry_bulb : float or array
        Where it is not known, the air is taken to come in saturated, which says too little. [degC]

    Returns
    -------
    array
        [m3 h-1]
    """
    q, wet = np.asarray(heat, dtype=float), np.asarray(wet_bulb, dtype=float)
    dry = np.where(np.isnan(dry_bulb), wet, np.maximum(dry_bulb, wet))
    air = tower.air * tower.air_share(speed)
    before = saturated_enthalpy(wet, atmosphere)
    after = temperature_of_saturated(before + q / air, atmosphere)
    saturated = humidity_ratio(saturation_pressure(wet), atmosphere)
    # ASHRAE Fundamentals 2017, ch. 1, eq. 33
    enters = ((2501.0 - 2.326 * wet) * saturated - 1.006 * (dry - wet)) / (2501.0 + 1.86 * dry - 4.186 * wet)
    leaves = humidity_ratio(saturation_pressure(after), atmosphere)
    evaporated = np.where(q > 0, air * np.maximum(leaves - np.maximum(enters, 0.0), 0.0), 0.0)
    return evaporated * tower.cycles / (tower.cycles - 1.0) / _DENSITY * _HOUR


def findings(tower: Tower, *, place: str = "tower") -> tuple[Finding, ...]:
    """What is impossible about a tower: temperatures that cross, or a design that no tower reaches.

    Returns
    -------
    tuple of Finding
        `equipment.range`, `plant.tower_design`.
    """
    wrong = tuple(outside(place, _ranges(tower)))
    return wrong or tuple(_impossible(tower, place))


def _ranges(tower: Tower) -> Iterator[tuple[str, npt.ArrayLike, Range]]:
    yield "heat", tower.heat, positive("kW")
    yield "fan_power", tower.fan_power, positive("kW")
    yield "wet_bulb", tower.wet_bulb, Range(0.0, 40.0, "degC")
    yield "leaving", tower.leaving, Range(tower.wet_bulb, 60.0, "degC", open_least=True)
    yield "entering", tower.entering, Range(tower.leaving, 80.0, "degC", open_least=True)
    yield "water_to_air", tower.water_to_air, Range(0.2, 5.0, "")
    yield "least_speed", tower.least_speed, Range(tower.natural, 1.0, "")
    yield "natural", tower.natural, Range(0.0, 1.0, "", open_least=True)
    yield "cycles", tower.cycles, Range(1.0, 50.0, "", open_least=True)


def _impossible(tower: Tower, place: str) -> Iterator[Finding]:
    before = float(saturated_enthalpy(tower.wet_bulb))
    after = float(temperature_of_saturated(before + tower.heat / tower.air))
    if after >= tower.entering:
        yield Finding(
            code="plant.tower_design",
            place=place,
            found="at design the air would have to leave at a wet bulb of {after} degC, above the water that enters"
            " at {entering} degC",
            expected="more air, or water that enters warmer",
            remedy="lower water_to_air, or correct the design temperatures",
            params={"after": f"{after:.4g}", "entering": f"{tower.entering:g}"},
        )
