"""Buildings with meters of their own: netting at the connection or not, limits, and the objective by a second road."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.dispatch.random_sites import random_case
from wattstone.base import InputRefused
from wattstone.dispatch.accounts import account_nets
from wattstone.dispatch.backtest import backtest, perfect, seasonal_naive
from wattstone.dispatch.cost import balance_error, settled
from wattstone.dispatch.follow import follow_of
from wattstone.dispatch.guards_site import guard_site
from wattstone.dispatch.outlook import Errors, Outlook, State, Task
from wattstone.dispatch.rules import by_rule
from wattstone.dispatch.site import Battery, Building, Charger, Grid, Netting, Pv, Site, Weights
from wattstone.dispatch.solve import Planner

START = datetime(2024, 1, 1)
SEEDS = st.integers(0, 2**32 - 1)
METERS = ("site", "building")


def random_community(seed: int, *, positive: bool = True) -> tuple[Site, Outlook, State]:
    """A random site whose devices and load are split among two buildings and what is common."""
    site, look, state = random_case(seed, steps=8, positive=positive)
    draw = np.random.default_rng(seed)
    place = {one.id: int(draw.integers(0, 3)) for one in site.devices}
    buildings = tuple(
        Building(
            id=f"block{number}",
            devices=frozenset(name for name, where in place.items() if where == number),
            import_limit=float(draw.choice([np.inf, 60.0])),
        )
        for number in range(2)
    )
    spread = (
        tuple(Errors(np.sort(draw.normal(0, 2, (2, 3)), axis=1), np.array([0.3, 0.4, 0.3])) for _ in range(3))
        if draw.random() < 0.5
        else ()
    )
    netting = Netting(energy=str(draw.choice(METERS)), carbon=str(draw.choice(METERS)))  # pyright: ignore[reportArgumentType]
    cap = float(draw.choice([np.inf, 100.0]))
    shares = draw.dirichlet(np.ones(3), look.steps).T[:2]
    return (
        replace(site, buildings=buildings, netting=netting, carbon_cap=cap),
        replace(look, buildings=shares * look.load, building_errors=spread),
        state,
    )


@given(seed=SEEDS, positive=st.booleans())
@settings(max_examples=50)
def test_objective_equals_the_cost_of_the_schedule_at_every_netting(seed, positive):
    site, look, state = random_community(seed, positive=positive)
    plan = Planner().plan(site, look, state)

    if plan.mode == "optimal":
        assert_allclose(plan.objective, plan.costs.total, rtol=1e-6, atol=1e-6)
        nets = account_nets(site, look, plan.schedule)
        assert np.abs(balance_error(look, plan.schedule)).max() < 1e-6
        if site.accounts:
            assert_allclose(nets.sum(axis=0), plan.schedule.net, atol=1e-6)
        for net, one in zip(nets, site.accounts, strict=True):
            assert net.max() <= one.import_limit + 1e-6
    else:
        assert plan.conflicts


@given(seed=SEEDS)
@settings(max_examples=25)
def test_buildings_that_share_nothing_are_planned_as_if_each_were_alone(seed):
    """Every account by itself has the same cost in all as the whole, where no limit or charge joins them."""
    site, look, state = random_community(seed)
    free = replace(
        site,
        grid=Grid(),
        weights=replace(site.weights, ramping=0.0),
        charging_limit=np.inf,
        carbon_cap=np.inf,
        netting=Netting(energy="building", carbon="building"),
        buildings=tuple(replace(one, import_limit=np.inf) for one in site.buildings),
    )
    whole = Planner().plan(free, look, state)
    apart = [Planner().plan(*alone(free, look, state, number)) for number in range(3)]

    assert {whole.mode, *(one.mode for one in apart)} == {"optimal"}
    assert_allclose(whole.costs.total, sum(one.costs.total for one in apart), rtol=1e-6, atol=1e-6)


def alone(site: Site, look: Outlook, state: State, number: int) -> tuple[Site, Outlook, State]:
    """One account as a site of its own."""
    inside = site.accounts[number].devices

    def rows(devices) -> list[int]:
        return [row for row, one in enumerate(devices) if one.id in inside]

    pv, packs, lights, buffers = map(rows, (site.pv, site.batteries, site.dimmables, site.buffers))
    own = replace(
        site,
        pv=tuple(site.pv[row] for row in pv),
        batteries=tuple(site.batteries[row] for row in packs),
        dimmables=tuple(site.dimmables[row] for row in lights),
        buffers=tuple(site.buffers[row] for row in buffers),
        buildings=(),
    )
    seen = replace(
        look,
        load=look.account_loads[number],
        pv=look.pv[pv],
        tasks=tuple(task for task in look.tasks if task.device in inside),
        drift=look.drift[buffers],
        wanted=look.wanted[lights],
        needed=look.needed[lights],
        errors=look.building_errors[number] if look.building_errors else None,
        buildings=np.zeros((0, 0)),
        building_errors=(),
    )
    return own, seen, replace(state, soc=state.soc[packs], buffers=state.buffers[buffers])


def two_blocks(**more) -> Site:
    """PV on one block, all the load in the other."""
    return Site(
        id="yard",
        pv=(Pv(id="roof", capacity=5.0),),
        buildings=(Building(id="sunny", devices=frozenset({"roof"})), Building(id="shady")),
        **more,
    )


def noon(**more) -> Outlook:
    given = {"load": np.array([4.0]), "buildings": np.array([[0.0], [4.0]])} | more
    return Outlook(
        start=START, hours=1.0, import_price=np.array([0.5]), export_price=np.array([0.1]), pv=np.array([[4.0]]),
        intensity=np.array([0.3]), terminal_value=0.0, **given,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("energy", "carbon", "paid", "emitted"),
    [
        ("site", "site", 0.0, 0.0),
        ("site", "building", 0.0, 1.2),  # the shady block imports 4 kWh by its own meter: 4 x 0.3 kg
        ("building", "site", 1.6, 0.0),  # 4 x 0.5 paid, 4 x 0.1 earned
        ("building", "building", 1.6, 1.2),
    ],
)
def test_what_one_feeds_in_another_draws_or_not(energy, carbon, paid, emitted):
    site = two_blocks(netting=Netting(energy=energy, carbon=carbon), weights=Weights(carbon=2.0))
    plan = Planner().plan(site, noon(), State())

    assert plan.costs.energy == pytest.approx(paid)
    assert plan.costs.carbon == pytest.approx(2 * emitted)
    assert [float(one.sum()) for one in settled(site, plan.outlook, plan.schedule)] == pytest.approx([paid, emitted])


def test_a_battery_serves_its_own_building_where_carbon_counts_there():
    """Energy is netted, so only the carbon of the block's own meter tells the battery to spare its block."""
    pack = Battery(id="pack", capacity=4.0, charge=4.0, discharge=4.0, charge_efficiency=1.0, discharge_efficiency=1.0)
    site = Site(
        id="yard",
        batteries=(pack,),
        buildings=(Building(id="own", devices=frozenset({"pack"})), Building(id="other")),
        weights=Weights(carbon=1.0),
        netting=Netting(carbon="building"),
    )
    look = Outlook(
        start=START, hours=1.0, load=np.array([6.0, 6.0]), buildings=np.array([[1.0, 5.0], [5.0, 1.0]]),
        import_price=np.full(2, 0.2), export_price=np.zeros(2), intensity=np.array([0.5, 0.4]), terminal_value=0.0,
    )  # fmt: skip

    by_building = Planner().plan(site, look, State(soc=np.array([4.0])))
    by_site = Planner().plan(replace(site, netting=Netting()), look, State(soc=np.array([4.0])))

    assert_allclose(by_building.schedule.battery[0], [-1.0, -3.0], atol=1e-9)
    assert_allclose(by_site.schedule.battery[0], [-4.0, 0.0], atol=1e-9)


