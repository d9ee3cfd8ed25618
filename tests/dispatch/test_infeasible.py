"""What cannot be kept is named, with hour and amount; services give way, limits of the connection do not."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.dispatch.random_sites import random_case
from tests.dispatch.test_solve import START, outlook
from wattstone.dispatch.cost import balance_error
from wattstone.dispatch.highs import Status
from wattstone.dispatch.outlook import Session, State, Task, tasks_of
from wattstone.dispatch.site import Battery, Buffer, Charger, Dimmable, Grid, Pv, Site
from wattstone.dispatch.solve import Planner

HOUR = timedelta(hours=1)


def test_a_vehicle_that_leaves_too_early_gets_all_there_is_and_the_rest_is_told():
    # Two hours at 7 kW and 0.9 give 12.6 of 20 kWh.
    site = Site(id="a", chargers=(Charger(id="c", power=7.0),))
    task = Task(device="c", first=1, last=3, energy=20.0, power=7.0, efficiency=0.9, name="blue van")
    plan = Planner().plan(site, outlook([1] * 4, 0.2, tasks=(task,)), State())

    assert plan.mode == "relaxed"
    assert_allclose(plan.schedule.tasks, [[0, 7, 7, 0]], atol=1e-6)
    (conflict,) = plan.conflicts
    assert (conflict.constraint, conflict.device, conflict.first) == ("task", "blue van", START + 2 * HOUR)
    assert conflict.amount == pytest.approx(20 - 12.6)
    assert conflict.because == ("the power of 'c' from 2024-01-01T01:00Z",)
    assert "7.4 kWh" in conflict.finding().text()


def test_the_import_limit_is_named_where_it_is_what_presses():
    site = Site(id="a", chargers=(Charger(id="c", power=7.0, efficiency=1.0),), grid=Grid(import_limit=5.0))
    task = Task(device="c", first=0, last=4, energy=20.0, power=7.0, name="van")
    plan = Planner().plan(site, outlook([1, 4, 1, 1], 0.2, tasks=(task,)), State())

    (conflict,) = plan.conflicts
    assert plan.mode == "relaxed"
    assert conflict.amount == pytest.approx(20 - 13)
    assert any("import limit" in one for one in conflict.because)
    assert plan.schedule.net.max() <= 5 + 1e-6


def test_a_load_above_the_import_limit_gives_no_plan_but_the_declared_fallback():
    site = Site(
        id="a",
        grid=Grid(import_limit=5.0),
        batteries=(Battery(id="b", capacity=10, charge=5, discharge=5, discharge_efficiency=1.0),),
        chargers=(Charger(id="c", power=7.0),),
    )
    task = Task(device="c", first=0, last=3, energy=3.0, power=7.0)
    plan = Planner().plan(site, outlook([1, 5, 12], 0.2, tasks=(task,)), State(soc=np.array([4.0])))

    assert plan.mode == "safe"
    (conflict,) = [one for one in plan.conflicts if one.is_limit]
    assert (conflict.constraint, conflict.amount) == ("import", pytest.approx(2.0))
    assert conflict.first == START + 2 * HOUR
    # 12 kW less the battery's 5 are 2 above the limit. The fallback charges the vehicle at once (room for 4 kW, 3
    # kWh needed), and gives what the battery holds where the load passes the limit.
    assert_allclose(plan.schedule.tasks, [[3, 0, 0]])
    assert_allclose(plan.schedule.discharge, [[0, 0, 4]])
    assert_allclose(plan.schedule.net, [4, 5, 8])


def test_pv_that_cannot_be_curtailed_behind_a_closed_export_names_the_export_limit():
    site = Site(id="a", pv=(Pv(id="p", capacity=9.0, curtailable=False),), grid=Grid(export_limit=2.0))
    plan = Planner().plan(site, outlook([1, 1], 0.2, pv=np.array([[2.0, 8.0]])), State())

    assert plan.mode == "safe"
    assert [(one.constraint, one.first) for one in plan.conflicts] == [("export", START + HOUR)]
    assert plan.conflicts[0].amount == pytest.approx(5.0)


def test_a_battery_that_runs_in_a_circle_does_not_hide_that_the_export_limit_cannot_be_kept():
    # 6 kW of sun that cannot be curtailed, 1 kW of load, 2 kW of export, a full battery: 3 kW have nowhere to go.
    # A linear program would burn them by charging 8.3 and discharging 5.3 kW at once.
    site = Site(
        id="a",
        pv=(Pv(id="p", capacity=9.0, curtailable=False),),
        grid=Grid(export_limit=2.0),
        batteries=(
            Battery(id="b", capacity=5, charge=9, discharge=9, charge_efficiency=0.8, discharge_efficiency=0.8),
        ),
    )
    plan = Planner().plan(site, outlook([1.0], 0.2, pv=np.array([[6.0]])), State(soc=np.array([5.0])))

    assert plan.mode == "safe"
    assert [(one.constraint, one.amount) for one in plan.conflicts] == [("export", pytest.approx(3.0))]


def test_a_reserve_that_the_connection_cannot_restore_in_time():
    site = Site(
        id="a",
        grid=Grid(import_limit=3.0),
        batteries=(Battery(id="b", capacity=10, charge=5, discharge=5, charge_efficiency=1, reserve=0.5),),
    )
    plan = Planner().plan(site, outlook([2, 2, 2], 0.2), State(soc=np.array([1.0])))

    assert plan.mode == "relaxed"
    assert {one.constraint for one in plan.conflicts} == {"reserve"}
    assert plan.conflicts[0].device == "b"
    assert_allclose(plan.schedule.soc, [[2, 3, 4]], atol=1e-6)


def test_a_state_beyond_its_limits_and_a_cap_are_named():
    tank = Buffer(id="t", kind="tank", power=2.0, retain=1.0, gain=0.5, low=1, high=9, lowest=0.5, highest=9)
    thirst = outlook([0, 0], 0.2, drift=np.full((1, 2), -2.0))
    plan = Planner().plan(Site(id="a", buffers=(tank,)), thirst, State(buffers=np.array([1.0])))
    assert plan.mode == "relaxed"
    assert plan.conflicts[0].constraint == "state"
    assert plan.conflicts[0].because == ("the power of 't' from 2024-01-01T00:00Z",)
    assert_allclose(plan.schedule.buffers, [[2, 2]])
    assert_allclose(plan.schedule.states, [[0, -1]])

    plan = Planner().plan(Site(id="a", carbon_cap=1.0), outlook([2, 2], 0.2, intensity=np.full(2, 0.5)), State())
    assert [(one.constraint, round(one.amount, 6)) for one in plan.conflicts] == [("cap", 1.0)]


@given(seed=st.integers(0, 2**32 - 1), positive=st.booleans())
@settings(max_examples=50)
def test_whatever_is_asked_there_is_a_schedule_within_the_devices_and_a_word_about_it(seed, positive):
    site, look, state = random_case(seed, positive=positive)
    draw = np.random.default_rng(seed + 1)
    site = replace(
        site,
        grid=replace(site.grid, import_limit=draw.uniform(0, 40), export_limit=draw.uniform(0, 20)),
        carbon_cap=float(draw.choice([np.inf, 5.0])),
        charging_limit=draw.uniform(0, 12),
        buffers=tuple(replace(one, lowest=-0.5, highest=4.5) for one in site.buffers),
    )
    tasks = tuple(replace(one, energy=one.energy * draw.uniform(0, 8)) for one in look.tasks)
    plan = Planner().plan(site, replace(look, tasks=tasks), state)
    made = plan.schedule

    assert plan.mode == "optimal" or plan.conflicts or plan.findings
    assert np.abs(balance_error(plan.outlook, made)).max() < 1e-6
    for row, battery in enumerate(site.batteries):
        assert np.all((made.charge[row] >= 0) & (made.charge[row] <= battery.charge + 1e-6))
        assert np.all((made.discharge[row] >= 0) & (made.discharge[row] <= battery.discharge + 1e-6))
        assert np.all((made.soc[row] >= -1e-6) & (made.soc[row] <= battery.capacity + 1e-6))
        assert np.minimum(made.charge[row], made.discharge[row]).max() < 1e-5
    for row, task in enumerate(tasks):
        assert np.all((made.tasks[row] >= 0) & (made.tasks[row] <= task.power + 1e-6))
        assert made.tasks[row].sum() * look.hours * task.efficiency <= task.energy + 1e-6
    if plan.mode != "safe":
        assert made.net.max() <= site.grid.import_limit + 1e-5
        assert made.net.min() >= -site.grid.export_limit - 1e-5
    if plan.mode == "relaxed":
        assert not any(one.is_limit for one in plan.conflicts)
        assert all(one.finding().text() for one in plan.conflicts)


def test_a_solver_that_does_not_answer_leads_to_the_fallback_and_says_so(monkeypatch):
    planner = Planner()
    monkeypatch.setattr(planner, "solve", lambda asked: replace(Planner.solve(planner, asked), status=Status.LIMIT))
    plan = planner.plan(Site(id="a"), outlook([1, 2], 0.2), State())

    assert plan.mode == "safe"
    assert [one.code for one in plan.findings] == ["dispatch.unsolved"]
    assert_allclose(plan.schedule.net, [1, 2])


def test_a_session_that_leaves_before_it_arrives_is_left_out_and_told():
    site = Site(id="a", chargers=(Charger(id="c", power=7.0),))
    good = Session(charger="c", arrival=START, departure=START + 3 * HOUR, energy=5.0, name="good")
    swapped = Session(charger="c", arrival=START + 3 * HOUR, departure=START + HOUR, energy=5.0, name="swapped")
    lost = Session(charger="x", arrival=START, departure=START + HOUR, energy=5.0, name="lost")
    hungry = Session(charger="c", arrival=START, departure=START + HOUR, energy=float("nan"), name="hungry")
    tasks, findings = tasks_of(site, (good, swapped, lost, hungry), start=START, hours=1.0)

    assert [one.name for one in tasks] == ["good"]
    assert [one.code for one in findings] == [
        "dispatch.session_order",
        "dispatch.session_charger",
        "dispatch.session_energy",
    ]
    assert "before it arrives" in findings[0].text()


def test_a_vehicle_counts_only_for_whole_steps():
    site = Site(id="a", chargers=(Charger(id="c", power=7.0),))
    session = Session(
        charger="c", arrival=datetime(2024, 1, 1, 0, 20), departure=datetime(2024, 1, 1, 3, 40), energy=5.0, power=3.6
    )
    (task,), _ = tasks_of(site, (session,), start=START, hours=1.0)

    assert (task.first, task.last, task.power) == (1, 3, 3.6)


def test_the_fallback_lights_and_pumps_by_themselves():
    site = Site(
        id="a",
        grid=Grid(import_limit=1.0),
        dimmables=(Dimmable(id="l", power=2.0),),
        buffers=(Buffer(id="t", kind="tank", power=2.0, retain=1.0, gain=0.5, low=1.0, high=2.0),),
    )
    look = outlook([5] * 4, 0.2, wanted=np.full((1, 4), 0.5), needed=np.zeros((1, 4)), drift=np.full((1, 4), -0.4))
    plan = Planner().plan(site, look, State(buffers=np.array([0.8])))

    assert plan.mode == "safe"
    assert_allclose(plan.schedule.dimmables, [[1, 1, 1, 1]])
    # Below the low mark at 0.8 it starts; at the high mark of 2.0 it stops, and stays off above the low mark.
    assert_allclose(plan.schedule.buffers, [[2, 2, 0, 0]])
    assert_allclose(plan.schedule.states, [[1.4, 2.0, 1.6, 1.2]])
