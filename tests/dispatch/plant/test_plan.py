"""Plans of plants small enough to be reckoned by hand, and laws that every plan keeps."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.dispatch.plant.toys import Toy, boiler, day
from wattstone.base import InputRefused
from wattstone.dispatch.commitment.types import Carrier, Unit
from wattstone.dispatch.plant.carry import carried
from wattstone.dispatch.plant.evaluate import Schedule, least_power, operation
from wattstone.dispatch.plant.plan import plan
from wattstone.dispatch.plant.plant import Machine, Plant, Store
from wattstone.dispatch.plant.replay import replay
from wattstone.dispatch.plant.result import PlantPlan
from wattstone.dispatch.plant.sheets import sheets

HOURS = np.arange(24)
TARIFF = np.where((HOURS >= 8) & (HOURS < 20), 0.2, 0.1)


def balanced(planned: PlantPlan, plant: Plant) -> None:
    """Cold and heat balance in every step, stores in every hour, money with the tariff."""
    done = planned.operation
    for carrier, made in (("cold", done.cold.sum(axis=0)), ("heat", (done.heat - done.driving).sum(axis=0))):
        rows = [at for at, one in enumerate(plant.stores) if one.carrier == carrier]
        stored = (done.tank_out[rows] - done.tank_in[rows]).sum(axis=0)
        demand = planned.cold if carrier == "cold" else planned.heat
        left = made + stored + done.unserved[carrier] - done.surplus[carrier] - demand
        assert np.abs(left).max() < 1e-6 * max(1.0, float(demand.max()))
    for row, store in enumerate(plant.stores):
        after = (1 - store.loss) * done.level[row, :-1] + store.efficiency * done.tank_in[row] - done.tank_out[row]
        assert done.level[row, 1:] == pytest.approx(after, abs=1e-6 * store.capacity)
        assert done.level[row].min() >= -1e-6
        assert done.level[row].max() <= store.capacity + 1e-6
    assert (done.electricity >= 0).all()
    assert done.kwh == pytest.approx(done.power.sum() * done.hours)


def test_one_chiller_costs_what_its_curve_says() -> None:
    """500 kW of 1000: 20 + 100 / 2 + 80 / 4 = 90 kW, for 12 h at 0.1 and 12 h at 0.2: 324; the start costs 7."""
    plant = Plant(name="one", machines=(Machine(source=Toy(name="c"), start_cost=7.0),))
    planned = plan(plant, day(cold=500.0, price=TARIFF))

    assert planned.operation.bill.energy == pytest.approx(90 * 12 * 0.3)
    assert planned.operation.bill.total == pytest.approx(90 * 12 * 0.3 + 7)
    assert planned.operation.power == pytest.approx(np.full(24, 90.0))
    assert planned.findings == ()
    assert planned.savings[0].cost == pytest.approx(0.0)


def test_loads_are_shared_where_marginal_costs_are_equal() -> None:
    """Two machines of different slopes at 1200 kW."""
    plant = Plant(name="two", machines=(Machine(source=Toy(name="a")), Machine(source=Toy(name="b", c=120.0))))
    planned = plan(plant, day(cold=1200.0, price=0.1))

    # By hand: 100 + 160 x = 100 + 240 y and x + y = 1.2, so that x = 0.72 and y = 0.48.
    assert planned.operation.load[:, 5] == pytest.approx([720.0, 480.0], abs=1.0)
    assert planned.operation.power[5] == pytest.approx(40 + 120 + 80 * 0.72**2 + 120 * 0.48**2, abs=1e-3)
    assert planned.after <= planned.before + 1e-9


def test_a_store_moves_cold_to_cheap_hours_and_is_not_emptied_for_nothing() -> None:
    tank = Store(name="tank", carrier="cold", capacity=3000.0, charge=500.0, discharge=500.0, initial=1500.0)
    machines = (Machine(source=Toy(name="a", a=0.0, c=0.0)), Machine(source=Toy(name="b", a=0.0, c=0.0)))
    plant = Plant(name="tank", machines=machines, stores=(tank,))
    ahead = day(cold=800.0, price=TARIFF)
    planned, without = plan(plant, ahead, gap=1e-4), plan(replace(plant, stores=()), ahead, gap=1e-4)

    balanced(planned, plant)
    # 0.1 kW for a kW of cold at all loads. The tank enters the dear hours with 3000 kWh, leaves them with none (500 kW
    # for 6 h), and is as full at the end as it was: 3000 kWh are moved, at 0.1 x 0.1 each.
    assert without.operation.bill.total - planned.operation.bill.total == pytest.approx(3000 * 0.1 * 0.1, rel=1e-3)
    assert planned.operation.level[0, -1] >= 1500.0 - 1e-6
    assert planned.savings[0].cost == pytest.approx(30.0, rel=1e-3)


def test_heat_is_recovered_where_it_displaces_fuel() -> None:
    """A heat-recovery chiller that takes more than the other chiller, but whose heat is worth a boiler's fuel."""
    machines = (Machine(source=Toy(name="plain")), Machine(source=Toy(name="recovery", makes="both", a=60.0)), boiler())
    plant = Plant(name="recovery", machines=machines)
    ahead = day(cold=600.0, heat=700.0, price=0.1, fuel_price=0.05, fuel_carbon=0.2, carbon=0.4)
    planned = plan(plant, ahead)

    balanced(planned, plant)
    # 600 kW of cold by recovery: 60 + 60 + 28.8 = 148.8 kW, which gives 748.8 kW of heat: no boiler.
    assert planned.operation.power == pytest.approx(np.full(24, 148.8), rel=1e-6)
    assert planned.operation.fuel_kwh == pytest.approx(0.0)
    # The rule takes the first of the list, 108.8 kW, and 700 / 0.9 kW of fuel.
    fewest = planned.savings[0]
    assert fewest.fuel_kwh == pytest.approx(24 * 700 / 0.9)
    assert fewest.kwh == pytest.approx(24 * (108.8 - 148.8))
    assert fewest.cost == pytest.approx(24 * (700 / 0.9 * 0.05 - 40 * 0.1))
    assert fewest.kg == pytest.approx(24 * (700 / 0.9 * 0.2 - 40 * 0.4))