def test_a_cap_counts_where_carbon_does():
    site = two_blocks(netting=Netting(carbon="building"), carbon_cap=1.0)
    plan = Planner().plan(site, noon(), State())

    assert plan.mode == "relaxed"
    (conflict,) = plan.conflicts
    assert (conflict.constraint, conflict.amount) == ("cap", pytest.approx(0.2))


def charging(limit: float) -> tuple[Site, Outlook]:
    site = Site(
        id="yard",
        chargers=(Charger(id="bay", power=7.0, efficiency=1.0),),
        buildings=(Building(id="block", devices=frozenset({"bay"}), import_limit=limit), Building(id="other")),
    )
    task = Task(device="bay", first=0, last=3, energy=9.0, power=7.0, name="car")
    look = Outlook(
        start=START, hours=1.0, load=np.full(3, 4.0), buildings=np.array([[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]]),
        import_price=np.array([0.1, 0.2, 0.3]), export_price=np.zeros(3), tasks=(task,),
    )  # fmt: skip
    return site, look


def test_the_limit_of_a_building_moves_its_vehicle():
    plan = Planner().plan(*charging(6.0), State())

    assert plan.mode == "optimal"
    assert_allclose(plan.schedule.tasks[0], [4.0, 4.0, 1.0], atol=1e-9)


