"""The study of the planted retrofit: its garages are those of the simulation, and its counting is right."""

import numpy as np
import pytest
from benchmarks.tables import Setting

from benchmarks import verification_retrofit as study
from wattstone.simulation.estate import blueprint
from wattstone.simulation.events import events
from wattstone.simulation.plan import Plan
from wattstone.simulation.series import site_series
from wattstone.simulation.world import world

PLAN = Plan(seed=11, interval_minutes=60)


@pytest.fixture(scope="module")
def garages() -> study.Garages:
    return study.garages(PLAN)


def test_garages_are_those_of_the_portfolio(garages: study.Garages) -> None:
    shared, planted = world(PLAN), events(PLAN, 0)
    for at in {garages.at, *garages.faulty, 0}:
        index = garages.sites[at].index
        series = site_series(shared, blueprint(PLAN, index), planted.get(index))
        meter = next(one for one in series if one.meter.id.endswith("-garage-lighting"))

        known = ~np.isnan(garages.use[at])
        assert np.array_equal(np.rint(garages.use[at][known] * 100), meter.values[known])
        assert known.mean() > 0.98
        if at == garages.at:
            assert np.array_equal(np.rint(garages.clean * 100), meter.clean)


def test_the_true_saving_is_that_of_the_truth(garages: study.Garages) -> None:
    """As `truth.json` has it: the sum of what would have been recorded less what was, once the works are done."""
    index = garages.sites[garages.at].index
    series = site_series(world(PLAN), blueprint(PLAN, index), events(PLAN, 0)[index])
    meter = next(one for one in series if one.meter.id.endswith("-garage-lighting"))

    assert garages.saving == pytest.approx((meter.clean - meter.values)[garages.last :].sum() / 100, abs=1e-6)
    assert np.array_equal(garages.clean[: garages.first], garages.use[garages.at, : garages.first])


def trial(saving: float, low: float, high: float) -> study.Trial:
    return study.Trial(
        seed=1, saving=saving, expected=200.0, avoided=100.0, intervals=dict.fromkeys(study.VARIANTS, (low, high))
    )


def test_an_interval_holds_what_lies_between_its_bounds() -> None:
    found = study.rows("towt", [*[trial(100, 90, 110)] * 9, trial(111, 90, 110)])

    assert found[0].ours == "90.0%; half its width is 10.0% of the saving"
    assert found[0].kept
    assert found[-1].ours == "+0.00%; 0.00%"
    assert not study.rows("towt", [trial(100, 90, 110)])[0].kept, "more than 95 % is missed as well"


def test_a_small_run_finds_the_savings(tmp_path) -> None:
    made = study.run(Setting(scratch=tmp_path, data=None, small=True))

    assert len(made) == len(study.METHODS) * (len(study.VARIANTS) + 1)


def test_a_saving_is_found_near_the_true_one() -> None:
    fit, daily = study.fitter("towt")
    found = study.trial(3, fit, daily=daily)

    assert found.avoided == pytest.approx(found.saving, rel=0.15)
    assert found.half("none") > found.half("only")