def compressors() -> tuple[Unit, ...]:
    """Two compressors of 10 m3/min; the heat of the second, which takes 5 % more, can be used."""
    load = np.array([4.0, 10.0])
    power = np.array([30.0, 60.0])
    return (
        Unit(name="k1", carrier="air", load=load, flows={"air": load, "electricity": -power}),
        Unit(
            name="k2",
            carrier="air",
            load=load,
            flows={"air": load, "electricity": -1.05 * power, "heat": 0.8 * 1.05 * power},
        ),
    )


def test_the_heat_of_compressors_serves_hot_water() -> None:
    """One plan for both: the compressor whose heat is used runs, though it takes more than the other."""
    plant = Plant(
        name="joined",
        machines=(boiler(most=200.0),),
        units=compressors(),
        carriers=(Carrier(name="air", demand=10.0, unit="m3/min"),),
    )
    ahead = day(heat=60.0, price=0.1, fuel_price=0.06)
    planned = plan(plant, ahead)
    rows = dict(zip(planned.operation.machines, planned.operation.load, strict=True))

    assert rows["k2"] == pytest.approx(np.full(24, 10.0))
    # 63 kW and the boiler for 60 - 50.4 = 9.6 kW, below its least of 20 kW: at 20 kW, whose rest leaves.
    assert planned.operation.power == pytest.approx(np.full(24, 63.0))
    assert planned.operation.fuel_kwh == pytest.approx(24 * 20 / 0.9)
    # By the rule k1 runs, 60 kW, and the boiler makes all of it.
    assert planned.savings[0].cost == pytest.approx(24 * ((60 - 20) / 0.9 * 0.06 - 3 * 0.1))