def test_a_limit_that_leaves_too_little_is_named_with_its_building():
    plan = Planner().plan(*charging(4.0), State())

    (conflict,) = plan.conflicts
    assert (plan.mode, conflict.constraint, conflict.amount) == ("relaxed", "task", pytest.approx(3.0))
    assert any(one.startswith("the import limit of 'block'") for one in conflict.because)


def test_a_load_above_its_buildings_limit_leads_to_a_fallback_that_keeps_the_vehicle_off():
    plan = Planner().plan(*charging(1.0), State())

    assert plan.mode == "safe"
    assert [(one.constraint, one.device) for one in plan.conflicts if one.is_limit] == [("import", "block")]
    assert_allclose(plan.schedule.tasks[0], 0.0)


def test_the_guard_keeps_the_limit_of_a_building_and_says_when_it_cannot_see_it():
    site, _ = charging(5.0)
    made = guard_site(site, {"bay": 7.0}, seen={}, before={}, rest=10.0, buildings={"block": (2.0, 0.0)}, hours=1.0)
    blind = guard_site(site, {"bay": 7.0}, seen={}, before={}, rest=10.0, hours=1.0)
    over = guard_site(site, {"bay": 7.0}, seen={}, before={}, rest=10.0, buildings={"block": (6.0, 0.0)}, hours=1.0)

    assert made.powers == {"bay": pytest.approx(3.0)}
    assert made.devices[0].reasons == ("building_import",)
    assert (blind.powers, blind.reasons) == ({"bay": 7.0}, ("building_unchecked",))
    assert (over.powers, over.reasons) == ({"bay": 0.0}, ("building_import",))


def test_the_guard_keeps_a_buildings_export_by_its_own_pv():
    site = Site(
        id="yard",
        pv=(Pv(id="own", capacity=8.0), Pv(id="other", capacity=8.0)),
        buildings=(Building(id="block", devices=frozenset({"own"}), export_limit=3.0),),
    )
    asked = {"own": 8.0, "other": 8.0}
    made = guard_site(site, asked, seen={}, before={}, rest=1.0, pv=14.0, buildings={"block": (1.0, 7.0)}, hours=1.0)

    assert made.powers == {"own": pytest.approx(4.0), "other": 8.0}


def test_loads_of_buildings_that_do_not_fit_are_refused():
    with pytest.raises(InputRefused) as refused:
        Planner().plan(two_blocks(netting=Netting(energy="building")), noon(buildings=np.zeros((1, 1))), State())

    assert "buildings" in refused.value.findings[0].place


def pair(netting: Netting) -> tuple[Site, Outlook]:
    """A sunny block with a battery and a shady one, over two days by the hour."""
    pack = Battery(id="pack", capacity=8.0, charge=4.0, discharge=4.0, charge_efficiency=1.0, discharge_efficiency=1.0)
    site = Site(
        id="yard",
        pv=(Pv(id="roof", capacity=5.0),),
        batteries=(pack,),
        buildings=(Building(id="sunny", devices=frozenset({"roof", "pack"})), Building(id="shady")),
        netting=netting,
    )
    hour = np.arange(48) % 24
    day = (hour >= 8) & (hour < 16)
    loads = np.array([np.where(day, 1.0, 0.5), np.where(day, 2.0, 1.0)])
    truth = Outlook(
        start=START, hours=1.0, load=loads.sum(axis=0), buildings=loads, import_price=np.where(hour < 12, 0.2, 0.3),
        export_price=np.full(48, 0.05), pv=np.where(day, 4.0, 0.0)[None], intensity=np.full(48, 0.4),
        terminal_value=0.0,
    )  # fmt: skip
    return site, truth


