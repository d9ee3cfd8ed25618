"""Plans of sites: the objective by a second road, limits kept, hand-worked optima, integers against enumeration."""

from dataclasses import replace
from datetime import datetime
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.dispatch.random_sites import random_case
from wattstone.base import InputRefused
from wattstone.dispatch.cost import balance_error, cost_of
from wattstone.dispatch.highs import PersistentModel, Status
from wattstone.dispatch.outlook import Errors, Outlook, State, Task
from wattstone.dispatch.plan import Plan
from wattstone.dispatch.problem import problem
from wattstone.dispatch.site import Battery, Buffer, Charger, Dimmable, Grid, Pv, Site, Weights
from wattstone.dispatch.solve import Planner

START = datetime(2024, 1, 1)
SEEDS = st.integers(0, 2**32 - 1)


def outlook(load, price, export=0.0, **more) -> Outlook:
    load = np.asarray(load, dtype=float)
    even = np.ones(load.size)
    given = {"terminal_value": 0.0, "hours": 1.0} | more
    return Outlook(start=START, load=load, import_price=price * even, export_price=export * even, **given)


def check(plan: Plan, state: State) -> None:
    """Everything a schedule has to keep, told from the site alone."""
    site, look, made = plan.site, plan.outlook, plan.schedule
    near = 1e-6
    assert np.abs(balance_error(look, made)).max() < near
    assert made.net.max() <= site.grid.import_limit + near
    assert made.net.min() >= -site.grid.export_limit - near
    for row, battery in enumerate(site.batteries):
        kept = (1 - battery.loss) ** look.hours
        before = np.concatenate(([state.soc[row]], made.soc[row, :-1]))
        gained = battery.charge_efficiency * made.charge[row] - made.discharge[row] / battery.discharge_efficiency
        assert_allclose(made.soc[row], kept * before + look.hours * gained, atol=near)
        assert made.soc[row].max() <= battery.most * battery.capacity + near
        assert made.soc[row, -1] >= battery.least * battery.capacity - near
        assert np.minimum(made.charge[row], made.discharge[row]).max() < 1e-5
        assert made.charge[row].max() <= battery.charge + near
    for row, task in enumerate(look.tasks):
        outside = np.ones(look.steps, dtype=bool)
        outside[max(task.first, 0) : task.last] = False
        assert np.all(made.tasks[row, outside] == 0)
        if task.last <= look.steps:
            assert made.tasks[row].sum() * look.hours * task.efficiency >= task.energy - 1e-5
    drawn = sum((made.tasks[row] for row, task in enumerate(look.tasks) if task.device.startswith("ev")), np.zeros(1))
    assert np.max(drawn) <= site.charging_limit + near


@given(seed=SEEDS, positive=st.booleans())
@settings(max_examples=60)
def test_objective_equals_the_cost_of_the_schedule(seed, positive):
    site, look, state = random_case(seed, positive=positive)
    plan = Planner().plan(site, look, state)

    if plan.mode == "optimal":
        assert_allclose(plan.objective, plan.costs.total, rtol=1e-6, atol=1e-6)
    assert plan.mode == "optimal" or plan.conflicts
    if plan.mode == "optimal":
        check(plan, state)


@given(seed=SEEDS)
@settings(max_examples=20)
def test_a_warm_planner_plans_as_well_as_a_new_one(seed):
    warm = Planner()
    for one in (seed, seed, seed + 1):
        site, look, state = random_case(one)
        for bend in (1.0, 1.3):
            moved = replace(look, load=look.load * bend)
            again, fresh = warm.plan(site, moved, state), Planner().plan(site, moved, state)
            assert again.mode == fresh.mode
            if fresh.mode == "optimal":
                assert_allclose(again.objective, fresh.objective, rtol=1e-6, atol=1e-6)


def test_price_spread_is_used_as_far_as_losses_pay():
    # 4 kWh bought at 0.10 give 4 * 0.9 * 0.9 = 3.24 kWh at 0.50; the load of the dear hour is 3 kWh, so 3 / 0.81 are
    # bought.
    site = Site(
        id="a",
        batteries=(
            Battery(id="b", capacity=9, charge=9, discharge=9, charge_efficiency=0.9, discharge_efficiency=0.9),
        ),
    )
    plan = Planner().plan(site, outlook([1, 3], np.array([0.1, 0.5])), State(soc=np.zeros(1)))

    assert_allclose(plan.schedule.charge[0], [3 / 0.81, 0], atol=1e-9)
    assert plan.costs.energy == pytest.approx(0.1 * (1 + 3 / 0.81))
    assert plan.objective == pytest.approx(plan.costs.energy, abs=1e-4)