def test_demand_that_cannot_be_met_is_told_by_how_much_and_when() -> None:
    cold = np.full(24, 500.0)
    cold[14] = 1250.0
    plant = Plant(name="small", machines=(Machine(source=Toy(name="c")),))
    planned = plan(plant, day(cold=cold, price=0.1, start="2026-07-01T00:00"))

    (found,) = planned.findings
    assert found.code == "plant.unserved"
    assert found.params["most"] == "250"
    assert found.first == "2026-07-01T14:00"
    assert "add 250 kW of cold" in found.text()
    assert planned.operation.unserved["cold"].sum() == pytest.approx(250.0)


def test_the_supply_is_raised_where_that_is_allowed() -> None:
    """1 % less for each K: 2 K in the hours in which coils allow it, none in the others."""
    plant = Plant(name="reset", machines=(Machine(source=Toy(name="c")),), supplies=(1.0, 2.0))
    warmer = np.where(HOURS < 6, 2.0, 0.0)
    planned = plan(plant, day(cold=500.0, price=0.1, warmer=warmer))

    assert planned.operation.settings["chilled_supply"] == pytest.approx(np.where(HOURS < 6, 9.0, 7.0))
    assert planned.operation.power[:8] == pytest.approx([90 * 0.98] * 6 + [90.0] * 2)


def test_a_plan_is_carried_out_under_another_demand() -> None:
    """Planned for 500 kW by one machine; 1300 kW come for an hour, for which the next of the list joins: 650 each."""
    plant = Plant(name="two", machines=tuple(Machine(source=Toy(name=n)) for n in "ab"), supplies=(2.0,))
    planned = plan(plant, day(cold=500.0, price=0.1, warmer=2.0)).operation
    real = day(cold=np.where(HOURS == 5, 1300.0, 550.0), price=0.1, warmer=2.0)
    nothing = np.zeros((0, 24))
    asked = Schedule(planned.load, nothing, nothing, nothing, np.full(24, 2.0))
    did = operation("plan", plant, real, carried(plant, real, sheets(plant, real, real.at), asked))

    assert did.load[:, 5] == pytest.approx([650.0, 650.0], abs=0.1)
    assert (did.on.sum(axis=0) == np.where(HOURS == 5, 2, 1)).all()
    assert did.unserved["cold"].max() < 1e-6
    # 20 + 55 + 80 x 0.55^2 = 99.2 kW, less 2 % for the warmer supply that was planned.
    assert did.power[0] == pytest.approx(99.2 * 0.98)


def test_variants_are_taken_where_they_are_cheaper() -> None:
    """A set-point that saves at low load and costs at high load."""
    other = Toy(name="c", a=10.0, b=130.0)
    plant = Plant(name="variants", machines=(Machine(source=Toy(name="c"), variants=(other,)),))
    cold = np.where(HOURS < 12, 300.0, 900.0)
    planned = plan(plant, day(cold=cold, price=0.1))

    low, high = 10 + 39 + 7.2, 20 + 90 + 64.8
    assert planned.operation.power == pytest.approx(np.where(HOURS < 12, low, high))


def test_least_times_and_starts_are_kept() -> None:
    cold = np.where(HOURS % 4 < 2, 600.0, 1500.0)
    machines = tuple(Machine(source=Toy(name=n), start_cost=5.0, least_up=4.0, least_down=3.0) for n in "abc")
    plant = Plant(name="rules", machines=machines)
    on = plan(plant, day(cold=cold, price=0.1)).operation.on

    for row in on:
        edges = np.flatnonzero(np.diff(row.astype(int)))
        for first, last in pairwise(edges):
            assert last - first >= (4 if row[first + 1] else 3)


def test_a_ramp_is_kept_by_the_refined_plan() -> None:
    cold = 600 + 300 * np.sin(HOURS / 24 * 2 * np.pi * 3)
    machines = (Machine(source=Toy(name="a"), ramp=60.0), Machine(source=Toy(name="b", share=0.1)))
    load = plan(Plant(name="ramp", machines=machines), day(cold=cold, price=0.1)).operation.load[0]

    both = (load[1:] > 0) & (load[:-1] > 0)
    assert np.abs(np.diff(load))[both].max(initial=0.0) <= 60.0 + 1e-6


