"""Heat pumps by their share of Carnot's limit, and chillers whose heat is used."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Curve, Floats
from wattstone.equipment.limits import Range, not_negative, outside, positive
from wattstone.equipment.plant.limits import carnot_cold, carnot_heat
from wattstone.equipment.plant.sources import Conditions, Flows, Makes, masks

__all__ = ["HeatPump", "HeatRecoveryChiller"]

_FULL = Curve.constant(1.0)


@dataclass(frozen=True, kw_only=True)
class HeatPump:
    """A heat pump on outdoor air, or on water of a known temperature: a `Source` of heat.

        COP = share part(load / capacity) T_c / (T_c - T_e)

    with the temperatures of condensing and evaporating, each its exchanger's approach beyond the water or air.

    Parameters
    ----------
    name : str
    rated : float
        Capacity at `rated_source` and `rated_supply`. [kW]
    carnot_share : float
        COP over Carnot's limit between the two temperatures, at full load. [1]
    source : 'air' or float or tuple of float
        The air outdoors, or the temperature of a source of water: one, or one for each interval. [degC]
    rated_source, rated_supply : float
        [degC]
    source_approach, supply_approach : float
        Evaporation below the source, and condensation above the supply. [K]
    source_slope, supply_slope : float
        Change of the capacity per kelvin of source and of supply, over the rated one. [K-1]
    part_load : Curve
        Share of Carnot's limit over that at full load, by load over capacity. [1]
    least_share : float
        Lowest load over capacity while on. [1]
    coldest_source, hottest_supply : float
        Beyond these it does not run. [degC]
    auxiliary : float
        Pumps and fans while on. [kW]
    """

    name: str
    rated: float
    carnot_share: float
    source: Literal["air"] | float | tuple[float, ...] = "air"
    rated_source: float = 7.0
    rated_supply: float = 55.0
    source_approach: float = 5.0
    supply_approach: float = 5.0
    source_slope: float = 0.0
    supply_slope: float = 0.0
    part_load: Curve = _FULL
    least_share: float = 0.2
    coldest_source: float = -20.0
    hottest_supply: float = 80.0
    auxiliary: float = 0.0

    @property
    def makes(self) -> Makes:
        """Heat."""
        return "heat"

    def capacity(self, at: Conditions) -> Floats:
        """Highest load: (t,), 0 beyond its limits of temperature. [kW]"""
        source, supply = self._source(at), at.heating_supply
        share = (
            1.0 + self.source_slope * (source - self.rated_source) + self.supply_slope * (supply - self.rated_supply)
        )
        allowed = (source >= self.coldest_source) & (supply <= self.hottest_supply)
        made = np.where(allowed, self.rated * np.maximum(share, 0.0), 0.0)
        return np.where(np.isnan(source + supply), np.nan, made)

    def least(self, at: Conditions) -> Floats:
        """Lowest load while on: (t,). [kW]"""
        return self.least_share * self.capacity(at)

    def cop(self, load: npt.ArrayLike, at: Conditions) -> Floats:
        """Heat over the compressor's power at a load (..., t) above 0, 1 or more. [1]"""
        capacity = self.capacity(at)
        share = np.asarray(load, dtype=float) / np.where(capacity > 0, capacity, np.nan)
        limit = carnot_heat(self._source(at) - self.source_approach, at.heating_supply + self.supply_approach)
        # What does not lift heat is a heater: no machine makes less than a unit of heat of a unit of work.
        return np.maximum(self.carnot_share * self.part_load.at(share) * limit, 1.0)

    def run(self, load: npt.ArrayLike, at: Conditions) -> Flows:
        """Flows at a load (..., t); what is rejected is negative: heat taken from the source."""
        wanted = np.asarray(load, dtype=float)
        held, off = masks(wanted, self.least(at), self.capacity(at))
        power = held / self.cop(held, at) + self.auxiliary
        return Flows.of(heat=wanted, electricity=np.where(off, 0.0, power))

    def _source(self, at: Conditions) -> Floats:
        return at.dry_bulb if self.source == "air" else np.broadcast_to(np.asarray(self.source, float), at.steps)

    def findings(self, at: Conditions | None = None) -> tuple[Finding, ...]:
        """What is impossible about the parameters, and when the heat pump cannot run.

        Returns
        -------
        tuple of Finding
            `equipment.range`, `plant.beats_limit`, `plant.beyond_machine`.
        """
        place = f"source '{self.name}'"
        return (*_odd(place, self.rated, self.carnot_share, self.part_load, self.least_share), *self._stops(place, at))

    def _stops(self, place: str, at: Conditions | None) -> Iterator[Finding]:
        if at is None:
            return
        stopped = np.flatnonzero(self.capacity(at) == 0)
        if stopped.size:
            first = int(stopped[0])
            yield Finding(
                code="plant.beyond_machine",
                place=place,
                found="it cannot run with a source of {source} degC and a supply of {supply} degC",
                expected="a source of {coldest} degC or more and a supply of {hottest} degC or less",
                remedy="lower the supply, use another source of heat in these hours, or correct the limits",
                params={
                    "source": f"{self._source(at)[first]:.3g}",
                    "supply": f"{at.heating_supply[first]:.4g}",
                    "coldest": f"{self.coldest_source:g}",
                    "hottest": f"{self.hottest_supply:g}",
                },
                count=stopped.size,
                first=f"interval {first}",
                severity="warning",
            )


