"""An absorption chiller by its characteristic equation, with its tower."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, not_negative, outside, positive
from wattstone.equipment.plant import tower as towers
from wattstone.equipment.plant.limits import absorption_limit
from wattstone.equipment.plant.sources import Conditions, Flows, Makes, masks
from wattstone.equipment.plant.tower import Tower

__all__ = ["AbsorptionChiller", "Characteristic"]


@dataclass(frozen=True, kw_only=True)
class Characteristic:
    """Coefficients of the characteristic equation of a machine [1]_, with mean temperatures of its three streams.

        dd = t_driving - a t_cooling + e t_chilled,    Q_cold = s_e dd + r_e,    Q_driving = s_g dd + r_g

    The defaults are those of a single-effect machine of water and lithium bromide, of about 10 kW.

    Parameters
    ----------
    a, e : float
        [1]
    s_e, s_g : float
        [kW K-1]
    r_e, r_g : float
        [kW]

    References
    ----------
    .. [1] A. Kühn and F. Ziegler, "Operational results of a 10 kW absorption chiller and adaptation of the
       characteristic equation," International Conference Solar Air-Conditioning, 2005; coefficients as in the examples
       of oemof-thermal ("Kuehn").
    """

    a: float = 2.5
    e: float = 1.8
    s_e: float = 0.42
    r_e: float = 0.9
    s_g: float = 0.51
    r_g: float = 2.0


@dataclass(frozen=True, kw_only=True)
class AbsorptionChiller:
    """A chiller that is driven by hot water of the plant, with its tower: a `Source` of cold.

    Its load is set by the temperature of the driving water, which a valve mixes down; so the driving heat is linear in
    the cold, at any temperatures, and these limit the cold.

    Parameters
    ----------
    name : str
    tower : Tower
        With a fan of constant speed while on.
    size : float
        Of the machine, over that of `characteristic`. [1]
    most : float
        Most cold it is let make, however cold the cooling water is. [kW]
    characteristic : Characteristic
    least_share : float
        Lowest load over the capacity. [1]
    driving_drop, cooling_rise : float
        Change of temperature of driving and cooling water through the machine. [K]
    auxiliary : float
        Solution and cooling-water pumps while on. [kW]
    """

    name: str
    tower: Tower
    size: float = 1.0
    most: float = np.inf
    characteristic: Characteristic = Characteristic()
    least_share: float = 0.3
    driving_drop: float = 8.0
    cooling_rise: float = 7.0
    auxiliary: float = 0.0

    @property
    def makes(self) -> Makes:
        """Cold."""
        return "cold"

    def driving(self, load: npt.ArrayLike) -> Floats:
        """Driving heat of a load above 0. [kW]"""
        c = self.characteristic
        return c.s_g / c.s_e * (np.asarray(load, dtype=float) - c.r_e * self.size) + c.r_g * self.size

    def capacity(self, at: Conditions) -> Floats:
        """Highest load: (t,), 0 where the driving water is not hot enough. [kW]

        Found by bisection: the more it makes, the warmer is the water that its tower gives it.
        """
        c = self.characteristic
        hot = at.heating_supply - self.driving_drop / 2.0
        chilled = (at.chilled_supply + at.chilled_return) / 2.0
        low, high = np.zeros(at.steps), np.full(at.steps, min(self.most, self.size * (c.s_e * 80.0 + c.r_e)))
        for _ in range(40):
            load = (low + high) / 2.0
            spread = hot - c.a * self._cooling(load, at) + c.e * chilled
            able = self.size * (c.s_e * spread + c.r_e) >= load
            low, high = np.where(able, load, low), np.where(able, high, load)
        made = np.where(low > 1e-6 * self.size, low, 0.0)
        limit = absorption_limit(chilled, self._cooling(low, at), hot)
        # Nothing beats two ideal machines in a row.
        made = np.where(made <= self.driving(made) * limit, made, 0.0)
        return np.where(np.isnan(hot + chilled + at.wet_bulb), np.nan, made)

    def least(self, at: Conditions) -> Floats:
        """Lowest load while on: (t,). [kW]"""
        return self.least_share * self.capacity(at)

    def run(self, load: npt.ArrayLike, at: Conditions) -> Flows:
        """Flows at a load (..., t)."""
        wanted = np.asarray(load, dtype=float)
        most = self.capacity(at)
        held, off = masks(wanted, self.least_share * most, most)
        driving = self.driving(held)
        water = towers.make_up(
            self.tower,
            held + driving + self.auxiliary,
            wet_bulb=at.wet_bulb,
            dry_bulb=at.dry_bulb,
            speed=1.0,
            atmosphere=at.atmosphere,
        )
        return Flows.of(
            cold=wanted,
            driving=np.where(off, 0.0, driving),
            electricity=np.where(off, 0.0, self.auxiliary + self.tower.fan_power),
            water=np.where(off, 0.0, water),
        )

    def _cooling(self, load: Floats, at: Conditions) -> Floats:
        """Mean cooling water with the tower at full speed. [degC]"""
        rejected = load + self.driving(load) + self.auxiliary
        warm = towers.warm_water(
            self.tower,
            rejected,
            wet_bulb=at.wet_bulb,
            speed=1.0,
            water_heat=np.maximum(rejected, 1e-6) / self.cooling_rise,
            atmosphere=at.atmosphere,
        )
        return warm - self.cooling_rise / 2.0

    def findings(self, at: Conditions | None = None) -> tuple[Finding, ...]:
        """What is impossible about the parameters, and when the driving water is too cold.

        Returns
        -------
        tuple of Finding
            `equipment.range`, `plant.driving_cold`, and those of the tower.
        """
        return tuple(self._findings(f"source '{self.name}'", at))

    def _findings(self, place: str, at: Conditions | None) -> Iterator[Finding]:
        c = self.characteristic
        ranges = (
            ("size", self.size, positive("")),
            ("most", min(self.most, 1e9), positive("kW")),
            ("least_share", self.least_share, Range(0.0, 1.0, "")),
            ("auxiliary", self.auxiliary, not_negative("kW")),
            ("s_e", c.s_e, positive("kW/K")),
            ("s_g", c.s_g, positive("kW/K")),
        )
        yield from outside(place, ranges)
        yield from towers.findings(self.tower, place=f"{place}, tower")
        if at is None:
            return
        cold = np.flatnonzero(self.capacity(at) == 0)
        if cold.size:
            yield Finding(
                code="plant.driving_cold",
                place=place,
                found="driving water of {supply} degC makes no cold at a wet bulb of {wet} degC",
                expected="driving water that is hot enough, commonly 70 to 95 degC for a single effect",
                remedy="raise the heating supply in these hours, or leave the machine off",
                params={"supply": f"{at.heating_supply[cold[0]]:.4g}", "wet": f"{at.wet_bulb[cold[0]]:.3g}"},
                count=cold.size,
                first=f"interval {cold[0]}",
                severity="warning",
            )
