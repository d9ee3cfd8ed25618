"""Storage of cold and heat: water and ice, what they hold, lose, and cost to charge."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats, over_steps
from wattstone.equipment.limits import Range, not_negative, outside, positive
from wattstone.equipment.plant.chiller_curves import WATER_HEAT
from wattstone.equipment.plant.sources import Conditions

__all__ = ["ICE_HEAT", "ThermalStore"]

# Latent heat of fusion of ice at 0 degC: R. Feistel and W. Wagner, J. Phys. Chem. Ref. Data 35, 2006. [kJ kg-1]
ICE_HEAT = 333.4
_WATER, _ICE, _HOUR = 998.2, 917.0, 3600.0


@dataclass(frozen=True, kw_only=True)
class ThermalStore:
    """A tank of chilled water, hot water, or ice.

    Parameters
    ----------
    name : str
    kind : {'cold', 'heat', 'ice'}
        Chilled water, hot water, or ice made around coils.
    volume : float
        Of the water, or of the water that may freeze. [m3]
    charge, discharge : float
        Most that goes in, and comes out. [kW]
    cold, warm : float
        Temperatures between which the water swings; of ice, `warm` is that of its melt water. [degC]
    usable : float
        Share of what it could hold that the mixing of layers leaves, or that is let freeze. [1]
    loss : float
        UA of its walls. [kW K-1]
    charging_supply : float or None
        Water or brine that charges it, where that is colder (ice: -5 to -6 degC) or hotter than the plant's supply;
        None is the plant's supply. [degC]
    """

    name: str
    kind: Literal["cold", "heat", "ice"]
    volume: float
    charge: float
    discharge: float
    cold: float
    warm: float
    usable: float = 0.9
    loss: float = 0.0
    charging_supply: float | None = None

    @property
    def carrier(self) -> Literal["cold", "heat"]:
        """What it stores."""
        return "heat" if self.kind == "heat" else "cold"

    @property
    def capacity(self) -> float:
        """What it can hold that is of use. [kWh]"""
        swing = (max(self.warm, 0.0) if self.kind == "ice" else self.warm - self.cold) * WATER_HEAT
        latent = ICE_HEAT if self.kind == "ice" else 0.0
        return self.usable * self.volume * _WATER * (swing + latent) / _HOUR

    def loss_rate(self, surroundings: npt.ArrayLike) -> Floats:
        """Share of what it holds that is lost in an hour: UA times the distance of a full tank, over its capacity.

        Parameters
        ----------
        surroundings : float or array
            [degC]

        Returns
        -------
        array
            0 where the surroundings help. [h-1]
        """
        air = np.asarray(surroundings, dtype=float)
        distance = self.warm - air if self.kind == "heat" else air - (0.0 if self.kind == "ice" else self.cold)
        return self.loss * np.maximum(distance, 0.0) / self.capacity

    def step(
        self,
        level: npt.ArrayLike,
        charge: npt.ArrayLike,
        discharge: npt.ArrayLike,
        *,
        hours: float,
        surroundings: npt.ArrayLike = 20.0,
    ) -> tuple[Floats, Floats]:
        """Level after an interval, and what was lost in it: dE/dt = charge - discharge - r E, exactly.

        Parameters
        ----------
        level : float or array
            At the start. [kWh]
        charge, discharge : float or array
            Mean over the interval. [kW]
        hours : float
            [h]
        surroundings : float or array
            [degC]

        Returns
        -------
        level, lost : array
            level = before + (charge - discharge) hours - lost; limits are not applied. [kWh]
        """
        before = np.asarray(level, dtype=float)
        net = np.asarray(charge, dtype=float) - np.asarray(discharge, dtype=float)
        rate = self.loss_rate(surroundings)
        decay = rate * hours
        small = decay < 1e-8
        gain = hours * np.where(small, 1.0 - decay / 2.0, -np.expm1(-decay) / np.where(small, 1.0, decay))
        after = before * np.exp(-decay) + net * gain
        return after, before + net * hours - after

    def charging(self, at: Conditions) -> Conditions:
        """The conditions that a machine meets while it charges the store.

        Ice is made with brine below 0 degC: a chiller that charges it runs at this temperature, where it makes less and
        takes more; the spread of supply and return stays.
        """
        if self.charging_supply is None:
            return at
        wanted = over_steps(self.charging_supply, at.steps)
        if self.carrier == "heat":
            return replace(at, heating_supply=wanted, heating_return=wanted - (at.heating_supply - at.heating_return))
        return replace(at, chilled_supply=wanted, chilled_return=wanted + (at.chilled_return - at.chilled_supply))

    def findings(self) -> tuple[Finding, ...]:
        """What is impossible about the parameters.

        Returns
        -------
        tuple of Finding
            `equipment.range`, `plant.crossed`, `plant.ice_warm`.
        """
        return tuple(self._findings(f"store '{self.name}'"))

    def _findings(self, place: str) -> Iterator[Finding]:
        ranges = (
            ("volume", self.volume, positive("m3")),
            ("charge", self.charge, positive("kW")),
            ("discharge", self.discharge, positive("kW")),
            ("usable", self.usable, Range(0.0, 1.0, "", open_least=True)),
            ("loss", self.loss, not_negative("kW/K")),
            ("cold", self.cold, Range(-20.0, 110.0, "degC")),
            ("warm", self.warm, Range(-20.0, 120.0, "degC")),
        )
        yield from outside(place, ranges)
        if self.cold >= self.warm:
            yield Finding(
                code="plant.crossed",
                place=place,
                found="{colder} of {low} degC is not below {warmer} of {high} degC",
                expected="{colder} below {warmer}",
                remedy="exchange {colder} and {warmer} if they are swapped, or correct them",
                params={"colder": "cold", "warmer": "warm", "low": f"{self.cold:g}", "high": f"{self.warm:g}"},
            )
        if self.kind == "ice" and (self.charging_supply is None or self.charging_supply >= 0):
            yield Finding(
                code="plant.ice_warm",
                place=place,
                found="it stores ice, and is charged with {supply}",
                expected="a charging_supply below 0 degC",
                remedy="give the temperature of the brine that freezes it, commonly -5 to -6 degC",
                params={
                    "supply": "the plant's chilled water"
                    if self.charging_supply is None
                    else f"water of {self.charging_supply:g} degC"
                },
            )