@dataclass(frozen=True, kw_only=True)
class HeatRecoveryChiller:
    """A chiller that makes chilled water and hot water at once: a `Source` of both, whose load is the cold.

    All heat of cold and compressor goes to the hot water; what is not wanted has to be rejected by the plant.

    Parameters
    ----------
    name : str
    rated : float
        Cold at `rated_supply` of hot water. [kW]
    carnot_share : float
        Cold over power, over Carnot's limit between evaporation and condensation, at full load. [1]
    rated_supply : float
        [degC]
    chilled_approach, heating_approach : float
        Evaporation below chilled supply, and condensation above heating supply. [K]
    supply_slope : float
        Change of the capacity per kelvin of heating supply, over the rated one. [K-1]
    part_load : Curve
        Share of Carnot's limit over that at full load, by load over capacity. [1]
    least_share : float
        Lowest load over capacity while on. [1]
    hottest_supply : float
        Of hot water. [degC]
    auxiliary : float
        Pumps while on; it is part of the electricity, and not of the heat that is used. [kW]
    """

    name: str
    rated: float
    carnot_share: float
    rated_supply: float = 50.0
    chilled_approach: float = 2.0
    heating_approach: float = 2.0
    supply_slope: float = 0.0
    part_load: Curve = _FULL
    least_share: float = 0.2
    hottest_supply: float = 65.0
    auxiliary: float = 0.0

    @property
    def makes(self) -> Makes:
        """Both."""
        return "both"

    def capacity(self, at: Conditions) -> Floats:
        """Highest cold: (t,), 0 where the hot water is to be too hot. [kW]"""
        supply = at.heating_supply
        made = self.rated * np.maximum(1.0 + self.supply_slope * (supply - self.rated_supply), 0.0)
        return np.where(
            np.isnan(supply + at.chilled_supply), np.nan, np.where(supply <= self.hottest_supply, made, 0.0)
        )

    def least(self, at: Conditions) -> Floats:
        """Lowest cold while on: (t,). [kW]"""
        return self.least_share * self.capacity(at)

    def cop(self, load: npt.ArrayLike, at: Conditions) -> Floats:
        """Cold over the compressor's power at a load (..., t) above 0. [1]"""
        capacity = self.capacity(at)
        share = np.asarray(load, dtype=float) / np.where(capacity > 0, capacity, np.nan)
        limit = carnot_cold(at.chilled_supply - self.chilled_approach, at.heating_supply + self.heating_approach)
        return self.carnot_share * self.part_load.at(share) * limit

    def run(self, load: npt.ArrayLike, at: Conditions) -> Flows:
        """Flows at a load (..., t) of cold; the heat is that of cold and compressor."""
        wanted = np.asarray(load, dtype=float)
        held, off = masks(wanted, self.least(at), self.capacity(at))
        power = np.where(off, 0.0, held / self.cop(held, at))
        return Flows.of(cold=wanted, heat=wanted + power, electricity=power + np.where(off, 0.0, self.auxiliary))

    def findings(self) -> tuple[Finding, ...]:
        """What is impossible about the parameters: `equipment.range`, `plant.beats_limit`."""
        place = f"source '{self.name}'"
        return _odd(place, self.rated, self.carnot_share, self.part_load, self.least_share)


def _odd(place: str, rated: float, share: float, part_load: Curve, least: float) -> tuple[Finding, ...]:
    ranges = (
        ("rated", rated, positive("kW")),
        ("carnot_share", share, not_negative("")),
        ("part_load", part_load.y, positive("")),
        ("least_share", least, Range(0.0, 1.0, "", open_least=True)),
    )
    found = tuple(outside(place, ranges))
    best = share * max(part_load.y)
    if best < 1.0:
        return found
    beats = Finding(
        code="plant.beats_limit",
        place=place,
        found="carnot_share with part_load comes to {best} of Carnot's limit",
        expected="less than 1; machines reach 0.3 to 0.6",
        remedy="divide the maker's COP by Carnot's limit at the same temperatures, in kelvin",
        params={"best": f"{best:.3g}"},
    )
    return (*found, beats)