@pytest.mark.parametrize("energy", METERS)
@pytest.mark.parametrize("carbon", METERS)
def test_a_backtest_settles_where_the_site_says(energy, carbon):
    site, truth = pair(Netting(energy=energy, carbon=carbon))
    state = State(soc=np.zeros(1))
    runs = [
        by_rule(site, truth, "none", initial=state, day=24),
        by_rule(site, truth, "self_consumption", initial=state, day=24),
        backtest(site, truth, seasonal_naive(24), initial=state, horizon=24),
        perfect(site, truth, initial=state, margin=0),
    ]
    idle = np.array([truth.buildings[0] - truth.pv[0], truth.buildings[1], np.zeros(48)])
    nets = {"site": idle.sum(axis=0, keepdims=True), "building": idle}
    paid = sum(np.where(net > 0, truth.import_price, truth.export_price) @ net for net in nets[energy])

    assert runs[0].totals()["energy"] == pytest.approx(paid)
    assert runs[0].totals()["carbon"] == pytest.approx(0.4 * np.maximum(nets[carbon], 0.0).sum())
    for one in runs:
        assert_allclose(one.done.accounts.sum(axis=0) if site.accounts else one.done.net, one.done.net, atol=1e-9)
        assert one.totals()["cost"] >= runs[-1].totals()["cost"] - 1e-6
        assert one.objective_error < 1e-6


def test_own_sun_first_means_the_buildings_own_where_each_pays_alone():
    alone, truth = pair(Netting(energy="building", carbon="building"))
    together, _ = pair(Netting())
    state = State(soc=np.zeros(1))
    by_building = by_rule(alone, truth, "self_consumption", initial=state, day=24)
    by_site = by_rule(together, truth, "self_consumption", initial=state, day=24)

    # At 8 the roof gives 4 kW: beyond its own block's 1 kW, and beyond the 3 kW of both.
    assert by_building.done.battery[0, 8] == pytest.approx(3.0)
    assert by_site.done.battery[0, 8] == pytest.approx(1.0)


def test_nothing_later_reaches_a_plan_of_buildings():
    site, truth = pair(Netting(energy="building"))
    state, cut = State(soc=np.zeros(1)), 30
    draw = np.random.default_rng(5)
    loads = truth.buildings.copy()
    loads[:, cut:] = draw.uniform(0, 9, (2, 48 - cut))
    other = replace(truth, buildings=loads, load=loads.sum(axis=0))
    runs = [backtest(site, one, seasonal_naive(24), initial=state, horizon=24) for one in (truth, other)]

    assert np.array_equal(runs[0].done.battery[:, :cut], runs[1].done.battery[:, :cut])
    assert not np.array_equal(runs[0].done.battery[:, cut:], runs[1].done.battery[:, cut:])


@pytest.mark.parametrize("energy", METERS)
@pytest.mark.parametrize("carbon", METERS)
def test_batteries_follow_the_meter_at_which_energy_counts(energy, carbon):
    """More load in the dear evening than was forecast is covered; the neighbour's only where energy is netted."""
    site, truth = pair(Netting(energy=energy, carbon=carbon))
    site, hour = replace(site, weights=Weights(carbon=0.1)), np.arange(48) % 24
    truth = replace(truth, import_price=np.where((hour >= 18) & (hour < 20), 0.5, 0.2))
    plan = Planner().plan(site, truth, State(soc=np.full(1, 8.0)))
    (follow,) = follow_of(plan, 18)

    assert follow.own == (energy == "building")
    assert follow.flow(2.5, 0.7) == pytest.approx(-0.7 if energy == "building" else -2.5)


@given(seed=SEEDS, energy=st.sampled_from(METERS))
@settings(max_examples=10)
def test_run_by_wrong_forecasts_a_building_is_above_its_limit_only_with_all_that_its_battery_can_give(seed, energy):
    site, truth = pair(Netting(energy=energy))
    shady = Building(id="shady", devices=frozenset({"pack"}), import_limit=4.0)
    site = replace(site, buildings=(Building(id="sunny", devices=frozenset({"roof"})), shady))
    loads = np.random.default_rng(seed).uniform(0.0, 6.0, (2, 48))
    truth = replace(truth, buildings=loads, load=loads.sum(axis=0), pv=3 * truth.pv)
    state = State(soc=np.full(1, 6.0))
    done = backtest(site, truth, seasonal_naive(24), initial=state, horizon=12, every=4).done

    spent = (done.battery[0] < -4.0 + 1e-6) | (done.soc[0] < 1e-6)
    assert np.all((done.accounts[1] < 4.0 + 1e-6) | spent)
    assert np.any(loads[1] > 4.0)
