"""Plans that are made anew every day: the state in which one day ends is the state in which the next one begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.dispatch.plant.toys import Toy, day
from wattstone.dispatch.commitment.types import Carrier, Unit
from wattstone.dispatch.plant.plant import Ahead, Machine, Plant
from wattstone.dispatch.plant.rolling import Rolled, followed, rolled

STEPS, EVERY = 12, 4


def carried_out(plant: Plant, cold: np.ndarray, spared: int = 0) -> Rolled:
    """All of it, planned for what comes, four steps at a time; the first unit is spared for some steps."""
    whole = day(STEPS, cold=cold, price=np.full(STEPS, 0.2))

    def comes(first: int, last: int) -> tuple[Plant, Ahead]:
        units = plant.units
        if units:
            units = (replace(units[0], available=np.arange(first, last) >= spared), *units[1:])
        carriers = tuple(replace(one, demand=one.demand[first:last]) for one in plant.carriers)
        return replace(plant, units=units, carriers=carriers), whole.window(first, last)

    return rolled(plant, STEPS, expected=comes, happened=comes, every=EVERY, horizon=EVERY, limit=5.0)


def test_a_machine_with_a_ramp_goes_on_from_the_load_that_it_had() -> None:
    plant = Plant(name="p", machines=(Machine(source=Toy(name="one"), ramp=200.0),))
    cold = np.array([400.0, 500, 600, 700, 800, 900, 900, 900, 900, 900, 900, 900])

    load = carried_out(plant, cold).schedule.load[0]

    assert load == pytest.approx(cold, abs=1e-3)


def test_the_compressor_that_runs_at_the_end_of_a_plan_goes_on_in_the_next_one() -> None:
    """K1 is spared for the first plan; then both are free, and K1 is the cheaper one to start, if one had to be."""
    points = np.array([1.0, 10.0])
    taken = {"electricity": np.array([-10.0, -60.0])}
    units = tuple(
        Unit(name=name, carrier="air", load=points, flows=taken, start_cost=cost)
        for name, cost in (("K1", 40.0), ("K2", 50.0))
    )
    plant = Plant(
        name="p",
        machines=(Machine(source=Toy(name="one")),),
        units=units,
        carriers=(Carrier(name="air", demand=np.full(STEPS, 5.0), unit="m3/min"),),
    )

    unit = carried_out(plant, np.full(STEPS, 500.0), spared=EVERY).schedule.unit

    assert unit[1] == pytest.approx(np.full(STEPS, 5.0))
    assert not unit[0].any()


def test_the_compressor_that_trims_follows_what_comes() -> None:
    """Of two, one is planned full (10) and one at 4 of 14; 15 come, and then 22, which both together do not give."""
    units = tuple(Unit(name=name, carrier="air", load=np.array([1.0, 10.0])) for name in ("K1", "K2"))
    plant = Plant(
        name="p",
        machines=(Machine(source=Toy(name="one")),),
        units=units,
        carriers=(Carrier(name="air", demand=np.array([15.0, 22.0, 9.0, 3.0]), unit="m3/min"),),
    )

    load = followed(plant, day(4), np.array([[10.0] * 4, [4.0, 4.0, 4.0, 0.0]]))

    assert load == pytest.approx(np.array([[10.0, 10.0, 8.0, 3.0], [5.0, 10.0, 1.0, 0.0]]))
