"""The year cases in small: foresight is a bound, plans see nothing of the future, money adds up, traps are minded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.causal import AGREES, Foresight, agreement

from benchmarks import community_year, monash
from wattstone.dispatch.backtest import Backtest, backtest
from wattstone.dispatch.rules import by_rule

DAYS = 2


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> community_year.Case:
    return community_year.simulated(tmp_path_factory.mktemp("compound"), days=DAYS, learnt=3)


def planned(case: community_year.Case, *, steps: int) -> Backtest:
    truth = case.truth
    ahead = Foresight(case.learnt, horizon=96, unsure=4, level=0.9)
    return backtest(case.site, truth, ahead, initial=case.state(case.site), horizon=steps, every=8)


def test_all_that_is_simulated_says_so(case: community_year.Case) -> None:
    assert case.site.id.startswith("sim-")
    assert all(task.name.startswith("simulated") for task in case.truth.tasks)


def test_the_hourly_factors_keep_the_published_mean() -> None:
    from wattstone.rates import load_factors
    from wattstone.simulation.plan import Plan
    from wattstone.simulation.world import world

    plan = Plan(sites=1, faults=False, retrofit=False)
    hours = community_year._intensity(plan, world(plan))

    assert hours.mean() == pytest.approx(load_factors()[community_year.FACTOR].value)
    assert (hours.reshape(-1, 4) == hours[::4, None]).all()


def test_plans_beat_pv_alone_and_agree_with_their_cost(case: community_year.Case) -> None:
    alone = replace(case.site, batteries=())
    without = by_rule(alone, case.truth, "none", initial=case.state(alone), day=96)
    own = planned(case, steps=48)

    assert community_year.bill(own) < community_year.bill(without)
    assert agreement([own]) <= AGREES


def test_the_future_does_not_move_what_was_done_before(case: community_year.Case) -> None:
    cut, rng = 120, np.random.default_rng(7)
    after = np.arange(case.truth.steps) >= cut
    other = replace(
        case,
        truth=replace(
            case.truth,
            load=np.where(after, rng.uniform(0, 200, after.size), case.truth.load),
            pv=np.where(after, rng.uniform(0, 60, after.size), case.truth.pv),
            intensity=np.where(after, rng.uniform(0, 1, after.size), case.truth.carbon),
            drift=np.where(after, 3.0 * case.truth.drift, case.truth.drift),
            tasks=tuple(task for task in case.truth.tasks if task.first < cut),
        ),
    )
    one, two = planned(case, steps=48), planned(other, steps=48)

    assert (one.done.battery[:, :cut] == two.done.battery[:, :cut]).all()
    assert (one.done.net[:cut] == two.done.net[:cut]).all()
    assert not (one.done.battery == two.done.battery).all()


def test_gaps_and_spikes_of_a_building_are_filled_and_counted() -> None:
    values = np.tile(np.arange(7 * 96.0), 2) % 50 + 1
    broken = values.copy()
    broken[100], broken[200] = np.nan, 1e5
    filled, share = monash._filled(broken)

    assert filled == pytest.approx(values)
    assert share == pytest.approx(2 / values.size)


def test_monash_is_read_whole(shared_data: Path) -> None:
    from datetime import timedelta

    last = monash.FIRST + timedelta(days=3)
    found = monash.load_case(shared_data / "monash-microgrid", last=last, learnt=2)

    assert found.truth.steps == 3 * 96
    assert [(one.capacity, one.charge) for one in found.site.batteries] == [(150, 75), (420, 60)]
    assert found.site.batteries[1].charge_efficiency ** 2 == pytest.approx(0.6)
    assert np.isfinite(found.truth.load).all()
    assert found.truth.load.max() < 2000  # building 0 holds readings of 4,637 kW
    # Melbourne is 11 hours ahead: 1 November 2019 is a Friday, dear from 7 h; Saturday is cheap.
    assert found.truth.import_price[27] == monash.OFF_RATE
    assert found.truth.import_price[28] == monash.PEAK_RATE
    assert (found.truth.import_price[96:192] == monash.OFF_RATE).all()