def test_the_limit_is_that_of_the_second_law() -> None:
    """Cold of 12 to 7 degC with surroundings at 20 degC wet; by hand from the log-mean temperature, 282.64 K."""
    cold = float(least_power(day(1), cold=np.array([1000.0]), heat=np.zeros(1))[0])
    assert cold == pytest.approx(1000 * (293.15 / (5 / np.log(285.15 / 280.15)) - 1), rel=1e-9)
    # What is lifted from cold to heat at once takes Q_c (T_h / T_c - 1), whatever the surroundings (here alike).
    ahead = replace(day(1), at=replace(day(1).at, dry_bulb=np.full(1, 20.0)))
    low, high = 5 / np.log(285.15 / 280.15), 10 / np.log(333.15 / 323.15)
    both = float(least_power(ahead, cold=np.array([1000.0]), heat=np.array([1000.0 * high / low]))[0])
    assert both == pytest.approx(1000 * (high / low - 1), rel=1e-9)


def test_an_uncertain_forecast_gives_an_interval() -> None:
    machines = (Machine(source=Toy(name="a", c=150.0)), Machine(source=Toy(name="b")), Machine(source=Toy(name="c")))
    ahead = day(cold=1150.0, price=0.1, cold_error=80.0)
    known = plan(Plant(name="x", machines=machines), replace(ahead, cold_error=np.zeros(24)))
    planned = plan(Plant(name="x", machines=machines), ahead)

    assert known.savings[0].cost_low is None
    for one in planned.savings:
        assert one.cost_low is not None
        assert one.cost_high is not None
        assert one.cost_low <= one.cost <= one.cost_high
        assert one.cost_low < one.cost_high


def test_input_that_cannot_be_used_is_refused_at_once() -> None:
    ahead = replace(day(24), cold=np.where(HOURS == 3, np.nan, 100.0), fuel_price=np.full(24, -1.0))
    with pytest.raises(InputRefused) as refused:
        plan(Plant(name="empty", machines=()), ahead)

    assert {one.code for one in refused.value.findings} == {"plant.none", "plant.gap", "plant.negative"}


def test_a_rule_that_leaves_a_store_short_replaces_no_plan() -> None:
    """2900 kWh are asked of an empty tank: the plan costs more than rules, which leave it empty."""
    tank = Store(name="t", carrier="cold", capacity=3000.0, charge=1000.0, discharge=1000.0, final=2900.0)
    machines = tuple(Machine(source=Toy(name=n, a=0.0, c=0.0)) for n in "ab")
    planned = plan(Plant(name="final", machines=machines, stores=(tank,)), day(cold=800.0, price=0.1), gap=1e-4)

    assert planned.fallback == ""
    assert planned.operation.level[0, -1] >= 2900 - 1e-3
    assert planned.savings[0].cost == pytest.approx(-2900 * 0.1 * 0.1, rel=1e-3)


def test_what_the_site_has_to_spare_costs_nothing() -> None:
    """151.2 kW at 0.1: at noon PV gives 100 kW of them."""
    plant = Plant(name="pv", machines=(Machine(source=Toy(name="a")),))
    planned = plan(plant, day(cold=800.0, price=0.1, carbon=0.5, other=np.where(HOURS == 12, -100.0, 50.0)))

    assert planned.operation.bill.energy == pytest.approx(0.1 * (24 * 151.2 - 100))
    assert planned.operation.kg == pytest.approx(0.5 * (24 * 151.2 - 100))
    assert planned.operation.kwh == pytest.approx(24 * 151.2)
    assert planned.objective == pytest.approx(planned.before, rel=0.01)


def test_rules_are_those_of_operators() -> None:
    """1300 kW: two of three at 650, or three at 433.3; 500 kW: one, and one (two would be below their least)."""
    plant = Plant(name="rules", machines=tuple(Machine(source=Toy(name=n)) for n in "abc"))
    cold = np.where(HOURS < 12, 1300.0, 500.0)
    ahead = day(cold=cold, price=0.1)
    fewest, all_on = replay(plant, ahead, "fewest").operation.load, replay(plant, ahead, "all_on").operation.load

    assert fewest[:, 0] == pytest.approx([650.0, 650.0, 0.0])
    assert fewest[:, 20] == pytest.approx([500.0, 0.0, 0.0])
    assert all_on[:, 0] == pytest.approx([1300 / 3] * 3)
    assert all_on[:, 20] == pytest.approx([500.0, 0.0, 0.0])