def test_a_demand_charge_flattens_and_counts_from_the_peak_so_far():
    # 1 + 5 kWh flatten to 3 + 3 with a lossless battery; 2 kW were reached before, so 1 kW is paid for.
    site = Site(
        id="a",
        grid=Grid(demand_charge=10.0),
        batteries=(Battery(id="b", capacity=9, charge=9, discharge=9, charge_efficiency=1, discharge_efficiency=1),),
    )
    plan = Planner().plan(site, outlook([1, 5], 0.2), State(soc=np.zeros(1), peak=2.0))

    assert_allclose(plan.schedule.net, [3, 3])
    assert plan.costs.demand == pytest.approx(10.0)


def test_carbon_moves_a_vehicle_to_the_clean_hour():
    site = Site(id="a", chargers=(Charger(id="c", power=4.0),), weights=Weights(energy=0, carbon=1.0))
    task = Task(device="c", first=0, last=3, energy=3.6, power=4.0, efficiency=0.9)
    plan = Planner().plan(site, outlook([1, 1, 1], 0.2, intensity=np.array([0.5, 0.1, 0.4]), tasks=(task,)), State())

    assert_allclose(plan.schedule.tasks[0], [0, 4, 0], atol=1e-9)
    assert plan.costs.carbon == pytest.approx(0.5 + 0.1 * 5 + 0.4)


def test_expected_cost_hedges_where_the_forecast_alone_would_not():
    # Forecast net load 0, truly -2 or +2 kW. By the forecast, discharge earns nothing; by expectation 2 kW save half
    # of 0.3.
    site = Site(
        id="a",
        batteries=(Battery(id="b", capacity=4, charge=2, discharge=2, charge_efficiency=1, discharge_efficiency=1),),
    )
    errors = Errors(np.array([[-2.0, 2.0]]), np.array([0.5, 0.5]))
    sure = Planner().plan(site, outlook([0.0], 0.3, terminal_value=0.1), State(soc=np.array([4.0])))
    wary = Planner().plan(site, outlook([0.0], 0.3, terminal_value=0.1, errors=errors), State(soc=np.array([4.0])))

    assert_allclose(sure.schedule.discharge, 0, atol=1e-9)
    assert_allclose(wary.schedule.discharge, 2.0, atol=1e-9)
    assert wary.costs.energy == pytest.approx(0.0)
    assert wary.objective == pytest.approx(wary.costs.total)


def test_light_is_dimmed_where_it_costs_more_than_it_is_worth_and_never_below_what_is_needed():
    site = Site(id="a", dimmables=(Dimmable(id="l", power=10.0, comfort=0.3),))
    plan = Planner().plan(
        site,
        outlook([0, 0], np.array([0.2, 0.5]), wanted=np.array([[0.8, 0.8]]), needed=np.array([[0.3, 0.3]])),
        State(),
    )

    assert_allclose(plan.schedule.dimmables, [[8, 3]])
    assert plan.costs.comfort == pytest.approx(0.3 * 5)


