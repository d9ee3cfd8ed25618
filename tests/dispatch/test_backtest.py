"""Backtests: books that balance, no look into the future, better than rules where that can be known."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from wattstone.dispatch.backtest import Expected, Past, backtest, perfect, seasonal_naive
from wattstone.dispatch.foreseen import again
from wattstone.dispatch.outlook import Errors, Outlook, State, Task
from wattstone.dispatch.rules import by_rule
from wattstone.dispatch.site import Battery, Buffer, Charger, Dimmable, Grid, Pv, Site
from wattstone.dispatch.solve import Planner

DAY = 24
SITE = Site(
    id="yard",
    zone="Asia/Shanghai",
    grid=Grid(demand_charge=2.0, import_limit=60.0),
    pv=(Pv(id="roof", capacity=20.0),),
    batteries=(Battery(id="pack", capacity=30.0, charge=10.0, discharge=10.0, wear=0.01),),
    chargers=(Charger(id="ev", power=7.0),),
)


def period(days: int = 6, seed: int = 1) -> Outlook:
    draw, hour = np.random.default_rng(seed), np.arange(days * DAY) % DAY
    load = 6 + 4 * np.sin((hour - 9) / 24 * 2 * np.pi) + draw.uniform(0, 4, hour.size)
    sun = np.maximum(0.0, 16 * np.sin((hour - 6) / 12 * np.pi)) * draw.uniform(0.3, 1, hour.size)
    price = np.where((hour >= 17) & (hour < 21), 0.5, 0.15)
    tasks = tuple(
        Task(device="ev", first=d * DAY + 18, last=d * DAY + 31, energy=15.0, power=7.0, efficiency=0.9)
        for d in range(days - 1)
    )
    return Outlook(
        start=datetime(2024, 5, 29),
        hours=1.0,
        load=load,
        import_price=price,
        export_price=np.full(hour.size, 0.05),
        pv=sun[None],
        intensity=0.3 + 0.1 * np.cos(hour / 24 * 2 * np.pi),
        tasks=tasks,
    )


INITIAL = State(soc=np.array([5.0]))
LIGHT = Dimmable(id="light", power=2.0, comfort=0.1)
TANK = Buffer(id="tank", kind="tank", power=3.0, retain=1.0, gain=0.5, low=1.0, high=6.0, comfort=5.0)


def test_books_balance_and_objectives_agree():
    truth = period()
    made = backtest(SITE, truth, seasonal_naive(DAY), initial=INITIAL, horizon=24)
    done = made.done

    assert made.plans == truth.steps
    assert made.objective_error <= 1e-6
    assert_allclose(done.net, truth.load + done.flexible + done.battery[0] - done.pv[0], atol=1e-9)
    gained = np.where(done.battery[0] > 0, done.battery[0] * 0.95, done.battery[0] / 0.95)
    assert_allclose(done.soc[0], 5.0 + np.cumsum(gained), atol=1e-6)
    assert made.totals()["unserved"] == pytest.approx(0.0, abs=1e-5)
    # Shanghai's June begins at 16:00 UTC of 31 May: two months of peaks.
    border = 2 * DAY + 16
    assert_allclose(made.peaks, [done.net[:border].max(), done.net[border:].max()])
    assert made.totals()["demand"] == pytest.approx(2.0 * made.peaks.sum())
    frame = made.frame()
    assert frame["cost"].sum() == pytest.approx(made.totals()["energy"])
    assert frame["carbon"].sum() == pytest.approx(made.totals()["carbon"])


def test_knowing_is_better_than_guessing_is_better_than_doing_nothing():
    truth = period()
    cost = {
        "none": by_rule(SITE, truth, "none", initial=INITIAL, day=DAY),
        "self": by_rule(SITE, truth, "self_consumption", initial=INITIAL, day=DAY),
        "clock": by_rule(SITE, truth, "clock", initial=INITIAL, day=DAY),
        "plan": backtest(SITE, truth, seasonal_naive(DAY), initial=INITIAL, horizon=24),
        "perfect": perfect(SITE, truth, initial=INITIAL, margin=12),
    }
    value = {name: one.totals()["cost"] - 0.15 * one.totals()["left"] for name, one in cost.items()}

    assert value["perfect"] < value["plan"] < value["none"]
    assert value["perfect"] < min(value["self"], value["clock"])
    assert cost["perfect"].objective_error <= 1e-6


def test_a_perfect_forecast_realises_what_was_planned():
    # Constant efficiency and no standing loss: physics and plan agree, so what is done is the optimum itself.
    truth, site = period(days=2), replace(SITE, grid=Grid())
    made = perfect(site, truth, initial=INITIAL, margin=0)
    plan = Planner(presolve=True).plan(site, truth, INITIAL)

    assert made.plans == 1
    assert_allclose(made.done.net, plan.schedule.net, atol=1e-6)
    assert_allclose(made.done.soc, plan.schedule.soc, atol=1e-6)
    assert made.totals()["cost"] == pytest.approx(plan.costs.energy + plan.costs.wear)


def test_past_actions_do_not_move_when_the_future_is_scrambled():
    # Everything that is not known ahead is changed: load, sun, intensity, water drawn, light that people want, and the
    # vehicles that have not come.
    site, cut = replace(SITE, dimmables=(LIGHT,), buffers=(TANK,)), 3 * DAY + 5
    plain, draw = period(), np.random.default_rng(9)
    hour = np.arange(plain.steps) % DAY
    truth = replace(
        plain,
        drift=-0.3 - 0.2 * np.sin(hour / 24 * 2 * np.pi)[None],
        wanted=np.where((hour < 7) | (hour > 17), 1.0, 0.3)[None],
        needed=np.where((hour < 7) | (hour > 17), 0.4, 0.0)[None],
    )

    def scrambled(series, scale=1.7):
        other = series.copy()
        other[..., cut:] = draw.permutation(other[..., cut:].ravel()).reshape(other[..., cut:].shape) * scale
        return other

    came = tuple(task for task in truth.tasks if task.first < cut)
    later = tuple(replace(task, first=task.first + 2, energy=22.0) for task in truth.tasks if task.first >= cut)
    other = replace(
        truth, load=scrambled(truth.load), pv=scrambled(truth.pv), intensity=scrambled(truth.intensity),
        drift=scrambled(truth.drift), wanted=scrambled(truth.wanted, 0.5), needed=scrambled(truth.needed, 0.5),
        tasks=came + later,
    )  # fmt: skip

    def wary(past: Past, steps: int) -> Expected:
        expected = seasonal_naive(DAY)(past, steps)
        spread = np.std(past.load[-48:]) if past.step else 1.0
        light = (again(one, steps, day=DAY) for one in (past.wanted, past.needed))
        errors = Errors(np.array([[-spread, 0.0, spread]]), np.array([0.3, 0.4, 0.3]))
        wanted, needed = light
        return replace(expected, errors=errors, margin=np.full(steps, spread), wanted=wanted, needed=needed)

    def silent(past: Past, steps: int) -> Expected:
        return replace(wary(past, steps), drift=None, margin=None)

    initial = replace(INITIAL, buffers=np.array([3.0]))
    for forecast in (wary, silent):
        one, two = (backtest(site, t, forecast, initial=initial, horizon=24, every=2) for t in (truth, other))
        for name in ("battery", "pv", "states", "soc"):
            assert_array_equal(getattr(one.done, name)[:, :cut], getattr(two.done, name)[:, :cut])
        assert_array_equal(one.done.flexible[:cut], two.done.flexible[:cut])
        assert not np.array_equal(one.done.battery[:, cut:], two.done.battery[:, cut:])


def test_a_month_that_is_learnt_from_costs_no_more_than_one_that_is_not():
    # Days alike: it is soon known what a peak is worth, and plans with right forecasts come near the best.
    hour = np.arange(31 * DAY) % DAY
    load, price = np.where((hour >= 9) & (hour < 12), 12.0, 4.0), np.where(hour < 6, 0.1, 0.3)
    truth = Outlook(
        start=datetime(2024, 5, 1), hours=1.0, load=load, import_price=price, export_price=np.zeros(load.size),
    )  # fmt: skip
    pack = Battery(id="pack", capacity=30.0, charge=10.0, discharge=10.0, wear=0.01)
    site = Site(id="yard", grid=Grid(demand_charge=9.0), batteries=(pack,))

    def known(past: Past, steps: int) -> Expected:
        ahead = slice(past.step, past.step + steps)
        return Expected(truth.load[ahead], np.zeros((0, steps)), truth.carbon[ahead])

    best = perfect(site, truth, initial=INITIAL, margin=0).totals()["cost"]
    plans = backtest(site, truth, known, initial=INITIAL, horizon=24, every=4)
    none = by_rule(site, truth, "none", initial=INITIAL, day=DAY).totals()["cost"]
    assert plans.objective_error <= 1e-6
    assert none - plans.totals()["cost"] >= 0.9 * (none - best)


def test_air_has_no_less_than_nothing_in_it():
    fan = Buffer(id="f", kind="fan", power=4.0, retain=0.9, gain=-5.0, low=0.0, high=20.0, lowest=0.0, highest=40.0)
    site, steps = replace(SITE, buffers=(fan,)), 2 * DAY
    truth = replace(period(days=2), drift=np.full((1, steps), 1.0), tasks=())
    for start in (-0.2, 0.0, 15.0):
        initial = State(soc=np.array([5.0]), buffers=np.array([start]))
        plan = Planner().plan(site, truth, initial)
        assert plan.mode == "optimal"
        assert plan.schedule.states.min() >= -1e-9
    wrong = backtest(site, truth, seasonal_naive(DAY), initial=initial, horizon=24)
    assert wrong.done.states.min() >= 0


def test_a_battery_that_follows_the_meter_holds_the_peak():
    # 8 kWh at 0.95 shave 1.9 of the 2 kW that are forecast, down to 0.1. In the hour of 5 kW the follower gives all
    # that it has left, 3.8 kWh, and has none in the last hour; without it that hour takes 5 - 1.9.
    pack = Battery(id="b", capacity=8, charge=4, discharge=4)
    site = Site(id="a", grid=Grid(demand_charge=10.0), batteries=(pack,))
    load = np.array([2.0, 2.0, 5.0, 2.0])
    truth = Outlook(
        start=datetime(2024, 1, 31, 20), hours=1.0, load=load, import_price=np.full(4, 0.2), export_price=np.zeros(4),
        pv=np.zeros((0, 4)), terminal_value=0.1,
    )  # fmt: skip

    def two(past: Past, steps: int) -> Expected:
        return Expected(np.full(steps, 2.0), np.zeros((0, steps)), np.zeros(steps))

    initial = State(soc=np.array([8.0]))
    held = backtest(site, truth, two, initial=initial, horizon=4).done
    stiff = replace(site, batteries=(replace(pack, follows=False),))
    free = backtest(stiff, truth, two, initial=initial, horizon=4).done
    assert_allclose(held.net, [0.1, 0.1, 1.2, 2.0], atol=1e-6)
    assert_allclose(free.net, [0.1, 0.1, 3.1, 0.1], atol=1e-6)


def test_every_kind_of_device_runs_through():
    site = replace(
        SITE,
        dimmables=(LIGHT,),
        buffers=(TANK,),
    )
    truth = replace(
        period(days=3),
        drift=np.full((1, 3 * DAY), -0.4),
        wanted=np.ones((1, 3 * DAY)),
        needed=np.full((1, 3 * DAY), 0.5),
    )
    initial = State(soc=np.array([5.0]), buffers=np.array([3.0]))
    planned = backtest(site, truth, seasonal_naive(DAY), initial=initial, horizon=24)
    ruled = by_rule(site, truth, "none", initial=initial, day=DAY)

    assert planned.objective_error <= 1e-6
    for one in (planned, ruled):
        pumped = one.done.states[0, -1] - 3.0 + 0.4 * 3 * DAY
        assert pumped >= 0
        assert one.done.states.min() >= 0.4
    assert planned.totals()["cost"] < ruled.totals()["cost"]


def test_the_clock_charges_in_the_cheap_quarter_and_discharges_in_the_dear():
    truth = replace(period(days=1), tasks=(), pv=np.zeros((1, DAY)), import_price=np.repeat([0.1, 0.2, 0.2, 0.4], 6))
    done = by_rule(SITE, truth, "clock", initial=State(soc=np.array([0.0])), day=DAY).done

    assert_allclose(done.soc[0, 6:18], 30.0)
    assert done.battery[0, 18] == pytest.approx(-truth.load[18])
    assert np.all(done.net[18:20] <= 1e-9)
