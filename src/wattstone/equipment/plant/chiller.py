"""An electric chiller by its curve record: capacity and power at any load and temperatures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Protocol, Self

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Floats
from wattstone.equipment.limits import Range, outside, refuse
from wattstone.equipment.plant import chiller_curves as curves
from wattstone.equipment.plant.chiller_curves import AIR_HEAT, WATER_HEAT
from wattstone.equipment.plant.limits import KELVIN, lorenz_cold
from wattstone.equipment.plant.records import ChillerRecord, record

__all__ = ["REACH", "Chiller", "Duty", "Machine", "operate"]

Unloading = Literal["cycle", "false_load"]

# How far beyond the fitted range a curve is followed towards more lift, before its value is not known. [K]
REACH = 6.0
_ROUNDS, _CLOSE = 60, 1e-12


class Machine(Protocol):
    """What a set of chiller, tower and pumps needs of its chiller.

    `condenser` is water entering, or leaving if `by_leaving`; both temperatures are in degC, loads in kW.
    """

    @property
    def by_leaving(self) -> bool:
        """Whether the condenser's temperature is that of the water leaving it."""
        ...

    @property
    def condenser_heat(self) -> float:
        """Rated heat capacity flow of the condenser. [kW K-1]"""
        ...

    @property
    def evaporator_heat(self) -> float:
        """Rated heat capacity flow of the evaporator. [kW K-1]"""
        ...

    @property
    def rated(self) -> float:
        """Rated capacity. [kW]"""
        ...

    def coldest(self) -> float:
        """Lowest condenser temperature that does any good. [degC]"""
        ...

    def hottest(self) -> float:
        """Highest condenser temperature at which it has a capacity. [degC]"""
        ...

    def available(self, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
        """Capacity. [kW]"""
        ...

    def shares(self) -> tuple[float, float]:
        """Least and highest load over capacity while on. [1]"""
        ...

    def power(self, load: npt.ArrayLike, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
        """Electric power at a load above 0. [kW]"""
        ...


@dataclass(frozen=True, kw_only=True)
class Chiller:
    """A chiller of a curve record.

    Parameters
    ----------
    record : ChillerRecord
    unloading : {'cycle', 'false_load'}
        Below the record's `unload_share`: power stays while hot gas is bypassed, down to the record's `least_share`,
        below which it cycles (EnergyPlus's rule); or it never cycles.
    least_share : float or None
        Lowest share of capacity that is asked of it; None is the record's `unload_share`. [1]
    most_share : float
        Highest share of capacity; up to the record's `most_share`. [1]

    Notes
    -----
    Beyond the fitted range nothing is gained. Towards less lift, temperatures are held at the limit. For up to 6 K
    towards more lift the share of Carnot's limit stays what it is at the edge, so that power grows with the lift, and
    the capacity curve is followed, never above the edge; beyond that all is NaN. `beyond` tells of either.
    """

    record: ChillerRecord
    unloading: Unloading = "cycle"
    least_share: float | None = None
    most_share: float = 1.0

    @classmethod
    def named(
        cls,
        name: str,
        *,
        normalised: bool = False,
        capacity: float | None = None,
        cop: float | None = None,
        unloading: Unloading = "cycle",
        least_share: float | None = None,
    ) -> Self:
        """A chiller of a shipped record.

        Parameters
        ----------
        name : str
            Of the record.
        normalised : bool
            Whether the curves are divided by their values at the rating point.
        capacity, cop : float, optional
            Of a machine of the same curves and another size. [kW], [1]
        unloading : {'cycle', 'false_load'}
        least_share : float, optional
            [1]

        Raises
        ------
        InputRefused
            If there is no such record, or its curves are impossible: negative power, or better than nature allows.
        """
        found = record(name)
        refuse(curves.findings(found))
        held = curves.normalise(found) if normalised else found
        sized = curves.resize(held, capacity=capacity, cop=cop)
        return cls(record=sized, unloading=unloading, least_share=least_share)

    @property
    def by_leaving(self) -> bool:
        """Whether the curves ask for the water leaving the condenser."""
        return self.record.form == "reformulated"

    @property
    def condenser_heat(self) -> float:
        """Rated heat capacity flow of the condenser. [kW K-1]"""
        return self.record.condenser_flow * (WATER_HEAT if self.record.medium == "water" else AIR_HEAT)

    @property
    def evaporator_heat(self) -> float:
        """Rated heat capacity flow of the evaporator. [kW K-1]"""
        return self.record.evaporator_flow * WATER_HEAT

    @property
    def rated(self) -> float:
        """Rated capacity. [kW]"""
        return self.record.capacity

    def coldest(self) -> float:
        """Lowest condenser temperature of the fitted range. [degC]"""
        return self.record.condenser_range[0]

    def hottest(self) -> float:
        """Highest condenser temperature within reach. [degC]"""
        return self.record.condenser_range[1] + REACH

    def shares(self) -> tuple[float, float]:
        """Least and highest load over capacity while on. [1]"""
        least = self.record.unload_share if self.least_share is None else self.least_share
        return least, self.most_share

    def available(self, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
        """Capacity at the two temperatures in degC; NaN beyond reach. [kW]"""
        x, y = self._held(evaporator, condenser)
        made = curves.capacity_factor(self.record, x, y)
        if self._is_beyond(x, y):
            made = np.minimum(made, curves.capacity_factor(self.record, *self._fitted(x, y)))
        return self.record.capacity * np.where(made > 0, made, np.nan)

    def power(self, load: npt.ArrayLike, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> Floats:
        """Electric power at a load above 0; NaN beyond reach, and where a curve gives none. [kW]"""
        x, y = self._held(evaporator, condenser)
        capacity = self.available(x, y)
        share = np.asarray(load, dtype=float) / capacity
        fitted = self._fitted(x, y)
        part = curves.part_load_factor(self.record, np.maximum(share, self.record.unload_share), fitted[1])
        full = curves.input_factor(self.record, *fitted)
        if self._is_beyond(x, y):
            full = full * _lift(x, y) / _lift(*fitted)
        if self.unloading == "cycle":
            part = part * np.minimum(share / self.record.least_share, 1.0)
        made = capacity / self.record.cop * full * part
        return np.where(made > 0, made, np.nan)

    def _held(self, evaporator: npt.ArrayLike, condenser: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Temperatures held where they would ask for less lift than was fitted, NaN where for far too much."""
        x, y = np.asarray(evaporator, dtype=float), np.asarray(condenser, dtype=float)
        (low_x, high_x), (low_y, high_y) = self.record.evaporator_range, self.record.condenser_range
        far = np.where((x < low_x - REACH) | (y > high_y + REACH), np.nan, 0.0)
        return np.minimum(x, high_x) + far, np.maximum(y, low_y) + far

    def _is_beyond(self, x: Floats, y: Floats) -> bool:
        return bool(np.any(x < self.record.evaporator_range[0]) or np.any(y > self.record.condenser_range[1]))

    def _fitted(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Temperatures within the fitted range."""
        return np.maximum(x, self.record.evaporator_range[0]), np.minimum(y, self.record.condenser_range[1])

    def beyond(self, evaporator: npt.ArrayLike, condenser: npt.ArrayLike, *, place: str) -> tuple[Finding, ...]:
        """Warnings where temperatures are outside the range that the curves were fitted to.

        Returns
        -------
        tuple of Finding
            `plant.outside_fit`.
        """
        return tuple(self._beyond(evaporator, condenser, place))

    def _beyond(self, evaporator: npt.ArrayLike, condenser: npt.ArrayLike, place: str) -> Iterator[Finding]:
        side = "leaving" if self.by_leaving else "entering"
        for name, values, (low, high) in (
            ("water leaving the evaporator", np.asarray(evaporator, dtype=float), self.record.evaporator_range),
            (f"water {side} the condenser", np.asarray(condenser, dtype=float), self.record.condenser_range),
        ):
            out = np.ravel(values)[np.ravel((values < low - 0.01) | (values > high + 0.01))]
            if out.size:
                yield Finding(
                    code="plant.outside_fit",
                    place=place,
                    found="{stream} is {lowest} to {highest} degC where it is outside the fitted range",
                    expected="{low} to {high} degC",
                    remedy="take a record that was fitted there; what is beyond is held towards less lift, and"
                    " scaled by Carnot for {reach} K towards more",
                    params={
                        "stream": name,
                        "lowest": f"{out.min():.3g}",
                        "highest": f"{out.max():.3g}",
                        "low": f"{low:.4g}",
                        "high": f"{high:.4g}",
                        "reach": f"{REACH:g}",
                    },
                    count=out.size,
                    severity="warning",
                )

    def findings(self, *, place: str = "") -> tuple[Finding, ...]:
        """What is impossible or odd about the chiller and its record; see `chiller_curves.findings`."""
        where = place or f"chiller '{self.record.name}'"
        least, most = self.shares()
        ranges = (
            ("least_share", least, Range(0.0, 1.0, "", open_least=self.unloading == "false_load")),
            ("most_share", most, Range(least, self.record.most_share, "", open_least=True)),
        )
        return (*outside(where, ranges), *curves.findings(self.record, place=where))

    def normalised(self) -> Self:
        """The chiller with curves that are 1 at the rating point."""
        return replace(self, record=curves.normalise(self.record))


def _lift(x: Floats, y: Floats) -> Floats:
    """Least work per cold between evaporator and condenser, of 5 K or more. [1]"""
    return np.maximum(y - x, 5.0) / (x + KELVIN)


@dataclass(frozen=True, kw_only=True, eq=False)
class Duty:
    """What a chiller does at given water temperatures.

    Parameters
    ----------
    capacity, power : array
        [kW]
    entering, leaving : array
        Water of the condenser. [degC]
    limit : array
        Cold over power of an ideal machine between the same streams. [1]
    """

    capacity: Floats
    power: Floats
    entering: Floats
    leaving: Floats
    limit: Floats


def operate(
    machine: Machine,
    load: npt.ArrayLike,
    *,
    evaporator: npt.ArrayLike,
    entering: npt.ArrayLike,
    condenser_heat: npt.ArrayLike | None = None,
) -> Duty:
    """A chiller with known water entering its condenser.

    T_leaving = T_entering + (Q + P) / C; where P depends on T_leaving (the reformulated form), the balance is solved by
    repetition, of which each round leaves a few hundredths of the error.

    Parameters
    ----------
    machine : Chiller or another Machine
    load : float or array
        Above 0. [kW]
    evaporator, entering : float or array
        Water leaving the evaporator, and entering the condenser. [degC]
    condenser_heat : float or array, optional
        Heat capacity flow of the condenser water; the rated one by default. [kW K-1]

    Returns
    -------
    Duty
        NaN where the balance has no solution, or where the result would beat the limit of nature.
    """
    cold = np.asarray(load, dtype=float)
    x, y = np.asarray(evaporator, dtype=float), np.asarray(entering, dtype=float)
    flow = np.asarray(machine.condenser_heat if condenser_heat is None else condenser_heat, dtype=float)
    power = machine.power(cold, x, y)
    leaving = y + (cold + power) / flow
    if machine.by_leaving:
        leaving = y + 1.2 * cold / flow
        moved = np.zeros(leaving.shape)
        for _ in range(_ROUNDS):
            # A step too far is not the end of the search, only a result there is.
            power = machine.power(cold, x, np.minimum(leaving, machine.hottest()))
            new = y + (cold + power) / flow
            moved = np.abs(new - leaving)
            leaving = new
            if not np.any(moved > _CLOSE * 100):
                break
        leaving = np.where((moved > 1e-6) | (leaving > machine.hottest()), np.nan, leaving)
        power = (leaving - y) * flow - cold
    limit = lorenz_cold(x + cold / machine.evaporator_heat, x, y, leaving)
    power = np.where(cold > power * limit, np.nan, power)
    capacity = machine.available(x, leaving if machine.by_leaving else y)
    shape = np.broadcast_shapes(cold.shape, x.shape, y.shape, flow.shape)
    made = (np.broadcast_to(one, shape) for one in (capacity, power, y, leaving, limit))
    capacity, power, y, leaving, limit = made
    return Duty(capacity=capacity, power=power, entering=y, leaving=leaving, limit=limit)