def test_a_clock_fills_in_cheap_hours() -> None:
    tank = Store(name="tank", carrier="cold", capacity=2000.0, charge=500.0, discharge=500.0)
    plant = Plant(name="clock", machines=tuple(Machine(source=Toy(name=n)) for n in "ab"), stores=(tank,))
    price = np.where(HOURS < 6, 0.05, np.where(HOURS >= 18, 0.2, 0.1))
    done = replay(plant, day(cold=800.0, price=price), "fewest", storage="clock").operation

    # Six cheap hours and 500 kW, but room for 2000 kWh alone.
    assert done.tank_in[0] == pytest.approx(np.where(HOURS < 4, 500.0, 0.0))
    assert done.tank_out[0] == pytest.approx(np.where((HOURS >= 18) & (HOURS < 22), 500.0, 0.0))
    assert done.unserved["cold"].max() < 1e-6


@settings(max_examples=4, phases=[Phase.explicit, Phase.generate])
@given(
    mean=st.floats(700.0, 2200.0),
    swing=st.floats(0.0, 0.4),
    carbon_price=st.sampled_from([0.0, 0.1]),
    charge=st.sampled_from([0.0, 2.0]),
)
def test_no_plan_is_worse_than_a_rule_and_all_balances(
    mean: float, swing: float, carbon_price: float, charge: float
) -> None:
    cold = mean * (1 + swing * np.sin(HOURS / 24 * 2 * np.pi))
    machines = (
        Machine(source=Toy(name="a", c=40.0), start_cost=3.0, least_up=2.0),
        Machine(source=Toy(name="b", most=1500.0, a=40.0, b=170.0), start_cost=3.0),
        Machine(source=Toy(name="r", makes="both", most=500.0, a=15.0, b=70.0)),
        boiler(),
    )
    tank = Store(name="tank", carrier="cold", capacity=2000.0, charge=400.0, discharge=400.0, initial=500.0, loss=0.002)
    plant = Plant(name="p", machines=machines, stores=(tank,), carbon_price=carbon_price, demand_charge=charge)
    ahead = day(cold=cold, heat=300.0, price=TARIFF, fuel_price=0.05, carbon=0.4, fuel_carbon=0.2)
    planned = plan(plant, ahead, gap=0.01)
    smaller = plan(replace(plant, stores=()), ahead, gap=0.01)

    balanced(planned, plant)
    balanced(smaller, replace(plant, stores=()))
    for base in planned.baselines:
        assert planned.operation.bill.total <= base.operation.bill.total * (1 + 1e-6)
    # Before, the heat that straight lines promised and the curve does not give was not paid for.
    assert planned.after <= planned.before * 1.002
    assert 0 < planned.operation.share_of_limit < 1
    # More storage never costs more, but for the gap that both were solved to.
    assert planned.operation.bill.total <= smaller.operation.bill.total * 1.02 + 500 * 0.1 * 0.2
    assert max(one.most_share for one in planned.approximation) < 0.02


def test_heat_of_a_machine_that_makes_both_is_met_to_the_last_kilowatt() -> None:
    """Between the points at which its curve is sampled it gives less heat than the straight line says."""
    both = Machine(source=Toy(name="both", makes="both", most=400.0, a=10.0, b=120.0, c=30.0), start_cost=10.0)
    plant = Plant(name="p", machines=(both, Machine(source=Toy(name="cold")), boiler("b1", 600.0)))
    hour = np.arange(24)
    ahead = day(
        cold=600 + 200 * np.sin(hour / 3.7),
        heat=300 + 90 * np.cos(hour / 2.3),
        price=0.2,
        fuel_price=0.06,
    )

    made = plan(plant, ahead, gap=0.001, seconds=10)

    assert made.operation.unserved["heat"].max() < 1e-6
    assert made.operation.unserved["cold"].max() < 1e-6
    assert made.after <= made.before * (1 + 1e-3)
