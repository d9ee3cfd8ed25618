"""What another choice would have cost is what the plan with that choice costs."""

from dataclasses import replace

import numpy as np
import pytest

from tests.dispatch.commitment.test_sequence import station
from wattstone.dispatch.commitment import Carrier, Commitment, Store, Unit, explain, solve


def two_boilers(**more: object) -> Commitment:
    """A good one of 4 to 10 kW at 90 %, a poor one of 1 to 6 kW at 60 %; starts cost 2 and 0.5."""
    load, small = np.array([4.0, 10.0]), np.array([1.0, 6.0])
    units = (
        Unit(name="good", carrier="heat", load=load, flows={"gas": -load / 0.9}, start_cost=2.0, on_before=True),
        Unit(name="poor", carrier="heat", load=small, flows={"gas": -small / 0.6}, start_cost=0.5),
    )
    carriers = (Carrier(name="heat", demand=np.array([6.0, 5.0, 6.0])), Carrier(name="gas", price=0.09, limit=1e3))
    return Commitment(hours=1.0, steps=3, carriers=carriers, units=units, **more)


def test_another_choice_costs_what_is_worked_out_by_hand() -> None:
    asked = two_boilers()
    plan = solve(asked, gap=0.0)
    told = explain(asked, plan, 1)

    # The limit on gas makes it a program. The good one costs 0.1 a kWh; the poor one 0.15 and a start, and is then kept
    # to the end, since another start of the good one would cost more than 6 kWh of the difference. Both on: the poor
    # one gives 1 kW instead of the good one.
    good, poor = told.units
    assert plan.method == "milp"
    assert told.window == 1
    assert told.prices["heat"] == pytest.approx(0.1)
    assert told.prices["gas"] == pytest.approx(0.09)
    assert (good.on, good.load) == (True, pytest.approx(5.0))
    assert good.more == pytest.approx(0.0, abs=1e-9)
    assert good.switched is not None
    assert good.switched.on == ("poor",)
    assert good.switched.extra == pytest.approx((5 + 6) * 0.05 + 0.5)
    assert poor.switched is not None
    assert poor.switched.on == ("good", "poor")
    assert poor.switched.extra == pytest.approx(1 * 0.05 + 0.5)
    assert told.alternative == poor.switched


def test_at_the_end_of_its_range_a_unit_tells_what_the_end_costs() -> None:
    asked = two_boilers()
    carriers = (replace(asked.carriers[0], demand=np.array([6.0, 13.0, 6.0])), asked.carriers[1])
    asked = replace(asked, carriers=carriers)

    good, poor = explain(asked, solve(asked, gap=0.0), 1).units
    assert good.more is None
    assert good.less == pytest.approx(0.15 - 0.1)
    assert poor.more == pytest.approx(0.0, abs=1e-9)
    assert good.switched is None  # nothing else gives 13 kW


def test_a_path_tells_the_same_as_a_program_that_may_change_all() -> None:
    asked = station(12)
    plan = solve(asked)
    told = explain(asked, plan, 4)

    assert told.window is None
    for row, reason in enumerate(told.units):
        assert reason.switched is not None
        # Ask the program: the machine barred at this step, or its twins and all others as they please with it on.
        if not reason.on or any(unit.name in ("A", "B") for unit in asked.units if unit.name == reason.name):
            continue
        barred = np.ones(12, dtype=bool)
        barred[4] = False
        units = tuple(
            replace(unit, available=barred) if index == row else unit for index, unit in enumerate(asked.units)
        )
        other = solve(replace(asked, units=units), gap=0.0, method="milp")
        assert reason.switched.extra == pytest.approx(other.objective - plan.objective, abs=1e-5)
        assert reason.name not in reason.switched.on


def test_the_one_that_is_asked_about_is_the_one_that_is_switched() -> None:
    asked = station(12)
    for reason in explain(asked, solve(asked), 6).units:
        assert reason.switched is None or (reason.name in reason.switched.on) is not reason.on


def test_with_a_store_switching_never_pays() -> None:
    tank = Store(name="tank", carrier="heat", capacity=9.0, charge=5.0, discharge=5.0, initial=3.0, final=3.0)
    asked = two_boilers(stores=(tank,))
    plan = solve(asked, gap=0.0)

    for step in range(3):
        for reason in explain(asked, plan, step).units:
            assert reason.switched is None or reason.switched.extra >= -1e-4


def test_a_step_that_is_not_there() -> None:
    asked = two_boilers()
    with pytest.raises(ValueError, match="steps 0 to 2"):
        explain(asked, solve(asked), 3)
