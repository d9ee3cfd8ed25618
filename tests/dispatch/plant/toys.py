"""Machines simple enough to reckon by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wattstone.dispatch.plant.plant import Ahead, Machine
from wattstone.equipment.plant.sources import Conditions, Flows, Makes, masks


@dataclass(frozen=True, kw_only=True)
class Toy:
    """Takes a + b x + c x^2 kW at a load ratio x; 1 % more for each K of wet bulb above 20, or of supply below 7."""

    name: str
    makes: Makes = "cold"
    most: float = 1000.0
    share: float = 0.3
    a: float = 20.0
    b: float = 100.0
    c: float = 80.0

    def capacity(self, at: Conditions) -> np.ndarray:
        return np.full(at.steps, self.most)

    def least(self, at: Conditions) -> np.ndarray:
        return np.full(at.steps, self.most * self.share)

    def run(self, load: np.ndarray, at: Conditions) -> Flows:
        held, off = masks(np.asarray(load, dtype=float), self.least(at), self.capacity(at))
        x, made = held / self.most, np.where(off, 0.0, held)
        lift = 1 + 0.01 * (at.wet_bulb - 20) - 0.01 * (at.chilled_supply - 7)
        taken = np.where(off, 0.0, (self.a + self.b * x + self.c * x * x) * lift)
        if self.makes == "heat":
            return Flows.of(heat=made, fuel=taken)
        return Flows.of(cold=made, electricity=taken, heat=made + taken if self.makes == "both" else 0.0)


def boiler(name: str = "boiler", most: float = 1000.0) -> Machine:
    """90 % at all loads."""
    return Machine(source=Toy(name=name, makes="heat", most=most, share=0.1, a=0.0, b=most / 0.9, c=0.0))


def day(steps: int = 24, **given: object) -> Ahead:
    """Hours of 20 degC wet bulb, 7 to 12 degC chilled water, and hot water of 50 to 60 degC."""
    at = Conditions.over(
        steps,
        dry_bulb=25.0,
        wet_bulb=20.0,
        chilled_supply=7.0,
        chilled_return=12.0,
        heating_supply=60.0,
        heating_return=50.0,
    )
    return Ahead(hours=1.0, at=at, **given)  # type: ignore[arg-type]