def test_a_tank_is_filled_before_the_dear_hour():
    # 2 m3 in the tank, 1 m3 used each hour, 0.5 m3 pumped by a kWh, never below 1 m3.
    tank = Buffer(
        id="t", kind="tank", power=4.0, retain=1.0, gain=0.5, low=1.0, high=9.0, lowest=0.0, highest=9.0, comfort=99
    )
    plan = Planner().plan(
        Site(id="a", buffers=(tank,)),
        outlook([0, 0, 0], np.array([0.1, 0.9, 0.9]), drift=np.full((1, 3), -1.0)),
        State(buffers=np.array([2.0])),
    )

    assert_allclose(plan.schedule.buffers, [[4, 0, 0]], atol=1e-9)
    assert_allclose(plan.schedule.states, [[3, 2, 1]], atol=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_negative_prices_never_pay_for_waste_and_match_enumeration(seed):
    """The optimum over every choice of directions, each a linear program of its own, is the planner's."""
    draw = np.random.default_rng(seed)
    steps = 4
    site = Site(
        id="a",
        batteries=(
            Battery(id="b", capacity=5, charge=3, discharge=3, charge_efficiency=0.8, discharge_efficiency=0.8),
        ),
        grid=Grid(import_limit=8.0, export_limit=6.0),
    )
    look = outlook(
        draw.uniform(0, 3, steps), draw.uniform(-0.5, 0.2, steps), draw.uniform(-0.4, 0.3, steps), terminal_value=0.05
    )
    state = State(soc=np.array([2.0]))
    plan = Planner().plan(site, look, state)
    asked = problem(site, look, state)
    at, best = asked.layout.column, np.inf
    for ways in product((0, 1), repeat=2 * steps):
        upper = asked.program.upper.copy()
        for step in range(steps):
            upper[at["discharge" if ways[step] else "charge"].start + step] = 0.0
            upper[at["export" if ways[steps + step] else "import"].start + step] = 0.0
        one = PersistentModel(replace(asked.program, upper=upper)).solve()
        best = min(best, one.objective) if one.status is Status.OPTIMAL else best

    assert plan.mode == "optimal"
    check(plan, state)
    assert plan.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert plan.costs.total == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_feeding_in_that_earns_more_than_drawing_costs_is_never_a_circle():
    plan = Planner().plan(Site(id="a"), outlook([2, 2], 0.1, 0.4), State())

    assert_allclose(plan.schedule.net, [2, 2])
    assert plan.objective == pytest.approx(0.4)


def test_a_reserve_is_kept_and_restored_as_fast_as_the_charger_allows():
    site = Site(
        id="a",
        batteries=(
            Battery(
                id="b", capacity=10, charge=2, discharge=5, charge_efficiency=1, discharge_efficiency=1, reserve=0.5
            ),
        ),
    )
    plan = Planner().plan(site, outlook([3, 3, 3], np.array([0.1, 0.5, 0.9])), State(soc=np.array([1.0])))

    assert plan.mode == "optimal"
    assert_allclose(plan.schedule.soc, [[3, 5, 5]])


def test_the_frame_has_a_row_for_each_step_and_device_and_adds_up():
    site, look, state = random_case(5)
    plan = Planner().plan(site, look, state)
    frame = plan.frame()

    assert frame.height == look.steps * (1 + len(site.devices))
    grid = frame.filter(device="grid")["power"].to_numpy()
    summed = sum(frame.filter(device=one.id)["power"].to_numpy() for one in site.devices)
    assert_allclose(grid, summed + look.load, atol=1e-9)
    assert frame.filter(device="grid")["cost"].sum() == pytest.approx(plan.costs.energy + plan.costs.carbon)


def test_cost_of_another_schedule_is_never_below_the_plan():
    site, look, state = random_case(11)
    plan = Planner().plan(site, look, state)
    other = Planner().plan(site, replace(look, import_price=look.import_price[::-1].copy()), state)

    assert cost_of(site, plan.outlook, state, other.schedule).total >= plan.costs.total - 1e-9


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"load": np.zeros(0)}, ["load", "import_price"]),
        ({"load": np.array([1, np.nan, 2, np.nan])}, ["load"]),
        ({"import_price": np.array([0.1, np.nan, 0.1, 0.1])}, ["import_price"]),
        (
            {"export_price": np.array([0.1, np.inf, 0.1, 0.1]), "import_price": np.full(4, np.nan)},
            ["import_price", "export_price"],
        ),
        ({"pv": np.zeros((1, 3))}, ["pv"]),
        ({"pv": np.zeros((0, 0))}, ["pv"]),
        ({"intensity": np.full(3, 0.2)}, ["intensity"]),
    ],
)
def test_what_cannot_be_planned_with_is_refused_all_at_once(change, names):
    site = Site(id="a", pv=(Pv(id="p", capacity=5.0),))
    look = replace(outlook([1.0] * 4, 0.2, pv=np.ones((1, 4))), **change)

    with pytest.raises(InputRefused) as refused:
        Planner().plan(site, look, State())
    places = " ".join(one.place for one in refused.value.findings)
    assert all(f"'{name}'" in places for name in names)


def test_pv_at_night_or_above_the_inverter_is_cut_and_told():
    site = Site(id="a", pv=(Pv(id="p", capacity=5.0),))
    look = outlook([9.0] * 4, 0.2, pv=np.array([[1.0, -0.5, 7.0, 3.0]]), dark=np.array([True, False, False, False]))
    plan = Planner().plan(site, look, State())

    assert_allclose(plan.schedule.pv, [[0, 0, 5, 3]])
    assert [(one.code, one.count) for one in plan.findings] == [("dispatch.pv_impossible", 3)]


def test_more_energy_than_a_battery_holds_is_clipped_and_told():
    site = Site(id="a", batteries=(Battery(id="b", capacity=4, charge=2, discharge=2),))
    plan = Planner().plan(site, outlook([1.0], 0.2), State(soc=np.array([4000.0])))

    assert [one.code for one in plan.findings] == ["dispatch.soc_impossible"]
    assert plan.mode == "optimal"
