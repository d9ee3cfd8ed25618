"""Boilers: gas or electric, with part load, and condensing by the temperature of the return."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from wattstone.base import Finding
from wattstone.equipment.arrays import Curve, Floats
from wattstone.equipment.limits import Range, outside, positive
from wattstone.equipment.plant.sources import Conditions, Flows, Makes, masks

__all__ = ["NATURAL_GAS", "Boiler", "condensing_factor"]

# Higher over lower heating value of natural gas: emission factors per net and per gross kWh, 0.2027 / 0.18296, UK
# Government GHG Conversion Factors 2025
NATURAL_GAS = 0.2027 / 0.18296

# Efficiency over the nominal one by load over capacity x and return y in degC: EnergyPlus data set Boilers.idf, from
# Viessmann, "Condensing technology", 9446 803-1 GB, 2004: 1, x, x^2, y, y^2, x y; fitted for 0.1-1 and 30-85 degC
_CONDENSING = (1.124970374, 0.014963852, -0.02599835, 0.0, -1.40464e-6, -0.00153624)

_FULL = Curve.constant(1.0)


def condensing_factor(share: npt.ArrayLike, returned: npt.ArrayLike) -> Floats:
    """Efficiency of a condensing boiler over its nominal one; arguments are held within what was fitted.

    Parameters
    ----------
    share : float or array
        Load over capacity. [1]
    returned : float or array
        Water that comes back. [degC]

    Returns
    -------
    array
        [1]

    Examples
    --------
    >>> condensing_factor(1.0, [30.0, 60.0, 80.0]).round(3)
    array([1.067, 1.017, 0.982])
    """
    x, y = np.clip(np.asarray(share, dtype=float), 0.1, 1.0), np.clip(np.asarray(returned, dtype=float), 30.0, 85.0)
    c = _CONDENSING
    return c[0] + x * (c[1] + c[2] * x) + y * (c[3] + c[4] * y + c[5] * x)


@dataclass(frozen=True, kw_only=True)
class Boiler:
    """A boiler: a `Source` of heat.

    Parameters
    ----------
    name : str
    rated : float
        Capacity. [kW]
    efficiency : float
        Nominal, on `basis`. [1]
    energy : {'fuel', 'electricity'}
    basis : {'lower', 'higher'}
        Heating value the efficiency is on; has to be said. An electric boiler's is `higher`.
    higher_over_lower : float
        Ratio of the heating values of the fuel; the default is natural gas.
    condensing : bool
        Whether efficiency follows the return, by `condensing_factor`.
    part_load : Curve
        Efficiency over the nominal one, by load over capacity, besides `condensing`. [1]
    least_share : float
        Lowest load over capacity while on. [1]
    auxiliary : float
        Burner fan and pump while on. [kW]
    """

    name: str
    rated: float
    efficiency: float
    basis: Literal["lower", "higher"]
    energy: Literal["fuel", "electricity"] = "fuel"
    higher_over_lower: float = NATURAL_GAS
    condensing: bool = False
    part_load: Curve = _FULL
    least_share: float = 0.2
    auxiliary: float = 0.0

    @property
    def makes(self) -> Makes:
        """Heat."""
        return "heat"

    def capacity(self, at: Conditions) -> Floats:
        """Highest load: (t,). [kW]"""
        return np.full(at.steps, float(self.rated))

    def least(self, at: Conditions) -> Floats:
        """Lowest load while on: (t,). [kW]"""
        return np.full(at.steps, float(self.least_share * self.rated))

    def efficiency_at(self, load: npt.ArrayLike, at: Conditions) -> Floats:
        """Heat over fuel on the HIGHER heating value, or over electricity, at a load (..., t) above 0. [1]"""
        share = np.asarray(load, dtype=float) / self.rated
        made = self.efficiency * self.part_load.at(share)
        if self.condensing:
            made = made * condensing_factor(share, at.heating_return)
        return made / self.higher_over_lower if self.basis == "lower" and self.energy == "fuel" else made

    def run(self, load: npt.ArrayLike, at: Conditions) -> Flows:
        """Flows at a load (..., t); fuel on the higher heating value; NaN where it would beat 100 % of that."""
        wanted = np.asarray(load, dtype=float)
        held, off = masks(wanted, self.least(at), self.capacity(at))
        efficiency = self.efficiency_at(held, at)
        needed = held / np.where(efficiency <= 1.0, efficiency, np.nan)
        energy, auxiliary = np.where(off, 0.0, needed), np.where(off, 0.0, self.auxiliary)
        if self.energy == "electricity":
            return Flows.of(heat=wanted, electricity=energy + auxiliary)
        return Flows.of(heat=wanted, fuel=energy, electricity=auxiliary)

    def on_lower(self, fuel: npt.ArrayLike) -> Floats:
        """Fuel of `run` on the lower heating value, on which gas is sold and carbon counted in many places. [kW]"""
        return np.asarray(fuel, dtype=float) / self.higher_over_lower

    def findings(self) -> tuple[Finding, ...]:
        """What is impossible about the parameters: `equipment.range`, `plant.beats_limit`."""
        return tuple(self._findings(f"source '{self.name}'"))

    def _findings(self, place: str) -> Iterator[Finding]:
        ranges = (
            ("rated", self.rated, positive("kW")),
            ("efficiency", self.efficiency, Range(0.0, 1.2, "", open_least=True)),
            ("higher_over_lower", self.higher_over_lower, Range(1.0, 1.3, "")),
            ("part_load", self.part_load.y, positive("")),
            ("least_share", self.least_share, Range(0.0, 1.0, "")),
        )
        yield from outside(place, ranges)
        shares = np.linspace(max(self.least_share, 1e-6), 1.0, 50)[:, None]
        coldest = Conditions.over(1, heating_return=30.0)
        best = float(np.max(self.efficiency_at(self.rated * shares, coldest)))
        if best > 1.0:
            yield Finding(
                code="plant.beats_limit",
                place=place,
                found="its efficiency comes to {best} of the higher heating value",
                expected="1 or less on the higher heating value; on the lower one a condensing boiler may have more",
                remedy="say basis = lower if the efficiency is on the lower heating value, or correct it",
                params={"best": f"{best:.3g}"},
            )
