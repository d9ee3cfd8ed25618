"""A plan costs what its schedule costs, no schedule costs less, and what cannot be met is told."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose

from tests.dispatch.commitment.brute import best_cost, rule_kept
from tests.dispatch.commitment.naive import naive
from tests.dispatch.commitment.random_problems import PENALTY, commitments
from wattstone.dispatch.commitment import Carrier, Commitment, Store, Unit, cost, residual, solve

QUICK = settings(max_examples=60, deadline=None)


@QUICK
@given(problem=commitments(heat=True))
def test_no_schedule_costs_less(problem: Commitment) -> None:
    plan = solve(problem, gap=0.0, method="milp")

    expected = best_cost(problem, PENALTY)
    assert plan.objective == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert plan.bound == pytest.approx(expected, rel=1e-6, abs=1e-6)


@QUICK
@given(problem=commitments(most_steps=6, heat=True, ramps=True, stores=True))
def test_a_plan_keeps_its_rules_its_balances_and_its_cost(problem: Commitment) -> None:
    plan = solve(problem, gap=0.0, method="milp")

    again = cost(problem, plan)
    assert again.total == pytest.approx(plan.objective, rel=1e-9, abs=1e-9)
    for name, left in residual(problem, plan).items():
        assert_allclose(left, 0, atol=1e-7, err_msg=name)
    for row, unit in enumerate(problem.units):
        assert rule_kept(unit, plan.on[row].tolist())
        assert (plan.load[row][~plan.on[row]] == 0).all()
        assert (plan.flows["electricity"][row][~plan.on[row]] == 0).all()
        inside = plan.load[row][plan.on[row]]
        assert (inside >= unit.load[0] - 1e-9).all()
        assert (inside <= unit.load[-1] + 1e-9).all()
        _ramp_kept(unit, plan.on[row], plan.load[row])
    for row, store in enumerate(problem.stores):
        assert (plan.levels[row] >= -1e-7).all()
        assert (plan.levels[row] <= store.capacity + 1e-7).all()
        assert store.efficiency == 1 or (np.minimum(plan.charge[row], plan.discharge[row]) < 1e-6).all()


def _ramp_kept(unit: Unit, on: np.ndarray, load: np.ndarray) -> None:
    if unit.ramp is None:
        return
    free = max(float(unit.load[0]), unit.ramp)
    was, before = unit.on_before, unit.load_before or 0.0
    for step in range(on.size):
        if on[step] and was:
            assert abs(load[step] - before) <= unit.ramp + 1e-6
        elif on[step]:
            assert load[step] <= free + 1e-6
        elif was and step:
            assert before <= free + 1e-6
        was, before = bool(on[step]), float(load[step])


@settings(max_examples=40, deadline=None)
@given(problem=commitments(most_steps=5, stores=True))
def test_more_storage_never_costs_more(problem: Commitment) -> None:
    larger = replace(problem.stores[0], capacity=problem.stores[0].capacity + 3)

    less = solve(problem, gap=0.0, method="milp")
    more = solve(replace(problem, stores=(larger,)), gap=0.0, method="milp")
    assert more.objective <= less.objective + 1e-6 * (1 + abs(less.objective))


def boiler(name: str = "boiler", most: float = 10.0, **rules: object) -> Unit:
    """From a fifth of its most to all of it, at 90 %."""
    load = np.array([0.2 * most, most])
    return Unit(name=name, carrier="heat", load=load, flows={"gas": -load / 0.9}, **rules)


def plant(demand: object, *units: Unit, steps: int = 3, **more: object) -> Commitment:
    carriers = (Carrier(name="heat", demand=np.array(demand, dtype=float)), Carrier(name="gas", price=0.09))
    return Commitment(hours=1.0, steps=steps, carriers=carriers, units=units, **more)


def test_a_store_bridges_a_step_in_which_a_start_would_cost_more() -> None:
    tank = Store(name="tank", carrier="heat", capacity=5.0, charge=5.0, discharge=5.0, initial=4.0)

    without = solve(plant([6, 0, 2], boiler(start_cost=3.0)))
    plan = solve(plant([6, 0, 2], boiler(start_cost=3.0), stores=(tank,)))
    # By hand: 6 + 2 kWh at 0.1, two starts; with the tank 2 of the 6 kWh and no second start.
    assert without.objective == pytest.approx(0.8 + 6)
    assert plan.objective == pytest.approx(0.1 * 4 + 3)
    assert plan.on.tolist() == [[True, False, False]]


def test_losses_and_efficiency_of_a_store() -> None:
    tank = Store(
        name="tank", carrier="heat", capacity=50.0, charge=9.0, discharge=9.0, loss=0.1, efficiency=0.8, initial=10.0,
        final=12.0,
    )  # fmt: skip

    plan = solve(plant([0, 0], boiler(), steps=2, stores=(tank,)))
    # 10 -> 8.1 without charging; 12 - 8.1 = 3.9 kWh late in the tank are 4.875 kWh charged in the last hour
    assert plan.levels[0, -1] == pytest.approx(12.0)
    assert plan.objective == pytest.approx(0.1 * 3.9 / 0.8)


def test_a_demand_charge_counts_above_the_peak_before() -> None:
    carriers = (
        Carrier(name="heat", demand=np.array([4.0, 9.0])),
        Carrier(name="gas", price=0.09, demand_charge=2.0, peak_before=7.0),
    )

    plan = solve(Commitment(hours=1.0, steps=2, carriers=carriers, units=(boiler(),)))
    assert plan.costs.demand == pytest.approx(2.0 * (10.0 - 7.0))
    assert plan.costs.energy == pytest.approx(1.3)


def test_carbon_can_outweigh_money() -> None:
    dirty = boiler("dirty")
    clean = Unit(name="clean", carrier="heat", load=np.array([1.0, 10.0]), flows={"wood": np.array([-1.2, -12.0])})
    carriers = (
        Carrier(name="heat", demand=5.0),
        Carrier(name="gas", price=0.09, carbon=0.2),
        Carrier(name="wood", price=0.10, carbon=0.0),
    )
    asked = Commitment(hours=1.0, steps=1, carriers=carriers, units=(dirty, clean))

    assert solve(asked).on[:, 0].tolist() == [True, False]
    plan = solve(replace(asked, carbon_price=0.2))
    assert plan.on[:, 0].tolist() == [False, True]
    assert plan.emissions == 0
    assert plan.costs.money == pytest.approx(0.6)


def test_demand_that_cannot_be_met_is_told_with_amount_step_and_cause() -> None:
    plan = solve(plant([5, 14, 12], boiler()))

    assert not plan.met
    assert_allclose(plan.unserved["heat"], [0, 4, 2])
    (told,) = plan.findings
    assert (told.code, told.count, told.first) == ("plant.commitment_unserved", 2, "step 1")
    assert "6 kWh of the demand are not met" in told.text()
    assert "at most 4 kW at step 1: all that is there gives 10 kW at most" in told.text()
    assert "add 4 kW of capacity" in told.text()


def test_a_connection_that_is_too_small_is_named() -> None:
    carriers = (Carrier(name="heat", demand=9.0), Carrier(name="gas", price=0.09, limit=8.0))

    plan = solve(Commitment(hours=1.0, steps=1, carriers=carriers, units=(boiler(),)))
    assert plan.unserved["heat"] == pytest.approx(9 - 7.2)
    assert "no more of 'gas' may be bought" in plan.findings[0].text()


def test_supply_that_has_nowhere_to_go_is_told() -> None:
    plan = solve(plant([1.0, 5.0, 5.0], boiler(on_before=True, since=1, least_up=3)))

    assert plan.surplus["heat"] == pytest.approx([1.0, 0.0, 0.0])
    assert [one.code for one in plan.findings] == ["plant.commitment_surplus"]


def test_a_level_at_the_end_that_cannot_be_reached_is_told() -> None:
    tank = Store(name="tank", carrier="heat", capacity=50.0, charge=2.0, discharge=9.0, final=40.0)

    plan = solve(plant([5, 5, 5], boiler(), stores=(tank,)))
    assert plan.short == pytest.approx([34.0])
    assert [one.code for one in plan.findings] == ["plant.commitment_final"]


def test_a_start_that_is_given_is_used_and_never_needed() -> None:
    asked = plant([6, 3, 2], boiler(start_cost=3.0), boiler("other", 4.0, start_cost=1.0))

    plan = solve(asked)
    assert solve(asked, start=plan).objective == pytest.approx(plan.objective)
    assert solve(asked, start=np.zeros((2, 3), dtype=bool)).objective == pytest.approx(plan.objective)


def test_no_units_and_no_stores_buy_what_is_asked() -> None:
    asked = Commitment(hours=0.5, steps=2, carriers=(Carrier(name="electricity", demand=3.0, price=0.2),))

    assert solve(asked).objective == pytest.approx(0.6)


@settings(max_examples=50, deadline=None)
@given(problem=commitments(most_steps=5, heat=True, ramps=True, stores=True))
def test_the_textbook_program_finds_the_same(problem: Commitment) -> None:
    plan = solve(problem, gap=0.0, method="milp")

    lead, *others = problem.carriers
    met = replace(problem, carriers=(replace(lead, penalty=None), *others))
    expected, _ = naive(met, weight=PENALTY)
    assert plan.objective == pytest.approx(expected, rel=1e-6, abs=1e-5)


def test_a_rounded_plan_is_not_taken_for_the_best() -> None:
    """Rounding leaves demand unmet here at a price; the best plan, by the brute force, meets it all."""
    power, heat = np.array([-1.0, -2.0, -3.0, -4.0]), np.array([0.5, 1.0, 1.5, 2.0])
    units = (
        Unit(
            name="one", carrier="air", load=np.array([0.0, 1.0, 2.0, 3.0]),
            flows={"electricity": power, "heat": heat}, least_up=2, since=1,
        ),
        Unit(
            name="other", carrier="air", load=np.array([0.0, 1.0, 2.0, 4.0]),
            flows={"electricity": power, "heat": heat}, least_down=2, on_before=True, since=1,
        ),
    )  # fmt: skip
    carriers = (
        Carrier(name="air", demand=np.array([0.0, 3.0, 1.0]), penalty=PENALTY),
        Carrier(name="electricity", price=0.1),
        Carrier(name="heat", sale=0.01),
    )
    asked = Commitment(hours=0.25, steps=3, carriers=carriers, units=units)

    plan = solve(asked, gap=0.0, method="milp")
    assert plan.objective == pytest.approx(best_cost(asked, PENALTY))
    assert plan.bound == pytest.approx(plan.objective)
