"""The shortest path is the best plan: it costs what the best of all schedules costs, and what the program finds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.dispatch.commitment.brute import best_cost, rule_kept
from tests.dispatch.commitment.random_problems import PENALTY, commitments
from wattstone.dispatch.commitment import Carrier, Commitment, Store, Unit, cost, residual, solve
from wattstone.dispatch.commitment.convolve import Bent, convolve, split


@settings(max_examples=150, deadline=None)
@given(problem=commitments(heat=True))
def test_no_schedule_costs_less_than_the_path(problem: Commitment) -> None:
    plan = solve(problem, method="sequence")

    assert plan.objective == pytest.approx(best_cost(problem, PENALTY), rel=1e-9, abs=1e-9)
    assert cost(problem, plan).total == pytest.approx(plan.objective, rel=1e-12, abs=1e-12)
    assert plan.gap == 0
    for left in residual(problem, plan).values():
        assert_allclose(left, 0, atol=1e-9)
    for row, unit in enumerate(problem.units):
        assert rule_kept(unit, plan.on[row].tolist())


@settings(max_examples=40, deadline=None)
@given(problem=commitments(most_steps=8, heat=True, penalty=None))
def test_the_path_and_the_program_agree_on_what_can_be_met(problem: Commitment) -> None:
    path, program = solve(problem, method="sequence"), solve(problem, gap=0.0, method="milp")

    assert path.met == program.met
    assert path.objective == pytest.approx(program.objective, rel=1e-6, abs=1e-6)


def station(steps: int) -> Commitment:
    """Three load/unload machines, two of them alike, and one of variable speed, for a day of a factory."""
    share = np.array([0.0, 0.2, 0.5, 1.0])
    power = np.array([0.21, 0.45, 0.74, 1.0])  # of full load, at 3 gal/cfm of storage
    fixed = [
        Unit(
            name=name, carrier="air", load=flow * share, flows={"electricity": -flow * 6.9 * power}, start_cost=0.8,
            least_up=2,
        )
        for name, flow in (("A", 20.0), ("B", 20.0), ("C", 12.0))
    ]  # fmt: skip
    speed = np.array([0.2, 0.6, 1.0])
    trim = Unit(
        name="V", carrier="air", load=16 * speed, flows={"electricity": -16 * 7.3 * np.array([0.26, 0.62, 1.03])},
        start_cost=0.3,
    )  # fmt: skip
    hour = np.arange(steps) * 24 / steps
    demand = 12 + 30 * ((hour >= 6) & (hour < 20)) + 8 * np.sin(hour * 2.3)
    carriers = (
        Carrier(name="air", demand=demand, unit="m3/min"),
        Carrier(name="electricity", price=np.where((hour >= 8) & (hour < 22), 0.15, 0.08)),
    )
    return Commitment(hours=24 / steps, steps=steps, carriers=carriers, units=(*fixed, trim))


def test_a_day_of_an_air_station_costs_the_same_by_path_and_by_program() -> None:
    asked = station(24)
    path, program = solve(asked), solve(asked, gap=0.0, method="milp")

    assert (path.method, program.method) == ("sequence", "milp")
    assert path.objective == pytest.approx(program.objective, rel=1e-7)
    assert path.objective >= program.bound * (1 - 1e-7)


def test_what_carries_over_by_other_means_is_no_sequence() -> None:
    asked = station(4)
    tank = Store(name="tank", carrier="air", capacity=5.0, charge=5.0, discharge=5.0)
    charged = replace(asked.carriers[1], demand_charge=3.0)

    assert solve(asked).method == "sequence"
    assert solve(replace(asked, stores=(tank,))).method == "milp"
    assert solve(replace(asked, carriers=(asked.carriers[0], charged))).method == "milp"
    with pytest.raises(ValueError, match="no sequence"):
        solve(replace(asked, stores=(tank,)), method="sequence")


def test_a_demand_beyond_all_machines_is_told() -> None:
    asked = station(4)
    carriers = (replace(asked.carriers[0], demand=np.array([10.0, 70.0, 10.0, 10.0])), asked.carriers[1])

    plan = solve(replace(asked, carriers=carriers))
    assert plan.method == "sequence"
    assert_allclose(plan.unserved["air"], [0, 2, 0, 0])
    assert "add 2 m3/min of capacity" in plan.findings[0].text()


def test_steps_without_a_machine_are_kept() -> None:
    asked = station(4)
    away = replace(asked.units[3], available=np.array([True, False, True, True]))

    plan = solve(replace(asked, units=(*asked.units[:3], away)))
    assert plan.method == "sequence"
    assert not plan.on[3, 1]
    assert plan.objective == pytest.approx(
        solve(replace(asked, units=(*asked.units[:3], away)), method="milp", gap=0.0).objective, rel=1e-7
    )


curves = st.lists(st.tuples(st.integers(1, 5), st.integers(-4, 9)), min_size=0, max_size=4).map(
    lambda steps: Bent(
        np.concatenate([[1.0], 1.0 + np.cumsum([step[0] for step in steps])]),
        np.concatenate([[2.0], 2.0 + np.cumsum([float(step[1]) for step in steps])]),
    )
)


@given(one=curves, other=curves, share=st.floats(0, 1))
def test_a_convolution_is_the_least_over_all_splits(one: Bent, other: Bent, share: float) -> None:
    both = convolve(one, other)
    low, high = one.x[0] + other.x[0], one.x[-1] + other.x[-1]
    total = low + share * (high - low)

    splits = np.linspace(max(one.x[0], total - other.x[-1]), min(one.x[-1], total - other.x[0]), 2001)
    least = (one.at(splits) + other.at(np.clip(total - splits, other.x[0], other.x[-1]))).min()
    found = float(both.at(np.array([total]))[0])
    assert found <= least + 1e-9
    assert found >= least - 9.0 * (splits[-1] - splits[0]) / 2000 - 1e-9  # no slope is above 9
    mine, rest = split(one, other, total)
    assert mine + rest == pytest.approx(total)
    assert float(one.at(np.array([mine]))[0] + other.at(np.array([rest]))[0]) == pytest.approx(found)
